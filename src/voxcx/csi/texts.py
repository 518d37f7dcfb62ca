"""What customers' answers say about words: a score of each view of an interaction, on the 0–100 index.

``<view>_score`` is a ridge on TF-IDF (``terms``): told apart into phrases. ``<view>_meaning`` is a ridge on embeddings
(``embedding``), where the extra is at hand. A training row's scores come from ridges that saw nothing of its fold.
Tried and left out, since no better on rated texts: SVD before the ridge, leading SVD components as columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxcx.csi.answers import Floats, Integers, Texts
from voxcx.csi.embedding import check_reader, choose, embed
from voxcx.csi.quoting import quote
from voxcx.csi.ridge import BLOCK, Rated, Ridge, out_of_fold
from voxcx.csi.settings import TextConfig
from voxcx.csi.terms import Block, Vocabulary, learn_vocabulary

SCORE, MEANING = "_score", "_meaning"
LEARN_FROM_AT_MOST = 20_000  # rows: more add seconds and memory, hardly anything else
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class View:
    """What was learned from one view: terms with their ridge, and a ridge on embeddings."""

    vocabulary: Vocabulary
    words: Ridge
    meaning: Ridge | None = None

    def transform(self, texts: Sequence[str]) -> list[Floats]:
        """Columns [n] of the view; NaN where nothing was said."""
        present = np.array([bool(text.strip()) for text in texts], dtype=bool)
        said = [texts[k] for k in np.flatnonzero(present).tolist()]
        blocks = [said[first : first + BLOCK] for first in range(0, len(said), BLOCK)]
        made = [[self.words.score(self.vocabulary.matrix(block)) for block in blocks]]
        if self.meaning is not None:
            made.append([self.meaning.score(embed(block)) for block in blocks])
        columns = []
        for found in made:
            column = np.full(len(texts), np.nan)
            column[present] = np.concatenate(found) if found else 0.0
            columns.append(column)
        return columns


@dataclass(frozen=True)
class TextModel:
    """Views of the words, each with its scores; ``reader`` made the embeddings; ``notes`` are for the card."""

    parts: Mapping[str, View]
    reader: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def views(self) -> tuple[str, ...]:
        """The views that are read."""
        return tuple(self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of the matrix; each begins with its view."""
        return tuple(
            name for view, part in self.parts.items() for name in _names(view, meaning=part.meaning is not None)
        )

    @property
    def scores(self) -> tuple[str, ...]:
        """Columns of which more is better: all of them."""
        return self.names

    def transform(self, texts: Texts) -> Floats:
        """[n, names] of new rows; a view that is not among the texts is NaN.

        Raises:
            ModelError: the model reads with embeddings that are not installed here, or in another version.
        """
        if self.reader is not None:
            check_reader(self.reader)
        rows = len(next(iter(texts.values()), ()))
        columns = [c for view, part in self.parts.items() for c in part.transform(texts.get(view) or [""] * rows)]
        return np.column_stack(columns) if columns else np.empty((rows, 0))

    def phrases(self, view: str, text: str) -> list[tuple[str, float]]:
        """Phrases as they stand in the text and what each adds to the view's word score, in points, strongest first."""
        part = self.parts.get(view)
        return [] if part is None else quote(text, part.vocabulary, part.words.coefficients)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Plain arrays; texts are UTF-8 bytes, one term a line."""
        arrays = {"views": _lines(self.views), "reader": _lines([self.reader or ""]), "notes": _lines(self.notes)}
        for view, part in self.parts.items():
            for kind, block in (("words", part.vocabulary.words), ("groups", part.vocabulary.groups)):
                arrays[f"{view}/{kind}"] = _lines(tuple(block.places))
                arrays[f"{view}/{kind}_idf"] = block.idf
            arrays |= _ridge_arrays(f"{view}/score", part.words)
            if part.meaning is not None:
                arrays |= _ridge_arrays(f"{view}/meaning", part.meaning)
        return arrays

    @staticmethod
    def from_arrays(arrays: Arrays) -> TextModel:
        """The same model; raises ValueError or KeyError when an array is missing or does not fit the others."""
        views = _listed(arrays["views"])
        reader = _listed(arrays["reader"])
        return TextModel(
            {v: _view(v, arrays) for v in views}, reader[0] if reader else None, tuple(_listed(arrays["notes"]))
        )


def fit_texts(  # noqa: PLR0913, PLR0917 - rows come with their answers
    texts: Texts, target: Floats, weight: Floats, folds: Integers, settings: TextConfig, seed: int
) -> tuple[TextModel, Floats]:
    """Learn from rated interactions.

    Args:
        texts: view → what was said, row by row; "" where nothing was.
        target: [n] the mean answer on the index.
        weight: [n] what a row counts.
        folds: [n] whole numbers; rows of one customer share one.
        settings: whether to embed, how few rows a view may have.
        seed: of the sample that is learned from, where there are very many rows.

    Returns:
        The model, and [n, model.names] scores of the training rows, each from ridges without its fold.

    Raises:
        ConfigError: embeddings are on, and the extra is not installed.
    """
    rated = Rated(target, weight, folds)
    present = {view: _present(said) for view, said in texts.items()}
    enough = [view for view, rows in present.items() if _enough(rows, folds, settings.rows_at_least)]
    reader, note = (
        choose(settings, [text for view in enough for text in texts[view]], len(target)) if enough else (None, None)
    )
    parts, columns = {}, []
    for view in enough:
        part, scores = _fit_view(texts[view], present[view], rated, seed, embeds=reader is not None)
        parts[view] = part
        columns += scores
    matrix = np.column_stack(columns) if columns else np.empty((len(target), 0))
    return TextModel(parts, reader, (note,) if note else ()), matrix


def _fit_view(
    said: Sequence[str], present: Integers, rated: Rated, seed: int, *, embeds: bool
) -> tuple[View, list[Floats]]:
    sample = present
    if len(present) > LEARN_FROM_AT_MOST:
        sample = np.sort(np.random.default_rng(seed).choice(present, LEARN_FROM_AT_MOST, replace=False))
    vocabulary = learn_vocabulary([said[k] for k in sample.tolist()])
    words, scores = out_of_fold(
        lambda rows: vocabulary.matrix([said[k] for k in rows.tolist()]), present, sample, rated
    )
    if not embeds:
        return View(vocabulary, words), [scores]
    meaning, more = out_of_fold(lambda rows: embed([said[k] for k in rows.tolist()]), present, sample, rated)
    return View(vocabulary, words, meaning), [scores, more]


def _present(said: Sequence[str]) -> Integers:
    return np.flatnonzero([bool(text.strip()) for text in said])


def _enough(present: Integers, folds: Integers, least: int) -> bool:
    """Enough rows with words, and half as many outside any fold."""
    if len(present) < least:
        return False
    _, counts = np.unique(folds[present], return_counts=True)
    return bool(len(present) - counts.max() >= least / 2)


def _names(view: str, *, meaning: bool) -> tuple[str, ...]:
    return (view + SCORE, view + MEANING) if meaning else (view + SCORE,)


def _ridge_arrays(name: str, ridge: Ridge) -> dict[str, NDArray[Any]]:
    return {name: ridge.coefficients, f"{name}_base": np.array([ridge.base])}


def _ridge(name: str, arrays: Arrays) -> Ridge:
    return Ridge(arrays[name], float(arrays[f"{name}_base"][0]))


def _view(view: str, arrays: Arrays) -> View:
    words, groups = (_block(f"{view}/{kind}", arrays) for kind in ("words", "groups"))
    ridge = _ridge(f"{view}/score", arrays)
    if len(ridge.coefficients) != len(words.idf) + len(groups.idf):
        raise ValueError(f"expected a coefficient for each term of {view}")
    meaning = _ridge(f"{view}/meaning", arrays) if f"{view}/meaning" in arrays else None
    return View(Vocabulary(words, groups), ridge, meaning)


def _block(name: str, arrays: Arrays) -> Block:
    places = {term: k for k, term in enumerate(_listed(arrays[name]))}
    idf = arrays[f"{name}_idf"]
    if len(places) != len(idf):
        raise ValueError(f"expected a weight for each term of {name}")
    return Block(places, idf)


def _lines(lines: Sequence[str]) -> NDArray[Any]:
    return np.frombuffer("".join(f"{line}\n" for line in lines if line).encode(), dtype=np.uint8)


def _listed(array: NDArray[Any]) -> list[str]:
    lines = array.astype(np.uint8, casting="no").tobytes().decode().split("\n")
    if lines.pop():
        raise ValueError("expected lines, got one without an end")
    return lines
