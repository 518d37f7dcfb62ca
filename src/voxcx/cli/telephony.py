"""``voxcx telephony``: logs of a telephone system → one record a call, a manifest, and what fits no call."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxcx.cli import console

if TYPE_CHECKING:
    from voxcx.intake.telephony.sources import Reading

SHOWN = 5  # of what fits no call; unmatched.csv has all


class System(StrEnum):
    """Whose logs they are."""

    ASTERISK = "asterisk"
    FREESWITCH = "freeswitch"
    GENESYS = "genesys"
    CSV = "csv"
    JSON = "json"


def telephony(
    logs: Annotated[list[Path], typer.Argument(metavar="LOG", help="Log files of one system, or folders of them.")],
    out: Annotated[Path, typer.Option(help="Folder to write to.", show_default=False)],
    source: Annotated[
        System | None, typer.Option("--from", help="The system.", show_default="told from the files")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of local times in the logs, e.g. Europe/Moscow.", show_default=False)
    ] = None,
    recordings: Annotated[
        Path | None, typer.Option(help="Folder of recordings with the call's id in their names.", show_default=False)
    ] = None,
    ivr: Annotated[
        str | None, typer.Option(help="Pattern of Asterisk contexts that are the IVR.", show_default="ivr, menu …")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Counts as JSON.")] = False,
) -> None:
    """Read telephony logs: who waited where and how long, who answered, held, transferred, hung up.

    Example: voxcx telephony queue_log cel.csv Master.csv --zone Europe/Moscow --recordings calls --out T
    """
    from voxcx.intake.telephony.cel_walk import IVR_CONTEXT
    from voxcx.intake.telephony.clock import zone_named
    from voxcx.intake.telephony.recordings import recordings_of
    from voxcx.intake.telephony.sources import read_telephony

    refuse_unfit(out, ivr)
    reading = read_telephony(logs, source.value if source else None, zone_named(zone), ivr or IVR_CONTEXT)
    found = {} if recordings is None else recordings_of(reading.calls, recordings, reading.listing)
    write(out, reading, found)
    counts = counted(reading, len(found))
    if as_json:
        typer.echo(json.dumps(counts, ensure_ascii=False, indent=2))
    else:
        tell(counts, reading, out)
    if counts["unmatched"]:
        raise typer.Exit(console.FAILED)


def refuse_unfit(out: Path, ivr: str | None) -> None:
    """Refuse a place that is no folder, and a pattern that is none."""
    import re

    from voxcx.errors import InputError

    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out}: expected a folder, got a file; give a folder.")
    try:
        re.compile(ivr or "")
    except re.error as error:
        raise InputError(f"--ivr: expected a regular expression, got one that breaks at {error}; correct it.") from None


def write(out: Path, reading: Reading, recordings: dict[str, Path]) -> None:
    """The three files, each whole or not at all."""
    from voxcx.errors import InputError
    from voxcx.intake.telephony.tables import as_json_lines, as_manifest, as_unmatched
    from voxcx.results.writing import write_text, write_whole

    try:
        out.mkdir(parents=True, exist_ok=True)
        lines = (line.encode() for line in as_json_lines(reading.calls))
        write_whole(out / "telephony.jsonl", lambda sink: sink.writelines(lines))
        write_text(out / "manifest.csv", as_manifest(reading.calls, recordings, out))
        write_text(out / "unmatched.csv", as_unmatched(reading.listing.rows()))
    except OSError as error:
        raise InputError(f"--out {out}: expected a folder to write to, got {error.strerror}; give another.") from None


def counted(reading: Reading, recordings: int) -> dict[str, Any]:
    """What was read, in numbers."""
    calls = reading.calls
    return {
        "files": reading.formats,
        "calls": len(calls),
        "queued": sum(any(leg.kind == "queue" for leg in call.legs) for call in calls),
        "answered": sum(bool(call.agents) for call in calls),
        "abandoned": sum(call.abandoned is True for call in calls),
        "transferred": sum(bool(call.telephony.transfers) for call in calls),
        "recordings": recordings,
        "unmatched": len(list(reading.listing.rows())),
    }


def tell(counts: dict[str, Any], reading: Reading, out: Path) -> None:
    """The counts, and the first of what fits no call."""
    for name, kind in counts["files"].items():
        typer.echo(f"{name}: {kind}")
    parts = ("calls", "queued", "answered", "abandoned", "transferred", "recordings")
    typer.echo(", ".join(f"{counts[name]} {name}" for name in parts) + f" → {out}")
    found = list(reading.listing.rows())
    if found:
        typer.echo(f"{len(found)} events fit no call or contradict another, all in {out / 'unmatched.csv'}:")
    for one in found[:SHOWN]:
        typer.echo(f"  {one.place.file}:{one.place.line} {one.call_id} {one.what}: {one.why}")
