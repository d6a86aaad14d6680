"""What a kind sees of a document: its analyses, the gaps chosen in it, and what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flashcards.distractors.neighbours import DATE, QUANTITY, is_number
from flashcards.gaps import Choice, Enumeration, lists, stems
from flashcards.model import Analysis, Context, Passage, Source
from flashcards.numerals import value
from flashcards.settings import Settings

NEAR = 20  # passages before and after one whose text is searched for the same slot
_RANGE = "—-–－〜~～至到.、零一二三四五六七八九十百千"
_EMPTY = re.compile(
    r"[（(](?:[^（()）]{0,6}[：:])?[^\w（()）]*[)）]|[（(][，、；]|的中[，。；]|[，、；][，、；。]|[“‘「『]\s*[”’」』]|[号號名码碼称稱][为為][，。；]"
)
_FLATTENED = re.compile(r"\+\d.*\+\d|□")  # a table that lost its cells, a character that nobody could read
_ABOUT = re.compile("(?:约|約|近|估计|估計|超过|超過|不足|至少|至多|大概|可能).{0,4}$")
_OR_SO = re.compile("左右|多|余|餘|来|上下|以上|以下|以内|以內|之间|之間|不到")
_ORDINAL = re.compile("第[一二三四五](?![次届屆])")  # 背鳍两个，第一背鳍…
_PAIRS = tuple(f"两{unit}" for unit in "个种位类项者国岸地") + tuple(f"兩{unit}" for unit in "個種位類項者國岸地")
_BOUND = re.compile("^(?:超过|超過|不足|至少|至多|近)|(?:以上|以下|以内|以內)$")  # 超过十八次 is 超过十五次, too
_DECIMAL = re.compile(r"\d+\.\d+")
_CONVERTED = re.compile(r"[0-9一二三四五六七八九十百千万]\w{0,4}[（(][^（()）]*$")  # 6.6英尺（…
_CONVERTS = re.compile(r"[（(][^（()）]*[0-9一二三四五六七八九十]")  # …（明治4年）
_VAGUE = frozenset(("公", "分", "点", "口", "方", "道", "世", "万", "亿"))  # 七分朝天子, 三点水: seldom a quantity


@dataclass(frozen=True)
class View:
    """One document, ready to be asked about.

    ``gaps`` are in reading order, and every one deserves a cloze item.
    """

    analyses: tuple[Analysis, ...]
    gaps: tuple[Choice, ...]
    settings: Settings

    @cached_property
    def by_passage(self) -> dict[str, Analysis]:
        """Analyses by the id of their passage."""
        return {analysis.passage.id: analysis for analysis in self.analyses}

    @cached_property
    def worth(self) -> tuple[Choice, ...]:
        """The gaps from which other kinds are made, the best of every passage first, then its other numbers."""
        asked = {(gap.passage.id, gap.sentence, gap.phrase) for gap in self.gaps}
        more = [n for a in self.analyses for n in numbers(self, a) if (n.passage.id, n.sentence, n.phrase) not in asked]
        return tuple(
            sorted(
                (*self.gaps, *more), key=lambda g: (g.passage.number, -g.score, g.sentence, g.start, g.gaps[0].start)
            )
        )

    @cached_property
    def worth_of(self) -> dict[str, list[Choice]]:
        """`worth` by the id of the passage."""
        found: dict[str, list[Choice]] = {}
        for gap in self.worth:
            found.setdefault(gap.passage.id, []).append(gap)
        return found

    def near(self, passage: Passage) -> str:
        """The text of a passage with those around it: what might say the same of something else."""
        if passage.id not in self._near:
            self._near.clear()  # passages are asked about one after the other
            at = self._place[passage.id]
            around = self.analyses[max(0, at - NEAR) : at + NEAR + 1]
            self._near[passage.id] = "\n".join(a.passage.text for a in around)
        return self._near[passage.id]

    @cached_property
    def _near(self) -> dict[str, str]:
        return {}

    def numbers_of(self, source: Source) -> frozenset[int]:
        """The numbers of the passages of a source."""
        return self._numbers.get(source, frozenset())

    @cached_property
    def _numbers(self) -> dict[Source, frozenset[int]]:
        found: dict[Source, list[int]] = {}
        for analysis in self.analyses:
            found.setdefault(analysis.passage.source, []).append(analysis.passage.number)
        return {source: frozenset(numbers) for source, numbers in found.items()}

    @cached_property
    def _place(self) -> dict[str, int]:
        return {analysis.passage.id: at for at, analysis in enumerate(self.analyses)}

    def context(self, passage: Passage, sentence: int) -> Context:
        """The whole sentence with the sentences before and after it in its passage."""
        known = self._contexts.get((passage.id, sentence))
        if known is not None:
            return known
        sentences = self.by_passage[passage.id].sentences
        before = sentences[sentence - 1].text.strip() if sentence > 0 else ""
        after = sentences[sentence + 1].text.strip() if sentence + 1 < len(sentences) else ""
        made = self._contexts[passage.id, sentence] = Context(before, after, sentences[sentence].text)
        return made

    @cached_property
    def _contexts(self) -> dict[tuple[str, int], Context]:
        return {}

    def lists(self, passage: Passage, sentence: int) -> tuple[Enumeration, ...]:
        """The parallel lists of a sentence."""
        known = self._lists.get((passage.id, sentence))
        if known is None:
            text = self.by_passage[passage.id].sentences[sentence]
            known = self._lists[passage.id, sentence] = lists(text) if "、" in text.text else ()
        return known

    @cached_property
    def _lists(self) -> dict[tuple[str, int], tuple[Enumeration, ...]]:
        return {}

    def is_damaged(self, passage: Passage, sentence: int) -> bool:
        """`is_damaged` of a sentence, known once."""
        known = self._damaged.get((passage.id, sentence))
        if known is None:
            known = is_damaged(self.by_passage[passage.id].sentences[sentence].text)
            self._damaged[passage.id, sentence] = known
        return known

    @cached_property
    def _damaged(self) -> dict[tuple[str, int], bool]:
        return {}


def numbers(view: View, analysis: Analysis) -> Iterator[Choice]:
    """The quantities and dates of a passage that can be asked: where a gap for each would stand, with the score 0."""
    for index, sentence in enumerate(analysis.sentences):
        if view.is_damaged(analysis.passage, index):
            continue
        edges = {0, *(token.end for token in sentence.tokens)}
        for start, end in _quantities(sentence.text, edges):
            phrase = sentence.text[start:end]
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


def _quantities(text: str, edges: set[int]) -> Iterator[tuple[int, int]]:
    """The spans of dates and of numbers with their measure words: whole words, no range, no first, no one and only."""
    dates = [match.span() for match in DATE.finditer(text)]
    for start, end in (*dates, *(match.span() for match in QUANTITY.finditer(text))):
        beside = text[max(0, start - 1) : start] + text[end : end + 1]
        if not {start, end} <= edges or any(c.isdigit() or c in _RANGE for c in beside):
            continue
        if (start, end) in dates or (_counts(text[start:end]) and not any(a < end and start < z for a, z in dates)):
            yield start, end


def _counts(phrase: str) -> bool:
    """Whether a match of `QUANTITY` says how many, rather than 一种, 第一次 or 七分."""
    match = QUANTITY.fullmatch(phrase)
    if match is None or not match["unit"] or match["unit"] in _VAGUE:
        return False
    return not phrase.startswith(("一", "第一")) and is_number(phrase)


def is_damaged(text: str) -> bool:
    """Whether something was lost from a sentence, so that no item is made of it.

    Brackets with nothing in them, or only a label ("（学名：'）", "（日语：、）"), marks in a row, quotation marks and
    brackets that do not close, a table run together, a character that could not be read.
    """
    return bool(_EMPTY.search(text) or _FLATTENED.search(text)) or not stems.balanced(text)


def approximate(gap: Choice) -> bool:
    """Whether a number is an estimate, so that a neighbour of it is not surely wrong."""
    if gap.kind not in ("number", "date"):
        return False
    at = gap.gaps[0]
    before = re.split("[，。；：]", gap.stem[: at.start])[-1]
    begins = re.match("约|約|近|大约|超过|不足|至少", gap.phrase)
    return bool(begins or _ABOUT.search(before) or _OR_SO.search(gap.phrase) or _OR_SO.match(gap.stem, at.end))


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
    spans = [(gap.start + g.start, gap.start + g.end) for g in gap.gaps]
    return any(
        member.start < end and start < member.end
        for found in view.lists(gap.passage, gap.sentence)
        for member in found.members
        for start, end in spans
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
    decimals = [float(text) for text in _DECIMAL.findall(gap.passage.text)]
    if written and value(written) in {str(n) for d in decimals for n in (round(d), int(d))}:
        return True
    return bool(_CONVERTED.search(gap.stem[:at]) or _CONVERTS.match(gap.stem[end:]))


def _is_reckoned(gap: Choice) -> bool:
    """Whether the number can be found by counting what the stem names."""
    at, end = gap.gaps[0].start, gap.gaps[0].end
    number = QUANTITY.match(gap.phrase)
    size = value(number["number"]) if number else None
    clause = re.split("[，。；：]", gap.stem[:at])[-1] + re.split("[，。；]", gap.stem[at:])[0]
    marks = clause.count("、")
    if size is not None and marks > 0 and size in (str(marks + 1), str(marks + 2)):
        return True
    if gap.phrase.endswith("字") or gap.phrase.startswith(("前", *_PAIRS)) or _ORDINAL.search(gap.stem, end):
        return True
    return any(mark in gap.stem[end:] for mark in "：:")
