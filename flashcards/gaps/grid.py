"""Documents as parallel arrays, one entry a word, and phrases at their places on it: the shape in which the rules of
`edges` and `examiner` are asked, each of thousands of places at once.

A rule is a function of `Places` that gives a flag for every place. It asks of words by where they stand: `at.first`
and `at.last` are those of the phrase, `at.before(1)` the one right before it, `at.behind(1)` the one right behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from itertools import chain, compress
from operator import attrgetter
from typing import TYPE_CHECKING

from flashcards.gaps.lexicon import BMP, Test, among, lexicon, passing
from flashcards.gaps.places import reads
from flashcards.keyphrases import background as b
from flashcards.model import KINDS, Sentence
from flashcards.script import odd_characters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

PAD = 3  # no rule looks farther beyond a sentence than so many words


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The words of all ``sentences`` in order, and `PAD` empty marks before, between and behind the sentences.

    ``text`` is all sentences with a NUL before, between and behind them, ``codes`` its code points, as 16 bits (beyond
    those 0xFFFF), ``odd`` its characters that simplified script writes otherwise, ``clauses`` where clauses and
    sentences end in it, ``commas`` where 、 stands.

    One entry a word: ``kinds`` (classes), ``words`` (numbers of the `Lexicon`) and ``starts`` (offsets in ``text``).
    One entry a sentence: ``offsets`` of its text, ``leads`` of its first character that is no white space, ``firsts``
    and ``ends`` of its words, ``mixed`` (whether its document has odd characters). The rest is the `Lexicon`'s, one
    entry a word of any document.
    """

    sentences: Sequence[Sentence]
    text: str
    codes: NDArray[np.uint16]
    odd: frozenset[str]
    clauses: NDArray[np.int64]
    commas: NDArray[np.int64]
    kinds: NDArray[np.int64]
    words: NDArray[np.int64]
    starts: NDArray[np.int64]
    offsets: NDArray[np.int64]
    leads: NDArray[np.int64]
    firsts: NDArray[np.int64]
    ends: NDArray[np.int64]
    mixed: Flags
    numbers: dict[str, int]
    lists: dict[frozenset[str], Flags]
    tests: dict[Test, Flags]
    texts: Sequence[str]
    known: Flags
    rarity: NDArray[np.float64]
    sizes: NDArray[np.int64]
    heads: NDArray[np.uint16]
    tails: NDArray[np.uint16]
    plain: NDArray[np.int64]

    def among(self, words: frozenset[str]) -> Flags:
        """Which distinct words stand in a list."""
        return among(words, self.numbers, self.lists)

    def passing(self, characters: str, test: Test) -> Flags:
        """Which distinct words begin with one of these characters and pass a test."""
        return passing(test, _characters(characters), self.heads, self.texts, self.tests)


def build(documents: Sequence[Sequence[Sentence]]) -> Grid:
    """Lay the sentences of documents out."""
    import numpy as np

    sentences = list(chain.from_iterable(documents))
    counts = np.array([len(sentence.tokens.texts) for sentence in sentences], np.int64)
    ends = np.cumsum(counts + PAD)
    known = lexicon()
    # What arrays are looked up by is wide: numpy would widen it each time.
    words = np.zeros(PAD + int(counts.sum()) + PAD * len(counts), np.int64)
    kinds = np.full(len(words), b.MARK, np.int64)
    at = np.arange(counts.sum()) + np.repeat(PAD * np.arange(1, len(counts) + 1), counts)
    words[at], kinds[at] = known.look_up(sentence.tokens for sentence in sentences)
    lengths = np.array([len(sentence.text) for sentence in sentences], np.int64)
    offsets = np.cumsum(lengths + 1) - lengths
    parts = ["\0".join([sentence.text for sentence in document]) for document in documents]
    text = "\0".join(["", *compress(parts, documents), ""])
    odd = list(map(odd_characters, parts))
    codes = _codes(text)
    steps = known.sizes[words]
    steps[np.append(PAD, ends + PAD) - 1] = 1  # the NUL
    return Grid(
        sentences=sentences,
        text=text,
        codes=codes,
        odd=frozenset().union(*odd),
        clauses=np.sort(np.concatenate([_of(codes, "，。；："), offsets - 1, [len(text) - 1]])),
        commas=_of(codes, "、"),
        kinds=kinds,
        words=words,
        starts=np.cumsum(steps) - steps,
        offsets=offsets,
        leads=offsets + np.array([len(s.text) - len(s.text.lstrip()) for s in sentences], np.int64),
        firsts=ends - counts,
        ends=ends,
        mixed=np.fromiter(map(bool, odd), np.bool_).repeat(np.fromiter(map(len, documents), np.int64)),
        numbers=known.numbers,
        lists=known.lists,
        tests=known.tests,
        texts=known.texts,
        known=known.known,
        rarity=known.rarity,
        sizes=known.sizes,
        heads=known.heads,
        tails=known.tails,
        plain=known.plain,
    )


def _codes(text: str) -> NDArray[np.uint16]:
    import numpy as np

    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(points, BMP - 1).astype(np.uint16)


def _of(codes: NDArray[np.uint16], characters: str) -> NDArray[np.int64]:
    """Where one of a few characters stands; comparing with each costs less than looking every code up."""
    import numpy as np

    found = codes == ord(characters[0])
    for character in characters[1:]:
        found |= codes == ord(character)
    return np.flatnonzero(found)


@lru_cache(maxsize=128)
def members(kinds: int | frozenset[int]) -> Flags:
    """One flag for each word class: whether it is this one, or one of these."""
    import numpy as np

    return np.isin(np.arange(b.CLASSES), [kinds] if isinstance(kinds, int) else list(kinds))


@lru_cache(maxsize=16)
def _heads(words: frozenset[str]) -> str:
    """The characters with which the words of a list begin."""
    return "".join(sorted({word[0] for word in words}))


@lru_cache(maxsize=64)
def _characters(characters: str) -> Flags:
    """A flag for each code point of 16 bits: whether it is one of these characters."""
    import numpy as np

    found = np.zeros(BMP, np.bool_)
    found[[ord(character) for character in characters]] = True
    return found


@lru_cache(maxsize=16)
def _of_kinds(kinds: tuple[str, ...]) -> Flags:
    """A flag for each of `KINDS`: whether it is one of these."""
    import numpy as np

    return np.array([kind in kinds for kind in KINDS], np.bool_)


@dataclass(frozen=True, eq=False)
class Words:
    """A word of the grid for every place, by its index, or all words of a stretch. What many rules ask is looked up
    once."""

    grid: Grid
    at: NDArray[np.int64] | slice

    def are(self, kinds: int | frozenset[int]) -> Flags:
        """Which are of a class, or of one of these classes; beyond the sentence there are marks."""
        return members(kinds).take(self._kinds)

    def among(self, words: frozenset[str]) -> Flags:
        """Which stand in a list, as they are written."""
        return self.grid.among(words).take(self._numbers)

    def read(self, words: frozenset[str]) -> Flags:
        """Which stand in a list, in simplified script where the tables do not know them as they are written."""
        return self.grid.among(words).take(self._plain)

    def match(self, characters: str, test: Test) -> Flags:
        """Which begin with one of these characters and pass a test of their text; the characters keep it rare."""
        return self.grid.passing(characters, test).take(self._numbers)

    def begin(self, characters: str) -> Flags:
        """Which begin with one of these characters."""
        return _characters(characters).take(self.grid.heads.take(self._numbers))

    def end(self, characters: str) -> Flags:
        """Which end with one of these characters."""
        return _characters(characters).take(self.grid.tails.take(self._numbers))

    @property
    def exist(self) -> Flags:
        """Whether the sentence reaches so far."""
        return self._numbers > 0

    @property
    def size(self) -> NDArray[np.int64]:
        """Their characters; 0 beyond the sentence."""
        return self.grid.sizes.take(self._numbers)

    def sized(self, characters: int) -> Flags:
        """Which have so many characters."""
        found: Flags = self.size == characters
        return found

    def as_long_as(self, other: Words) -> Flags:
        """Which have as many characters as another word of the place."""
        found: Flags = self.size == other.size
        return found

    @property
    def known(self) -> Flags:
        """Whether the vocabulary knows them."""
        return self.grid.known.take(self._numbers)

    @property
    def rarity(self) -> NDArray[np.float64]:
        """How rare they are."""
        return self.grid.rarity.take(self._numbers)

    def text(self, row: int) -> str:
        """The word of one place."""
        return self.grid.texts[self._numbers.item(row)]

    @cached_property
    def _plain(self) -> NDArray[np.int64]:
        return self.grid.plain.take(self._numbers)

    @cached_property
    def _kinds(self) -> NDArray[np.int64]:
        return self._of(self.grid.kinds)

    @cached_property
    def _numbers(self) -> NDArray[np.int64]:
        return self._of(self.grid.words)

    def _of(self, column: NDArray[np.int64]) -> NDArray[np.int64]:
        return column[self.at] if isinstance(self.at, slice) else column.take(self.at)


@dataclass(frozen=True, eq=False)
class Places:
    """Phrases at their places, one entry each.

    ``phrase`` is an index in ``phrases``, ``cut`` how many characters of it are left out at its beginning, ``kind`` an
    index of `KINDS`, ``size`` its characters. ``sentence`` is the sentence's index on the grid, ``begin`` to
    ``close`` its words there, ``start`` to ``stop`` the characters of ``grid.text``. ``count`` and ``free`` tell
    how the phrase stands in the document: how often, and in what share of its places no noun touches it; ``mention``
    whether this is its first place.
    """

    grid: Grid
    phrases: Sequence[str]
    phrase: NDArray[np.int64]
    cut: NDArray[np.int64]
    kind: NDArray[np.int64]
    size: NDArray[np.int64]
    sentence: NDArray[np.int64]
    begin: NDArray[np.int64]
    close: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    count: NDArray[np.int64]
    free: NDArray[np.float64]
    mention: Flags

    def __len__(self) -> int:
        return len(self.phrase)

    def only(self, rows: NDArray[np.int64]) -> Places:
        """The places of these rows."""
        return Places(self.grid, self.phrases, *[column.take(rows) for column in _columns(self)])

    def text(self, row: int) -> str:
        """The phrase at one place, as it is asked."""
        return self.phrases[int(self.phrase[row])][int(self.cut[row]) :]

    @property
    def texts(self) -> list[str]:
        """The phrases at all places, as they are asked."""
        return self._texts(self.phrase, self.cut)

    def _texts(self, phrase: NDArray[np.int64], cut: NDArray[np.int64]) -> list[str]:
        texts = list(map(self.phrases.__getitem__, phrase.tolist()))
        for row in cut.nonzero()[0].tolist():
            texts[row] = texts[row][cut.item(row) :]
        return texts

    def may_open(self, words: frozenset[str]) -> Flags:
        """Which phrases may begin with one of these words, by their first character: few have to be read then."""
        found = self.opens(_heads(words))
        return found | self.opens("".join(sorted(self.grid.odd))) if self.grid.odd else found

    def reads(self, text: str, words: frozenset[str]) -> bool:
        """Whether a text of the document stands in a list, in simplified script where the tables do not know it."""
        return reads(text, words, self.grid.odd)

    def where(self, flags: Flags, test: Callable[[int], object]) -> Flags:
        """The flags, of the places whose row passes a test: for rules that few places need to be asked."""
        import numpy as np

        rows = np.flatnonzero(flags)
        found = np.zeros(len(flags), np.bool_)
        found[rows] = [bool(test(row)) for row in rows.tolist()]
        return found

    def read(self, flags: Flags, test: Callable[[str], object]) -> Flags:
        """The flags, of the places whose phrase, as it is asked, passes a test."""
        import numpy as np

        rows = np.flatnonzero(flags)
        found = np.zeros(len(flags), np.bool_)
        found[rows] = list(map(bool, map(test, self._texts(self.phrase.take(rows), self.cut.take(rows)))))
        return found

    def of_kind(self, *kinds: str) -> Flags:
        """Which phrases are of one of these kinds."""
        return _of_kinds(kinds).take(self.kind)

    @cached_property
    def first(self) -> Words:
        """The first word of each phrase."""
        return Words(self.grid, self.begin)

    @cached_property
    def last(self) -> Words:
        """The last word of each phrase."""
        return Words(self.grid, self.close - 1)

    def before(self, distance: int) -> Words:
        """The word at a distance before each phrase; 1 is the nearest."""
        return self._near(-distance)

    def behind(self, distance: int) -> Words:
        """The word at a distance behind each phrase; 1 is the nearest."""
        return self._near(distance)

    def _near(self, distance: int) -> Words:
        if distance not in self._words:
            at = self.begin + distance if distance < 0 else self.close + (distance - 1)
            self._words[distance] = Words(self.grid, at)
        return self._words[distance]

    @cached_property
    def _words(self) -> dict[int, Words]:
        return {}

    @property
    def length(self) -> NDArray[np.int64]:
        """How many words each phrase has."""
        return self.close - self.begin

    @cached_property
    def many(self) -> Flags:
        """Which phrases have more than one word."""
        return self.length > 1

    @property
    def single(self) -> Flags:
        """Which phrases are one word."""
        return self.length < 2

    def sized(self, characters: int) -> Flags:
        """Which phrases have so many characters."""
        found: Flags = self.size == characters
        return found

    @property
    def often(self) -> Flags:
        """Which phrases the document repeats, so that their edges are sure."""
        return self.count >= 3

    def any(self, test: Callable[[Words], Flags], skip: int = 0, spare: int = 0) -> Flags:
        """Which phrases hold a word that passes a test, the first ``skip`` and the last ``spare`` words left out."""
        import numpy as np

        if not len(self):
            return np.zeros(0, np.bool_)
        first, end = self._stretch
        passed = np.zeros(end - first + 1, np.int64)  # how many words before each pass: more behind than before is any
        test(self._all).cumsum(out=passed[1:])
        found: Flags = passed.take(self.close - (spare + first)) > passed.take(self.begin + (skip - first))
        return found

    @cached_property
    def _stretch(self) -> tuple[int, int]:
        return int(self.begin.min()), int(self.close.max())

    @cached_property
    def _all(self) -> Words:
        return Words(self.grid, slice(*self._stretch))

    def opens(self, characters: str) -> Flags:
        """Which phrases begin with one of these characters."""
        return _characters(characters).take(self.grid.codes.take(self.start))

    def ends(self, characters: str) -> Flags:
        """Which phrases end with one of these characters."""
        return _characters(characters).take(self.grid.codes.take(self.stop - 1))

    def follows(self, characters: str) -> Flags:
        """Right before which phrases stands one of these characters."""
        return _characters(characters).take(self.grid.codes.take(self.start - 1))

    def precedes(self, characters: str) -> Flags:
        """Right behind which phrases stands one of these characters."""
        return _characters(characters).take(self.grid.codes.take(self.stop))


_columns = attrgetter(*(field.name for field in fields(Places)[2:]))
