"""Bank -> paper flashcards: eight to an A4 page, backs mirrored so that duplex printing puts them behind the fronts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from flashcards.bank import GENERATOR, Bank
from flashcards.errors import BadConfiguration
from flashcards.exporters.quiz import policy
from flashcards.files import write_text
from flashcards.model import Item
from flashcards.settings import Settings
from flashcards.sheet import place_of, usable
from flashcards.sheet.drafts import Draft, Words, cite, single
from flashcards.sheet.layout import em, letter, printable
from flashcards.sheet.options import from_settings, wanted
from flashcards.templates import environment, template_path
from flashcards.words import words

COLUMNS, ROWS = 2, 4
# em of text on a side up to which each type size (class s1, s2, …) still fits; beyond the last it is cut
SIZES = (40, 90, 180, 330)
GAP = "＿＿＿＿"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a card: its text, a line below it, the size class that lets it fit, and the item's number."""

    text: str
    below: str
    size: int
    number: str


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write one card for every item (the first ``items`` of them where a number is set).

    Raises BadConfiguration where the bank has no item to print.
    """
    options = from_settings(settings)
    table = words("quiz", settings.lang)
    most = None if settings.items is None else options.items
    items = islice((item for item in bank if usable(item) and wanted(options)(item)), most)
    pages = list(sheets(card(item, table) for item in items))
    if not pages:
        raise BadConfiguration("has no items to print", path=bank.path)
    css = template_path("quiz/cards.css").read_text(encoding="utf-8")
    page = environment().get_template("quiz/cards.html")
    values = {"css": css, "csp": policy(css), "generator": GENERATOR, "lang": settings.lang, "pages": pages}
    write_text(target, printable(page.render(values, title=bank.header.name)))
    return (target,)


def card(item: Item, table: Words) -> tuple[Side, Side]:
    """Front and back of an item's card."""
    draft = single(item, table)
    number = f"q{item.number:04d}" if item.number else ""
    back = "、".join(reply.meaning or reply.text for reply in draft.replies) + (
        f"\n{item.explanation}" if item.explanation else ""
    )
    where = cite(item.passage.source) or place_of(item.passage)
    return side(_front(draft), "", number), side(back, where, number)


def side(text: str, below: str, number: str) -> Side:
    """A side with the largest type in which its text fits; what fits in none is cut, with an ellipsis."""
    if em(text) > SIZES[-1]:
        text = text[: SIZES[-1] - 1] + "…"
    size = next(at for at, most in enumerate(SIZES, start=1) if em(text) <= most or at == len(SIZES))
    return Side(text, below, size, number)


def _front(draft: Draft) -> str:
    """The question; a stem too long for a card is shown around its first blank."""
    parts = [part if isinstance(part, str) else GAP for part in draft.stem]
    room = SIZES[-1] // 2
    first = next((at for at, part in enumerate(draft.stem) if isinstance(part, int)), len(parts))
    before, after = "".join(parts[:first]), "".join(parts[first:])
    if em(before + after) > SIZES[-1]:
        before = "…" + before[-room:] if len(before) > room else before
        after = after[:room] + "…" if len(after) > room else after
    options = "".join(f"\n{letter(at)}．{option}" for at, option in enumerate(draft.options))
    judge = "　（√ / ×）" if draft.layout == "truefalse" else ""
    return f"{before}{after}{draft.ask}{judge}{options}"


def sheets(cards: Iterable[tuple[Side, Side]]) -> Iterator[list[Side | None]]:
    """Pages of sides, fronts and backs in turn; in every row of backs left and right are exchanged."""
    cards = iter(cards)
    while page := list(islice(cards, COLUMNS * ROWS)):
        fronts: list[Side | None] = [front for front, _ in page]
        backs: list[Side | None] = [back for _, back in page]
        for sides in (fronts, backs):
            sides += [None] * (COLUMNS * ROWS - len(sides))
        yield fronts
        yield [backs[row + column] for row in range(0, len(backs), COLUMNS) for column in reversed(range(COLUMNS))]
