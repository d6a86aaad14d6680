"""Readings in pinyin: pypinyin's tables under our words, our own table of light tones, and rules for single characters.

What decides, in this order: the user's readings, our table (`data/readings.txt`), the reading of the word as our
segmenter cuts it, and for a single character the rules of `data/heteronyms.txt` (what stands before and after), the
particles 得, 地, 了, 着 by the words around them, and last pypinyin's own phrases. Tones are those of the dictionary:
the changes of 一, 不 and third tones in speech are not written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from flashcards import script, segment
from flashcards.errors import BadConfiguration, MissingExtra

Reading = tuple[str, str]  # a character (or a run that is no Han) and its syllable, "" where it has none
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U0003ffff]")
_SYLLABLE = re.compile("[a-zü]+", re.IGNORECASE)
WINDOW = 16  # characters before and after that a rule may look at
FELT = frozenset(
    "气累急饿渴冷热疼痛困忙愁羞红美香甜苦穷乐高低快慢早晚好坏大小多少长短远近亮黑白静乱贵病醉吓笑哭活变说做看听走跑跳唱写画打吃喝睡学讲想站坐飞玩干过"
)
GAINED = re.compile(
    "了|过|第|[一二三特优]等|[冠亚季]军|[金银铜][牌奖]|大?奖|[满高零]?分|[0-9一二三四五六七八九十百]+分|病|癌|感冒|便宜|道"
)  # what 得 as a verb of its own (dé) takes
REACHED = frozenset("睡猜找点够打见遇摸买逮抓管数看")  # verbs whose 着 says that they succeeded


@dataclass(frozen=True, slots=True)
class Rule:
    """A reading of a character between what stands before and after it."""

    reading: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None

    def fits(self, text: str, at: int) -> bool:
        """Whether the surroundings of ``text[at]`` are those of the rule."""
        start = max(0, at - WINDOW)
        before = self.before is None or self.before.search(text[start:at])
        return bool(before and (self.after is None or self.after.match(text, at + 1)))


def readings(text: str, own: Mapping[str, str] | None = None) -> list[Reading]:
    """Every character of ``text`` with its reading; runs without Han stay whole. Joined back they are ``text``.

    ``own`` maps words to readings (from `load`). Raises MissingExtra without pypinyin.
    """
    syllables: list[str | None] = [None] * len(text)
    shadow = script.simplified_shadow(text) if script.is_traditional(text) else text
    tokens = list(_tokens(shadow))
    spans = {at + n: (at, at + len(word)) for at, word, _, _ in tokens for n in range(len(word))}
    for table, source in ((own or {}, text), (own or {}, shadow)):
        _put_words(syllables, source, table, {})
    _put_words(syllables, shadow, _table(), spans)
    whole: list[str] | None = None
    for at, word, before, after in tokens:
        if all(syllable is not None for syllable in syllables[at : at + len(word)]):
            continue
        if len(word) == 1:
            single = _particle(shadow, at, before, after) or _by_rule(shadow, at)
            if single is None:
                whole = whole or plain(shadow)
                single = whole[at]
            found = [single]
        else:
            found = _of_word(shadow, at, word, before)
        for offset, syllable in enumerate(found):
            if syllables[at + offset] is None:
                syllables[at + offset] = syllable
    return _runs(text, [syllable or "" for syllable in syllables])


def spelt(text: str, own: Mapping[str, str] | None = None) -> str:
    """The reading of a text as one line: syllables with spaces between, other characters as they are.

    >>> spelt("银行行长")
    'yín háng háng zhǎng'
    """
    parts = [syllable or run.strip() for run, syllable in readings(text, own)]
    return re.sub(r" (?=[，。、；：！？,.;:!?”’）》])", "", " ".join(part for part in parts if part))


def load(path: Path) -> dict[str, str]:
    """The user's readings: a word, white space, its syllables, one a line; ``#`` begins a comment.

    Tones are marks or digits (``hang2``). Raises BadConfiguration naming the line: no reading, a syllable that is
    none, or as many syllables as the word has not.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"cannot be read as UTF-8 text: {error}", path=path) from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        word, *syllables = line.partition("#")[0].split() or [""]
        if not word:
            continue
        if not all(map(_HAN.match, word)):
            raise BadConfiguration(f"{word!r} is no Chinese word; write: 行长 háng zhǎng", path=path, line=number)
        if len(syllables) != len(word):
            what = f"{word} has {len(word)} characters, but {len(syllables)} syllables are given"
            raise BadConfiguration(f"{what}; write one for each", path=path, line=number)
        found[word] = " ".join(_marked(syllable, path, number) for syllable in syllables)
    return found


def marked(syllable: str) -> str:
    """A syllable with its tone as a mark: a digit behind it becomes one (GB/T 16159 placement), v is ü.

    >>> marked("hang2"), marked("lv4"), marked("háng"), marked("de5")
    ('háng', 'lǜ', 'háng', 'de')
    """
    text = syllable.lower().replace("u:", "ü").replace("v", "ü")
    if not text or not text[-1].isdigit():
        return text
    text, tone = text[:-1], int(text[-1])
    if not 1 <= tone <= 4:
        return text
    place = next((text.index(vowel) for vowel in "ae" if vowel in text), text.find("ou"))
    if place < 0:
        place = max(text.rfind(vowel) for vowel in "iouü")
    if place < 0:
        return text
    accent = "\u0304\u0301\u030c\u0300"[tone - 1]
    return text[:place] + unicodedata.normalize("NFC", text[place] + accent) + text[place + 1 :]


def _marked(syllable: str, path: Path, number: int) -> str:
    found = marked(syllable)
    letters = "".join(c for c in unicodedata.normalize("NFD", found) if not unicodedata.combining(c) or c == "\u0308")
    if not _SYLLABLE.fullmatch(unicodedata.normalize("NFC", letters)) or not 1 <= len(letters) <= 7:
        raise BadConfiguration(f"{syllable!r} is no syllable; write háng or hang2", path=path, line=number)
    return found


def _tokens(text: str) -> Iterator[tuple[int, str, str, str]]:
    """(offset, word, tag of the word before, tag of the word after) of every word of Han."""
    pairs = segment.words(text)
    at = 0
    for index, (word, _) in enumerate(pairs):
        before = pairs[index - 1][1] if index else ""
        after = pairs[index + 1][1] if index + 1 < len(pairs) else ""
        if all(map(_HAN.match, word)):
            yield at, word, before, after
        else:
            yield from ((at + offset, c, "", "") for offset, c in enumerate(word) if _HAN.match(c))
        at += len(word)


def _put_words(
    syllables: list[str | None], text: str, table: Mapping[str, str], spans: Mapping[int, tuple[int, int]]
) -> None:
    """Enter the readings of the table's words, longest first at every place; what is there stays.

    ``spans`` has the start and end of the word that the segmenter has at each place: what begins in the middle of one
    and ends in another is no word (体重来). Empty: every match counts.
    """
    if not table:
        return
    longest = max(map(len, table))
    at = 0
    while at < len(text):
        for size in range(min(longest, len(text) - at), 0, -1):
            reading = table.get(text[at : at + size])
            if reading is None or _astride(at, at + size, spans):
                continue
            if all(syllable is None for syllable in syllables[at : at + size]):
                syllables[at : at + size] = reading.split(" ")
                at += size
                break
        else:
            at += 1


def _astride(start: int, end: int, spans: Mapping[int, tuple[int, int]]) -> bool:
    """Whether a word of the segmenter lies across one of the ends, and so partly outside."""
    first, last = spans.get(start, (start, start + 1)), spans.get(end - 1, (end - 1, end))
    return first[0] < start < first[1] < end or start < last[0] < end < last[1]


def _particle(text: str, at: int, before: str, after: str) -> str | None:
    """得, 地, 了, 着 as particles or not, by the words around them."""
    word, previous, following = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    described = before[:1] in ("a", "b", "d", "z", "i", "l") and bool(previous)
    if word == "得":
        degree = bool(previous) and following in "很太极非特挺" and bool(following)
        felt = previous in FELT and previous != "" and before[:1] not in ("d", "r")
        if before[:1] in ("a", "b", "z", "i", "l", "v") or degree or felt:
            return "de"
        return "dé" if not following or GAINED.match(text, at + 1) else "děi"
    if word == "地":
        doubled = any(len(text[:at]) >= 2 * n and text[at - 2 * n : at - n] == text[at - n : at] for n in (1, 2))
        acting = before[:1] == "v" and after[:1] in ("v", "d", "p", "l", "i")
        return "de" if (described or doubled or acting) and following else "dì"
    if word == "了":
        return "liǎo" if previous in ("不", "得") and before[:1] in ("d", "u") else None
    if word == "着":
        done = previous in REACHED and (not following or following in "了，。！？；、")
        return "zháo" if done else "zhe" if before[:1] == "v" else None
    return None


def _by_rule(text: str, at: int, *, only_told: bool = False) -> str | None:
    """The reading that the rules give; ``only_told`` leaves out those that look at nothing around."""
    for rule in _rules().get(text[at], ()):
        if rule.fits(text, at) and not (only_told and rule.before is None and rule.after is None):
            return rule.reading
    return None


def _of_word(text: str, at: int, word: str, before: str) -> list[str]:
    """A word's reading; where the table has no such word, the rules go before the table's shorter words."""
    found = plain(word)
    if word[-1] == "地" and len(word) > 2 and (word[-2] == word[-3] or word[: len(word) // 2] * 2 == word[:-1]):
        found[-1] = "de"  # 轻轻地, 高高兴兴地, 一步一步地 as one word
        return found
    from pypinyin.constants import PHRASES_DICT

    if word in PHRASES_DICT:
        return found
    told = [_by_rule(text, at + n, only_told=True) or syllable for n, syllable in enumerate(found)]
    if word[0] in FELT and word[1:2] == "得":  # 气得直, 美得 as words
        told[1] = "de"
    if word[0] == "地":  # the segmenter may stick the particle to what follows: 渐渐 地黑
        told[0] = _particle(text, at, before, "v") or told[0]
    return told


def _runs(text: str, syllables: list[str]) -> list[Reading]:
    found: list[Reading] = []
    for character, syllable in zip(text, syllables, strict=True):
        if not syllable and found and not found[-1][1]:
            found[-1] = (found[-1][0] + character, "")
        else:
            found.append((character, syllable))
    return found


def plain(text: str) -> list[str]:
    """pypinyin's own reading of a text, a syllable a character; "" for what has none."""
    try:
        from pypinyin import Style, pinyin
    except ImportError:
        raise MissingExtra("pinyin needs the extra `learner`: pip install 'flashcards-zh[learner]'") from None
    each: Any = lambda run: [[""] for _ in run]  # noqa: E731  (pypinyin takes a list for every character)
    found = pinyin(text, style=Style.TONE, errors=each)
    return [choices[0] if _HAN.match(character) else "" for character, choices in zip(text, found, strict=True)]


@cache
def _table() -> dict[str, str]:
    return {word: reading for word, _, reading in (line.partition(" ") for line in _lines("readings.txt"))}


@cache
def _rules() -> dict[str, list[Rule]]:
    rules: dict[str, list[Rule]] = {}
    for line in _lines("heteronyms.txt"):
        character, reading, before, after = (*line.split("\t"), "", "")[:4]
        rule = Rule(
            reading,
            re.compile(f"(?:{before})$") if before else None,
            re.compile(after) if after else None,
        )
        rules.setdefault(character, []).append(rule)
    return rules


def _lines(name: str) -> list[str]:
    text = files("flashcards").joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
