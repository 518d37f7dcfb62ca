"""The terminal view of one result: who, CSI and why, the score, every criterion with its quotes, key measures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from voxcx.domain.catalogue import CATALOGUE
from voxcx.domain.qa import Verdict
from voxcx.domain.result import Result
from voxcx.report import card, figures
from voxcx.report.wording import Wording

STYLE: dict[Verdict, str] = {"met": "green", "not_met": "bold red", "undecided": "yellow", "not_applicable": "dim"}
BAND_CELLS = 40
MOST_REASONS = 5
MOST_QUOTES = 2
KEY_FEATURES = (
    "talk_s", "agent_speech_share", "customer_speech_share", "overlap_share_call", "overlap_in_interruptions_s",
    "interruptions_by_agent", "mutual_silence_share", "long_silences", "holds_count", "hold_total_s", "ivr_time_s",
    "ivr_status", "queue_wait_s", "agent_words", "customer_letters_per_word", "rate_diff_wps", "agent_opening_end_s",
    "prefers_human", "first_response_s", "agent_response_median_s", "agent_messages", "customer_messages", "handover",
    "template_share", "uses_customer_name", "customer_negative",
)  # fmt: skip


def print_scorecard(result: Result, ui: str, console: Console) -> None:
    """Print the result for a person; reads as well without colour, at 80 columns.

    Raises ConfigError on another ``ui``.
    """
    words = Wording(ui)
    for block in (_head, _csi, _score, _criteria, _measures):
        for line in block(result, words):
            inset = Padding(line, (0, 0, 0, 2)) if isinstance(line, Table) else line
            console.print(inset, highlight=False)


def _head(result: Result, words: Wording) -> Iterator[RenderableType]:
    kind = words.say("title_call" if result.interaction.kind == "call" else "title_chat")
    count = words.say("messages_count")
    named = (
        f"{label.lower()}: {value}" if label == count else value for label, value in figures.heading(result, words)
    )
    facts = " · ".join(named)
    yield Text.assemble((f"{kind} {result.interaction.id}", "bold"), "  ", (facts, "dim"))
    if result.interaction.kind == "call":
        fine = result.roles.verdict == "ok"
        notes = "; ".join(figures.channel_notes(result, words))
        yield Text(
            f"{'✓' if fine else '⚠'} {words.say('channels_verdict')}: {notes}", style="green" if fine else "bold red"
        )


def _csi(result: Result, words: Wording) -> Iterator[RenderableType]:
    yield Text()
    if result.csi is None:
        yield Text.assemble((words.say("csi"), "bold"), f"  {words.say('no_csi')}: {figures.gap(result, 'csi', words)}")
        return
    told = figures.csi_figure(result.csi, words)
    yield Text.assemble(
        (words.say("csi"), "bold"), "  ", (told.value, "bold cyan"), f" {words.say('of_100')}, {told.interval}"
    )
    estimate = result.csi
    yield Text.assemble("  0 ", *_band(estimate.low, estimate.value, estimate.high), " 100")
    yield Text(f"  {words.say('p_dissatisfied')} {told.p_dissatisfied}, {told.p_satisfied}")
    for warning in (told.simulated, *told.warnings):
        if warning:
            yield _hanging(Text("⚠", style="yellow"), Text(warning, style="yellow"))
    yield from _reasons(result, words)


def _band(low: float, value: float, high: float) -> list[tuple[str, str]]:
    """The interval as a line of cells, the value as a dot."""
    cell = [min(int(x / 100 * BAND_CELLS), BAND_CELLS - 1) for x in (low, value, high)]
    cells = ["━" if cell[0] <= i <= cell[2] else "·" for i in range(BAND_CELLS)]
    cells[cell[1]] = "●"
    return [(mark, "bold cyan" if mark == "●" else "cyan" if mark == "━" else "dim") for mark in cells]


def _reasons(result: Result, words: Wording) -> Iterator[RenderableType]:
    reasons = card.pushes(result, words)
    grid = _grid((None, 15, "right"), (None, None, "left"))
    for push in reasons[:MOST_REASONS]:
        where = "  ".join(link.text for link in push.links[:MOST_QUOTES])
        what = Text.assemble(f"{push.title}: {push.value}", (f"  {where}" if where else "", "dim"))
        grid.add_row(Text(push.points, style="green" if push.up else "red"), what)
    if reasons:
        yield grid
    if len(reasons) > MOST_REASONS:
        more = words.say("more", n=words.plural(len(reasons) - MOST_REASONS, "more"))
        yield Padding(Text(more, style="dim"), (0, 0, 0, 19))


def _score(result: Result, words: Wording) -> Iterator[RenderableType]:
    yield Text()
    if result.scorecard is None:
        why = figures.gap(result, "scorecard", words)
        yield Text.assemble((words.say("qa"), "bold"), f"  {words.say('no_scorecard')}: {why}")
        return
    told = figures.qa_figure(result.scorecard, words)
    if told.value is None:
        score = Text(words.say("no_scorecard"))
    else:
        score = Text.assemble((told.value, "bold red" if told.critical else "bold cyan"), f" {words.say('of_100')}")
    notes = "; ".join(note for note in (told.zeroed, told.decided) if note)
    yield Text.assemble((words.say("qa"), "bold"), "  ", score, f", {notes}" if notes else "")
    for kind, criteria in told.critical:
        for criterion in criteria:
            named = Text(f"{words.say('critical_one')} ({kind}): {criterion.title_in(words.ui)}", style="bold red")
            yield _hanging(Text("✕", style="bold red"), named)
    if told.critical_undecided:
        open_ones = f"{words.say('critical')}: {told.critical_undecided}"
        yield _hanging(Text("?", style="yellow"), Text(open_ones, style="yellow"))


def _criteria(result: Result, words: Wording) -> Iterator[RenderableType]:
    for part in card.parts(result, words):
        score = "" if part.score is None else f"  {part.score} {words.say('of_100')}"
        zeroed = f", {words.say('section_zeroed')}" if part.zeroed else ""
        yield Text()
        yield Text.assemble((part.title, "bold"), (score + zeroed, "dim"))
        grid = _grid((None, 16, "left"), (None, None, "left"), (None, 10, "right"))
        for row in part.applicable:
            style = STYLE[row.verdict]
            grid.add_row(Text(f"{row.symbol} {row.word}", style=style), _told(row), Text(row.points, style="dim"))
        yield grid
        if part.inapplicable:
            titles = f"– {words.name('verdict', 'not_applicable')}: {'; '.join(row.title for row in part.inapplicable)}"
            yield Padding(Text(titles, style="dim"), (0, 0, 0, 2))


def _told(row: card.Row) -> Text:
    text = Text(row.title)
    if row.severity:
        text.append(f" [{row.severity}]", "red" if row.verdict == "not_met" else "dim")
    for quote in row.quotes[:MOST_QUOTES]:
        where = " ".join(link.text for link in quote.links if link.at_s is not None)
        if quote.text:
            said = f"{quote.who}: {quote.text}" if quote.who else quote.text
            text.append(f"\n{where} {said}".rstrip(), "italic")
        elif where:
            text.append(f"\n{where}", "italic")
    if row.reason and (row.verdict != "met" or row.partial):
        text.append(f"\n{row.reason}", "dim")
    return text


def _measures(result: Result, words: Wording) -> Iterator[RenderableType]:
    features = [f for name in KEY_FEATURES if (f := result.features.get(name)) is not None]
    known = [feature for feature in features if feature.value is not None]
    if not known:
        return
    yield Text()
    yield Text(words.say("key_features"), style="bold")
    grid = _grid((None, 1, "left"), (None, None, "left"), (None, 26, "right"))
    for feature in known:
        star = Text("★" if CATALOGUE[feature.name].star else "", style="yellow")
        value = Text(words.value(feature.name, feature.value), style="bold")
        grid.add_row(star, Text(words.feature(feature.name)), value)
    yield grid


def _hanging(mark: Text, text: Text) -> Table:
    grid = _grid((None, 1, "left"), (None, None, "left"))
    grid.add_row(mark, text)
    return grid


def _grid(*columns: tuple[int | None, int | None, Literal["left", "right"]]) -> Table:
    """A table without lines; a column is (ratio, width, side), without either it takes what is left."""
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for ratio, width, side in columns:
        share = 1 if ratio is None and width is None else ratio
        grid.add_column(ratio=share, width=width, justify=side, overflow="fold")
    return grid
