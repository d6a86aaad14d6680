"""Is this answer right? What is given is compared with every accepted form, and the verdict shows the difference.

Both sides are cut into tokens: a character each, and in the modes that forgive writing (lenient, partial) a number,
a unit or a part of a date each. A token has a canonical form, by which it is compared, and the text as it was
written, which the difference shows; so 二十 and 20, 公里 and km, 2023.9.7 and 2023年9月7日 are equal and are never
marked as mistakes. `templates/selftest/grading.js` is the same code in JavaScript, held to it by one table of cases.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flashcards.model import Item
from flashcards.numerals import RUN, value

MODES = ("lenient", "strict", "partial")

# `extra` was given and is not in the answer, `missing` the other way round
Difference = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``verdict``: right, wrong or partial; ``score`` 0 to 1; ``form``: the accepted form it was compared with.

    ``diff``: (same | missing | extra, text) in the order of the answer, joined to runs.
    """

    verdict: str
    score: float
    form: str
    diff: Difference = ()


@dataclass(frozen=True, slots=True)
class Token:
    """``canon`` is compared, ``shown`` is what was written; ``number`` marks a value."""

    canon: str
    shown: str
    number: bool = False


def grade(
    given: str,
    answer: str,
    accepted: Sequence[str] = (),
    mode: str = "lenient",
    *,
    same: Mapping[str, str] | None = None,
    pinyin: bool = False,
) -> Verdict:
    """Compare what was given with the answer and its other accepted forms.

    ``mode``: lenient (numbers, dates and units in any writing), strict (recitation: every character counts,
    punctuation does not), partial (lenient, and half the points for half the answer). ``same`` maps a character to
    the one it stands for (發 -> 发) and is not used in strict mode. With ``pinyin``, forms in pinyin are compared by
    letters and tones (marks or digits); letters without tones are half right. An empty answer is never right.
    """
    forms = (answer, *accepted)
    numbers = mode != "strict"
    table = {} if mode == "strict" or same is None else same
    mine = tokens(given, numbers=numbers, same=table)
    theirs = [tokens(form, numbers=numbers, same=table) for form in forms]
    canon = [token.canon for token in mine]
    for form, other in zip(forms, theirs, strict=True):
        if canon and canon == [token.canon for token in other]:
            return Verdict("right", 1.0, form, _runs(("same", token.shown) for token in other))
    toneless = None
    if pinyin and (spelt := pinyin_of(given)):
        for form in forms:
            wanted = pinyin_of(form)
            if wanted and wanted[0] == spelt[0]:
                if wanted[1] == spelt[1]:
                    return Verdict("right", 1.0, form, (("same", form),))
                toneless = toneless or (None if spelt[1] else form)
    nearest = _nearest(canon, theirs)
    diff, common = difference(mine, theirs[nearest])
    if toneless is not None:
        return Verdict("partial", 0.5, toneless, diff)
    half = mode == "partial" and 2 * common >= max(len(mine), len(theirs[nearest])) and common > 0
    return Verdict("partial" if half else "wrong", 0.5 if half else 0.0, forms[nearest], diff)


def grade_list(given: str, members: Sequence[str], *, same: Mapping[str, str] | None = None) -> Verdict:
    """Compare an enumeration in any order: the score is the share of members named, wrong extras count against it."""
    table = same or {}
    wanted = [[token.canon for token in tokens(member, same=table)] for member in members]
    parts = _split(given)
    if len(parts) == 1 and [t.canon for t in tokens(given, same=table)] == [c for member in wanted for c in member]:
        parts = list(members)  # written without separators
    left = list(range(len(members)))
    extra = []
    for part in parts:
        canon = [token.canon for token in tokens(part, same=table)]
        found = next((index for index in left if canon and canon == wanted[index]), None)
        if found is None:
            extra.append(part)
        else:
            left.remove(found)
    named = len(members) - len(left)
    diff = tuple(("missing" if i in left else "same", member) for i, member in enumerate(members))
    diff += tuple(("extra", part) for part in extra)
    score = named / max(len(members), named + len(extra), 1)
    return Verdict("right" if score == 1 else "partial" if named else "wrong", score, "、".join(members), diff)


def judgement(given: str) -> bool | None:
    """A true/false answer in words or marks, or None if it is neither."""
    word = unicodedata.normalize("NFKC", given).strip().lower()
    if word in {"√", "✓", "✔", "对", "對", "是", "正确", "正確", "真", "t", "true", "y", "yes", "1"}:
        return True
    if word in {"×", "✗", "✘", "x", "错", "錯", "否", "错误", "錯誤", "假", "f", "false", "n", "no", "0", "2"}:
        return False
    return None


def option(given: str, count: int) -> int | None:
    """The index of an option named by its letter (B) or number (2), or None."""
    word = unicodedata.normalize("NFKC", given).strip().strip(".、)(").lower()
    if len(word) != 1:
        return None
    index = "abcdefgh".find(word) if word.isalpha() else "12345678".find(word)
    return index if 0 <= index < count else None


def grade_item(
    item: Item, given: str, accepted: Sequence[str], *, same: Mapping[str, str] | None = None, pinyin: bool = False
) -> Verdict:
    """Grade by the kind of the item: an option or a judgement by its index or mark, a list in any order, else text."""
    if isinstance(item.answer, bool):
        said = judgement(given)
        right = said is not None and said == item.answer
        return Verdict("right" if right else "wrong", float(right), "√" if item.answer else "×")
    if isinstance(item.answer, int):
        options = item.options or ()
        chosen = option(given, len(options))
        right = chosen == item.answer
        return Verdict("right" if right else "wrong", float(right), options[item.answer])
    if isinstance(item.answer, tuple):
        return grade_list(given, item.answer, same=same)
    return grade(given, item.answer, accepted, mode_of(item), same=same, pinyin=pinyin)


def mode_of(item: Item) -> str:
    """A recitation is strict, a definition may be half right, everything else is lenient."""
    return "strict" if item.kind == "recitation" else "partial" if item.ask == "definition" else "lenient"


def normalise(text: str) -> str:
    """What counts of a text in strict mode: width, case, punctuation, symbols and spaces folded away; idempotent."""
    return "".join(token.canon for token in tokens(text, numbers=False))


# --- tokens -------------------------------------------------------------------------------------------------------

_HAN = "零〇一二三四五六七八九十百千万亿萬億两兩廿卅壹贰貳叁參肆伍陆陸柒捌玖拾佰仟"
_ROUND_ZERO = re.compile("(?<=[〇○◯一二三四五六七八九])[○◯]|[○◯](?=[〇○◯一二三四五六七八九])")
_TIMES = re.compile(r"(?<=[0-9]) ?[*x✕] ?(?=[0-9])")
_DATE = re.compile(
    r"(1[0-9]{3}|20[0-9]{2})([-./])(0?[1-9]|1[0-2])(?:\2(0?[1-9]|[12][0-9]|3[01]))?"
    r"(?![0-9]|[.][0-9]|[%‰万亿萬億千百十])"
)
_SHARE = re.compile(f"(百|千|万|萬)分之(?=[0-9{_HAN}])")
_SHARES = {"百": "%", "千": "‰", "万": "‱", "萬": "‱"}
_ERA = re.compile(f"[公西]元(?=前?[0-9{_HAN}])")
_MINUS = re.compile(f"(?:负|負|零下)(?=[0-9{_HAN}])|[-−](?=[0-9])")
_RANGE = re.compile(f" ?(?:[-–—−~]{{1,2}}|至|到) ?(?=[0-9{_HAN}])")
_UNITS = {
    "km2": "平方公里|平方千米|km2",
    "m2": "平方米|m2",
    "m3": "立方米|m3",
    "hm2": "公顷|公頃|hm2|ha",
    "km": "公里|千米|km",
    "cm": "厘米|釐米|公分|cm",
    "mm": "毫米|mm",
    "kg": "公斤|千克|kg",
    "mg": "毫克|mg",
    "ml": "毫升|ml",
    "kwh": "千瓦时|千瓦時|kwh",
    "kw": "千瓦|kw",
    "hz": "赫兹|赫茲|hz",
    "min": "分钟|分鐘|min",
    "h": "小时|小時",
    "度": "摄氏度|攝氏度|°c|°|度",
    "m": "米|m",
    "元": "元|块|塊",
    "%": "%",
    "年": "年",
    "月": "月",
    "日": "日|号|號",
    "世纪": "世纪|世紀",
}
_UNIT = re.compile("|".join(f"(?P<u{i}>{words})" for i, words in enumerate(_UNITS.values())))
_UNIT_CANON = tuple(_UNITS)
_ALWAYS = frozenset("+±×÷≤≥≠√%‰‱°$¥£€")
_LATIN_OR_DIGIT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def tokens(text: str, *, numbers: bool = True, same: Mapping[str, str] | None = None) -> list[Token]:
    """Cut a text into what is compared; ``numbers`` reads numbers, dates and units, ``same`` folds characters.

    A text of nothing but punctuation keeps its characters, so that an answer is never empty by folding.
    """
    clean = _clean(text)
    found = list(_scan(clean, same or {})) if numbers else [Token(c, c) for c in _settled(clean)]
    if numbers:
        found = _plain_years(_one_unit_a_range(found))
    return found or [Token(c, c) for c in clean if not c.isspace()]


def _clean(text: str) -> str:
    folded = _fold("".join(c for c in text if not _invisible(c)))
    return _TIMES.sub("×", _ROUND_ZERO.sub("〇", folded))


def _fold(text: str) -> str:
    lower = unicodedata.normalize("NFKC", text).lower().replace("ς", "σ")
    return unicodedata.normalize("NFKC", lower)


def _invisible(c: str) -> bool:
    return c not in "\t\n\r" and (
        unicodedata.category(c) in ("Cc", "Cf") or "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"
    )


def _settled(text: str) -> str:
    """The characters that count; repeated, since dropping one may let its neighbours compose."""
    for _ in range(4):
        kept = _fold("".join(c for i, c in enumerate(text) if _counts(text, i)))
        if kept == text:
            break
        text = kept
    return text


def _counts(text: str, i: int) -> bool:
    c = text[i]
    if c in _ALWAYS:
        return True
    if c in "<>=":
        return text[i - 1 : i] in _LATIN_OR_DIGIT or text[i + 1 : i + 2] in _LATIN_OR_DIGIT
    if c == "#":
        return "a" <= text[i - 1 : i] <= "z"
    return unicodedata.category(c)[0] not in "PSZ" and not c.isspace() and not _invisible(c)


def _scan(text: str, same: Mapping[str, str]) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if era := _ERA.match(text, at):
            at = era.end()
        elif date := _DATE.match(text, at):
            yield from _date(date)
            at = date.end()
        elif (number := _number(text, at)) is not None:
            at, parts = number
            yield from parts
        else:
            if _counts(text, at):
                c = text[at]
                yield Token(same.get(c, c), c)
            at += 1


def _date(match: re.Match[str]) -> Iterator[Token]:
    year, mark, month, day = match.groups()
    yield Token(year, year, True)
    yield Token("年", mark)
    yield Token(month.lstrip("0"), month, True)
    yield Token("月", mark if day else "")
    if day:
        yield Token(day.lstrip("0"), day, True)
        yield Token("日", "")


def _number(text: str, at: int) -> tuple[int, list[Token]] | None:
    """A number with its share (百分之), sign, unit and a following range mark; where it ends."""
    start, found, suffix, sign = at, [], None, ""
    if share := _SHARE.match(text, at):
        at, suffix = share.end(), _SHARES[share[1]]
    elif (minus := _MINUS.match(text, at)) and not (at and text[at - 1].isalnum()):
        at, sign = minus.end(), "-"
    run = RUN.match(text, at)
    plain = None if run is None else "100" if suffix == "%" and run[0] == "百" else value(run[0])
    if run is None or plain is None:
        return None
    at = run.end()
    unit = _unit(text, at)
    if unit and unit[0] in "月日":
        plain = plain.lstrip("0") or "0"
    found.append(Token(sign + plain, text[start:at], True))
    if suffix:
        found.append(Token(suffix, ""))
    elif unit:
        found.append(Token(unit[0], text[at : unit[1]]))
        at = unit[1]
    if (between := _RANGE.match(text, at)) and (next_run := RUN.match(text, between.end())) and value(next_run[0]):
        found.append(Token("~", between[0].strip()))
        at = between.end()
    return at, found


def _unit(text: str, at: int) -> tuple[str, int] | None:
    """The canonical unit behind a number (a space between them allowed) and where it ends."""
    start = at + 1 if text[at : at + 1] == " " else at
    match = _UNIT.match(text, start)
    if match is None or match.lastgroup is None:
        return None
    # `5m` but not `5mb`; 号 and 日 are one word only of dates, which the caller's tokens show
    if match[0][-1] in _LATIN_OR_DIGIT and text[match.end() : match.end() + 1] in _LATIN_OR_DIGIT:
        return None
    return _UNIT_CANON[int(match.lastgroup[1:])], match.end()


def _one_unit_a_range(found: list[Token]) -> list[Token]:
    """1937年至1945年 is 1937—1945年: the first unit goes where the second is the same."""
    kept = []
    for i, token in enumerate(found):
        ranged = i >= 1 and i + 3 < len(found) and found[i + 1].canon == "~" and found[i - 1].number
        if ranged and not token.number and found[i + 2].number and found[i + 3].canon == token.canon:
            continue
        kept.append(token)
    return kept


def _plain_years(found: list[Token]) -> list[Token]:
    """A year and nothing else may be given without 年."""
    if len(found) == 2 and found[1].canon == "年" and found[0].number and len(found[0].canon) == 4:
        return [Token(found[0].canon, found[0].shown + found[1].shown, True)]
    return found


# --- differences --------------------------------------------------------------------------------------------------


def difference(given: Sequence[Token], answer: Sequence[Token]) -> tuple[Difference, int]:
    """What is missing and extra against the answer, by a longest common subsequence, and its length."""
    a, b = [token.canon for token in given], [token.canon for token in answer]
    n, m = len(a), len(b)
    longest = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        row, below = longest[i], longest[i + 1]
        for j in range(m - 1, -1, -1):
            row[j] = below[j + 1] + 1 if a[i] == b[j] else max(below[j], row[j + 1])
    i = j = 0
    pieces: list[tuple[str, str]] = []
    while i < n or j < m:
        if i < n and j < m and a[i] == b[j]:
            pieces.append(("same", answer[j].shown))
            i, j = i + 1, j + 1
        elif i < n and (j == m or longest[i + 1][j] >= longest[i][j + 1]):
            pieces.append(("extra", given[i].shown))
            i += 1
        else:
            pieces.append(("missing", answer[j].shown))
            j += 1
    return _runs(pieces), longest[0][0]


def _runs(pieces: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> Difference:
    joined: list[tuple[str, str]] = []
    for kind, text in pieces:
        if joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1] + text)
        else:
            joined.append((kind, text))
    return tuple((kind, text) for kind, text in joined if text)


def _nearest(canon: Sequence[str], theirs: Sequence[Sequence[Token]]) -> int:
    """The form that shares most tokens, the first of equals."""
    mine = Counter(canon)

    def share(other: Sequence[Token]) -> float:
        common = (mine & Counter(token.canon for token in other)).total()
        return common / max(len(canon), len(other), 1)

    return max(range(len(theirs)), key=lambda index: (share(theirs[index]), -index))


def _split(given: str) -> list[str]:
    """The members of an enumeration as typed: cut at its marks, else at white space."""
    parts = [part.strip() for part in re.split("[、，,；;/|\n。]", given) if part.strip()]
    return given.split() if len(parts) == 1 and len(given.split()) > 1 else parts


# --- pinyin -------------------------------------------------------------------------------------------------------

_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_SPELLING = re.compile("[a-zü0-5' ]+")


def pinyin_of(text: str) -> tuple[str, str] | None:
    """The letters and the tones of a text in pinyin (marks or digits, v for ü, neutral tones left out), or None."""
    letters, tones = "", ""
    for c in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower()):
        if c in _TONES:
            tones += _TONES[c]
        elif c == "\u0308" and letters[-1:] == "u":
            letters = letters[:-1] + "ü"
        elif "1" <= c <= "4":
            tones += c
        elif c not in "05 '’-·":
            letters += "ü" if c == "v" else c
    return (letters, tones) if letters and _SPELLING.fullmatch(letters) else None
