"""Term 名词解释: from what is said of a term to the term, and back; only where the text defines it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flashcards.gaps.patterns import Definition, definitions
from flashcards.gaps.places import COMMON, familiar
from flashcards.gaps.stems import Stem, balanced, cut, given_away, refers_back
from flashcards.items.view import View, is_damaged, occurrences
from flashcards.model import Analysis, Gap, Item, Place, Sentence

SHORTEST, LONGEST = 8, 90  # characters of what is said of a term
# After a mere 是 only what says the kind and its use defines: 是一种用来滴加溶液的仪器 does, 是一种灌木 does not.
_USE = "一[种類类门門项項套].*(?:用于|用於|用来|用來|用以|通过|通過|利用|能够|能夠|方法|学科|學科|技术|技術)"
_SORT = "的(?:总称|統稱|总和|统称|简称|過程|过程|现象|学科|能力|方法|行为|制度|单位|时节)"
_KIND = re.compile(f"^{_USE}|{_SORT}")
# What a sentence must have to define: one of the marks but 是 and 为, or what must follow these.
_MAY_DEFINE = re.compile(f"所谓|指|称为|称之为|叫做|叫作|{_USE}|{_SORT}")
# A remark: 可说是关岛的原住民, 最大的湖泊之一, 1856年在此扎营.
_REMARK = re.compile("可以?(?:说|說|谓|謂|称|稱|算)|堪称|堪稱|之一|[0-9]{3,4}年|著名|知名|有名")
WRAPS = "“”《》「」『』\"'"


def make(view: View) -> Iterator[Item]:
    """Two items for every definition: the term is asked, and what it is; each term once a document."""
    seen: set[str] = set()
    for analysis in view.analyses:
        for index, sentence in enumerate(analysis.sentences):
            for found in definitions(sentence) if _MAY_DEFINE.search(sentence.text) else ():
                term = sentence.text[found.term.start : found.term.end].strip(WRAPS)
                if term not in seen and _defines(sentence.text, term, found):
                    seen.add(term)
                    yield from _items(view, analysis, index, sentence, found, term)


def _defines(text: str, term: str, found: Definition) -> bool:
    meaning = text[found.meaning.start : found.meaning.end]
    if is_damaged(text) or _REMARK.search(meaning):
        return False
    if not balanced(text[found.term.start : found.term.end]) or not balanced(meaning):
        return False
    if found.mark in ("是", "为") and not _KIND.search(meaning):
        return False
    if found.mark.endswith(("称为", "称之为", "叫做", "叫作")) and not _names(text, found):
        return False
    if any(mark in term for mark in WRAPS + "（）()、"):
        return False
    if not 2 <= len(term) <= 12 or not SHORTEST <= len(meaning) <= LONGEST:
        return False
    return term not in meaning and term[-2:] not in meaning[:4]


def _names(text: str, found: Definition) -> bool:
    """Whether 叫作 names what stands before it (具有特定功能的微小结构叫作细胞器), not what somebody calls a thing."""
    before = text[found.meaning.start : found.meaning.end]
    between = text[found.meaning.end : found.term.start]
    called = ("将", "把", "將", "民间", "俗", "当地", "被", "史称", "人们")
    return (
        "，" not in between and before[-1:] not in "，、统統也又还並并" and not any(word in before for word in called)
    )


def _is_told(term: str, asked: Stem) -> bool:
    """Whether a stem gives a term away, or shows both characters of a short one: 芒种是指有芒的麦子…可以播种."""
    return given_away(term, asked) or (len(term) == 2 and set(term) <= set(asked.visible))


def _is_common(term: str) -> bool:
    """Whether a term is a common word of two characters, whose meaning nobody could ask for without its field: 分支."""
    known, rarity = familiar(term)
    return len(term) == 2 and known and rarity < COMMON + 1


def _items(
    view: View, analysis: Analysis, index: int, sentence: Sentence, found: Definition, term: str
) -> Iterator[Item]:
    context = view.context(analysis.passage, index)
    start = sentence.text.index(term, found.term.start)
    first, last = min(start, found.meaning.start), max(start + len(term), found.meaning.end)
    stem = cut(sentence, first, last)
    hidden = tuple(Gap(at, at + len(term)) for at in occurrences(stem.text, term))
    asked = cut(sentence, start, start + len(term))
    if len(hidden) == 1 and not _is_told(term, asked) and not refers_back(stem.text):
        yield Item(
            kind="term",
            ask="term",
            stem=stem.text,
            gaps=hidden,
            answer=term,
            passage=analysis.passage,
            place=Place(index, stem.start),
            context=context,
        )
    meaning = sentence.text[found.meaning.start : found.meaning.end].rstrip("，；、。")
    if found.meaning.start > start and not _is_common(term):
        at = found.meaning.start - start
        yield Item(
            kind="term",
            ask="definition",
            stem=sentence.text[start : found.meaning.start + len(meaning)],
            gaps=(Gap(at, at + len(meaning)),),
            answer=meaning,
            passage=analysis.passage,
            place=Place(index, start),
            context=context,
        )
