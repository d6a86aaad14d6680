"""What is wrong with an item from a file: what every exporter relies on, compared cheaply for every line of a bank."""

from __future__ import annotations

from flashcards.model import Item

# kind -> the type of its answer, and that type in words
ANSWERS: dict[str, tuple[type, str]] = {
    "cloze": (str, "a text"),
    "list": (tuple, "a list"),
    "choice": (int, "a number"),
    "truefalse": (bool, "true or false"),
    "source": (str, "a text"),
    "term": (str, "a text"),
    "recitation": (str, "a text"),
}


def fault(item: Item) -> str | None:
    """What makes an item unusable, in a few words, or None."""
    if item.kind not in ANSWERS:
        return f"unknown kind {item.kind!r}"
    wanted, words = ANSWERS[item.kind]
    if type(item.answer) is not wanted:
        return f"the answer of a {item.kind} is not {words}"
    if item.kind == "choice" and not 0 <= int(item.answer) < len(item.options or ()):  # type: ignore[arg-type]
        return f"the answer is option {item.answer} of {len(item.options or ())}"
    texts = (item.key, item.stem, item.hint, item.explanation, *item.accepted, *(item.options or ()), *item.tags)
    if any(type(text) is not str for text in texts) or type(item.number) is not int:
        return "a text is not a text, or the number no number"
    if item.kind == "list" and any(type(member) is not str for member in item.answer):  # type: ignore[union-attr]
        return "a member of the list is not a text"
    end = 0
    for gap in item.gaps:
        if type(gap.start) is not int or type(gap.end) is not int or not end <= gap.start < gap.end <= len(item.stem):
            return f"the gap {gap.start}-{gap.end} is not in the stem, or not behind the gap before it"
        end = gap.end
    return None
