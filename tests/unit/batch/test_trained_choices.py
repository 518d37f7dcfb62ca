from __future__ import annotations

from pathlib import Path

from marked_chats import marked_chats
from voxcx.batch.choices import about, choices_digest
from voxcx.choices import Choices
from voxcx.qa.learning.examples import gather
from voxcx.qa.learning.store import save_criterion
from voxcx.qa.learning.study import learn

FORM = """
id: test
version: 1
language: ru
title: T
sections:
  - id: s
    title: S
    criteria:
      - {id: it, title: It, points: 5, met_when: {trained: {model: c}}}
"""


def test_a_criterion_trained_again_is_another_choice(tmp_path: Path) -> None:
    trained, _ = learn(gather(marked_chats(120, 9), "it", "agent", "ru"), 0.8)
    save_criterion(trained, "{}\n", "# Card\n", tmp_path / "c")
    (tmp_path / "form.yaml").write_text(FORM)
    choices = Choices(form=tmp_path / "form.yaml")
    first = choices_digest(about(choices))
    assert first == choices_digest(about(choices))
    save_criterion(trained, "{}\n", "# Card of another day\n", tmp_path / "c")
    assert first != choices_digest(about(choices))
