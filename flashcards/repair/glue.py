"""Putting two lines together: what goes between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

LATIN = re.compile("[A-Za-z0-9]+")
ITERATED = frozenset("々〇")  # no ideographs to Unicode, but written as such
MARKS = frozenset("“”‘’…—·•")  # wide between Chinese characters


def spaced_habit(texts: Iterable[str]) -> bool:
    """Whether a document writes a space between Chinese and Latin words, counted inside its lines.

    >>> spaced_habit(["用 Vim 写"]), spaced_habit(["用Vim写"]), spaced_habit([])
    (True, False, False)
    """
    counts = [joints(text) for text in texts if LATIN.search(text)]
    return sum(spaced for spaced, _ in counts) > sum(close for _, close in counts)


def joints(text: str) -> tuple[int, int]:
    """How often a Chinese character and a Latin word meet with a space between them and without, none counted twice.

    >>> joints("用Vim写 8 行")
    (1, 2)
    """
    spaced = close = 0
    free = near = 0  # what lies before is counted, with a space and without
    for word in LATIN.finditer(text):
        start, end = word.span()
        before, after = text[max(0, start - 2) : start], text[end : end + 2]
        if before[-1:] == " ":
            if start - 2 >= free and is_han(before[0]):
                spaced, free = spaced + 1, start + 1
        elif before and start > near and is_han(before[-1]):
            close, near = close + 1, start + 1
        if after[:1] == " ":
            if end > free and is_han(after[1:]):
                spaced, free = spaced + 1, end + 2
        elif end > near and is_han(after[:1]):
            close, near = close + 1, end + 1
    return spaced, close


def is_han(character: str) -> bool:
    """Whether a character is an ideograph of any plane, a radical, 々 or 〇.

    >>> [is_han(c) for c in "国々〇⺀，aあ"]
    [True, True, True, True, False, False, False]
    """
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\u2e80" <= character <= "\u2fdf"
        or character in ITERATED
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U000323af"
    )


@lru_cache(maxsize=20_000)
def is_wide(character: str) -> bool:
    """Whether a character is as wide as a Chinese one and written without spaces around it."""
    return (
        is_han(character)
        or "\u3000" <= character <= "\u30ff"
        or "\uff00" <= character <= "\uffef"
        or character in MARKS
    )


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
        meets = spaced and word.isascii() and word.isalnum() and is_han(other)
        return "", " " if meets and not (wide_last and wide_first) else ""
    if last in "-\u00ad\u0002" and len(before) > 1 and before[-2].isalpha():
        return (last, "") if first.islower() else ("", "")
    digits = first.isdigit() and (last.isdigit() or (last in ",." and before[-2:-1].isdigit()))
    return "", "" if digits or last in "/([{<" or first in ")]},.;:!?%/" else " "
