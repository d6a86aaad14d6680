"""The flow: neighbouring files are handled together, and each gives what it gives by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashcards import inputs, pipeline
from flashcards.errors import BadConfiguration
from flashcards.inputs import Input
from flashcards.settings import Settings

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = inputs.find([CORPUS]).files


@pytest.fixture(scope="module")
def alone() -> list[pipeline.Outcome]:
    """The outcome of every text of the corpus, made by itself."""
    return [outcome for file in FILES for outcome in pipeline.make_all([file], Settings())]


@pytest.mark.parametrize("together", [1, 500, 3_000, 10**9])
def test_a_file_gives_together_with_others_what_it_gives_alone(alone, monkeypatch, together):
    """However many documents are analysed at once, every outcome is the same."""
    monkeypatch.setattr(pipeline, "TOGETHER", together)
    assert pipeline.make_all(FILES, Settings()) == alone
    assert pipeline.make_all(FILES[::-1], Settings()) == alone[::-1]


def test_a_file_that_cannot_be_read_costs_the_others_nothing(alone, tmp_path):
    """Its outcome, in its place, is the error."""
    bad = Input(tmp_path / "nowhere.txt", "nowhere.txt")
    empty = Input(tmp_path / "empty.txt", "empty.txt")
    empty.path.write_bytes(b"")
    found = pipeline.make_all([bad, FILES[0], empty, *FILES[1:]], Settings())
    assert [found[1], *found[3:]] == alone
    assert [str(found[at].error).split(":")[0] for at in (0, 2)] == [str(bad.path), str(empty.path)]


def test_a_file_of_many_documents_has_them_all_in_one_outcome(tmp_path, monkeypatch):
    """Records of one file that are analysed in several groups stay one outcome, in their order."""
    monkeypatch.setattr(pipeline, "TOGETHER", 100)
    path = tmp_path / "records.jsonl"
    line = '{{"id": "{}", "text": "都江堰由李冰主持修建，至今仍在灌溉成都平原。飞沙堰泄走内江多余的洪水和泥沙。"}}\n'
    path.write_text("".join(map(line.format, range(9))), encoding="utf-8")
    (outcome,) = pipeline.make_all([Input(path, "records.jsonl")], Settings())
    assert [read.document for read, _ in outcome.documents] == list(map(str, range(9)))


def test_what_the_user_set_wrongly_is_said_of_every_file():
    """It is no fault of one document."""
    found = pipeline.make_all(FILES, Settings(kind=("riddle",)))
    assert {type(outcome.error) for outcome in found} == {BadConfiguration}
