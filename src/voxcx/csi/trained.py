"""A trained model at work: one interaction with its reasons, or whole tables in blocks of columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from voxcx.csi.answers import Floats, Labels, Predictions, Table, Texts
from voxcx.csi.blend import Blend
from voxcx.csi.calibration import Interval, Link, distribution, exceeding, spread_of, within
from voxcx.csi.columns import Familiar, RowEncoder, encode_table
from voxcx.csi.explanation import Contributions, by_reason, carried_over, top_reasons
from voxcx.csi.meta import ModelMeta
from voxcx.csi.phrases import told_phrases
from voxcx.csi.seen import Digests, digests, nobody
from voxcx.csi.texts import TextModel
from voxcx.domain.csi import TOP, CsiEstimate, RatingScale, Reason
from voxcx.domain.features import FeatureRow
from voxcx.domain.transcript import Transcript
from voxcx.domain.views import VIEWS, views_of

SIMULATED_WARNING = (
    "The model was trained on simulated data; "
    "retrain it on your own survey answers (voxcx train) before using its estimates."
)
NAMES_SHOWN = 5
MOSTLY_UNKNOWN = 0.5  # of the importance: beyond it the estimate rests on what happens to be known
BLOCK = 50_000


@dataclass(frozen=True)
class CsiModel:
    """A model folder in memory: its identity, its trees, its line and, where it reads words, its texts."""

    meta: ModelMeta
    blend: Blend
    texts: TextModel | None = None
    seen: Digests = field(default_factory=nobody, repr=False)

    @property
    def model_id(self) -> str:
        """The name that every estimate carries."""
        return self.meta.model_id

    @cached_property
    def scale(self) -> RatingScale:
        """The rating scale that it estimates."""
        return self.meta.scale

    @cached_property
    def _encode(self) -> RowEncoder:
        return RowEncoder(self.meta.columns)

    @cached_property
    def _familiar(self) -> Familiar:
        return Familiar(self.meta.columns)

    @cached_property
    def _weights(self) -> dict[str, float]:
        return {name: known.points for name, known in self.meta.importance.items()}

    def has_seen(self, ids: Labels, moment_s: Floats) -> NDArray[np.bool_]:
        """[n], whether the model was trained on each interaction."""
        return np.isin(digests(ids, moment_s), self.seen)

    def predict_table(self, table: Table, texts: Texts | None = None) -> Predictions:
        """Estimate whole columns, without reasons; ``texts`` holds the views' words, row by row."""
        rows = len(next(iter(table.values()), ()))
        made = [self._block(table, texts, slice(first, first + BLOCK)) for first in range(0, rows, BLOCK)]
        return self.from_raw(np.concatenate(made) if made else np.empty(0))

    def _block(self, table: Table, texts: Texts | None, rows: slice) -> Floats:
        values = encode_table({name: column[rows] for name, column in table.items()}, self.meta.columns)
        said = None if texts is None else {view: lines[rows] for view, lines in texts.items()}
        return self.blend.raw(self._with_words(values, said))

    def _with_words(self, values: Floats, said: Texts | None) -> Floats:
        """Values with the columns of the words; where no words are at hand they are unknown."""
        if self.texts is None:
            return values
        if said is None:
            return np.hstack([values, np.full((len(values), len(self.texts.names)), np.nan)])
        return np.hstack([values, self.texts.transform(said)])

    def from_raw(self, raw: Floats) -> Predictions:
        """Raw scores [n] → calibrated estimates."""
        return predictions_of(raw, self.meta.links, self.scale, self.meta.interval)

    def contributions(self, features: FeatureRow, said: Texts | None = None) -> Contributions:
        """Every column's push on this estimate in points; with the base they add up to the estimate."""
        return self._carried_over(*self._parts(features, said))

    def _parts(self, features: FeatureRow, said: Texts | None) -> tuple[Floats, Floats]:
        """Terms [1, columns] and base [1] of the raw score."""
        return self.blend.parts(self._with_words(self._encode(features), said))

    def _carried_over(self, terms: Floats, base: Floats) -> Contributions:
        return carried_over(self.blend.line.names, terms, base, self.meta.links, self.scale.points_per_rating)

    def estimate(
        self, features: FeatureRow, transcript: Transcript | None = None, *, explain: bool = True
    ) -> CsiEstimate:
        """Estimate one interaction from its features and, when the model reads words, from what was said.

        ``explain=False`` leaves the reasons out, which cost as much as the estimate; its numbers are the same.
        """
        words = None if transcript is None or self.texts is None else views_of(transcript)
        said = None if words is None else {view: [text] for view, text in words.items()}
        terms, base = self._parts(features, said)
        made = self.from_raw(base + terms.sum(axis=1))
        return CsiEstimate(
            value=float(made.value[0]),
            low=float(made.low[0]),
            high=float(made.high[0]),
            level=self.meta.interval.level,
            p_dissatisfied=float(made.p_dissatisfied[0]),
            p_satisfied=float(made.p_satisfied[0]),
            distribution=tuple(zip(self.scale.ratings, made.shares[0].tolist(), strict=True)),
            reasons=self._reasons(self._carried_over(terms, base), features, transcript) if explain else (),
            model_id=self.model_id,
            warnings=self.warnings_for(features, words),
        )

    def _reasons(self, parts: Contributions, features: FeatureRow, transcript: Transcript | None) -> tuple[Reason, ...]:
        """The strongest pushes of one row."""
        effects = {name: float(effect[0]) for name, effect in by_reason(parts, VIEWS).items()}
        told = {} if transcript is None or self.texts is None else told_phrases(self.texts, transcript, effects)
        return top_reasons(effects, features, told)

    def warnings_for(self, features: FeatureRow, words: dict[str, str] | None = None) -> tuple[str, ...]:
        """What a reader must know before believing the estimate."""
        warnings = [SIMULATED_WARNING] if self.meta.trained_on == "simulated" else []
        familiar = self._familiar
        known = familiar.known(features)
        heard = words is not None and any(words.values())
        if not known and not heard:
            warnings.append("None of the model's features is known; the estimate is the training mean.")
        elif (share := self._unknown_share(features, heard=heard)) > MOSTLY_UNKNOWN:
            warnings.append(f"Not known here: {share:.0%} of what the model weighs; the estimate says little.")
        outside = [f.name for f in known if familiar.is_outside(f)]
        if outside:
            more = f" and {len(outside) - NAMES_SHOWN} more" if len(outside) > NAMES_SHOWN else ""
            warnings.append(f"Outside what the model was trained on: {', '.join(outside[:NAMES_SHOWN])}{more}.")
        return tuple(warnings)

    def _unknown_share(self, features: FeatureRow, *, heard: bool) -> float:
        """Share of the model's importance that lies on what this interaction should have and has not."""
        weights, known = self._weights, features.features
        each = [weights.get(f.name, 0.0) for f in known]
        unknown = sum([weight for weight, f in zip(each, known, strict=True) if f.value is None])
        words = sum([weights.get(view, 0.0) for view in VIEWS])
        total = sum(each) + words
        return (unknown + (0.0 if heard else words)) / total if total else 0.0


def predictions_of(raw: Floats, links: tuple[Link, ...], scale: RatingScale, interval: Interval) -> Predictions:
    """Raw scores [n] → estimates under links and an interval."""
    above = exceeding(raw, links)
    shares = distribution(above)
    points = np.array([scale.index(rating) for rating in scale.ratings])
    value = within(above.sum(axis=1) * scale.points_per_rating, 0.0, TOP)
    low, high = interval.bounds(value, spread_of(shares, points), 0.0, TOP)
    p_dissatisfied = 1.0 - above[:, scale.dissatisfied_max - scale.minimum]
    p_satisfied = above[:, scale.satisfied_min - 1 - scale.minimum]
    return Predictions(value, low, high, p_dissatisfied, p_satisfied, shares)
