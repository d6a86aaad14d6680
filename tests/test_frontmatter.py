"""Front matter and sidecars: what is wrong is named with its line; what YAML would retype stays as written."""

from pathlib import Path

import pytest

from flashcards.errors import UnreadableInput
from flashcards.readers import frontmatter

HERE = Path("a.md")


def split(front: str) -> dict[str, object]:
    """The front matter of a text."""
    return frontmatter.split(f"---\n{front}\n---\n正文。\n", HERE)[0]


@pytest.mark.parametrize(
    ("front", "line", "words"),
    [
        ("title: 讲话: 座谈会", 2, "in quotes"),
        ("title: [没有关上", 2, "YAML"),
        ("date: 2023-13-40", 2, "2023-13-40"),
        ("title: 好\ndate: 去年", 3, "去年"),
        ("titel: 错字", 2, "unknown key 'titel'"),
        ("sources:\n- {marker: ①, frist: 错字}", 3, "unknown key 'frist'"),
        ("sources:\n  marker: ①", 3, "wants a list"),
        ("source: [a, b]", 2, "keys and values"),
        ("title: {a: b}", 2, "wants one value"),
        ("title: 一\ntitle: 二", 3, "stands twice"),
        ("title: &a 锚\nauthor: *a", 2, "anchors"),
        ("- 列表", 2, "not a list"),
    ],
)
def test_errors_name_file_line_and_remedy(front, line, words):
    """Every kind of wrong front matter is one line with file, line and what is allowed."""
    with pytest.raises(UnreadableInput) as caught:
        split(front)

    assert str(caught.value).startswith(f"a.md:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_front_matter_that_is_never_closed_is_named():
    """A missing second --- is an error at line 1."""
    with pytest.raises(UnreadableInput, match=r"^a\.md:1: .*never closed"):
        frontmatter.split("---\ntitle: 标题\n\n正文。\n", HERE)


@pytest.mark.parametrize(
    ("front", "key", "value"),
    [
        ("date: 2023-05-10", "date", "2023-05-10"),
        ("date: 二〇二三年五月", "date", "2023-05"),
        ("title: no", "title", "no"),
        ("title: 12:30", "title", "12:30"),
        ("page: 1.10", "page", "1.10"),
        ("license: CC0", "licence", "CC0"),
    ],
)
def test_values_stay_as_written(front, key, value):
    """YAML's guesses (dates, booleans, numbers, sexagesimals) do not touch values; dates become ISO."""
    assert split(front) == {key: value}


def test_keys_of_other_programs_are_passed_over():
    """Keys of site generators are no typing errors."""
    assert split("title: 标题\nlayout: post\npermalink: /a\ntags: [甲, 乙]") == {"title": "标题"}


@pytest.mark.parametrize(
    "text",
    ["---\n\n一条横线之后的正文。\n", "----\n正文。", "正文。\n---\nid: 1\n---\n", "---\n第一句，没有冒号。\n---\n"],
)
def test_a_rule_is_no_front_matter(text):
    """A text that begins with a rule, or has one later, has no front matter."""
    assert frontmatter.split(text, HERE) == ({}, text, 1)


def test_lines_are_counted_behind_it_and_a_bom_is_no_hindrance():
    """The text's own lines keep their numbers; a byte order mark does not hide the front matter."""
    meta, body, first = frontmatter.split("\ufeff---\nid: a\n---\n\n正文。\n", HERE)

    assert (meta, body, first) == ({"id": "a"}, "\n正文。\n", 4)


def test_a_sidecar_is_checked_like_front_matter(tmp_path):
    """Errors of a sidecar name the sidecar."""
    (tmp_path / "a.pdf.sources.yaml").write_text("sources:\n- {marker: ①, fist: 错字}\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"a\.pdf\.sources\.yaml:2: unknown key 'fist'"):
        frontmatter.sidecar(tmp_path / "a.pdf")
