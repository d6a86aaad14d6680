"""Figures of the learner's progress, and their pictures as SVG; every picture has its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flashcards.log import Entry
from flashcards.model import Item
from flashcards.study.schedule import Memory, day_of, retrievability

DAYS = 30
WEEKS = 12
HARDEST = 10


@dataclass(frozen=True, slots=True)
class Statistics:
    """Days are ISO. ``days``: (day, right, wrong); ``forecast``: (day, cards due), overdue ones on the first day;
    ``weeks``: (Monday, remembered, asked) of cards seen on an earlier day; ``hardest``: (item, wrong, answers).

    ``remembered``: the mean chance that a card seen so far is remembered now; ``streak``: days in a row.
    """

    days: tuple[tuple[str, int, int], ...]
    forecast: tuple[tuple[str, int], ...]
    weeks: tuple[tuple[str, int, int], ...]
    hardest: tuple[tuple[Item, int, int], ...]
    answers: int
    right: int
    seen: int
    streak: int
    remembered: float | None


def statistics(
    entries: Sequence[Entry], memories: Mapping[str, Memory], items: Mapping[str, Item], now: datetime
) -> Statistics:
    """The figures at a moment; ``entries`` by time."""
    today = date.fromisoformat(day_of(now))
    right, wrong = Counter[str](), Counter[str]()
    missed, asked = Counter[str](), Counter[str]()
    for entry in entries:
        (right if entry.good else wrong)[day_of(entry.time)] += 1
        asked[entry.key] += 1
        missed[entry.key] += not entry.good
    past = [(today - timedelta(days=back)).isoformat() for back in range(DAYS - 1, -1, -1)]
    hard = sorted((-count, asked[key], key) for key, count in missed.items() if count and key in items)[:HARDEST]
    mine = {key: memory for key, memory in memories.items() if key in items}
    return Statistics(
        days=tuple((day, right[day], wrong[day]) for day in past),
        forecast=_forecast(mine.values(), today),
        weeks=_weeks(entries, today),
        hardest=tuple((items[key], missed[key], asked[key]) for _, _, key in hard),
        answers=len(entries),
        right=right.total(),
        seen=len(mine),
        streak=_streak(set(right) | set(wrong), today),
        remembered=sum(retrievability(m, now) for m in mine.values()) / len(mine) if mine else None,
    )


def _forecast(memories: Iterable[Memory], today: date) -> tuple[tuple[str, int], ...]:
    due: Counter[str] = Counter(max(day_of(memory.due), today.isoformat()) for memory in memories)
    coming = [(today + timedelta(days=ahead)).isoformat() for ahead in range(DAYS)]
    return tuple((day, due[day]) for day in coming)


def _weeks(entries: Sequence[Entry], today: date) -> tuple[tuple[str, int, int], ...]:
    """Retention: of the first answers of a day to cards seen on an earlier day, how many were right."""
    last_day: dict[str, str] = {}
    remembered, asked = Counter[str](), Counter[str]()
    for entry in entries:
        day = day_of(entry.time)
        if not entry.practice and last_day.get(entry.key, day) < day:
            week = _monday(date.fromisoformat(day)).isoformat()
            asked[week] += 1
            remembered[week] += entry.good
        last_day[entry.key] = max(day, last_day.get(entry.key, day))
    mondays = [(_monday(today) - timedelta(weeks=back)).isoformat() for back in range(WEEKS - 1, -1, -1)]
    return tuple((week, remembered[week], asked[week]) for week in mondays)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _streak(days: set[str], today: date) -> int:
    """Days in a row with an answer, up to today or, before today's first answer, yesterday."""
    day = today if today.isoformat() in days else today - timedelta(days=1)
    count = 0
    while day.isoformat() in days:
        count, day = count + 1, day - timedelta(days=1)
    return count


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in the units of the picture: its place, its parts (from the bottom) and the words read for it."""

    x: float
    width: float
    parts: tuple[tuple[str, float, float], ...]  # class, y, height
    label: str


Rows = Sequence[tuple[str, Sequence[tuple[str, float]]]]
WIDTH, HEIGHT, FOOT, HEAD = 600.0, 160.0, 20.0, 18.0


def peak(rows: Rows) -> float:
    """The highest sum of a row."""
    return max((sum(value for _, value in parts) for _, parts in rows), default=0)


def bars(rows: Rows, top: float | None = None) -> list[Bar]:
    """Bars for (label, ((class, value), …)) rows, stacked, to scale; ``top`` is the value of full height."""
    most = top or peak(rows) or 1
    step = WIDTH / max(len(rows), 1)
    found = []
    for index, (label, parts) in enumerate(rows):
        base, drawn = HEIGHT - FOOT, []
        for name, value in parts:
            height = round((HEIGHT - FOOT - HEAD) * value / most, 2)
            base = round(base - height, 2)
            drawn.append((name, base, height))
        found.append(Bar(round(index * step + step * 0.1, 2), round(step * 0.8, 2), tuple(drawn), label))
    return found
