"""Learner's aids as fields of an Anki note: ruby, meanings, level, the other script. They show on the back only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flashcards import learner
from flashcards.exporters.anki_notetypes import FIELDS
from flashcards.exporters.anki_text import escape, guard

if TYPE_CHECKING:
    from flashcards.learner.gloss import Gloss
    from flashcards.model import Item
    from flashcards.settings import Settings

SINCE = "aids"  # among the bank's note types: when what the aids say last changed


def added(values: Sequence[str], item: Item, settings: Settings, table: Mapping[str, str]) -> tuple[str, ...]:
    """A note's fields with the aids for ``item`` in their places; ``table`` is the language's words."""
    found = learner.aids(item, settings)
    aids = {
        "Pinyin": _ruby(found.pinyin),
        "Gloss": _glosses(found.gloss),
        "Level": escape(found.level.label) if found.level else "",
        "OtherScript": _other(found, table),
    }
    return tuple(guard(aids.get(name, "")) or value for name, value in zip(FIELDS, values, strict=True))


def tags(item: Item, settings: Settings) -> list[str]:
    """The tag of an item's level, where levels are on: ``level::hsk4``."""
    found = learner.level_of(item, settings) if settings.level else None
    return [f"level::{found.tag}"] if found else []


def _ruby(readings: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f"<ruby>{escape(run)}<rt>{escape(syllable)}</rt></ruby>" if syllable else escape(run)
        for run, syllable in readings
    )


def _glosses(glosses: Sequence[Gloss]) -> str:
    if not glosses:
        return ""
    rows = "".join(
        f'<li><span class="word">{escape(each.word)}</span> <span class="reading">{escape(each.reading)}</span> '
        f"{escape(each.meaning)}</li>"
        for each in glosses
    )
    licence = "" if all(each.own for each in glosses) else f'<div class="licence">{escape(learner.LICENCE)}</div>'
    return f"<ul>{rows}</ul>{licence}"


def _other(found: learner.Aids, table: Mapping[str, str]) -> str:
    if not found.other:
        return ""
    return f'<span class="label">{escape(table[f"script-{found.other_script}"])}</span> {escape(found.other)}'
