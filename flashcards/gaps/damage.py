"""Where a text is damaged, or an answer nothing that anybody would write down."""

from __future__ import annotations

import re
from functools import lru_cache

from flashcards.gaps.front import Front, Rules
from flashcards.gaps.stems import Stem

LONG = 14  # characters of an answer that anybody would write down
_DIRT = re.compile(
    "|".join(
        (
            r"[（(「『“《]\s*[\"'”’]{2}",  # （''Grus grus''
            r"-\{|\}-|<[a-z/]+>|codice_|\bISBN\b",  # the markup of web pages
            "[0-9]年年|。。|[《〈][\"“']",
            r"\s(?<=[\u3400-\u9fff]\s)(?:\s*[，。、；）]|\s+[\u3400-\u9fff])",  # 位于 ，北部
            r"[\u3400-\u4dbf※●■◆□]",
            "：[^：。]*：",
            r"[（(][，、,；]|[）)]\s*[（(]\s*[）)]",  # （，1868年）
            "[（(][如见見]?[图圖表][0-9一二三四五六七八九十]",  # （见图3）
            r"(?:[\u3400-\u9fff]\.){2}",  # 约.翰.
            r"^\s*[0-9]+[.、]",  # 3.灯塔
        )
    )
)
# All dirt has one of these or begins with a number; looking for them costs a tenth, and few stems have any.
_SUSPECT = re.compile("[\\s\"'’{}<_B※●■◆□\u3400-\u4dbf：（(.〈]")
_DOUBLED = ("年年", "。。", "””", "《“")
_UNMARKED = re.compile(r"[^\s，、；：。！？,;:.!?()（）《》〈〉“”‘’「」『』【】…—·-]{46}")
_PARTIAL = frozenset("（）()[]【】＋+=")
_ENDS = frozenset("。！？；…”」』!?;.）)")


def is_damaged(stem: Stem) -> bool:
    """Whether a stem shows markup, empty marks, or marks in a row that no writer meant."""
    text = stem.text
    suspect = _SUSPECT.search(text) or text[:1].isdigit() or any(map(text.__contains__, _DOUBLED))
    return bool(suspect) and _DIRT.search(text) is not None


@lru_cache(maxsize=64)
def _is_table(text: str) -> bool:
    return _UNMARKED.search(text) is not None


def _damaged(front: Front) -> bool:
    """灯塔始建于1868年年, or a table run together."""
    return is_damaged(front.stem) or _is_table(front.sentence.text)


def _glossed(front: Front) -> bool:
    """|灯塔（航标）|"""
    return not _PARTIAL.isdisjoint(front.answer)


def _long(front: Front) -> bool:
    """|沿海航标灯塔维护保养技术规程汇编|"""
    return len(front.answer) > LONG


def _breaks_off(front: Front) -> bool:
    """灯塔建成后毁于台风，"""
    return front.stem.text.rstrip()[-1:] not in _ENDS


ANSWERS: Rules = (
    ("too long to write down", _long),
    ("a gloss in the answer", _glossed),
)
RULES: Rules = (("the text is damaged here", _damaged),)
STRICT: Rules = (("the sentence breaks off", _breaks_off),)
