"""Write the pages that are made from the code – or, with --check, say which of them are out of date."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from voxcx.config import Config, load_config, shipped
from voxcx.domain.catalogue import CATALOGUE, FeatureSpec
from voxcx.domain.event_catalogue import EVENTS, EventSpec
from voxcx.report.as_json import schema_json
from voxcx.report.wording import Wording
from voxcx.results.documenting import page as results_page

DOCS = Path(__file__).resolve().parents[1] / "docs"
WORDS = Wording("en")


def features_page() -> str:
    """Every feature of the catalogue as a Markdown table, family by family."""
    return "\n".join(_feature_lines()) + "\n"


def _feature_lines() -> Iterator[str]:
    yield "# Features"
    yield ""
    yield "Made from `src/voxcx/domain/catalogue.py` by `make docs`; `voxcx features --list` prints the same."
    yield "★: a factor that Sber's essay on automatic CSI names. Source: whose definition it is."
    yield "Times are seconds from the recording's start. A value that cannot be known is None with its reason, never 0."
    yield "Parameters are told with their values under `default`; [other definitions](definitions.md) change them."
    used = load_config().definitions_named("default").model_dump()
    family = None
    for spec in CATALOGUE.values():
        if spec.family != family:
            family = spec.family
            yield from ("", f"## {family}", "")
            yield "| name | unit | for | needs | definition | source | parameters |"
            yield "|---|---|---|---|---|---|---|"
        yield _feature_line(spec, used)


def _feature_line(spec: FeatureSpec, used: dict[str, float]) -> str:
    star = "★ " if spec.star else ""
    needs = ", ".join(spec.needs) or "–"
    parameters = ", ".join(f"`{name}` = {used[name]:g}" for name in spec.parameters) or "–"
    cells = (f"{star}`{spec.name}`", spec.unit, spec.kinds, needs, spec.definition("en", used), spec.defined_by)
    return f"| {' | '.join(cells)} | {parameters} |"


def definitions_page() -> str:
    """What each event is under each set of definitions, and the sets' parameters side by side."""
    config = load_config()
    return "\n".join((*_definitions_head(), *_sets(config), *_events(config), *_parameters(config))) + "\n"


def _definitions_head() -> Iterator[str]:
    yield "# Definitions of events"
    yield ""
    yield "Made from `configs/default.yaml` and `src/voxcx/domain/event_catalogue.py` by `make docs`."
    yield "No two vendors mean the same thing by an interruption or a silence, so every number is printed with the"
    yield "parameters it was computed with, and a call can be measured under each named set:"
    yield ""
    yield "    voxcx score call.flac --definitions sber            one set"
    yield "    voxcx score call.flac --definitions default,sber    side by side: what differs, and why"
    yield "    voxcx score call.flac --definitions all             all sets, those of your own `--config` too"
    yield ""
    yield "Features are in [features.md](features.md). A chat has no such events and measures the same under all sets."


def _sets(config: Config) -> Iterator[str]:
    yield from ("", "## The sets", "")
    source = shipped("configs", "default.yaml").read_text(encoding="utf-8")
    default = config.definitions_named("default").model_dump()
    yield "| set | what it changes | about |"
    yield "|---|---|---|"
    for name, rules in config.definitions.items():
        changed = [f"`{key}` = {value:g}" for key, value in rules.model_dump().items() if value != default[key]]
        about = "voxcx's own" if name == "default" else _about_set(name, source)
        yield f"| `{name}` | {', '.join(changed) or '–'} | {about} |"


def _about_set(name: str, source: str) -> str:
    """The comment above a named set in the file and the one beside it."""
    found = re.search(rf"((?:^  # .*\n)*)^  {name}: \{{.*?\}} *(?:# *(.*))?$", source, re.MULTILINE)
    if found is None:
        raise ValueError(f"definitions {name}: expected one line of configs/default.yaml, found none")
    above = " ".join(line.strip().removeprefix("# ") for line in found[1].splitlines())
    return " ".join(part for part in (above, found[2]) if part)


def _events(config: Config) -> Iterator[str]:
    yield from ("", "## The events", "")
    yield "A set is named where its definition is another than `default`'s."
    for spec in EVENTS:
        yield from ("", f"### {spec.kind}", "")
        yield f"*{WORDS.name('event', spec.kind)}*"
        yield from _event_lines(spec, config)


def _event_lines(spec: EventSpec, config: Config) -> Iterator[str]:
    default = config.definitions_named("default").model_dump()
    yield from ("", f"- `default`: {_defined(spec, default)}")
    for name, rules in config.definitions.items():
        told = _defined(spec, rules.model_dump())
        if told != _defined(spec, default):
            yield f"- `{name}`: {told}"


def _defined(spec: EventSpec, used: dict[str, float]) -> str:
    parameters = ", ".join(f"`{name}` = {used[name]:g}" for name in spec.parameters(used))
    definition = spec.definition("en", used)
    return f"{definition} ({parameters})" if parameters else definition


def _parameters(config: Config) -> Iterator[str]:
    """Every parameter by set; a value that is not the default's is bold."""
    yield from ("", "## The parameters", "")
    yield f"| parameter | {' | '.join(config.definitions)} | meaning |"
    yield f"|---|{'---|' * len(config.definitions)}---|"
    sets = [rules.model_dump() for rules in config.definitions.values()]
    default = config.definitions_named("default").model_dump()
    source = shipped("configs", "default.yaml").read_text(encoding="utf-8")
    for name, value in default.items():
        cells = (f"{used[name]:g}" if used[name] == value else f"**{used[name]:g}**" for used in sets)
        meaning = re.search(rf"^    {name}: .*?# *(.*)$", source, re.MULTILINE)
        yield f"| `{name}` | {' | '.join(cells)} | {meaning[1] if meaning else ''} |"


def main() -> int:
    """Write or check; 1 when something is out of date."""
    pages = {
        "definitions.md": definitions_page(),
        "features.md": features_page(),
        "result.schema.json": schema_json(),
        "results.md": results_page(),
    }
    stale = [name for name, text in pages.items() if _old(DOCS / name) != text]
    if "--check" in sys.argv:
        print(f"out of date, run `make docs`: {', '.join(stale)}" if stale else "up to date")
        return 1 if stale else 0
    DOCS.mkdir(exist_ok=True)
    for name in stale:
        (DOCS / name).write_text(pages[name], encoding="utf-8")
    print(f"written: {', '.join(stale) or 'nothing, all up to date'}")
    return 0


def _old(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
