"""Write the pages that are made from the code – or, with --check, say which of them are out of date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from voxcx.config import load_config
from voxcx.domain.catalogue import CATALOGUE
from voxcx.report.as_json import schema_json
from voxcx.results.documenting import page as results_page

DOCS = Path(__file__).resolve().parents[1] / "docs"


def features_page() -> str:
    """Every feature of the catalogue as a Markdown table, family by family."""
    return "\n".join(_feature_lines()) + "\n"


def _feature_lines() -> Iterator[str]:
    yield "# Features"
    yield ""
    yield "Made from `src/voxcx/domain/catalogue.py` by `make docs`."
    yield "★: a factor that Sber's essay on automatic CSI names."
    yield "Times are seconds from the recording's start. A value that cannot be known is None with its reason, never 0."
    used = load_config().definitions_named("default").model_dump()
    family = None
    for spec in CATALOGUE.values():
        if spec.family != family:
            family = spec.family
            yield from ("", f"## {family}", "", "| name | unit | for | needs | definition |", "|---|---|---|---|---|")
        star = "★ " if spec.star else ""
        needs = ", ".join(spec.needs) or "–"
        yield f"| {star}`{spec.name}` | {spec.unit} | {spec.kinds} | {needs} | {spec.definition('en', used)} |"


def main() -> int:
    """Write or check; 1 when something is out of date."""
    pages = {"features.md": features_page(), "result.schema.json": schema_json(), "results.md": results_page()}
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
