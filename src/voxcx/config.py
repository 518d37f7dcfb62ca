"""The configuration: one checked YAML file, and the door to what ships with the package (configs, models, samples)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from voxcx.errors import ConfigError, InputError
from voxcx.storage.reaching import read_bytes

Seconds = Annotated[float, Field(ge=0, le=3600)]
Share = Annotated[float, Field(ge=0, le=1)]
NO_SPACES = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km"})  # written so; voxcx tells words apart by spaces
SHOWN = 60  # letters of a wrong value that an error repeats


class Checked(BaseModel):
    """A border record: unknown keys are refused, values cannot change later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SpeechConfig(Checked):
    """Voice activity: from frames to inter-pausal units."""

    threshold: Share = 0.3
    release: Share = 0.25
    min_piece_s: Seconds = 0.10
    bridge_gap_s: Seconds = 0.20


class ChannelConfig(Checked):
    """When a channel is dead, two are the same, one is heard on the other, or the sound is broken."""

    dead_below_db: float = -65.0
    dead_after_s: Seconds = 30.0
    dead_other_speaks_s: Seconds = 5.0
    dual_mono_correlation: Share = 0.9
    dual_mono_within_db: Annotated[float, Field(ge=0)] = 12.0
    bleed_contrast: Annotated[float, Field(ge=1)] = 1.6
    bleed_faintest_db: Annotated[float, Field(ge=0)] = 50.0
    clipped_share: Share = 0.04


def _languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(codes)) < len(codes):
        raise ValueError("expected each language once")
    if unfit := [code for code in codes if code in NO_SPACES]:
        raise ValueError(f"expected languages written with spaces between words, not {', '.join(unfit)}")
    return codes


class TranscribeConfig(Checked):
    """Speech recognition."""

    model: str = "base"
    languages: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_languages)] = ("ru", "en")
    beam_size: Annotated[int, Field(ge=1, le=20)] = 3
    window_s: Annotated[float, Field(ge=5, le=29)] = 21.5
    joint_silence_s: Annotated[float, Field(ge=0, le=1)] = 0.0
    pad_s: Seconds = 0.4
    utterance_gap_s: Seconds = 1.0
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute_type: str = "auto"
    threads: Annotated[int, Field(ge=0)] = 0


class Definitions(Checked):
    """Parameters of the events; a named set replaces the default's values. What each means: configs/default.yaml."""

    turn_gap_s: Seconds = 3.0
    backchannel_max_s: Seconds = 0.8
    backchannel_goes_on_s: Seconds = 0.5
    backchannel_next_within_s: Seconds = 1.0
    dual_start_s: Seconds = 0.2
    dual_start_silence_s: Seconds = 0.2
    terminal_s: Seconds = 0.5
    interruption_min_s: Seconds = 0.5
    interruption_min_letters: Annotated[int, Field(ge=0)] = 0
    interruption_clusters: Annotated[int, Field(ge=0, le=1)] = 0
    yield_s: Seconds = 2.0
    breath_s: Seconds = 1.0
    taken_up_again_s: Seconds = 3.0
    silence_min_s: Seconds = 3.0
    silence_min_excluded: Annotated[int, Field(ge=0, le=1)] = 0
    long_silence_min_s: Seconds = 10.0
    silence_between_words: Annotated[int, Field(ge=0, le=1)] = 0
    hold_silence_min_s: Seconds = 10.0
    hold_phrase_within_s: Seconds = 3.0
    sber_cluster_gap_s: Seconds = 2.0
    sber_short_s: Seconds = 0.5
    opening_pause_s: Seconds = 1.0
    opening_limit_s: Seconds = 30.0
    long_utterance_s: Seconds = 5.0
    min_words_for_rate: Annotated[int, Field(ge=1)] = 3


Values = str | Annotated[tuple[str, ...], Field(min_length=1)]


class When(Checked):
    """Which interactions a form is for; an absent key matches anything, a list any of its values.

    ``leg``: ``bot`` where no agent wrote or a call was contained in the IVR, ``agent`` otherwise.
    """

    kind: Literal["call", "chat"] | None = None
    language: Values | None = None
    queue: Values | None = None
    channel: Values | None = None
    direction: Values | None = None
    team: Values | None = None
    process: Values | None = None
    leg: Literal["agent", "bot"] | None = None

    def fits(self, facts: Mapping[str, str | None]) -> bool:
        """Whether all that is given holds of an interaction's facts."""
        given = self.model_dump(exclude_none=True)
        return all(facts.get(key) in (value if isinstance(value, tuple) else (value,)) for key, value in given.items())


class FormRoute(Checked):
    """The first route that matches gives the form."""

    when: When = When()
    form: str


class AskConfig(Checked):
    """A language model that rules may ask (`ask`): an OpenAI-compatible endpoint. Without this nothing is asked."""

    endpoint: Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
    model: Annotated[str, Field(min_length=1)]
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 60.0
    cache: Path | None = None


class Config(Checked):
    """The whole configuration, see configs/default.yaml."""

    speech: SpeechConfig = SpeechConfig()
    channels: ChannelConfig = ChannelConfig()
    transcribe: TranscribeConfig = TranscribeConfig()
    definitions: dict[str, Definitions] = Field(default_factory=lambda: {"default": Definitions()})
    telephony_skew_s: Seconds = 2.0
    csi_model: str = "current"
    forms: tuple[FormRoute, ...] = ()
    vocabulary: tuple[str, ...] = ()
    usual: Path | None = None
    ask: AskConfig | None = None

    @field_validator("definitions", mode="before")
    @classmethod
    def _named_lie_over_default(cls, written: Any) -> Any:
        """A named set changes the file's own default, not the built-in one."""
        base = written.get("default") or {} if isinstance(written, dict) else None
        if not isinstance(base, dict):
            return written
        return {"default": base} | {n: base | r if isinstance(r, dict) else r for n, r in written.items()}

    def sha256(self) -> str:
        """Digest of every value: two runs with the same digest were configured alike.

        Where what is usual and kept answers lie is left out: a folder that moves changes no verdict. What is in the
        file of what is usual has its own place in the identity of the work.
        """
        values = self.model_dump(mode="json")
        if self.usual is not None:
            values["usual"] = True
        if self.ask is not None:
            values["ask"]["cache"] = None
        text = json.dumps(values, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def definitions_named(self, name: str) -> Definitions:
        """A named set of event parameters."""
        if name not in self.definitions:
            raise ConfigError(f"Definitions {name!r}: expected one of {', '.join(sorted(self.definitions))}.")
        return self.definitions[name]


def shipped(*parts: str) -> Path:
    """A file that ships with voxcx: inside the installed package, or at the top of a checkout.

    >>> shipped("configs", "default.yaml").name
    'default.yaml'
    """
    installed = Path(str(files("voxcx"))).joinpath(*parts)
    return installed if installed.exists() else Path(__file__).resolve().parents[2].joinpath(*parts)


def load_config(path: Path | None = None) -> Config:
    """Read the configuration, the shipped default unless a path is given; refuses unknown keys by name."""
    source = path or shipped("configs", "default.yaml")
    try:
        raw = yaml.safe_load(source.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise ConfigError(f"{source}: expected a configuration file, found none; give an existing path.") from None
    except OSError as error:
        raise ConfigError(f"{source}: expected a configuration file, got none to read ({error.strerror}).") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source}: expected YAML, got {str(error).splitlines()[0]}.") from None
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(f"{source}: {first_problem(error)}.") from None


def read_json(path: Path, what: str) -> Any:
    """Parse a JSON file of the user's; ``what`` names it in the sentence that is told when it cannot be read."""
    try:
        return json.loads(read_bytes(path).decode("utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path}: expected {what}, found none; check the path.") from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: expected {what}, got text that breaks at {error}; mend or re-export it.") from None
    except OSError as error:
        raise InputError(f"{path}: expected {what}, got a file that cannot be read ({error.strerror}).") from None


def first_problem(error: ValidationError) -> str:
    """The foremost problem of a pydantic error as a phrase: where, what was expected, what came.

    A long value or a whole record is named by its type: it may hold a customer's words.
    """
    problem = foremost(error)
    where = " → ".join(str(part) for part in problem["loc"]) or "top level"
    if problem["type"] == "extra_forbidden":
        return f"{where}: this key is not known, check its spelling"
    if problem["type"] == "missing":
        return f"{where}: this key is missing"
    got = problem["input"]
    shown = repr(got) if isinstance(got, (bool, int, float)) or len(repr(got)) <= SHOWN else type(got).__name__
    return f"{where}: {problem['msg'].removeprefix('Value error, ').lower()}, got {shown}"


def foremost(error: ValidationError) -> dict[str, Any]:
    """The problem to tell first: an unknown key, since a misspelt one is why another seems to be missing."""
    problems = error.errors(include_url=False)
    return dict(next((problem for problem in problems if problem["type"] == "extra_forbidden"), problems[0]))
