"""An item as every front shows it: its visible and hidden parts, its accepted forms, its question, its source."""

from __future__ import annotations

from collections.abc import Mapping

from flashcards.model import Item, Source, answer_text, omitted


def parts(item: Item) -> list[str]:
    """The stem cut at its gaps: visible, hidden, visible …; always an odd number, hidden ones at odd places.

    Where the sentence goes on before or behind the stem, …… is shown.
    """
    before, after = ("……" if cut else "" for cut in omitted(item))
    found, at = [], 0
    for gap in sorted(item.gaps, key=lambda gap: (gap.start, gap.end)):
        start = max(gap.start, at)
        if gap.end > start:
            found += [item.stem[at:start], item.stem[start : gap.end]]
            at = gap.end
    found.append(item.stem[at:] + after)
    return [before + found[0], *found[1:]]


def accepted_forms(item: Item) -> tuple[str, ...]:
    """Every form of the answer that counts besides itself: the accepted ones, and all of them in each script."""
    from flashcards.script import script_forms

    answer = answer_text(item)
    forms = dict.fromkeys(form for text in (answer, *item.accepted) for form in (text, *script_forms(text)))
    forms.pop(answer, None)
    return tuple(forms)


def question(item: Item, words: Mapping[str, str]) -> str:
    """The sentence that asks, or an empty one where the stem asks by its gap."""
    ask = item.ask.split("-")[0]  # line-date, line-place … all ask to fill in the line of the source
    return words.get(f"ask_{item.kind}_{ask}" if ask else f"ask_{item.kind}", "")


def hint(item: Item) -> str:
    """The first character of the answer, or two where the item's own cue shows it; empty where that would tell all."""
    if isinstance(item.answer, tuple):
        return "、".join(f"{member[:1]}…" for member in item.answer)
    if not isinstance(item.answer, str):
        return ""
    shown = 2 if item.hint.startswith(item.answer[:1]) else 1
    return f"{item.answer[:shown]}…" if len(item.answer) > shown else ""


def source_line(source: Source) -> str:
    """Whose words these are, on one line: author《title》, date, place, occasion, publication, page."""
    from flashcards.items.source import said

    title = source.title and (source.title if source.title.startswith("《") else f"《{source.title}》")
    head = f"{source.author or ''}{title or ''}"
    rest = (said(source, "date"), source.place, source.occasion, source.publication, source.page)
    return "，".join(part for part in (head, *rest) if part)
