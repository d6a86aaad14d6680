"""A card as text for the terminal: Anki's templates, filled and freed from markup. To be read, not to be studied."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

SECTION = re.compile(r"\{\{([#^])([^{}]+)\}\}(.*?)\{\{/\2\}\}", re.DOTALL)
FIELD = re.compile(r"\{\{([^{}#^/!]+)\}\}")
CLOZE = re.compile(r"\{\{c(\d+)::(.*?)(?:::(.*?))?\}\}", re.DOTALL)
UNSEEN = re.compile(
    r"<!--.*?-->|<(style|script)\b.*?</\1>|\[sound:[^\]]*\]|\[\[type:[^\]]*\]\]", re.DOTALL | re.IGNORECASE
)
LINE = re.compile(r"<(?:br|hr|/?(?:div|p|li|ol|ul|tr|main|footer|h\d))\b[^>]*>", re.IGNORECASE)


def face(template: str, fields: Mapping[str, str], *, ordinal: int, back: bool, front: str = "") -> str:
    """One face as lines of text. ``ordinal`` is the number of the cloze that is asked; ``front`` fills FrontSide."""
    while True:
        filled = SECTION.sub(
            lambda match: match[3] if bool(_plain(fields, match[2])) == (match[1] == "#") else "", template
        )
        if filled == template:
            break
        template = filled
    shown = FIELD.sub(lambda match: _field(match[1], fields, ordinal, back, front), template)
    return text(shown)


def text(markup: str) -> str:
    """HTML as lines of text, blank lines left out."""
    # Control characters of a foreign deck could steer the terminal.
    lines = html.unescape(re.sub(r"<[^>]*>", "", LINE.sub("\n", UNSEEN.sub("", markup)))).split("\n")
    spaced = (" ".join(each.split()) for each in lines)
    return "\n".join("".join(filter(str.isprintable, line)) for line in spaced if line)


def _plain(fields: Mapping[str, str], name: str) -> str:
    return text(fields.get(name.strip(), ""))


def _field(reference: str, fields: Mapping[str, str], ordinal: int, back: bool, front: str) -> str:
    *filters, name = (part.strip() for part in reference.split(":"))
    if name == "FrontSide":
        return html.escape(front).replace("\n", "<br>")
    value = fields.get(name, "")
    if any(each.startswith(("tts", "type")) for each in filters):
        return ""
    return CLOZE.sub(lambda match: _gap(match, ordinal, back), value) if "cloze" in filters else value


def _gap(match: re.Match[str], ordinal: int, back: bool) -> str:
    number, answer, hint = int(match[1]), match[2], match[3]
    if number != ordinal:
        return answer
    return f"【{answer}】" if back else f"[{hint or '...'}]"
