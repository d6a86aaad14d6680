"""Where a phrase is no whole term at its place: its edges lie within a word, a pair, a compound or a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flashcards.gaps.places import familiar, plain, word_at, word_class
from flashcards.keyphrases import background as b
from flashcards.model import Occurrence, Sentence, Token

_GLUED = frozenset("由于於在对對为為把被以从從向与與和及将將使令让讓")
_LATER = frozenset("后後现現曾再今并並亦仍又正")
_HANGING = frozenset("由有是为為在于於与與和及")
_AND = frozenset("和 与 與 及 以及 或".split())  # noqa: SIM905
_RUN_BEFORE = re.compile(r"[A-Za-z0-9][-./+–: ]?$")
_RUN_BEHIND = re.compile(r"[-./+–: ]?[A-Za-z0-9]")
_DATE = re.compile(r"[0-9]+[年月]")
_MODAL = frozenset("可 能 会 要 应 需 将 可以 能够 应当 应该 必须 需要 不 没有 来 去 以 并 就会 而".split())  # noqa: SIM905
_ABLE = frozenset("会 會 就会 就會 可 能 将会 將會".split())  # noqa: SIM905
_DEGREE = frozenset("最 更 较 較 很 极 極 最为 最為 更加 较为".split())  # noqa: SIM905
_DOTS, _STOPS = tuple("·•・‧"), tuple("，。；：,;:！？")
_SORTS = frozenset("区域 地区 城市 领域 行业 产业 国家 省份 部门 单位 企业 机构 学科 环节 方面".split())  # noqa: SIM905
_THINGS = frozenset({b.NOUN, b.PROPER, b.PLACE, b.UNKNOWN})
_ACTIONS = frozenset({b.GERUND, b.VERB})
_NAMING = _THINGS | {b.GERUND, b.LATIN, b.ABBREVIATION, b.ATTRIBUTE, b.ADJECTIVE}
_NAMES = frozenset({b.PERSON, b.PLACE, b.PROPER})
_LIVED = frozenset(
    "去世 出生 逝世 病逝 诞生 成立 辞世 过世 身亡 遇难 就读 毕业 任教 建立 创立 登基 即位 作客 定居 留学".split()  # noqa: SIM905
)
_WRITTEN = tuple("作著撰编")
_LEADS_ON = frozenset("于 於 到 至 出 成 自".split())  # noqa: SIM905
_MAY_LEAD_ON = frozenset("在 为 為".split())  # noqa: SIM905
_CROSSES = frozenset("穿 跨 沿 距 临 依 傍 达 抵 赴 往".split())  # noqa: SIM905
_PLACED = frozenset("站县縣市区區镇鎮乡鄉村州省路街桥橋河江湖山岛島港寺塔厂廠矿礦杯队隊目科属屬")
_NUMBERED = frozenset("号號级級型式族届")
LONG_LIST = 8  # members; one of more than these is not worth asking
_DEMONSTRATIVE = re.compile(r"(?:[这這那此该該]|同[一样樣])[些种種个個座部条條项項类類家位款套片只]?")


def fault(sentence: Sentence, place: Occurrence, tokens: Sequence[Token], often: bool) -> str:
    """Why the phrase is no whole term here, or nothing. ``often``: the text repeats it, so its edges are sure."""
    at = word_at(sentence, place.start)
    near = Near(sentence, at, at + len(tokens))
    if _splits_a_run(sentence.text, place):
        return "part of a name in Latin letters"
    if (
        sentence.text[max(0, place.start - 1) : place.start] in _DOTS
        or sentence.text[place.end : place.end + 1] in _DOTS
    ):
        return "part of a longer name"
    if tokens[-1].text[-1] in "时時" and not familiar(tokens[-1].text)[0]:
        return "a clause, not a term"
    if _is_a_clause(sentence.text, tokens, place):
        return "a clause, not a term"
    if _left_over(tokens, near):
        return "part of a longer word"
    if _tied_to_a_verb(sentence.text, tokens, place, near, often):
        return "a name with its verb"
    if _end_of_a_name(tokens, near) or (near.word(0) in _PLACED and word_class(tokens[-1]) in _NAMES):
        return "part of a longer name"
    if _one_of_many(sentence, place):
        return "one of a long list"
    if _glued(tokens, near):
        return "a preposition in it"
    if near.kind(0) in (b.DIGITS, b.NUMBER) and not _DATE.match(sentence.text, place.end):
        return "a number behind it belongs to it"
    if len(tokens) == 1 and _DEMONSTRATIVE.fullmatch(near.word(-2)[-1:] + near.word(-1)):
        return "told by what came before"
    if len(tokens) == 1 and _DEMONSTRATIVE.fullmatch(near.word(-1)):
        return "told by what came before"
    if len(tokens) == 1 and len(tokens[0].text) <= 3 and _modified_by_an_action(near):
        return "half of a compound"
    if len(tokens) == 1 and len(tokens[0].text) == 2 and word_class(tokens[0]) == b.NOUN and near.kind(0) == b.GERUND:
        return "half of a compound"
    if _cuts_a_pair_behind(tokens, near) or (len(tokens) > 1 and _cuts_a_pair_before(tokens, near)):
        return "cut through a pair"
    if _does(tokens, near):
        return "a clause, not a term"
    if not often and len(tokens) > 1 and near.word(-1) == "等" and plain(tokens[0].text) in _SORTS:
        return "the last of a list with what follows it"
    return ""


def _does(tokens: Sequence[Token], near: Near) -> bool:
    """Whether the phrase says what is done or how something is: 可|猜测子代|, |合理配置|林草植被, 将|土地没收|,
    |香港历史|最悠久, 是|完全正确|的。"""
    first, last = word_class(tokens[0]), word_class(tokens[-1])
    if first in _ACTIONS and len(tokens) > 1 and plain(near.word(-1)) in _MODAL:
        return True
    if near.word(-1) in _ABLE and near.kind(0) == b.MARK:
        return True
    if len(tokens) > 1 and near.word(0) in _DEGREE and last in _THINGS:
        return True
    if last in _ACTIONS | {b.IDIOM} and near.kind(-1) == b.MARK and near.kind(0) in _NAMING - _ACTIONS:
        return last == b.IDIOM or first in (b.ADJECTIVE, b.ADVERB, b.ATTRIBUTE)
    if last in (b.ADJECTIVE, b.IDIOM) and near.word(-1) == "是" and near.word(0) == "的" and near.kind(1) == b.MARK:
        return True
    return len(tokens) > 1 and last in _ACTIONS and near.handled()


def _tied_to_a_verb(text: str, tokens: Sequence[Token], place: Occurrence, near: Near, often: bool) -> bool:
    """Whether a verb is glued to a name or goes on behind the phrase: |下穿流花湖|, |巴黎去世|, |谭氏作|《…》,
    |化石发现|于…"""
    phrase, last = text[place.start : place.end], tokens[-1]
    if text[place.end : place.end + 1] in ("《", "〈") and plain(phrase[-1]) in _WRITTEN:
        return True
    acts = word_class(last) in _ACTIONS or plain(last.text) in _LIVED
    if acts and (near.word(0) in _LEADS_ON or (near.word(0) in _MAY_LEAD_ON and len(tokens) > 1 and not often)):
        return True
    if len(tokens) < 2:
        return False
    kinds = [word_class(token) for token in tokens]
    if plain(last.text) in _LIVED or (kinds[-1] == b.VERB and kinds[-2] in _NAMES and not often):
        return True
    if kinds[0] == b.VERB and kinds[1] in _NAMES and not often:
        return True
    return any(plain(token.text) in _CROSSES for token in tokens[:2]) and not often


def _end_of_a_name(tokens: Sequence[Token], near: Near) -> bool:
    """Whether the phrase is the rest of a name before it: 温赖特|号驱逐舰|, 马松|尼亚|."""
    first = tokens[0].text
    if first[0] in _NUMBERED and (len(first) == 1 or not familiar(first)[0]):
        return True
    before = near.token(-1)
    if before is None or len(tokens) > 1 or len(first) > 2 or near.kind(-1) not in _NAMES:
        return False
    return word_class(tokens[0]) in _NAMES | {b.UNKNOWN} and not familiar(before.text)[0]


def _modified_by_an_action(near: Near) -> bool:
    """Whether the verb before the phrase belongs to it: 新时代的|创新|高地, 区域|发展|高地."""
    return (near.kind(-1) in _ACTIONS and near.word(-2) == "的") or (
        near.kind(-1) == b.GERUND and near.kind(-2) in _THINGS
    )


class Near:
    """The words around a phrase, by their distance: -1 is the one before it, 0 the one behind it."""

    def __init__(self, sentence: Sentence, first: int, end: int) -> None:
        self._tokens, self._first, self._end = sentence.tokens, first, end

    def token(self, distance: int) -> Token | None:
        """The word at a distance, if the sentence reaches so far."""
        index = self._end + distance if distance >= 0 else self._first + distance
        return self._tokens[index] if 0 <= index < len(self._tokens) else None

    def word(self, distance: int) -> str:
        """Its text, or nothing."""
        token = self.token(distance)
        return token.text if token else ""

    def kind(self, distance: int) -> int:
        """Its class; a mark beyond the sentence."""
        return word_class(self.token(distance))

    def handled(self) -> bool:
        """Whether 把 or 将 stands shortly before in the same clause and a mark behind: 将|土地没收|。"""
        if self.kind(0) != b.MARK:
            return False
        for distance in range(-1, -5, -1):
            if self.kind(distance) == b.MARK:
                return False
            if self.word(distance) in ("把", "将", "將"):
                return True
        return False


def _is_a_clause(text: str, tokens: Sequence[Token], place: Occurrence) -> bool:
    """Whether the phrase is all that stands between two commas (，|顾名思义|，); at the beginning it may be a topic."""
    if text[place.end : place.end + 1] not in _STOPS:
        return False
    if not text[: place.start].strip():
        return len(tokens) > 1 and word_class(tokens[-1]) in _ACTIONS
    return text[place.start - 1] in _STOPS


def _left_over(tokens: Sequence[Token], near: Near) -> bool:
    """Whether a single character before the phrase or at its beginning belongs to a longer word (上|风口|)."""
    before, first = near.token(-1), tokens[0]
    if before is not None and before.text in tuple("东東南西北") and near.kind(-2) in _NAMES:
        return True  # 印度西|太平洋区|
    if before is not None and len(before.text) == 1 and near.kind(-1) == b.LOCATION:
        return near.kind(-2) in (b.MARK, b.FUNCTION, b.VERB)
    return len(tokens) > 1 and len(first.text) == 1 and word_class(first) == b.UNKNOWN and near.kind(-1) == b.FUNCTION


def _splits_a_run(text: str, place: Occurrence) -> bool:
    """Whether letters and digits that a hyphen or a point joins go on across an edge (SH|-11)."""
    first, last = text[place.start], text[place.end - 1]
    before = first.isascii() and first.isalnum() and _RUN_BEFORE.search(text[max(0, place.start - 2) : place.start])
    return bool(before or (last.isascii() and last.isalnum() and _RUN_BEHIND.match(text, place.end)))


def _one_of_many(sentence: Sentence, place: Occurrence) -> bool:
    """Whether the phrase is one of more members joined by 、 than anybody learns."""
    text = sentence.text
    if "、" not in (text[place.start - 1 : place.start], text[place.end : place.end + 1]):
        return False
    start = max(text.rfind(mark, 0, place.start) for mark in "，。；：") + 1
    ends = [at for at in (text.find(mark, place.end) for mark in "，。；：") if at >= 0]
    return text.count("、", start, min(ends, default=len(text))) >= LONG_LIST


def _glued(tokens: Sequence[Token], near: Near) -> bool:
    """Whether the cutter made a word of a preposition and a name (囚禁|于来州|), or of a noun and 有 (|流域内有|)."""
    first, last = tokens[0].text, tokens[-1].text
    if first[0] in _LATER and first[1:2] in tuple("于於由在以") and (len(first) == 2 or not familiar(first)[0]):
        return True
    if len(first) > 1 and first[0] in _GLUED and near.kind(-1) != b.FUNCTION:
        # a person may be called 于 or 和; behind a verb it is the preposition
        surname = first[0] in "于於和向" and word_class(tokens[0]) == b.PERSON and near.kind(-1) != b.VERB
        if not familiar(first)[0] and not surname:
            return True
    return last[-1] in _HANGING and len(last) > 1 and not (familiar(last)[0] and len(last) > 2)


def _cuts_a_pair_behind(tokens: Sequence[Token], near: Near) -> bool:
    """Whether one word like the phrase's last is joined to it: 雄安新区|建设|和发展, 沙漠|边缘|和腹地."""
    if near.word(0) not in _AND:
        return False
    if near.kind(1) in _ACTIONS and near.kind(2) in _NAMING - _ACTIONS and len(tokens[-1].text) > 2:
        return True  # 生态保护|和修复 重点工程
    if len(tokens) < 2 or not _alike(tokens[-1], near.token(1)):
        return False
    return near.kind(1) in _ACTIONS or near.kind(2) not in _NAMING


def _cuts_a_pair_before(tokens: Sequence[Token], near: Near) -> bool:
    """Whether one word like the phrase's first is joined to it: 保护和|修复工程|, 分析字形和|考究字源|."""
    if near.word(-1) not in _AND and near.word(-1) != "、":
        return False
    if word_class(tokens[0]) in _ACTIONS and near.kind(-2) in _THINGS and near.kind(-3) in _ACTIONS:
        return True
    return _alike(near.token(-2), tokens[0]) and near.kind(-3) not in _NAMING


def _alike(one: Token | None, other: Token | None) -> bool:
    """Whether two words may be a pair: of one length, both things or both actions."""
    if one is None or other is None or len(one.text) != len(other.text) or one.text in "、和":
        return False
    kinds = {word_class(one), word_class(other)}
    return kinds <= _THINGS or kinds <= _ACTIONS
