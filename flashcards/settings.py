"""What the user asked for: one frozen record, filled from `flashcards.toml` and the command line's flags."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


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
    # learner's aids (extra `learner`); all off by default
    pinyin: bool = False
    gloss: bool = False
    script: str | None = None  # None: as the text is; zh-Hans, zh-Hant or both
    level: str | None = None
    tts: bool = False
    readings: Path | None = None
    glossary: Path | None = None
