"""What the tables say of the words met so far, in columns: a document looks up only those that are new in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from flashcards import memory
from flashcards.gaps.places import LIMIT, class_of, facts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BMP = 1 << 16


class Lexicon:
    """Words by number, and what is known of them; 0 is no word.

    ``numbers`` finds a word, ``texts`` has it, ``lists`` are what `among` found. One entry a word: whether the tables
    have it (``known``), its ``rarity``, ``sizes`` in characters, ``heads`` and ``tails`` (first and last code point, at
    most 0xFFFF) and ``plain`` (the number of the word as the tables write it). The arrays are longer than there are
    words. Numbers hold for the columns taken with them, whatever is added later.
    """

    def __init__(self) -> None:
        self._tag_numbers: dict[str, int] = defaultdict(count(1).__next__)
        self._empty()

    def _empty(self) -> None:
        import numpy as np

        self.numbers: dict[str, int] = defaultdict(count(1).__next__, {"": 0})
        self.texts = [""]
        self.lists: dict[frozenset[str], NDArray[np.bool_]] = {}
        self.known: NDArray[np.bool_] = np.zeros(1, np.bool_)
        self.rarity: NDArray[np.float64] = np.zeros(1, np.float64)
        self.sizes: NDArray[np.int64] = np.zeros(1, np.int64)
        self.heads: NDArray[np.uint16] = np.zeros(1, np.uint16)
        self.tails: NDArray[np.uint16] = np.zeros(1, np.uint16)
        self.plain: NDArray[np.int64] = np.zeros(1, np.int64)
        # the tag that a word had when it was first met (0 until then), and its class with that one
        self._tags: NDArray[np.int32] = np.zeros(1, np.int32)
        self._kinds: NDArray[np.int8] = np.zeros(1, np.int8)

    def look_up(self, words: Sequence[str], tags: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """The numbers and the classes of words with these tags; new words are added."""
        import numpy as np

        if len(self.numbers) > LIMIT:
            self._empty()
        found = np.fromiter(map(self.numbers.__getitem__, words), np.int32, len(words))
        said = np.fromiter(map(self._tag_numbers.__getitem__, tags), np.int32, len(tags))
        self._add()
        untold = np.flatnonzero(self._tags.take(found) == 0)
        number, first = np.unique(found[untold], return_index=True)
        self._tags[number] = said[untold[first]]
        self._kinds[number] = [class_of(words[row], tags[row]) for row in untold[first].tolist()]
        kinds = self._kinds.take(found)
        otherwise = np.flatnonzero(self._tags.take(found) != said)
        kinds[otherwise] = [class_of(words[row], tags[row]) for row in otherwise.tolist()]
        return found, kinds

    def _add(self) -> None:
        """Look up the words that have got numbers, and the words by which the tables write them."""
        while len(self.texts) < len(self.numbers):
            first = len(self.texts)
            texts = list(islice(reversed(self.numbers), len(self.numbers) - first))[::-1]
            found = facts(texts)
            self.texts += texts
            self._set("known", first, [fact.known for fact in found])
            self._set("rarity", first, [fact.rarity for fact in found])
            self._set("sizes", first, list(map(len, texts)))
            self._set("heads", first, [min(ord(text[0]), BMP - 1) for text in texts])
            self._set("tails", first, [min(ord(text[-1]), BMP - 1) for text in texts])
            self._set("plain", first, [self.numbers[fact.plain] for fact in found])
            self._set("_tags", first, [0] * len(texts))
            self._set("_kinds", first, [0] * len(texts))

    def _set(self, column: str, first: int, values: Sequence[Any]) -> None:
        """Write values behind the ``first`` entries of a column; its room is doubled where they have none."""
        import numpy as np

        end, array = first + len(values), getattr(self, column)
        if end > len(array):
            array = np.concatenate([array, np.zeros(max(end, 2 * len(array)) - len(array), array.dtype)])
            setattr(self, column, array)
        array[first:end] = values


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


@cache
def lexicon() -> Lexicon:
    """The lexicon of this process."""
    return Lexicon()


memory.kept(lexicon.cache_clear)
