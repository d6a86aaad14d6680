"""`flashcards.toml`: the same keys as the command line's flags, checked; the flags win."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from flashcards.errors import BadConfiguration
from flashcards.settings import Settings

NAME = "flashcards.toml"
# Keys that steer a build but are no part of what an item looks like.
BUILD_KEYS = frozenset(
    {"name", "to", "output", "workers", "engine", "scheduler", "cache", "strict", "prune", "ledger", "split"}
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
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BadConfiguration(f"cannot be read: {error.strerror}", path=path) from None
    except UnicodeDecodeError:
        raise BadConfiguration("is not UTF-8; save it as UTF-8", path=path) from None
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(f"is no valid TOML: {error}", path=path) from None
    return {key: _checked(key, value, path) for key, value in table.items()}


def settings(values: Mapping[str, Any]) -> Settings:
    """A `Settings` from merged configuration and flags, leaving out what steers the build only."""
    known = {field.name for field in fields(Settings)}
    return Settings(**{key: value for key, value in values.items() if key in known})


def merged(config: Mapping[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """Configuration overlaid with the flags that were given (None and empty tuples were not)."""
    return {**config, **{key: value for key, value in flags.items() if value is not None and value != ()}}


def _checked(key: str, value: object, path: Path) -> object:
    types = {field.name: str(field.type) for field in fields(Settings)}
    if key not in types and key not in BUILD_KEYS:
        known = ", ".join(sorted({*types, *BUILD_KEYS}))
        raise BadConfiguration(f"unknown key {key!r}; known: {known}", path=path)
    kind = types.get(key, "")
    if "Path" in kind or key in {"ledger", "output"}:
        if not isinstance(value, str):
            raise BadConfiguration(f"{key} wants a path in quotes", path=path)
        return (path.parent / value).resolve()
    wanted: dict[str, tuple[type, ...]] = {"bool": (bool,), "float": (int, float), "int": (int,), "str": (str, int)}
    for word, allowed in wanted.items():
        if kind.split(" ")[0] == word:
            if not isinstance(value, allowed) or (isinstance(value, bool) and word != "bool"):
                raise BadConfiguration(f"{key} wants {word}, not {value!r}", path=path)
            return str(value) if word == "str" else value
    if kind.startswith("tuple") or key == "to":
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise BadConfiguration(f"{key} wants a list of words", path=path)
    if kind.startswith("dict") and not (
        isinstance(value, dict)
        and all(isinstance(part, int | float) and not isinstance(part, bool) for part in value.values())
    ):
        raise BadConfiguration(f"{key} wants a table of numbers", path=path)
    return value
