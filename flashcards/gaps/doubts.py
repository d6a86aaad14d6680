"""The last look at a gap: doubts dear enough, or strict enough, to be raised only about the best of a passage.

`examiner` judges every phrase at every place; these rules are asked of the gaps that would be taken, with their stem.
They come from cards that readers who saw card and passage alone would not have put into a test: whom it speaks of is
not said, a twin of the answer stands beside it, a word is asked for which nothing shows that it is a term.
"""

from __future__ import annotations

from functools import cache

from flashcards.gaps import damage, subject, told, whole, worth
from flashcards.gaps.front import Front, Rules


def _is_worded(kind: str) -> bool:
    """Whether nothing but its words shows that a phrase is whole, no mark and no unit."""
    return kind not in ("number", "date", "quote", "title")


def _is_term(front: Front) -> bool:
    return _is_worded(front.kind) and worth.is_term(front)


@cache
def _words(kind: str, is_term: bool) -> Rules:
    worded = _is_worded(kind)
    return (
        *(worth.TERMS if is_term else ()),
        *(worth.FIGURES if kind in ("number", "date", "quote") else ()),
        *(worth.PLACES if kind == "place" else ()),
        *(whole.TERMS if worded and kind not in whole.NAMES else ()),
        *(whole.RULES if worded else ()),
        *worth.RULES,
        *damage.ANSWERS,
    )


@cache
def _stems(is_term: bool, is_strict: bool, has_bracket: bool) -> Rules:
    return (
        *(worth.STEMS if is_term else ()),
        *(rule for rule in told.RULES if has_bracket or rule[1] not in told.IN_BRACKETS),
        *((*told.STRICT, *damage.STRICT) if is_strict else ()),
        *damage.RULES,
        *subject.RULES,
        *(subject.STRICT if is_strict else ()),
    )


def rules_of_words(front: Front) -> Rules:
    """The rules that look at the words beside a place, in order. Most doubts are among these, which cost least."""
    return _words(front.kind, _is_term(front))


def rules_of_stem(front: Front) -> Rules:
    """The rules that read the stem, in order."""
    text = front.stem.text
    return _stems(_is_term(front), front.document.strict, "（" in text or "(" in text)


def of_words(front: Front) -> str:
    """What speaks against asking a phrase at its place, whatever its stem, or nothing."""
    return "" if front.document.lenient else first(rules_of_words(front), front)


def of_stem(front: Front) -> str:
    """What speaks against asking a phrase with its stem, or nothing."""
    return first(told.RULES if front.document.lenient else rules_of_stem(front), front)


def first(rules: Rules, front: Front) -> str:
    """The first doubt that rules raise, in their order."""
    for why, holds in rules:
        if holds(front):
            return why
    return ""
