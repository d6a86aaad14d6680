"""What tables say of words, looked up once a word for all texts whose words come by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from flashcards.model import Numbered, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LookUp = Callable[[Sequence[str], Sequence[str]], Sequence["NDArray[Any]"]]  # words, tags -> a number each, in rows


class Rows:
    """Two numbers of each word that a function finds by the word and its tag, not negative; kept as long as the words
    are, so that it is asked only for those that no text had before."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._kept: WeakKeyDictionary[Words, NDArray[np.int32]] = WeakKeyDictionary()

    def of(self, texts: Iterable[Numbered]) -> NDArray[np.int32]:
        """Both numbers (a row each) of each word of some texts, one text after the other."""
        import numpy as np

        found = [np.zeros((2, 0), np.int32)]
        for words, some in groupby(texts, itemgetter(0)):
            numbers = np.fromiter(chain.from_iterable(text.numbers for text in some), np.int64)
            found.append(self._filled(words, numbers).take(numbers, axis=1))
        return np.concatenate(found, axis=1)

    def _filled(self, words: Words, numbers: NDArray[np.int64]) -> NDArray[np.int32]:
        import numpy as np

        rows = self._kept.get(words, np.zeros((2, 0), np.int32))
        if (room := rows.shape[1]) < len(words.texts):
            more = np.full((2, max(len(words.texts), 2 * room) - room), -1, np.int32)
            rows = self._kept[words] = np.concatenate([rows, more], axis=1)
        new = np.unique(numbers[rows[0].take(numbers) < 0])
        if len(new):
            texts, tags = ([column[number] for number in new.tolist()] for column in (words.texts, words.tags))
            rows[0, new], rows[1, new] = self._look_up(texts, tags)
        return rows
