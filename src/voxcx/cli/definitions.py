"""``voxcx score --definitions all``: one call measured under several definitions of events, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from voxcx.cli import console
from voxcx.errors import InputError

if TYPE_CHECKING:
    from voxcx.choices import Choices
    from voxcx.config import Config
    from voxcx.domain.result import Result
    from voxcx.pipeline import Tools
    from voxcx.report.comparison import Comparison
    from voxcx.report.wording import Wording

ALL, DEFAULT = "all", "default"
NAME_CELLS, COLUMN_CELLS = 32, 9
DASH, DIFFERS = "–", "≠"


def is_comparison(definitions: str) -> bool:
    """Whether several sets are asked for: ``all``, or names with commas."""
    return definitions == ALL or "," in definitions


def named(definitions: str, config: Config) -> tuple[str, ...]:
    """The sets to compare, default first when all are; a ConfigError names the known ones."""
    if definitions == ALL:
        return tuple(sorted(config.definitions, key=lambda name: name != DEFAULT))
    names = tuple(dict.fromkeys(part.strip() for part in definitions.split(",") if part.strip()))
    for name in names:
        config.definitions_named(name)
    if len(names) < 2:
        raise InputError(f"--definitions {definitions}: expected at least two names with a comma, or all.")
    return names


def compared(inputs: Sequence[Path], meta: Path | None, choices: Choices) -> dict[str, Result]:
    """Listen and recognise once, judge once per set."""
    from voxcx.assembly import make_tools
    from voxcx.config import load_config
    from voxcx.intake.metadata import Metadata
    from voxcx.intake.opening import open_inputs
    from voxcx.pipeline import judge, listen, transcribe

    config = load_config(choices.config_path)
    names = named(choices.definitions, config)
    metadata = None if meta is None else Metadata.from_file(meta)
    interaction, history = open_inputs(inputs, metadata, config.telephony_skew_s)
    if interaction.kind == "chat":
        raise InputError(
            f"--definitions {choices.definitions}: expected a call, got a chat: definitions are of events in sound, a "
            "chat measures the same under all of them; leave the option out."
        )
    said = console.progress()
    with said.status("Loading models …"):
        tools = make_tools(replace(choices, definitions=names[0]))
    with said.status("Listening, recognising …"):
        heard = listen(interaction, tools)
        recognition = transcribe(interaction, heard, tools)
    with said.status("Judging …"):
        return {name: judge(interaction, heard, recognition, _under(name, tools), history) for name in names}


def _under(name: str, tools: Tools) -> Tools:
    return replace(tools, definitions=name)


def print_comparison(results: Mapping[str, Result], config_path: Path | None, ui: str, screen: Console) -> None:
    """What differs, how many events there are, and which parameters each set changes; reads without colour."""
    from voxcx.config import Definitions, load_config
    from voxcx.report.comparison import compare
    from voxcx.report.wording import Wording

    default = load_config(config_path).definitions.get(DEFAULT, Definitions())
    words, told = Wording(ui), compare(results, default.model_dump())
    for block in (_features, _events, _missing, _changes):
        for part in block(told, words, screen.width):
            screen.print(part, highlight=False)


def _features(told: Comparison, words: Wording, width: int) -> Iterator[RenderableType]:
    if not told.differing:
        yield Text(words.say("compare_same"), style="bold")
        return
    title = words.say("compare", n=str(len(told.differing)), all=str(told.compared))
    yield Text(title, style="bold")
    rows = [
        (words.feature(row[0].name), [DASH if f.value is None else words.value(f.name, f.value) for f in row])
        for row in told.differing
    ]
    yield from _tables(told, words.say("measure"), rows, width)
    yield Text(words.say("compare_mark", x=told.definitions[0]), style="dim")


def _events(told: Comparison, words: Wording, width: int) -> Iterator[RenderableType]:
    yield Text()
    if not told.events_differ:
        yield Text(words.say("compare_same_events"), style="bold")
        return
    yield Text(words.say("compare_events"), style="bold")
    rows = [(words.name("event", kind), [words.number(n, 0) for n in counts]) for kind, counts in told.events]
    yield from _tables(told, words.say("event"), rows, width)


def _missing(told: Comparison, words: Wording, width: int) -> Iterator[RenderableType]:
    """Reasons of the dashes, each once, with the sets that it holds for."""
    del width
    lines: dict[str, list[str]] = {}
    for row in told.differing:
        for name, feature in zip(told.definitions, row, strict=True):
            if feature.missing:
                line = f"{words.feature(feature.name)}: {words.missing(feature.missing)}"
                lines.setdefault(line, []).append(name)
    if lines:
        yield Text()
        yield Text(words.say("compare_missing"), style="bold")
    for line, names in lines.items():
        yield Padding(Text(f"{', '.join(names)} – {line}"), (0, 0, 0, 2), expand=False)


def _changes(told: Comparison, words: Wording, width: int) -> Iterator[RenderableType]:
    del width
    yield Text()
    yield Text(words.say("compare_changes"), style="bold")
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        grid.add_column(overflow="fold")
    for name, changed in zip(told.definitions, told.changes, strict=True):
        if not changed:
            grid.add_row(Text(name), Text(words.say("compare_none"), style="dim"), "")
        for k, (parameter, value, was) in enumerate(changed):
            became = words.say("compare_was", value=words.number(value, 2), was=words.number(was, 2))
            grid.add_row(Text(name if k == 0 else ""), Text(parameter), Text(became))
    yield Padding(grid, (0, 0, 0, 2), expand=False)


def _tables(told: Comparison, head: str, rows: list[tuple[str, list[str]]], width: int) -> Iterator[Table]:
    """As many tables as the width needs; the first set stands in each of them, to be compared with."""
    at_once = max(1, (width - NAME_CELLS) // COLUMN_CELLS - 1)
    others = range(1, len(told.definitions))
    for start in range(0, len(others), at_once):
        columns = (0, *others[start : start + at_once])
        table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
        table.add_column(head, overflow="fold", min_width=NAME_CELLS - 1)
        for column in columns:
            table.add_column(told.definitions[column], justify="right", overflow="fold")
        for title, values in rows:
            table.add_row(Text(title), *(_cell(values[column], values[0]) for column in columns))
        yield table


def _cell(value: str, first: str) -> Text:
    """A value; one that is not the first set's carries a mark, for who sees no colour."""
    return Text(value) if value == first else Text(f"{DIFFERS} {value}", style="bold yellow")
