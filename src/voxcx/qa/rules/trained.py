"""``trained``: a criterion learned from people's marks; yes is met, no is not met, unknown where it is not sure.

It cites the words that weighed most, verbatim; where none did, the window it read. Silence is no verdict: also where
the conversation is unlike what it was learned from.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from voxcx.config import Checked
from voxcx.domain.qa import Rule
from voxcx.errors import ModelError
from voxcx.qa.learning.judge import Said, TrainedCriterion
from voxcx.qa.learning.store import load_criterion
from voxcx.qa.learning.terms import ROLES
from voxcx.qa.outcome import Outcome, unknown
from voxcx.qa.resolving import resolve
from voxcx.qa.rules.operator import Bench, Operator
from voxcx.qa.rules.search import absence, word_place
from voxcx.qa.scene import Scene
from voxcx.qa.windows import WHOLE, Evaluate

EXAMPLE = "trained: {model: trained/empathy}"
FEWEST_WORDS = 3  # "yes" says nothing
LEAST_SHOWN = 0.01  # no curve learned from hundreds of marks knows better


class Arguments(Checked):
    """``model`` is a folder that ``voxcx qa train-criterion`` made, beside the form; ``at`` a precision of its card."""

    model: Annotated[str, Field(min_length=1, max_length=1000)]
    at: Annotated[float, Field(gt=0, lt=1)] | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """Where a trained criterion lies and what it is, so that another one in its place is another rule."""

    folder: str
    sha256: str


def located(model: str, beside: Path, language: str, at: float | None) -> Located:
    """A form's trained criterion, checked.

    Raises:
        ModelError: it cannot be loaded, is of another language or has no such target.
    """
    folder = (beside / model).resolve()
    trained, sha256 = load_criterion(folder)
    if trained.language != language:
        raise ModelError(f"expected a criterion trained on {language}, got one trained on {trained.language}")
    if at is not None and at not in trained.thresholds:
        targets = ", ".join(f"{one:g}" for one in sorted(trained.thresholds))
        raise ModelError(f"expected at to be a target of its card ({targets}), got {at:g}")
    return Located(str(folder), sha256)


@dataclass(frozen=True)
class Trained:
    """The evaluator of ``trained``."""

    trained: TrainedCriterion
    target: float

    def __call__(self, scene: Scene) -> Outcome:
        """Read the party's words."""
        by = self.trained.by
        if reason := scene.distrust(by) or scene.foreign:
            return unknown(reason)
        if self.trained.kinds and scene.interaction.kind not in self.trained.kinds:
            return unknown(scene.say("trained_kind"))
        if self.trained.queues and (scene.interaction.queue or "") not in self.trained.queues:
            return unknown(scene.say("trained_queue"))
        nothing = absence(resolve(WHOLE, by, scene, ()), by, scene)
        if nothing.truth is None:  # words may be missing, and those that are there badly heard
            return nothing
        said: Said = [(line.utterance.role, [word.text for word in line.utterance.words]) for line in scene.lines]
        return self._judged(said, nothing, scene)

    def _judged(self, said: Said, nothing: Outcome, scene: Scene) -> Outcome:
        reading = self.trained.read(said)
        words = sum(len(words) for role, words in said if role in ROLES[self.trained.by])
        if words < FEWEST_WORDS or reading.known < self.trained.least_known:
            return unknown(scene.say("trained_unlike", known=reading.known * 100))
        error = self.trained.thresholds[self.target].verdict(reading.chance)
        shown = min(max(reading.chance, LEAST_SHOWN), 1 - LEAST_SHOWN)
        if error is None:
            return unknown(scene.say("trained_unsure", chance=shown))
        usable = [not any(word.suspect for word in line.utterance.words) for line in scene.lines]
        runs = self.trained.heaviest(reading, said, usable, error=error)
        places = tuple(word_place(scene.lines[run.index], run.first, run.end - 1) for run in runs)
        note = scene.say("trained_chance", chance=shown)
        return Outcome(not error, places, () if places else nothing.searched, notes=(note,))


def build(rule: Rule, _bench: Bench) -> Evaluate:
    """The evaluator of ``trained``."""
    where, at = rule.argument("model"), rule.argument("at")
    if not isinstance(where, Located):
        raise ModelError("trained: expected a trained criterion that the form's reader located, got none.")
    trained, sha256 = load_criterion(Path(where.folder))
    if sha256 != where.sha256:
        raise ModelError(f"{where.folder}: the trained criterion changed after the form was read; read the form again.")
    return Trained(trained, trained.target if at is None else float(str(at)))


TRAINED = Operator("trained", Arguments, build, EXAMPLE, judge="trained")
