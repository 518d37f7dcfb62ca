"""Whether digits in a line are data that somebody gives, or only a number that is mentioned (a year, an error code)."""

from __future__ import annotations

from voxcx.language.dictated import Said
from voxcx.language.tokens import Token
from voxcx.qa.scene import Line, Scene


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEAR = 4  # words between the name of a thing and its digits
TURNS_BACK = 2
LINES_BACK = 30
PHONE_DIGITS = 10  # so long a number is given whatever stands about it
YEARS = range(1900, 2100)
FREE_LINE = "8800"
NAMES = _words(
    "номер телефон договор счет заказ карта адрес дом квартира заявка обращение паспорт полис код индекс записать"
    " number phone account order card zip postcode code id reference ticket case policy contract address apartment"
    " confirmation tracking telephone cell mobile ssn call reach перезвонить набрать"
)
MENTIONED = _words("год канал ошибка модель версия тариф year model error channel version")
ASKING = _words(
    "какой назвать сказать подсказать продиктовать уточнить сообщить написать ввести указать диктовать что"
    " what which provide give tell confirm enter verify spell may"
)
HELP = _words("помочь help")
CARRIERS = _words(
    "так да угу ага ну и потом дальше запятая вот это мой моя он она значит сейчас пишите запишите записывайте плюс"
    " тире повторяю повторю говорю будет yes okay ok then and uh um right it is 's its this that my i said say so"
    " sure dash the well"
)


def is_told(said: Said, line: Line, scene: Scene) -> bool:
    """Whether a number is given: asked for, called by its name, or alone; no year, model or error code."""
    beside = line.tokens[max(0, said.start - 2) : said.start] + line.tokens[said.end : said.end + 1]
    if _any(beside, MENTIONED):
        return False
    others = [*line.tokens[: said.start], *line.tokens[said.end :]]
    alone = all(token.lower in CARRIERS or any(map(str.isdecimal, token.lower)) for token in others)
    if not alone and [token.lower for token in line.tokens[said.start : said.end]] == ["one"]:
        return False  # "this one was a …"
    if _asked(line, scene):
        return True
    year = len(said.digits) == len("2026") and int(said.digits) in YEARS
    if said.digits.startswith(FREE_LINE):
        return False
    if len(said.digits) >= PHONE_DIGITS:
        return True
    return (alone and not year) or _any(line.tokens[max(0, said.start - NEAR) : said.end + 2], NAMES)


def _any(tokens: tuple[Token, ...], words: frozenset[str]) -> bool:
    return any(not token.forms.isdisjoint(words) for token in tokens)


def _asked(line: Line, scene: Scene) -> bool:
    """Whether another party asked for something in its last turns before."""
    turns: list[int] = []
    for other in reversed(scene.lines[max(0, line.index - LINES_BACK) : line.index]):
        if other.utterance.role in {line.utterance.role, "system"}:
            continue
        if other.turn not in turns:
            turns.append(other.turn)
        if len(turns) > TURNS_BACK:
            return False
        question = any(word.text.endswith("?") for word in other.utterance.words)
        if (question or _any(other.tokens, ASKING | NAMES)) and not _any(other.tokens, HELP):
            return True
    return False
