"""Hostile text in every place of an item, shown by the real Anki and by a real browser: it stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from lxml import html
from support.decks import NAME, PROJECT, build
from support.learner import CLEAN, Held, Learner

from flashcards import bank
from flashcards.exporters.anki_fields import AT, item_of
from flashcards.exporters.anki_notetypes import KINDS
from flashcards.exporters.anki_text import escape, unescape
from flashcards.ledger.identity import clean, content_hash, guid
from flashcards.model import Context, Gap, Item, Passage, Place, Source

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOSTILE = json.loads((Path(__file__).parent / "cases" / "apkg" / "hostile.json").read_text(encoding="utf-8"))
# What our own templates and fields are made of; whatever else stands on a card came out of the text.
OURS = {"main", "div", "span", "details", "summary", "footer", "br", "ol", "li", "a"}


def item(text: str, number: int) -> Item:
    """An item that has the text in every place it may come to: beside the gap, in it, as hint, source, tag, name."""
    stem = f"前{text}中{text}后{text}"
    start = len(f"前{text}中")
    passage = Passage(
        id=f"{text}#{number}",
        document=text,
        number=number,
        text=stem,
        lines=(1, 1),
        heading=text,
        title=text,
        source=Source(
            title=text, author=text, date=text, place=text, occasion=text, publication=text, page=text, url=text
        ),
    )
    return Item(
        kind="cloze",
        stem=stem,
        gaps=(Gap(start, start + len(text)),),
        answer=text,
        hint=text,
        explanation=text,
        passage=passage,
        place=Place(0),
        context=Context(text, text, f"{text}{stem}{text}"),
        tags=(text,),
    )


class Deck(NamedTuple):
    """The hostile deck as a learner holds it, with the text of each note."""

    learner: Learner
    texts: dict[str, str]
    held: dict[str, Held]
    folder: Path


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deck]:
    """A deck with one item a hostile string, imported."""
    folder = tmp_path_factory.mktemp("hostile")
    texts = [text for text in HOSTILE if clean(text)]
    items = {f"{number:03}.txt": [item(text, number)] for number, text in enumerate(texts, start=1)}
    build(folder, items, 1_700_000_000)
    with Learner(folder / "learner") as learner:
        log = learner.bring_in(folder / f"{NAME}.apkg")
        assert log == {"new": len(texts)}
        by_number = {one.number: guid(PROJECT, one.key) for one in bank.load(folder / f"{NAME}.bank.jsonl")}
        named = {by_number[number]: text for number, text in enumerate(texts, start=1)}
        yield Deck(learner, named, learner.held(), folder)


def shown(text: str) -> str:
    """What a learner sees of a text, with marks that show nothing left out."""
    return clean(text).replace("\u2060", "")


def visible(element: html.HtmlElement) -> str:
    """The text of an element as it is seen: a line break for each `<br>`."""
    for line in element.iter("br"):
        line.tail = "\n" + (line.tail or "")
    return str(element.text_content()).replace("\u2060", "")


def stem(face: str) -> html.HtmlElement:
    return html.fromstring(face).xpath("//div[@class='stem']")[0]


def test_there_are_two_hundred_of_them() -> None:
    """The data file holds at least 200 different strings."""
    assert len(set(HOSTILE)) >= 200


def test_every_card_shows_the_text_literally_on_both_sides(deck: Deck) -> None:
    """On the question the hint stands for the gap; on the answer every place shows the text as it is."""
    for note, text in deck.texts.items():
        question, answer = deck.learner.faces(note)
        plain = shown(text)
        assert visible(stem(question)) == f"前{plain}中[{plain}]后{plain}", repr(text)
        assert visible(stem(answer)) == f"{plain}{plain}前{plain}中{plain}后{plain}{plain}{plain}", repr(text)
        footer = visible(html.fromstring(answer).xpath("//footer")[0])
        assert footer.count(plain) >= 7, repr(text)


def test_no_markup_comes_out_of_a_text(deck: Deck) -> None:
    """A card holds no element, attribute, sound or speech that our templates did not make."""
    for note, text in deck.texts.items():
        output = deck.learner.note(note).cards()[0].render_output()
        assert not output.question_av_tags and not output.answer_av_tags, repr(text)
        for face in (output.question_text, output.answer_text):
            for element in html.fromstring(face).iter(html.etree.Element):
                assert element.tag in OURS, (repr(text), element.tag)
                assert set(element.attrib) <= {"class", "lang", "data-cloze", "data-ordinal", "href"}, repr(text)
                href = element.get("href", "http://")
                assert href.startswith(("http://", "https://")), repr(text)


def test_every_item_makes_one_card_and_check_database_changes_nothing(deck: Deck) -> None:
    """No cloze mark of a text makes a card, on import or later."""
    assert deck.learner.col.card_count() == len(deck.texts)
    assert deck.learner.check() == CLEAN
    assert not deck.learner.col.get_empty_cards().notes
    assert deck.learner.held().keys() == deck.held.keys()


def test_tags_and_decks_stay_whole(deck: Deck) -> None:
    """A text gives at most one tag and one deck level: Anki keeps the tags as we wrote them and renames no deck."""
    for note, text in deck.texts.items():
        held = deck.held[note]
        assert len([tag for tag in held.tags if tag.startswith("source::")]) <= 1, repr(text)
        assert len(held.tags) <= 4, repr(text)
        assert held.deck.count("::") == 1, repr(text)


def test_fields_are_normalised_before_anki_does_it(deck: Deck) -> None:
    """Anki stores the fields exactly as the package has them, so an import never makes a note look edited."""
    from flashcards.exporters.anki_package import opened

    with opened(deck.folder / f"{NAME}.apkg") as package:
        assert {note.guid: note.fields for note in package.notes()} == {n: h.fields for n, h in deck.held.items()}


def test_what_a_learner_sees_can_be_read_back_from_a_note(deck: Deck) -> None:
    """A lost ledger loses nothing: the content hash of an item read back from its note is the item's own."""
    kinds = {row.id: kind for kind, row in KINDS.items()}
    for note, text in deck.texts.items():
        held = deck.held[note]
        back = item_of(kinds[held.notetype], held.fields, sorted(held.tags), held.modified)
        assert content_hash(back) == content_hash(item(text, 1)), repr(text)


@pytest.mark.parametrize("text", [text for text in HOSTILE if not clean(text)], ids=repr)
def test_a_text_of_nothing_cannot_be_asked(text: str, tmp_path: Path) -> None:
    """An answer of control characters only would make no card; it is refused, not written."""
    from flashcards.errors import FlashcardsError

    with pytest.raises(FlashcardsError, match="would make no card"):
        build(tmp_path, {"a.txt": [item(text, 1)]}, 1_700_000_000)
    assert not list(tmp_path.iterdir())


PAGE = """<!doctype html><meta charset="utf-8"><style>{css}</style><body class="card nightMode"><div id="qa"></div>"""


def test_in_a_browser_no_script_runs_and_no_request_leaves(deck: Deck, browser: Browser) -> None:
    """The reviewer's way of showing a card (scripts are made anew, so that they run) runs nothing of a text."""
    faces = [face for note in deck.texts for face in deck.learner.faces(note)]
    page = browser.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.set_content(PAGE.format(css=deck.learner.note(next(iter(deck.texts))).note_type()["css"]))
    show = """faces => { const qa = document.getElementById("qa"); for (const face of faces) { qa.innerHTML = face;
      for (const old of qa.querySelectorAll("script")) { const made = document.createElement("script");
        made.textContent = old.textContent; old.replaceWith(made); }
      for (const one of qa.querySelectorAll("*")) for (const name of one.getAttributeNames())
        if (name.startsWith("on")) window.hit = name; } return [window.hit || null, faces.length]; }"""
    assert page.evaluate(show, faces) == [None, 2 * len(deck.texts)]
    page.wait_for_timeout(200)
    assert page.evaluate("window.hit || null") is None
    assert requests == []
    page.close()


def test_an_edit_in_ankis_editor_wakes_nothing(deck: Deck, browser: Browser) -> None:
    """The editor parses and writes back the HTML of a field: cards, faces and the database check stay as they were."""
    page = browser.new_page()
    trip = """fields => fields.map(field => { const box = document.createElement("div"); box.innerHTML = field;
      return box.innerHTML; })"""
    for note, text in deck.texts.items():
        before = deck.learner.faces(note)
        anki_note = deck.learner.note(note)
        anki_note.fields = page.evaluate(trip, list(anki_note.fields))
        deck.learner.col.update_note(anki_note)
        after = deck.learner.faces(note)
        assert [visible(stem(face)) for face in after] == [visible(stem(face)) for face in before], repr(text)
    page.close()
    assert deck.learner.col.card_count() == len(deck.texts)
    assert deck.learner.check() == CLEAN


def test_escaping_can_be_undone() -> None:
    """`unescape` gives back what `escape` was given, as Anki keeps text."""
    for text in HOSTILE:
        assert unescape(escape(text)) == clean(text), repr(text)


def test_the_key_field_is_no_text(deck: Deck) -> None:
    """The first field, by which Anki's editor finds twins, is the key: never empty, never the same."""
    keys = [held.fields[AT["Key"]] for held in deck.held.values()]
    assert all(keys) and len(set(keys)) == len(keys)
