"""YAML front matter and sidecar files: every key known, every value a string, every error with its line.

Values are read as YAML's plain strings, so that ``date: 2023-05-10``, ``no`` and ``1.10`` stay what was written;
anchors and aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashcards import dates
from flashcards.errors import UnreadableInput

if TYPE_CHECKING:
    import yaml

LARGEST = 64_000
SOURCE_KEYS = ("title", "author", "date", "place", "occasion", "publication", "page", "url", "licence", "marker")
ENTRY_KEYS = (*SOURCE_KEYS, "first", "license")
OWN_KEYS = ("id", "source", "sources", "lang", "language", "tags")
# Keys of site generators and note programs: they say nothing to us and are no typing errors.
# fmt: off
FOREIGN_KEYS = frozenset((
    "alias", "aliases", "author_profile", "banner", "bibliography", "categories", "category", "comment", "comments",
    "copyright", "cover", "created", "css", "cssclass", "cssclasses", "description", "draft", "excerpt", "header",
    "image", "img", "keywords", "last_modified_at", "lastmod", "layout", "math", "mathjax", "menu", "modified",
    "next", "output", "permalink", "pin", "prev", "published", "redirect_from", "redirect_to", "reward", "section",
    "series", "share", "sidebar", "sidebar_label", "sidebar_position", "sitemap", "slug", "sticky", "subtitle",
    "summary", "tag", "template", "thumbnail", "toc", "top", "type", "uid", "updated", "version", "weight",
))
# fmt: on


def split(text: str, path: Path) -> tuple[dict[str, object], str, int]:
    """Front matter (checked), the text behind it, and the number of that text's first line.

    Raises UnreadableInput at the line of what is wrong. A leading rule line of a plain text is no front matter.
    """
    text = text.removeprefix("\ufeff")
    if not text.startswith("---"):
        return {}, text, 1
    head = text[: LARGEST + 10]
    lines = head.splitlines()
    if lines[0].rstrip() != "---":
        return {}, text, 1
    begin = next((line for line in lines[1:] if line.strip() and not line.lstrip().startswith("#")), "")
    if not _is_key(begin) and not begin.lstrip().startswith("- "):
        return {}, text, 1
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        if not _is_key(begin):
            return {}, text, 1
        raise UnreadableInput("front matter is never closed; end it with a line ---", path=path, line=1)
    meta = parse("\n".join(lines[1:end]), path, offset=1)
    body = text.splitlines(keepends=True)[end + 1 :]
    return meta, "".join(body), end + 2


def _is_key(line: str) -> bool:
    """Whether a line begins with a key of YAML."""
    return re.match(r"[\w\u4e00-\u9fff-]+\s*:(\s|$)", line.strip()) is not None


def sidecar(path: Path) -> dict[str, object]:
    """What ``NAME.sources.yaml`` beside a file says of its sources, checked; empty where there is none."""
    beside = path.with_name(path.name + ".sources.yaml") if path.name and str(path) != "-" else None
    if beside is None or not beside.is_file():
        return {}
    try:
        data = beside.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}", path=beside) from None
    except UnicodeDecodeError:
        raise UnreadableInput("is not UTF-8; save it as UTF-8", path=beside) from None
    if len(data) > LARGEST:
        raise UnreadableInput(f"is larger than {LARGEST // 1000} kB", path=beside)
    return parse(text, beside, offset=0)


def parse(text: str, path: Path, *, offset: int) -> dict[str, object]:
    """Check a YAML mapping; ``offset`` is the number of lines before it in the file.

    ``sources`` becomes a tuple of mappings, ``source`` one mapping, the other keys strings.
    """
    import yaml

    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _error("anchors and aliases are not allowed; write the value out", path, event.start_mark, offset)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"is no valid YAML: {error.problem or error.context}"
        hint = "; put a value with ': ' in quotes" if "mapping values" in what else "; check indents and quotes"
        raise _error(what + hint, path, mark, offset) from None
    except yaml.YAMLError as error:
        raise UnreadableInput(f"is no valid YAML: {error}; remove it", path=path, line=offset + 1) from None
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise _error("wants keys and values (title: …), not a list or a word", path, node.start_mark, offset)
    meta: dict[str, object] = {}
    for key, value in _pairs(node, path, offset):
        if key.value == "source":
            meta["source"] = _entry(value, path, offset)
        elif key.value == "sources":
            if not isinstance(value, yaml.SequenceNode):
                raise _error("sources wants a list (- marker: ①)", path, value.start_mark, offset)
            meta["sources"] = tuple(_entry(part, path, offset) for part in value.value)
        elif key.value in FOREIGN_KEYS or key.value in ("tags", "lang", "language"):
            continue
        elif key.value in OWN_KEYS or key.value in ENTRY_KEYS:
            meta[_name(key.value)] = _scalar(key, value, path, offset)
        else:
            known = ", ".join((*OWN_KEYS, *SOURCE_KEYS))
            raise _error(f"unknown key {key.value!r}; known: {known}", path, key.start_mark, offset)
    return meta


def _entry(node: yaml.Node, path: Path, offset: int) -> Mapping[str, str]:
    """One source: a mapping of its fields, or a line as it would stand in a note (kept under ``note``)."""
    import yaml

    if isinstance(node, yaml.ScalarNode) and node.value.strip():
        return {"note": node.value.strip()}
    if not isinstance(node, yaml.MappingNode):
        raise _error("a source wants keys and values (date: …, place: …)", path, node.start_mark, offset)
    entry: dict[str, str] = {}
    for key, value in _pairs(node, path, offset):
        if key.value not in ENTRY_KEYS:
            known = ", ".join(ENTRY_KEYS)
            raise _error(f"unknown key {key.value!r} in a source; known: {known}", path, key.start_mark, offset)
        entry[_name(key.value)] = _scalar(key, value, path, offset)
    return {key: value for key, value in entry.items() if value}


def _pairs(node: yaml.MappingNode, path: Path, offset: int) -> list[tuple[Any, Any]]:
    seen = set()
    for key, _ in node.value:
        if not isinstance(key.value, str):
            raise _error("a key must be a word", path, key.start_mark, offset)
        if key.value in seen:
            raise _error(f"key {key.value!r} stands twice; keep one", path, key.start_mark, offset)
        seen.add(key.value)
    return list(node.value)


def _scalar(key: yaml.ScalarNode, node: yaml.Node, path: Path, offset: int) -> str:
    import yaml

    if not isinstance(node, yaml.ScalarNode):
        raise _error(f"{key.value} wants one value, not a list or mapping", path, node.start_mark, offset)
    value = str(node.value).strip()
    if key.value == "date" and value:
        date = dates.parse(value)
        if date is None:
            what = f"date wants a day, month or year that exists (2023-05-10, 2023-05), not {value!r}"
            raise _error(what, path, node.start_mark, offset)
        return date
    return value


def _name(key: str) -> str:
    return "licence" if key == "license" else key


def _error(what: str, path: Path, mark: Any, offset: int) -> UnreadableInput:
    return UnreadableInput(what, path=path, line=offset + 1 + (mark.line if mark else 0))
