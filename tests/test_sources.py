"""Whose words a passage is: what is written wins, what is inferred says how sure it is."""

import json
import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashcards import readers, repair, sources
from flashcards.errors import UnreadableInput
from flashcards.model import Source
from flashcards.repair.marks import marker_value
from flashcards.settings import Settings
from flashcards.sources import align, notes
from tests.benchmarks import attribution

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases" / "sources"
DUMP = ROOT / "corpus" / "古代工程讲稿摘录.txt"


def attributed(path: Path) -> sources.Attributed:
    """What is understood of a file's sources."""
    (document,) = readers.read(path, path.name, Settings())
    return sources.attribute(repair.repair(document))


def written(tmp_path: Path, text: str, name: str = "a.txt", sidecar: str | None = None) -> sources.Attributed:
    """The same for a text, with a sidecar beside it."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    if sidecar is not None:
        (tmp_path / f"{name}.sources.yaml").write_text(sidecar, encoding="utf-8")
    return attributed(path)


def known(source: Source) -> dict[str, str]:
    """The fields a source knows."""
    return {key: value for key, value in asdict(source).items() if value is not None}


@pytest.mark.parametrize(("text", "wanted"), json.loads((CASES / "notes.json").read_text(encoding="utf-8")))
def test_a_note_gives_its_fields(text, wanted):
    """Each field of a note, byline or source line is found, and none that is not there."""
    assert known(notes.parse(text)) == wanted


def test_four_sources_of_the_dump():
    """The corpus dump names four sources out of order; all fields are right and in the order of the markers."""
    found = attributed(DUMP).sources

    assert [source.marker for source in found] == ["①", "②", "③", "④"]
    assert all(source.date and source.place and source.occasion for source in found)
    assert [source.date for source in found] == sorted(source.date for source in found)


GOLD = "①" * 7 + "②" * 6 + "③" * 6 + "④" * 6


def test_passages_of_the_dump_are_attributed_or_flagged():
    """Every passage of the dump has the right source or is flagged unsure; at most a quarter is flagged."""
    passages = attributed(DUMP).passages
    wrong = [p.number for p, marker in zip(passages, GOLD, strict=True) if p.source.marker != marker]

    assert [n for n in wrong if not passages[n - 1].source_unsure] == []
    assert sum(p.source_unsure for p in passages) <= 6


def test_a_sidecar_of_first_words_settles_everything(tmp_path):
    """Four lines beside the file settle all sources; the notes fill date, place and occasion."""
    first = {"①": "都江堰坐落", "②": "大运河的历史", "③": "赵州桥又名", "④": "宋元时期的泉州"}
    sidecar = "sources:\n" + "".join(f"  - {{marker: {m}, first: {words}}}\n" for m, words in first.items())
    passages = written(tmp_path, DUMP.read_text(encoding="utf-8"), sidecar=sidecar).passages

    assert "".join(p.source.marker for p in passages) == GOLD
    assert not any(p.source_unsure for p in passages)
    assert {p.source.place for p in passages} == {"四川成都", "江苏扬州", "河北赵县", "福建泉州"}


def test_the_line_of_the_report_settles_the_doubt(tmp_path):
    """The front-matter line the report prints is taken as it is and leaves nothing unsure there."""
    text = DUMP.read_text(encoding="utf-8")
    lines = sources.unsure_report(written(tmp_path, text).passages)
    for line in lines:
        number, settle = re.match(r"a\.txt: (\d+)(?:–\d+)?: . \(or .; 0\.\d\d\); if . begins here: (.*)", line).groups()
        passage = written(tmp_path, f"---\n{settle}\n---\n{text}", "b.txt").passages[int(number) - 1]

        assert (passage.source_unsure, passage.source.marker) == (False, settle[settle.index("marker: ") + 8])
    assert lines


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("marked.txt", ["①", "①", "②", "②"]),
        ("sections.txt", ["在春耕现场会上的讲话", "在春耕现场会上的讲话", "在防汛工作会上的讲话"]),
        ("quotations.txt", ["山中记", "读书杂录", "在节水工作会上的讲话"]),
    ],
)
def test_what_is_written_near_a_passage_wins(name, wanted):
    """Markers in the text, dated headings and bylines settle a passage with confidence 1."""
    passages = attributed(CASES / name).passages
    found = [p.source.marker or p.source.occasion or p.source.title for p in passages]

    assert found == wanted
    assert {p.source_confidence for p in passages} == {1.0}


def test_source_words_stand_in_no_passage():
    """A byline at a passage's end is taken off it."""
    passages = attributed(CASES / "quotations.txt").passages

    assert [p.text[-3:] for p in passages] == ["不得。", "更多。", "做起。"]


def test_footnotes_of_a_book_are_no_sources_of_its_passages(tmp_path):
    """Notes that cite pages, or a bibliography without markers, are not aligned with the passages."""
    body = "\n\n".join("节约用水要从每一个水龙头做起，人人有责。" for _ in range(30))
    notes_text = "[1] 林晓：《山中记》，青山出版社2015年版，第17页。\n\n[2] 沈砚：《水利》，青山出版社2016年版，第3页。"
    found = written(tmp_path, f"{body}\n\n{notes_text}")

    assert {p.source.title for p in found.passages} == {None}
    assert not any(p.source_unsure for p in found.passages)


def test_a_date_in_running_text_is_no_source(tmp_path):
    """Dates and places inside sentences never become a source."""
    text = "2018年9月在沈阳召开了第一次会议，大家讨论了供水。\n\n这件事在1949年10月1日以前就有人提过，但没有办成。"
    passages = written(tmp_path, text).passages

    assert {(p.source.date, p.source.place) for p in passages} == {(None, None)}


@pytest.mark.parametrize(
    ("front", "wanted"),
    [
        (
            "source: {date: 2023-05, place: 河北, occasion: 讲座}",
            {"date": "2023-05", "place": "河北", "occasion": "讲座"},
        ),
        ("source: ① 2023年5月10日，河北，在节水大会上的讲话", {"date": "2023-05-10", "place": "河北", "marker": "①"}),
        (
            "title: 节水手册\nauthor: 林晓\nlicense: CC0-1.0",
            {"title": "节水手册", "author": "林晓", "licence": "CC0-1.0"},
        ),
    ],
)
def test_front_matter_names_one_source(tmp_path, front, wanted):
    """`source:` or the document's own title and author hold for every passage, whatever else is there."""
    text = f"---\n{front}\n---\n节约用水人人有责，从关紧龙头做起。\n\n漏水的管道要当天报修，不能拖到明天。"
    for passage in written(tmp_path, text).passages:
        assert wanted.items() <= known(passage.source).items()
        assert passage.source_confidence == 1.0


def test_a_list_in_front_matter_needs_no_notes(tmp_path):
    """`sources:` with first words, without any note in the text."""
    front = "sources:\n- {occasion: 春耕会, first: 春耕一刻}\n- {occasion: 防汛会, first: 汛期将至}"
    text = f"---\n{front}\n---\n春耕一刻值千金，农时不等人。\n\n种子要提前备好。\n\n汛期将至，要查堤防。"

    assert [p.source.occasion for p in written(tmp_path, text).passages] == ["春耕会", "春耕会", "防汛会"]


@pytest.mark.parametrize(
    ("notes_text", "words"),
    [
        ("① 2022年3月4日，安徽，在甲会上的讲话\n\n① 2021年7月3日，湖北，在乙会上的讲话", "marker ① names 2 sources"),
        ("① 2022年3月4日，安徽，在甲会上的讲话\n\n③ 2021年7月3日，湖北，在乙会上的讲话", "source 2 of 3 is missing"),
    ],
)
def test_odd_markers_are_told(tmp_path, notes_text, words):
    """Duplicate and missing markers are warnings."""
    text = f"春耕一刻值千金，农时不等人，种子要备好。\n\n汛期将至，要查堤防，险情要早报。\n\n{notes_text}"

    assert any(words in warning for warning in written(tmp_path, text).warnings)


def test_first_words_that_begin_no_passage_are_told(tmp_path):
    """A typing error in `first:` is a warning that repeats the words."""
    sidecar = "sources: [{marker: ①, first: 没有这句}, {marker: ②, first: 大运河的历史}]"
    found = written(tmp_path, DUMP.read_text(encoding="utf-8"), sidecar=sidecar)

    assert any("没有这句" in warning for warning in found.warnings)


def test_passages_before_the_first_source_are_told(tmp_path):
    """Where the first source begins later, what stands before it has none, and that is a warning."""
    front = "sources:\n- {occasion: 春耕会, first: 春耕一刻}\n- {occasion: 防汛会, first: 汛期将至}"
    found = written(tmp_path, f"---\n{front}\n---\n编者的几句话放在前面。\n\n春耕一刻值千金。\n\n汛期将至，要查堤防。")

    assert [p.source.occasion for p in found.passages] == [None, "春耕会", "防汛会"]
    assert any("before any source" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("text", "words"),
    [("# 标题\n\n## 小标题\n", "no passage"), ("The quick brown fox.\n", "no Chinese"), ("=====\n12\n", "no text")],
)
def test_a_document_without_passages_is_an_error(tmp_path, text, words):
    """Nothing to learn from is an error that says why, never an empty deck."""
    with pytest.raises(UnreadableInput, match=words):
        written(tmp_path, text, "a.md")


@pytest.mark.parametrize(
    ("text", "words"),
    [("これは日本語の文章です。東京は大きい。", "Japanese"), ("이것은 한국어 문장입니다 漢字 少", "Korean")],
)
def test_other_languages_are_told_with_shares(tmp_path, text, words):
    """Japanese and Korean texts are read with a warning that gives the shares."""
    found = written(tmp_path, text)

    assert any(words in warning and "%" in warning for warning in found.warnings)


def test_script_is_told(tmp_path):
    """A traditional text is zh-Hant, a simplified one zh-Hans."""
    assert {p.script for p in attributed(ROOT / "corpus" / "漢字的演變.txt").passages} == {"zh-Hant"}
    assert {p.script for p in attributed(DUMP).passages} == {"zh-Hans"}


def test_headings_go_with_their_passages():
    """A passage knows the nearest heading above it, and the document's title."""
    passages = attributed(ROOT / "corpus" / "细胞的结构.txt").passages

    assert passages[0].heading == "第一节　细胞膜和细胞壁"
    assert {p.title for p in passages} == {"第二章　细胞的结构"}


TOPICS = [
    ("在茶叶技术交流会上的讲话", "茶叶采摘茶树茶园茶农炒茶茶香茶山"),
    ("在桥梁养护会上的讲话", "桥梁桥墩桥面养护桥基拱桥钢索桥洞"),
    ("在图书馆开放日上的讲话", "图书馆读者书架借书馆员阅览图书目录"),
    ("在渔业码头的谈话", "渔业渔船码头渔网鱼群渔民出海渔港"),
]


@settings(max_examples=25, deadline=None)
@given(
    st.permutations(range(4)), st.lists(st.integers(3, 7), min_size=4, max_size=4), st.randoms(use_true_random=False)
)
def test_passages_in_order_find_their_notes(order, lengths, random):
    """Passages that use their note's words are attributed, whatever the order of the topics."""
    texts, gold = [], []
    for k, topic in enumerate(order):
        words = TOPICS[topic][1]
        for _ in range(lengths[k]):
            starts = [random.randrange(0, len(words) - 1, 2) for _ in range(6)]
            texts.append("，".join(words[s : s + 2] + "要做好安排" for s in starts) + "。")
            gold.append(k)
    found = align.align(texts, [TOPICS[topic][0] for topic in order], {}, {})
    sure = [(a.source, k) for a, k in zip(found, gold, strict=True) if not a.unsure]

    assert all(source == k for source, k in sure)
    assert [a.source for a in found] == sorted(a.source for a in found)
    assert {a.source for a in found} == {0, 1, 2, 3}


def test_passages_of_four_documents_find_their_notes():
    """Over 200 draws of four documents of the corpus: at least 0.97 right; 0.99 where confidence is 0.9, the most."""
    accuracy, sure, right_where_sure = attribution.measure(200)

    assert accuracy >= 0.97
    assert sure >= 0.65
    assert right_where_sure >= 0.99


def test_fixed_passages_and_starts_are_kept():
    """What the user says of single passages holds, and the others follow the order."""
    texts = ["甲乙丙丁"] * 6

    assert [a.source for a in align.align(texts, ["一", "二"], {}, {1: 2})] == [0, 0, 1, 1, 1, 1]
    assert align.align(texts, ["一", "二"], {3: 0}, {})[3].source == 0


def test_more_sources_than_passages_are_all_unsure():
    """Without an order that could hold, each passage takes its nearest note and is unsure."""
    found = align.align(["采茶时节"], ["采茶会", "防汛会"], {}, {})

    assert [(a.source, a.unsure) for a in found] == [(0, True)]


@given(st.integers(1, 20))
def test_circled_numbers_have_their_value(number):
    """① to ⑳ and [1] to [20] count as numbers."""
    assert marker_value(chr(0x245F + number)) == marker_value(f"[{number}]") == number


WORKS = """江边
林晓

江水东流去，孤舟夜不还。
渔灯三两点，明月满空山。

山行
（宋）沈砚
石径斜斜上，松风阵阵来。
白云深处望，一树野花开。

读书如登山，走得慢的人往往看得更多。

勤学的人不怕路远，懒惰的人只怕天寒。——鲁平川

今天讨论防汛工作，堤防要在汛期以前全部检查一遍。
"""


def test_each_work_of_a_file_has_its_own_source(tmp_path):
    """A title and author tell of the verse under them, a dash of the one paragraph before it; the rest is unsure."""
    found = written(tmp_path, WORKS).passages

    assert [known(passage.source) for passage in found] == [
        {"title": "江边", "author": "林晓"},
        {"title": "山行", "author": "沈砚"},
        {},
        {"author": "鲁平川"},
        {},
    ]
    assert [passage.source_unsure for passage in found] == [False, False, True, False, True]
    assert [passage.heading for passage in found] == ["江边", "山行", None, None, None]
    assert {passage.title for passage in found} == {None}


def test_a_collection_keeps_its_own_title(tmp_path):
    """Works under headings of a Markdown collection; what belongs to none of them is at most the collection's."""
    text = "# 山水小集\n\n## 江边\n\n林晓\n\n江水东流去，孤舟夜不还。  \n渔灯三两点，明月满空山。\n\n"
    text += (
        "## 山行\n\n（宋）沈砚\n\n石径斜斜上，松风阵阵来。  \n白云深处望，一树野花开。\n\n这两首都写山水之间的夜色。\n"
    )
    found = written(tmp_path, text, "a.md").passages

    assert [known(passage.source) for passage in found] == [
        {"title": "江边", "author": "林晓"},
        {"title": "山行", "author": "沈砚"},
        {"title": "山水小集"},
    ]
    assert [passage.source_unsure for passage in found] == [False, False, True]
    assert {passage.title for passage in found} == {"山水小集"}


def test_a_quotation_in_an_essay_leaves_the_essay_its_author(tmp_path):
    """What ends in a dash and a title is not the essay's author's; the paragraphs around it are."""
    text = "---\nauthor: 林晓\n---\n# 荷塘\n\n月光照在水面上，四周格外安静。\n\n"
    text += "夜深水静，其声自远。——《夜行记》\n\n我在塘边坐到天明。\n"
    found = written(tmp_path, text, "a.md").passages

    assert [known(passage.source) for passage in found] == [
        {"title": "荷塘", "author": "林晓"},
        {"title": "夜行记"},
        {"title": "荷塘", "author": "林晓"},
    ]


NOTES = """# 关于水利的报告

普查显示，全省有水库三千座[^1]。多数水库建在山区，平原较少。

这条河全长三百千米，是全省最长的河[^2]。

各地要把堤防再检查一遍。

[^1]: 水利厅：《水库普查公报》，2021年5月11日。
[^2]: 沈砚：《河流志》，江南出版社，2010年，第12页。
"""


def test_a_note_inside_a_passage_is_no_source_of_all_of_it(tmp_path):
    """A note that one of several sentences calls leaves the passage unsure; at its end it is the passage's source."""
    attributed_ = written(tmp_path, NOTES, "a.md")
    found = attributed_.passages

    assert [passage.source.marker for passage in found] == [None, "[2]", None]
    assert [(passage.source_unsure, passage.alternative) for passage in found] == [
        (True, "[1]"),
        (False, None),
        (False, None),
    ]
    assert [source.title for source in attributed_.sources] == ["水库普查公报", "河流志"]


def test_a_single_footnote_is_the_source_of_its_passage_only(tmp_path):
    """One note, called in the middle of a document, does not speak for the document."""
    text = "# 指南\n\n先安装程序，再运行命令。\n\n散列表按键直接访问数据[^1]。\n\n最后检查结果。\n\n"
    text += "[^1]: 沈砚：《数据结构》，江南出版社，2019年。\n"
    found = written(tmp_path, text, "a.md").passages

    assert [passage.source.title for passage in found] == ["指南", "数据结构", "指南"]


def test_an_author_who_cites_stays_the_author(tmp_path):
    """Where an author is named for the text, a note inside a passage makes nothing unsure."""
    found = written(tmp_path, "---\nauthor: 林晓\n---\n" + NOTES, "a.md").passages

    assert (found[0].source.author, found[0].source_unsure) == ("林晓", False)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("——鲁平川", {"author": "鲁平川"}),
        ("——尼古拉·奥斯特洛夫斯基", {"author": "尼古拉·奥斯特洛夫斯基"}),
        ("——民间谚语", {"occasion": "民间谚语"}),
    ],
)
def test_a_bare_name_behind_a_dash_is_an_author(text, wanted):
    """Also a name without a common surname; a saying has no author."""
    assert known(notes.parse(text)) == wanted


@pytest.mark.parametrize("name", ["Administrator", "Windows 用户", "微软用户", "admin", "作者"])
def test_an_account_is_no_author(tmp_path, name):
    """What a program filled in as author of the file is left out; a person's name is taken."""
    page = '<html><head><meta name="author" content="{}"><title>堤防</title></head><body><p>{}</p></body></html>'
    text = "汛期以前，堤防要全部检查一遍。"

    assert written(tmp_path, page.format(name, text), "a.html").passages[0].source.author is None
    assert written(tmp_path, page.format("林晓", text), "b.html").passages[0].source.author == "林晓"


def test_a_refusal_is_a_sentence(tmp_path):
    """The shares of scripts stand in brackets."""
    with pytest.raises(UnreadableInput, match=re.escape("has no Chinese in it (0% Han); name")):
        written(tmp_path, "Nothing but English words in this file.\n")


HARBOUR = ["港口航道", "灯塔航标"]  # what two notes tell of
HALVES = ["港口航道要定期疏浚，", "灯塔航标要定期检修，"]


@given(st.lists(st.text(st.sampled_from("防汛工作采茶a，"), max_size=14), max_size=4))
def test_shared_grams_are_those_of_two_texts_at_least(texts):
    """Looking only where a shorter gram is shared finds all that are, as often as they stand there."""
    cut = [
        [
            run[i : i + size]
            for run in align.NOT_HAN.split(text)
            for size in align.SIZES
            for i in range(len(run) - size + 1)
        ]
        for text in texts
    ]
    spread = Counter(gram for grams in cut for gram in set(grams))
    assert align.shared_grams(texts) == [Counter(gram for gram in grams if spread[gram] > 1) for grams in cut]


def between(passage: str) -> align.Assignment:
    """What a passage is assigned to that stands between three of one note and three of another."""
    before, behind = ([half + "船队要守时。"] * 3 for half in HALVES)
    return align.align([*before, passage, *behind], HARBOUR, {}, {})[3]


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("此外，", 0),
        ("同时，", 0),
        ("还要", 0),
        ("其次，", 0),
        ("建港十年以来，", 1),
        ("值此开航之际，", 1),
        ("同志们，", 1),
    ],
)
def test_first_words_speak_for_or_against_a_change_of_source(words: str, source: int) -> None:
    """A passage that tells as much of one note as of the other is a tie; 此外 goes on, 同志们 begins anew."""
    found, plain = between(f"{words}港口航道和灯塔航标都重要。"), between("港口航道和灯塔航标都重要。")

    assert found.source == source
    assert found.confidence > plain.confidence == 0.5


def test_first_words_inside_a_passage_say_nothing() -> None:
    """They count only where it begins."""
    assert between("港口航道和灯塔航标都重要，此外，要守时。").confidence == 0.5
    assert between("港口航道和灯塔航标都重要。同志们，要守时。").confidence == 0.5
