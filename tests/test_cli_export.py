"""`flashcards export`: where files go, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.sheets import EVERY_KIND

from flashcards.cli import cli
from flashcards.exporters import EXPORTERS


def run(*arguments: object) -> Result:
    """The command with these arguments, in this process."""
    return CliRunner().invoke(cli, ["export", *map(str, arguments)], catch_exceptions=False)


@pytest.mark.parametrize("to", EXPORTERS)
def test_a_file_of_another_suffix_is_refused(tmp_path: Path, to: str) -> None:
    """-o names a file of the format, or it is a usage error and nothing is written."""
    result = run(EVERY_KIND, "--to", to, "-o", tmp_path / "p.docx")
    assert result.exit_code == 2
    assert "p.docx: does not end in ." in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_of_its_suffix_is_written(tmp_path: Path) -> None:
    """The suffix counts, not the two before it, in any case of letters."""
    result = run(EVERY_KIND, "--to", "gift", "-o", tmp_path / "题.TXT")
    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.iterdir()] == ["题.TXT"]


@pytest.mark.parametrize("to", EXPORTERS)
def test_a_bank_without_items_is_one_line(tmp_path: Path, to: str) -> None:
    """A header alone gives no file, in no format."""
    path = tmp_path / "a.bank.jsonl"
    path.write_bytes(EVERY_KIND.read_bytes().split(b"\n")[0] + b"\n")
    result = run(path, "--to", to)
    assert (result.exit_code, result.stderr) == (
        1,
        f"{path}: holds no items; build it again from texts with items\n",
    )
    assert list(tmp_path.iterdir()) == [path]


def test_a_banks_name_does_not_leave_its_folder(tmp_path: Path) -> None:
    """A bank that calls itself ../evil gives a file in its own folder."""
    path = tmp_path / "x" / "a.bank.jsonl"
    path.parent.mkdir()
    path.write_bytes(EVERY_KIND.read_bytes().replace("水与诗".encode(), b"../evil", 1))
    result = run(path, "--to", "gift")
    assert result.exit_code == 0, result.output
    assert [made.name for made in tmp_path.rglob("*.txt")] == ["_evil.gift.txt"]
    assert [made.name for made in tmp_path.iterdir()] == ["x"]
