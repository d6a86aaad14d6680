"""`flashcards.toml`."""

from pathlib import Path

import pytest

from flashcards import config
from flashcards.errors import BadConfiguration


def write(folder: Path, text: str) -> Path:
    path = folder / "flashcards.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_found_above_the_input(tmp_path):
    """The nearest flashcards.toml upward from the input holds."""
    write(tmp_path, "density = 2\n")
    (tmp_path / "a" / "b").mkdir(parents=True)

    assert config.load(None, [tmp_path / "a" / "b"]) == {"density": 2}


def test_none_found(tmp_path):
    """Without a file there are no values."""
    assert config.load(None, [tmp_path]) == {}


def test_paths_count_from_the_file(tmp_path):
    """A relative path in the file is relative to the file, not to the working directory."""
    write(tmp_path, 'terms = "词表.txt"\n')

    assert config.load(None, [tmp_path])["terms"] == tmp_path.resolve() / "词表.txt"


def test_flags_win():
    """A flag that was given wins; one that was not leaves the file's value."""
    assert config.merged({"density": 2, "lang": "zh-Hant"}, {"density": 0.5, "lang": None, "kind": ()}) == {
        "density": 0.5,
        "lang": "zh-Hant",
    }


def test_settings_take_their_own_keys():
    """Keys that steer only the build stay out of the settings."""
    made = config.settings({"density": 3.0, "output": Path("x"), "kind": ("cloze",)})

    assert (made.density, made.kind) == (3.0, ("cloze",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("densty = 1\n", "unknown key 'densty'"),
        ("density = 'many'\n", "density wants float"),
        ("density = true\n", "density wants float"),
        ("recite = 1\n", "recite wants bool"),
        ("kind = [1]\n", "kind wants a list"),
        ("terms = 3\n", "terms wants a path"),
        ("mix = {cloze = 'a'}\n", "mix wants a table"),
        ("density = \n", "no valid TOML"),
    ],
)
def test_mistakes_are_named(tmp_path, text, words):
    """A wrong key, type or syntax is one line that names the file."""
    path = write(tmp_path, text)

    with pytest.raises(BadConfiguration, match=words) as caught:
        config.load(None, [tmp_path])
    assert str(caught.value).startswith(str(path))


def test_not_utf8(tmp_path):
    """A file in another encoding is refused."""
    (tmp_path / "flashcards.toml").write_bytes("lang = '中'".encode("gbk"))

    with pytest.raises(BadConfiguration, match="not UTF-8"):
        config.load(None, [tmp_path])


def test_named_file_missing(tmp_path):
    """A --config that is not there is one line."""
    with pytest.raises(BadConfiguration, match="cannot be read"):
        config.load(tmp_path / "none.toml", [])
