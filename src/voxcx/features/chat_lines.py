"""Messages of a chat and their sentences, each read once and searched once for all that a chat's features look for."""

from __future__ import annotations

from dataclasses import dataclass

from voxcx.domain.interaction import Role
from voxcx.language.lexicons import Lexicons, Spans, load_lexicons
from voxcx.language.readings import Reading, read
from voxcx.language.sentences import asks, sentences


def lexicons_of(language: str) -> Lexicons:
    """The lexicons that are looked for in sentences, one by one."""
    return load_lexicons(language, "auto_reply", "handover", "joined", "greeting", "filler", "officialese")


@dataclass(slots=True, eq=False)
class Sentence:
    """One sentence of a message; searched when it is first asked about."""

    text: str
    language: str
    _found: dict[str, Spans] | None = None

    @property
    def reading(self) -> Reading:
        """Its words."""
        return read(self.text.split(), self.language)

    @property
    def found(self) -> dict[str, Spans]:
        """Hits by lexicon."""
        if self._found is None:
            self._found = lexicons_of(self.language).find(self.reading)
        return self._found


@dataclass(slots=True, eq=False)
class Line:
    """One message that says something; ``at_s`` counts from the first message, None when the export has no times."""

    role: Role
    text: str
    at_s: float | None
    language: str
    _sentences: tuple[Sentence, ...] | None = None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences in order."""
        if self._sentences is None:
            self._sentences = tuple([Sentence(sentence, self.language) for sentence in sentences(self.text)])
        return self._sentences

    @property
    def words(self) -> int:
        """How many words it is when it is spoken."""
        return read(self.text.split(), self.language).spoken_as(self.text, self.language)[0]

    def says(self, name: str) -> bool:
        """Whether it has a hit of a lexicon in a sentence that asks nothing."""
        return any(name in one.found and not asks(one.text) for one in self.sentences)

    @property
    def requests_person(self) -> bool:
        """Whether the customer asks for a person in it, in whatever sentence."""
        wanted = load_lexicons(self.language, "asks_for_human")
        return self.role == "customer" and bool(wanted.find(read(self.text.split(), self.language)))
