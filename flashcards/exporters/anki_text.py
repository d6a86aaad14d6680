"""Text on an Anki card: whatever it holds, it is shown literally, and stays literal after the editor saved it.

A field of a note is HTML in which Anki finds cloze marks, sounds, TTS, LaTeX, MathJax and ruby besides. The marks are
broken by empty HTML comments, which (unlike entities) survive an edit in Anki's editor; the method was measured with
53 hostile strings in backend, reviewer, editor and database check.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import quote, urlsplit

from flashcards.ledger.identity import clean

BREAK = "<!-- -->"
# What is escaped, and what `clean` takes out: most texts have neither.
SPECIAL = re.compile(r"[&<>{}:\\\[\n\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
PAIR = re.compile(r"([{}:])(?=\1)")
FORMULA = re.compile(r"\\(?=[()\[\]])")
# U+0338 joins a `>` before it into one character (NFC), which would open the tag again; a word joiner keeps them apart.
OVERLAY = re.compile(">(?=\u0338)")
HIDDEN = re.compile(f"{BREAK}|\u2060(?=\u0338)")


def escape(text: str) -> str:
    """HTML that shows ``text`` literally in any field of a note, also inside a cloze and as its hint."""
    if not text or (unicodedata.is_normalized("NFC", text) and not SPECIAL.search(text)):  # `plain`, called most
        return text
    text = html.escape(clean(text), quote=False)
    text = PAIR.sub(r"\1" + BREAK, text)
    text = FORMULA.sub(lambda match: "\\" + BREAK, text)
    text = text.replace("[", BREAK + "[" + BREAK)
    if text[:1] in (":", "}"):
        text = BREAK + text
    if text[-1:] in (":", "}", "{"):
        text += BREAK
    return text.replace("\n", "<br>")


def plain(text: str) -> bool:
    """Whether a text, and so every piece of it, is shown literally as it is."""
    return unicodedata.is_normalized("NFC", text) and not SPECIAL.search(text)


def guard(field: str) -> str:
    """A finished field, safe against Unicode normalisation on import."""
    return OVERLAY.sub(">\u2060", field) if "\u0338" in field else field


def unescape(field: str) -> str:
    """The text of an escaped field; tags other than line breaks are dropped."""
    field = HIDDEN.sub("", field).replace("<br>", "\n")
    return html.unescape(re.sub(r"<[^<>]*>", "", field))


def cloze(stem: str, gaps: list[tuple[int, int]], hint: str = "") -> str:
    """The stem with each gap as a ``c1`` cloze deletion, all of one card, with the hint on each."""
    shown = str if plain(stem) else escape
    tail = f"::{escape(hint)}" if hint else ""
    pieces, at = [], 0
    for start, end in gaps:
        pieces.append(shown(stem[at:start]))
        pieces.append(f"{{{{c1::{shown(stem[start:end])}{tail}}}}}")
        at = end
    pieces.append(shown(stem[at:]))
    return "".join(pieces)


def link(url: str) -> str:
    """A link for an http or https address; anything else as literal text."""
    url = clean(url)
    try:
        parts = urlsplit(url.strip())
        safe = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        safe = False
    if not safe:
        return escape(url)
    address = html.escape(quote(url.strip(), safe=":/?#@!$&'()*+,;=%"))
    # `::` and `[` may not stand in an attribute either: Anki looks for them in the whole field.
    address = address.replace("::", ":%3A")
    return f'<a href="{address}">{escape(url)}</a>'


def tag(text: str) -> str:
    """One level-separated tag without white space, quotes or empty levels; empty if nothing is left."""
    text = re.sub(r"[\s\u3000\"]+", "_", clean(text))
    return "::".join(level for level in (part.strip("_") for part in re.split(":{2,}", text)) if level)


def tag_level(text: str) -> str:
    """Text as one level of a tag: its own ``::`` are no levels."""
    return tag(re.sub(":{2,}", ":", text))


def deck_level(text: str) -> str:
    """Text as one level of a deck's name: its own ``::`` are no levels; white space is single and trimmed."""
    return re.sub(":{2,}", "：", re.sub(r"\s+", " ", clean(text).replace('"', "'"))).strip(" :")
