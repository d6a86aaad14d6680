"""Bank -> Sheet: sections, points, versions and layouts; read by the quiz, pdf and school exporters only."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from random import Random
from typing import Any

from flashcards.bank import Bank
from flashcards.errors import BadConfiguration
from flashcards.model import Item, answer_text
from flashcards.sheet import points
from flashcards.sheet.answers import fold
from flashcards.sheet.chosen import Drafts
from flashcards.sheet.drafts import Draft, place_of
from flashcards.sheet.layout import Outline, blank, columns, letter, numeral, outline
from flashcards.sheet.model import (
    Blank,
    Question,
    Questions,
    Reading,
    Reply,
    Section,
    Sheet,
    Version,
    record,
    shown_points,
    without_key,
)
from flashcards.sheet.options import DEFAULT_LAYOUT, SheetOptions, from_settings
from flashcards.sheet.points import Worth
from flashcards.sheet.pool import Gathering, pool, usable
from flashcards.sheet.readings import APART, readings
from flashcards.sheet.select import choose, shuffled
from flashcards.sheet.store import Store
from flashcards.words import words

__all__ = ["Gathering", "Sheet", "SheetOptions", "from_settings", "make", "place_of", "record", "usable", "without_key"]

Words = dict[str, str]
CHOSEN = 4  # em: room for the letter that is written, or nothing but a mark of where the option belongs
EXTRA = 3  # one extra word in the box for so many blanks


def make(bank: Bank, options: SheetOptions, gathering: Gathering | None = None) -> Sheet:
    """The sheet of a bank in every version asked for, the same for the same bank and options.

    ``gathering``: the items that it chooses from, where they were gathered already. Raises BadConfiguration where the
    options fit no sheet, or leave no item of the bank.
    """
    table = words("quiz", options.lang)
    found = gathering.pool(bank) if gathering else pool(bank, options)
    asked = found.store
    if options.show_passage and "order" in options.layout:
        raise BadConfiguration("--show-passage and --layout order exclude each other: the passage gives the order")
    drafts = choose(asked, options, found.title, table)
    if not drafts:
        raise BadConfiguration(
            "none of its items can stand in the sections asked for; ask for other --layout", path=bank.path
        )
    groups = tuple(_groups(drafts, options, _extra_words(asked.items, drafts, Random(options.seed))))
    versions = tuple(_version(name, groups, options, table) for name in options.versions)
    total = sum(section.points for section in versions[0].sections)
    return Sheet(
        found.title, options.lang, options.seed, total, options.minutes, versions, _notes(asked, drafts, options)
    )


def _notes(asked: Store, drafts: Mapping[str, Drafts], options: SheetOptions) -> tuple[str, ...]:
    notes = []
    size = sum(group.size for group in drafts.values())
    if size < (len(asked) if options.items is None else options.items):
        wish = len(asked) if options.items is None else options.items
        notes.append(
            f"{size} of {wish} items stand on the sheet: {len(asked)} were there, "
            "and no answer may be readable in another question"
        )
    empty = [layout for layout in options.layout if layout not in drafts]
    if empty and options.layout != DEFAULT_LAYOUT:
        notes.append(f"no section {', '.join(empty)}: no item fits there")
    return tuple(notes)


@dataclass(frozen=True, slots=True)
class _Block:
    """Questions with their points that stay together: those of one printed passage, elsewhere one alone."""

    questions: tuple[tuple[Draft, float], ...]
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class _Alone:
    """The questions of a section without printed passages as blocks, each made when it is asked for."""

    drafts: Drafts
    worth: Worth

    def __len__(self) -> int:
        return len(self.drafts)

    def __iter__(self) -> Iterator[_Block]:
        return map(self._block, count(), self.drafts)

    def __getitem__(self, at: int) -> _Block:
        return self._block(at, self.drafts[at])

    def _block(self, at: int, draft: Draft) -> _Block:
        return _Block(((draft, self.worth.points(at, draft.units)),))


@dataclass(frozen=True, slots=True)
class _Group:
    """What becomes a section: its questions, and the words of its box."""

    layout: str
    blocks: tuple[_Block, ...] | _Alone
    bank: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.blocks) if isinstance(self.blocks, _Alone) else sum(len(b.questions) for b in self.blocks)

    @property
    def mixed(self) -> bool:
        """Whether a question of it is mixed in itself: its options or rows."""
        return any(each.layout in {"choice", "match", "order"} for each, _ in self.outlines())

    def outlines(self) -> Iterator[tuple[Outline, float]]:
        """The outlines of its questions with their points, in the order of the text."""
        if isinstance(self.blocks, _Alone):
            drafts, worth = self.blocks.drafts, self.blocks.worth
            return ((each, worth.points(at, each.units)) for at, each in enumerate(drafts.outlines()))
        return ((outline(draft), value) for block in self.blocks for draft, value in block.questions)


def _groups(drafts: Mapping[str, Drafts], options: SheetOptions, extra: tuple[str, ...]) -> Iterator[_Group]:
    worth = points.share({layout: (group.units, len(group)) for layout, group in drafts.items()}, options.points)
    whole = {layout: group.whole() for layout, group in drafts.items()} if options.show_passage else {}
    if read := tuple(readings(whole, worth)):
        printed = (_Block(each.questions, _spoken(each.reading, options)) for each in read)
        yield _Group("reading", tuple(printed))
    for layout, group in drafts.items():
        if layout in APART or not options.show_passage:
            words = (
                (*(reply.text for draft in group for reply in draft.replies), *extra) if layout == "wordbank" else ()
            )
            yield _Group(layout, _Alone(group, worth[layout]), words)


def _spoken(reading: Reading, options: SheetOptions) -> Reading:
    """The passage with pinyin over what is visible of it, where that is asked for (extra `learner`)."""
    if not options.pinyin:
        return reading
    from flashcards.learner import spoken

    said = (spoken(part, options.readings) if isinstance(part, str) else () for part in reading.text)
    return replace(reading, said=tuple(said))


def _version(name: str, groups: Sequence[_Group], options: SheetOptions, table: Words) -> Version:
    rng = Random(f"{options.seed}:{name}")
    number = 1
    sections = []
    longest = _longest(groups)
    for place, group in enumerate(groups, start=1):
        bank = shuffled(group.bank, rng)
        number = 1 if options.numbering == "section" else number
        make = partial(_questions, group, name, number, longest, options.blank, bank)
        questions = Questions(partial(make, rng.getstate()), len(group))
        if name or group.mixed:
            for _ in make(rng.getstate(), rng):  # the dice of the next section go on from here
                pass
        number += len(questions)
        sections.append(_section(place, group, questions, bank, table))
    return Version(name, tuple(sections))


def _questions(
    group: _Group,
    name: str,
    first: int,
    longest: Mapping[str, float],
    mode: str,
    bank: tuple[str, ...],
    state: tuple[Any, ...],
    rng: Random | None = None,
) -> Iterator[Question]:
    """The questions of a section in one version; ``state``: how the dice lie before the first."""
    rng = rng or Random()
    rng.setstate(state)
    letters = {word: letter(at) for at, word in reversed([*enumerate(bank)])}
    for number, (draft, value, reading) in enumerate(_in_order(group, name, rng), start=first):
        widths = partial(blank, "grid" if draft.layout == "pinyin" else mode, longest=longest[draft.layout])
        yield _question(draft, value, number, widths, letters, reading, rng)


def _in_order(group: _Group, name: str, rng: Random) -> Iterator[tuple[Draft, float, Reading | None]]:
    """The questions in the order of one version, a passage with the first of its questions."""
    blocks: Iterable[_Block] = group.blocks
    if name:
        order = array("I", range(len(group.blocks)))
        rng.shuffle(order)
        blocks = (group.blocks[at] for at in order)
    for block in blocks:
        for at, (draft, value) in enumerate(shuffled(block.questions, rng) if name else block.questions):
            yield draft, value, None if at else block.reading


def _longest(groups: Sequence[_Group]) -> dict[str, float]:
    """The longest answer of every layout, in em: it gives all blanks of the layout their width."""
    longest: dict[str, float] = {}
    for group in groups:
        for each, _ in group.outlines():
            longest[each.layout] = max(longest.get(each.layout, 0.0), each.longest)
    return longest


def _section(place: int, group: _Group, questions: Questions, bank: tuple[str, ...], table: Words) -> Section:
    layouts: dict[str, None] = {}
    values: set[float] = set()
    total = 0.0
    for outline_, value in group.outlines():
        layouts[outline_.layout] = None
        values.add(value / outline_.units)
        total += value
    each = values.pop() if len(values) == 1 and group.layout != "reading" else None
    note = table["note-sum" if each is None else "note-each"].format(
        per=table.get(f"per-{group.layout}", ""), each=shown_points(each or 0), total=shown_points(total)
    )
    heading = table["heading"].format(number=numeral(place), name=table[f"layout-{group.layout}"])
    rule = " ".join(table[f"rule-{layout}"] for layout in layouts)
    return Section(group.layout, heading, note, table[f"direction-{group.layout}"], rule, total, each, questions, bank)


def _extra_words(asked: Iterable[Item], drafts: Mapping[str, Drafts], rng: Random) -> tuple[str, ...]:
    """Words for the box that fit no blank: answers of the bank that the sheet neither asks nor shows."""
    if "wordbank" not in drafts:
        return ()
    group = drafts["wordbank"]
    lengths = {len(reply.text) for draft in group for reply in draft.replies}
    text = "\n".join(
        fold(part) for group in drafts.values() for draft in group for part in (*draft.shown, *draft.secrets)
    )
    words = sorted({answer_text(item) for item in asked if item.kind == "cloze"})
    fitting = [word for word in words if len(word) in lengths and fold(word) not in text]
    rng.shuffle(fitting)
    return tuple(fitting[: sum(len(draft.replies) for draft in group) // EXTRA])


def _question(
    draft: Draft,
    value: float,
    number: int,
    widths: Callable[[str, int], Blank],
    letters: Mapping[str, str],
    reading: Reading | None,
    rng: Random,
) -> Question:
    rows, options, replies = _arranged(draft, letters, rng)
    marks = draft.marks
    stem = tuple(part if isinstance(part, str) else _blank(draft, part, widths) for part in draft.stem)
    return Question(
        number=number,
        layout=draft.layout,
        items=marks.numbers,
        keys=marks.keys,
        stem=stem,
        replies=replies,
        points=value,
        ask=draft.ask,
        cite=draft.cite,
        rows=rows,
        options=options,
        columns=columns(options) if draft.layout == "choice" else 1,
        room=draft.room,
        place=marks.place,
        explanation=draft.explanation,
        reading=reading,
    )


def _blank(draft: Draft, reply: int, widths: Callable[[str, int], Blank]) -> Blank:
    return Blank(CHOSEN, reply) if draft.layout in {"choice", "wordbank"} else widths(draft.replies[reply].text, reply)


def _arranged(
    draft: Draft, letters: Mapping[str, str], rng: Random
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Reply, ...]]:
    """Rows, options and replies of a question in the order of one version."""
    if draft.layout == "choice":
        order = list(range(len(draft.options)))
        rng.shuffle(order)
        reply = replace(draft.replies[0], text=letter(order.index(draft.right)))
        return (), tuple(draft.options[at] for at in order), (reply,)
    if draft.layout == "match":
        right = [reply.meaning for reply in draft.replies]
        rng.shuffle(right)
        pairs = list(zip(draft.rows, draft.replies, strict=True))
        rng.shuffle(pairs)
        replies = tuple(replace(reply, text=letter(right.index(reply.meaning))) for _, reply in pairs)
        return tuple(row for row, _ in pairs), tuple(right), replies
    if draft.layout == "order":
        lines = list(zip(draft.rows, draft.replies, strict=True))
        while tuple(row for row, _ in lines) == draft.rows:
            rng.shuffle(lines)
        return tuple(row for row, _ in lines), (), tuple(reply for _, reply in lines)
    if draft.layout == "wordbank":
        return (), (), tuple(replace(r, text=letters[r.text], meaning=r.text) for r in draft.replies)
    return (), (), draft.replies
