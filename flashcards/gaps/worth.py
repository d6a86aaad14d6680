"""What is whole, but not worth asking: vague numbers, places among places, words that nothing shows to be terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flashcards.gaps import examiner, places
from flashcards.gaps.front import Front, Rules
from flashcards.gaps.grid import Places
from flashcards.gaps.places import PAIRED
from flashcards.gaps.whole import NAMES
from flashcards.keyphrases import background as b

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from flashcards.gaps.grid import Flags

PROMINENT = 0.15  # of the best score: what a phrase of a short text must have that is told twice or more
PLAIN = 0.5  # of the best score: with less a short phrase that is told once is one of many wordings
SELDOM = 3  # a word of two characters must be told so often
EVERYDAY = 7.5  # the mean rarity that the words of a term of a short text must have
SHORT_WORD = 10.0  # the rarity that one word of two characters must have
TOPIC_WORD = 8.0  # the same where the text says it eight times and more
NAMED = 11.0  # rarity from which a dictionary word names what it tells of (李冰, 松鸦; not 严冬, 单行本)
COMMON_NAME = places.COMMON + 0.5  # a word less rare is everyday, though the dictionary calls it a name (洪水)
_STRETCHES = frozenset("沿海 沿江 沿边 沿線 沿线 內地 内地".split())  # noqa: SIM905
_SEATS = frozenset("国立 國立 市立 县立 縣立 首都 省会 省會 首府".split())  # noqa: SIM905
_VAGUE = re.compile(
    "一(?![0-9一二三四五六七八九十百千万亿萬億])|[一二两兩三四五六七八九]{2}[个個名位人次年天种種]"
    "|第[一二两兩三四五六七八九十][名位]|[几幾数數]"
)
_MONTH = re.compile("[0-9一二三四五六七八九十正]{1,2}月(?:[0-9]{1,2}日)?$")
_MONTH_NEXT = re.compile("[一二三四五六七八九十正]{1,3}月")
_RANGE = re.compile("[0-9一二三四五六七八九十][至到]$")
_YEAR_OF_ERA = re.compile("[0-9]{1,2}年$")
_LABEL = re.compile(
    "(?:面积|面積|人口|长度|長度|高度|数量|數量|总数|產量|产量|体长|體長|比例|距离|距離|压力|壓力|地区|地區|格言|口号|口號|称号|稱號)$"
)
_GENUS = re.compile("[是为為][^。；]*(?:一[个個种種条條名位座部家所支款]|之一)[^。；]*$")
_TASKS = frozenset("建设 工作 发展 问题 任务 建設 發展 問題 任務".split())  # noqa: SIM905


def seldom(at: Places, rank: NDArray[np.float64], sparing: Flags) -> Flags:
    """Which terms (see `is_term`) `_short` or `_one_wording` turns down wherever they stand, as told too seldom.

    ``rank`` is the score of each phrase as a share of its document's best, ``sparing`` as in `Text`. Half of all fall
    to that, and it costs nothing to see before there is a stem.
    """
    told = times(at)
    plain = (told < 2) & (rank < PLAIN) & sparing
    common_name = at.of_kind("name") & at.single & at.first.known & (at.first.rarity < NAMED)
    term = at.of_kind("term", "idiom") | common_name
    return term & ((at.sized(2) & (told < SELDOM)) | plain)


def times(at: Places) -> NDArray[np.int64]:
    """How often the document says each phrase; the object of a verb counts as a phrase of its own, told once."""
    import numpy as np

    return np.where(at.cut > 0, 1, at.count)


def is_vague(number: str) -> bool:
    """Whether a number or a date is not worth asking: 一层, 两三个, a month without its year."""
    return _VAGUE.match(number) is not None or _MONTH.fullmatch(number) is not None


def _vague(front: Front) -> bool:
    """|几十艘|, |7月3日|"""
    return is_vague(front.answer)


def _part_of_a_date(front: Front) -> bool:
    """前|480年|, 光绪|31年|, |一九六一年|九月, 1至|3毫米|"""
    text, start = front.sentence.text, front.start
    if _MONTH_NEXT.match(text, front.stop) or _RANGE.search(text, max(0, start - 3), start):
        return True
    if front.kind != "date" or not front.before:
        return False
    if front.before[-1] == "前":
        return True
    return front.class_before not in (b.MARK, b.FUNCTION) and _YEAR_OF_ERA.fullmatch(front.answer) is not None


def _quoted_clause(front: Front) -> bool:
    """“|守住海上的最后一盏灯|”, “|以灯引船|”"""
    answer = front.answer
    return front.kind == "quote" and (
        (len(answer) > 6 and "的" in answer) or (len(answer) > 3 and answer[0] in "以把将將")
    )


def _quoted_word(front: Front) -> bool:
    """价格“|过高|”"""
    if front.kind != "quote" or len(front.words) != 1:
        return False
    known, rarity = front.known[0]
    return known and rarity < SHORT_WORD


def _ground(front: Front) -> bool:
    """|沿海|, |平原|"""
    return front.answer in b.light()["ground"]


def _holds(front: Front) -> bool:
    """The name of what lies there follows: |山东省| 东部 的 威海, |台北市| 国立 大学."""
    at = front.end
    if front.class_at(at) == b.LOCATION:
        at += 1
    near = front.word(at)
    if near == "的" and front.word(at + 1):
        at += 1
    return front.class_at(at) in (b.PLACE, b.PROPER) or near in _SEATS


def _two_places(front: Front) -> bool:
    """|中国 山东|, |烟台 至 大连|"""
    return len(front.words) > 1 and (front.words[0][-1] in "国國" or front.answer[1:2] in "至到")


def _among_places(front: Front) -> bool:
    """、 or 和 joins another place to it: |烟台|、大连."""
    for joint, other in ((front.first - 1, front.first - 2), (front.end, front.end + 1)):
        if front.word(joint) in PAIRED and front.class_at(other) == b.PLACE:
            return True
    return False


def _region(front: Front) -> bool:
    """和 joins it to a stretch of land: 东部沿海和|京津冀|."""
    return front.before in PAIRED and front.word(front.first - 2) in _STRETCHES


def _is_common_name(front: Front) -> bool:
    """Whether a name is one word of the dictionary that is no rarer than many a noun: |严冬|, |岳父|, |洪水|."""
    if front.kind != "name" or len(front.words) != 1:
        return False
    known, rarity = front.known[0]
    return known and rarity < NAMED


def is_term(front: Front) -> bool:
    """Whether a phrase names no one thing, so that something must show that it is a term."""
    return front.kind not in NAMES or _is_common_name(front)


def _common_name(front: Front) -> bool:
    """|洪水|, which the dictionary calls a name"""
    return front.kind == "name" and front.known[0][1] < COMMON_NAME and front.count < examiner.TOPIC


def _label(front: Front) -> bool:
    """|灯塔高度|为三十米"""
    return _LABEL.search(front.answer) is not None


def _done(front: Front) -> bool:
    """|修复灯塔|, in a short text"""
    if front.kind != "term" or not front.document.short:
        return False
    return len(front.words) > 1 and front.classes[0] == b.VERB


def _genus(front: Front) -> bool:
    """猴矶岛灯塔是一座|石砌灯塔|: says only of what kind a thing is."""
    if front.kind not in ("term", "name") or front.count >= examiner.TOPIC:
        return False
    return _GENUS.search(front.sentence.text, front.stem.start, front.start) is not None


def _set_phrase(front: Front) -> bool:
    """|风平浪静|"""
    if len(front.words) != 1:
        return False
    return front.tags[0] == "i" or (front.kind == "idiom" and front.count < 2)


def _figure(front: Front) -> bool:
    """|航海事业蓝图|"""
    return front.count < 4 and front.words[-1] in b.light()["figure"]


def _short(front: Front) -> bool:
    """|排沙|, |泄洪|, told once or twice"""
    return len(front.answer) == 2 and front.count < SELDOM


def _task(front: Front) -> bool:
    """|灯塔建设|, where the text speaks of 灯塔 more than twice as often: a term and what is done with it."""
    last = front.words[-1]
    return last in _TASKS and front.document.counts.get(front.answer[: -len(last)], 0) > 2 * front.count


def _everyday(front: Front) -> bool:
    """|船员|, one word of two characters that the dictionary has"""
    if len(front.words) != 1 or len(front.answer) != 2:
        return False
    known, rarity = front.known[0]
    return known and rarity < (SHORT_WORD if front.count < examiner.TOPIC else TOPIC_WORD)


def _one_wording(front: Front) -> bool:
    """|地理优势|, told once: others would fit as well."""
    return front.document.sparing and front.count < 2 and _rank(front) < PLAIN


def _aside(front: Front) -> bool:
    """|晴朗天气|, in a short text that comes back to others"""
    if not front.document.short:
        return False
    return front.rarity < EVERYDAY or (front.document.sparing and _rank(front) < PROMINENT)


def _common_words(front: Front) -> bool:
    """|生活条件|, told once"""
    return front.count < 2 and front.rarity < places.COMMON_EACH


def _rank(front: Front) -> float:
    """The score of a phrase as a share of the document's best."""
    return front.score / front.document.best


def _of_its_source(front: Front) -> bool:
    """What its source is about, but for the first time it is told: |航标|, in a speech to 全国航标工作会议."""
    source = front.analysis.passage.source
    about = (source.title or "") + (source.occasion or "")
    return front.answer in about and not front.mention


RULES: Rules = (("what its source is about", _of_its_source),)
FIGURES: Rules = (  # asked of numbers, dates and quotations
    ("a vague number", _vague),
    ("part of a date", _part_of_a_date),
    ("a clause, not a term", _quoted_clause),
    ("an everyday word", _quoted_word),
)
PLACES: Rules = (
    ("an everyday word", _ground),
    ("what follows tells it", _holds),
    ("two places run together", _two_places),
    ("a place among places", _among_places),
)
TERMS: Rules = (  # asked of what names no one thing
    ("told once, and others would fit as well", _one_wording),
    ("a short word, told seldom", _short),
    ("an everyday word", _everyday),
    ("an everyday word", _common_name),
    ("a set phrase, no fact", _set_phrase),
    ("a clause, not a term", _done),
    ("no term of this short text", _aside),
    ("everyday words, told once", _common_words),
    ("a figure of speech", _figure),
    ("a place among places", _region),
    ("a term and what is done with it", _task),
    ("a label beside what it labels", _label),
)
STEMS: Rules = (("says only of what kind a thing is", _genus),)  # the same, asked of their stems
