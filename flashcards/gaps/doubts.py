"""The last look at a gap: doubts dear enough, or strict enough, to be raised only about the best of a passage.

`examiner` judges every phrase at every place; these rules are asked of the gaps that would be taken, with their stem.
They come from cards that readers who saw card and passage alone would not have put into a test: whom it speaks of is
not said, a twin of the answer stands beside it, a word is asked for which nothing shows that it is a term.
"""

from __future__ import annotations

from flashcards.gaps import damage, subject, told, whole, worth
from flashcards.gaps.front import Front, Rule, Rules


def _every(front: Front) -> bool:
    return True


def _is_figure(front: Front) -> bool:
    return front.kind in ("number", "date", "quote")


def _is_worded(front: Front) -> bool:
    """Whether nothing but its words shows that a phrase is whole, no mark and no unit."""
    return front.kind not in ("number", "date", "quote", "title")


def _is_place(front: Front) -> bool:
    return front.kind == "place"


def _names_nothing(front: Front) -> bool:
    return _is_worded(front) and front.kind not in whole.NAMES


def _is_term(front: Front) -> bool:
    return _is_worded(front) and worth.is_term(front)


def _is_strict(front: Front) -> bool:
    return front.document.strict


Stages = tuple[tuple[Rule, Rules], ...]
# Of which fronts which rules are asked, in order: first those that look at the words beside a place, then those that
# read the stem. Most doubts are among the first, which cost least.
WORDS: Stages = (
    (_is_term, worth.TERMS),
    (_is_figure, worth.FIGURES),
    (_is_place, worth.PLACES),
    (_names_nothing, whole.TERMS),
    (_is_worded, whole.RULES),
    (_every, worth.RULES),
    (_every, damage.ANSWERS),
)
STEMS: Stages = (
    (_is_term, worth.STEMS),
    (_every, told.RULES),
    (_is_strict, told.STRICT),
    (_is_strict, damage.STRICT),
    (_every, damage.RULES),
    (_every, subject.RULES),
    (_is_strict, subject.STRICT),
)
LENIENT: Stages = ((_every, told.RULES),)


def of_words(front: Front) -> str:
    """What speaks against asking a phrase at its place, whatever its stem, or nothing."""
    return "" if front.document.lenient else first(WORDS, front)


def of_stem(front: Front) -> str:
    """What speaks against asking a phrase with its stem, or nothing."""
    return first(LENIENT if front.document.lenient else STEMS, front)


def first(stages: Stages, front: Front) -> str:
    """The first doubt that rules raise, in their order."""
    for applies, rules in stages:
        if applies(front):
            for why, holds in rules:
                if holds(front):
                    return why
    return ""
