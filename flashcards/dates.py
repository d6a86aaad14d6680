"""Dates as Chinese texts write them -> ISO, partial dates allowed."""

from __future__ import annotations

import re
from datetime import date

NUMERALS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "Ｏ": "0",
    "两": "2",
    "元": "1",
}
_HAN = "〇零○一二三四五六七八九十廿卅"
DATE = re.compile(
    r"(?P<year>[12]\d{3}|[〇零○一二三四五六七八九]{4})\s*年"
    rf"(?:\s*(?P<month>1[0-2]|0?[1-9]|[正一二三四五六七八九十]{{1,2}})\s*月"
    rf"(?:\s*(?P<day>3[01]|[12]\d|0?[1-9]|[{_HAN}]{{1,3}})\s*[日号])?)?"
    r"|(?P<iso>[12]\d{3}(?P<sep>[-./])(?:1[0-2]|0?[1-9])(?:(?P=sep)(?:3[01]|[12]\d|0?[1-9]))?)(?!\d)"
)


def number(text: str) -> int | None:
    """A number below 100 in Arabic, fullwidth or Chinese numerals.

    >>> number("二十一"), number("十"), number("廿三"), number("07"), number("正")
    (21, 10, 23, 7, 1)
    """
    if text.isdecimal():
        return int(text)
    text = text.replace("正", "一").replace("廿", "二十").replace("卅", "三十")
    tens, ten, units = text.partition("十")
    if ten:
        return 10 * (int(NUMERALS[tens]) if tens else 1) + (int(NUMERALS[units]) if units else 0)
    digits = "".join(NUMERALS.get(c, "") for c in text)
    return int(digits) if len(digits) == len(text) and digits else None


def iso(match: re.Match[str]) -> str | None:
    """The ISO form of a match of `DATE`, or None for a day that no calendar has (2023年2月30日).

    >>> [iso(DATE.match(s)) for s in ("2023年5月10日", "一九三七年八月一日", "2023.5", "2023年2月30日")]
    ['2023-05-10', '1937-08-01', '2023-05', None]
    """
    if match["iso"]:
        parts: list[int | None] = [int(part) for part in re.split(r"[-./]", match["iso"])]
    else:
        year = match["year"]
        parts = [int("".join(NUMERALS.get(c, c) for c in year))]
        parts += [number(match[name]) for name in ("month", "day") if match[name]]
    if None in parts:
        return None
    numbers = [part for part in parts if part is not None]
    try:
        date(*[*numbers, 1, 1][:3])
    except ValueError:
        return None
    return "-".join(f"{part:0{width}d}" for part, width in zip(numbers, (4, 2, 2), strict=False))


def parse(text: str) -> str | None:
    """The ISO date that a text is, whole; None where it is something else. A bare year counts.

    >>> parse("2023-05"), parse("2023-13-40"), parse("1998"), parse("二〇二三年五月十日")
    ('2023-05', None, '1998', '2023-05-10')
    """
    text = text.strip()
    if re.fullmatch(r"[12]\d{3}", text):
        return text
    match = DATE.fullmatch(text)
    return iso(match) if match else None
