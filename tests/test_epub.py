"""EPUB: the chapters in the order of the spine, notes and titles as such, locks and bombs refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from flashcards.errors import UnreadableInput
from flashcards.readers import epub
from flashcards.settings import Settings

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/a%20b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
CHAPTERS = {
    "1": "<h1>第一章</h1><p>河边的图书馆\n  是三年前建成的。<a epub:type='noteref' href='#n'>1</a></p>"
    "<aside epub:type='footnote' id='n'><p>见第一辑。</p></aside>",
    "2": "<h1>第二章</h1><p>馆长姓周。</p><p>床前明月光，<br/>疑是地上霜。</p>",
}


def make(chapters: dict[str, str] | None = None, more: dict[str, bytes | str] | None = None, spine: str = "") -> bytes:
    """An EPUB as bytes; the spine lists the chapters backwards in the manifest, to tell the two orders apart."""
    chapters = CHAPTERS if chapters is None else chapters
    manifest = "".join(
        f'<item id="c{name}" href="text/%E7%AB%A0{name}.xhtml" media-type="application/xhtml+xml"/>'
        for name in reversed(chapters)
    )
    spine = spine or "".join(f'<itemref idref="c{name}"/>' for name in chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>河边</dc:title><dc:creator>周老师</dc:creator><dc:creator>王小明</dc:creator>"
        "<dc:date>2019-05</dc:date><dc:publisher>河边出版社</dc:publisher></metadata><manifest>"
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f'{manifest}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    page = (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns:epub="http://www.idpf.org/2007/ops"><body>{}</body></html>'
    )
    files: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/a b.opf": package,
        "OEBPS/nav.xhtml": page.format("<nav><ol><li>第一章</li></ol></nav><p>目录</p>"),
        **{f"OEBPS/text/章{name}.xhtml": page.format(body) for name, body in chapters.items()},
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(data: bytes):
    """The document of a book."""
    (document,) = epub.read(Path("a.epub"), data, "a.epub", Settings())
    return document


def test_chapters_in_reading_order():
    """The spine's order, without the table of contents; notes, verse and headings keep their roles."""
    assert [(block.role, block.text) for block in read(make()).blocks] == [
        ("heading", "第一章"),
        ("body", "河边的图书馆是三年前建成的。[1]"),
        ("note", "见第一辑。"),
        ("heading", "第二章"),
        ("body", "馆长姓周。"),
        ("verse", "床前明月光，\n疑是地上霜。"),
    ]


def test_places_count_the_paragraphs_of_the_book():
    """``lines`` rise by one from block to block, over the borders of chapters."""
    assert [block.lines for block in read(make()).blocks] == [(n, n) for n in range(1, 7)]


def test_properties():
    """Title, authors, date and publisher of the package."""
    document = read(make())
    said = {"title": "河边", "author": "周老师、王小明", "date": "2019-05", "publication": "河边出版社"}
    assert document.meta["properties"] == said
    assert document.title == "河边"


def test_a_chapter_listed_twice_is_read_once():
    """A spine that names a chapter twice does not double its text."""
    document = read(make(spine='<itemref idref="c2"/><itemref idref="c2"/><itemref idref="c1"/>'))
    assert [block.text for block in document.blocks if block.role == "heading"] == ["第二章", "第一章"]


def test_a_missing_chapter_is_told():
    """A chapter that the book names but does not hold is a warning; the others are read."""
    data = make().replace("章2.xhtml".encode(), "章9.xhtml".encode())
    document = read(data)
    assert "missing" in document.warnings[0]
    assert document.blocks[0].text == "第一章"


def _lock(method: str) -> dict[str, bytes | str]:
    return {"META-INF/encryption.xml": f'<e><EncryptionMethod Algorithm="{method}"/></e>'}


def test_obfuscated_fonts_do_not_lock_a_book():
    """Only fonts are obfuscated in free books: they are read."""
    assert read(make(more=_lock("http://www.idpf.org/2008/embedding"))).blocks


XXE = '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><c>&x;</c>'
BILLION = '<!DOCTYPE html [<!ENTITY a "哈"><!ENTITY b "&a;&a;">]><html><body>&b;</body></html>'
BAD = {
    "DRM": (lambda: make(more=_lock("http://www.w3.org/2001/04/xmlenc#aes128-cbc")), "protected"),
    "no container": (lambda: make().replace(b"META-INF/container", b"META-INF/c0ntainer"), "no EPUB"),
    "pictures only": (lambda: make({"1": "<img src='a.jpg'/>"}), "holds no text"),
    "cut off": (lambda: make()[:-200], "damaged"),
    "bomb": (lambda: make(more={"OEBPS/a.bin": bytes(220 << 20)}), "zip bomb"),
    "entities": (
        lambda: make(more={"OEBPS/text/章1.xhtml": BILLION}, chapters={"2": "<p>文</p>", "1": ""}),
        "entities",
    ),
    "XXE": (
        lambda: make(
            more={"META-INF/container.xml": '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><c>&x;</c>'}
        ),
        "declares XML entities",
    ),
}


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("case", BAD)
def test_bad_books_get_one_line(case: str):
    """Locked, damaged and hostile books raise one line that names the file."""
    build, message = BAD[case]
    with pytest.raises(UnreadableInput, match=message) as error:
        read(build())
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("a.epub: ")
