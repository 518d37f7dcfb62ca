"""Does quality drive satisfaction: each criterion against CSI, why some show nothing, and what the weights could be."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.domain.estimates import Estimate
from voxcx.domain.pages import Block, Figure, Heading, Page, Paragraph, Tile, Tiles, Tone
from voxcx.domain.texts import Text, text
from voxcx.insight.archive import Archive
from voxcx.insight.quality.blocks import (
    SCORE,
    effect_dots,
    effects_table,
    score_correlation,
    score_dots,
    weights_table,
)
from voxcx.insight.quality.effects import Effect, effects_of, ground_of
from voxcx.insight.quality.findings import findings_of
from voxcx.insight.quality.heldout import HeldOut, held_out
from voxcx.insight.quality.weights import FormWeights, forms_of, weights_of
from voxcx.insight.quality.why import shared_criteria, trust_of, why

TITLE = text("Does quality drive satisfaction", "Влияет ли качество на удовлетворённость")
QUESTION = text(
    "Which criteria of the QA form go with CSI, which do not and why, and what weights the answers would give them.",
    "Какие критерии связаны с CSI, какие нет и почему, и какие веса дали бы им ответы клиентов.",
)
NO_CRITERIA = text(
    "No verdicts: the archive was scored without a QA form; run voxcx batch with --form.",
    "Вердиктов нет: архив оценён без формы качества; запустите voxcx batch с --form.",
)
NO_ANSWERS = text(
    "No survey answers, so nothing can be said of effects on CSI: put surveys.csv (interaction_id, rating) beside the "
    "results or give --surveys.",
    "Ответов на опрос нет, поэтому о влиянии на CSI сказать нечего: положите surveys.csv (interaction_id, rating) "
    "рядом с результатами или укажите --surveys.",
)
MOST_FORMS = 3
CHANGE = text(
    "Spearman of the score with the answers' weights − with today's, both on answers of customers whose answers did "
    "not make the weights ({folds} parts, ranks inside each); interval: customers drawn again, 95 %",
    "Спирмен оценки с весами по ответам − с нынешними; обе посчитаны на ответах клиентов, по которым веса не "
    "подбирались ({folds} частей, ранги внутри каждой); ДИ: бутстреп по клиентам, 95 %",
)
CROSSES = text("cannot tell: the change may as well be none", "нельзя сказать: возможно, изменения нет")


def page(archive: Archive) -> Page:
    """Effects, reasons for none, weights and the score's own correlation; answers only."""
    if not archive.criteria:
        return Page("quality", TITLE, QUESTION, lacks=(NO_CRITERIA,))
    effects = effects_of(archive)
    trust = trust_of(archive)
    verdicts = {one.column.key: why(one, trust, archive.settings) for one in effects}
    answered = bool(archive.answers.answered.any())
    forms = forms_of(effects)[:MOST_FORMS]
    ground = ground_of(archive)
    tried = [held_out(archive, ground, form) for form in forms] if answered else []
    blocks: list[Block] = [*_score_blocks(archive)] if answered else []
    if any(one.adjusted.value is not None for one in effects):
        blocks.append(effect_dots(effects, verdicts))
    blocks += [effects_table(archive, effects, verdicts), *_weight_blocks(archive, forms, tried)]
    found = findings_of(archive, effects, tried)
    return Page("quality", TITLE, QUESTION, tuple(blocks), _lacks(archive, effects, answered=answered), found)


def _score_blocks(archive: Archive) -> tuple[Block, ...]:
    tile = Tile(text("QA score and CSI", "Оценка качества и CSI"), Figure(score_correlation(archive), "score"), SCORE)
    dots = score_dots(archive)
    return (Tiles((tile,)), dots) if dots else (Tiles((tile,)),)


def _weight_blocks(archive: Archive, forms: Sequence[FormWeights], tried: Sequence[HeldOut]) -> list[Block]:
    if not forms:
        return []
    blocks: list[Block] = [Heading(text("Weights", "Веса"))]
    ground = ground_of(archive)
    for number, form in enumerate(forms):
        blocks.append(weights_table(form.form_id, number, weights_of(archive, ground, form)))
        if tried:
            blocks.append(_tried_tiles(archive, tried[number]))
            reason = tried[number].change.reason
            blocks += [] if reason is None else [Paragraph(reason)]
    return blocks


def _tried_tiles(archive: Archive, tried: HeldOut) -> Tiles:
    definition = CHANGE.with_blanks({"folds": str(archive.settings.quality.folds)})
    change = tried.change
    known = change.low is not None and change.high is not None
    tone: Tone = "unsure" if not known or not change.excludes_zero else "good" if (change.value or 0) > 0 else "bad"
    note = CROSSES if known and not change.excludes_zero else None
    return Tiles(
        (
            Tile(
                text("Score and CSI, today's weights", "Оценка и CSI, нынешние веса"), _score(tried.today), definition
            ),
            Tile(text("… the answers' weights", "… веса по ответам"), _score(tried.proposed), definition),
            Tile(text("Change", "Изменение"), _score(change), definition, tone, note),
        )
    )


def _score(estimate: Estimate) -> Figure:
    return Figure(estimate, "score")


def _lacks(archive: Archive, effects: Sequence[Effect], *, answered: bool) -> tuple[Text, ...]:
    said = [] if answered else [NO_ANSWERS]
    if not archive.beside.trust:
        said.append(NO_CALIBRATION)
    if shared := shared_criteria(archive):
        said.append(SHARED.with_blanks({"criteria": ", ".join(shared)}))
    if not archive.beside.weights:
        said.append(NO_STATED)
    if answered and not any(one.adjusted.value is not None for one in effects):
        said.append(NOTHING_TOLD)
    return tuple(said)


NO_CALIBRATION = text(
    "How well the scorer sees each criterion is not known: voxcx qa calibrate --out calibration.json. A missing effect "
    "may be the scorer's.",
    "Не проверено, насколько точны вердикты: voxcx qa calibrate --out calibration.json. Отсутствие влияния может "
    "объясняться ошибками в вердиктах.",
)
SHARED = text(
    "Several forms have a criterion of the same id, and calibration does not tell them apart, so their κ is not used: "
    "{criteria}.",
    "Критерии с одинаковым id есть в нескольких формах, а калибровка их не различает, поэтому κ для них не учтена: "
    "{criteria}.",
)
NO_STATED = text(
    "Nobody asked customers what matters to them: weights.csv (respondent, criterion, weight).",
    "Клиентов не спрашивали, что для них важно: weights.csv (respondent, criterion, weight).",
)
NOTHING_TOLD = text(
    "No criterion has enough answered interactions both met and not met.",
    "Ни у одного критерия нет достаточного числа ответов и при выполнении, и при невыполнении.",
)
