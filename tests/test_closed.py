"""Options of closed sets, looked up: what any question about a term would find the long way."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from flashcards import script
from flashcards.distractors import Question, choose, closed, is_valid, rank, terms
from flashcards.distractors.apart import is_same
from flashcards.distractors.fair import fair
from flashcards.distractors.folding import fold
from flashcards.distractors.likeness import likeness
from flashcards.distractors.rivals import rivals

TERMS = sorted({term for group in terms.table().closed for term in terms.table().groups[group]})
STEMS = (
    "{}在历史上留下了许多记载。",
    "《{}》是一部著名的作品，流传很广。",
    "人们常把“{}”与黄河、秦朝、李白、青铜器、细胞核一同提起，说法不一。",
    "{0}的名称由来已久，关于{0}的记载不少。",
)


def the_long_way(question: Question, count: int) -> tuple[str, ...]:
    """The options of a closed question, with nothing remembered: every rival is judged, every three are tried."""
    titled = all(question.stem[max(0, start - 1) : start] == "《" for start, _ in question.gaps)
    found: dict[str, object] = {}
    for rival in rivals(question.answer, (), traditional=question.traditional, titled=titled):
        if fold(rival.text) not in found and is_valid(rival.text, question):
            found[fold(rival.text)] = rival
    every = [rival.text for rival in fair(question, found.values())]
    scored = sorted(every, key=lambda text: (-round(likeness(question.answer, text), 6), text))
    good = [text for text in scored if round(likeness(question.answer, text), 6) >= 9.0]
    if len(good) < count:
        return ()
    shown = "".join(question.stem[a:b] for a, b in between(question))
    order = rank(question.answer, good, shown)[:10]
    costs = []
    for places in combinations(range(len(order)), count):
        chosen = [order[at] for at in places]
        if any(is_same(fold(a), fold(b)) for a, b in combinations(chosen, 2)):
            continue
        lengths = [len(text) for text in chosen]
        odd = len(question.answer) > max(lengths) or len(question.answer) < min(lengths)
        kin = sum(bool(set(fold(text)) & set(fold(question.answer))) for text in chosen)
        costs.append((sum(places) + 3.0 * odd - 1.5 * kin, places, tuple(chosen)))
    return min(costs)[2] if costs else ()


def between(question: Question) -> list[tuple[int, int]]:
    edges = [0, *(at for gap in question.gaps for at in gap), len(question.stem)]
    return list(zip(edges[0::2], edges[1::2], strict=True))


def asked(stem: str, answer: str, traditional: bool = False) -> Question:
    if traditional:
        stem, answer = script.to_traditional(stem), script.to_traditional(answer)
    text = stem.format(answer)
    places = [at for at in range(len(text)) if text.startswith(answer, at)]
    gaps = tuple((at, at + len(answer)) for at in places)
    return Question(answer, text, gaps, text, text, traditional=traditional, closed=True)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TERMS), st.sampled_from(STEMS), st.booleans(), st.sampled_from([1, 3]))
def test_options_looked_up_are_those_found_the_long_way(term: str, stem: str, traditional: bool, count: int) -> None:
    """The same options in the same order, in both scripts, in title marks and out of them."""
    question = asked(stem, term.strip("《》"), traditional)
    assert tuple(rival.text for rival in choose(question, count)) == the_long_way(question, count)


def test_a_term_of_the_table_can_be_asked() -> None:
    """Every member of a closed set may have options, and so may a title without its marks."""
    known = [term for term in TERMS if fold(term) == term]
    assert len(known) > 0.9 * len(TERMS)
    assert all(closed.may_have_options(term) and closed.may_have_options(term.strip("《》")) for term in known)


@given(st.sampled_from(["发展", "牛鼻子", "京津", "“四铁”", "《无名之书》", "全面", "河北"]), st.sampled_from(STEMS))
def test_what_cannot_be_asked_has_no_options(phrase: str, stem: str) -> None:
    """Where the look-up says no, the long way finds nothing either."""
    assert not closed.may_have_options(phrase)
    assert the_long_way(asked(stem, phrase), 1) == ()
