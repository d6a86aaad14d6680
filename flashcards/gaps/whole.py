"""What is no whole term where it stands: a word beside it belongs to it, or it holds more than a name."""

from __future__ import annotations

import re

from flashcards.gaps import places
from flashcards.gaps.front import Front, Rules
from flashcards.gaps.places import PAIRED
from flashcards.keyphrases import background as b

NAMES = frozenset({"name", "place", "organisation"})  # kinds of phrases that name one thing
_NAMELIKE = frozenset({b.PERSON, b.PROPER, b.LATIN, b.UNKNOWN, b.ABBREVIATION})
_THINGS = frozenset({b.NOUN, b.GERUND, b.PLACE, *_NAMELIKE})
_OBJECTS = frozenset({b.NUMBER, b.DIGITS, *_THINGS})
_NOUNS = frozenset({b.NOUN, b.GERUND, b.PROPER})
_UNKNOWN = frozenset({b.NOUN, b.UNKNOWN, b.PROPER})  # as what the cutter tags the pieces of a name it does not know
_SAYS_OF = frozenset({b.VERB, b.ADJECTIVE, b.ADVERB})
_GRAMMAR = frozenset({b.MARK, b.FUNCTION, b.VERB})
_DETERMINERS = frozenset("各每该該本这這那其某此原前现現旧舊新老所同")
_POINTERS = frozenset("本该該此这這那某各每")
_JOINTS = frozenset("&＆·・-/")
_JOINTS_BEHIND = _JOINTS | frozenset("－立")
_ADDRESSED = re.compile("来说|來說|来讲|來講|而言|来看|來看")
_INSTITUTION = re.compile(
    "学校|學校|大学|大學|学院|學院|医院|醫院|公司|中学|中學|小学|小學|银行|銀行|车站|車站|[路街道站桥橋]$"
)
_STYLES = tuple(
    "教授 先生 女士 夫人 牧师 牧師 道士 将军 將軍 上校 少校 博士 医生 醫生 老师 老師 小姐 太太 部长 部長".split()  # noqa: SIM905
)
_OFFICES = tuple(
    "校长 校長 主席 总统 總統 教授 导演 導演 会长 會長 总理 總理 部长 部長 市长 市長 牧师 队长 隊長".split()  # noqa: SIM905
)
_GRANTED = re.compile("^[封任授拜迁遷赐賜追谥諡]|[即则則便乃而为為是已饰飾]$")
_GLUE = re.compile("[向于於在由从從被把对對]")
_OBJECTIVE = ("把", "将", "對", "对", "以")
_GOVERNS = tuple(
    "体系 机制 制度 能力 水平 工程 项目 建设 政策 措施 关系 结构 工作 體系 機制".split()  # noqa: SIM905
)


def _determined(front: Front) -> bool:
    """A word before it belongs to it: 原|海关大楼|."""
    return front.count < 3 and front.before in _DETERMINERS


def _points(front: Front) -> bool:
    """|该灯塔|, |本站|"""
    return front.answer[0] in _POINTERS


def _addressed(front: Front) -> bool:
    """对|远洋船员|来说"""
    return _ADDRESSED.match(front.sentence.text, front.stop) is not None


def _hyphened(front: Front) -> bool:
    """|成山头|-老铁山 水道, 烟台市|立 医院"""
    left, right = front.left, front.right
    if left.isspace():
        left = front.sentence.text[: front.start].rstrip()[-1:]
    if right.isspace():
        right = front.sentence.text[front.stop :].lstrip()[:1]
    return left in _JOINTS or right in _JOINTS_BEHIND


def _institution_behind(front: Front) -> bool:
    """|芝罘| 医院"""
    if front.kind not in NAMES and front.kind != "term":
        return False
    return _INSTITUTION.search(front.behind) is not None


def _half_a_body(front: Front) -> bool:
    """大连 |航标公司|, |的航标公司|"""
    if front.kind != "organisation":
        return False
    return front.class_before in _NAMELIKE or front.class_before == b.PLACE or not _THINGS.issuperset(front.classes)


def _styled(front: Front) -> bool:
    """|王教授|, |校长陈平|, |封李靖|"""
    answer = front.answer
    if answer.endswith(_STYLES) or (len(answer) > 2 and answer.startswith(_OFFICES)):
        return True
    return front.kind == "name" and _GRANTED.match(answer) is not None


def _done_before(front: Front) -> bool:
    """的 爆炸 |装置残留物|: an action behind 的 belongs to what follows."""
    if front.class_before not in (b.VERB, b.GERUND):
        return False
    return front.word(front.first - 2) == "的"


def _torn_name(front: Front) -> bool:
    """罗迪|尼亚大陆|: a word that nobody knows before it is its beginning."""
    return front.class_before in _UNKNOWN and not places.familiar(front.before)[0]


def _glued(front: Front) -> bool:
    """|船员向航标公司|: a body with a preposition that the cutter did not see."""
    return front.kind == "organisation" and any(
        _GLUE.search(word) and not known for word, (known, _) in zip(front.words, front.known, strict=True)
    )


def _clause(front: Front) -> bool:
    """|灯塔重建|, told once or twice"""
    return front.count < 3 and len(front.words) > 1 and front.classes[-1] in _SAYS_OF


def _action(front: Front) -> bool:
    """|全力抢修|两座 灯塔: its object follows."""
    return len(front.words) > 1 and front.classes[-1] == b.VERB and front.class_behind in _OBJECTS


def _graded(front: Front) -> bool:
    """|世界级| 先进 灯塔"""
    return front.answer[-1] in "级級型式性" and front.behind != "" and front.class_behind not in _GRAMMAR


def _acted_on(front: Front) -> bool:
    """|航道| 疏浚 的 经验: a verb used as a noun, or a word of place, follows two characters."""
    if len(front.answer) != 2 or front.class_behind not in (b.VERB, b.LOCATION):
        return False
    return front.word(front.end + 1) in ("", "的", *PAIRED, "，", "。", "；")


def _goes_on(front: Front) -> bool:
    """|航标| 灯器: a noun follows what is short, or told seldom, or has a noun before it, too."""
    if front.class_behind not in _NOUNS:
        return False
    return len(front.answer) < 4 or front.count < 3 or front.class_before in _THINGS


def _placed(front: Front) -> bool:
    """|胶东 码头|, told once: a place and an everyday word."""
    if front.count > 1 or len(front.words) != 2 or front.classes[0] != b.PLACE:
        return False
    return front.known[1][1] < places.COMMON


def _modifies(front: Front) -> bool:
    """把 |航海科技| 创新 优势, told once: an action and a noun follow an object, which so belongs to them."""
    if front.count > 1 or len(front.words) < 2 or front.class_behind not in (b.VERB, b.GERUND):
        return False
    if front.class_before != b.VERB and front.before not in _OBJECTIVE:
        return False
    return front.class_at(front.end + 1) in _THINGS


def _half_a_pair(front: Front) -> bool:
    """资金支持 和 |航标管理体系|, told once: what governs the second governs the first, too."""
    if front.count > 1 or front.before == "、" or front.before not in PAIRED:
        return False
    return front.words[-1].endswith(_GOVERNS)


RULES: Rules = (
    ("points to what was named before", _points),
    ("a word before it belongs to it", _determined),
    ("somebody addressed", _addressed),
    ("part of a longer name", _hyphened),
    ("part of a longer name", _institution_behind),
    ("part of a longer name", _half_a_body),
    ("a word before it belongs to it", _done_before),
    ("part of a longer name", _torn_name),
    ("a name with its style", _styled),
    ("a clause, not a name", _glued),
)
TERMS: Rules = (  # asked of what names no one thing
    ("a clause, not a term", _clause),
    ("goes on behind it", _goes_on),
    ("goes on behind it", _graded),
    ("goes on behind it", _acted_on),
    ("goes on behind it", _modifies),
    ("half of a pair", _half_a_pair),
    ("a place and an everyday word", _placed),
    ("an action, not a thing", _action),
)
