"""The words at a place of a sentence: their class, how rare they are, what stands before and behind them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from flashcards.keyphrases import background as b
from flashcards.model import Occurrence, Sentence, Token
from flashcards.script import simplified_shadow

# words less rare than this are everyday words (inverse document frequency, 0.9 to 13.9): one alone, the mean of several
COMMON, COMMON_EACH = 8.5, 6.5
_MARK = re.compile(r"[、，。；：！？,;:!?\s（）()《》〈〉“”‘’「」『』【】…—]")


def around(sentence: Sentence, place: Occurrence) -> tuple[Sequence[Token], Token | None, Token | None]:
    """The words of a place, the word before it and the word behind it."""
    first, last = word_at(sentence, place.start), word_at(sentence, place.end)
    before = sentence.tokens[first - 1] if first > 0 else None
    behind = sentence.tokens[last] if last < len(sentence.tokens) else None
    return sentence.tokens[first:last], before, behind


# The starts of the words of the sentences looked at last, by the sentence's identity (which the entry keeps alive).
_starts: dict[int, tuple[Sentence, list[int]]] = {}


def word_at(sentence: Sentence, offset: int) -> int:
    """The index of the first word that begins at an offset or behind it."""
    known = _starts.get(id(sentence))
    if known is None:
        if len(_starts) >= 4096:
            _starts.clear()
        known = _starts[id(sentence)] = (sentence, [token.start for token in sentence.tokens])
    return bisect_left(known[1], offset)


def word_class(token: Token | None) -> int:
    """The class of a word; no word, white space and marks are `MARK`."""
    return b.MARK if token is None else _class_of(token.text, token.pos)


@lru_cache(maxsize=1 << 17)
def _class_of(text: str, pos: str) -> int:
    if _MARK.match(text):
        return b.MARK
    if plain(text) in b.light()["verb"]:
        return b.VERB
    return b.surface_class(text) or b.word_class(pos)


@lru_cache(maxsize=1 << 17)
def familiar(word: str) -> tuple[bool, float]:
    """Whether the vocabulary knows a word, and how rare it is."""
    rarity = b.vocabulary().rarity(plain(word))
    return rarity is not None, b.UNSEEN if rarity is None else rarity


@lru_cache(maxsize=1 << 17)
def plain(word: str) -> str:
    """A word as the tables have it: in simplified script, where they do not know it as it stands."""
    return word if word.isascii() or b.vocabulary().rarity(word) is not None else simplified_shadow(word)


def rare(token: Token | None) -> bool:
    """Whether a word is rare enough to make a name of what follows it."""
    return token is not None and familiar(token.text)[1] > COMMON
