"""Where a phrase is no whole term at its place: its edges lie within a word, a pair, a compound or a number.

Every rule is a function that gives a flag for each place; `RULES` lists them. They hold for terms and names, not for
quotations, titles and numbers.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from flashcards.gaps.grid import Places, Words
from flashcards.gaps.places import familiar
from flashcards.keyphrases import background as b

if TYPE_CHECKING:
    from flashcards.gaps.grid import Flags

_GLUED = "由于於在对對为為把被以從从向与與和及将將使令让讓"
_SURNAMES = "于於和向"
_LATER = "后後现現曾再今并並亦仍又正"
_HANGING = "由有是为為在于於与與和及"
_AND = frozenset("和 与 與 及 以及 或".split())  # noqa: SIM905
_ALNUM = ascii_letters + digits
_RUN_BEFORE = re.compile(r"[A-Za-z0-9][-./+–: ]?$")
_RUN_BEHIND = re.compile(r"[-./+–: ]?[A-Za-z0-9]")
_DATE = re.compile(r"[0-9]+[年月]")
_MODAL = frozenset("可 能 会 要 应 需 将 可以 能够 应当 应该 必须 需要 不 没有 来 去 以 并 就会 而".split())  # noqa: SIM905
_ABLE = frozenset("会 會 就会 就會 可 能 将会 將會".split())  # noqa: SIM905
_DEGREE = frozenset("最 更 较 較 很 极 極 最为 最為 更加 较为".split())  # noqa: SIM905
_DOTS, _STOPS = "·•・‧", "，。；：,;:！？"
_HANDLES = frozenset("把将將")
_SORTS = frozenset("区域 地区 城市 领域 行业 产业 国家 省份 部门 单位 企业 机构 学科 环节 方面".split())  # noqa: SIM905
_DIRECTIONS = frozenset("东東南西北")
_THINGS = frozenset({b.NOUN, b.PROPER, b.PLACE, b.UNKNOWN})
_ACTIONS = frozenset({b.GERUND, b.VERB})
_NAMING = _THINGS | {b.GERUND, b.LATIN, b.ABBREVIATION, b.ATTRIBUTE, b.ADJECTIVE}
_NAMES = frozenset({b.PERSON, b.PLACE, b.PROPER})
_LIVED = frozenset(
    "去世 出生 逝世 病逝 诞生 成立 辞世 过世 身亡 遇难 就读 毕业 任教 建立 创立 登基 即位 作客 定居 留学".split()  # noqa: SIM905
)
_WRITTEN = frozenset("作著撰编")
_LEADS_ON = frozenset("于 於 到 至 出 成 自".split())  # noqa: SIM905
_MAY_LEAD_ON = frozenset("在 为 為".split())  # noqa: SIM905
_CROSSES = frozenset("穿 跨 沿 距 临 依 傍 达 抵 赴 往".split())  # noqa: SIM905
_PLACED = frozenset("站县縣市区區镇鎮乡鄉村州省路街桥橋河江湖山岛島港寺塔厂廠矿礦杯队隊目科属屬")
_NUMBERED = "号號级級型式族届"
LONG_LIST = 8  # members; one of more than these is not worth asking
_THIS, _KINDS = "这這那此该該同", "些种種个個座部条條项項类類家位款套片只"
_DEMONSTRATIVE = re.compile(rf"(?:[这這那此该該]|同[一样樣])[{_KINDS}]?")


def splits_a_run(at: Places) -> Flags:
    """Whether letters and digits that a hyphen or a point joins go on across an edge (SH|-11)."""
    text = at.grid.text
    before = at.where(
        at.opens(_ALNUM), lambda row: _RUN_BEFORE.search(text[at.start.item(row) - 2 : at.start.item(row)])
    )
    return before | at.where(at.ends(_ALNUM), lambda row: _RUN_BEHIND.match(text, at.stop.item(row)))


def beside_a_dot(at: Places) -> Flags:
    """Whether the dot of a foreign name stands beside the phrase (列奥纳多|·达·芬奇)."""
    return at.follows(_DOTS) | at.precedes(_DOTS)


def ends_in_time(at: Places) -> Flags:
    """Whether the last word is none of the dictionary and ends in 时, as a clause does (|建成时|)."""
    return at.last.end("时時") & ~at.last.known


def between_commas(at: Places) -> Flags:
    """Whether the phrase is all that stands between two commas (，|顾名思义|，); at the beginning it may be a topic."""
    opens = at.start <= at.grid.leads[at.sentence]
    topic = opens & at.many & at.last.are(_ACTIONS)
    return at.precedes(_STOPS) & (topic | (~opens & at.follows(_STOPS)))


def behind_a_direction(at: Places) -> Flags:
    """Whether a direction before the phrase belongs to the name before both (印度西|太平洋区|)."""
    return at.before(1).among(_DIRECTIONS) & at.before(2).are(_NAMES)


def behind_a_left_over(at: Places) -> Flags:
    """Whether a single character before the phrase belongs to a longer word (上|风口|)."""
    left = at.before(1).sized(1) & at.before(1).are(b.LOCATION)
    return left & at.before(2).are(frozenset({b.MARK, b.FUNCTION, b.VERB}))


def begins_with_a_left_over(at: Places) -> Flags:
    """Whether the phrase begins with a single character that no table has, behind a function word (的|砼强度|)."""
    left = at.first.sized(1) & at.first.are(b.UNKNOWN)
    return at.many & left & at.before(1).are(b.FUNCTION)


def names_who_wrote(at: Places) -> Flags:
    """Whether the phrase ends with the verb of a title behind it (|谭氏作|《…》)."""
    text = at.grid.text
    return at.where(at.precedes("《〈"), lambda row: at.reads(text[at.stop[row] - 1], _WRITTEN))


def leads_on(at: Places) -> Flags:
    """Whether the phrase ends with a verb that goes on behind it (|化石发现|于…)."""
    goes_on = at.behind(1).among(_LEADS_ON) | (at.behind(1).among(_MAY_LEAD_ON) & at.many & ~at.often)
    return goes_on & (at.last.are(_ACTIONS) | at.last.read(_LIVED))


def tells_of_a_life(at: Places) -> Flags:
    """Whether the phrase ends with what befell somebody (|巴黎去世|)."""
    return at.many & at.last.read(_LIVED)


def ends_with_a_verb_of_a_name(at: Places) -> Flags:
    """Whether the phrase is a name with its verb (|李冰主持|), unless the text repeats it."""
    named = Words(at.grid, at.close - 2).are(_NAMES)
    return at.many & ~at.often & at.last.are(b.VERB) & named


def begins_with_a_verb_of_a_name(at: Places) -> Flags:
    """Whether a verb is glued to the name behind it (|修建都江堰|), unless the text repeats it."""
    named = Words(at.grid, at.begin + 1).are(_NAMES)
    return at.many & ~at.often & at.first.are(b.VERB) & named


def crosses(at: Places) -> Flags:
    """Whether one of the first two words says where something goes through or lies (|下穿流花湖|)."""
    return at.many & ~at.often & (at.first.read(_CROSSES) | Words(at.grid, at.begin + 1).read(_CROSSES))


def begins_with_a_number_word(at: Places) -> Flags:
    """Whether the phrase begins with what belongs to a name or number before it (温赖特|号驱逐舰|)."""
    return at.first.begin(_NUMBERED) & (at.first.sized(1) | ~at.first.known)


def end_of_a_name(at: Places) -> Flags:
    """Whether the phrase is the rest of a name that no dictionary has (马松|尼亚|)."""
    rest = at.single & (at.first.size <= 2) & at.first.are(_NAMES | {b.UNKNOWN})
    return rest & at.before(1).are(_NAMES) & ~at.before(1).known


def before_its_sort(at: Places) -> Flags:
    """Whether a name goes on with what it is the name of (|黄埔|站)."""
    return at.behind(1).among(_PLACED) & at.last.are(_NAMES)


def one_of_many(at: Places) -> Flags:
    """Whether the phrase is one of more members joined by 、 than anybody learns."""
    import numpy as np

    found, clauses, commas = at.follows("、") | at.precedes("、"), at.grid.clauses, at.grid.commas
    rows = np.flatnonzero(found)
    start = clauses[clauses.searchsorted(at.start[rows]) - 1]
    stop = clauses[clauses.searchsorted(at.stop[rows])]
    found[rows] = commas.searchsorted(stop) - commas.searchsorted(start) >= LONG_LIST
    return found


def glued_to_later(at: Places) -> Flags:
    """Whether the cutter made the first word of 后 and a preposition (|后于上海|)."""
    return at.first.match(_LATER, _is_later)


def _is_later(word: str) -> bool:
    return word[1:2] in tuple("于於由在以") and (len(word) == 2 or not familiar(word)[0])


def glued_to_a_preposition(at: Places) -> Flags:
    """Whether the cutter made a word of a preposition and a name (囚禁|于来州|).

    A person may be called 于 or 和; behind a verb it is the preposition.
    """
    surname = at.first.begin(_SURNAMES) & at.first.are(b.PERSON) & ~at.before(1).are(b.VERB)
    glued = at.first.begin(_GLUED) & (at.first.size > 1) & ~at.first.known
    return glued & ~at.before(1).are(b.FUNCTION) & ~surname


def ends_with_a_preposition(at: Places) -> Flags:
    """Whether the cutter made a word of a noun and 有 (|流域内有|)."""
    size = at.last.size
    return at.last.end(_HANGING) & (size > 1) & ~(at.last.known & (size > 2))


def before_a_number(at: Places) -> Flags:
    """Whether a number behind the phrase belongs to it (|东风|11), if it is no date."""
    text = at.grid.text
    number = at.behind(1).are(frozenset({b.DIGITS, b.NUMBER}))
    return at.where(number, lambda row: not _DATE.match(text, at.stop[row]))


def behind_a_demonstrative(at: Places) -> Flags:
    """Whether one word is told by what came before (这座|大桥|, 该 项|工程|)."""
    near, far = at.before(1), at.before(2)
    here = near.match(_THIS, _DEMONSTRATIVE.fullmatch)
    apart = far.end(_THIS) & near.begin(_KINDS + "一样樣")
    both = at.where(apart, lambda row: _DEMONSTRATIVE.fullmatch(far.text(row)[-1] + near.text(row)))
    return at.single & (here | both)


def modified_by_an_action(at: Places) -> Flags:
    """Whether the verb before one short word belongs to it: 新时代的|创新|高地, 区域|发展|高地."""
    near, far = at.before(1), at.before(2)
    modified = (near.are(_ACTIONS) & far.among(frozenset("的"))) | (near.are(b.GERUND) & far.are(_THINGS))
    return at.single & (at.first.size <= 3) & modified


def modifies_an_action(at: Places) -> Flags:
    """Whether one noun of two characters belongs to the action behind it (|水质|监测)."""
    noun = at.single & at.first.sized(2) & at.first.are(b.NOUN)
    return noun & at.behind(1).are(b.GERUND)


def cuts_a_pair_of_actions_behind(at: Places) -> Flags:
    """Whether an action like that of the phrase is joined to it, with their noun (|生态保护|和修复 重点工程)."""
    pair = at.behind(1).among(_AND) & at.behind(2).are(_ACTIONS) & at.behind(3).are(_NAMING - _ACTIONS)
    return pair & (at.last.size > 2)


def cuts_a_pair_behind(at: Places) -> Flags:
    """Whether one word like the phrase's last is joined to it: 雄安新区|建设|和发展, 沙漠|边缘|和腹地."""
    alone = at.behind(2).are(_ACTIONS) | ~at.behind(3).are(_NAMING)
    return at.many & at.behind(1).among(_AND) & _alike(at.last, at.behind(2)) & alone


def cuts_a_pair_of_actions_before(at: Places) -> Flags:
    """Whether an action and its noun are joined to the action that begins the phrase (分析字形和|考究字源|)."""
    joined = at.many & at.before(1).among(_AND | {"、"})
    return joined & at.first.are(_ACTIONS) & at.before(2).are(_THINGS) & at.before(3).are(_ACTIONS)


def cuts_a_pair_before(at: Places) -> Flags:
    """Whether one word like the phrase's first is joined to it: 保护和|修复工程|."""
    joined = at.many & at.before(1).among(_AND | {"、"})
    return joined & _alike(at.before(2), at.first) & ~at.before(3).are(_NAMING)


def _alike(one: Words, other: Words) -> Flags:
    """Whether two words may be a pair: of one length, both things or both actions."""
    things, actions = one.are(_THINGS) & other.are(_THINGS), one.are(_ACTIONS) & other.are(_ACTIONS)
    return one.as_long_as(other) & ~one.among(frozenset({"、", "和", "、和"})) & (things | actions)


def behind_a_modal(at: Places) -> Flags:
    """Whether the phrase says what can or shall be done: 可|猜测子代|."""
    return at.many & at.first.are(_ACTIONS) & at.before(1).read(_MODAL)


def behind_able(at: Places) -> Flags:
    """Whether the phrase is all that something can or will do: 会|合理增长|。"""
    return at.before(1).among(_ABLE) & at.behind(1).are(b.MARK)


def before_a_degree(at: Places) -> Flags:
    """Whether something is said of the phrase to a degree: |香港历史|最悠久."""
    return at.many & at.behind(1).among(_DEGREE) & at.last.are(_THINGS)


def does_to_a_noun(at: Places) -> Flags:
    """Whether the phrase says what is done with the noun behind it: ，|合理配置|林草植被."""
    idiom = at.last.are(b.IDIOM)
    how = at.first.are(frozenset({b.ADJECTIVE, b.ADVERB, b.ATTRIBUTE}))
    done = idiom | (at.last.are(_ACTIONS) & how)
    return done & at.before(1).are(b.MARK) & at.behind(1).are(_NAMING - _ACTIONS)


def is_said_to_be(at: Places) -> Flags:
    """Whether the phrase says how something is: 是|完全正确|的。"""
    quality = at.last.are(frozenset({b.ADJECTIVE, b.IDIOM}))
    said = at.before(1).among(frozenset("是")) & at.behind(1).among(frozenset("的"))
    return quality & said & at.behind(2).are(b.MARK)


def handles(at: Places) -> Flags:
    """Whether the phrase says what is done with its noun, behind 把 or 将: 将|土地没收|。"""
    grid = at.grid

    def handled(row: int) -> bool:
        for distance in range(1, 5):
            word = at.begin.item(row) - distance
            if grid.texts[grid.words.item(word)] in _HANDLES:
                return True
            if grid.kinds.item(word) == b.MARK:
                return False
        return False

    return at.where(at.many & at.last.are(_ACTIONS) & at.behind(1).are(b.MARK), handled)


def behind_and_so_on(at: Places) -> Flags:
    """Whether 等 before the phrase sums a list up that its first word names the sort of (广东、福建等|省份经济|)."""
    return at.many & ~at.often & at.before(1).among(frozenset("等")) & at.first.read(_SORTS)


RULES = (
    beside_a_dot,
    between_commas,
    ends_in_time,
    behind_a_direction,
    behind_a_left_over,
    begins_with_a_left_over,
    leads_on,
    tells_of_a_life,
    ends_with_a_verb_of_a_name,
    begins_with_a_verb_of_a_name,
    crosses,
    begins_with_a_number_word,
    end_of_a_name,
    before_its_sort,
    glued_to_a_preposition,
    ends_with_a_preposition,
    modified_by_an_action,
    modifies_an_action,
    cuts_a_pair_of_actions_behind,
    cuts_a_pair_behind,
    cuts_a_pair_of_actions_before,
    cuts_a_pair_before,
    behind_a_modal,
    behind_able,
    before_a_degree,
    does_to_a_noun,
    is_said_to_be,
    handles,
    behind_and_so_on,
    glued_to_later,
    behind_a_demonstrative,
    before_a_number,
    splits_a_run,
    names_who_wrote,
    one_of_many,
)
