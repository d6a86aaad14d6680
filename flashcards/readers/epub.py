"""EPUB 2 and 3: container, package, spine, and the HTML reader for every chapter (EPUB 3.3, W3C)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from flashcards.errors import UnreadableInput
from flashcards.model import Block, Document, Repair
from flashcards.readers import webpage, xml
from flashcards.readers.archive import Archive, open_archive
from flashcards.settings import Settings

if TYPE_CHECKING:
    from lxml.etree import _Element

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
FONT_LOCKS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read(path: Path, data: bytes, document_id: str, settings: Settings) -> Iterator[Document]:
    """The whole book as one Document; ``lines`` count its paragraphs. Raises UnreadableInput for damage and DRM."""
    archive = open_archive(path, data)
    if CONTAINER not in archive.names:
        raise UnreadableInput("is a zip file but no EPUB (no META-INF/container.xml)", path=path)
    _refuse_locked(archive)
    package_name = _package_name(archive)
    package = xml.parse(archive.read(package_name), path, package_name)
    blocks: list[Block] = []
    repairs: list[Repair] = []
    warnings = list(archive.warnings)
    for chapter in _spine(package, package_name):
        if chapter not in archive.names:
            warnings.append(f"chapter {chapter!r} is named in the book but missing")
            continue
        decoded = webpage.decode(path, archive.read(chapter), settings)
        if not decoded.text.strip():
            continue
        found, dropped = webpage.walk(webpage.parse(decoded.text, path), book=True)
        blocks += [replace(block, lines=(len(blocks) + n,) * 2) for n, block in enumerate(found, start=1)]
        repairs += [replace(repair, line=len(blocks) or 1) for repair in dropped]
    if not any(block.role not in ("code", "table") for block in blocks):
        raise UnreadableInput("holds no text (pictures only?): OCR it first", path=path)
    meta = _properties(package)
    yield Document(
        id=document_id,
        path=str(path),
        blocks=tuple(blocks),
        title=meta.get("title"),
        encoding="utf-8",
        wrapped=False,
        meta={"properties": meta} if meta else {},
        repairs=tuple(repairs),
        warnings=tuple(warnings),
    )


def _package_name(archive: Archive) -> str:
    container = xml.parse(archive.read(CONTAINER), archive.path, CONTAINER)
    for element in container.iter():
        if xml.name(element) == "rootfile" and (name := element.get("full-path")):
            return posixpath.normpath(unquote(name))
    raise UnreadableInput(f"damaged: {CONTAINER} names no package", path=archive.path)


def _refuse_locked(archive: Archive) -> None:
    """Raise where chapters are encrypted; obfuscated fonts (the only other use of encryption.xml) do not matter."""
    if ENCRYPTION not in archive.names:
        return
    root = xml.parse(archive.read(ENCRYPTION), archive.path, ENCRYPTION)
    methods = {element.get("Algorithm") for element in root.iter() if xml.name(element) == "EncryptionMethod"}
    if any(method not in FONT_LOCKS for method in methods):
        raise UnreadableInput("is protected (DRM): its chapters are encrypted; use an open copy", path=archive.path)


def _spine(package: _Element, package_name: str) -> Iterator[str]:
    """The chapters' member names in reading order, without the table of contents."""
    folder = posixpath.dirname(package_name)
    manifest = xml.child(package, "manifest")
    spine = xml.child(package, "spine")
    if manifest is None or spine is None:
        return
    entries = {entry.get("id"): entry for entry in xml.children(manifest, "item")}
    seen: set[str] = set()
    for reference in xml.children(spine, "itemref"):
        entry = entries.get(reference.get("idref"))
        if entry is None or entry.get("media-type") not in TYPES or "nav" in (entry.get("properties") or "").split():
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(urlsplit(entry.get("href") or "").path)))
        if name not in seen:
            seen.add(name)
            yield name


def _properties(package: _Element) -> dict[str, str]:
    """Title, author, date, publication of the package metadata (Dublin Core)."""
    found: dict[str, str] = {}
    metadata = xml.child(package, "metadata")
    for element in () if metadata is None else metadata.iter():
        key = {"title": "title", "creator": "author", "date": "date", "publisher": "publication"}.get(xml.name(element))
        text = (element.text or "").strip()
        if key and text:
            found[key] = f"{found[key]}、{text}" if key == "author" and key in found else found.get(key, text)
    return found
