"""Gaps: whole terms, stems of clauses, nothing given away, a share for every passage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support.judge import is_content

from flashcards import gaps, keyphrases, pipeline, segment
from flashcards.gaps import places, stems
from flashcards.inputs import find
from flashcards.model import Passage
from flashcards.settings import Settings

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus"
NEVER = json.loads((HERE / "cases" / "gaps" / "never.json").read_text(encoding="utf-8"))
LONG = (
    "都江堰坐落在岷江由山区流入成都平原的出口上，大约公元前256年由秦国蜀郡太守李冰主持修建，至今已经运行两千二百多年，"
    "仍在灌溉农田、供给城市用水，世界上许多古老的灌溉工程早已废弃，像这样一直使用到今天的无坝引水工程极为少见。"
)


def passages(*texts: str) -> list[Passage]:
    return [Passage(f"d#{n}", "d", n, text, (n, n), title="古代工程") for n, text in enumerate(texts, 1)]


def chosen(*texts: str, **options) -> tuple[gaps.Choice, ...]:
    settings = Settings(**options)
    return gaps.choose(keyphrases.analyse(passages(*texts), settings), settings)


@pytest.fixture(scope="module")
def corpus() -> list[tuple[list[Passage], tuple[gaps.Choice, ...]]]:
    """Every document of the corpus with its gaps."""
    made = []
    for file in find([CORPUS]).files:
        for _, found in pipeline.understand(file, Settings()):
            made.append((list(found), gaps.choose(keyphrases.analyse(found, Settings()), Settings())))
    return made


@pytest.mark.parametrize("case", NEVER, ids=[case["label"] for case in NEVER])
def test_examiner_never_asks(case):
    """Even at four times the density these are never gaps."""
    asked = {choice.phrase for choice in chosen(case["text"], density=4.0)}
    assert not asked & set(case["never"])


def test_gap_hides_the_phrase_at_all_its_places_in_the_stem(corpus):
    """Each gap is the phrase, and the phrase stands nowhere else in the stem."""
    for _, choices in corpus:
        for choice in choices:
            assert choice.gaps
            assert all(choice.stem[gap.start : gap.end] == choice.phrase for gap in choice.gaps)
            assert choice.phrase not in stems.Stem(0, choice.stem, choice.gaps).visible


def test_stem_is_a_piece_of_its_sentence(corpus):
    """The stem stands in the sentence at its offset, the sentence in the passage."""
    for _, choices in corpus:
        for choice in choices:
            assert choice.whole[choice.start : choice.start + len(choice.stem)] == choice.stem
            assert choice.whole in choice.passage.text


def test_stem_is_short_and_cuts_no_quotation(corpus):
    """At most about 80 characters, and every quotation in it is closed."""
    for _, choices in corpus:
        for choice in choices:
            assert len(choice.stem) <= stems.HARD
            assert stems.balanced(choice.stem)


def test_every_prose_passage_gets_its_share(corpus):
    """Three quarters of the passages of 60 characters and more are asked something; in the others no gap that no rule
    turns down or doubts is worth enough. None has more than one gap in eight content words."""
    asked = []
    for found, choices in corpus:
        left = gaps.survey(keyphrases.analyse(found, Settings()), Settings()).rejected
        for passage in found:
            here = [choice for choice in choices if choice.passage.id == passage.id]
            words = [t for s in segment.sentences(passage) for t in s.tokens]
            if len(passage.text) >= 60 and not passage.verse:
                asked.append(bool(here))
            if not here:
                assert {choice.reasons[-1] for choice in left if choice.passage.id == passage.id} <= {
                    "worth too little"
                }
            assert len(here) <= max(1, sum(map(is_content, words)) // gaps.CLOSEST)
    assert asked.count(False) <= len(asked) / 4, (asked.count(False), len(asked))


def test_gaps_come_in_reading_order(corpus):
    """By passage, sentence and place."""
    for _, choices in corpus:
        places = [(c.passage.number, c.sentence, c.start + c.gaps[0].start) for c in choices]
        assert places == sorted(places)


def test_long_sentence_is_asked_by_clauses_around_the_gap():
    """A sentence of more than 80 characters gives stems that begin and end at clause edges."""
    (sentence,) = segment.sentences(passages(LONG)[0])
    edges = {0, len(LONG), *sentence.clauses}
    found = chosen(LONG, density=2.0)
    assert found
    for choice in found:
        assert len(choice.stem) <= stems.WHOLE
        assert {choice.start, choice.start + len(choice.stem)} <= edges


def test_density_turns_the_deck_up_and_down():
    """Twice the density gives more gaps, a third gives fewer, and those of the smaller deck are in the larger one."""
    few, usual, many = (chosen(LONG, LONG[::-1], density=density) for density in (0.3, 1.0, 2.0))
    assert len(few) < len(usual) < len(many)
    assert {c.phrase for c in few} <= {c.phrase for c in many}


def test_number_is_asked_with_its_unit_and_a_hint_of_its_kind():
    """The gap is 公元前256年, the hint says that a time is wanted."""
    found = {choice.phrase: choice for choice in chosen(LONG)}
    assert found["公元前256年"].hint == "时间"


def test_hint_speaks_the_language_of_the_cards():
    """With Hant the category is in traditional characters."""
    found = {choice.phrase: choice for choice in chosen(LONG, lang="zh-Hant")}
    assert found["公元前256年"].hint == "時間"


def test_answer_that_can_be_read_beside_the_gap_is_dropped():
    """Three fifths of an answer visible in the stem give it away."""
    stem = stems.Stem(0, "荒漠化防治很难，荒漠化的原因很多。", (gaps.Gap(0, 5),))
    assert stems.given_away("荒漠化防治", stem)
    assert not stems.given_away("荒漠化防治", stems.Stem(0, "荒漠化防治很难，沙地的原因很多。", (gaps.Gap(0, 5),)))


def test_phrase_asked_before_makes_room_for_others():
    """The same term in passage after passage is not asked each time."""
    text = "光合作用是绿色植物把光能变成化学能的过程，叶绿体里的色素吸收光能，酶催化暗反应。"
    asked = [choice.phrase for choice in chosen(*[text] * 6)]
    assert asked.count("光合作用") < 6


def test_traditional_passage_gets_gaps_of_its_own_characters():
    """The gaps of a traditional text are slices of it."""
    text = "甲骨文是目前所知最早的成熟漢字，主要刻在龜甲和獸骨上，內容多為商代王室占卜的紀錄。"
    found = chosen(text)
    assert found and all(choice.phrase in text for choice in found)


def test_classical_text_is_asked_only_by_words_that_are_sure():
    """Where the cutter does not know the language, no phrase of several words and no particle is asked."""
    text = (
        "子曰：「學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？人不知而不慍，不亦君子乎？」曾子曰：「吾日三省吾身。」"
    )
    for choice in chosen(text, density=4.0):
        assert not set(choice.phrase) & set("曰之乎而不")


def test_stem_goes_back_to_the_clause_with_its_subject():
    """A stem does not begin with 是 or a verb where the subject stands a clause before; up to 100 characters."""
    text = (
        "钱塘江大桥横跨在杭州城南的钱塘江上，由桥梁专家茅以升主持设计，是中国人自己建成的第一座公路铁路两用桥，"
        "上层行驶汽车，下层行驶火车，通车不足三个月便为阻挡敌军而炸毁，抗战胜利以后又按照原来的图纸修复通车。"
    )
    (sentence,) = segment.sentences(passages(text)[0])
    at = text.index("公路铁路两用桥")
    assert stems.cut(sentence, at, at + 7).start == 0


def test_stem_ends_where_the_sense_is_whole():
    """Of two ends the semicolon is taken, not the comma behind it."""
    text = (
        "鱼嘴把岷江分为内江和外江，内江引水灌溉，外江排洪行沙；飞沙堰泄走内江多余的洪水和泥沙；"
        "宝瓶口是人工凿开玉垒山形成的引水口，像瓶颈一样控制进入平原的水量，三者合起来，成为一个整体，缺一不可。"
    )
    (sentence,) = segment.sentences(passages(text)[0])
    at = text.index("飞沙堰")
    assert stems.cut(sentence, at, at + 3).text[-1] in "；。"


@pytest.mark.parametrize("text", ["纳木错（），是高山湖", "杜鹃花（学名：'）常绿", "呼号为。", "分布于，、山谷"])
def test_text_that_lost_something_is_torn(text):
    """Empty brackets and marks with nothing between them are seen."""
    assert stems.torn(text)
    assert not stems.torn("纳木错（高山湖）、色林错，都在西藏：湖水不外流。")


def test_torn_sentence_is_not_asked():
    """No gap stands in a stem with empty brackets."""
    text = "纳木错（），是西藏第二大咸水湖，湖面海拔四千七百多米，藏语意为天湖，湖边牧场放牧牦牛。"
    assert not [choice for choice in chosen(text, density=4.0) if "（）" in choice.stem]


def test_stem_cut_out_of_a_list_with_brackets_is_not_asked():
    """Where no clause is short enough, a piece between brackets tells nothing."""
    towns = "、".join(f"{name}（{name}镇的旧称）" for name in ("青田", "龙泉", "云和", "庆元", "景宁", "遂昌") * 2)
    found = chosen(f"这个州管辖{towns}等县，首府设在处州府城的通济街，街上有宋代石桥和明代粮仓。", density=2.0)
    assert found and not [choice for choice in found if "）、" in choice.stem]


def test_bare_stem_is_not_asked():
    """A front that shows fewer than six content words tells too little."""
    assert not chosen("自远古以来就作为食用植物。", density=4.0)


def test_stem_that_tells_of_what_went_before_must_show_enough():
    """它 or 从此 with little behind it leaves open of what is spoken."""
    assert stems.refers_back("從此，漢字的象形意味減弱") and stems.refers_back("同时他是顾问")
    assert stems.refers_back("是第二大码头")
    assert not stems.refers_back("其中西湖最大") and not stems.refers_back("为了防止倾斜")
    assert not chosen("从此，篆书的象形意味大大减弱，书写速度明显提高。", density=4.0)


def test_date_is_not_asked_where_nothing_is_named():
    """On which day the traffic came back can be asked only of those who see where."""
    found = chosen("2月29日恢复道路交通，大家都觉得出行方便了很多，也安全了很多。", density=4.0)
    assert not [choice for choice in found if choice.kind == "date"]


def test_title_is_asked_once():
    """The document's own title is a question where it is first told, not in every passage."""
    texts = [
        "古代工程里的坎儿井把天山雪水引到吐鲁番盆地，竖井、暗渠、明渠和涝坝连成一体，蒸发损失极小。",
        "伊朗高原的波斯人也修筑过类似的古代工程，卡纳特暗渠绵延几十公里，灌溉石榴园和开心果园。",
        "考古队在幼发拉底河流域清理古代工程时发现陶质水管，接口用沥青密封，坡度均匀。",
    ]
    asked = [choice.passage.number for choice in chosen(*texts, density=4.0) if choice.phrase == "古代工程"]
    assert asked in ([], [1])


def test_stem_does_not_stop_before_its_main_clause():
    """A stem that ends in 后， or at a comma shows the rest of a short sentence."""
    text = (
        "国际移民组织的前身是欧洲迁移政府间委员会，因为第二次世界大战使西欧国家出现大量难民，一九五一年在布鲁塞尔成立后，"
        "先后安置了将近一百万移民，总部后来迁到瑞士的日内瓦。"
    )
    (sentence,) = segment.sentences(passages(text)[0])
    at = text.index("布鲁塞尔")
    assert stems.cut(sentence, at, at + 4).text.endswith("。")
    assert stems.unfinished("战争结束后，") and not stems.unfinished("战争以后，铁路修复。")


def test_table_run_together_is_garbled():
    """Runs of +1 and long stretches without a mark are no sentence."""
    assert stems.garbled("弹夹数量+1榴弹砲弹数+1") and stems.garbled("铁" * 61)
    assert not stems.garbled("C+1 是一个式子，铁路很长。")


def test_twin_of_the_answer_gives_it_away():
    """英国花园 beside 英式花园, and three characters in a row of a longer name."""
    assert stems.given_away("英式花园", stems.Stem(0, "英式花园不同于英国花园。", (gaps.Gap(0, 4),)))
    assert stems.given_away("中国黑龙江省", stems.Stem(0, "中国黑龙江省在黑龙江南岸。", (gaps.Gap(0, 6),)))
    assert not stems.given_away("英式花园", stems.Stem(0, "英式花园不同于法国庭院。", (gaps.Gap(0, 4),)))


def test_phrase_is_not_asked_again_in_the_same_words():
    """Two passages that say the same of a term ask it once, another saying asks it anew or not."""
    said = "林区坚持山水林田湖草沙一体化保护和系统治理，牧民因此改种沙棘，"
    found = chosen(said + "收入逐年增加。", said + "流沙逐年后退。", density=4.0)
    asked = [(choice.phrase, choice.whole[: choice.start + choice.gaps[0].start][-3:]) for choice in found]
    assert len(asked) == len(set(asked))


def test_span_of_years_is_no_year():
    """15年 is a length of time: its hint speaks of a number."""
    assert stems.hint("15年", "date", "zh-Hans") == stems.hint("15米", "number", "zh-Hans")
    assert stems.hint("15年", "date", "zh-Hans") != stems.hint("2015年", "date", "zh-Hans")


def test_traditional_word_is_as_familiar_as_simplified():
    """漢字 and 汉字 are one word of one rarity."""
    assert places.familiar("漢字") == places.familiar("汉字")


@pytest.mark.parametrize(
    "text",
    [
        "好",
        "1234567890" * 30,
        "hello world again and again",
        "。。。",
        "的" * 300,
        "没有标点的文字" * 60,
        "子曰學而時習之不亦說乎",
    ],
)
def test_odd_passages_give_a_sensible_result(text):
    """One word, only numbers, only Latin, no marks: no crash, and stems stay short."""
    assert all(len(choice.stem) <= stems.HARD for choice in chosen(text))


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.text(alphabet="雄安新区建设的和是在，。、“”《》（）1年abc水江大", max_size=150))
def test_any_text_keeps_the_promises(text):
    """Stems are slices, gaps are the phrase, nothing is given away."""
    for choice in chosen(text, density=3.0):
        assert choice.whole[choice.start : choice.start + len(choice.stem)] == choice.stem
        assert all(choice.stem[gap.start : gap.end] == choice.phrase for gap in choice.gaps)
        assert choice.phrase not in stems.Stem(0, choice.stem, choice.gaps).visible
