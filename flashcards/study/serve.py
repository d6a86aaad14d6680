"""Running the app: one process on this computer, until it is stopped."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashcards.errors import FlashcardsError
from flashcards.study.app import create
from flashcards.study.security import Gate
from flashcards.study.session import Session

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler

PORT = 8765
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Running:
    """A server that is ready to answer, and the address to open."""

    server: BaseWSGIServer
    gate: Gate
    url: str


@contextmanager
def running(
    session: Session, *, host: str = "127.0.0.1", port: int | None = None, lang: str = "zh-Hans"
) -> Iterator[Running]:
    """Bind and be ready; `server.serve_forever()` answers. A port that was named must be free, the usual one need not.

    Raises FlashcardsError for a taken port or an address that is not this computer's.
    """
    from werkzeug.serving import make_server

    gate = Gate(0, _names(host))
    app = create(session, gate, lang)
    listener = _listen(host, PORT if port is None else port) or (_listen(host, 0) if port is None else None)
    if listener is None:
        raise FlashcardsError(f"port {port} on {host} is taken or cannot be had; choose another with --port")
    with listener:
        gate.port = listener.getsockname()[1]
        server = make_server(host, gate.port, app, threaded=True, fd=listener.fileno(), request_handler=_quiet())
        shown = f"[{host}]" if ":" in host else host
        try:
            yield Running(server, gate, f"http://{shown}:{gate.port}/?token={gate.start}")
        finally:
            server.server_close()


def _names(host: str) -> tuple[str, ...]:
    """The names the app may be called by: this computer's, and the one it was told to listen on."""
    usual = Gate(0).hosts
    return usual if host in LOOPBACK else (*usual, f"[{host}]" if ":" in host else host.lower())


def _listen(host: str, port: int) -> socket.socket | None:
    """A listening socket, or None where the address cannot be had (werkzeug itself would end the program)."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
    except (OSError, UnicodeError):
        return None
    try:
        if os.name == "posix":  # elsewhere the option would let another program take the port over
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except (OSError, OverflowError):
        listener.close()
        return None
    return listener


def _quiet() -> type[WSGIRequestHandler]:
    """A handler that writes no line for every request."""
    from werkzeug.serving import WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing: what is studied is nobody's log."""

    return Quiet
