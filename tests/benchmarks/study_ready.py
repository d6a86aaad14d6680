"""How soon `flashcards study` answers: `python tests/benchmarks/study_ready.py [ITEMS]`.

Prints, for a bank of ten items and one of ITEMS (10000), the seconds from starting the program to its address and to
the first card, best of 5, and the ratio of the two banks.
"""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def once(bank: Path) -> tuple[float, float]:
    """Seconds to the printed address, and to the first card."""
    store = bank.with_suffix(".sqlite")
    command = [
        sys.executable,
        "-m",
        "flashcards",
        "study",
        str(bank),
        "--no-open",
        "--port",
        "0",
        "--store",
        str(store),
    ]
    begun = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8", cwd=ROOT
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        printed = time.perf_counter() - begun
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        opener.open(url, timeout=30).read()
        opener.open(url.split("?")[0] + "card", timeout=30).read()
        shown = time.perf_counter() - begun
        process.terminate()
    return printed, shown


def main() -> None:
    from support import lake

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with TemporaryDirectory() as folder:
        banks = {n: lake.save(Path(folder), lake.many(n), f"b{n}").path for n in (10, count)}
        best = {n: min((once(bank) for _ in range(5)), key=lambda pair: pair[1]) for n, bank in banks.items()}
    for n, (printed, shown) in best.items():
        print(f"{n} items: address {printed:.2f} s, first card {shown:.2f} s (x{shown / best[10][1]:.1f})")


if __name__ == "__main__":
    main()
