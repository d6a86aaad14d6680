"""Promise 6 while a sheet is chosen: no answer stands anywhere a student can read it."""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import add

BETWEEN = "\uffff"
SHOWN, SECRET, BOXED = 1, 2, 4  # what is known of an answer: a text shows it; it is hidden; it stands in a box
LEAST, MOST = 8, 17  # bits of the table that answers are found by; the most is for about a million answers
SPARSE = 2  # so many bits more has the table of their first characters, for it to be mostly empty


# What Chinese texts are full of and NFKC has another form for: replaced at a small part of its cost.
WIDE = (("，", ","), ("：", ":"), ("；", ";"), ("！", "!"), ("？", "?"), ("（", "("), ("）", ")"), ("…", "..."))


def fold(text: str) -> str:
    """Text as a reader sees it: one width (NFKC), one case, no white space."""
    for wide, narrow in WIDE:
        text = text.replace(wide, narrow)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.casefold().split())


Row = tuple[int, int, int]


def row(folded: str) -> Row:
    """What is kept of a folded answer: the hash of the whole, that of its first two characters, its length."""
    return hash(folded), hash(folded[:2]), len(folded)


class Answers:
    """Every answer a sheet could ask, each with a number; eight bytes an answer, for there may be a million.

    Answers are compared by Python's hash of 64 bits, so another text may be taken for one: about once in a hundred
    thousand sheets of a million answers. Then a question is left out that could have stayed; none is let in.
    """

    def __init__(self, rows: Iterable[Row], count: int) -> None:
        """``rows``: ascending, each once, so many."""
        bits = min(max(count.bit_length(), LEAST), MOST)
        self._hashes = array("q")
        self._singles: set[int] = set()
        # the lengths of the answers that begin with two characters, by the last bits of the hash of these
        self._starts = (1 << bits + SPARSE) - 1
        self._lengths: list[tuple[int, ...]] = [()] * (self._starts + 1)
        # where the answers begin whose hashes have the same first bits: a look-up looks at a few of them
        self._shift, self._half = 64 - bits, 1 << bits >> 1
        self._buckets = array("I", bytes(4 * ((1 << bits) + 1)))
        known: dict[tuple[int, ...], tuple[int, ...]] = {}
        for hashed, start, length in rows:
            self._hashes.append(hashed)
            self._buckets[(hashed >> self._shift) + self._half + 1] += 1
            slot = start & self._starts
            if length == 1:
                self._singles.add(hashed)
            elif length not in self._lengths[slot]:
                lengths = (*self._lengths[slot], length)
                self._lengths[slot] = known.setdefault(lengths, lengths)
        for bucket, more in enumerate(self._buckets[1:], start=1):
            self._buckets[bucket] = self._buckets[bucket - 1] + more

    @classmethod
    def of(cls, texts: Iterable[str]) -> Answers:
        """The answers of a list of texts that fits in memory."""
        rows = {row(folded) for folded in map(fold, texts) if folded}
        return cls(sorted(rows), len(rows))

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
        for at, lengths in enumerate(map(self._lengths.__getitem__, starts)):
            for length in lengths:
                hashed = hash(text[at : at + length])  # from here as in `number`, for a call would cost as much again
                bucket = (hashed >> shift) + half
                last = buckets[bucket + 1]
                number = bisect_left(hashes, hashed, buckets[bucket], last)
                if number < last and hashes[number] == hashed:
                    yield number


class Guard:
    """What the chosen questions show and what they must hide; tells whether one more question may join them.

    It knows a byte of every answer and keeps no text, so that its memory grows with the number of different answers
    only, and a question costs as many look-ups as there are places in it where an answer could begin.
    """

    def __init__(self, answers: Answers, shown: Iterable[str] = ()) -> None:
        self.repeats = True  # may two questions have the same answer?
        self._answers = answers
        self._known = bytearray(len(answers))
        self._last: tuple[str, list[int]] = ("", [])  # what was admitted last is mostly what is added next
        for text in shown:
            self.add([text], ())

    def spent(self, number: int, *, boxed: bool = False) -> bool:
        """Whether the answer of that number can be asked no more, whatever the question."""
        return bool(self._known[number] & (SHOWN | (BOXED if self.repeats and not boxed else SECRET)))

    def waits(self, number: int) -> bool:
        """Whether nothing but another question with the same answer stands against asking for that answer."""
        return self._known[number] & (SHOWN | SECRET | BOXED) == SECRET

    def admits(self, shown: Sequence[str], secrets: Sequence[str], *, boxed: bool = False) -> bool:
        """Whether a question with these texts and answers gives nothing away, neither its own nor another's.

        ``boxed`` answers stand in a box of words, each once; no other question may have one of them as its answer.
        """
        text = _joined(shown)
        for secret in map(fold, secrets):
            if not secret or secret in text or self.spent(self._answers.number(hash(secret)), boxed=boxed):
                return False
        found = []
        for number in self._answers.within(text):
            if self._known[number] & SECRET:
                return False
            found.append(number)
        self._last = (text, found)
        return True

    def add(self, shown: Sequence[str], secrets: Sequence[str], *, boxed: bool = False) -> None:
        """Remember a question that was chosen."""
        text = _joined(shown)
        for number in self._last[1] if text == self._last[0] else self._answers.within(text):
            self._known[number] |= SHOWN
        for secret in map(fold, secrets):
            self._known[self._answers.number(hash(secret))] |= SECRET | (BOXED if boxed else 0)


def _joined(texts: Sequence[str]) -> str:
    """Texts folded as one, with a noncharacter between them that no answer has, and that folding leaves alone."""
    return fold(BETWEEN.join(texts))
