"""What the tables say of the words met so far, in columns: a document looks up only those that are new in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain, count, groupby, islice
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from flashcards import memory
from flashcards.gaps.places import LIMIT, facts, own_class
from flashcards.keyphrases.background import CLASS_OF
from flashcards.model import Tokens, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BMP = 1 << 16
Test = Callable[[str], object]


class Lexicon:
    """Words by number, and what is known of them; 0 is no word.

    ``numbers`` finds a word, ``texts`` has it, ``lists`` and ``tests`` are what `among` and `passing` found. One entry
    a word: whether the tables have it (``known``), its ``rarity``, ``sizes`` in characters, ``heads`` and ``tails``
    (first and last code point, at most 0xFFFF) and ``plain`` (the number of the word as the tables write it). The
    arrays are longer than there are words. Numbers hold for the columns taken with them, whatever is added later.
    """

    def __init__(self) -> None:
        self._empty()

    def _empty(self) -> None:
        import numpy as np

        self.numbers: dict[str, int] = defaultdict(count(1).__next__, {"": 0})
        self.texts = [""]
        self.lists: dict[frozenset[str], NDArray[np.bool_]] = {}
        self.tests: dict[Test, NDArray[np.bool_]] = {}
        self.known: NDArray[np.bool_] = np.zeros(1, np.bool_)
        self.rarity: NDArray[np.float64] = np.zeros(1, np.float64)
        self.sizes: NDArray[np.int64] = np.zeros(1, np.int64)
        self.heads: NDArray[np.uint16] = np.zeros(1, np.uint16)
        self.tails: NDArray[np.uint16] = np.zeros(1, np.uint16)
        self.plain: NDArray[np.int64] = np.zeros(1, np.int64)
        # the class of a word whatever its tag; 0 where the tag tells
        self._own: NDArray[np.int8] = np.zeros(1, np.int8)
        # the numbers here (0: not asked for yet) and the classes of words that are numbered elsewhere
        self._numbered: WeakKeyDictionary[Words, NDArray[np.int32]] = WeakKeyDictionary()

    def look_up(self, texts: Iterable[Tokens]) -> NDArray[np.int32]:
        """The number (first row) and the class (second row) of each word of some texts, one after the other; new words
        are added. Words that are numbered already as they are written need not be looked up one by one."""
        import numpy as np

        if len(self.numbers) > LIMIT:
            self._empty()
        found = [np.zeros((2, 0), np.int32)]
        for words, some in groupby(texts, _numbering):
            if words is None:
                found += [self._rows(text.texts, text.tags) for text in some]
            else:
                numbers = np.fromiter(
                    chain.from_iterable(text.numbered.numbers for text in some if text.numbered), np.int32
                )
                found.append(self._rows_of(words, numbers).take(numbers, axis=1))
        return np.concatenate(found, axis=1)

    def _rows(self, words: Sequence[str], tags: Sequence[str]) -> NDArray[np.int32]:
        """The numbers and the classes of words with these tags."""
        import numpy as np

        found = np.fromiter(map(self.numbers.__getitem__, words), np.int32, len(words))
        said = np.fromiter(map(CLASS_OF.__getitem__, tags), np.int32, len(tags))
        self._add()
        own = self._own.take(found)
        return np.stack([found, np.where(own > 0, own, said)])

    def _rows_of(self, words: Words, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """The rows of all words of a numbering, those that have these numbers filled in."""
        import numpy as np

        rows = self._numbered.get(words, np.zeros((2, 0), np.int32))
        if (room := rows.shape[1]) < len(words.texts):
            more = np.zeros((2, max(len(words.texts), 2 * room) - room), np.int32)
            rows = self._numbered[words] = np.concatenate([rows, more], axis=1)
        new = np.unique(numbers[rows[0].take(numbers) == 0])
        if len(new):
            texts, tags = ([column[number] for number in new.tolist()] for column in (words.texts, words.tags))
            rows[:, new] = self._rows(texts, tags)
        return rows

    def _add(self) -> None:
        """Look up the words that have got numbers, and the words by which the tables write them."""
        while len(self.texts) < len(self.numbers):
            first = len(self.texts)
            texts = list(islice(reversed(self.numbers), len(self.numbers) - first))[::-1]
            forms, known, rarity = zip(*facts(texts), strict=True)
            self.texts += texts
            self._set("known", first, known)
            self._set("rarity", first, rarity)
            self._set("sizes", first, list(map(len, texts)))
            self._set("heads", first, [min(ord(text[0]), BMP - 1) for text in texts])
            self._set("tails", first, [min(ord(text[-1]), BMP - 1) for text in texts])
            self._set("plain", first, list(map(self.numbers.__getitem__, forms)))
            self._set("_own", first, list(map(own_class, texts, forms)))

    def _set(self, column: str, first: int, values: Sequence[Any]) -> None:
        """Write values behind the ``first`` entries of a column; its room is doubled where they have none."""
        import numpy as np

        end, array = first + len(values), getattr(self, column)
        if end > len(array):
            array = np.concatenate([array, np.zeros(max(end, 2 * len(array)) - len(array), array.dtype)])
            setattr(self, column, array)
        array[first:end] = np.fromiter(values, array.dtype, len(values))


def _numbering(text: Tokens) -> Words | None:
    """What the words of a text are numbered in as they are written, if they are."""
    return text.numbered.words if text.plain and text.numbered else None


def among(
    words: frozenset[str], numbers: dict[str, int], lists: dict[frozenset[str], NDArray[np.bool_]]
) -> NDArray[np.bool_]:
    """Which words of a lexicon, given by its ``numbers`` and ``lists``, stand in a list of the program's. The words of
    the list get numbers, so that what is found once holds whatever words are added."""
    import numpy as np

    found = lists.get(words)
    if found is None or len(found) < len(numbers):
        rows = [numbers[word] for word in words]
        found = lists[words] = np.zeros(2 * len(numbers), np.bool_)
        found[rows] = True
    return found


def passing(
    test: Test, may: NDArray[np.bool_], heads: NDArray[np.uint16], texts: Sequence[str], tests: dict[Test, Any]
) -> NDArray[np.bool_]:
    """Which words of a lexicon, given by its ``heads``, ``texts`` and ``tests``, pass a test, which is asked once of
    each: of those whose first character (by its code point) ``may`` pass."""
    import numpy as np

    found: NDArray[np.bool_] = tests.get(test, np.zeros(0, np.bool_))
    asked, end = len(found), min(len(heads), len(texts))
    if asked < end:
        more = may.take(heads[asked:end])
        rows = np.flatnonzero(more)
        more[rows] = [bool(test(texts[asked + row])) for row in rows.tolist()]
        found = tests[test] = np.concatenate([found, more])
    return found


@cache
def lexicon() -> Lexicon:
    """The lexicon of this process."""
    return Lexicon()


memory.kept(lexicon.cache_clear)
