"""One learner at one deck: what comes next, what an answer does. The app and the terminal both stand on this."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from flashcards import learner, log
from flashcards.grading import Verdict, grade_item
from flashcards.log import Entry
from flashcards.model import Item, answer_text
from flashcards.script import simplified_shadow
from flashcards.settings import Settings
from flashcards.study.deck import Deck, Filter, Today, shuffled, today
from flashcards.study.schedule import end_of_day
from flashcards.study.show import accepted_forms
from flashcards.study.store import Review, Store

NEW_PER_DAY = 20
LONGEST_ANSWER = 600_000  # ms: who left the room did not think for an hour
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of a running app."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the learner is: what is filtered, whether this is practice (with its seed), which card is shown."""

    filter: Filter = field(default_factory=Filter)
    practice: str = ""
    card: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is left for today and what was done; ``later`` is when the next card still being learnt is due."""

    learning: int
    due: int
    new: int
    done: int
    later: datetime | None


class Session:
    """The deck, the store and the clock together; no state of its own that is not in the store."""

    def __init__(
        self,
        deck: Deck,
        store: Store,
        clock: Clock = utc_now,
        new_per_day: int = NEW_PER_DAY,
        settings: Settings | None = None,
    ) -> None:
        self.deck, self.store, self.clock = deck, store, clock
        self.new_per_day = new_per_day
        self.settings = settings or Settings()

    def place(self) -> Place:
        """Where the learner was, also after a restart."""
        try:
            saved = json.loads(self.store.get("place", "{}"))
            return Place(Filter(**saved["filter"]), str(saved["practice"]), str(saved["card"]))
        except (ValueError, KeyError, TypeError):
            return Place()

    def go(self, place: Place) -> None:
        """Remember where the learner is."""
        self.store.set("place", json.dumps(asdict(place)))

    def missed(self) -> frozenset[str]:
        """The keys whose last answer was not right."""
        return frozenset(log.missed(self.store.entries()))

    def keys(self, wanted: Filter) -> list[str]:
        """The keys of the items a filter lets through, in the order of the bank."""
        missed = self.missed() if wanted.missed else frozenset()
        return [key for key, item in self.deck.items.items() if wanted.fits(item, missed)]

    def today(self, wanted: Filter) -> Today:
        """What is to be done now under a filter."""
        now = self.clock()
        left = self.new_per_day - self.store.introduced_since(end_of_day(now) - timedelta(days=1))
        return today(self.keys(wanted), self.store.memories(), now, left)

    def counts(self, wanted: Filter) -> Counts:
        """How much is left and done today."""
        work = self.today(wanted)
        done = self.store.scheduled_since(end_of_day(self.clock()) - timedelta(days=1))
        return Counts(len(work.learning), len(work.due), len(work.new), done, work.later)

    def next(self, place: Place) -> str | None:
        """The key of the card to show: the one shown last if it is still open, else the first of the queue."""
        if place.practice:
            return self._next_in_practice(place)
        work = self.today(place.filter)
        open_ = (*work.learning, *work.due, *work.new)  # not the early ones: the card just missed is among them
        return place.card if place.card in open_ else work.queue[0] if work.queue else None

    def _next_in_practice(self, place: Place) -> str | None:
        """Cards in the mixed order of the seed, each once since the practice began (its seed is that moment)."""
        done = self.store.practised_since(place.practice)
        order = [key for key in shuffled(self.keys(place.filter), place.practice) if key not in done]
        return place.card if place.card in order else order[0] if order else None

    def begin_practice(self) -> str:
        """A seed for a practice that begins now."""
        return log.stamp(self.clock())

    def grade(self, item: Item, given: str) -> Verdict:
        """The verdict on an answer, with every script of the answer accepted."""
        forms = accepted_forms(item) if isinstance(item.answer, str) else ()
        members = item.answer if isinstance(item.answer, tuple) else (answer_text(item),)
        characters = {c for text in (given, *members, *forms) for c in text}
        same = {c: simplified_shadow(c) for c in characters}
        spelt = learner.accepted(item, self.settings)
        return grade_item(item, given, (*forms, *spelt), same=same, pinyin=bool(spelt))

    def answer(
        self, item: Item, given: str, rev: int, *, front: str, hinted: bool, ms: int, practice: bool
    ) -> tuple[Verdict, Review]:
        """Grade an answer and store it. Raises AlreadyAnswered, or FlashcardsError if it cannot be saved."""
        verdict = self.grade(item, given)
        ms = min(max(ms, 0), LONGEST_ANSWER)
        entry = Entry(self.clock(), item.key, front, given, verdict.verdict, hinted, ms, False, practice)
        return verdict, self.store.record(entry, rev)
