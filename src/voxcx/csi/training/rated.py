"""Interactions and their survey answers, column-wise: what a model is trained and judged on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.csi.answers import Answers, Floats, Labels, Table, Texts
from voxcx.csi.columns import Column, encode_table
from voxcx.errors import InputError

FEWEST_ANSWERS = 50
MIXES = ("kind", "channel", "language")


@dataclass(frozen=True, slots=True)
class Interactions:
    """n interactions of a results folder.

    Attributes:
        id: [n].
        customer: [n]; the interaction's own id where the customer is not known.
        agent: [n]; "" where not known.
        moment_s: [n], start in seconds since 1970 UTC, NaN where not known.
        table: the catalogue's columns.
        texts: view → what was said, row by row; None where nobody looked.
        about: field → label of each row ("" unknown), for slices.
        invited: [n], whether the customer was asked for a rating; all True where the records do not say.
    """

    id: Labels
    customer: Labels
    agent: Labels
    moment_s: Floats
    table: Table
    texts: Texts | None
    about: Mapping[str, Labels]
    invited: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.id)

    @property
    def mixes(self) -> Mapping[str, Labels]:
        """What drift looks at beside features: the mixes, and customers, whose interactions move together."""
        kept = {name: self.about[name] for name in MIXES if name in self.about}
        return kept | {"customer": self.customer}

    def rows(self, index: NDArray[Any]) -> Interactions:
        """Some rows."""
        return Interactions(
            self.id[index],
            self.customer[index],
            self.agent[index],
            self.moment_s[index],
            {name: column[index] for name, column in self.table.items()},
            None if self.texts is None else {v: [said[k] for k in index.tolist()] for v, said in self.texts.items()},
            {name: column[index] for name, column in self.about.items()},
            self.invited[index],
        )


@dataclass(frozen=True, slots=True)
class Rated:
    """Rated interactions with their answers, row by row."""

    interactions: Interactions
    answers: Answers

    def __post_init__(self) -> None:
        if len(self.interactions) != len(self.answers.counts):
            raise ValueError("one row of answers an interaction is expected")

    def __len__(self) -> int:
        return len(self.interactions)

    def rows(self, index: NDArray[Any]) -> Rated:
        """Some rows."""
        return Rated(self.interactions.rows(index), self.answers.rows(index))

    def digest(self, columns: tuple[Column, ...]) -> str:
        """sha256 of who, when, what was answered and what the model sees."""
        one, sha256 = self.interactions, hashlib.sha256()
        for names in (one.id, one.customer, one.agent):
            sha256.update("\n".join(str(name) for name in names.tolist()).encode())
        for numbers in (one.moment_s, self.answers.counts, self.answers.weight, encode_table(one.table, columns)):
            sha256.update(np.ascontiguousarray(numbers, dtype="<f8").tobytes())
        for view, said in sorted((one.texts or {}).items()):
            sha256.update(f"{view}\n{chr(10).join(said)}".encode())
        return sha256.hexdigest()


def refuse_untrainable(rated: Rated) -> None:
    """Refuse what no model can be learned from, in one sentence."""
    answers = int(rated.answers.counts.sum())
    if len(rated) < FEWEST_ANSWERS:
        raise InputError(
            f"Survey answers: expected at least {FEWEST_ANSWERS} rated interactions, got {len(rated)}; collect more."
        )
    given = np.flatnonzero(rated.answers.counts.sum(axis=0))
    if len(given) == 1:
        rating = rated.answers.scale.ratings[int(given[0])]
        raise InputError(f"Survey answers: expected different ratings, all {answers} are {rating}; collect others too.")
