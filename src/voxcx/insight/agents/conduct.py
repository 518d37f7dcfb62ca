"""What an agent does in a contact, as yes or no, in words. No voice proxies: they tell who speaks, not how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voxcx.domain.texts import Text, text
from voxcx.insight.agents.outcomes import own_criteria
from voxcx.insight.archive import MET, Archive, Flags, Floats

# Feature → what "yes" means: at least once for counts and flags, else more than in the usual contact (the median).
SOME: dict[str, Text] = {
    "holds_count": text("put on hold at least once", "было хотя бы одно удержание"),
    "transfers": text("transferred at least once", "был перевод"),
    "interruptions_by_agent": text("the agent interrupts", "оператор перебивает"),
    "long_silences": text("a long silence", "была долгая пауза"),
    "apologies_by_agent": text("the agent apologises", "оператор извиняется"),
    "reasks_by_agent": text("the agent asks again", "оператор переспрашивает"),
    "profanity_by_agent": text("the agent swears", "у оператора грубые слова"),
    "uses_customer_name": text("calls the customer by name", "обращается к клиенту по имени"),
    "main_point_first": text("the main point comes first", "сначала говорит главное"),
    "same_agent": text("the same agent as last time", "тот же оператор, что в прошлый раз"),
}
MORE: dict[str, Text] = {
    "handle_s": text("longer handling than usual", "обработка дольше обычной"),
    "agent_speech_share": text("the agent speaks more than usual", "оператор говорит больше обычного"),
    "agent_turn_median_s": text("longer turns of the agent than usual", "реплики оператора длиннее обычных"),
    "agent_latency_median_s": text("the agent answers later than usual", "оператор отвечает позже обычного"),
    "backchannels_by_agent": text("more listening sounds than usual", "оператор поддакивает чаще обычного"),
    "overlap_share": text("more talking at once than usual", "одновременной речи больше обычного"),
    "mutual_silence_share": text("more silence than usual", "молчания больше обычного"),
    "agent_positive": text("warmer words of the agent than usual", "у оператора больше добрых слов, чем обычно"),
    "agent_negative": text("more negative words of the agent than usual", "у оператора больше негативных слов"),
    "first_response_s": text("later first answer than usual (chat)", "первый ответ позже обычного (чат)"),
    "agent_response_median_s": text("slower answers than usual (chat)", "ответы медленнее обычного (чат)"),
    "template_share": text("more canned lines than usual (chat)", "шаблонов больше обычного (чат)"),
    "plain_words": text("plainer words than usual", "слова проще обычного"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a contact has or has not: ``known`` [n] where it can be told, ``has`` [n]."""

    name: str
    title: Text
    known: Flags
    has: Flags
    criterion: bool


def things_of(archive: Archive) -> Iterator[Thing]:
    """Own criteria met, and what the agent did."""
    for one in own_criteria(archive):
        title = text("met: {title}", "выполнено: {title}", title=one.title)
        yield Thing(one.key, title, one.decided, one.verdict == MET, criterion=True)
    for name, title in (SOME | MORE).items():
        values = archive.number(name)
        known = ~np.isnan(values)
        if known.any():
            yield Thing(name, title, known, _above(values, 0.0 if name in SOME else None), criterion=False)


def _above(values: Floats, threshold: float | None) -> Flags:
    """[n], more than the threshold, or than the median."""
    limit = float(np.nanmedian(values)) if threshold is None else threshold
    above: Flags = np.nan_to_num(values, nan=limit) > limit
    return above
