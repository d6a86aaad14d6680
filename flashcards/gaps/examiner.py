"""An examiner's eye on phrases at their places: is it a whole term there, is it worth asking, and why.

`FAULTS` are the rules that turn a phrase down at its place; each gives a flag for every place. `judge` asks them,
the cheap ones first, and weighs what is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import log2
from typing import TYPE_CHECKING

from flashcards.gaps import edges
from flashcards.gaps.grid import Places, Words
from flashcards.gaps.places import COMMON, COMMON_EACH
from flashcards.keyphrases import background as b
from flashcards.model import KINDS
from flashcards.script import simplified_shadow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from flashcards.gaps.grid import Flags

NOMINAL = frozenset({b.NOUN, b.PROPER, b.PERSON, b.PLACE, b.GERUND, b.ABBREVIATION, b.LATIN, b.UNKNOWN, b.IDIOM})
HEADS = NOMINAL - {b.GERUND, b.IDIOM, b.PERSON}  # right behind a phrase they say that the term goes on
_APART = frozenset({b.MARK, b.FUNCTION, b.ADVERB, b.LOCATION, b.GERUND, b.TIME})
QUALIFIERS = frozenset({b.NOUN, b.PROPER, b.ABBREVIATION, b.LATIN, b.UNKNOWN, b.ATTRIBUTE, b.ADJECTIVE, b.PLACE})
_LENGTH = (0.0, 0.0, -0.05, 0.06, 0.16, 0.2, 0.22, 0.22, 0.2, 0.18, 0.15, 0.12, 0.1)  # by characters
_KIND = {
    "quote": 0.25,
    "title": 0.2,
    "date": 0.28,
    "number": 0.22,
    "name": 0.05,
    "place": 0.05,
    "organisation": 0.15,
    "idiom": 0.02,
    "user": 2.0,
}
_WORDS = {
    "quote": "a quoted term",
    "title": "a title",
    "date": "a date",
    "number": "a number with its unit",
    "name": "a name",
    "place": "a place",
    "organisation": "an organisation",
    "idiom": "a set phrase",
    "user": "a term of the user's list",
}
_ARTICLE = re.compile(
    r"[一二两三四五六七八九十几](?:[个条座种项次场批类份家支位名张件步起下点年月日天所道句]|方面|系列|部分)|第?[一二三四五六七八九十]{1,3}"
)
_ARTICLE_OF_LAW = re.compile("第[0-9一二三四五六七八九十百零〇]+[条章节款项编篇回课]")
_JOINTS = frozenset("和与及或、")
_AGENTS = frozenset("由 被 所 受 经 为 以".split())  # noqa: SIM905
_ERA = re.compile(r"[元0-9一二三四五六七八九十]{1,4}年")
_COUNTING = re.compile(
    r"[每前后各某第]?[一二两三四五六七八九十几数多百千万]+[成个条座种项次场批类份家支位名张件步层道艘枚只间大期级重届对双群行排列圈处]?|[每各某].?"
)
_COUNTERS = "每前后各某第一二两三四五六七八九十几数多百千万"
_MANNER = frozenset("合理 有效 积极 充分 大力 不断 切实 深入 认真 逐步 进一步".split())  # noqa: SIM905
TOPIC = 8  # a common word that the text says so often is its topic
_ERAS = frozenset({b.NOUN, b.PROPER, b.PERSON, b.PLACE, b.TIME, b.UNKNOWN})
_VAGUE = frozenset("广大 各项 各类 各种 有关 相关 附近 周围 周边".split())  # noqa: SIM905
_STRESS = frozenset("重点 重要 重大 主要 关键 巨大 深远 显著 突出 根本 基本 战略".split())  # noqa: SIM905
_HAN_NUMBERS = "0123456789一二三四五六七八九十百"
_JOINS_MEMBERS = frozenset("、 和 与 及 或".split())  # noqa: SIM905
_NUMERAL = frozenset({b.DIGITS, b.NUMBER})
_COUNTED = _NUMERAL | {b.MEASURE}
_SINGLE = frozenset({b.NOUN, b.UNKNOWN, b.PROPER, b.PERSON})
_CLASSICAL = frozenset("曰之乎者也矣焉哉其而于於以不何莫皆")
_COUNTS = 8  # from so many times on, more count no more
Has = Callable[[int, str], bool]  # whether the document of a phrase has a phrase of this text, too


def _pieces(text: str) -> frozenset[str]:
    """Every stretch of a text: marks that stand in a row are one word, too."""
    return frozenset(text[a:z] for a in range(len(text)) for z in range(a + 1, len(text) + 1))


_NUMBER_JOINS, _NUMBER_GOES_ON = _pieces("、和至到—-"), _pieces("±~～-—–.．×")


def too_short(at: Places) -> Flags:
    """Whether a quotation or title is a single character."""
    return at.of_kind("quote", "title") & (at.size < 2)


def an_article(at: Places) -> Flags:
    """Whether a number is no more than an article (一个) or the label of one (第五条)."""
    flags = at.of_kind("number", "date") & at.opens("一二两三四五六七八九十几第")
    return at.read(flags, lambda text: _ARTICLE.fullmatch(text) or _ARTICLE_OF_LAW.fullmatch(text))


def year_of_an_era(at: Places) -> Flags:
    """Whether the year belongs to an era before it (乾隆|五十二年|)."""
    year = at.of_kind("number", "date") & at.ends("年") & at.before(1).are(_ERAS)
    return at.where(year, lambda row: not at.text(row)[0].isdigit())


def whom_it_befell(at: Places) -> Flags:
    """Whether a sentence begins with the date of what somebody else's verb tells (|2月29日| 恢复 道路交通)."""
    return at.of_kind("number", "date") & ~at.before(1).exist & at.behind(1).are(b.VERB)


def part_of_a_number(at: Places) -> Flags:
    """Whether a number goes on before or behind."""
    before = at.before(1).among(_NUMBER_GOES_ON) | at.before(1).are(_NUMERAL | {b.LATIN})
    return at.of_kind("number", "date") & (before | at.behind(1).are(_COUNTED))


def no_noun(at: Places) -> Flags:
    """Whether no word of it may name a thing."""
    return ~at.any(lambda words: words.are(NOMINAL))


def edge_of_no_term(at: Places) -> Flags:
    """Whether it begins with an adverb or ends with one or with 上, 里."""
    return at.first.are(b.ADVERB) | at.last.are(frozenset({b.LOCATION, b.ADVERB}))


def everyday(at: Places) -> Flags:
    """Whether a phrase is one common noun that the text does not come back to: others would fit as well (工匠).
    A word of two characters has no hint but its length and so must be rarer."""
    import numpy as np

    named = at.of_kind("term") & at.first.are(frozenset({b.PERSON, b.PROPER}))
    thing = at.first.are(frozenset({b.NOUN, b.GERUND, b.UNKNOWN})) | named
    least = COMMON + 0.5 * (at.first.size < 3)
    least = np.where(at.count < 2, least, np.where(at.count < 4, least - 0.5, COMMON - 1))
    return at.single & (at.count < TOPIC) & thing & at.first.known & (at.first.rarity < least)


def everyday_word_in_it(at: Places) -> Flags:
    """Whether it holds a word that says nothing (大力, 附近), unless the text repeats it."""
    return ~at.often & at.any(lambda words: words.read(_saying_nothing()))


@cache
def _saying_nothing() -> frozenset[str]:
    return b.light()["gap"] | b.light()["vague"]


def ends_with_an_idiom(at: Places) -> Flags:
    """Whether several words end with a set phrase, as a clause does, said once."""
    return at.many & at.last.are(b.IDIOM) & (at.count < 2)


def counts(at: Places) -> Flags:
    """Whether it counts something (两名专业人士, 钱塘江五大水系) and so is no term; names with Latin letters may."""
    one = at.single & at.first.match("每前后各某第", _COUNTING.match)
    numbered = at.any(lambda words: words.are(_COUNTED), skip=1)
    some = at.many & (numbered | at.any(lambda words: words.match(_COUNTERS, _counts)))
    return (one | some) & ~at.any(lambda words: words.are(b.LATIN))


def _counts(word: str) -> bool:
    return _COUNTING.fullmatch(word) is not None


def two_things(at: Places) -> Flags:
    """Whether 和 or 、 joins two things in it, unless the text repeats it and it is whole."""
    return (~at.often | at.behind(1).are(HEADS)) & at.any(lambda words: words.among(_JOINTS))


def begins_with_manner(at: Places) -> Flags:
    """Whether it tells how something is done (合理利用), unless the text repeats it."""

    def manner(text: str) -> bool:
        return at.reads(text[:2], _MANNER) or at.reads(text[:3], _MANNER)

    return at.read(~at.often & (at.size > 3) & at.may_open(_MANNER), manner)


def short_action(at: Places) -> Flags:
    """Whether it is a short verb with its object, said once."""
    return at.first.are(b.VERB) & at.many & (at.size < 6) & (at.count < 2)


def verb_within(at: Places) -> Flags:
    """Whether a verb stands within it, as in a clause, said once."""
    return (at.count < 2) & at.any(lambda words: words.are(b.VERB), skip=1, spare=1)


def done_by(at: Places) -> Flags:
    """Whether somebody does it: 由|李冰修建|."""
    return at.before(1).among(_AGENTS) & at.last.are(frozenset({b.VERB, b.GERUND}))


def behind_an_adverb(at: Places) -> Flags:
    """Whether an adverb before it belongs to it (极|重要文物|)."""
    quality = at.first.are(frozenset({b.ADJECTIVE, b.IDIOM, b.ATTRIBUTE}))
    return quality & at.before(1).are(b.ADVERB)


def before_a_year(at: Places) -> Flags:
    """Whether it is the era of the year behind it (|乾隆|五十二年)."""
    text = at.grid.text
    return at.where(at.precedes("元0123456789一二三四五六七八九十"), lambda row: _ERA.match(text, at.stop[row]))


def clause_within(at: Places) -> Flags:
    """Whether an adverb or 上, 里 stands within it, or a verb begins it and it counts something."""
    counted = at.first.are(b.VERB) & at.any(lambda words: words.are(b.MEASURE))
    adverb = at.any(lambda words: words.are(b.ADVERB))
    return counted | adverb | at.any(lambda words: words.are(b.LOCATION), skip=1, spare=1)


def takes_a_list_along(at: Places) -> Flags:
    """Whether it begins with the last member of a list and goes on: 市场化、|法治化手段|, 治水、|治山全要素|."""
    member, first = at.before(2), at.first
    listed = at.many & at.before(1).among(_JOINS_MEMBERS) & member.as_long_as(first) & (first.size > 1)
    return at.where(listed, lambda row: _share_an_edge(member.text(row), first.text(row)))


def _share_an_edge(one: str, other: str) -> bool:
    return one[0] == other[0] or one[-1] == other[-1]


def ends_with_a_verb(at: Places) -> Flags:
    """Whether several words end with a verb or an adjective and do not qualify a noun behind them."""
    ends = at.many & at.last.are(frozenset({b.VERB, b.ADJECTIVE}))
    follower = at.behind(1)
    goes_on = ~follower.are(frozenset({b.MARK, b.FUNCTION, b.GERUND, b.NOUN}))
    once = (at.count < 2) & (follower.are(b.MARK) | at.last.are(b.ADJECTIVE))
    return ends & (goes_on | at.first.are(b.VERB) | once)


def part_of_a_range(at: Places) -> Flags:
    """Whether it begins with a number that is the end of a range (三至|五年计划|)."""
    return at.opens(_HAN_NUMBERS) & at.before(1).among(_NUMBER_JOINS)


def behind_a_number(at: Places) -> Flags:
    """Whether a number before it belongs to it."""
    return at.before(1).are(_NUMERAL)


def beside_a_single_noun(at: Places) -> Flags:
    """Whether a noun of one character stands beside it (|雄安新|区)."""
    before, behind = at.before(1), at.behind(1)
    return (before.sized(1) & before.are(_SINGLE)) | (behind.sized(1) & behind.are(_SINGLE))


def seldom_apart(at: Places) -> Flags:
    """Whether two characters, which mostly stand beside nouns, are not surely apart from their neighbours here."""
    apart = _apart(at.before(1)) & _apart(at.behind(1))
    return at.sized(2) & (at.free < 0.5) & ~apart


def _apart(neighbour: Words) -> Flags:
    """Whether a neighbour is surely no part of a term of two characters: a mark, a function word, a verb of two."""
    return neighbour.are(_APART) | (neighbour.are(b.VERB) & (neighbour.size > 1))


def beside_a_left_over(at: Places) -> Flags:
    """Whether a character is left over beside a word that no dictionary has: the cut is doubtful (以水定 | 绿)."""
    light = frozenset({b.MARK, b.FUNCTION})
    before = ~at.first.known & at.before(1).sized(1) & ~at.before(1).are(light)
    return before | (~at.last.known & at.behind(1).sized(1) & ~at.behind(1).are(light))


def cuts_a_word(at: Places) -> Flags:
    """Whether a word that no dictionary has takes a character of a known word across its edge (在 | 京央企)."""
    import numpy as np

    first, last, text = at.first, at.last, at.grid.text
    before = np.flatnonzero(~first.known & (first.size > 2) & at.before(1).exist)
    behind = np.flatnonzero(~last.known & (last.size > 2) & at.behind(1).exist)
    rows = np.concatenate([before, behind])
    edges = np.concatenate([at.start[before], at.stop[behind]]).tolist()
    joined = [text[edge - 1 : edge + 1] for edge in edges]
    across = b.vocabulary().knows(joined)
    mixed = np.flatnonzero(at.grid.mixed.take(at.sentence.take(rows)))
    if len(mixed):
        across[mixed] |= b.vocabulary().knows([simplified_shadow(joined[row]) for row in mixed.tolist()])
    across |= np.fromiter(map(b.light()["across"].__contains__, joined), np.bool_, len(joined))
    found = np.zeros(len(at), np.bool_)
    found[rows[across]] = True
    return found


def general_with_stress(at: Places) -> Flags:
    """Whether it is a general word that is called important: 重点|工程建设, 重大|现实意义."""

    def general(row: int) -> bool:
        rest = at.grid.words[at.begin[row] + 1 : at.close[row]]
        return at.reads("".join(at.grid.texts[number] for number in rest), _too_general())

    return at.where(at.many & at.first.read(_STRESS), general)


def general(at: Places) -> Flags:
    """Whether it is a word that every text has, a stock word of speeches, or begins with one that says all (各类)."""
    whole = _too_general()
    listed = at.may_open(whole)
    if not at.grid.odd:
        listed = at.read(listed, whole.__contains__)  # few are left
    return at.read(listed | at.may_open(_VAGUE), lambda text: at.reads(text, whole) or at.reads(text[:2], _VAGUE))


@cache
def _too_general() -> frozenset[str]:
    return b.light()["whole"] | b.light()["stock"]


NUMBER_FAULTS = ((an_article,), (year_of_an_era, whom_it_befell, part_of_a_number))
# What costs least and finds most comes first, what reads strings last. What is turned down by one row of rules is left
# out of the next, which costs a look at all that is known of a place: the rows end where many are.
_COMMON_FAULTS = (everyday, no_noun)
_FAULTS_OF_WORDS = (
    edge_of_no_term,
    behind_a_number,
    beside_a_single_noun,
    two_things,
    short_action,
    ends_with_a_verb,
    verb_within,
    clause_within,
    ends_with_an_idiom,
    everyday_word_in_it,
    done_by,
    behind_an_adverb,
    part_of_a_range,
    seldom_apart,
)
_RARE_FAULTS = (
    beside_a_left_over,
    *edges.RULES,
    counts,
    takes_a_list_along,
    before_a_year,
    cuts_a_word,
    general_with_stress,
    begins_with_manner,
    general,
)
TERM_FAULTS = (_COMMON_FAULTS, _FAULTS_OF_WORDS, _RARE_FAULTS)


@dataclass(frozen=True, slots=True, eq=False)
class Weight:
    """What one reason adds to the worth of phrases: to which, how much, and the reason in words for a place's row."""

    applies: Flags
    worth: NDArray[np.float64] | float
    reason: Callable[[int], str]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The places where nothing speaks against a phrase, and what it is worth at each (about 0 to 1).

    ``rows`` are their rows among the places judged. ``whole`` tells whether the phrase stands free, so that a shorter
    one inside it is none.
    """

    places: Places
    rows: NDArray[np.int64]
    value: NDArray[np.float64]
    whole: Flags
    weights: Sequence[Weight]

    def reasons(self, row: int) -> tuple[str, ...]:
        """Why the phrase of a row is worth what it is."""
        return tuple([weight.reason(row) for weight in self.weights if weight.applies.item(row)])


def judge(
    at: Places,
    rank: NDArray[np.float64],
    order: NDArray[np.float64],
    has: Has,
    listed: Callable[[Places], Flags],
    classical: Flags,
) -> Judged:
    """Judge phrases at their places.

    ``rank`` is the score of each as a share of the best, ``order`` the share of the passage's phrases that it leaves
    behind. ``has`` tells whether the document of a phrase has one of some text, ``listed`` which places are members of
    parallel lists. Where the text is ``classical`` only what is sure is asked.
    """
    import numpy as np

    rows = np.concatenate(
        [
            np.flatnonzero(at.of_kind("user")),
            _sound(at, at.of_kind("quote", "title"), ((too_short,),)),
            _sound(at, at.of_kind("number", "date"), NUMBER_FAULTS),
            _sound(at, ~at.of_kind("user", "quote", "title", "number", "date"), TERM_FAULTS),
        ]
    )
    rows.sort()
    old = np.flatnonzero(classical.take(rows))
    if len(old):
        rows = np.delete(rows, old[~fits_classical(at.only(rows.take(old)))])
    return _weighed(at.only(rows), rows, rank[rows], order[rows], has, listed)


def _sound(at: Places, flags: Flags, faults: Sequence[Sequence[Callable[[Places], Flags]]]) -> NDArray[np.int64]:
    """The rows of the flagged places against which no rule speaks."""
    import numpy as np

    rows = np.flatnonzero(flags)
    for rules in faults:
        if not len(rows):
            break
        left, faulty = at.only(rows), np.zeros(len(rows), np.bool_)
        for rule in rules:
            faulty |= rule(left)
        rows = rows[~faulty]
    return rows


def _weighed(
    at: Places,
    rows: NDArray[np.int64],
    rank: NDArray[np.float64],
    order: NDArray[np.float64],
    has: Has,
    listed: Callable[[Places], Flags],
) -> Judged:
    """What each place is worth: the reasons are added one after the other, in this order."""
    import numpy as np

    base = Weight(
        np.ones(len(at), np.bool_),
        0.35 * np.clip(rank, 0.0, 1.0) + 0.25 * order,
        lambda row: f"rank {rank.item(row):.2f}",
    )
    user = at.of_kind("user")
    edges_of_it, whole = _weigh_edges(at)
    verb, words = _weigh_words(at, has)
    term = ~at.of_kind("user", "quote", "title", "number", "date")
    weights = [
        base,
        *_but(user, [_weigh_length(at)]),
        _weigh_kind(at),
        *_but(user, _weigh_mentions(at)),
        *_but(~term, [*edges_of_it, verb, *words]),
        *_but(user, [Weight(listed(at), -0.12, lambda row: "member of a list")]),
    ]
    value = np.zeros(len(at))
    for weight in weights:
        value += weight.applies * weight.worth
    return Judged(at, rows, value, whole & term & ~verb.applies, weights)


def _but(flags: Flags, weights: Iterable[Weight]) -> Iterator[Weight]:
    """The weights without those places."""
    for weight in weights:
        yield Weight(weight.applies & ~flags, weight.worth, weight.reason)


def _weigh_length(at: Places) -> Weight:
    import numpy as np

    worth = np.array(_LENGTH)[np.minimum(at.size, len(_LENGTH) - 1)]
    return Weight(at.size >= 0, worth, lambda row: f"{at.size.item(row)} characters")


def _weigh_kind(at: Places) -> Weight:
    import numpy as np

    worth = np.array([_KIND.get(kind, 0.0) for kind in KINDS])[at.kind]
    return Weight(worth > 0, worth, lambda row: _WORDS[KINDS[at.kind.item(row)]])


def _weigh_mentions(at: Places) -> Iterator[Weight]:
    """More for what the document repeats, and for its first place."""
    import numpy as np

    worth = np.array([0.0, 0.0, *(min(0.15, 0.05 * log2(count)) for count in range(2, _COUNTS + 1))])
    worth = worth[np.minimum(at.count, _COUNTS)]
    yield Weight(at.count > 1, worth, lambda row: f"{at.count.item(row)} times in the document")
    yield Weight(at.mention, 0.05, lambda row: "first mention")


def _weigh_edges(at: Places) -> tuple[list[Weight], Flags]:
    """More where the phrase stands free; less where a noun before or behind says that the term goes on. The flags are
    of those that stand free."""
    import numpy as np

    share = np.where(at.often & (at.free >= 0.5), 0.4, 1.0)
    right, left, second, third = at.behind(1), at.before(1), at.before(2), at.before(3)
    noun = right.are(HEADS)
    ends = at.behind(2).are(HEADS) & at.behind(3).are(frozenset({b.MARK, b.FUNCTION}))
    # 加大 | 科技成果 | 转化 力度
    action = right.are(frozenset({b.GERUND, b.VERB})) & left.are(b.VERB) & ends
    gerund = right.are(b.GERUND)
    goes_on = Weight(
        noun | action | gerund,
        np.where(noun | action, -0.3 * share, -0.12 * share),
        lambda row: f"goes on with {right.text(row)}",
    )
    qualified = left.are(QUALIFIERS)
    acted = left.are(b.GERUND) & (at.first.are(b.GERUND) | second.are(frozenset({b.FUNCTION, b.MARK})))
    # 落实 | 创新 驱动 发展战略
    driven = left.are(b.VERB) & second.are(QUALIFIERS) & third.are(frozenset({b.VERB, b.GERUND}))
    begins = Weight(
        qualified | acted | driven,
        np.where(qualified, -0.3 * share, np.where(acted, -0.2 * share, -0.25 * share)),
        lambda row: f"begins with {(second if driven[row] else left).text(row)}",
    )
    free = ~goes_on.applies & ~begins.applies
    return [goes_on, begins, Weight(free, 0.12, lambda row: "stands free")], free


def _weigh_words(at: Places, has: Has) -> tuple[Weight, list[Weight]]:
    """Less for a verb with its object (the first), an action alone, and a word that everybody says every day."""
    import numpy as np

    first = at.first
    verb = at.many & first.are(b.VERB)
    alone = at.where(verb, lambda row: has(at.phrase.item(row), at.text(row)[len(first.text(row)) :]))
    unknown = at.of_kind("term") & (at.count < 4) & at.any(lambda words: ~words.known)
    common = np.where(at.single, COMMON, COMMON_EACH)
    rarity = _sums(at) / at.length
    return Weight(verb, np.where(alone, -0.2, -0.1), lambda row: "a verb with its object"), [
        Weight(unknown, np.where(at.count > 1, -0.12, -0.18), lambda row: "a word that no dictionary has"),
        Weight(
            at.many & at.last.are(frozenset({b.VERB, b.ADJECTIVE})) & (at.count < 2),
            -0.12,
            lambda row: "ends with a verb",
        ),
        Weight(rarity < common, -0.04 * (common - rarity), lambda row: "everyday words"),
        Weight(
            at.single & at.first.are(frozenset({b.GERUND, b.ADJECTIVE, b.VERB})),
            -0.2,
            lambda row: "an action, not a thing",
        ),
    ]


def _sums(at: Places) -> NDArray[np.float64]:
    """The rarities of each phrase's words, added up (exact: they are sixteenths)."""
    import numpy as np

    total = np.zeros(len(at))
    for index in range(int(at.length.max(initial=0))):
        rows = np.flatnonzero(at.length > index)
        total[rows] += Words(at.grid, at.begin[rows] + index).rarity
    return total


def is_classical(text: str) -> bool:
    """Whether a text is classical Chinese, which the cutter does not know: its particles instead of 的 and 了."""
    few = 0.012 * len(text)
    if len(text) < 12 or text.count("的") > few:  # nearly every text of today
        return False
    old = sum(map(text.count, "之乎者也矣焉哉曰其而于於以吾汝乃"))
    return old > 0.04 * len(text) and sum(map(text.count, "的了是们們这這")) <= few


def fits_classical(at: Places) -> Flags:
    """Whether a phrase may be trusted in classical Chinese: a quotation, a title, or one rare word of the dictionary
    that a mark or a particle does not end (a name, an office, a set phrase)."""
    rare = at.single & at.first.known & (at.first.rarity > COMMON) & at.first.are(NOMINAL)
    return at.of_kind("quote", "title", "user") | at.where(rare, lambda row: _CLASSICAL.isdisjoint(at.text(row)))
