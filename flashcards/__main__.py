"""`python -m flashcards` and the console script."""

from __future__ import annotations

import atexit
import gc
import os
import sys


def main() -> None:
    """Run the command line; UTF-8 in names of files and in what is written, whatever the locale."""
    _in_utf8()
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        # A stream replaced by a test or a host may lack it.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "backslashreplace")
    # Our matrices are small: threads of the linear algebra library cost more than they save, and workers have theirs.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Millions of small objects, hardly a cycle among them: looking for cycles less often saves an eighth of the time.
    gc.set_threshold(100_000, 50, 100)
    # Nor are they looked through when the process ends: that would take a tenth of the time of a small build.
    atexit.register(gc.freeze)
    from flashcards.cli import cli

    cli(prog_name="flashcards")


def _in_utf8() -> None:
    """Begin again in Python's UTF-8 mode where the locale leaves names of files in ASCII.

    Python decides how it decodes names before any code of ours runs (PEP 540), and in ASCII no file could be written
    under a Chinese name. Windows and macOS always use UTF-8.
    """
    if sys.getfilesystemencoding() == "ascii" and not sys.flags.utf8_mode and sys.executable:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


if __name__ == "__main__":
    main()
