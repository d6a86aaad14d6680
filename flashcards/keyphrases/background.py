"""What is known of a word before a text is read: rarity, word class, and how often authors make key phrases of it.

The tables are small arrays sorted by a hash of the word (`data/rarity.npy`, `data/lexicon.npy`), so that nothing is
parsed at start. Words met are given numbers; all later work is on arrays of these numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary
from zlib import crc32

from flashcards import memory
from flashcards.model import Numbered, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# word classes; a tag of jieba's set is mapped by its longest known prefix
FUNCTION, NOUN, PROPER, PERSON, PLACE, VERB, GERUND, ADJECTIVE, ADVERB, ATTRIBUTE = range(10)
NUMBER, MEASURE, TIME, LOCATION, IDIOM, ABBREVIATION, UNKNOWN, LATIN, DIGITS, MARK = range(10, 20)
CLASSES = 20
_BY_TAG = {
    **dict.fromkeys(("n",), NOUN),
    **dict.fromkeys(("nz", "nt", "nrt"), PROPER),
    **dict.fromkeys(("nr", "nrfg"), PERSON),
    "ns": PLACE,
    "v": VERB,
    "vn": GERUND,
    **dict.fromkeys(("a", "an"), ADJECTIVE),
    **dict.fromkeys(("ad", "d", "vd", "dg"), ADVERB),
    **dict.fromkeys(("b", "z"), ATTRIBUTE),
    "m": NUMBER,
    "q": MEASURE,
    "t": TIME,
    **dict.fromkeys(("f", "s"), LOCATION),
    **dict.fromkeys(("l", "i"), IDIOM),
    "j": ABBREVIATION,
    **dict.fromkeys(("x", "g", "h", "k", "zg", "eng"), UNKNOWN),
    **dict.fromkeys(("p", "c", "u", "r", "y", "o", "e"), FUNCTION),
}
LIGHT = ("first", "last", "whole", "gap", "verb", "report")  # lists of data/light.txt that are looked up by number
SETS = {
    "joint": frozenset("、和及与"),
    "defining": frozenset("是指称为即"),
    "bracket": frozenset("(（"),
    "opening": frozenset("“「『《〈‘"),
    "held": frozenset("-－–—·•/／+“”‘’「」和与及"),  # marks and joints a phrase may hold inside
    "body": frozenset(
        "公司 大学 学院 委员会 研究所 研究院 集团 银行 医院 协会 法院 出版社 俱乐部 联盟 组织 中学 小学".split()  # noqa: SIM905
    ),
}
LISTS = (*LIGHT, *SETS)
PRIORS = ("first", "last", "inside", "whole", "before", "after")
LIMIT = 1 << 15  # words remembered; beyond it the vocabulary starts anew, so memory stays flat
LEAST = 4096  # words that there is room for at first
IDF_STEPS = 16  # the table has sixteenths
UNSEEN = 12.5  # the ``idf`` of a word that the table does not have

_LATIN = re.compile(r"[A-Za-zÀ-ɏͰ-Ͽ][A-Za-z0-9À-ɏͰ-Ͽ.+_'’-]*\Z")
_DIGITS = re.compile(r"[0-9０-９][0-9０-９.,:%％-]*\Z")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]")  # as in `segment.tagging`: compiled once


@cache
def word_class(tag: str) -> int:
    """The class of a tag: itself, or its longest known prefix; an unknown tag is `UNKNOWN`."""
    for end in range(len(tag), 0, -1):
        if tag[:end] in _BY_TAG:
            return _BY_TAG[tag[:end]]
    return UNKNOWN


def surface_class(word: str) -> int:
    """`LATIN`, `DIGITS` or `MARK` by the characters of a word; 0 where the tag must tell."""
    if "\u3400" <= word[:1] <= "\u9fff" or _HAN.search(word):  # nearly every word begins with one of the common Han
        return 0
    if _LATIN.match(word):
        return LATIN
    return DIGITS if _DIGITS.match(word) else MARK


def load(name: str) -> np.ndarray[Any, Any]:
    """A table of numbers shipped with the package."""
    import numpy as np

    with files("flashcards").joinpath("data", name).open("rb") as file:
        table: np.ndarray[Any, Any] = np.load(file, allow_pickle=False)
    return table


class _Numbers(dict[str, int]):
    """Words and their numbers; a word asked for that has none gets the next one."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class Vocabulary:
    """Numbers for words, and arrays of what is known of them, grown a text at a time.

    ``idf`` is the inverse document frequency in general text (0.9 to 13.9), ``count`` the logarithm of the count in
    jieba's dictionary, ``surface`` the class by characters, ``chars`` the length, ``known`` whether the word is in
    the table, ``lists`` in which lists of words it stands (a row each of `LISTS`); ``priors`` has a row for each
    of `PRIORS`. The arrays are longer than the words are many: what lies behind the last number is zero.
    """

    def __init__(self, lexicon: np.ndarray[Any, Any] | None = None) -> None:
        import numpy as np

        self._rarity = load("rarity.npy")
        self._rarity_keys = np.ascontiguousarray(self._rarity["key"])
        self._lexicon = load("lexicon.npy") if lexicon is None else lexicon
        self._lexicon_keys = np.ascontiguousarray(self._lexicon["key"])
        self._empty()

    def _empty(self) -> None:
        import numpy as np

        self.numbers: dict[str, int] = _Numbers()
        self.idf: NDArray[np.float32] = np.zeros(0, np.float32)
        self.count: NDArray[np.float32] = np.zeros(0, np.float32)
        self.surface: NDArray[np.int8] = np.zeros(0, np.int8)
        self.chars: NDArray[np.int32] = np.zeros(0, np.int32)
        self.known: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.lists: NDArray[np.bool_] = np.zeros((len(LISTS), 0), np.bool_)
        self.priors: NDArray[np.float32] = np.zeros((len(PRIORS), 0), np.float32)
        # of the words that a text may be numbered by: their numbers here, and their classes (-1: not asked for yet)
        self._rows: WeakKeyDictionary[Words, NDArray[np.int32]] = WeakKeyDictionary()

    def make_room(self) -> None:
        """Forget all words where they are too many: numbers hold for one text."""
        if len(self.numbers) > LIMIT:
            self._empty()

    def _reserve(self, words: int) -> None:
        """Room for so many words in every array; doubled, so that a text that grows is copied but a few times."""
        if words <= len(self.idf):
            return
        more = max(words, 2 * len(self.idf), LEAST) - len(self.idf)
        for name in ("idf", "count", "surface", "chars", "known", "lists", "priors"):
            setattr(self, name, _longer(getattr(self, name), more))

    def ids(self, words: Iterable[str]) -> NDArray[np.int32]:
        """The number of each word; new words are looked up and added."""
        import numpy as np

        known = len(self.numbers)
        ids = np.fromiter(map(self.numbers.__getitem__, words), np.int32)
        new = len(self.numbers) - known
        if new:
            self._add(list(islice(reversed(self.numbers), new))[::-1])
        return ids

    def numbered(self, texts: Iterable[Numbered]) -> NDArray[np.int32]:
        """The number (first row) and the class (second row) of each word of some texts, one after the other."""
        import numpy as np

        found = [np.zeros((2, 0), np.int32)]
        for words, some in groupby(texts, itemgetter(0)):
            numbers = np.fromiter(chain.from_iterable(text.numbers for text in some), np.int32)
            found.append(self._rows_of(words, numbers).take(numbers, axis=1))
        return np.concatenate(found, axis=1)

    def _rows_of(self, words: Words, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """The rows of a text's words with those that have these numbers filled in."""
        import numpy as np

        rows = self._rows.get(words, np.zeros((2, 0), np.int32))
        if (room := rows.shape[1]) < len(words.texts):
            more = np.full((2, max(len(words.texts), 2 * room) - room), -1, np.int32)
            rows = self._rows[words] = np.concatenate([rows, more], axis=1)
        new = np.unique(numbers[rows[0].take(numbers) < 0])
        if len(new):
            ids = self.ids(map(words.texts.__getitem__, new.tolist()))
            surface = self.surface[ids]
            tagged = [word_class(words.tags[number]) for number in new.tolist()]
            rows[:, new] = ids, np.where(surface > 0, surface, tagged)
        return rows

    def among(self, name: str, words: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which words (numbers) stand in a list."""
        found: NDArray[np.bool_] = self.lists[LISTS.index(name)].take(words)
        return found

    def _add(self, new: list[str]) -> None:
        """Look up the words that have the last numbers."""
        import numpy as np

        start, end = len(self.numbers) - len(new), len(self.numbers)
        self._reserve(end)
        here = slice(start, end)
        keys = np.fromiter(map(_key, new), np.uint32, len(new))
        at, known = _find(self._rarity_keys, keys)
        self.idf[here] = np.where(known, self._rarity["idf"][at] / np.float32(IDF_STEPS), np.float32(UNSEEN))
        self.count[here] = np.where(known, self._rarity["count"][at] / np.float32(16), np.float32(0))
        self.known[here] = known
        self.surface[here] = [surface_class(word) for word in new]
        self.chars[here] = [len(word) for word in new]
        listed = _lists()
        for number, word in enumerate(new, start=start):
            if word in listed:
                self.lists[listed[word], number] = True
        at, known = _find(self._lexicon_keys, keys)
        at[~known] = 0  # the row of a word that the lexicon does not have
        for row, name in zip(self.priors, PRIORS, strict=True):
            row[here] = self._lexicon[name][at] / np.float32(65535)


def _key(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def _longer(array: np.ndarray[Any, Any], more: int) -> np.ndarray[Any, Any]:
    """An array with so many zeros behind its last axis."""
    import numpy as np

    return np.concatenate([array, np.zeros((*array.shape[:-1], more), array.dtype)], axis=-1)


@cache
def _lists() -> dict[str, list[int]]:
    """The words of `LISTS`, and in which of them each one stands."""
    listed: dict[str, list[int]] = {}
    for number, words in enumerate([*(light()[name] for name in LIGHT), *SETS.values()]):
        for word in words:
            listed.setdefault(word, []).append(number)
    return listed


def _find(table: NDArray[np.uint32], keys: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    import numpy as np

    at = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    return at, table[at] == keys


@cache
def light() -> dict[str, frozenset[str]]:
    """The lists of light words by name (`LIGHT`); the file tells what they are for."""
    lists: dict[str, list[str]] = {}
    name = ""
    for line in files("flashcards").joinpath("data", "light.txt").read_text(encoding="utf-8").splitlines():
        if line.endswith(":"):
            name = line[:-1]
        elif not line.startswith("#"):
            lists.setdefault(name, []).extend(line.split())
    return {name: frozenset(words) for name, words in lists.items()}


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of this process."""
    return Vocabulary()


memory.kept(vocabulary.cache_clear)
