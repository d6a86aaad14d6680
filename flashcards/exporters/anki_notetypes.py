"""The note types: names, ids, fields and templates, as plain data. Their fields are frozen since the first release.

Fields, templates and the types themselves are told apart by fixed ids, so that a new wording or style arrives as an
update of the learner's note type, never as a second one. Only the text of templates and the style may ever change.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from flashcards.templates import template_path
from flashcards.words import words

if TYPE_CHECKING:
    from flashcards.settings import Settings

FIELDS = (
    "Key",
    "Text",
    "Answer",
    "Options",
    "Explanation",
    "Before",
    "After",
    "Passage",
    "SourceTitle",
    "Author",
    "Date",
    "Place",
    "Occasion",
    "Locator",
    "Url",
    "Pinyin",
    "Gloss",
    "Level",
    "OtherScript",
    "Audio",
    "Spare1",
    "Spare2",
    "Spare3",
    "Spare4",
    "Spare5",
)
SORT_FIELD = FIELDS.index("Text")


@dataclass(frozen=True, slots=True)
class Kind:
    """The note type of a kind of item. ``cloze``: Anki makes its card from ``c1`` in Text; else from Text as it is."""

    id: int
    name: str
    cloze: bool


# Never change an id, a name's meaning or `cloze`: a learner's cards hang on them.
KINDS: dict[str, Kind] = {
    "cloze": Kind(1787512345001, "flashcards-zh cloze", True),
    "list": Kind(1787512345002, "flashcards-zh list", True),
    "choice": Kind(1787512345003, "flashcards-zh choice", True),
    "truefalse": Kind(1787512345004, "flashcards-zh true-false", False),
    "source": Kind(1787512345005, "flashcards-zh source", True),
    "term": Kind(1787512345006, "flashcards-zh term", True),
    "recitation": Kind(1787512345007, "flashcards-zh recitation", True),
}


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type with its text: what `exporters/apkg` gives to Anki."""

    id: int
    name: str
    cloze: bool
    front: str
    back: str
    css: str
    field_ids: tuple[int, ...]
    template_id: int


def note_types(settings: Settings) -> dict[str, NoteType]:
    """Every kind's note type in the language and with the aids that the settings ask for."""
    css = _read("style.css")
    return {
        kind: NoteType(
            id=row.id,
            name=row.name,
            cloze=row.cloze,
            front=_fill(_read(f"{kind}.front.html"), settings),
            back=_fill(_read(f"{kind}.back.html"), settings),
            css=css,
            field_ids=tuple(row.id * 100 + at for at in range(1, len(FIELDS) + 1)),
            template_id=row.id * 100 + 99,
        )
        for kind, row in KINDS.items()
    }


def fingerprints(settings: Settings) -> dict[str, str]:
    """A hash of each note type's text: the ledger moves its modification time only when this moves."""
    return {
        kind: sha256(json.dumps([each.name, each.front, each.back, each.css]).encode("ascii")).hexdigest()[:32]
        for kind, each in note_types(settings).items()
    }


def _read(name: str) -> str:
    return template_path(f"anki/{name}").read_text(encoding="utf-8").strip("\n")


def _fill(template: str, settings: Settings) -> str:
    """Put in the parts (``@part:name@``), keep or drop what depends on a setting, put in the words (``@word@``)."""
    template = re.sub(r"@part:([a-z]+)@", lambda match: _read(f"{match[1]}.part.html"), template)
    chosen = {"tts": settings.tts, "typed": settings.typed, "context": settings.context}
    for name, value in chosen.items():
        kept = r"\1" if value else r"\2"
        template = re.sub(rf"@if:{name}@(.*?)@else@(.*?)@end@", kept, template, flags=re.DOTALL)
    table = words("anki", settings.lang)
    return re.sub(r"@([a-z-]+)@", lambda match: table[match[1]], template)
