"""When a card is due: FSRS by the `fsrs` package. The log of answers is the truth; a memory state is only its sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

from flashcards.log import Entry

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
LEARNING, REVIEW, RELEARNING = 1, 2, 3
DAY_BEGINS = time(4)  # an answer at one in the night belongs to the evening before, as in Anki
AHEAD = timedelta(minutes=20)  # a card still being learnt may come early rather than keep the learner waiting


@dataclass(frozen=True, slots=True)
class Memory:
    """What FSRS knows of one card: ``state`` 1 learning, 2 review, 3 relearning; times in UTC."""

    due: datetime
    state: int
    step: int | None
    stability: float
    difficulty: float
    last: datetime


def rating(entry: Entry) -> int | None:
    """What an answer says to FSRS: wrong is Again, right after a hint Hard, right Good; Easy is the user's own word.

    An answer in practice says nothing.
    """
    if entry.practice:
        return None
    if not entry.good:
        return AGAIN
    return EASY if entry.easy else HARD if entry.hinted else GOOD


def replay(entries: Iterable[Entry]) -> Memory | None:
    """The memory of one card after its answers, in the order of their times; None if none was scheduled."""
    memory = None
    for entry in sorted(entries, key=lambda entry: entry.time):
        memory = advance(memory, entry)
    return memory


def advance(memory: Memory | None, entry: Entry) -> Memory | None:
    """The memory after one more answer."""
    rated = rating(entry)
    if rated is None:
        return memory
    from fsrs import Rating

    card, _ = scheduler().review_card(_card(memory, entry.time), Rating(rated), entry.time)
    stability, difficulty = card.stability or 0.0, card.difficulty or 0.0  # set by every review
    return Memory(card.due, int(card.state), card.step, stability, difficulty, entry.time)


@cache
def scheduler() -> Scheduler:
    """FSRS with its published parameters and without random fuzz, so that a replay gives the same days again."""
    from fsrs import Scheduler

    return Scheduler(enable_fuzzing=False)


def retrievability(memory: Memory, now: datetime) -> float:
    """The chance, 0 to 1, that the card is remembered now."""
    return float(scheduler().get_card_retrievability(_card(memory, now), now))


def day_of(moment: datetime) -> str:
    """The learner's day (local, from four in the morning) that a moment belongs to, ISO."""
    local = moment.astimezone()
    return (local - timedelta(hours=DAY_BEGINS.hour)).date().isoformat()


def end_of_day(now: datetime) -> datetime:
    """When the learner's day ends, in UTC."""
    local = now.astimezone()
    morning = local.replace(hour=DAY_BEGINS.hour, minute=0, second=0, microsecond=0)
    return (morning if local < morning else morning + timedelta(days=1)).astimezone(UTC)


def _card(memory: Memory | None, now: datetime) -> Card:
    from fsrs import Card, State

    if memory is None:
        return Card(card_id=0, due=now)  # a given id keeps the package from waiting a millisecond for a new one
    return Card(0, State(memory.state), memory.step, memory.stability, memory.difficulty, memory.due, memory.last)
