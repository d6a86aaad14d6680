"""What the choice of questions knows of a bank: a few numbers an item, as columns, and the items on their shelf."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from flashcards.files import Records, scratch
from flashcards.model import Item, Passage
from flashcards.sheet.answers import FEW, Answers, ManyAnswers, fold, row
from flashcards.sheet.drafts import secrets
from flashcards.sheet.shelf import Shelf

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -4096;
CREATE TABLE run (id INTEGER PRIMARY KEY, passage BLOB);
CREATE TABLE answer (hash INTEGER PRIMARY KEY, start INTEGER, length INTEGER);
BEGIN;
"""
BATCH = 1000  # rows written at once
HASHES = 8192  # of answers: so many are written, or read, at once
IN_A_BYTE = 256  # so many a byte can tell apart


class Store:
    """The items of a bank by number, from 0 in its order: `add` them, then `close`.

    ``sentence`` has for each item the number of its sentence among all, ``passage`` for each sentence that of its
    passage, in the order of the passages' ids. Neighbours of one passage are a run; a passage may have several.
    """

    def __init__(self) -> None:
        """A store without items."""
        self.items = Shelf()
        self.kinds: Counter[str] = Counter()
        self.sentence = array("I")
        self._asks: dict[tuple[str, str], int] = {}  # kind and `ask`
        self._ask = array("B")  # of an item: which of these; a bank of ours has a dozen
        self._hashes = array("q")  # of the answers of all items: the last ones,
        self._earlier = Records()  # and those before
        # Most items hide one answer: the others, and how many answers more than items there are before each and at last
        self._uneven, self._more = array("I"), array("i", [0])
        self._item = array("I")  # of a run: its first item
        self._place = array("I")  # of a run: its first sentence
        self._passage: Passage | None = None  # of the last run
        self._known: dict[int, int] = {}  # its sentences
        # What is sorted by SQLite: a private database without a name, in no one's way, and gone when it is closed.
        self._db = scratch()
        self._db.executescript(SCHEMA)
        self._runs: list[tuple[int, bytes]] = []
        self._answers: set[str] = set()  # folded

    def __del__(self) -> None:
        self._db.close()

    @classmethod
    def of(cls, items: Iterable[Item]) -> Store:
        """A store of these items, read once."""
        store = cls()
        for item in items:
            store.add(item)
        store.close()
        return store

    def add(self, item: Item) -> None:
        """Take up an item."""
        if item.passage is not self._passage and item.passage != self._passage:
            self._begin(item.passage)
        place = item.place.sentence
        self.sentence.append(self._known.setdefault(place, self._place[-1] + len(self._known)))
        ask = self._asks.setdefault((item.kind, item.ask), len(self._asks))
        if ask == IN_A_BYTE and self._ask.typecode == "B":
            self._ask = array("I", self._ask)
        self._ask.append(ask)
        self.kinds[item.kind] += 1
        hidden = [folded for secret in secrets(item) if (folded := fold(secret))]
        self._answers.update(hidden)
        self._hashes.extend(map(hash, hidden))
        if len(self._answers) > FEW:
            self._write_answers()
        if len(self._hashes) >= HASHES:
            self._write_hashes()
        if len(hidden) != 1:
            self._uneven.append(len(self.items))
            self._more.append(self._more[-1] + len(hidden) - 1)
        self.items.append(item)

    def _begin(self, passage: Passage | None) -> None:
        """Begin a run, or end the last one."""
        self._place.append(self._place[-1] + len(self._known) if self._place else 0)
        self._item.append(len(self.sentence))
        self._known.clear()
        self._passage = passage
        if passage:
            self._runs.append((len(self._item) - 1, passage.id.encode("utf-8", "surrogatepass")))
        if len(self._runs) >= BATCH:
            self._write_runs()

    def _write_runs(self) -> None:
        self._db.executemany("INSERT INTO run VALUES (?, ?)", self._runs)
        self._runs.clear()

    def _write_answers(self) -> None:
        self._db.executemany("INSERT OR IGNORE INTO answer VALUES (?, ?, ?)", map(row, self._answers))
        self._answers.clear()

    def _write_hashes(self) -> None:
        self._earlier.put(self._hashes.tobytes())
        del self._hashes[:]

    def close(self) -> None:
        """Number answers and passages: all items are there."""
        self._begin(None)
        self._write_runs()
        self.answers = self._all_answers()
        self._numbers = array("I", map(self.answers.number, self._all_hashes()))
        del self._hashes, self._earlier
        self._order = array("I")  # the runs in the order of their passages' ids
        self.passage = array("I", bytes(4 * self._place[-1]))
        self.passages = 0
        for _, group in groupby(self._db.execute("SELECT passage, id FROM run ORDER BY passage, id"), itemgetter(0)):
            runs = [run for _, run in group]
            for run in runs:
                for sentence in range(self._place[run], self._place[run + 1]):
                    self.passage[sentence] = self.passages
            if len(runs) > 1:
                self._join(runs)
            self._order.extend(runs)
            self.passages += 1
        self._db.close()

    def _all_hashes(self) -> Iterator[int]:
        """The hash of each answer, item by item."""
        size = self._hashes.itemsize
        end = (len(self) + self._more[-1] - len(self._hashes)) * size
        for start in range(0, end, HASHES * size):
            yield from array("q", self._earlier.take(start, min(start + HASHES * size, end)))
        yield from self._hashes

    def _all_answers(self) -> Answers | ManyAnswers:
        if not self._db.execute("SELECT 1 FROM answer").fetchone():
            return Answers(self._answers)
        self._write_answers()
        (count,) = self._db.execute("SELECT count(*) FROM answer").fetchone()
        return ManyAnswers(self._db.execute("SELECT hash, start, length FROM answer ORDER BY hash"), count)

    def _join(self, runs: list[int]) -> None:
        """Give a sentence that is in several runs of a passage one number."""
        known: dict[int, int] = {}
        for item in self._of(runs):
            self.sentence[item] = known.setdefault(self.items[item].place.sentence, self.sentence[item])

    def _of(self, runs: Iterable[int]) -> Iterator[int]:
        """The items of these runs."""
        return (item for run in runs for item in range(self._item[run], self._item[run + 1]))

    def __len__(self) -> int:
        return len(self.sentence)

    def hidden(self, item: int) -> array[int]:
        """The numbers of the answers that an item hides."""
        at = bisect_left(self._uneven, item)
        start = item + self._more[at]
        if at < len(self._uneven) and self._uneven[at] == item:
            return self._numbers[start : item + 1 + self._more[at + 1]]
        return self._numbers[start : start + 1]

    def by_passage(self, kinds: Collection[str]) -> Iterator[tuple[int, list[int]]]:
        """Passages, in the order of their ids, with their items of these kinds, in the order of the bank."""
        asks = {ask for (kind, _), ask in self._asks.items() if kind in kinds}
        items = (item for item in self._of(self._order) if self._ask[item] in asks)
        for passage, group in groupby(items, lambda item: self.passage[self.sentence[item]]):
            yield passage, list(group)

    def by_ask(self, kinds: Collection[str]) -> dict[str, dict[str, list[int]]]:
        """The items of these kinds by kind and by what they ask, in the order of the bank."""
        found: dict[str, dict[str, list[int]]] = {}
        asks = list(self._asks)
        for item, at in enumerate(self._ask):
            kind, ask = asks[at]
            if kind in kinds:
                found.setdefault(kind, {}).setdefault(ask, []).append(item)
        return found
