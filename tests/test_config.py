"""`flashcards.toml`."""

from pathlib import Path

import click
import pytest

from flashcards import config
from flashcards.cli import options
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
        ("density = 99\n", "density wants a number from 0.1 to 10, not 99"),
        ("density = nan\n", "density wants a number"),
        ("workers = -3\n", "workers wants a number from 1, not -3"),
        ("workers = 'x'\n", "workers wants int"),
        ("split = -4\n", "split wants a number from 1, not -4"),
        ("cache = 1\n", "cache wants bool"),
        ("engine = 'spark'\n", "unknown engine 'spark'; known: local, dask"),
        ("lang = 'zh'\n", "unknown lang 'zh'"),
        ("script = 'zh'\n", "unknown script 'zh'"),
        ("kind = 'cloze,clooze'\n", "unknown kind 'clooze'"),
        ("mix = {clooze = 1}\n", "unknown mix 'clooze'"),
        ("to = ['doc']\n", "unknown to 'doc'"),
        ("name = '../evil'\n", "name '../evil': a name cannot hold '/'"),
        ("project = ' '\n", "project is empty"),
        ("versions = 'A,E'\n", "unknown version 'E'"),
        ("items = 0\n", "items wants a number from 1"),
        ("paper = 'a5'\n", "unknown --paper 'a5'"),
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


@pytest.mark.parametrize("key", config.RANGES)
def test_a_flag_and_its_key_have_one_range(key):
    """The ends of a range are taken by the flag and by the file; what lies beyond them by neither."""
    least, most = config.RANGES[key]
    kind = options.number(key)
    for value in (least, most or 1000):
        assert kind.convert(value, None, None) == value
        config.settings({key: value})
    for value in (least - 1, *(() if most is None else (most + 1,))):
        with pytest.raises(click.BadParameter):
            kind.convert(value, None, None)
        with pytest.raises(BadConfiguration):
            config.settings({key: value})


@pytest.mark.parametrize("text", ["'a, B'", "['a', 'B']", "['A,b']", "'A，B'"])
def test_lists_are_written_as_with_the_flags(tmp_path, text):
    """A list of words may be a list, or one text with commas, in the file as with the flags."""
    write(tmp_path, f"versions = {text}\nkind = 'cloze,list'\n")

    assert config.load(None, [tmp_path]) == {"versions": ("A", "B"), "kind": ("cloze", "list")}
    assert config.merged({}, {"versions": ("a,B",)}) == {"versions": ("A", "B")}


def test_a_flag_may_have_any_value_but_a_wrong_one():
    """Settings of flags are checked like the file's, without a file to name."""
    with pytest.raises(BadConfiguration, match=r"^name '\.\.'"):
        config.settings({"name": ".."})
