"""The one way XML is parsed here: no network, no entities, no depth or size beyond libxml2's limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashcards.errors import UnreadableInput

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_TAGS = 2_000_000  # start and end tags of one part: some 300 MB as a tree


def parse(data: bytes, path: Path, part: str) -> _Element:
    """The root of an XML part.

    Raises UnreadableInput where it is damaged or declares entities (XXE, billion laughs).
    """
    from lxml import etree

    if data.count(b"<") > MOST_TAGS:
        raise UnreadableInput(f"{part} has more than {MOST_TAGS:,} elements; split the document", path=path)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        what = str(error).split("\n", 1)[0]
        if "amplification" in what:
            raise _entities(path, part) from None
        raise UnreadableInput(f"damaged: {part} is no well-formed XML ({what}); save it anew", path=path) from None
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise _entities(path, part)
    return root


def _entities(path: Path, part: str) -> UnreadableInput:
    return UnreadableInput(f"refused: {part} declares XML entities; save it anew with its own program", path=path)


def name(element: _Element) -> str:
    """The local name of an element, whatever its namespace; empty for comments and entities.

    >>> from lxml import etree
    >>> name(etree.fromstring('<w:p xmlns:w="x"/>'))
    'p'
    """
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: _Element, local: str) -> str | None:
    """The value of an attribute by its local name, whatever its namespace; None where it is absent."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == local:
            return str(value)
    return None


def children(element: _Element, *names: str) -> Iterator[_Element]:
    """The child elements with one of these local names, in order."""
    return (child for child in element if name(child) in names)


def child(element: _Element, *path: str) -> _Element | None:
    """The first descendant along a path of local names, or None."""
    found: _Element | None = element
    for step in path:
        found = None if found is None else next(children(found, step), None)
    return found
