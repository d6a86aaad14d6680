"""Tables of words: filled while texts are read, emptied before a bank is written."""

from pathlib import Path

from flashcards import inputs, memory, pipeline
from flashcards.gaps.lexicon import lexicon
from flashcards.keyphrases.background import vocabulary
from flashcards.settings import Settings

TEXT = Path(__file__).parents[1] / "corpus" / "山居四时.txt"


def test_what_is_forgotten_is_worked_out_again():
    """Emptied tables are filled anew, and the items stay the same."""
    files = inputs.find([TEXT]).files
    before = pipeline.make_all(files, Settings())
    words = len(lexicon().numbers), len(vocabulary().numbers)
    memory.forget()
    assert (len(lexicon().numbers), len(vocabulary().numbers)) < (10, 10) < words
    assert pipeline.make_all(files, Settings()) == before
