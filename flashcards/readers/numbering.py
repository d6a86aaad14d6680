"""Word's automatic numbers (第一条, 一、, （一）, 1.1): they live in numbering.xml and stand nowhere in the text.

Formats and restart rules after ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flashcards.readers import xml

if TYPE_CHECKING:
    from lxml.etree import _Element

DIGITS = "〇一二三四五六七八九"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: first number, number format, text with %1 … %9, and what follows the number."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False


@dataclass(slots=True)
class Lists:
    """The lists of one document and how far each has counted. ``levels``: (list, level) -> Level."""

    levels: dict[tuple[str, int], Level] = field(default_factory=dict)
    family: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    started: set[tuple[str, int]] = field(default_factory=set)
    overridden: set[str] = field(default_factory=set)

    def next(self, number: str, depth: int) -> str:
        """The label of the next paragraph of list ``number`` at ``depth``: '' for bullets and unknown lists."""
        level = self.levels.get((number, depth))
        if level is None:
            return ""
        counts = self.counts.setdefault(self.family.get(number, number), {})
        if (number, depth) not in self.started and number in self.overridden:
            counts.pop(depth, None)
        self.started.add((number, depth))
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            restart = self.levels.get((number, deeper), Level()).restart
            if restart is None or (restart != 0 and depth < restart):
                del counts[deeper]
        if level.format in ("bullet", "none") and "%" not in level.text.replace(f"%{depth + 1}", ""):
            return ""
        label = re.sub(r"%(\d)", lambda match: self._part(number, counts, int(match[1]) - 1, level), level.text)
        return label + _gap(label, level)

    def _part(self, number: str, counts: dict[int, int], depth: int, shown: Level) -> str:
        level = self.levels.get((number, depth), Level())
        value = counts.get(depth, level.start)
        return numeral(value, "decimal" if shown.legal else level.format)


def parse(root: _Element | None) -> Lists:
    """The lists defined in numbering.xml (None: the document has none)."""
    lists = Lists()
    if root is None:
        return lists
    abstracts = {xml.attribute(item, "abstractNumId"): _levels(item) for item in xml.children(root, "abstractNum")}
    for item in xml.children(root, "num"):
        number = xml.attribute(item, "numId") or ""
        family = _value(xml.child(item, "abstractNumId"))
        levels = dict(abstracts.get(family, {}))
        for override in xml.children(item, "lvlOverride"):
            depth = _int(xml.attribute(override, "ilvl"))
            own = xml.child(override, "lvl")
            if own is not None:
                levels[depth] = _level(own)
            start = _value(xml.child(override, "startOverride"))
            if start is not None:
                base = levels.get(depth, Level())
                levels[depth] = Level(_int(start), base.format, base.text, base.suffix, base.restart, base.legal)
                lists.overridden.add(number)
        lists.family[number] = family or number
        lists.levels.update({(number, depth): level for depth, level in levels.items()})
    return lists


def numeral(value: int, kind: str) -> str:
    """A number in one of Word's formats; unknown formats give Arabic digits.

    >>> [numeral(12, kind) for kind in ("chineseCounting", "decimalEnclosedCircle", "upperRoman", "lowerLetter")]
    ['十二', '⑫', 'XII', 'l']
    >>> numeral(105, "chineseCountingThousand"), numeral(20, "chineseLegalSimplified")
    ('一百零五', '贰拾')
    """
    if value < 1:
        return str(value)
    make = FORMATS.get(kind)
    return make(value) if make else str(value)


def chinese(value: int, digits: str = "零一二三四五六七八九", units: str = "十百千", short: bool = True) -> str:
    """A number under 10,000 in Chinese numerals; ``short`` writes 十二, not 一十二."""
    if value >= 10_000:
        return str(value)
    out = ""
    for position, digit in enumerate(reversed(str(value))):
        if digit != "0":
            out = digits[int(digit)] + (units[position - 1] if position else "") + out
        elif out and out[0] != digits[0]:
            out = digits[0] + out
    return out[1:] if short and 10 <= value < 20 else out


def _roman(value: int) -> str:
    out = ""
    for number, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        out += letters * (value // number)
        value %= number
    return out


def _letters(value: int) -> str:
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _picked(characters: str) -> Callable[[int], str]:
    return lambda value: characters[value - 1] if value <= len(characters) else str(value)


FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "ideographDigital": lambda value: "".join(DIGITS[int(digit)] for digit in str(value)),
    "japaneseDigitalTenThousand": lambda value: "".join(DIGITS[int(digit)] for digit in str(value)),
    "taiwaneseDigital": lambda value: "".join(DIGITS[int(digit)] for digit in str(value)),
    "chineseLegalSimplified": lambda value: chinese(value, "零壹贰叁肆伍陆柒捌玖", "拾佰仟", short=False),
    "ideographLegalTraditional": lambda value: chinese(value, "零壹貳參肆伍陸柒捌玖", "拾佰仟", short=False),
    "ideographTraditional": _picked("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _picked("子丑寅卯辰巳午未申酉戌亥"),
    "decimalEnclosedCircle": _picked(CIRCLED),
    "decimalEnclosedCircleChinese": _picked(CIRCLED),
    "decimalEnclosedParen": _picked("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "decimalEnclosedFullstop": _picked("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "ideographEnclosedCircle": _picked("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "decimalFullWidth": lambda value: "".join(chr(ord("０") + int(digit)) for digit in str(value)),
    "decimalZero": lambda value: f"{value:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "bullet": lambda value: "",
    "none": lambda value: "",
}


def _levels(abstract: _Element) -> dict[int, Level]:
    return {_int(xml.attribute(level, "ilvl")): _level(level) for level in xml.children(abstract, "lvl")}


def _level(element: _Element) -> Level:
    def get(name: str) -> str | None:
        return _value(xml.child(element, name))

    restart = get("lvlRestart")
    legal = xml.child(element, "isLgl")
    return Level(
        start=_int(get("start"), 1),
        format=get("numFmt") or "decimal",
        text=get("lvlText") or "",
        suffix=get("suff") or "tab",
        restart=None if restart is None else _int(restart),
        legal=legal is not None and xml.attribute(legal, "val") not in ("0", "false"),
    )


def _gap(label: str, level: Level) -> str:
    """White space between number and text: none after 、 or a closing bracket, where printed text has none."""
    return "" if not label or level.suffix == "nothing" or label[-1] in "、，：）」】〕．。" else " "


def _value(element: _Element | None) -> str | None:
    return None if element is None else xml.attribute(element, "val")


def _int(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.lstrip("-").isdecimal() else default
