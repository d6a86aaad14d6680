"""Passages printed above their questions, with everything hidden that a question of the sheet asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flashcards.model import Item, Passage
from flashcards.sheet.answers import Answers, fold
from flashcards.sheet.drafts import Draft, cite
from flashcards.sheet.guard import Guard
from flashcards.sheet.model import Blank, Reading, Reply
from flashcards.sheet.points import Worth

# sections of their own, whose passages are not printed
APART = frozenset({"wordbank", "match", "order", "pinyin", "spelling"})
SPARE = 2  # so many times the items asked for are looked for, as many exclude each other
HIDDEN = 5  # em of every hidden span: its length tells nothing
LABELS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class Read:
    """A passage to print and its questions with their points; its blanks are one question, the first."""

    reading: Reading
    questions: tuple[tuple[Draft, float], ...]


def enough(pool: Sequence[Item], wanted: int | None, order: Sequence[str]) -> list[Item]:
    """The items of as few passages as a sheet with printed passages needs; of equal ones, the first in ``order``."""
    if wanted is None:
        return list(pool)
    there: dict[str, list[Item]] = {passage: [] for passage in order}
    for item in pool:
        there[item.passage.id].append(item)
    chosen: list[Item] = []
    for passage in sorted(order, key=lambda passage: -len(there[passage])):
        chosen += there[passage] if len(chosen) < wanted * SPARE else []
    return chosen


def readings(drafts: Mapping[str, Sequence[Draft]], worth: Mapping[str, Worth]) -> Iterator[Read]:
    """The passages with their questions, in the order of the text; a passage that cannot hide an answer is left out."""
    together: dict[str, list[tuple[Draft, float]]] = {}
    for layout, group in drafts.items():
        if layout not in APART:
            for at, draft in enumerate(group):
                value = worth[layout].points(at, draft.units)
                together.setdefault(draft.items[0].passage.id, []).append((draft, value))
    everything = [draft for group in drafts.values() for draft in group]
    hidden = [secret for draft in everything for secret in draft.secrets]
    guard = Guard(Answers(filter(None, map(fold, hidden))))
    guard.add((), hidden)
    for passage_id in sorted(together, key=lambda at: _order(together[at][0][0].items[0].passage)):
        yield _read(together[passage_id], everything, guard)


def _order(passage: Passage) -> tuple[str, int]:
    return passage.document, passage.number


def _read(questions: Sequence[tuple[Draft, float]], everything: Iterable[Draft], guard: Guard) -> Read:
    passage = questions[0][0].items[0].passage
    blanks = [(draft, value) for draft, value in questions if draft.layout == "fill"][: len(LABELS)]
    asked = [reply.text for draft, _ in blanks for reply in draft.replies]
    spans = _spans(passage.text, {*_hidden(passage, everything)})
    text, labelled = _text(passage.text, spans, asked)
    if not guard.admits([part for part in text if isinstance(part, str)], ()):
        text, labelled = (), []
    heading, whose = passage.heading or "", cite(passage.source)
    reading = Reading(
        heading if guard.admits([heading], ()) else "",
        text,
        whose if guard.admits([whose], ()) else "",
        passage.verse,
    )
    whole = [draft for draft, _ in blanks if all(reply.text in labelled for reply in draft.replies)]
    rest = tuple((draft, value) for draft, value in questions if draft not in whole)
    if not whole:
        return Read(reading, rest)
    merged = _merged(whole, labelled)
    return Read(reading, ((merged, sum(value for draft, value in questions if draft in whole)), *rest))


def _hidden(passage: Passage, everything: Iterable[Draft]) -> Iterator[str]:
    """Texts to hide in a passage: every answer of the sheet, and the sentences that are judged true or false."""
    for draft in everything:
        yield from draft.secrets
        if draft.layout == "truefalse" and draft.items[0].passage.id == passage.id:
            yield draft.items[0].context.sentence or draft.items[0].stem


def _spans(text: str, hidden: Iterable[str]) -> list[tuple[int, int]]:
    """Where the hidden texts stand, longer ones first, overlapping ones left to the longer."""
    taken: list[tuple[int, int]] = []
    for phrase in sorted(hidden, key=lambda phrase: (-len(phrase), phrase)):
        at = text.find(phrase) if phrase else -1
        while at >= 0:
            end = at + len(phrase)
            if all(end <= start or stop <= at for start, stop in taken):
                taken.append((at, end))
            at = text.find(phrase, at + 1)
    return sorted(taken)


def _text(
    text: str, spans: Sequence[tuple[int, int]], asked: Sequence[str]
) -> tuple[tuple[str | Blank, ...], list[str]]:
    """The passage in pieces, and the asked phrases in the order of their labels."""
    pieces: list[str | Blank] = []
    labelled: list[str] = []
    at = 0
    for start, end in spans:
        phrase = text[start:end]
        if phrase in asked and phrase not in labelled and len(labelled) < len(LABELS):
            labelled.append(phrase)
        label = LABELS[labelled.index(phrase)] if phrase in labelled else ""
        pieces += [text[at:start] + label, Blank(HIDDEN, 0)]
        at = end
    return tuple(piece for piece in (*pieces, text[at:]) if piece != ""), labelled


def _merged(blanks: Sequence[Draft], labelled: Sequence[str]) -> Draft:
    """The blanks of a passage as one question: ``① ____　② ____``."""
    replies: dict[str, Reply] = {reply.text: reply for draft in blanks for reply in draft.replies}
    order = [phrase for phrase in labelled if phrase in replies]
    stem: list[str | int] = []
    for at, phrase in enumerate(order):
        stem += [("　" if at else "") + LABELS[labelled.index(phrase)], at]
    items = tuple(item for draft in blanks for item in draft.items)
    units = sum(draft.units for draft in blanks)
    return Draft("fill", items, tuple(stem), tuple(replies[p] for p in order), units=units, size=len(items))
