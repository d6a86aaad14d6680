"""List 并列: the whole of a parallel list is asked; its members, one by one, are cloze items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flashcards.items.view import View, occurrences
from flashcards.model import Analysis, Gap, Item, Place, Sentence, Token
from flashcards.numerals import value
from flashcards.patterns import Enumeration
from flashcards.patterns import lists as enumerations
from flashcards.stems import cut

FEWEST, MOST = 3, 7  # fewer is no list, more is no question but a recitation
LONGEST = 12  # characters of a member
_NOUNS = frozenset(["n", "nz", "nt", "nr", "ns", "vn", "s", "an", "ng"])
_GOES_ON = _NOUNS | frozenset(["f", "v", "l", "i"])  # what may belong to the word before it
_HOW = frozenset(["大力", "积极", "着力", "努力", "全面", "深入", "扎实", "持续", "大力弘扬", "进一步", "更加"])
_MORE = re.compile(r"(?:等|等等)?(?P<number>[0-9一二三四五六七八九十]*)")
CUE = 6  # characters of the stem that must stay to say what is listed


def make(view: View) -> Iterator[Item]:
    """One item for every list that can be asked, in reading order, at most one a sentence."""
    for analysis in view.analyses:
        for index, sentence in enumerate(analysis.sentences):
            found = [item for e in enumerations(sentence) for item in _items(view, analysis, index, sentence, e)]
            yield from found[:1]


def _items(view: View, analysis: Analysis, index: int, sentence: Sentence, found: Enumeration) -> Iterator[Item]:
    members = tuple(sentence.text[gap.start : gap.end] for gap in found.members)
    stem = cut(sentence, found.start, found.end)
    gaps = tuple(Gap(gap.start - stem.start, gap.end - stem.start) for gap in found.members)
    if _is_sure(sentence, found) and _can_be_asked(stem.text, members, gaps):
        yield Item(
            kind="list",
            stem=stem.text,
            gaps=gaps,
            answer=members,
            passage=analysis.passage,
            place=Place(index, stem.start),
            context=view.context(analysis.passage, index),
        )


def _is_sure(sentence: Sentence, found: Enumeration) -> bool:
    """Whether the list is surely all of a list, with its edges where they belong.

    The members are built alike (verb first or noun first, verb last or noun last), about equally long, the last one is
    not cut off from a word that belongs to it, and the text does not say that there are more.
    """
    members = [_tokens(sentence, gap.start, gap.end) for gap in found.members]
    if not all(members):
        return False
    lengths = [gap.end - gap.start for gap in found.members]
    alike = len({_opens(m) for m in members}) == 1 and len({_closes(m) for m in members if len(m) > 1}) <= 1
    verbs = {_governs(m) for m in members if len(m) > 1}
    plain = all(len(m) == 1 for m in members)
    if len(verbs) > 1 or (True in verbs and any(len(m) == 1 for m in members)):
        return False
    after = next((token for token in sentence.tokens if token.start >= found.end), None)
    if plain and any(m[0].pos[0] in "ad" for m in members) and after is not None and _is_verb(after):
        return False  # 完整、准确、全面贯彻: how something is done, not what
    before = next((token for token in reversed(sentence.tokens) if token.end <= found.start), None)
    if members[0][0].text in _HOW or (before is not None and before.pos in _NOUNS):
        return False
    if not alike or max(lengths) > 3 * min(lengths):
        return False
    count = _MORE.match(sentence.text, found.end)
    if count is not None and (value(count["number"]) or "0") not in ("0", str(len(members))):
        return False
    if after is None or after.pos not in _GOES_ON:
        return True
    return after.pos == "v" and not _is_verb(members[-1][-1]) and members[-1][-1].pos[0] not in "ad"


def _tokens(sentence: Sentence, start: int, end: int) -> list[Token]:
    inside = [token for token in sentence.tokens if token.start < end and start < token.end]
    whole = bool(inside) and inside[0].start == start and inside[-1].end == end
    return inside if whole else []


def _is_verb(token: Token) -> bool:
    return token.pos[0] == "v" and token.pos != "vn"


def _opens(member: list[Token]) -> bool:
    """Whether a member of several words begins with a verb or an adverb."""
    return len(member) > 1 and (member[0].pos[0] == "d" or _is_verb(member[0]))


def _governs(member: list[Token]) -> bool:
    """Whether a member holds a verb before its last word: a whole clause, or a verb that governs the list."""
    return any(_is_verb(token) for token in member[:-1])


def _closes(member: list[Token]) -> bool:
    """Whether a member of several words ends with a verb."""
    return _is_verb(member[-1])


def _can_be_asked(stem: str, members: tuple[str, ...], gaps: tuple[Gap, ...]) -> bool:
    if not FEWEST <= len(members) <= MOST or len(set(members)) < len(members) or max(map(len, members)) > LONGEST:
        return False
    if min(map(len, members)) < 2 or gaps[0].start < 0 or gaps[-1].end > len(stem):
        return False
    shown, at = [], 0
    for gap in gaps:
        shown.append(stem[at : gap.start])
        at = gap.end
    rest = "".join([*shown, stem[at:]])
    if any(member in rest for member in members) or any(len(list(occurrences(stem, m))) > 1 for m in members):
        return False
    return sum(c.isalnum() for c in rest) >= max(CUE, len("".join(members)) // 3)
