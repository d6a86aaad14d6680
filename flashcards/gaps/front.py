"""The front of a card that might be made: a phrase at a place with its stem, and what the rules ask of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flashcards.gaps import places
from flashcards.gaps.stems import Stem
from flashcards.gaps.text import Text
from flashcards.model import Analysis, Keyphrase, Occurrence, Sentence, Token


@dataclass(frozen=True)
class Front:
    """A phrase at a place with the stem that would ask it. What rules ask is worked out when the first of them does."""

    analysis: Analysis
    phrase: Keyphrase
    place: Occurrence
    stem: Stem
    document: Text

    @property
    def kind(self) -> str:
        """The kind of the phrase."""
        return self.phrase.kind

    @property
    def count(self) -> int:
        """How often the document says the phrase."""
        return len(self.phrase.occurrences)

    @cached_property
    def sentence(self) -> Sentence:
        """The sentence of the place."""
        return self.analysis.sentences[self.place.sentence]

    @cached_property
    def answer(self) -> str:
        """The characters at the place."""
        return self.sentence.text[self.place.start : self.place.end]

    @cached_property
    def visible(self) -> str:
        """What of the stem stays to be read."""
        return self.stem.visible

    @property
    def left(self) -> str:
        """The character before the place."""
        return self.sentence.text[max(0, self.place.start - 1) : self.place.start]

    @property
    def right(self) -> str:
        """The character behind the place."""
        return self.sentence.text[self.place.end : self.place.end + 1]

    @cached_property
    def first(self) -> int:
        """The number of the first word at the place."""
        return places.word_at(self.sentence, self.place.start)

    @cached_property
    def end(self) -> int:
        """The number of the first word behind the place."""
        return places.word_at(self.sentence, self.place.end)

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """The words at the place."""
        return self.sentence.tokens[self.first : self.end]

    def word(self, number: int) -> Token | None:
        """A word of the sentence by its number, if there is one."""
        return self.sentence.tokens[number] if 0 <= number < len(self.sentence.tokens) else None

    @cached_property
    def before(self) -> Token | None:
        """The word before the place."""
        return self.word(self.first - 1)

    @cached_property
    def behind(self) -> Token | None:
        """The word behind the place."""
        return self.word(self.end)

    @cached_property
    def classes(self) -> Sequence[int]:
        """The classes of the words at the place."""
        return [places.word_class(token) for token in self.tokens]

    @cached_property
    def class_before(self) -> int:
        """The class of the word before the place."""
        return places.word_class(self.before)

    @cached_property
    def class_behind(self) -> int:
        """The class of the word behind the place."""
        return places.word_class(self.behind)

    @cached_property
    def known(self) -> Sequence[tuple[bool, float]]:
        """For every word at the place whether the vocabulary knows it, and how rare it is."""
        return [places.familiar(token.text) for token in self.tokens]

    @property
    def rarity(self) -> float:
        """The mean rarity of the words at the place."""
        return sum(rarity for _, rarity in self.known) / len(self.known)


Rule = Callable[[Front], bool]
Rules = tuple[tuple[str, Rule], ...]  # what a rule says against asking a phrase, and the rule
