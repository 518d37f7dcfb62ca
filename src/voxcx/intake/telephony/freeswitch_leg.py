"""FreeSWITCH's XML CDR → one leg: its variables, and the applications that it ran with their times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from voxcx.intake.telephony.lines import read_text
from voxcx.intake.telephony.unmatched import Listing, Place

_HOLD = re.compile(r"(\d{16}),(\d{16})")
_LINKS = ("cc_member_session_uuid", "originating_leg_uuid", "originator", "call_uuid", "signal_bond", "bridge_uuid")


@dataclass(frozen=True, slots=True)
class XmlLeg:
    """One channel: ``variables`` decoded, ``apps`` as (name, data, epoch seconds or None) in order."""

    uuid: str
    variables: dict[str, str]
    apps: tuple[tuple[str, str, float | None], ...]
    caller: str | None
    destination: str | None
    place: Place

    def time(self, name: str) -> float | None:
        """A time by its variable: microseconds where they stand, else seconds; 0 means never."""
        for key, unit in ((name.replace("_epoch", "_uepoch"), 1e6), (name, 1.0)):
            text = self.variables.get(key, "")
            if text.isdigit() and int(text):
                return int(text) / unit
        return None

    @property
    def links(self) -> list[str]:
        """Ids of other channels of the same call, the surest first."""
        return [self.variables[name] for name in _LINKS if self.variables.get(name)]

    @property
    def holds(self) -> list[tuple[float, float]] | None:
        """Holds of this channel; None where it was held but no times stand."""
        spans = [
            (int(start) / 1e6, int(end) / 1e6) for start, end in _HOLD.findall(self.variables.get("hold_events", ""))
        ]
        total = next(
            (self.variables[name] for name in ("hold_accum_usec", "hold_accum_seconds") if name in self.variables), ""
        )
        return spans if spans or total in {"0", ""} else None

    @property
    def tells_holds(self) -> bool:
        """FreeSWITCH sums every channel's holds when it ends."""
        return any(name in self.variables for name in ("hold_accum_usec", "hold_accum_seconds", "hold_events"))


def is_xml_cdr(text: str) -> bool:
    """Whether a text looks like mod_xml_cdr's."""
    return ("<cdr" in text[:4000] and "<?xml" in text[:200]) or text.lstrip().startswith("<cdr")


def xml_legs(path: Path, listing: Listing) -> Iterator[XmlLeg]:
    """The legs of a file: one, or several that stand one after another."""
    text = read_text(path)
    for found in re.finditer(r"<cdr\b.*?(?:</cdr>|\Z)", text, re.DOTALL):
        place = Place(path.name, text.count("\n", 0, found.start()) + 1)
        leg = _leg(found[0], place)
        if leg is None:
            listing.add(place, "", "a CDR", "expected whole XML with variables and a uuid, got other text")
        else:
            yield leg


def _leg(text: str, place: Place) -> XmlLeg | None:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None  # a CDR declares none; a declared entity may grow without end
    try:
        root = ET.fromstring(text)  # noqa: S314 - without declarations there is nothing to expand
    except ET.ParseError:
        return None
    variables = {one.tag: unquote(one.text or "") for one in root.findall("variables/*")}
    uuid = variables.get("uuid") or variables.get("call_uuid") or ""
    if not uuid:
        return None
    flows = root.findall("callflow")
    profile = flows[-1].find("caller_profile") if flows else None  # flows stand newest first
    return XmlLeg(
        uuid, variables, _apps(root), _said(profile, "caller_id_number"), _said(profile, "destination_number"), place
    )


def _apps(root: ET.Element) -> tuple[tuple[str, str, float | None], ...]:
    """What ran, by `app_log`; a CDR without one has the applications of its callflows, which stand newest first."""
    apps = []
    for part in root.findall("app_log") or reversed(root.findall("callflow")):
        for app in part.iterfind(".//application"):
            stamp = app.get("app_stamp") or ""
            time = int(stamp) / 1e6 if stamp.isdigit() and len(stamp) == 16 else None
            apps.append((app.get("app_name") or "", unquote(app.get("app_data") or ""), time))
    return tuple(apps)


def _said(profile: ET.Element | None, name: str) -> str | None:
    text = profile.findtext(name) if profile is not None else None
    return unquote(text) if text else None
