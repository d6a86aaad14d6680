"""What a line or paragraph is, judged by its own words: note, heading, item, page number, rule, byline."""

from __future__ import annotations

import re
from functools import cache

from flashcards.dates import DATE, number
from flashcards.repair.measure import MARKS, ends_sentence, width

CIRCLED = "①-⑳⑴-⒇㈠-㈩❶-❿⓪㊀-㊉"
NOTE = re.compile(
    rf"\s*(?:[{CIRCLED}]|\[\d{{1,3}}\]|〔\d{{1,3}}〕|［\d{{1,3}}］|【\d{{1,3}}】|[*＊†]{{1,3}}(?=[^*＊\s])(?!.*[*＊]\s*$))\s*"
)
NOTE_END = re.compile(
    r"(?:讲话|讲稿|报告|谈话|演讲|致辞|发言|講話|報告|演講|[》页頁版期])\s*[。.]?\s*$"
)  # a note is complete
LABEL = re.compile(r"\s*(?:注释?|註釋?|附注|脚注|译注|资料来源|出处|出處)\s*[：:]")
BYLINE = re.compile(
    r"\s*(?:来源|來源|出处|出處|作者|文|责任编辑|责编|编辑|原载|原載|选自|選自|摘自|节选自|發表於|发表于)\s*(?:[：:／/]|(?=《))"
    r"|\s*（\s*(?:[12]\d{3}|[一二][〇零○一二三四五六七八九]{3})\s*年[^（）]{4,}）\s*$"
    r"|\s*（(?:[^（）]*[，, ])?(?:来源|选自|节选自|摘自|摘编自|原载|出处|據|据)[^（）]{2,60}）\s*$"
)
PLACE_DATE = re.compile(rf"\s*[（(〔[]?\s*(?:{DATE.pattern})\s*[）)〕\]]?\s*$")
PAGE = re.compile(
    r"\s*(?:[—–－\-·•~～]\s*\d{1,4}\s*[—–－\-·•~～]|第\s*[\d〇一二三四五六七八九十百]{1,5}\s*[页頁](?:\s*[，,/]?\s*共\s*\d+\s*[页頁])?"
    r"|\d{1,4}\s*[/／]\s*\d{1,4}|[Pp](?:age)?\.?\s*\d{1,4}|[ivxlcIVXLC]{1,6}|\d{1,4}|[－—\-]\s*[〇一二三四五六七八九十百]{1,5}\s*[－—\-])\s*$"
)
RULE = re.compile(r"\s*(?:[-=_*~—─━═＝－＊·.•+#\s|]{3,})\s*$")
ITEM = re.compile(
    r"\s*(?:[•·●○■□◆◇▪▫►▶※–-]\s+\S|[*＊+]\s+\S|\d{1,3}\s*[.．、)）]\s*(?!\d)\S|[（(]\s*(?:\d{1,3}|[一二三四五六七八九十百]{1,4}|[a-zA-Z])\s*[）)]"
    rf"|[a-zA-Z]\s*[.．、)）]\s*[^\sa-z]|[一二三四五六七八九十]{{1,3}}\s*、|[{CIRCLED}]|第[一二三四五六七八九十百千〇零\d]+[条條款项項]"
    r"|(?:答|问|問|甲|乙|丙|丁)\s*[：:])"
)
COUNTED = re.compile(
    r"\s*(?P<before>[（(第]?)(?P<value>\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?P<after>[.．、)）条條])"
)
NUMBERED = re.compile(
    r"\s*(?:(?P<part>第\s*[一二三四五六七八九十百千〇零\d]+\s*[编編卷部篇](?:分)?)|(?P<chapter>第\s*[一二三四五六七八九十百千〇零\d]+\s*[章回讲講课課单單]元?)"
    r"|(?P<section>第\s*[一二三四五六七八九十百千〇零\d]+\s*[节節])|(?P<one>[一二三四五六七八九十]{1,3}\s*、)"
    r"|(?P<two>（[一二三四五六七八九十]{1,3}）)|(?P<dotted>\d{1,2}(?:\.\d{1,2})+\.?\s)|(?P<mark>#{1,6}\s))(?=\s*\S|$)"
)
# The hundred commonest surnames: with one or two more characters they make a name.
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖"
    "姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚張劉陳楊黃趙吳孫馬鄭羅謝韓許鄧蕭馮蘇葉呂蔣鍾盧"
)
OPENERS = frozenset("〔[（(【［")
HOLE_SIGN = re.compile("[\t │┃┌├└┏┣┗╔╠╚║]")  # what a hole has in it; hardly a line has one
HOLE = re.compile(r"\S(?:\t| {4,})\s*\S|^[│┃┌├└┏┣┗╔╠╚║]|\S *[│┃║] *\S")
FRAME = re.compile(r"^(?P<sign>[=|*#])\s{2,}(?P<words>\S.*\S)\s{2,}(?P=sign)$")
# What may follow a dash as the origin of a quotation: a title in its marks, a name, a dynasty and a name.
_ORIGIN = (
    r"(?:[^。！？，；《\n]{0,16}《[^》\n]+》[^。！？\n]{0,16}|[〔\[（(][\u4e00-\u9fff]{1,4}[〕\]）)]\s*[\u4e00-\u9fff·]{2,12}"
    r"|[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,8}){1,3}|[\u4e00-\u9fff]{2,5})\s*$"
)
_ENCLOSED = r"（[^（）]{4,70}）\s*$"
ENCLOSED = re.compile(rf"[。！？…”’』」]\s*(?P<byline>{_ENCLOSED})")
DASHED = re.compile("[。！？…”’』」]\\s*[—–]{2}")  # without it no byline stands behind a dash
LEVELS = {"part": 2, "chapter": 3, "section": 4, "one": 5, "two": 6, "dotted": 4, "mark": 2}
LONGEST_HEADING = 30.0  # em
NO_HEADING = MARKS - frozenset("、：:?？!！.")


def is_page_number(text: str) -> bool:
    """Whether a line is nothing but a page number.

    >>> [is_page_number(t) for t in ("— 12 —", "第 3 页", "3/12", "xiv", "2021—2030年是", "12")]
    [True, True, True, True, False, True]
    """
    return bool(PAGE.match(text))


def is_cells(text: str) -> bool:
    """Whether a line is set in columns by tabs or wide holes: a table, a picture made of letters, options.

    >>> is_cells("k\\t\\t提示： h 的键"), is_cells("　　一个段落"), is_cells("目的 观察")
    (True, False, False)
    """
    text = text.strip()
    return bool(HOLE_SIGN.search(text) and HOLE.search(text))


def framed(text: str) -> str | None:
    """The words of a title in a frame of signs, or None.

    >>> framed("=   欢 迎 阅 读   ="), framed("# 标题")
    ('欢 迎 阅 读', None)
    """
    match = FRAME.match(text)
    return match["words"] if match else None


def is_rule(text: str) -> bool:
    """Whether a line is drawn, not written.

    >>> is_rule("======="), is_rule("* * *"), is_rule("——"), is_rule("……")
    (True, True, False, False)
    """
    if not RULE.match(text):
        return False
    bare = text.replace(" ", "")
    return len(bare) >= 3 and any(c in "-=_*~─━═＝－＊+#|·•." or bare.count("—") > 3 for c in bare)


def is_note(text: str) -> bool:
    """Whether a paragraph opens like a note: a marker, or 注：.

    >>> [is_note(t) for t in ("④ 2023年9月7日，哈尔滨", "[1] 费孝通：《乡土中国》", "注：见下", "** 提示 **")]
    [True, True, True, False]
    """
    return bool(NOTE.match(text) or LABEL.match(text))


def is_item(text: str) -> bool:
    """Whether a line opens a list item.

    >>> [is_item(t) for t in ("1. 移动光标", "（一）依法", "• 好", "3.14是", "2021—2030年", "第二条 国家")]
    [True, True, True, False, False, True]
    """
    return bool(ITEM.match(text))


def item_follows(before: str, after: str) -> bool:
    """Whether two lines open items of one list, the second counting on.

    >>> item_follows("（一）依法", "（二）公正"), item_follows("1. 甲", "2. 乙"), item_follows("三、丙", "二、三级")
    (True, True, False)
    """
    numbers = []
    for text in (before, after):
        match = COUNTED.match(text)
        if not match:
            return False
        value = number(match["value"])
        numbers.append((match["before"], match["after"], value))
    (opener, closer, first), (opener2, closer2, second) = numbers
    return (opener, closer) == (opener2, closer2) and first is not None and second == first + 1


def is_byline(text: str) -> bool:
    """Whether a paragraph says nothing but where a text comes from.

    >>> [is_byline(t) for t in ("来源：《人民日报》2023年5月11日", "——〔宋〕范仲淹《岳阳楼记》", "（2023年5月10日）")]
    [True, True, True]
    >>> is_byline("破折号——这样用的。")
    False
    """
    if not (BYLINE.match(text) or _is_dashed(text) or PLACE_DATE.match(text)) or width(text) > 60:
        return False
    return not ends_sentence(text) or text.rstrip().endswith(("）", "》", "”"))


def _is_dashed(text: str) -> bool:
    """Whether a text is the origin of a quotation behind a dash."""
    return text.lstrip().startswith(("——", "—–", "–—", "––")) and bool(_dashed().match(text))


# The patterns with many ranges of Chinese characters take milliseconds to compile, and most texts never need them.
@cache
def _author() -> re.Pattern[str]:
    return re.compile(
        rf"(?:[〔\[（(【［][\u4e00-\u9fff]{{1,4}}[〕\]）)】］]\s*[\u4e00-\u9fff·]{{2,12}}"
        rf"|(?:[\u4e00-\u9fff（）()]{{4,24}}[ \u3000]+)?[{SURNAMES}][ \u3000]?[\u4e00-\u9fff]{{1,2}})"
    )


@cache
def _dynastic() -> re.Pattern[str]:
    return re.compile(r"[〔\[（(【［]\s*[\u4e00-\u9fff]{1,4}\s*[〕\]）)】］]\s*[\u4e00-\u9fff·]{2,12}")


@cache
def _dashed() -> re.Pattern[str]:
    return re.compile(rf"\s*[—–]{{2,}}\s*{_ORIGIN}")


@cache
def _trailing() -> re.Pattern[str]:
    return re.compile(rf"[。！？…”’』」]\s*(?P<byline>{_ENCLOSED}|[—–]{{2,}}\s*{_ORIGIN})")


def is_dynastic(text: str) -> bool:
    """Whether a line is a name behind a dynasty in brackets, which it says wherever it stands.

    >>> [is_dynastic(t) for t in ("（唐）王之涣", "〔宋〕苏轼", "朱自清")]
    [True, True, False]
    """
    bare = text.strip()
    return bare[:1] in OPENERS and bool(_dynastic().fullmatch(bare))


def is_author(text: str) -> bool:
    """Whether a line under a title is a name, with its dynasty or its office.

    >>> [is_author(t) for t in ("〔宋〕苏轼", "朱自清", "山西省闻喜县诚镇初中 李新录", "细胞膜", "包含")]
    [True, True, True, False, False]
    """
    bare = text.strip()
    if not bare:
        return False
    # a dynasty first, an office and a space first, or a bare name
    named = bare[0] in OPENERS or " " in bare or "\u3000" in bare or (len(bare) <= 3 and bare[0] in SURNAMES)
    return named and bool(_author().fullmatch(bare))


def trailing_byline(text: str) -> int:
    """Where the byline at a passage's end begins, behind its final mark; 0 where there is none.

    >>> text = "要节约用水。（2023年5月10日，在座谈会上的讲话）"
    >>> text[trailing_byline(text):]
    '（2023年5月10日，在座谈会上的讲话）'
    >>> trailing_byline("他来了。（笑）"), trailing_byline("公司于一九四九年成立（1949年10月1日）")
    (0, 0)
    """
    tail = text[-80:]
    dashed = DASHED.search(tail)
    if not dashed and not tail.rstrip().endswith("）"):
        return 0
    match = (_trailing() if dashed else ENCLOSED).search(tail)
    if not match:
        return 0
    start = max(0, len(text) - 80) + match.start("byline")
    return start if is_byline(text[start:]) else 0


def heading_level(text: str, *, alone: bool = True) -> int:
    """The level of a heading by its own numbering or shape (1 to 6), or 0 for none.

    ``alone``: it stands between blank lines, so a short line without marks may be a heading without a number.

    >>> [heading_level(t) for t in ("第二章　细胞的结构", "一、总则", "细胞器", "要坚持科学治沙。", "今天，我们来")]
    [3, 5, 1, 0, 0]
    """
    numbered = NUMBERED.match(text)
    if not text or (not numbered and (not alone or not NO_HEADING.isdisjoint(text))):
        return 0
    if width(text) > LONGEST_HEADING or ends_sentence(text, colon=True) or is_page_number(text):
        return 0
    if numbered and not any(mark in text[numbered.end() :] for mark in "，。；,;"):
        return LEVELS[str(numbered.lastgroup)]
    if not alone or is_item(text) or not NO_HEADING.isdisjoint(text) or text[-1] in "、":
        return 0
    return 1 if sum("\u3400" <= c <= "\u9fff" for c in text) >= 2 and not set("<>=|→") & set(text) else 0
