"""HALL: many recordings → transcripts by roles, and nothing more. Listening runs ahead while windows are decoded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from voxcx.channels.exchanged import straightened
from voxcx.channels.roles import settle_roles
from voxcx.domain.heard import Heard
from voxcx.domain.interaction import Interaction
from voxcx.domain.result import Roles
from voxcx.domain.transcript import Recognition, Transcript
from voxcx.errors import VoxcxError, as_told
from voxcx.pipeline import Tools, listen, sound_of, written
from voxcx.transcribe.protocol import Progress, Spoken, in_silence
from voxcx.units import cores

Listened = tuple[Heard, Recognition]
Answer = tuple[Interaction, Roles, Transcript] | tuple[Interaction, None, VoxcxError]


def transcribe_many(
    interactions: Iterable[Interaction], tools: Tools, progress: Progress = in_silence
) -> Iterator[Answer]:
    """Listen and transcribe, for recordings: transcripts by roles in the order of the interactions.

    What cannot be heard or recognised comes as its error and costs nothing else.
    """
    for interaction, answer in hear_many(interactions, tools, progress):
        if isinstance(answer, VoxcxError):
            yield interaction, None, answer
            continue
        heard, recognition = straightened(interaction, *answer)
        roles = settle_roles(interaction, heard, recognition)
        yield interaction, roles, tools.mask(written(interaction, recognition, roles, tools))


def hear_many(
    interactions: Iterable[Interaction], tools: Tools, progress: Progress = in_silence, at_once: int | None = None
) -> Iterator[tuple[Interaction, Listened | VoxcxError]]:
    """Listen and recognise, for recordings, in their order: words by channel, before anyone knows who is on which.

    ``at_once`` recordings are listened to, one a core unless given.
    """
    order: deque[tuple[Interaction, VoxcxError | None]] = deque()

    def spoken() -> Iterator[Spoken]:
        for interaction, heard in _listened(interactions, tools, at_once or cores()):
            if isinstance(heard, VoxcxError):
                order.append((interaction, heard))
                continue
            order.append((interaction, None))
            yield Spoken(interaction, heard, sound_of(interaction))

    for one, answer in tools.transcriber.transcribe_many(spoken(), progress):
        yield from _failures(order)
        order.popleft()
        yield one.interaction, answer if isinstance(answer, VoxcxError) else (one.heard, answer)
    yield from _failures(order)


def _failures(order: deque[tuple[Interaction, VoxcxError | None]]) -> Iterator[tuple[Interaction, VoxcxError]]:
    """Those at the front that could not be heard."""
    while order and (error := order[0][1]) is not None:
        yield order.popleft()[0], error


def _listened(
    interactions: Iterable[Interaction], tools: Tools, at_once: int
) -> Iterator[tuple[Interaction, Heard | VoxcxError]]:
    """So many recordings at once, and one that waits; answers in order."""
    ahead: deque[tuple[Interaction, Future[Heard | VoxcxError]]] = deque()
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="listen")
    try:
        for interaction in interactions:
            ahead.append((interaction, pool.submit(_tried, interaction, tools)))
            if len(ahead) > at_once:
                first, heard = ahead.popleft()
                yield first, heard.result()
        while ahead:
            first, heard = ahead.popleft()
            yield first, heard.result()
    finally:
        pool.shutdown(cancel_futures=True)  # stopped midway: what has not begun is not done


def _tried(interaction: Interaction, tools: Tools) -> Heard | VoxcxError:
    try:
        return listen(interaction, tools)
    except Exception as error:  # noqa: BLE001 - one recording costs nothing else, whatever is wrong with it
        return as_told(error)
