"""Characters that extraction put there or that nobody sees: removed or mapped, each by name and place.

What a learner memorises stays: no width, no punctuation, no variant and no script is changed here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from importlib.resources import files

from flashcards.model import Repair

INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\U000e0001\U000e0020-\U000e007f]"
)
# Control characters, and the code points Unicode gives to no character ever (U+FFFE: a byte order mark the wrong way).
NEVER = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
CONTROL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef{NEVER}]")
RADICAL = re.compile("[\u2e80-\u2fdf]")
HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
PRIVATE = "Co"  # the category of characters for private use
LOST = "\ufffd"
SPACES = re.compile("[ \u3000]+")
MARKS = frozenset("，。：；、？！")
NUMBER = re.compile(r"\s*(?:第[一二三四五六七八九十百千〇零\d]{1,9}[^\s]{1,2}|[一二三四五六七八九十]{1,4})[ \u3000]+")
TOPIC = re.compile("部首|康熙字典|偏旁")


def is_clean(text: str) -> bool:
    """Whether `clean` leaves a text as it is.

    All that it takes out is not printable, and the ideographic space is the only such character of prose.
    """
    return text.replace("\u3000", "").isprintable() and not RADICAL.search(text)


def clean(text: str, line: int) -> tuple[str, list[Repair]]:
    """A line without invisible and control characters and with radicals as the characters they stand for.

    >>> clean("雄\\u200b安", 3)
    ('雄安', [Repair(name='invisible', line=3, detail='U+200B removed')])
    >>> clean("第\\u2f00章", 1)[0]
    '第一章'
    """
    if is_clean(text):
        return text, []
    repairs: list[Repair] = []
    for name, pattern in (("control", CONTROL), ("invisible", INVISIBLE)):
        found = Counter(pattern.findall(text))
        if found:
            text = pattern.sub("", text)
            repairs += [Repair(name, line, f"{_code(c)} removed{_times(n)}") for c, n in sorted(found.items())]
    if RADICAL.search(text):
        text, mapped = _radicals(text, line)
        repairs += mapped
    return text, repairs


def flags(text: str, line: int) -> list[Repair]:
    """What cannot be mended and should be looked at: private-use and lost characters, gaps where a mark may be lost.

    >>> flags("故世谓 竹林七贤。", 3), flags("第一条 本法", 4)
    ([Repair(name='gap', line=3, detail='1 space between Chinese characters kept')], [])
    """
    found: list[Repair] = []
    if " " in text or "\u3000" in text:
        number = NUMBER.match(text)
        if count := gaps(text, number.end() if number else 0):
            spaces = f"{count} spaces" if count > 1 else "1 space"
            found.append(Repair("gap", line, f"{spaces} between Chinese characters kept"))
    if not text.isprintable():  # as no private character is
        for character in sorted(c for c in set(text) if unicodedata.category(c) == PRIVATE):
            found.append(Repair("private-use", line, f"{_code(character)} kept{_times(text.count(character))}"))
    if LOST in text:
        found.append(Repair("lost-character", line, f"{_code(LOST)} kept{_times(text.count(LOST))}"))
    return found


def gaps(text: str, start: int = 0) -> int:
    """How many runs of spaces stand between Chinese characters, a mark counting as one before it.

    >>> gaps("故世谓 竹林七贤。 又有 Vim 一种")
    2
    """
    runs = (run.span() for run in SPACES.finditer(text, start))
    return sum(
        begin > 0 and (_is_common(text[begin - 1]) or text[begin - 1] in MARKS) and _is_common(text[end : end + 1])
        for begin, end in runs
    )


def _is_common(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _radicals(text: str, line: int) -> tuple[str, list[Repair]]:
    """PDF fonts share glyphs between radicals and characters; in running Han text the character is meant."""
    if TOPIC.search(text):
        return text, []
    repairs = []
    for character in sorted(set(RADICAL.findall(text))):
        target = radical(character)
        if target is None:
            repairs.append(Repair("radical", line, f"{_code(character)} kept"))
        elif re.search(HAN, text):
            count = text.count(character)
            text = text.replace(character, target)
            repairs.append(Repair("radical", line, f"{_code(character)} -> {target}{_times(count)}"))
    return text, repairs


def radical(character: str) -> str | None:
    """The unified ideograph a radical stands for (Unicode: NFKC, EquivalentUnifiedIdeograph), or None.

    >>> radical("\\u2f08"), radical("\\u2ea0")
    ('人', '民')
    """
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded != character else _supplement().get(character)


@cache
def _supplement() -> dict[str, str]:
    """Radicals of U+2E80 to U+2EFF: pairs in one data file (Unicode's EquivalentUnifiedIdeograph.txt, facts)."""
    text = files("flashcards").joinpath("data", "radicals.txt").read_text(encoding="utf-8")
    return {line[0]: line[1] for line in text.splitlines() if len(line) == 2}


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _times(count: int) -> str:
    return f" ×{count}" if count > 1 else ""
