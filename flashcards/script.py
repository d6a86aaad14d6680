"""Traditional and simplified views of a text; the only importer of opencc. Displayed text is never converted."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# Han that t2s changes: 28 to 32 % of real traditional text, under 0.2 % of simplified and classical text in
# simplified script; a traditional text holds under 5 % that s2t would change (里, 后, 云 … are words of both).
_LEAST_SHARE = 0.02
_SURROGATE = re.compile("[\ud800-\udfff]")
_known: set[str] = set()
_traditional: set[str] = set()
_simplified: set[str] = set()


def is_traditional(text: str) -> bool:
    """Whether more of the text's Han are traditional-only than simplified-only, and at least one in fifty is."""
    characters = set(text)
    for character in characters - _known:
        _classify(character)
    if characters.isdisjoint(_traditional):
        return False
    traditional = sum(map(_traditional.__contains__, text))
    if traditional <= sum(map(_simplified.__contains__, text)):
        return False
    return traditional >= _LEAST_SHARE * sum(map(_is_han, text))


def simplified_shadow(text: str) -> str:
    """The text in simplified script at equal length, so that offsets in it hold in ``text``.

    By phrases (乾隆 keeps its 乾, 計畫 becomes 计划); character by character where phrases would change the length.
    """
    shadow = to_simplified(text)
    if len(shadow) == len(text):
        return shadow
    return "".join(map(_simplified_character, text))


def to_simplified(text: str) -> str:
    """The text in simplified script, by phrases (opencc t2s); its length may differ."""
    return _convert("t2s", text)


def to_traditional(text: str) -> str:
    """The text in traditional script, by phrases (opencc s2t); its length may differ."""
    return _convert("s2t", text)


def _convert(config: str, text: str) -> str:
    try:
        return str(_converter(config).convert(text))
    except UnicodeEncodeError:  # lone surrogates cannot cross into C; all else is converted around them
        parts = _SURROGATE.split(text)
        marks = [*_SURROGATE.findall(text), ""]
        return "".join(_convert(config, part) + mark for part, mark in zip(parts, marks, strict=True))


@cache
def _converter(config: str) -> Any:
    from opencc import OpenCC

    return OpenCC(config)


@cache
def _simplified_character(character: str) -> str:
    simple = to_simplified(character)
    return simple if len(simple) == 1 else character


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000"


def _classify(character: str) -> None:
    """Note whether a character is traditional only, simplified only, or neither (at most the characters of Unicode)."""
    if _is_han(character):
        if to_simplified(character) != character:
            _traditional.add(character)
        elif to_traditional(character) != character:
            _simplified.add(character)
    _known.add(character)
