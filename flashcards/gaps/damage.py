"""Where a text is damaged, or an answer nothing that anybody would write down."""

from __future__ import annotations

import re

from flashcards.gaps.front import Front, Rules
from flashcards.gaps.stems import Stem, runs_on

LONG = 14  # characters of an answer that anybody would write down
_DIRT = (  # a character, which is quickly found, and what makes dirt of it
    (r"（(「『“《", r"\s*[\"'”’]{2}"),  # （''Grus grus''
    (r"\-", r"\{"),  # the markup of web pages
    (r"}", "-"),
    (r"<", "[a-z/]+>"),
    (r"c", "odice_"),
    (r"I", r"(?<=\bI)SBN\b"),
    (r"年", "(?<=[0-9]年)年"),
    (r"。", "。"),
    (r"《〈", "[\"“']"),
    (r"\s", r"(?<=[\u3400-\u9fff]\s)(?:\s*[，。、；）]|\s+[\u3400-\u9fff])"),  # 位于 ，北部
    (r"\u3400-\u4dbf※●■◆□", ""),
    (r"：", "[^：。]*："),
    (r"（(", "[，、,；]"),  # （，1868年）
    (r"）)", r"\s*[（(]\s*[）)]"),
    (r"（(", "[如见見]?[图圖表][0-9一二三四五六七八九十]"),  # （见图3）
    (r"\.", r"(?<=[\u3400-\u9fff]\.)[\u3400-\u9fff]\."),  # 约.翰.
)
_DIRTY = re.compile(
    f"[{''.join(first for first, _ in _DIRT)}](?:{'|'.join(f'(?<=[{first}])(?:{rest})' for first, rest in _DIRT)})"
)
_NUMBERED = re.compile(r"\s*[0-9]+[.、]")  # 3.灯塔
_TABLE = 45  # characters without a mark, of which more are a table run together
_PARTIAL = frozenset("（）()[]【】＋+=")
_ENDS = frozenset("。！？；…”」』!?;.）)")


def is_damaged(stem: Stem) -> bool:
    """Whether a stem shows markup, empty marks, or marks in a row that no writer meant."""
    return _DIRTY.search(stem.text) is not None or _NUMBERED.match(stem.text) is not None


def _damaged(front: Front) -> bool:
    """灯塔始建于1868年年, or a table run together."""
    return is_damaged(front.stem) or runs_on(front.sentence.text, _TABLE)


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
