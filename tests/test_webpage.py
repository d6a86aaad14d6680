"""Web pages: every paragraph once, nothing that only surrounds them, no space between two Chinese characters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashcards.errors import UnreadableInput
from flashcards.readers import webpage
from flashcards.readers.whitespace import collapse, is_cjk, paragraphs
from flashcards.settings import Settings


def read(html: str | bytes):
    """The document of a page."""
    data = html if isinstance(html, bytes) else html.encode()
    (document,) = webpage.read(Path("a.html"), data, "a.html", Settings())
    return document


def blocks(html: str) -> list[tuple[str, str]]:
    """(role, text) of a page's blocks."""
    return [(block.role, block.text) for block in read(html).blocks]


BLOCKS = {
    "newline between two Han": ("<p>雄安\n   新区</p>", [("body", "雄安新区")]),
    "newline between Han and Latin": ("<p>使用\nVim\n编辑</p>", [("body", "使用 Vim 编辑")]),
    "newline after a mark": ("<p>你好，\n世界</p>", [("body", "你好，世界")]),
    "an author's space stays": ("<p>第一条 为了保障</p>", [("body", "第一条 为了保障")]),
    "inline elements": ("<p>高<b>质</b>量<i>发展</i>。</p>", [("body", "高质量发展。")]),
    "full-width indent": ("<p>　　从前有座山。</p>", [("body", "从前有座山。")]),
    "headings": ("<h1>题目</h1><h3>小节</h3><p>文。</p>", [("heading", "题目"), ("heading", "小节"), ("body", "文。")]),
    "list": ("<ul><li>甲项</li><li><p>乙项</p></li></ul>", [("item", "甲项"), ("item", "乙项")]),
    "definition list": ("<dl><dt>词</dt><dd>解释。</dd></dl>", [("body", "词"), ("body", "解释。")]),
    "bare text": ("<div>前文<p>中段。</p>后文</div>", [("body", "前文"), ("body", "中段。"), ("body", "后文")]),
    "ruby": ("<p><ruby>雄<rp>(</rp><rt>xióng</rt><rp>)</rp></ruby>安</p>", [("body", "雄安")]),
    "verse": ("<p>床前明月光，<br>疑是地上霜。</p>", [("verse", "床前明月光，\n疑是地上霜。")]),
    "breaks instead of paragraphs": (
        "<div>第一段写得相当长，长到不可能是一行诗，所以是一段文字。<br><br>　　第二段。</div>",
        [("body", "第一段写得相当长，长到不可能是一行诗，所以是一段文字。"), ("body", "第二段。")],
    ),
    "indented breaks": ("<div>　　第一段。<br>　　第二段。</div>", [("body", "第一段。"), ("body", "第二段。")]),
    "comments and scripts": (
        "<p>甲<!-- 注 -->乙<script>var 丙</script>丁</p><style>戊{}</style>",
        [("body", "甲乙丁")],
    ),
    "navigation": (
        "<nav>首页</nav><header><a href=/>站名</a></header><p>正文。</p><footer>版权所有</footer><aside>广告</aside>",
        [("body", "正文。")],
    ),
    "links only": (
        "<ul><li><a href=x>首页</a></li></ul><p>正文里的<a href=y>链接</a>。</p>",
        [("body", "正文里的链接。")],
    ),
    "a linked sentence": ("<p><a href=x>这是一整句话。</a></p>", [("body", "这是一整句话。")]),
    "article only": (
        "<div>边栏的文字</div><article><header><h1>题</h1></header><p>正文有这么长，足足占了一半。</p></article>",
        [("heading", "题"), ("body", "正文有这么长，足足占了一半。")],
    ),
    "hidden": (
        "<p>看得见的文字。</p><p hidden>看不见</p><p style='display: none'>也不</p>",
        [("body", "看得见的文字。")],
    ),
    "data table": (
        "<table><tr><th>年</th><td>一句话在表格里，哪怕它写得这么长，它还是表格里的话。</td></tr></table><p>文。</p>",
        [("table", "年"), ("table", "一句话在表格里，哪怕它写得这么长，它还是表格里的话。"), ("body", "文。")],
    ),
    "layout table": (
        "<table><tr><td>菜单</td><td>旧式网页把整篇文章放进表格里，文章当然还是文章，不是数据，对吧。</td></tr></table>",
        [("table", "菜单"), ("body", "旧式网页把整篇文章放进表格里，文章当然还是文章，不是数据，对吧。")],
    ),
    "code": ("<pre>x = 1\n  y</pre><p>文。</p>", [("code", "x = 1\n  y"), ("body", "文。")]),
    "notes": (
        "<p>正文<sup><a href='#n1'>1</a></sup>继续。</p>"
        "<ol class=footnotes><li id=n1>出处。<a class=footnote-back>↩</a></li></ol>",
        [("body", "正文[1]继续。"), ("note", "[1] 出处。")],
    ),
    "a power is no note": ("<p>面积为100m<sup>2</sup>。</p>", [("body", "面积为100m2。")]),
    "attribution": (
        "<blockquote><p>学而时习之。</p><footer>——《论语》</footer></blockquote>",
        [("body", "学而时习之。"), ("byline", "——《论语》")],
    ),
    "a character as a picture": ("<p>古字<img alt='㐄' src=x>在此。</p>", [("body", "古字㐄在此。")]),
}


@pytest.mark.parametrize("case", BLOCKS)
def test_blocks(case: str):
    """Each shape of page gives exactly the blocks a reader sees."""
    html, expected = BLOCKS[case]
    assert blocks(f"<body>{html}</body>") == expected


def test_a_page_that_its_script_shows():
    """What is hidden but holds most of the page is text: its script would show it."""
    assert blocks("<p>摘要。</p><div style='display:none'><p>全文在这里，比摘要长得多。</p></div>") == [
        ("body", "摘要。"),
        ("body", "全文在这里，比摘要长得多。"),
    ]


def test_properties_and_title():
    """The only h1 names the page; author, date and publisher are taken from its meta elements."""
    document = read(
        "<title>题目 - 网站</title><meta name=author content=王小明>"
        "<meta property='article:published_time' content='2023-05-10T08:00'><h1>题目</h1><p>文。</p>"
    )
    assert document.title == "题目"
    said = {"title": "题目 - 网站", "author": "王小明", "date": "2023-05-10T08:00"}
    assert document.meta["properties"] == said
    assert document.wrapped is False


def test_lines_are_those_of_the_source():
    """A block's place is the line of its element in the file."""
    document = read("<body>\n<p>甲段。</p>\n\n<p>乙段。\n</p></body>")
    assert [block.lines for block in document.blocks] == [(2, 2), (4, 4)]


@pytest.mark.parametrize("label", ["gb2312", "gbk", "gb18030", "big5", "utf-8"])
def test_declared_encodings(label: str):
    """A declared charset is followed; gb2312 means its superset."""
    text = "漢字編碼的頁面，內容是繁體中文。" if label == "big5" else "汉字编码的页面，内容是简体中文，还有一个镕字。"
    data = f"<meta charset={label}><p>{text}</p>".encode({"gb2312": "gbk"}.get(label, label))
    assert [block.text for block in read(data).blocks] == [text]


@pytest.mark.parametrize("html", ["<script>var 文</script>", "<nav>首页</nav>", "<p> </p>", "<!-- 只有注释 -->", " "])
def test_a_page_without_text_is_refused(html: str):
    """A page that only a script would fill is refused in one line that says what to do."""
    with pytest.raises(UnreadableInput, match="holds no text"):
        read(html)


def test_declared_entities_are_refused():
    """A page that declares entities (billion laughs) is refused."""
    with pytest.raises(UnreadableInput, match="declares XML entities"):
        read('<!DOCTYPE html [<!ENTITY a "哈哈"><!ENTITY b "&a;&a;">]><p>&b;</p>')


def test_very_deep_nesting_ends():
    """A thousand unclosed elements lose no text; ten thousand are refused in one line, not cut off."""
    assert blocks("<font><div>" * 500 + "<p>文字在最里面。</p>") == [("body", "文字在最里面。")]
    with pytest.raises(UnreadableInput, match="nested too deep"):
        blocks("<div>" * 10_000 + "<p>文字在最里面。</p>")


@given(st.text(alphabet="汉字，。ab1 \n\t　“”", max_size=60))
def test_collapsing_touches_white_space_only(text: str):
    """Collapsing keeps every character that is no white space, in order, and leaves no newline."""
    collapsed = collapse(text)
    assert re.sub(r"[ \n\t]", "", collapsed) == re.sub(r"[ \n\t]", "", text)
    assert "\n" not in collapsed
    assert not re.search("[汉字] {2,}[汉字]", collapsed)


@given(st.text(alphabet="汉字，。\v　a ", max_size=60))
def test_paragraphs_are_a_partition(text: str):
    """Cutting at breaks loses only breaks and white space at the edges."""
    parts = paragraphs(text)
    assert re.sub(r"\s", "", "".join(part for part, _ in parts)) == re.sub(r"\s", "", text)
    assert all(part and ("\n" in part) == verse for part, verse in parts)


def test_hangul_keeps_its_spaces():
    """Korean words are parted by spaces, so a newline between Hangul is a space."""
    assert collapse("한국\n말") == "한국 말"
    assert is_cjk("々")


def test_clreq(shared: Path):
    """A real page of 210 paragraphs, most of it hidden until its script runs: none lost, no gap between Han."""
    from lxml import html

    path = shared / "documents" / "clreq_zh.html"
    (document,) = webpage.read(path, path.read_bytes(), "clreq", Settings())
    found = {re.sub(r"\s", "", block.text) for block in document.blocks}
    source = [re.sub(r"\s", "", p.text_content()) for p in html.fromstring(path.read_bytes().decode()).iter("p")]
    wanted = [text for text in source if len(re.findall("[\u3400-\u9fff]", text)) >= 15]
    assert len(wanted) == 210
    assert [text for text in wanted if text not in found] == []
    assert not any(re.search("[\u3400-\u9fff] [\u3400-\u9fff]", block.text) for block in document.blocks)
    assert not any("addEventListener" in block.text or "background-color" in block.text for block in document.blocks)
