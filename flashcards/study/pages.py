"""What the app's pages show: the templates with their figures and words. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flashcards.model import Item, answer_text
from flashcards.study import show
from flashcards.study.schedule import Memory
from flashcards.study.session import Place, Session
from flashcards.study.statistics import HEIGHT, WIDTH, Bar, bars, peak, statistics
from flashcards.study.store import Review
from flashcards.templates import environment, template_path
from flashcards.words import words


def said(lang: str) -> dict[str, str]:
    """The words of the app: those of the self-test page and its own."""
    return words("selftest", lang) | words("study", lang)


def _render(template_name: str, lang: str, nonce: str, **values: Any) -> str:
    style = "".join(template_path(p).read_text(encoding="utf-8") for p in ("selftest/page.css", "study/study.css"))
    script = template_path("study/study.js").read_text(encoding="utf-8")
    template = environment().get_template(f"study/{template_name}.html")
    page = template.render(lang=lang, words=said(lang), nonce=nonce, style=style, script=script, **values)
    return page.encode("utf-8", "replace").decode()  # a lone surrogate in a text cannot be sent


def home(session: Session, lang: str, nonce: str, token: str, note: str) -> str:
    """Today's counts, what to study, the log in and out."""
    place = session.place()
    items = list(session.deck.items.values())
    said_note = ""
    taken, _, added = note.partition(".")
    if taken.isdecimal() and added.isdecimal():
        said_note = said(lang)["imported"].format(taken, added)
    return _render(
        "home",
        lang,
        nonce,
        token=token,
        name=session.deck.header.name,
        trouble=session.deck.trouble,
        note=said_note,
        counts=session.counts(place.filter),
        new_per_day=session.new_per_day,
        filter=place.filter,
        total=len(items),
        kinds=list(dict.fromkeys(item.kind for item in items)),
        tags=sorted({tag for item in items for tag in item.tags}),
        sources=list(dict.fromkeys(filter(None, (show.source_line(item.passage.source) for item in items)))),
        missed=sum(1 for key in session.missed() if key in session.deck.items),
    )


def question(session: Session, place: Place, key: str, hinted: bool, lang: str, nonce: str, token: str) -> str:
    """A card to answer."""
    item = session.deck.items[key]
    hint = show.hint(item)
    return _render(
        "question",
        lang,
        nonce,
        token=token,
        name=session.deck.header.name,
        counts=session.counts(place.filter),
        practice=bool(place.practice),
        item=item,
        layout="truefalse" if isinstance(item.answer, bool) else "choice" if isinstance(item.answer, int) else "text",
        label=said(lang)[_label(item)],
        parts=show.parts(item),
        asked=show.question(item, said(lang)),
        rev=session.store.next_rev(key),
        shown=int(session.clock().timestamp() * 1000),
        hint=hint if hinted else "",
        can_hint=bool(hint) and not hinted,
    )


def _label(item: Item) -> str:
    if isinstance(item.answer, tuple):
        return "answer_list"
    return "answer_exact" if item.kind == "recitation" else "answer"


def answered(session: Session, item: Item, review: Review, lang: str, nonce: str, token: str) -> str:
    """The verdict, the difference, the source and the context."""
    entry = review.entry
    verdict = session.grade(item, entry.given)
    memory = session.store.memories().get(item.key)
    table = said(lang)
    shown = entry.given
    if isinstance(item.answer, int) and not isinstance(item.answer, bool) and item.options and shown:
        index = "ABCDEFGH".find(shown.upper())
        shown = item.options[index] if 0 <= index < len(item.options) else shown
    return _render(
        "answered",
        lang,
        nonce,
        token=token,
        name=session.deck.header.name,
        item=item,
        review=review,
        parts=show.parts(item),
        asked=show.question(item, table),
        given=shown,
        outcome="right" if entry.good else entry.verdict,
        overridden=entry.verdict == "override",
        answer=answer_text(item),
        diff=verdict.diff if not entry.good and any(kind == "same" for kind, _ in verdict.diff) else (),
        source=show.source_line(item.passage.source),
        due=_due(memory) if not entry.practice else "",
    )


def _due(memory: Memory | None) -> str:
    return "" if memory is None else memory.due.astimezone().strftime("%Y-%m-%d %H:%M")


def finished(session: Session, place: Place, lang: str, nonce: str, token: str) -> str:
    """Nothing is left to do now."""
    counts = session.counts(place.filter)
    later = counts.later.astimezone().strftime("%H:%M") if counts.later else ""
    practice = bool(place.practice)
    return _render(
        "finished",
        lang,
        nonce,
        token=token,
        name=session.deck.header.name,
        counts=counts,
        later=later,
        practice=practice,
    )


def figures(session: Session, lang: str, nonce: str) -> str:
    """Statistics: pictures with their tables."""
    found = statistics(session.store.entries(), session.store.memories(), session.deck.items, session.clock())
    table = said(lang)
    weeks = [(week, 100 * good / asked if asked else 0.0) for week, good, asked in found.weeks]
    forecast = [(f"{day} {count}", (("good", count),)) for day, count in found.forecast]
    answers = [(f"{day} {right} / {wrong}", (("good", right), ("bad", wrong))) for day, right, wrong in found.days]
    kept = [(f"{week} {share:.0f}%", (("good", share),)) for week, share in weeks]
    shares = [(w, f"{good} / {asked}", f"{100 * good / asked:.0f}%" if asked else "") for w, good, asked in found.weeks]
    # a picture: its name, bars, table rows, table heads, and what its height stands for
    charts: list[tuple[str, list[Bar], Sequence[tuple[object, ...]], tuple[str, ...], str]] = [
        ("forecast", bars(forecast), found.forecast, (table["day"], table["due"]), f"{peak(forecast):.0f}"),
        ("reviews", bars(answers), found.days, (table["day"], table["right"], table["wrong"]), f"{peak(answers):.0f}"),
        ("retention", bars(kept, 100), shares, (table["week"], table["remembered"], "%"), "100%"),
    ]
    return _render(
        "statistics",
        lang,
        nonce,
        name=session.deck.header.name,
        found=found,
        charts=charts,
        width=WIDTH,
        height=HEIGHT,
        hardest=[(item, show.parts(item), answer_text(item), wrong, asked) for item, wrong, asked in found.hardest],
        total=len(session.deck.items),
    )


def message(lang: str, name: str, detail: str, nonce: str, *, home: bool = False) -> str:
    """One clear page where something could not be done; ``home`` gives ways back to those who were let in."""
    return _render("message", lang, nonce, text=said(lang)[name], detail=detail, home=home)
