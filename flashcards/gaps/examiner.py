"""An examiner's eye on one phrase at one place: is it a whole term there, is it worth asking, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log2

from flashcards.gaps import edges
from flashcards.gaps.patterns import Enumeration
from flashcards.gaps.places import COMMON, COMMON_EACH, around, familiar, plain, word_at, word_class
from flashcards.keyphrases import background as b
from flashcards.model import Keyphrase, Occurrence, Sentence, Token

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
_MANNER = frozenset("合理 有效 积极 充分 大力 不断 切实 深入 认真 逐步 进一步".split())  # noqa: SIM905
TOPIC = 8  # a common word that the text says so often is its topic
_ERAS = frozenset({b.NOUN, b.PROPER, b.PERSON, b.PLACE, b.TIME, b.UNKNOWN})
_VAGUE = frozenset("广大 各项 各类 各种 有关 相关 附近 周围 周边".split())  # noqa: SIM905
_STRESS = frozenset("重点 重要 重大 主要 关键 巨大 深远 显著 突出 根本 基本 战略".split())  # noqa: SIM905
_HAN_NUMBER = re.compile(r"[0-9一二三四五六七八九十百]")


@dataclass(slots=True)
class Judgement:
    """What a phrase is worth at its place (about 0 to 1), the reasons, and what speaks against it outright."""

    value: float
    reasons: list[str] = field(default_factory=list)
    fault: str = ""

    def add(self, worth: float, reason: str) -> None:
        """Count one reason."""
        self.value += worth
        self.reasons.append(reason)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a phrase stands in its document: how often, and in what share of its places no noun touches it."""

    count: int = 1
    free: float = 1.0


def judge(
    sentence: Sentence,
    phrase: Keyphrase,
    place: Occurrence,
    rank: float,
    order: float,
    standings: Mapping[str, Standing],
    found: Sequence[Enumeration],
) -> Judgement:
    """Judge a phrase at a place. ``rank`` is its score as a share of the best, ``order`` the share of the
    passage's phrases that it leaves behind, ``standings`` tell how each phrase stands in the document, ``found`` are
    the parallel lists of the sentence."""
    tokens, before, behind = around(sentence, place)
    judgement = Judgement(0.35 * min(1.0, max(0.0, rank)) + 0.25 * order, [f"rank {rank:.2f}"])
    if phrase.kind == "user":
        judgement.add(_KIND["user"], _WORDS["user"])
        return judgement
    standing = standings.get(phrase.text, Standing())
    judgement.fault = _fault(sentence, phrase, place, tokens, before, behind, standing)
    if judgement.fault:
        return judgement
    judgement.add(_LENGTH[min(len(phrase.text), len(_LENGTH) - 1)], f"{len(phrase.text)} characters")
    if phrase.kind in _KIND:
        judgement.add(_KIND[phrase.kind], _WORDS[phrase.kind])
    if standing.count > 1:
        judgement.add(min(0.15, 0.05 * log2(standing.count)), f"{standing.count} times in the document")
    if place == phrase.occurrences[0]:
        judgement.add(0.05, "first mention")
    if phrase.kind not in ("quote", "title", "number", "date"):
        _weigh_edges(judgement, sentence, tokens, standing)
        _weigh_words(judgement, phrase, tokens, standing, standings)
    if any(member.start <= place.start and place.end <= member.end for lst in found for member in lst.members):
        judgement.add(-0.12, "member of a list")
    return judgement


def standing(phrase: Keyphrase, sentences: Mapping[tuple[int, int], Sentence]) -> Standing:
    """How a phrase stands in its document; ``sentences`` by passage number and index."""
    free = 0
    for place in phrase.occurrences[:50]:
        _, before, behind = around(sentences[place.passage, place.sentence], place)
        free += word_class(behind) not in HEADS and word_class(before) not in QUALIFIERS
    return Standing(len(phrase.occurrences), free / min(50, len(phrase.occurrences)))


def _fault(
    sentence: Sentence,
    phrase: Keyphrase,
    place: Occurrence,
    tokens: Sequence[Token],
    before: Token | None,
    behind: Token | None,
    standing: Standing,
) -> str:
    """Why the phrase cannot be asked here, or nothing."""
    classes = [word_class(token) for token in tokens]
    text, kind = phrase.text, phrase.kind
    if kind in ("quote", "title"):
        return "" if len(text) >= 2 else "too short"
    if kind in ("number", "date"):
        return _number_fault(text, before, behind)
    why = edges.fault(sentence, place, tokens, standing.count >= 3)
    if why:
        return why
    if _general(text) or plain(text[:2]) in _VAGUE or _general_with_stress(tokens):
        return "too general"
    if not NOMINAL & set(classes):
        return "no noun in it"
    if classes[0] == b.ADVERB or classes[-1] in (b.LOCATION, b.ADVERB):
        return "an edge that is no edge of a term"
    if standing.count < 3 and any(plain(token.text) in b.light()["gap"] | b.light()["vague"] for token in tokens):
        return "an everyday word in it"
    if len(tokens) > 1 and classes[-1] == b.IDIOM and standing.count < 2:
        return "a clause, not a term"
    if _counts(tokens, classes):
        return "a number in it"
    if any(token.text in _JOINTS for token in tokens) and (standing.count < 3 or word_class(behind) in HEADS):
        return "two things, not one"
    if standing.count < 3 and len(text) > 3 and any(plain(text[:size]) in _MANNER for size in (2, 3)):
        return "an action, not a thing"
    if _everyday(tokens, classes, standing, kind):
        return "an everyday word"
    if classes[0] == b.VERB and len(tokens) > 1 and len(text) < 6 and standing.count < 2:
        return "an action, not a thing"
    if b.VERB in classes[1:-1] and standing.count < 2:
        return "a clause, not a term"
    if before is not None and before.text in _AGENTS and classes[-1] in (b.VERB, b.GERUND):
        return "a clause, not a term"
    if word_class(before) == b.ADVERB and classes[0] in (b.ADJECTIVE, b.IDIOM, b.ATTRIBUTE):
        return "an adverb before it belongs to it"
    if _ERA.match(sentence.text, tokens[-1].end):
        return "part of a date"
    if b.ADVERB in classes or b.LOCATION in classes[1:-1] or (classes[0] == b.VERB and b.MEASURE in classes):
        return "a clause, not a term"
    if _takes_a_list_along(tokens, sentence):
        return "the last of a list with what follows it"
    if len(tokens) > 1 and classes[-1] in (b.VERB, b.ADJECTIVE):
        follower = word_class(behind)
        if follower not in (b.MARK, b.FUNCTION, b.GERUND, b.NOUN) or classes[0] == b.VERB:
            return "a clause, not a term"
        if standing.count < 2 and (follower == b.MARK or classes[-1] == b.ADJECTIVE):
            return "a clause, not a term"
    if _HAN_NUMBER.match(text) and before is not None and before.text in "、和至到—-":
        return "part of a longer number"
    if word_class(before) in (b.DIGITS, b.NUMBER):
        return "a number before it belongs to it"
    for token in (before, behind):
        if token is not None and len(token.text) == 1 and word_class(token) in (b.NOUN, b.UNKNOWN, b.PROPER, b.PERSON):
            return "part of a longer word"
    if len(text) == 2 and standing.free < 0.5 and not (_apart(before) and _apart(behind)):
        return "part of a longer word"
    return "cut across a word" if _cuts_a_word(tokens, before, behind) else ""


def _counts(tokens: Sequence[Token], classes: Sequence[int]) -> bool:
    """Whether a phrase of several words counts something (两名专业人士, 钱塘江五大水系) and so is no term."""
    if b.LATIN in classes:
        return False
    if len(tokens) < 2:
        return tokens[0].text[0] in "每前后各某第" and _COUNTING.match(tokens[0].text) is not None
    if {b.NUMBER, b.DIGITS, b.MEASURE} & set(classes[1:]):
        return True
    return any(_COUNTING.fullmatch(token.text) for token in tokens)


def _general(text: str) -> bool:
    """Whether a phrase is a word that every text has, or a stock word of speeches."""
    return plain(text) in b.light()["whole"] or plain(text) in b.light()["stock"]


def _general_with_stress(tokens: Sequence[Token]) -> bool:
    """Whether a phrase is a general word that is called important: 重点|工程建设, 重大|现实意义."""
    rest = "".join(token.text for token in tokens[1:])
    return len(tokens) > 1 and plain(tokens[0].text) in _STRESS and _general(rest)


def _everyday(tokens: Sequence[Token], classes: Sequence[int], standing: Standing, kind: str) -> bool:
    """Whether a phrase is one common noun that the text does not come back to: others would fit as well (工匠).
    A word of two characters has no hint but its length and so must be rarer."""
    if len(tokens) > 1 or standing.count >= TOPIC:
        return False
    if classes[0] not in (b.NOUN, b.GERUND, b.UNKNOWN) and not (kind == "term" and classes[0] in (b.PERSON, b.PROPER)):
        return False
    known, rarity = familiar(tokens[0].text)
    least = COMMON + 0.5 * (len(tokens[0].text) < 3)
    return known and rarity < (least if standing.count < 2 else least - 0.5 if standing.count < 4 else COMMON - 1)


def _takes_a_list_along(tokens: Sequence[Token], sentence: Sentence) -> bool:
    """Whether a phrase begins with the last member of a list and goes on: 市场化、|法治化手段|, 治水、|治山全要素|."""
    at = word_at(sentence, tokens[0].start)
    if len(tokens) < 2 or at < 2 or sentence.tokens[at - 1].text not in ("、", "和", "与", "及", "或"):
        return False
    member, first = sentence.tokens[at - 2].text, tokens[0].text
    return len(member) == len(first) > 1 and (member[0] == first[0] or member[-1] == first[-1])


def _cuts_a_word(tokens: Sequence[Token], before: Token | None, behind: Token | None) -> bool:
    """Whether a word that no dictionary has takes a character of a known word across its edge (在 | 京央企)."""
    first, last = tokens[0].text, tokens[-1].text
    first_known, last_known = familiar(first)[0], familiar(last)[0]
    for token, known in ((before, first_known), (behind, last_known)):
        # a character left over beside a word that no dictionary has: the cut itself is doubtful (以水定 | 绿)
        if token is not None and len(token.text) == 1 and not known and word_class(token) not in (b.MARK, b.FUNCTION):
            return True
    if before is not None and len(first) > 2 and not first_known and _is_word(before.text[-1] + first[0]):
        return True
    return behind is not None and len(last) > 2 and not last_known and _is_word(last[-1] + behind.text[0])


def is_classical(text: str) -> bool:
    """Whether a text is classical Chinese, which the cutter does not know: its particles instead of 的 and 了."""
    old = sum(character in "之乎者也矣焉哉曰其而于於以吾汝乃" for character in text)
    new = sum(character in "的了是们們这這" for character in text)
    return len(text) >= 12 and old > 0.04 * len(text) and new <= 0.012 * len(text)


def fits_classical(sentence: Sentence, phrase: Keyphrase, place: Occurrence) -> bool:
    """Whether a phrase may be trusted in classical Chinese: a quotation, a title, or one rare word of the dictionary
    that a mark or a particle does not end (a name, an office, a set phrase)."""
    if phrase.kind in ("quote", "title", "user"):
        return True
    tokens, _, _ = around(sentence, place)
    if len(tokens) != 1 or set(phrase.text) & set("曰之乎者也矣焉哉其而于於以不何莫皆"):
        return False
    known, rarity = familiar(tokens[0].text)
    return known and rarity > COMMON and word_class(tokens[0]) in NOMINAL


def _apart(token: Token | None) -> bool:
    """Whether a neighbour is surely no part of a term of two characters: a mark, a function word, a verb of two."""
    kind = word_class(token)
    return kind in _APART or (kind == b.VERB and token is not None and len(token.text) > 1)


def _is_word(text: str) -> bool:
    return text in b.light()["across"] or familiar(text)[0]


def _number_fault(text: str, before: Token | None, behind: Token | None) -> str:
    if _ARTICLE.fullmatch(text) or _ARTICLE_OF_LAW.fullmatch(text):
        return "no more than an article"
    if text.endswith("年") and not text[0].isdigit() and word_class(before) in _ERAS:
        return "part of a date"  # 乾隆|五十二年
    if before is None and word_class(behind) == b.VERB:
        return "whom it befell stood before"  # |2月29日| 恢复 道路交通
    if before is not None and before.text in "±~～-—–.．×":
        return "part of a longer number"
    if word_class(before) in (b.DIGITS, b.NUMBER, b.LATIN) or word_class(behind) in (b.MEASURE, b.DIGITS, b.NUMBER):
        return "part of a longer number"
    return ""


def _weigh_edges(judgement: Judgement, sentence: Sentence, tokens: Sequence[Token], standing: Standing) -> None:
    """More where the phrase stands free; less where a noun before or behind says that the term goes on."""
    share = 0.4 if standing.count >= 3 and standing.free >= 0.5 else 1.0
    at = word_at(sentence, tokens[0].start)
    end = at + len(tokens)
    near = [sentence.tokens[i] if i >= 0 else None for i in (at - 1, at - 2, at - 3)]
    behind = sentence.tokens[end] if end < len(sentence.tokens) else None
    left, right = [word_class(token) for token in near], word_class(behind)
    free = True
    if right in HEADS:
        judgement.add(-0.3 * share, f"goes on with {behind.text if behind else ''}")
        free = False
    elif right in (b.GERUND, b.VERB) and left[0] == b.VERB and _a_noun_ends(sentence, end + 1):
        judgement.add(-0.3 * share, f"goes on with {behind.text if behind else ''}")  # 加大 | 科技成果 | 转化 力度
        free = False
    elif right == b.GERUND:
        judgement.add(-0.12 * share, f"goes on with {behind.text if behind else ''}")
        free = False
    if left[0] in QUALIFIERS:
        judgement.add(-0.3 * share, f"begins with {near[0].text if near[0] else ''}")
        free = False
    elif left[0] == b.GERUND and (word_class(tokens[0]) == b.GERUND or left[1] in (b.FUNCTION, b.MARK)):
        judgement.add(-0.2 * share, f"begins with {near[0].text if near[0] else ''}")
        free = False
    elif left[0] == b.VERB and left[1] in QUALIFIERS and left[2] in (b.VERB, b.GERUND):
        judgement.add(-0.25 * share, f"begins with {near[1].text if near[1] else ''}")  # 落实 | 创新 驱动 发展战略
        free = False
    if free:
        judgement.add(0.12, "stands free")


def _a_noun_ends(sentence: Sentence, at: int) -> bool:
    """Whether the word at an index is a noun and a mark or a function word stands behind it."""
    kinds = [word_class(token) for token in sentence.tokens[at : at + 2]]
    return bool(kinds) and kinds[0] in HEADS and (len(kinds) < 2 or kinds[1] in (b.MARK, b.FUNCTION))


def _weigh_words(
    judgement: Judgement,
    phrase: Keyphrase,
    tokens: Sequence[Token],
    standing: Standing,
    standings: Mapping[str, Standing],
) -> None:
    """Less for a verb with its object, for an action alone, and for a word that everybody says every day."""
    classes = [word_class(token) for token in tokens]
    if classes[0] == b.VERB and len(tokens) > 1:
        judgement.add(-0.2 if phrase.text[len(tokens[0].text) :] in standings else -0.1, "a verb with its object")
    words = [familiar(token.text) for token in tokens]
    if not all(known for known, _ in words) and phrase.kind == "term" and standing.count < 4:
        judgement.add(-0.12 if standing.count > 1 else -0.18, "a word that no dictionary has")
    if classes[-1] in (b.VERB, b.ADJECTIVE) and len(tokens) > 1 and standing.count < 2:
        judgement.add(-0.12, "ends with a verb")
    rarity = sum(rare for _, rare in words) / len(words)
    common = COMMON if len(tokens) == 1 else COMMON_EACH
    if rarity < common:
        judgement.add(-0.04 * (common - rarity), "everyday words")
    if len(tokens) > 1:
        return
    if classes[0] in (b.GERUND, b.ADJECTIVE, b.VERB):
        judgement.add(-0.2, "an action, not a thing")
