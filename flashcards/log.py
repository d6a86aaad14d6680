"""The log of answers: one JSON object a line, the one format in which every front gives and takes what was answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flashcards.errors import BadBank
from flashcards.files import replacing

SCHEMA = 1
FRONTS = ("page", "app", "terminal", "paper")
VERDICTS = ("right", "wrong", "partial", "override")
LONGEST_LINE = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer. ``time`` is aware and in UTC, ``ms`` how long it took; ``override``: the user said "I was right".

    ``easy`` is the user's own "that was easy"; ``practice`` an answer that leaves the schedule alone.
    """

    time: datetime
    key: str
    front: str
    given: str
    verdict: str
    hinted: bool = False
    ms: int = 0
    easy: bool = False
    practice: bool = False

    @property
    def good(self) -> bool:
        """Whether the answer counts as known."""
        return self.verdict in ("right", "override")


def read(path: Path) -> Iterator[Entry]:
    """The entries of a log file, in its order. Raises BadBank naming the line that is damaged, or the file."""
    count = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
                if line.strip(b" \t\r\n\xef\xbb\xbf"):
                    count += 1
                    yield _read_line(line, path, number)
    except OSError as error:
        raise BadBank(f"cannot be read: {error.strerror}; name a log of answers", path=path) from None
    if not count:
        raise BadBank("holds no answers; export one from a self-test or `flashcards study`", path=path)


def parse(text: str, name: str) -> tuple[Entry, ...]:
    """The entries of an uploaded log; ``name`` stands for the file in errors. Raises BadBank."""
    lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip(" \t\r\ufeff")]
    if not lines:
        raise BadBank("holds no answers; export one from a self-test or `flashcards study`", path=name)
    return tuple(_read_line(line.encode("utf-8", "surrogatepass"), name, n) for n, line in lines)


def write(path: Path, entries: Iterable[Entry]) -> int:
    """Write a log whole or not at all; returns the number of entries. Raises FlashcardsError if it cannot."""
    count = 0
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for entry in entries:
            file.write(dump(entry) + "\n")
            count += 1
    return count


def dump(entry: Entry) -> str:
    """One line of the log, without its line feed; ASCII, so that any text survives any tool."""
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "time": stamp(entry.time),
        "key": entry.key,
        "front": entry.front,
        "given": entry.given,
        "verdict": entry.verdict,
        "hinted": entry.hinted,
        "ms": entry.ms,
    }
    if entry.easy:
        record["easy"] = True
    if entry.practice:
        record["practice"] = True
    return json.dumps(record, separators=(",", ":"))


def stamp(time: datetime) -> str:
    """A moment as text: UTC, milliseconds, `Z`; sorts as it happened."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def missed(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The keys whose last answer (by time, then order) was not right, in the order in which they were last answered."""
    last: dict[str, tuple[datetime, int, bool]] = {}
    for order, entry in enumerate(entries):
        if entry.key not in last or entry.time >= last[entry.key][0]:
            last[entry.key] = (entry.time, order, entry.good)
    wrong = [(time, order, key) for key, (time, order, good) in last.items() if not good]
    return tuple(key for _, _, key in sorted(wrong))


def _read_line(line: bytes, path: Path | str, number: int) -> Entry:
    try:
        record = json.loads(line.decode("utf-8-sig"))
        if not isinstance(record, dict) or not isinstance(record["schema"], int):
            raise ValueError
    except (ValueError, KeyError, RecursionError):
        raise BadBank("is no line of an answer log; export the log again", path=path, line=number) from None
    if record["schema"] > SCHEMA:
        raise BadBank(
            f"has schema {record['schema']}, newer than {SCHEMA}; update flashcards-zh", path=path, line=number
        )
    try:
        return _entry(record)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise BadBank(
            f"has a wrong or missing {error.args[0]!r}; export the log again", path=path, line=number
        ) from None


def _entry(record: dict[str, Any]) -> Entry:
    def get(name: str, kind: type, default: object = None) -> Any:
        value = record.get(name, default)
        # bool is an int in Python; a time of `true` milliseconds is still a damaged line.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(name)
        return value

    try:
        time = datetime.fromisoformat(get("time", str))
        if time.tzinfo is None:
            raise ValueError
        time = time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("time") from None
    entry = Entry(
        time=time,
        key=get("key", str),
        front=get("front", str),
        given=get("given", str, ""),
        verdict=get("verdict", str),
        hinted=get("hinted", bool, False),
        ms=get("ms", int, 0),
        easy=get("easy", bool, False),
        practice=get("practice", bool, False),
    )
    if not entry.key:
        raise ValueError("key")
    if entry.front not in FRONTS:
        raise ValueError("front")
    if entry.verdict not in VERDICTS:
        raise ValueError("verdict")
    if not 0 <= entry.ms < 1 << 53:
        raise ValueError("ms")
    return entry
