"""The frame around pages: head, warnings, contents, style and script. Jinja2's door for the archive's report."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from voxcx.domain.estimates import Estimate
from voxcx.report.insight.about import About
from voxcx.report.insight.amounts import NOTHING
from voxcx.report.insight.telling import Telling
from voxcx.report.wording import DASH


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the file: where it lies, its words, and its HTML."""

    anchor: str
    title: str
    question: str
    html: str


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("voxcx.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def framed(sections: tuple[Section, ...], about: About, telling: Telling, *, card: bool = False) -> str:
    """One file that needs nothing else; ``card`` is for one page alone, without contents."""
    script = files("voxcx.report").joinpath("templates", "archive.js").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("archive.html.j2")
        .render(
            ui=telling.ui,
            say=telling.say,
            title=telling.text(about.title),
            about=about,
            facts=_facts(about, telling),
            notes=[telling.text(note) for note in about.notes],
            settings=[telling.text(line) for line in about.settings],
            sections=sections,
            card=card,
            script=script,
            policy=_policy(script),
        )
    )


def _policy(script: str) -> str:
    """This script and no other may run, and nothing is fetched: a word of a customer's can do neither."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _facts(about: About, telling: Telling) -> list[tuple[str, str]]:
    """The head's figures with their names."""
    amounts = telling.amounts
    answers = amounts.count(about.answers) if about.answers else telling.say("no_answers")
    facts = [
        (telling.say("interactions"), amounts.count(about.interactions)),
        (telling.say("period"), _period(about, telling)),
        (telling.say("answers"), answers),
        (telling.say("response"), _response(about, telling)),
        (telling.say("made_from"), about.made_from),
    ]
    return [(name, fact) for name, fact in facts if fact]


def _period(about: About, telling: Telling) -> str:
    if about.first_day is None or about.last_day is None:
        return telling.say("no_period")
    first, last = (telling.amounts.day(day) for day in (about.first_day, about.last_day))
    return first if first == last else f"{first} {DASH} {last}"


def _response(about: About, telling: Telling) -> str:
    """The share of the invited who answered; none where more answered than were invited."""
    if not about.answers:
        return ""
    if not about.invited or about.answers > about.invited:
        return telling.say("not_invited") if about.invited is None else NOTHING
    share = telling.value(Estimate(about.answers / about.invited, n=about.invited), "share")
    return telling.say("response_of", share=share, invited=telling.amounts.count(about.invited))
