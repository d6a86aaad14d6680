"""Parallel lists (A、B、C和D) and definitions (X是一种…, 所谓X, X是指…) in a sentence, as spans.

Both are found from the surface: marks, connectives and word edges. What cannot be delimited with some certainty is
left out, because an item made from it would have a wrong key.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from flashcards import memory
from flashcards.gaps.places import word_at
from flashcards.keyphrases.background import light
from flashcards.model import Gap, Sentence


class Enumeration(NamedTuple):
    """A parallel list: its members as spans in the sentence, and the span from the first to the last of them."""

    members: tuple[Gap, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A defined term and what is said of it, as spans in the sentence; ``mark`` is the wording that joins them."""

    term: Gap
    meaning: Gap
    mark: str


_STOP = re.compile(r"[，。；：！？,;!?\n]")
_JOIN = re.compile("[和及与或以](?:(?<=以)及|(?<=及)其|(?<!以))")  # 以及, 及其 or the character alone
_OPEN, _CLOSE = frozenset("“《（「("), frozenset("”》）」)")
_PAIRED = _OPEN | _CLOSE
_MARKS = re.compile("[“《（「(”》）」)、]")
MEMBER = 16  # characters of a member at most
PHRASE = 5  # members longer than this may be clauses, whose edges nothing tells
_BONUS = 4.0  # characters off in length that a member may be which begins and ends as the others do
_REACH = 24  # characters: an outer member reaches no farther
_QUOTES = str.maketrans({"“": "(", "”": ")", "《": "(", "》": ")", "（": "(", "）": ")", "「": "(", "」": ")"})


# The lists of the sentences looked at last, by the sentence's identity (which the entry keeps alive): gaps, list items
# and choices all ask for them.
_found: dict[int, tuple[Sentence, tuple[Enumeration, ...]]] = {}
memory.kept(_found.clear)


def lists(sentence: Sentence) -> tuple[Enumeration, ...]:
    """The lists of three and more members joined by 、 (the last also by 和, 及, 与, 或), in order.

    Inner members are given by the marks. The outer edges of the first and the last are the word edges that make them
    most like the inner ones in length and in shared first or last characters (新技术、新产业、新业态).
    """
    if "、" not in sentence.text:
        return ()
    known = _found.get(id(sentence))
    if known is None:
        if len(_found) >= 4096:
            _found.clear()
        known = _found[id(sentence)] = (sentence, tuple(_lists(sentence)))
    return known[1]


def _lists(sentence: Sentence) -> Iterator[Enumeration]:
    edges = (*sentence.tokens.starts, len(sentence.text))  # where its words begin, and its end
    start = 0
    for clause in _STOP.split(sentence.text):
        end = start + len(clause)
        for run in _runs(sentence.text, start, end) if "、" in clause else ():
            made = _list_of_run(sentence, start, end, run, edges)
            if made:
                yield made
        start = end + 1


def _runs(text: str, start: int, end: int) -> list[list[int]]:
    """Where the marks 、 of a clause stand, but for those in brackets and quotations: runs of marks near each other."""
    runs: list[list[int]] = []
    depth = 0
    for match in _MARKS.finditer(text, start, end):
        mark, at = match[0], match.start()
        if mark != "、":
            depth += 1 if mark in _OPEN else -1
        elif depth == 0 and runs and at - runs[-1][-1] <= MEMBER:
            runs[-1].append(at)
        elif depth == 0:
            runs.append([at])
    return runs


def _depth(text: str) -> int:
    """How many marks of a text stay open."""
    if _PAIRED.isdisjoint(text):
        return 0
    marks = text.translate(_QUOTES)
    return marks.count("(") - marks.count(")")


def _list_of_run(sentence: Sentence, start: int, end: int, run: list[int], edges: Sequence[int]) -> Enumeration | None:
    text = sentence.text
    inner = [(a + 1, b) for a, b in pairwise(run)]
    models = [text[a:b] for a, b in inner]
    if "" in models:
        return None
    joined = _joined(text, run[-1] + 1, end, models)
    if not inner and joined is None:
        return None
    members = list(inner)
    if joined is not None:
        middle, start_last = joined
        members.append((run[-1] + 1, middle))
    else:
        start_last = run[-1] + 1
    like = _Likeness.of(models if joined is None else [*models, text[slice(*members[-1])]])
    word = bisect_left(edges, run[0])
    words = range(bisect_left(edges, max(start, run[0] - like.reach)), word)
    first = _best_edge(sentence, [(edges[at], run[0], at, word) for at in words], like, light()["lead"])
    if first is None:
        return None
    word = bisect_left(edges, start_last)
    words = range(bisect_right(edges, start_last), bisect_right(edges, min(end, start_last + like.reach)))
    last = _best_edge(sentence, [(start_last, edges[at], word, at) for at in words], like, light()["tail"])
    if last is None:
        return None
    members = [first, *members, last]
    if _median([b - a for a, b in members]) > PHRASE and not _stands_free(sentence, first[0], last[1]):
        return None
    texts = [text[a:b] for a, b in members]
    if len(set(texts)) < len(texts) or max(map(len, texts)) > MEMBER:
        return None
    return Enumeration(tuple(map(Gap._make, members)), members[0][0], members[-1][1])


def _stands_free(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a list of long members begins behind a mark or a light word and ends before one: else its edges are
    guesses."""
    words, first, last = sentence.tokens.texts, word_at(sentence, start), word_at(sentence, end)
    before = words[first - 1] if first > 0 else "，"
    behind = words[last] if last < len(words) else "。"
    return (before in light()["lead"] or not before.isalnum()) and (behind in light()["tail"] or not behind.isalnum())


def _joined(text: str, start: int, end: int, models: list[str]) -> tuple[int, int] | None:
    """Where the part behind the last 、 is cut by a connective into two members: (end of one, start of the other)."""
    for match in _JOIN.finditer(text, start + 1, min(end, start + 20)):
        want = _median(map(len, models)) if models else 4
        if abs(match.start() - start - want) <= max(2, want / 2) and match.end() < end:
            return match.start(), match.end()
    return None


def _median(numbers: Iterable[int]) -> float:
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return (ordered[half] + ordered[~half]) / 2


class _Likeness(NamedTuple):
    """What the members between marks have in common: about how long they are, their shared first and last character
    (or nothing), and whether they hold quotation marks."""

    size: float
    first: str
    last: str
    quoted: bool

    @classmethod
    def of(cls, models: Sequence[str]) -> _Likeness:
        first, last = {m[0] for m in models}, {m[-1] for m in models}
        return cls(
            _median(map(len, models)),
            first.pop() if len(first) == 1 else "",
            last.pop() if len(last) == 1 else "",
            "“" in "".join(models),
        )

    @property
    def reach(self) -> float:
        """How long a member may be that costs no more than the dearest."""
        return min(_REACH, self.size + max(2.0, self.size) + _BONUS)

    def bonus(self, text: str) -> float:
        """What speaks for a member that begins or ends as the others do."""
        return _BONUS / 2 * ((text[0] == self.first) + (text[-1] == self.last))


def _best_edge(
    sentence: Sentence, spans: Sequence[tuple[int, int, int, int]], like: _Likeness, refused: frozenset[str]
) -> tuple[int, int] | None:
    """The span most like the other members, if one is like enough: the first of those that cost least. A span is given
    by its characters and by its words."""
    best, limit = None, max(2.0, like.size)
    for a, b, first, end in spans:
        cost = abs(b - a - like.size)
        if cost - _BONUS > limit:
            continue
        text = sentence.text[a:b]
        cost -= like.bonus(text)
        if cost > limit or not text.strip() or _depth(text) or (like.quoted and "“" in text[1:]):
            continue
        cost += 4.0 * sum(map(refused.__contains__, sentence.tokens.texts[first:end]))
        if cost < limit or (cost == limit and best is None):
            best, limit = (a, b), cost
    return best


_PRONOUN = r"(?!这|那|它|他|她|其|此|本|我|你|该|谁|如果|但|而|因|所以|可|就|也|都|不|又|还|更|最|只|主要|关键|目的)"
_TERM = _PRONOUN + r"(?P<term>[“《]?[^，。；：！？、,;:!?“”《》（）()\n的是]{2,14}[”》]?)"
_ASIDE = (
    r"(?P<aside>（[^（）]{1,40}）|\([^()]{1,40}\))?，?(?P<alias>(?:又称|也称|亦称|简称|又名|俗称)[^，。；]{1,12}，)?"
)
_MEANING = r"(?P<meaning>[^。！？；\n]{4,120})"
_ONE = r"一(?=[种类个门项座家所部款款套条支位名片颗组代次场届本首份张])"
_DEFINITIONS = (
    re.compile(
        r"所谓(?P<term>[“《]?[^，。；：！？、,;\n]{2,14}?[”》]?)，?(?P<mark>就是指|就是|是指|即指|即|指的是|是)"
        + _MEANING
    ),
    re.compile(
        r"(?:^|(?<=[。；\n]))"
        + _TERM
        + _ASIDE
        + r"(?P<mark>是指|指的是|就是指|即指|是|为)(?="
        + _ONE
        + r"|.{0,60}的(?:总称|统称|简称|过程|现象|学科|能力|方法|行为|总和|制度))"
        + _MEANING
    ),
    re.compile(r"(?:^|(?<=[。；\n]))" + _TERM + _ASIDE + r"(?P<mark>是指|指的是|就是指|系指|，?是指)" + _MEANING),
    re.compile(
        r"^" + _TERM + _ASIDE + r"(?P<mark>是)(?!在|由于|因为|为了|以|从|对|不|否|最)"
        r"(?P<meaning>[^。！？；\n]{3,80}?的[^。！？；，\n的]{2,12})(?=[。，；]|$)"
    ),
    re.compile(
        r"(?P<meaning>[^。！？；\n]{6,80}?)，?(?P<mark>被称为|称为|称之为|叫做|叫作)"
        r"(?P<term>[“《]?[^，。；：！？、,;:\n的了]{2,12}[”》]?)(?=[，。；]|$)"
    ),
)
# What a sentence must have of each: a pattern takes long to find nothing.
_NEEDED = (("所谓",), ("是", "为", "即指"), ("指",), ("是",), ("称为", "称之为", "叫做", "叫作"))


def definitions(sentence: Sentence) -> tuple[Definition, ...]:
    """The definition this sentence gives, if it gives one: at most one, because a sentence defines one thing."""
    for needed, pattern in zip(_NEEDED, _DEFINITIONS, strict=True):
        match = pattern.search(sentence.text) if any(mark in sentence.text for mark in needed) else None
        if match and _is_term(sentence, match.start("term"), match.end("term")):
            term, meaning = Gap(*match.span("term")), Gap(*match.span("meaning"))
            return (Definition(term, meaning, match["mark"].strip("，")),)
    return ()


def _is_term(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a span begins and ends at word edges, has no digit and ends with a word that may name a thing."""
    tokens = [token for token in sentence.tokens[:40] if token.start < end and token.end > start]
    if not tokens or tokens[0].start != start or tokens[-1].end != end:
        tokens = [token for token in sentence.tokens if token.start < end and token.end > start]
    return (
        bool(tokens)
        and tokens[0].start == start
        and tokens[-1].end == end
        and not any(character.isdigit() for character in sentence.text[start:end])
        and tokens[-1].pos[:1] in "nvaijlxzebg"
        and all(token.pos[:1] not in "prcuyod" for token in tokens)
    )
