"""PDF: what a printer broke is put together again; headers, page numbers, tables and scans are told apart."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from flashcards import repair
from flashcards.errors import UnreadableInput
from flashcards.model import Block, Document
from flashcards.readers import pdf
from flashcards.repair import geometry, pages
from flashcards.settings import Settings

ESSAY = Path(__file__).parent / "cases" / "readers" / "essay.txt"
TEXT = '#set text(font: "Noto Serif CJK SC", size: 11pt, lang: "zh", region: "cn")\n'
PAGE = '#set page(width: 12cm, height: 16cm, margin: 1.8cm, numbering: "1"'
INDENT = "first-line-indent: (amount: 2em, all: true), leading: .8em, spacing: .8em)\n"
HEADER = ", header: align(center)[#text(8pt)[河边杂记　第一辑]]"
LAYOUTS = {
    "indents, header": f"{TEXT}{PAGE}{HEADER})\n#set par(justify: true, {INDENT}",
    "gaps": f"{TEXT}{PAGE})\n#set par(justify: true, leading: .7em, spacing: 1.6em)\n",
    "ragged right": f"{TEXT}{PAGE})\n#set par(justify: false, {INDENT}",
    "two columns": f"{TEXT}#set text(size: 9pt)\n{PAGE}, columns: 2)\n#set par(justify: true, {INDENT}",
    "neither": f"{TEXT}{PAGE})\n#set par(justify: true, leading: .8em, spacing: .8em)\n",
}


def essay() -> list[str]:
    """The paragraphs of our own sample text."""
    return ESSAY.read_text(encoding="utf-8").splitlines()


def escaped(text: str) -> str:
    """Text as typst markup that shows literally."""
    return re.sub(r"([\\#$*_`<>@\[\]=+/~'\"-])", r"\\\1", text)


def typeset(source: str) -> bytes:
    """A PDF made from typst markup; skips where typst or the font is absent."""
    typst = pytest.importorskip("typst")
    if "Noto Serif CJK SC" not in typst.Fonts().families():
        pytest.skip("the font Noto Serif CJK SC is not installed")
    return typst.compile(source.encode())


def chapters(count: int) -> str:
    """Chapters of the sample text, each beginning with another paragraph, so that no two pages are alike."""
    paragraphs = essay()
    return "".join(
        f"\n= 第{n + 1}章 河边\n\n" + "\n\n".join(map(escaped, paragraphs[n % 14 :] + paragraphs[: n % 14])) + "\n"
        for n in range(count)
    )


def read(data: bytes, **settings: object) -> Document:
    """The repaired document of a PDF's bytes."""
    (document,) = pdf.read(Path("a.pdf"), data, "a.pdf", Settings(**settings))
    return repair.repair(document)


def bare(text: str) -> str:
    """Text without white space, which layout puts in and out."""
    return re.sub(r"\s", "", text)


def prose(document: Document) -> list[str]:
    """The texts of paragraphs and items."""
    return [bare(block.text) for block in document.blocks if block.role in ("body", "item")]


@pytest.fixture(scope="module")
def printed() -> dict[str, Document]:
    """Nine chapters in every layout."""
    return {name: read(typeset(setup + chapters(9))) for name, setup in LAYOUTS.items()}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_paragraph_comes_back(printed: dict[str, Document], layout: str):
    """All 126 paragraphs come back exact in every layout, cut by pages and columns as they are."""
    wanted = Counter(bare(paragraph) for paragraph in essay() for _ in range(9))
    assert Counter(prose(printed[layout])) == wanted


@pytest.mark.parametrize("layout", LAYOUTS)
def test_headings_and_page_numbers(printed: dict[str, Document], layout: str):
    """Chapter titles are headings, the first names the document, and every page number is known as one."""
    document = printed[layout]
    headings = [bare(block.text) for block in document.blocks if block.role == "heading"]
    assert headings == [f"第{n + 1}章河边" for n in range(9)]
    assert bare(document.title) == "第1章河边"
    numbers = [block.text for block in document.blocks if block.role == "page-number"]
    assert numbers == [str(n + 1) for n in range(max(block.page for block in document.blocks))]


def test_running_headers_are_told_and_kept_apart(printed: dict[str, Document]):
    """The running header of every page has its own role and a repair, and stands in no paragraph."""
    document = printed["indents, header"]
    found = [block for block in document.blocks if block.role == "running-header"]
    assert len(found) == max(block.page for block in document.blocks)
    assert {bare(block.text) for block in found} == {"河边杂记第一辑"}
    assert sum(repaired.name == "running-header" for repaired in document.repairs) == len(found)


def test_joins_over_pages_tell_how_sure_they_are(printed: dict[str, Document]):
    """Every paragraph that goes over a page end is recorded with its confidence."""
    for document in printed.values():
        joins = [repaired for repaired in document.repairs if repaired.name == "page-join"]
        assert joins
        assert all(0.5 <= float(join.detail) <= 1 for join in joins)


def test_nothing_is_lost_and_nothing_invented():
    """The characters of all blocks are the characters of all lines, white space aside."""
    (raw,) = pdf.read(Path("a.pdf"), typeset(LAYOUTS["indents, header"] + chapters(3)), "a", Settings())
    before = Counter(bare("".join(block.text for block in raw.blocks)))
    assert Counter(bare("".join(block.text for block in geometry.rejoin(raw).blocks))) == before


def test_notes_tables_lists_and_latin():
    """Footnotes become notes and their marks leave the text, tables stay tables, items hang, Latin keeps its spaces."""
    first, last = essay()[0], essay()[-1]
    source = (
        LAYOUTS["indents, header"]
        + f"= 春\n{escaped(first)}#footnote[见《河边杂记》第一辑。]{escaped(last)}\n\n"
        + "- 如今，那面墙已经贴满了三层，最底下的一层，字迹已经发黄，读到熟悉的句子，他们会轻轻地笑。\n\n"
        + "使用 Vim 编辑器写下 plain text 之后，任何人都可以 read and write 它，不需要特别的 software application。\n\n"
        + "#table(columns: 3, [书名], [作者], [年份], [河边杂记], [周老师], [2019], [灯下], [佚名], [2021])\n"
    )
    document = read(typeset(source))
    by_role = {role: [b.text for b in document.blocks if b.role == role] for role in ("body", "item", "note", "table")}
    assert by_role["note"] == ["[1] 见《河边杂记》第一辑。"]
    assert bare(by_role["body"][0]) == f"{first}{last}"
    assert any(repaired.name == "note-mark" for repaired in document.repairs)
    assert "read and write 它" in by_role["body"][1]
    assert bare(by_role["item"][0]).startswith("•如今，那面墙")
    assert len(by_role["table"]) == 3


def test_a_book_with_contents_terms_and_figures():
    """Contents lines and captions are no text, a term stays with its explanation, code breaks no paragraph."""
    first, middle, last = essay()[0], essay()[8], essay()[12]
    source = (
        f"{LAYOUTS['gaps']}#outline()\n#pagebreak()\n= 春天的河\n{escaped(first)}\n\n"
        f"```sh\nflashcards build text.txt\n```\n\n/ 图书馆: {escaped(middle)}\n\n"
        f"#figure(rect(width: 50%, height: 2cm), caption: [河边的图书馆])\n\n= 夏天的河\n{escaped(last)}\n"
    )
    document = read(typeset(source))
    texts = [text for text in prose(document) if re.search("[\u4e00-\u9fff]", text)]
    assert texts == [bare(first), bare(f"图书馆{middle}"), bare(last)]
    assert [bare(block.text) for block in document.blocks if block.role == "heading"] == [
        "目录",
        "春天的河",
        "夏天的河",
    ]
    assert document.title is None


def test_contents_lines_lose_their_leaders():
    """A contents page without prose gives its entries, without dots and page numbers, and says so."""
    lines = "".join(
        f"#box(width: 100%)[{t} #box(width: 1fr, repeat[…]) {n}]\n\n" for t, n in (("春天", 1), ("夏天", 12))
    )
    document = read(typeset(f"{LAYOUTS['gaps']}= 目录\n{lines}"))
    assert [block.text for block in document.blocks if block.role == "item"] == ["春天", "夏天"]
    assert sum(repaired.name == "leaders" for repaired in document.repairs) == 2


def _line(text: str, number: int, depth: float, start: float = 50, **layout: float) -> Block:
    made = {
        "start": start,
        "end": start + 12.0 * len(text),
        "depth": depth,
        "em": 12.0,
        "length": 400.0,
        "extent": 600.0,
        "y": depth / 600,
        "vertical": 0.0,
        "weight": 400.0,
        "cells": 1.0,
        "rules": 0.0,
    }
    return Block(text, "line", (number, number), page=1, layout={**made, **layout})


def test_letterspacing_is_undone():
    """A line with a space after every character is closed, one with an author's gap is not."""
    blocks = (_line("关 于 红 军 作 战 的 原 则。", 1, 200, 50), _line("琅邪王伯舆 终当为情死而已。", 2, 218, 74))
    document = geometry.rejoin(Document("a", "a", blocks))
    assert [block.text for block in document.blocks] == ["关于红军作战的原则。", "琅邪王伯舆 终当为情死而已。"]
    assert [repaired.name for repaired in document.repairs] == ["letterspacing"]


def test_presentation_forms_become_marks():
    """Marks in the shape of vertical writing become the marks they present."""
    document = geometry.rejoin(Document("a", "a", (_line("﹁春天︐来了︒﹂", 1, 200, vertical=1.0),)))
    assert document.blocks[0].text == "「春天，来了。」"


def test_a_number_inside_the_text_is_no_page_number():
    """A line of digits at the usual distance from the text, and at its edge, stays text."""
    rows = pages.rows_of([_line("这一年是公元", 1, 540), _line("2018", 2, 558)])
    assert pages.headers(rows) == {}


@pytest.mark.parametrize("style", ["", "text-align:justify"])
@pytest.mark.parametrize("direction", ["horizontal-tb", "vertical-rl"])
def test_browser_prints(browser, direction: str, style: str):
    """A page printed by Chromium, lying or upright, gives every paragraph, without what it prints around them."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in essay() * 2)
    rules = f"html{{writing-mode:{direction}}}p{{text-indent:2em;margin:0 0 .4em;{style}}}"
    page = browser.new_page()
    page.set_content(f"<title>河</title><style>{rules}</style><h1>河边</h1>{body}")
    document = read(page.pdf(format="A5", display_header_footer=True, margin={"top": "1.5cm", "bottom": "1.5cm"}))
    page.close()
    assert prose(document) == [bare(paragraph) for paragraph in essay() * 2]
    assert document.title == "河边"
    assert not re.search("[\u2e80-\u2fdf]", "".join(block.text for block in document.blocks))


def test_quotations_columns_and_tables_printed_by_a_browser(browser):
    """Quotations set in on both sides come back whole, a table in one column makes none of the text beside it."""
    first, second, third = essay()[0], essay()[8], essay()[12]
    row = "<tr><td>书名</td><td>作者</td><td>年份</td></tr>"
    part = (
        f"<h2>图书馆</h2><p>{first}</p><blockquote>{second}</blockquote><p>{third}</p><table border=1>{row * 2}</table>"
    )
    page = browser.new_page()
    page.set_content(f"<style>body{{columns:2}}p,blockquote{{text-align:justify}}</style>{part * 6}")
    document = read(page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "2cm")))
    page.close()
    found = Counter(prose(document))
    whole = sum(min(6, found[bare(text)]) for text in (first, second, third))
    assert whole >= 17  # of 18: one may be cut where a column ends
    assert sum(block.role == "table" for block in document.blocks) == 12


def _made(*objects: str, trailer: str = "") -> bytes:
    """A PDF written by hand from the bodies of its objects; the first is the catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}".encode()
    return out + f"trailer<</Root 1 0 R/Size {len(places) + 1}{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()


def _scan() -> bytes:
    colours = "/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    image = f"<</Type/XObject/Subtype/Image{colours}/Length 1>>stream\n0\nendstream"
    draw = "<</Length 28>>stream\nq 200 0 0 200 0 0 cm /I Do Q\nendstream"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    return _made("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, draw, image)


def _empty() -> bytes:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"
    return _made("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page)


BAD = {
    "scanned": (_scan, "no text layer"),
    "no text": (_empty, "holds no text"),
    "cut off": (lambda: _scan()[:200], "not a PDF, or damaged or cut off"),
    "no PDF": (lambda: b"%PDF-1.4 but nothing else", "not a PDF, or damaged or cut off"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_get_one_line(case: str):
    """A scan, an empty page and a damaged file raise one line that says what to do."""
    build, message = BAD[case]
    with pytest.raises(UnreadableInput, match=message) as error:
        read(build())
    assert "\n" not in str(error.value)


def test_properties_made_up_by_programs_are_no_titles():
    """A title that Word made from a file name is none; the time of printing is no date of the words."""
    said = {"Title": "Microsoft Word - 讲话.doc", "Author": "王小明", "CreationDate": "D:20230510120000"}
    assert pdf._properties(said) == {"author": "王小明", "created": "2023-05-10"}


@pytest.mark.parametrize(
    ("name", "spaced"), [("derived_law_chrome_noto.pdf", True), ("derived_law_chrome_vertical.pdf", False)]
)
def test_law_printed_by_chromium(shared: Path, name: str, spaced: bool):
    """72 of 72 paragraphs of a printed law, as its gold says, lying and upright."""
    gold = json.loads((shared / "documents" / "gold.json").read_text(encoding="utf-8"))[name]
    source = (
        (shared / "documents" / "law_人民陪审员法.md")
        .read_text(encoding="utf-8")
        .split("INFO END", 1)[1]
        .split("-->", 1)[-1]
    )
    wanted = [bare(line) for line in source.splitlines() if line.strip() and not line.startswith("#")]
    document = read((shared / "documents" / name).read_bytes())
    texts = [block.text if spaced else bare(block.text) for block in document.blocks if block.role in ("body", "item")]
    assert [bare(text) for text in texts] == wanted
    assert len(texts) == gold["paragraphs"]
    assert (texts[0], texts[-1]) == tuple(gold[key] if spaced else bare(gold[key]) for key in ("first", "last"))
    assert document.title == gold["title"]
    assert not re.search("[\u2e80-\u2fdf]", "".join(texts))


def test_report_of_tables(shared: Path):
    """A quarterly report: its header 22 times, 22 page numbers, no table cell among the paragraphs, a warning."""
    document = read((shared / "documents" / "pdfplumber_issue-67.pdf").read_bytes())
    roles = Counter(block.role for block in document.blocks)
    assert (roles["running-header"], roles["page-number"]) == (22, 22)
    assert prose(document)[0].startswith("公司董事会、监事会及董事、监事、高级管理人员保证季度报告内容的真实")
    assert not any(re.search(r"\d{1,3},\d{3}\.\d\d.*\d{1,3},\d{3}\.\d\d", text) for text in prose(document))
    assert "stands in tables" in document.warnings[0]


def test_password(shared: Path):
    """An encrypted file asks for its password, names a wrong one, and opens with the right one."""
    data = (shared / "documents" / "pdfminer_aes-256.pdf").read_bytes()
    with pytest.raises(UnreadableInput, match="encrypted: give --password"):
        read(data)
    with pytest.raises(UnreadableInput, match="the password is wrong"):
        read(data, password="no")
    assert [block.text for block in read(data, password="foo").blocks] == ["Secret!"]


def test_a_letterspaced_contents_page(shared: Path):
    """A contents page with a space after every character and a font that is not in the file."""
    document = read((shared / "documents" / "pdfjs_XiaoBiaoSong.pdf").read_bytes())
    entries = [block.text for block in document.blocks if block.role == "item"]
    assert document.title == "目录"
    assert (len(entries), entries[0]) == (9, "关于红军作战的原则")


def test_title_and_author(shared: Path):
    """A title with its author's line below: heading and byline, the space between place and name stays."""
    document = read((shared / "documents" / "pdfjs_issue2128r.pdf").read_bytes())
    assert [(block.role, block.text) for block in document.blocks] == [
        ("heading", "浅谈校长的魅力"),
        ("byline", "山西省闻喜县诚镇初中 李新录"),
    ]
