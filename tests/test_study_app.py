"""The study app: guarded, usable without JavaScript, every answer stored once."""

from __future__ import annotations

import io
import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from support import lake

from flashcards.errors import FlashcardsError
from flashcards.model import Passage, Place
from flashcards.study.deck import Deck
from flashcards.study.security import Gate
from flashcards.study.serve import Running, running
from flashcards.study.session import Session
from flashcards.study.store import Store

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1:8765"
NONCE = re.compile(r"nonce-[\w-]+")


@dataclass
class Visitor:
    """A browser's requests, without a network: the cookie and the token of the forms are kept."""

    app: Any
    gate: Gate
    session: Session

    def get(self, path: str, **headers: str) -> Any:
        """A page."""
        return self.client.get(path, headers={"Host": HOST, **headers})

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        """A form, with its token unless the data names another."""
        fields = {"token": self.gate.form_token, **(data or {})}
        return self.client.post(path, data=fields, headers={"Host": HOST, **headers})

    def __post_init__(self) -> None:
        self.client = self.app.test_client(use_cookies=True)
        opened = self.get(f"/?token={self.gate.start}")
        assert opened.status_code == 303
        self.cookie = opened.headers["Set-Cookie"]
        self.client.set_cookie(self.gate.cookie, self.gate.session, domain="127.0.0.1")

    def answer(self, given: str, **more: str) -> Any:
        """Answer the card that is shown."""
        page = self.get("/card").text
        fields = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("card", "rev", "shown")}
        return self.post("/answer", {**fields, "given": given, "hinted": "0", **more})


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    """Someone who opened the address."""
    from flashcards.study.app import create

    session = Session(Deck(lake.save(tmp_path)), Store(tmp_path / "p.sqlite"))
    gate = Gate(8765)
    return Visitor(create(session, gate), gate, session)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.com:8765",
        "127.0.0.1",
        "127.0.0.1:80",
        "localhost:8766",
        "",
        "evil@127.0.0.1:8765",
    ],
)
@pytest.mark.parametrize("path", ["/", "/card", "/no-such-page"])
def test_a_foreign_host_is_refused(visitor: Visitor, host: str, path: str) -> None:
    """Another name in the Host header is 400 on any path, though the cookie be right."""
    assert visitor.client.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"])
def test_our_own_names_are_let_in(visitor: Visitor, host: str) -> None:
    """The names of this computer pass the Host check (and then need the cookie)."""
    assert visitor.app.test_client().get("/", headers={"Host": host}).status_code == 403


def test_nobody_gets_in_without_the_cookie(visitor: Visitor) -> None:
    """Without the cookie, or with a made-up one, every page and form is 403; the opening token works once."""
    stranger = visitor.app.test_client()
    for path in (
        "/",
        "/card",
        "/statistics",
        "/export",
        "/answered/1",
        "/?token=guess",
        f"/?token={visitor.gate.start}",
    ):
        assert stranger.get(path, headers={"Host": HOST}).status_code == 403
    for path in ("/start", "/answer", "/undo", "/amend/1", "/import"):
        data = {"token": visitor.gate.form_token}
        assert stranger.post(path, data=data, headers={"Host": HOST}).status_code == 403
    stranger.set_cookie(visitor.gate.cookie, "guess", domain="127.0.0.1")
    assert stranger.get("/card", headers={"Host": HOST}).status_code == 403
    assert "token" not in visitor.get("/").text.split("<form", 1)[0]


def test_the_cookie_is_strict(visitor: Visitor) -> None:
    """The cookie is for http only, same site only, and named with the port."""
    assert visitor.cookie.startswith("flashcards-8765=")
    assert "HttpOnly" in visitor.cookie and "SameSite=Strict" in visitor.cookie


@pytest.mark.parametrize("path", ["/start", "/answer", "/undo", "/amend/1", "/import"])
@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, ""),
        ({}, "guess"),
        ({"Origin": "http://evil.example"}, None),
        ({"Origin": "null"}, None),
        ({"Origin": "https://127.0.0.1:8765"}, None),
        ({"Origin": "http://127.0.0.1:9999"}, None),
        ({"Sec-Fetch-Site": "cross-site"}, None),
        ({"Sec-Fetch-Site": "same-site"}, None),
    ],
)
def test_a_forged_change_is_refused(visitor: Visitor, path: str, headers: dict[str, str], token: str | None) -> None:
    """A change without our token, or from another origin or site, is 403 and changes nothing."""
    visitor.answer("老渔夫")
    before = visitor.session.store.entries()
    data = {} if token is None else {"token": token}
    assert visitor.post(path, data, **headers).status_code == 403
    assert visitor.session.store.entries() == before


def test_our_own_forms_are_taken(visitor: Visitor) -> None:
    """With our origin, or none told, a form does its work."""
    assert visitor.post("/start", Origin=f"http://{HOST}", **{"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert visitor.answer("老渔夫").status_code == 303
    assert [e.verdict for e in visitor.session.store.entries()] == ["right"]


def test_every_answer_is_guarded_by_headers(visitor: Visitor) -> None:
    """Pages, refusals and downloads carry the policy; the nonce is new each time; no page holds inline handlers."""
    nonces = set()
    for path in ("/", "/card", "/statistics", "/export", "/none", "/answered/77"):
        answer = visitor.get(path)
        policy = answer.headers["Content-Security-Policy"]
        nonces |= set(NONCE.findall(policy))
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not re.search(r"<[^>]*\s(on\w+|style)=", answer.text)
    assert len(nonces) == 6


def test_bodies_are_limited(visitor: Visitor) -> None:
    """An ordinary form over 64 KB is 413; a log may be larger."""
    assert visitor.post("/start", {"kind": "x" * 70_000}).status_code == 413
    line = '{"schema":1,"time":"2026-03-02T09:00:%02dZ","key":"key0001","front":"page","given":"%s","verdict":"right"}'
    text = "\n".join(line % (n % 60, "答" * 200) for n in range(300))
    assert len(text.encode()) > 150_000
    assert visitor.post("/import", {"log": (io.BytesIO(text.encode()), "a.log.jsonl")}).status_code == 303


def test_an_answer_sent_twice_is_stored_once(visitor: Visitor) -> None:
    """A second tab, or the way back and a second click, gets a page that says so."""
    page = visitor.get("/card").text
    rev = re.search(r'name="rev" value="(\d+)"', page)[1]
    card = re.search(r'name="card" value="([^"]*)"', page)[1]
    sent = {"card": card, "rev": rev, "given": "老渔夫", "shown": "0"}
    assert visitor.post("/answer", sent).status_code == 303
    again = visitor.post("/answer", sent)
    assert again.status_code == 409 and "已经答过" in again.text
    assert len(visitor.session.store.entries()) == 1


def test_hint_override_easy_and_undo(visitor: Visitor) -> None:
    """The forms of an answered card do what they say, and the log says it too."""
    assert "提示：老…" in visitor.get("/card?hint=key0001").text
    location = visitor.answer("老渔父", hinted="1").headers["Location"]
    assert "<del>" in visitor.get(location).text
    number = location.rsplit("/", 1)[1]
    visitor.post(f"/amend/{number}", {"do": "override"})
    (entry,) = visitor.session.store.entries()
    assert (entry.verdict, entry.hinted, entry.front) == ("override", True, "app")
    visitor.post(f"/amend/{number}", {"do": "easy"})
    assert visitor.session.store.entries()[0].easy
    visitor.post("/undo")
    assert visitor.session.store.entries() == []
    assert 'value="key0001"' in visitor.get("/card").text, "the undone card is shown again"


def test_every_kind_can_be_asked_and_answered(visitor: Visitor) -> None:
    """All ten items are answered rightly through their pages, and every page is valid HTML."""
    right = ["老渔夫", "划船", "鲤鱼和鲫鱼", "竹竿", "20年", "林禾", "鲫鱼，鲤鱼", "B", "×", lake.SENTENCES[1]]
    parser = html5lib.HTMLParser(strict=True)
    for given in right:
        parser.parse(visitor.get("/card").text)
        location = visitor.answer(given).headers["Location"]
        answered = visitor.get(location)
        parser.parse(answered.text)
        assert "feedback right" in answered.text, given
        visitor.post(location.replace("answered", "amend"), {"do": "easy"})
    for path in ("/", "/card", "/statistics", "/none"):
        parser.parse(visitor.get(path).text)
    assert "今天的任务完成了" in visitor.get("/card").text


def test_the_question_does_not_hold_its_answer(visitor: Visitor) -> None:
    """No page of a question holds the text of its gap."""
    for item in lake.ITEMS[:5]:
        page = visitor.get("/card").text
        assert f'value="{item.key}"' in page and str(item.answer) not in page
        visitor.answer("")


def test_the_log_goes_out_and_comes_in(visitor: Visitor, tmp_path: Path) -> None:
    """What is exported is taken in elsewhere, once; another deck's log and a damaged one change nothing."""
    visitor.answer("老渔夫")
    visitor.answer("错")
    exported = visitor.get("/export").data
    other = Store(tmp_path / "other.sqlite")
    visitor.session.store = other
    taken = visitor.post("/import", {"log": (io.BytesIO(exported), "a.log.jsonl")})
    assert "2 条" in visitor.get(taken.headers["Location"]).text
    assert len(other.entries()) == 2
    assert visitor.post("/import", {"log": (io.BytesIO(exported), "a")}).headers["Location"] == "/?note=2.0"
    foreign = exported.replace(b'"key0', b'"other0')
    for text, status in ((foreign, 400), (b"{", 400), (b"", 400), (b"\xff\xfe", 400)):
        assert visitor.post("/import", {"log": (io.BytesIO(text), "b.log")}).status_code == status
    assert len(other.entries()) == 2


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """Markup in the deck's name, passages, sources, options, tags and answers is shown, never made."""
    from dataclasses import replace

    from flashcards.model import Source
    from flashcards.study.app import create

    bad = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\ud800\u202e&amp;"
    source = Source(title=bad, author=bad, occasion=bad)
    passage = Passage(bad, bad, 1, bad, (1, 1), bad, bad, source)
    items = [
        replace(
            item,
            passage=passage,
            place=Place(0),
            tags=(bad,),
            explanation=bad,
            hint=bad,
            options=item.options and (bad, bad + "1"),
        )
        for item in lake.ITEMS
    ]
    session = Session(Deck(lake.save(tmp_path, items, "x")), Store(tmp_path / "p.sqlite"))
    session.deck.header = replace(session.deck.header, name=bad)
    gate = Gate(8765)
    visitor = Visitor(create(session, gate), gate, session)
    for _ in items:
        pages = [visitor.get(path).text for path in ("/", "/card", "/card?hint=key0001", "/statistics")]
        pages.append(visitor.get(visitor.answer(bad.replace("\ud800", "")).headers["Location"]).text)
        for page in pages:
            assert "<img" not in page and page.count("<script") == 1 and "{{7*7}}" in page


def test_a_disk_that_fails_is_one_page(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the answer cannot be saved the page says so, with 503, and the answer is not shown as taken."""
    page = visitor.get("/card").text
    card = re.search(r'name="card" value="([^"]*)"', page)[1]
    Path(visitor.session.store.path).unlink()
    visitor.session.store.path = visitor.session.store.path / "below-nothing.sqlite"
    refused = visitor.post("/answer", {"card": card, "rev": "1", "given": "x", "shown": "0"})
    assert refused.status_code == 503 and "没有记录" in refused.text


def test_nonsense_is_refused_in_one_page(visitor: Visitor) -> None:
    """Unknown cards, reviews, numbers and methods are 4xx pages, never 500."""
    assert visitor.post("/answer", {"card": "none", "rev": "1"}).status_code == 400
    assert visitor.post("/answer", {"card": "key0001", "rev": "x"}).status_code == 400
    assert visitor.post("/answer", {"card": "key0001", "rev": "99999999999999999999"}).status_code == 409
    assert visitor.post("/amend/12345", {"do": "easy"}).status_code == 404
    assert visitor.get("/answered/99999999999999999999999").status_code in (400, 404)
    assert visitor.get("/answer").status_code == 405
    assert visitor.get("/?note=9.x").status_code == 200


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[Running, Session]]:
    """The app on a real port."""
    session = Session(Deck(lake.save(tmp_path)), Store(tmp_path / "p.sqlite"))
    with running(session, port=0) as app:
        thread = threading.Thread(target=app.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield app, session
        app.server.shutdown()
        thread.join()


def test_a_taken_port_is_one_line(live: tuple[Running, Session], tmp_path: Path) -> None:
    """A port that was named and is taken is an error; the usual one gives way to a free one."""
    app, session = live
    with pytest.raises(FlashcardsError, match="--port"), running(session, port=app.gate.port):
        pass
    with pytest.raises(FlashcardsError, match="--port"), running(session, host="203.0.113.7", port=0):
        pass
    with running(session) as first, running(session) as second:
        assert first.gate.port != second.gate.port


def test_eight_clients_post_the_same_reviews(live: tuple[Running, Session]) -> None:
    """Eight clients at once send the same ten reviews: each is stored once, the others are told 409, none fails."""
    app, session = live
    base = f"http://127.0.0.1:{app.gate.port}"
    answers: list[int] = []
    barrier = threading.Barrier(8)

    def client() -> None:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _NoRedirect)
        opener.addheaders = [("Cookie", f"{app.gate.cookie}={app.gate.session}")]
        barrier.wait()
        for item in lake.ITEMS:
            fields = {"token": app.gate.form_token, "card": item.key, "rev": "1", "given": "x", "shown": "0"}
            try:
                with opener.open(f"{base}/answer", urllib.parse.urlencode(fields).encode(), timeout=30) as got:
                    answers.append(got.status)
            except urllib.error.HTTPError as error:
                answers.append(error.code)
                error.close()

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] * 10 + [409] * 70
    assert sorted(e.key for e in session.store.entries()) == sorted(item.key for item in lake.ITEMS)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


@pytest.mark.parametrize("scripted", [True, False])
def test_a_card_in_the_browser(browser: Any, live: tuple[Running, Session], scripted: bool) -> None:
    """With JavaScript and without: open, start, answer wrongly and rightly, undo; no request leaves, no error shows."""
    app, session = live
    context = browser.new_context(java_script_enabled=scripted)
    page = context.new_page()
    page.set_default_timeout(15000)
    seen, errors = [], []
    page.on("request", lambda r: seen.append(r.url))
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto(app.url)
    assert "token" not in page.url
    page.click("button[value=review]")
    page.fill("#answer", "老渔父")
    page.press("#answer", "Enter")
    page.wait_for_selector("#feedback.wrong")
    page.click("text=下一题")
    page.fill("#answer", "划船")
    page.press("#answer", "Enter")
    page.wait_for_selector("#feedback.right")
    page.click("text=撤销")
    page.wait_for_selector("#answer")
    assert [e.given for e in session.store.entries()] == ["老渔父"]
    assert errors == []
    assert all(url.startswith(f"http://127.0.0.1:{app.gate.port}/") or url == "data:," for url in seen)
    context.close()


def test_the_app_by_keys_alone(browser: Any, live: tuple[Running, Session]) -> None:
    """Enter, ?, o, e, u and digits do everything; Enter while an input method composes submits nothing."""
    app, session = live
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(15000)
    page.goto(app.url)
    page.wait_for_selector("button.main:focus")  # given by the browser when it first paints, which may be later
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer:focus")
    cdp = context.new_cdp_session(page)
    cdp.send("Input.imeSetComposition", {"text": "lao'yu'fu", "selectionStart": 9, "selectionEnd": 9})
    for kind in ("rawKeyDown", "keyUp"):
        cdp.send(
            "Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        )
    cdp.send("Input.insertText", {"text": "老渔夫"})
    assert page.url.endswith("/card") and page.input_value("#answer") == "老渔夫"
    page.keyboard.press("Enter")
    page.wait_for_selector("#feedback.right")
    page.keyboard.press("e")
    page.wait_for_selector("text=不算太容易")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer:focus")
    page.keyboard.press("?")
    page.wait_for_selector("[role=status]")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    page.wait_for_selector("#feedback.wrong")
    page.keyboard.press("o")
    page.wait_for_selector("#feedback.right")
    page.keyboard.press("u")
    page.wait_for_selector("#answer")
    assert [(e.given, e.easy) for e in session.store.entries()] == [("老渔夫", True)]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_app_is_accessible(browser: Any, live: tuple[Running, Session], scheme: str) -> None:
    """axe finds nothing on any page, light and dark, and nothing scrolls sideways at 320 px."""
    app, _ = live
    context = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.set_default_timeout(15000)
    base = f"http://127.0.0.1:{app.gate.port}"
    page.goto(app.url)
    found: list[tuple[str, list[str]]] = []

    def check(name: str) -> None:
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        violations = Axe().run(page, options=AXE).response["violations"]
        found.extend((name, [v["id"], *(n["html"] for n in v["nodes"])]) for v in violations)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name

    check("home")
    page.goto(f"{base}/card")
    check("question")
    page.fill("#answer", "老渔父")
    page.press("#answer", "Enter")
    page.wait_for_selector("#feedback")
    check("wrong")
    page.press("body", "o")
    page.wait_for_selector("#feedback.right")
    check("right")
    for path in ("statistics", "none"):
        page.goto(f"{base}/{path}")
        check(path)
    context.close()
    assert found == []


AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def test_the_terminal_quiz_in_a_pipe(tmp_path: Path) -> None:
    """Lines in, lines out: right, hint, undo, wrong with its difference; the store holds what was answered."""
    bank = lake.save(tmp_path)
    typed = "老渔夫\n\n?\n開船\no\n鲤鱼\n\nu\n鲤鱼和鲫鱼\n\nq\n"
    store = tmp_path / "p.sqlite"
    run = subprocess.run(
        [sys.executable, "-m", "flashcards", "study", str(bank.path), "--terminal", "--store", str(store)],
        input=typed.encode(),
        capture_output=True,
        timeout=60,
        cwd=ROOT,
        env={"PATH": "/usr/bin", "LANG": "C", "LC_ALL": "C", "PYTHONPATH": str(ROOT)},
    )
    out = run.stdout.decode("utf-8")
    assert run.returncode == 0, run.stderr.decode()
    assert "[-開][+划]船" in out and "提示：划…" in out and "已撤销" in out and "本次答对 3 / 3" in out
    entries = Store(store).entries()
    assert [(e.given, e.verdict, e.hinted) for e in entries] == [
        ("老渔夫", "right", False),
        ("開船", "override", True),
        ("鲤鱼和鲫鱼", "right", False),
    ]


def test_the_terminal_is_not_steered_by_the_deck() -> None:
    """Escape sequences in a passage are shown as replacement signs."""
    from flashcards.study.terminal import _plain

    assert _plain("a\x1b[2Jb\x07湖　\u202e") == "a�[2Jb�湖　�"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no.bank.jsonl"], "no.bank.jsonl"),
        (["{bank}", "--port", "{port}"], "--port"),
        (["{bank}", "--store", "{bank}"], "database"),
        (["{bank}", "--import", "{bank}"], "bank.jsonl:1"),
        (["{cut}", "--terminal"], "cut.bank.jsonl:2"),
        (["{empty}", "--terminal"], "empty.bank.jsonl"),
    ],
)
def test_bad_input_is_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    """A missing, cut or empty bank, a taken port, a store and a log that are none: one line on stderr, status 1."""
    from click.testing import CliRunner

    from flashcards.cli.study import command

    files = {"bank": lake.save(tmp_path).path, "cut": tmp_path / "cut.bank.jsonl"}
    files["cut"].write_bytes(files["bank"].read_bytes()[:900])
    files["empty"] = lake.save(tmp_path, (), "empty").path
    store = [] if "--store" in arguments else ["--store", str(tmp_path / "p.sqlite")]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        values = {"port": str(taken.getsockname()[1]), **{name: str(path) for name, path in files.items()}}
        filled = [part.format_map(values) for part in arguments]
        result = CliRunner().invoke(command, [*filled, *store])
    assert result.exit_code == 1 and result.stderr.count("\n") == 1 and said in result.stderr
