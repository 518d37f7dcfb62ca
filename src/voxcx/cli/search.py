"""``voxcx search``: where was it said?"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxcx.cli import console
from voxcx.storage.paths import usable
from voxcx.units import clock, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from voxcx.searching import Hit

RESULTS = typer.Argument(help="Results folder of `voxcx batch`.", show_default=False, parser=usable)
PHRASE = typer.Argument(help="In the language of the forms (docs/forms.md, Phrases).", show_default=False)
BY = typer.Option("--by", help="Who says it: agent, customer or bot; anyone unless given.", show_default=False)
WHERE = typer.Option(
    "--where", help="SQL over `interactions`: queue = 'billing' and csi_value < 40", show_default=False
)
LANGUAGE = typer.Option("--language", help="ru or en; by the letters of the phrase unless given.", show_default=False)
LIMIT = typer.Option("--limit", min=1, help="Show at most so many (20); all are counted.", show_default=False)
AS_JSON = typer.Option("--json", help="One JSON object a line, every hit unless --limit is given.")

SHOWN = 20


def search(
    results: Annotated[Path, RESULTS],
    phrase: Annotated[str, PHRASE],
    by: Annotated[str | None, BY] = None,
    where: Annotated[str | None, WHERE] = None,
    language: Annotated[str | None, LANGUAGE] = None,
    limit: Annotated[int | None, LIMIT] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Find a phrase in everything that was said, with the quote and where to hear it.

    Example: voxcx search R "{верните|возврат} ... деньги" --by customer
    """
    from voxcx.searching import Wanted
    from voxcx.searching import search as find

    hits = find(Wanted(results, phrase, language, by, where))
    if as_json:
        for hit in islice(hits, limit):
            typer.echo(_as_json(hit))
        return
    _show(hits, limit or SHOWN)


def _show(hits: Iterator[Hit], limit: int) -> None:
    out = console.screen()
    count, interactions = 0, set()
    for hit in hits:
        count += 1
        interactions.add(hit.interaction_id)
        if count <= limit:
            out.print(_head(hit), soft_wrap=True)
            out.print(_line(hit))
    if not count:
        typer.echo("Nothing found.")
        return
    more = f"; the first {limit} are shown (--limit)" if count > limit else ""
    typer.echo(f"{count} in {counted(len(interactions), 'interaction')}{more}.")


def _head(hit: Hit) -> Text:
    """Which interaction, and where to hear it: a link that players open at that second."""
    from rich.text import Text

    about = (hit.started_at and f"{hit.started_at:%Y-%m-%d %H:%M} UTC", hit.agent_id, hit.queue)
    head = Text(" · ".join(part for part in (hit.interaction_id, *about) if part), style="dim")
    if hit.recording is not None and hit.at_s is not None:
        place = f"{hit.recording}#t={hit.at_s:.1f}"
        head.append(f" · {place}", style=f"link {_link(hit.recording)}#t={hit.at_s:.1f}")
    return head


def _link(recording: str) -> str:
    return recording if "://" in recording else Path(recording).absolute().as_uri()


def _line(hit: Hit) -> Text:
    from rich.text import Text

    at = f" {clock(hit.start_s)}" if hit.start_s is not None else ""
    line = Text(f"  {hit.role}{at}: ")
    line.append(f"{hit.before} " if hit.before else "", style="dim")
    line.append(hit.quote, style="bold")
    return line.append(f" {hit.after}" if hit.after else "", style="dim")


def _as_json(hit: Hit) -> str:
    import json
    from dataclasses import asdict

    row: dict[str, Any] = asdict(hit)
    return json.dumps(row | {"started_at": hit.started_at and hit.started_at.isoformat()}, ensure_ascii=False)
