"""The rules asked of thousands of places at once say what they say word by word (`support.judge`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support import judge as slow
from support.analyses import analysed

from flashcards import gaps, keyphrases, pipeline
from flashcards.gaps import doubts, examiner, grid, prospects, worth
from flashcards.gaps.batch import Batch
from flashcards.gaps.examiner import Judged
from flashcards.gaps.front import Front
from flashcards.gaps.grid import Places
from flashcards.gaps.places import word_at
from flashcards.gaps.prospects import Prospect
from flashcards.gaps.telling import Telling
from flashcards.gaps.text import Text
from flashcards.inputs import find
from flashcards.model import Analysis, Keyphrase, Occurrence, Passage, Sentence, phrases_of
from flashcards.settings import Settings

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus"
NEVER = json.loads((HERE / "cases" / "gaps" / "never.json").read_text(encoding="utf-8"))
TRADITIONAL = (
    "甲骨文是目前所知最早的成熟漢字，主要刻在龜甲和獸骨上，內容多為商代王室占卜的紀錄。該書由王懿榮編著《甲骨叢編》，"
    "於一八九九年在北京發現，後於上海出版，沈船和藉口都寫在東太平洋區的號碼上，將土地沒收，甲骨文研究極為重要。"
)
RARE = (
    "列奥纳多·达·芬奇在佛罗伦萨画成壁画，广东、福建等省份经济增长很快，城墙建成砼时雨季已过，温赖特号驱逐舰沉没，"
    "祁连山坚持生态保护和修复重点工程，森林火灾防控和治理荒漠土壤都有进展，"
    "舂粟时众人歌唱，现代化和推进工程同样重要。"
)
CLASSICAL = (
    "子曰：「學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？人不知而不慍，不亦君子乎？」曾子曰：「吾日三省吾身。」"
)
# words that many rules ask about, so that a text made at random meets them
PIECES = [
    *"雄安新区 建设 和 发展 保护 修复 生态 治理 杭州 西湖 钱塘江 李冰 主持 修建 都江堰 于 在 后于".split(),  # noqa: SIM905
    *"是 完全 正确 的 、 、 、 ， 。 ； ： 《 》 “ ” （ ） · 上 风口 站 号 三 五 个 2011年 11 SH -11".split(),  # noqa: SIM905
    *"东 西 太平洋 时 会 可 将 把 土地 没收 等 省份 经济 该 项 同 一样 座 大桥 重点 工程建设 重大 意义".split(),  # noqa: SIM905
    *"大力 合理 利用 积极 有 乾隆 五十二年 光合作用 叶绿体 最 悠久 历史 京央企 市场化 法治化 手段".split(),  # noqa: SIM905
    *"水系 五大 漢字 獸骨 藉口 沈船 A B".split(),  # noqa: SIM905
    *("\u3000", "\U00020bb7", "\n", "\0"),
]


def analyses(*texts: str, title: str = "古代工程") -> tuple[Analysis, ...]:
    found = [Passage(f"d#{n}", "d", n, text, (n, n), title=title) for n, text in enumerate(texts, 1) if text.strip()]
    return keyphrases.analyse(found, Settings())


@pytest.fixture(scope="module")
def documents() -> list[tuple[Analysis, ...]]:
    """The corpus, the cases of the gap rules as one document, traditional and classical text."""
    made = [
        analyses(*(case["text"] for case in NEVER)),
        analyses(TRADITIONAL, CLASSICAL, RARE),
        analyses(*[TRADITIONAL] * 4),
    ]
    made.append(analyses(CLASSICAL * 3))
    for file in find([CORPUS]).files:
        made += [keyphrases.analyse(found, Settings()) for _, found in pipeline.understand(file, Settings())]
    return made


def every_run(found: Sequence[Analysis]) -> tuple[Analysis, ...]:
    """The same document with every run of one to three words as a phrase, marks included."""
    places: dict[str, list[Occurrence]] = {}
    for analysis in found:
        for index, sentence in enumerate(analysis.sentences):
            edges = [*(token.start for token in sentence.tokens), len(sentence.text)]
            for start, end in ((a, z) for n, a in enumerate(edges) for z in edges[n + 1 : n + 4]):
                place = Occurrence(analysis.passage.number, index, start, end)
                places.setdefault(sentence.text[start:end], []).append(place)
    phrases = [Keyphrase(text, 0.5, occurrences=tuple(where)) for text, where in places.items()]
    return analysed([(a.passage, a.sentences) for a in found], phrases)


def laid_out(batch: Sequence[Sequence[Analysis]]) -> Places:
    """All phrases of documents at all their places."""
    layout = grid.build([[sentence for a in found for sentence in a.sentences] for found in batch])
    spots = prospects.lay_out(Batch.of(batch), layout)
    return prospects.places(spots, np.arange(len(spots.phrase)))


Asked = tuple[Sentence, Keyphrase, Occurrence]


def everywhere(found: Sequence[Analysis]) -> tuple[Places, list[Asked], dict[str, slow.Standing]]:
    """All phrases of a document at all their places: as arrays, one by one, and how they stand in the document."""
    sentences = {(a.passage.number, n): sentence for a in found for n, sentence in enumerate(a.sentences)}
    standings = {phrase.text: slow.standing(phrase, sentences) for phrase in phrases_of(found)}
    asked = []
    for phrase in phrases_of(found):
        for place in phrase.occurrences:
            sentence = sentences[place.passage, place.sentence]
            asked.append((sentence, *slow.whole(sentence, phrase, place, standings)))
    return laid_out([found]), asked, standings


def judge(at: Places, rank: Sequence[float], order: Sequence[float], standings: dict[str, slow.Standing]) -> Judged:
    """Judge places of a document of today without lists."""
    none = np.zeros(len(at), np.bool_)
    return examiner.judge(at, rank, order, lambda _, text: text in standings, lambda at: none[: len(at)], none)


def turned_down(at: Places) -> list[set[str]]:
    """The names of the rules that turn each place down, every rule asked of every place."""
    found: list[set[str]] = [set() for _ in range(len(at))]
    quoted, numbers = at.of_kind("quote", "title"), at.of_kind("number", "date")
    for flags, rules in (
        (quoted, (examiner.too_short,)),
        (numbers, chain(*examiner.NUMBER_FAULTS)),
        (~quoted & ~numbers & ~at.of_kind("user"), chain(*examiner.TERM_FAULTS)),
    ):
        rows = np.flatnonzero(flags)
        for rule in rules:
            for row in rows[rule(at.only(rows))]:
                found[row].add(rule.__name__)
    return found


def check_rules(found: Sequence[Analysis]) -> set[str]:
    """Compare rule by rule; gives the rules that spoke."""
    at, asked, standings = everywhere(found)
    for row, (names, (sentence, phrase, place)) in enumerate(zip(turned_down(at), asked, strict=True)):
        here = standings.get(phrase.text, slow.Standing())
        assert (at.count[row], at.free[row]) == (here.count, here.free), phrase
        assert names == set(slow.faults(sentence, phrase, place, here)), (phrase.text, sentence.text)
    return {name for names in turned_down(at) for name in names}


def check_survey(found: Sequence[Analysis], settings: Settings) -> None:
    wanted, got = slow.survey(found, settings), gaps.survey(found, settings)
    assert got == wanted
    assert gaps.choose(found, settings) == wanted.chosen


def test_each_rule_turns_down_what_it_does_word_by_word(documents):
    """At every place of every phrase each rule says the same, and every rule has something to say."""
    cases = analyses(*(case["text"] for case in NEVER), TRADITIONAL, RARE)
    spoke = set().union(*map(check_rules, [*documents, every_run(cases)]))
    assert spoke == {rule.__name__ for rule in chain(*examiner.NUMBER_FAULTS, *examiner.TERM_FAULTS)}


def test_place_is_worth_what_it_is_word_by_word(documents):
    """Value (to the last bit) and reasons of each place against which nothing speaks."""
    for found in documents:
        at, asked, standings = everywhere(found)
        rank, order = np.linspace(-0.5, 1.5, len(at)), np.linspace(0, 1, len(at))
        judged = judge(at, rank, order, standings)
        wanted = [
            slow.judge(*each, float(rank[row]), float(order[row]), standings, ()) for row, each in enumerate(asked)
        ]
        sound = [row for row, judgement in enumerate(wanted) if not judgement.faults]
        assert judged.rows.tolist() == sound
        assert judged.value.tolist() == [wanted[row].value for row in sound]
        assert [judged.reasons(n) for n in range(len(sound))] == [tuple(wanted[row].reasons) for row in sound]


@pytest.mark.parametrize("density", [1.0, 3.0])
def test_what_is_told_too_seldom_is_what_two_doubts_turn_down(documents, density):
    """What is left out at once is what would be turned down with its stem: short terms, and those told once."""
    for found in documents:
        at, asked, _ = everywhere(found)
        text = Text.of(found, Settings(density=density))
        scores = np.array([phrase.score for _, phrase, _ in asked])
        wanted = []
        for _, phrase, place in asked:
            (analysis,) = (a for a in found if a.passage.number == place.passage)
            words = (word_at(analysis.sentences[place.sentence], offset) for offset in (place.start, place.end))
            front = Front(analysis, Prospect.of(phrase, place, *words, 1.0, tuple), text)
            wanted.append(doubts._is_term(front) and (worth._short(front) or worth._one_wording(front)))
        assert worth.seldom(at, scores / text.best, np.full(len(at), text.sparing)).tolist() == wanted


@pytest.mark.parametrize("density", [1.0, 3.0])
def test_survey_is_that_of_one_place_after_the_other(documents, density):
    """The gaps chosen and those rejected by a hair, with values and reasons."""
    for found in documents:
        check_survey(found, Settings(density=density))


def test_sentences_that_are_documents_are_judged_as_one_place_after_the_other(documents):
    """Who types a sentence is asked something, together with others or alone."""
    sentences = [sentence.text for found in documents[4:] for a in found for sentence in a.sentences]
    batch = [analyses(text) for text in sentences]
    for found in batch:
        check_survey(found, Settings())
    assert [chosen for _, chosen in gaps.choose_all(batch, Settings())] == [
        gaps.choose(one, Settings()) for one in batch
    ]


@hypothesis_settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join), min_size=1, max_size=5))
def test_any_text_is_judged_as_word_by_word(texts):
    """Whatever words stand beside each other, over one passage or several."""
    found = analyses(*texts)
    check_rules(found)
    check_survey(found, Settings(density=2.0))


def test_long_document_is_judged_in_stretches(documents, monkeypatch):
    """Where a stretch ends makes no difference."""
    found = max(documents, key=len)
    whole = gaps.survey(found, Settings())
    monkeypatch.setattr(prospects, "STRETCH", 50)
    assert gaps.survey(found, Settings()) == whole


@pytest.mark.parametrize("stretch", [50, prospects.STRETCH])
def test_documents_judged_together_have_the_gaps_of_each(documents, monkeypatch, stretch):
    """Whatever stands before and behind a document: old and new texts, both scripts, long and without any sentence."""
    tiny = [analyses(text) for text in ("好。", "他喝茶，喝了很久。", "灯塔很高。", "沈船和號碼。", "沈船和藉口。")]
    batch = [*tiny, (), *documents, *tiny, ()]
    wanted = [(Text.of(found, Settings()), gaps.choose(found, Settings())) for found in batch]
    monkeypatch.setattr(prospects, "STRETCH", stretch)
    assert gaps.choose_all(batch, Settings()) == wanted
    assert gaps.choose_all(batch[::-1], Settings()) == wanted[::-1]
    assert gaps.choose_all([], Settings()) == []


@hypothesis_settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), max_size=6))
def test_any_texts_judged_together_have_the_gaps_of_each(texts):
    """Whatever words stand in them."""
    found = [analyses(text) for text in texts]
    settings = Settings(density=2.0)
    assert [chosen for _, chosen in gaps.choose_all(found, settings)] == [gaps.choose(one, settings) for one in found]


def test_rules_say_of_documents_together_what_they_say_of_each(documents):
    """Where 覆 and 藉 stand for 复 and 借 in some words alone, that is looked up only if the document is mixed."""
    unmixed = [analyses(text) for text in ("他们看见藉故生国，十分高兴。", "他们看见学人明覆海海中，十分高兴。")]
    batch = [every_run(found) for found in (*unmixed, analyses(TRADITIONAL), *unmixed, analyses(RARE))]
    together, each = turned_down(laid_out(batch)), [turned_down(laid_out([found])) for found in batch]
    assert together == list(chain.from_iterable(each))


def test_phrase_is_looked_up_in_its_own_document(documents):
    """Of two documents that have a text each finds its own."""
    batch = Batch.of([documents[0], (), *documents])
    for phrase, text in enumerate(batch.texts):
        assert batch.number(phrase, text) == phrase
    assert batch.number(0, "没有的话") == -1


def test_passages_of_documents_together_know_their_own(documents):
    """How many passages their document has, what its title is, and which sentence on the grid is their first."""
    found = [*documents, (), *documents]
    layout = grid.build([[sentence for a in one for sentence in a.sentences] for one in found])
    texts = [Text.of(one, Settings()) for one in found]
    heres = list(map(list, prospects.of(Batch.of(found), layout, Telling.of(layout), texts)))
    assert [[here.analysis for here in one] for one in heres] == [list(one) for one in found]
    for one in heres:
        for here in one:
            assert here.total == len(one)
            assert here.title == (here.analysis.passage.title or "").strip("《》")
            assert layout.sentences[here.first] is here.analysis.sentences[0]


def test_terms_of_the_user_are_asked_whatever_the_rules_say():
    """A phrase of the user's own list is worth two more and has no other reason."""
    (made,) = analyses("光合作用是绿色植物把光能变成化学能的过程。")
    phrases = [Keyphrase(p.text, p.score, "user", (), p.occurrences) for p in made.keyphrases]
    found = analysed([(made.passage, made.sentences)], phrases)
    at, _, standings = everywhere(found)
    judged = judge(at, np.ones(len(at)), np.ones(len(at)), standings)
    assert len(judged.rows) == len(at) > 0
    assert {judged.reasons(row) for row in range(len(at))} == {("rank 1.00", "a term of the user's list")}


def test_document_without_sentences_has_no_gaps():
    """Nothing in, nothing out."""
    assert gaps.survey((), Settings()) == gaps.Survey((), ())
    empty = analysed([(Passage("d#1", "d", 1, "", (1, 1)), ())])
    assert gaps.survey(empty, Settings()) == gaps.Survey((), ())
