"""The last look at a gap: doubts dear enough, or strict enough, to be raised only about the best of a passage.

`examiner` judges every phrase at every place; these rules are asked of the gaps that would be taken, with their stem.
They come from cards that readers who saw card and passage alone would not have put into a test: whom it speaks of is
not said, a twin of the answer stands beside it, a word is asked for which nothing shows that it is a term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flashcards import segment
from flashcards.gaps import examiner, places
from flashcards.gaps.stems import Stem, refers_back
from flashcards.keyphrases import background as b
from flashcards.model import Analysis, Keyphrase, Occurrence, Sentence, Token
from flashcards.settings import Settings

SHORT = 700  # words; in a shorter text nothing but repetition shows that a common phrase is a term of it
SENTENCES = 3  # a text of no more is asked something, however little it tells
PER = 150  # words to a date in a text of facts
PROMINENT = 0.15  # of the best score: what a phrase of a short text must have that is told twice or more
PLAIN = 0.5  # of the best score: with less a short phrase that is told once is one of many wordings
EVERYDAY = 7.5  # the mean rarity that the words of a term of a short text must have
SHORT_WORD = 10.0  # the rarity that one word of two characters must have
TOPIC_WORD = 8.0  # the same where the text says it eight times and more
NAMED = 11.0  # rarity from which a dictionary word names what it tells of (李冰, 松鸦; not 严冬, 单行本)
LONG = 14  # characters of an answer that anybody would write down
MANY = 4  # marks 、 in the clause of a name, from which on it is one of many
_NAMELIKE = frozenset({b.PERSON, b.PROPER, b.LATIN, b.UNKNOWN, b.ABBREVIATION})
_THINGS = frozenset({b.NOUN, b.GERUND, b.PLACE, *_NAMELIKE})
_NAMES = frozenset({b.NOUN, b.UNKNOWN, b.PROPER})
_OBJECTS = frozenset({b.NUMBER, b.DIGITS, *_THINGS})
_GOES_ON = frozenset({b.NOUN, b.GERUND, b.PROPER})
_TIMES = frozenset({b.TIME, b.NUMBER, b.DIGITS, b.MEASURE, b.MARK, b.LOCATION, b.ADVERB})
_GENERIC = frozenset({b.NOUN, b.ATTRIBUTE, b.ADJECTIVE, b.GERUND, b.PLACE})
_PAIRED = ("、", "和", "与", "與", "及")
_BEFORE = frozenset("在于於从從自到至由以据據当當对對與与因经經".replace("", " ").split())
_THEN = re.compile("(?:以?后|以?後|之后|之後|以?前|之前|时|時|以来|以來|期间|期間|中)$")
_DIRT = re.compile(
    r"[（(「『“《]\s*[\"'”’]{2}|-\{|\}-|<[a-z/]+>|codice_|\bISBN\b|[0-9]年年|。。|[\u3400-\u9fff]\s+[，。、；）]"
    r"|[\u3400-\u4dbf※●■◆□]|：[^：。]*：|[（(][，、,；]|[（(][如见見]?[图圖表][0-9一二三四五六七八九十]|(?:[\u3400-\u9fff]\.){2}|[）)]\s*[（(]\s*[）)]|^\s*[0-9]+[.、]|[\u3400-\u9fff]\s{2,}[\u3400-\u9fff]"
)
_UNMARKED = re.compile(r"[^\s，、；：。！？,;:.!?()（）《》〈〉“”‘’「」『』【】…—·-]{46}")
_POINTING = re.compile(
    r"[他她牠它][们們]?|[该該](?!当|當)|[这這那][一二两兩三几幾]?[些个個种種座位部条條里裡次项項首款家艘枚类類]?"
    r"|此(?:处|處|人|地|书|書|后|後|剧|劇|片|线|線)|本(?![来來身土地人质質能领領义義草])|[上前后後][述]|同[年月日]|[翌次]年|其(?![中次他它余餘实實])"
    r"|全[路线線站镇鎮村校县縣市区區剧劇书書]|当中|當中|及后|及後|其后|其後"
)
_CLAUSE_MARK = re.compile("[，；。：,;]")
_DEFINES = tuple("是指即为為有")
_OPEN = re.compile("^(?:、[^、]{1,12})*等(?!于|於|级|級|候|待)")
_NEUTRAL = ("此外", "此间", "其中", "其他", "其它", "其余")
_SENTENCE_ENDS = tuple("。！？；…”」』!?;.）)")
_LIKE_THIS = re.compile("像[这這那][样樣]")
_KIND_OF = re.compile("[这這那][一二两兩三四几幾]?[种種个個些类類座条條项項部][\u3400-\u9fff]{2}")
_GLOSS = re.compile(
    r"[”』」》]?\s*[（(](?:[^（()）]{0,6}[：:])?\s*[「『“《]?[^（()）]{0,4}[A-Za-zÀ-ɏ\u3040-\u30ff\u0400-\u04ff]"
)
_BRACKET = re.compile(r"[”』」》]?\s*[（(]([^（()）]{2,12})[)）]")
_DETERMINERS = frozenset("各 每 该 該 本 这 這 那 其 某 此 原 前 现 現 旧 舊 新 老 所 同".split())  # noqa: SIM905
_ADDRESSED = re.compile("(?:来说|來說|来讲|來講|而言|来看|來看)")
_OPPOSITE = tuple("内外 內外 上下 左右 前后 前後 东西 東西 南北 大小 正负 正負 阴阳 陰陽 长短 長短 高低 新旧 新舊 冷热 冷熱 主副 公私 生死".split())  # noqa: SIM905 # fmt: skip
_FIGURE = frozenset("名片 典范 蓝图 画卷 篇章 热土 标杆 榜样 奇迹 台阶 步伐 旋律 号角 基石 引擎 抓手 路径 责任 担当".split())  # noqa: SIM905 # fmt: skip
_TASKS = frozenset("建设 工作 发展 问题 任务 建設 發展 問題 任務".split())  # noqa: SIM905
_GOVERNS = tuple("体系 机制 制度 能力 水平 工程 项目 建设 政策 措施 关系 结构 工作 體系 機制".split())  # noqa: SIM905
_STYLED = re.compile(
    "(?:教授|先生|女士|夫人|牧师|牧師|道士|将军|將軍|上校|少校|博士|医生|醫生|老师|老師|小姐|太太|部长|部長)$"
    "|^(?:校长|校長|主席|总统|總統|教授|导演|導演|会长|會長|总理|總理|部长|部長|市长|市長|牧师|队长|隊長)."
)
_GRANTED = re.compile("^[封任授拜迁遷赐賜追谥諡]|[即则則便乃而为為是已饰飾]$")
_ERA = "民国|民國|昭和|大正|明治|平成|令和"
_CONVERTS = re.compile(rf"\s*[（(](?:{_ERA})|(?:{_ERA})[0-9一二三四五六七八九十元]+年\s*[（(]$")
_FOREIGN = re.compile(r"[（(][^（()）]*(?:文|语|語|名|称|稱|写|寫|式)[：:]?\s*[「『“《]?$")
_OFFICE = re.compile("(?:现|現|时|時|曾|历|歷|担|擔|出|调|調|升|就|兼)?任$")
_VAGUE = re.compile(
    "一(?![0-9一二三四五六七八九十百千万亿萬億])|[一二两兩三四五六七八九]{2}[个個名位人次年天种種]"
    "|第[一二两兩三四五六七八九十][名位]|[几幾数數]"
)
_MONTH = re.compile("[0-9一二三四五六七八九十正]{1,2}月(?:[0-9]{1,2}日)?$")
_YEAR_OF_ERA = re.compile("[0-9]{1,2}年$")
_LABEL = re.compile("(?:面积|面積|人口|长度|長度|高度|数量|數量|总数|產量|产量|体长|體長|比例|距离|距離|压力|壓力|格言|口号|口號|称号|稱號)$")
_GENUS = re.compile("[是为為][^。；]*(?:一[个個种種条條名位座部家所支款]|之一)[^。；]*$")
_NUMBER = re.compile("[0-9]{2,}")
_PARTIAL = frozenset("（）()[]【】＋+=")
_SEATS = frozenset("国立 國立 市立 县立 縣立 首都 省会 省會 首府".split())  # noqa: SIM905
_GROUND = frozenset("朝廷 平原 高原 盆地 山区 江水 河水 湖水 海岸 沿海 内地 境内 中原 边境 沙漠 草原 城市 太阳 月亮 地球".split())  # noqa: SIM905
_JOINED = re.compile("[向于於在由从從被把对對]")
_INSTITUTION = re.compile("学校|學校|大学|大學|学院|學院|医院|醫院|公司|中学|中學|小学|小學|银行|銀行|车站|車站|[路街道站桥橋]$")


@dataclass(frozen=True, slots=True)
class Text:
    """What the rules must know of a document.

    ``short``: it has fewer than 700 words; ``factual``: a date to every 150 words; ``strict``: one of both, and more
    than three sentences, so that its sentences had better name what they speak of; ``best``: the best score of its
    phrases; ``counts``: how often each of them stands there; ``sparing``: no more gaps are asked for than by default, so that phrases told once can be left out;
    ``lenient``: nothing else is left to ask, so that only what is given away is left out.
    """

    short: bool
    factual: bool
    strict: bool
    best: float
    counts: Mapping[str, int]
    sparing: bool = True
    lenient: bool = False

    @classmethod
    def of(cls, analyses: Sequence[Analysis], settings: Settings) -> Text:
        """The facts of a document."""
        words = sum(len(sentence.tokens) for analysis in analyses for sentence in analysis.sentences)
        phrases = {p.text: p for analysis in analyses for p in analysis.keyphrases if p.kind != "user"}
        dates = sum(len(p.occurrences) for p in phrases.values() if p.kind == "date")
        best = max((p.score for p in phrases.values()), default=0.0)
        counts = {text: len(phrase.occurrences) for text, phrase in phrases.items()}
        short, factual = words < SHORT, dates * PER >= words
        strict = (short or factual) and sum(len(analysis.sentences) for analysis in analyses) > SENTENCES
        return cls(short, factual, strict, max(0.05, best), counts, settings.density <= 1)

    def any_phrase(self) -> Text:
        """The same, where phrases told once may be asked."""
        return replace(self, sparing=False)

    def anything(self) -> Text:
        """The same, where all may be asked that is not given away."""
        return replace(self, lenient=True)


def doubt(analysis: Analysis, phrase: Keyphrase, place: Occurrence, stem: Stem, text: Text) -> str:
    """What speaks against asking a phrase at its place with this stem, or nothing."""
    sentence = analysis.sentences[place.sentence]
    answer = sentence.text[place.start : place.end]
    if text.lenient:
        return _told(sentence, place, answer, stem)
    why = _damaged(sentence, answer, stem) or _told(sentence, place, answer, stem)
    if why:
        return why
    tokens, before, behind = places.around(sentence, place)
    if phrase.kind in ("number", "date", "quote"):
        why = _poor(phrase, answer, tokens, before)
    if phrase.kind not in ("quote", "title", "date", "number"):
        why = _no_term(phrase, answer, tokens, before, behind, sentence, place, stem, text)
    if not why and place != phrase.occurrences[0]:
        about = (analysis.passage.source.title or "") + (analysis.passage.source.occasion or "")
        why = "what its source is about" if answer in about else ""
    if why or not text.strict:
        return why
    title = analysis.passage.title or ""
    if answer in title and len(answer) < len(title.strip("《》 ")):
        return "part of the title"
    if stem.text.rstrip()[-1:] not in _SENTENCE_ENDS:
        return "the sentence breaks off"
    if text.short and stem.start > 0 and not _shown(analysis, stem.visible):
        return "whom or what it tells of is not said"
    if phrase.kind not in ("number", "date") and _one_of_many(sentence.text, place):
        return "one of many"
    if refers_back(stem.text):
        return "whom or what it tells of is not said"
    if (text.short or phrase.kind in ("number", "date", "term")) and nobody(analysis, sentence, stem):
        return "whom or what it tells of is not said"
    return ""


def _damaged(sentence: Sentence, answer: str, stem: Stem) -> str:
    if _LIKE_THIS.search(stem.text):
        return "points to what was named before"
    if is_damaged(stem) or _UNMARKED.search(sentence.text):
        return "the text is damaged here"
    if not _PARTIAL.isdisjoint(answer):
        return "a gloss in the answer"
    return "too long to write down" if len(answer) > LONG else ""


def is_damaged(stem: Stem) -> bool:
    """Whether a stem shows markup, empty marks, or marks in a row that no writer meant."""
    return _DIRT.search(stem.text) is not None


def _told(sentence: Sentence, place: Occurrence, answer: str, stem: Stem) -> str:
    """What on the front tells the answer, or all but tells it."""
    if any(_also_called(answer, stem.text[gap.end :]) for gap in stem.gaps):
        return "another name tells it"
    if any(_GLOSS.match(stem.text, gap.end) for gap in stem.gaps):
        return "another language tells it"
    number = _NUMBER.search(answer)
    latin = len(answer) > 4 and answer[:5].isascii() and answer[:5] in stem.visible
    if latin or (number is not None and number[0] in stem.visible) or _covered(answer, stem):
        return "its parts can be read beside it"
    near = stem.text[: stem.gaps[0].start]
    if _CONVERTS.match(stem.text, stem.gaps[0].end) or _CONVERTS.search(near) or _FOREIGN.search(near):
        return "what stands beside it converts to it"
    if answer.isascii() and near.rstrip()[-1:] in "（(":
        return "what stands beside it converts to it"
    if _twin(answer, sentence, place, stem):
        return "a twin of it stands beside it"
    return "one example of many" if _one_example(sentence, place) else ""


def _poor(phrase: Keyphrase, answer: str, tokens: Sequence[Token], before: Token | None) -> str:
    """Why a number, a date or a quotation is not worth asking, or is no whole one."""
    if is_vague(answer):
        return "a vague number"
    if phrase.kind == "date":
        if before is not None and (before.text[-1] == "前" or places.word_class(before) not in (b.MARK, b.FUNCTION)):
            if before.text[-1] == "前" or _YEAR_OF_ERA.fullmatch(answer):
                return "part of a date"
    if phrase.kind == "quote" and len(answer) > 6 and "的" in answer:
        return "a clause, not a term"
    if phrase.kind == "quote" and len(tokens) == 1:
        known, rarity = places.familiar(tokens[0].text)
        if known and rarity < SHORT_WORD:
            return "an everyday word"  # 价格“过高”
    return ""


def is_vague(number: str) -> bool:
    """Whether a number or a date is not worth asking: 一层, 两三个, a month without its year."""
    return _VAGUE.match(number) is not None or _MONTH.fullmatch(number) is not None


def _no_term(
    phrase: Keyphrase,
    answer: str,
    tokens: Sequence[Token],
    before: Token | None,
    behind: Token | None,
    sentence: Sentence,
    place: Occurrence,
    stem: Stem,
    text: Text,
) -> str:
    """Why nothing shows that a phrase which is no quotation, title, date or number is a term, or nothing."""
    classes = [places.word_class(token) for token in tokens]
    known = [places.familiar(token.text) for token in tokens]
    why = _no_whole(phrase, answer, tokens, classes, before, behind, sentence, place)
    if why:
        return why
    count, rank, kind = len(phrase.occurrences), phrase.score / text.best, phrase.kind
    if kind == "name" and len(tokens) == 1 and known[0][0] and known[0][1] < NAMED:
        if known[0][1] < places.COMMON + 0.5 and count < examiner.TOPIC:
            return "an everyday word"
        kind = "term"  # 严冬, 岳父, 洪水: the dictionary calls many a common word a name
    if kind in ("name", "place", "organisation"):
        return ""
    if _LABEL.search(answer):
        return "a label beside what it labels"
    if kind == "term" and text.short and classes[0] == b.VERB and len(tokens) > 1:
        return "a clause, not a term"
    if kind == "term" and _GENUS.search(sentence.text, stem.start, place.start) and count < examiner.TOPIC:
        return "says only of what kind a thing is"
    if len(tokens) == 1 and (tokens[0].pos == "i" or (kind == "idiom" and count < 2)):
        return "a set phrase, no fact"
    if count < 4 and tokens[-1].text in _FIGURE:
        return "a figure of speech"
    if len(answer) == 2 and count < 3:
        return "a short word, told seldom"  # 排沙, 泄洪
    if tokens[-1].text in _TASKS and text.counts.get(answer[: -len(tokens[-1].text)], 0) > 2 * count:
        return "a term and what is done with it"  # 雄安新区|建设
    if len(tokens) == 1 and len(answer) == 2 and known[0][0]:
        if known[0][1] < (SHORT_WORD if count < examiner.TOPIC else TOPIC_WORD):
            return "an everyday word"
    if count < 2 and rank < PLAIN and text.sparing:
        return "told once, and others would fit as well"  # 地缘优势, 地理优势
    if text.short and (_mean(known) < EVERYDAY or (rank < PROMINENT and text.sparing)):
        return "no term of this short text"
    if count < 2 and _mean(known) < places.COMMON_EACH:
        return "everyday words, told once"
    return ""


def _no_whole(
    phrase: Keyphrase,
    answer: str,
    tokens: Sequence[Token],
    classes: Sequence[int],
    before: Token | None,
    behind: Token | None,
    sentence: Sentence,
    place: Occurrence,
) -> str:
    """Why a phrase is no whole term where it stands, or nothing."""
    count, kind = len(phrase.occurrences), phrase.kind
    if before is not None and before.text in _DETERMINERS and count < 3:
        return "a word before it belongs to it"
    if answer[0] in "本该該此这這那某各每":
        return "points to what was named before"
    if _ADDRESSED.match(sentence.text, place.end):
        return "somebody addressed"
    left, right = sentence.text[: place.start].rstrip()[-1:], sentence.text[place.end :].lstrip()[:1]
    if (left and left in "&＆·・-/") or (right and right in "&＆·・-－/立"):
        return "part of a longer name"
    if behind is not None and _INSTITUTION.search(behind.text) and kind in ("name", "place", "organisation", "term"):
        return "part of a longer name"
    if kind == "organisation" and (places.word_class(before) in _NAMELIKE | {b.PLACE} or not _THINGS.issuperset(classes)):
        return "part of a longer name"
    if _STYLED.search(answer) or (kind == "name" and _GRANTED.match(answer)):
        return "a name with its style"
    if places.word_class(before) in (b.VERB, b.GERUND) and _follows_of(sentence, place):
        return "a word before it belongs to it"  # 的 爆炸 |装置残留物|
    if before is not None and places.word_class(before) in _NAMES and not places.familiar(before.text)[0]:
        return "part of a longer name"  # 罗迪|尼亚大陆|
    if kind == "organisation" and any(_JOINED.search(t.text) and not places.familiar(t.text)[0] for t in tokens):
        return "a clause, not a name"
    if kind == "place":
        if answer in _GROUND:
            return "an everyday word"
        if _holds(sentence, place):
            return "what follows tells it"
        if len(tokens) > 1 and (tokens[0].text[-1] in "国國" or answer[1:2] in "至到"):
            return "two places run together"
        return "a place among places" if _beside_a_place(sentence, place) else ""
    if kind in ("name", "organisation"):
        return ""
    if count < 3 and len(tokens) > 1 and classes[-1] in (b.VERB, b.ADJECTIVE, b.ADVERB):
        return "a clause, not a term"
    if len(tokens) > 1 and classes[-1] == b.VERB and places.word_class(behind) in _OBJECTS:
        return "an action, not a thing"  # 全力打好|三大战役
    if answer[-1] in "级級型式性" and behind is not None and places.word_class(behind) not in (b.MARK, b.FUNCTION, b.VERB):
        return "goes on behind it"  # 世界级|先进 制造业集群
    if len(answer) == 2 and places.word_class(behind) in (b.VERB, b.LOCATION) and _is_noun(sentence, place):
        return "goes on behind it"  # 生态|治理 的 典范
    if places.word_class(behind) in _GOES_ON and (len(answer) < 4 or count < 3 or places.word_class(before) in _THINGS):
        return "goes on behind it"
    if count > 1:
        return ""
    if len(tokens) == 2 and classes[0] == b.PLACE and places.familiar(tokens[1].text)[1] < places.COMMON:
        return "a place and an everyday word"  # 东北高校
    if len(tokens) > 1 and _modifies(sentence, place, before, behind):
        return "goes on behind it"
    if before is not None and before.text in _PAIRED and before.text != "、" and tokens[-1].text.endswith(_GOVERNS):
        return "half of a pair"  # 资金支持和|政策支撑体系|
    return ""


def _mean(known: Sequence[tuple[bool, float]]) -> float:
    """The mean rarity of words."""
    return sum(rarity for _, rarity in known) / len(known)


def _modifies(sentence: Sentence, place: Occurrence, before: Token | None, behind: Token | None) -> bool:
    """Whether an action and a noun follow an object, which so belongs to them: 把 |北京科技| 创新 优势."""
    objective = places.word_class(before) == b.VERB or (before is not None and before.text in ("把", "将", "對", "对", "以"))
    if not objective or places.word_class(behind) not in (b.VERB, b.GERUND):
        return False
    at = places.word_at(sentence, place.end) + 1
    return at < len(sentence.tokens) and places.word_class(sentence.tokens[at]) in _THINGS


def _is_noun(sentence: Sentence, place: Occurrence) -> bool:
    """Whether the word behind a place is used as a noun: 的, 和 or a mark follows it."""
    at = places.word_at(sentence, place.end) + 1
    return at >= len(sentence.tokens) or sentence.tokens[at].text in ("的", *_PAIRED, "，", "。", "；")


def _follows_of(sentence: Sentence, place: Occurrence) -> bool:
    """Whether the word before the word before a place is 的."""
    at = places.word_at(sentence, place.start) - 2
    return at >= 0 and sentence.tokens[at].text == "的"


def _also_called(answer: str, rest: str) -> bool:
    """Whether a bracket behind a gap holds another form of the answer: |雪野弥生|（雪弥生）."""
    other = _BRACKET.match(rest)
    return other is not None and 2 * len(set(other[1]) & set(answer)) >= len(set(answer))


def _covered(answer: str, stem: Stem) -> bool:
    """Whether pairs of characters that can be read in the stem make up three quarters of an answer of five and more."""
    if len(answer) < 5:
        return False
    visible = stem.visible
    pairs = (at for at in range(len(answer) - 1) if answer[at : at + 2] in visible)
    return 4 * len({at + step for at in pairs for step in (0, 1)}) >= 3 * len(answer)


def _holds(sentence: Sentence, place: Occurrence) -> bool:
    """Whether the name of what lies there follows a place: |法国| 的 里昂, |山东省| 西北部 的 德州市, |台北市| 国立大学."""
    at = places.word_at(sentence, place.end)
    near = list(sentence.tokens[at : at + 3])
    if near and places.word_class(near[0]) == b.LOCATION:
        del near[0]
    if len(near) > 1 and near[0].text == "的":
        return places.word_class(near[1]) in (b.PLACE, b.PROPER)
    if not near:
        return False
    return places.word_class(near[0]) in (b.PLACE, b.PROPER) or near[0].text in _SEATS


def _beside_a_place(sentence: Sentence, place: Occurrence) -> bool:
    """Whether 、 or 和 joins another place to a place: |北京|、天津."""
    first, behind = places.word_at(sentence, place.start), places.word_at(sentence, place.end)
    tokens = sentence.tokens
    return any(
        0 <= min(joint, other)
        and max(joint, other) < len(tokens)
        and tokens[joint].text in _PAIRED
        and places.word_class(tokens[other]) == b.PLACE
        for joint, other in ((first - 1, first - 2), (behind, behind + 1))
    )


def _one_example(sentence: Sentence, place: Occurrence) -> bool:
    """Whether a phrase is one of the examples that 等 generalises: 关于 |京津冀| 等 区域, 立春、|春分|、夏至等八个."""
    text = sentence.text
    if text[place.end : place.end + 1] == "等":
        return True
    rest = _CLAUSE_MARK.split(text[place.end : place.end + 60])[0]
    listed = "、" in (text[place.start - 1 : place.start], text[place.end : place.end + 1])
    return listed and _OPEN.search(rest) is not None


def _one_of_many(text: str, place: Occurrence) -> bool:
    """Whether a phrase is one of five and more that 、 and 及 join."""
    if {text[place.start - 1 : place.start], text[place.end : place.end + 1]}.isdisjoint(_PAIRED):
        return False
    start = max(text.rfind(mark, 0, place.start) for mark in "，。；：") + 1
    ends = [at for at in (text.find(mark, place.end) for mark in "，。；：") if at >= 0]
    return text.count("、", start, min(ends, default=len(text))) >= MANY


def _twin(answer: str, sentence: Sentence, place: Occurrence, stem: Stem) -> bool:
    """Whether the word that 、 or 和 joins to a phrase is made like it (老人老办法、新人新办法), or its contrary stands in
    the stem (内江, 外江)."""
    size = len(answer)
    for start, end in _joined(sentence.text, place):
        other = sentence.text[start:end]
        alike = sum(map(str.__eq__, answer, other)) if len(other) == size > 2 else 0
        if 2 * alike > size or (size == 3 and answer[0] == other[:1] == "新") or (2 * alike == size and answer[-2:] == other[-2:]):
            return True
    visible = stem.visible
    for at, character in enumerate(answer if size > 1 else ""):
        for pair in _OPPOSITE:
            if character in pair:
                other = pair[1 - pair.index(character)]
                if answer[:at] + other + answer[at + 1 :] in visible:
                    return True
    return False


def _joined(text: str, place: Occurrence) -> Iterator[tuple[int, int]]:
    """The stretches as long as a place that 、, 和 or 与 joins to it, before and behind."""
    size = place.end - place.start
    if text[place.start - 1 : place.start] in _PAIRED:
        yield place.start - 1 - size, place.start - 1
    if text[place.end : place.end + 1] in _PAIRED:
        yield place.end + 1, place.end + 1 + size


def nobody(analysis: Analysis, sentence: Sentence, stem: Stem) -> bool:
    """Whether a stem does not say of whom or of what it speaks.

    It does where it shows the title or half of it, or where a clause begins, behind times, with a name, a quotation or
    a rare noun, hidden or not. A pronoun before any of these, or 这种文字 without a 文字 before it, points to another
    sentence; so does an office without its holder.
    """
    title = _shown(analysis, stem.visible)
    clauses = list(_clauses(sentence, stem))
    if not title and any(_OFFICE.fullmatch(clause[0].text) for clause in clauses):
        return True  # 2011年8月，任省委书记，省人大主任
    pointed = _KIND_OF.search(stem.visible)
    if pointed is not None:
        before = stem.visible[: pointed.start()]
        if pointed[0][-2:] not in before and len(_CLAUSE_MARK.findall(before)) < 2:
            return True
    hidden = tuple((stem.start + gap.start, stem.start + gap.end) for gap in stem.gaps)
    for clause in clauses:
        found = _subject(clause, title, sentence, hidden)
        if found is not None:
            return not found
    return True


def _clauses(sentence: Sentence, stem: Stem) -> Iterator[list[Token]]:
    """The words of each clause of a stem, without the marks between the clauses and what stands in brackets."""
    clause: list[Token] = []
    inside = 0
    for token in sentence.tokens[places.word_at(sentence, stem.start) :]:
        if token.start >= stem.start + len(stem.text):
            break
        if token.text in "（(":
            inside += 1
        elif token.text in "）)":
            inside -= 1
        elif inside > 0:
            continue
        elif _CLAUSE_MARK.fullmatch(token.text):
            if clause:
                yield clause
            clause = []
        else:
            clause.append(token)
    if clause:
        yield clause


def _subject(clause: Sequence[Token], title: str, sentence: Sentence, hidden: Sequence[tuple[int, int]]) -> bool | None:
    """Whether a clause says whom it speaks of (True), points back (False), or leaves it to the next clause (None).

    ``hidden`` are the gaps: a common noun in one is the subject only where the clause defines it (____是…).
    """
    named = False
    timed = _THEN.search(sentence.text[clause[0].start : clause[-1].end]) is not None
    searching = True
    for index, token in enumerate(clause):
        kind = places.word_class(token)
        follower = places.word_class(clause[index + 1]) if index + 1 < len(clause) else b.MARK
        if _POINTING.match(token.text) and not token.text.startswith(_NEUTRAL):
            return False
        if title and sentence.text.startswith(title, token.start):
            return True
        if not searching:
            continue
        if token.text in "“《「『":
            return True
        if token.text in _BEFORE or token.text[-1] in "于於着著由":
            searching = False  # what a preposition governs is no subject
        elif kind in _TIMES or token.text == "的":
            continue
        elif kind == b.NOUN and any(start <= token.start < end for start, end in hidden):
            if any(token.end == end for _, end in hidden) and sentence.text[token.end : token.end + 1] in _DEFINES:
                return True
        elif _names(token, kind) and follower not in (b.NUMBER, b.DIGITS, b.TIME) and (not timed or kind == b.PERSON):
            if not any(start <= token.start < end for start, end in hidden):
                return True  # but 崇祯 | 七年 is a time, and so is 中华人民共和国 | 成立后
            named = True  # what is hidden does not say what 本路线 is, should that follow
            searching = False
        elif kind not in _GENERIC:
            searching = False  # a verb looks for no subject
    return True if named else None


def _names(token: Token, kind: int) -> bool:
    """Whether a word names what it tells of: a name, or a noun as rare as one (松鸦, not 单行本)."""
    known, rarity = places.familiar(token.text)
    if kind == b.PLACE:
        return known and token.text not in _GROUND
    if kind == b.PROPER:
        return not known or rarity > SHORT_WORD
    if kind in (b.NOUN, b.UNKNOWN):
        return rarity > NAMED if known else len(token.text) > 2
    return kind in (b.PERSON, b.LATIN, b.ABBREVIATION) and len(token.text) > 1


def _shown(analysis: Analysis, visible: str) -> str:
    """What can be read of the title: all of it, a name or a rare word in it, or a stretch of half its length."""
    parts: list[str] = []
    for name in (analysis.passage.heading, analysis.passage.title):
        title = re.split(r"[（(]", (name or "").strip("《》 "))[0].strip()
        parts += [title, *re.split(r"[·•\s]", title), title[: max(2, -(-len(title) // 2))]]
        parts += [word for word, _ in segment.words(title) if places.familiar(word)[1] > places.COMMON]
    return next((part for part in parts if len(part) > 1 and part in visible), "")
