"""What a user may ask of a sheet, checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flashcards.errors import BadConfiguration
from flashcards.model import Item
from flashcards.settings import Settings

ITEMS = 30
LAYOUTS = ("fill", "choice", "truefalse", "wordbank", "list", "match", "order", "recitation", "source", "term")
EXTRA_LAYOUTS = ("pinyin", "spelling")  # by name only: they need the extra `learner`
DEFAULT_LAYOUT = ("fill", "choice", "truefalse", "list", "recitation", "source", "term")
BLANKS = ("bucket", "equal", "exact", "grid")
PAPERS = ("a4", "a3", "8k", "letter")
SEALS = ("none", "first", "all")
NUMBERINGS = ("continuous", "section")
VERSIONS = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """A sheet as asked for. ``items`` None means all; ``layout`` names the sections in their order.

    ``keys`` limits the sheet to those items (错题卷); ``passages`` is a first and last passage number;
    ``points`` None gives each kind its usual points. Raises BadConfiguration for a value that no sheet can have.
    """

    items: int | None = ITEMS
    seed: int = 1
    versions: tuple[str, ...] = ("",)
    layout: tuple[str, ...] = DEFAULT_LAYOUT
    blank: str = "bucket"
    paper: str = "a4"
    points: int | None = None
    minutes: int | None = None
    title: str | None = None
    source: str | None = None
    passages: tuple[int, int] | None = None
    keys: frozenset[str] | None = None
    seal: str = "none"
    score_table: bool = False
    show_passage: bool = False
    numbering: str = "continuous"
    readings: Path | None = None
    pinyin: bool = False
    lang: str = "zh-Hans"

    def __post_init__(self) -> None:
        for flag, value, known in (
            ("blank", self.blank, BLANKS),
            ("paper", self.paper, PAPERS),
            ("seal", self.seal, SEALS),
            ("numbering", self.numbering, NUMBERINGS),
        ):
            if value not in known:
                raise BadConfiguration(f"unknown --{flag} {value!r}; known: {', '.join(known)}")
        for layout in self.layout:
            if layout not in (*LAYOUTS, *EXTRA_LAYOUTS):
                names = ", ".join((*LAYOUTS, *EXTRA_LAYOUTS))
                raise BadConfiguration(f"unknown --layout {layout!r}; known: {names}, all")
        for version in self.versions:
            if version not in (*VERSIONS, ""):
                raise BadConfiguration(f"unknown version {version!r}; known: {', '.join(VERSIONS)}")
        if not self.layout or len(set(self.layout)) < len(self.layout) or len(set(self.versions)) < len(self.versions):
            raise BadConfiguration("--layout and --versions want different names, each once")
        if self.items is not None and self.items < 1:
            raise BadConfiguration(f"--items wants a number from 1, or all, not {self.items}")
        if self.points is not None and self.points < 1:
            raise BadConfiguration(f"--points wants a number from 1, not {self.points}")
        if self.minutes is not None and self.minutes < 1:
            raise BadConfiguration(f"--minutes wants a number from 1, not {self.minutes}")


def from_settings(settings: Settings) -> SheetOptions:
    """The sheet that a build's settings ask for. Raises BadConfiguration for a value that no sheet can have."""
    return SheetOptions(
        items=items(settings.items),
        seed=settings.seed,
        versions=settings.versions or ("",),
        layout=layouts(settings.layout),
        blank=settings.blank,
        paper=settings.paper,
        points=settings.points,
        minutes=settings.minutes,
        title=settings.title,
        source=settings.source,
        passages=None if settings.passages is None else span(settings.passages),
        seal=settings.seal,
        score_table=settings.score_table,
        show_passage=settings.show_passage,
        numbering=settings.numbering,
        readings=settings.readings,
        pinyin=settings.pinyin,
        lang=settings.lang,
    )


def items(value: str | None) -> int | None:
    """How many items: a number, ``all`` (None), or the default of 30 where nothing is said. Raises BadConfiguration."""
    if value is None:
        return ITEMS
    if value == "all":
        return None
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise BadConfiguration(f"--items wants a number from 1, or all, not {value!r}")
    return int(value)


def layouts(values: tuple[str, ...]) -> tuple[str, ...]:
    """Section layouts from names, comma-separated or not; none means the default, ``all`` every one."""
    names = tuple(name.strip() for value in values for name in value.split(",") if name.strip())
    return LAYOUTS if names == ("all",) else names or DEFAULT_LAYOUT


def span(value: str) -> tuple[int, int]:
    """``3-7`` or ``5`` as first and last passage number. Raises BadConfiguration for anything else."""
    match = re.fullmatch(r"([0-9]+)(?:[-–—~～]([0-9]+))?", value.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last:
        raise BadConfiguration(f"--passages wants numbers such as 3-7, not {value!r}")
    return first, last


def wanted(options: SheetOptions) -> Callable[[Item], bool]:
    """Whether an item is in the part of the bank that the sheet is about."""

    def holds(item: Item) -> bool:
        number = item.passage.number
        return (
            (options.passages is None or options.passages[0] <= number <= options.passages[1])
            and (options.source is None or marker(item.passage.source.marker or "") == marker(options.source))
            and (options.keys is None or item.key in options.keys)
        )

    return holds


def marker(text: str) -> str:
    """A note's marker as typed: ``④``, ``[4]``, ``4`` and ``（4）`` are one."""
    return unicodedata.normalize("NFKC", text).strip(" []()【】〔〕")
