"""Of whom or of what a stem speaks, and whether it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from flashcards import segment
from flashcards.gaps import places, stems
from flashcards.gaps.front import Front, Rules
from flashcards.gaps.stems import Stem
from flashcards.keyphrases import background as b
from flashcards.model import Analysis, Sentence, Token

RARE_PROPER = 10.0  # rarity from which a proper noun of the dictionary names one thing
RARE_NOUN = 11.0  # the same of a noun (松鸦, not 单行本)
NEAR = 2  # clauses: 这种文字 behind as many speaks of what they told
_TIMES = frozenset({b.TIME, b.NUMBER, b.DIGITS, b.MEASURE, b.MARK, b.LOCATION, b.ADVERB})
_GENERIC = frozenset({b.NOUN, b.ATTRIBUTE, b.ADJECTIVE, b.GERUND, b.PLACE})
_COUNTS = frozenset({b.NUMBER, b.DIGITS, b.TIME})
_PREPOSITIONS = frozenset("在于於从從自到至由以据據当當对對与與因经經")
_PREPOSITION_ENDS = frozenset("于於着著由")
_THEN = re.compile("(?:以?后|以?後|之后|之後|以?前|之前|时|時|以来|以來|期间|期間|中)$")
_POINTS = re.compile(
    r"[他她牠它][们們]?|[该該](?!当|當)|[这這那][一二两兩三几幾]?[些个個种種座位部条條里裡次项項首款家艘枚类類]?"
    r"|此(?:处|處|人|地|书|書|后|後|剧|劇|片|线|線)|本(?![来來身土地人质質能领領义義草])|[上前后後][述]|同[年月日]|[翌次]年"
    r"|其(?![中次他它余餘实實])|全[路线線站镇鎮村校县縣市区區剧劇书書]|当中|當中|及后|及後|其后|其後"
)
_NEUTRAL = ("此外", "此间", "其中", "其他", "其它", "其余")
_KIND_OF = re.compile("[这這那][一二两兩三四几幾]?[种種个個些类類座条條项項部][\u3400-\u9fff]{2}")
_LIKE_THIS = re.compile("像[这這那][样樣]")
_OFFICE = re.compile("(?:现|現|时|時|曾|历|歷|担|擔|出|调|調|升|就|兼)?任$")
_DEFINES = frozenset("是指即为為有")
_CLAUSE_MARKS = frozenset("，；。：,;")
_QUOTES = frozenset("“《「『")


def nobody(analysis: Analysis, sentence: Sentence, stem: Stem) -> bool:
    """Whether a stem does not say of whom or of what it speaks.

    It does where it shows the title or half of it, or where a clause begins, behind times, with a name, a quotation or
    a rare noun, hidden or not. A pronoun before any of these, or 这种文字 without a 文字 before it, points to another
    sentence; so does an office without its holder.
    """
    visible = stem.visible
    title = shown(analysis, visible)
    if not title and "任" in stem.text and any(_OFFICE.fullmatch(c[0].text) for c in _clauses(sentence, stem)):
        return True  # 1921年8月，任航标处处长，次年辞职
    if _points_to_a_kind(visible):
        return True
    hidden = tuple((stem.start + gap.start, stem.start + gap.end) for gap in stem.gaps)
    reader = _Reader(sentence, title, hidden)
    return not next((told for told in map(reader.told, _clauses(sentence, stem)) if told is not None), False)


def shown(analysis: Analysis, visible: str) -> str:
    """What can be read of the title: all of it, a name or a rare word in it, or a stretch of half its length."""
    names = (analysis.passage.heading, analysis.passage.title)
    return next((part for name in names if name for part in _telling_parts(name) if part in visible), "")


@lru_cache(maxsize=1 << 10)
def _telling_parts(title: str) -> tuple[str, ...]:
    """The parts of a title that tell of what it speaks: 猴矶岛灯塔, 猴矶岛, 灯塔 of 《猴矶岛灯塔》（旧称）."""
    title = re.split(r"[（(]", title.strip("《》 "))[0].strip()
    half = title[: max(2, -(-len(title) // 2))]
    rare = [word for word, _ in segment.words(title) if places.familiar(word)[1] > places.COMMON]
    return tuple(part for part in (title, *re.split(r"[·•\s]", title), half, *rare) if len(part) > 1)


def _points_to_a_kind(visible: str) -> bool:
    """Whether 这种灯塔 stands near the beginning, with no 灯塔 before it."""
    pointed = _KIND_OF.search(visible)
    if pointed is None:
        return False
    before = visible[: pointed.start()]
    return pointed[0][-2:] not in before and sum(map(before.count, _CLAUSE_MARKS)) < NEAR


def _clauses(sentence: Sentence, stem: Stem) -> Iterator[list[Token]]:
    """The words of each clause of a stem, without the marks between the clauses and what stands in brackets."""
    clause: list[Token] = []
    inside = 0
    for token in islice(sentence.tokens, places.word_at(sentence, stem.start), None):
        if token.start >= stem.start + len(stem.text):
            break
        if token.text in "（(":
            inside += 1
        elif token.text in "）)":
            inside -= 1
        elif inside > 0:
            continue
        elif token.text in _CLAUSE_MARKS:
            if clause:
                yield clause
            clause = []
        else:
            clause.append(token)
    if clause:
        yield clause


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads the clauses of a stem, and sees ``title`` of the title. ``hidden`` are the spans of the gaps."""

    sentence: Sentence
    title: str
    hidden: tuple[tuple[int, int], ...]

    def told(self, clause: Sequence[Token]) -> bool | None:
        """Whether a clause says whom it speaks of (True), points back (False), or leaves it to the next one (None).

        Until a verb or a preposition, times, common nouns and what modifies them are passed over. A name that a gap
        hides is a subject only where no pronoun follows: it does not say what 本路线 is.
        """
        named, searching = False, True
        timed = _THEN.search(self.sentence.text[clause[0].start : clause[-1].end]) is not None
        for token, follower in zip(clause, (*clause[1:], None), strict=True):
            if _POINTS.match(token.text) and not token.text.startswith(_NEUTRAL):
                return False
            if self.title and self.sentence.text.startswith(self.title, token.start):
                return True
            if not searching:
                continue
            kind = places.word_class(token)
            if token.text in _QUOTES:
                return True
            if token.text in _PREPOSITIONS or token.text[-1] in _PREPOSITION_ENDS:
                searching = False  # what a preposition governs is no subject
            elif kind in _TIMES or token.text == "的":
                continue
            elif self._is_defined(token):
                return True
            elif kind == b.NOUN and self._is_hidden(token):
                continue
            elif kind == b.NOUN and len(token.text) == 2 and not places.familiar(token.text)[0]:
                searching = False  # 覆以, 历仕: a word that no dictionary has may be a verb
            elif self._is_subject(token, kind, follower, timed):
                if not self._is_hidden(token):
                    return True
                named, searching = True, False
            elif kind not in _GENERIC:
                searching = False  # a verb looks for no subject
        return True if named else None

    def _is_hidden(self, token: Token) -> bool:
        return any(start <= token.start < end for start, end in self.hidden)

    def _is_defined(self, token: Token) -> bool:
        """Whether a gap ends with a word, and is told what it is: |灯塔|是…"""
        at = token.end
        return any(at == end for _, end in self.hidden) and self.sentence.text[at : at + 1] in _DEFINES

    @staticmethod
    def _is_subject(token: Token, kind: int, follower: Token | None, timed: bool) -> bool:
        """Whether a word names what the clause speaks of; but 光绪 | 七年 is a time, and so is 海关 | 成立后."""
        if (timed and kind != b.PERSON) or (kind == b.PLACE and follower is not None and follower.text[0] in "人籍"):
            return False
        return _names(token, kind) and places.word_class(follower) not in _COUNTS


def _names(token: Token, kind: int) -> bool:
    """Whether a word names what it tells of: a name, or a noun as rare as one (松鸦, not 单行本)."""
    known, rarity = places.familiar(token.text)
    if kind == b.PLACE:
        return known and token.text not in b.light()["ground"]
    if kind == b.PROPER:
        return not known or rarity > RARE_PROPER
    if kind in (b.NOUN, b.UNKNOWN):
        return rarity > RARE_NOUN if known else len(token.text) > 2
    return kind in (b.PERSON, b.LATIN, b.ABBREVIATION) and len(token.text) > 1


def _like_this(front: Front) -> bool:
    """像这样一直亮着的|灯塔|"""
    return _LIKE_THIS.search(front.stem.text) is not None


def _refers_back(front: Front) -> bool:
    """它建于|1868年|, 从此成为|海关|的航标"""
    return stems.refers_back(front.stem.text)


def _torn_off(front: Front) -> bool:
    """In a short text a clause behind the first, where nothing of the title shows."""
    return front.document.short and front.stem.start > 0 and not shown(front.analysis, front.visible)


def _nobody(front: Front) -> bool:
    """1868年建成，高三十米。In a longer text of facts terms, numbers and dates alone must say of whom they are told."""
    if not front.document.short and front.kind not in ("number", "date", "term"):
        return False
    return nobody(front.analysis, front.sentence, front.stem)


_NOT_SAID = "whom or what it tells of is not said"
RULES: Rules = (("points to what was named before", _like_this),)
STRICT: Rules = ((_NOT_SAID, _refers_back), (_NOT_SAID, _torn_off), (_NOT_SAID, _nobody))
