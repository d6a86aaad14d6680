"""The self-test page in a real Chromium, from a file: sessions, input methods, storage, hostile banks, access."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from support import lake

from flashcards import log
from flashcards.errors import BadConfiguration
from flashcards.exporters import selftest
from flashcards.model import Gap, Item, Passage, Place, Source
from flashcards.settings import Settings
from flashcards.study.deck import Deck
from flashcards.study.groups import matchings, orderings, turns
from flashcards.study.session import Session
from flashcards.study.store import Store
from flashcards.templates import template_path
from flashcards.words import LANGUAGES, words

HOSTILE = json.loads((Path(__file__).parent / "cases" / "apkg" / "hostile.json").read_text(encoding="utf-8"))
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


DARK = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # all that another scheme changes


@dataclass
class Learner:
    """A page in Chromium with everything it asked for and every error it made."""

    context: Any
    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def type(self, text: str) -> None:
        """Type an answer and send it with Enter."""
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")

    def text(self, selector: str) -> str:
        """The text of an element."""
        return str(self.page.inner_text(selector))

    def state(self) -> str:
        """Which state the page is in."""
        return str(self.page.get_attribute("#app", "data-state"))

    def stored(self) -> dict[str, Any]:
        """What the browser keeps, by the part of the name behind the deck's."""
        kept = self.page.evaluate("Object.entries(localStorage)")
        return {name.split(":", 2)[2]: json.loads(value) for name, value in kept}

    def second_tab(self) -> Learner:
        """Another tab of the same browser at the same page."""
        return watched(self.context, self.page.url)


def watched(context: Any, url: str) -> Learner:
    """Open a page and note its requests and errors."""
    page = context.new_page()
    page.set_default_timeout(4000)
    learner = Learner(context, page)
    page.on("request", lambda request: learner.requests.append(request.url))
    page.on("pageerror", lambda error: learner.errors.append(str(error)))
    page.on("console", lambda m: learner.errors.append(m.text) if m.type in ("error", "warning") else None)
    page.goto(url)
    return learner


@contextmanager
def opened(browser: Any, path: Path, before: str = "", **options: Any) -> Iterator[Learner]:
    """A fresh browser at the page; what it asked for and every error are checked at the end."""
    context = browser.new_context(**options)
    if before:
        context.add_init_script(before)
    learner = watched(context, path.as_uri())
    yield learner
    assert learner.errors == []
    assert set(learner.requests) - {path.as_uri()} == {u for u in learner.requests if u.startswith("blob:")}
    context.close()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the lake: ten items, every kind."""
    return lake.page(tmp_path_factory.mktemp("lake"))


RIGHT = ["老渔夫", "划船", "鲤鱼和鲫鱼", "竹竿", "20年", "林禾", "鲫鱼、鲤鱼", "2", "2", lake.SENTENCES[1]]


def test_a_whole_session_by_keyboard(browser: Any, path: Path) -> None:
    """Every kind is answered with keys alone; the end says all right; a second session drills what was missed."""
    with opened(browser, path) as it:
        it.page.keyboard.press("Enter")
        for given in RIGHT:
            if it.page.query_selector("#answer"):
                it.type(given)
            else:
                it.page.keyboard.press(given)
            assert it.page.query_selector("#feedback.right"), (given, it.text("#app"))
            it.page.keyboard.press("Enter")
        assert it.state() == "end" and "10 / 10（100%）" in it.text("#result")
        it.page.keyboard.press("h")
        it.page.keyboard.press("Enter")
        for number in range(10):
            if it.page.query_selector("#answer"):
                it.type("错" if number % 2 else RIGHT[number])
            else:
                it.page.keyboard.press("1")
            it.page.keyboard.press(" " if number == 3 else "Enter")
        assert "再练错题" in it.text("#app")
        it.page.keyboard.press("m")
        assert "共 6 题" in it.text(".bar")


def test_hint_giving_up_and_being_right_after_all(browser: Any, path: Path) -> None:
    """? shows the first character and is logged; giving up is wrong; o makes it an override."""
    with opened(browser, path) as it:
        it.page.keyboard.press("Enter")
        it.page.keyboard.press("?")
        assert it.text("#hint") == "提示：老…" and it.page.input_value("#answer") == ""
        it.type("老渔夫")
        it.page.keyboard.press("Enter")
        it.page.click("text=不知道")
        assert "（未作答）" in it.text("#feedback")
        it.page.keyboard.press("Enter")
        it.type("鲤鱼")
        it.page.keyboard.press("o")
        entries = [value for name, value in sorted(it.stored().items()) if name.startswith("e")]
        assert [(e["verdict"], e["hinted"]) for e in entries] == [
            ("right", True),
            ("wrong", False),
            ("override", False),
        ]
        assert "第 4 题" in it.text(".bar")


def test_enter_while_composing_submits_nothing(browser: Any, path: Path) -> None:
    """Enter that picks a word of an input method leaves the question open; the next Enter submits."""
    with opened(browser, path) as it:
        it.page.keyboard.press("Enter")
        cdp = it.context.new_cdp_session(it.page)
        cdp.send("Input.imeSetComposition", {"text": "lao'yu'fu", "selectionStart": 9, "selectionEnd": 9})
        for kind in ("rawKeyDown", "keyUp"):
            event = {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
            cdp.send("Input.dispatchKeyEvent", event)
        plain = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        cdp.send("Input.dispatchKeyEvent", plain)
        assert it.state() == "question"
        cdp.send("Input.insertText", {"text": "老渔夫"})
        assert it.state() == "question" and it.page.input_value("#answer") == "老渔夫"
        it.page.keyboard.press("Enter")
        assert it.page.query_selector("#feedback.right")


def test_keys_type_nothing_where_the_focus_goes(browser: Any, path: Path) -> None:
    """u takes back the last answer and leaves no u in the field; letters typed into the field are letters."""
    with opened(browser, path) as it:
        it.page.keyboard.press("Enter")
        it.type("错")
        it.page.keyboard.press("u")
        assert it.state() == "question" and it.page.input_value("#answer") == ""
        assert "第 1 题" in it.text(".bar") and not [n for n in it.stored() if n.startswith("e")]
        it.page.keyboard.type("uo1m")
        assert it.page.input_value("#answer") == "uo1m"
        it.page.keyboard.press("Escape")
        it.page.keyboard.press("u")
        assert it.state() == "question"
        it.page.fill("#answer", "")
        it.page.keyboard.press("Enter")
        assert it.state() == "question", "an empty answer is not sent by Enter"


def test_undo_to_the_beginning(browser: Any, path: Path) -> None:
    """Ten answers undone one by one leave an empty log and the first question."""
    with opened(browser, path) as it:
        it.page.keyboard.press("Enter")
        for _ in range(10):
            it.page.click("text=不知道")
            it.page.keyboard.press("Enter")
        assert it.state() == "end"
        for _ in range(10):
            it.page.keyboard.press("Escape")
            it.page.keyboard.press("u")
        assert "第 1 题" in it.text(".bar") and list(it.stored()) == ["session"]


def test_a_reload_resumes(browser: Any, path: Path) -> None:
    """After a reload in the middle, before or after the verdict, the next open question is there, score and all."""
    with opened(browser, path) as it:
        it.page.keyboard.press("Enter")
        it.type("老渔夫")
        it.page.reload()
        assert "第 2 题，共 10 题" in it.text(".bar") and "答对 1" in it.text(".bar")
        it.page.reload()
        assert "第 2 题" in it.text(".bar")
        assert it.page.evaluate("document.activeElement.id") == "answer"


def test_two_tabs_make_one_log(browser: Any, path: Path) -> None:
    """What one tab answers the other knows: it moves on, says so, and no answer is lost or doubled."""
    with opened(browser, path) as it:
        it.page.keyboard.press("Enter")
        other = it.second_tab()
        assert "第 1 题" in other.text(".bar")
        it.type("老渔夫")
        other.page.wait_for_selector("text=已同步")
        assert "第 2 题" in other.text(".bar")
        other.page.bring_to_front()
        other.page.fill("#answer", "划船")
        other.page.press("#answer", "Enter")
        it.page.wait_for_selector("text=第 3 题")
        entries = [value for name, value in sorted(it.stored().items()) if name.startswith("e")]
        assert [e["q"] for e in entries] == [0, 1]
        assert other.errors == []


@pytest.mark.parametrize(
    "broken",
    [
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });",
    ],
)
def test_storage_that_is_full_or_forbidden(browser: Any, path: Path, broken: str) -> None:
    """The session goes on in memory, a warning says so, and the log can still be exported."""
    with opened(browser, path, before=broken) as it:
        it.page.keyboard.press("Enter")
        it.type("老渔夫")
        it.page.keyboard.press("Enter")
        assert "第 2 题" in it.text(".bar") and "导出进度" in it.text("#warning")
        it.page.click("text=结束")
        with it.page.expect_download() as download:
            it.page.click("[data-do=export]")
        assert len(list(log.read(Path(download.value.path())))) == 1


def test_the_log_goes_out_and_comes_in(browser: Any, path: Path, tmp_path: Path) -> None:
    """The exported log is the log of DESIGN section 4; another browser takes it in once, and the app does too."""
    with opened(browser, path) as it:
        it.page.keyboard.press("Enter")
        it.type("老渔夫")
        it.page.keyboard.press("Enter")
        it.type("错\u2028<b>")
        it.page.keyboard.press("Enter")
        it.page.click("text=结束")
        with it.page.expect_download() as download:
            it.page.click("[data-do=export]")
        assert download.value.suggested_filename == "湖边.log.jsonl"
        file = tmp_path / "a.log.jsonl"
        download.value.save_as(file)
    entries = list(log.read(file))
    assert [(e.key, e.verdict, e.front) for e in entries] == [
        ("key0001", "right", "page"),
        ("key0002", "wrong", "page"),
    ]
    assert entries[1].given == "错\u2028<b>"
    foreign, damaged = tmp_path / "b.jsonl", tmp_path / "c.jsonl"
    foreign.write_text(file.read_text("utf-8").replace("key0", "other0"), "utf-8")
    damaged.write_text(file.read_text("utf-8") + '{"schema":1}\n', "utf-8")
    with opened(browser, path) as it:
        for name, said in (
            (file, "其中新的 2 条"),
            (file, "其中新的 0 条"),
            (foreign, "没有本题库"),
            (damaged, "第 3 行"),
        ):
            it.page.set_input_files("#import", name)
            it.page.wait_for_selector(f"text={said}")
        assert "已答 2 题，答对 1，待重练 1" in it.text("#app")
        it.page.check("#missed")
        it.page.click("text=开始")
        assert "共 1 题" in it.text(".bar") and "划船" not in it.text("#app")


def test_python_can_write_what_the_page_reads(browser: Any, path: Path, tmp_path: Path) -> None:
    """A log written by Python, with easy and practice, is taken in and given out unchanged."""
    from datetime import UTC, datetime

    rows = [log.Entry(datetime(2026, 1, 2, tzinfo=UTC), "key0001", "app", "答𠀀\u2029", "right", True, 5, True, True)]
    log.write(tmp_path / "a.jsonl", rows)
    with opened(browser, path) as it:
        it.page.set_input_files("#import", tmp_path / "a.jsonl")
        it.page.wait_for_selector("text=其中新的 1 条")
        with it.page.expect_download() as download:
            it.page.click("[data-do=export]")
        assert Path(download.value.path()).read_bytes() == (tmp_path / "a.jsonl").read_bytes()


def test_matching(browser: Any, path: Path) -> None:
    """Sentences get their words from lists; each is logged for its item, as practice."""
    with opened(browser, path) as it:
        it.page.select_option("#layout", "match")
        it.page.click("text=开始")
        selects = it.page.query_selector_all("select")
        assert len(selects) == 5
        for select, word in zip(selects, ["老渔夫", "划船", "鲤鱼和鲫鱼", "二十年", "竹竿"], strict=True):
            select.select_option(word)
        it.page.click("text=提交")
        assert it.page.query_selector("#feedback.partial")
        entries = [value for name, value in it.stored().items() if name.startswith("e")]
        assert sorted((e["key"], e["verdict"]) for e in entries) == [
            (f"key000{n}", "right" if n < 4 else "wrong") for n in range(1, 6)
        ]
        assert all(e["practice"] for e in entries)


def test_ordering(browser: Any, path: Path) -> None:
    """Sentences are put in order with buttons that keep the focus; the text's own order is right."""
    with opened(browser, path) as it:
        it.page.select_option("#layout", "order")
        it.page.click("text=开始")
        rows = lambda: [e.inner_text() for e in it.page.query_selector_all(".rows li > span")]  # noqa: E731
        assert sorted(rows()) == sorted(lake.SENTENCES) and rows() != list(lake.SENTENCES)
        for at, sentence in enumerate(lake.SENTENCES):
            for place in range(rows().index(sentence), at, -1):
                it.page.click(f".rows li:nth-child({place + 1}) button[data-move$=',-1']")
                moved = it.page.evaluate("document.activeElement.closest('li').firstChild.textContent")
                assert moved == sentence and f"第 {place} 位" in it.page.text_content("#status")
        it.page.click("text=提交")
        assert it.page.query_selector("#feedback.right")


def test_the_missed_are_printed(browser: Any, path: Path) -> None:
    """Printing holds the missed questions with blanks, then their answers, and nothing of the screen."""
    with opened(browser, path, before="window.print = () => { window.printed = true; };") as it:
        it.page.keyboard.press("Enter")
        it.type("错")
        it.page.keyboard.press("Enter")
        it.type("划船")
        it.page.keyboard.press("Enter")
        it.page.click("text=结束")
        it.page.keyboard.press("p")
        assert it.page.evaluate("window.printed")
        it.page.emulate_media(media="print")
        printed = it.text("#print")
        assert "春天的湖边住着一位" in printed and "#1 老渔夫" in printed and "划船" not in printed
        assert not it.page.is_visible("#app")


def test_filters_and_forgetting(browser: Any, path: Path) -> None:
    """Kinds narrow the session; progress is forgotten only after a second press."""
    with opened(browser, path) as it:
        for box in it.page.query_selector_all("input[name=kind]"):
            if box.get_attribute("value") != "truefalse":
                box.uncheck()
        it.page.click("text=开始")
        assert "共 1 题" in it.text(".bar")
        it.page.keyboard.press("1")
        it.page.keyboard.press("Enter")
        it.page.keyboard.press("h")
        it.page.click("text=清除进度")
        assert [n for n in it.stored() if n.startswith("e")]
        it.page.click("text=再按一次")
        assert it.stored() == {}


def test_the_difference_and_the_source_are_shown(browser: Any, path: Path) -> None:
    """A wrong answer shows what is missing and extra with words for screen readers, source and context."""
    with opened(browser, path) as it:
        it.page.keyboard.press("Enter")
        it.type("老漁父")
        assert it.page.inner_html(".diff").count("<ins>") == 1
        assert "漏写：夫" in it.page.text_content(".diff") and "多写或写错：父" in it.page.text_content(".diff")
        assert "林禾《湖边旧事》，2024年3月5日" in it.text("#feedback")
        assert it.page.get_attribute("#feedback > div", "role") == "alert"
        it.page.keyboard.press("u")
        it.type("老漁夫")
        assert it.page.query_selector("#feedback.right"), "traditional characters are accepted"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible(browser: Any, path: Path, scheme: str) -> None:
    """axe finds nothing in any state, light and dark, and nothing scrolls sideways at 320 px."""
    found: list[Any] = []
    with opened(browser, path, color_scheme=scheme, viewport={"width": 320, "height": 600}) as it:

        def check(name: str) -> None:
            violations = Axe().run(it.page, options=AXE if scheme == "light" else DARK).response["violations"]
            found.extend((name, v["id"], [n["html"] for n in v["nodes"]]) for v in violations)
            assert it.page.evaluate("document.documentElement.scrollWidth") <= 320, name

        def begin(layout: str) -> None:
            it.page.select_option("#layout", layout)
            it.page.click("text=开始")

        check("home")
        begin("match")
        check("match")
        it.page.click("text=提交")
        check("matched")
        it.page.click("text=下一题")
        it.page.click("text=回到开头")
        begin("order")
        check("order")
        it.page.click("text=不知道")
        it.page.click("text=下一题")
        it.page.click("text=回到开头")
        begin("single")
        it.page.keyboard.press("?")
        check("typed")
        it.type("老渔父")
        check("wrong")
        it.page.keyboard.press("Enter")
        it.type("划船")
        check("right")
        for number in range(3, 11):
            it.page.keyboard.press("Enter")
            if number in (8, 9):
                check(f"options {number}")
            if number == 7:
                it.type("鲤鱼")
                check("partial")
            else:
                it.page.click("text=不知道")
        it.page.keyboard.press("Enter")
        check("end")
    assert found == []


def hostile(text: str, number: int) -> Item:
    """An item with this text in every place that a bank can hold text."""
    source = Source(title=text, author=text, date=text, place=text, occasion=text, publication=text, page=text)
    passage = Passage(f"{text}#{number}", text, number, text, (1, 1), text, text, source)
    base = lake.ITEMS[number % 10]
    stem = f"{text}空{text}"
    gaps = (Gap(len(text), len(text) + 1),) if isinstance(base.answer, str) else ()
    answer = (
        text + "答"
        if isinstance(base.answer, str)
        else (text + "一", text + "二")
        if isinstance(base.answer, tuple)
        else base.answer
    )
    options = (text + "甲", text + "乙", text + "丙", text + "丁") if base.options else None
    context = base.context._replace(before=text, after=text, sentence=text)
    return replace(
        base, stem=stem, gaps=gaps, answer=answer, accepted=(text,), hint=text, options=options, explanation=text,
        context=context, passage=passage, place=Place(number), tags=(text,), key=f"{text}{number}", number=number,
    )  # fmt: skip


def test_a_hostile_bank_runs_nothing(browser: Any, tmp_path: Path) -> None:
    """The hostile strings in every place of an item: nothing runs, nothing is requested, each shows literally."""
    items = [hostile(text, number) for number, text in enumerate(HOSTILE)]
    assert len(items) >= 200
    file = lake.page(tmp_path, items, "坏</title><script>alert(1)</script>")
    with opened(browser, file) as it:
        it.page.on("dialog", lambda dialog: it.errors.append(dialog.message))
        it.page.select_option("#count", "")
        it.page.click("[data-do=start]")
        shown, tags = it.page.evaluate(WALK)
        assert it.state() == "end"
    for item, (stem, feedback) in zip(items, shown, strict=True):
        visible = item.stem[: item.gaps[0].start] if item.gaps else item.stem
        assert visible in stem and item.explanation in feedback
    assert set(tags) <= OURS, set(tags) - OURS


# what the page itself is made of: any other element came out of the text
OURS = frozenset(
    re.findall(
        r"\w+",
        "html head title meta style script body header main section footer noscript div span p h1 h2 h3 ul ol li"
        " dl dt dd button kbd input label select option fieldset legend progress table thead tbody tr th td ins del",
    )
)
WALK = """() => {
    const shown = [], tags = new Set(), app = document.getElementById('app');
    const note = () => document.querySelectorAll('*').forEach(e => tags.add(e.localName));
    while (app.dataset.state === 'question') {
        const stem = app.querySelector('.stem').textContent;
        note();
        app.querySelector('[data-do=giveup]').click();
        note();
        shown.push([stem, app.querySelector('#feedback').textContent]);
        app.querySelector('[data-do=next]').click();
    }
    note();
    return [shown, [...tags]];
}"""


def test_the_policy_holds(browser: Any, path: Path) -> None:
    """Injected script, style, image, request and HTML strings are all refused by the browser."""
    attack = """async () => {
        const tried = {};
        try { document.body.innerHTML = '<b>x</b>'; tried.html = true; } catch { tried.html = false; }
        const script = document.createElement('script');
        try { script.textContent = 'window.ran = true'; document.body.append(script); } catch {}
        tried.script = window.ran === true;
        const style = document.createElement('style');
        style.textContent = 'body { color: rgb(1, 2, 3) }';
        document.head.append(style);
        tried.style = getComputedStyle(document.body).color === 'rgb(1, 2, 3)';
        tried.fetch = await fetch('https://example.org/').then(() => true, () => false);
        tried.image = await new Promise(done => {
            const image = new Image();
            image.onload = () => done(true);
            image.onerror = () => done(false);
            image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
        });
        return tried;
    }"""
    context = browser.new_context()
    learner = watched(context, path.as_uri())
    assert not any(learner.page.evaluate(attack).values())
    assert [u for u in learner.requests if u.startswith("http")] == []
    context.close()


def test_the_file_is_one_valid_page(path: Path) -> None:
    """Valid HTML, no inline handler or style attribute, no address of any other file."""
    text = path.read_text(encoding="utf-8")
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    for element in document.iter():
        assert not [name for name in element.attrib if str(name).startswith("on") or name in ("style", "src", "href")]
    assert "unsafe" not in text and "default-src &#39;none&#39;" in text
    assert not re.search(r"https?://", text)


def test_the_same_bank_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two exports are equal to the byte."""
    assert lake.page(tmp_path, name="a").read_bytes() == lake.page(tmp_path, name="a").read_bytes()


@pytest.mark.parametrize(("asked", "count"), [(None, 500), ("all", 1200), ("7", 7), ("5000", 1200)])
def test_how_many_items(tmp_path: Path, asked: str | None, count: int) -> None:
    """At most 500 unless asked otherwise, spread over the whole bank, in its order."""
    file = lake.page(tmp_path, lake.many(1200), settings=Settings(items=asked))
    data = json.loads(re.search(r'id="data">(.*?)</script>', file.read_text("utf-8"))[1])
    numbers = [item["number"] for item in data["items"]]
    assert len(numbers) == count and numbers == sorted(set(numbers))
    assert numbers[0] == 1 and numbers[-1] >= 1200 - 1200 // count


@pytest.mark.parametrize("asked", ["0", "x", "-1", "1.5"])
def test_a_wrong_number_of_items(tmp_path: Path, asked: str) -> None:
    """What is neither a number nor `all` is refused."""
    with pytest.raises(BadConfiguration, match="items"):
        lake.page(tmp_path, settings=Settings(items=asked))


def test_a_bank_without_items(browser: Any, tmp_path: Path) -> None:
    """A bank whose items were all withdrawn gives a page that says so: it must not stop a build."""
    with opened(browser, lake.page(tmp_path, ())) as it:
        assert "共 0 题" in it.text("#app")
        it.page.keyboard.press("Enter")
        assert it.page.query_selector("text=没有符合条件的题目") and it.state() == "home"


def test_questions_come_in_rounds() -> None:
    """No two items of one sentence, or of one source, stand in one round, and nothing is lost."""
    rounds = turns(lake.ITEMS)
    assert rounds == [0, 0, 0, 0, 0, 1, 1, 1, 2, 0]


def test_groups_do_not_tell_their_answers() -> None:
    """In a group of sentences to match, no answer stands in another sentence of the group."""
    twin = lake.ask(11, 2, "鲤鱼")
    items = [*lake.ITEMS[:5], twin, lake.ask(12, 1, "湖", stem="他每天清晨划船出门，在湖上。")]
    groups = list(matchings(items))
    assert groups
    for group in groups:
        for one in group:
            for other in group:
                assert one == other or str(items[one].answer) not in items[other].stem
    (order,) = orderings(lake.ITEMS)
    assert [lake.ITEMS[i].place.sentence for i in order] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("room", ["selftest", "study"])
def test_every_word_is_there_in_every_language(room: str) -> None:
    """Every word that the pages ask for by a fixed name exists, with the same places for figures, in each language."""
    tables = [words(room, lang) for lang in LANGUAGES]
    assert tables[0].keys() == tables[1].keys()
    places: Callable[[str], set[str]] = lambda text: set(re.findall(r"\{\d\}", text))  # noqa: E731
    assert [k for k in tables[0] if places(tables[0][k]) != places(tables[1][k])] == []
    if room == "selftest":
        script = template_path("selftest/page.js").read_text("utf-8")
        named = set(re.findall(r'\bsay\("(\w+)"', script)) | set(re.findall(r'(?:button|field)\("(\w+)"', script))
        assert named <= tables[0].keys()


def test_answers_in_pinyin(browser: Any, tmp_path: Path) -> None:
    """With --pinyin an answer may be typed in pinyin, with marks or digits; without tones it is half right."""
    with opened(browser, lake.page(tmp_path, settings=Settings(items="all", pinyin=True))) as it:
        for given, verdict in (("lao3 yu2fu1", "right"), ("huáchuán", "right"), ("li yu he ji yu", "partial")):
            it.page.keyboard.press("Enter")
            it.type(given)
            assert it.page.query_selector(f"#feedback.{verdict}"), it.text("#feedback")
    session = Session(Deck(lake.save(tmp_path)), Store(tmp_path / "p"), settings=Settings(pinyin=True))
    assert session.grade(lake.ITEMS[1], "hua2chuan2").verdict == "right"
    assert session.grade(lake.ITEMS[8], "ta1 mei3tian1").verdict == "wrong", "a recitation is written in characters"


def test_traditional_words(browser: Any, tmp_path: Path) -> None:
    """With --lang zh-Hant the page speaks traditional Chinese."""
    file = lake.page(tmp_path, settings=Settings(lang="zh-Hant"))
    with opened(browser, file) as it:
        assert "題型" in it.text("#app") and it.page.get_attribute("html", "lang") == "zh-Hant"


def test_selftest_is_the_exporter_of_the_table() -> None:
    """The table of exporters leads here."""
    from flashcards.exporters import exporter

    assert exporter("selftest") is selftest.write
