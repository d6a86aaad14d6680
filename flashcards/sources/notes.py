"""The words of a note, byline or line of a source list -> a Source."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import cache

from flashcards import dates
from flashcards.model import Source
from flashcards.repair.marks import MARKER
from flashcards.repair.roles import NOTE, is_author

LABEL = re.compile(
    r"^(?P<label>来源|來源|资料来源|出处|出處|作者|文|注释?|註釋?|原载|原載|选自|選自|节选自|摘自|發表於|发表于|据|據|见|見)\s*(?:[：:／/]|(?=《))\s*"
)
DYNASTIC = frozenset("〔[（(【［·・")  # a text without one of these has no dynasty before a name
TITLE = re.compile(r"《([^《》]+(?:《[^》]+》[^《》]*)?)》")
PERIODICAL = re.compile(
    r"(?:日报|时报|晚报|晨报|早报|周报|青年报|商报|学报|周刊|月刊|杂志|网|求是|新华文摘|日報|時報|晚報|週刊|雜誌)$"
)
PUBLISHES = re.compile(
    "出版社|出版集团|出版公司|书店|书局|书社|印书馆|古籍|通讯社|新华社|書店|書局|印書館|^(?:中新社|人民网|新华网|央视网)"
)
PAGE = re.compile(r"第?\s*\d+(?:\s*[-—–～~]\s*\d+)?\s*[页頁版期]|[Pp]p?\.?\s*\d+(?:[-–]\d+)?")
URL = re.compile(r"https?://[^\s，。；）)》”]+")
NOT_PLACE = re.compile(
    r"讲话|会议|座谈|会上|报告|通过|演讲|致辞|谈话|访谈|文章|《|》|第|版|[\d]|公布|施行|修订|修正|講話|會議"
)
SEPARATOR = re.compile("[，,；;]")
SPACE = re.compile(r"\s")
# What follows the dash behind a quotation: a name, unless it says that nobody is known.
NAME = r"[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,8}){1,3}|[\u4e00-\u9fff]{2,5}"
NO_NAME = re.compile(
    r"(?:[谚諺俗熟][语語]|古[训訓话話语語]|[民歌童][谣謠]|格言|名言|题[记词]|題[記詞]|后记|前言|编者|編者|译者|譯者|佚名|无名氏)$"
)
NOTHING = Source()
FIELDS = tuple(field.name for field in fields(Source))


# The patterns with ranges of Chinese characters take long to compile, and most notes never need them.
@cache
def _dynasty() -> re.Pattern[str]:
    return re.compile(
        r"[〔\[（(【［]\s*[\u4e00-\u9fff]{1,4}\s*[〕\]）)】］]\s*"
        r"|^(?:先秦|战国|[东西]?[汉晋周]|三国|[南北]朝|隋|唐|五代|[南北]?宋|元|明|清|近代)\s*[·・]\s*"
    )


@cache
def _author() -> re.Pattern[str]:
    return re.compile(r"^[\u4e00-\u9fffA-Za-z·． .、]{2,24}$")


@cache
def _publisher() -> re.Pattern[str]:
    return re.compile(
        r"[\u4e00-\u9fff·]{2,20}(?:出版社|出版集团|出版公司|书店|书局|书社|印书馆|古籍|通讯社|新华社|書店|書局|印書館)"
        r"|^(?:新华社|中新社|人民网|新华网|央视网)"
    )


@cache
def _spaced_separator() -> re.Pattern[str]:
    return re.compile(r"[，,；;]|(?<=[\u4e00-\u9fff）])\s+(?=[\u4e00-\u9fff])|\s{2,}")


def marker_of(text: str) -> str | None:
    """The marker a note opens with.

    >>> marker_of("④ 2023年9月7日"), marker_of("[12] 见前"), marker_of("2023年")
    ('④', '[12]', None)
    """
    match = MARKER.match(text.lstrip())
    return match.group() if match else None


def parse(text: str) -> Source:
    """A Source from a note's words; what they do not say stays None.

    >>> note = parse("④ 2023年9月7日，黑龙江哈尔滨，在新时代推动东北全面振兴座谈会上的讲话")
    >>> note.marker, note.date, note.place, note.occasion
    ('④', '2023-09-07', '黑龙江哈尔滨', '在新时代推动东北全面振兴座谈会上的讲话')
    >>> book = parse("[1] 费孝通：《乡土中国》，三联书店1985年版，第5页")
    >>> book.author, book.title, book.publication, book.date, book.page
    ('费孝通', '乡土中国', '三联书店', '1985', '第5页')
    >>> poem = parse("——〔宋〕范仲淹《岳阳楼记》")
    >>> poem.author, poem.title
    ('范仲淹', '岳阳楼记')
    """
    marker = marker_of(text)
    rest = NOTE.sub("", text, count=1) if marker else text
    rest = _bare(rest)
    label = LABEL.match(rest)
    rest = rest[label.end() :] if label else rest
    if label and label["label"] in ("作者", "文"):
        return Source(author=rest.strip() or None, marker=marker)
    if is_author(rest) or (text.lstrip().startswith("——") and re.fullmatch(NAME, rest) and not NO_NAME.search(rest)):
        return Source(author=_without_dynasty(rest).split()[-1], marker=marker)
    said: dict[str, str | None] = {"marker": marker}
    rest = _url_and_page(said, rest)
    rest = _date(said, rest)
    rest = _title(said, rest)
    _parts(said, rest)
    if label and not said.keys() & {"publication", "title"} and said.get("occasion"):
        said["publication"] = said.pop("occasion")
    return Source(**said)


def merged(first: Source, second: Source) -> Source:
    """``first``, its unknown fields taken from ``second``."""
    if second == NOTHING:
        return first
    unknown = {name: getattr(second, name) for name in FIELDS if getattr(first, name) is None}
    return replace(first, **unknown)


def _bare(text: str) -> str:
    """Without dashes before, brackets around and a full stop behind."""
    text = text.strip().lstrip("—–-－ ").strip()
    if text[:1] in "（(" and text[-1:] in "）)" and not any(c in text[1:-1] for c in "（）()"):
        text = text[1:-1]
    return text.rstrip("。. ").strip()


def _without_dynasty(text: str) -> str:
    return text if DYNASTIC.isdisjoint(text) else _dynasty().sub("", text)


# Each of the following adds what it finds to what was `said` before, by field, and returns what is left of the text.


def _url_and_page(said: dict[str, str | None], text: str) -> str:
    url = URL.search(text)
    if url:
        said["url"], text = url.group(), text.replace(url.group(), "")
    page = PAGE.search(text)
    if page:
        said["page"], text = "".join(page.group().split()), text.replace(page.group(), "", 1)
    return text


def _date(said: dict[str, str | None], text: str) -> str:
    """The date; of a span of days the first counts."""
    match = dates.DATE.search(text)
    if not match or (found := dates.iso(match)) is None:
        return text
    said["date"] = found
    after = re.sub(r"^\s*(?:[版初]|至[^，,]*日|[—–-]\d+日)", "", text[match.end() :])
    return f"{text[: match.start()]}，{after}"


def _title(said: dict[str, str | None], text: str) -> str:
    """The title and its author, or the periodical."""
    for match in TITLE.finditer(text):
        if PERIODICAL.search(match[1]):
            said.setdefault("publication", match[1])
        elif "title" not in said:
            before = _without_dynasty(text[: match.start()]).rstrip("：:，, 。的著编").split("，")[-1].strip()
            said["title"] = match[1]
            if before and _author().match(before) and not NOT_PLACE.search(before):
                said["author"] = before
                text = text.replace(before, "", 1)
        text = text.replace(match.group(), "，", 1)
    return _without_dynasty(text) if "title" in said else text


def _parts(said: dict[str, str | None], text: str) -> None:
    """What is left between commas: the publisher, a place, and the occasion."""
    left: list[str] = []
    for part in (_spaced_separator() if SPACE.search(text) else SEPARATOR).split(text):
        part = part.strip(" ：:。.（）()　")
        if not part or re.fullmatch(r"[\W_]*|年?版", part):
            continue
        publisher = _publisher().search(part) if PUBLISHES.search(part) else None
        if publisher and "publication" not in said and len(part) <= 30:
            said["publication"] = publisher.group()
        elif "title" in said and not left and "date" not in said and len(part) < 3:
            continue
        else:
            left.append(part)
    titled = "title" in said
    if left and "date" in said and _is_place(left[0]) and (len(left) > 1 or (not titled and len(left[0]) <= 8)):
        said["place"] = left.pop(0)
    if left and not titled:
        said["occasion"] = "，".join(left)
    elif any(NOT_PLACE.search(part) for part in left):
        said["occasion"] = "，".join(part for part in left if NOT_PLACE.search(part))


def _is_place(part: str) -> bool:
    """Whether a part may be a place: 2 to 12 characters, no occasion."""
    return 2 <= len(part) <= 12 and not part.startswith("在") and not NOT_PLACE.search(part)
