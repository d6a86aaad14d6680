"""`python -m flashcards` and the console script."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line; UTF-8 out whatever the locale."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        # A stream replaced by a test or a host may lack it.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "backslashreplace")
    # Our matrices are small: threads of the linear algebra library cost more than they save, and workers have theirs.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Millions of small objects, hardly a cycle among them: looking for cycles less often saves an eighth of the time.
    gc.set_threshold(100_000, 50, 100)
    from flashcards.cli import cli

    cli(prog_name="flashcards")


if __name__ == "__main__":
    main()
