"""Whether two terms say different things in the same form, wherever they stand."""

from __future__ import annotations

from flashcards.distractors.contrasts import plain
from flashcards.distractors.folding import fold
from flashcards.distractors.likeness import form
from flashcards.distractors.neighbours import is_number


def apart(answer: str, option: str) -> bool:
    """Whether an option is another thing than the answer, and not wrong by its form alone.

    No part of it, no whole around it, no other wording of it; of the same word class at its end, unless both are
    numbers; and neither alone of one character.
    """
    one, other = fold(answer), fold(option)
    if not other or other in one or one in other:
        return False
    if not is_number(answer) and (_class(one) != _class(other) or (len(one) > 1) != (len(other) > 1)):
        return False
    return not is_same(one, other)


def is_same(answer: str, other: str) -> bool:
    """Whether two folded terms are likely to mean the same: the same characters, or the same words but for synonyms."""
    fewer, more = sorted((set(answer), set(other)), key=len)
    if fewer <= more and len(more) > 2 and not any(c.isdigit() for c in answer):
        return True
    one, two = plain(answer), plain(other)
    return one in two or two in one


def _class(text: str) -> str:
    """The word class at the end of a term: N for all that is used as a noun, else the tag's first letter."""
    tags = form(text).tags
    if not tags:
        return ""
    return "N" if tags[-1][0] in "njsftlirxgekhq" or tags[-1] in ("vn", "an", "eng") else tags[-1][0]
