"""Putting two lines together: what goes between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

HAN = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
WIDE = f"[{HAN}\u3000-\u303f\u3040-\u30ff\uff00-\uffef“”‘’…—·•]"
LATIN = re.compile("[A-Za-z0-9]")
SPACED = re.compile(f"[{HAN}] [A-Za-z0-9]|[A-Za-z0-9] [{HAN}]")
CLOSE = re.compile(f"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]")


def spaced_habit(texts: Iterable[str]) -> bool:
    """Whether a document writes a space between Chinese and Latin words, counted inside its lines.

    >>> spaced_habit(["用 Vim 写"]), spaced_habit(["用Vim写"]), spaced_habit([])
    (True, False, False)
    """
    spaced = close = 0
    for text in filter(LATIN.search, texts):
        spaced += len(SPACED.findall(text))
        close += len(CLOSE.findall(text))
    return spaced > close


@lru_cache(maxsize=20_000)
def is_wide(character: str) -> bool:
    """Whether a character is as wide as a Chinese one and written without spaces around it."""
    return bool(re.match(WIDE, character))


def glue(before: str, after: str, *, spaced: bool = False) -> tuple[str, str]:
    """What to cut from the end of ``before`` (a hyphen or nothing) and what to put between the two.

    >>> glue("高质", "量"), glue("the", "next"), glue("exam-", "ple"), glue("用", "Vim", spaced=True), glue("40", "多")
    (('', ''), ('', ' '), ('-', ''), ('', ' '), ('', ''))
    """
    if not before or not after:
        return "", ""
    last, first = before[-1], after[0]
    wide_last, wide_first = is_wide(last), is_wide(first)
    if wide_last or wide_first:
        word = first if wide_last else last
        other = last if wide_last else first
        meets = spaced and word.isascii() and word.isalnum() and bool(re.match(f"[{HAN}]", other))
        return "", " " if meets and not (wide_last and wide_first) else ""
    if last in "-\u00ad\u0002" and len(before) > 1 and before[-2].isalpha():
        return (last, "") if first.islower() else ("", "")
    digits = first.isdigit() and (last.isdigit() or (last in ",." and before[-2:-1].isdigit()))
    return "", "" if digits or last in "/([{<" or first in ")]},.;:!?%/" else " "
