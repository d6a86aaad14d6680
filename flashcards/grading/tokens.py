"""An answer cut into what is compared: a character each, or a number, a unit, a part of a date each.

A token has a canonical form, by which it is compared, and the text as it was written, which a difference shows; so
二十 and 20, 5公里 and 5000 m, 2023.9.7 and 2023年9月7日 are equal and are never marked as mistakes.
`templates/selftest/grading.js` is the same code in JavaScript, held to it by one table of cases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flashcards.numerals import RUN, shifted, value


@dataclass(frozen=True, slots=True)
class Token:
    """``canon`` is compared, ``shown`` is what was written; ``number`` marks a value."""

    canon: str
    shown: str
    number: bool = False


_HAN = "零〇一二三四五六七八九十百千万亿萬億两兩廿卅壹贰貳叁參肆伍陆陸柒捌玖拾佰仟"
_ROUND_ZERO = re.compile("(?<=[〇○◯一二三四五六七八九])[○◯]|[○◯](?=[〇○◯一二三四五六七八九])")
_TIMES = re.compile(r"(?<=[0-9]) ?[*x✕] ?(?=[0-9])")
_DATE = re.compile(
    r"(1[0-9]{3}|20[0-9]{2})([-./])(0?[1-9]|1[0-2])(?:\2(0?[1-9]|[12][0-9]|3[01]))?"
    r"(?![0-9]|[.][0-9]|[%‰万亿萬億千百十])"
)
_SHARE = re.compile(f"(百|千|万|萬)分之(?=[0-9{_HAN}])")
_SHARES = {"百": "%", "千": "‰", "万": "‱", "萬": "‱"}
_ERA = re.compile(f"[公西]元(?=前?[0-9{_HAN}])")
_MINUS = re.compile(f"(?:负|負|零下)(?=[0-9{_HAN}])|[-−](?=[0-9])")
_RANGE = re.compile(f" ?(?:[-–—−~]{{1,2}}|至|到) ?(?=[0-9{_HAN}])")
# 五千米 is 5000 米 and 5 千米 alike, so the thousands are told from the number, not from the unit
_THOUSANDS = {"m": "公里|千米|km", "g": "公斤|千克|kg", "wh": "千瓦时|千瓦時|kwh", "w": "千瓦|kw"}
_UNITS = {
    "km2": "平方公里|平方千米|km2",
    "m2": "平方米|m2",
    "m3": "立方米|m3",
    "hm2": "公顷|公頃|hm2|ha",
    "cm": "厘米|釐米|公分|cm",
    "mm": "毫米|mm",
    "mg": "毫克|mg",
    "ml": "毫升|ml",
    "hz": "赫兹|赫茲|hz",
    "min": "分钟|分鐘|min",
    "h": "小时|小時",
    "度": "摄氏度|攝氏度|°c|°|度",
    "m": "米|m",
    "g": "克",
    "wh": "瓦时|瓦時",
    "w": "瓦",
    "元": "元|块|塊",
    "%": "%",
    "年": "年",
    "月": "月",
    "日": "日|号|號",
    "世纪": "世纪|世紀",
}
# the first that fits counts: longer words stand before their beginnings
_UNIT_ROWS = (
    *((canon, _UNITS[canon], 0) for canon in ("km2", "m2", "m3", "hm2")),
    *((canon, words, 3) for canon, words in _THOUSANDS.items()),
    *((canon, words, 0) for canon, words in _UNITS.items()),
)
_UNIT = re.compile("|".join(f"(?P<u{i}>{words})" for i, (_, words, _) in enumerate(_UNIT_ROWS)))
_ALWAYS = frozenset("+±×÷≤≥≠√%‰‱°$¥£€")
_LATIN_OR_DIGIT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def tokens(text: str, *, numbers: bool = True, same: Mapping[str, str] | None = None) -> list[Token]:
    """Cut a text into what is compared; ``numbers`` reads numbers, dates and units, ``same`` folds characters.

    A text of nothing but punctuation keeps its characters, so that an answer is never empty by folding.
    """
    clean = _clean(text)
    found = list(_scan(clean, same or {})) if numbers else [Token(c, c) for c in _settled(clean)]
    if numbers:
        found = _plain_years(_one_unit_a_range(found))
    return found or [Token(c, c) for c in clean if not c.isspace()]


def _clean(text: str) -> str:
    folded = _fold("".join(c for c in text if not _invisible(c)))
    return _TIMES.sub("×", _ROUND_ZERO.sub("〇", folded))


def _fold(text: str) -> str:
    lower = unicodedata.normalize("NFKC", text).lower().replace("ς", "σ")
    return unicodedata.normalize("NFKC", lower)


def _invisible(c: str) -> bool:
    return c not in "\t\n\r" and (
        unicodedata.category(c) in ("Cc", "Cf") or "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"
    )


def _settled(text: str) -> str:
    """The characters that count; repeated, since dropping one may let its neighbours compose."""
    for _ in range(4):
        kept = _fold("".join(c for i, c in enumerate(text) if _counts(text, i)))
        if kept == text:
            break
        text = kept
    return text


def _counts(text: str, i: int) -> bool:
    c = text[i]
    if c in _ALWAYS:
        return True
    if c in "<>=":
        return text[i - 1 : i] in _LATIN_OR_DIGIT or text[i + 1 : i + 2] in _LATIN_OR_DIGIT
    if c == "#":
        return "a" <= text[i - 1 : i] <= "z"
    return unicodedata.category(c)[0] not in "PSZ" and not c.isspace() and not _invisible(c)


def _scan(text: str, same: Mapping[str, str]) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if era := _ERA.match(text, at):
            at = era.end()
        elif date := _DATE.match(text, at):
            yield from _date(date)
            at = date.end()
        elif (number := _number(text, at)) is not None:
            at, parts = number
            yield from parts
        else:
            if _counts(text, at):
                c = text[at]
                yield Token(same.get(c, c), c)
            at += 1


def _date(match: re.Match[str]) -> Iterator[Token]:
    year, mark, month, day = match.groups()
    yield Token(year, year, True)
    yield Token("年", mark)
    yield Token(month.lstrip("0"), month, True)
    yield Token("月", mark if day else "")
    if day:
        yield Token(day.lstrip("0"), day, True)
        yield Token("日", "")


def _number(text: str, at: int) -> tuple[int, list[Token]] | None:
    """A number with its share (百分之), sign, unit and a following range mark; where it ends."""
    start, found, suffix, sign = at, [], None, ""
    if share := _SHARE.match(text, at):
        at, suffix = share.end(), _SHARES[share[1]]
    elif (minus := _MINUS.match(text, at)) and not (at and text[at - 1].isalnum()):
        at, sign = minus.end(), "-"
    run = RUN.match(text, at)
    plain = None if run is None else "100" if suffix == "%" and run[0] == "百" else value(run[0])
    if run is None or plain is None:
        return None
    at = run.end()
    unit = _unit(text, at)
    if unit and unit[0] in "月日":
        plain = plain.lstrip("0") or "0"
    elif unit and unit[2]:
        plain = shifted(plain, unit[2])
    found.append(Token(sign + plain, text[start:at], True))
    if suffix:
        found.append(Token(suffix, ""))
    elif unit:
        found.append(Token(unit[0], text[at : unit[1]]))
        at = unit[1]
    if (between := _RANGE.match(text, at)) and _is_number(text, between.end()):
        found.append(Token("~", between[0].strip()))
        at = between.end()
    return at, found


def _is_number(text: str, at: int) -> bool:
    """Whether a number, or a share such as 百分之二十, begins here."""
    share = _SHARE.match(text, at)
    run = RUN.match(text, share.end() if share else at)
    return run is not None and value(run[0]) is not None


def _unit(text: str, at: int) -> tuple[str, int, int] | None:
    """The canonical unit behind a number (a space between them allowed), where it ends, and its power of ten."""
    start = at + 1 if text[at : at + 1] == " " else at
    match = _UNIT.match(text, start)
    if match is None or match.lastgroup is None:
        return None
    # 5m, but not 5mb
    if match[0][-1] in _LATIN_OR_DIGIT and text[match.end() : match.end() + 1] in _LATIN_OR_DIGIT:
        return None
    canon, _, power = _UNIT_ROWS[int(match.lastgroup[1:])]
    return canon, match.end(), power


def _one_unit_a_range(found: list[Token]) -> list[Token]:
    """1937年至1945年 is 1937—1945年: the first unit goes where the second is the same."""
    kept = []
    for i, token in enumerate(found):
        ranged = i >= 1 and i + 3 < len(found) and found[i + 1].canon == "~" and found[i - 1].number
        if ranged and not token.number and found[i + 2].number and found[i + 3].canon == token.canon:
            continue
        kept.append(token)
    return kept


def _plain_years(found: list[Token]) -> list[Token]:
    """A year and nothing else may be given without 年."""
    if len(found) == 2 and found[1].canon == "年" and found[0].number and len(found[0].canon) == 4:
        return [Token(found[0].canon, found[0].shown + found[1].shown, True)]
    return found
