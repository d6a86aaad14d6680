"""Plausible neighbours of a number or a date: what somebody would write who remembers it nearly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from flashcards.numerals import value

_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_HAN = "零〇一二两三四五六七八九十百千万亿"
NUMERALS = rf"\d{_HAN}"  # what the number of a quantity begins with
MEASURES = (  # and what its unit begins with
    "年月号时秒天周岁个对条种项次位名人户家座台件张本页章届级度％%倍米里元吨斤克千公平方立亩顷块层卷首篇艘辆架支所处段场轮"
    "批类世纪省市县区期点颗株棵匹根股门枚口道件幅亿万毫厘厘分升卡兆字寸尺丈"
)
_UNIT = f"(?:年代|[{MEASURES}])"
_ABOUT = "(?:左右|以上|以下|以内|多|余)?"
DATE = re.compile(r"(?P<year>\d{4})年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?")
# A phrase that is a quantity: a number with what may stand before it, and its measure words.
QUANTITY = re.compile(
    rf"(?:约|近|超过|大约|至少|不足|第|公元前|前)?(?P<number>{_ARABIC}|[{_HAN}]+)(?:多|余|来)?(?P<unit>{_UNIT}{{0,3}}){_ABOUT}"
)
_FIRST = re.compile(rf"{_ARABIC}|[{_HAN}]+")
_WORDS = frozenset(
    ("四周", "十分", "万分", "百分", "一度", "一时", "一道", "一门", "一批", "一层", "两样", "千秋", "百年")
)
_ROUGHLY = ("左右", "上下", "多", "余", "以")
_ORDINAL = ("年级", "年級", "等", "级", "級", "号", "號", "月", "日", "世")
_DIGITS = "一二三四五六七八九"
_YEARS = (1, 2, 3, 5, 10)
_OLD_YEARS = (10, 5, 20, 8, 30)


@lru_cache(maxsize=1 << 12)
def is_number(phrase: str) -> bool:
    """Whether a phrase is a quantity or a date, so that only quantities and dates can stand in for it.

    >>> [text for text in ("23对", "1972年", "三项", "一体化", "第一", "十四五", "95％", "1.4亿人") if is_number(text)]
    ['23对', '1972年', '三项', '第一', '95％', '1.4亿人']
    """
    if DATE.fullmatch(phrase):
        return True
    match = None if phrase in _WORDS else QUANTITY.fullmatch(phrase)
    if match is None or value(match["number"]) is None:
        return False
    return (
        bool(match["unit"]) or phrase.isdecimal() or "." in phrase or phrase[0] in "第约近" or len(match["number"]) > 1
    )


def neighbours(phrase: str) -> list[str]:
    """Other values for the first number of a phrase, nearest first, below and above it in turn; [] where it has none.

    Years move by years, days of a date by days and months within the calendar, percentages stay below a hundred,
    rounded numbers stay as round as they were, and Chinese numerals change one digit.

    >>> neighbours("23对")[:4], neighbours("三项")[:4], neighbours("1972年")[:2]
    (['22对', '24对', '21对', '25对'], ['两项', '四项', '五项', '六项'], ['1971年', '1973年'])
    """
    date = DATE.match(phrase)
    if date is not None and not phrase.startswith("代", date.end()):
        found = list(_dates(date))
        return [text + phrase[date.end() :] for text in found]
    match = _FIRST.search(phrase)
    if match is None:
        return []
    before, number, after = phrase[: match.start()], match[0], phrase[match.end() :]
    if number[0] in _HAN:
        return [before + other + after for other in _chinese(number, before, after)]
    return [before + other + after for other in _arabic(number, after, before)]


def _dates(date: re.Match[str]) -> Iterator[str]:
    year, month, day = (int(part) if part else 0 for part in date.group("year", "month", "day"))
    padded = any(part and part.startswith("0") for part in date.group("month", "day"))
    form = "{:02}" if padded else "{}"
    for step in _YEARS:
        for sign in (-1, 1):
            other = form.format((month - 1 + sign * step) % 12 + 1)
            moved = day + sign * (step + 1)
            if day:
                if 1 <= moved <= 28:
                    yield f"{year}年{form.format(month)}月{form.format(moved)}日"
                if day <= 28:
                    yield f"{year}年{other}月{form.format(day)}日"
            else:
                yield f"{year}年{other}月" if month else f"{year + sign * step}年"


def _chinese(number: str, before: str, after: str) -> Iterator[str]:
    """Below a hundred the neighbours in counting; above it the numeral with its last digit changed."""
    counts = not before.endswith("第") and not after.startswith(_ORDINAL)  # 两项, but 第二 and 二月
    known = value(number)
    if known is not None and known.isdecimal() and 0 < int(known) < 100 and number[0] not in "零〇":
        rounded = int(known) % 10 == 0 and (int(known) > 10 or after[:1] in tuple("多余來来"))
        unit = 10 if rounded and not after.startswith("世") and counts else 1
        for step in (unit, 2 * unit, 3 * unit):
            for other in (int(known) - step, int(known) + step):
                if 2 - (not counts) <= other <= _most(after):
                    yield "两" if other == 2 and counts else _written(other)
        return
    places = [index for index, character in enumerate(number) if character in _DIGITS + "两"]
    at = places[-1] if places else None
    if at is None:
        return
    digit = 2 if number[at] == "两" else _DIGITS.index(number[at]) + 1
    for step in (1, 2, 3):
        for other in (digit - step, digit + step):
            if 1 <= other <= 9:
                large = other == 2 and number[at + 1 : at + 2] in tuple("千万亿")
                yield number[:at] + ("两" if large else _DIGITS[other - 1]) + number[at + 1 :]


def _most(after: str) -> int:
    """The largest number below a hundred that a unit takes: there is no 十三月, and no 22世纪 yet."""
    return {"世": 21, "月": 12, "日": 31, "号": 31, "时": 24, "点": 24}.get(after[:1], 99)


def _written(number: int) -> str:
    """A number below a hundred in Chinese: 三, 十, 十九, 二十一."""
    tens, units = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens - 1] + "十"
    return head + (_DIGITS[units - 1] if units else "")


def _arabic(number: str, after: str, before: str) -> Iterator[str]:
    plain = number.replace(",", "")
    decimals = len(plain.partition(".")[2])
    whole = round(float(plain) * 10**decimals)
    most = 100 * 10**decimals if after.startswith(("％", "%")) else None
    if _most(after) < 99:
        most = (_most(after) + 1) * 10**decimals
    for step in _steps(plain, whole, before, after):
        for other in (whole - step, whole + step):
            if other > 0 and len(str(other)) >= len(str(whole)) - 1 and (most is None or other < most):
                text = f"{other / 10**decimals:.{decimals}f}"
                yield f"{other:,}" if "," in number and not decimals else text


def _steps(plain: str, whole: int, before: str, after: str) -> Iterable[int]:
    """How far neighbours lie: a rounded number stays as round, an exact one keeps its last digits, a year is a year."""
    if before.endswith("第") or after.startswith("世"):
        return (1, 2, 3, 4)
    if after.startswith("年代") and whole % 10 == 0:
        return (10, 20, 30)
    if after.startswith("年") and len(plain) in (3, 4):
        return _YEARS if whole >= 1800 and "前" not in before else _OLD_YEARS
    unit = 10 ** (len(str(whole)) - len(str(whole).rstrip("0")))
    five = 5 * 10 ** len(plain.partition(".")[2])
    if after.startswith(("％", "%")) and whole % five == 0:
        unit = five
    elif whole == unit and not any(word in after for word in _ROUGHLY):
        unit = max(unit // 10, 1)  # 10首 is 9首 or 11首
    elif whole // unit > 30:
        unit = max(unit, 10 ** (len(str(whole // 10)) - 1))
    return tuple(unit * step for step in (1, 2, 3, 4))
