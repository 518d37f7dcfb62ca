from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from builders import a_call, a_chat, untrusted_call
from voxcx.cli.scorecard import print_scorecard
from voxcx.domain.result import Result


def printed(result: Result, ui: str, *, width: int = 80, colour: bool = False) -> str:
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="truecolor" if colour else None)
    print_scorecard(result, ui, console)
    return out.getvalue().replace("\u00a0", " ")


@pytest.mark.parametrize("ui", ["ru", "en"])
@pytest.mark.parametrize("make", [a_call, a_chat, untrusted_call])
def test_it_fits_80_columns_and_needs_no_colour(make: Callable[[], Result], ui: str) -> None:
    text = printed(make(), ui)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text


def test_everything_that_matters_is_there() -> None:
    text = printed(a_call(), "ru")
    for part in (
        "Звонок call-0417",
        "✓ Запись: два канала, звук в порядке",
        "32 из 100, с вероятностью 80 % – от 11 до 62",
        "⚠",
        "−11,4 пункта  Клиент грозит жалобой, раз: 1  1:20–1:21",
        "и ещё 2 причины",
        "✕  Критическая ошибка (по закону): Не запрашивал код из СМС, CVC, пароль",
        "1:02 Оператор: «назовите код из смс»",
        "? не оценено",
        "★  Время на удержании",
    ):
        assert part in text, part


def test_square_brackets_in_what_was_said_are_no_markup() -> None:
    call = a_call()
    named = replace(call, interaction=replace(call.interaction, agent_name="[bold]x[/bold]", queue="[/red]"))
    assert "[bold]x[/bold]" in printed(named, "en")


def test_colours_only_on_a_terminal() -> None:
    assert "\x1b[" in printed(a_call(), "en", colour=True)


def test_what_is_missing_says_why() -> None:
    text = printed(untrusted_call(), "en")
    assert "No estimate: mono recording: too few features are known" in text
    assert "No score: roles are not trusted: mono recording" in text
