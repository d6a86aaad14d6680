"""Roles of paragraphs by their words and by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from flashcards.dates import DATE
from flashcards.repair.measure import Line, ends_sentence, width
from flashcards.repair.paragraphs import Paragraph
from flashcards.repair.roles import heading_level, is_author, is_byline, is_dynastic, is_item, is_note

PART = re.compile(
    r"(?:前言|序言?|引[言子]|摘\s*要|目\s*[录錄]|导[言语]|概[述论]|绪论|结[语论]|后记|附录|參考|参考文献)$"
)


def assign(paragraphs: Sequence[Paragraph], *, wrapped: bool) -> list[Paragraph]:
    """The paragraphs with their roles; those a reader named keep them, and where it named headings none is guessed."""
    guess = not any(paragraph.role == "heading" and paragraph.level for paragraph in paragraphs)
    found: list[Paragraph] = []
    for index, paragraph in enumerate(paragraphs):
        if paragraph.role != "body":
            found.append(paragraph)
            continue
        after = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
        role, level = _role(paragraph, after, found, wrapped=wrapped)
        if role == "heading" and not guess:
            role, level = "body", 0
        same = (role, level) == ("body", paragraph.level)
        found.append(paragraph if same else replace(paragraph, role=role, level=level))
    return found


def _role(
    paragraph: Paragraph, after: Paragraph | None, before: Sequence[Paragraph], *, wrapped: bool
) -> tuple[str, int]:
    text = paragraph.lines[0].text
    single = len(paragraph.lines) == 1
    signed = paragraph.lines[0].signed
    noted = signed and is_note(text)
    if noted and (_says_source(paragraph.lines) or text.lstrip()[:1] in "[〔［【*＊†注註附脚译資资出"):
        return "note", 0
    if single and signed and is_byline(text):
        return "byline", 0
    if single and _under_title(before) and (_opens_with_date(text) or is_author(text)):
        return "byline", 0
    if single and before and before[-1].role == "heading" and _names_author(text, after, before):
        return "byline", 0
    if single and after is not None and after.role in ("body", "verse"):
        level = heading_level(text)
        if level and (not before or not _reaches(paragraph, after, wrapped=wrapped)):
            opening = all(other.role in ("heading", "byline", "rule") for other in before) and not PART.match(text)
            return "heading", level if level > 1 or opening else 6
    return ("item", 0) if signed and is_item(text) else ("body", 0)


def _says_source(lines: Sequence[Line]) -> bool:
    """Whether a marked paragraph names a source: a date near its head, or a book's title with its publication."""
    text = "".join(line.text for line in lines)
    if width(text) > 120:
        return False
    return bool(DATE.search(text[:24])) or ("《" in text and not ends_sentence(text[: text.index("《")] or "x"))


def _reaches(paragraph: Paragraph, after: Paragraph, *, wrapped: bool) -> bool:
    """Whether a lone line goes to the edge of the paragraph below, so that it is rather its first half."""
    line = paragraph.lines[0]
    edge = after.column if len(after.lines) > 1 else 0.0
    return wrapped and edge > 0 and line.indent + line.width >= 0.8 * edge and heading_level(line.text) == 1


def _under_title(before: Sequence[Paragraph]) -> bool:
    return 1 <= len(before) <= 3 and all(paragraph.role in ("heading", "byline") for paragraph in before)


def _names_author(text: str, after: Paragraph | None, before: Sequence[Paragraph]) -> bool:
    """Whether a line under a later title is its author: by a dynasty, above verse, or as the document opened."""
    if is_dynastic(text):
        return True
    habit = len(before) > 1 and before[1].role == "byline" and is_author(before[1].lines[0].text)
    return is_author(text) and after is not None and (after.role == "verse" or (habit and after.role == "body"))


def _opens_with_date(text: str) -> bool:
    """A law's history, a speech's date: stands under the title, opens with a date, ends without a final mark."""
    return bool(DATE.match(text.lstrip(" （("))) and not ends_sentence(text) and width(text) < 60
