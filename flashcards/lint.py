"""What looks wrong in a text that was read: findings with their line, for `flashcards check`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from flashcards.model import Document, Passage, Repair
from flashcards.repair.measure import ends_sentence
from flashcards.sources import unsure_report

PAIRS = (("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"), ("《", "》"), ("（", "）"), ("【", "】"), ("〔", "〕"))
PAGE_INSIDE = re.compile(
    r"(?<=[\u4e00-\u9fff，、；])\s*(?:[—–－-]\s*\d{1,4}\s*[—–－-]|第\s*\d{1,4}\s*[页頁](?:\s*共\s*\d+\s*[页頁])?|\d{1,4}\s*/\s*\d{1,4})\s*(?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])\s+\d{1,3}\s+(?=[\u4e00-\u9fff])"
)
SUSPICIOUS = re.compile("[ÃÂäåæçèéï][\x80-\xbf¡-¿]{1,2}|[锟斤拷]{3}|烫烫烫|屯屯屯|\u00ef\u00bf\u00bd")
REPEATED = 3
STOPS = 20  # characters from which a text without a final mark is no label
FLAGS = frozenset({"private-use", "lost-character", "gap"})


def findings(document: Document, passages: Sequence[Passage]) -> list[Repair]:
    """Everything worth a look, in the order of the lines; each has a name, a line and words for the user."""
    found = [Repair("warning", *_placed(warning)) for warning in document.warnings]
    found += [repair for repair in document.repairs if repair.name in FLAGS]
    found += _page_joins(document)
    found += _headers(passages)
    for passage in passages:
        found += _passage(passage)
    by_number = {passage.number: passage for passage in passages}
    for line in unsure_report(passages):
        rest = line.removeprefix(f"{passages[0].document}: ")
        number = re.match(r"\d+", rest)
        at = by_number[int(number.group())].lines[0] if number else 1
        found.append(Repair("unsure-source", at, f"passages {rest}"))
    return sorted(found, key=lambda repair: (repair.line, repair.name, repair.detail))


def _placed(warning: str) -> tuple[int, str]:
    match = re.match(r"line (\d+): ", warning)
    return (int(match[1]), warning[match.end() :]) if match else (1, warning)


def _page_joins(document: Document) -> Iterator[Repair]:
    """Joins over a page break that are not sure."""
    for repair in document.repairs:
        if repair.name == "page-join" and float(repair.detail or 1) < 0.8:
            yield Repair("unsure-join", repair.line, f"halves of a page break were joined, confidence {repair.detail}")


def _headers(passages: Sequence[Passage]) -> Iterator[Repair]:
    """Short passages that recur, digits aside: running headers nobody took out."""
    keys = [re.sub(r"\d+", "0", "".join(passage.text.split())) for passage in passages]
    counts = Counter(key for key in keys if 4 <= len(key) <= 30)
    for passage, key in zip(passages, keys, strict=True):
        if counts[key] >= REPEATED:
            yield Repair(
                "header",
                passage.lines[0],
                f"stands {counts[key]} times, is it a running header? {_short(passage.text)}",
            )


def _passage(passage: Passage) -> Iterator[Repair]:
    line, text = passage.lines[0], passage.text
    for match in PAGE_INSIDE.finditer(text):
        around = text[max(0, match.start() - 6) : match.end() + 6]
        yield Repair("page-number", line, f"a page number in the sentence? …{around}…")
    for opener, closer in PAIRS:
        if text.count(opener) != text.count(closer):
            yield Repair(
                "unbalanced", line, f"{text.count(opener)} {opener} but {text.count(closer)} {closer}: {_short(text)}"
            )
    if not passage.verse and _stops(text):
        yield Repair("open-end", passage.lines[1], f"ends without a mark, is the rest lost? …{text[-12:]}")
    wrong = SUSPICIOUS.search(text)
    if wrong:
        yield Repair("encoding", line, f"looks wrongly decoded: {text[max(0, wrong.start() - 4) : wrong.end() + 4]}")


def _stops(text: str) -> bool:
    """Whether prose stops without a final mark, as a half does that a page break cut off."""
    return len(text) >= STOPS and any(c in "，。；" for c in text) and not ends_sentence(text, colon=True)


def _short(text: str) -> str:
    return text[:20].replace("\n", " / ") + ("…" if len(text) > 20 else "")
