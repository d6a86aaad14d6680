"""One question of a sheet, and its row in the key, as HTML: functions, for a sheet has thousands of questions.

Every text goes through `escape`; what is not escaped is markup of this file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from flashcards.sheet.layout import letter
from flashcards.sheet.model import Blank, Question, Reading, shown_points

Words = dict[str, str]

OPENING, CLOSING = "“‘《〈（「『【〔", "，。、；：？！”’》〉）」』】〕…"


@dataclass(frozen=True, slots=True)
class Glued:
    """A blank with the marks that stay on its line."""

    blank: Blank
    before: str
    after: str


def question_html(question: Question, table: Words, *, each: float | None, teacher: bool) -> Markup:
    """A question with the passage printed above it; ``each`` None prints its points, a teacher's copy its answers."""
    q = question
    numbered = "".join(f'<small class="id">{number}</small>' for number in numbers(q))
    parts = [
        f"{_reading(q.reading, table)}\n" if q.reading and q.reading.text else "",
        f'<div class="q"><span class="n">{q.number}．{numbered}</span><div>\n',
        f'<p class="stem">{_pieces(q.stem, table, q if teacher else None)}',
    ]
    if q.ask:
        parts.append(f'<span class="ask">{escape(q.ask)}</span>')
    if q.cite:
        parts.append(f'<span class="cite">（{escape(q.cite)}）</span>')
    if each is None:
        points = table["question-points"].format(points=shown_points(q.points))
        parts.append(f'<span class="pts">{escape(points)}</span>')
    if q.layout in {"choice", "truefalse"}:
        parts.append(f'<span class="br">{_bracket(q, 0, teacher=teacher)}</span>')
    parts.append("</p>\n")
    if q.layout in BELOW:
        parts.append(f"{BELOW[q.layout](q, teacher)}\n")
    if q.room:
        mark = f'<span class="redmark">{escape(q.replies[0].text)}</span>' if teacher else ""
        parts.append(f'<div class="room{q.room}">{mark}</div>')
    parts.append("</div></div>")
    return Markup("".join(parts))  # every text in it was escaped above


def key_row(question: Question, table: Words) -> Markup:
    """A question's row in the key: number, answers, points, and where in the text they stand."""
    numbered = "".join(f' <small class="id">{number}</small>' for number in numbers(question))
    return Markup(
        f'<tr><td class="num">{question.number}</td><td>{escape(answer_line(question, table))}</td>'
        f'<td class="num">{shown_points(question.points)}</td>'
        f'<td class="where">{escape(question.place)}{numbered}</td></tr>'
    )


def answer_line(question: Question, table: Words) -> str:
    """All answers of a question as the key prints them: letter and meaning, accepted variants, the explanation."""
    replies = []
    for reply in question.replies:
        meaning = f" {reply.meaning}" if reply.meaning not in {"", reply.text} else ""
        also = f"（{table['also']}{'、'.join(reply.accepted)}）" if reply.accepted else ""
        replies.append(f"{reply.text}{meaning}{also}")
    because = f" {table['because']}{question.explanation}" if question.explanation else ""
    return "；".join(replies) + because


def numbers(question: Question) -> tuple[str, ...]:
    """The bank's numbers of a question's items, as they stand small and grey beside it; none where none is given."""
    return tuple(f"q{number:04d}" for number in question.items if number)


def glued(parts: Sequence[str | Blank]) -> Iterator[str | Glued]:
    """The pieces of a stem; marks that must not be parted from a blank (“____”。) are taken to it."""
    rest = list(parts)
    for at, part in enumerate(rest):
        if isinstance(part, Blank):
            before, after = "", ""
            if at and isinstance(text := rest[at - 1], str):
                before = text[len(text.rstrip(OPENING)) :]
            if at + 1 < len(rest) and isinstance(text := rest[at + 1], str):
                after = text[: len(text) - len(text.lstrip(CLOSING))]
            yield Glued(part, before, after)
        else:
            if at and isinstance(rest[at - 1], Blank):
                part = part.lstrip(CLOSING)
            if at + 1 < len(rest) and isinstance(rest[at + 1], Blank):
                part = part.rstrip(OPENING)
            yield part


def filled(question: Question, reply: int) -> str:
    """What a teacher's copy has in a blank: the answer, in the stem of a choice the option's words."""
    answer = question.replies[reply]
    return answer.meaning if question.layout == "choice" else answer.text


def _pieces(parts: Sequence[str | Blank], table: Words, answered: Question | None = None) -> str:
    """A text with its blanks, filled in from a question where one is given."""
    drawn: list[str] = []
    for part in glued(parts):
        if isinstance(part, str):
            drawn.append(escape(part))
        elif answered is None:
            label = table["grid" if part.blank.cells else "blank"]
            drawn.append(_blank(part.blank.width, part.blank.cells, part.before, part.after, label))
        else:
            answer = f'<span class="red">{escape(filled(answered, part.blank.reply))}</span>'
            drawn.append(f"{escape(part.before)}{answer}{escape(part.after)}")
    return "".join(drawn).strip()


@lru_cache(1024)
def _blank(width: int, cells: int, before: str, after: str, label: str) -> str:
    """A blank that may wrap, in segments of an em; its first and last are glued to the marks around it."""
    kind, count = ("g", cells) if cells else ("b", width)
    first, other = f'role="img" aria-label="{escape(label)}"', 'aria-hidden="true"'
    opening, closing = escape(before), escape(after)
    segments = [
        f'<span class="nb">{"" if at else opening}<span class="{kind}" {other if at else first}></span>'
        f"{closing if at == count - 1 else ''}</span>"
        for at in range(count)
    ]
    return "<wbr>".join(segments)


def _bracket(question: Question, reply: int, *, teacher: bool) -> str:
    return f'（<span class="redmark">{escape(question.replies[reply].text)}</span>）' if teacher else "（　　）"


def _reading(reading: Reading, table: Words) -> str:
    verse = " verse" if reading.verse else ""
    heading = f"<h3>{escape(reading.heading)}</h3>" if reading.heading else ""
    if reading.said:
        text = "".join(
            "".join(_ruby(run, syllable) for run, syllable in said) if isinstance(part, str) else _pieces([part], table)
            for part, said in zip(reading.text, reading.said, strict=True)
        )
        body = f'<p class="reading said{verse}">{text}</p>'
    else:
        body = f'<p class="reading{verse}">{_pieces(reading.text, table)}</p>'
    whose = f'<p class="from">（{escape(reading.cite)}）</p>' if reading.cite else ""
    return f'<div class="passage">\n{heading}{body}\n{whose}</div>'


def _ruby(run: str, syllable: str) -> str:
    return f"<ruby>{escape(run)}<rt>{escape(syllable)}</rt></ruby>" if syllable else str(escape(run))


def _choice(q: Question, teacher: bool) -> str:
    options = "".join(f"<li><span>{letter(at)}．</span>{escape(option)}</li>" for at, option in enumerate(q.options))
    return f'<ul class="options c{q.columns}">{options}</ul>'


def _match(q: Question, teacher: bool) -> str:
    lines = []
    for at, (row, option) in enumerate(zip(q.rows, q.options, strict=True)):
        mark = f'<span class="redmark"> {escape(q.replies[at].text)}</span>' if teacher else ""
        lines.append(
            f'<span class="l">{escape(row)}{mark} ·</span><span class="r">· {letter(at)}．{escape(option)}</span>'
        )
    return f'<div class="match">{"".join(lines)}</div>'


def _order(q: Question, teacher: bool) -> str:
    lines = (
        f'<li><span class="brl">{_bracket(q, at, teacher=teacher)}</span>{escape(row)}</li>'
        for at, row in enumerate(q.rows)
    )
    return f'<ul class="rows">{"".join(lines)}</ul>'


# what a layout has below its stem
BELOW = {"choice": _choice, "match": _match, "order": _order}
