"""What the user asked for: one frozen record, filled from `flashcards.toml` and the command line's flags."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may change what a build makes. Flag name = field name = key in `flashcards.toml`.

    It is picklable, so that it travels to workers as it is.
    """

    # what is read
    encoding: str | None = None
    password: str | None = None
    # which phrases and gaps
    terms: Path | None = None
    stop: Path | None = None
    density: float = 1.0
    review: Path | None = None
    # which items
    kind: tuple[str, ...] = ()  # empty: every kind
    mix: dict[str, float] = field(default_factory=dict)  # empty: the default shares
    recite: bool = False
    # how they are shown
    lang: str = "zh-Hans"
    project: str | None = None
    # the quiz sheet (sheet/options.py checks them)
    items: str | None = None  # a number or "all"; None: 30 on a sheet, at most 500 in a self-test
    seed: int = 1
    versions: tuple[str, ...] = ()  # empty: one version without a letter
    layout: tuple[str, ...] = ()  # empty: every kind in its usual section
    blank: str = "bucket"
    paper: str = "a4"
    points: int | None = None
    minutes: int | None = None
    title: str | None = None
    source: str | None = None
    passages: str | None = None
    seal: str = "none"
    score_table: bool = False
    show_passage: bool = False
    teacher: bool = False
    fonts: Path | None = None  # folder of fonts for PDF, before the system's
    numbering: str = "continuous"
    # the Anki deck
    context: bool = False  # the sentences around show on the back at once, not folded
    typed: bool = False  # the answer is typed
    split: int | None = None  # at most so many notes in one package
    # learner's aids (extra `learner`); all off by default
    pinyin: bool = False
    gloss: bool = False
    script: str | None = None  # None: as the text is; zh-Hans, zh-Hant or both
    level: str | None = None
    tts: bool = False
    readings: Path | None = None
    glossary: Path | None = None


def anchored(settings: Settings) -> Settings:
    """The same with absolute paths: another process may stand in another folder."""
    values = {each.name: getattr(settings, each.name) for each in fields(settings)}
    absolute: dict[str, Any] = {name: path.absolute() for name, path in values.items() if isinstance(path, Path)}
    return replace(settings, **absolute)


def read_beside(settings: Settings) -> tuple[Path, ...]:
    """The files that a document's items and cards are made of beside its text, where they exist."""
    named = (settings.terms, settings.stop, settings.review, settings.readings, settings.glossary)
    return tuple(path for path in named if path is not None and path.exists())
