"""The command line as a whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from flashcards import __version__
from flashcards.cli import COMMANDS, cli

HEAVY = (
    "jieba",
    "rjieba",
    "numpy",
    "genanki",
    "lxml",
    "opencc",
    "flask",
    "yaml",
    "rich",
    "jinja2",
    "sqlite3",
    "pypdfium2",
)


def modules_after(*arguments: str) -> set[str]:
    """The top-level modules that a run of the program in a fresh process has loaded."""
    code = (
        "import sys; from flashcards.cli import cli\n"
        f"try: cli({list(arguments)!r}, prog_name='flashcards')\n"
        "except SystemExit: pass\n"
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    return set(result.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments):
    """`--help` and `--version` load none of the heavy libraries."""
    assert not modules_after(*arguments) & set(HEAVY)


def test_a_build_loads_what_it_needs(tmp_path):
    """A build of a plain text loads no other reader's libraries, and nothing for workers or a terminal."""
    text = Path(__file__).parents[1] / "corpus" / "山居四时.txt"
    loaded = modules_after("build", str(text), "-o", str(tmp_path), "--no-cache")
    assert {"numpy", "genanki"} <= loaded
    assert not loaded & {"multiprocessing", "lxml", "pypdfium2", "rich"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    """Every command of the table runs its --help, and its first line is a sentence."""
    result = CliRunner().invoke(cli, [command, "--help"])

    assert result.exit_code == 0, result.output
    assert ". " in " ".join(result.output.split("Options:")[0].split()) + " "


def test_help_lists_every_command():
    """The program's help lists the commands with a line each."""
    output = CliRunner().invoke(cli, ["--help"]).output

    for name, (_, text) in COMMANDS.items():
        assert f"  {name}" in output
        assert text.split(";")[0] in output


def test_version():
    """--version says name and version."""
    assert CliRunner().invoke(cli, ["--version"]).output == f"flashcards, version {__version__}\n"


def test_unknown_command_is_a_usage_error():
    """An unknown command is status 2."""
    assert CliRunner().invoke(cli, ["bulid"]).exit_code == 2


def test_output_is_utf8_whatever_the_locale(tmp_path):
    """Chinese goes to stdout as UTF-8 under LANG=C too."""
    (tmp_path / "a.txt").write_text("水是生命之源，山是大地之骨。\n", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "flashcards", "read", str(tmp_path / "a.txt")],
        env={"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PATH": ""},
        capture_output=True,
        check=True,
    )

    assert "水是生命之源" in result.stdout.decode("utf-8")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are in UTF-8 whatever the locale")
@pytest.mark.parametrize("name", ["水利.txt".encode(), "水利.txt".encode("gb18030")], ids=["utf-8", "gb18030"])
def test_names_of_files_work_in_any_locale(tmp_path, name):
    """Under LANG=C a file with a Chinese name, even in another encoding, is read and gives files that can be named."""
    path = bytes(tmp_path) + b"/" + name
    Path(os.fsdecode(path)).write_text("都江堰由鱼嘴、飞沙堰和宝瓶口三部分组成，灌溉着成都平原。\n", encoding="utf-8")
    folder = os.fsencode(tmp_path / "甲")
    result = subprocess.run(
        [sys.executable, "-m", "flashcards", "build", path, "-o", folder, "--no-cache"],
        env={"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PATH": ""},
        capture_output=True,
    )
    stem = name.decode("utf-8", "backslashreplace").replace("\\", "_").removesuffix(".txt")

    assert result.returncode == 0, result.stderr.decode()
    assert f"甲/{stem}.apkg" in result.stdout.decode("utf-8")
    assert Path(os.fsdecode(folder + f"/{stem}.bank.jsonl".encode())).is_file()


@pytest.mark.parametrize("command", ["build", "diff"])
@pytest.mark.parametrize("name", ["../evil", "sub/evil", "..", "a\nb", "<b>x</b>"])
def test_a_name_stays_in_the_output_folder(tmp_path, command, name):
    """A deck's name that would leave the output folder, or that some system forbids, is refused first."""
    text = tmp_path / "a.txt"
    text.write_text("水是生命之源，山是大地之骨。\n", encoding="utf-8")
    result = CliRunner().invoke(cli, [command, str(text), "--name", name, "-o", str(tmp_path / "out")])

    assert (result.exit_code, result.stderr.startswith(f"name {name!r}: a name cannot")) == (2, True)
    assert sorted(tmp_path.iterdir()) == [text]


def test_every_input_that_is_missing_is_named(tmp_path):
    """Where nothing can be read, each path is one line."""
    missing = [str(tmp_path / name) for name in ("a.txt", "b.txt")]
    result = CliRunner().invoke(cli, ["build", *missing, "-o", str(tmp_path)])

    assert result.stderr.splitlines() == [f"{path}: is not there; check the name" for path in missing]
