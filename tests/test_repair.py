"""Broken lines become the paragraphs their author wrote, and nothing else changes."""

import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashcards.model import Block, Document
from flashcards.readers.plain import lines
from flashcards.repair import characters, measure, repair, roles
from flashcards.repair.glue import is_han, is_wide, joints
from tests.support.wrapping import assert_only_recorded, bare, paragraphs, read, wrap

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases" / "repair"
PROSE = [line for line in (CASES / "prose.txt").read_text(encoding="utf-8").splitlines() if line]
HAN = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
DUMP = (ROOT / "corpus" / "古代工程讲稿摘录.txt").read_text(encoding="utf-8")


def test_the_dump_of_the_corpus_is_rejoined():
    """A dump with page cuts, a title in two lines and notes in the middle: 25 paragraphs, 4 notes, 2 headings."""
    document = read(DUMP)
    roles = [block.role for block in document.blocks]

    assert (roles.count("body"), roles.count("note"), roles.count("heading")) == (25, 4, 2)
    assert all(block.text.endswith("。") for block in document.blocks if block.role == "body")
    assert not [block.text for block in document.blocks if re.search("[\u4e00-\u9fff] [\u4e00-\u9fff]", block.text[3:])]


def test_joins_over_page_cuts_are_recorded_with_their_confidence():
    """Every page cut of the dump is a `page-join` repair, all with the document's one confidence."""
    joins = [done for done in read(DUMP).repairs if done.name == "page-join"]
    halves = [
        block for block in re.split(r"\n\s*\n", DUMP) if not re.search("[。！？]”?$|讲稿|摘录|工程$", block.strip())
    ]

    assert len(joins) == len(halves) >= 4
    assert {0.8 < float(done.detail) <= 1 for done in joins} == {True}


@pytest.mark.parametrize("columns", [18, 23, 28, 36, 40])
@pytest.mark.parametrize("style", ["indent", "blank"])
def test_wrapped_prose_is_unwrapped(style, columns):
    """Prose wrapped at any width, marked by indents or blank lines, comes back as it was."""
    indent, between = ("　　", "\n") if style == "indent" else ("", "\n\n")
    text = between.join("\n".join(wrap(paragraph, columns, indent)) for paragraph in PROSE)

    assert paragraphs(text) == PROSE


@pytest.mark.parametrize("columns", [20, 24, 31])
@pytest.mark.parametrize(
    "cut", ["\n\n", "\n\n— 1 —\n\n", "\n\n第 1 页\n\n", "\n\x0c", "\n\n① 2023年5月10日，河北雄安，在座谈会上的讲话\n\n"]
)
def test_page_cuts_inside_paragraphs_are_joined(cut, columns):
    """A blank line, page number, form feed or note between two halves does not stop the join."""
    text = []
    for number, paragraph in enumerate(PROSE):
        rows = wrap(paragraph, columns)
        middle = len(rows) // 2
        if len(rows) > 3 and not re.search("[。！？：；]”?$", rows[middle - 1]):
            here = cut.replace("1", str(number + 1), 1) if "页" in cut or "—" in cut else cut
            rows = ["\n".join(rows[:middle]) + here + "\n".join(rows[middle:])]
        text.append("\n".join(rows))

    assert paragraphs("\n\n".join(text)) == PROSE


def test_running_headers_are_no_text():
    """A line that recurs on every page, digits aside, is a running header and stands in no paragraph."""
    pages = [f"江河的故事 第{n}章\n\n" + "\n".join(wrap(text, 24)) for n, text in enumerate(PROSE[:5], start=1)]
    document = read("\n\n".join(pages))

    assert [b.role for b in document.blocks].count("running-header") == 5
    assert [b.text for b in document.blocks if b.role == "body"] == PROSE[:5]


def test_list_items_without_final_mark_are_not_joined():
    """Short ends without a final mark are the habit of lists and captions: the page gate stays shut."""
    text = "本章要点：\n\n" + "\n\n".join(["水的循环", "河流的作用与保护", "湖泊为什么会变小", "地下水", "冰川"] * 2)
    joins = [done for done in read(text).repairs if done.name == "page-join"]

    assert joins == []


def test_items_of_a_list_begin_a_paragraph():
    """A number or bullet at a line's start begins an item; its wrapped lines stay with it."""
    rows = ["1. " + PROSE[0], "2. " + PROSE[1], "3. " + PROSE[2]]
    text = "\n".join("\n".join(wrap(row, 26)) for row in rows)

    assert paragraphs(text) == rows


def test_one_sentence_a_line_stays():
    """A file with a sentence a line is not wrapped: a passage a line."""
    sentences = [part + "。" for text in PROSE for part in text.split("。") if part]

    assert paragraphs("\n".join(sentences)) == sentences


def test_long_lines_stay():
    """A file with a paragraph a line, with or without blank lines, is not joined."""
    assert paragraphs("\n".join(PROSE)) == PROSE
    assert paragraphs("\n\n".join(PROSE)) == PROSE


@pytest.mark.parametrize("name", ["山居四时.txt"])
def test_a_stanza_is_one_passage(name):
    """Verse keeps its lines, a stanza is a passage."""
    text = (ROOT / "corpus" / name).read_text(encoding="utf-8").split("---\n")[2]

    assert paragraphs(text) == [stanza.strip() for stanza in text.split("\n\n")]


def test_a_poem_leaves_its_title_and_poet():
    """Title and poet above a poem without blank lines are a heading and a byline."""
    document = read("秋夜\n白川\n小院无人月色深\n桂花落处有蝉音\n老翁闲坐说前事\n一盏清茶到五更")

    assert [block.role for block in document.blocks] == ["heading", "byline", "verse"]


@pytest.mark.parametrize(("sample", "joined"), [("用 Vim 写", "编辑器 Vim"), ("用Vim写", "编辑器Vim")])
def test_spaces_between_chinese_and_latin_follow_the_document(sample, joined):
    """Where a line ends between Chinese and Latin, the document's own habit decides about the space."""
    text = f"这里先说明{sample}程序的几种办法，再说别的事情。\n\n大家都觉得这个叫作编辑器\nVim就很好，用惯了也很快。"

    assert joined in paragraphs(text)[1]


def test_a_blank_line_behind_every_line_is_no_paragraph():
    """Exports that put a blank line behind every physical line are read as if they had not."""
    for indent in ("", "　　"):
        rows = [row for paragraph in PROSE for row in wrap(paragraph, 24, indent)]

        assert paragraphs("\n\n".join(rows)) == PROSE


def test_bare_page_numbers_inside_a_text_are_no_text():
    """Numbers alone on their lines that count on, without blank lines around them, are page numbers."""
    rows = [row for paragraph in PROSE for row in wrap(paragraph, 24, "　　")]
    for page in (3, 2, 1):
        rows.insert(page * 8, str(page))

    assert paragraphs("\n".join(rows)) == PROSE


def test_free_verse_with_title_and_poet():
    """A file of short lines in stanzas, without marks: title, poet, a passage a stanza."""
    document = read("海边\n林晓\n\n我把脚印留给海\n海把它还给沙\n\n浪来了\n一遍又一遍\n像是在擦一块黑板\n")

    assert [block.role for block in document.blocks] == ["heading", "byline", "verse", "verse"]


def test_chapters_without_blank_lines_are_headings():
    """A numbered heading in the middle of a run begins anew."""
    rows = ["第一章 码头", *wrap(PROSE[0], 24), "第二章 修桥", *wrap(PROSE[1], 24)]
    document = read("\n".join(rows))

    assert [block.role for block in document.blocks] == ["heading", "body", "heading", "body"]
    assert [block.text for block in document.blocks if block.role == "body"] == PROSE[:2]


def test_a_run_without_any_sign_is_parted_where_it_is_long():
    """Many paragraphs in one run of full lines: a short line behind a final mark ends one, once the run is long."""
    text = "\n".join("\n".join(wrap(paragraph, 30)) for paragraph in PROSE * 2)
    found = paragraphs(text)

    assert bare("".join(found)) == bare("".join(PROSE * 2))
    assert len(found) >= 0.6 * len(PROSE * 2)


@pytest.mark.parametrize(
    ("given_text", "wanted", "name"),
    [
        ("雄\u200b安新区是一座新城。", "雄安新区是一座新城。", "invisible"),
        ("雄安\x07新区是一座新城。", "雄安新区是一座新城。", "control"),
        ("⽬标是建设⼀座新城。", "目标是建设一座新城。", "radical"),
        ("⻅到⻓城的那⼀天。", "见到长城的那一天。", "radical"),
        ("地名\ue123没有字。", "地名\ue123没有字。", "private-use"),
        ("故世谓 竹林之游。", "故世谓 竹林之游。", "gap"),
    ],
)
def test_characters_are_mended_or_flagged_by_name(given_text, wanted, name):
    """Invisible, control and radical characters are mended; what cannot be mended is flagged and kept."""
    document = read(given_text)

    assert [block.text for block in document.blocks] == [wanted]
    assert {done.name for done in document.repairs} == {name}


KEPT = "全角１２％，半角12%, “引号”「引號」……——〇○①㎡裡裏着著𠮷葛󠄀"


def test_what_learners_memorise_is_never_normalised():
    """Widths, quotation marks, dashes, variants, rare characters and variation selectors stay."""
    assert paragraphs(f"这一句里有{KEPT}，都不能变。") == [f"这一句里有{KEPT}，都不能变。"]


def test_a_text_about_radicals_keeps_them():
    """In a passage about radicals the radicals are the text."""
    text = "部首⺡与⽔同义。"

    assert paragraphs(text) == [text]


LINE = st.text(alphabet="国家水土保持的是在，。；：“”《》（）ab1 　-①\u200b\ufeff\x07⼀⽔—…", max_size=40)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINE, max_size=25))
def test_output_without_recorded_repairs_is_the_input(rows):
    """Over any lines: every character of the input, white space aside, is in the output once, or its repair is told."""
    before = tuple(lines("\n".join(rows)))
    assert_only_recorded(before, repair(Document("a", "a", before)))


@pytest.mark.parametrize("path", sorted((ROOT / "corpus").glob("*.txt")), ids=lambda path: path.name)
def test_corpus_loses_nothing(path):
    """The same over the files of the corpus."""
    data = path.read_bytes()
    text = data.decode("gb18030" if "gb18030" in path.name else "utf-8")
    before = tuple(lines(text))
    assert_only_recorded(before, repair(Document("a", "a", before)))


def test_documents_of_others_lose_nothing(shared):
    """The same over the user's document and the text files of the shared folder."""
    for path in (
        *(shared / "input").glob("*.txt"),
        *(shared / "documents").glob("*.utf-8"),
        *(shared / "documents").glob("class*"),
    ):
        before = tuple(lines(path.read_text(encoding="utf-8-sig")))
        assert_only_recorded(before, repair(Document("a", "a", before)))


def test_paragraphs_a_reader_knows_are_left_alone():
    """Where a reader knows its paragraphs nothing is joined; roles are still told by the words."""
    blocks = (Block("第一段有句号。", "body", (1, 1)), Block("① 2023年5月10日，北京，在会上的讲话", "body", (2, 2)))
    document = repair(Document("a", "a", blocks, wrapped=False))

    assert [(b.role, b.text) for b in document.blocks] == [("body", blocks[0].text), ("note", blocks[1].text)]


def test_headings_are_guessed_only_where_a_reader_named_none():
    """A short line above a paragraph is a heading in a file without headings, and a paragraph beside real ones."""
    short, long = Block("细胞膜", "body", (2, 2)), Block("细胞膜主要由脂质和蛋白质组成。", "body", (3, 3))
    title = Block("细胞的结构", "heading", (1, 1), level=1)

    assert [b.role for b in repair(Document("a", "a", (short, long), wrapped=False)).blocks] == ["heading", "body"]
    assert [b.role for b in repair(Document("a", "a", (title, short, long), wrapped=False)).blocks][1] == "body"


def test_articles_without_blank_lines_are_parted():
    """A law set without indents and blank lines: articles and their further paragraphs come back, full lines aside."""
    gold = [f"第{n}条 {text}" if n % 3 else text for n, text in enumerate(PROSE * 4, start=1)]
    found = paragraphs("\n".join(row for text in gold for row in wrap(text, 30)))

    assert len(set(found) & set(gold)) >= 0.8 * len(set(gold))


def test_a_dump_without_blank_lines_keeps_its_notes_and_most_paragraphs():
    """Several widths, lost indents and notes in one run: titles and notes stand apart, most paragraphs are whole."""
    gold = [block.text for block in read(DUMP).blocks if block.role == "body"]
    document = read("\n".join(line for line in DUMP.splitlines() if line.strip()))
    found = [block.text for block in document.blocks if block.role == "body"]

    assert [block.role for block in document.blocks].count("note") == 4
    assert [block.role for block in document.blocks][:2] == ["heading", "heading"]
    assert len(set(found) & set(gold)) >= 0.6 * len(gold)


@pytest.mark.parametrize(
    "text", ["国" + " " * 300_000 + "家。", "第" + "一" * 200_000, "（国，" * 60_000, "·" * 200_000 + "国"]
)
def test_odd_lines_are_no_trap(text):
    """Long runs of one sign are read in linear time: a rule that looks back over them would not end."""
    started = time.process_time()
    read(text)

    assert time.process_time() - started < 5


@pytest.mark.parametrize("edit", ["新添的一句话放在这里，全县的工作扎实推进。", "新添的短语和另外的一些字"])
def test_one_edited_line_parts_no_paragraph(edit):
    """Words put into any one line of a dump leave all its paragraphs whole."""
    rows = DUMP.split("\n")
    whole = len(paragraphs(DUMP))
    full = [at for at, row in enumerate(rows) if len(row) >= 20 and row[0] not in "①②③④"]

    assert len(full) >= 100
    for at in full:
        assert len(paragraphs("\n".join([*rows[:at], rows[at][:4] + edit + rows[at][4:], *rows[at + 1 :]]))) == whole, (
            at
        )


def test_a_line_cut_short_inside_a_paragraph_parts_nothing():
    """A line of which only the first words are left, the line above it going on, does not end its paragraph."""
    rows = DUMP.split("\n")
    whole = len(paragraphs(DUMP))
    inner = [
        at
        for at in range(1, len(rows) - 2)
        if all(len(row) >= 20 for row in rows[at - 1 : at + 3]) and rows[at - 1][-1] not in "。：；”"
    ]

    assert len(inner) >= 10
    for at in inner:
        assert len(paragraphs("\n".join([*rows[:at], rows[at][:6], *rows[at + 1 :]]))) == whole, at


def test_a_heading_of_a_text_loses_its_number_signs():
    """A Markdown heading in a text file is a heading of its level without the signs."""
    first, *_ = read("# 水库管理条例\n\n第一条 为了加强水库管理，保障水库安全，制定本条例。\n").blocks

    assert (first.role, first.level, first.text) == ("heading", 1, "水库管理条例")


@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\ufdd0", "\U0001fffe"])
def test_code_points_that_are_no_characters_are_taken_out(character):
    """Unicode's noncharacters leave the text and are recorded."""
    document = read(f"水库{character}建成以后，下游的农田有了保障。\n")

    assert document.blocks[0].text == "水库建成以后，下游的农田有了保障。"
    assert [done.name for done in document.repairs] == ["control"]


# The patterns as they were before they were written for speed: the oracle of the two tests below.
SLOW_GAP = re.compile("(?<=[\u4e00-\u9fff，。：；、？！])[ \u3000]+(?=[\u4e00-\u9fff])")
LINES = st.text(
    st.one_of(st.characters(), st.sampled_from("山水，。：3a \u3000\t│║\u200b\ufeff\x00\ue000\ufffd⼭")), max_size=40
)


@settings(deadline=None)
@given(LINES)
def test_gaps_are_those_of_the_plain_pattern(text):
    """Gaps between characters are found where the pattern that looks behind first finds them."""
    assert characters.gaps(text) == len(SLOW_GAP.findall(text))


@settings(deadline=None)
@given(LINES)
def test_no_control_and_no_invisible_character_is_overlooked(text):
    """What is cleaned holds none of them, and no line is passed over because it looks printable."""
    cleaned = characters.clean(text, 1)[0]
    assert not characters.CONTROL.search(cleaned)
    assert not characters.INVISIBLE.search(cleaned)


def test_running_prose_is_asked_for_nothing_else():
    """No line that begins as prose may is a note, a byline, a rule, a page number, a frame, an item or a heading."""
    kinds = (roles.is_note, roles.is_byline, roles.is_page_number, roles.is_rule, roles.is_item, roles.framed)
    kinds += (roles.NUMBERED.match, roles.COUNTED.match)
    said = {c for name in dir(roles) if isinstance(p := getattr(roles, name), re.Pattern) for c in p.pattern}
    said.update(map(chr, (*range(0x600), *range(0x2000, 0x2600), *range(0x2700, 0x2800), *range(0x3000, 0x3300))))
    unsigned = [c for c in sorted(said) if not c.isspace() and not measure.is_signed(c)]
    for text in (CASES / "signed.txt").read_text(encoding="utf-8").splitlines():
        assert measure.is_signed(text)
        assert not [c + text[1:] for c in unsigned for kind in kinds if kind(c + text[1:])]


@settings(deadline=None)
@given(LINES)
def test_columns_are_seen_wherever_the_pattern_sees_them(text):
    """The look for a sign of columns lets every line through in which the pattern finds them."""
    assert roles.is_cells(text) == bool(roles.HOLE.search(text.strip()))


@given(st.text(st.sampled_from("用写aZ9 ，"), max_size=20))
def test_joints_are_those_that_patterns_find(text):
    """Chinese and Latin meet as often as a pattern finds them side by side, from left to right."""
    patterns = (f"[{HAN}]{between}[A-Za-z0-9]|[A-Za-z0-9]{between}[{HAN}]" for between in (" ", ""))
    assert joints(text) == tuple(len(re.findall(pattern, text)) for pattern in patterns)


def test_what_is_han_and_wide_is_told_by_ranges():
    """Comparing a character with the ends of ranges says what the pattern of these ranges says."""
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    assert re.findall(f"[{HAN}]", every) == list(filter(is_han, every))
    wide = re.findall(f"[{HAN}\u3000-\u303f\u3040-\u30ff\uff00-\uffef“”‘’…—·•]", every)
    assert wide == list(filter(is_wide.__wrapped__, every))


def test_private_characters_are_known_by_their_category():
    """The category has what Unicode leaves to private use, and no such character counts as printable."""
    private = [*range(0xE000, 0xF900), *range(0xF0000, 0xFFFFE), *range(0x100000, 0x10FFFE)]
    assert {c for c in range(0x110000) if unicodedata.category(chr(c)) == characters.PRIVATE} == set(private)
    assert not any(chr(c).isprintable() for c in private)


@given(st.text(st.sampled_from("〔（[唐）〕] \u3000李白王之涣山西省，a"), max_size=14))
def test_a_name_is_sought_where_it_can_stand(text):
    """A line that is not asked for a name by pattern is none."""
    assert roles.is_author(text) == bool(roles._author().fullmatch(text.strip()))
    assert roles.is_dynastic(text) == bool(roles._dynastic().fullmatch(text.strip()))


@settings(deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("\x7f—“é①ｱ㈠\u0301゙")), max_size=40))
def test_width_of_an_odd_line_is_the_sum_of_its_characters(text):
    """Counting all as wide or ASCII and correcting the others gives the sum, character by character."""
    assert measure.width(text + "é") == sum(map(measure.em, text + "é"))


def test_what_is_taken_for_wide_is_wide():
    """Every character that is not looked up is ASCII or one em wide."""
    others = measure.looked_up().sub("", "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)])))
    assert {measure.em.__wrapped__(c) for c in others if c > "\x7f"} == {1.0}


@given(st.text(st.sampled_from("—–-（）〔〕《》唐李白诗人记。！ \n\u3000\x1c2021年"), max_size=24))
def test_the_origin_of_a_quotation_is_sought_where_it_can_stand(text):
    """A text that is not asked for a byline by pattern has none."""
    assert roles._is_dashed(text) == bool(roles._dashed().match(text))
    if not roles._trailing().search(text):
        assert roles.trailing_byline(text) == 0
    elif roles.is_byline(text[roles._trailing().search(text).start("byline") :]):
        assert roles.trailing_byline(text) > 0
