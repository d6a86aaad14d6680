"""What on the front of a card tells its answer, or all but tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flashcards.gaps.front import Front, Rules
from flashcards.gaps.places import PAIRED

MANY = 4  # marks 、 in the clause of a name, from which on it is one of many
_NEAR = 60  # characters behind a place within which 等 closes its list
_CLAUSE_MARK = re.compile("[，；。：,;]")
_OPEN = re.compile("^(?:、[^、]{1,12})*等(?!于|於|级|級|候|待)")
_GLOSS = re.compile(
    r"[”』」》]?\s*[（(](?:[^（()）]{0,6}[：:])?\s*[「『“《]?[^（()）]{0,4}[A-Za-zÀ-ɏ\u3040-\u30ff\u0400-\u04ff]"
)
_BRACKET = re.compile(r"[”』」》]?\s*[（(]([^（()）]{2,12})[)）]")
_ERA = "民国|民國|昭和|大正|明治|平成|令和"
_CONVERTS = re.compile(rf"\s*[（(](?:{_ERA})|[0-9一二三四五六七八九十元]年\s*[（(]$")
_FOREIGN = re.compile(r"[（(][^（()）]*(?:文|语|語|名|称|稱|写|寫|式)[：:]?\s*[「『“《]?$")
_NUMBER = re.compile("[0-9]{2,}")
_OPENING, _CLOSING = frozenset("《“「『"), frozenset("》”」』")
_OPPOSITES = (
    "内外 內外 上下 左右 前后 前後 东西 東西 南北 大小 正负 正負 "
    "阴阳 陰陽 长短 長短 高低 新旧 新舊 冷热 冷熱 主副 公私 生死"
)
_OPPOSITE = {
    one: tuple(pair.replace(one, "") for pair in _OPPOSITES.split() if one in pair)
    for one in _OPPOSITES.replace(" ", "")
}


def _renamed(front: Front) -> bool:
    """A bracket behind a gap holds another form of the answer: |林木花子|（林花子）."""
    size = len(set(front.answer))
    others = (_BRACKET.match(front.stem.text, gap.end) for gap in front.stem.gaps)
    return any(other is not None and 2 * len(set(other[1]) & set(front.answer)) >= size for other in others)


def _translated(front: Front) -> bool:
    """A bracket behind a gap holds the answer in another language: |灯塔|（lighthouse）."""
    return any(_GLOSS.match(front.stem.text, gap.end) for gap in front.stem.gaps)


def _begun(front: Front) -> bool:
    """The first five Latin letters can be read: |Python 3| beside Python 2."""
    start = front.answer[:5]
    return len(front.answer) > 4 and start.isascii() and start in front.visible


def _numbered(front: Front) -> bool:
    """The number in the answer can be read: |358型| beside 358艇."""
    number = _NUMBER.search(front.answer)
    return number is not None and number[0] in front.visible


def _covered(front: Front) -> bool:
    """Pairs of characters that can be read make up three quarters of an answer of five and more: |海上灯塔博物馆|
    beside 海上灯塔 and 博物馆."""
    answer, visible = front.answer, front.visible
    if len(answer) < 5:
        return False
    pairs = [at for at in range(len(answer) - 1) if answer[at : at + 2] in visible]
    return 4 * len({at + step for at in pairs for step in (0, 1)}) >= 3 * len(answer)


def _converted(front: Front) -> bool:
    """A bracket before it or behind says the same otherwise: |1926年|（民国15年）, 民国15年（|1926年|）,
    白塔（日文：|しろとう|）, 灯塔（|LH|）."""
    text, gap = front.stem.text, front.stem.gaps[0]
    near = text[: gap.start]
    if front.answer.isascii() and near.rstrip().endswith(("（", "(")):
        return True
    if "（" not in text and "(" not in text:
        return False
    return bool(_CONVERTS.match(text, gap.end) or _CONVERTS.search(near) or _FOREIGN.search(near))


def _twin(front: Front) -> bool:
    """What 、 or 和 joins to it is made like it: |新船新航线|、旧船旧航线."""
    answer, size = front.answer, len(front.answer)
    if size < 3 or (front.left not in PAIRED and front.right not in PAIRED):
        return False
    for other in _joined(front):
        alike = sum(map(str.__eq__, answer, other)) if len(other) == size else 0
        if 2 * alike > size or (2 * alike == size and answer[-2:] == other[-2:]):
            return True
        if len(other) == size == 3 and (answer[0] == other[0] == "新" or answer[-1] == other[-1]):
            return True
    return False


def _joined(front: Front) -> Iterator[str]:
    """The stretches as long as the answer that 、, 和 or 与 joins to it, before and behind."""
    text, start, stop, size = front.sentence.text, front.start, front.stop, len(front.answer)
    if front.left in PAIRED and start > size:
        yield text[start - 1 - size : start - 1]
    if front.right in PAIRED:
        yield text[stop + 1 : stop + 1 + size]


def _contrary(front: Front) -> bool:
    """Its contrary can be read: |内港| beside 外港."""
    answer = front.answer
    if len(answer) < 2 or _OPPOSITE.keys().isdisjoint(answer):
        return False
    return any(
        answer[:at] + other + answer[at + 1 :] in front.visible
        for at, character in enumerate(answer)
        for other in _OPPOSITE.get(character, ())
    )


def _example(front: Front) -> bool:
    """It is one of the examples that 等 generalises: |灯塔|等航标, 浮标、|灯船|、雾号等."""
    if front.right == "等":
        return True
    text = front.sentence.text
    if "、" not in text:
        return False
    start, end = _outside(front)
    if "、" not in (text[start - 1 : start], text[end : end + 1]):
        return False
    return _OPEN.search(_CLAUSE_MARK.split(front.sentence.text[end : end + _NEAR])[0]) is not None


def _outside(front: Front) -> tuple[int, int]:
    """The span of the answer with the title or quotation marks around it."""
    start, end = front.start, front.stop
    marked = front.left in _OPENING and front.right in _CLOSING
    return (start - 1, end + 1) if marked else (start, end)


def _one_of_many(front: Front) -> bool:
    """It is one of five and more that 、 joins: |烟台|、威海、青岛、日照、连云港."""
    text, (first, last) = front.sentence.text, _outside(front)
    if front.kind in ("number", "date") or {text[first - 1 : first], text[last : last + 1]}.isdisjoint(PAIRED):
        return False
    start = max(text.rfind(mark, 0, first) for mark in "，。；：") + 1
    ends = [at for at in (text.find(mark, last) for mark in "，。；：") if at >= 0]
    return text.count("、", start, min(ends, default=len(text))) >= MANY


def _in_the_title(front: Front) -> bool:
    """A part of the title: |海岛| under 海岛灯塔史."""
    title = front.analysis.passage.title or ""
    return front.answer in title and len(front.answer) < len(title.strip("《》 "))


RULES: Rules = (
    ("one example of many", _example),
    ("another language tells it", _translated),
    ("another name tells it", _renamed),
    ("what stands beside it converts to it", _converted),
    ("its parts can be read beside it", _numbered),
    ("its parts can be read beside it", _begun),
    ("its parts can be read beside it", _covered),
    ("a twin of it stands beside it", _twin),
    ("its contrary stands beside it", _contrary),
)
IN_BRACKETS = frozenset({_translated, _renamed})  # rules that say nothing where no bracket opens
STRICT: Rules = (
    ("part of the title", _in_the_title),
    ("one of many", _one_of_many),
)
