"""Words on cards, sheets and pages: one JSON table a room under `data/words/`, a language a column."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from flashcards.errors import BadConfiguration

LANGUAGES = ("zh-Hans", "zh-Hant")


@cache
def words(room: str, lang: str) -> dict[str, str]:
    """The words of one room (``anki``, ``quiz``, ``selftest`` …) in one language, by key.

    Raises BadConfiguration for a language that no table has.
    """
    if lang not in LANGUAGES:
        raise BadConfiguration(f"unknown language {lang!r}; known: {', '.join(LANGUAGES)}")
    table = json.loads(files("flashcards").joinpath("data", "words", f"{room}.json").read_text(encoding="utf-8"))
    return {key: row[lang] for key, row in table.items()}
