"""The front of a card that might be made: a phrase at a place with its stem, and what the rules ask of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flashcards.gaps import places, stems
from flashcards.gaps.stems import Stem
from flashcards.gaps.text import Text
from flashcards.model import Analysis, Keyphrase, Occurrence, Sentence, Token


@dataclass(frozen=True)
class Front:
    """A phrase at a place and what stands around it. The stem is cut when the first rule asks for it: most of those
    that turn a phrase down need none.

    ``kind`` is the phrase's, ``count`` how often the document says it; ``answer`` are the characters at the place,
    ``left`` and ``right`` the one before and the one behind (or nothing); ``first`` and ``end`` are the numbers of the
    first word at the place and of the one behind it, ``tokens`` the words at the place, ``before`` and ``behind`` those
    beside it, with their classes.
    """

    analysis: Analysis
    phrase: Keyphrase
    place: Occurrence
    document: Text
    kind: str
    count: int
    sentence: Sentence
    answer: str
    left: str
    right: str
    first: int
    end: int
    tokens: Sequence[Token]
    before: Token | None
    behind: Token | None
    class_before: int
    class_behind: int

    @classmethod
    def of(cls, analysis: Analysis, phrase: Keyphrase, place: Occurrence, document: Text) -> Front:
        """The front that asks a phrase at a place of an analysis."""
        sentence = analysis.sentences[place.sentence]
        text, start, stop, words = sentence.text, place.start, place.end, sentence.tokens
        first, end = places.word_at(sentence, start), places.word_at(sentence, stop)
        before = words[first - 1] if first > 0 else None
        behind = words[end] if end < len(words) else None
        return cls(
            analysis,
            phrase,
            place,
            document,
            phrase.kind,
            len(phrase.occurrences),
            sentence,
            text[start:stop],
            text[start - 1 : start],
            text[stop : stop + 1],
            first,
            end,
            words[first:end],
            before,
            behind,
            places.word_class(before),
            places.word_class(behind),
        )

    @cached_property
    def stem(self) -> Stem:
        """The stem that would ask it."""
        return stems.cut(self.sentence, self.place.start, self.place.end)

    @property
    def visible(self) -> str:
        """What of the stem stays to be read."""
        return self.stem.visible

    def word(self, number: int) -> Token | None:
        """A word of the sentence by its number, if there is one."""
        return self.sentence.tokens[number] if 0 <= number < len(self.sentence.tokens) else None

    @cached_property
    def classes(self) -> Sequence[int]:
        """The classes of the words at the place."""
        return [places.word_class(token) for token in self.tokens]

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
