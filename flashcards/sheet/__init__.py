"""Bank -> Sheet: sections, points, versions and layouts; read by the quiz, pdf and school exporters only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from flashcards.bank import Bank
from flashcards.errors import BadConfiguration
from flashcards.model import Item, Passage, answer_text
from flashcards.sheet import points
from flashcards.sheet.drafts import Draft, cite
from flashcards.sheet.guard import fold
from flashcards.sheet.layout import blank_widths, columns, letter, numeral
from flashcards.sheet.model import (
    Blank,
    Question,
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
from flashcards.sheet.pool import pool, usable
from flashcards.sheet.readings import APART, enough, readings
from flashcards.sheet.select import choose, shuffled
from flashcards.words import words

__all__ = ["Sheet", "SheetOptions", "from_settings", "make", "place_of", "record", "usable", "without_key"]

Words = dict[str, str]
CHOSEN = 4  # em: room for the letter that is written, or nothing but a mark of where the option belongs
EXTRA = 3  # one extra word in the box for so many blanks


def make(bank: Bank, options: SheetOptions) -> Sheet:
    """The sheet of a bank in every version asked for, the same for the same bank and options.

    Raises BadConfiguration where the options fit no sheet, or leave no item of the bank.
    """
    table = words("quiz", options.lang)
    found = pool(bank, options)
    asked: Sequence[Item] = found.items
    if options.show_passage:
        if "order" in options.layout:
            raise BadConfiguration("--show-passage and --layout order exclude each other: the passage gives the order")
        passages = shuffled(sorted({item.passage.id for item in asked}), Random(options.seed))
        asked = enough(asked, options.items, passages)
    drafts = choose(asked, options, found.title, table)
    if not drafts:
        raise BadConfiguration(
            "none of its items can stand in the sections asked for; ask for other --layout", path=bank.path
        )
    groups = tuple(_groups(drafts, options, _extra_words(asked, drafts, Random(options.seed))))
    versions = tuple(_version(name, groups, options, table) for name in options.versions)
    total = sum(section.points for section in versions[0].sections)
    return Sheet(
        found.title, options.lang, options.seed, total, options.minutes, versions, _notes(asked, drafts, options)
    )


def _notes(asked: Sequence[Item], drafts: dict[str, list[Draft]], options: SheetOptions) -> tuple[str, ...]:
    notes = []
    size = sum(draft.size for group in drafts.values() for draft in group)
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
class _Group:
    """What becomes a section: its questions, and the words of its box."""

    layout: str
    blocks: tuple[_Block, ...]
    bank: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[tuple[Draft, float], ...]:
        return tuple(question for block in self.blocks for question in block.questions)


def _groups(drafts: dict[str, list[Draft]], options: SheetOptions, extra: tuple[str, ...]) -> Iterator[_Group]:
    given = points.share({layout: [d.units for d in group] for layout, group in drafts.items()}, options.points)
    if options.show_passage and (read := tuple(readings(drafts, given))):
        printed = (_Block(each.questions, _spoken(each.reading, options)) for each in read)
        yield _Group("reading", tuple(printed))
    for layout, group in drafts.items():
        if layout in APART or not options.show_passage:
            bank = tuple(reply.text for draft in group for reply in draft.replies) + extra
            blocks = tuple(_Block((pair,)) for pair in zip(group, given[layout], strict=True))
            yield _Group(layout, blocks, bank if layout == "wordbank" else ())


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
    widths = _widths(groups, options.blank)
    for place, group in enumerate(groups, start=1):
        bank = shuffled(group.bank, rng)
        number = 1 if options.numbering == "section" else number
        questions = tuple(
            _question(draft, value, at, widths[draft.layout], bank, reading, rng)
            for at, (draft, value, reading) in enumerate(_in_order(group, name, rng), start=number)
        )
        number += len(questions)
        sections.append(_section(place, group, questions, bank, table))
    return Version(name, tuple(sections))


def _in_order(group: _Group, name: str, rng: Random) -> Iterator[tuple[Draft, float, Reading | None]]:
    """The questions in the order of one version, a passage with the first of its questions."""
    for block in shuffled(group.blocks, rng) if name else group.blocks:
        for at, (draft, value) in enumerate(shuffled(block.questions, rng) if name else block.questions):
            yield draft, value, None if at else block.reading


def _widths(groups: Sequence[_Group], mode: str) -> dict[str, dict[str, Blank]]:
    by_layout: dict[str, list[Draft]] = {}
    for group in groups:
        for draft, _ in group.questions:
            by_layout.setdefault(draft.layout, []).append(draft)
    modes = {layout: "grid" if layout == "pinyin" else mode for layout in by_layout}
    return {layout: blank_widths(modes[layout], drafts) for layout, drafts in by_layout.items()}


def _section(
    place: int, group: _Group, questions: tuple[Question, ...], bank: tuple[str, ...], table: Words
) -> Section:
    layouts = list(dict.fromkeys(draft.layout for draft, _ in group.questions))
    values = {value / draft.units for draft, value in group.questions}
    each = values.pop() if len(values) == 1 and group.layout != "reading" else None
    total = sum(question.points for question in questions)
    note = table["note-sum" if each is None else "note-each"].format(
        per=table.get(f"per-{group.layout}", ""), each=shown_points(each or 0), total=shown_points(total)
    )
    heading = table["heading"].format(number=numeral(place), name=table[f"layout-{group.layout}"])
    rule = " ".join(table[f"rule-{layout}"] for layout in layouts)
    return Section(group.layout, heading, note, table[f"direction-{group.layout}"], rule, total, each, questions, bank)


def _extra_words(asked: Sequence[Item], drafts: dict[str, list[Draft]], rng: Random) -> tuple[str, ...]:
    """Words for the box that fit no blank: answers of the bank that the sheet neither asks nor shows."""
    group = drafts.get("wordbank", [])
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
    widths: Mapping[str, Blank],
    bank: tuple[str, ...],
    reading: Reading | None,
    rng: Random,
) -> Question:
    rows, options, replies = _arranged(draft, bank, rng)
    stem = tuple(
        part if isinstance(part, str) else replace(_blank(draft, part, widths), reply=part) for part in draft.stem
    )
    return Question(
        number=number,
        layout=draft.layout,
        items=tuple(item.number for item in draft.items),
        keys=tuple(item.key for item in draft.items),
        stem=stem,
        replies=replies,
        points=value,
        ask=draft.ask,
        cite=draft.cite,
        rows=rows,
        options=options,
        columns=columns(options) if draft.layout == "choice" else 1,
        room=draft.room,
        place=place_of(draft.items[0].passage),
        explanation=draft.explanation,
        reading=reading,
    )


def _blank(draft: Draft, reply: int, widths: Mapping[str, Blank]) -> Blank:
    return Blank(CHOSEN, reply) if draft.layout in {"choice", "wordbank"} else widths[draft.replies[reply].text]


def _arranged(
    draft: Draft, bank: tuple[str, ...], rng: Random
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
        return (), (), tuple(replace(r, text=letter(bank.index(r.text)), meaning=r.text) for r in draft.replies)
    return (), (), draft.replies


def place_of(passage: Passage) -> str:
    """Where a key sends the teacher: document, passage number, lines (or pages), and whose words they are."""
    first, last = passage.pages or passage.lines
    mark = "p." if passage.pages else "L"
    span = f"{first}" if first == last else f"{first}–{last}"
    source = cite(passage.source)
    return f"{passage.document} #{passage.number} {mark}{span}" + (f" · {source}" if source else "")
