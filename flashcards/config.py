"""`flashcards.toml`: the same keys, ranges and choices as the command line's flags, checked; the flags win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from flashcards import names
from flashcards.errors import BadConfiguration
from flashcards.settings import Settings

NAME = "flashcards.toml"
# Keys that steer a build but are no part of what an item looks like, with their types.
BUILD_KEYS = {
    "name": "str",
    "to": "tuple",
    "output": "Path",
    "workers": "int",
    "engine": "str",
    "scheduler": "str",
    "cache": "bool",
    "strict": "bool",
    "prune": "bool",
    "ledger": "Path",
}
# What flags and configuration allow: least and most (None: no end), and the words known.
RANGES: dict[str, tuple[float, float | None]] = {"density": (0.1, 10), "workers": (1, None), "split": (1, None)}
CHOICES: dict[str, tuple[str, ...]] = {
    "engine": ("local", "dask"),
    "lang": ("zh-Hans", "zh-Hant"),
    "script": ("zh-Hans", "zh-Hant", "both"),
}
# What a quiz sheet alone looks at; `sheet/options.py` knows what it may be.
SHEET_KEYS = frozenset(
    {"items", "versions", "layout", "blank", "paper", "points", "minutes", "passages", "seal", "numbering"}
)


def find(paths: Sequence[Path]) -> Path | None:
    """The nearest ``flashcards.toml`` beside or above the first path, or None."""
    if not paths:
        return None
    start = paths[0].resolve()
    for folder in (start, *start.parents):
        if (folder / NAME).is_file():
            return folder / NAME
    return None


def load(config: Path | None, paths: Sequence[Path]) -> dict[str, Any]:
    """The checked keys of the configuration that holds for ``paths``; empty where there is none.

    Relative paths in it count from its own folder. Raises BadConfiguration for an unknown key, a wrong type, bad TOML.
    """
    path = config or find(paths)
    if path is None:
        return {}
    import tomllib

    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BadConfiguration(f"cannot be read: {error.strerror}", path=path) from None
    except UnicodeDecodeError:
        raise BadConfiguration("is not UTF-8; save it as UTF-8", path=path) from None
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(f"is no valid TOML: {error}", path=path) from None
    values = {key: _checked(key, value, path) for key, value in table.items()}
    try:
        settings(values)
    except BadConfiguration as error:
        raise BadConfiguration(error.what, path=path) from None
    return values


def settings(values: Mapping[str, Any]) -> Settings:
    """A `Settings` from merged configuration and flags, leaving out what steers the build only.

    Raises BadConfiguration for a value out of its range, an unknown word, or a name that cannot name files.
    """
    known = {field.name for field in fields(Settings)}
    made = Settings(**{key: value for key, value in values.items() if key in known})
    for key, value in values.items():
        wrong = _fault(key, value)
        if wrong:
            raise BadConfiguration(wrong)
    if values.keys() & SHEET_KEYS:
        from flashcards.sheet import options

        options.from_settings(made)
    return made


def _fault(key: str, value: Any) -> str | None:
    """What is wrong with one value, or None."""
    if value is None:
        return None
    if key in RANGES:
        least, most = RANGES[key]
        if not least <= value <= (value if most is None else most):
            wanted = f"a number from {least:g}" + ("" if most is None else f" to {most:g}")
            return f"{key} wants {wanted}, not {value}"
    if key in {"name", "project"} and not value.strip():
        return f"{key} is empty; give it a name or leave it out"
    if key == "name":
        wrong = names.fault(value)
        return wrong and f"{key} {value!r}: {wrong}"
    known = known_words(key)
    if known:
        for word in (value,) if isinstance(value, str) else value:
            if word not in known:
                return f"unknown {key} {word!r}; known: {', '.join(known)}"
    return None


def known_words(key: str) -> tuple[str, ...]:
    """The words that a key takes, from the tables of the program; empty where any will do."""
    if key in {"kind", "mix"}:
        from flashcards.items import KINDS

        return tuple(KINDS)
    if key == "to":
        from flashcards.exporters import EXPORTERS

        return tuple(EXPORTERS)
    return CHOICES.get(key, ())


def merged(config: Mapping[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """Configuration overlaid with the flags that were given (None and empty tuples were not)."""
    given = {key: _listed(key, value) if isinstance(value, tuple) else value for key, value in flags.items()}
    return {**config, **{key: value for key, value in given.items() if value is not None and value != ()}}


def _listed(key: str, values: Sequence[str]) -> tuple[str, ...]:
    """The words of a list, each of which may hold several with commas between; versions are capital letters."""
    parts = (part.strip() for value in values for part in value.replace("，", ",").split(","))
    return tuple(part.upper() if key == "versions" else part for part in parts if part)


def _checked(key: str, value: object, path: Path) -> object:
    types = {field.name: str(field.type) for field in fields(Settings)} | BUILD_KEYS
    if key not in types:
        raise BadConfiguration(f"unknown key {key!r}; known: {', '.join(sorted(types))}", path=path)
    kind = types[key]
    if "Path" in kind:
        if not isinstance(value, str):
            raise BadConfiguration(f"{key} wants a path in quotes", path=path)
        return (path.parent / value).resolve()
    wanted: dict[str, tuple[type, ...]] = {"bool": (bool,), "float": (int, float), "int": (int,), "str": (str, int)}
    for word, allowed in wanted.items():
        if kind.split(" ")[0] == word:
            if not isinstance(value, allowed) or (isinstance(value, bool) and word != "bool"):
                raise BadConfiguration(f"{key} wants {word}, not {value!r}", path=path)
            return str(value) if word == "str" else value
    if kind.startswith("tuple"):
        if isinstance(value, str):
            return _listed(key, (value,))
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return _listed(key, value)
        raise BadConfiguration(f"{key} wants a list of words", path=path)
    if kind.startswith("dict") and not (
        isinstance(value, dict)
        and all(isinstance(part, int | float) and not isinstance(part, bool) for part in value.values())
    ):
        raise BadConfiguration(f"{key} wants a table of numbers", path=path)
    return value
