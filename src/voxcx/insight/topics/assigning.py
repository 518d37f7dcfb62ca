"""The best topic known of each interaction: given by the source, else by people, learned from people, rules, found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from voxcx.insight.archive import Archive, Labels
from voxcx.insight.topics.by_language import find_in_languages
from voxcx.insight.topics.matching import languages_of, match_topics
from voxcx.insight.topics.record import AssignedTopics, Source
from voxcx.insight.topics.rules import RulesByLanguage, load_topic_rules
from voxcx.insight.topics.terms import read_terms
from voxcx.insight.topics.trained import learn_topics

COVERED_SHARE = 0.5  # with fewer known topics, what was found fills the rest


def assign(archive: Archive) -> Labels:
    """[n], the topic of each interaction, "" where not known; with the shipped rules."""
    return topics_of(archive).topic


def with_topics(archive: Archive, rules: RulesByLanguage | None = None, people: Labels | None = None) -> Archive:
    """The archive whose ``topic`` is the best one known, and that knows where each came from.

    Args:
        archive: as it was read; its label ``topic`` is what the source gave.
        rules: of each language; None: the shipped ones.
        people: [n], topic as people labelled it, "" where nobody did.
    """
    made = assign_topics(archive, rules or _shipped(), people)
    return replace(archive, labels={**archive.labels, "topic": made.topic}, topics=made)


def labels_of_people(archive: Archive, told: Mapping[str, str]) -> Labels:
    """[n], topics that people gave, by interaction id; those of interactions that the archive lacks are left out."""
    return np.array([told.get(name, "") for name in archive.id.tolist()], dtype=object)


def topics_of(archive: Archive) -> AssignedTopics:
    """What was assigned, or what would be with the shipped rules."""
    return archive.topics or assign_topics(archive, _shipped())


@cache
def _shipped() -> RulesByLanguage:
    return load_topic_rules()


def assign_topics(archive: Archive, rules: RulesByLanguage, people: Labels | None = None) -> AssignedTopics:
    """Topics of all interactions from every source."""
    n = len(archive)
    openings = np.full(n, "", dtype=object) if archive.openings is None else archive.openings
    languages = languages_of(openings, archive.label("language"))
    terms = read_terms(openings, languages, {name: frozenset(one.small_words) for name, one in rules.items()})
    learned = None
    if people is not None and (people != "").any():
        learned = learn_topics(
            terms.weighted, people, archive.customer, archive.settings.topics, archive.settings.level
        )
    by_rules, asks = match_topics(openings, languages, rules)
    found = find_in_languages(openings, languages, terms, archive.settings)
    told: list[tuple[Source, Labels]] = [("given", archive.label("topic"))]
    if people is not None and learned is not None:
        told += [("people", people), ("trained", learned.topic)]
    told.append(("rules", by_rules))
    topic, source = _first(told, n)
    if n and (topic != "").mean() < COVERED_SHARE and found.clusters:
        names = np.array([*(cluster.name for cluster in found.clusters), ""], dtype=object)
        topic, source = _first([*told, ("found", names[found.member])], n)
    told_by_rules = set(topic[source == "rules"].tolist())
    titles = {rule.id: rule.text() for one in rules.values() for rule in one.topics if rule.id in told_by_rules}
    return AssignedTopics(topic, source, asks, found, learned, titles)


def _first(told: list[tuple[Source, Labels]], n: int) -> tuple[Labels, Labels]:
    """The first source that knows a topic, row by row."""
    topic, source = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    for name, labels in told:
        free = (topic == "") & (labels != "")
        topic[free], source[free] = labels[free], name
    return topic, source
