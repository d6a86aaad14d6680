"""The study app: pages made on the server, usable without JavaScript, for one learner on this computer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flashcards import log
from flashcards.errors import FlashcardsError
from flashcards.study import pages
from flashcards.study.deck import Filter
from flashcards.study.security import IMPORT_LIMIT, OPEN_LIMIT, Gate, headers
from flashcards.study.session import Place, Session
from flashcards.study.store import AlreadyAnswered

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response


def create(session: Session, gate: Gate, lang: str = "zh-Hans") -> Flask:
    """The app of one session, guarded by the gate."""
    from flask import Flask, g

    app = Flask("flashcards.study", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = OPEN_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = IMPORT_LIMIT
    _guard(app, gate)
    _looking(app, session, gate, lang)
    _answering(app, session, lang)
    _carrying(app, session, lang)

    @app.errorhandler(FlashcardsError)
    def refused(error: FlashcardsError) -> tuple[str, int]:
        return pages.message(lang, "trouble", str(error), g.nonce, home=True), 503

    @app.errorhandler(AlreadyAnswered)
    def stale(error: AlreadyAnswered) -> tuple[str, int]:
        return pages.message(lang, "stale", "", g.nonce, home=True), 409

    for code, name in (
        (400, "bad_request"),
        (403, "forbidden"),
        (404, "not_found"),
        (405, "not_found"),
        (413, "too_large"),
    ):
        app.register_error_handler(code, _refusal(code, name, lang))
    return app


def _refusal(code: int, name: str, lang: str) -> Callable[[Exception], tuple[str, int]]:
    from flask import g

    def show(error: Exception) -> tuple[str, int]:
        return pages.message(lang, name, "", g.get("nonce", "")), code

    return show


def _guard(app: Flask, gate: Gate) -> None:
    from flask import abort, g, make_response, redirect, request

    @app.before_request
    def check() -> Any:
        g.nonce = secrets.token_urlsafe(18)
        g.form_token = gate.form_token
        if not gate.host_allowed(request.environ.get("HTTP_HOST")):
            abort(400)
        if request.method == "GET" and request.path == "/" and "token" in request.args:
            if gate.opens(request.args["token"]):
                opened = make_response(redirect("/", 303))
                opened.set_cookie(gate.cookie, gate.session, httponly=True, samesite="Strict", path="/")
                return opened
            if gate.knows(request.cookies.get(gate.cookie)):
                return redirect("/", 303)
        if not gate.knows(request.cookies.get(gate.cookie)):
            abort(403)
        if request.method not in ("GET", "HEAD"):
            if request.path == "/import":
                request.max_content_length = IMPORT_LIMIT
            if not gate.origin_allowed(request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")):
                abort(403)
            if not gate.form_allowed(request.form.get("token")):
                abort(403)
        return None

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in headers(g.get("nonce", "")).items():
            response.headers[name] = value
        return response


def _looking(app: Flask, session: Session, gate: Gate, lang: str) -> None:
    from flask import g, redirect, request

    @app.get("/")
    def home() -> str:
        session.deck.refresh()
        return pages.home(session, lang, g.nonce, g.form_token, request.args.get("note", ""))

    @app.post("/start")
    def start() -> Response:
        form = request.form
        wanted = Filter(form.get("kind", ""), form.get("tag", ""), form.get("source", ""), form.get("missed") == "1")
        practice = session.begin_practice() if form.get("mode") == "practice" else ""
        session.go(Place(wanted, practice))
        return redirect("/card", 303)

    @app.get("/card")
    def card() -> str:
        session.deck.refresh()
        place = session.place()
        key = session.next(place)
        if key is None:
            return pages.finished(session, place, lang, g.nonce, g.form_token)
        if key != place.card:
            session.go(replace(place, card=key))
        hinted = request.args.get("hint") == key
        return pages.question(session, place, key, hinted, lang, g.nonce, g.form_token)

    @app.get("/statistics")
    def figures() -> str:
        session.deck.refresh()
        return pages.figures(session, lang, g.nonce)


def _answering(app: Flask, session: Session, lang: str) -> None:
    from flask import abort, g, redirect, request

    @app.post("/answer")
    def answer() -> Response:
        form = request.form
        item = session.deck.items.get(form.get("card", ""))
        if item is None or not form.get("rev", "").isdecimal():
            abort(400)
        shown = form.get("shown", "")
        now = session.clock()
        ms = int((now.timestamp() - int(shown) / 1000) * 1000) if shown.isdecimal() and len(shown) < 16 else 0
        given = "" if form.get("do") == "giveup" else form.get("given", "")[:2000]
        _, review = session.answer(
            item,
            given,
            int(form["rev"]),
            front="app",
            hinted=form.get("hinted") == "1",
            ms=ms,
            practice=bool(session.place().practice),
        )
        return redirect(f"/answered/{review.id}", 303)

    @app.get("/answered/<int:identifier>")
    def answered(identifier: int) -> str:
        review = session.store.review(identifier)
        item = session.deck.items.get(review.entry.key) if review else None
        if review is None or item is None:
            abort(404)
        return pages.answered(session, item, review, lang, g.nonce, g.form_token)

    @app.post("/amend/<int:identifier>")
    def amend(identifier: int) -> Response:
        review = session.store.review(identifier)
        if review is None:
            abort(404)
        if request.form.get("do") == "override" and not review.entry.good:
            session.store.amend(identifier, verdict="override")
        elif request.form.get("do") == "easy" and review.entry.good:
            session.store.amend(identifier, easy=not review.entry.easy)
        return redirect(f"/answered/{identifier}", 303)

    @app.post("/undo")
    def undo() -> Response:
        entry = session.store.undo()
        if entry is not None and entry.key in session.deck.items:
            session.go(replace(session.place(), card=entry.key))
        return redirect("/card" if entry is not None else "/", 303)


def _carrying(app: Flask, session: Session, lang: str) -> None:
    """The log in and out."""
    from flask import Response, g, redirect, request

    @app.get("/export")
    def export() -> Response:
        lines = "".join(log.dump(entry) + "\n" for entry in session.store.entries())
        disposition = {"Content-Disposition": 'attachment; filename="answers.log.jsonl"'}
        return Response(lines, mimetype="application/x-ndjson", headers=disposition)

    @app.post("/import")
    def take() -> Any:
        upload = request.files.get("log")
        text = upload.read().decode("utf-8", "replace") if upload else ""
        try:
            entries = log.parse(text, upload.filename or "log" if upload else "log")
        except FlashcardsError as error:
            return pages.message(lang, "import_damaged", str(error), g.nonce, home=True), 400
        ours = [entry for entry in entries if entry.key in session.deck.items]
        if not ours:
            return pages.message(lang, "import_foreign", "", g.nonce, home=True), 400
        added = session.store.add(ours)
        return redirect(f"/?note={len(ours)}.{added}", 303)
