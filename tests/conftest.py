"""What every test may use: one Chromium for the whole session, pages that fail on a request or a script error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How long an example takes is the machine's affair, not a truth about the program. Under CI the examples are the same
# on every run, so that what lands does not hang on luck; everywhere else every run looks for new ones.
settings.register_profile("flashcards", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("flashcards")

ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]


def chromium() -> str | None:
    """The Chromium (or Chrome) to drive: FLASHCARDS_CHROMIUM, else the first found on the path."""
    named = os.environ.get("FLASHCARDS_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return named or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or fills the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLASHCARDS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session; tests that need it skip where there is none."""
    path = chromium()
    if path is None:
        pytest.skip("needs Chromium (Debian: apt install chromium); set FLASHCARDS_CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of documents that are not ours to ship; FLASHCARDS_EXTRA_DOCS names it, else the test skips."""
    folder = os.environ.get("FLASHCARDS_EXTRA_DOCS")
    if not folder or not Path(folder).is_dir():
        pytest.skip("needs the documents of FLASHCARDS_EXTRA_DOCS")
    return Path(folder)
