"""What a kind sees of a document: its analyses, the gaps chosen in it, and what was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from flashcards.distractors.neighbours import DATE, MEASURES, NUMERALS, QUANTITY, is_number
from flashcards.gaps import Choice, lists, stems
from flashcards.gaps.places import word_at
from flashcards.gaps.text import Text
from flashcards.model import KINDS, Analysis, Context, Passage, Sentence, Source, phrases_of
from flashcards.numerals import value
from flashcards.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMED = frozenset(("name", "place", "organisation", "title", "quote", "user"))  # kinds of phrases
NEAR = 20  # passages before and after one whose text is searched for the same slot
_CLAUSE = re.compile("[，。；：]")
_STOP = re.compile("[，。；]")
_RANGE = "—-–－〜~～至到.、零一二三四五六七八九十百千"
_EMPTY = re.compile(  # the first character, which is quickly found, and what it begins
    "[（(的，、；“‘「『号號名码碼称稱](?:"
    r"(?<=[（(])(?:(?:[^（()）]{0,6}[：:])?[^\w（()）]*[)）]|[，、；])"
    r"|(?<=的)中[，。；]|(?<=[，、；])[，、；。]|(?<=[“‘「『])\s*[”’」』]|(?<=[号號名码碼称稱])[为為][，。；])"
)
_FLATTENED = re.compile(r"\+\d.*\+\d|□")  # a table that lost its cells, a character that nobody could read
_ABOUT = re.compile("(?:约|約|近|估计|估計|超过|超過|不足|至少|至多|大概|可能).{0,4}$")
_ABOUT_IT = re.compile("约|約|近|大约|超过|不足|至少")
_OR_SO = re.compile("左右|多|余|餘|来|上下|以上|以下|以内|以內|之间|之間|不到")
_ORDINAL = re.compile("第[一二三四五](?![次届屆])")  # 背鳍两个，第一背鳍…
_PAIRS = tuple(f"两{unit}" for unit in "个种位类项者国岸地") + tuple(f"兩{unit}" for unit in "個種位類項者國岸地")
_BOUND = re.compile("^(?:超过|超過|不足|至少|至多|近)|(?:以上|以下|以内|以內)$")  # 超过十八次 is 超过十五次, too
_DECIMAL = re.compile(r"\d+\.\d+")
_CONVERTED = re.compile(r"[0-9一二三四五六七八九十百千万]\w{0,4}[（(][^（()）]*$")  # 6.6英尺（…
_CONVERTS = re.compile(r"[（(][^（()）]*[0-9一二三四五六七八九十]")  # …（明治4年）
_MAY_COUNT = re.compile(f"[{NUMERALS}](?<![^约近过少足前]一)[{NUMERALS},.]*[多余来]?[{MEASURES}]")  # 三十多年, 约一人
_VAGUE = frozenset(("公", "分", "点", "口", "方", "道", "世", "万", "亿"))  # 七分朝天子, 三点水: seldom a quantity


@dataclass(frozen=True)
class View:
    """One document, ready to be asked about.

    ``gaps`` are in reading order, and every one deserves a cloze item. ``text``: how short the document is, and whether
    it tells of facts, so how strictly its sentences are looked at.
    """

    analyses: tuple[Analysis, ...]
    gaps: tuple[Choice, ...]
    settings: Settings
    text: Text

    def sentence(self, passage: Passage, index: int) -> Sentence:
        """A sentence of a passage."""
        return self.analyses[self._place[passage.id]].sentences[index]

    def context(self, passage: Passage, sentence: int) -> Context:
        """The whole sentence with the sentences before and after it in its passage."""
        found = self._contexts.get((passage.id, sentence))
        if found is None:
            sentences = self.analyses[self._place[passage.id]].sentences
            before = sentences[sentence - 1].text.strip() if sentence > 0 else ""
            after = sentences[sentence + 1].text.strip() if sentence + 1 < len(sentences) else ""
            found = self._contexts[passage.id, sentence] = Context(before, after, sentences[sentence].text)
        return found

    @cached_property
    def _contexts(self) -> dict[tuple[str, int], Context]:
        return {}

    def near(self, passage: Passage) -> str:
        """The text of a passage with those around it: what might say the same of something else."""
        if passage.id not in self._near:
            self._near.clear()  # passages are asked about one after the other
            at = self._place[passage.id]
            self._near[passage.id] = "\n".join(self._texts[max(0, at - NEAR) : at + NEAR + 1])
        return self._near[passage.id]

    @cached_property
    def _texts(self) -> list[str]:
        return [analysis.passage.text for analysis in self.analyses]

    @cached_property
    def _near(self) -> dict[str, str]:
        return {}

    @cached_property
    def of_one_source(self) -> NDArray[np.bool_]:
        """Of every key phrase of the document whether all its places stand under the same source."""
        import numpy as np

        phrases = phrases_of(self.analyses)
        passages, bounds = phrases.places[0], phrases.bounds
        numbers: dict[Source, int] = {}
        source = np.full(1 + max(passages.max(initial=0), *(a.passage.number for a in self.analyses)), -1)
        for analysis in self.analyses:
            source[analysis.passage.number] = numbers.setdefault(analysis.passage.source, len(numbers))
        changes = np.zeros(len(passages) + 1, np.int64)  # how often the source changes before each place
        np.cumsum(source[passages[1:]] != source[passages[:-1]], out=changes[1:-1])
        one: NDArray[np.bool_] = changes[bounds[:-1]] == changes[np.maximum(bounds[1:] - 1, bounds[:-1])]
        return one

    @cached_property
    def names_of_one_source(self) -> NDArray[np.bool_]:
        """The same of those alone that name something."""
        import numpy as np

        named = np.array([kind in NAMED for kind in KINDS])
        names: NDArray[np.bool_] = self.of_one_source & named[phrases_of(self.analyses).kinds]
        return names

    @cached_property
    def _place(self) -> dict[str, int]:
        return {analysis.passage.id: at for at, analysis in enumerate(self.analyses)}

    def worth(self, analysis: Analysis, closed: Callable[[int, str], bool] | None = None) -> Iterator[Choice]:
        """The gaps of a passage from which other kinds are made, the best first, then its other numbers.

        In a sentence (index, text) that is ``closed`` when its turn comes, no number is looked for.
        """
        own = self._gaps_of.get(analysis.passage.id, [])
        good = [gap for gap in own if gap.score > 0]
        yield from good
        for index, sentence in enumerate(analysis.sentences):
            if may_count(sentence.text) and not (closed and closed(index, sentence.text)):
                yield from self._numbers_in(analysis, index)
        yield from own[len(good) :]  # what the user keeps whatever it is worth

    def _numbers_in(self, analysis: Analysis, index: int) -> Sequence[Choice]:
        """The gaps of the quantities and dates of a sentence that no gap asks, in reading order; none of a damaged
        one."""
        at = (analysis.passage.id, index)
        found = self._counted.get(at)
        if found is None:
            damaged = is_damaged(analysis.sentences[index].text)
            every = () if damaged else numbers(analysis, index, self._asked.get(at, ()))
            found = self._counted[at] = sorted(every, key=lambda gap: (gap.start, gap.gaps[0].start))
        return found

    @cached_property
    def _asked(self) -> dict[tuple[str, int], list[str]]:
        """What the gaps of each sentence hide."""
        found: dict[tuple[str, int], list[str]] = {}
        for gap in self.gaps:
            found.setdefault((gap.passage.id, gap.sentence), []).append(gap.phrase)
        return found

    @cached_property
    def _counted(self) -> dict[tuple[str, int], Sequence[Choice]]:
        return {}

    @cached_property
    def _gaps_of(self) -> dict[str, list[Choice]]:
        """The gaps by the id of their passage, best first."""
        found: dict[str, list[Choice]] = {}
        for gap in sorted(self.gaps, key=lambda g: (-g.score, g.sentence, g.start, g.gaps[0].start)):
            found.setdefault(gap.passage.id, []).append(gap)
        return found


def may_count(text: str) -> bool:
    """Whether a text may hold a quantity or a date that can be asked: a cheap test, which is right when it says no."""
    return _MAY_COUNT.search(text) is not None


def numbers(analysis: Analysis, index: int, asked: Collection[str] = ()) -> Iterator[Choice]:
    """The quantities and dates of a sentence that can be asked and are not ``asked``: where a gap for each would stand,
    with the score 0."""
    sentence = analysis.sentences[index]
    for start, end in _quantities(sentence):
        phrase = sentence.text[start:end]
        if phrase in asked:
            continue
        stem = stems.cut(sentence, start, end)
        if len(stem.gaps) == 1 and stems.enough(phrase, stem):
            yield Choice(
                passage=analysis.passage,
                sentence=index,
                start=stem.start,
                stem=stem.text,
                gaps=stem.gaps,
                phrase=phrase,
                kind="date" if DATE.fullmatch(phrase) else "number",
                hint="",
                reasons=(),
                whole=sentence.text,
            )


def _quantities(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """The spans of dates and of numbers with their measure words: whole words, no range, no first, no one and only."""
    text = sentence.text
    if not may_count(text):
        return
    dates = [match.span() for match in DATE.finditer(text)] if "年" in text else []
    counts = [match.span() for match in QUANTITY.finditer(text) if _counts(match)]
    apart = [(a, b) for a, b in counts if (a, b) in dates or not any(start < b and a < end for start, end in dates)]
    for start, end in (*dates, *apart):
        beside = text[max(0, start - 1) : start] + text[end : end + 1]
        if not _goes_on(beside) and _is_edge(sentence, start) and _is_edge(sentence, end):
            yield start, end


def _is_edge(sentence: Sentence, offset: int) -> bool:
    """Whether a word begins at an offset, or the last one ends there."""
    at, starts = word_at(sentence, offset), sentence.tokens.starts
    return offset == (starts[at] if at < len(starts) else len(sentence.text))


def _counts(match: re.Match[str]) -> bool:
    """Whether a match of `QUANTITY` says how many, rather than 一种, 第一次 or 七分."""
    if not match["unit"] or match["unit"] in _VAGUE:
        return False
    return not match[0].startswith(("一", "第一")) and is_number(match[0])


def _goes_on(beside: str) -> bool:
    """Whether one of the characters beside a number says that it is part of a longer one, or of a range."""
    return any(c.isdigit() or c in _RANGE for c in beside)


@lru_cache(maxsize=1 << 12)  # several kinds ask
def is_damaged(text: str) -> bool:
    """Whether something was lost from a sentence, so that no item is made of it.

    Brackets with nothing in them, or only a label ("（学名：'）", "（日语：、）"), marks in a row, quotation marks and
    brackets that do not close, a table run together, a character that could not be read.
    """
    flattened = ("+" in text or "□" in text) and _FLATTENED.search(text)
    return bool(flattened or _EMPTY.search(text)) or not stems.balanced(text)


def approximate(gap: Choice) -> bool:
    """Whether a number is an estimate, so that a neighbour of it is not surely wrong."""
    if gap.kind not in ("number", "date"):
        return False
    at = gap.gaps[0]
    before = _CLAUSE.split(gap.stem[: at.start])[-1]
    return bool(
        _ABOUT_IT.match(gap.phrase)
        or _ABOUT.search(before)
        or _OR_SO.search(gap.phrase)
        or _OR_SO.match(gap.stem, at.end)
    )


def occurrences(text: str, phrase: str) -> Iterator[int]:
    """The offsets of a phrase in a text, without overlap."""
    at = text.find(phrase)
    while phrase and at >= 0:
        yield at
        at = text.find(phrase, at + len(phrase))


def trimmed(text: str, start: int = 0) -> tuple[int, str]:
    """A text without the white space around it, and the offset at which what is left begins."""
    return start + len(text) - len(text.lstrip()), text.strip()


def listed(view: View, gap: Choice) -> bool:
    """Whether a gap asks a member of a parallel list: there any other example may be as right as the one printed."""
    found = lists(view.sentence(gap.passage, gap.sentence)) if "、" in gap.whole else ()
    spans = [(gap.start + g.start, gap.start + g.end) for g in gap.gaps] if found else []
    return any(
        member.start < end and start < member.end for each in found for member in each.members for start, end in spans
    )


def counted(gap: Choice) -> bool:
    """Whether a number is no question: 第一, the label 第五条, and what only needs counting or reckoning, or
    is a bound that others share.

    有三项功能：…、…和…; 乘势利导、因时制宜这八字; 6.6英尺（200厘米）; what rounds another number of the passage.
    """
    if gap.kind not in ("number", "date"):
        return False
    if _BOUND.search(gap.phrase) or gap.stem.startswith(("以上", "以下", "以内", "以內"), gap.gaps[0].end):
        return True
    if gap.phrase.startswith("第一") or (gap.phrase.startswith("第") and not gap.stem[: gap.gaps[0].start].strip()):
        return True
    return _is_told(gap) or _is_reckoned(gap)


def _is_told(gap: Choice) -> bool:
    """Whether the stem shows the number: as it is, converted in brackets (6.6英尺（200厘米）), or not rounded yet."""
    at, end = gap.gaps[0].start, gap.gaps[0].end
    number = QUANTITY.match(gap.phrase)
    written = number["number"] if number else ""
    if len(written) > 1 and (written in gap.stem[:at] or written in gap.stem[end:]):
        return True
    said = gap.passage.text
    decimals = [float(text) for text in _DECIMAL.findall(said)] if written and "." in said else []
    if decimals and value(written) in {str(n) for d in decimals for n in (round(d), int(d))}:
        return True
    if "（" not in gap.stem and "(" not in gap.stem:
        return False
    return bool(_CONVERTED.search(gap.stem[:at]) or _CONVERTS.match(gap.stem[end:]))


def _is_reckoned(gap: Choice) -> bool:
    """Whether the number can be found by counting what the stem names."""
    at, end = gap.gaps[0].start, gap.gaps[0].end
    if "、" in gap.stem:
        number = QUANTITY.match(gap.phrase)
        clause = _CLAUSE.split(gap.stem[:at])[-1] + _STOP.split(gap.stem[at:])[0]
        marks = clause.count("、")
        if marks > 0 and number is not None and value(number["number"]) in (str(marks + 1), str(marks + 2)):
            return True
    if gap.phrase.endswith("字") or gap.phrase.startswith(("前", *_PAIRS)) or _ORDINAL.search(gap.stem, end):
        return True
    return any(mark in gap.stem[end:] for mark in "：:")
