"""Characters that are taken for each other: alike in form (形近字, our own table) or in sound (同音字)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from flashcards.learner.pinyin import plain


def lookalikes(character: str) -> tuple[str, ...]:
    """Characters alike in form, in the order of the table.

    >>> lookalikes("己"), lookalikes("鑫")
    (('已', '巳'), ())
    """
    return _forms().get(character, ())


def homophones(character: str) -> tuple[str, ...]:
    """Common characters with the same reading, tone included, most common first."""
    return tuple(other for other in _sounds().get(plain(character)[0], ()) if other != character)


def confusables(word: str, wanted: int = 3) -> tuple[str, ...]:
    """Wrong spellings of a word that a learner may take for it: one character changed for one alike in form or sound.

    Form before sound, and the changes spread over the characters; no longer word is one of its own.
    """
    found: dict[str, None] = {}
    for kind in (lookalikes, homophones):
        for rank in range(4):
            for at, character in enumerate(word):
                others = kind(character)
                if rank < len(others):
                    found.setdefault(word[:at] + others[rank] + word[at + 1 :])
    return tuple(_not_words(found) if len(word) > 1 else found)[:wanted]


def _not_words(candidates: dict[str, None]) -> Iterator[str]:
    from flashcards.learner.gloss import is_word

    return (candidate for candidate in candidates if not is_word(candidate))


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    text = files("flashcards").joinpath("data", "lookalikes.txt").read_text(encoding="utf-8")
    found: dict[str, dict[str, None]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            for character in line:
                found.setdefault(character, {}).update(dict.fromkeys(c for c in line if c != character))
    return {character: tuple(others) for character, others in found.items()}


@cache
def _sounds() -> dict[str, tuple[str, ...]]:
    """Reading -> common characters that have it first, most common first."""
    found: dict[str, list[str]] = {}
    for character in _common():
        found.setdefault(plain(character)[0], []).append(character)
    return {reading: tuple(characters) for reading, characters in found.items()}


def _common() -> tuple[str, ...]:
    """The characters of the HSK lists by band: those that a learner meets, the first ones first."""
    from flashcards.learner.level import published

    table = published("characters")
    return tuple(sorted(table, key=lambda character: (table[character], character)))
