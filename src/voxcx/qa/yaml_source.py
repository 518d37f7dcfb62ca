"""A YAML file read with care: no tags, no bombs, no doubled keys, and the line of everything in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from voxcx.errors import FormError

MAX_BYTES = 4_000_000
MAX_DEPTH = 60
MAX_NODES = 400_000  # with aliases written out
MAX_CRITERIA = 1000
EXAMPLES = {  # by a word of the parser's own sentence
    "another document": "keep one form in a file, without `---` inside",
    "alias": "correct example: `&name` before the first, `*name` for the others, or `define:` and `use: name`",
    "the tag": "correct example: `title: text` without `!` before it",
    "tab character": "correct example: two spaces before a deeper key, no tab",
    "start any token": "correct example: two spaces before a deeper key, no tab, and quotes around a text with signs",
    "control characters": "save the form as plain text in UTF-8",
    "": 'correct example: `title: "Приветствие: имя"` with quotes around a text that has a colon',
}
Key = str | int
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Source:
    """The file's data and where each part of it stands."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.data: Any = None
        loader, self.root = _compose(name, text)
        if self.root is not None:
            _check_nodes(self)
            self.data = _construct(name, loader, self.root)

    def line(self, path: tuple[Key, ...]) -> int:
        """Line (from 1) of the value at a path; of the deepest part of it that exists when it does not."""
        node, line = self.root, 1
        for key in path:
            if node is None:
                break
            found = _child(node, key)
            if found is None:
                break
            mark, node = found
            line = mark.line + 1
        return line

    def problem(self, path: tuple[Key, ...], text: str, example: str) -> FormError:
        """One sentence: file, line, place, what is wrong, and a correct example."""
        where = " → ".join(str(part) for part in path) or "top level"
        return FormError(f"{self.name}, line {self.line(path)}, {where}: {text}; correct example: `{example}`.")


def read_source(path: Path) -> Source:
    """Read a form file; FormError when there is none, or it is too large or no text."""
    if path.is_dir():
        raise FormError(f"{path}: expected a form file, got a folder; give the path of a .yaml file in it.")
    try:
        raw = path.read_bytes()
    except OSError:
        raise FormError(f"{path}: expected a form file, found none that can be read; give an existing path.") from None
    if len(raw) > MAX_BYTES:
        raise FormError(f"{path}: expected a form of at most {MAX_BYTES:,} bytes, got {len(raw):,}; split it.")
    try:
        return Source(str(path), raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FormError(f"{path}: expected text in UTF-8, got other bytes; save the form as UTF-8.") from None


def _compose(name: str, text: str) -> tuple[Any, yaml.Node | None]:
    try:
        _check_size(name, text)
        loader = Loader(text)
        node: yaml.Node | None = loader.get_single_node()
    except yaml.YAMLError as error:
        raise _broken(name, text, error) from None
    return loader, node


def _broken(name: str, text: str, error: yaml.YAMLError) -> FormError:
    mark, position = getattr(error, "problem_mark", None), getattr(error, "position", None)
    line = mark.line + 1 if mark is not None else None
    if line is None and position is not None:
        line = text.count("\n", 0, position) + 1
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    example = next((told for word, told in EXAMPLES.items() if word in problem), EXAMPLES[""])
    where = f", line {line}" if line is not None else ""
    return FormError(f"{name}{where}: expected plain YAML without tags, got a problem ({problem}); {example}.")


def _check_size(name: str, text: str) -> None:
    """Refuse what is too deep, or has too many criteria, while it is read: building it would take seconds."""
    opened: list[bool] = []  # each open list or mapping: is it a list of criteria?
    key, count, line = "", 0, 1
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            count += bool(opened and opened[-1])
            opened.append(key == "criteria" and isinstance(event, yaml.SequenceStartEvent))
            line = _line(event) if opened[-1] else line
        elif isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
        key = event.value if isinstance(event, yaml.ScalarEvent) else ""
        if len(opened) > MAX_DEPTH:
            raise FormError(
                f"{name}, line {_line(event)}: expected at most {MAX_DEPTH} levels of nesting, got more; flatten it."
            )
    if count > MAX_CRITERIA:
        raise FormError(
            f"{name}, line {line}, sections: expected at most {MAX_CRITERIA} criteria, got {count}, which no one "
            "could act on; split the form by queue."
        )


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark is not None else 1


def _check_nodes(source: Source) -> None:
    """Refuse doubled keys, aliases that hold themselves, and aliases that multiply beyond measure."""
    sizes: dict[int, int] = {}

    def size(node: yaml.Node) -> int:
        known = sizes.get(id(node))
        if known is None:
            sizes[id(node)] = MAX_NODES + 1  # until it is known: an alias back to here is endless
            known = 1 + sum(size(child) for child in _children(source, node))
            sizes[id(node)] = known
        if known > MAX_NODES:
            line = node.start_mark.line + 1
            raise FormError(
                f"{source.name}, line {line}: expected a form of at most {MAX_NODES:,} values with its aliases "
                f"written out, got more or an alias inside itself; write the rules out or use `define:`."
            )
        return known

    if source.root is not None:
        size(source.root)


def _children(source: Source, node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if not isinstance(node, yaml.MappingNode):
        return []
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value in seen:
            raise FormError(
                f"{source.name}, line {key.start_mark.line + 1}: the key {key.value!r} stands here twice; keep one."
            )
        if isinstance(key, yaml.ScalarNode):
            seen.add(key.value)
    return [part for pair in node.value for part in pair]


def _construct(name: str, loader: Any, root: yaml.Node) -> Any:
    try:
        return loader.construct_document(root)  # of a safe loader: plain values only
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        if isinstance(error, yaml.YAMLError):
            raise _broken(name, "", error) from None
        raise FormError(f"{name}: expected plain values, got one that cannot be read ({error}); quote it.") from None


def _child(node: yaml.Node, key: Key) -> tuple[yaml.Mark, yaml.Node] | None:
    """Where a child's line is counted (a key's own line) and the child."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return name.start_mark, value
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key].start_mark, node.value[key]
    return None
