"""How fast the self-test page is: `python tests/benchmarks/selftest_page.py [ITEMS]` (Chromium needed).

Prints the time from opening the file to a page that can be used, and from Enter to the verdict (median and worst of
50), as milliseconds and as a ratio to a page of ten items in the same run.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

ANSWER = """() => {
    const app = document.getElementById('app');
    document.querySelector('#answer').value = '纪录员';
    const begun = performance.now();
    app.querySelector('[data-do=submit]').click();
    app.getBoundingClientRect();
    const took = performance.now() - begun;
    app.querySelector('[data-do=next]').click();
    return took;
}"""


def measure(browser: Any, path: Path) -> tuple[float, list[float]]:
    """Milliseconds to a usable page (best of 3), and of 50 answers."""
    loads = []
    for _ in range(3):
        page = browser.new_context().new_page()
        page.goto(path.as_uri())
        loads.append(page.evaluate("performance.getEntriesByType('navigation')[0].domComplete"))
    page.select_option("#count", "")
    page.click("[data-do=start]")
    return min(loads), [page.evaluate(ANSWER) for _ in range(8 if "ten" in path.name else 50)]


def main() -> None:
    from conftest import ARGUMENTS, chromium
    from playwright.sync_api import sync_playwright
    from support import lake

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = {name: lake.page(Path(folder), lake.many(n), name) for name, n in (("ten", 10), ("many", count))}
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        found = {name: measure(browser, path) for name, path in pages.items()}
        browser.close()
    base = found["ten"][0]
    for name, (load, answers) in found.items():
        middle, worst = statistics.median(answers), max(answers)
        print(f"{name}: load {load:.0f} ms (x{load / base:.1f}), answer {middle:.1f} ms, worst {worst:.1f} ms")


if __name__ == "__main__":
    main()
