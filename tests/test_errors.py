"""Errors for the user."""

import pickle

from flashcards.errors import BadConfiguration, FlashcardsError, UnreadableInput


def test_one_line_with_its_place():
    """The message is one line: path, line, what."""
    assert str(UnreadableInput("is\nempty", path="a.txt", line=3)) == "a.txt:3: is empty"
    assert str(FlashcardsError("no disk")) == "no disk"


def test_pickles_with_its_place():
    """An error keeps its place across processes."""
    error = pickle.loads(pickle.dumps(BadConfiguration("unknown", path="x.toml", line=2)))

    assert (type(error), str(error), error.status) == (BadConfiguration, "x.toml:2: unknown", 2)
