"""Tags for words outside the dictionary, by their shape alone: the same for every engine."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[0-9０-９]+(?:[.．·:：/\-][0-9０-９]+)*[%％‰]?")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ0-9０-９À-ɏͰ-ϿЀ-ӿ+#&._%\-]+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]")
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭鲁韦马苗方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮齐康伍余顾孟黄穆萧尹姚邵汪祁毛禹狄米贝明臧戴宋庞熊纪舒屈项祝"
    "董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房解应宗丁宣邓郁单洪包左石崔吉"
    "龚程邢裴陆翁荀甄曲封储靳段焦侯车全郗班仰秋仲伊宫宁仇甘武符刘景詹束龙叶司黎白蒲邰鄂索赖卓蔺屠蒙池乔闻党翟谭"
    "申堵冉桑桂牛边燕尚温庄晏柴瞿阎慕连茹习艾鱼容向古易慎戈廖衡步都耿满匡国文寇广东欧沃利蔚越师巩厍聂晁勾敖融冷辛"
)
_PLACE = frozenset("省市县区镇乡村州郡国岛山河江湖海港湾峡寨屯庄路街桥寺塔")
_BODY = ("公司", "大学", "学院", "委员会", "研究所", "研究院", "集团", "银行", "医院", "协会", "法院", "部队", "出版社")


def guess(word: str) -> str:
    """The tag (ICTCLAS set as jieba uses it) of a word that no dictionary has.

    m number, eng Latin, nr person, ns place, nt organisation, n any other word of Han, x marks and white space.
    """
    if _NUMBER.fullmatch(word):
        return "m"
    if not _HAN.search(word):
        return "eng" if _LATIN.fullmatch(word) and any(c.isalnum() for c in word) else "x"
    if word.endswith(_BODY):
        return "nt"
    if len(word) > 1 and word[-1] in _PLACE:
        return "ns"
    if 2 <= len(word) <= 3 and word[0] in _SURNAMES:
        return "nr"
    return "n"
