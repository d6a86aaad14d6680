"""All benchmarks, or those named: python -m tests.benchmarks [NAME]… [--rounds N] [--megabytes N] [--text FILE]…

Every figure is a ratio against a named peer in the same run. The texts are made by `generate` into a folder that is
removed at the end (`--keep FOLDER` keeps it for the next run). docs/performance.md has the last tables.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks import cuts, whole
from tests.benchmarks.generate import FILE_BYTES

BENCHMARKS = {
    "start": whole.start,
    "words": cuts.words,
    "traditional": cuts.traditional,
    "flat": cuts.flat,
    "peer": whole.peer,
    "cores": whole.cores,
    "rebuild": whole.rebuild,
    "slope": whole.slope,
    "cluster": whole.cluster,
}


def main() -> None:
    """Run them in order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {' '.join(BENCHMARKS)}")
    parser.add_argument("--rounds", type=int, default=5, help="alternations (default 5)")
    parser.add_argument(
        "--megabytes", type=float, default=10, help="size of the text (default 10; slope: up to 10 times)"
    )
    parser.add_argument("--text", type=Path, action="append", default=[], help="real text to deal among the files")
    parser.add_argument("--file-bytes", type=int, default=FILE_BYTES, help=f"size of a file (default {FILE_BYTES})")
    parser.add_argument("--keep", type=Path, help="folder for texts and outputs, kept")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"unknown: {' '.join(unknown)}; known: {' '.join(BENCHMARKS)}")
    with tempfile.TemporaryDirectory() as temporary:
        place, real = options.keep or Path(temporary), tuple(options.text)
        bench = whole.Bench(place, options.rounds, options.megabytes, real, options.file_bytes)
        for name in options.names or BENCHMARKS:
            BENCHMARKS[name](bench)


if __name__ == "__main__":
    main()
