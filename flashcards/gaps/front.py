"""The front of a card that might be made: a phrase at a place with its stem, and what the rules ask of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from flashcards.gaps import places, stems
from flashcards.gaps.stems import Stem
from flashcards.gaps.text import Text
from flashcards.model import Analysis, Token

if TYPE_CHECKING:
    from flashcards.gaps.prospects import Prospect


class Front:
    """A phrase at a place and what stands around it. The stem is cut when the first rule asks for it: most of those
    that turn a phrase down need none.

    ``first`` and ``end`` are the numbers of the first word at the place and of the one behind it, ``tokens`` the words
    at the place, ``before`` and ``behind`` those beside it, with their classes; ``answer`` are the characters at the
    place, ``left`` and ``right`` the one before and the one behind (or nothing); ``kind`` is the phrase's, ``count``
    how often the document says it.
    """

    def __init__(self, analysis: Analysis, prospect: Prospect, document: Text) -> None:
        phrase, place, first, end = prospect.phrase, prospect.place, prospect.first, prospect.end
        sentence = analysis.sentences[place.sentence]
        text, words = sentence.text, sentence.tokens
        self.analysis = analysis
        self.phrase = phrase
        self.place = place
        self.document = document
        self.kind = phrase.kind
        self.count = len(phrase.occurrences)
        self.sentence = sentence
        self.answer = text[place.start : place.end]
        self.left = text[place.start - 1 : place.start]
        self.right = text[place.end : place.end + 1]
        self.first = first
        self.end = end
        self.tokens = words[first:end]
        self.before = words[first - 1] if first > 0 else None
        self.behind = words[end] if end < len(words) else None
        self.class_before = places.word_class(self.before)
        self.class_behind = places.word_class(self.behind)

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
