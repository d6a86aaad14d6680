"""The words at a place of a sentence: their class, how rare they are, what stands before and behind them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import filterfalse
from typing import NamedTuple

from flashcards import memory
from flashcards.keyphrases import background as b
from flashcards.model import Occurrence, Sentence, Token
from flashcards.script import simplified_shadow

# words less rare than this are everyday words (inverse document frequency, 0.9 to 13.9): one alone, the mean of several
COMMON, COMMON_EACH = 8.5, 6.5
PAIRED = ("、", "和", "与", "與", "及")  # what joins two of a kind
LIMIT = 1 << 15  # words remembered; beyond it the memory starts anew, so that it does not follow the corpus
_MARK = re.compile(r"[、，。；：！？,;:!?\s（）()《》〈〉“”‘’「」『』【】…—]")


class Fact(NamedTuple):
    """What the tables know of a word: how they write it, whether they have it, and how rare it is."""

    plain: str
    known: bool
    rarity: float


_fact_of = partial(tuple.__new__, Fact)  # a row of columns; half the time of a call of `Fact`


def around(sentence: Sentence, place: Occurrence) -> tuple[Sequence[Token], Token | None, Token | None]:
    """The words of a place, the word before it and the word behind it."""
    first, last = word_at(sentence, place.start), word_at(sentence, place.end)
    before = sentence.tokens[first - 1] if first > 0 else None
    behind = sentence.tokens[last] if last < len(sentence.tokens) else None
    return sentence.tokens[first:last], before, behind


def word_at(sentence: Sentence, offset: int) -> int:
    """The index of the first word that begins at an offset or behind it."""
    return bisect_left(sentence.tokens.starts, offset)


def word_class(token: Token | None) -> int:
    """The class of a word; no word, white space and marks are `MARK`."""
    return b.MARK if token is None else class_of(token.text, token.pos)


@lru_cache(maxsize=LIMIT)
def class_of(text: str, pos: str) -> int:
    """The class of a word with its tag."""
    return own_class(text, plain(text)) or b.word_class(pos)


def own_class(text: str, form: str) -> int:
    """The class that a word, which the tables write in this ``form``, has whatever its tag; 0 where the tag tells."""
    if _MARK.match(text):
        return b.MARK
    return b.VERB if form in b.light()["verb"] else b.surface_class(text)


_facts: dict[str, Fact] = {}
memory.kept(class_of.cache_clear, _facts.clear)


def facts(words: Sequence[str]) -> list[Fact]:
    """What the vocabulary knows of each word. Those not met before are looked up together, which costs far less than
    one by one."""
    if len(_facts) > LIMIT:
        _facts.clear()
    new = list(dict.fromkeys(filterfalse(_facts.__contains__, words)))
    if new:
        known, rarity = _in_vocabulary(new)
        forms = [
            word if has or word.isascii() else simplified_shadow(word) for word, has in zip(new, known, strict=True)
        ]
        if forms != new:
            known, rarity = _in_vocabulary(forms)
        _facts.update(zip(new, map(_fact_of, zip(forms, known, rarity, strict=True)), strict=True))
    return list(map(_facts.__getitem__, words))


def _in_vocabulary(words: Sequence[str]) -> tuple[list[bool], list[float]]:
    """Of each word as it is written whether the vocabulary has it, and how rare it is."""
    vocabulary = b.vocabulary()
    ids = vocabulary.ids(words)
    return vocabulary.known[ids].tolist(), vocabulary.idf[ids].tolist()


def _fact(word: str) -> Fact:
    return _facts.get(word) or facts([word])[0]


def familiar(word: str) -> tuple[bool, float]:
    """Whether the vocabulary knows a word, and how rare it is."""
    fact = _fact(word)
    return fact.known, fact.rarity


def plain(word: str) -> str:
    """A word as the tables have it: in simplified script, where they do not know it as it stands."""
    return _fact(word).plain


def reads(text: str, words: frozenset[str], odd: frozenset[str]) -> bool:
    """Whether `plain` of a text stands in a list. What has no odd character reads as it is written; the vocabulary is
    asked only where it matters, because texts of several words would soon fill it."""
    if text in words:
        return plain(text) in words
    return not odd.isdisjoint(text) and simplified_shadow(text) in words and plain(text) in words


def rare(token: Token | None) -> bool:
    """Whether a word is rare enough to make a name of what follows it."""
    return token is not None and familiar(token.text)[1] > COMMON
