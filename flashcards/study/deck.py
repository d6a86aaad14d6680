"""The items to study, read from the bank and read again when the bank was rebuilt; what is due among them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from flashcards import bank
from flashcards.errors import BadBank, FlashcardsError
from flashcards.model import Item
from flashcards.study.groups import turns
from flashcards.study.schedule import AHEAD, REVIEW, Memory, end_of_day
from flashcards.study.show import source_line


class Deck:
    """The items of a bank by key, in the order new ones are asked. Safe to share between threads."""

    def __init__(self, opened: bank.Bank) -> None:
        """Read the bank whole. Raises BadBank where it is damaged or empty."""
        self.path = opened.path
        self.header = opened.header
        self.trouble = ""
        self._lock = Lock()
        self._seen = self._signature()
        self.items = self._read(opened)

    def refresh(self) -> None:
        """Read the bank again if it changed; while it cannot be read, go on with the old items and say so."""
        with self._lock:
            try:
                seen = self._signature()
                if seen == self._seen and not self.trouble:
                    return
                opened = bank.load(self.path)
                self.items = self._read(opened)
                self.header, self._seen, self.trouble = opened.header, seen, ""
            except FlashcardsError as error:
                self.trouble = str(error)

    def _signature(self) -> tuple[int, int, int]:
        try:
            state = self.path.stat()
        except OSError:
            raise BadBank("is gone; build it again", path=self.path) from None
        return state.st_mtime_ns, state.st_size, state.st_ino

    def _read(self, opened: bank.Bank) -> dict[str, Item]:
        items = {item.key: item for item in opened if item.key}
        if not items:
            raise BadBank("holds no items; build it again from texts with items", path=self.path)
        ordered = list(items.values())
        rounds = turns(ordered)
        return {ordered[at].key: ordered[at] for at in sorted(range(len(ordered)), key=lambda at: (rounds[at], at))}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items: by kind, tag and source line; empty means all; ``missed``: only what was answered wrong last."""

    kind: str = ""
    tag: str = ""
    source: str = ""
    missed: bool = False

    def fits(self, item: Item, missed: frozenset[str]) -> bool:
        """Whether an item is asked for."""
        return (
            (not self.kind or item.kind == self.kind)
            and (not self.tag or self.tag in item.tags)
            and (not self.source or source_line(item.passage.source) == self.source)
            and (not self.missed or item.key in missed)
        )


@dataclass(frozen=True, slots=True)
class Today:
    """What is to be done: keys in their order. ``later`` is when the next card still being learnt comes back."""

    learning: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    ahead: tuple[str, ...] = field(default=())
    later: datetime | None = None

    @property
    def queue(self) -> tuple[str, ...]:
        """The keys in the order they are asked."""
        return (*self.learning, *self.due, *self.new) or self.ahead


def today(keys: Sequence[str], memories: Mapping[str, Memory], now: datetime, new_left: int) -> Today:
    """Cards being learnt that are due, then reviews due before the day ends, then so many new ones in the bank's order.

    Where only cards being learnt are left, those due within minutes come early.
    """
    evening = end_of_day(now)
    learning: list[tuple[datetime, int, str]] = []
    due: list[tuple[datetime, int, str]] = []
    coming: list[tuple[datetime, int, str]] = []
    new: list[str] = []
    for position, key in enumerate(keys):
        memory = memories.get(key)
        if memory is None:
            new.append(key)
        elif memory.state == REVIEW:
            if memory.due < evening:
                due.append((memory.due, position, key))
        else:
            (learning if memory.due <= now else coming).append((memory.due, position, key))
    coming.sort()
    return Today(
        learning=tuple(key for _, _, key in sorted(learning)),
        due=tuple(key for _, _, key in sorted(due)),
        new=tuple(new[: max(new_left, 0)]),
        ahead=tuple(key for when, _, key in coming if when <= now + AHEAD),
        later=coming[0][0] if coming else None,
    )


def shuffled(keys: Sequence[str], seed: str) -> list[str]:
    """The keys in a mixed order that the seed gives again, so that a reload goes on with the same card."""
    mixed = list(keys)
    random.Random(seed).shuffle(mixed)
    return mixed
