"""Paper flashcards: eight to a page, and every back behind its front."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import pypdfium2
import pytest
from support.sheets import EVERY_KIND, passages, stored

from flashcards import bank
from flashcards.errors import BadConfiguration
from flashcards.exporters import cards
from flashcards.model import Gap, Item, Passage, Place
from flashcards.settings import Settings
from flashcards.words import words

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TABLE = words("quiz", "zh-Hans")


def test_backs_are_mirrored() -> None:
    """Turned over its long edge, a page has every back behind its front."""
    made = [cards.card(item, TABLE) for item in bank.load(EVERY_KIND)]
    pages = list(cards.sheets(iter(made)))
    back_of = {front.number: back for front, back in made}
    for fronts, backs in zip(pages[::2], pages[1::2], strict=True):
        assert len(fronts) == len(backs) == 8
        for place, front in enumerate(fronts):
            row, column = divmod(place, 2)
            behind = backs[row * 2 + (1 - column)]
            assert behind == (back_of[front.number] if front else None)


def test_a_front_hides_its_answer() -> None:
    """The answer stands on the back, not on the front (options of a choice excepted)."""
    for item in bank.load(EVERY_KIND):
        front, back = cards.card(item, TABLE)
        if item.kind in {"cloze", "source", "term", "recitation"}:
            assert str(item.answer) not in front.text
            assert str(item.answer) in back.text


def test_a_long_stem_is_shown_around_its_gap() -> None:
    """A stem that fits on no card is cut on both sides of the gap, and says so."""
    passage = Passage("a#1", "a", 1, "", (1, 1))
    item = Item("cloze", f"{'前' * 5000}中{'后' * 5000}", (Gap(5000, 5001),), "中", passage, Place(0))
    front, _ = cards.card(item, TABLE)
    assert front.text.startswith("…前")
    assert cards.GAP in front.text
    assert front.text.endswith("后…")


def test_items_limit_the_cards(tmp_path: Path) -> None:
    """`--items 3` prints three cards."""
    (path,) = cards.write(bank.load(EVERY_KIND), tmp_path / "a.cards.html", Settings(items="3"))
    assert path.read_text(encoding="utf-8").count('class="number"') == 6


def test_a_bank_without_items_gives_no_cards(tmp_path: Path) -> None:
    """One line, and no file."""
    with pytest.raises(BadConfiguration, match="has no items to print"):
        cards.write(stored(tmp_path, []), tmp_path / "a.cards.html", Settings())
    assert not (tmp_path / "a.cards.html").exists()


def test_cards_are_valid_html_and_show_markup_literally(tmp_path: Path) -> None:
    """A hostile stem is text on the card."""
    hostile = replace(passages(1)[0], stem="<script>alert(1)</script>某某", gaps=(Gap(25, 27),), answer="某某")
    (path,) = cards.write(stored(tmp_path, [hostile]), tmp_path / "a.cards.html", Settings())
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(path.read_text(encoding="utf-8"))
    assert not list(root.iter("script"))
    assert "<script>alert(1)</script>" in "".join(root.itertext())


def test_cards_print_on_whole_pages(browser: Browser, tmp_path: Path) -> None:
    """Twenty cards are three fronts and three backs on A4, no text running over its card, axe content."""
    from axe_playwright_python.sync_playwright import Axe

    (path,) = cards.write(bank.load(EVERY_KIND), tmp_path / "a.cards.html", Settings(items="20"))
    page = browser.new_page()
    page.goto(path.as_uri())
    assert Axe().run(page).violations_count == 0
    page.emulate_media(media="print")
    over = "[...document.querySelectorAll('.card')].filter(c => c.scrollHeight > c.clientHeight + 1).length"
    assert page.evaluate(over) == 0
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    page.close()
    assert len(document) == 6
    assert [round(side / 72 * 25.4) for side in document[0].get_size()] == [210, 297]
