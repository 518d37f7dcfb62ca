"""What was said, as a model of satisfaction reads it: the agent's words, the customer's, and the customer's last ones.

The one definition, for calls and chats, for a transcript in memory and for utterances out of a results folder.
"""

from __future__ import annotations

from collections.abc import Iterable

from voxcx.domain.interaction import Role
from voxcx.domain.transcript import Transcript

VIEWS = ("agent_text", "customer_text", "customer_last_text")
ROLE_OF: dict[str, Role] = {"agent_text": "agent", "customer_text": "customer", "customer_last_text": "customer"}
PARTIES = ("agent", "customer")  # never bot or system: a survey robot asks for the very rating


def views_of(transcript: Transcript) -> dict[str, str]:
    """View → its words, an utterance a line; "" where nothing was said."""
    return views_of_utterances((utterance.role, utterance.text) for utterance in transcript.utterances)


def views_of_utterances(utterances: Iterable[tuple[str, str]]) -> dict[str, str]:
    r"""The same from roles and texts in their order.

    The customer's last turn is their last utterances that no word of the agent stands between; what the agent says
    afterwards, and what a bot says in between, does not end it.

    >>> said = [("customer", "Алло"), ("agent", "Да"), ("customer", "Спасибо"), ("customer", "Нет"), ("agent", "Пока")]
    >>> views_of_utterances(said)
    {'agent_text': 'Да\nПока', 'customer_text': 'Алло\nСпасибо\nНет', 'customer_last_text': 'Спасибо\nНет'}
    """
    agent: list[str] = []
    customer: list[str] = []
    last_from, agent_spoke = 0, False
    for role, text in utterances:
        line = " ".join(text.split()) if role in PARTIES else ""
        if line and role == "agent":
            agent.append(line)
            agent_spoke = True
        elif line:
            last_from = len(customer) if agent_spoke else last_from
            customer.append(line)
            agent_spoke = False
    return dict(zip(VIEWS, ("\n".join(agent), "\n".join(customer), "\n".join(customer[last_from:])), strict=True))
