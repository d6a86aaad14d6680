"""Measures and marks of a printed sheet: widths of blanks, columns of options, letters and Chinese numerals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from flashcards.sheet.drafts import Draft
from flashcards.sheet.model import Blank

# Handwriting takes about one and a half printed characters; a class of widths tells nothing about the answer.
BUCKETS = ((3, 5), (5, 8), (9, 13), (14, 20), (24, 36), (48, 72))
WIDEST = 108  # em: three lines
EQUAL = 8
CELLS = 40
LINE = 36  # em of text on a line of A4, A3 and 8K columns; Letter has one more
# What no page, XML or PDF may hold: control characters but tab and line feed, surrogates, noncharacters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
DIGITS = "零一二三四五六七八九"


def blank(mode: str, text: str, reply: int, longest: float) -> Blank:
    """The blank of a reply; ``bucket`` takes one width class for a section, by its longest answer in em."""
    if mode == "grid":
        return Blank(0, reply, cells=min(len(text), CELLS))
    if mode == "exact":
        return Blank(min(ceil(em(text)) + 1, WIDEST), reply)
    return Blank(EQUAL if mode == "equal" else bucket(longest), reply)


class Outline(NamedTuple):
    """What a section must know of all its questions: layout, number of answers, longest answer with a blank (em)."""

    layout: str
    units: int
    longest: float


def outline(draft: Draft) -> Outline:
    """The outline of a question."""
    longest = max((em(draft.replies[part].text) for part in draft.stem if isinstance(part, int)), default=0.0)
    return Outline(draft.layout, draft.units, longest)


@lru_cache(maxsize=16)  # a section has one
def bucket(length: float) -> int:
    """The width class in em for an answer of so many em."""
    return next((width for most, width in BUCKETS if length <= most), WIDEST)


def em(text: str) -> float:
    """The printed width of a text in em: a Chinese character is one, a Latin one about a half."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.55 for char in text)


def columns(options: Sequence[str]) -> int:
    """Options stand in 4, 2 or 1 columns, as the widest one allows (letter and dot take two em)."""
    widest = max(map(em, options), default=0) + 2.5
    return next((count for count in (4, 2) if widest <= LINE / count), 1)


def letter(index: int) -> str:
    """A, B, … Z, AA, AB, … for option 0, 1, …"""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def numeral(number: int) -> str:
    """一 to 九十九, as sections are numbered."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones or not tens else "")


def printable(text: str) -> str:
    """The text with a replacement character (U+FFFD) for every one that no output may hold."""
    return UNPRINTABLE.sub("\ufffd", text)
