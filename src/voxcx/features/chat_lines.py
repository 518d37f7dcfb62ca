"""Messages of a chat and their sentences, each read once and searched once for all that a chat's features look for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from voxcx.domain.interaction import Role
from voxcx.features.lexical import lexicons_of
from voxcx.language.lexicons import Spans, load_lexicons
from voxcx.language.readings import Reading, read
from voxcx.language.sentences import asks, sentences


@dataclass(slots=True, eq=False)
class Sentence:
    """One sentence of a message; searched when it is first asked about."""

    text: str
    language: str
    _reading: Reading | None = None
    _found: Mapping[str, Spans] | None = None

    @property
    def reading(self) -> Reading:
        """Its words."""
        if self._reading is None:
            self._reading = read(self.text.split(), self.language)
        return self._reading

    @property
    def found(self) -> Mapping[str, Spans]:
        """Hits by lexicon."""
        if self._found is None:
            self._found = lexicons_of("agent", self.language).find(self.reading)
        return self._found


@dataclass(slots=True, eq=False)
class Line:
    """One message that says something; ``at_s`` counts from the first message, None when the export has no times."""

    role: Role
    text: str
    at_s: float | None
    language: str
    _reading: Reading | None = None
    _sentences: tuple[Sentence, ...] | None = None
    _says: frozenset[str] | None = None

    @property
    def reading(self) -> Reading:
        """Its words."""
        if self._reading is None:
            self._reading = read(self.text.split(), self.language)
        return self._reading

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences in order."""
        if self._sentences is None:
            texts = sentences(self.text)
            whole = self.reading if texts == (self.text,) else None
            self._sentences = tuple([Sentence(text, self.language, whole) for text in texts])
        return self._sentences

    @property
    def words(self) -> int:
        """How many words it is when it is spoken."""
        return self.reading.spoken_as(self.text, self.language)[0]

    @property
    def says(self) -> frozenset[str]:
        """Lexicons of which it has a hit in a sentence that asks nothing."""
        if self._says is None:
            told = (one.found for one in self.sentences if one.found and not asks(one.text))
            self._says = frozenset(chain.from_iterable(told))
        return self._says

    @property
    def requests_person(self) -> bool:
        """Whether the customer asks for a person in it, in whatever sentence."""
        wanted = load_lexicons(self.language, "asks_for_human")
        return self.role == "customer" and bool(wanted.find(self.reading))
