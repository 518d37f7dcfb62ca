"""How many went from where to where: a column a step, bands as wide as what they carry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from voxcx.domain.pages import Flow
from voxcx.report.insight.charts.drawing import LETTER_PX, cut, definition, empty, figure, number
from voxcx.report.insight.telling import Telling

COLUMN_PX = 175  # least width of a column: its labels must be readable; a narrower screen scrolls the picture
MOST_NODES = 10  # of a column; the smallest ones are taken together
HEIGHT_PX, SLOT_PX, GAP_PX, TOP_PX = 260.0, 20.0, 8.0, 8.0
BAR_PX = 10
VIEW = 1000.0
OTHERS = "\0others"
Links = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class _Node:
    column: int
    y: float
    size: int
    name: str


def flow_chart(flow: Flow, telling: Telling) -> str:
    """The picture as HTML; a sentence where nobody moved."""
    title, told = telling.html(flow.title), telling.html(flow.definition)
    links, merged = _merged(flow)
    if not links:
        return empty("flow", title, escape(telling.say("empty_flow")), told)
    names = {node: telling.text(name) for node, name in flow.names}
    columns = _columns(links)
    scale = _scale(columns, links)
    nodes, height = _nodes(columns, links, scale, lambda node: _name(node, names, merged, telling))
    bands = "".join(_bands(links, nodes, (scale, height, len(columns)), telling))
    bars = "".join(_bar(node, (scale, len(columns)), telling) for node in nodes.values())
    view = f'viewBox="0 0 {VIEW:g} {number(height)}" preserveAspectRatio="none"'
    stretched = f'<svg width="100%" height="{number(height)}" {view}>{bands}</svg>'
    least = f"min-width:{COLUMN_PX * len(columns)}px"
    svg = f'<svg height="{number(height)}" style="{least}" role="group" aria-label="{title}">{stretched}{bars}</svg>'
    return figure("flow", title, f'<div class="scroller">{svg}</div>', definition(told))


def step_of(node: str) -> str:
    """The step of a node.

    >>> step_of("1:bot"), step_of("bot")
    ('1', '')
    """
    return node.partition(":")[0] if ":" in node else ""


def _merged(flow: Flow) -> tuple[Links, dict[str, int]]:
    """Links between at most ``MOST_NODES`` nodes a step, and how many were taken together in each step."""
    known = [(one, other, count) for one, other, count in flow.links if count > 0]
    size: dict[str, int] = defaultdict(int)
    for one, other, count in known:
        size[one] += count
        size[other] += count
    steps: dict[str, list[str]] = defaultdict(list)
    for node in sorted(size, key=lambda each: (-size[each], each)):
        steps[step_of(node)].append(node)
    small = {node for nodes in steps.values() if len(nodes) > MOST_NODES for node in nodes[MOST_NODES - 1 :]}
    merged = {step: len(nodes) - MOST_NODES + 1 for step, nodes in steps.items() if len(nodes) > MOST_NODES}
    links: Links = defaultdict(int)
    for one, other, count in known:
        ends = [f"{step_of(node)}:{OTHERS}" if node in small else node for node in (one, other)]
        links[ends[0], ends[1]] += count
    return dict(links), merged


def _name(node: str, names: dict[str, str], merged: dict[str, int], telling: Telling) -> str:
    if node.endswith(OTHERS):
        return telling.say("others", n=telling.amounts.count(merged[step_of(node)]))
    return names.get(node) or node.partition(":")[2] or node


def _columns(links: Links) -> list[list[str]]:
    """Nodes by step, steps in order: by number where all are numbers, else as they come."""
    nodes = list(dict.fromkeys(node for ends in links for node in ends))
    steps = list(dict.fromkeys(step_of(node) for node in nodes))
    if all(step.isdigit() for step in steps):
        steps.sort(key=int)
    size = {node: _size(node, links) for node in nodes}
    return [
        sorted((n for n in nodes if step_of(n) == step), key=lambda n: (n.endswith(OTHERS), -size[n], n))
        for step in steps
    ]


def _size(node: str, links: Links) -> int:
    came = sum(count for (_, other), count in links.items() if other == node)
    went = sum(count for (one, _), count in links.items() if one == node)
    return max(came, went)


def _scale(columns: list[list[str]], links: Links) -> float:
    """Pixels an interaction: the fullest column takes the height."""
    return HEIGHT_PX / max(sum(_size(node, links) for node in column) for column in columns)


def _nodes(
    columns: list[list[str]], links: Links, scale: float, name: Callable[[str], str]
) -> tuple[dict[str, _Node], float]:
    """Where each node stands: under each other, none closer than its label needs."""
    nodes, height = {}, 0.0
    for column, members in enumerate(columns):
        y = TOP_PX
        for node in members:
            size = _size(node, links)
            nodes[node] = _Node(column, y, size, name(node))
            y += max(size * scale, SLOT_PX) + GAP_PX
        height = max(height, y)
    return nodes, height


def _x(column: int, columns: int) -> float:
    """Share of the width where a column begins: the last one leaves room for its labels."""
    return column / columns


def _bands(links: Links, nodes: dict[str, _Node], frame: tuple[float, float, int], telling: Telling) -> list[str]:
    scale, _, columns = frame
    left: dict[str, float] = defaultdict(float)
    right: dict[str, float] = defaultdict(float)
    drawn = []
    for (one, other), count in sorted(links.items(), key=lambda link: (nodes[link[0][0]].y, nodes[link[0][1]].y)):
        start, end, width = nodes[one], nodes[other], max(count * scale, 1.0)
        y1, y2 = start.y + right[one], end.y + left[other]
        right[one] += count * scale
        left[other] += count * scale
        x1, x2 = VIEW * _x(start.column, columns) + 4, VIEW * _x(end.column, columns) + 4
        path = _ribbon((x1, y1), (x2, y2), width)
        hint = escape(f"{start.name} → {end.name}: {telling.amounts.count(count)}")
        drawn.append(f'<path class="ribbon c{nodes[one].column % 8}" d="{path}"><title>{hint}</title></path>')
    return drawn


def _ribbon(start: tuple[float, float], end: tuple[float, float], width: float) -> str:
    """A band from an upper left corner to an upper right one, level at both."""
    (x1, y1), (x2, y2) = start, end
    bend = (x1 + x2) / 2

    def curve(from_y: float, to_y: float, to_x: float) -> str:
        return "C" + " ".join(number(each) for each in (bend, from_y, bend, to_y, to_x, to_y))

    return f"M{number(x1)} {number(y1)}{curve(y1, y2, x2)}v{number(width)}{curve(y2 + width, y1 + width, x1)}Z"


def _bar(node: _Node, frame: tuple[float, int], telling: Telling) -> str:
    scale, columns = frame
    x, height = f"{100 * _x(node.column, columns):.2f}%", max(node.size * scale, 2.0)
    count = telling.amounts.count(node.size)
    letters = int((COLUMN_PX - BAR_PX - 16) / LETTER_PX) - len(count) - 1
    label = f"{escape(cut(node.name, max(letters, 4)))} <tspan>{escape(count)}</tspan>"
    bar = f'<rect class="node" width="{BAR_PX}" height="{number(height)}"/>'
    text = f'<text x="{BAR_PX + 5}" y="{number(max(height, SLOT_PX) / 2 + 4)}">{label}</text>'
    hint = f"<title>{escape(f'{node.name}: {count}')}</title>"
    return f'<svg x="{x}" y="{number(node.y)}" overflow="visible">{hint}{bar}{text}</svg>'
