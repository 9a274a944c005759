"""What a person tells of themselves that neighbours in a group need not read twice: illness, pay, numbers of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from eunion.assistant.terms import Amount

_ME = r"(?:我|俺|咱|本人)(?!们)"
_PAY = frozenset(["元/月", "元/天", "元/小时", "元/年"])
# A wage that everybody has is nobody's own.
_COMMON_PAY = re.compile(r"最低工资|平均工资|起征点|低保标准")
_ILLNESS = (
    r"(?:癌|白血病|肿瘤|尿毒症|肾衰|糖尿病|抑郁|焦虑症|精神病|精神分裂|艾滋|乙肝|肝炎|肝硬化|结核|尘肺|矽肺|心脏病|高血压|"
    r"冠心病|脑梗|中风|癫痫|帕金森|绝症|(?:大|重)病(?!救助|互助|保险|医保|医疗))"
)
_IS_ILL = re.compile(
    rf"{_ME}[^，。！？,!?]{{0,8}}(?:得|患|确诊|查出|诊断)[^，。！？,!?]{{0,5}}{_ILLNESS}|{_ME}(?:也|现在|一直)?有{_ILLNESS}"
)
_RECORD = re.compile(
    rf"{_ME}[^，。！？,!?]{{0,6}}(?:卡号|会员号|账号|余额|积分|身份证号|手机号|银行卡号)|"
    rf"{_ME}的?(?:工资|社保|公积金|互助金|补助金?|救助金|理赔款?)(?:现在|到底|一共|总共)?(?:是|有|交了|缴了|发了|批了|报了)(?:多少|几)"
)


def names_own_matter(text: str, amounts: Iterable[Amount]) -> bool:
    """Say whether a message tells or asks of the writer's own illness, pay or records."""
    return bool(_IS_ILL.search(text) or _RECORD.search(text)) or _tells_pay(text, amounts)


def _tells_pay(text: str, amounts: Iterable[Amount]) -> bool:
    """Return whether a wage is said; 工资80% is a share and no wage."""
    said = any(one.unit in _PAY and f"{one.said}%" not in text for one in amounts)
    return said and not _COMMON_PAY.search(text)
