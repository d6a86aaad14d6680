"""Is this answer right? What is given is compared with every accepted form, and the verdict shows the difference.

Both sides are cut into tokens (`answer_tokens`); in the modes that forgive writing (lenient, partial) a number, a unit
or a part of a date is one token, however it is written. `templates/selftest/grading.js` is the same code in JavaScript,
held to it by one table of cases.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashcards.model import Item

if TYPE_CHECKING:
    from flashcards.grading.tokens import Token

# `extra` was given and is not in the answer, `missing` the other way round
Difference = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``verdict``: right, wrong or partial; ``score`` 0 to 1; ``form``: the accepted form it was compared with.

    ``diff``: (same | missing | extra, text) in the order of the answer, joined to runs.
    """

    verdict: str
    score: float
    form: str
    diff: Difference = ()


def grade(
    given: str,
    answer: str,
    accepted: Sequence[str] = (),
    mode: str = "lenient",
    *,
    same: Mapping[str, str] | None = None,
    pinyin: bool = False,
) -> Verdict:
    """Compare what was given with the answer and its other accepted forms.

    ``mode``: lenient (numbers, dates and units in any writing), strict (recitation: every character counts,
    punctuation does not), partial (lenient, and half the points for half the answer). ``same`` maps a character to
    the one it stands for (發 -> 发) and is not used in strict mode. With ``pinyin``, forms in pinyin are compared by
    letters and tones (marks or digits); letters without tones are half right. An empty answer is never right.
    """
    from flashcards.grading.tokens import tokens

    forms = (answer, *accepted)
    numbers = mode != "strict"
    table = {} if mode == "strict" or same is None else same
    mine = tokens(given, numbers=numbers, same=table)
    theirs = [tokens(form, numbers=numbers, same=table) for form in forms]
    canon = [token.canon for token in mine]
    for form, other in zip(forms, theirs, strict=True):
        if canon and canon == [token.canon for token in other]:
            return Verdict("right", 1.0, form, _runs(("same", token.shown) for token in other))
    toneless = None
    if pinyin and (spelt := pinyin_of(given)):
        for form in forms:
            wanted = pinyin_of(form)
            if wanted and wanted[0] == spelt[0]:
                if wanted[1] == spelt[1]:
                    return Verdict("right", 1.0, form, (("same", form),))
                toneless = toneless or (None if spelt[1] else form)
    nearest = _nearest(canon, theirs)
    diff, common = difference(mine, theirs[nearest])
    if toneless is not None:
        return Verdict("partial", 0.5, toneless, diff)
    half = mode == "partial" and 2 * common >= max(len(mine), len(theirs[nearest])) and common > 0
    return Verdict("partial" if half else "wrong", 0.5 if half else 0.0, forms[nearest], diff)


def grade_list(given: str, members: Sequence[str], *, same: Mapping[str, str] | None = None) -> Verdict:
    """Compare an enumeration in any order: the score is the share of members named, wrong extras count against it."""
    from flashcards.grading.tokens import tokens

    table = same or {}
    wanted = [[token.canon for token in tokens(member, same=table)] for member in members]
    parts = _split(given)
    if len(parts) == 1 and [t.canon for t in tokens(given, same=table)] == [c for member in wanted for c in member]:
        parts = list(members)  # written without separators
    left = list(range(len(members)))
    extra = []
    for part in parts:
        canon = [token.canon for token in tokens(part, same=table)]
        found = next((index for index in left if canon and canon == wanted[index]), None)
        if found is None:
            extra.append(part)
        else:
            left.remove(found)
    named = len(members) - len(left)
    diff = tuple(("missing" if i in left else "same", member) for i, member in enumerate(members))
    diff += tuple(("extra", part) for part in extra)
    score = named / max(len(members), named + len(extra), 1)
    return Verdict("right" if score == 1 else "partial" if named else "wrong", score, "、".join(members), diff)


def judgement(given: str) -> bool | None:
    """A true/false answer in words or marks, or None if it is neither."""
    word = unicodedata.normalize("NFKC", given).strip().lower()
    if word in {"√", "✓", "✔", "对", "對", "是", "正确", "正確", "真", "t", "true", "y", "yes", "1"}:
        return True
    if word in {"×", "✗", "✘", "x", "错", "錯", "否", "错误", "錯誤", "假", "f", "false", "n", "no", "0", "2"}:
        return False
    return None


def option(given: str, count: int) -> int | None:
    """The index of an option named by its letter (B) or number (2), or None."""
    word = unicodedata.normalize("NFKC", given).strip().strip(".、)(").lower()
    if len(word) != 1:
        return None
    index = "abcdefgh".find(word) if word.isalpha() else "12345678".find(word)
    return index if 0 <= index < count else None


def grade_item(
    item: Item, given: str, accepted: Sequence[str], *, same: Mapping[str, str] | None = None, pinyin: bool = False
) -> Verdict:
    """Grade by the kind of the item: an option or a judgement by its index or mark, a list in any order, else text."""
    if isinstance(item.answer, bool):
        said = judgement(given)
        right = said is not None and said == item.answer
        return Verdict("right" if right else "wrong", float(right), "√" if item.answer else "×")
    if isinstance(item.answer, int):
        options = item.options or ()
        chosen = option(given, len(options))
        right = chosen == item.answer
        return Verdict("right" if right else "wrong", float(right), options[item.answer])
    if isinstance(item.answer, tuple):
        return grade_list(given, item.answer, same=same)
    return grade(given, item.answer, accepted, mode_of(item), same=same, pinyin=pinyin)


def mode_of(item: Item) -> str:
    """A recitation is strict, a definition may be half right, everything else is lenient."""
    return "strict" if item.kind == "recitation" else "partial" if item.ask == "definition" else "lenient"


def normalise(text: str) -> str:
    """What counts of a text in strict mode: width, case, punctuation, symbols and spaces folded away; idempotent."""
    from flashcards.grading.tokens import tokens

    return "".join(token.canon for token in tokens(text, numbers=False))


# --- differences --------------------------------------------------------------------------------------------------


def difference(given: Sequence[Token], answer: Sequence[Token]) -> tuple[Difference, int]:
    """What is missing and extra against the answer, by a longest common subsequence, and its length."""
    a, b = [token.canon for token in given], [token.canon for token in answer]
    n, m = len(a), len(b)
    longest = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        row, below = longest[i], longest[i + 1]
        for j in range(m - 1, -1, -1):
            row[j] = below[j + 1] + 1 if a[i] == b[j] else max(below[j], row[j + 1])
    i = j = 0
    pieces: list[tuple[str, str]] = []
    while i < n or j < m:
        if i < n and j < m and a[i] == b[j]:
            pieces.append(("same", answer[j].shown))
            i, j = i + 1, j + 1
        elif i < n and (j == m or longest[i + 1][j] >= longest[i][j + 1]):
            pieces.append(("extra", given[i].shown))
            i += 1
        else:
            pieces.append(("missing", answer[j].shown))
            j += 1
    return _runs(pieces), longest[0][0]


def _runs(pieces: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> Difference:
    joined: list[tuple[str, str]] = []
    for kind, text in pieces:
        if joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1] + text)
        else:
            joined.append((kind, text))
    return tuple((kind, text) for kind, text in joined if text)


def _nearest(canon: Sequence[str], theirs: Sequence[Sequence[Token]]) -> int:
    """The form that shares most tokens, the first of equals."""
    mine = Counter(canon)

    def share(other: Sequence[Token]) -> float:
        common = (mine & Counter(token.canon for token in other)).total()
        return common / max(len(canon), len(other), 1)

    return max(range(len(theirs)), key=lambda index: (share(theirs[index]), -index))


def _split(given: str) -> list[str]:
    """The members of an enumeration as typed: cut at its marks, else at white space."""
    parts = [part.strip() for part in re.split("[、，,；;/|\n。]", given) if part.strip()]
    return given.split() if len(parts) == 1 and len(given.split()) > 1 else parts


# --- pinyin -------------------------------------------------------------------------------------------------------

_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_SPELLING = re.compile("[a-zü0-5' ]+")


def pinyin_of(text: str) -> tuple[str, str] | None:
    """The letters and the tones of a text in pinyin (marks or digits, v for ü, neutral tones left out), or None."""
    letters, tones = "", ""
    for c in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower()):
        if c in _TONES:
            tones += _TONES[c]
        elif c == "\u0308" and letters[-1:] == "u":
            letters = letters[:-1] + "ü"
        elif "1" <= c <= "4":
            tones += c
        elif c not in "05 '’-·":
            letters += "ü" if c == "v" else c
    return (letters, tones) if letters and _SPELLING.fullmatch(letters) else None
