"""The command line as a whole."""

import subprocess
import sys

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
