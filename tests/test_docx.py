"""Word files: everything a reader sees is kept, everything Word hides is left out, damage is one line."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from flashcards.errors import UnreadableInput
from flashcards.readers import docx, numbering
from flashcards.settings import Settings

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="my"><w:name w:val="我的标题"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="t"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="toc1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="character" w:styleId="h"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>
"""
NUMBERING = """
<w:abstractNum w:abstractNumId="0">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/>
  <w:lvlOverride w:ilvl="0"><w:startOverride w:val="8"/></w:lvlOverride></w:num>
"""


def part(root: str, inside: str, prolog: str = "") -> bytes:
    """An XML part of a Word file with the usual name spaces."""
    spaces = f'xmlns:w="{W}" xmlns:r="{OFFICE}" xmlns:mc="{MC}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:{root} {spaces}>{inside}</w:{root}>'.encode()


def make(body: str, *, prolog: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A Word file as bytes: document, styles, numbering, notes and what a test adds."""
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>'
        for n, kind in enumerate(("styles", "numbering", "footnotes", "endnotes"))
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    files = {
        "word/document.xml": part("document", f"<w:body>{body}</w:body>", prolog),
        "word/styles.xml": part("styles", STYLES),
        "word/numbering.xml": part("numbering", NUMBERING),
        "word/footnotes.xml": part(
            "footnotes",
            '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>线</w:t></w:r></w:p></w:footnote>'
            '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/><w:t> 脚注在这里。</w:t></w:r></w:p></w:footnote>',
        ),
        "word/endnotes.xml": part(
            "endnotes", '<w:endnote w:id="3"><w:p><w:r><w:t>尾注在这里。</w:t></w:r></w:p></w:endnote>'
        ),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{space}">{relations}</Relationships>'.encode(),
        "docProps/core.xml": (
            '<c:coreProperties xmlns:c="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>属性题目</dc:title>'
            "<dc:creator>王小明</dc:creator><dcterms:created>2023-05-10T08:00:00Z</dcterms:created></c:coreProperties>"
        ).encode(),
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r>{properties and f"<w:rPr>{properties}</w:rPr>"}<w:t xml:space="preserve">{text}</w:t></w:r>'


def para(inside: str, properties: str = "") -> str:
    """A paragraph."""
    return f"<w:p>{properties and f'<w:pPr>{properties}</w:pPr>'}{inside}</w:p>"


def read(data: bytes):
    """The document read from bytes."""
    (document,) = docx.read(Path("a.docx"), data, "a.docx", Settings())
    return document


def texts(body: str, **more: object) -> list[tuple[str, str]]:
    """(role, text) of every block."""
    return [(block.role, block.text) for block in read(make(body, **more)).blocks]


FEATURES = {
    "insertion": (para(run("推进") + f'<w:ins w:id="1">{run("高质量")}</w:ins>' + run("发展。")), "推进高质量发展。"),
    "deletion": (
        para(run("推进") + '<w:del w:id="1"><w:r><w:delText>低</w:delText></w:r></w:del>' + run("发展。")),
        "推进发展。",
    ),
    "moved": (
        para(f"<w:moveFrom>{run('原处')}</w:moveFrom>{run('留下')}<w:moveTo>{run('新处')}</w:moveTo>"),
        "留下新处",
    ),
    "ruby": (
        para(
            "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>xióng</w:t></w:r></w:rt>"
            "<w:rubyBase><w:r><w:t>雄</w:t></w:r></w:rubyBase></w:ruby></w:r>" + run("安新区。")
        ),
        "雄安新区。",
    ),
    "content control": (
        para(f"{run('在')}<w:sdt><w:sdtContent>{run('北京')}</w:sdtContent></w:sdt>{run('举行。')}"),
        "在北京举行。",
    ),
    "block control": (f"<w:sdt><w:sdtContent>{para(run('整段在控件里。'))}</w:sdtContent></w:sdt>", "整段在控件里。"),
    "hyperlink": (para(f"{run('见')}<w:hyperlink r:id='x'>{run('官方网站')}</w:hyperlink>{run('。')}"), "见官方网站。"),
    "smart tag": (para(f"<w:smartTag>{run('河北')}</w:smartTag>{run('省。')}"), "河北省。"),
    "hidden": (para(run("可见") + run("不可见", "<w:vanish/>") + run("文字。", '<w:vanish w:val="0"/>')), "可见文字。"),
    "hidden by style": (para(run("可见") + run("不可见", '<w:rStyle w:val="h"/>') + run("。")), "可见。"),
    "field code": (
        para(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            + run("第七章")
            + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "第七章",
    ),
    "footnote": (para(run("正文") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run("继续。")), "正文[1]继续。"),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_of_office_documents(feature: str):
    """Each of the twelve features that common libraries lose gives exactly the visible text."""
    body, expected = FEATURES[feature]
    assert texts(body)[0][1] == expected


def test_all_features_in_one_file():
    """Twelve features in one file stay twelve paragraphs, and the called footnote follows as a note."""
    found = read(make("".join(body for body, _ in FEATURES.values()))).blocks
    assert [block.text for block in found] == [text for _, text in FEATURES.values()] + ["[1] 脚注在这里。"]
    assert found[-1].role == "note"


def test_notes_are_numbered_in_the_order_of_their_calls():
    """Footnotes and endnotes get their marker by order of call, circled where the document numbers them so."""
    calls = '<w:r><w:endnoteReference w:id="3"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    section = '<w:sectPr><w:footnotePr><w:numFmt w:val="decimalEnclosedCircleChinese"/></w:footnotePr></w:sectPr>'
    assert texts(para(run("正文") + calls) + section) == [
        ("body", "正文①②"),
        ("note", "①尾注在这里。"),
        ("note", "②脚注在这里。"),
    ]


def test_headings_and_title():
    """Heading styles, also derived ones, and outline levels are headings; the title style names the document."""
    body = (
        para(run("大题目"), '<w:pStyle w:val="t"/>')
        + para(run("一级"), '<w:pStyle w:val="1"/>')
        + para(run("派生"), '<w:pStyle w:val="my"/>')
        + para(run("二级"), '<w:outlineLvl w:val="1"/>')
        + para(run("正文。"), '<w:outlineLvl w:val="9"/>')
    )
    document = read(make(body))
    assert [(block.role, block.level) for block in document.blocks] == [
        ("heading", 1),
        ("heading", 1),
        ("heading", 1),
        ("heading", 2),
        ("body", 0),
    ]
    assert document.title == "大题目"


def test_automatic_numbers():
    """Numbers that Word makes are written out, restart below a higher level and at a start override."""

    def item(text: str, number: int, level: int) -> str:
        return para(run(text), f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')

    body = item("总则", 1, 0) + item("甲", 1, 1) + item("乙", 1, 1) + item("分则", 1, 0) + item("丙", 1, 1)
    body += item("点", 2, 0) + item("附则", 3, 0)
    assert texts(body) == [
        ("body", "第一条 总则"),
        ("item", "（一）甲"),
        ("item", "（二）乙"),
        ("body", "第二条 分则"),
        ("item", "（一）丙"),
        ("item", "点"),
        ("body", "第八条 附则"),
    ]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (10, "chineseCounting", "十"),
        (21, "chineseCountingThousand", "二十一"),
        (101, "chineseCountingThousand", "一百零一"),
        (110, "chineseCountingThousand", "一百一十"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (1998, "ideographDigital", "一九九八"),
        (28, "lowerLetter", "bb"),
        (9, "decimalZero", "09"),
        (51, "decimalEnclosedCircle", "51"),
        (7, "unknown", "7"),
    ],
)
def test_number_formats(value: int, kind: str, shown: str):
    """Word's number formats are written as Word prints them."""
    assert numbering.numeral(value, kind) == shown


def test_tables_contents_and_text_boxes():
    """Table cells and tables of contents are no prose, a one-cell frame and a text box are, and stand once."""
    cell = "<w:tc>{}</w:tc>".format
    table = f"<w:tbl><w:tr>{cell(para(run('甲')))}{cell(para(run('乙')))}</w:tr></w:tbl>"
    frame = f"<w:tbl><w:tr>{cell(para(run('框里的话。')))}</w:tr></w:tbl>"
    box = "<w:txbxContent>" + para(run("文本框。")) + "</w:txbxContent>"
    both = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    choice = f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>"
    contents = para(run("第一章……1"), '<w:pStyle w:val="toc1"/>')
    assert texts(table + frame + para(run("正文。") + choice) + contents) == [
        ("table", "甲"),
        ("table", "乙"),
        ("body", "框里的话。"),
        ("body", "正文。"),
        ("body", "文本框。"),
        ("table", "第一章……1"),
    ]


def test_breaks():
    """A page break is nothing, short broken lines are verse, a tab is a space."""
    line = "<w:r><w:br/></w:r>"
    assert texts(para(run("高质") + '<w:r><w:br w:type="page"/></w:r>' + run("量发展。"))) == [("body", "高质量发展。")]
    assert texts(para(run("白日依山尽，") + line + run("黄河入海流。"))) == [("verse", "白日依山尽，\n黄河入海流。")]
    assert texts(para(run("甲") + "<w:r><w:tab/></w:r>" + run("乙"))) == [("body", "甲 乙")]


def test_properties_are_a_last_resort():
    """Title and author stand under meta['properties']; the time of typing is no date of the words."""
    document = read(make(para(run("正文。"))))
    assert document.meta["properties"] == {"title": "属性题目", "author": "王小明", "created": "2023-05-10"}
    assert document.wrapped is False


BOMB = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
)
BAD = {
    "XXE": (lambda: make("", prolog='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "declares XML entities"),
    "billion laughs": (lambda: make(para(run("&j;")), prolog=BOMB + "]>"), "declares XML entities"),
    "zip bomb": (lambda: make(para(run("文")), more={"word/media/a.bin": bytes(250 << 20)}), "zip bomb"),
    "bad ratio": (lambda: make(para(run("文")), more={"word/media/a.bin": bytes(40 << 20)}), "zip bomb"),
    "no text": (lambda: make(para("")), "holds no text"),
    "cut off": (lambda: make(para(run("文")))[:-300], "damaged"),
    "no XML": (lambda: make("<w:p>"), "no well-formed XML"),
    "no body": (lambda: make("", more={"word/document.xml": part("document", "")}), "no body"),
    "no Word": (lambda: make("", more={}).replace(b"word/document", b"void/document"), "no Word text"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_get_one_line(case: str):
    """Damaged and hostile files raise one line that names the file."""
    build, message = BAD[case]
    with pytest.raises(UnreadableInput, match=message) as error:
        read(build())
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("a.docx: ")


def test_names_that_leave_the_archive_are_ignored_and_told():
    """A part named ../… or /… is never touched; the text is read and a warning says so."""
    document = read(make(para(run("正文。")), more={"../evil.xml": b"x", "/etc/passwd": b"x"}))
    assert [block.text for block in document.blocks] == ["正文。"]
    assert "ignored 2 part(s)" in document.warnings[0]


def test_a_lying_directory_is_caught_while_reading():
    """A member that unpacks to more than it declares is refused: the bytes are counted."""
    data = bytearray(make(para(run("文" * 200_000))))
    real = zipfile.ZipFile(io.BytesIO(bytes(data))).getinfo("word/document.xml").file_size
    changed = bytes(data).replace(real.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert changed != bytes(data)
    with pytest.raises(UnreadableInput, match="damaged"):
        read(changed)
