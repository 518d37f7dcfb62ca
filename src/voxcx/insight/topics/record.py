"""What is known of why customers contact us: a topic for each interaction, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voxcx.domain.estimates import Estimate
from voxcx.domain.texts import Text, same
from voxcx.insight.archive import Flags, Integers, Labels

Source = Literal["given", "people", "trained", "rules", "found"]
SOURCES: tuple[Source, ...] = ("given", "people", "trained", "rules", "found")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of openings alike.

    Attributes:
        name: its most distinctive words.
        words: its own words, the most distinctive first.
        examples: rows of the archive nearest to its middle, no two with the same words.
    """

    name: str
    words: tuple[str, ...]
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Groups of openings that nobody defined.

    Attributes:
        clusters: the largest first; none where there is nothing to tell.
        member: [n], place of the cluster, −1: none of them (other words, or no opening).
        openings: how many openings there were.
        explained: share of openings that hold at least one word of their group.
        stability: adjusted Rand index of groups found in two halves of the openings; NaN where not measured.
        reason: why there are no clusters.
    """

    clusters: tuple[Cluster, ...]
    member: Integers
    openings: int
    explained: Estimate
    stability: float = float("nan")
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from people's labels.

    Attributes:
        topic: [n], what the model says, "" where it abstains.
        topics: learned ones.
        labels: how many labels it learned from.
        accuracy: share right among the labels it was sure of, each by a model that had not seen it.
        sure: share of the labels it was sure of.
        reason: why nothing was learned.
    """

    topic: Labels
    topics: tuple[str, ...]
    labels: int
    accuracy: Estimate
    sure: Estimate
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class AssignedTopics:
    """The best topic known of each interaction.

    Attributes:
        topic: [n], "" where not known.
        source: [n], where it came from (``Source``), "" where not known.
        asks: [n], whether the opening asks where or when.
        found: groups of openings.
        learned: from people's labels; None where there were none.
        titles: topic → its name for people, where the rules give one.
    """

    topic: Labels
    source: Labels
    asks: Flags
    found: Found
    learned: Learned | None = None
    titles: Mapping[str, Text] = field(default_factory=dict)

    def title(self, topic: str) -> Text:
        """The name of a topic for people."""
        return self.titles.get(topic) or same(topic)
