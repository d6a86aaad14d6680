"""What the kinds see of a document: facts of sentences, and what is worth asking, without looking where no room is."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flashcards import keyphrases, segment
from flashcards.distractors import contrasts
from flashcards.distractors.folding import is_plain
from flashcards.distractors.neighbours import DATE, QUANTITY, is_number
from flashcards.gaps import definitions, survey
from flashcards.gaps.text import Text
from flashcards.items import lists, source, term, truefalse, view
from flashcards.items.view import View
from flashcards.model import Analysis, Keyphrase, Keyphrases, Occurrence, Passage, Phrases, Sentence, Source
from flashcards.settings import Settings

NUMBERS = "石桥于1972年3月建成，全长120米，共有23对桥墩。后来又用了三十五年。"
CHARACTERS = st.sampled_from("0123456789一二三十百千万两第约近多年月日个次米代％.,，、的桥约")


def sentence_of(text: str) -> Sentence:
    (one,) = segment.sentences(Passage("a#1", "a", 1, text, (1, 1), verse=False))[:1]
    return one


def quantities_the_long_way(sentence: Sentence) -> list[tuple[int, int]]:
    """`view._quantities` with every test made of every match."""
    text = sentence.text
    edges = {0, *(token.end for token in sentence.tokens)}
    dates = [match.span() for match in DATE.finditer(text)]
    found = []
    for start, end in (*dates, *(match.span() for match in QUANTITY.finditer(text))):
        beside = text[max(0, start - 1) : start] + text[end : end + 1]
        if not {start, end} <= edges or any(c.isdigit() or c in view._RANGE for c in beside):
            continue
        phrase = text[start:end]
        match = QUANTITY.fullmatch(phrase)
        counts = (
            match is not None
            and bool(match["unit"])
            and match["unit"] not in view._VAGUE
            and not phrase.startswith(("一", "第一"))
            and is_number(phrase)
        )
        if (start, end) in dates or (counts and not any(a < end and start < z for a, z in dates)):
            found.append((start, end))
    return found


@given(st.text(CHARACTERS, min_size=1, max_size=24))
@example("1972年3月5日有23对桥墩和三十多米长的桥")
def test_quantities_are_those_of_the_long_way(text: str) -> None:
    """The cheap tests first change nothing."""
    sentence = sentence_of(text)
    assert list(view._quantities(sentence)) == quantities_the_long_way(sentence)


@given(st.text("甲乙中国人民、和的了长江黄河12", min_size=1, max_size=24), st.data())
def test_the_words_of_a_span_are_those_that_fill_it(text: str, data: st.DataObject) -> None:
    """Found by halving as by looking at every word; none where the span cuts one."""
    sentence = sentence_of(text)
    start = data.draw(st.integers(0, len(sentence.text) - 1))
    end = data.draw(st.integers(start + 1, len(sentence.text)))
    inside = [token for token in sentence.tokens if token.start < end and start < token.end]
    whole = inside[0].start == start and inside[-1].end == end
    words = inside if whole else []
    assert lists._words(sentence, start, end) == (tuple(t.text for t in words), tuple(t.pos for t in words))


TURNING = st.sampled_from("高於于低直接間间显隱隐性上下左右岸第一二次⼀不得应當㊤游、 a石")


@given(st.text(TURNING, min_size=1, max_size=24))
@example("水位高于黄河上游")
def test_a_sentence_that_is_passed_over_has_no_word_to_turn(text: str) -> None:
    """Where a plain text has no word of the table, none is one when it is folded."""
    words = sentence_of(text).tokens.texts
    if is_plain(text) and contrasts.words().stated.keys().isdisjoint(words):
        assert not any(map(truefalse._contrary, words))


DEFINING = "石桥是指 石桥是一种 用来过河的建筑 ， 所谓石桥， 就是 把它叫作 称为 河流的总称 桥墩 。 为".split()  # noqa: SIM905


@given(st.lists(st.sampled_from(DEFINING), min_size=1, max_size=7).map("".join))
@example("显微镜是一种用来观察微小物体的仪器。")
def test_a_sentence_that_is_not_searched_defines_nothing(text: str) -> None:
    """Where the cheap test says no, no definition is good enough for an item."""
    sentence = sentence_of(text)
    if not term._MAY_DEFINE.search(sentence.text):
        for found in definitions(sentence):
            said = sentence.text[found.term.start : found.term.end].strip(term.WRAPS)
            assert not term._defines(sentence.text, said, found)


@pytest.fixture(scope="module")
def document() -> View:
    analyses = keyphrases.analyse([Passage("a#1", "a", 1, NUMBERS, (1, 1))], Settings())
    return View(analyses, survey(analyses, Settings()).chosen, Settings(), Text.of(analyses, Settings()))


def test_numbers_come_behind_what_was_chosen(document: View) -> None:
    """The chosen gaps, best first; then the other numbers in reading order, each once a sentence."""
    found = [gap.phrase for gap in document.worth(document.analyses[0])]
    chosen = sorted(document.gaps, key=lambda gap: -gap.score)
    assert found[: len(chosen)] == [gap.phrase for gap in chosen]
    assert {"120米", "23对"} <= {*found}
    rest = [phrase for phrase in found[len(chosen) :] if not re.search("年", phrase)]
    assert rest == sorted(rest, key=NUMBERS.index)


def test_no_number_is_looked_for_where_there_is_no_room(document: View) -> None:
    """A closed sentence gives what was chosen in it and no more."""
    found = list(document.worth(document.analyses[0], lambda index, text: True))
    assert sorted(gap.phrase for gap in found) == sorted(gap.phrase for gap in document.gaps)


def test_a_number_that_a_gap_asks_is_not_looked_for_again(document: View) -> None:
    """Of the numbers of a sentence those are found that no gap asks."""
    (analysis,) = document.analyses
    first, *others = view.numbers(analysis, 0)
    asking = View(document.analyses, (first,), document.settings, document.text)
    assert others and asking._numbers_in(analysis, 0) == sorted(others, key=lambda gap: (gap.start, gap.gaps))


@given(
    st.lists(st.lists(st.integers(0, 6), max_size=4), max_size=6), st.lists(st.integers(0, 2), min_size=5, max_size=5)
)
@example([[], [0, 2], []], [0, 1, 0, 1, 2])
def test_phrases_of_one_source_are_those_whose_passages_share_it(places: list[list[int]], sources: list[int]) -> None:
    """Seen in columns as by looking at every place; a passage that is not among the analyses has no known source."""
    phrases = [
        Keyphrase(f"词{at}", 1.0, occurrences=tuple(Occurrence(number, 0, 0, 1) for number in sorted(numbers)))
        for at, numbers in enumerate(places)
    ]
    columns = Phrases.of(phrases)
    analyses = tuple(
        Analysis(
            Passage(f"a#{number}", "a", number, "词", (1, 1), source=Source(title=str(source))),
            (),
            Keyphrases(columns, np.arange(0)),
        )
        for number, source in enumerate(sources)
    )
    seen = View(analyses, (), Settings(), Text.of(analyses, Settings())).of_one_source.tolist()
    known = dict(enumerate(sources))
    assert seen == [len({known.get(number) for number in numbers}) < 2 for numbers in places]


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 2)), max_size=5, unique=True), st.booleans())
def test_a_source_comes_back_to_what_stands_in_two_sentences(places: list[tuple[int, int]], is_long: bool) -> None:
    """Seen in columns as by looking at every place; a short word is no term."""
    text = "石桥遗址" if is_long else "石桥"
    found = tuple(Occurrence(passage, sentence, start, start + 2) for passage, sentence in places for start in (0, 5))
    phrases = Phrases.of([Keyphrase("灯塔", 2.0), Keyphrase(text, 1.0, occurrences=found)])
    assert source._comes_back(phrases, 1) == (is_long and len(places) > 1)
