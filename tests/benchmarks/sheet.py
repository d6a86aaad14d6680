"""How long a sheet takes: 200 items as HTML, and 20 pages by typst beside the same page printed by Chromium.

Run: python tests/benchmarks/sheet.py [BANK]  (without a bank: made-up passages). Times are the best of three; only the
ratios mean something on another machine.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pypdfium2
from conftest import ARGUMENTS, chromium
from support.sheets import passages, stored

from flashcards import bank
from flashcards.bank import Bank
from flashcards.exporters import pdf, quiz
from flashcards.sheet import SheetOptions, make

PAGES = 20


def best(work: Callable[[], object], runs: int = 3) -> float:
    """Seconds of the fastest run."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def sheet_of_200(opened: Bank) -> None:
    """A sheet of 200 items and its key, from the loaded bank to the strings of two pages."""
    options = SheetOptions(items=200)

    def work() -> int:
        sheet = make(opened, options)
        return sum(map(len, quiz.student_page(sheet, sheet.versions[0], options))) + sum(
            map(len, quiz.key_page(sheet, options))
        )

    asked = sum(len(q.items) for s in make(opened, options).versions[0].sections for q in s.questions)
    seconds = best(work)
    loading = best(lambda: sum(1 for _ in opened))
    print(f"sheet and key of {asked} items: {seconds:.3f} s, of which reading the bank {loading:.3f} s")


def pdf_of_20_pages(opened: Bank) -> None:
    """A sheet that fills twenty pages, set by typst (first run and later ones) and printed by Chromium."""
    from playwright.sync_api import sync_playwright

    for items in range(100, 2000, 20):
        options = SheetOptions(items=items)
        sheet = make(opened, options)
        data = pdf.student(sheet, sheet.versions[0], options)
        if len(pypdfium2.PdfDocument(pdf.pdf(data))) >= PAGES:
            break
    pdf.installed.cache_clear()
    start = time.perf_counter()
    made = pdf.pdf(data)
    first = time.perf_counter() - start
    again = best(lambda: pdf.pdf(data))
    pages = len(pypdfium2.PdfDocument(made))
    print(
        f"typst, {pages} pages: {first:.2f} s with the look for fonts, {again:.2f} s after it, {len(made) // 1024} KB"
    )
    path = chromium()
    if path is None:
        print("no Chromium to compare with")
        return
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        html = Path(folder) / "sheet.html"
        html.write_text("".join(quiz.student_page(sheet, sheet.versions[0], options)), encoding="utf-8")

        def printed() -> bytes:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            page = browser.new_page()
            page.goto(html.as_uri())
            data = page.pdf(prefer_css_page_size=True)
            browser.close()
            return data

        seconds = best(printed)
        pages = len(pypdfium2.PdfDocument(printed()))
        print(f"Chromium, {pages} pages: {seconds:.2f} s with its start; typst takes {first / seconds:.2f} of it")


def main() -> None:
    """Both measures, on a bank named or made up."""
    with TemporaryDirectory() as folder:
        opened = bank.load(Path(sys.argv[1])) if len(sys.argv) > 1 else stored(Path(folder), passages(250))
        sheet_of_200(opened)
        pdf_of_20_pages(opened)


if __name__ == "__main__":
    main()
