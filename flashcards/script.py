"""Traditional and simplified views of a text; the only importer of opencc. Displayed text is never converted here."""

from __future__ import annotations

from functools import cache
from typing import Any

# Shares of Han that change: real traditional text 0.28 to 0.32 by t2s against under 0.05 by s2t, simplified text
# (classical too) under 0.002 by t2s. One clear traditional text therefore has far more of the first than the second.
_LEAST_SHARE = 0.02


def is_traditional(text: str) -> bool:
    """Whether more Han of the text are written only in traditional than only in simplified script (and 2 % are)."""
    traditional, simplified = _only()
    han = simple = complex_ = 0
    for character, count in _counts(text).items():
        if "\u3400" <= character <= "\u9fff":
            han += count
            complex_ += count if character in traditional else 0
            simple += count if character in simplified else 0
    return complex_ > simple and complex_ >= _LEAST_SHARE * han


def simplified_shadow(text: str) -> str:
    """The text with each traditional character replaced by its simplified one: equal length, offsets stay valid."""
    return text.translate(_shadow_table())


def to_simplified(text: str) -> str:
    """The text in simplified script, phrase by phrase (opencc t2s); its length may differ."""
    return str(_converter("t2s").convert(text))


def to_traditional(text: str) -> str:
    """The text in traditional script, phrase by phrase (opencc s2t); its length may differ."""
    return str(_converter("s2t").convert(text))


def _counts(text: str) -> dict[str, int]:
    from collections import Counter

    return Counter(text)


@cache
def _converter(config: str) -> Any:
    from opencc import OpenCC

    return OpenCC(config)


@cache
def _shadow_table() -> dict[int, str]:
    """Traditional code point -> simplified character, asked of opencc once for the blocks it has characters in."""
    points = [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0x20000, 0x2A6E0)]
    plain = "\n".join(map(chr, points))
    table = {}
    for point, character in zip(points, to_simplified(plain).split("\n"), strict=True):
        if len(character) == 1 and ord(character) != point:
            table[point] = character
    return table


@cache
def _only() -> tuple[frozenset[str], frozenset[str]]:
    """Characters written in traditional text only, and in simplified text only."""
    table = _shadow_table()
    traditional = frozenset(map(chr, table))
    return traditional, frozenset(table.values()) - traditional - _shared()


@cache
def _shared() -> frozenset[str]:
    """Simplified characters that traditional text uses as well (后, 里, 云 …): opencc leaves them alone one by one."""
    candidates = sorted(set(_shadow_table().values()))
    kept = to_traditional("\n".join(candidates)).split("\n")
    return frozenset(a for a, b in zip(candidates, kept, strict=True) if a == b)
