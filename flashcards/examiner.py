"""An examiner's eye on one phrase at one place: is it a whole term there, is it worth asking, and why."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log2

from flashcards.keyphrases import background as b
from flashcards.model import Keyphrase, Occurrence, Sentence, Token
from flashcards.patterns import Enumeration

NOMINAL = frozenset({b.NOUN, b.PROPER, b.PERSON, b.PLACE, b.GERUND, b.ABBREVIATION, b.LATIN, b.UNKNOWN, b.IDIOM})
_HEADS = NOMINAL - {b.GERUND, b.IDIOM, b.PERSON}  # right behind a phrase they say that the term goes on
_QUALIFIERS = frozenset({b.NOUN, b.PROPER, b.ABBREVIATION, b.LATIN, b.UNKNOWN, b.ATTRIBUTE, b.ADJECTIVE, b.PLACE})
_LENGTH = (0.0, 0.0, 0.0, 0.06, 0.16, 0.2, 0.22, 0.22, 0.2, 0.18, 0.15, 0.12, 0.1)  # by characters
_KIND = {
    "quote": 0.25,
    "title": 0.2,
    "date": 0.2,
    "number": 0.15,
    "name": 0.15,
    "place": 0.1,
    "organisation": 0.15,
    "idiom": 0.08,
    "user": 2.0,
}
_WORDS = {
    "quote": "a quoted term",
    "title": "a title",
    "date": "a date",
    "number": "a number with its unit",
    "name": "a name",
    "place": "a place",
    "organisation": "an organisation",
    "idiom": "a set phrase",
    "user": "a term of the user's list",
}
_ARTICLE = re.compile(
    r"[一两几](?:[个条座种项次场批类份家支位名张件步起下点]|方面|系列|部分)|第?[一二三四五六七八九十]{1,3}"
)
_MARK = re.compile(r"[、，。；：！？,;:!?\s（）()《》〈〉“”‘’「」『』【】…—]")


@dataclass(slots=True)
class Judgement:
    """What a phrase is worth at its place (about 0 to 1), the reasons, and what speaks against it outright."""

    value: float
    reasons: list[str] = field(default_factory=list)
    fault: str = ""

    def add(self, worth: float, reason: str) -> None:
        """Count one reason."""
        self.value += worth
        self.reasons.append(reason)


def judge(
    sentence: Sentence,
    phrase: Keyphrase,
    place: Occurrence,
    rank: float,
    counts: Mapping[str, int],
    found: Sequence[Enumeration],
) -> Judgement:
    """Judge a phrase at a place. ``rank`` is its score as a share of the document's best, ``counts`` how often each
    phrase of the document occurs, ``found`` the parallel lists of the sentence."""
    tokens, before, behind = around(sentence, place)
    judgement = Judgement(0.45 * min(1.0, max(0.0, rank)), [f"rank {rank:.2f}"])
    if phrase.kind == "user":
        judgement.add(_KIND["user"], _WORDS["user"])
        return judgement
    judgement.fault = _fault(phrase, tokens, before, behind)
    if judgement.fault:
        return judgement
    judgement.add(_LENGTH[min(len(phrase.text), len(_LENGTH) - 1)], f"{len(phrase.text)} characters")
    if phrase.kind in _KIND:
        judgement.add(_KIND[phrase.kind], _WORDS[phrase.kind])
    count = counts.get(phrase.text, 1)
    if count > 1:
        judgement.add(min(0.15, 0.05 * log2(count)), f"{count} times in the document")
    if place == phrase.occurrences[0]:
        judgement.add(0.05, "first mention")
    _weigh_edges(judgement, phrase, tokens, before, behind, count)
    if any(member.start <= place.start and place.end <= member.end for lst in found for member in lst.members):
        judgement.add(-0.08, "member of a list")
    return judgement


def around(sentence: Sentence, place: Occurrence) -> tuple[Sequence[Token], Token | None, Token | None]:
    """The words of a place, the word before it and the word behind it."""
    first = bisect_left(sentence.tokens, place.start, key=lambda token: token.start)
    last = bisect_left(sentence.tokens, place.end, key=lambda token: token.start)
    before = sentence.tokens[first - 1] if first > 0 else None
    behind = sentence.tokens[last] if last < len(sentence.tokens) else None
    return sentence.tokens[first:last], before, behind


def word_class(token: Token | None) -> int:
    """The class of a word; no word, white space and marks are `MARK`."""
    if token is None or _MARK.match(token.text):
        return b.MARK
    return b.surface_class(token.text) or b.word_class(token.pos)


def _fault(phrase: Keyphrase, tokens: Sequence[Token], before: Token | None, behind: Token | None) -> str:
    """Why the phrase cannot be asked here, or nothing."""
    classes = [word_class(token) for token in tokens]
    text, kind = phrase.text, phrase.kind
    if kind in ("quote", "title"):
        return "" if len(text) >= 2 else "too short"
    if kind in ("number", "date"):
        return _number_fault(text, before, behind)
    if text in b.light()["whole"]:
        return "too general"
    if not NOMINAL & set(classes):
        return "no noun in it"
    if classes[-1] == b.LOCATION or classes[0] in (b.NUMBER, b.MEASURE, b.DIGITS) and word_class(before) == b.MARK:
        return "an edge that is no edge of a term"
    if len(tokens) > 1 and classes[-1] in (b.VERB, b.ADJECTIVE, b.ADVERB) and word_class(behind) == b.MARK:
        return "a clause, not a term" if len(phrase.occurrences) < 2 else ""
    if before is not None and word_class(before) in (b.DIGITS, b.NUMBER):
        return "a number before it belongs to it"
    for token in (before, behind):
        if token is not None and len(token.text) == 1 and word_class(token) in (b.NOUN, b.UNKNOWN, b.PROPER, b.PERSON):
            return "part of a longer word"
    return ""


def _number_fault(text: str, before: Token | None, behind: Token | None) -> str:
    if _ARTICLE.fullmatch(text):
        return "no more than an article"
    if before is not None and word_class(before) in (b.DIGITS, b.NUMBER, b.LATIN):
        return "part of a longer number"
    if behind is not None and word_class(behind) in (b.MEASURE, b.DIGITS, b.NUMBER):
        return "part of a longer number"
    return ""


def _weigh_edges(
    judgement: Judgement,
    phrase: Keyphrase,
    tokens: Sequence[Token],
    before: Token | None,
    behind: Token | None,
    count: int,
) -> None:
    """Less where a noun before or behind says that the term goes on; less for a verb with its object."""
    if phrase.kind in ("quote", "title", "number", "date"):
        return
    share = 0.4 if count >= 3 else 1.0
    left, right = word_class(before), word_class(behind)
    if right in _HEADS:
        judgement.add(-0.3 * share, f"goes on with {behind.text if behind else ''}")
    elif right == b.GERUND:
        judgement.add(-0.12 * share, f"goes on with {behind.text if behind else ''}")
    if left in _QUALIFIERS:
        judgement.add(-0.3 * share, f"begins with {before.text if before else ''}")
    classes = [word_class(token) for token in tokens]
    if classes[0] == b.VERB and len(tokens) > 1:
        judgement.add(-0.15 if count < 2 else -0.05, "a verb with its object")
    if classes[-1] in (b.VERB, b.ADJECTIVE) and len(tokens) > 1 and count < 2:
        judgement.add(-0.12, "ends with a verb")
    if len(tokens) == 1 and classes[0] in (b.GERUND, b.ADJECTIVE, b.VERB):
        judgement.add(-0.2, "an action, not a thing")
