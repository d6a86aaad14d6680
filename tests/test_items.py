"""Items of every kind, made from our own corpus and from texts that give little."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.analyses import analysed

from flashcards import bank, items, keyphrases, readers, repair, sources
from flashcards.distractors import seed
from flashcards.distractors.folding import fold
from flashcards.errors import BadConfiguration
from flashcards.gaps import Choice
from flashcards.gaps.text import Text
from flashcards.items import KINDS, cloze
from flashcards.items.alone import is_whole, points_back
from flashcards.items.source import ASKS, said
from flashcards.items.view import View, is_damaged
from flashcards.model import Analysis, Gap, Item, Passage, Sentence, Source, Tokens, answer_text
from flashcards.settings import Settings

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases" / "items"
FILES = sorted(path for path in (ROOT / "corpus").iterdir() if not path.name.startswith("README"))
DEFAULT = Settings()


def of_passages(passages: list[Passage], options: Settings = DEFAULT) -> items.Made:
    return items.make(keyphrases.analyse(passages, options), options)


def of_text(*texts: str, options: Settings = DEFAULT, **more: object) -> items.Made:
    """The items of a document whose passages are these texts."""
    found = [Passage(f"d#{n}", "d", n, text, (n, n), **more) for n, text in enumerate(texts, start=1)]
    return of_passages(found, options)


def documents(path: Path, options: Settings = DEFAULT) -> Iterator[items.Made]:
    for document in readers.read(path, path.name, options):
        yield of_passages(list(sources.passages(repair.repair(document))), options)


@pytest.fixture(scope="module")
def corpus() -> list[items.Made]:
    """The items of every document of our own corpus."""
    return [made for path in FILES for made in documents(path)]


@pytest.fixture(scope="module")
def every(corpus: list[items.Made]) -> list[Item]:
    return [item for made in corpus for item in made.items]


def of_kind(every: list[Item], kind: str) -> list[Item]:
    found = [item for item in every if item.kind == kind]
    assert found, f"the corpus gives no {kind} item"
    return found


def hidden(item: Item) -> list[str]:
    return [item.stem[gap.start : gap.end] for gap in item.gaps]


def visible(item: Item) -> str:
    """What of the stem a learner sees, a line feed for each gap."""
    parts, at = [], 0
    for gap in item.gaps:
        parts.append(item.stem[at : gap.start])
        at = gap.end
    return "\n".join([*parts, item.stem[at:]])


def test_the_corpus_gives_every_kind(every: list[Item]) -> None:
    """No kind is there for show."""
    assert {item.kind for item in every} == set(KINDS)


def test_cloze_items_are_most_of_a_text_in_prose(corpus: list[items.Made]) -> None:
    """Recall comes first: at least as many cloze items as of all kinds that only recognise."""
    for made in corpus:
        counts = made.report.counts
        if counts["cloze"]:
            assert counts["cloze"] >= counts["choice"] + counts["truefalse"]


def test_gaps_lie_in_the_stem_and_hide_the_answer(every: list[Item]) -> None:
    """The hidden text is the answer, and what is hidden cannot be read beside it."""
    for item in every:
        assert all(0 <= gap.start < gap.end <= len(item.stem) for gap in item.gaps)
        if item.kind in ("cloze", "choice"):
            assert {*hidden(item)} == {answer_text(item)}
        if item.kind == "list":
            assert tuple(hidden(item)) == item.answer
        if item.kind in ("term", "recitation"):
            assert hidden(item) == [item.answer]
        if item.kind != "truefalse" and item.gaps:
            assert not any(text in visible(item) for text in hidden(item))


def test_a_stem_stands_at_its_place(every: list[Item]) -> None:
    """The place of an item is where its stem begins in its sentence (or in the lines it recites)."""
    for item in every:
        if item.kind != "truefalse":
            assert item.context.sentence.startswith(item.stem, item.place.start)


def test_context_is_what_stands_around(every: list[Item]) -> None:
    """Before, sentence and after follow one another in the passage."""
    for item in every:
        if not item.ask.startswith("line-"):
            text = item.passage.text
            assert item.context.sentence in text
            at = text.index(item.context.sentence)
            assert text[:at].rstrip().endswith(item.context.before)
            assert text[at + len(item.context.sentence) :].lstrip().startswith(item.context.after)


def test_a_choice_has_one_right_and_three_wrong_options(every: list[Item]) -> None:
    """Four options, all different, none of the wrong ones in the sentence or part of another."""
    for item in of_kind(every, "choice"):
        assert item.options is not None
        assert len({fold(option) for option in item.options}) == 4
        key = fold(answer_text(item))
        for at, option in enumerate(item.options):
            if at != item.answer:
                assert fold(option) not in fold(item.context.sentence)
                assert fold(option) not in key
                assert key not in fold(option)


def test_length_does_not_tell_the_key(every: list[Item]) -> None:
    """The key is seldom the longest option alone, or the shortest (1 % and 0 % measured)."""
    found = of_kind(every, "choice")
    lengths = [(len(answer_text(i)), [len(o) for n, o in enumerate(i.options or ()) if n != i.answer]) for i in found]
    assert sum(key > max(others) for key, others in lengths) <= 0.35 * len(found)
    assert sum(key < min(others) for key, others in lengths) <= 0.35 * len(found)


def test_the_key_stands_anywhere() -> None:
    """Over 4,000 questions the key's place is uniform: chi-square with 3 degrees of freedom, p > 0.01."""
    places = Counter(seed("d", "choice", f"这是第{n}个句子。", "答案") % 4 for n in range(4000))
    assert sum((places[at] - 1000) ** 2 / 1000 for at in range(4)) < 11.34


def test_a_true_judgement_is_the_text_and_a_false_one_says_what_is_right(every: list[Item]) -> None:
    """√ stands in the sentence; × becomes the sentence when its explanation is followed."""
    for item in of_kind(every, "truefalse"):
        body = item.stem.rstrip("。")
        if item.answer:
            assert body in item.context.sentence
            assert not item.explanation
        else:
            marks = "「」" if item.passage.script == "zh-Hant" else "“”"
            wrong, right = (part.split(marks[1])[0] for part in item.explanation.split(marks[0])[1:])
            assert body not in item.context.sentence
            assert any(
                item.stem[:at] + right + body[at + len(wrong) :] in item.context.sentence
                for at in range(len(body))
                if body.startswith(wrong, at)
            )


def test_as_many_judgements_are_true_as_false(corpus: list[items.Made]) -> None:
    """In every document, but for one."""
    for made in corpus:
        found = [item.answer for item in made.items if item.kind == "truefalse"]
        assert abs(found.count(True) - found.count(False)) <= 1


def test_no_sentence_is_both_chosen_from_and_judged(every: list[Item]) -> None:
    """What a choice asks is not told by a judgement."""
    places = Counter((i.passage.id, i.place.sentence) for i in every if i.kind in ("choice", "truefalse"))
    assert set(places.values()) == {1}


def test_nothing_is_asked_twice_in_the_same_way(every: list[Item]) -> None:
    """Kind, question, stem and answer together come once."""
    asked = Counter((i.passage.id, i.kind, i.ask, i.stem, answer_text(i)) for i in every)
    assert set(asked.values()) == {1}


def test_a_source_is_not_given_away(every: list[Item]) -> None:
    """The quotation does not hold the answer."""
    for item in of_kind(every, "source"):
        assert answer_text(item) not in visible(item)


def test_an_unsure_source_is_not_asked() -> None:
    """A wrong source must not be learnt."""
    sure = Source(occasion="在甲地座谈会上的讲话", date="2020-01-02", place="甲地")
    text = "黄河流域的生态保护是一项长期而复杂的系统工程，需要上下游共同努力。"
    assert of_text(text, source=sure, source_unsure=True).report.counts["source"] == 0
    assert of_text(text, source=sure).report.counts["source"] > 0


def test_a_source_is_asked_both_ways() -> None:
    """From words to their occasion, time or place; and from the rest of the line to each of them."""
    one = Source(occasion="在水利建设座谈会上的讲话", date="2020-01-02", place="四川成都")
    two = Source(occasion="在林业工作会议上的讲话", date="2021-03-04", place="云南昆明")
    texts = (
        "各地要把《水利条例》放在重要位置，反对各种浪费行为，形成节约光荣的社会风尚。",
        "林区要把《森林手册》发到每个人手里，反对各种滥伐行为，形成爱护树木的社会风尚。",
    )
    pairs = enumerate(zip(texts, (one, two), strict=True), start=1)
    passages = [Passage(f"d#{n}", "d", n, text, (n, n), source=source) for n, (text, source) in pairs]
    asked = Counter(item.ask for item in of_passages(passages).items if item.kind == "source")
    assert asked["line-date"] == asked["line-place"] == asked["line-occasion"] == 2
    assert sum(asked[ask] for ask in ("occasion", "date", "place")) == 2


def test_when_and_where_words_were_said_only_the_line_asks() -> None:
    """Of a quotation the occasion, the author or the title is asked; with date and place alone, nothing is."""
    one = Source(date="2020-01-02", place="四川成都")
    two = Source(date="2021-03-04", place="云南昆明")
    texts = (
        "各地要把《水利条例》放在重要位置，反对各种浪费行为，形成节约光荣的社会风尚。",
        "林区要把《森林手册》发到每个人手里，反对各种滥伐行为，形成爱护树木的社会风尚。",
    )
    pairs = enumerate(zip(texts, (one, two), strict=True), start=1)
    passages = [Passage(f"d#{n}", "d", n, text, (n, n), source=source) for n, (text, source) in pairs]
    assert {i.ask for i in of_passages(passages).items if i.kind == "source"} == {"line-date"}


def test_document_of_one_source_is_asked_only_if_somebody_said_or_signed_it() -> None:
    """Nobody asks from which article of an encyclopedia a sentence is."""
    text = "各地要把《水利条例》放在重要位置，反对各种浪费行为，形成节约光荣的社会风尚。"
    signed = of_text(text, source=Source(title="治水札记", author="李守堤"))
    assert [i.ask for i in signed.items if i.kind == "source"] == ["title"]
    assert of_text(text, source=Source(title="治水札记")).report.counts["source"] == 0


@pytest.mark.parametrize("kind", ["choice", "truefalse"])
def test_choice_and_judgement_name_what_they_speak_of(kind: str) -> None:
    """In a text of more than three sentences a number of nobody's is neither chosen nor judged."""
    rest = ("海风吹来，浪花很高。", "渔民修补旧网。", "守塔人点亮油灯。")
    named = of_text("詹天佑在山顶修建的石塔高38米，顶上装有铜灯。", *rest, options=Settings(kind=(kind,)))
    nobody = of_text("村民在山顶修建的石塔高38米，顶上装有铜灯。", *rest, options=Settings(kind=(kind,)))
    assert [item.kind for item in named.items] == [kind]
    assert nobody.items == ()


def test_an_occasion_may_be_named_without_its_frame() -> None:
    """水利建设座谈会 is right for 在水利建设座谈会上的讲话; 成都 for 四川成都."""
    source = Source(occasion="在水利建设座谈会上的讲话", date="2020-01-02", place="四川成都")
    made = of_text("各地要把节约粮食放在重要位置，反对各种浪费行为。", source=source)
    accepted = {item.ask: item.accepted for item in made.items if item.kind == "source"}
    assert "水利建设座谈会" in accepted["line-occasion"]
    assert "成都" in accepted["line-place"]
    assert "2020-01-02" in accepted["line-date"]


LISTS = json.loads((CASES / "lists.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", LISTS, ids=lambda case: case["text"][:12])
def test_a_list_is_asked_where_it_is_surely_whole(case: dict[str, object]) -> None:
    """Members with sure edges, all there are; never examples, parts of clauses or adverbs."""
    made = [item.answer for item in of_text(case["text"]).items if item.kind == "list"]
    assert made == [tuple(members) for members in case["members"]]


TERMS = json.loads((CASES / "terms.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TERMS, ids=lambda case: case["text"][:12])
def test_a_term_is_asked_where_the_text_defines_it(case: dict[str, object]) -> None:
    """A kind, a 是指, a 叫作: not a description, not a nickname."""
    made = {item.ask: item.answer for item in of_text(case["text"]).items if item.kind == "term"}
    assert made == case["asked"]


JUDGED = json.loads((CASES / "no_judgement.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", JUDGED, ids=lambda text: text[:12])
def test_what_points_back_is_not_judged(text: str) -> None:
    """A judgement must be understood without the sentence before it."""
    assert of_text(text).report.counts["truefalse"] == 0


DAMAGED = json.loads((CASES / "damaged.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", DAMAGED, ids=lambda text: text[:12])
def test_a_damaged_sentence_is_not_asked(text: str) -> None:
    """Where brackets are empty, quotes stay open or words are gone, no kind makes an item."""
    assert of_text(text, options=Settings(recite=True)).items == ()
    assert is_damaged(text)


NO_CHOICE = json.loads((CASES / "no_choice.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", NO_CHOICE, ids=lambda text: text[:12])
def test_what_the_stem_tells_is_not_chosen(text: str) -> None:
    """No choice where the number is converted, counted or printed beside the gap, or the stem leans on another."""
    assert [i for i in of_text(text, options=Settings(kind=("choice",))).items if i.kind == "choice"] == []


def test_an_estimate_is_not_judged() -> None:
    """About 15 years are not wrong by one; the exact year is."""
    exact = "石桥镇在河东修建水库，1954年完工后灌溉附近的农田。"
    assert of_text(exact, options=Settings(kind=("truefalse",))).items
    assert of_text(exact.replace("1954年", "大约15年"), options=Settings(kind=("truefalse",))).items == ()


def test_a_name_that_ends_in_a_comparison_is_not_turned() -> None:
    """高于 is a comparison before a measure only."""
    options = Settings(kind=("truefalse",))
    assert of_text("水库的正常水位高于平均水位，两岸的农田因此得到灌溉。", options=options).items
    assert of_text("国王高于罗去世以后，两岸的农民开始修建新的水库。", options=options).items == ()


def test_a_general_sentence_is_not_asked_for_its_source() -> None:
    """What both speeches could have said tells neither; a title that only one of them names does."""
    sources_ = [
        Source(occasion=f"在{name}座谈会上的讲话", date=f"202{n}-01-02") for n, name in enumerate(("水利", "林业"))
    ]
    texts = "各地要推进城乡统筹发展，促进全体人民共同富裕。", "各地要学习《森林手册》，爱护每一棵古树名木。"
    passages = [
        Passage(f"d#{n}", "d", n, text, (n, n), source=source)
        for n, (text, source) in enumerate(zip(texts, sources_, strict=True), start=1)
    ]
    asked = [i.passage.number for i in of_passages(passages).items if i.kind == "source" and not i.gaps]
    assert asked == [2]


def test_a_quotation_for_its_source_is_a_whole_sentence(every: list[Item]) -> None:
    """Or a part of one between semicolons, and never begins with what points back."""
    for item in of_kind(every, "source"):
        if not item.gaps:
            assert is_whole(item.stem, item.place.start, item.context.sentence)
            assert not points_back(item.stem)


def test_a_duty_is_judged_against_a_permission() -> None:
    """What a text says must be done is not what may be done."""
    text = "人民陪审员参加审判活动，应当忠实履行职责，保守审判秘密。"
    (item,) = of_text(text, options=Settings(kind=("truefalse",))).items
    false = text.replace("应当", "可以")
    assert (item.stem, item.explanation) in [(text, ""), (false, "“可以”错，应为“应当”。")]
    assert item.answer == (item.stem == text)


def test_verse_is_recited_line_by_line() -> None:
    """Every line from the one before it, and every couplet backwards."""
    text = "山中一夜雨初晴\n溪上千家柳色新\n童子不知春已半\n犹持竹马过西邻"
    made = [item for item in of_text(text, verse=True).items if item.kind == "recitation"]
    lines = text.split("\n")
    assert [i.answer for i in made if i.ask == "next"] == lines[1:]
    assert [i.answer for i in made if i.ask == "previous"] == [lines[0], lines[2]]


def test_a_line_that_comes_twice_is_no_cue() -> None:
    """Two lines could follow it."""
    text = "采桑子啊采桑子\n春风吹绿江南岸\n采桑子啊采桑子\n秋雨打湿石板桥"
    made = [item for item in of_text(text, verse=True).items if item.kind == "recitation"]
    assert made == []


def test_prose_is_recited_on_wish() -> None:
    """By default not at all; with recite, clause by clause, and from the first character."""
    text = "先天下之忧而忧，后天下之乐而乐，是古代士人的志向。"
    assert of_text(text).report.counts["recitation"] == 0
    made = [item for item in of_text(text, options=Settings(recite=True)).items if item.kind == "recitation"]
    assert ("next", "后天下之乐而乐") in {(item.ask, item.answer) for item in made}
    first = next(item for item in made if item.ask == "first")
    assert visible(first).startswith("先\n")
    assert first.accepted == ("先天下之忧而忧，后天下之乐而乐",)


def test_clause_of_prose_is_asked_from_all_of_its_sentence_before_it() -> None:
    """Its subject may stand two clauses before; only in verse the line before it is the cue."""
    text = "守塔人每天傍晚点亮油灯，擦净玻璃灯罩，记下过往船只。"
    made = [item for item in of_text(text, options=Settings(recite=True)).items if item.ask == "next"]
    assert [item.stem for item in made if item.answer == "记下过往船只"] == [text]


def test_the_kinds_asked_for_are_made() -> None:
    """--kind leaves the others out, and an unknown one is an error."""
    text = "细胞核由核膜、核仁、染色质和核孔组成，是细胞代谢和遗传的控制中心。"
    assert {item.kind for item in of_text(text, options=Settings(kind=("list",))).items} == {"list"}
    with pytest.raises(BadConfiguration, match="unknown kind"):
        of_text(text, options=Settings(kind=("essay",)))


def test_shares_are_kept_and_what_is_missing_is_said() -> None:
    """The mix decides how many of each kind; a kind the text cannot give is named in the report."""
    path = ROOT / "corpus" / "古代工程讲稿摘录.txt"
    made = next(documents(path, Settings(mix={"cloze": 0.5, "choice": 0.2, "recitation": 0.3})))
    counts = made.report.counts
    assert counts["list"] == counts["source"] == 0
    assert counts["cloze"] > counts["choice"] > 0
    assert any("recitation: 0 of" in note for note in made.report.notes)
    with pytest.raises(BadConfiguration, match="shares"):
        next(documents(path, Settings(mix={"cloze": 0.0})))


POOR = json.loads((CASES / "poor.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", POOR, ids=lambda text: repr(text[:12]))
def test_a_poor_text_gives_fewer_kinds_and_says_so(text: str) -> None:
    """No list, no definition, no source, markup, formulas: no bad item, and a line for what is missing."""
    made = of_text(text)
    for kind, count in made.report.counts.items():
        said = any(note.startswith(f"no {kind} item") for note in made.report.notes)
        assert count == 0 or not said
    for item in made.items:
        assert item.stem in text or item.kind == "truefalse"
        assert item.options is None or len(set(item.options)) == 4


def records(path: Path) -> list[dict[str, object]]:
    return [bank.item_record(item) for made in documents(path) for item in made.items]


def test_the_same_text_gives_the_same_items() -> None:
    """Twice, to the last field."""
    path = ROOT / "corpus" / "细胞的结构.txt"
    assert records(path) == records(path)


def test_an_edit_elsewhere_changes_no_published_question() -> None:
    """A new passage brings new wrong options; a choice that was published keeps its own."""
    path = ROOT / "corpus" / "古代工程讲稿摘录.txt"
    document = next(iter(readers.read(path, path.name, DEFAULT)))
    passages = list(sources.passages(repair.repair(document)))
    before = of_passages(passages).items
    more = "灵渠连接湘江和漓江，芍陂灌溉安丰，郑国渠引泾注洛，它山堰阻咸蓄淡，都是著名的水利工程。"
    added = replace(passages[0], id="new#99", number=99, text=more, lines=(99, 99))
    after = items.keep(of_passages([*passages, added]).items, before)
    known = {(i.kind, i.passage.id, i.stem, answer_text(i)): i for i in before if i.kind == "choice"}
    same = [i for i in after if (i.kind, i.passage.id, i.stem, answer_text(i)) in known]
    assert len(same) >= len(known) * 0.8
    for item in same:
        old = known[item.kind, item.passage.id, item.stem, answer_text(item)]
        assert (item.options, item.answer) == (old.options, old.answer)


def test_an_option_that_became_right_is_not_kept() -> None:
    """The old options go when one of them stands in the edited sentence."""
    text = "都江堰由秦国蜀郡太守李冰主持修建，至今已经运行两千二百多年，仍在灌溉成都平原的农田。"
    new = of_text(text, options=Settings(kind=("choice",))).items[0]
    wrong = [option for at, option in enumerate(new.options) if at != new.answer]
    fresh = tuple(option if at == new.answer else f"{at}千年" for at, option in enumerate(new.options))
    assert items.keep([replace(new, options=fresh)], [new])[0].options == new.options
    sentence = new.context.sentence.replace("农田", f"农田，与{wrong[0]}不同")
    edited = replace(new, stem=sentence, context=new.context._replace(sentence=sentence), options=fresh)
    assert items.keep([edited], [new])[0].options == fresh


def test_a_published_judgement_keeps_its_wording() -> None:
    """Whether it was true or false, and what was exchanged."""
    text = "1954年，桥工队长在河边主持修建石桥，完工后两岸的农民不再坐船过河。"
    new = next(i for i in of_text(text, options=Settings(kind=("truefalse",))).items if i.kind == "truefalse")
    old = replace(new, stem="1953年，桥工队长修建石桥。", answer=False, explanation="“1953年”错，应为“1954年”。")
    assert items.keep([new], [old])[0].stem == old.stem
    assert items.keep([new], [])[0] == new


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["黄河", "、", "，", "。", "是指", "一种", "1998年", "和", "“", "”", "<b>", "{{c1::", "|", "\t", "x"]
        )
    )
)
def test_any_text_is_survived(parts: list[str]) -> None:
    """Whatever stands in a passage, items are made or not, but their gaps lie in their stems."""
    for item in of_text("".join(parts) or "空").items:
        assert all(0 <= gap.start < gap.end <= len(item.stem) for gap in item.gaps)


def test_a_published_quotation_is_asked_again(corpus: list[items.Made]) -> None:
    """Whose words these are is asked of the same words as before, while they stand and their source says the same."""
    made, other = next(
        (item, ask)
        for each in corpus
        for item in each.items
        for ask in ASKS
        if item.kind == "source" and item.ask in ASKS and ask != item.ask and said(item.passage.source, ask)
    )
    old = replace(made, ask=other, answer=said(made.passage.source, other), stem=made.passage.text[:20])
    gone = replace(old, stem="这句话已经不在文章里了。")

    assert items.keep([made], [old])[0].stem == old.stem
    assert items.keep([made], [old])[0].answer == old.answer
    assert items.keep([made], [gone])[0] == made


@pytest.fixture(scope="module")
def together() -> list[tuple[Analysis, ...]]:
    """The analyses of the corpus (prose, verse, both scripts), of documents of a sentence or less, and of none."""
    texts = ("好。", "灯塔很高。", "黄河全长5464公里。", "都江堰由李冰主持修建，灌溉成都平原。", "號碼寫在沈船上。", "")
    found = [[Passage(f"{text}#1", text, 1, text, (1, 1))] for text in texts]
    for path in FILES:
        found += [
            list(sources.passages(repair.repair(document))) for document in readers.read(path, path.name, DEFAULT)
        ]
    return [(), *(keyphrases.analyse(passages, DEFAULT) for passages in found)]


@pytest.mark.parametrize(
    "options", [DEFAULT, Settings(density=2.5, recite=True), Settings(mix={"choice": 1, "list": 1})]
)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_documents_together_give_the_items_of_each(
    together: list[tuple[Analysis, ...]], options: Settings, data: st.DataObject
) -> None:
    """Whichever documents are made together, and in whatever order: items, counts and notes are those of each."""
    batch = data.draw(st.lists(st.sampled_from(together), max_size=20))
    assert items.make_all(batch, options) == [items.make(analyses, options) for analyses in batch]


@pytest.mark.parametrize("times", [40, 41])
def test_a_stem_of_one_phrase_is_not_asked(times: int) -> None:
    """A stem that says one phrase more than forty times gives no item."""
    passage = Passage("a#1", "a", 1, "水利、" * times, (1, 1))
    gaps = tuple(Gap(3 * at, 3 * at + 2) for at in range(times))
    gap = Choice(passage, 0, 0, passage.text, gaps, "水利", "term", "", (), passage.text)
    analyses = analysed([(passage, (Sentence(passage.text, 0, Tokens()),))])
    view = View(analyses, (gap,), DEFAULT, Text.of(analyses, DEFAULT))
    assert [len(item.gaps) for item in cloze.make(view)] == [40] * (times == 40)
