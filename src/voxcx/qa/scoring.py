"""A form filled in for one interaction: each criterion judged as far as its mode allows, each verdict with evidence."""

from __future__ import annotations

from dataclasses import replace

from voxcx.domain.qa import Criterion, CriterionResult, Evidence, Level, QaForm, Verdict
from voxcx.domain.scorecard import Scorecard, SectionScore
from voxcx.qa.case import Case
from voxcx.qa.compiling import CompiledForm, Line, compile_form
from voxcx.qa.evidence import verified, without
from voxcx.qa.outcome import Outcome, Place, disjunction, unknown
from voxcx.qa.rules.search import no_chance
from voxcx.qa.scene import Scene
from voxcx.qa.wording import span_text
from voxcx.units import clock

SHORT_TALK_S = 10.0
ALWAYS = Outcome(truth=True)
TOLD_PLACES = 2  # quotes that a reason repeats; all of them are in the evidence
KEPT_EVIDENCE = 20


def score_form(form: QaForm, case: Case) -> Scorecard:
    """Judge every criterion of the form.

    Not applicable as a whole: under 10 s of talk, no agent, a wrong number or voicemail. What cannot be known (roles,
    recognition, recording, telephony) is undecided with its reason. The same input gives the same scorecard.
    """
    compiled = compile_form(form)
    scene = Scene(form, case)
    nothing = _nothing_to_score(compiled, scene)
    sections = []
    for section, lines in compiled.sections:
        results = tuple(
            CriterionResult(line.criterion, "not_applicable", (), nothing, "nobody")
            if nothing
            else _absent(line, scene) or verified(_judged(line, scene), case.transcript, form)
            for line in lines
        )
        zeroed = any(r.verdict == "not_met" and form.zeroed_by(r.criterion) == "section" for r in results)
        sections.append(SectionScore(section, results, zeroed, form.minimum_decided_share))
    scene.forget()
    return Scorecard(form, tuple(sections))


def _nothing_to_score(compiled: CompiledForm, scene: Scene) -> str | None:
    """Why the whole form does not apply, or None. A form of the bot's leg needs no agent and no talk."""
    why = None
    if scene.form.judges == "bot":
        why = None if scene.met_bot else scene.say("no_bot")
    elif scene.is_call and scene.talk_s is None:
        why = scene.say("no_agent")
    elif scene.is_call and (scene.talk_s or 0.0) < SHORT_TALK_S:
        why = scene.say("short", limit=SHORT_TALK_S)
    elif not scene.is_call and not scene.lines_by.get("agent"):
        why = scene.say("no_agent")
    elif compiled.excluded is not None and compiled.excluded(scene).truth:
        why = f"{scene.say('excluded')} {_told(compiled.excluded(scene), scene)}".strip().rstrip(".")
    return scene.say("inapplicable", why=why) if why else None


def _absent(line: Line, scene: Scene) -> CriterionResult | None:
    """What most criteria come to, the short way: one search decides, and found nothing in all that was said.

    The long way gives the same; a form of hundreds of criteria would spend its time there.
    """
    search = line.alone
    if search is None or not search.silent(scene):
        return None
    nothing = search(scene, silent=True)
    if nothing.truth is not False or not nothing.searched or len(nothing.notes) != 1:
        return None
    criterion, note = line.criterion, nothing.notes[0]
    evidence = nothing.searched[:KEPT_EVIDENCE]
    if line.met is None:
        return CriterionResult(criterion, "met", evidence, note, line.judge)
    reason = f"{criterion.finding} {note}" if criterion.finding else note
    return CriterionResult(criterion, "not_met", evidence, reason, line.judge)


def _judged(line: Line, scene: Scene) -> CriterionResult:
    criterion = line.criterion
    condition = line.applies(scene) if line.applies else ALWAYS
    if condition.truth is None:
        reason = scene.say("condition_unknown", why=condition.reason)
        return CriterionResult(criterion, "undecided", condition.evidence, reason, "nobody")
    if condition.truth is False:
        why = " ".join((scene.say("no_condition") + ".", _told(condition, scene))).strip()
        return CriterionResult(criterion, "not_applicable", (), scene.say("inapplicable", why=why), "nobody")
    error = line.not_met(scene) if line.not_met else None
    if criterion.mode in {"human", "flag"}:
        return _for_a_person(criterion, error, scene)
    done, level = _graded(line, scene) if line.scale else (line.met(scene) if line.met else None, None)
    verdict, outcome = _verdict(criterion, done, error, scene)
    if verdict == "not_met":
        verdict, outcome = _well_heard(line, outcome, scene)
    return _shown(line, verdict, outcome, (condition, level), scene)


def _shown(
    line: Line, verdict: Verdict, outcome: Outcome, about: tuple[Outcome, Level | None], scene: Scene
) -> CriterionResult:
    """The verdict with its evidence and its reason in words; one that shows neither is undecided."""
    criterion, (condition, level) = line.criterion, about
    told = _told(outcome, scene)
    if verdict != "undecided" and not told and not outcome.evidence:
        verdict, outcome = "undecided", unknown(scene.say("neither"))
    if verdict == "not_met" and criterion.severity != "plain" and _only_alike(outcome):
        verdict, outcome = "undecided", unknown(scene.say("alike", what=told), outcome.places)
    if verdict == "not_met" and criterion.severity != "plain" and line.by_words and not outcome.evidence:
        verdict, outcome = "undecided", unknown(f"{scene.say('neither')}. {told}".rstrip("."))
    if verdict == "undecided":
        return CriterionResult(criterion, verdict, _kept(outcome), outcome.reason, "nobody")
    occasion = condition.places[:1] if verdict == "not_met" else ()  # what the error was about
    evidence = _kept(outcome)
    if occasion:  # after the error's own quotes
        evidence = tuple(dict.fromkeys((*evidence, *(place.evidence for place in occasion))))
    opening, points = criterion.finding if verdict == "not_met" else None, None
    if level is not None and verdict == "met":
        opening, points = (
            scene.say("level", title=level.title, points=level.points, most=criterion.points),
            level.points,
        )
    reason = f"{opening} {told}".strip() if opening else told
    return CriterionResult(criterion, verdict, evidence, reason, line.judge, points)


def _well_heard(line: Line, outcome: Outcome, scene: Scene) -> tuple[Verdict, Outcome]:
    """An error as far as it stands without its quotes that were recognised poorly; else undecided.

    Nor is it an error to say nothing after the other party hung up.

    Each quote counts by itself: a word that was heard well vouches for no other. The rules are asked again with the
    poor ones as words that may not have been said.
    """
    if scene.interaction.telephony.hangup_by is not None:
        late = {no_chance(by, scene) for by in ("agent", "customer", "anyone")}
        if reason := next((note for note in outcome.notes if note in late), None):
            return "undecided", unknown(reason, outcome.places)
    limit = scene.form.minimum_confidence
    poor = [place for place in outcome.places if place.confidence is not None and place.confidence < limit]
    if not poor:
        return "not_met", outcome
    reason = scene.say("unsure_words", got=min(place.confidence or 0.0 for place in poor), limit=limit)
    if any(place.first is None or place.last is None for place in poor):
        return "undecided", unknown(reason, outcome.places)
    strict = Scene(scene.form, replace(scene.case, transcript=without(scene.transcript, poor)))
    verdict, left = _decided(line, strict)
    strict.forget()
    relied = {place.first for place in poor} & {place.first for place in left.places}
    return ("undecided", unknown(reason, outcome.places)) if verdict != "not_met" or relied else ("not_met", left)


def _decided(line: Line, scene: Scene) -> tuple[Verdict, Outcome]:
    done, _ = _graded(line, scene) if line.scale else (line.met(scene) if line.met else None, None)
    return _verdict(line.criterion, done, line.not_met(scene) if line.not_met else None, scene)


def _only_alike(outcome: Outcome) -> bool:
    """Whether an error rests on words that only sound like it, and its rule did not ask for such words."""
    found = [place for place in outcome.places if place.quote]
    return bool(found) and all(place.alike and not place.asked for place in found)


def _graded(line: Line, scene: Scene) -> tuple[Outcome, Level | None]:
    """The best level that was reached; unknown when a better one is unknown, no when none was reached."""
    outcomes = []
    for level, rule in zip(line.criterion.scale, line.scale, strict=True):
        outcome = rule(scene)
        if outcome.truth is not False:
            return outcome, level
        outcomes.append(outcome)
    return disjunction(outcomes), None


def _for_a_person(criterion: Criterion, error: Outcome | None, scene: Scene) -> CriterionResult:
    """Never a verdict: a candidate with its quotes, or nothing to show."""
    if error is not None and error.truth:
        sentence = "candidate" if criterion.mode == "flag" else "hint"
        reason = scene.say(sentence, what=_told(error, scene))
        return CriterionResult(criterion, "undecided", _kept(error), reason, "person")
    if error is not None and error.truth is None:
        return CriterionResult(criterion, "undecided", _kept(error), error.reason, "nobody")
    reason = scene.say("no_candidate" if criterion.mode == "flag" else "person")
    return CriterionResult(criterion, "undecided", (), reason, "person")


def _verdict(
    criterion: Criterion, done: Outcome | None, error: Outcome | None, scene: Scene
) -> tuple[Verdict, Outcome]:
    """What the two rules say together. A found error wins; what was done wins over an error that is not known."""
    if error is not None and error.truth:
        return "not_met", error
    if done is not None and done.truth:
        return "met", done
    if error is None and done is not None:
        return ("not_met", done) if done.truth is False else ("undecided", done)
    if error is not None and error.truth is None:
        return "undecided", error
    if done is not None:
        reason = done.reason or scene.say("neither")
        return "undecided", Outcome(None, done.places, done.searched, reason)
    return _clean(criterion, error or Outcome(truth=False), scene)


def _clean(criterion: Criterion, error: Outcome, scene: Scene) -> tuple[Verdict, Outcome]:
    """No error was found: met, in mode ``error`` only where the recogniser heard well."""
    confidence, limit = (scene.hearing if criterion.mode == "error" else None), scene.form.clean_confidence
    if confidence is not None and confidence < limit:
        reason = scene.say("clean_unsure", got=confidence, limit=limit)
        return "undecided", Outcome(None, (), error.searched, reason)
    return "met", error


def _kept(outcome: Outcome) -> tuple[Evidence, ...]:
    return outcome.evidence[:KEPT_EVIDENCE]


def _told(outcome: Outcome, scene: Scene) -> str:
    """What an outcome stands on, in words."""
    if not outcome.places and len(outcome.notes) == 1:  # what most criteria come to
        note = outcome.notes[0]
        return note if note.endswith(".") else f"{note}."
    parts = []
    for place in outcome.places[:TOLD_PLACES]:
        if place.quote:
            parts.append(_quoted(place, scene))
        elif place.start_s is not None:
            parts.append(scene.say("at", at=span_text(place.start_s, place.end_s)))
    notes = [note if note.endswith(".") else f"{note}." for note in outcome.notes]
    return " ".join((*parts, *notes))


def _quoted(place: Place, scene: Scene) -> str:
    """A quote with its time; of words that only sound like a phrase, which one."""
    timed = place.start_s is not None and scene.is_call
    sentence = ("found" if timed else "found_untimed") + ("_alike" if place.alike else "")
    return scene.say(sentence, quote=place.quote, at=clock(place.start_s or 0.0), phrase=place.alike)
