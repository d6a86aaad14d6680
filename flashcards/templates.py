"""Where the page templates are found: inside the wheel, or beside the package in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).resolve().parent
FOLDERS = (HERE / "templates", HERE.parent / "templates")


def template_path(name: str) -> Path:
    """The file of a template that is used raw (Anki's own ``{{…}}`` syntax, CSS, JavaScript)."""
    return next(folder / name for folder in FOLDERS if (folder / name).exists())


@cache
def environment() -> Environment:
    """The one jinja2 environment: escaping always on, an undefined name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(FOLDERS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
