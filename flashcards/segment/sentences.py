"""Where sentences and clauses end: offsets in a text, found in one pass with the pairs of marks in mind."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "（": "）",
    "(": ")",
    "《": "》",
    "〈": "〉",
    "【": "】",
    "〔": "〕",
    "[": "]",
}
_OPENER = {close: open_ for open_, close in _PAIRS.items()}
_QUOTES = '“‘「『"'
_MARKS = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_OPENER)) + '"]')
_CLOSERS = '”’」』）)》〉】〕]"'
# Both begin with a set of characters, because the search for one of a set is several times as fast as any other.
_END = re.compile('[。！？!?｡．….](?:(?<!\\.)[。！？!?｡．…]*|(?<=[a-z]{2}\\.)(?=\\s+[A-Z“"]))')
_CLAUSE = re.compile("[，；：,;—](?:(?<=[，；：])[，；：]*|(?<=[,;])(?<![0-9].)(?=\\s|[\u3400-\u9fff])|(?<=—)—)")
# What goes on with the same sentence right behind a quotation that ended in 。！？
_GOES_ON = re.compile(
    "[，、；：,;—～~。！？!?…]|[的地得]|[^，。！？；：…“”「」《》（）\\s]{0,8}?"
    "(?<!知)(?<!味)(?<!街)(?<!小)(?<!大)(?<!听)(?<!据)(?:说道|说|喊道|喊|问道|问|答道|回答|答|叫道|叫|嚷|吼|写道|道|笑道|應道|應|說道|說|問道|問|寫道)"
    "[着著了]?(?:[，。：；！？…,:]|$)"
)
_SAYING = "说說道问問喊答叫曰云："
# fmt: off
_ABBREVIATIONS = ("Mr", "Mrs", "Ms", "Dr", "Prof", "St", "vs", "etc", "Fig", "No", "Vol", "pp", "Inc", "Ltd", "Co")
# fmt: on
# Pairs wider than this hold sentences (clauses) of their own: a long speech, a long note.
_SHORT_QUOTE = 20  # up to here a quotation without a mark before it is a part of speech: 高呼“万岁！”并鼓掌
_WIDE_SENTENCE = 200
_WIDE_CLAUSE = 80
_WITHIN = frozenset("，、；：")  # right behind a mark they say that the sentence goes on
_DEPTH = 8  # marks left open further back than this many are taken for lost ones


def split(text: str, *, verse: bool = False) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """(start, end, clauses) of each sentence; ``clauses`` are the offsets in it behind each clause but the last.

    A sentence ends at 。！？!?…… and the closing marks behind them; not inside a book title, brackets or a quotation
    that goes on, nor where the clause that reports the speech follows. In verse it also ends at a line break. White
    space belongs to the sentence before it. A clause ends at ，；： outside brackets, titles and short quotations.
    """
    pairs = _pairs(text)
    covered = _covered(pairs, _WIDE_CLAUSE)
    marks = _CLAUSE.finditer(text)
    clauses = [mark.end() for mark in marks if not (covered and _inside(mark.start(), covered))]
    start = at = 0
    for end in _ends(text, pairs, verse):
        last = bisect_left(clauses, end, at)
        yield start, end, tuple(clause - start for clause in clauses[at:last])
        at = bisect_right(clauses, end, last)
        start = end


def _ends(text: str, pairs: list[tuple[int, int]], verse: bool) -> Iterator[int]:
    start = 0
    for end in sorted(_candidates(text, pairs, verse)):
        end = _skip_space(text, end)
        if end >= len(text):
            break
        if end > start and not text[start:end].isspace():
            yield end
            start = end
    if text:
        yield len(text)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _skip_closers(text: str, at: int, openers: frozenset[int]) -> int:
    while at < len(text) and text[at] in _CLOSERS and at not in openers:
        at += 1
    return at


def _pairs(text: str) -> list[tuple[int, int]]:
    """The matched pairs of quotes and brackets: (offset of the opening mark, offset of the closing one)."""
    stack: list[tuple[str, int]] = []
    pairs = []
    for mark in _MARKS.finditer(text):
        character, at = mark[0], mark.start()
        opener = _OPENER.get(character)
        if character == '"':
            opener = '"' if any(open_ == '"' for open_, _ in stack[-_DEPTH:]) else None
        if opener is None:
            stack.append((character, at))
            continue
        for depth in range(len(stack) - 1, max(-1, len(stack) - 1 - _DEPTH), -1):
            if stack[depth][0] == opener:
                pairs.append((stack[depth][1], at))
                del stack[depth:]
                break
    return sorted(pairs)


def _covered(pairs: list[tuple[int, int]], wide: int) -> list[tuple[int, int]]:
    """The outermost pairs not wider than ``wide``, in order, without overlap."""
    covered: list[tuple[int, int]] = []
    for start, end in pairs:
        if end - start <= wide and (not covered or start > covered[-1][1]):
            covered.append((start, end))
    return covered


def _inside(at: int, covered: list[tuple[int, int]]) -> tuple[int, int] | None:
    index = bisect_right(covered, (at, at)) - 1
    return covered[index] if index >= 0 and covered[index][0] < at < covered[index][1] else None


def _candidates(text: str, pairs: list[tuple[int, int]], verse: bool) -> Iterator[int]:
    covered = _covered(pairs, _WIDE_SENTENCE)
    straight = frozenset(start for start, _ in pairs if text[start] == '"')
    for mark in _END.finditer(text):
        end = _end(text, mark, covered, straight)
        if end is not None:
            yield end
    if verse:
        yield from (m.end() for m in re.finditer("\n", text))


def _end(text: str, mark: re.Match[str], covered: list[tuple[int, int]], straight: frozenset[int]) -> int | None:
    """The offset behind the sentence that ends at ``mark`` with its closing marks, or None where it goes on."""
    if not _is_end(text, mark):
        return None
    end = _skip_closers(text, mark.end(), straight)
    pair = _inside(mark.start(), covered)
    if pair is None:
        goes_on = end > mark.end() and _GOES_ON.match(text, end)
        return None if goes_on or text[end : end + 1] in _WITHIN else end
    if pair[1] >= end or pair[1] < mark.end():
        return None
    before = text[max(0, pair[0] - 8) : pair[0]].rstrip()[-1:]
    if text[pair[0]] not in _QUOTES:
        # A bracket is a sentence of its own only where it begins one: （完。）
        return end if not before or before in "。！？…”’」』）\n" else None
    embedded = pair[1] - pair[0] <= _SHORT_QUOTE and before and before not in "，。！？；：…—,:;）)”」』、\n" + _SAYING
    if embedded or _GOES_ON.match(text, end):
        return None
    return end


def _is_end(text: str, mark: re.Match[str]) -> bool:
    run = mark[0]
    if run[0] in "。！？｡":
        return True
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    if run == ".":
        return not text.endswith(_ABBREVIATIONS, 0, mark.start())
    if run == "．":
        return not before.isalnum() or ("\u3400" <= before <= "\u9fff" and not after.isdigit())
    if set(run) == {"…"}:
        return not after or after in _CLOSERS + "\n" or not (after in "，、；：等的之了吧吗呢" or before == after)
    if run in "!?":
        return not (after.isascii() and after.isalnum()) and not (
            run == "!" and before.isascii() and before.isalnum() and after
        )
    return True
