"""Where wrong options come from: the document, our table of kinds, neighbouring numbers, contraries, changed parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from flashcards import script
from flashcards.distractors import terms
from flashcards.distractors.contrasts import contrary
from flashcards.distractors.folding import fold
from flashcards.distractors.likeness import form
from flashcards.distractors.neighbours import is_number, neighbours

HERE = "同一篇文章"
WRAPPERS = ("“”", "《》", "「」", "『』", '""')
PART = 2
VAGUE = frozenset(("系统", "工程", "运动"))  # heads of everything: 农田生态系统, 版本控制系统
NUMERALS = frozenset("一二三四五六七八九十两百千万亿")
KINDS = frozenset("族菜剧罪税权派河湖节酸炎癌")  # last characters that are no part of people's names


@dataclass(frozen=True, slots=True)
class Rival:
    """A term that might serve as a wrong option, and where it comes from (in words, for the reasons).

    ``sure``: its kind is known; else only likeness tells. ``closed``: the closed set that it and the answer belong to.
    """

    text: str
    origin: str
    sure: bool = True
    closed: str = ""


def rivals(answer: str, phrases: Sequence[str], *, traditional: bool = False, titled: bool = False) -> Iterator[Rival]:
    """What could stand in the answer's place: numbers for a number, terms for a term; nothing is checked yet.

    ``phrases`` are the key phrases of the answer's own document; ``titled`` says that title marks stand around it.
    """
    if is_number(answer):
        yield from (Rival(_dressed(text, "", traditional), "相近的数") for text in neighbours(answer))
        return
    yield from contraries(answer, traditional=traditional)
    yield from mates(answer, traditional=traditional, titled=titled)
    inner, wrap = unwrapped(answer)
    simple = fold(inner)
    for phrase in phrases:
        if abs(len(phrase) - len(answer)) > max(PART, len(answer) // 2):
            continue  # length alone would tell it from the key
        bare, other = unwrapped(phrase)
        if wrap == other and not is_number(phrase):
            yield Rival(phrase, HERE, sure=False)
        elif wrap and bare and not other and len(bare) == len(inner):
            yield Rival(wrap[0] + bare + wrap[1], HERE, sure=False)
    for text in () if wrap else _same_head(simple):
        yield Rival(_dressed(text, "", traditional), f"同以“{simple[-2:]}”结尾", sure=False)
    for text, group in _changed(simple):
        yield Rival(_dressed(text, wrap, traditional), f"换了一部分：{group}")


def contraries(answer: str, *, traditional: bool = False) -> Iterator[Rival]:
    """The answer with one of its words turned into its contrary."""
    inner, wrap = unwrapped(answer)
    simple = fold(inner)
    for text in contrary(simple, _edges(simple)):
        yield Rival(_dressed(text, wrap, traditional), "说法相反")


def mates(answer: str, *, traditional: bool = False, titled: bool = False) -> Iterator[Rival]:
    """The terms of the table that share a group with the answer; with those of its title, where it is one."""
    inner, wrap = unwrapped(answer)
    simple = fold(inner)
    table = terms.table()  # it keeps titles of works in their marks
    for text, group in table.mates(simple):
        yield _mate(_dressed(text, wrap, traditional), group)
    if wrap or titled:
        for text, group in table.mates(fold(answer) if wrap else f"《{simple}》"):
            yield _mate(_dressed(text if wrap else text[1:-1], "", traditional), group)


def _mate(text: str, group: str) -> Rival:
    return Rival(text, f"同类：{group}", closed=group if group in terms.table().closed else "")


def unwrapped(phrase: str) -> tuple[str, str]:
    """A phrase without the quotation or title marks around it, and the two marks (empty where there are none)."""
    for marks in WRAPPERS:
        if len(phrase) > 2 and phrase[0] == marks[0] and phrase[-1] == marks[1] and marks[0] not in phrase[1:-1]:
            return phrase[1:-1], marks
    return phrase, ""


def _dressed(text: str, wrap: str, traditional: bool) -> str:
    if traditional:
        text = script.to_traditional(text)
    return wrap[:1] + text + wrap[1:]


def _same_head(text: str) -> Iterator[str]:
    """The terms of the table with the same head: the last two characters, or one that always says the kind (抢劫罪)."""
    heads = terms.table().heads
    if text[0] in NUMERALS:
        return  # 五大安全 is no kind of 安全
    if len(text) > PART + 1 and text[-PART:] not in VAGUE:
        yield from (term for term in heads.get(text[-PART:], ()) if abs(len(term) - len(text)) <= PART)
    if len(text) > PART and text[-1] in KINDS:
        yield from (term for term in heads.get(text[-1], ()) if abs(len(term) - len(text)) <= 1)


def _changed(text: str) -> Iterator[tuple[str, str]]:
    """The longest name at the head or the tail of a phrase, replaced by others of its kind: 河北平原 -> 河南平原."""
    table = terms.table()
    for length in range(len(text) - 1, PART - 1, -1):
        for start in (0, len(text) - length):
            part = text[start : start + length]
            rest = text[:start] + text[start + length :]
            if table.parts.isdisjoint(table.of.get(part, ())) or _is_named(rest):
                continue  # 洛阳 lies in one province only
            if {start, start + length} <= _edges(text):
                for mate, group in table.mates(part):
                    if group in table.parts:
                        yield text[:start] + mate + text[start + length :], group
                return


def _is_named(text: str) -> bool:
    """Whether a text holds the name of a place."""
    return any(tag.startswith("ns") for tag in form(text).tags)


def _edges(text: str) -> set[int]:
    """The offsets between the words of a text, its ends included."""
    from flashcards import segment

    return {0, *accumulate(len(word) for word, _ in segment.words(text))}
