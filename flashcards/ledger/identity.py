"""What makes an item the same item: folding, the same-answer rule, keys, GUIDs and the content hash."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from json.encoder import encode_basestring_ascii as _quoted

from flashcards.model import Item, Source, answer_text

# One edited character that turns a word into another fact: numerals and negations are never "a typo".
NUMERALS = frozenset("0123456789〇零一二三四五六七八九十百千万亿两兆")
NEGATIONS = frozenset("不没未无非莫勿否")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
UNCLEAN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# Nearly all that `fold` leaves out. Without it most texts are letters and digits that no step of it would change.
SEPARATORS = re.compile(r"[\s!-/:-@\[-`{-~，。、；：？！“”‘’（）《》〈〉【】「」『』·—…]+")


def clean(text: str) -> str:
    """Text as Anki keeps it: NFC, no control character but tab and line feed, no lone surrogate (becomes ``?``)."""
    # Texts of printable characters alone are told apart sooner than by looking for the others.
    if (text.isprintable() or not UNCLEAN.search(text)) and unicodedata.is_normalized("NFC", text):
        return text
    text = CONTROL.sub("", text.encode("utf-8", "replace").decode("utf-8"))
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Text for comparing: width and compatibility forms folded (NFKC), lower case, only letters, digits and marks."""
    bare = SEPARATORS.sub("", text)
    plain = bare.isalnum() and unicodedata.is_normalized("NFKC", bare)
    text = (bare if plain else unicodedata.normalize("NFKC", clean(text))).casefold()
    if plain and text == bare:
        return bare  # most texts: only letters and digits are left, without case
    if not text.isalnum():  # Unicode's letters and numbers; marks are told by their category
        text = "".join(character for character in text if unicodedata.category(character)[0] in "LNM")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1024)  # an item is compared with many others
def fold_script(text: str) -> str:
    """`fold`, and traditional characters as simplified ones."""
    from flashcards.script import simplified_shadow

    return simplified_shadow(fold(text))


def same_answer(old: str, new: str) -> bool:
    """Whether a learner's reviews of ``old`` count for ``new``.

    Equal after folding width, punctuation and script; or one character edited in four or more, where the edit
    touches no digit, numeral or negation.
    """
    left, right = fold_script(old), fold_script(new)
    if left == right:
        # Answers that are all punctuation or symbols (√, ×) fold to nothing: they must be equal as they are.
        return bool(left) or clean(old).strip() == clean(new).strip()
    if min(len(left), len(right)) < 4 or abs(len(left) - len(right)) > 1:
        return False
    edited = _one_edit(left, right)
    return edited is not None and not any(c in NUMERALS or c in NEGATIONS or c.isnumeric() for c in edited)


def _one_edit(left: str, right: str) -> str | None:
    """The characters that one insertion, deletion or substitution touches, or None if it takes more than one."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    removed, added = left[start : len(left) - end], right[start : len(right) - end]
    return removed + added if max(len(removed), len(added)) == 1 else None


def answers_match(old: Item, new: Item) -> bool:
    """The same-answer rule for two items of one kind; lists must keep the number of members."""
    if isinstance(old.answer, tuple) and isinstance(new.answer, tuple):
        if len(old.answer) != len(new.answer):
            return False
        changed = [(a, b) for a, b in zip(old.answer, new.answer, strict=True) if fold_script(a) != fold_script(b)]
        return not changed or (len(changed) == 1 and same_answer(*changed[0]))
    return type(old.answer) is type(new.answer) and same_answer(answer_text(old), answer_text(new))


def signature(item: Item) -> bytes:
    """16 bytes that two items share when kind, question, folded stem and folded answer are equal."""
    answer = _folded_answer(answer_text(item))
    return _digest(f"{_quoted(item.kind)},{_quoted(item.ask)},{_folded(item.stem)},{answer}")[:16]


def new_key(document: str, item: Item, copy: int) -> str:
    """The key of a new item, of: document id, kind, what is asked, sentence anchor, answer, which copy of these."""
    anchor = _folded(item.context.sentence or item.stem)
    answer = _folded_answer(answer_text(item))
    named = f"{_quoted(document)},{_quoted(item.kind)},{_quoted(item.ask)},{anchor},{answer},{copy}"
    return _digest(named)[:8].hex()


def guid(project: str, key: str) -> str:
    """Anki's identity of a note: 20 hexadecimal digits out of the project's name and the key."""
    return _digest(f"{_quoted(project)},{_quoted(key)}")[:10].hex()


def content_hash(item: Item) -> bytes:
    """16 bytes over what a learner is asked and told: stem, gaps, answer, options, hint and source, as Anki keeps them.

    Context, tags and the rest are left out on purpose: they alone never touch a learner's note.
    """
    stem, as_it_is = _cleaned(item.stem)
    if as_it_is:
        gaps = ",".join([f"[{gap.start},{gap.end}]" for gap in item.gaps])
    else:
        text, spans = clean_spans(item.stem, [(gap.start, gap.end) for gap in item.gaps])
        stem, gaps = _quoted(text), ",".join([f"[{start},{end}]" for start, end in spans])
    if isinstance(item.answer, str):
        answer = _cleaned(item.answer)[0]
    else:
        answer = _list(map(clean, item.answer)) if isinstance(item.answer, tuple) else str(item.answer).lower()
    options = "null" if item.options is None else _list(map(clean, item.options))
    # Said on the card too; a member of its own, so that a sure source hashes as if there were no such word.
    doubt = ",true" if item.passage.source_unsure else ""
    source = _source(item.passage.source)
    return _digest(f"{stem},[{gaps}],{answer},{options},{_cleaned(item.hint)[0]},{source}{doubt}")[:16]


# Texts as they are hashed, in JSON: the items of a sentence come one after the other, and share it and its answers.
@lru_cache(maxsize=256)
def _cleaned(text: str) -> tuple[str, bool]:
    """A text in JSON as Anki keeps it, and whether it is kept as it is."""
    cleaned = clean(text)
    return _quoted(cleaned), cleaned == text


@lru_cache(maxsize=256)
def _folded(text: str) -> str:
    return _quoted(fold(text))


@lru_cache(maxsize=256)
def _folded_answer(answer: str) -> str:
    return _quoted(fold(answer) or clean(answer))


@lru_cache(maxsize=64)
def _source(source: Source) -> str:
    return _list(source_row(source))


def source_row(source: Source) -> list[str]:
    """What of a source a learner sees: title, author, date, place, occasion, publication, page, address."""
    shown = (
        source.title,
        source.author,
        source.date,
        source.place,
        source.occasion,
        source.publication,
        source.page,
        source.url,
    )
    return [clean(value or "") for value in shown]


def clean_spans(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """`clean` with spans carried along: the text is cleaned piece by piece between the ends of the spans."""
    if clean(text) is text:
        return text, list(spans)
    cuts = sorted({0, len(text), *(cut for span in spans for cut in span)})
    at: dict[int, int] = {0: 0}
    pieces: list[str] = []
    length = 0
    for start, end in pairwise(cuts):
        pieces.append(clean(text[start:end]))
        length += len(pieces[-1])
        at[end] = length
    return "".join(pieces), [(at[start], at[end]) for start, end in spans]


def _list(texts: Iterable[str]) -> str:
    return f"[{','.join(map(_quoted, texts))}]"


def _digest(members: str) -> bytes:
    """SHA-256 of a JSON list of ``members`` (in JSON already, between commas), in ASCII and without white space."""
    return sha256(f"[{members}]".encode("ascii")).digest()
