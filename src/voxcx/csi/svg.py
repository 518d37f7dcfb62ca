"""A sheet to draw on: SVG as text with the same bytes for the same drawing, readable on a light and a dark page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

LETTER_PX = 7.4  # of labels, by the widest of the usual fonts
SMALL_SHARE = 1e-9
STYLE = """text{font-family:system-ui,-apple-system,"Segoe UI",Arial,sans-serif;font-size:12px;fill:#1f2328}
.title{font-size:14px;font-weight:600}.soft{fill:#59636e}.paper{fill:#ffffff}.grid{stroke:#d8dee4}.axis{stroke:#818b98}
.data{stroke:#0969da;fill:#0969da}.band{fill:#0969da;fill-opacity:.18;stroke:none}.hollow{fill-opacity:.18}
.aim{stroke:#bc4c00;fill:#bc4c00}.line{fill:none;stroke-width:2}.thin{stroke-width:1.5}.dashed{stroke-dasharray:5 4}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9198a1}.paper{fill:#0d1117}.grid{stroke:#30363d}
.axis{stroke:#656c76}.data{stroke:#4493f8;fill:#4493f8}.band{fill:#4493f8;fill-opacity:.25}
.aim{stroke:#f0883e;fill:#f0883e}.line{fill:none}}"""


def number(value: float) -> str:
    """A coordinate: at most two digits after the point, no −0.

    >>> number(3.0), number(2.345), number(-0.001)
    ('3', '2.35', '0')
    """
    text = f"{math.floor(value * 100 + 0.5) / 100:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@dataclass(frozen=True, slots=True)
class Scale:
    """Values → pixels, straight or by logarithm."""

    low: float
    high: float
    from_px: float
    to_px: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Where a value lies."""
        low, high, at = (math.log(x) if self.log else x for x in (self.low, self.high, value))
        share = 0.5 if high - low < SMALL_SHARE else (at - low) / (high - low)
        return self.from_px + share * (self.to_px - self.from_px)


@dataclass(slots=True)
class Sheet:
    """Shapes in the order they are drawn; pixels from the upper left corner."""

    width: float
    height: float
    title: str
    note: str = ""
    _shapes: list[str] = field(default_factory=list)

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        """A straight line."""
        ends = zip(("x1", "y1", "x2", "y2"), (x1, y1, x2, y2), strict=True)
        self._shapes.append(f'<line class="{kind}" ' + " ".join(f'{a}="{number(v)}"' for a, v in ends) + "/>")

    def box(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        """A rectangle from its upper left corner."""
        sides = zip(("x", "y", "width", "height"), (x, y, width, height), strict=True)
        self._shapes.append(f'<rect class="{kind}" ' + " ".join(f'{a}="{number(v)}"' for a, v in sides) + "/>")

    def dot(self, kind: str, x: float, y: float, radius: float) -> None:
        """A circle."""
        self._shapes.append(f'<circle class="{kind}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>')

    def way(self, kind: str, points: Sequence[tuple[float, float]], *, closed: bool = False) -> None:
        """A line through points, or the area that they enclose."""
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        shape = "polygon" if closed else "polyline"
        self._shapes.append(f'<{shape} class="{kind}" points="{path}"/>')

    def text(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        """Text on a base line; ``anchor`` is start, middle or end."""
        look = f' class="{kind}"' if kind else ""
        self._shapes.append(
            f'<text{look} x="{number(x)}" y="{number(y)}" text-anchor="{anchor}">{escape(text, quote=False)}</text>'
        )

    def rising(self, x: float, y: float, text: str) -> None:
        """Text that reads upwards, its middle at a point."""
        at = f"{number(x)} {number(y)}"
        self._shapes.append(
            f'<text class="soft" transform="translate({at}) rotate(-90)" text-anchor="middle">'
            f"{escape(text, quote=False)}</text>"
        )

    def svg(self) -> str:
        """The whole picture; what it shows is its title for those who hear it read."""
        size = f'width="{number(self.width)}" height="{number(self.height)}"'
        view = f'viewBox="0 0 {number(self.width)} {number(self.height)}"'
        words = [f'<text class="title" x="16" y="24">{escape(self.title, quote=False)}</text>']
        words += [f'<text class="soft" x="16" y="43">{escape(self.note, quote=False)}</text>'] if self.note else []
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img">',
                f"<title>{escape(self.title, quote=False)}</title>",
                f"<style>{STYLE}</style>",
                f'<rect class="paper" {size} rx="6"/>',
                *words,
                *self._shapes,
                "</svg>\n",
            ]
        )


def axes(sheet: Sheet, x: Scale, y: Scale, names: tuple[str, str]) -> None:
    """Both base lines and what stands along them."""
    sheet.line("axis", x.from_px, y.from_px, x.to_px, y.from_px)
    sheet.line("axis", x.from_px, y.from_px, x.from_px, y.to_px)
    sheet.text((x.from_px + x.to_px) / 2, sheet.height - 14, names[0], "soft", "middle")
    sheet.rising(20, (y.from_px + y.to_px) / 2, names[1])


def rungs(sheet: Sheet, x: Scale, y: Scale, values: Sequence[float]) -> None:
    """Grid lines across and their values at the left."""
    for value in values:
        sheet.line("grid", x.from_px, y(value), x.to_px, y(value))
        sheet.text(x.from_px - 8, y(value) + 4, f"{value:g}", "soft", "end")


def steps(low: float, high: float, at_most: int = 6) -> list[float]:
    """Round values from ``low`` to ``high``.

    >>> steps(0, 1), steps(-0.2, 0.9, 4), steps(0, 13)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [0.0, 0.5], [0.0, 5.0, 10.0])
    """
    rough = max(high - low, SMALL_SHARE) / (at_most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough * (1 - SMALL_SHARE))
    first, last = math.ceil(low / step - SMALL_SHARE), math.floor(high / step + SMALL_SHARE)
    return [round(k * step, 10) for k in range(first, last + 1)]
