"""`flashcards study`: test yourself on a deck, in the browser or in the terminal."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import TYPE_CHECKING, Any

import click

from flashcards import config as configuration
from flashcards.cli.options import CHOOSING, READING, complain, fail, paths_or_corpus, shared
from flashcards.errors import FlashcardsError

if TYPE_CHECKING:
    from flashcards.bank import Bank
    from flashcards.settings import Settings
    from flashcards.study.session import Session

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--terminal", is_flag=True, help="Ask in this terminal instead of the browser.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the page (default: 8765, or any free one).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; others see your progress.")
@click.option("--store", type=FILE, help="Progress file (default: NAME.progress.sqlite in your user-data folder).")
@click.option("--new", "new_per_day", type=click.IntRange(0), default=20, show_default=True, help="New items a day.")
@click.option("--practice", is_flag=True, help="In the terminal: practise without changing the schedule.")
@click.option("--items", "most", type=click.IntRange(1), help="In the terminal: stop after so many answers.")
@click.option("--open/--no-open", "open_browser", default=True, help="Open the browser (default: yes).")
@click.option("--import", "take", type=FILE, help="First take in a log of answers, such as a self-test page exports.")
@click.option("--export", "give", type=FILE, help="Write the log of all answers to this file, and do nothing else.")
@click.option("--pinyin", is_flag=True, default=None, help="Take answers in pinyin too: zhōng or zhong1 (learner).")
@shared(READING, CHOOSING)
def command(paths: tuple[Path, ...], config: Path | None, store: Path | None, **flags: Any) -> None:
    """Test yourself on an item bank, or on texts; FSRS decides what is due.

    PATH is a bank made by `flashcards build`, or what `build` takes; without one, corpus/. Progress is kept by item,
    outside of the deck's folder, and survives rebuilding the deck.
    """
    from flashcards import bank
    from flashcards.cli.quiz import bank_of, is_bank

    own = {name: flags.pop(name) for name in _OWN}
    try:
        paths = paths_or_corpus(paths)
        values = configuration.merged(configuration.load(config, paths), flags)
        settings = configuration.settings(values)
        with TemporaryDirectory(prefix="flashcards-") as folder:
            looks = is_bank(paths) or (len(paths) == 1 and paths[0].name.endswith(".jsonl") and "bank" in paths[0].name)
            opened = bank.load(paths[0]) if looks else bank_of(paths, settings, Path(folder))[0]
            study(opened, store, settings, **own)
    except FlashcardsError as error:
        fail(error)


_OWN = ("terminal", "port", "host", "new_per_day", "practice", "most", "open_browser", "take", "give")


def study(
    opened: Bank,
    store: Path | None,
    settings: Settings,
    *,
    terminal: bool,
    port: int | None,
    host: str,
    new_per_day: int,
    practice: bool,
    most: int | None,
    open_browser: bool,
    take: Path | None,
    give: Path | None,
) -> None:
    """Carry the log in and out, then ask: in the terminal, or on a page until Ctrl+C."""
    from flashcards import log
    from flashcards.study.deck import Deck
    from flashcards.study.session import Session
    from flashcards.study.store import Store, default_path

    progress = Store(store or default_path(opened.header.name))
    if give is not None:
        count = log.write(give, progress.entries())
        complain(f"{give}: {count} answers")
        return
    session = Session(Deck(opened), progress, new_per_day=new_per_day, settings=settings)
    if take is not None:
        import_log(session, take)
    if terminal:
        from flashcards.study import terminal as front

        front.run(session, practice=practice, lang=settings.lang, most=most)
    else:
        serve(session, host, port, settings.lang, open_browser=open_browser)


def import_log(session: Session, path: Path) -> None:
    """Take in the answers to this deck's items. Raises BadBank for a damaged log or another deck's."""
    from flashcards import log
    from flashcards.errors import BadBank

    entries = list(log.read(path))
    ours = [entry for entry in entries if entry.key in session.deck.items]
    if not ours:
        raise BadBank("holds no answer to an item of this deck; nothing was changed", path=path)
    added = session.store.add(ours)
    complain(f"{path}: {len(ours)} of {len(entries)} answers belong to this deck, {added} are new")


def serve(session: Session, host: str, port: int | None, lang: str, *, open_browser: bool) -> None:
    """Answer on the page until Ctrl+C."""
    from flashcards.study.serve import LOOPBACK, running

    if host not in LOOPBACK:
        complain(f"warning: on {host} others in your network can reach this page; without https they can read it too")
    with running(session, host=host, port=port, lang=lang) as app:
        click.echo(app.url)
        sys.stdout.flush()
        complain("Ctrl+C ends it; progress is saved after every answer.")
        opener = Timer(0.2, webbrowser.open, (app.url,))
        opener.daemon = True
        if open_browser and sys.stdout.isatty():
            opener.start()
        try:
            app.server.serve_forever()
        except KeyboardInterrupt:
            complain("")
