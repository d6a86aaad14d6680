"""The quiz in the terminal: plain lines in and out, so that input methods, ssh and pipes all work."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import replace

from flashcards.grading import Verdict
from flashcards.model import Item, answer_text
from flashcards.study import show
from flashcards.study.pages import said
from flashcards.study.session import Session
from flashcards.study.store import AlreadyAnswered, Review

MARKS = {"right": "✓", "partial": "◐", "wrong": "✗"}


def run(session: Session, *, practice: bool = False, lang: str = "zh-Hans", most: int | None = None) -> int:
    """Ask until nothing is due, the input ends or the learner leaves; returns how many were answered."""
    _line_editing()
    table = said(lang)
    place = replace(session.place(), practice=session.begin_practice() if practice else "", card="")
    session.go(place)
    _say(f"{session.deck.header.name}  ·  {table['terminal_keys']}")
    answered = right = 0
    while most is None or answered < most:
        session.deck.refresh()
        key = session.next(session.place())
        if key is None:
            _say(table["nothing_to_practise" if practice else "nothing_left"])
            break
        outcome = _ask(session, session.deck.items[key], table, practice=practice)
        if outcome is None:
            break
        answered += outcome[0]
        right += outcome[1]
    _say(table["terminal_result"].format(right, answered))
    return answered


def _ask(session: Session, item: Item, table: Mapping[str, str], *, practice: bool) -> tuple[int, int] | None:
    """One card; what it adds to the answers and the right ones, or None to leave."""
    _say("")
    for line in _question(item, table):
        _say(line)
    rev, hinted, begun = session.store.next_rev(item.key), False, time.monotonic()
    while True:
        given = _input("> ")
        if given is None or given.strip().lower() == "q":
            return None
        word = given.strip().lower()
        if word in ("?", "？"):
            hint = show.hint(item)
            hinted = hinted or bool(hint)
            _say(table["hint_is"].format(hint) if hint else "—")
        elif word == "u":
            return _undo(session, table)
        elif word or practice:
            break
    ms = int((time.monotonic() - begun) * 1000)
    try:
        verdict, review = session.answer(
            item, "" if word == "-" else given[:2000], rev, front="terminal", hinted=hinted, ms=ms, practice=practice
        )
    except AlreadyAnswered:
        _say(table["stale"])
        return 0, 0
    for line in _feedback(item, verdict, table):
        _say(line)
    return 1, int(_after(session, review, table))


def _after(session: Session, review: Review, table: Mapping[str, str]) -> bool:
    """Wait for Enter, "I was right" or "easy"; whether the answer counts as right."""
    good = review.entry.good
    word = (_input(table["terminal_more_right" if good else "terminal_more_wrong"] + " ") or "").strip().lower()
    if word == "o" and not good:
        session.store.amend(review.id, verdict="override")
        _say(table["overridden"])
        return True
    if word == "e" and good:
        session.store.amend(review.id, easy=True)
    return good


def _undo(session: Session, table: Mapping[str, str]) -> tuple[int, int]:
    entry = session.store.undo()
    if entry is None:
        return 0, 0
    if entry.key in session.deck.items:
        session.go(replace(session.place(), card=entry.key))
    _say(table["undone"])
    return -1, -int(entry.good)


def _question(item: Item, table: Mapping[str, str]) -> list[str]:
    asked = show.question(item, table)
    parts = show.parts(item)
    gap = "＿＿＿＿" + (table["cue"].format(item.hint) if item.hint else "")
    stem = "".join(part if index % 2 == 0 else gap for index, part in enumerate(parts))
    lines = [f"#{item.number} {asked}", stem] if asked else [f"#{item.number} {stem}"]
    if isinstance(item.answer, bool):
        lines.append(f"1 √ {table['true']}   2 × {table['false']}")
    elif item.options:
        lines += [f"  {'ABCDEFGH'[index]}．{option}" for index, option in enumerate(item.options)]
    elif isinstance(item.answer, tuple):
        lines.append(table["answer_list"])
    return [_plain(line) for line in lines]


def _feedback(item: Item, verdict: Verdict, table: Mapping[str, str]) -> list[str]:
    lines = [f"{MARKS[verdict.verdict]} {table[verdict.verdict]}  {table['correct']}：{answer_text(item)}"]
    if verdict.verdict != "right" and any(kind == "same" for kind, _ in verdict.diff):
        marks = {"same": "{}", "missing": "[+{}]", "extra": "[-{}]"}
        lines.append(f"  {table['difference']}：" + "".join(marks[kind].format(text) for kind, text in verdict.diff))
    if item.explanation:
        lines.append(f"  {table['explanation']}：{item.explanation}")
    source = show.source_line(item.passage.source)
    if source:
        lines.append(f"  {table['source']}：{source}{table['unsure'] if item.passage.source_unsure else ''}")
    return [_plain(line) for line in lines]


def _plain(text: str) -> str:
    """Text without control characters: a hostile passage must not steer the terminal."""
    return "".join(c if c == "\n" or c.isprintable() or c == "\u3000" else "�" for c in text)


def _say(line: str) -> None:
    print(line, flush=True)


def _input(prompt: str) -> str | None:
    """A line as typed, or None at the end of the input or at Ctrl+C."""
    try:
        return input(prompt)
    except (EOFError, KeyboardInterrupt):
        _say("")
        return None


def _line_editing() -> None:
    # With readline, input() deletes whole characters; without it a terminal deletes bytes of them.
    if sys.stdin.isatty():
        try:
            import readline

            readline.set_auto_history(False)
        except ImportError:  # Windows: its console edits wide characters itself
            return
