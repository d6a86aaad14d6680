"""White space that belongs to a file format and not to the text: HTML, EPUB and Word source layout."""

from __future__ import annotations

import re
import unicodedata

BREAK = "\v"  # how readers mark a line break the author asked for (br, w:br) inside a paragraph
EDGES = " \t\r\n\f\u00a0\u3000\ufeff"
VERSE_LINE = 24  # characters; a longer line is prose that was broken by hand
_RUN = re.compile(r"[ \t\r\n\f]+")
_QUOTES = frozenset("“”‘’…—·")


def is_cjk(character: str) -> bool:
    """Whether a line may break beside this character without a space: Han, kana, CJK and fullwidth marks; not Hangul.

    >>> [is_cjk(c) for c in "汉，a한”"]
    [True, True, False, False, True]
    """
    if character in _QUOTES:
        return True
    if "\uac00" <= character <= "\ud7a3" or "\u1100" <= character <= "\u11ff":
        return False
    return unicodedata.east_asian_width(character) in "WF"


def collapse(text: str) -> str:
    """Collapse source white space as a browser does; a run with a newline between two CJK characters vanishes.

    >>> collapse("雄安\\n  新区 has\\n two 字")
    '雄安新区 has two 字'
    """

    def one(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if "\n" in match[0] and before and after and is_cjk(before) and is_cjk(after):
            return ""
        return " "

    return _RUN.sub(one, text)


def paragraphs(text: str) -> list[tuple[str, bool]]:
    """Cut at the author's line breaks: (text, is verse). Two breaks end a paragraph; short lines together are verse.

    >>> paragraphs("床前明月光，\\v疑是地上霜。\\v\\v注：李白作。")
    [('床前明月光，\\n疑是地上霜。', True), ('注：李白作。', False)]
    >>> paragraphs("\\u3000\\u3000第一段。\\v\\u3000\\u3000第二段。")
    [('第一段。', False), ('第二段。', False)]
    """
    found: list[tuple[str, bool]] = []
    for chunk in re.split(rf"{BREAK}[{EDGES}]*{BREAK}[{EDGES}{BREAK}]*", text):
        raw = chunk.split(BREAK)
        lines = [line for line in (line.strip(EDGES) for line in raw) if line]
        indented = len(raw) > 1 and all(line[:1] in "\u3000\u00a0" for line in raw[1:] if line.strip(EDGES))
        verse = len(lines) > 1 and not indented and max(map(len, lines)) <= VERSE_LINE
        found += [("\n".join(lines), True)] if verse else [(line, False) for line in lines]
    return found
