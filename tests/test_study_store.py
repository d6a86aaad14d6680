"""Progress: the log is the truth, FSRS gives the days, nothing is lost or stored twice."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fsrs import Card, Rating, ReviewLog, Scheduler
from hypothesis import given
from hypothesis import strategies as st
from support import lake

from flashcards import log
from flashcards.errors import BadBank, FlashcardsError
from flashcards.log import Entry
from flashcards.study.deck import Deck, Filter, today
from flashcards.study.schedule import AGAIN, EASY, GOOD, HARD, Memory, day_of, end_of_day, rating
from flashcards.study.session import Place, Session
from flashcards.study.statistics import statistics
from flashcards.study.store import AlreadyAnswered, Store, default_path

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[1]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def entry(key: str = "k", verdict: str = "right", minutes: float = 0, **more: object) -> Entry:
    """An answer some minutes after the start."""
    return Entry(START + timedelta(minutes=minutes), key, "app", "答", verdict, **more)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty progress file."""
    return Store(tmp_path / "p.sqlite")


@pytest.fixture
def in_memory_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of answers need not each wait for the disk; that they do is tested elsewhere."""
    monkeypatch.setattr(Store, "synchronous", "OFF")


def replayed_by_fsrs(entries: list[Entry]) -> dict[str, Card]:
    """The cards as the package itself replays the log."""
    logs = defaultdict(list)
    for e in entries:
        if rated := rating(e):
            logs[e.key].append(ReviewLog(0, Rating(rated), e.time, e.ms))
    scheduler = Scheduler(enable_fuzzing=False)
    return {key: scheduler.reschedule_card(Card(0, due=found[0].review_datetime), found) for key, found in logs.items()}


def same(store: Store) -> bool:
    """Whether the cached states equal the package's replay, to the last bit."""
    cards = replayed_by_fsrs(store.entries())
    mine = {key: (m.due, m.state, m.step, m.stability, m.difficulty, m.last) for key, m in store.memories().items()}
    theirs = {key: (c.due, int(c.state), c.step, c.stability, c.difficulty, c.last_review) for key, c in cards.items()}
    return mine == theirs


def studied(tmp_path: Path, days: int) -> tuple[Session, Clock]:
    """A learner at a deck of 36 items for so many days, three new ones a day, right three times in four."""
    clock, dice = Clock(), random.Random(7)
    session = Session(Deck(lake.save(tmp_path, lake.many(36))), Store(tmp_path / "p.sqlite"), clock, 3)
    for _ in range(days):
        session.go(Place())
        for _ in range(60):
            key = session.next(session.place())
            if key is None:
                break
            item = session.deck.items[key]
            given = "记录员" if dice.random() < 0.75 else "纪录员"
            session.answer(
                item,
                given,
                session.store.next_rev(key),
                front="app",
                hinted=dice.random() < 0.2,
                ms=900,
                practice=False,
            )
            clock.now += timedelta(seconds=dice.randrange(5, 90))
        clock.now = (clock.now + timedelta(days=1)).replace(hour=9, minute=0)
    return session, clock


@pytest.mark.usefixtures("in_memory_speed")
def test_thirty_days_equal_the_replay_of_fsrs(tmp_path: Path) -> None:
    """After thirty days of study every card's due date and memory are those of the package's own replay of the log."""
    session, _ = studied(tmp_path, 30)
    entries = session.store.entries()
    assert len(entries) > 250 and len({e.key for e in entries}) == 36
    assert same(session.store)
    before = session.store.memories()
    session.store.rebuild()
    assert session.store.memories() == before


@pytest.mark.usefixtures("in_memory_speed")
def test_a_hundred_undone_is_as_never_answered(tmp_path: Path) -> None:
    """A hundred answers undone leave the log, the states and the showings as before them."""
    session, clock = studied(tmp_path, 6)
    before, states = session.store.entries(), session.store.memories()
    keys = list(session.deck.items)
    for number in range(100):
        key = keys[number % 17]
        clock.now += timedelta(seconds=30)
        session.store.record(entry(key, ("right", "wrong")[number % 2], 0), session.store.next_rev(key))
    assert len(session.store.entries()) == len(before) + 100
    for _ in range(100):
        assert session.store.undo() is not None
    assert session.store.entries() == before
    assert session.store.memories() == states
    assert same(session.store)


@pytest.mark.parametrize(
    ("answer", "rated"),
    [
        (entry(verdict="wrong"), AGAIN),
        (entry(verdict="partial"), AGAIN),
        (entry(), GOOD),
        (entry(hinted=True), HARD),
        (entry(easy=True), EASY),
        (entry(verdict="override"), GOOD),
        (entry(verdict="override", hinted=True), HARD),
        (entry(practice=True), None),
        (entry(verdict="wrong", easy=True), AGAIN),
    ],
)
def test_what_an_answer_says_to_fsrs(answer: Entry, rated: int | None) -> None:
    """Wrong is Again, right after a hint Hard, right Good, Easy by the user; practice says nothing."""
    assert rating(answer) == rated


def test_a_showing_is_answered_once(store: Store) -> None:
    """The second answer to one showing is refused, and so is one to a showing that was never made."""
    store.record(entry(), 1)
    for rev in (1, 3, 0):
        with pytest.raises(AlreadyAnswered):
            store.record(entry(minutes=1), rev)
    assert len(store.entries()) == 1


def test_a_clock_that_goes_backwards(store: Store) -> None:
    """An answer dated before the card's last one is stored right behind it, and the schedule stays a true replay."""
    store.record(entry(minutes=600), 1)
    later = store.record(entry(minutes=0), 2).entry.time
    assert later == START + timedelta(minutes=600, milliseconds=1)
    assert same(store)


def test_an_answer_is_amended(store: Store) -> None:
    """ "I was right" and "easy" change the schedule as if the answer had been so from the start."""
    first = store.record(entry(verdict="wrong"), 1)
    store.amend(first.id, verdict="override")
    assert same(store) and store.memories()["k"].step == 1
    store.amend(first.id, easy=True)
    assert same(store) and store.memories()["k"].state == 2
    assert store.amend(99, easy=True) is None


def test_logs_are_merged_once(tmp_path: Path, store: Store) -> None:
    """The same log taken in twice adds nothing the second time; an older answer is replayed in its place."""
    store.record(entry(minutes=100), 1)
    older = [replace(entry(minutes=5, verdict="wrong"), front="page"), replace(entry("z", minutes=7), front="paper")]
    assert store.add(older) == 2
    assert store.add(older) == 0
    assert same(store)
    path = tmp_path / "log.jsonl"
    log.write(path, store.entries())
    other = Store(tmp_path / "other.sqlite")
    other.add(log.read(path))
    assert other.entries() == store.entries() and other.memories() == store.memories()
    assert store.undo() == entry(minutes=100), "an imported answer is not undone"
    assert store.undo() is None and same(store)


def test_undo_below_an_imported_answer(store: Store) -> None:
    """Where an answer was imported after the last one here, undo takes back the one here and the card goes on."""
    store.record(entry(), 1)
    store.add([replace(entry(minutes=9), front="page")])
    assert store.undo() == entry()
    assert store.next_rev("k") == 2
    store.record(entry(minutes=20), 2)
    assert same(store)


@pytest.mark.usefixtures("in_memory_speed")
def test_practice_leaves_the_schedule_alone(tmp_path: Path) -> None:
    """In practice every card comes once, in an order that a reload keeps, and no memory changes."""
    session, _ = studied(tmp_path, 3)
    before = session.store.memories()
    session.go(Place(practice=session.begin_practice()))
    seen = []
    while (key := session.next(session.place())) is not None:
        assert session.next(session.place()) == key
        seen.append(key)
        session.answer(
            session.deck.items[key], "", session.store.next_rev(key), front="app", hinted=False, ms=1, practice=True
        )
    assert sorted(seen) == sorted(session.deck.items)
    assert seen != list(session.deck.items)
    assert session.store.memories() == before


def test_no_more_new_items_a_day_than_asked_for(tmp_path: Path) -> None:
    """Five new items a day, and five more tomorrow."""
    clock = Clock()
    session = Session(Deck(lake.save(tmp_path, lake.many(60))), Store(tmp_path / "p.sqlite"), clock, 5)
    for _ in range(2):
        assert len(session.today(Filter()).new) == 5
        for key in session.today(Filter()).new:
            session.store.record(Entry(clock(), key, "app", "", "right", easy=True), 1)
        assert session.today(Filter()).new == ()
        assert session.counts(Filter()).done == 5
        clock.now += timedelta(days=1)
    assert len(session.store.memories()) == 10


def test_the_order_of_work() -> None:
    """Due cards being learnt first, reviews by date, new ones; others in learning early if nothing else is left."""

    def memory(minutes: float, state: int) -> Memory:
        return Memory(START + timedelta(minutes=minutes), state, 0, 1.0, 5.0, START)

    memories = {"a": memory(60, 2), "b": memory(-60, 2), "c": memory(-1, 1), "d": memory(9, 1), "e": memory(9999, 2)}
    work = today(["a", "b", "c", "d", "e", "n"], memories, START, 1)
    assert work.queue == ("c", "b", "a", "n")
    assert today(["d"], memories, START, 0).queue == ("d",)
    assert today(["e"], memories, START, 0).queue == ()


def test_the_learners_day_begins_at_four() -> None:
    """An answer at one in the night belongs to the evening before."""
    local = datetime(2026, 5, 6, 1, 0).astimezone()
    assert day_of(local) == "2026-05-05"
    assert end_of_day(local) == local.replace(hour=4).astimezone(UTC)


def test_a_place_survives_a_restart(tmp_path: Path) -> None:
    """The filter and the card shown are there again in a new process's session."""
    deck = Deck(lake.save(tmp_path))
    place = Place(Filter("cloze", missed=True), "", "key0002")
    Session(deck, Store(tmp_path / "p.sqlite")).go(place)
    assert Session(deck, Store(tmp_path / "p.sqlite")).place() == place
    Store(tmp_path / "p.sqlite").set("place", "{damaged")
    assert Session(deck, Store(tmp_path / "p.sqlite")).place() == Place()


def test_items_are_filtered(tmp_path: Path) -> None:
    """By kind, tag and source, and only the missed."""
    items = [replace(lake.ITEMS[0], tags=("湖",)), *lake.ITEMS[1:]]
    session = Session(Deck(lake.save(tmp_path, items)), Store(tmp_path / "p.sqlite"), Clock())
    assert session.keys(Filter(kind="choice")) == ["key0007"]
    assert session.keys(Filter(tag="湖")) == ["key0001"]
    assert len(session.keys(Filter(source="林禾《湖边旧事》，2024年3月5日"))) == 10
    assert session.keys(Filter(source="别处")) == []
    session.store.record(entry("key0003", "wrong"), 1)
    assert session.keys(Filter(missed=True)) == ["key0003"]


def test_a_rebuilt_bank_is_read_again(tmp_path: Path) -> None:
    """Progress stays with the key; while the bank is half there, the old items go on and the trouble is said."""
    bank = lake.save(tmp_path)
    deck = Deck(bank)
    session = Session(deck, Store(tmp_path / "p.sqlite"), Clock())
    session.store.record(entry("key0001", minutes=0), 1)
    whole = bank.path.read_bytes()
    bank.path.write_bytes(whole[: len(whole) // 2])
    deck.refresh()
    assert len(deck.items) == 10 and f"{bank.path}:" in deck.trouble
    bank.path.unlink()
    deck.refresh()
    assert len(deck.items) == 10 and "is gone" in deck.trouble
    lake.save(tmp_path, lake.ITEMS[:2])
    deck.refresh()
    assert len(deck.items) == 2 and deck.trouble == ""
    assert session.store.memories().keys() == {"key0001"}


@pytest.mark.parametrize("cut", [0, 1])
def test_a_bank_without_items_is_refused(tmp_path: Path, cut: int) -> None:
    """An empty or damaged bank is one line that names it."""
    bank = lake.save(tmp_path, lake.ITEMS[:cut])
    bank.path.write_bytes(bank.path.read_bytes()[: -cut or None])
    with pytest.raises(BadBank, match=r"湖边\.bank\.jsonl"):
        Deck(bank)


def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    """Another program's database, a newer one and a text file are refused, and not a byte of them is changed."""
    foreign, text, newer = tmp_path / "a.sqlite", tmp_path / "b.sqlite", tmp_path / "c.sqlite"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    text.write_text("not a database, but long enough to look at. " * 40, encoding="utf-8")
    Store(newer)
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 9")
    db.close()
    before = [path.read_bytes() for path in (foreign, text, newer)]
    for path in (foreign, text, newer):
        with pytest.raises(FlashcardsError, match=path.name):
            Store(path)
    assert [path.read_bytes() for path in (foreign, text, newer)] == before


def test_a_store_edited_by_hand(store: Store) -> None:
    """A time that is none is one clear line, not a crash."""
    store.record(entry(), 1)
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE reviews SET time = 'yesterday'")
    db.close()
    with pytest.raises(BadBank, match="yesterday"):
        store.entries()


def test_two_programs_share_a_store(tmp_path: Path) -> None:
    """What one program answered the other refuses to take twice, and sees at once."""
    one, other = Store(tmp_path / "p.sqlite"), Store(tmp_path / "p.sqlite")
    one.record(entry(), 1)
    with pytest.raises(AlreadyAnswered):
        other.record(entry(minutes=1), 1)
    other.record(entry(minutes=1), 2)
    assert one.entries() == other.entries() and len(one.entries()) == 2


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A store below a file is refused in one line."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(FlashcardsError, match="--store"):
        Store(tmp_path / "file" / "p.sqlite")


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """When the database cannot grow, the answer is refused in one line and everything before it is there."""
    store = Store(tmp_path / "p.sqlite")
    store.record(entry(), 1)
    script = f"""
import resource, signal, sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from pathlib import Path
from test_study_store import entry
from flashcards.study.store import Store
from flashcards.errors import FlashcardsError
Store.synchronous = "OFF"
store = Store(Path({str(store.path)!r}))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (45_000, 45_000))
try:
    for n in range(2, 400):
        store.record(entry(minutes=n), n)
except FlashcardsError as error:
    print("refused at", n, error)
"""
    if sys.platform == "win32":
        pytest.skip("file size limits are a POSIX notion")
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert "refused at" in run.stdout, run.stderr
    refused = int(run.stdout.split()[2])
    assert len(store.entries()) == refused - 1 and same(store)


def test_killed_at_any_moment_loses_at_most_the_answer_in_flight(tmp_path: Path) -> None:
    """A process killed with -9 while it answers: what it said was stored is stored, and the file is sound."""
    script = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from pathlib import Path
from test_study_store import entry
from flashcards.study.store import Store
store = Store(Path({str(tmp_path / "p.sqlite")!r}))
n = store.next_rev("k")
while True:
    store.record(entry(minutes=n), n)
    print(n, flush=True)
    n += 1
"""
    said = 0
    for delay in (0.0, 0.007, 0.013):
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(delay)
            process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
            rest = process.stdout.read().split()
        store = Store(tmp_path / "p.sqlite")
        count = len(store.entries())
        said = max([said, *map(int, rest)])
        assert said <= count <= said + 2
        said = count
        assert same(store)
        with sqlite3.connect(store.path) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()


def test_the_default_place_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Progress lives in the user-data folder under the deck's name, whatever characters that has."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert default_path("湖边") == tmp_path / "flashcards-zh" / "湖边.progress.sqlite"
    assert default_path("../a/b:c\ud800").name == "_a_b_c_.progress.sqlite"
    assert default_path("..").name == "flashcards.progress.sqlite"


def test_statistics_are_counted(tmp_path: Path) -> None:
    """Days, retention, hardest, streak and forecast of a short life."""
    items = {item.key: item for item in lake.many(3)}
    entries = [entry("k1", "wrong"), entry("k1", minutes=2), entry("k2", minutes=3), entry("k1", "wrong", 60 * 24)]
    store = Store(tmp_path / "p.sqlite")
    store.add(entries)
    found = statistics(store.entries(), store.memories(), items, START + timedelta(days=1, minutes=5))
    assert found.days[-2:] == ((day_of(START), 2, 1), (day_of(START + timedelta(days=1)), 0, 1))
    assert (found.answers, found.right, found.seen, found.streak) == (4, 2, 2, 2)
    assert [(item.key, wrong, asked) for item, wrong, asked in found.hardest] == [("k1", 2, 3)]
    assert found.weeks[-1][1:] == (0, 1)
    assert sum(count for _, count in found.forecast) == 2
    assert statistics([], {}, items, START).remembered is None


ENTRIES = st.builds(
    Entry,
    st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)).map(
        lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000, tzinfo=UTC)
    ),
    st.text(min_size=1, max_size=9),
    st.sampled_from(log.FRONTS),
    st.text(max_size=9),
    st.sampled_from(log.VERDICTS),
    st.booleans(),
    st.integers(0, 10**9),
    st.booleans(),
    st.booleans(),
)


@given(ENTRIES)
def test_a_line_of_the_log_is_read_back(one: Entry) -> None:
    """An entry written and read again is the same, whatever its text."""
    assert log.parse(log.dump(one), "x") == (one,)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("no json", "no line of an answer log"),
        ("[1]", "no line of an answer log"),
        ('{"schema":2}', "newer"),
        ('{"schema":1}', "time"),
        ('{"schema":1,"time":"2026-03-02T09:00:00","key":"k","front":"app","verdict":"right"}', "time"),
        ('{"schema":1,"time":"2026-03-02T09:00:00Z","front":"app","verdict":"right"}', "key"),
        ('{"schema":1,"time":"2026-03-02T09:00:00Z","key":"k","front":"x","verdict":"right"}', "front"),
        ('{"schema":1,"time":"2026-03-02T09:00:00Z","key":"k","front":"app","verdict":"ok"}', "verdict"),
        ('{"schema":1,"time":"2026-03-02T09:00:00Z","key":"k","front":"app","verdict":"right","ms":-1}', "ms"),
        ('{"schema":1,"time":"2026-03-02T09:00:00Z","key":"k","front":"app","verdict":"right","ms":true}', "ms"),
        ("", "holds no answers"),
        ("[" * 100000, "no line of an answer log"),
    ],
)
def test_a_damaged_log_is_one_line(tmp_path: Path, line: str, what: str) -> None:
    """A line by hand that is wrong is named with its number."""
    path = tmp_path / "a.log.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(BadBank, match=what) as caught:
        list(log.read(path))
    assert "a.log.jsonl" in str(caught.value) and "\n" not in str(caught.value)


def test_the_missed_are_those_answered_wrong_last() -> None:
    """A later right answer, or "I was right", takes a key off the list; the order of time counts, not of lines."""
    rows = [entry("a", "wrong"), entry("b", "partial", 1), entry("c", "wrong", 2), entry("c", minutes=3)]
    rows += [entry("d", minutes=9), entry("d", "wrong", 4), entry("e", "override", 5)]
    assert log.missed(rows) == ("a", "b")
