"""HALL: the user's choices and the configuration → ready-made tools for the walk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from voxcx.choices import Choices, beside, usual_path
from voxcx.config import Config, TranscribeConfig, load_config
from voxcx.csi.current import resolve
from voxcx.csi.store import load_model
from voxcx.domain.interaction import Interaction
from voxcx.domain.qa import QaForm
from voxcx.domain.transcript import Recognition, Transcript
from voxcx.errors import ConfigError, VoxcxError
from voxcx.pipeline import Tools
from voxcx.qa.asking import EndpointAsker
from voxcx.qa.case import Knowledge
from voxcx.qa.form import load_form
from voxcx.qa.usual import read_usual
from voxcx.transcribe.protocol import Progress, Spoken, Transcriber, in_silence
from voxcx.transcribe.replay import ReplayTranscriber
from voxcx.transcribe.whisper import Vocabulary, WhisperTranscriber

FormFor = Callable[[Interaction, str], QaForm | None]


def make_tools(choices: Choices) -> Tools:
    """Load and check everything once.

    Raises:
        ConfigError, FormError, ModelError: in one sentence each.
    """
    config = load_config(choices.config_path)
    config.definitions_named(choices.definitions)
    form_for = _forms(choices.form, config, choices.config_path)
    return Tools(
        config=config,
        definitions=choices.definitions,
        transcriber=_transcriber(choices, config, form_for),
        csi_model=load_model(resolve(choices.csi_model or config.csi_model)),
        form_for=form_for,
        mask=_as_it_is,
        knowledge=_knowledge(config, choices.config_path),
    )


class LazyTranscriber:
    """Loads the recogniser when the first recording needs it: a chat or a bad file never waits for weights."""

    def __init__(self, config: TranscribeConfig, language: str, vocabulary: Vocabulary) -> None:
        self._make = cache(lambda: WhisperTranscriber(config, language, vocabulary))

    @property
    def engine(self) -> str:
        """Name and digest of the recogniser."""
        return self._make().engine

    def transcribe(self, spoken: Spoken) -> Recognition:
        """As WhisperTranscriber does."""
        return self._make().transcribe(spoken)

    def transcribe_many(
        self, recordings: Iterable[Spoken], progress: Progress = in_silence
    ) -> Iterator[tuple[Spoken, Recognition | VoxcxError]]:
        """As WhisperTranscriber does, once there is a recording at all."""
        waiting = iter(recordings)
        for first in waiting:
            yield from self._make().transcribe_many(chain((first,), waiting), progress)


def _transcriber(choices: Choices, config: Config, form_for: FormFor) -> Transcriber:
    known = {"auto", *config.transcribe.languages}
    if choices.language not in known:
        raise ConfigError(f"--language: expected one of {', '.join(sorted(known))}, got {choices.language!r}.")
    if choices.transcript is not None:
        return ReplayTranscriber(choices.transcript)
    changes: dict[str, object] = {"model": choices.asr_model, "threads": choices.threads, "device": choices.device}
    chosen = config.transcribe.model_copy(update={k: v for k, v in changes.items() if v is not None})
    return LazyTranscriber(chosen, choices.language, _vocabulary(config, form_for))


def _vocabulary(config: Config, form_for: FormFor) -> Vocabulary:
    """Names to expect in a call: the configuration's, the form's, and the company that its data name."""

    def names(interaction: Interaction, language: str) -> tuple[str, ...]:
        form = form_for(interaction, language)
        company = (interaction.company,) if interaction.company else ()
        return tuple(dict.fromkeys((*config.vocabulary, *(form.vocabulary if form else ()), *company)))

    return names


def _forms(chosen: str | None, config: Config, config_path: Path | None = None) -> FormFor:
    """The chosen form for everything, or the first route of the configuration that matches."""
    if chosen is not None:
        form = load_form(chosen)
        return lambda _interaction, _language: form
    load = cache(load_form)

    def route(interaction: Interaction, language: str) -> QaForm | None:
        facts = _facts(interaction) | {"language": language}
        return next((load(beside(config_path, way.form)) for way in config.forms if way.when.fits(facts)), None)

    return route


def _facts(interaction: Interaction) -> dict[str, str | None]:
    """What a route may ask of an interaction."""
    wrote = any(message.role == "agent" for message in interaction.messages)
    alone = interaction.contained if interaction.kind == "call" else not wrote
    named = ("kind", "queue", "channel", "direction", "team", "process")
    return {name: getattr(interaction, name) for name in named} | {"leg": "bot" if alone else "agent"}


def _knowledge(config: Config, config_path: Path | None) -> Knowledge:
    """What rules may know beside the interaction: what is usual, and a language model to ask."""
    asked = config.ask
    ask = EndpointAsker(asked.endpoint, asked.model, asked.timeout_s, asked.cache) if asked is not None else None
    usual = usual_path(config, config_path)
    return Knowledge(read_usual(usual) if usual is not None else None, ask)


def _as_it_is(transcript: Transcript) -> Transcript:
    """Nothing is masked: the privacy room comes later, its place in the walk is here."""
    return transcript
