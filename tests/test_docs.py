"""The documents say what the program does."""

from pathlib import Path

import pytest

from flashcards.cli import COMMANDS
from flashcards.exporters import EXPORTERS
from flashcards.readers import READERS

ROOT = Path(__file__).resolve().parent.parent


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(readme, command):
    """A command that the program has stands in both READMEs."""
    assert f"flashcards {command}" in text(readme)


@pytest.mark.parametrize("format_", EXPORTERS)
def test_every_format_is_in_the_readme(format_):
    """A format that can be written stands in the README."""
    assert f"`{format_}`" in text("README.md")


@pytest.mark.parametrize("suffix", [".txt", ".md", ".jsonl", ".pdf", ".docx", ".epub", ".html"])
def test_every_main_suffix_is_read_and_documented(suffix):
    """A suffix that the README promises has a reader."""
    assert suffix in READERS
    assert suffix in text("README.md")


def test_the_pictures_exist():
    """Every picture that the READMEs show is there."""
    for readme in ("README.md", "README.zh.md"):
        for part in text(readme).split("](")[1:]:
            target = part.split(")")[0]
            if not target.startswith("http"):
                assert (ROOT / target).exists(), f"{readme}: {target}"


def test_no_room_without_a_line():
    """Every module and folder of the package is in the map of docs/architecture.md."""
    listed = text("docs/architecture.md")
    for path in sorted((ROOT / "flashcards").iterdir()):
        if path.name.startswith(("_", ".")) or path.name == "py.typed":
            continue
        assert f"{path.name}{'/' if path.is_dir() else ''} " in listed, path.name
