"""Everything about agents that the page and the cards share, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voxcx.insight.agents.bands import Bands, bands_of
from voxcx.insight.agents.mixing import Kinds, Standard, kinds_of, standardised
from voxcx.insight.agents.outcomes import Outcome, outcomes_of
from voxcx.insight.agents.people import Agent, people_of
from voxcx.insight.archive import Archive


@dataclass(frozen=True, slots=True)
class Study:
    """Agents, what they are looked at for, and their bands by the outcome's name."""

    archive: Archive
    kinds: Kinds
    people: tuple[Agent, ...]
    outcomes: tuple[Outcome, ...]
    standards: Mapping[str, Standard]
    bands: Mapping[str, Bands]

    @property
    def seen(self) -> tuple[Agent, ...]:
        """Those with enough contacts to be shown, in order of their names."""
        fewest = self.archive.settings.agents.fewest
        return tuple(sorted((one for one in self.people if one.contacts >= fewest), key=lambda one: (one.name, one.id)))

    @property
    def lead(self) -> Outcome:
        """What the teams are shown by: CSI, or the score where nobody answered."""
        return self.outcomes[0] if self.bands["csi"].known else self.outcomes[2]


def study_of(archive: Archive) -> Study:
    """Bands of every agent for every outcome."""
    kinds = kinds_of(archive, archive.settings.agents.mix)
    outcomes = outcomes_of(archive)
    standards = {one.name: standardised(one.values, kinds) for one in outcomes}
    level = archive.settings.agents.level
    bands = {name: bands_of(standard, level) for name, standard in standards.items()}
    return Study(archive, kinds, people_of(archive, kinds), outcomes, standards, bands)
