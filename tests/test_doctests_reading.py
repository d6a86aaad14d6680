"""The examples in the docstrings of reading, repair and sources are true."""

import doctest
from importlib import import_module

import pytest

MODULES = (
    "dates",
    "readers.encoding",
    "repair.characters",
    "repair.glue",
    "repair.marks",
    "repair.measure",
    "repair.roles",
    "sources.assign",
    "sources.nearby",
    "sources.notes",
    "sources.units",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name):
    """Every example of a module gives what stands below it."""
    result = doctest.testmod(import_module(f"flashcards.{name}"))

    assert result.failed == 0
