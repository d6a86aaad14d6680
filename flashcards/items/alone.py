"""Whether a stem can be understood by itself: a whole sentence that points to nothing before it."""

from __future__ import annotations

import re
from functools import lru_cache

from flashcards.distractors.neighbours import DATE, QUANTITY, is_number
from flashcards.gaps import Choice, stems
from flashcards.gaps.damage import is_damaged
from flashcards.gaps.subject import nobody
from flashcards.gaps.worth import is_vague
from flashcards.items.view import View
from flashcards.model import Analysis

# What points back, or hangs on a clause before it; and what has lost its subject.
_POINTS_BACK = re.compile(
    "[“「『（(]?(?:"
    # pronouns, and what they stand with
    "我|你|在?这|在?那|在此|此|该|其|它|他|她|牠|這|該|两者|二者|前者|后者|兩者|後者|上述|与之|与此|对此|由此|据此|以此|與之|與此|"
    # times that were told before
    "今天|今日|在随后|同时|同年|同月|同日|当天|当年|当时|當|次年|翌年|随后|隨後|此後|不久|期间|之后|后来|後來|至今|直到|如今|现在|現在|每次|最初|首次|至晚|"
    # connectives
    "另外|因此|因而|所以|于是|於是|然而|但|不过|而|并|且|也|还|则|却|又|再|就|便|从而|以及|及其|如此|同样|相反|例如|比如|一是|二是|三是|首先|其次|最后|"
    "为此|為此|另一方面|相应|总之|總之|由于|由於|"
    # verbs and what else has lost its subject
    "现被|現被|被|已被|入选|入選|列入|位于|属|于|於|发行|出版|上映|播出|出身|出生|生于|毕业|曾|主要|为|可|是|有|拥有|分布|全程|全长|建于|始建|包括|从事|新建|配套|"
    # parts and measures of something
    "[东西南北東]{1,2}[部侧面側]|体长|体重|体背|身长|毛被|毛色|果为|花期|体积|面积|内部|外部|中央|项目|线路|路线|铁路从|"
    "流域内|湖泊|湖水|湖区|书中|文中|剧中|片中|城内|市内|境内|区内|书名|書中"
    ")"
)
# A year that a name stands before, 天启|三年|, is that of an era, and no length; other than after 经过, 约, 的 …
_OF_AN_ERA = re.compile(
    "[\u3400-\u9fff](?<![了近约約达達过過的第前后後每满滿共长長历歷经經])[元一二三四五六七八九十]+年$"
)
# Nor speak, in its first clauses, of somebody or something named before it, or only of a time.
_UNNAMED = re.compile(
    "(?:[^，。；]{0,24}[，；])?[^，。；]{0,12}(?:[他她牠它]|[这這那][一二三两几些个個种種艘位座家次场場部支条條项項里裡时時]|该|該|上述|本[文书書次])"
    "|[0-9零〇一二三四五六七八九十正]{1,3}(?:年|月|日|个月后|年后|天后)(?:[（(，]|初|[0-9一二三四五六七八九十]+[日，])"
)
_HALF = re.compile("当|如果|若|虽|尽管|由于|为了|随着|只要|只有|无论|除|當|雖|儘管|為了|隨著")  # wants a second clause
ENDS = "，；：、。,;"
_DATED = re.compile(
    r"(?:公元前?|前)?[0-9]{1,4}年(?:代|[初末底]|[0-9]{1,2}月(?:[0-9]{1,2}日)?|[正一二三四五六七八九十]+月)?(?:至[0-9]+年(?:[0-9]+月)?)?[，,﹐]?"
)
_CLAUSE = re.compile("[，。；：,]")
_SHORT = 6  # characters of a first clause that is no subject: 口大而斜裂，


@lru_cache(maxsize=1 << 9)
def points_back(text: str) -> bool:
    """Whether a text begins with what was named before it, counts what was (四种狼都…), or has lost its subject."""
    text = text.lstrip()
    first = _CLAUSE.split(text, 1)[0]
    count = QUANTITY.match(text)
    if count is not None and is_number(count[0]) and not DATE.match(text) and not count[0].endswith(("年", "世纪")):
        return True
    lost = len(first) < _SHORT and len(first) < len(text) - 1 and not any(c.isdigit() or c in "年月《“" for c in first)
    return lost or bool(_POINTS_BACK.match(text) or _UNNAMED.match(text)) or _nobody(text)


def _nobody(text: str) -> bool:
    """Whether a date is followed by what somebody does, and nobody is named: 1975年移民加拿大."""
    date = _DATED.match(text)
    rest = _CLAUSE.split(text[date.end() :], 1)[0] if date else ""
    if not rest:
        return False
    from flashcards import segment

    words = segment.words(rest)
    return bool(words) and (words[0][1][0] in "dp" or words[0][1] == "v")


def is_whole(stem: str, start: int, sentence: str) -> bool:
    """Whether a stem that begins at ``start`` of its sentence is all of it, or a part between semicolons."""
    before, after = sentence[:start].rstrip(), sentence[start + len(stem) :].strip()
    begins = not before or before[-1] in "；;"
    return begins and (not after or stem.rstrip()[-1:] in ("；", ";", "。"))


def speaks(view: View, analysis: Analysis, gap: Choice) -> bool:
    """Whether a stem says of whom or of what it speaks, and its gap is exact, whole (not 前|480年|) and without a gloss
    (|江户时代|（明清）). Only in a short text or one of facts must it name somebody or something."""
    at = gap.gaps[0]
    if gap.stem[at.end : at.end + 1] in ("（", "(") or gap.stem[max(0, at.start - 1) : at.start] == "前":
        return False
    stem = stems.Stem(gap.start, gap.stem, gap.gaps)
    if is_vague(gap.phrase) or is_damaged(stem) or ("年" in gap.phrase and _OF_AN_ERA.search(gap.stem[: at.end])):
        return False
    return not view.text.strict or not nobody(analysis, analysis.sentences[gap.sentence], stem)


def loses_its_subject(view: View, analysis: Analysis, index: int, stem: stems.Stem) -> bool:
    """Whether a stem of a sentence points back (它, 書中) or, in a short text or one of facts, names nobody."""
    if stems.refers_back(stem.text):
        return True
    return view.text.strict and nobody(analysis, analysis.sentences[index], stem)


def is_complete(stem: str) -> bool:
    """Whether a stem asks nothing, and is not the first half of a sentence that wants two."""
    stem = stem.rstrip()
    return stem[-1:] not in ("？", "?") and not (_HALF.match(stem) and "，" not in stem.rstrip(ENDS))
