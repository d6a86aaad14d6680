"""Gaps chosen one place at a time: what the rules of `flashcards.gaps` say, read off the words one by one.

Slow and plain, so that it can be compared with the shipped rules, which are asked of thousands of places at once. A
fault has the name of the shipped rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import log2

from flashcards import gaps
from flashcards.gaps import edges, examiner, review
from flashcards.gaps.asked import Asked
from flashcards.gaps.patterns import Enumeration, definitions, lists
from flashcards.gaps.places import COMMON, COMMON_EACH, around, familiar, plain, rare, word_at, word_class
from flashcards.gaps.prospects import Prospect
from flashcards.gaps.telling import LIGHT, SAYS_LITTLE, Told
from flashcards.gaps.text import Text
from flashcards.keyphrases import background as b
from flashcards.model import Analysis, Keyphrase, Occurrence, Sentence, Token
from flashcards.settings import Settings

THINGS = {b.NOUN, b.PROPER, b.PLACE, b.UNKNOWN}
ACTIONS = {b.GERUND, b.VERB}
NAMING = THINGS | {b.GERUND, b.LATIN, b.ABBREVIATION, b.ATTRIBUTE, b.ADJECTIVE}
NAMES = {b.PERSON, b.PLACE, b.PROPER}
APART = {b.MARK, b.FUNCTION, b.ADVERB, b.LOCATION, b.GERUND, b.TIME}
AND = ("和", "与", "與", "及", "以及", "或")
DEMONSTRATIVE = re.compile(r"(?:[这這那此该該]|同[一样樣])[些种種个個座部条條项項类類家位款套片只]?")
RUN_BEFORE, RUN_BEHIND = re.compile(r"[A-Za-z0-9][-./+–: ]?$"), re.compile(r"[-./+–: ]?[A-Za-z0-9]")
STOPS = tuple("，。；：,;:！？")


@dataclass(frozen=True)
class Standing:
    """How a phrase stands in its document: how often, and in what share of its places no noun touches it."""

    count: int = 1
    free: float = 1.0


@dataclass
class Judgement:
    """What a phrase is worth at its place, the reasons, and the names of the rules that turn it down."""

    value: float
    reasons: list[str] = field(default_factory=list)
    faults: tuple[str, ...] = ()

    def add(self, worth: float, reason: str) -> None:
        self.value += worth
        self.reasons.append(reason)


class Near:
    """The words around a phrase, by their distance: -1 is the one before it, 0 the one behind it."""

    def __init__(self, sentence: Sentence, first: int, end: int) -> None:
        self.tokens, self.first, self.end = sentence.tokens, first, end

    def token(self, distance: int) -> Token | None:
        index = self.end + distance if distance >= 0 else self.first + distance
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def word(self, distance: int) -> str:
        token = self.token(distance)
        return token.text if token else ""

    def kind(self, distance: int) -> int:
        return word_class(self.token(distance))

    def handled(self) -> bool:
        if self.kind(0) != b.MARK:
            return False
        for distance in range(-1, -5, -1):
            if self.kind(distance) == b.MARK:
                return False
            if self.word(distance) in ("把", "将", "將"):
                return True
        return False


def standing(phrase: Keyphrase, sentences: Mapping[tuple[int, int], Sentence]) -> Standing:
    """How a phrase stands in its document; ``sentences`` by passage number and index."""
    free = 0
    for place in phrase.occurrences[:50]:
        _, before, behind = around(sentences[place.passage, place.sentence], place)
        free += word_class(behind) not in examiner.HEADS and word_class(before) not in examiner.QUALIFIERS
    return Standing(len(phrase.occurrences), free / min(50, len(phrase.occurrences)))


def judge(
    sentence: Sentence,
    phrase: Keyphrase,
    place: Occurrence,
    rank: float,
    order: float,
    standings: Mapping[str, Standing],
    found: Sequence[Enumeration],
) -> Judgement:
    """Judge a phrase at a place, as `examiner.judge` does for many."""
    tokens, _, _ = around(sentence, place)
    judgement = Judgement(0.35 * min(1.0, max(0.0, rank)) + 0.25 * order, [f"rank {rank:.2f}"])
    if phrase.kind == "user":
        judgement.add(2.0, "a term of the user's list")
        return judgement
    here = standings.get(phrase.text, Standing())
    judgement.faults = tuple(faults(sentence, phrase, place, here))
    length = (0.0, 0.0, -0.05, 0.06, 0.16, 0.2, 0.22, 0.22, 0.2, 0.18, 0.15, 0.12, 0.1)
    judgement.add(length[min(len(phrase.text), 12)], f"{len(phrase.text)} characters")
    if phrase.kind != "term":
        judgement.add(*KINDS[phrase.kind])
    if here.count > 1:
        judgement.add(min(0.15, 0.05 * log2(here.count)), f"{here.count} times in the document")
    if place == phrase.occurrences[0]:
        judgement.add(0.05, "first mention")
    if phrase.kind not in ("quote", "title", "number", "date"):
        weigh_edges(judgement, sentence, tokens, here)
        weigh_words(judgement, phrase, tokens, here, standings)
    if any(member.start <= place.start and place.end <= member.end for lst in found for member in lst.members):
        judgement.add(-0.12, "member of a list")
    return judgement


KINDS = {
    "quote": (0.25, "a quoted term"),
    "title": (0.2, "a title"),
    "date": (0.28, "a date"),
    "number": (0.22, "a number with its unit"),
    "name": (0.05, "a name"),
    "place": (0.05, "a place"),
    "organisation": (0.15, "an organisation"),
    "idiom": (0.02, "a set phrase"),
}


def weigh_edges(judgement: Judgement, sentence: Sentence, tokens: Sequence[Token], here: Standing) -> None:
    share = 0.4 if here.count >= 3 and here.free >= 0.5 else 1.0
    at = word_at(sentence, tokens[0].start)
    end = at + len(tokens)
    near = [sentence.tokens[i] if i >= 0 else None for i in (at - 1, at - 2, at - 3)]
    behind = sentence.tokens[end] if end < len(sentence.tokens) else None
    left, right = [word_class(token) for token in near], word_class(behind)
    kinds = [word_class(token) for token in sentence.tokens[end + 1 : end + 3]]
    noun_ends = bool(kinds) and kinds[0] in examiner.HEADS and (len(kinds) < 2 or kinds[1] in (b.MARK, b.FUNCTION))
    free = True
    if right in examiner.HEADS or (right in ACTIONS and left[0] == b.VERB and noun_ends):
        judgement.add(-0.3 * share, f"goes on with {behind.text if behind else ''}")
        free = False
    elif right == b.GERUND:
        judgement.add(-0.12 * share, f"goes on with {behind.text if behind else ''}")
        free = False
    if left[0] in examiner.QUALIFIERS:
        judgement.add(-0.3 * share, f"begins with {near[0].text if near[0] else ''}")
        free = False
    elif left[0] == b.GERUND and (word_class(tokens[0]) == b.GERUND or left[1] in (b.FUNCTION, b.MARK)):
        judgement.add(-0.2 * share, f"begins with {near[0].text if near[0] else ''}")
        free = False
    elif left[0] == b.VERB and left[1] in examiner.QUALIFIERS and left[2] in ACTIONS:
        judgement.add(-0.25 * share, f"begins with {near[1].text if near[1] else ''}")
        free = False
    if free:
        judgement.add(0.12, "stands free")


def weigh_words(
    judgement: Judgement,
    phrase: Keyphrase,
    tokens: Sequence[Token],
    here: Standing,
    standings: Mapping[str, Standing],
) -> None:
    classes = [word_class(token) for token in tokens]
    if classes[0] == b.VERB and len(tokens) > 1:
        judgement.add(-0.2 if phrase.text[len(tokens[0].text) :] in standings else -0.1, "a verb with its object")
    words = [familiar(token.text) for token in tokens]
    if not all(known for known, _ in words) and phrase.kind == "term" and here.count < 4:
        judgement.add(-0.12 if here.count > 1 else -0.18, "a word that no dictionary has")
    if classes[-1] in (b.VERB, b.ADJECTIVE) and len(tokens) > 1 and here.count < 2:
        judgement.add(-0.12, "ends with a verb")
    rarity = sum(rare for _, rare in words) / len(words)
    common = COMMON if len(tokens) == 1 else COMMON_EACH
    if rarity < common:
        judgement.add(-0.04 * (common - rarity), "everyday words")
    if len(tokens) == 1 and classes[0] in (b.GERUND, b.ADJECTIVE, b.VERB):
        judgement.add(-0.2, "an action, not a thing")


def faults(sentence: Sentence, phrase: Keyphrase, place: Occurrence, here: Standing) -> Iterator[str]:
    """The names of the rules that turn a phrase down at its place."""
    if phrase.kind in ("quote", "title"):
        if len(phrase.text) < 2:
            yield "too_short"
    elif phrase.kind in ("number", "date"):
        yield from number_faults(sentence, phrase, place)
    else:
        yield from term_faults(sentence, phrase, place, here)
        yield from edge_faults(sentence, place, here.count >= 3)


def number_faults(sentence: Sentence, phrase: Keyphrase, place: Occurrence) -> Iterator[str]:
    _, before, behind = around(sentence, place)
    text = phrase.text
    if examiner._ARTICLE.fullmatch(text) or examiner._ARTICLE_OF_LAW.fullmatch(text):
        yield "an_article"
    eras = (b.NOUN, b.PROPER, b.PERSON, b.PLACE, b.TIME, b.UNKNOWN)
    if text.endswith("年") and not text[0].isdigit() and word_class(before) in eras:
        yield "year_of_an_era"
    if before is None and word_class(behind) == b.VERB:
        yield "whom_it_befell"
    if (
        (before is not None and before.text in "±~～-—–.．×")
        or word_class(before) in (b.DIGITS, b.NUMBER, b.LATIN)
        or word_class(behind) in (b.MEASURE, b.DIGITS, b.NUMBER)
    ):
        yield "part_of_a_number"


def term_faults(sentence: Sentence, phrase: Keyphrase, place: Occurrence, here: Standing) -> Iterator[str]:
    tokens, before, behind = around(sentence, place)
    near = Near(sentence, word_at(sentence, place.start), word_at(sentence, place.end))
    classes = [word_class(token) for token in tokens]
    text, kind, many = phrase.text, phrase.kind, len(tokens) > 1
    first, last = tokens[0].text, tokens[-1].text
    if general(text) or plain(text[:2]) in examiner._VAGUE:
        yield "general"
    if many and plain(first) in examiner._STRESS and general("".join(token.text for token in tokens[1:])):
        yield "general_with_stress"
    if not examiner.NOMINAL & set(classes):
        yield "no_noun"
    if classes[0] == b.ADVERB or classes[-1] in (b.LOCATION, b.ADVERB):
        yield "edge_of_no_term"
    if here.count < 3 and any(plain(token.text) in b.light()["gap"] | b.light()["vague"] for token in tokens):
        yield "everyday_word_in_it"
    if many and classes[-1] == b.IDIOM and here.count < 2:
        yield "ends_with_an_idiom"
    if counts(tokens, classes):
        yield "counts"
    if any(token.text in "和与及或、" for token in tokens) and (here.count < 3 or word_class(behind) in examiner.HEADS):
        yield "two_things"
    if here.count < 3 and len(text) > 3 and any(plain(text[:size]) in examiner._MANNER for size in (2, 3)):
        yield "begins_with_manner"
    if everyday(tokens, classes, here, kind):
        yield "everyday"
    if classes[0] == b.VERB and many and len(text) < 6 and here.count < 2:
        yield "short_action"
    if b.VERB in classes[1:-1] and here.count < 2:
        yield "verb_within"
    if before is not None and before.text in examiner._AGENTS and classes[-1] in (b.VERB, b.GERUND):
        yield "done_by"
    if word_class(before) == b.ADVERB and classes[0] in (b.ADJECTIVE, b.IDIOM, b.ATTRIBUTE):
        yield "behind_an_adverb"
    if examiner._ERA.match(sentence.text, tokens[-1].end):
        yield "before_a_year"
    if b.ADVERB in classes or b.LOCATION in classes[1:-1] or (classes[0] == b.VERB and b.MEASURE in classes):
        yield "clause_within"
    if many and near.word(-1) in ("、", "和", "与", "及", "或") and near.word(-2):
        member = near.word(-2)
        if len(member) == len(first) > 1 and (member[0] == first[0] or member[-1] == first[-1]):
            yield "takes_a_list_along"
    if many and classes[-1] in (b.VERB, b.ADJECTIVE):
        follower = word_class(behind)
        if (
            follower not in (b.MARK, b.FUNCTION, b.GERUND, b.NOUN)
            or classes[0] == b.VERB
            or (here.count < 2 and (follower == b.MARK or classes[-1] == b.ADJECTIVE))
        ):
            yield "ends_with_a_verb"
    if re.match(r"[0-9一二三四五六七八九十百]", text) and before is not None and before.text in "、和至到—-":
        yield "part_of_a_range"
    if word_class(before) in (b.DIGITS, b.NUMBER):
        yield "behind_a_number"
    single = (b.NOUN, b.UNKNOWN, b.PROPER, b.PERSON)
    if any(token is not None and len(token.text) == 1 and word_class(token) in single for token in (before, behind)):
        yield "beside_a_single_noun"
    if len(text) == 2 and here.free < 0.5 and not (apart(before) and apart(behind)):
        yield "seldom_apart"
    known = familiar(first)[0], familiar(last)[0]
    for token, has in zip((before, behind), known, strict=True):
        if token is not None and len(token.text) == 1 and not has and word_class(token) not in (b.MARK, b.FUNCTION):
            yield "beside_a_left_over"
            break
    if (before is not None and len(first) > 2 and not known[0] and is_word(before.text[-1] + first[0])) or (
        behind is not None and len(last) > 2 and not known[1] and is_word(last[-1] + behind.text[0])
    ):
        yield "cuts_a_word"


def general(text: str) -> bool:
    return plain(text) in b.light()["whole"] or plain(text) in b.light()["stock"]


def is_word(text: str) -> bool:
    return text in b.light()["across"] or familiar(text)[0]


def apart(token: Token | None) -> bool:
    kind = word_class(token)
    return kind in APART or (kind == b.VERB and token is not None and len(token.text) > 1)


def counts(tokens: Sequence[Token], classes: Sequence[int]) -> bool:
    if b.LATIN in classes:
        return False
    if len(tokens) < 2:
        return tokens[0].text[0] in "每前后各某第" and examiner._COUNTING.match(tokens[0].text) is not None
    if {b.NUMBER, b.DIGITS, b.MEASURE} & set(classes[1:]):
        return True
    return any(examiner._COUNTING.fullmatch(token.text) for token in tokens)


def everyday(tokens: Sequence[Token], classes: Sequence[int], here: Standing, kind: str) -> bool:
    if len(tokens) > 1 or here.count >= 8:
        return False
    if classes[0] not in (b.NOUN, b.GERUND, b.UNKNOWN) and not (kind == "term" and classes[0] in (b.PERSON, b.PROPER)):
        return False
    known, rarity = familiar(tokens[0].text)
    least = COMMON + 0.5 * (len(tokens[0].text) < 3)
    return known and rarity < (least if here.count < 2 else least - 0.5 if here.count < 4 else COMMON - 1)


def edge_faults(sentence: Sentence, place: Occurrence, often: bool) -> Iterator[str]:
    tokens, _, _ = around(sentence, place)
    near = Near(sentence, word_at(sentence, place.start), word_at(sentence, place.end))
    text, many = sentence.text, len(tokens) > 1
    first, last = tokens[0], tokens[-1]
    kinds = [word_class(token) for token in tokens]
    beside = text[max(0, place.start - 1) : place.start], text[place.end : place.end + 1]
    if splits_a_run(text, place):
        yield "splits_a_run"
    if set(beside) & set("·•・‧"):
        yield "beside_a_dot"
    if last.text[-1] in "时時" and not familiar(last.text)[0]:
        yield "ends_in_time"
    if beside[1] in STOPS and (
        beside[0] in STOPS if text[: place.start].strip() else many and word_class(last) in ACTIONS
    ):
        yield "between_commas"
    if near.word(-1) in tuple("东東南西北") and near.kind(-2) in NAMES:
        yield "behind_a_direction"
    if len(near.word(-1)) == 1 and near.kind(-1) == b.LOCATION and near.kind(-2) in (b.MARK, b.FUNCTION, b.VERB):
        yield "behind_a_left_over"
    if many and len(first.text) == 1 and kinds[0] == b.UNKNOWN and near.kind(-1) == b.FUNCTION:
        yield "begins_with_a_left_over"
    if beside[1] in ("《", "〈") and plain(text[place.end - 1]) in ("作", "著", "撰", "编"):
        yield "names_who_wrote"
    leads = near.word(0) in edges._LEADS_ON or (near.word(0) in edges._MAY_LEAD_ON and many and not often)
    if leads and (kinds[-1] in ACTIONS or plain(last.text) in edges._LIVED):
        yield "leads_on"
    if many and plain(last.text) in edges._LIVED:
        yield "tells_of_a_life"
    if many and kinds[-1] == b.VERB and kinds[-2] in NAMES and not often:
        yield "ends_with_a_verb_of_a_name"
    if many and kinds[0] == b.VERB and kinds[1] in NAMES and not often:
        yield "begins_with_a_verb_of_a_name"
    if many and any(plain(token.text) in edges._CROSSES for token in tokens[:2]) and not often:
        yield "crosses"
    if first.text[0] in "号號级級型式族届" and (len(first.text) == 1 or not familiar(first.text)[0]):
        yield "begins_with_a_number_word"
    rest = not many and len(first.text) <= 2 and kinds[0] in NAMES | {b.UNKNOWN}
    if rest and near.kind(-1) in NAMES and not familiar(near.word(-1))[0]:
        yield "end_of_a_name"
    if near.word(0) in edges._PLACED and kinds[-1] in NAMES:
        yield "before_its_sort"
    if one_of_many(text, place):
        yield "one_of_many"
    yield from glued(tokens, near)
    if near.kind(0) in (b.DIGITS, b.NUMBER) and not re.compile(r"[0-9]+[年月]").match(text, place.end):
        yield "before_a_number"
    if not many and any(DEMONSTRATIVE.fullmatch(word) for word in (near.word(-2)[-1:] + near.word(-1), near.word(-1))):
        yield "behind_a_demonstrative"
    modified = (near.kind(-1) in ACTIONS and near.word(-2) == "的") or (
        near.kind(-1) == b.GERUND and near.kind(-2) in THINGS
    )
    if not many and len(first.text) <= 3 and modified:
        yield "modified_by_an_action"
    if not many and len(first.text) == 2 and kinds[0] == b.NOUN and near.kind(0) == b.GERUND:
        yield "modifies_an_action"
    yield from pairs(tokens, near)
    yield from does(tokens, near)
    if not often and many and near.word(-1) == "等" and plain(first.text) in edges._SORTS:
        yield "behind_and_so_on"


def splits_a_run(text: str, place: Occurrence) -> bool:
    first, last = text[place.start], text[place.end - 1]
    before = first.isascii() and first.isalnum() and RUN_BEFORE.search(text[max(0, place.start - 2) : place.start])
    return bool(before or (last.isascii() and last.isalnum() and RUN_BEHIND.match(text, place.end)))


def one_of_many(text: str, place: Occurrence) -> bool:
    if "、" not in (text[max(0, place.start - 1) : place.start], text[place.end : place.end + 1]):
        return False
    start = max(text.rfind(mark, 0, place.start) for mark in "，。；：") + 1
    ends = [at for at in (text.find(mark, place.end) for mark in "，。；：") if at >= 0]
    return text.count("、", start, min(ends, default=len(text))) >= 8


def glued(tokens: Sequence[Token], near: Near) -> Iterator[str]:
    first, last = tokens[0].text, tokens[-1].text
    later = first[0] in "后後现現曾再今并並亦仍又正" and first[1:2] in tuple("于於由在以")
    if later and (len(first) == 2 or not familiar(first)[0]):
        yield "glued_to_later"
    glue = len(first) > 1 and first[0] in "由于於在对對为為把被以从從向与與和及将將使令让讓"
    surname = first[0] in "于於和向" and word_class(tokens[0]) == b.PERSON and near.kind(-1) != b.VERB
    if glue and near.kind(-1) != b.FUNCTION and not familiar(first)[0] and not surname:
        yield "glued_to_a_preposition"
    if last[-1] in "由有是为為在于於与與和及" and len(last) > 1 and not (familiar(last)[0] and len(last) > 2):
        yield "ends_with_a_preposition"


def pairs(tokens: Sequence[Token], near: Near) -> Iterator[str]:
    first, last, many = tokens[0], tokens[-1], len(tokens) > 1
    if near.word(0) in AND:
        if near.kind(1) in ACTIONS and near.kind(2) in NAMING - ACTIONS and len(last.text) > 2:
            yield "cuts_a_pair_of_actions_behind"
        if many and alike(last, near.token(1)) and (near.kind(1) in ACTIONS or near.kind(2) not in NAMING):
            yield "cuts_a_pair_behind"
    if many and (near.word(-1) in AND or near.word(-1) == "、"):
        if word_class(first) in ACTIONS and near.kind(-2) in THINGS and near.kind(-3) in ACTIONS:
            yield "cuts_a_pair_of_actions_before"
        if alike(near.token(-2), first) and near.kind(-3) not in NAMING:
            yield "cuts_a_pair_before"


def alike(one: Token | None, other: Token | None) -> bool:
    if one is None or other is None or len(one.text) != len(other.text) or one.text in "、和":
        return False
    kinds = {word_class(one), word_class(other)}
    return kinds <= THINGS or kinds <= ACTIONS


def does(tokens: Sequence[Token], near: Near) -> Iterator[str]:
    first, last, many = word_class(tokens[0]), word_class(tokens[-1]), len(tokens) > 1
    if first in ACTIONS and many and plain(near.word(-1) or "，") in edges._MODAL:
        yield "behind_a_modal"
    if near.word(-1) in edges._ABLE and near.kind(0) == b.MARK:
        yield "behind_able"
    if many and near.word(0) in edges._DEGREE and last in THINGS:
        yield "before_a_degree"
    done = last == b.IDIOM or (last in ACTIONS and first in (b.ADJECTIVE, b.ADVERB, b.ATTRIBUTE))
    if done and near.kind(-1) == b.MARK and near.kind(0) in NAMING - ACTIONS:
        yield "does_to_a_noun"
    if last in (b.ADJECTIVE, b.IDIOM) and (near.word(-1), near.word(0)) == ("是", "的") and near.kind(1) == b.MARK:
        yield "is_said_to_be"
    if many and last in ACTIONS and near.handled():
        yield "handles"


def whole(
    sentence: Sentence, phrase: Keyphrase, place: Occurrence, standings: Mapping[str, Standing]
) -> tuple[Keyphrase, Occurrence]:
    """The phrase as it is asked at its place: a verb with its object by the object."""
    tokens, _, _ = around(sentence, place)
    if phrase.kind != "term" or standings[phrase.text].count > 2 or word_class(tokens[0]) != b.VERB:
        return phrase, place
    cut = len(tokens[0].text)
    if len(phrase.text) - cut < 4 or len(tokens) < 2:
        return phrase, place
    place = replace(place, start=place.start + cut)
    return Keyphrase(phrase.text[cut:], phrase.score, phrase.kind, phrase.reasons, (place,)), place


def is_content(token: Token) -> bool:
    """Whether a word carries content: no function word, adverb, mark or bare number."""
    return word_class(token) not in LIGHT


def survey(analyses: Sequence[Analysis], settings: Settings) -> gaps.Survey:
    """`gaps.survey` without a review file, one place after the other.

    The doubts about a stem are those of the shipped rules, and are raised about every one.
    """
    phrases = {phrase.text: phrase for analysis in analyses for phrase in analysis.keyphrases}
    sentences = {(a.passage.number, n): sentence for a in analyses for n, sentence in enumerate(a.sentences)}
    standings = {text: standing(phrase, sentences) for text, phrase in phrases.items()}
    best = max((phrase.score for phrase in phrases.values() if phrase.kind != "user"), default=0.0)
    classical = is_classical("".join(a.passage.text for a in analyses[:200]))
    task = gaps._Task(settings, review.Review(), Text.of(analyses, settings), spare=True)
    found = survey_as(analyses, standings, best, classical, task)
    if found.chosen or len(sentences) > 3:
        return found
    return survey_as(analyses, standings, best, classical, replace(task, text=task.text.anything()))


def survey_as(
    analyses: Sequence[Analysis], standings: Mapping[str, Standing], best: float, classical: bool, task: gaps._Task
) -> gaps.Survey:
    """The gaps of each passage; one that would have none gets one, if only of what the text says once."""
    asked = Asked()
    chosen: list[gaps.Choice] = []
    rejected: list[gaps.Choice] = []
    for analysis in analyses:
        found = list(prospects(analysis, standings, max(best, 0.05), asked, classical, len(analyses)))
        ordered = sorted(without_parts(found, standings), key=lambda p: (-p.value, p.sentence, p.start, p.text))
        taken, left = take(analysis, ordered, task)
        if not taken:
            taken, left = take(analysis, ordered[:40], replace(task, text=task.text.any_phrase()))
            taken = taken[:1]
        elif task.text.lenient:
            taken = taken[:1]
        for choice in taken:
            asked.note(choice.phrase, choice.passage.number, choice.whole, choice.start + choice.gaps[0].start)
        chosen += sorted(taken, key=gaps._reading_order)
        rejected += sorted(left, key=gaps._reading_order)
    return gaps.Survey(tuple(chosen), tuple(rejected))


def prospects(
    analysis: Analysis, standings: Mapping[str, Standing], best: float, asked: Asked, classical: bool, total: int
) -> Iterator[Prospect]:
    phrases, number = analysis.keyphrases, analysis.passage.number
    here = max((phrase.score for phrase in phrases if phrase.kind != "user"), default=best)
    best = (best + max(here, best / 4)) / 2
    for index, phrase in enumerate(phrases):
        order = 1 - index / len(phrases)
        if order < 0.2 and phrase.kind == "term" and len(phrases) > 20:
            continue
        for spot in phrase.occurrences:
            if spot.passage != number:
                continue
            sentence = analysis.sentences[spot.sentence]
            if asked.worded(sentence.text, spot.start, phrase.text):
                continue
            said, place = whole(sentence, phrase, spot, standings)
            judged = judge(sentence, said, place, said.score / best, order, standings, lists(sentence))
            if judged.faults or (classical and not fits_classical(sentence, said, place)):
                continue
            if said.kind != "user" and incidental(analysis, total, phrase, spot, said.text, asked):
                continue
            before = asked.times(said.text)
            if before:
                judged.add(-0.2 * before, "asked before")
            first, end = word_at(sentence, place.start), word_at(sentence, place.end)
            yield Prospect.of(
                said, place, first, end, round(judged.value, 6), lambda reasons=tuple(judged.reasons): reasons
            )


def is_classical(text: str) -> bool:
    old = sum(character in "之乎者也矣焉哉曰其而于於以吾汝乃" for character in text)
    new = sum(character in "的了是们們这這" for character in text)
    return len(text) >= 12 and old > 0.04 * len(text) and new <= 0.012 * len(text)


def fits_classical(sentence: Sentence, phrase: Keyphrase, place: Occurrence) -> bool:
    if phrase.kind in ("quote", "title", "user"):
        return True
    tokens, _, _ = around(sentence, place)
    if len(tokens) != 1 or set(phrase.text) & set("曰之乎者也矣焉哉其而于於以不何莫皆"):
        return False
    known, rarity = familiar(tokens[0].text)
    return known and rarity > COMMON and word_class(tokens[0]) in examiner.NOMINAL


def incidental(analysis: Analysis, total: int, phrase: Keyphrase, place: Occurrence, text: str, asked: Asked) -> bool:
    title = (analysis.passage.title or "").strip("《》 ")
    if len(text) >= 2 and text in title and 2 * len(text) >= len(title):
        if asked.ever(text):
            return True
        if place != phrase.occurrences[0]:
            told = definitions(analysis.sentences[place.sentence])
            return not any(d.term.start <= place.start and place.end <= d.term.end for d in told)
    if total < 3 or not asked.lately(text, analysis.passage.number):
        return False
    return 3 * len({spot.passage for spot in phrase.occurrences}) > total


def without_parts(found: Sequence[Prospect], standings: Mapping[str, Standing]) -> Iterator[Prospect]:
    """The prospects; one within a longer term that stands free loses, unless it is a term of its own."""
    free = [p for p in found if "stands free" in p.reasons and "a verb with its object" not in p.reasons]
    for prospect in found:
        here = standings.get(prospect.text, Standing())
        own = prospect.kind == "user" or (here.count >= 3 and here.free >= 0.3)
        sentence, start, stop = prospect.sentence, prospect.start, prospect.stop
        longer = (p for p in free if p.sentence == sentence and p.start <= start and stop <= p.stop)
        if not own and any(p.stop - p.start > stop - start and p.start >= start - 20 for p in longer):
            reasons = (*prospect.reasons, "inside a longer term")
            prospect = prospect._replace(value=prospect.value - 0.25, why=lambda reasons=reasons: reasons)
        yield prospect


def take(
    analysis: Analysis, found: Iterable[Prospect], task: gaps._Task
) -> tuple[list[gaps.Choice], list[gaps.Choice]]:
    """The passage's share of the prospects, and those that fell short by a hair: every stem is made and looked at."""
    said = told(analysis)
    content = said.content
    density = task.settings.density
    room = max(1, min(round(sum(content) / 15 * density), sum(content) // 8))
    least = (0.65 if task.text.short and task.text.factual else 0.46) / max(1.0, density)
    taken: list[gaps.Choice] = []
    left: list[gaps.Choice] = []
    asked = Asked()
    for prospect in found:
        if (len(taken) >= room and len(left) >= room) or (prospect.value < least - 0.08 and taken):
            break
        choice = None if asked.times(prospect.text) else gaps._choice(analysis, prospect, said, task)
        if choice is None or clashes(choice, taken, asked, content, room):
            continue
        if (prospect.value < least and (taken or prospect.value < least / 2)) or prospect.value < task.text.floor:
            why = "worth too little"
        elif len(taken) >= room:
            why = "the passage has its share"
        else:
            taken.append(choice)
            asked.add(choice.phrase)
            continue
        if len(left) < room:
            left.append(choice._replace(reasons=(*choice.reasons, why)))
    return taken, left


def told(analysis: Analysis) -> Told:
    """What the words of a passage tell, counted word by word."""
    counts = [len(sentence.tokens) for sentence in analysis.sentences]
    tokens = [token for sentence in analysis.sentences for token in sentence.tokens]
    telling = (word_class(token) not in SAYS_LITTLE for token in tokens)
    return Told(
        content=[sum(word_class(token) not in LIGHT for token in s.tokens) for s in analysis.sentences],
        firsts=[*accumulate(counts, initial=0)][: len(counts)],
        telling=[*accumulate(telling, initial=0)],
        names=[*accumulate(map(is_name, tokens), initial=0)],
    )


def is_name(token: Token) -> bool:
    """Whether a word is a name, or rare enough to be one."""
    kind = word_class(token)
    if kind in (b.PLACE, b.LATIN, b.ABBREVIATION):
        return True
    return kind in (b.NOUN, b.PROPER, b.PERSON, b.UNKNOWN) and len(token.text) > 1 and rare(token)


def clashes(choice: gaps.Choice, taken: Sequence[gaps.Choice], asked: Asked, content: Sequence[int], room: int) -> bool:
    here = [other for other in taken if other.sentence == choice.sentence]
    at = choice.start + choice.gaps[0].start
    spans = [(other.start + other.gaps[0].start, len(other.phrase)) for other in here]
    numbers = sum(other.kind in ("number", "date") for other in taken)
    return (
        len(here) >= max(1, content[choice.sentence] // 8)
        or any(start < at + len(choice.phrase) and at < start + size for start, size in spans)
        or asked.times(choice.phrase) > 0
        or (choice.kind in ("number", "date") and numbers >= max(1, room // 4))
    )
