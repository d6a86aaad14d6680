"""The stem of a gap: which clauses stand around it, what else in them gives it away, and the hint it needs."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from operator import add

from flashcards.gaps.places import class_of, plain, word_at
from flashcards.keyphrases import background as b
from flashcards.model import Gap, Sentence
from flashcards.words import words

LONGEST = 80  # characters of a stem, about
BEARABLE = 100  # characters that a stem may have where fewer would lose its subject
WHOLE = 110  # characters that a stem may have where fewer would end it at a comma
HARD = 120  # a single clause longer than this is cut at word edges
_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "‘": "’", "【": "】", "〈": "〉"}
_CLOSE = {close: open_ for open_, close in _PAIRS.items()}
_STRONG = "；;。！？!?"
_OPENERS = frozenset(
    {b.NOUN, b.PROPER, b.PERSON, b.PLACE, b.TIME, b.ABBREVIATION, b.LATIN, b.DIGITS, b.NUMBER, b.GERUND}
    | {b.ATTRIBUTE, b.ADJECTIVE, b.UNKNOWN, b.IDIOM}
)
_COUNTED = ("一是", "二是", "三是", "四是", "五是")
_REFERS = re.compile(
    r"[“「]?(?:[从從]此|自此|此[后後外前]?|因此|[这這那][些种種个個一里裡样樣]?|[该該]|其(?![中次他它余餘])|(?:同[时時]|但|而)?[它他她][们們]?|[后後]者|前者|[两兩]者|[是亦也又]|[为為](?![了何])|特[别別]是|尤其是|以及)"
)
_TORN = re.compile(  # the first character, which is quickly found, and what it begins
    "[（(「『“《【：:，,、；;为為](?:"
    r"(?<=[（(「『“《【])[\s，,、；;。：:'’]*[）)」』”》】]|(?<=[：:，,、；;])\s*['’]?\s*[）)]"
    r"|(?<=[，、；：])\s*[，、；。]|(?<=[为為])。)"
)
_UNFINISHED = frozenset(when + comma for when in "后後时時中" for comma in "，,")
_PLUS = re.compile(r"\+\s?[0-9]")
_MARK = r"\s，、；：。！？,;:.!?()（）《》〈〉“”‘’「」『』【】…—·-"
TABLE = 60  # characters without a mark, of which more are a table run together
_LISTED = re.compile(r"[）)]、[^、。；]+[（(]")
_SPAN_OF_YEARS = re.compile("[0-9]{1,2}年")
_ASCII = re.compile("[\0-\x7f]")
_ALNUM = re.compile("[0-9A-Za-z]")
_MARKS = re.compile("[" + re.escape("".join([*_PAIRS, *_CLOSE])) + "]")


@dataclass(frozen=True)
class Stem:
    """A stretch of a sentence: its offset there, its text, and the gaps as spans in the text."""

    start: int
    text: str
    gaps: tuple[Gap, ...]

    @cached_property
    def visible(self) -> str:
        """What stays to be read, a line feed for each gap."""
        parts, at = [], 0
        for gap in self.gaps:
            parts.append(self.text[at : gap.start])
            at = gap.end
        return "\n".join([*parts, self.text[at:]])


def cut(sentence: Sentence, start: int, end: int) -> Stem:
    """The stem around a span: the whole sentence where it is short, else clauses around it, 80 characters or so.

    Of all runs of clauses that hold the span the one is taken that begins with its subject, ends where the sense is
    whole and is near 80 characters; up to 100 where it would else lose its subject. A quotation is never cut.
    All occurrences of the span's text in the stem are gaps.
    """
    left, right = _clauses(sentence, start, end)
    right = _finish(sentence, left, right, end)
    while left < start and sentence.text[left].isspace():
        left += 1
    while right > end and sentence.text[right - 1].isspace():
        right -= 1
    text, phrase = sentence.text[left:right], sentence.text[start:end]
    return Stem(left, text, tuple(_occurrences(text, phrase)))


def _occurrences(text: str, phrase: str) -> list[Gap]:
    gaps, at = [], text.find(phrase)
    while at >= 0:
        gaps.append(Gap(at, at + len(phrase)))
        at = text.find(phrase, at + len(phrase))
    return gaps


def _clauses(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    text = sentence.text
    if len(text) <= 2 * LONGEST and len(text.strip()) <= LONGEST:
        return 0, len(text)
    edges = _edges_of(sentence)
    left, right = edges.before(start + 1), edges.behind(end - 1)
    if right - left > HARD:
        return _window(sentence, start, end, left, right)
    lefts, rights = [left], [right]
    while (before := edges.before(lefts[-1])) < lefts[-1] and right - before <= BEARABLE:
        lefts.append(before)
    while (after := edges.behind(rights[-1])) > rights[-1] and after - left <= BEARABLE:
        rights.append(after)
    starts = [(edges.price_of_start(at), at) for at in lefts]
    ends = [(edges.price_of_end(at), at) for at in rights]
    pairs = [
        (round(a + z + _price_of_length(last - first), 6), last - first, first, last)
        for a, first in starts
        for z, last in ends
        if last - first <= BEARABLE or (first, last) == (left, right)
    ]
    _, _, left, right = min(pairs)
    return left, right


def _finish(sentence: Sentence, left: int, right: int, end: int) -> int:
    """Where a stem that ends at a comma had better end: at a semicolon before, or where the rest is short behind it."""
    text = sentence.text
    if text[right - 1] not in "，,":
        return right
    edges = _edges_of(sentence)
    before = right
    while (before := edges.before(before)) >= end:
        if text[before - 1] in _STRONG:
            return before
    behind = right
    while behind < (behind := edges.behind(behind)) <= left + WHOLE:
        if behind == len(text):
            return behind if _is_whole(text, behind) else right
        if text[behind - 1] in _STRONG:
            return behind
    return right


def _price_of_length(length: int) -> float:
    """Less context costs a little, more than 80 characters more."""
    return 0.02 * max(0, LONGEST - length) + 0.06 * max(0, length - LONGEST)


def _price_of_start(sentence: Sentence, at: int) -> float:
    """What it costs to begin a stem here: dear where the clause has lost its subject."""
    if at == 0:
        return 0.0
    if not opens(sentence, at):
        return 3.0
    return 0.0 if sentence.text[at - 1] in _STRONG else 0.5


def _price_of_end(sentence: Sentence, at: int, last: int) -> float:
    """What it costs to end a stem here, with a clause that begins at ``last``: dear before what a colon announces and
    behind a lone connective."""
    text = sentence.text
    if at == len(text) or text[at - 1] in _STRONG:
        return 0.0
    if text[at - 1] in "：:" or unfinished(text[max(0, at - LONGEST) : at]) or at - last <= 4:
        return 3.0
    return 0.6 if opens(sentence, at) else 1.0


class _Edges:
    """The edges of a sentence's clauses that cut no quotation, and what it costs to begin or to end a stem there: every
    gap of the sentence asks for the same."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        quoted = _MARKS.search(sentence.text)
        safe = quoted.start() if quoted else len(sentence.text)
        self._at = [at for at in sentence.clauses if at <= safe or _is_whole(sentence.text, at)]
        self._starts: dict[int, float] = {}
        self._ends: dict[int, float] = {}

    def before(self, at: int) -> int:
        """The last edge before an offset; the sentence's beginning where there is none."""
        index = bisect_left(self._at, at)
        return self._at[index - 1] if index else 0

    def behind(self, at: int) -> int:
        """The first edge behind an offset; the sentence's end where there is none."""
        index = bisect_right(self._at, at)
        return self._at[index] if index < len(self._at) else len(self.sentence.text)

    def price_of_start(self, at: int) -> float:
        """What it costs to begin at an edge."""
        if at not in self._starts:
            self._starts[at] = _price_of_start(self.sentence, at)
        return self._starts[at]

    def price_of_end(self, at: int) -> float:
        """What it costs to end at an edge."""
        if at not in self._ends:
            self._ends[at] = _price_of_end(self.sentence, at, self.before(at))
        return self._ends[at]


# The edges of the long sentences looked at last, by the sentence's identity (which the entry keeps alive).
_edges: dict[int, _Edges] = {}


def _edges_of(sentence: Sentence) -> _Edges:
    known = _edges.get(id(sentence))
    if known is None:
        if len(_edges) >= 1024:
            _edges.clear()
        known = _edges[id(sentence)] = _Edges(sentence)
    return known


def _is_whole(text: str, edge: int) -> bool:
    # In a very long sentence marks are not to be trusted, and counting them from its beginning would take ever longer.
    return len(text) > 6 * LONGEST or balanced(text[:edge])


def opens(sentence: Sentence, at: int) -> bool:
    """Whether a clause that begins at an offset may begin a text.

    It may with a noun, a time, a place or 要, not with a verb or a pronoun whose subject went before. In a sentence
    without a subject every clause may.
    """
    kind, word = _first_word(sentence, at)
    if _REFERS.match(sentence.text, at):
        return False
    if kind in _OPENERS or plain(word) in _opening():
        return not (kind == b.NUMBER and sentence.text[at : at + 2] in _COUNTED)
    return at > 0 and kind == b.VERB and _first_word(sentence, 0)[0] in (b.VERB, b.FUNCTION, b.ADVERB)


@cache
def _opening() -> frozenset[str]:
    return b.light()["opening"] | b.light()["verb"]


def _first_word(sentence: Sentence, at: int) -> tuple[int, str]:
    """The class and the text of the first word at or behind an offset that is no mark."""
    words, tags = sentence.tokens.texts, sentence.tokens.tags
    for index in range(word_at(sentence, at), len(words)):
        kind = class_of(words[index], tags[index])
        if kind != b.MARK:
            return kind, words[index]
    return b.MARK, ""


def adrift(sentence: Sentence, stem: Stem) -> bool:
    """Whether a stem begins within its sentence at a clause that has lost its subject, or was cut out of a long list
    or an open bracket."""
    if stem.start > 0 and not opens(sentence, stem.start):
        return True
    return not balanced(stem.text) or (len(sentence.text) > HARD and _LISTED.search(stem.text) is not None)


def refers_back(text: str) -> bool:
    """Whether a text begins with a pronoun or a connective that tells of what went before (它, 从此, 是)."""
    return _REFERS.match(text) is not None


@lru_cache(maxsize=1 << 9)
def torn(text: str) -> bool:
    """Whether a text shows that something was lost from it: brackets with nothing in them, two commas in a row."""
    return _TORN.search(text) is not None


def unfinished(text: str) -> bool:
    """Whether a text ends before its main clause: at 后， or 时， or 中，."""
    return text.rstrip()[-2:] in _UNFINISHED


@lru_cache(maxsize=1 << 9)
def garbled(text: str) -> bool:
    """Whether a text is a table run together: +1 and +2 in a row, or more than 60 characters without a mark."""
    return runs_on(text, TABLE) or ("+" in text and len(_PLUS.findall(text)) > 1)


def runs_on(text: str, most: int) -> bool:
    """Whether a text has more than so many characters in a row without a mark or white space."""
    return len(text) > most and _running_on(most).match(text) is not None


@lru_cache(maxsize=4)
def _running_on(most: int) -> re.Pattern[str]:
    """Every character is looked at once: what a run without a mark has too few of is passed over as a whole."""
    return re.compile(f"(?:[^{_MARK}]{{0,{most}}}+[{_MARK}]++)*+[^{_MARK}]{{{most + 1}}}")


def _window(sentence: Sentence, start: int, end: int, left: int, right: int) -> tuple[int, int]:
    """A clause without marks for very long: half the room on each side, at word edges."""
    half = (LONGEST - (end - start)) // 2
    tokens = sentence.tokens
    first = word_at(sentence, max(left, start - half))
    last = bisect_right(tokens, min(right, end + half), key=lambda token: token.end) - 1
    return min(tokens[first].start, start), max(tokens[last].end, end)


@lru_cache(maxsize=1 << 9)
def balanced(text: str) -> bool:
    """Whether every quotation mark and bracket that opens in a text closes in it, in order."""
    stack: list[str] = []
    for mark in _MARKS.findall(text):
        if mark in _PAIRS:
            stack.append(mark)
        elif not stack or stack.pop() != _CLOSE[mark]:
            return False
    return not stack


def given_away(phrase: str, stem: Stem) -> bool:
    """Whether most of the answer can be read elsewhere in the stem.

    Three characters in a row or more than half of them, and of four the first two; of numbers and Latin letters three
    fifths. Or something as long that differs in one character (英式花园, 英国花园).
    """
    visible, length = stem.visible, len(phrase)
    if not any(map(visible.__contains__, map(add, phrase, phrase[1:]))):
        return False  # the usual case: not even two of its characters stand side by side
    if _ASCII.search(phrase):
        size = max(2, -(-length * 3 // 5))
    else:
        size = max(2, min(3, length // 2 + 1))
        if length == 4 and phrase[:2] in visible:
            return True
        # what differs in one character has one half in common
        half = length // 2
        if (
            length > 3
            and (phrase[:half] in visible or phrase[half:] in visible)
            and any(
                sum(map(str.__ne__, phrase, visible[at : at + length])) < 2 for at in range(len(visible) - length + 1)
            )
        ):
            return True
    return any(map(visible.__contains__, [phrase[at : at + size] for at in range(length - size + 1)]))


def enough(phrase: str, stem: Stem) -> bool:
    """Whether enough stays visible to answer from: 8 letters or Han at least, and as many as the gap hides."""
    return shows(stem, max(8, len(phrase)))


def shows(stem: Stem, count: int) -> bool:
    """Whether so many letters, digits or Han can be read."""
    return _at_least(count).match(stem.visible) is not None


@lru_cache(maxsize=256)
def _at_least(count: int) -> re.Pattern[str]:
    return re.compile(rf"(?:[\W_]*[^\W_]){{{count}}}")


def hint(phrase: str, kind: str, lang: str, *, known: bool = False) -> str:
    """A hint that makes the answer the only one without giving it away: its category, or length and first character.

    What the text comes back to is ``known`` by its length alone: with its first character it would be given away.
    """
    table = words("gaps", lang)
    if kind == "date" and not _SPAN_OF_YEARS.fullmatch(phrase):
        return table["year"] if phrase.endswith("年") and len(phrase) <= 6 else table["date"]
    if kind in ("number", "date"):
        return table["number"]
    if _ALNUM.search(phrase):
        return ""
    length = table["characters"].replace("#", str(len(phrase)))
    return length if len(phrase) < 4 or known else f"{phrase[0]}……，{length}"
