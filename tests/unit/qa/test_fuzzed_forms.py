"""Forms with random damage: whatever it is, one sentence comes out and no traceback, soon."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from voxcx.config import shipped
from voxcx.errors import FormError
from voxcx.qa.checking.checking import check_source
from voxcx.qa.yaml_source import Source

TEXT = shipped("configs", "qa_forms", "chat.en.v1.yaml").read_text(encoding="utf-8")
TIMES = 120
LONGEST_S = 5.0  # of CPU, for reading and checking one form
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 3.5, float("nan"), float("inf"), 10**30, "", "x", "{", "[a", "<name", "a|b", "...", "=*"),
    *([], {}, [1], {"a": 1}, "use", [[[]]], {"said": 1}, {"use": None}, "a" * 5000, {1: 2}, {None: 1}, "\x00"),
    *({"said": {"phrases": ["yes there"]}}, {"rule": "x", "hit": 0}, {"event": {"kind": "hold"}}, {"after": "x"}),
)
KEYS: tuple[Any, ...] = ("said", "use", "where", "id", 5, None, True, 1.5, "not", "if", "")
SCRAPS = (
    "!!python/object:os.system ",
    "&a ",
    "*a ",
    "\t",
    ": ",
    "- ",
    "{",
    "]",
    "'",
    '"',
    "\x00",
    "---\n",
    "? ",
    "<<: ",
)
Path = tuple[Any, ...]


class Plain(yaml.SafeDumper):
    """Writes the same thing twice rather than an alias."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as yaml calls it
        return True


def paths(data: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, part in parts:
        yield from paths(part, (*path, key))


def at(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def damaged(data: Any, lot: random.Random) -> None:
    """Delete, replace, rename, double, swap or wrap one part."""
    everywhere = list(paths(data))
    path = lot.choice(everywhere)
    holder, key = at(data, path[:-1]), path[-1]
    way = lot.randrange(6)
    if way == 0:
        del holder[key]
    elif way == 1:
        holder[key] = copy.deepcopy(lot.choice(VALUES))
    elif way == 2 and isinstance(holder, dict):
        holder[lot.choice((f"{key}x", *KEYS))] = holder.pop(key)
    elif way == 3 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif way == 4:
        holder[key] = copy.deepcopy(at(data, lot.choice(everywhere)))
    else:
        holder[key] = [holder[key]]


def torn(text: str, lot: random.Random) -> str:
    """Text with a piece cut out, a scrap put in, or a line moved."""
    where, way = lot.randrange(len(text)), lot.randrange(3)
    if way == 0:
        return text[:where] + text[where + lot.randrange(1, 200) :]
    if way == 1:
        return text[:where] + lot.choice(SCRAPS) + text[where:]
    lines = text.split("\n")
    lines.insert(lot.randrange(len(lines)), lines.pop(lot.randrange(len(lines))))
    return "\n".join(lines)


def sample(seed: int) -> str:
    lot = random.Random(seed)  # noqa: S311 - a lot that comes out the same each time
    if seed % 3 == 0:
        return torn(torn(TEXT, lot), lot)
    data = yaml.safe_load(TEXT)
    for _ in range(lot.randrange(1, 4)):
        damaged(data, lot)
    return yaml.dump(data, Dumper=Plain, allow_unicode=True, sort_keys=False)


@pytest.mark.parametrize("start", range(0, TIMES, 20))
def test_a_damaged_form_gives_one_sentence_or_works(start: int) -> None:
    for seed in range(start, start + 20):
        text, begun = sample(seed), time.process_time()
        try:
            assert all("\n" not in one.sentence for one in check_source(Source("form.yaml", text)).findings)
        except FormError as error:
            told = str(error)
            assert told.startswith("form.yaml"), f"seed {seed}: {told}"
            assert told.endswith("."), f"seed {seed}: {told}"
            assert "\n" not in told, f"seed {seed}: {told}"
            assert len(told) < 1500, f"seed {seed}: {told}"
        assert time.process_time() - begun < LONGEST_S, f"seed {seed}"
