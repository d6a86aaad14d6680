"""A build in a process of its own: `python builder.py FOLDER EDITION NOW [replace N | size BYTES | nobody]`.

It says `ready` when everything is imported, builds the deck of an edition, and prints one line if it cannot. `replace`
dies at the N-th move of a file into place, `size` stands for a full disk, `nobody` gives up the rights of root.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flashcards.errors import FlashcardsError
from support.decks import build, items_of

SENTENCES = 120


def edition(number: int) -> dict[str, list]:
    """The documents of an edition: every seventh sentence is edited, one is dropped and one added each time."""
    lines = []
    for at in range(number, SENTENCES + number):
        word = f"以{number}次修订" if at % 7 == number % 7 else "经多次修订"
        lines.append(f"第{at}条规定，[负责单位{at}]应当{word}[工作办法{at}]，并向[主管部门{at}]报告。")
    half = SENTENCES // 2
    return {"a.txt": items_of("a.txt", lines[:half]), "b.txt": items_of("b.txt", lines[half:])}


def main() -> None:
    folder, number, now, *how = sys.argv[1:]
    documents = edition(int(number))
    with TemporaryDirectory() as warm:
        build(Path(warm), {"a.txt": documents["a.txt"][:1]}, 1)  # every import, before the clock of a kill starts
    if how == ["nobody"] and os.getuid() == 0:
        os.setuid(65534)
    if how[:1] == ["replace"]:
        die_at(int(how[1]))
    if how[:1] == ["size"]:
        starve(int(how[1]))
    print("ready", flush=True)
    try:
        build(Path(folder), documents, int(now))
    except FlashcardsError as error:
        print(error, file=sys.stderr)
        sys.exit(error.status)


def starve(limit: int) -> None:
    """Let no file grow beyond ``limit`` bytes, as on a full disk."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def die_at(count: int) -> None:
    """Die, without any cleaning up, at the ``count``-th move of a staged file into place."""
    real = os.replace
    calls = 0

    def replace(source: str, target: str) -> None:
        nonlocal calls
        if Path(source).parent.name == "files" and not Path(source).name.startswith("."):
            calls += 1
            if calls == count:
                os._exit(9)
        real(source, target)

    os.replace = replace


if __name__ == "__main__":
    main()
