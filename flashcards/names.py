"""Names: of decks, which become the names of files on any system, and of files whose bytes are no UTF-8."""

from __future__ import annotations

import re

LENGTH = 200  # bytes of UTF-8: file systems allow 255, and suffixes and temporary names come on top
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff/\\:*?"<>|]')
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?", re.IGNORECASE)
ENDS = re.compile(r"\A[\s.]+|[\s.]+\Z")
_BYTES = re.compile("[\udc80-\udcff]+")  # how Python carries bytes of a name that it could not decode


def fault(name: str) -> str | None:
    """What keeps a deck's name from being the name of files on every system (Windows forbids most), or None."""
    bad = FORBIDDEN.search(name)
    if bad:
        return f"a name cannot hold {bad[0]!r}, because files are named after it"
    if not name.strip():
        return "a name cannot be empty"
    if name != name.strip() or name.startswith(".") or name.endswith("."):
        return "a name cannot begin or end with a space or a full stop"
    if DEVICES.fullmatch(name):
        return "Windows keeps this name for a device"
    if len(name.encode("utf-8")) > LENGTH:
        return f"a name cannot be longer than {LENGTH} bytes (a Chinese character has three)"
    return None


def usable(name: str) -> str:
    """The name of a file made fit for a deck: what no system allows becomes ``_``; empty if nothing is left."""
    name = FORBIDDEN.sub("_", legible(name)).encode("utf-8")[: LENGTH - 1].decode("utf-8", "ignore")
    name = ENDS.sub("", name)
    return f"_{name}" if DEVICES.fullmatch(name) else name


def legible(text: str) -> str:
    r"""Text with the names of files in it as UTF-8, whatever the locale; bytes that are no UTF-8 as ``\xd6``.

    Python decodes such names with lone surrogates (PEP 383), which no file in UTF-8 and no database takes.
    """
    if text.isascii():
        return text
    text = _BYTES.sub(lambda run: run[0].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"), text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
