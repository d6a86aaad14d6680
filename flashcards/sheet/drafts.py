"""Items -> drafts: one possible question each, in one layout, before it has a number, points or an order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from flashcards.model import Item, Passage, Source, answer_text
from flashcards.sheet.guard import Guard
from flashcards.sheet.model import Reply

# elsewhere a layout shows the kind of its own name
KIND = dict.fromkeys(("fill", "wordbank", "pinyin", "spelling"), "cloze")
MATCHED = ("source", "term", "recitation", "cloze")
OMITTED = "……"
PAIRS = range(3, 7)
ROWS = range(3, 7)
DICTATED = range(2, 5)  # characters of a word that is written by its reading
WRONG = 3  # spellings beside the right one
LONG_ROW = 60  # characters of a line to put in order
LEFT, RIGHT = 36, 24  # characters on the two sides of 连线
WRITTEN = 24  # characters; a longer answer that is no phrase gets room to write instead of a ruled blank

Words = dict[str, str]


class Marks(NamedTuple):
    """What a sheet and its key print of the items of a question: numbers, keys, and where the first stands."""

    numbers: tuple[int, ...]
    keys: tuple[str, ...]
    place: str


class Draft(NamedTuple):
    """A possible question. In ``stem`` an integer is a blank and the index of its reply.

    ``right`` is the index of the right option of a choice; for rows, the reply's meaning tells what belongs there.
    ``size`` is what it counts for in ``--items``; ``units`` is for how many answers it is given points.
    ``also_about`` are sentences of the passage that it shows besides those of its items. ``kept`` stands for the items
    of a question that is chosen.
    """

    layout: str
    items: tuple[Item, ...]
    stem: tuple[str | int, ...]
    replies: tuple[Reply, ...]
    ask: str = ""
    cite: str = ""
    rows: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    right: int = 0
    room: int = 0
    units: int = 1
    size: int = 1
    explanation: str = ""
    also_about: frozenset[int] = frozenset()
    kept: Marks | None = None

    @property
    def marks(self) -> Marks:
        """The marks of its items, also where only they are kept of the items."""
        if self.kept is not None:
            return self.kept
        numbers, keys = tuple(item.number for item in self.items), tuple(item.key for item in self.items)
        return Marks(numbers, keys, place_of(self.items[0].passage))

    @property
    def shown(self) -> tuple[str, ...]:
        """Every text of it that a student reads, cut at its blanks; options are excepted (promise 6)."""
        return (*[part for part in self.stem if isinstance(part, str)], self.ask, self.cite, *self.rows)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must stand nowhere else."""
        if self.layout in {"order", "truefalse"}:
            return ()
        return tuple([reply.meaning or reply.text for reply in self.replies])


Unit = tuple[Item, ...]
Drafter = Callable[[Unit, int, Guard], Draft | None]


def secrets(item: Item) -> tuple[str, ...]:
    """The answers of an item that must stand nowhere else on a sheet, in whatever section it is asked."""
    if item.kind == "truefalse":
        return ()
    if isinstance(item.answer, tuple) and len(item.answer) == len(item.gaps):
        return item.answer
    return (answer_text(item),)


def drafter(layout: str, words: Words, readings: Path | None = None) -> Drafter:
    """The function that makes a question of that layout from a unit, at most so many items large.

    ``readings``: the user's readings of words, for 看拼音写词语 (`pinyin`).
    """
    if layout == "pinyin":
        return partial(_dictation, readings)
    if layout == "spelling":
        return _spelling
    if layout in KIND:
        return partial(_cloze, layout)
    if layout == "match":
        return partial(_match, words)
    if layout == "order":
        return _order
    return partial(_single, layout, words)


def _cloze(layout: str, unit: Unit, most: int, guard: Guard) -> Draft | None:
    best: Draft | None = None
    chosen: list[Item] = []
    for item in unit:
        if layout == "wordbank" and any(other.answer == item.answer for other in chosen):
            continue
        draft = together(layout, [*chosen, item])
        if draft is not None and guard.admits(draft.shown, draft.secrets, boxed=layout == "wordbank"):
            best = draft
            chosen.append(item)
        if len(chosen) == most:
            break
    return best


def _dictation(readings: Path | None, unit: Unit, most: int, guard: Guard) -> Draft | None:
    """看拼音写词语: the reading of a word of two to four characters, and squares to write it in (extra `learner`)."""
    from flashcards.learner import reading

    for item in unit:
        word = answer_text(item)
        if len(word) not in DICTATED or (said := reading(word, readings)) is None:
            continue
        draft = Draft("pinyin", (item,), (f"{said}　", 0), (Reply(word, accepted=item.accepted),))
        if guard.admits(draft.shown, draft.secrets):
            return draft
    return None


def _spelling(unit: Unit, most: int, guard: Guard) -> Draft | None:
    """选择正确的词形: a word of a sentence among spellings alike in form or sound (形近字, 同音字; extra `learner`)."""
    from flashcards.learner import spellings

    for item in unit:
        word = answer_text(item)
        if len(word) not in DICTATED or not item.gaps or len(wrong := spellings(word)) < WRONG:
            continue
        stem = tuple(_pieces(item.stem, 0, len(item.stem), [(gap.start, gap.end, 0) for gap in item.gaps]))
        reply = Reply("", meaning=word, accepted=item.accepted)
        draft = Draft("choice", (item,), stem, (reply,), options=(word, *wrong), right=0)
        if guard.admits(draft.shown, draft.secrets):
            return draft
    return None


def together(layout: str, items: Sequence[Item]) -> Draft | None:
    """Cloze items of one sentence as one question over the part of the sentence that their stems cover.

    None where their gaps overlap or touch (two blanks would look like one), or a stem is no part of the sentence.
    """
    if len(items) == 1:
        (item,) = items
        sentence, starts, (before, after) = item.stem, [0], _cut(item)
        first, last = 0, len(sentence)
    else:
        items = sorted(items, key=lambda item: (item.place.start + (item.gaps[0].start if item.gaps else 0), item.stem))
        sentence, starts = items[0].context.sentence, [item.place.start for item in items]
        if any(not sentence.startswith(item.stem, start) for item, start in zip(items, starts, strict=True)):
            return None
        first = min(starts)
        last = max(start + len(item.stem) for item, start in zip(items, starts, strict=True))
        before, after = _ellipsis(sentence, first, last)
    found: set[tuple[int, int, int]] = set()
    for reply, (item, start) in enumerate(zip(items, starts, strict=True)):
        found.update([(gap.start + start, gap.end + start, reply) for gap in item.gaps])
        found.update([(*span, reply) for span in _occurrences(answer_text(item), sentence, first, last)])
    spans = sorted(found)
    if any(following[0] <= span[1] for span, following in pairwise(spans)):
        return None
    replies = tuple([Reply(answer_text(item), accepted=item.accepted) for item in items])
    stem = (*before, *_pieces(sentence, first, last, spans), *after)
    return Draft(layout, tuple(items), stem, replies, units=len(spans), size=len(items))


def _occurrences(phrase: str, text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    at = text.find(phrase, first, last)
    while phrase and at >= 0:
        yield at, at + len(phrase)
        at = text.find(phrase, at + len(phrase), last)


def _cut(item: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The marks of omission before and after the stem of an item that is a part of its sentence."""
    start, sentence = item.place.start, item.context.sentence
    if not sentence.startswith(item.stem, start):
        return (), ()
    return _ellipsis(sentence, start, start + len(item.stem))


def _ellipsis(sentence: str, first: int, last: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, after = sentence[:first].strip(), sentence[last:].strip()
    # A stem may leave out the full stop that ends the sentence; that is no omission.
    return (OMITTED,) if before else (), (OMITTED,) if len(after) > 1 else ()


def _stem(item: Item) -> tuple[str | int, ...]:
    """The stem of an item with one reply, cut at its gaps."""
    before, after = _cut(item)
    return *before, *_pieces(item.stem, 0, len(item.stem), [(gap.start, gap.end, 0) for gap in item.gaps]), *after


def _pieces(text: str, first: int, last: int, spans: Sequence[tuple[int, int, int]]) -> Iterator[str | int]:
    at = first
    for start, end, reply in spans:
        if at < start:
            yield text[at:start]
        yield reply
        at = end
    if at < last:
        yield text[at:last]


def _single(layout: str, words: Words, unit: Unit, most: int, guard: Guard) -> Draft | None:
    draft = single(unit[0], words)
    return draft if guard.admits(draft.shown, draft.secrets) else None


def single(item: Item, words: Words) -> Draft:
    """One item as a question of its own, in the usual section of its kind; no other question is looked at."""
    makers = {"choice": _choice, "truefalse": _truefalse, "list": _list, "cloze": _plain}
    return makers.get(item.kind, _asked)(item, item.kind, words)


def _plain(item: Item, layout: str, words: Words) -> Draft:
    stem = _stem(item)
    reply = Reply(answer_text(item), accepted=item.accepted)
    return Draft("fill", (item,), stem, (reply,), units=len(item.gaps), explanation=item.explanation)


def _choice(item: Item, layout: str, words: Words) -> Draft:
    right = item.answer if isinstance(item.answer, int) else 0
    stem = _stem(item)
    reply = Reply("", meaning=answer_text(item), accepted=item.accepted)
    options = item.options or ()
    return Draft(layout, (item,), stem, (reply,), options=options, right=right, explanation=item.explanation)


def _truefalse(item: Item, layout: str, words: Words) -> Draft:
    before, after = _cut(item)
    stem = (*before, *_pieces(item.stem, 0, len(item.stem), ()), *after)
    return Draft(layout, (item,), stem, (Reply(answer_text(item)),), explanation=item.explanation)


def _list(item: Item, layout: str, words: Words) -> Draft:
    members = item.answer if isinstance(item.answer, tuple) else (answer_text(item),)
    spans = [(gap.start, gap.end, number) for number, gap in enumerate(item.gaps)]
    if len(spans) != len(members):
        return _asked(item, layout, words)
    replies = tuple(Reply(member) for member in members)
    before, after = _cut(item)
    stem = (*before, *_pieces(item.stem, 0, len(item.stem), spans), *after)
    return Draft(layout, (item,), stem, replies, units=len(replies), explanation=item.explanation)


def _asked(item: Item, layout: str, words: Words) -> Draft:
    """A question about its stem: the gaps stay blank; where there is none, the words of ``ask`` and a blank follow."""
    reply = Reply(answer_text(item), accepted=item.accepted)
    stem = _stem(item)
    ask = words.get(f"ask-{layout}-{item.ask}" if item.ask else f"ask-{layout}", "")
    if layout == "recitation":
        return Draft(layout, (item,), stem, (reply,), cite=cite(item.passage.source), explanation=item.explanation)
    open_end = item.ask == "definition" or layout == "list"
    if open_end:
        stem = tuple(part for part in stem if isinstance(part, str))
    elif not item.gaps:
        stem = (*stem, ask, 0)
    long = len(reply.text) > WRITTEN
    room = (40 if long else 20) if open_end else 0
    return Draft(layout, (item,), stem, (reply,), room=room, explanation=item.explanation)


def _match(words: Words, unit: Unit, most: int, guard: Guard) -> Draft | None:
    pairs: dict[str, tuple[Item, str]] = {}
    for item in unit:
        left = "".join(part if isinstance(part, str) else "____" for part in _asked(item, item.kind, {}).stem)
        if not item.gaps:
            left = item.stem
        right = answer_text(item)
        fits = len(left) <= LEFT and len(right) <= RIGHT and "\n" not in left + right
        rows = [row for _, row in pairs.values()]
        if right not in pairs and left not in rows and fits and guard.admits((*rows, left), (*pairs, right)):
            pairs[right] = (item, left)
        if len(pairs) == min(most, PAIRS[-1]):
            break
    if len(pairs) not in PAIRS:
        return None
    items = tuple(item for item, _ in pairs.values())
    rows = [row for _, row in pairs.values()]
    replies = tuple(Reply("", meaning=right) for right in pairs)
    count = len(pairs)
    return Draft("match", items, (), replies, rows=tuple(rows), options=tuple(pairs), units=count, size=count)


def _order(unit: Unit, most: int, guard: Guard) -> Draft | None:
    passage = unit[0].passage
    known: dict[int, str] = {}
    if passage.verse:
        known = dict(enumerate(line for line in passage.text.split("\n") if line.strip()))
    else:
        for item in unit:
            at, context = item.place.sentence, item.context
            near = ((at - 1, context.before), (at, context.sentence), (at + 1, context.after))
            known.update((number, text) for number, text in near if text.strip() and text in passage.text)
    for run in _runs(known):
        rows = tuple(known[number].strip() for number in run)
        if len(set(rows)) == len(rows) and guard.admits(rows, ()):
            replies = tuple(Reply(str(number)) for number in range(1, len(rows) + 1))
            about = frozenset(run)
            return Draft("order", unit[:1], (), replies, rows=rows, also_about=about)
    return None


def _runs(known: dict[int, str]) -> Iterator[range]:
    """Neighbouring sentences short enough to be put in order, the longest run first."""
    for length in reversed(ROWS):
        for start in sorted(known):
            run = range(start, start + length)
            if all(number in known and len(known[number]) <= LONG_ROW for number in run):
                yield run


def cite(source: Source) -> str:
    """What stands behind a line that is written from memory: ``作者《题目》``; empty where nothing is known."""
    title = f"《{source.title}》" if source.title and not source.title.startswith("《") else source.title or ""
    return f"{source.author or ''}{title}"


def place_of(passage: Passage) -> str:
    """Where a key sends the teacher: document, passage number, lines (or pages), and whose words they are."""
    first, last = passage.pages or passage.lines
    mark = "p." if passage.pages else "L"
    span = f"{first}" if first == last else f"{first}–{last}"
    source = cite(passage.source)
    return f"{passage.document} #{passage.number} {mark}{span}" + (f" · {source}" if source else "")
