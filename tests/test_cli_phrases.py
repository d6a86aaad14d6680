"""`flashcards phrases`: one JSON line a document, in the shape that others' scripts read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from flashcards.cli import cli

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def run(*arguments: str):
    return CliRunner().invoke(cli, ["phrases", *arguments])


def test_one_line_a_file_best_first():
    """id, phrases and scores, as many as --top, scores falling."""
    result = run(str(CORPUS / "细胞的结构.txt"), "--top", "7")
    assert result.exit_code == 0
    (record,) = map(json.loads, result.stdout.splitlines())
    assert list(record) == ["id", "phrases", "scores"]
    assert len(record["phrases"]) == len(record["scores"]) == 7
    assert record["scores"] == sorted(record["scores"], reverse=True)


def test_one_line_a_record_with_its_own_id(tmp_path):
    """Each record of a .jsonl file is a document, and its id comes back."""
    path = tmp_path / "a.jsonl"
    rows = [
        {"id": "x-1", "title": "光合作用", "text": "光合作用在叶绿体里进行。"},
        {"id": "x-2", "text": "线粒体进行有氧呼吸。"},
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    found = [json.loads(line) for line in run(str(path)).stdout.splitlines()]
    assert [record["id"] for record in found] == ["x-1", "x-2"]
    assert found[0]["phrases"][0] == "光合作用"


def test_explain_tells_reasons_places_and_what_was_beaten():
    """Each phrase has reasons in words and numbers, places, and runners-up."""
    (record,) = map(json.loads, run(str(CORPUS / "细胞的结构.txt"), "--explain", "--top", "5").stdout.splitlines())
    assert len(record["reasons"]) == len(record["runners_up"]) == len(record["occurrences"]) == 5
    reason = record["reasons"][0][0]
    assert set(reason) == {"feature", "value", "contribution", "words"} and reason["words"]
    assert all(place["in"][0] for places in record["occurrences"] for place in places)


def test_terms_and_stop_lists(tmp_path):
    """A forced term stands first, a stopped one nowhere."""
    (tmp_path / "terms.txt").write_text("有丝分裂\n", encoding="utf-8")
    (tmp_path / "stop.txt").write_text("细胞膜\n", encoding="utf-8")
    result = run(
        str(CORPUS / "细胞的结构.txt"), "--terms", str(tmp_path / "terms.txt"), "--stop", str(tmp_path / "stop.txt")
    )
    phrases = json.loads(result.stdout)["phrases"]
    assert phrases[0] == "有丝分裂" and "细胞膜" not in phrases


@pytest.mark.parametrize(
    ("name", "data", "status"), [("none.txt", None, 1), ("empty.txt", b"", 1), ("odd.xyz", b"x", 1)]
)
def test_bad_input_is_one_line_and_status_one_while_the_others_go_on(tmp_path, name, data, status):
    """The bad file is named on stderr; the good one is answered."""
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    result = run(str(path), str(CORPUS / "细胞的结构.txt"))
    assert result.exit_code == status
    assert name in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert len(result.stdout.splitlines()) == 1


def test_missing_term_list_is_a_wrong_option(tmp_path):
    """A term list that cannot be read ends the command with status 2."""
    result = run(str(CORPUS / "细胞的结构.txt"), "--terms", str(tmp_path / "none.txt"))
    assert result.exit_code == 2 and "none.txt" in result.stderr
