"""Whether a stem can be understood by itself: a whole sentence that points to nothing before it."""

from __future__ import annotations

import re
from functools import lru_cache

from flashcards.distractors.neighbours import DATE, QUANTITY, is_number
from flashcards.gaps import Choice, doubts, stems
from flashcards.items.view import View
from flashcards.model import Analysis

# What points back, or hangs on a clause before it; and what has lost its subject.
_POINTS_BACK = re.compile(
    "[“「『（(]?(?:我|你|今天|今日|在?这|在?那|在此|在随后|此|该|其|它|他|她|牠|两者|二者|前者|后者|同时|同年|同月|同日|当天|当年|当时|"
    "次年|翌年|随后|此后|此前|不久|期间|另外|此外|因此|因而|所以|于是|然而|但|不过|而|并|且|也|还|则|却|又|再|就|便|从而|以及|及其|"
    "如此|同样|相反|例如|比如|一是|二是|三是|首先|其次|最后|之后|后来|为此|至今|位于|属于|属|于|於|发行|出版|上映|播出|[东西南北東]{1,2}[部侧面側]|最初|首次|至晚|体长|体重|体背|身长|毛被|毛色|果为|花期|出身|出生|生于|毕业|曾|主要|为|可|是|有|拥有|分布|体积|面积|全程|全长|建于|始建|内部|外部|上述|中央|另一方面|包括|从事|每次|其次|直到|如今|現在|现在|"
    "项目|线路|路线|铁路从|新建|配套|与之|与此|对此|相应|由此|据此|总之|由于|以此|"
    "流域内|湖泊|湖水|湖区|书中|文中|剧中|片中|城内|市内|境内|区内|书名|書中|"
    "這|該|兩者|後者|當|此後|隨後|因而|於是|後來|為此|與之|與此|由於|總之)"
)
# Nor speak, in its first clauses, of somebody or something named before it, or only of a time.
_UNNAMED = re.compile(
    "^(?:[^，。；]{0,24}[，；])?[^，。；]{0,12}(?:[他她牠它]|[这這那][一二三两几些个個种種艘位座家次场場部支条條项項里裡时時]|该|該|上述|本[文书書次])"
    "|^[0-9零〇一二三四五六七八九十正]{1,3}(?:年|月|日|个月后|年后|天后)(?:[（(，]|初|[0-9一二三四五六七八九十]+[日，])"
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
    return lost or bool(_POINTS_BACK.match(text) or _UNNAMED.search(text)) or _nobody(text)


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
    """Whether a stem says of whom or of what it speaks, and shows its gap whole (not 前|480年|, |江户时代|（明清）)."""
    at = gap.gaps[0]
    if gap.stem[at.end : at.end + 1] in ("（", "(") or gap.stem[max(0, at.start - 1) : at.start] == "前":
        return False
    stem, sentence = stems.Stem(gap.start, gap.stem, gap.gaps), analysis.sentences[gap.sentence]
    if doubts.is_vague(gap.phrase) or doubts.is_damaged(stem):
        return False
    return view.is_tiny or not doubts.nobody(analysis, sentence, stem)


def loses_its_subject(view: View, analysis: Analysis, index: int, start: int, text: str) -> bool:
    """Whether a stretch of a sentence points back (它, 書中) or, in a short text or one of facts, names nobody."""
    if stems.refers_back(text):
        return True
    return view.text.strict and doubts.nobody(analysis, analysis.sentences[index], stems.Stem(start, text, ()))


def is_complete(stem: str) -> bool:
    """Whether a stem asks nothing, and is not the first half of a sentence that wants two."""
    stem = stem.rstrip()
    return stem[-1:] not in ("？", "?") and not (_HALF.match(stem) and "，" not in stem.rstrip(ENDS))
