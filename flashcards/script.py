"""Traditional and simplified views of a text; the only importer of opencc. Displayed text is never converted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain, compress
from operator import ne
from typing import Any

# Han that t2s changes: 28 to 32 % of real traditional text, under 0.2 % of simplified and classical text in
# simplified script; a traditional text holds under 5 % that s2t would change (里, 后, 云 … are words of both).
_LEAST_SHARE = 0.02
_SURROGATE = re.compile("[\ud800-\udfff]")
_COMMON = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))  # the Han of 16 bits
_RARE = (range(0x20000, 0x2A6E0),)
_IN_WORDS = "沈坏藉覆瞭哩衹甦"  # what simplified script writes otherwise in some words alone: 沈默, 答覆, 毛坏


def is_traditional(text: str) -> bool:
    """Whether more of the text's Han are traditional-only than simplified-only, and at least one in fifty is."""
    found = _perhaps_odd().findall(text)
    if not found:
        return False
    traditional = sum(map(_is_traditional, found))
    if traditional < _LEAST_SHARE * sum(map(len, _han_runs().findall(text))):
        return False
    return traditional > sum(map(_is_simplified, text))


def odd_characters(text: str) -> frozenset[str]:
    """The characters of a text that simplified script writes otherwise."""
    return frozenset(c for c in set(_perhaps_odd().findall(text)) if _simplified_character(c) != c)


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
    # Most texts are in simplified script, and opencc takes long to find nothing.
    return text if is_simplified(text) else _convert("t2s", text)


def is_simplified(text: str) -> bool:
    """Whether `to_simplified` changes neither a text nor any part of it: right when it says yes."""
    return _perhaps_changed().search(text) is None


def to_traditional(text: str) -> str:
    """The text in traditional script, by phrases (opencc s2t); its length may differ."""
    return _convert("s2t", text)


def script_forms(text: str) -> tuple[str, ...]:
    """The text in each script and in the standards of Taiwan and Hong Kong, each once, by phrases."""
    simple = to_simplified(text)
    traditional = to_traditional(simple)
    # s2tw and s2hk give the same, but each reads the large tables of s2t once more.
    forms = (simple, traditional, *(_convert(config, traditional) for config in ("t2tw", "t2hk")))
    return tuple(dict.fromkeys(forms))


def same_characters(characters: Iterable[str]) -> dict[str, str]:
    """Characters that count as one of these, each mapped to the simplified one that stands for all of them."""
    wanted = {_simplified_character(c) for c in characters if _is_han(c)}
    return {c: simple for c, simple in _simplified_of_all().items() if simple in wanted}


@cache
def _simplified_of_all() -> dict[str, str]:
    """Every character whose simplified form is another one."""
    return _simplified_of(_COMMON) | _simplified_of(_RARE)


@cache
def _simplified_of(blocks: tuple[range, ...]) -> dict[str, str]:
    """The characters of these blocks whose simplified form is another one; opencc is asked once for all."""
    characters = list(map(chr, chain.from_iterable(blocks)))
    shadows = _convert("t2s", "\n".join(characters)).split("\n")
    changed = compress(zip(characters, shadows, strict=True), map(ne, characters, shadows))
    return {c: s for c, s in changed if len(s) == 1}


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


@cache
def _han_runs() -> re.Pattern[str]:
    """Runs of what `_is_han` holds for; few texts ask for them, and such a pattern takes long to compile."""
    return re.compile("[\u3400-\u9fff\U00020000-\U0010ffff]+")


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000"


@cache
def _perhaps_odd() -> re.Pattern[str]:
    """The characters that simplified script writes otherwise, and all beyond 16 bits, which are asked one by one: a
    search tells that a text has none at several times the speed of a look at each of its characters."""
    return re.compile("[" + "".join(_simplified_of(_COMMON)) + "\U00020000-\U0010ffff]")


@cache
def _perhaps_changed() -> re.Pattern[str]:
    """The same, with those that simplified script writes otherwise in some words."""
    return re.compile(_perhaps_odd().pattern[:-1] + _IN_WORDS + "]")


@cache
def _is_traditional(character: str) -> bool:
    """Whether a character is of traditional script only (at most the characters of Unicode are remembered)."""
    return _is_han(character) and to_simplified(character) != character


@cache
def _is_simplified(character: str) -> bool:
    """Whether a character is of simplified script only. Few texts ask: the tables of s2t take long to load."""
    return _is_han(character) and to_simplified(character) == character != to_traditional(character)
