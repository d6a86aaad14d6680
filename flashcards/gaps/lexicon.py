"""What the tables say of the words met so far, in columns: a document looks up only those that are new in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count, islice, starmap
from typing import TYPE_CHECKING, Any

from flashcards.gaps.places import LIMIT, class_of, facts
from flashcards.keyphrases import background as b

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BMP = 1 << 16


class Lexicon:
    """Words and types (words with their tags) by number, and what is known of them; 0 is no word.

    ``numbers`` finds a word, ``texts`` has it. One entry a type: ``kinds`` (classes) and ``words`` (numbers). One entry
    a word: whether the tables have it (``known``), its ``rarity``, ``sizes`` in characters, ``heads`` and ``tails``
    (first and last code point, at most 0xFFFF) and ``plain`` (the number of the word as the tables write it). The
    arrays are longer than there are entries. Numbers hold for the columns taken with them, whatever is added later.
    """

    def __init__(self) -> None:
        self._empty()

    def _empty(self) -> None:
        import numpy as np

        self._types: dict[tuple[str, str], int] = defaultdict(count(1).__next__, {("", ""): 0})
        self.numbers: dict[str, int] = defaultdict(count(1).__next__, {"": 0})
        self.texts = [""]
        self.kinds: NDArray[np.int8] = np.full(1, b.MARK, np.int8)
        self.words: NDArray[np.int32] = np.zeros(1, np.int32)
        self.known: NDArray[np.bool_] = np.zeros(1, np.bool_)
        self.rarity: NDArray[np.float64] = np.zeros(1, np.float64)
        self.sizes: NDArray[np.int64] = np.zeros(1, np.int64)
        self.heads: NDArray[np.uint16] = np.zeros(1, np.uint16)
        self.tails: NDArray[np.uint16] = np.zeros(1, np.uint16)
        self.plain: NDArray[np.int64] = np.zeros(1, np.int64)

    def types(self, types: Iterable[tuple[str, str]], total: int) -> NDArray[np.int32]:
        """The number of each of so many types; new ones are looked up and added."""
        import numpy as np

        if len(self._types) > LIMIT:
            self._empty()
        met = len(self._types)
        found = np.fromiter(map(self._types.__getitem__, types), np.int32, total)
        new = len(self._types) - met
        if new:
            self._add(list(islice(reversed(self._types), new))[::-1])
        return found

    def _add(self, new: Sequence[tuple[str, str]]) -> None:
        """Look up the types that have the last numbers, their words, and how the tables write those."""
        first = len(self._types) - len(new)
        self._set("words", first, [self.numbers[text] for text, _ in new])
        self._set("kinds", first, list(starmap(class_of, new)))
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

    def _set(self, column: str, first: int, values: Sequence[Any]) -> None:
        """Write values behind the ``first`` entries of a column; its room is doubled where they have none."""
        import numpy as np

        end, array = first + len(values), getattr(self, column)
        if end > len(array):
            array = np.concatenate([array, np.zeros(max(end, 2 * len(array)) - len(array), array.dtype)])
            setattr(self, column, array)
        array[first:end] = values


@cache
def lexicon() -> Lexicon:
    """The lexicon of this process."""
    return Lexicon()
