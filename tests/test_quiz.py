"""The sheet and its key as pages: valid, accessible, silent, printed well, and giving nothing away."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import json
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import html5lib
import pypdfium2
import pytest
from support.firefox import firefox
from support.sheets import EVERY_KIND, FIRST, LAST, cloze, numbered, passages, printable, stored

from flashcards import bank
from flashcards.errors import BadConfiguration, MissingExtra
from flashcards.exporters import pdf, quiz
from flashcards.exporters.quiz_question import answer_line, filled
from flashcards.model import Gap, Item, Passage, Place, Source
from flashcards.settings import Settings
from flashcards.sheet import SheetOptions, make
from flashcards.sheet.guard import fold
from flashcards.sheet.model import Blank, Reply, Version
from flashcards.sheet.options import LAYOUTS
from flashcards.templates import template_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ALL = SheetOptions(items=None, layout=LAYOUTS)
HEADING = re.compile(r"^[一二三四五六七八九十]+、")
CLOSING = "，。、；：？！）》”』」"
PAPERS = {"a4": (210, 297), "a3": (420, 297), "8k": (390, 270), "letter": (216, 279)}  # mm
HOSTILE = "</title><script>alert(1)</script>{{c1::x}}{{ 7*7 }}<!--[sound:a.mp3]&lt;&#60;\\(x\\)\n\x00\x0b\ud800＜"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> bank.Bank:
    """A bank of eighty passages."""
    return stored(tmp_path_factory.mktemp("many"), passages(80))


@pytest.fixture
def fonts() -> None:
    """Skips where no PDF can be made."""
    printable()


@pytest.fixture
def page(browser: Browser) -> Page:
    """A page that fails the test on any request but for its own file, and on any script or CSP message."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: asked.append(message.text))
    page.on("pageerror", lambda error: asked.append(str(error)))
    yield page
    page.close()
    assert [url for url in asked if not url.startswith(("file:", "about:"))] == []
    assert len([url for url in asked if url.startswith("file:")]) <= 1


def written(opened: bank.Bank, folder: Path, options: SheetOptions, *, teacher: bool = False) -> list[Path]:
    """The files of a sheet in a folder."""
    return list(quiz.write_sheet(make(opened, options), folder / "blatt.quiz.html", options, teacher=teacher))


def tree(html: str) -> Element:
    """The page as html5lib reads it; any parse error fails."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def lines(data: bytes) -> list[list[str]]:
    """The text lines of every page of a PDF."""
    document = pypdfium2.PdfDocument(data)
    return [
        [line.strip() for line in p.get_textpage().get_text_range().split("\r\n") if line.strip()] for p in document
    ]


def secrets(version: Version) -> list[str]:
    """Every answer that must not be readable."""
    questions = [q for section in version.sections for q in section.questions if q.layout not in {"order", "truefalse"}]
    return [reply.meaning or reply.text for question in questions for reply in question.replies]


def excepted(version: Version) -> str:
    """Options and word banks, in which answers may stand."""
    options = [o for s in version.sections for q in s.questions for o in q.options]
    return fold("\n".join([*options, *(word for section in version.sections for word in section.bank)]))


def given_away(text: str, version: Version) -> list[str]:
    """Answers that stand in the text oftener than among options and word banks."""
    text, allowed = fold(text), excepted(version)
    return [secret for secret in secrets(version) if text.count(fold(secret)) > allowed.count(fold(secret))]


def everything(root: Element) -> str:
    """All a source viewer sees: text, attribute values, comments."""
    parts = []
    for element in root.iter():
        parts += [element.text or "", element.tail or "", *element.attrib.values()]
    return "\n".join(parts)


def variants(number: int) -> list[SheetOptions]:
    """So many sheets: all layouts, widths and papers in turn, one version or two."""
    return [
        replace(
            ALL,
            items=None if at % 3 else 25,
            seed=at,
            blank=("bucket", "equal", "exact", "grid")[at % 4],
            paper=list(PAPERS)[at % len(PAPERS)],
            versions=("A", "B") if at % 2 else ("",),
            layout=tuple(name for name in LAYOUTS if name != "order") if at % 5 == 0 else LAYOUTS,
            show_passage=at % 5 == 0,
        )
        for at in range(number)
    ]


def test_target_and_companions(tmp_path: Path) -> None:
    """One sheet is NAME.quiz.html, its key NAME.key.html; versions and teacher's copies have files of their own."""
    opened = bank.load(EVERY_KIND)
    names = [path.name for path in quiz.write(opened, tmp_path / "水.quiz.html", Settings())]
    assert names == ["水.quiz.html", "水.key.html"]
    settings = Settings(versions=("A", "B"), teacher=True)
    names = [path.name for path in quiz.write(opened, tmp_path / "sheet.html", settings)]
    assert names == ["sheet.A.html", "sheet.B.html", "sheet.key.html", "sheet.A.teacher.html", "sheet.B.teacher.html"]


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    """Bank and settings decide every byte of sheet and key."""
    first = [path.read_bytes() for path in written(bank.load(EVERY_KIND), tmp_path, ALL)]
    assert first == [path.read_bytes() for path in written(bank.load(EVERY_KIND), tmp_path, ALL)]


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("paper", PAPERS)
def test_valid_html(tmp_path: Path, paper: str, lang: str) -> None:
    """Sheet, key and teacher's copy have no parse error, in every paper and language."""
    options = replace(ALL, paper=paper, lang=lang, seal="all", score_table=True, minutes=60)
    for path in written(bank.load(EVERY_KIND), tmp_path, options, teacher=True):
        tree(path.read_text(encoding="utf-8"))


def test_the_policy_allows_the_style_and_nothing_else(tmp_path: Path) -> None:
    """The style sheet's hash is in the policy; there is no script, link, image or inline style."""
    for path in written(bank.load(EVERY_KIND), tmp_path, ALL, teacher=True):
        root = tree(path.read_text(encoding="utf-8"))
        policy = next(meta.get("content") or "" for meta in root.iter("meta") if meta.get("http-equiv"))
        style = "".join(element.text or "" for element in root.iter("style"))
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in policy
        assert "default-src 'none'" in policy
        assert not [
            e.tag for e in root.iter() if e.tag in {"script", "link", "img", "iframe", "object"} or e.get("style")
        ]


def test_nothing_marks_the_key(many: bank.Bank) -> None:
    """With every reply exchanged for another the student's page is the same, byte for byte."""
    options = replace(ALL, items=60, blank="bucket")
    sheet = make(many, options)
    version = sheet.versions[0]
    wrong = Reply("错", "错", ("也错",))
    sections = tuple(
        replace(
            section,
            rule="x",
            questions=tuple(
                replace(q, replies=(wrong,) * len(q.replies), keys=("x",), place="y", explanation="z")
                for q in section.questions
            ),
        )
        for section in version.sections
    )
    page = "".join(quiz.student_page(sheet, version, options))
    assert page == "".join(quiz.student_page(sheet, replace(version, sections=sections), options))


def test_no_answer_on_the_students_page(many: bank.Bank) -> None:
    """Promise 6 in the page's text, attributes and comments, over twenty sheets of all kinds and layouts."""
    for options in variants(20):
        opened = many if options.seed % 2 else bank.load(EVERY_KIND)
        sheet = make(opened, options)
        for version in sheet.versions:
            root = tree("".join(quiz.student_page(sheet, version, options)))
            assert given_away(everything(root), version) == []


@pytest.mark.slow
@pytest.mark.usefixtures("fonts")
def test_no_answer_on_two_hundred_sheets_in_html_and_pdf(many: bank.Bank) -> None:
    """Promise 6 over two hundred sheets, in the source of the page and in the text of the PDF."""
    for options in variants(200):
        opened = many if options.seed % 2 else bank.load(EVERY_KIND)
        sheet = make(opened, options)
        for version in sheet.versions:
            assert given_away(everything(tree("".join(quiz.student_page(sheet, version, options)))), version) == []
            text = "\n".join(line for page in lines(pdf.pdf(pdf.student(sheet, version, options))) for line in page)
            assert given_away(text, version) == []


def test_the_seed_and_the_numbers_are_printed(many: bank.Bank) -> None:
    """Version and seed stand at the end of the sheet, the bank's numbers beside the questions of sheet and key."""
    options = SheetOptions(seed=42, versions=("A",))
    sheet = make(many, options)
    student, key = "".join(quiz.student_page(sheet, sheet.versions[0], options)), "".join(quiz.key_page(sheet, options))
    assert "A卷 · 种子 42" in student
    number = f"q{sheet.versions[0].sections[0].questions[0].items[0]:04d}"
    assert f'<small class="id">{number}</small>' in student
    assert f'<small class="id">{number}</small>' in key


def test_the_key_has_answers_points_variants_and_places() -> None:
    """Every answer of every version stands in the key, with what is accepted beside it and where it was found."""
    options = replace(ALL, versions=("A", "B"), seed=2, layout=("fill", "choice", "truefalse"))
    sheet = make(bank.load(EVERY_KIND), options)
    text = "".join(tree("".join(quiz.key_page(sheet, options))).itertext())
    for version in sheet.versions:
        for section in version.sections:
            for question in section.questions:
                assert answer_line(question, {"also": "也可：", "because": "说明："}) in text
                assert question.place in text


def test_the_teachers_copy_has_the_answers_in_red(many: bank.Bank) -> None:
    """Every answer of the sheet stands in its teacher's copy, marked."""
    options = SheetOptions()
    sheet = make(many, options)
    root = tree("".join(quiz.teacher_page(sheet, sheet.versions[0], options)))
    red = ["".join(e.itertext()) for e in root.iter("span") if e.get("class") in {"red", "redmark"}]
    expected = []
    for section in sheet.versions[0].sections:
        for question in section.questions:
            expected += [filled(question, p.reply) for p in question.stem if isinstance(p, Blank)]
            expected += [question.replies[0].text] if section.layout in {"choice", "truefalse"} else []
    assert red == expected


def hostile(folder: Path) -> bank.Bank:
    """A bank in which every text is hostile."""
    source = Source(title=HOSTILE, author=HOSTILE, marker="1")
    items = []
    for number in range(1, 4):
        text = f"第{number}句{HOSTILE}藏着{HOSTILE[:30]}{number}号。"
        passage = Passage(f"a#{number}", f"a{HOSTILE}", number, text, (1, 1), HOSTILE, HOSTILE, source)
        answer = f"{HOSTILE[:30]}{number}号"
        items.append(replace(cloze(passage, text, 0, answer), accepted=(HOSTILE,), explanation=HOSTILE))
        items.append(
            Item("choice", f"选{number}：{HOSTILE}", (), 1, passage, Place(1), options=(HOSTILE, f"对{number}", "\n错"))
        )
        items.append(Item("source", f"话{number}", (), f"人{number}{HOSTILE}", passage, Place(2), ask="author"))
    return stored(folder, [numbered(item, at) for at, item in enumerate(items, 1)], name="坏")


def test_hostile_text_is_shown_literally(tmp_path: Path) -> None:
    """No markup of a text becomes markup of a page; what cannot be written is replaced."""
    options = SheetOptions(title=HOSTILE)
    shown = HOSTILE.translate({0: 0xFFFD, 0x0B: 0xFFFD, 0xD800: 0xFFFD})
    for path in written(hostile(tmp_path), tmp_path, options, teacher=True):
        root = tree(path.read_text(encoding="utf-8"))
        assert not list(root.iter("script"))
        assert shown in "".join(root.itertext())


@pytest.mark.usefixtures("fonts")
def test_an_item_of_ten_thousand_characters_and_five_hundred_options(tmp_path: Path) -> None:
    """A monstrous stem, answer or choice gives a long page, never a broken one."""
    long = "长" * 10_000
    passage = Passage("a#1", "a", 1, "", (1, 1))
    options = tuple(f"选项{n}" for n in range(500))
    items = [
        Item("cloze", f"{long}终点。", (Gap(10_000, 10_002),), "终点", passage, Place(0)),
        Item("cloze", f"答{'案' * 9_000}。", (Gap(1, 9_001),), "案" * 9_000, passage, Place(1)),
        Item("choice", "选哪个？", (), 77, passage, Place(2), options=options),
    ]
    sheet = make(stored(tmp_path, items), SheetOptions())
    page = "".join(quiz.student_page(sheet, sheet.versions[0], SheetOptions()))
    tree(page)
    assert "SF．" in page
    assert page.count('class="b"') < 500
    assert len(lines(pdf.pdf(pdf.student(sheet, sheet.versions[0], SheetOptions())))) > 5


# In Chromium


@pytest.mark.parametrize("scheme", ["sheet", "key", "teacher"])
def test_no_axe_violation(page: Page, tmp_path: Path, scheme: str) -> None:
    """axe finds nothing on the sheet, its key and the teacher's copy, at desktop width and at that of a phone."""
    from axe_playwright_python.sync_playwright import Axe

    options = replace(ALL, score_table=True, seal="first", show_passage=False)
    files = written(bank.load(EVERY_KIND), tmp_path, options, teacher=True)
    page.goto(files[["sheet", "key", "teacher"].index(scheme)].as_uri())
    for width in (1200, 360):
        page.set_viewport_size({"width": width, "height": 800})
        result = Axe().run(page)
        assert result.violations_count == 0, result.generate_report()


def test_no_sideways_scrolling_on_a_phone(page: Page, tmp_path: Path) -> None:
    """At 360 pixels nothing of the sheet is wider than the screen."""
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(written(bank.load(EVERY_KIND), tmp_path, replace(ALL, seal="first"))[0].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("paper", PAPERS)
def test_printed_pages(page: Page, tmp_path: Path, many: bank.Bank, paper: str) -> None:
    """The paper has its size and every page its 第 x 页 共 y 页; no heading is stranded, no line begins with 。"""
    options = SheetOptions(items=150, paper=paper, score_table=True, seal="first", layout=LAYOUTS)
    page.goto(written(many, tmp_path, options)[0].as_uri())
    data = page.pdf(prefer_css_page_size=True)
    assert tuple(round(side / 72 * 25.4) for side in pypdfium2.PdfDocument(data)[0].get_size()) == PAPERS[paper]
    pages = lines(data)
    assert len(pages) >= 3
    for number, found in enumerate(pages, start=1):
        text = "".join("".join(found).split())
        assert f"第{number}页共{len(pages)}页" in text
        body = [line for line in found if not re.match(r"第\s*\d+", line)]
        assert not HEADING.match(body[-1])
        assert not [line for line in body if line[0] in CLOSING]
    numbers = [int(n) for found in pages for line in found for n in re.findall(r"^(\d+)．", line)]
    assert numbers == sorted(numbers)
    assert numbers[-1] == len(numbers)


def left_edge(data: bytes) -> list[str]:
    """Closing marks that stand where the lines of stems begin (A4: 30 mm and 2.1 em), with what follows them."""
    found = []
    for leaf in pypdfium2.PdfDocument(data):
        text = leaf.get_textpage()
        for at in range(text.count_chars()):
            if text.get_text_range(at, 1) in tuple(CLOSING) and abs(text.get_charbox(at, loose=True)[0] - 110.2) < 2:
                found.append(text.get_text_range(at, 6))
    return found


@pytest.mark.usefixtures("fonts")
def test_a_blank_keeps_its_punctuation(page: Page, tmp_path: Path) -> None:
    """Wherever in its line a blank ends, the mark behind it does not begin the next: in Chromium's print and in PDF."""
    passage = Passage("a#1", "a", 1, "", (1, 1))
    lead = "这一句从一个字到一行多字长短各不相同为的是让空格的末尾落在行里的每一处"
    items = []
    for number, mark in itertools.product(range(len(lead)), ("，", "”。")):
        answer = FIRST[number % 26] + FIRST[number // 26] + LAST[len(mark)]
        text = f"{lead[:number]}“{answer}{mark}后面还有话要说。"
        items.append(numbered(cloze(passage, text, len(items), answer), len(items) + 1))
    options = SheetOptions(items=None)
    sheet = make(stored(tmp_path, items), options)
    assert len(sheet.versions[0].sections[0].questions) == len(items)
    (tmp_path / "a.html").write_text("".join(quiz.student_page(sheet, sheet.versions[0], options)), encoding="utf-8")
    page.goto((tmp_path / "a.html").as_uri())
    assert left_edge(page.pdf(prefer_css_page_size=True)) == []
    assert left_edge(pdf.pdf(pdf.student(sheet, sheet.versions[0], options))) == []


def test_the_blank_wraps(page: Page, tmp_path: Path) -> None:
    """A blank wider than the rest of its line goes on in the next, and nothing is wider than the page."""
    passage = Passage("a#1", "a", 1, "", (1, 1))
    answer = "不以物喜不以己悲居庙堂之高则忧其民处江湖之远则忧其君"
    item = numbered(cloze(passage, f"范仲淹说：“{answer}”。", 0, answer), 1)
    options = SheetOptions()
    sheet = make(stored(tmp_path, [item]), options)
    page.set_viewport_size({"width": 605, "height": 800})
    page.set_content("".join(quiz.student_page(sheet, sheet.versions[0], options)))
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 605
    tops = page.evaluate("new Set([...document.querySelectorAll('.b')].map(i => i.getBoundingClientRect().top)).size")
    assert tops >= 2


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("teacher", [False, True])
def test_html_and_pdf_say_the_same(teacher: bool) -> None:
    """The page and typst's PDF have the same text in the same order; so have the keys."""
    options = replace(ALL, score_table=True, show_passage=teacher, layout=LAYOUTS[:6] if teacher else LAYOUTS)
    sheet = make(bank.load(EVERY_KIND), options)
    version = sheet.versions[0]
    pairs = [
        ("".join(quiz.key_page(sheet, options)), pdf.key(sheet)),
        ("".join(quiz.teacher_page(sheet, version, options)), pdf.teachers(sheet, version, options))
        if teacher
        else ("".join(quiz.student_page(sheet, version, options)), pdf.student(sheet, version, options)),
    ]
    for html, data in pairs:
        body = tree(html).find("body")
        assert body is not None
        printed = [line for found in lines(pdf.pdf(data)) for line in found if not re.match(r"第\s*\d+\s*页", line)]
        assert same(fold("".join(body.itertext()))) == same(fold("".join(printed)))


def same(text: str) -> str:
    """Text without the head of the key's tables, which a new page repeats."""
    return text.replace("题号答案得分出处", "")


@pytest.mark.usefixtures("fonts")
def test_pdf_is_byte_for_byte_the_same(many: bank.Bank) -> None:
    """typst gives the same bytes for the same sheet."""
    options = SheetOptions(items=50)
    sheet = make(many, options)
    data = pdf.student(sheet, sheet.versions[0], options)
    assert pdf.pdf(data) == pdf.pdf(data)
    assert io.BytesIO(pdf.pdf(data)).read(5) == b"%PDF-"


@pytest.mark.usefixtures("fonts")
def test_pdf_is_accessible(many: bank.Bank) -> None:
    """Sheet and key pass typst's check for PDF/UA-1: tagged, titled, headings in order."""
    import typst

    options = replace(ALL, items=40, score_table=True, seal="all")
    sheet = make(many, options)
    fonts = pdf.families("zh-Hans", set(pdf.installed().families()))
    for data in (pdf.student(sheet, sheet.versions[0], options), pdf.key(sheet)):
        inputs = {"data": json.dumps({**data, "fonts": fonts})}
        assert typst.compile(template_path("quiz/sheet.typ").read_bytes(), sys_inputs=inputs, pdf_standards=["ua-1"])


def test_a_missing_font_is_named() -> None:
    """Without a Chinese font the error names those that would do, and how to bring one; one does for both faces."""
    with pytest.raises(BadConfiguration, match=r"Noto Serif CJK SC.*--fonts"):
        pdf.families("zh-Hans", {"DejaVu Sans"})
    assert pdf.families("zh-Hans", {"SimSun"}) == {"song": "SimSun", "hei": "SimSun"}


def test_without_typst_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`--pdf` without its package says what to install, and writes nothing."""
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtra, match=r"flashcards-zh\[pdf\]"):
        pdf.write(bank.load(EVERY_KIND), tmp_path / "a.quiz.pdf", Settings())
    assert not list(tmp_path.iterdir())


# In Firefox


@pytest.mark.slow
def test_firefox_strands_no_heading(many: bank.Bank, tmp_path: Path) -> None:
    """Firefox, which does not know break-after, prints as many pages as it should and none ends in a heading.

    Its PDF has garbled characters; digits and brackets come out, and they tell a heading by its points.
    """
    program = next(filter(None, map(shutil.which, ("firefox", "firefox-esr"))), None)
    if program is None:
        pytest.skip("needs Firefox (Debian: apt install firefox-esr)")
    path = written(many, tmp_path, SheetOptions(items=150, layout=LAYOUTS))[0]
    (tmp_path / "profile").mkdir()
    with firefox(program, tmp_path / "profile") as browser:
        pages = lines(browser.printed(path))
    points = re.compile(r"（.*，.*\d+.?）$")
    assert len(pages) >= 3
    assert any(points.search(line) for page in pages for line in page)
    assert not [page[-1] for page in pages if points.search(page[-1])]
