"""The shipped configuration is the code's defaults, and a wrong one is refused by its key."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from voxcx.config import Config, Definitions, load_config, shipped
from voxcx.errors import ConfigError


def test_the_shipped_file_says_what_the_code_does() -> None:
    raw = yaml.safe_load(shipped("configs", "default.yaml").read_text(encoding="utf-8"))
    code = Config().model_dump(mode="json")
    for section in ("speech", "channels", "transcribe"):
        assert code[section] == raw[section] | {k: v for k, v in code[section].items() if k not in raw[section]}
        assert set(raw[section]) == set(code[section]), section
    # Every parameter is written in the file, with the value that the code has.
    assert raw["definitions"]["default"] == code["definitions"]["default"]
    assert load_config().definitions_named("default") == Definitions()


def test_named_definitions_change_only_what_they_say() -> None:
    config = load_config()
    assert set(config.definitions) == {"default", "sber", "alibaba", "google", "voci"}
    changed = {
        name: {k: v for k, v in rules.model_dump().items() if v != getattr(Definitions(), k)}
        for name, rules in config.definitions.items()
    }
    assert changed == {
        "default": {},
        "sber": {"interruption_clusters": 1},
        "alibaba": {"interruption_min_s": 2.0, "interruption_min_letters": 4},
        "google": {"silence_min_s": 5.0, "silence_min_excluded": 1},
        "voci": {
            "dual_start_s": 0.0,
            "interruption_min_s": 0.0,
            "silence_between_words": 1,
            "silence_min_s": 0.0,
            "terminal_s": 0.0,
        },
    }


def test_the_digest_follows_every_value() -> None:
    config = load_config()
    assert config.sha256() == load_config().sha256()
    assert config.sha256() != config.model_copy(update={"telephony_skew_s": 1.0}).sha256()


WRONG = [
    ("speech: {treshold: 0.5}", "speech → treshold: this key is not known"),
    ("telephony_skew_s: -1", "telephony_skew_s"),
    ("transcribe: {window_s: 0}", "transcribe → window_s"),  # would never end
    ("transcribe: {window_s: 40}", "transcribe → window_s"),  # more than Whisper takes
    ("transcribe: {beam_size: 0}", "beam_size"),
    ("transcribe: {languages: []}", "transcribe → languages: tuple should have at least 1 item"),
    ("transcribe: {languages: [ru, en, ru]}", "transcribe → languages: expected each language once"),
    *(
        (f"transcribe: {{languages: [en, {code}]}}", f"languages written with spaces between words, not {code}")
        for code in ("zh", "yue", "ja", "th", "lo", "my", "km")
    ),
    ("definitions: {mine: {interruption_clusters: 2}}", "interruption_clusters"),
    ("definitions: {mine: {silence_mni_s: 4}}", "silence_mni_s: this key is not known"),
    ("forms: [{form: a, when: {knd: call}}]", "knd: this key is not known"),
    ("- a list", "top level"),
    ("speech: [", "expected YAML"),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_a_wrong_file_is_told_in_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_file_a_folder_and_no_text(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigError, match="expected a configuration file"):
            load_config(path)
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="expected YAML"):
        load_config(binary)


def test_unknown_definitions_name_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="expected one of alibaba, default, google, sber, voci"):
        load_config().definitions_named("amazon")


def test_values_do_not_change_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_config().telephony_skew_s = 5.0


def test_a_named_set_lies_over_the_file_s_own_default(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("definitions: {default: {turn_gap_s: 5.0}, sber: {interruption_clusters: 1}}")
    config = load_config(path)
    assert config.definitions_named("sber").turn_gap_s == 5.0
    path.write_text("definitions: {mine: {turn_gap_s: 5.0}}")
    assert load_config(path).definitions_named("default") == Definitions()
