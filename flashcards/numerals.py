"""The value of a number, whichever way it is written: 20, 二十, 二〇, 廿, 1.4亿, 三点五, 1,000.

Exact (an integer and its number of decimals, no floats), and strict: what is no well-formed numeral has no value, so
十四五 (a five-year plan), 一五 and 千万 stay words. `templates/selftest/grading.js` is the same code in JavaScript;
the cases under `tests/cases/grading/` hold the two together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PLAIN = dict(zip("零〇一二三四五六七八九两兩", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 2), strict=True))
FORMAL = dict(zip("壹贰貳叁參肆伍陆陸柒捌玖", (1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9), strict=True))
DIGITS = PLAIN | FORMAL
UNITS = {"十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3}  # as powers of ten
BIG = {"万": 4, "萬": 4, "亿": 8, "億": 8}
ZEROS = "零〇"

_ASCII = r"[0-9]{1,3}(?:[, ][0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_HAN = "".join(DIGITS) + "".join(UNITS) + "".join(BIG) + "廿卅"
_POINT = f"[点點](?=[{''.join(PLAIN)}])"
PIECE = re.compile(f"{_ASCII}|{_POINT}|[{_HAN}]")
RUN = re.compile(f"(?:{_ASCII}|[{_HAN}])(?:{_ASCII}|(?<=[{_HAN}]){_POINT}|[{_HAN}])*")
LONGEST = 40  # a longer run of digits is no number anybody means


@dataclass(frozen=True, slots=True)
class Scaled:
    """``digits`` × 10^-``decimals``."""

    digits: int
    decimals: int = 0

    def times(self, power: int) -> Scaled:
        """Multiplied by ten to a power of 0 or more."""
        kept = max(self.decimals - power, 0)
        return Scaled(self.digits * 10 ** (power - (self.decimals - kept)), kept)

    def plus(self, other: Scaled) -> Scaled:
        """The exact sum."""
        decimals = max(self.decimals, other.decimals)
        mine, theirs = (n.digits * 10 ** (decimals - n.decimals) for n in (self, other))
        return Scaled(mine + theirs, decimals)

    def __str__(self) -> str:
        text = str(self.digits).rjust(self.decimals + 1, "0")
        if not self.decimals:
            return text
        whole, part = text[: -self.decimals], text[-self.decimals :].rstrip("0")
        return f"{whole}.{part}" if part else whole


ZERO = Scaled(0)


def value(run: str) -> str | None:
    """The value of a run of numeral characters (a match of `RUN`) as plain digits, or None if it is no number."""
    if len(run) > LONGEST:
        return None
    pieces = PIECE.findall(run.replace("廿", "二十").replace("卅", "三十"))
    if len(pieces) == 1:
        return _alone(pieces[0])
    if any(piece in "点點" for piece in pieces):
        return _with_point(pieces)
    if all(piece in DIGITS for piece in pieces):
        # 二〇二三, 九一八; two digits without a zero are a name (一五) or a guess (三五), no number
        if len(pieces) > 2 or any(piece in ZEROS for piece in pieces):
            return "".join(str(DIGITS[piece]) for piece in pieces)
        return None
    number = _with_units(pieces)
    return None if number is None else str(number)


def shifted(plain: str, power: int) -> str:
    """A value of `value` times ten to a power of 0 or more."""
    return str(_ascii(plain).times(power))


def _alone(piece: str) -> str | None:
    if piece[0] in "0123456789":
        plain = piece.replace(",", "").replace(" ", "")
        # 007 is a name, 3.50 a measure: only decimals lose their zeros
        return str(_ascii(plain)) if "." in plain else plain
    return str(PLAIN[piece]) if piece in PLAIN else "10" if piece == "十" else None


def _ascii(text: str) -> Scaled:
    whole, _, part = text.replace(",", "").replace(" ", "").partition(".")
    return Scaled(int(whole + part), len(part))


def _with_point(pieces: list[str]) -> str | None:
    """三点一四, 一百二十点五, 三点五万."""
    at = next(i for i, piece in enumerate(pieces) if piece in "点點")
    end = at + 1
    while end < len(pieces) and pieces[end] in PLAIN:
        end += 1
    whole = _with_units(pieces[:at])
    power = BIG.get(pieces[end], -1) if end == len(pieces) - 1 else 0 if end == len(pieces) else -1
    if whole is None or whole.decimals or end == at + 1 or power < 0:
        return None
    part = "".join(str(PLAIN[piece]) for piece in pieces[at + 1 : end])
    return str(Scaled(int(f"{whole.digits}{part}"), len(part)).times(power))


def _with_units(pieces: list[str]) -> Scaled | None:
    """A number with 十百千万亿, its digits Chinese or Arabic: 三百二十, 3千5百, 1.4亿, 一万五 (15000)."""
    total = section = ZERO
    digit: Scaled | None = None
    last, last_big, zero, chinese = 9, 99, False, False  # powers of the last unit; a 零 before the digit
    for piece in pieces:
        if piece in ZEROS:
            if digit is not None:
                return None
            zero = True
        elif piece in UNITS:
            power = UNITS[piece]
            if digit is None and power == 1:
                digit = Scaled(1)  # 十五, 一百十五
            if digit is None or power >= last:
                return None
            section, last, digit, zero = section.plus(digit.times(power)), power, None, False
        elif piece in BIG:
            power = BIG[piece]
            part = section if digit is None else section.plus(digit)
            if power == 8 and last_big == 4:
                total, part = ZERO, total.plus(part)  # 一万亿
            if part == ZERO or power == last_big:
                return None
            total, section, last, last_big, digit, zero = total.plus(part.times(power)), ZERO, 9, power, None, False
        else:
            if digit is not None:
                return None
            chinese = piece in DIGITS
            digit = Scaled(DIGITS[piece]) if chinese else _ascii(piece)
    if digit is None:
        return total.plus(section)
    unit = last if last != 9 else last_big if last_big != 99 else 0
    # 一千二 is 1200, 一万五 15000; 一千零二 is 1002
    single = chinese or (not digit.decimals and digit.digits < 10)
    shift = unit - 1 if single and not zero and unit > 1 else 0
    return total.plus(section).plus(digit.times(shift))
