"""The nouns of a sheet: what every renderer (HTML, typst, …) draws, and the same as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, overload

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Blank:
    """A place to write in: ``width`` in em, and ``cells`` > 0 where it is drawn as a grid of that many squares.

    ``reply`` is the index of its answer in the question's ``replies``.
    """

    width: int
    reply: int
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """A right answer as it is written on paper, its meaning where that is a letter or mark, and accepted variants."""

    text: str
    meaning: str = ""
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage printed above its questions: its text with hidden spans as blanks, its heading, whose words it is.

    ``said``: for pinyin over the text, every piece of ``text`` in characters with their syllables; () for a blank.
    """

    heading: str
    text: tuple[str | Blank, ...]
    cite: str = ""
    verse: bool = False
    said: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it is printed. ``items`` and ``keys`` tell which items of the bank it asks.

    ``rows`` are the lines of a 连线 or 排序 question, one reply each; ``options`` the choices (or the right column).
    ``columns`` says in how many columns the options fit; ``room`` is writing space in mm; ``points`` may be halves.
    ``reading`` is printed above it, and belongs to the questions that follow too.
    """

    number: int
    layout: str
    items: tuple[int, ...]
    keys: tuple[str, ...]
    stem: tuple[str | Blank, ...]
    replies: tuple[Reply, ...]
    points: float
    ask: str = ""
    cite: str = ""
    rows: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    columns: int = 1
    room: int = 0
    place: str = ""
    explanation: str = ""
    reading: Reading | None = None


class Questions(Sequence[Question]):
    """The questions of a section, made anew on each iteration: those of a large bank need not fit in memory."""

    def __init__(self, make: Callable[[], Iterator[Question]], count: int) -> None:
        self._make, self._count = make, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Question]:
        return self._make()

    @overload
    def __getitem__(self, at: int) -> Question: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Question, ...]: ...
    def __getitem__(self, at: int | slice) -> Question | tuple[Question, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        return next(islice(self, range(self._count)[at], None))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Questions) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading, of one layout or (``reading``) about printed passages.

    ``each`` is what one answer is worth, None where the points differ between questions.
    """

    layout: str
    heading: str
    note: str
    direction: str
    rule: str
    points: float
    each: float | None
    questions: Sequence[Question]
    bank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One variant of a sheet (``A`` to ``D``, empty where there is one only): the same items, otherwise ordered."""

    name: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet in all its versions. ``notes`` tell the user what could not be done as asked (they are not printed)."""

    title: str
    lang: str
    seed: int
    points: float
    minutes: int | None
    versions: tuple[Version, ...]
    notes: tuple[str, ...] = ()
    schema: int = SCHEMA


def record(sheet: Sheet) -> dict[str, Any]:
    """The sheet as JSON; a blank is ``{"width", "reply", "cells"}`` among the strings of a stem."""
    versions = tuple(
        replace(version, sections=tuple(replace(each, questions=tuple(each.questions)) for each in version.sections))
        for version in sheet.versions
    )
    return asdict(replace(sheet, versions=versions))


def without_key(version: Version) -> Version:
    """The version as the student may see it: no reply, key, place, explanation or marking rule is left in it."""
    sections = tuple(
        replace(each, rule="", questions=Questions(partial(map, _bare, each.questions), len(each.questions)))
        for each in version.sections
    )
    return replace(version, sections=sections)


def _bare(question: Question) -> Question:
    q = question
    return Question(
        number=q.number,
        layout=q.layout,
        items=q.items,
        keys=(),
        stem=q.stem,
        replies=(),
        points=q.points,
        ask=q.ask,
        cite=q.cite,
        rows=q.rows,
        options=q.options,
        columns=q.columns,
        room=q.room,
        reading=q.reading,
    )


def shown_points(points: float) -> str:
    """``2`` or ``2.5``: halves are legal on Chinese papers."""
    return f"{points:g}"
