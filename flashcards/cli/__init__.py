"""The command line: one module a command, imported only when that command runs."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

from flashcards import __version__

# command -> (module under flashcards.cli, one-line help shown by `flashcards --help` without importing it)
COMMANDS = {
    "build": ("build", "Make an Anki deck, a quiz with its key and a self-test from texts."),
    "read": ("read", "Show what was understood: one JSON line per passage."),
    "phrases": ("phrases", "Show the key phrases: one JSON line per document."),
    "check": ("check", "Lint texts: leftovers of pages, odd characters, unsure sources."),
    "quiz": ("quiz", "Make quiz sheets and keys."),
    "study": ("study", "Test yourself in the browser or the terminal."),
    "diff": ("diff", "Show what a build would change; write nothing."),
    "export": ("export", "Write any format from an item bank."),
    "inspect": ("inspect", "Show and lint an Anki deck, ours or another's."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name: its module's `command`."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        return cast(click.Command, import_module(f"flashcards.cli.{module}").command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list from the table, importing nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="flashcards")
def cli() -> None:
    """Chinese text in; an Anki deck, quiz sheets and self-tests out. Offline, the same on every run."""
