"""Firefox over Marionette: print a page to PDF. Playwright cannot drive the Firefox of a distribution."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START = 60  # seconds a loaded machine may take to start it


class Firefox:
    """One running Firefox; a command is ``[0, number, name, parameters]`` with its length in front."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.number = 0
        self._receive()
        self.command("WebDriver:NewSession", {})

    def command(self, name: str, parameters: dict[str, Any]) -> Any:
        """The result of one command; an error of Firefox fails the test."""
        self.number += 1
        message = json.dumps([0, self.number, name, parameters]).encode()
        self.connection.sendall(str(len(message)).encode() + b":" + message)
        _, _, error, result = self._receive()
        assert error is None, error
        return result

    def printed(self, page: Path) -> bytes:
        """The PDF of a page on A4, its own margins kept."""
        self.command("WebDriver:Navigate", {"url": page.as_uri()})
        size = {"width": 21.0, "height": 29.7}
        result = self.command("WebDriver:Print", {"page": size, "background": False})
        return base64.b64decode(result["value"])

    def _receive(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.connection.recv(1)
        data = b""
        while len(data) < int(length[:-1]):
            data += self.connection.recv(1 << 16)
        return json.loads(data)


@contextmanager
def firefox(program: str, profile: Path) -> Iterator[Firefox]:
    """A headless Firefox with a profile of its own, gone at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    prefs = f'user_pref("marionette.port", {port});\nuser_pref("app.update.enabled", false);\n'
    (profile / "user.js").write_text(prefs, encoding="utf-8")
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with _connected(port) as connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + START
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=START)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
