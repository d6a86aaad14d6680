"""Who may talk to the app: this computer's browser that was opened with the token, and no other page or site.

A loopback address alone is no protection (DNS rebinding, forms on other sites, other users' programs); every request
is therefore checked for its Host and its cookie, and every change for its origin and a token in the form.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

OPEN_LIMIT = 64 * 1024  # bytes of an ordinary form
IMPORT_LIMIT = 16 * 1024 * 1024  # bytes of an imported log


@dataclass(slots=True)
class Gate:
    """The checks of one running app on ``port``; ``hosts`` are the names it may be called by."""

    port: int
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    start: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def cookie(self) -> str:
        """The cookie's name; with the port, since cookies do not tell ports apart."""
        return f"flashcards-{self.port}"

    @property
    def form_token(self) -> str:
        """The token that every form carries; it says nothing of the cookie."""
        return hmac.new(self.session.encode(), b"form", hashlib.sha256).hexdigest()

    def names(self) -> frozenset[str]:
        """Every Host header that is ours."""
        ours = {f"{host}:{self.port}" for host in self.hosts}
        return frozenset(ours | (set(self.hosts) if self.port == 80 else set()))

    def host_allowed(self, host: str | None) -> bool:
        """Whether a Host header names this app; an absent or empty one does not."""
        return bool(host) and str(host).lower() in self.names()

    def opens(self, token: str) -> bool:
        """Whether this is the token of the opened address; it works once."""
        right = bool(self.start) and hmac.compare_digest(token.encode("utf-8", "replace"), self.start.encode())
        if right:
            self.start = ""
        return right

    def knows(self, cookie: str | None) -> bool:
        """Whether the request comes from the browser that was let in."""
        return cookie is not None and hmac.compare_digest(cookie.encode("utf-8", "replace"), self.session.encode())

    def form_allowed(self, token: str | None) -> bool:
        """Whether a form was made by us."""
        return token is not None and hmac.compare_digest(token.encode("utf-8", "replace"), self.form_token.encode())

    def origin_allowed(self, origin: str | None, site: str | None) -> bool:
        """Whether a change comes from one of our own pages, by the headers Origin and Sec-Fetch-Site where present."""
        if origin is not None and origin.lower() not in {f"http://{name}" for name in self.names()}:
            return False
        return site in (None, "same-origin", "none")


def headers(nonce: str) -> dict[str, str]:
    """What every page is sent with: its own styles and script by nonce, no frames, no store, no referrer to others."""
    policy = (
        "default-src 'none'",
        f"script-src 'nonce-{nonce}'",
        f"style-src 'nonce-{nonce}'",
        "img-src data:",  # the empty icon, so that none is asked for
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",  # with no-referrer our own forms would come with `Origin: null`
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
