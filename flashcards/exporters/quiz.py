"""Bank -> a quiz sheet to print and, in a file of its own, its key; both one HTML file that requests nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from flashcards.bank import GENERATOR, Bank
from flashcards.exporters.quiz_question import key_row, question_html
from flashcards.files import write_pieces
from flashcards.settings import Settings
from flashcards.sheet import Gathering, Sheet, SheetOptions, from_settings, make, without_key
from flashcards.sheet.layout import letter, numeral, printable
from flashcards.sheet.model import Section, Version, shown_points
from flashcards.templates import environment, template_path
from flashcards.words import words

# paper -> CSS size, margins (top right bottom left) in mm, height of the page area in mm, two columns?
PAPERS = {
    "a4": ("210mm 297mm", (20, 20, 20, 30), 257, False),
    "letter": ("8.5in 11in", (20, 20, 20, 30), 239, False),
    "a3": ("420mm 297mm", (20, 20, 20, 30), 257, True),
    "8k": ("390mm 270mm", (18, 18, 18, 28), 234, True),
}
BUFFERED = 50  # pieces of a page that are checked and written at once
SEAL_MARGIN = 8  # mm left of the seal line's block; the rest of the left margin becomes padding inside the page area

Words = dict[str, str]


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write the sheet (a file per version), the key beside it, and a teacher's copy where one is asked for.

    Raises BadConfiguration for options that fit no sheet.
    """
    return write_gathered(bank, target, settings, None)


def gather(settings: Settings) -> Gathering:
    """What gathers a sheet's items while another format is written (`exporters.write_all`).

    Raises BadConfiguration for options that fit no sheet.
    """
    return Gathering(from_settings(settings))


def write_gathered(bank: Bank, target: Path, settings: Settings, gathering: Gathering | None) -> tuple[Path, ...]:
    """`write` of a bank whose items were gathered by `gather`, or not yet (None)."""
    options = from_settings(settings)
    return write_sheet(make(bank, options, gathering), target, options, teacher=settings.teacher)


def write_sheet(sheet: Sheet, target: Path, options: SheetOptions, *, teacher: bool = False) -> tuple[Path, ...]:
    """Write a sheet that is made; the same files as `write`."""
    written = []
    for version in sheet.versions:
        written.append(companion(target, "quiz", version.name))
        write_pieces(written[-1], student_page(sheet, version, options))
    written.append(companion(target, "key"))
    write_pieces(written[-1], key_page(sheet, options))
    if teacher:
        for version in sheet.versions:
            written.append(companion(target, "teacher", version.name))
            write_pieces(written[-1], teacher_page(sheet, version, options))
    return tuple(written)


def companion(target: Path, role: str, version: str = "") -> Path:
    """A file beside the target: ``NAME.quiz.html`` -> ``NAME.A.quiz.html``, ``NAME.key.html``, ``NAME.teacher.html``.

    A target of another name, ``FILE.html``, stays the sheet's own; its key is ``FILE.key.html``.
    """
    suffix = target.suffix
    name = target.name.removesuffix(suffix)
    ours = name.endswith(".quiz")
    name = name.removesuffix(".quiz")
    parts = [name, version, role if ours or role != "quiz" else ""]
    return target.with_name(".".join(part for part in parts if part) + suffix)


def student_page(sheet: Sheet, version: Version, options: SheetOptions) -> Iterator[str]:
    """The student's sheet of one version, as HTML in pieces. The template is given no reply at all (promise 6)."""
    return _page("quiz/sheet.html", sheet, options, version=without_key(version), teacher=False)


def teacher_page(sheet: Sheet, version: Version, options: SheetOptions) -> Iterator[str]:
    """The same sheet with the answers filled in in red."""
    return _page("quiz/sheet.html", sheet, options, version=version, teacher=True)


def key_page(sheet: Sheet, options: SheetOptions) -> Iterator[str]:
    """Answers, points, accepted variants, marking rules and places, of every version."""
    return _page("quiz/key.html", sheet, options, version=None, teacher=False)


def _page(
    template: str, sheet: Sheet, options: SheetOptions, *, version: Version | None, teacher: bool
) -> Iterator[str]:
    table = words("quiz", sheet.lang)
    paper = options.paper if version else "a4"
    seal = options.seal if version else "none"
    css = _css(paper, seal, table)
    values: dict[str, Any] = {
        "css": css,
        "csp": policy(css),
        "generator": GENERATOR,
        "footer": footer(sheet, version, table),
        "letter": letter,
        "numeral": numeral,
        "rows": partial(_rows, table=table),
        "drawn": partial(_drawn, table=table, teacher=teacher),
        "meta": meta(sheet, table),
        "quick": quick,
        "paper": {"8k": "k8"}.get(paper, paper),
        "wide": PAPERS[paper][3],
        "seal": seal,
        "score_table": options.score_table,
        "sheet": sheet,
        "title": title(sheet, version, table, teacher=teacher),
        "version": version,
        "w": table,
    }
    pieces = environment().get_template(template).stream(values)
    pieces.enable_buffering(BUFFERED)
    return map(printable, pieces)


def _drawn(section: Section, table: Words, *, teacher: bool) -> Iterator[Markup]:
    """The questions of a section; here, as a call in a template costs as much as a short question."""
    return (question_html(question, table, each=section.each, teacher=teacher) for question in section.questions)


def _rows(section: Section, table: Words) -> Iterator[Markup]:
    """The rows of a section in the key."""
    return (key_row(question, table) for question in section.questions)


def policy(css: str) -> str:
    """A content security policy that allows this one style sheet and nothing else: no script, no request."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def quick(section: Section) -> str:
    """Letters or marks of a section in one line, for fast marking; empty for sections that have none."""
    if section.layout not in {"choice", "truefalse"}:
        return ""
    return "　".join(f"{question.number}．{question.replies[0].text}" for question in section.questions)


def title(sheet: Sheet, version: Version | None, table: Words, *, teacher: bool = False) -> str:
    """What stands above a sheet or (without a version) above the key."""
    if version is None:
        return f"{sheet.title} {table['key']}"
    name = f"　{table['version'].format(name=version.name)}" if version.name else ""
    return f"{sheet.title}{name}{'（' + table['teacher'] + '）' if teacher else ''}"


def meta(sheet: Sheet, table: Words) -> str:
    """Time and full marks."""
    total = table["total"].format(points=shown_points(sheet.points))
    time = table["time"].format(minutes=sheet.minutes) + "　" if sheet.minutes else ""
    return f"（{time}{total}）"


def footer(sheet: Sheet, version: Version | None, table: Words) -> str:
    """What the last line of a sheet says: version and seed, so that the same sheet can be made again."""
    parts = [table["version"].format(name=version.name)] if version and version.name else []
    return " · ".join([*parts, table["seed"].format(seed=sheet.seed)])


def _css(paper: str, seal: str, table: Words) -> str:
    size, (top, right, bottom, left), height, wide = PAPERS[paper]
    inside = left - SEAL_MARGIN if seal != "none" else 0
    number = f'"{table["page"]}" counter(page) "{table["of"]}" counter(pages) "{table["pages"]}"'
    rules = [
        template_path("quiz/sheet.css").read_text(encoding="utf-8"),
        f"@page {{ size: {size}; margin: {top}mm {right}mm {bottom}mm {left - inside}mm; "
        f"@bottom-center {{ content: {number}; font: 9pt sans-serif; }} }}",
        f".seal {{ height: {height - 1}mm; }}",
        f"@media print {{ body {{ padding-left: {inside}mm; }} }}",
    ]
    if wide:
        rules.append(".wide { columns: 2; column-gap: 20mm; column-rule: .6pt solid; column-fill: auto; }")
    return "\n".join(rules) + "\n"
