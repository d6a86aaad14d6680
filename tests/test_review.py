"""The review file: what the user decided holds, through edits of the text."""

from __future__ import annotations

import pytest

from flashcards import gaps, keyphrases
from flashcards.errors import BadConfiguration
from flashcards.gaps import review
from flashcards.model import Passage
from flashcards.settings import Settings

TEXT = (
    "都江堰坐落在岷江由山区流入成都平原的出口上，大约公元前256年由秦国蜀郡太守李冰主持修建。"
    "飞沙堰的堰顶比内江河床只高出两米左右，看起来很不起眼，泄洪排沙的作用却十分关键。"
)
EDITED = TEXT.replace("大约", "约在").replace("看起来很不起眼", "看上去毫不起眼")


def survey(text: str, path=None) -> gaps.Survey:
    settings = Settings(review=path)
    return gaps.survey(keyphrases.analyse([Passage("d#1", "d", 1, text, (3, 5), title="古代工程")], settings), settings)


def asked(text: str, path=None) -> set[str]:
    return {choice.phrase for choice in survey(text, path).chosen}


def written(tmp_path, text: str = TEXT):
    path = tmp_path / "review.tsv"
    found = survey(text)
    review.write(path, found.chosen, found.rejected)
    return path


def decide(path, answer: str, decision: str) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = [line.split("\t") for line in lines]
    lines = ["\t".join([decision, *row[1:]]) if row[1:2] == [answer] else "\t".join(row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")


def test_every_chosen_gap_is_a_line_with_answer_sentence_place_and_reasons(tmp_path):
    """The first line names the columns; each gap has a line marked keep."""
    path = written(tmp_path)
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == list(review.COLUMNS)
    kept = [row for row in rows[1:] if row[0] == "keep"]
    assert {row[1] for row in kept} == asked(TEXT)
    assert all(row[1] in row[2] and row[3] == "d" and row[4] == "3-5" and row[5] for row in kept)


def test_unedited_file_changes_nothing(tmp_path):
    """Building with the file as it was written gives the same gaps."""
    assert asked(TEXT, written(tmp_path)) == asked(TEXT)


def test_dropped_gap_stays_dropped_through_edits(tmp_path):
    """A dropped answer is not asked, nor after its sentence was edited."""
    path = written(tmp_path)
    decide(path, "公元前256年", "drop")
    assert "公元前256年" in asked(EDITED)
    assert "公元前256年" not in asked(TEXT, path)
    assert "公元前256年" not in asked(EDITED, path)


def test_locked_gap_is_asked_whatever_the_rules_say(tmp_path):
    """A lock on a phrase that no rule would choose, written by hand, is honoured, through edits too."""
    path = tmp_path / "review.tsv"
    path.write_text("decision\tanswer\nlock\t看\n", encoding="utf-8")
    assert "看" not in asked(TEXT)
    assert "看" in asked(TEXT, path)
    assert "看" in asked(EDITED, path)


def test_rewriting_keeps_decisions(tmp_path):
    """The next build writes the dropped line again, though the gap is among its choices no more."""
    path = written(tmp_path)
    decide(path, "公元前256年", "drop")
    found = survey(TEXT, path)
    review.write(path, found.chosen, found.rejected)
    sentence = TEXT[: TEXT.index("。") + 1]
    assert review.load(path).decision("d", "公元前256年", sentence) == "drop"


def test_lines_of_other_documents_stay(tmp_path):
    """A build of one document leaves the lines of another alone."""
    path = tmp_path / "review.tsv"
    path.write_text("decision\tanswer\tsentence\tdocument\nkeep\t别处\t别处的句子。\tother\n", encoding="utf-8")
    found = survey(TEXT)
    review.write(path, found.chosen, found.rejected)
    assert any(entry.document == "other" and entry.answer == "别处" for entry in review.load(path).entries)


def test_spreadsheet_file_with_bom_and_crlf_is_read(tmp_path):
    """A spreadsheet adds a BOM, CRLF and quotes."""
    path = tmp_path / "review.tsv"
    path.write_bytes('\ufeffdecision\tanswer\tsentence\r\ndrop\t"公元前256年"\t\r\n'.encode())
    assert "公元前256年" not in asked(TEXT, path)


def test_cell_that_a_spreadsheet_would_run_is_written_as_text(tmp_path):
    """An answer that begins with = is written behind an apostrophe and comes back as it was."""
    path = tmp_path / "review.tsv"
    path.write_text("decision\tanswer\tsentence\tdocument\ndrop\t'=1+1\t\td\n", encoding="utf-8")
    review.write(path, (), ())
    assert "\t'=1+1\t" in path.read_text(encoding="utf-8")
    assert review.load(path).entries[0].answer == "=1+1"


def test_decisions_hold_for_their_document_among_others(tmp_path):
    """Of documents asked together each has the gaps that its own lines leave it."""
    path = written(tmp_path)
    decide(path, "公元前256年", "drop")
    settings = Settings(review=path)
    batch = [
        keyphrases.analyse([Passage(f"{name}#1", name, 1, text, (3, 5), title="古代工程")], settings)
        for name, text in (("d", TEXT), ("e", TEXT), ("d", EDITED), ("d", "灯塔很高。"))
    ]
    found = [chosen for _, chosen in gaps.choose_all(batch, settings)]
    assert found == [gaps.choose(one, settings) for one in batch]
    assert ["公元前256年" in {choice.phrase for choice in chosen} for chosen in found] == [False, True, False, False]


def test_missing_file_is_an_empty_review(tmp_path):
    """The first build has no file yet."""
    assert review.load(tmp_path / "none.tsv").entries == ()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"decision\tanswer\nmaybe\tx\n", ":2"),
        (b"decision\tanswer\nkeep\t\n", ":2"),
        (b"a\tb\n1\t2\n", ":1"),
        (b"\xff\xff\xfe", ""),
    ],
)
def test_damaged_table_is_one_line_with_file_and_line(tmp_path, data, line):
    """An unknown decision, no answer, no such column, not UTF-8."""
    path = tmp_path / "review.tsv"
    path.write_bytes(data)
    with pytest.raises(BadConfiguration, match=rf"review\.tsv{line}"):
        review.load(path)
