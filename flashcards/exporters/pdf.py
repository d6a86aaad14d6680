"""The same sheet and key as PDF, set by typst: byte-reproducible, no browser needed (extra `pdf`)."""

from __future__ import annotations

import json
from collections.abc import Set
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from flashcards.bank import GENERATOR, Bank
from flashcards.errors import BadConfiguration, FlashcardsError, MissingExtra
from flashcards.exporters.quiz import PAPERS, Words, companion, footer, meta, quick, title
from flashcards.exporters.quiz_question import answer_line, filled, numbers
from flashcards.files import replacing
from flashcards.settings import Settings
from flashcards.sheet import Sheet, SheetOptions, from_settings, make, without_key
from flashcards.sheet.layout import letter, numeral, printable
from flashcards.sheet.model import Question, Section, Version
from flashcards.templates import template_path
from flashcards.words import words

# The first family that is there is taken; naming one that is not would be a warning of typst and another look.
SONG = {
    "zh-Hans": ("Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC", "Songti SC", "STSong", "SimSun"),
    "zh-Hant": ("Source Han Serif TC", "Noto Serif CJK TC", "Noto Serif TC", "Songti TC", "PMingLiU", "MingLiU"),
}
HEI = {
    "zh-Hans": ("Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei"),
    "zh-Hant": ("Source Han Sans TC", "Noto Sans CJK TC", "Noto Sans TC", "PingFang TC", "Microsoft JhengHei"),
}
LONG = 600  # characters; a longer question may be divided between pages
SIZES = {"a4": (210, 297), "letter": (215.9, 279.4), "a3": (420, 297), "8k": (390, 270)}


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write the sheet (a file per version), its key and, where asked for, the teacher's copy as PDF.

    Raises MissingExtra without typst, BadConfiguration without a Chinese font or for options that fit no sheet.
    """
    options = from_settings(settings)
    return write_sheet(make(bank, options), target, options, teacher=settings.teacher, fonts=settings.fonts)


def write_sheet(
    sheet: Sheet, target: Path, options: SheetOptions, *, teacher: bool = False, fonts: Path | None = None
) -> tuple[Path, ...]:
    """Write a sheet that is made; the same files as `write`. ``fonts`` is a folder to search before the system's."""
    pages = [(companion(target, "quiz", v.name), student(sheet, v, options)) for v in sheet.versions]
    pages.append((companion(target, "key"), key(sheet)))
    if teacher:
        pages += [(companion(target, "teacher", v.name), teachers(sheet, v, options)) for v in sheet.versions]
    for path, data in pages:
        with replacing(path) as temporary:
            temporary.write_bytes(pdf(data, fonts))
    return tuple(path for path, _ in pages)


def student(sheet: Sheet, version: Version, options: SheetOptions) -> dict[str, Any]:
    """What the template is given for a student's sheet: no reply is in it."""
    return _filled(sheet, without_key(version), options, teacher=False)


def teachers(sheet: Sheet, version: Version, options: SheetOptions) -> dict[str, Any]:
    """The same with the answers, to be set in red."""
    return _filled(sheet, version, options, teacher=True)


def key(sheet: Sheet) -> dict[str, Any]:
    """What the template is given for the key of all versions."""
    table = words("quiz", sheet.lang)
    versions = [
        {"name": version.name, "sections": [_key_section(section, table) for section in version.sections]}
        for version in sheet.versions
    ]
    return {**_common(sheet, None, "a4", table), "kind": "key", "teacher": False, "seal": "none", "versions": versions}


def pdf(data: dict[str, Any], fonts: Path | None = None) -> bytes:
    """The bytes of a PDF. Raises MissingExtra, BadConfiguration (fonts), FlashcardsError (typst refuses)."""
    typst = _typst()
    book = installed(fonts)
    data = {**data, "fonts": families(data["lang"], set(book.families()))}
    try:
        made = typst.compile(
            template_path("quiz/sheet.typ").read_bytes(),
            font_paths=book,
            sys_inputs={"data": printable(json.dumps(data, ensure_ascii=False))},
        )
    except typst.TypstError as error:
        raise FlashcardsError(f"the PDF could not be set: {error.message}; print the HTML instead") from error
    return bytes(made)


@cache
def installed(folder: Path | None = None) -> Any:
    """typst's list of the system's fonts and those of a folder; looked up once. Raises MissingExtra."""
    return _typst().Fonts(font_paths=[] if folder is None else [folder])


def families(lang: str, there: Set[str]) -> dict[str, str]:
    """The families for text (宋) and headings (黑); one does for both. Raises BadConfiguration where there is none."""
    song = next((family for family in SONG[lang] if family in there), None)
    hei = next((family for family in HEI[lang] if family in there), None)
    if song is None and hei is None:
        some = ", ".join(SONG[lang] + HEI[lang])
        raise BadConfiguration(f"no Chinese font for the PDF; install one of {some}, or name a folder with --fonts")
    return {"song": song or hei or "", "hei": hei or song or ""}


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        raise MissingExtra('PDF needs typst: pip install "flashcards-zh[pdf]"; or print the HTML') from None
    return typst


def _filled(sheet: Sheet, version: Version, options: SheetOptions, *, teacher: bool) -> dict[str, Any]:
    sections = [_section(section) for section in version.sections]
    lengths = [len(section["bank"]) for section in sections]
    lengths += [len(question["options"]) for section in sections for question in section["questions"]]
    table = words("quiz", sheet.lang)
    return {
        **_common(sheet, version, options.paper, table),
        "kind": "student",
        "teacher": teacher,
        "heading": title(sheet, version, table, teacher=teacher),
        "letters": [letter(index) for index in range(max(lengths, default=0))],
        "numerals": [numeral(number) for number in range(1, len(sections) + 1)],
        "score-table": options.score_table,
        "sections": sections,
        "seal": options.seal,
    }


def _common(sheet: Sheet, version: Version | None, paper: str, table: Words) -> dict[str, Any]:
    _, margin, height, wide = PAPERS[paper]
    return {
        "lang": sheet.lang,
        "generator": GENERATOR,
        "region": {"zh-Hans": "cn", "zh-Hant": "tw"}[sheet.lang],
        "title": title(sheet, version, table),
        "heading": title(sheet, version, table),
        "meta": meta(sheet, table),
        "footer": footer(sheet, version, table),
        "words": table,
        "height": height,
        "paper": {"width": SIZES[paper][0], "height": SIZES[paper][1], "margin": margin, "columns": 2 if wide else 1},
    }


def _section(section: Section) -> dict[str, Any]:
    return {**_head(section), "questions": [_question(question) for question in section.questions]}


def _question(question: Question) -> dict[str, Any]:
    return {
        **asdict(question),
        "numbers": numbers(question),
        "filled": [filled(question, reply) for reply in range(len(question.replies))],
        "long": _length(question) > LONG,
    }


def _key_section(section: Section, table: Words) -> dict[str, Any]:
    questions = [{**asdict(q), "numbers": numbers(q), "answer": answer_line(q, table)} for q in section.questions]
    return {**_head(section), "questions": questions, "quick": quick(section)}


def _head(section: Section) -> dict[str, Any]:
    return asdict(replace(section, questions=()))


def _length(question: Question) -> int:
    return sum(len(part) for part in (*question.stem, *question.options, *question.rows) if isinstance(part, str))
