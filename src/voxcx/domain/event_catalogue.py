"""What each kind of event is, in both languages, with the parameters it is found by. Data only.

A definition names parameters of ``definitions`` in the configuration in braces and is told with their values. A switch
of a named set (``interruption_clusters`` …) makes it another event: then the first ``When`` that is on is told instead.
Each says what the event is in words that stand alone, as the features that count it repeat them (``catalogue.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from voxcx.domain.timeline import EventKind


@dataclass(frozen=True, slots=True)
class When:
    """The definition while a parameter is not 0."""

    parameter: str
    en: str
    ru: str


@dataclass(frozen=True, slots=True)
class EventSpec:
    """What an event is, and what else it is when a switch is on. ``more`` is what is told of it besides, under any."""

    kind: EventKind
    en: str
    ru: str
    whens: tuple[When, ...] = ()
    more_en: str = ""
    more_ru: str = ""

    def definition(self, language: str, used: Mapping[str, float]) -> str:
        """The definition in the interface language (English unless ``ru``), with the parameters' values in it."""
        more = self.more_ru if language == "ru" else self.more_en
        return _filled(f"{self._text(language, used)}{more}", language, used)

    def core(self, language: str, used: Mapping[str, float]) -> str:
        """What the event is, without ``more``."""
        return _filled(self._text(language, used), language, used)

    def parameters(self, used: Mapping[str, float]) -> tuple[str, ...]:
        """The parameters that this definition names, in its order, the switch that is on first."""
        on = self._on(used)
        return tuple(dict.fromkeys((*((on.parameter,) if on else ()), *_named(self._text("en", used) + self.more_en))))

    def _text(self, language: str, used: Mapping[str, float]) -> str:
        told = self._on(used) or self
        return told.ru if language == "ru" else told.en

    def _on(self, used: Mapping[str, float]) -> When | None:
        return next((when for when in self.whens if used.get(when.parameter)), None)


def _named(text: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name)


def _filled(text: str, language: str, used: Mapping[str, float]) -> str:
    mark = "," if language == "ru" else "."
    named = _named(text)
    return text.format_map({name: f"{used[name]:g}".replace(".", mark) if name in used else name for name in named})


_CLUSTERS = "interruption_clusters"
_NOT_TOLD_APART = When(
    _CLUSTERS,
    "not told apart here, it is a fragment of simultaneous speech like any other",
    "здесь не выделяется, это такой же отрезок одновременной речи, как любой другой",
)

EVENTS: tuple[EventSpec, ...] = (
    EventSpec(
        "interruption",
        "speech over the other's unfinished turn, begun more than {terminal_s} s before its end, both speaking for "
        "{interruption_min_s} s or longer; listening sounds and starts together (at most {dual_start_s} s apart, after "
        "{dual_start_silence_s} s of silence) do not count",
        "речь поверх незаконченной реплики собеседника, которая начата больше чем за {terminal_s} с до её конца, и "
        "вместе говорят {interruption_min_s} с или дольше; поддакивания и одновременное начало (до {dual_start_s} с "
        "друг от друга после {dual_start_silence_s} с тишины) не в счёт",
        (
            When(
                _CLUSTERS,
                "fragments of simultaneous speech with gaps of at most {sber_cluster_gap_s} s, counted as one, of "
                "whoever started second in the first of them; a single one shorter than {sber_short_s} s and listening "
                "sounds do not count",
                "отрезки одновременной речи с промежутками до {sber_cluster_gap_s} с, взятые за один; перебил тот, кто "
                "в первом отрезке начал вторым; одиночный отрезок короче {sber_short_s} с и поддакивания не в счёт",
            ),
            When(
                "interruption_min_letters",
                "speech over the other's unfinished turn, begun more than {terminal_s} s before its end, both speaking "
                "for {interruption_min_s} s or longer and the one who began saying {interruption_min_letters} letters "
                "or more; listening sounds and starts together (at most {dual_start_s} s apart, after "
                "{dual_start_silence_s} s of silence) do not count",
                "речь поверх незаконченной реплики собеседника, которая начата больше чем за {terminal_s} с до её "
                "конца, вместе говорят {interruption_min_s} с или дольше, и перебивший произносит не меньше "
                "{interruption_min_letters} букв; поддакивания и одновременное начало (до {dual_start_s} с друг от "
                "друга после {dual_start_silence_s} с тишины) не в счёт",
            ),
        ),
        "; the other yields by stopping within {yield_s} s (a pause of at most {breath_s} s is no stop)",
        "; собеседник уступил, если замолчал за {yield_s} с (пауза до {breath_s} с – не молчание)",
    ),
    EventSpec(
        "backchannel",
        "nothing but listening words (where the words are not known, at most {backchannel_max_s} s) while the other, "
        "who was speaking before, speaks on for {backchannel_goes_on_s} s or longer, pausing for at most "
        "{backchannel_next_within_s} s",
        "одни слова слушающего (где слова неизвестны – не дольше {backchannel_max_s} с), пока собеседник, который "
        "говорил и до этого, говорит ещё {backchannel_goes_on_s} с или дольше, с паузами до "
        "{backchannel_next_within_s} с",
    ),
    EventSpec(
        "dual_start",
        "both start within {dual_start_s} s of each other, after {dual_start_silence_s} s of silence or longer",
        "оба начинают в пределах {dual_start_s} с друг от друга, после {dual_start_silence_s} с тишины или дольше",
        (_NOT_TOLD_APART,),
    ),
    EventSpec(
        "terminal_overlap",
        "begins at most {terminal_s} s before the other's turn ends; a cut-in is suspected where that turn was not "
        "finished or goes on within {taken_up_again_s} s",
        "начинает не раньше чем за {terminal_s} с до конца реплики; похоже на обрыв, если та реплика не закончена или "
        "продолжилась за {taken_up_again_s} с",
        (_NOT_TOLD_APART,),
    ),
    EventSpec(
        "brief_overlap",
        "simultaneous speech shorter than {interruption_min_s} s; listening sounds, starts together and overlaps at a "
        "turn's end do not count",
        "одновременная речь короче {interruption_min_s} с; поддакивания, одновременные начала и наложения в конце "
        "реплики не в счёт",
        (
            When(
                _CLUSTERS,
                "a single fragment of simultaneous speech shorter than {sber_short_s} s, with no other within "
                "{sber_cluster_gap_s} s; listening sounds do not count",
                "одиночный отрезок одновременной речи короче {sber_short_s} с, без других ближе "
                "{sber_cluster_gap_s} с; поддакивания не в счёт",
            ),
            When(
                "interruption_min_letters",
                "simultaneous speech that is shorter than {interruption_min_s} s or in which the one who began second "
                "says fewer than {interruption_min_letters} letters; listening sounds, starts together and overlaps at "
                "a turn's end do not count",
                "одновременная речь короче {interruption_min_s} с или такая, в которой начавший вторым произносит "
                "меньше {interruption_min_letters} букв; поддакивания, одновременные начала и наложения в конце "
                "реплики не в счёт",
            ),
        ),
    ),
    EventSpec(
        "silence",
        "nobody speaks, in talk, for {silence_min_s} s or longer",
        "в разговоре никто не говорит {silence_min_s} с или дольше",
        (
            When(
                "silence_between_words",
                "no recognised word, anywhere in the recording, for {silence_min_s} s or longer",
                "нет распознанных слов, в любом месте записи, {silence_min_s} с или дольше",
            ),
            When(
                "silence_min_excluded",
                "nobody speaks, in talk, for longer than {silence_min_s} s",
                "в разговоре никто не говорит дольше {silence_min_s} с",
            ),
        ),
    ),
    EventSpec(
        "long_silence",
        "nobody speaks, in talk, for {long_silence_min_s} s or longer, and it is no hold",
        "в разговоре никто не говорит {long_silence_min_s} с или дольше, и это не удержание",
    ),
    EventSpec(
        "latency",
        "from the end of one party's turn to the start of the other's, with no hold between; a turn ends with a pause "
        "of {turn_gap_s} s or when the other takes the floor",
        "от конца реплики одного до начала реплики другого, без удержания между ними; реплику заканчивает пауза "
        "{turn_gap_s} с или реплика собеседника",
    ),
    EventSpec(
        "hold",
        "by the call record; without one as heard: music, ringing, or mutual silence of {hold_silence_min_s} s or "
        "longer that begins within {hold_phrase_within_s} s of a hold phrase",
        "по записи АТС, без неё – по звуку: музыка, гудки вызова или взаимная тишина от {hold_silence_min_s} с, "
        "которая началась в пределах {hold_phrase_within_s} с после слов об удержании",
    ),
    EventSpec(
        "hold_request",
        "the agent asks to wait on the line (dictionary)",
        "оператор просит подождать на линии (по словарю)",
    ),
    EventSpec(
        "hold_return", "the agent comes back from a hold (dictionary)", "оператор вернулся на линию (по словарю)"
    ),
    EventSpec("transfer", "the agent speaks of a transfer (dictionary)", "оператор говорит о переводе (по словарю)"),
    EventSpec(
        "repeat_cue",
        "the customer says that this is not the first contact (dictionary)",
        "клиент говорит, что обращается не впервые (по словарю)",
    ),
    EventSpec("asks_for_human", "the customer asks for a person (dictionary)", "клиент просит человека (по словарю)"),
    EventSpec(
        "complaint",
        "the customer complains or threatens to (dictionary)",
        "клиент жалуется или грозит жалобой (по словарю)",
    ),
    EventSpec("ringback", "one burst of the ringing tone, as heard", "один гудок вызова, по звуку"),
    EventSpec("busy", "one burst of the busy tone, as heard", "один короткий гудок «занято», по звуку"),
    EventSpec("dtmf", "a key pressed, by its tone", "нажатая клавиша, по её тону"),
)
EVENT_CATALOGUE: dict[str, EventSpec] = {spec.kind: spec for spec in EVENTS}
