"""An item as the fields of a note, and back: nothing a learner sees is lost on the way, so a ledger can be rebuilt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from flashcards.errors import FlashcardsError
from flashcards.exporters.anki_notetypes import FIELDS, KINDS
from flashcards.exporters.anki_text import cloze, deck_level, escape, guard, link, tag, tag_level, unescape
from flashcards.ledger.identity import clean, clean_spans
from flashcards.model import Answer, Context, Gap, Item, Passage, Place, Source, answer_text, omitted

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REST = ("",) * (len(FIELDS) - FIELDS.index("Pinyin"))  # the learner's aids and the spare fields
AT = {name: index for index, name in enumerate(FIELDS)}
OF_TEXT = tuple(AT[name] for name in ("Text", "Answer", "Options", "Explanation", "Before", "After"))
SCRIPT = re.compile(r'<bdi lang="[\w-]+">|</bdi>')
CUT = '<span class="cut"></span>'  # shows …… (style.css); the text itself stays the text
GAP = re.compile(r"\{\{c1::(.*?)\}\}", re.DOTALL)
LISTED = re.compile(r"<li>(.*?)</li>", re.DOTALL)
ASKED = re.compile(r'^<div class="ask ask-([a-z-]*)">.*?</div>', re.DOTALL)
REPLY = re.compile(r'<div class="reply">\{\{c1::(.*?)\}\}</div>$', re.DOTALL)
NEAR = re.compile(r'<span class="near">(.*?)</span>', re.DOTALL)
PLACED = re.compile(r"(?:(出处待核实|出處待核實) · )?(?:(.*) · )?第 (\d+)(?:–(\d+))? ([行页頁])", re.DOTALL)
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
SHOWN_DATE = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?")


class Shared(NamedTuple):
    """What all notes of a passage have in common: fields, the tag of their source (or nothing), their deck."""

    passage: str
    source: tuple[str, str, str, str, str, str]
    locator: str
    tag: str
    deck: str


def shared(passage: Passage, project: str, table: Mapping[str, str]) -> Shared:
    """What the notes of a passage share, in the deck of that project."""
    return Shared(
        escape(passage.id),
        _source(passage.source),
        escape(_locator(passage, table)),
        _source_tag(passage.source),
        deck(project, passage, table),
    )


def fields(item: Item, table: Mapping[str, str], common: Shared | None = None) -> tuple[str, ...]:
    """The 25 fields of an item's note, in the order of `FIELDS`; ``table`` is the language's words.

    ``common``: what the notes of its passage share, where that is known. Raises FlashcardsError where Anki would make
    no card of it.
    """
    common = common or shared(item.passage, "", table)
    title, author, date, place, occasion, url = common.source
    before, after = _around(item)
    values = (
        item.key,
        _text(item, table),
        _answer(item),
        _listing(item.options or (), "options"),
        escape(item.explanation),
        before,
        after,
        common.passage,
        title,
        author,
        date,
        place,
        occasion,
        common.locator,
        url,
        *REST,
    )
    if item.passage.script != table["lang"]:
        values = _in_script(values, item.passage.script)
    return tuple(map(guard, values)) if "\u0338" in "".join(values) else values


def _in_script(values: tuple[str, ...], script: str) -> tuple[str, ...]:
    """The fields of a text that is not in the script of the card's own words, marked so that its glyphs are right."""
    marked = list(values)
    for at in OF_TEXT:
        asked = ASKED.match(marked[at])
        start = asked.end() if asked else 0
        if marked[at][start:]:
            marked[at] = f'{marked[at][:start]}<bdi lang="{script}">{marked[at][start:]}</bdi>'
    return tuple(marked)


def _text(item: Item, table: Mapping[str, str]) -> str:
    question = table.get(f"ask-{item.kind}-{item.ask}" if item.ask else f"ask-{item.kind}", "")
    stem, spans = clean_spans(item.stem, item.gaps)
    gaps = [(start, end) for start, end in spans if stem[start:end].strip()]
    if not KINDS[item.kind].cloze:
        body = escape(stem)
    elif gaps:
        body = cloze(stem, gaps, item.hint)
    else:
        reply = clean(answer_text(item))
        body = (
            f'{escape(stem)}<div class="reply">{cloze(reply, [(0, len(reply))], item.hint)}</div>'
            if reply.strip()
            else ""
        )
    if not body.strip():
        raise FlashcardsError(
            f"item {item.number} would make no card: it asks nothing; mend the text or build again",
            path=item.passage.document,
            line=item.passage.lines[0],
        )
    before, after = omitted(item)
    return f"{_asked(item.ask, question)}{CUT if before else ''}{body}{CUT if after else ''}"


@lru_cache(maxsize=64)
def _asked(ask: str, question: str) -> str:
    """What is asked, in words; a note may ask nothing but to fill its gaps."""
    return f'<div class="ask ask-{ask}">{escape(question)}</div>' if question or ask else ""


def _answer(item: Item) -> str:
    if isinstance(item.answer, tuple):
        return _listing(item.answer, "members")
    text = escape(answer_text(item))
    if item.options is not None and isinstance(item.answer, int):
        return f'<span class="letter">{LETTERS[item.answer]}</span>{text}'
    return text


def _listing(members: Sequence[str], name: str) -> str:
    return f'<ol class="{name}">{"".join(f"<li>{escape(each)}</li>" for each in members)}</ol>' if members else ""


def _around(item: Item) -> tuple[str, str]:
    """The sentence before and what of the own sentence stands before the stem; and the same behind it."""
    before, after, sentence = item.context
    if sentence == item.stem:
        return _near(before), _near(after)
    start = sentence.find(item.stem)
    own = ("", "") if start < 0 else (sentence[:start], sentence[start + len(item.stem) :])
    return _near(before) + escape(own[0]), escape(own[1]) + _near(after)


def _near(text: str) -> str:
    return f'<span class="near">{escape(text)}</span>' if text else ""


@lru_cache(maxsize=256)
def _source(source: Source) -> tuple[str, str, str, str, str, str]:
    """Title, author, date, place, occasion and address as fields; a source stands on many notes in a row."""
    return (
        _title(source),
        escape(source.author or ""),
        show_date(source.date or ""),
        escape(source.place or ""),
        escape(source.occasion or ""),
        link(source.url) if source.url else "",
    )


def _title(source: Source) -> str:
    pieces = [escape(source.title or "")]
    if source.publication:
        pieces.append(f'<span class="publication">{escape(source.publication)}</span>')
    if source.page:
        pieces.append(f'<span class="page">{escape(source.page)}</span>')
    return "".join(pieces)


def show_date(date: str) -> str:
    """An ISO date, partial or whole, as it is written in Chinese; anything else as it is, escaped."""
    match = DATE.fullmatch(date)
    if match is None:
        return escape(date)
    year, month, day = match.groups()
    return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")


def _read_date(text: str) -> str:
    match = SHOWN_DATE.fullmatch(text)
    return text if match is None else "-".join(part.zfill(2) for part in match.groups() if part)


def _locator(passage: Passage, table: Mapping[str, str]) -> str:
    first, last = passage.pages or passage.lines
    form = table["locator-pages" if passage.pages else "locator-lines"]
    span = str(first) if first == last else f"{first}–{last}"
    heading = "" if passage.heading == passage.source.title else passage.heading or ""
    unsure = table["unsure"] if passage.source_unsure else ""
    return " · ".join(part for part in (unsure, heading, form.replace("#", span)) if part)


def tags(item: Item, common: Shared | None = None) -> list[str]:
    """The tags of a note: number, kind, source and the item's own, each once, no white space, sorted."""
    source = _source_tag(item.passage.source) if common is None else common.tag
    if not item.tags:  # most items; so they are sorted
        return [f"kind::{item.kind}", f"q{item.number:04d}", source][: 3 if source else 2]
    wanted = {f"kind::{item.kind}", f"q{item.number:04d}", source, *map(tag, item.tags)}
    wanted.discard("")
    return sorted(wanted)


@lru_cache(maxsize=256)
def _source_tag(source: Source) -> str:
    named = tag_level(source.title or source.occasion or source.publication or source.marker or "")
    return f"source::{named}" if named else ""


def deck(project: str, passage: Passage, table: Mapping[str, str]) -> str:
    """The deck of a passage's notes: the project, and below it the document by its title or file name."""
    return f"{project}::{_document(passage.title, passage.document) or table['untitled']}"


@lru_cache(maxsize=256)
def _document(title: str | None, document: str) -> str:
    return deck_level(title or "") or deck_level(_stem(document))


def _stem(document: str) -> str:
    name = re.split(r"[/#]", document)[-1]
    return name.rsplit(".", 1)[0] or name


def item_of(kind: str, values: Sequence[str], note_tags: Sequence[str], modified: int) -> Item:
    """The item of a note: what `content_hash` covers is exact, the rest as near as the fields tell.

    Raises ValueError where the fields are not those that `fields` makes.
    """
    value = {name: SCRIPT.sub("", values[index]) for name, index in AT.items()}
    text = value["Text"]
    asked = ASKED.match(text)
    ask = asked[1] if asked else ""
    stem, gaps, hint = _stem_of(text[asked.end() :] if asked else text)
    passage_id = unescape(value["Passage"])
    options = tuple(unescape(each) for each in LISTED.findall(value["Options"])) or None
    numbers = [int(each[1:]) for each in note_tags if re.fullmatch(r"q\d{4,}", each)]
    return Item(
        kind=kind,
        ask=ask,
        stem=stem,
        gaps=tuple(gaps),
        answer=_answer_of(kind, value["Answer"], options),
        hint=hint,
        options=options,
        explanation=unescape(value["Explanation"]),
        passage=_passage_of(passage_id, stem, unescape(value["Locator"]), _source_of(value)),
        place=Place(0),
        context=_context_of(value["Before"], stem, value["After"]),
        tags=tuple(each for each in note_tags if not re.match(r"q\d{4,}$|kind::|source::|flashcards::", each)),
        key=value["Key"],
        number=numbers[0] if numbers else 0,
        modified=modified,
    )


def _passage_of(passage_id: str, stem: str, locator: str, source: Source) -> Passage:
    document, _, number = passage_id.rpartition("#")
    place = PLACED.fullmatch(locator)
    unsure, heading, first, last, unit = place.groups() if place else (None, None, "0", None, "")
    span = (int(first), int(last or first))
    return Passage(
        id=passage_id,
        document=document or passage_id,
        number=int(number) if number.isdecimal() else 0,
        text=stem,
        lines=span,
        pages=span if unit in ("页", "頁") else None,
        heading=heading,
        source=source,
        source_unsure=bool(unsure),
    )


def _context_of(before: str, stem: str, after: str) -> Context:
    neighbours = [unescape("".join(NEAR.findall(field))) for field in (before, after)]
    own = [unescape(NEAR.sub("", field)) for field in (before, after)]
    return Context(neighbours[0], neighbours[1], own[0] + stem + own[1])


def _stem_of(text: str) -> tuple[str, list[Gap], str]:
    hint = ""
    reply = REPLY.search(text)
    if reply:
        _, _, hint = reply[1].partition("::")
        return unescape(text[: reply.start()]), [], unescape(hint)
    stem, gaps, at = "", [], 0
    for match in GAP.finditer(text):
        answer, _, hint = match[1].partition("::")
        stem += unescape(text[at : match.start()])
        gaps.append(Gap(len(stem), len(stem) + len(unescape(answer))))
        stem += unescape(answer)
        at = match.end()
    return stem + unescape(text[at:]), gaps, unescape(hint)


def _answer_of(kind: str, field: str, options: tuple[str, ...] | None) -> Answer:
    if field.startswith('<ol class="members">'):
        return tuple(unescape(each) for each in LISTED.findall(field))
    letter = re.match(r'<span class="letter">([A-Z])</span>', field)
    if letter and options is not None:
        return LETTERS.index(letter[1])
    text = unescape(field)
    return text == "√" if kind == "truefalse" else text


def _source_of(value: Mapping[str, str]) -> Source:
    title = re.match(
        r'(.*?)(?:<span class="publication">(.*?)</span>)?(?:<span class="page">(.*?)</span>)?$',
        value["SourceTitle"],
        re.DOTALL,
    )
    parts = [unescape(part or "") or None for part in (title.groups() if title else ("", "", ""))]
    plain = {name: unescape(value[name]) or None for name in ("Author", "Place", "Occasion", "Url")}
    return Source(
        title=parts[0],
        publication=parts[1],
        page=parts[2],
        author=plain["Author"],
        date=_read_date(unescape(value["Date"])) or None,
        place=plain["Place"],
        occasion=plain["Occasion"],
        url=plain["Url"],
    )
