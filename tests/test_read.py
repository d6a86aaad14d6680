"""`flashcards read`: what was understood, as the JSON lines other programs rely on."""

import json
import re
from pathlib import Path

import hypothesis
import pytest
from click.testing import CliRunner
from hypothesis import strategies as st

from flashcards import lint, repair, sources
from flashcards.cli import cli
from flashcards.errors import FlashcardsError
from flashcards.readers import markdown, plain
from flashcards.settings import Settings

ROOT = Path(__file__).parents[1]
DUMP = ROOT / "corpus" / "古代工程讲稿摘录.txt"
KEYS = {
    "id",
    "document",
    "number",
    "heading",
    "text",
    "lines",
    "source",
    "source_confidence",
    "source_unsure",
    "repairs",
}
SOURCE = {"marker", "title", "author", "date", "place", "occasion", "publication", "page", "url"}


def run(*arguments: object, given: bytes | None = None):
    """The result of `flashcards read`."""
    return CliRunner().invoke(cli, ["read", *map(str, arguments)], input=given)


def records(*arguments: object, given: bytes | None = None) -> list[dict]:
    """The records it prints."""
    return [json.loads(line) for line in run(*arguments, given=given).stdout.splitlines()]


def test_every_passage_is_a_line_with_the_promised_keys():
    """The shape of a record: keys may be added, none may go."""
    found = records(DUMP)

    assert len(found) == 25
    assert all(record.keys() >= KEYS and record["source"].keys() >= SOURCE for record in found)
    assert found[0]["id"] == f"{found[0]['document']}#1"
    assert [record["number"] for record in found] == list(range(1, 26))
    assert found[3]["lines"] == [24, 28]
    assert any(repair.startswith("page-join@") for record in found for repair in record["repairs"])


def test_doubts_go_to_stderr_with_the_line_that_settles_them():
    """stdout holds JSON only; what is unsure is one line on stderr, and the exit status is 0."""
    result = run(DUMP)

    assert result.exit_code == 0
    assert "begins here: sources: [{marker: " in result.stderr


@pytest.mark.parametrize(("settled", "status"), [(False, 1), (True, 0)])
def test_strict_fails_while_anything_is_unsure(tmp_path, settled, status):
    """`--strict` is 1 while a source is unsure, 0 once a sidecar has settled it."""
    path = tmp_path / "a.txt"
    path.write_bytes(DUMP.read_bytes())
    if settled:
        first = ("都江堰坐落", "大运河的历史", "赵州桥又名", "宋元时期的泉州")
        lines = [f"- {{marker: {m}, first: {words}}}\n" for m, words in zip("①②③④", first, strict=True)]
        (tmp_path / "a.txt.sources.yaml").write_text("sources:\n" + "".join(lines), encoding="utf-8")

    assert run("--strict", path).exit_code == status


def test_standard_input_is_read():
    """- reads standard input, in any encoding."""
    found = records("-", given="节约用水要从每一个水龙头做起，人人有责。".encode("gb18030"))

    assert [(record["document"], record["text"][:4]) for record in found] == [("-", "节约用水")]
    assert found[0]["encoding"] == "gb18030"


def test_without_a_path_it_reads_corpus(tmp_path, monkeypatch):
    """No PATH: the folder corpus, or a usage error where there is none."""
    monkeypatch.chdir(tmp_path)

    assert run().exit_code == 2
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("节约用水人人有责。", encoding="utf-8")
    assert [record["document"] for record in records()] == ["a.txt"]


def test_every_file_of_the_corpus_is_understood():
    """The corpus is read without an error; traditional and mixed texts, verse and GB18030 included."""
    result = run(ROOT / "corpus")
    found = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 0
    assert len({record["document"] for record in found}) == 7
    assert {record["script"] for record in found} == {"zh-Hans", "zh-Hant"}
    assert {record["verse"] for record in found if "山居" in record["document"]} == {True}


def test_records_are_documents_of_their_own(tmp_path):
    """A .jsonl line is a document; its lines are joined; a bad line is named after the good ones were read."""
    path = tmp_path / "a.jsonl"
    good = {"id": "x", "title": "题", "text": "第一行没有写完就断\n开了。\n\n第二段在这里。"}
    rows = [json.dumps(good, ensure_ascii=False), "[1]", '{"id": 2, "text": "好好学习，天天向上。"}', "{"]
    path.write_text("\n".join(rows), encoding="utf-8")
    result = run(path)
    found = [json.loads(line) for line in result.stdout.splitlines()]

    assert [(r["id"], r["text"], r["title"]) for r in found] == [
        ("x#1", "第一行没有写完就断开了。", "题"),
        ("x#2", "第二段在这里。", "题"),
        ("2#1", "好好学习，天天向上。", None),
    ]
    assert result.exit_code == 1
    assert result.stderr.strip() == f'{path}:2: is no object; write {{"id": …, "text": …}} (and 1 more bad lines)'


def test_markdown_keeps_words_and_drops_markup(tmp_path):
    """Emphasis, links, anchors, comments and code are no words; soft breaks between Chinese vanish."""
    path = tmp_path / "a.md"
    path.write_text(
        "# 标题 {#top}\n\n**雄安**新区是[一座](https://e.org)新\n城，用 `git` 管理\nVim 配置。[^1]\n\n<!-- 不看 -->\n\n"
        "```\n代码里的中文不是段落\n```\n\n- 第一项要做好\n- 第二项也要做好\n\n"
        "小院无人\\\n月色渐深\n\n[^1]: 林晓《山中记》，2015年版\n",
        encoding="utf-8",
    )
    found = records(path)

    assert [r["text"] for r in found] == [
        "雄安新区是一座新城，用 git 管理Vim 配置。",
        "第一项要做好",
        "第二项也要做好",
        "小院无人\n月色渐深",
    ]
    assert {r["heading"] for r in found} == {"标题"}
    assert found[0]["lines"] == [3, 5]


# The user's own document: exactly 27 passages, nothing invented, nothing glued. Facts: the lines they begin with.
STARTS = (
    *(5, 11, 19, 30, 44, 49, 56, 65, 73, 81, 92, 104, 116, 129),
    *(139, 148, 158, 166, 171, 187, 196, 202, 210, 215, 221, 229, 234),
)
MARKERS = "①" * 6 + "②" * 6 + "③" * 7 + "④" * 8


@pytest.fixture
def document(shared) -> Path:
    (path,) = (shared / "input").glob("*.txt")
    return path


def test_the_users_document_gives_its_27_passages(document):
    """27 passages, character for character the body of the file, headings and notes aside."""
    found = records(document)
    rows = document.read_text(encoding="utf-8").split("\n")
    body = [row for row in rows[3:] if row[:1] not in "①②③④"]

    assert [r["lines"][0] for r in found] == list(STARTS)
    assert "".join(r["text"] for r in found) == "".join("".join(row.split()) for row in body)


def test_the_users_document_has_seven_page_cuts_and_no_other(document):
    """The seven joins are the seven page cuts, each with its confidence."""
    rows = document.read_text(encoding="utf-8").split("\n")
    joins = [r for record in records(document) for r in record["repairs"] if r.startswith("page-join@")]
    lines = [int(join.split("@")[1].split()[0]) for join in joins]

    assert len(lines) == 7
    assert all(not rows[line - 2].strip() and rows[line - 3].strip()[-1] not in "。！？”" for line in lines)


def test_the_users_document_has_its_heading_and_four_sources(document):
    """Both heading lines are the title; four sources have all fields; none of their words is in a passage."""
    found = records(document)
    rows = document.read_text(encoding="utf-8").split("\n")
    notes = {tuple(re.split("[ ，]", row, maxsplit=3)) for row in rows if row[:1] and row[0] in "①②③④"}
    fields = {tuple(r["source"][key] for key in ("marker", "date", "place", "occasion")) for r in found}
    dated = {(m, "{}-{:0>2}-{:0>2}".format(*re.findall(r"\d+", date)), place, what) for m, date, place, what in notes}

    assert {r["heading"] for r in found} == {f"{rows[0].strip()} {rows[2].strip()}"}
    assert fields == dated
    assert len(fields) == 4
    assert not any(what in r["text"] for r in found for *_, what in notes)


def test_the_users_document_is_attributed_or_flagged(document):
    """All 27 right, at most 7 flagged."""
    found = records(document)
    right = [r["source"]["marker"] == marker for r, marker in zip(found, MARKERS, strict=True)]

    assert sum(right) == 27
    assert sum(r["source_unsure"] for r in found) <= 7


def test_four_lines_beside_the_users_document_settle_it(document, tmp_path):
    """With a sidecar of four lines all 27 are right and none is flagged."""
    (tmp_path / "a.txt").write_bytes(document.read_bytes())
    rows = document.read_text(encoding="utf-8").split("\n")
    first = [rows[STARTS[number] - 1][:6] for number in (0, 6, 12, 19)]
    lines = [f"- {{marker: {m}, first: {words}}}\n" for m, words in zip("①②③④", first, strict=True)]
    (tmp_path / "a.txt.sources.yaml").write_text("sources:\n" + "".join(lines), encoding="utf-8")
    found = records("--strict", tmp_path / "a.txt")

    assert "".join(r["source"]["marker"] for r in found) == MARKERS
    assert not any(r["source_unsure"] for r in found)


FRAGMENTS = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            "——",
            "①",
            "[1]",
            "（2023年5月10日）",
            "《",
            "》",
            "— 12 —",
            "1. ",
            "（一）",
            "来源：",
            "第一章",
            "\t\t",
        ),
        *("　　", "。", "---\n", "title: a\n", "```", "| a | b |\n", "* ", "注：", "作者：林晓", "2023年", "x" * 50),
        *("节约用水，人人有责", "漏水要报修。"),
    ]
)


@hypothesis.settings(max_examples=80, deadline=None)
@hypothesis.given(st.lists(FRAGMENTS, max_size=30), st.sampled_from(["a.txt", "a.md"]))
def test_any_text_is_understood_or_refused_in_one_line(fragments, name):
    """Whatever stands in a text: passages with places in order and confidences from 0 to 1, or a FlashcardsError."""
    reader = plain if name.endswith("txt") else markdown
    try:
        (document,) = reader.read(Path(name), "".join(fragments).encode(), "a", Settings())
        repaired = repair.repair(document)
        found = sources.attribute(repaired).passages
    except FlashcardsError as error:
        assert "\n" not in str(error)
    else:
        assert [p.number for p in found] == list(range(1, len(found) + 1))
        assert all(0 <= p.source_confidence <= 1 and p.lines[0] <= p.lines[1] for p in found)
        assert all("\n" not in p.text or p.verse for p in found)
        assert all(finding.line >= 1 for finding in lint.findings(repaired, found))
