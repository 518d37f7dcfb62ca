"""Words by channel → utterances by role: words of one role with gaps under a second."""

from __future__ import annotations

from collections.abc import Iterator

from voxcx.domain.interaction import Role
from voxcx.domain.transcript import Recognition, Transcript, Utterance, Word


def to_transcript(recognition: Recognition, roles: tuple[Role, ...], gap_s: float) -> Transcript:
    """Group each channel's words and put all utterances in order of their start."""
    utterances = [
        Utterance(role, words, " ".join(word.text for word in words))
        for role, channel in zip(roles, recognition.words, strict=False)
        for words in _grouped(channel, gap_s)
    ]
    utterances.sort(key=lambda u: (u.start_s or 0.0, u.end_s or 0.0))
    return Transcript(recognition.language, recognition.engine, tuple(utterances), recognition.dropped)


def _grouped(words: tuple[Word, ...], gap_s: float) -> Iterator[tuple[Word, ...]]:
    group: list[Word] = []
    for word in words:
        if group and (word.start_s or 0.0) - (group[-1].end_s or 0.0) >= gap_s:
            yield tuple(group)
            group = []
        group.append(word)
    if group:
        yield tuple(group)
