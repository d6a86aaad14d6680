"""Bad input: one line that names the file and what to do, the right exit status, no traceback; the others go on."""

from __future__ import annotations

import io
import json
import os
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from flashcards.cli import cli

PROSE = "节约用水要从每一个水龙头做起，漏水的管道要当天报修，不能拖到明天。"
CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
OPF = (
    '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"><manifest>'
    '<item id="a" href="{href}" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="a"/></spine></package>'
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOMB = (
    '<!DOCTYPE d [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
XXE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY c "x">]>'


def archive(members: dict[str, str | bytes]) -> bytes:
    """A zip archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return stream.getvalue()


def word(text: str, prolog: str = "") -> bytes:
    """A Word file with one paragraph."""
    body = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    return archive({"word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>{prolog}{body}'})


def epub(text: str, href: str = "a.xhtml", prolog: str = "") -> bytes:
    """An EPUB with one page."""
    page = f'<?xml version="1.0"?>{prolog}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{text}</p></body></html>'
    return archive({"META-INF/container.xml": CONTAINER, "a.opf": OPF.format(href=href), "a.xhtml": page})


# name -> bytes, and words that the one line must have
FILES: dict[str, tuple[bytes, str]] = {
    "empty.txt": (b"", "is empty"),
    "white.txt": (" \n\t\n　\n".encode(), "no text"),
    "headings.md": ("# 标题\n\n## 小标题\n".encode(), "no passage"),
    "program.txt": (b"\x7fELF\x02\x01\x01" + bytes(200), "is a program"),
    "program.pdf": (b"\x7fELF\x02\x01\x01" + bytes(200), "is not a PDF"),
    "text.pdf": (PROSE.encode(), "is not a PDF"),
    "truncated.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0", "damaged"),
    "picture.md": (b"\x89PNG\r\n\x1a\n" + bytes(64), "is a picture"),
    "old.doc.txt": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "save it as .docx"),
    "nul.txt": (b"\x00\x01\x02\x03" * 64, "binary"),
    "noise.txt": (random.Random(7).randbytes(900), "name a text"),
    "mixed.txt": (
        (PROSE * 3 + "\n").encode() + "混入".encode("gbk") + (PROSE * 3).encode(),
        "mixed.txt:2: is UTF-8 but",
    ),
    "mojibake.txt": ((PROSE * 2).encode().decode("gb18030", "ignore").encode(), "looks like utf-8"),
    "wrong.docx": (PROSE.encode(), "is not a Word file"),
    "cut.docx": (word(PROSE)[:-40], "damaged archive"),
    "bomb.docx": (archive({"word/document.xml": b"<a>" + bytes(60_000_000)}), "bomb.docx: "),
    "bomb.epub": (archive({"META-INF/container.xml": CONTAINER, "a.opf": bytes(60_000_000)}), "bomb.epub: "),
    "laughs.docx": (word("&c;", BOMB), "laughs.docx: "),
    "laughs.epub": (epub("&c;", prolog=BOMB), "laughs.epub: "),
    "xxe.docx": (word("&a;", XXE), "xxe.docx: "),
    "xxe.epub": (epub("&a;", prolog=XXE), "xxe.epub: "),
    "up.epub": (epub(PROSE, href="../../../../etc/passwd"), "up.epub: "),
    "absolute.epub": (epub(PROSE, href="/etc/passwd"), "absolute.epub: "),
    "zip.txt": (archive({"a.txt": PROSE}), "unpack it first"),
    "front.md": (f"---\ntitle: 讲话: 座谈会\n---\n{PROSE}".encode(), "front.md:2: "),
    "open.md": (f"---\ntitle: 讲话\n\n{PROSE}".encode(), "never closed"),
    "date.md": (f"---\ndate: 2023-13-40\n---\n{PROSE}".encode(), "date.md:2: "),
    "key.txt": (f"---\ntitel: 讲话\n---\n{PROSE}".encode(), "key.txt:2: unknown key 'titel'"),
    "list.jsonl": (b"[1, 2]\n", "list.jsonl:1: is no object"),
    "cut.jsonl": (('{"id": 1, "text": "' + PROSE).encode(), "cut.jsonl:1: is no JSON"),
    "textless.jsonl": (b'{"id": 1}\n', "textless.jsonl:1: has no text"),
    "korean.txt": ("한국어 문장입니다. 漢字 도 조금 있다.".encode(), "Korean hangul"),
    "english.txt": (b"The quick brown fox jumps over the lazy dog.\n", "no Chinese"),
}


def run(command: str, *arguments: object):
    """Run a command of the program; an exception that is not an exit fails the test."""
    result = CliRunner().invoke(cli, [command, *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def check(path: Path, words: str, good: Path) -> None:
    """One line on stderr naming ``path`` with ``words``, exit 1, and the good file's passage printed, within 5 s."""
    started = time.perf_counter()
    result = run("read", path, good)
    taken = time.perf_counter() - started
    lines = result.stderr.strip().splitlines()

    assert len(lines) == 1, lines
    assert lines[0].startswith(str(path))
    assert words in lines[0]
    assert result.exit_code == 1
    assert [json.loads(line)["document"] for line in result.stdout.splitlines()] == ["good.txt"]
    assert taken < 5


@pytest.fixture
def good(tmp_path) -> Path:
    """A file that is read whatever stands beside it."""
    path = tmp_path / "good.txt"
    path.write_text(PROSE, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_one_line_and_the_others_go_on(name, tmp_path, good):
    """Each row: the line names the file, the status is 1, the good file beside it is read."""
    data, words = FILES[name]
    (tmp_path / name).write_bytes(data)
    check(tmp_path / name, words, good)


def fifo(path: Path) -> None:
    os.mkfifo(path)


def locked(path: Path) -> None:
    path.write_text(PROSE, encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")


SPECIAL: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing.txt": (lambda path: None, "is not there"),
    "folder.txt": (Path.mkdir, "no text in it"),
    "dangling.txt": (lambda path: path.symlink_to("nowhere.txt"), "is not there"),
    "fifo.txt": (fifo, "no regular file"),
    "locked.txt": (locked, "cannot be read"),
}


@pytest.mark.skipif(os.name == "nt", reason="links, fifos and modes of POSIX")
@pytest.mark.parametrize("name", SPECIAL)
def test_what_is_no_file_is_one_line(name, tmp_path, good):
    """Missing names, folders, dangling links, fifos and locked files: never a hang, never a traceback."""
    make, words = SPECIAL[name]
    make(tmp_path / name)
    check(tmp_path / name, words, good)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device file")
def test_a_device_is_refused(good):
    """/dev/zero would never end."""
    check(Path("/dev/zero"), "no regular file", good)


def test_an_unknown_suffix_named_is_an_error_and_met_is_counted(tmp_path, good):
    """A file of an unknown suffix: an error where it is named, passed over where a walk meets it."""
    (tmp_path / "notes.xyz").write_text(PROSE, encoding="utf-8")
    check(tmp_path / "notes.xyz", "unknown suffix '.xyz'", good)

    assert run("read", tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("tail.txt", PROSE.encode()[:-1], "ends inside a character"),
        ("japanese.txt", "これは日本語の文章です。東京の水道は古い。".encode(), "Japanese"),
        (
            "twice.txt",
            (
                f"{PROSE}\n\n{PROSE}\n\n① 2022年3月4日，甲地，在会上的讲话\n\n① 2021年1月1日，乙地，在会上的讲话"
            ).encode(),
            "names 2 sources",
        ),
        (
            "hole.txt",
            (
                f"{PROSE}\n\n{PROSE}\n\n① 2022年3月4日，甲地，在会上的讲话\n\n③ 2021年1月1日，乙地，在会上的讲话"
            ).encode(),
            "2 of 3 is missing",
        ),
    ],
)
def test_doubtful_input_is_read_with_a_warning(name, data, words, tmp_path):
    """A cut tail, another language, duplicate and missing markers: a warning, an error with --strict."""
    (tmp_path / name).write_bytes(data)
    result = run("read", tmp_path / name)

    assert result.exit_code == 0
    assert result.stdout
    assert words in result.stderr
    assert run("read", "--strict", tmp_path / name).exit_code == 1


def test_hostile_text_is_read_as_it_stands(tmp_path):
    """Markup, cloze marks and lone surrogates are text; control characters are dropped and told."""
    record = {"id": "a", "text": "他说<script>{{c1::甲}}[sound:x]，\ud800再说一遍\u0007吧。"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    found = json.loads(run("read", tmp_path / "a.jsonl").stdout)

    assert "<script>{{c1::甲}}[sound:x]，" in found["text"]
    assert "\u0007" not in found["text"]
    assert any(repair.startswith("control@1 U+0007 removed") for repair in found["repairs"])


@pytest.mark.slow
def test_one_line_of_four_million_characters_is_read(tmp_path):
    """A file without a single line end is one passage, in time."""
    path = tmp_path / "long.txt"
    path.write_text(PROSE * (4_000_000 // len(PROSE)), encoding="utf-8")
    started = time.perf_counter()
    (line,) = run("read", path).stdout.splitlines()

    assert len(json.loads(line)["text"]) > 3_900_000
    assert time.perf_counter() - started < 30


def test_a_text_beyond_the_limit_is_refused(tmp_path, good, monkeypatch):
    """Past the limit a text is refused with a remedy (the limit is lowered for the test)."""
    from flashcards.readers import plain

    monkeypatch.setattr(plain, "LARGEST", 100_000)
    (tmp_path / "huge.txt").write_text(PROSE * 5000, encoding="utf-8")
    check(tmp_path / "huge.txt", "split it", good)


def test_encrypted_pdf_needs_its_password(shared):
    """An encrypted PDF is one line that names --password; with the password it is not refused for it."""
    path = shared / "documents" / "pdfminer_aes-256.pdf"

    assert "--password" in run("read", path).stderr
    assert run("read", path).exit_code == 1
    assert "--password" not in run("read", "--password", "foo", path).stderr
