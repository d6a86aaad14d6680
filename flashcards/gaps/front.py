"""The front of a card that might be made: a phrase at a place with its stem, and what the rules ask of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from flashcards.gaps import places, stems
from flashcards.gaps.stems import Stem
from flashcards.gaps.text import Text
from flashcards.keyphrases import background as b
from flashcards.model import Analysis

if TYPE_CHECKING:
    from flashcards.gaps.prospects import Prospect


class Front:
    """A phrase at a place and what stands around it. The stem is cut when the first rule asks for it: most of those
    that turn a phrase down need none.

    ``index``, ``start``, ``stop``, ``first``, ``end``, ``kind``, ``score``, ``count`` (its times) and ``mention`` are
    the prospect's. ``words`` are those at the place, with their ``tags``, ``before`` and ``behind`` those beside it (or
    nothing), with their classes; ``answer`` are the characters at the place, ``left`` and ``right`` the one before and
    the one behind (or nothing).
    """

    def __init__(self, analysis: Analysis, prospect: Prospect, document: Text) -> None:
        _, self.kind, self.score, self.count, self.mention, index, start, stop, first, end, _, _ = prospect
        sentence = analysis.sentences[index]
        text, tokens = sentence.text, sentence.tokens
        self.analysis, self.document, self.sentence = analysis, document, sentence
        self.index, self.start, self.stop, self.first, self.end = index, start, stop, first, end
        self.answer = text[start:stop]
        self.left = text[start - 1 : start]
        self.right = text[stop : stop + 1]
        texts, tags = tokens.texts, tokens.tags
        self.words, self.tags = texts[first:end], tags[first:end]
        self.before, self.class_before = "", b.MARK
        if first > 0:
            self.before = texts[first - 1]
            self.class_before = places.class_of(self.before, tags[first - 1])
        self.behind, self.class_behind = "", b.MARK
        if end < len(texts):
            self.behind = texts[end]
            self.class_behind = places.class_of(self.behind, tags[end])

    @cached_property
    def stem(self) -> Stem:
        """The stem that would ask it."""
        return stems.cut(self.sentence, self.start, self.stop)

    @property
    def visible(self) -> str:
        """What of the stem stays to be read."""
        return self.stem.visible

    def word(self, number: int) -> str:
        """A word of the sentence by its number; nothing beyond its first and its last."""
        texts = self.sentence.tokens.texts
        return texts[number] if 0 <= number < len(texts) else ""

    def class_at(self, number: int) -> int:
        """The class of a word by its number; beyond the sentence there are marks."""
        tokens = self.sentence.tokens
        if 0 <= number < len(tokens.texts):
            return places.class_of(tokens.texts[number], tokens.tags[number])
        return b.MARK

    @cached_property
    def classes(self) -> Sequence[int]:
        """The classes of the words at the place."""
        return list(map(places.class_of, self.words, self.tags))

    @cached_property
    def known(self) -> Sequence[tuple[bool, float]]:
        """For every word at the place whether the vocabulary knows it, and how rare it is."""
        return list(map(places.familiar, self.words))

    @property
    def rarity(self) -> float:
        """The mean rarity of the words at the place."""
        return sum(rarity for _, rarity in self.known) / len(self.known)


Rule = Callable[[Front], bool]
Rules = tuple[tuple[str, Rule], ...]  # what a rule says against asking a phrase, and the rule
