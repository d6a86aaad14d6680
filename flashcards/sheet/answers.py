"""Every answer a sheet could ask, with a number: found by its hash, and wherever it stands in a text.

Answers are compared by Python's hash of 64 bits, so another text may be taken for one: about once in a hundred thousand
sheets of a million answers. Then a question is left out that could have stayed; none is let in.
"""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from operator import add

FEW = 1 << 15  # answers that `Answers` may hold; more are `ManyAnswers`
LEAST, MOST = 8, 17  # bits of the table that many answers are found by; the most is for about a million
SPARSE = 2  # so many bits more has the table of their first characters, for it to be mostly empty
# What Chinese texts are full of and NFKC has another form for: replaced at a small part of its cost.
WIDE = (("，", ","), ("：", ":"), ("；", ";"), ("！", "!"), ("？", "?"), ("（", "("), ("）", ")"), ("…", "..."))


def fold(text: str) -> str:
    """Text as a reader sees it: one width (NFKC), one case, no white space."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text.casefold()  # most answers: a word has neither marks nor white space
    for wide, narrow in WIDE:
        text = text.replace(wide, narrow)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.casefold().split())


class Answers:
    """The answers of most sheets, in tables."""

    def __init__(self, texts: Iterable[str]) -> None:
        """``texts``: folded, none of them empty."""
        self._numbers: dict[int, int] = {}
        self._singles: set[int] = set()
        self._lengths: dict[str, tuple[int, ...]] = {}  # of the answers that begin with two characters
        for text in texts:
            hashed, start, length = hash(text), text[:2], len(text)
            self._numbers.setdefault(hashed, len(self._numbers))
            if length == 1:
                self._singles.add(hashed)
            elif length not in (lengths := self._lengths.get(start, ())):
                self._lengths[start] = (*lengths, length)

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, hashed: int) -> int:
        """The number of an answer by its hash, from 0. Raises KeyError for a text that is no answer."""
        return self._numbers[hashed]

    def within(self, text: str) -> Iterator[int]:
        """The numbers of all answers that stand in a folded text, some of them more than once."""
        numbers = self._numbers
        if self._singles:
            yield from map(numbers.__getitem__, filter(self._singles.__contains__, map(hash, text)))
        for at, lengths in enumerate(map(self._lengths.get, map(add, text, text[1:]))):
            if lengths:
                for length in lengths:
                    number = numbers.get(hash(text[at : at + length]))
                    if number is not None:
                        yield number


Row = tuple[int, int, int]


def row(folded: str) -> Row:
    """What `ManyAnswers` keeps of one: the hash of the whole, that of its first two characters, its length."""
    return hash(folded), hash(folded[:2]), len(folded)


class ManyAnswers:
    """`Answers` of which there may be a million: eight bytes each, and somewhat slower."""

    def __init__(self, rows: Iterable[Row], count: int) -> None:
        """``rows``: ascending, each once, so many."""
        bits = min(max(count.bit_length(), LEAST), MOST)
        self._hashes = array("q")
        self._singles: set[int] = set()
        # the lengths of the answers that begin with two characters, by the last bits of the hash of these: which of a
        # few ways to be long
        self._starts = (1 << bits + SPARSE) - 1
        self._lengths = array("I", bytes(4 * (self._starts + 1)))
        self._ways: list[tuple[int, ...]] = [()]
        # where the answers begin whose hashes have the same first bits: a look-up looks at a few of them
        self._shift, self._half = 64 - bits, 1 << bits >> 1
        self._buckets = array("I", bytes(4 * ((1 << bits) + 1)))
        known: dict[tuple[int, ...], int] = {(): 0}
        for hashed, start, length in rows:
            self._hashes.append(hashed)
            self._buckets[(hashed >> self._shift) + self._half + 1] += 1
            slot = start & self._starts
            if length == 1:
                self._singles.add(hashed)
            elif length not in (lengths := self._ways[self._lengths[slot]]):
                lengths = tuple(sorted((*lengths, length)))
                self._lengths[slot] = way = known.setdefault(lengths, len(known))
                if way == len(self._ways):
                    self._ways.append(lengths)
        for bucket, more in enumerate(self._buckets[1:], start=1):
            self._buckets[bucket] = self._buckets[bucket - 1] + more

    def __len__(self) -> int:
        return len(self._hashes)

    def number(self, hashed: int) -> int:
        """The number of an answer by its hash, from 0. Raises KeyError for a text that is no answer."""
        bucket = (hashed >> self._shift) + self._half
        last = self._buckets[bucket + 1]
        at = bisect_left(self._hashes, hashed, self._buckets[bucket], last)
        if at == last or self._hashes[at] != hashed:
            raise KeyError(hashed)
        return at

    def within(self, text: str) -> Iterator[int]:
        """The numbers of all answers that stand in a folded text, some of them more than once."""
        if self._singles:
            yield from map(self.number, filter(self._singles.__contains__, map(hash, text)))
        hashes, buckets, shift, half = self._hashes, self._buckets, self._shift, self._half
        starts = map(self._starts.__and__, map(hash, map(add, text, text[1:])))
        for at, lengths in enumerate(map(self._ways.__getitem__, map(self._lengths.__getitem__, starts))):
            for length in lengths:
                hashed = hash(text[at : at + length])  # from here as in `number`, for a call would cost as much again
                bucket = (hashed >> shift) + half
                last = buckets[bucket + 1]
                number = bisect_left(hashes, hashed, buckets[bucket], last)
                if number < last and hashes[number] == hashed:
                    yield number
