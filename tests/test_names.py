"""Names of decks and of files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashcards import names

FIT = ("水利", "law", "第一章：水", "a.b", "v1.0 (2)", "con水", "水" * 66)
UNFIT = (
    ("../evil", "'/'"),
    ("sub/evil", "'/'"),
    ("a\\b", "cannot hold"),
    ("<b>x</b>", "'<'"),
    ("a:b", "':'"),
    ("a\nb", "cannot hold"),
    ("a\u2028b", "cannot hold"),
    ("a\udcffb", "cannot hold"),
    (".", "full stop"),
    ("..", "full stop"),
    (".hidden", "full stop"),
    ("a ", "space"),
    ("", "empty"),
    (" \u3000", "empty"),
    ("NUL", "device"),
    ("com1.txt", "device"),
    ("水" * 67, "longer"),
)


@pytest.mark.parametrize("name", FIT)
def test_a_name_is_taken(name):
    """Chinese, dots within and brackets name a deck."""
    assert names.fault(name) is None


@pytest.mark.parametrize(("name", "words"), UNFIT)
def test_a_name_that_cannot_name_files_is_refused(name, words):
    """Separators, control characters, what Windows forbids, and names without an end or too long."""
    assert words in (names.fault(name) or "")


@given(st.text(max_size=90))
def test_a_files_name_becomes_a_decks_name(name):
    """What is made of any file's name names a deck, or nothing is left of it."""
    made = names.usable(name)
    assert not made or names.fault(made) is None


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_is_legible_as_it_is(text):
    """Text without lone surrogates stays what it is."""
    assert names.legible(text) == text


@given(st.binary(max_size=20))
def test_any_bytes_of_a_name_can_be_written(data):
    """However a name was decoded, its legible form is what the bytes say as UTF-8, the others as escapes."""
    for encoding in ("ascii", "utf-8"):
        made = names.legible(data.decode(encoding, "surrogateescape"))
        assert made == data.decode("utf-8", "backslashreplace")


def test_a_name_read_in_an_ascii_locale_is_legible():
    """The bytes of Chinese, decoded as ASCII, are Chinese again."""
    assert names.legible("水利.md".encode().decode("ascii", "surrogateescape")) == "水利.md"
