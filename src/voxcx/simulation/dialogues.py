"""Sentences of simulated interactions, by language: ``dialogues.{ru,en}.yaml``, checked when read."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml
from pydantic import Field

from voxcx.config import Checked

Pool = tuple[str, ...]


class Topic(Checked):
    """One queue's subject: how the customer begins, what is asked and answered, what the agent explains."""

    opening: Pool = Field(min_length=2)
    question: Pool = Field(min_length=2)
    answer: Pool = Field(min_length=2)
    explanation: Pool = Field(min_length=2)


class Dialogues(Checked):
    """All sentences of one language. ``cues`` are named by the feature that counts them."""

    names: dict[str, Pool]
    endings: dict[str, dict[str, str]]
    greeting: Pool
    greeting_chat: Pool
    bot: Pool
    closing_agent: Pool
    closing_customer: Pool
    nod: Pool
    ok: Pool
    calm: Pool
    hold: Pool
    hold_return: Pool
    transfer: Pool
    details: Pool
    agent_moves: Pool
    topics: dict[str, Topic]
    cues: dict[str, Pool]
    planted: dict[str, Pool]


@cache
def load_dialogues(language: str) -> Dialogues:
    """The sentences of a language of the simulation, ru or en."""
    text = files("voxcx.simulation").joinpath(f"dialogues.{language}.yaml").read_text(encoding="utf-8")
    return Dialogues.model_validate(yaml.safe_load(text))
