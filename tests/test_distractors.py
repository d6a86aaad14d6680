"""Wrong options: ranked as people choose them, and never right."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashcards.distractors import Question, choose, is_valid, rank, seed, terms
from flashcards.distractors.contrasts import contrary, plain
from flashcards.distractors.folding import fold
from flashcards.distractors.rivals import rivals

FOLDER = Path(__file__).parent / "cases" / "distractors"
CASES = json.loads((FOLDER / "rank.json").read_text(encoding="utf-8"))
STEM = "线粒体是细胞进行有氧呼吸的主要场所。"
MITOCHONDRION = Question("线粒体", STEM, ((0, 3),), STEM, STEM)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["answer"])
def test_terms_of_the_answers_kind_come_first(case: dict[str, object]) -> None:
    """What a teacher would pick from a mixed pool stands at its head."""
    best = case["best"]
    assert {*rank(case["answer"], case["pool"], case["stem"])[: len(best)]} == {*best}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("细胞膜核质体中国省市甲乙1年23“”《》ab", min_size=1, max_size=6), max_size=8), st.randoms())
def test_a_ranking_keeps_the_pool_and_depends_on_its_terms_alone(pool: list[str], random: object) -> None:
    """Every term comes back once, and the order of the pool does not matter."""
    ranked = rank("细胞膜", pool, "细胞的边界是")
    assert sorted(ranked) == sorted(set(pool))
    random.shuffle(pool)
    assert rank("细胞膜", pool, "细胞的边界是") == ranked


@pytest.mark.slow
def test_people_chose_what_is_ranked_first(shared: Path) -> None:
    """Three quarters of the three best of a pool of twenty are what people took (0.778 measured)."""
    lines = (shared / "eval" / "distractor_pool.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines[:300]]
    hits = [len({*rank(r["answer"], r["pool"], r["question"])[:3]} & {*r["distractors"]}) / 3 for r in rows]
    assert sum(hits) / len(hits) >= 0.74


def test_options_are_of_the_answers_kind() -> None:
    """An organelle is asked among organelles."""
    options = [rival.text for rival in choose(MITOCHONDRION)]
    assert len(options) == 3
    assert {*options} <= {*terms.table().groups["细胞器"]}


@pytest.mark.parametrize(
    ("answer", "stem", "group"),
    [
        ("洪昇", "《长生殿》的作者是洪昇。", "元明清文人"),
        ("文徵明", "这幅行书是文徵明晚年所写。", "书法家"),
        ("维生素C", "新鲜的蔬菜里多有维生素C。", "维生素"),
        ("Ｌｉｎｕｘ", "这台服务器装的是Ｌｉｎｕｘ。", "操作系统名"),
    ],
)
def test_a_term_is_known_however_it_is_written(answer: str, stem: str, group: str) -> None:
    """Rare characters, capitals, wide letters: the table finds the term, and its mates are written as it has them."""
    at = stem.index(answer)
    options = [rival.text for rival in choose(Question(answer, stem, ((at, at + len(answer)),), stem, stem))]
    assert len(options) == 3 and {*options} <= {*terms.table().groups[group]} - {answer}


def test_a_number_is_asked_among_numbers() -> None:
    """Options of a number have its unit, and the key stands anywhere in their order."""
    places = Counter()
    for year in range(1500, 1600):
        stem = f"这座桥建于{year}年。"
        question = Question(f"{year}年", stem, ((5, 10),), stem, stem)
        options = [rival.text for rival in choose(question)]
        assert len(options) == 3
        assert all(option.endswith("年") and option != f"{year}年" for option in options)
        places[sum(option < f"{year}年" for option in options)] += 1
    assert min(places[below] for below in range(4)) >= 10


def test_no_options_are_better_than_bad_ones() -> None:
    """A term that nothing is like gets none."""
    stem = "他把这件事叫作呱呱啦啦。"
    assert choose(Question("呱呱啦啦", stem, ((7, 11),), stem, stem)) == ()


WRONG = [
    ("线粒体", "the key itself"),
    ("粒体", "a part of the key"),
    ("线粒体膜", "a whole around the key"),
    ("有氧呼吸", "it stands in the sentence"),
    ("线　粒体", "the key in another spacing"),
    ("", "nothing"),
]


@pytest.mark.parametrize("option", [option for option, _ in WRONG], ids=[why for _, why in WRONG])
def test_what_may_be_right_or_is_seen_is_no_option(option: str) -> None:
    """Neither the key in any wording nor what the sentence shows can be a wrong option."""
    assert not is_valid(option, MITOCHONDRION)
    assert is_valid("叶绿体", MITOCHONDRION)


def test_another_wording_of_the_key_is_no_option() -> None:
    """Synonyms and the same characters in another order say the same."""
    stem = "要推动产业升级。"
    question = Question("推动产业升级", stem, ((1, 7),), stem, stem)
    assert not is_valid("促进产业升级", question)
    assert not is_valid("产业推动升级", question)


def test_what_the_text_says_in_the_same_slot_is_no_option() -> None:
    """A phrase that stands elsewhere between the same neighbours would be right, too."""
    text = "要全面加强粮食安全体系。要全面加强水利工程体系。"
    stem = "要全面加强粮食安全体系。"
    question = Question("粮食安全", stem, ((5, 9),), stem, text)
    assert not is_valid("水利工程", question)
    assert is_valid("水利工程", replace(question, near=stem))


def test_options_of_a_traditional_text_are_traditional() -> None:
    """The table is kept in simplified script and shown in the text's."""
    stem = "金文盛行於西周。"
    options = choose(Question("金文", stem, ((0, 2),), stem, stem, traditional=True))
    assert options
    assert all(fold(rival.text) in terms.table().of for rival in options)
    found = {rival.text for rival in rivals("秦朝", (), traditional=True)}
    assert "漢" not in found
    assert "東周" in {rival.text for rival in rivals("西周", (), traditional=True)}


def test_the_marks_of_a_title_are_kept() -> None:
    """Where the key wears title marks, so do its rivals; where they stand outside the gap, none does."""
    assert all(rival.text[0] + rival.text[-1] == "《》" for rival in rivals("《史记》", ()))
    bare = [rival.text for rival in rivals("史记", (), titled=True)]
    assert bare
    assert not any("《" in text for text in bare)


def test_a_contrary_is_found_at_word_edges_only() -> None:
    """外部 turns into 内部; 出口 inside 进出口 stays."""
    assert list(contrary("细胞外部", {0, 2, 4})) == ["细胞内部"]
    assert list(contrary("进出口", {0, 3})) == []


def test_no_two_terms_of_a_group_are_one() -> None:
    """A group names no term twice, and no two that differ by a synonym only."""
    for group, members in terms.table().groups.items():
        assert len(set(members)) == len(members), group
        for one, other in combinations(members, 2):
            assert plain(one) != plain(other) or one == other, (group, one, other)


def test_a_seed_depends_on_its_texts_alone() -> None:
    """The same parts give the same number in every process; other cuts of the same text give another."""
    assert seed("甲", "乙") == 4035310964611916457
    assert seed("甲乙") != seed("甲", "乙")


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_a_seed_is_that_of_a_json_list(parts: list[str]) -> None:
    """The parts are told apart as JSON tells them apart, whatever characters they hold."""
    digest = sha256(json.dumps(parts).encode("ascii")).digest()
    assert seed(*parts) == int.from_bytes(digest[:8], "big")


def asked(stem: str, answer: str) -> Question:
    at = stem.index(answer)
    return Question(answer, stem, ((at, at + len(answer)),), stem, stem, closed=True)


def test_options_of_an_item_are_of_one_closed_set() -> None:
    """Rivers for a river; nothing for a metaphor or a province, whose sentence fits no other."""
    options = {rival.text for rival in choose(asked("黄河的上游与下游在河口镇一带分界。", "黄河"))}
    assert len(options) == 3
    assert options <= set(terms.table().groups["河流"])
    assert choose(asked("要牢牢牵住改革这个牛鼻子，稳步前进。", "牛鼻子")) == ()
    assert choose(asked("要推动京津的学校同河北共享经验。", "河北")) == ()


def test_the_stem_does_not_show_a_character_of_the_key_alone() -> None:
    """Bones and shells beside the gap tell 甲骨文 from 金文."""
    assert choose(asked("甲骨文刻在龟甲和兽骨上，记录商代的占卜。", "甲骨文")) == ()
    assert choose(asked("秦朝以小篆统一全国的写法，通行各地。", "小篆"))


def test_years_stay_in_their_order() -> None:
    """What happened before 2003 did not happen in 2004."""
    options = choose(asked("乐队在2001年发行唱片，不久后的2003年解散。", "2001年"))
    assert options and all(rival.text < "2003年" for rival in options)


def test_large_numbers_stay_of_their_size() -> None:
    """Three thousand years are no neighbour of one thousand."""
    assert choose(asked("这种石桥在欧洲出现，比中国晚了一千多年。", "一千多年")) == ()
    assert len(choose(asked("这座石桥建成以后，已有一千四百多年的历史。", "一千四百多年"))) == 3
