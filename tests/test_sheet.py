"""The sheet: what is chosen, how points are shared, what versions keep, and that nothing gives an answer away."""

from __future__ import annotations

import gc
import json
import unicodedata
from collections import Counter
from dataclasses import fields, replace
from itertools import chain, islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.plain_guard import PlainGuard
from support.sheets import EVERY_KIND, cloze, numbered, passages, stored

from flashcards import bank
from flashcards.errors import BadConfiguration
from flashcards.exporters import quiz
from flashcards.model import Context, Gap, Item, Passage, Place
from flashcards.settings import Settings
from flashcards.sheet import SheetOptions, from_settings, make, record, without_key
from flashcards.sheet.answers import Answers, ManyAnswers, fold, row
from flashcards.sheet.drafts import Draft, together
from flashcards.sheet.guard import Guard
from flashcards.sheet.layout import columns, letter, numeral
from flashcards.sheet.model import Blank, Question, Section, Sheet, Version
from flashcards.sheet.options import DEFAULT_LAYOUT, LAYOUTS, span
from flashcards.sheet.points import USUAL, share
from flashcards.sheet.pool import pool
from flashcards.sheet.shelf import Shelf
from flashcards.sheet.store import Store

ALL = SheetOptions(items=None, layout=LAYOUTS)


def questions(version: Version) -> list[tuple[Section, Question]]:
    """All questions of a version with their sections."""
    return [(section, question) for section in version.sections for question in section.questions]


def texts(question: Question) -> list[str]:
    """What a student reads of a question; options excepted."""
    reading = question.reading.text if question.reading else ()
    return [
        part
        for part in (*question.stem, *reading, question.ask, question.cite, *question.rows)
        if part and isinstance(part, str)
    ]


def secrets(question: Question) -> list[str]:
    """What stands nowhere else on a sheet."""
    if question.layout in {"order", "truefalse"}:
        return []
    return [reply.meaning or reply.text for reply in question.replies]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> bank.Bank:
    """A bank of sixty passages."""
    return stored(tmp_path_factory.mktemp("many"), passages(60))


def test_a_sheet_has_the_items_asked_for(many: bank.Bank) -> None:
    """Thirty of five hundred items are asked, no more and no fewer."""
    version = make(many, SheetOptions()).versions[0]
    assert sum(len(question.items) for _, question in questions(version)) == 30


def test_items_are_spread_over_passages(many: bank.Bank) -> None:
    """Of sixty passages no one is asked three times on a sheet of thirty items."""
    version = make(many, SheetOptions()).versions[0]
    assert max(Counter(question.place for _, question in questions(version)).values()) <= 2


def test_a_large_bank_is_sampled_by_passage(tmp_path: Path) -> None:
    """One item of sixty passages looks at ten of them, others for another seed, always the same for the same."""
    opened = stored(tmp_path, passages(60))
    looked_at = [
        {item.passage.id for item in pool(opened, SheetOptions(items=1, seed=seed)).store.items} for seed in (1, 1, 2)
    ]
    assert len(looked_at[0]) == 10
    assert looked_at[0] == looked_at[1] != looked_at[2]
    assert len(pool(opened, SheetOptions(items=None)).store) == sum(1 for _ in opened)


def test_the_same_seed_gives_the_same_sheet(many: bank.Bank) -> None:
    """Bank and options alone decide; another seed asks something else."""
    assert make(many, SheetOptions(seed=3)) == make(many, SheetOptions(seed=3))
    assert make(many, SheetOptions(seed=3)) != make(many, SheetOptions(seed=4))


def test_blanks_of_one_sentence_are_one_question(many: bank.Bank) -> None:
    """No two questions of a sheet are about the same sentence."""
    version = make(many, SheetOptions(items=60)).versions[0]
    both = [question for _, question in questions(version) if len(question.items) > 1]
    assert both
    by_key = {item.key: (item.passage.id, item.place.sentence) for item in many}
    sentences = [{by_key[key] for key in question.keys} for _, question in questions(version)]
    assert all(len(places) == 1 for places in sentences)
    assert len({places.pop() for places in sentences}) == len(questions(version))


def test_touching_gaps_are_not_asked_together() -> None:
    """Two blanks side by side would look like one."""
    passage = Passage("a#1", "a", 1, "东北全面振兴", (1, 1))
    items = [cloze(passage, "东北全面振兴", 0, phrase) for phrase in ("东北", "全面", "振兴")]
    assert together("fill", items[:2]) is None
    assert together("fill", [items[0], items[2]]) is not None


def test_windows_of_one_sentence_are_joined() -> None:
    """Stems that are parts of one sentence become the part that covers them, every occurrence hidden."""
    sentence = "春天种下的树，到了夏天就长高；到了秋天，春天种下的树已经结果。"
    passage = Passage("a#1", "a", 1, sentence, (1, 1))
    whole = cloze(passage, sentence, 0, "夏天")
    late = replace(cloze(passage, sentence, 0, "秋天"), stem=sentence[15:], gaps=(Gap(2, 4),), place=Place(0, 15))
    early = replace(whole, stem=sentence[:15], gaps=(Gap(9, 11),))
    assert sentence[15:][2:4] == "秋天"
    draft = together("fill", [late, early])
    assert draft is not None
    assert draft.stem == (sentence[:9], 0, sentence[11:17], 1, sentence[19:])


def test_a_stem_that_is_part_of_a_sentence_says_so() -> None:
    """What was left out before and after a stem is marked, a missing full stop is not."""
    sentence = "春天种树，夏天浇水，秋天收果。"
    passage = Passage("a#1", "a", 1, sentence, (1, 1))
    middle = Item(
        "cloze", sentence[5:10], (Gap(2, 4),), "浇水", passage, Place(0, 5), context=Context(sentence=sentence)
    )
    draft = together("fill", [middle])
    assert draft is not None
    assert draft.stem == ("……", "夏天", 0, "，", "……")
    whole = replace(middle, stem=sentence[:-1], gaps=(Gap(7, 9),), place=Place(0))
    assert together("fill", [whole]).stem == ("春天种树，夏天", 0, "，秋天收果")  # type: ignore[union-attr]


def test_an_answer_shown_elsewhere_is_not_asked(tmp_path: Path) -> None:
    """Of two sentences that give each other away one is left out, and the user is told."""
    passage = Passage("a#1", "a", 1, "", (1, 1))
    items = [
        numbered(cloze(passage, "雄安新区设立于二〇一七年。", 0, "雄安新区"), 1),
        numbered(cloze(passage, "雄安新区的白洋淀是华北最大的湿地。", 1, "白洋淀"), 2),
    ]
    sheet = make(stored(tmp_path, items), SheetOptions())
    assert len(questions(sheet.versions[0])) == 1
    assert "1 of 30" in sheet.notes[0]


def test_width_and_case_do_not_hide_a_leak() -> None:
    """A full-width or upper-case copy of an answer is still that answer."""
    guard = Guard(Answers(["gdp", "gnp"]), ["ＧＤＰ 增长"])
    assert not guard.admits(["答案是"], ["gdp"])
    assert guard.admits(["答案是"], ["gnp"])


TEXTS = st.text("春夏秋冬Aａ 。", max_size=8)
Asked = tuple[list[str], list[str], bool, bool]  # shown, secrets, boxed?, may answers be repeated?
ASKED = st.tuples(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=2), st.booleans(), st.booleans())


@given(title=TEXTS, questions=st.lists(ASKED, max_size=12))
def test_the_guard_agrees_with_a_plain_one(
    title: str, questions: list[tuple[list[str], list[str], bool, bool]]
) -> None:
    """Numbers of answers, few or many, tell the same as the texts themselves, question after question."""
    answers = {folded for _, secrets, _, _ in questions for secret in secrets if (folded := fold(secret))}
    many = ManyAnswers(sorted(map(row, answers)), len(answers))
    guards = Guard(Answers(answers), [title]), Guard(many, [title]), PlainGuard(None, [title])
    for shown, secrets, boxed, repeats in questions:
        for guard in guards:
            guard.repeats = repeats
        admitted = [guard.admits(shown, secrets, boxed=boxed) for guard in guards]
        assert len(set(admitted)) == 1
        if admitted[0]:
            for guard in guards:
                guard.add(shown, secrets, boxed=boxed)


@pytest.mark.parametrize("layout", [DEFAULT_LAYOUT, LAYOUTS, LAYOUTS[::-1], ("wordbank", "fill")])
@pytest.mark.parametrize("items", [40, None])
def test_what_is_passed_over_early_would_be_refused(
    many: bank.Bank, monkeypatch: pytest.MonkeyPatch, layout: tuple[str, ...], items: int | None
) -> None:
    """A guard that lets every question be made, and made again, chooses the same sheet."""
    for opened in (many, bank.load(EVERY_KIND)):
        options = SheetOptions(items=items, layout=layout)
        fast = record(make(opened, options))
        with monkeypatch.context() as patch:
            patch.setattr("flashcards.sheet.select.Guard", PlainGuard)
            assert record(make(opened, options)) == fast


@pytest.mark.parametrize("blank", ["bucket", "equal"])
def test_blanks_of_a_section_are_equally_wide(many: bank.Bank, blank: str) -> None:
    """The width of a blank tells nothing about its answer."""
    version = make(many, SheetOptions(items=60, blank=blank)).versions[0]
    for section in version.sections:
        widths = {part.width for question in section.questions for part in question.stem if isinstance(part, Blank)}
        assert len(widths) <= 1


def test_grid_blanks_have_a_cell_a_character(many: bank.Bank) -> None:
    """田字格: one square for every character."""
    version = make(many, SheetOptions(layout=("fill",), blank="grid")).versions[0]
    for _, question in questions(version):
        for part in question.stem:
            assert isinstance(part, str) or part.cells == len(question.replies[part.reply].text)


def test_the_key_stands_nowhere_in_particular(many: bank.Bank) -> None:
    """Over forty sheets every letter is the key of 15 to 35 of a hundred choices."""
    letters = Counter(
        question.replies[0].text
        for seed in range(40)
        for _, question in questions(make(many, SheetOptions(seed=seed, layout=("choice",))).versions[0])
    )
    total = sum(letters.values())
    assert set(letters) == set("ABCD")
    assert all(0.15 < count / total < 0.35 for count in letters.values())


def solve(section: Section, question: Question, items: dict[str, Item]) -> None:
    """Answer a question by its key alone and compare with the bank."""
    first = items[question.keys[0]]
    if section.layout == "choice":
        assert isinstance(first.answer, int)
        assert question.options["ABCD".index(question.replies[0].text)] == (first.options or ())[first.answer]
    elif section.layout == "truefalse":
        assert question.replies[0].text == ("√" if first.answer else "×")
    elif section.layout == "wordbank":
        words = dict(zip(map(letter, range(len(section.bank))), section.bank, strict=True))
        assert {words[reply.text] for reply in question.replies} == {items[key].answer for key in question.keys}
    elif section.layout == "match":
        answers = {items[key].answer for key in question.keys}
        assert {question.options["ABCDEF".index(reply.text)] for reply in question.replies} == answers
    elif section.layout == "order":
        ordered = [row for _, row in sorted(zip((int(r.text) for r in question.replies), question.rows, strict=True))]
        at = [first.passage.text.find(row) for row in ordered]
        assert -1 not in at
        assert at == sorted(at)
    elif section.layout == "fill":
        text = "".join(part if isinstance(part, str) else question.replies[part.reply].text for part in question.stem)
        assert text.strip("…") in (first.context.sentence or first.stem)


@given(seed=st.integers(0, 10**6), numbering=st.sampled_from(["continuous", "section"]))
def test_versions_ask_the_same_and_their_keys_solve_them(seed: int, numbering: str) -> None:
    """A to D have the same items for the same points in another order, and each is solved by its own key."""
    opened = bank.load(EVERY_KIND)
    items = {item.key: item for item in opened}
    options = replace(ALL, seed=seed, versions=("A", "B", "C", "D"), numbering=numbering)
    sheet = make(opened, options)
    asked = [{(question.keys, question.points) for _, question in questions(v)} for v in sheet.versions]
    assert all(version == asked[0] for version in asked)
    for version in sheet.versions:
        for section, question in questions(version):
            solve(section, question, items)


def test_versions_differ(many: bank.Bank) -> None:
    """A and B have their questions and their options in different orders."""
    first, second = make(many, SheetOptions(versions=("A", "B"))).versions
    assert [q.keys for _, q in questions(first)] != [q.keys for _, q in questions(second)]
    options = [{q.keys: q.options for _, q in questions(v) if q.layout == "choice"} for v in (first, second)]
    assert options[0] != options[1]


COUNTS = st.dictionaries(
    st.sampled_from(sorted(USUAL)), st.lists(st.integers(1, 6), min_size=1, max_size=12), min_size=1, max_size=8
)


def shared(units: dict[str, list[int]], total: int | None) -> dict[str, list[float]]:
    """The points of every question, from the number of its answers."""
    worth = share({layout: (sum(numbers), len(numbers)) for layout, numbers in units.items()}, total)
    return {layout: [worth[layout].points(at, n) for at, n in enumerate(numbers)] for layout, numbers in units.items()}


@given(units=COUNTS, total=st.none() | st.integers(1, 300))
def test_points_sum_to_full_marks(units: dict[str, list[int]], total: int | None) -> None:
    """Whatever is asked, the points add up, and every answer has at least half a point."""
    answers = sum(map(sum, units.values()))
    if total is not None and total * 2 < answers:
        with pytest.raises(BadConfiguration, match="too few"):
            shared(units, total)
        return
    points = shared(units, total)
    if total is not None:
        assert sum(map(sum, points.values())) == total
    for layout, values in points.items():
        assert all(value * 2 == int(value * 2) for value in values)
        assert all(value >= count / 2 for value, count in zip(values, units[layout], strict=True))


def test_points_that_divide_are_the_same_in_a_section() -> None:
    """Thirty blanks and ten choices share a hundred points evenly."""
    points = shared({"fill": [1] * 30, "choice": [1] * 10}, 100)
    assert len(set(points["fill"])) == 1
    assert len(set(points["choice"])) == 1


def test_points_that_do_not_divide_differ_by_half_a_point() -> None:
    """Seven questions cannot share ten points evenly: some get half a point more."""
    assert sorted(shared({"choice": [1] * 7}, 10)["choice"]) == [1, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]


def test_points_of_a_sheet_sum_to_full_marks_in_every_version(many: bank.Bank) -> None:
    """满分 is the sum of the sections, and a section the sum of its questions."""
    sheet = make(many, SheetOptions(points=100, versions=("A", "B")))
    for version in sheet.versions:
        assert sum(section.points for section in version.sections) == sheet.points == 100
        assert all(sum(q.points for q in section.questions) == section.points for section in version.sections)


def test_a_student_is_given_no_reply(many: bank.Bank) -> None:
    """Replies, keys, places, explanations and rules are taken off a version before it is drawn."""
    bare = without_key(make(many, SheetOptions()).versions[0])
    for section, question in questions(bare):
        assert (section.rule, question.replies, question.keys, question.place, question.explanation) == (
            "",
            (),
            (),
            "",
            "",
        )


def test_a_sheet_is_json(many: bank.Bank) -> None:
    """The record survives JSON and says its schema."""
    table = record(make(many, ALL))
    assert json.loads(json.dumps(table)) == json.loads(json.dumps(table, sort_keys=True))
    assert table["schema"] == 1


def test_source_and_passages_limit_a_sheet(many: bank.Bank) -> None:
    """`--source [7]` asks about passage 7 only, `--passages 3-4` about two."""
    seventh = make(many, SheetOptions(source="7")).versions[0]
    assert {question.place.split()[1] for _, question in questions(seventh)} == {"#7"}
    some = make(many, SheetOptions(passages=(3, 4))).versions[0]
    assert {question.place.split()[1] for _, question in questions(some)} == {"#3", "#4"}


def test_missed_keys_limit_a_sheet(many: bank.Bank) -> None:
    """错题卷: nothing but the keys given is asked."""
    keys = frozenset(["k000001", "k000019"])
    version = make(many, SheetOptions(keys=keys)).versions[0]
    assert {key for _, question in questions(version) for key in question.keys} == keys


def test_extra_words_fit_no_blank(many: bank.Bank) -> None:
    """The box of 选词填空 has more words than blanks, and the extra ones stand nowhere on the sheet."""
    sheet = make(many, SheetOptions(items=20, layout=("wordbank", "fill")))
    section = sheet.versions[0].sections[0]
    assert section.layout == "wordbank"
    answers = {reply.meaning for question in section.questions for reply in question.replies}
    extra = set(section.bank) - answers
    shown = "".join(text for _, question in questions(sheet.versions[0]) for text in texts(question))
    assert len(extra) >= 1
    assert not any(word in shown for word in extra)


def test_a_box_holds_every_word_once(tmp_path: Path) -> None:
    """Two sentences with the same answer do not both stand in 选词填空, nor does one of them in another section."""
    passage = Passage("a#1", "a", 1, "", (1, 1))
    sentences = [f"第{word}句里藏着桃花。" for word in "甲乙丙丁戊己"]
    items = [numbered(cloze(passage, text, at, "桃花"), at + 1) for at, text in enumerate(sentences)]
    for layout in (("wordbank",), ("wordbank", "fill"), ("fill", "wordbank")):
        version = make(stored(tmp_path, items), SheetOptions(layout=layout)).versions[0]
        boxed = [q for section, q in questions(version) if section.layout == "wordbank"]
        assert len(boxed) <= 1
        assert not boxed or len(questions(version)) == 1


def test_an_answer_is_asked_twice_only_where_there_is_no_other(tmp_path: Path) -> None:
    """Of six sentences with 桃花 and six with other answers a sheet of seven has 桃花 once, one of eight twice."""
    passage = Passage("a#1", "a", 1, "", (1, 1))
    words_ = ["桃花"] * 6 + ["梨花", "杏花", "梅花", "荷花", "菊花", "兰花"]
    items = [numbered(cloze(passage, f"第{n}句里藏着{word}呢。", n, word), n + 1) for n, word in enumerate(words_)]
    for wanted, times in ((7, 1), (8, 2)):
        version = make(stored(tmp_path, items), SheetOptions(items=wanted, layout=("fill",))).versions[0]
        answers = [reply.text for _, question in questions(version) for reply in question.replies]
        assert len(answers) == wanted
        assert answers.count("桃花") == times


def test_a_printed_passage_hides_what_is_asked(many: bank.Bank) -> None:
    """No answer of the sheet stands in a passage above its questions, nor a sentence that is judged."""
    sheet = make(many, SheetOptions(show_passage=True, layout=("fill", "choice", "truefalse", "source")))
    version = sheet.versions[0]
    readings = [question.reading for _, question in questions(version) if question.reading]
    shown = "\n".join(part for reading in readings for part in reading.text if isinstance(part, str))
    hidden = [secret for _, question in questions(version) for secret in secrets(question)]
    hidden += [question.stem[0] for _, question in questions(version) if question.layout == "truefalse"]
    assert readings
    assert not [secret for secret in hidden if secret in shown]


def test_a_printed_passage_and_its_order_exclude_each_other(many: bank.Bank) -> None:
    """排序 cannot be asked below the text itself."""
    with pytest.raises(BadConfiguration, match="exclude each other"):
        make(many, SheetOptions(show_passage=True, layout=("fill", "order")))


def leaks(sheet: Sheet) -> list[str]:
    """Answers that can be read somewhere on the sheet."""
    return [
        secret
        for version in sheet.versions
        for text in [fold("\n".join(t for _, question in questions(version) for t in [sheet.title, *texts(question)]))]
        for _, question in questions(version)
        for secret in secrets(question)
        if fold(secret) in text
    ]


def test_no_answer_stands_in_another_stem(many: bank.Bank) -> None:
    """Promise 6, over a hundred seeds, of a bank of every kind and one of many passages."""
    every = bank.load(EVERY_KIND)
    for seed in range(50):
        assert leaks(make(every, replace(ALL, seed=seed, show_passage=False))) == []
        assert leaks(make(many, SheetOptions(seed=seed, items=40, layout=LAYOUTS))) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"paper": "b5"}, "unknown --paper 'b5'; known: a4"),
        ({"blank": "long"}, "unknown --blank 'long'"),
        ({"layout": ("fill", "essay")}, "unknown --layout 'essay'"),
        ({"versions": ("E",)}, "unknown version 'E'"),
        ({"items": "none"}, "--items wants a number from 1, or all, not 'none'"),
        ({"items": "0"}, "--items wants a number from 1"),
        ({"points": 0}, "--points wants a number from 1"),
        ({"passages": "7-3"}, "--passages wants numbers such as 3-7, not '7-3'"),
        ({"layout": ("fill", "fill")}, "each once"),
    ],
)
def test_options_no_sheet_can_have(options: dict[str, object], message: str) -> None:
    """A wrong option is one line that says what is known."""
    with pytest.raises(BadConfiguration) as error:
        from_settings(Settings(**options))  # type: ignore[arg-type]
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (SheetOptions(source="99"), "no item has the source '99'; known: [1]"),
        (SheetOptions(passages=(70, 80)), "numbered 1-60"),
        (SheetOptions(keys=frozenset()), "no item of it was missed"),
        (SheetOptions(layout=("term",)), "ask for other --layout"),
        (SheetOptions(points=3), "--points 3 is too few for"),
    ],
)
def test_a_sheet_without_items_is_one_line(many: bank.Bank, options: SheetOptions, message: str) -> None:
    """What leaves nothing to ask is said with the bank's name."""
    with pytest.raises(BadConfiguration) as error:
        make(many, options)
    assert message in str(error.value)


def test_an_empty_bank_is_one_line(tmp_path: Path) -> None:
    """A bank without items gives no sheet."""
    with pytest.raises(BadConfiguration, match="has no items"):
        make(stored(tmp_path, []), SheetOptions())


def test_fewer_items_than_asked_make_a_smaller_sheet(tmp_path: Path) -> None:
    """The sheet is made of what there is, and a note says how many."""
    sheet = make(stored(tmp_path, passages(2)), SheetOptions())
    assert sheet.versions[0].sections
    assert "of 30 items stand on the sheet" in sheet.notes[0]


def test_options_stand_in_columns_as_they_fit() -> None:
    """Four short options in a row, middling ones in two columns, long ones below each other."""
    assert columns(["甲", "乙", "丙", "丁"]) == 4
    assert columns(["一二三四五六七八九十", "乙", "丙", "丁"]) == 2
    assert columns(["一二三四五六七八九十一二三四五六七八九十", "乙"]) == 1


def test_numerals_and_letters_go_on() -> None:
    """Section numbers beyond ten and letters beyond Z."""
    assert [numeral(n) for n in (1, 10, 11, 20, 35)] == ["一", "十", "十一", "二十", "三十五"]
    assert [letter(n) for n in (0, 25, 26, 51, 52, 499)] == ["A", "Z", "AA", "AZ", "BA", "SF"]


def test_passage_numbers() -> None:
    """One number or two, with any dash."""
    assert span("3-7") == span("3～7") == (3, 7)
    assert span("5") == (5, 5)


def alive() -> int:
    """How many items, drafts and questions there are in memory."""
    return sum(isinstance(each, Item | Draft | Question) for each in gc.get_objects())


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a handful of items stay in memory, and pages come in small pieces."""
    for bound in (
        "sheet.shelf.NEAR",
        "sheet.shelf.BATCH",
        "sheet.store.FEW",
        "sheet.store.HASHES",
        "exporters.quiz.BUFFERED",
    ):
        monkeypatch.setattr(f"flashcards.{bound}", 5)


@pytest.mark.usefixtures("far")
def test_a_sheet_of_all_items_is_never_in_memory(many: bank.Bank) -> None:
    """While sheet and key of five hundred items are written, no more than a handful of questions is there at a time."""
    options = SheetOptions(items=None)
    gc.collect()
    before = alive()
    sheet = make(many, options)
    found = []
    pages = chain(quiz.student_page(sheet, sheet.versions[0], options), quiz.key_page(sheet, options))
    for _ in pages:
        found.append(alive() - before)
    assert len(found) > 50
    assert 0 < max(found) < 10


@pytest.mark.usefixtures("far")
def test_a_shelf_gives_back_what_was_put_there(many: bank.Bank) -> None:
    """By number and in order: the first items, those on disk, and those that wait to be written."""
    items = [replace(item, hint="", tags=(), reasons=(), modified=0) for item in islice(many, 13)]
    shelf = Shelf()
    for item in items:
        shelf.append(item)
    assert len(shelf) == 13 and not shelf.near
    assert list(shelf) == [shelf[at] for at in range(13)] == items
    assert [shelf[at] is item for at, item in enumerate(items)] == [*[True] * 5, *[False] * 5, *[True] * 3]


@pytest.mark.usefixtures("far")
def test_a_passage_on_disk_is_that_of_its_item_when_it_is_looked_at(many: bank.Bank) -> None:
    """An item taken without its passage has all of it nonetheless."""
    items = [replace(item, hint="", tags=(), reasons=(), modified=0) for item in islice(many, 13)]
    shelf = Shelf()
    for item in items:
        shelf.append(item)
    names = [field.name for field in fields(Passage)]
    for at, item in enumerate(items):
        taken = shelf.light(at)
        assert replace(taken, passage=item.passage) == item
        assert [getattr(taken.passage, name) for name in names] == [getattr(item.passage, name) for name in names]


@pytest.mark.parametrize("items", [40, None])
def test_items_on_disk_make_the_same_sheet(many: bank.Bank, request: pytest.FixtureRequest, items: int | None) -> None:
    """Where items wait until they are asked changes nothing."""
    banks = many, bank.load(EVERY_KIND)
    options = SheetOptions(items=items, layout=LAYOUTS)
    near = [record(make(opened, options)) for opened in banks]
    request.getfixturevalue("far")
    assert [record(make(opened, options)) for opened in banks] == near


def test_a_bank_may_ask_more_than_a_byte_can_tell_apart() -> None:
    """Three hundred ways to ask, each of them twice, are kept apart."""
    passage = passages(1)[0].passage
    asked = [replace(cloze(passage, "江河湖海", 0, "江"), ask=str(at % 300)) for at in range(600)]
    found = Store.of(asked).by_ask(("cloze",))["cloze"]
    assert found == {str(at): [at, at + 300] for at in range(300)}


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 3))))
def test_sentences_are_numbered_by_passage_however_items_follow(places: list[tuple[str, int]]) -> None:
    """Items have one number where they have one sentence, and passages are in the order of their ids."""
    of = {name: Passage(name, "书.txt", number, "", (1, 1)) for number, name in enumerate("丙乙甲")}
    store = Store.of(cloze(of[name], "江河湖海", sentence, "江") for name, sentence in places)
    numbers = dict(zip(places, store.sentence, strict=True))
    assert len(set(numbers.values())) == len(numbers)
    assert [numbers[place] for place in places] == list(store.sentence)
    names = sorted({name for name, _ in places})
    assert [names[store.passage[at]] for at in store.sentence] == [name for name, _ in places]
    found = [(names[passage], items) for passage, items in store.by_passage(["cloze"])]
    assert found == [(name, [at for at, place in enumerate(places) if place[0] == name]) for name in names]


@given(st.text("，：…（）！？；ＡａẞÅＡ\u0301\u030a 　\n<>＜＞\u0338か゛①", max_size=12))
def test_texts_are_folded_as_unicode_says(text: str) -> None:
    """What is replaced beforehand changes nothing."""
    assert fold(text) == "".join(unicodedata.normalize("NFKC", text).casefold().split())
