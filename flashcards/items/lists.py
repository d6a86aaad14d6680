"""List 并列: the whole of a parallel list is asked; its members, one by one, are cloze items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, permutations
from typing import NamedTuple

from flashcards.gaps.patterns import Enumeration, lists
from flashcards.gaps.places import word_at
from flashcards.gaps.stems import Stem, balanced, cut
from flashcards.items.alone import loses_its_subject
from flashcards.items.view import View, is_damaged
from flashcards.model import Analysis, Gap, Item, Place, Sentence, Token
from flashcards.numerals import value

FEWEST, MOST = 3, 7  # fewer is no list, more is no question but a recitation
LONGEST = 12  # characters of a member
CUE = 6  # characters of the stem that must stay to say what is listed
NOUNS = frozenset(("n", "nz", "nt", "nr", "ns", "vn", "s", "an", "ng"))
CLINGS = NOUNS | {"f", "m"}  # what may belong to the word behind it
GOES_ON = NOUNS | {"f", "v", "l", "i"}  # what may belong to the word before it
NO_MEMBER = frozenset(
    ("以及", "又名", "又称", "也称", "即", "如", "大力", "积极", "着力", "全面", "深入", "扎实", "持续")
)
UNENDED = ("，", "、", "：", ",")
EXAMPLES = frozenset(["如", "例如", "比如", "譬如", "像", "诸如"])  # 如A、B、C等: others would do as well
SERIES = frozenset("上中下前后後左右东西南北東大小高低早晚春夏秋冬内外內")
PREPOSITIONS = frozenset("由在从以被把对向和及与")
_REFERS = re.compile("为|属|此外|另外|其中|与之|与此|对此|相应|由此|與之|與此|對此|相應")  # to what no learner sees
_THIS = re.compile("[这该那這該]")
_COUNT = re.compile(r"(?:等|等等)?(?P<number>[0-9一二三四五六七八九十]*)")


class Member(NamedTuple):
    """The words of a member and their tags."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def make(view: View) -> Iterator[Item]:
    """One item for every list that can be asked, in reading order, at most one a sentence."""
    for analysis in view.analyses:
        for index, sentence in enumerate(analysis.sentences):
            found = lists(sentence)
            if found and not is_damaged(sentence.text):
                items = (item for each in found for item in _items(view, analysis, index, sentence, each))
                yield from islice(items, 1)


def _items(view: View, analysis: Analysis, index: int, sentence: Sentence, found: Enumeration) -> Iterator[Item]:
    members = tuple(sentence.text[gap.start : gap.end] for gap in found.members)
    if not _is_sized(members) or not _is_sure(sentence, found, members):
        return
    stem = cut(sentence, found.start, found.end)
    gaps = tuple(Gap(gap.start - stem.start, gap.end - stem.start) for gap in found.members)
    if stem.text.endswith(UNENDED):
        return  # cut off behind the list, so that nobody sees what is said of it
    # The members are hidden one by one, but speak of nobody: the stem is looked at as if it were shown whole.
    if _can_be_asked(stem.text, members, gaps) and not loses_its_subject(
        view, analysis, index, Stem(stem.start, stem.text, ())
    ):
        yield Item(
            kind="list",
            stem=stem.text,
            gaps=gaps,
            answer=members,
            passage=analysis.passage,
            place=Place(index, stem.start),
            context=view.context(analysis.passage, index),
        )


def _is_sized(members: tuple[str, ...]) -> bool:
    """Whether the members are as many and as long as can be asked, and no two the same."""
    if not FEWEST <= len(members) <= MOST or len(set(members)) < len(members):
        return False
    lengths = [len(member) for member in members]
    return min(lengths) >= 2 and max(lengths) <= LONGEST


def _is_sure(sentence: Sentence, found: Enumeration, texts: tuple[str, ...]) -> bool:
    """Whether this is surely a list, the whole of it, with its edges where they belong.

    A list of examples is not the whole; nor is one of which the text counts more. What stands before and behind must
    not belong to the first or the last member; members of equal length, three characters and more, vouch for that.
    """
    if len({text[0] for text in texts}) > 1 and any(text[0] in PREPOSITIONS for text in texts):
        return False
    count = _COUNT.match(sentence.text, found.end)
    if count is not None and count["number"] and (value(count["number"]) or "0") not in ("0", "1", str(len(texts))):
        return False
    parallel = len(set(map(len, texts))) == 1 and len(texts[0]) > 2
    tokens = sentence.tokens
    first, last = word_at(sentence, found.start), word_at(sentence, found.end)
    if first > 0 and (tokens.texts[first - 1] in EXAMPLES or (tokens.tags[first - 1] in CLINGS and not parallel)):
        return False
    members = [_words(sentence, gap.start, gap.end) for gap in found.members]
    if not all(member.words for member in members) or any(member.words[0] in NO_MEMBER for member in members):
        return False
    if _acts(members[0]) and not any(map(_acts, members[1:])):
        return False  # 刺史|召见李靖|、郭子仪: what is done to the members belongs to none of them
    after = tokens[last] if last < len(tokens) else None
    return (parallel or _alike(members, texts)) and _ends(members, after) and all(map(balanced, texts))


def _acts(member: Member) -> bool:
    """Whether a verb stands in a member."""
    return "v" in member.tags


def _words(sentence: Sentence, start: int, end: int) -> Member:
    """The words of a span; none where it cuts one."""
    first, last = word_at(sentence, start), word_at(sentence, end)
    starts, words, tags = sentence.tokens.starts, sentence.tokens.texts, sentence.tokens.tags
    whole = first < last and starts[first] == start and starts[last - 1] + len(words[last - 1]) == end
    return Member(words[first:last], tags[first:last]) if whole else Member((), ())


def _ends(members: list[Member], after: Token | None) -> bool:
    """Whether the last member is over: 管理|外国商人, 完整、准确、全面|贯彻 and 果实、昆虫及细小|的 are not."""
    if after is None:
        return True
    lasts = [member.tags[-1] for member in members]
    if after.text in ("的", "之"):
        kinds = ["n" if tag == "vn" else tag[0] for tag in lasts]
        if kinds[-1] in "av" and kinds[-1] not in kinds[:-1]:
            return False
    if after.pos not in GOES_ON:
        return True
    if len({member.words[-1][-1] for member in members}) == 1:
        return True  # 市场化、法治化、国际化|一流
    return after.pos == "v" and not _is_verb(lasts[-1]) and all(tag[0] not in "ad" for tag in lasts)


def _alike(members: list[Member], texts: tuple[str, ...]) -> bool:
    """Whether the members are built alike: verbs at the same end or nowhere, and about equally long."""
    several = [member.tags for member in members if len(member.tags) > 1]
    opens = {tags[0][0] == "d" or _is_verb(tags[0]) for tags in several}
    closes = {_is_verb(tags[-1]) for tags in several}
    governs = {any(map(_is_verb, tags[:-1])) for tags in several}
    if max(map(len, (opens, closes, governs))) > 1:
        return False
    if len(members[-1].tags) > 1 and all(member.tags[0] == "b" for member in members[:-1]):
        return False  # 刑事、民事、行政案件: all of them are 案件
    if len(several) < len(members) and (True in opens or True in governs):
        return False  # 中心、北抵涿郡、南达余杭: a word beside clauses
    lengths = list(map(len, texts))
    return max(lengths) <= 3 * min(lengths)


def _is_verb(tag: str) -> bool:
    return tag[0] == "v" and tag != "vn"


def _is_series(members: tuple[str, ...]) -> bool:
    """Whether everybody knows the members from one of them: 上游、中游、下游."""
    starts = {member[0] for member in members}
    return len({member[1:] for member in members}) == 1 and starts <= SERIES


def _can_be_asked(stem: str, members: tuple[str, ...], gaps: tuple[Gap, ...]) -> bool:
    """Whether enough of the stem stays to say what is listed, and nothing of it tells a member."""
    if gaps[0].start < 0 or gaps[-1].end > len(stem):
        return False
    shown, at = [], 0
    for gap in gaps:
        shown.append(stem[at : gap.start])
        at = gap.end
    rest = "".join([*shown, stem[at:]])
    if _is_series(members) or _REFERS.match(stem) or (not shown[0].strip() and _THIS.search(rest)):
        return False
    nations = [member[0] for member in members if member.endswith("国")]
    if any(one + other in rest for one, other in permutations(nations, 2)):
        return False  # 英法 tells 英国 and 法国
    if any(member in rest or stem.count(member) > 1 for member in members):
        return False
    return sum(map(str.isalnum, rest)) >= max(CUE, len("".join(members)) // 3)
