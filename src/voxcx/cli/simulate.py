"""``voxcx simulate``: calls with exact truth, and a results folder whose cause of satisfaction is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxcx.cli.population import refuse_real, write_population

if TYPE_CHECKING:
    from voxcx.simulation.calls.simulate import SimulatedCall, Wanted

OUT = typer.Option("--out", help="Results folder to write.", show_default=False)
N = typer.Option("--n", min=1, help="Number of interactions.")
SEED = typer.Option("--seed", min=0, help="The same number and seed give the same population.")
TEXTS = typer.Option("--texts", help="Write what was said too, with two causes in words that no feature sees.")
FULL = typer.Option(
    "--full", help="Plant a truth for every question of a report: verdicts, repeats, waiting, a change, robots …"
)

CALLS_OUT = typer.Option("--out", help="Folder for the calls.", show_default=False)
CALLS_N = typer.Option("--n", min=1, max=99_999, help="Number of calls.")
CALLS_SEED = typer.Option("--seed", min=0, help="Call k of a seed is the same whatever --n is.")
CONDITION = typer.Option(
    "--condition", help="clean, or phone: codec, noise, bleed and lost packets as lines have them."
)
CLIPS = typer.Option(
    "--clips", help="Your own: agent/*.wav and customer/*.wav with their words in .txt.", show_default=False
)
CODEC = typer.Option("--codec", help="none, mulaw, alaw, gsm or opus; by the condition unless given.")
SNR = typer.Option("--snr-db", min=-20, max=90, help="Speech above noise, dB; by the condition unless given.")
BLEED = typer.Option("--bleed-db", min=-80, max=0, help="One party on the other's channel, dB below, like -30.")
LOSS = typer.Option("--packet-loss", min=0, max=0.5, help="Share of lost packets; by the condition unless given.")
CALLS_LANGUAGE = typer.Option("--language", help="ru, en or both (drawn per call).")
TELEPHONY = typer.Option("--telephony", help="Write the telephony record too; otherwise only the sound tells.")

CONDITIONS, CALL_LANGUAGES = ("clean", "phone"), ("ru", "en", "both")
CODECS = ("none", "mulaw", "alaw", "gsm", "opus")
CALLS_MARK = "simulation.truth.json"  # what tells an older simulation from anything else; `batch` takes it for no chat


def population(
    out: Annotated[Path, OUT],
    n: Annotated[int, N] = 20_000,
    seed: Annotated[int, SEED] = 1,
    texts: Annotated[bool, TEXTS] = False,
    full: Annotated[bool, FULL] = False,
) -> None:
    """Simulate interactions with features, quality scores and survey answers; truth.json says what caused the answers.

    truth_ratings.csv has what everybody would have answered, asked or not. With --full it is 40 weeks of an archive:
    abandoned and contained contacts, chains of repeats, verdicts of a form, a changed process, an outage; beside them
    kano.csv, weights.csv, blocked.csv, events.csv and series.csv.

    Example: voxcx simulate population --out R --n 20000 --seed 1 --full
    """
    from voxcx.simulation.planting.plan import Plan
    from voxcx.simulation.population import simulate_population

    refuse_real(out)
    made = simulate_population(n, seed, texts=texts, planted=Plan() if full else None)
    answers = write_population(out, made, n=n, seed=seed)
    typer.echo(f"{n} simulated interactions, {answers} survey answers → {out}")


def calls(
    out: Annotated[Path, CALLS_OUT],
    n: Annotated[int, CALLS_N] = 20,
    seed: Annotated[int, CALLS_SEED] = 1,
    condition: Annotated[str, CONDITION] = "clean",
    clips: Annotated[Path | None, CLIPS] = None,
    codec: Annotated[str | None, CODEC] = None,
    snr_db: Annotated[float | None, SNR] = None,
    bleed_db: Annotated[float | None, BLEED] = None,
    packet_loss: Annotated[float | None, LOSS] = None,
    language: Annotated[str, CALLS_LANGUAGE] = "both",
    telephony: Annotated[bool, TELEPHONY] = False,
) -> None:
    """Simulate two-channel calls: ID.flac (agent left, customer right) and ID.json, its exact truth.

    The truth has the shape of `voxcx score --format json`. It is the plan that the call was built from: turns,
    listening words, interruptions, silences, holds, prompts, keys, ringing; `voxcx score ID.flac` can be held
    against it, and so can any other program. Clips of your own are named by what they are for: greeting, hold_request,
    hold_return, backchannel, closing, prompt; others are lines; they are said in the --language given.

    Example: voxcx simulate calls --out CALLS --n 200 --seed 1 --condition phone
    """
    from voxcx.simulation.calls.simulate import Wanted

    chosen: dict[str, Any] = {
        "condition": one_of("--condition", condition, CONDITIONS),
        "codec": None if codec is None else one_of("--codec", codec, CODECS),
        "language": None if one_of("--language", language, CALL_LANGUAGES) == "both" else language,
    }
    chosen |= {"snr_db": snr_db, "bleed_db": bleed_db, "packet_loss": packet_loss}
    wanted = Wanted(seed=seed, telephony=telephony, **chosen)
    hours = write_calls(out, wanted, n, clips)
    typer.echo(f"{n} simulated calls, {hours:.2f} h, with their truth → {out}")


def one_of(option: str, given: str, allowed: tuple[str, ...]) -> str:
    """Refuse what an option does not know."""
    from voxcx.errors import InputError

    if given not in allowed:
        raise InputError(f"{option}: expected {', '.join(allowed[:-1])} or {allowed[-1]}, got {given!r}.")
    return given


def write_calls(out: Path, wanted: Wanted, n: int, clips: Path | None) -> float:
    """Write every call and its truth over nothing but an older simulation; gives the hours of sound."""
    from dataclasses import asdict

    from voxcx.errors import InputError
    from voxcx.results.writing import write_json
    from voxcx.simulation.calls.clips import loader
    from voxcx.simulation.calls.simulate import call_id, simulate_call

    if clips is not None and wanted.language is None:
        raise InputError("--clips: expected the language of the clips beside it, got none; give --language ru or en.")
    voices = loader(clips)
    clear_older(out)
    ids = [call_id(wanted.seed, number) for number in range(n)]
    source = {"simulated": True, "source": "voxcx simulate calls", "n": n}
    write_json(out / CALLS_MARK, source | asdict(wanted) | {"calls": ids})
    seconds = 0.0
    for number in range(n):
        call = simulate_call(wanted, number, voices)
        write_call(out, call)
        seconds += call.truth["timeline"]["duration_s"]
    return seconds / 3600


def write_call(out: Path, call: SimulatedCall) -> None:
    """The recording, then its truth."""
    from voxcx.results.writing import write_text, write_whole

    write_whole(out / f"{call.id}.flac", lambda sink: sink.write(call.flac))
    write_text(out / f"{call.id}.json", call.truth_json)


def clear_older(out: Path) -> None:
    """Remove the calls of an older simulation; refuse a folder that holds anything else."""
    from voxcx.config import read_json
    from voxcx.errors import InputError

    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: expected a folder, got a file; give another --out.")
    mark = out / CALLS_MARK
    older = read_json(mark, "the mark of an older simulation").get("calls", []) if mark.is_file() else []
    ours = {CALLS_MARK, *(f"{one}{suffix}" for one in older for suffix in (".flac", ".json"))}
    if out.is_dir() and any(path.name not in ours for path in out.iterdir()):
        raise InputError(
            f"{out}: expected an empty folder or an older simulation, found other files; give another --out."
        )
    for name in ours - {CALLS_MARK}:
        (out / name).unlink(missing_ok=True)
