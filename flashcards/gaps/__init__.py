"""Stage 5 of 7, second half: from ranked phrases to the gaps an examiner would choose.

A prospect is one phrase at one place. Each is judged by the phrase's rank and by its place (`examiner`), or turned
down; then every passage gets its share of the best, with distance between them. docs/keyphrases.md tells the rules.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flashcards.gaps import doubts, examiner, places, review, stems
from flashcards.gaps.patterns import Definition, Enumeration, definitions, lists
from flashcards.keyphrases import background as b
from flashcards.model import Analysis, Gap, Keyphrase, Occurrence, Passage, Sentence, Token
from flashcards.settings import Settings

__all__ = ["Choice", "Definition", "Enumeration", "Survey", "choose", "definitions", "lists", "survey"]

CONTENT_PER_GAP = 15  # content words a gap at density 1: 4 to 7 gaps in a dense passage of 200 characters
CLOSEST = 8  # at most one gap in so many content words, whatever the density
LEAST = 0.46  # what a prospect must be worth at density 1
SAMPLE = 200  # passages that tell whether a document is classical Chinese
HOPELESS = 0.2  # terms that so small a share of the passage's phrases lies behind are not looked at
HAIR = 0.08  # a gap that fell short by no more is shown in the review file
AGAIN = 0.2  # what a phrase loses each time it was asked in an earlier passage
INSIDE = 0.25  # what a phrase loses inside a longer term
FEW = 40  # prospects of a passage that is asked nothing else are tried with less strictness
BARE = 6  # a stem that shows fewer content words tells too little
TELLING = 26  # characters a stem must show where it shows no name and no rare word
ANCHORED = 13  # a stem that begins with 它 or 从此 must show so many, to tell of what it speaks
TOPICAL = 3  # what stands in more than one in so many passages is asked in one of so many
NUMBERS = 4  # at most one gap in so many asks a number or a date


@dataclass(frozen=True, slots=True)
class Choice:
    """One phrase to be asked in one sentence: the gaps are all its occurrences in the stem.

    ``sentence`` is the index in the analysis, ``start`` the offset of the stem in that sentence, gaps are spans in
    the stem. ``hint`` is empty where the gap needs none. ``reasons`` say in words why it was chosen.
    ``whole`` is the text of the sentence.
    """

    passage: Passage
    sentence: int
    start: int
    stem: str
    gaps: tuple[Gap, ...]
    phrase: str
    kind: str
    hint: str
    reasons: tuple[str, ...]
    whole: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Survey:
    """The gaps chosen in reading order, and those rejected by a hair, whose last reason tells why."""

    chosen: tuple[Choice, ...]
    rejected: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """A phrase at a place and what it is worth there."""

    phrase: Keyphrase
    place: Occurrence
    value: float
    reasons: tuple[str, ...]


class Asked:
    """What earlier passages asked, with the parts of it, so that a question about a part or a whole is known."""

    def __init__(self) -> None:
        self._whole: Counter[str] = Counter()
        self._parts: Counter[str] = Counter()
        self._pairs: set[str] = set()
        self._wordings: set[tuple[str, str, str]] = set()
        self._last: dict[str, int] = {}

    def note(self, choice: Choice) -> None:
        """Note a gap as asked, with the three characters on either side of it."""
        self.add([choice.phrase])
        self._last[choice.phrase] = choice.passage.number
        self._wordings.update(_wordings(choice.whole, choice.start + choice.gaps[0].start, choice.phrase))

    def worded(self, sentence: str, start: int, phrase: str) -> bool:
        """Whether the phrase was asked behind or before the same three characters."""
        return self._whole[phrase] > 0 and not self._wordings.isdisjoint(_wordings(sentence, start, phrase))

    def lately(self, phrase: str, passage: int) -> bool:
        """Whether the phrase itself was asked in one of the passages just before."""
        return phrase in self._last and abs(passage - self._last[phrase]) < TOPICAL

    def ever(self, phrase: str) -> bool:
        """Whether the phrase itself was asked."""
        return phrase in self._last

    def add(self, phrases: Iterable[str]) -> None:
        """Note phrases as asked."""
        for phrase in phrases:
            self._whole[phrase] += 1
            self._parts.update(_parts(phrase))
            self._pairs.update(phrase[i : i + 2] for i in range(len(phrase) - 1))

    def times(self, phrase: str) -> int:
        """How often the phrase, a part of it or a longer one was asked."""
        if phrase[:2] not in self._pairs and all(phrase[i : i + 2] not in self._pairs for i in range(1, len(phrase))):
            return 0
        return self._whole[phrase] + self._parts[phrase] + sum(self._whole[part] for part in _parts(phrase))


def _wordings(sentence: str, start: int, phrase: str) -> list[tuple[str, str, str]]:
    """A phrase with three characters before it and with three behind it, where no mark is among them."""
    end = start + len(phrase)
    before, behind = sentence[max(0, start - 3) : start], sentence[end : end + 3]
    return [
        (phrase, side, near)
        for side, near in (("before", before), ("behind", behind))
        if len(near) == 3 and near.isalnum()
    ]


def _parts(phrase: str) -> set[str]:
    """The proper parts of a phrase of two and more characters; of a very long one, of its first 24."""
    phrase = phrase[:24]
    size = len(phrase)
    return {phrase[a:z] for a in range(size) for z in range(a + 2, size + 1) if z - a < size}


def choose(analyses: Sequence[Analysis], settings: Settings) -> tuple[Choice, ...]:
    """The gaps of one document in reading order. Raises BadConfiguration for a damaged review file."""
    return survey(analyses, settings).chosen


def survey(analyses: Sequence[Analysis], settings: Settings) -> Survey:
    """Choose the gaps of one document and keep what fell short by little, for the review file.

    The decisions of the user's review file (`settings.review`) hold: dropped gaps are not asked, locked ones are.
    """
    verdicts = review.load(settings.review) if settings.review else review.Review()
    if verdicts.entries:
        verdicts = verdicts.within(sentence.text for analysis in analyses for sentence in analysis.sentences)
    phrases = {phrase.text: phrase for analysis in analyses for phrase in analysis.keyphrases}
    sentences = {(a.passage.number, n): sentence for a in analyses for n, sentence in enumerate(a.sentences)}
    standings = {text: examiner.standing(phrase, sentences) for text, phrase in phrases.items()}
    best = max((phrase.score for phrase in phrases.values() if phrase.kind != "user"), default=0.0)
    spots = _by_passage(analyses)
    classical = examiner.is_classical("".join(a.passage.text for a in analyses[:SAMPLE]))
    text = doubts.Text.of(analyses, settings)
    asked = Asked()
    chosen: list[Choice] = []
    rejected: list[Choice] = []
    for analysis in analyses:
        prospects = sorted(
            _whole_first(
                list(
                    _prospects(
                        analysis,
                        spots[analysis.passage.number],
                        standings,
                        max(best, 0.05),
                        asked,
                        classical,
                        len(analyses),
                    )
                ),
                standings,
            ),
            key=lambda p: (-p.value, p.place.sentence, p.place.start, p.phrase.text),
        )
        forced = list(_locked(analysis, verdicts, settings))
        taken, left = _taken(analysis, prospects, forced, verdicts, settings, text)
        if not taken:  # every passage gets its share, if only what the text says once
            taken, left = _taken(analysis, prospects[:FEW], forced, verdicts, settings, replace(text, sparing=False))
            taken = taken[:1]
        for choice in taken:
            asked.note(choice)
        chosen += sorted(taken, key=_reading_order)
        rejected += sorted(left, key=_reading_order)
    return Survey(tuple(chosen), tuple(rejected))


def _reading_order(choice: Choice) -> tuple[int, int]:
    return choice.sentence, choice.start + choice.gaps[0].start


def _by_passage(analyses: Sequence[Analysis]) -> dict[int, list[tuple[float, Keyphrase, list[Occurrence]]]]:
    """For each passage its phrases, best first: the share that each leaves behind, the phrase, its places there."""
    found: dict[int, list[tuple[float, Keyphrase, list[Occurrence]]]] = {a.passage.number: [] for a in analyses}
    spots: dict[str, dict[int, list[Occurrence]]] = {}
    for analysis in analyses:
        number, total = analysis.passage.number, len(analysis.keyphrases)
        for index, phrase in enumerate(analysis.keyphrases):
            if phrase.text not in spots:
                here: dict[int, list[Occurrence]] = {}
                for place in phrase.occurrences:
                    here.setdefault(place.passage, []).append(place)
                spots[phrase.text] = here
            found[number].append((1 - index / total, phrase, spots[phrase.text].get(number, [])))
    return found


def _prospects(
    analysis: Analysis,
    phrases: Sequence[tuple[float, Keyphrase, list[Occurrence]]],
    standings: dict[str, examiner.Standing],
    best: float,
    asked: Asked,
    classical: bool,
    total: int,
) -> Iterator[Prospect]:
    found = [lists(sentence) for sentence in analysis.sentences]
    here = max((phrase.score for _, phrase, _ in phrases if phrase.kind != "user"), default=best)
    best = (best + max(here, best / 4)) / 2
    for order, whole, spots in phrases:
        if order < HOPELESS and whole.kind == "term" and len(phrases) > 20:
            continue
        for at in spots:
            sentence = analysis.sentences[at.sentence]
            if asked.worded(sentence.text, at.start, whole.text):
                continue
            phrase, place = _object(sentence, whole, at, standings)
            judged = examiner.judge(
                sentence, phrase, place, phrase.score / best, order, standings, found[place.sentence]
            )
            if judged.fault or (classical and not examiner.fits_classical(sentence, phrase, place)):
                continue
            if phrase.kind != "user" and _incidental(analysis, total, whole, at, phrase.text, asked):
                continue
            before = asked.times(phrase.text)
            if before:
                judged.add(-AGAIN * before, "asked before")
            yield Prospect(phrase, place, round(judged.value, 6), tuple(judged.reasons))


def _incidental(analysis: Analysis, total: int, phrase: Keyphrase, place: Occurrence, text: str, asked: Asked) -> bool:
    """Whether the document's topic is asked where it is not told: its title elsewhere than at its first mention or
    its definition, or again; a phrase of more than a third of its passages again within three passages."""
    title = (analysis.passage.title or "").strip("《》 ")
    if len(text) >= 2 and text in title and 2 * len(text) >= len(title):
        if asked.ever(text):
            return True
        if place != phrase.occurrences[0]:
            start, end = place.start, place.end
            told = definitions(analysis.sentences[place.sentence])
            return not any(d.term.start <= start and end <= d.term.end for d in told)
    if total < TOPICAL or not asked.lately(text, analysis.passage.number):
        return False
    return TOPICAL * len({spot.passage for spot in phrase.occurrences}) > total


def _object(
    sentence: Sentence, phrase: Keyphrase, place: Occurrence, standings: dict[str, examiner.Standing]
) -> tuple[Keyphrase, Occurrence]:
    """A verb with its object is asked by the object (优化|政治生态|), where that is long enough to be a term."""
    tokens, _, _ = places.around(sentence, place)
    if phrase.kind != "term" or standings[phrase.text].count > 2 or places.word_class(tokens[0]) != b.VERB:
        return phrase, place
    cut = len(tokens[0].text)
    if len(phrase.text) - cut < 4 or len(tokens) < 2:
        return phrase, place
    place = replace(place, start=place.start + cut)
    return Keyphrase(phrase.text[cut:], phrase.score, phrase.kind, phrase.reasons, (place,)), place


def _whole_first(prospects: Sequence[Prospect], standings: dict[str, examiner.Standing]) -> Iterator[Prospect]:
    """The prospects; one that lies within a longer term that stands free loses, unless it is a term of its own."""
    free: dict[int, list[tuple[int, int]]] = {}
    for prospect in prospects:
        if "stands free" in prospect.reasons and "a verb with its object" not in prospect.reasons:
            free.setdefault(prospect.place.sentence, []).append((prospect.place.start, prospect.place.end))
    for spans in free.values():
        spans.sort()
    for prospect in prospects:
        place = prospect.place
        standing = standings.get(prospect.phrase.text, examiner.Standing())
        own = prospect.phrase.kind == "user" or (standing.count >= 3 and standing.free >= 0.3)
        if not own and _inside(place.start, place.end, free.get(place.sentence, [])):
            reasons = (*prospect.reasons, "inside a longer term")
            prospect = replace(prospect, value=prospect.value - INSIDE, reasons=reasons)
        yield prospect


def _inside(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a longer one of the sorted spans (20 characters at most) holds this one."""
    first, last = bisect_left(spans, (start - 20, 0)), bisect_left(spans, (start + 1, 0))
    return any(a <= start and end <= z and (a, z) != (start, end) for a, z in spans[first:last])


def _locked(analysis: Analysis, verdicts: review.Review, settings: Settings) -> Iterator[Choice]:
    """The gaps that the user locked: the answer in the most similar sentence of the passage, whatever the rules say."""
    for entry in verdicts.locked(analysis.passage.document):
        near = [
            (review.similarity(entry.sentence, sentence.text), -index)
            for index, sentence in enumerate(analysis.sentences)
            if entry.answer in sentence.text
        ]
        if near and max(near)[0] >= review.SIMILAR:
            index = -max(near)[1]
            start = analysis.sentences[index].text.index(entry.answer)
            place = Occurrence(analysis.passage.number, index, start, start + len(entry.answer))
            phrase = Keyphrase(entry.answer, 1.0, occurrences=(place,))
            yield _made(analysis, Prospect(phrase, place, 1.0, ("locked in the review file",)), settings)


def _taken(
    analysis: Analysis,
    prospects: Sequence[Prospect],
    forced: Sequence[Choice],
    verdicts: review.Review,
    settings: Settings,
    text: doubts.Text,
) -> tuple[list[Choice], list[Choice]]:
    """The passage's share of the prospects, best first, and those that fell short by a hair."""
    content = [sum(map(is_content, sentence.tokens)) for sentence in analysis.sentences]
    room = max(1, min(round(sum(content) / CONTENT_PER_GAP * settings.density), sum(content) // CLOSEST))
    least = LEAST / max(1.0, settings.density)
    taken = Taken(forced)
    left: list[Choice] = []
    ruled = _ruled(analysis, prospects, verdicts)
    # What the user dropped keeps its room, so that one line struck out brings in nothing else and moves nothing.
    room -= sum(decision == "drop" for _, decision in ruled)
    for prospect, decision in ruled:
        full = len(taken.choices) >= room and len(left) >= room
        if (full or (prospect.value < least - HAIR and taken.choices)) and not verdicts.entries:
            break
        if decision == "drop" or taken.asks(prospect.phrase.text):
            continue
        choice = _choice(analysis, prospect, settings, text)
        if choice is None:
            continue
        why = taken.obstacle(choice, content[choice.sentence], room)
        if not why and decision != "keep":
            if prospect.value < least and (taken.choices or prospect.value < least / 2):
                why = "worth too little"
            elif len(taken.choices) >= room:
                why = "the passage has its share"
        if not why:
            taken.add(choice)
        elif why in ("worth too little", "the passage has its share") and len(left) < room:
            left.append(_with_reason(choice, why))
    return taken.choices, left


def _ruled(
    analysis: Analysis, prospects: Sequence[Prospect], verdicts: review.Review
) -> Sequence[tuple[Prospect, str]]:
    """The prospects with the user's decisions, those to keep before all others."""
    if not verdicts.entries:
        return [(prospect, "") for prospect in prospects]
    document, sentences = analysis.passage.document, analysis.sentences
    ruled = [(p, verdicts.decision(document, p.phrase.text, sentences[p.place.sentence].text)) for p in prospects]
    return sorted(ruled, key=lambda pair: pair[1] != "keep")


def is_content(token: object) -> bool:
    """Whether a word carries content: no function word, adverb, mark or bare number."""
    kind = places.word_class(token)  # type: ignore[arg-type]
    return kind not in (b.FUNCTION, b.MARK, b.ADVERB, b.LOCATION, b.MEASURE)


class Taken:
    """The gaps taken in one passage so far, found by sentence and by phrase."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        self.choices: list[Choice] = []
        self._here: dict[int, list[Choice]] = {}
        self._asked = Asked()
        self._numbers = 0
        for choice in choices:
            self.add(choice)

    def add(self, choice: Choice) -> None:
        """Take one more."""
        self.choices.append(choice)
        self._here.setdefault(choice.sentence, []).append(choice)
        self._asked.add([choice.phrase])
        self._numbers += choice.kind in ("number", "date")

    def asks(self, phrase: str) -> bool:
        """Whether the phrase, a part of it or a longer one is asked already."""
        return self._asked.times(phrase) > 0

    def obstacle(self, choice: Choice, content: int, room: int) -> str:
        """Why the choice cannot stand beside those already taken, or nothing. ``content``: words of its sentence."""
        here = self._here.get(choice.sentence, ())
        if len(here) >= max(1, content // CLOSEST):
            return "the sentence has its share"
        at = choice.start + choice.gaps[0].start
        for other in here:
            start = other.start + other.gaps[0].start
            if start < at + len(choice.phrase) and at < start + len(other.phrase):
                return "overlaps a better one"
        if self.asks(choice.phrase):
            return "asks what a better one asks"
        if choice.kind in ("number", "date") and self._numbers >= max(1, room // NUMBERS):
            return "enough numbers"
        return ""


def _choice(analysis: Analysis, prospect: Prospect, settings: Settings, document: doubts.Text) -> Choice | None:
    sentence = analysis.sentences[prospect.place.sentence]
    place = prospect.place
    text = sentence.text[place.start : place.end]
    stem = stems.cut(sentence, place.start, place.end)
    if stems.given_away(text, stem) or not stems.enough(text, stem) or not _clean_cuts(sentence, stem):
        return None
    if prospect.phrase.kind != "user":
        seen = _visible_words(sentence, stem)
        if (
            seen < BARE + (len(text) <= 2 and prospect.phrase.kind == "term")
            or stems.torn(stem.text)
            or stems.adrift(sentence, stem)
        ):
            return None
        if (
            stems.garbled(sentence.text)
            or stems.unfinished(stem.text)
            or not _names_something(sentence, stem, prospect)
        ):
            return None
        if stems.refers_back(stem.text) and seen < ANCHORED:
            return None
        if doubts.doubt(analysis, prospect.phrase, place, stem, document):
            return None
    return _made(analysis, prospect, settings)


def _names_something(sentence: Sentence, stem: stems.Stem, prospect: Prospect) -> bool:
    """Whether a stem shows a name, a title or a rare word, or else (unless a number is asked) 20 characters."""
    if any(_is_name(token) for token in _visible(sentence, stem)) or set("《“「『") & set(stem.visible):
        return True
    if prospect.phrase.kind in ("number", "date"):
        return False
    return sum(map(str.isalnum, stem.visible)) >= TELLING


def _is_name(token: Token) -> bool:
    kind = places.word_class(token)
    if kind in (b.PLACE, b.LATIN, b.ABBREVIATION):
        return True
    return kind in (b.NOUN, b.PROPER, b.PERSON, b.UNKNOWN) and len(token.text) > 1 and places.rare(token)


def _visible_words(sentence: Sentence, stem: stems.Stem) -> int:
    """How many content words of a stem stay to be read, numbers left out."""
    bare = (b.NUMBER, b.DIGITS)
    return sum(is_content(token) and places.word_class(token) not in bare for token in _visible(sentence, stem))


def _visible(sentence: Sentence, stem: stems.Stem) -> Iterator[Token]:
    """The words of a stem that no gap hides."""
    first = places.word_at(sentence, stem.start)
    last = places.word_at(sentence, stem.start + len(stem.text))
    spans = [(stem.start + gap.start, stem.start + gap.end) for gap in stem.gaps]
    for token in sentence.tokens[first:last]:
        if not any(a < token.end and token.start < z for a, z in spans):
            yield token


def _made(analysis: Analysis, prospect: Prospect, settings: Settings) -> Choice:
    sentence = analysis.sentences[prospect.place.sentence]
    place, phrase = prospect.place, prospect.phrase
    text = sentence.text[place.start : place.end]
    stem = stems.cut(sentence, place.start, place.end)
    return Choice(
        analysis.passage,
        place.sentence,
        stem.start,
        stem.text,
        stem.gaps,
        text,
        phrase.kind,
        stems.hint(text, phrase.kind, settings.lang, known=len(phrase.occurrences) > 1),
        prospect.reasons,
        sentence.text,
        prospect.value,
    )


def _clean_cuts(sentence: Sentence, stem: stems.Stem) -> bool:
    """Whether every gap of the stem hides whole words, and none is a part of a term (雄安|新区|, 吸蜜|鹦鹉亚科|)."""
    if len(stem.gaps) == 1:
        return True
    for gap in stem.gaps:
        place = Occurrence(0, 0, stem.start + gap.start, stem.start + gap.end)
        tokens, before, behind = places.around(sentence, place)
        if not tokens or tokens[0].start != place.start or tokens[-1].end != place.end:
            return False
        short = gap.end - gap.start <= 2 or (behind is not None and len(behind.text) == 1)
        if short and places.word_class(behind) in examiner.HEADS:
            return False
        if places.word_class(before) in (b.NUMBER, b.DIGITS):
            return False
        if places.word_class(before) in examiner.QUALIFIERS and (gap.end - gap.start <= 3 or places.rare(before)):
            return False
    return True


def _with_reason(choice: Choice, why: str) -> Choice:
    return replace(choice, reasons=(*choice.reasons, why))
