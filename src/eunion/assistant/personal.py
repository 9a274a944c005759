"""Personal data blotted out before a text leaves the house: ID, card and phone numbers, mail addresses, names."""

from __future__ import annotations

import re

from eunion.assistant.understanding import lexicon, spelling

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝习傅闻常洪萧阎赖"
)
# Surnames that are everyday words as well: a tagger takes 白干 and 包工头 for names.
_WORDS_TOO = frozenset("农师白包管时方连车单易成全司安施尚项计和向康文温费党路游解古于关公习常")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LONG_DIGITS = re.compile(r"(?<!\d)\d{7,}(?!\d)")
_INTRODUCED = re.compile(
    r"(我叫|名叫|叫做|姓名[是为：:\s]*|本人|我是)([一-鿿]{2,4}?)(?=[，,。；;\s、]|在|是|的|今年|身份证|电话|手机|$)"
)
_AFTER_TITLE = re.compile(
    r"(经理|老板|包工头|工头|主任|同事|工友|组长|队长|老乡|领导|主管|会计)([一-鿿])([一-鿿]{1,2}?)(?=不|欠|跑|给|说|把|让|的|在|没|打|骂|扣|叫|[，。,]|$)"
)
_TITLED = re.compile(r"([一-鿿])([一-鿿]{0,2})(?=先生|女士|经理|老板|师傅|主任|工头|科长|总)")
NAMING = SURNAMES - _WORDS_TOO
NAME, BLOT = "某人", "＊＊＊"


def without_numbers(text: str) -> str:
    """Return the text without ID, card and phone numbers and mail addresses."""
    return _MAIL.sub(BLOT, spelling.without_numbers(text))


def blotted(text: str) -> str:
    """Return the text without numbers and names of persons."""
    text = _LONG_DIGITS.sub(BLOT, without_numbers(text))
    text = _INTRODUCED.sub(lambda found: f"{found[1]}{NAME}" if found[2][0] in NAMING else found[0], text)
    text = _TITLED.sub(lambda found: NAME if found[1] in NAMING else found[0], text)
    text = _AFTER_TITLE.sub(lambda found: f"{found[1]}{NAME}" if found[2] in NAMING else found[0], text)
    return without_tagged_names(text, NAME)


def without_tagged_names(text: str, instead: str) -> str:
    """Return the text with something instead of each word that is tagged as a person's name."""
    # Holds 50 MB from its import on: only where questions are read.
    import jieba.posseg

    return "".join(instead if _is_name(word, flag) else word for word, flag in jieba.posseg.cut(text))


def _is_name(word: str, flag: str) -> bool:
    """Return whether a word is tagged as a person's name and looks like one."""
    return flag == "nr" and 2 <= len(word) <= 4 and word[0] in NAMING and word not in lexicon.terms()
