"""勞動合同審查清單: questions about a contract, and what each answer means by law. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

_LAW = "《劳动合同法》"


@dataclass(frozen=True)
class Question:
    """One yes-or-no question. `right` is the answer that the law asks for; the other one means `words`."""

    name: str
    asked: str
    right: Literal["yes", "no"]
    kind: Literal["missing", "illegal"]
    words: str
    article: str
    help: str = ""


@dataclass(frozen=True)
class Group:
    """Questions under one heading."""

    title: str
    questions: tuple[Question, ...]


def _has(name: str, asked: str, what: str, item: str) -> Question:
    return Question(
        name, asked, "yes", "missing", f"合同缺少必备条款：{what}。", f"{_LAW}第十七条第一款第{item}项"
    )


GROUPS = (
    Group(
        "合同签了没有",
        (
            Question(
                "signed",
                "签了书面劳动合同吗？",
                "yes",
                "illegal",
                "上班满一个月还没签书面合同，单位从第二个月起要每月付两倍工资，最长十一个月。",
                f"{_LAW}第十条、第八十二条",
            ),
            Question(
                "copy",
                "您手里有一份合同吗？",
                "yes",
                "illegal",
                "合同应当由单位和劳动者各执一份，单位不给可以向劳动监察投诉。",
                f"{_LAW}第十六条、第八十一条",
            ),
        ),
    ),
    Group(
        "该写的写了没有",
        (
            _has("employer", "写了单位名称、住所和法定代表人吗？", "用人单位的名称、住所和法定代表人", "一"),
            _has("worker", "写了您的姓名、住址和身份证号吗？", "劳动者的姓名、住址和身份证件号码", "二"),
            _has("term", "写了合同期限吗？", "劳动合同期限", "三"),
            _has("work", "写了干什么工作、在哪里工作吗？", "工作内容和工作地点", "四"),
            _has("hours", "写了工作时间和休息休假吗？", "工作时间和休息休假", "五"),
            _has("pay", "写了工资多少、怎么发吗？", "劳动报酬", "六"),
            _has("insurance", "写了社会保险吗？", "社会保险", "七"),
            _has(
                "safety",
                "写了劳动保护、劳动条件和职业危害防护吗？",
                "劳动保护、劳动条件和职业危害防护",
                "八",
            ),
        ),
    ),
    Group(
        "试用期",
        (
            Question(
                "probation_long",
                "试用期超过法律规定的长度吗？",
                "no",
                "illegal",
                "试用期超过上限的部分无效；已经干满的，单位要按转正工资付赔偿金。",
                f"{_LAW}第十九条、第八十三条",
                "合同不满 3 个月：不能有；不满 1 年：最长 1 个月；不满 3 年：最长 2 个月；3 年以上或无固定期限：最长 6 个月。",
            ),
            Question(
                "probation_pay",
                "试用期工资低于转正工资的 80%，或低于最低工资吗？",
                "no",
                "illegal",
                "试用期工资不能低于本岗位最低档工资或约定工资的 80%，也不能低于当地最低工资。",
                f"{_LAW}第二十条",
            ),
            Question(
                "probation_insurance",
                "写了试用期不交社会保险吗？",
                "no",
                "illegal",
                "用工之日起三十日内就要办社会保险登记，试用期也要交。",
                "《社会保险法》第五十八条",
            ),
        ),
    ),
    Group(
        "不能有的内容",
        (
            Question(
                "deposit",
                "要交押金、保证金，或扣押身份证吗？",
                "no",
                "illegal",
                "单位不能扣押证件，也不能以任何名义收取财物，可以要求退还。",
                f"{_LAW}第九条、第八十四条",
            ),
            Question(
                "waiver",
                "写了“自愿放弃社保”或“用补贴代替社保”吗？",
                "no",
                "illegal",
                "交社会保险是法定义务，这样的约定无效；单位没交的，劳动者可以解除合同并要经济补偿。",
                f"《社会保险法》第六十条、{_LAW}第二十六条、第三十八条",
            ),
            Question(
                "injury",
                "写了“工伤自负”“伤亡概不负责”吗？",
                "no",
                "illegal",
                "免除单位法定责任的条款无效，受了工伤照样享受工伤待遇。",
                f"{_LAW}第二十六条第一款第二项",
            ),
            Question(
                "penalty",
                "除培训服务期和竞业限制以外，还写了辞职要付违约金吗？",
                "no",
                "illegal",
                "单位只能就专项培训服务期和竞业限制约定违约金，其他的无效。",
                f"{_LAW}第二十五条",
            ),
            Question(
                "overtime",
                "写了加班没有加班费吗？",
                "no",
                "illegal",
                "安排加班要付加班费：平日 150%，休息日不能补休的 200%，法定节假日 300%。",
                f"《劳动法》第四十四条、{_LAW}第三十一条",
            ),
            Question(
                "minimum",
                "约定的工资低于当地最低工资标准吗？",
                "no",
                "illegal",
                "工资不能低于当地最低工资标准，低的部分要补。",
                "《劳动法》第四十八条",
            ),
            Question(
                "change",
                "写了单位可以随意调岗、降薪、换工作地点吗？",
                "no",
                "illegal",
                "变更合同约定的内容要双方协商一致，并用书面形式。",
                f"{_LAW}第三十五条",
            ),
            Question(
                "women",
                "写了几年内不能结婚、怀孕、生育吗？",
                "no",
                "illegal",
                "合同不能限制女职工结婚、生育，这样的条款无效。",
                "《妇女权益保障法》第四十四条",
            ),
            Question(
                "non_compete",
                "约定了离职后不能去同行上班，但没有按月给补偿吗？",
                "no",
                "illegal",
                "竞业限制只适用于负有保密义务的人员，期间单位要按月给补偿，最长两年。",
                f"{_LAW}第二十三条、第二十四条",
            ),
            Question(
                "severance",
                "写了单位解除合同一律不给补偿吗？",
                "no",
                "illegal",
                "符合法定情形的，单位要按工作年限付经济补偿；违法解除的付两倍赔偿金。",
                f"{_LAW}第四十六条、第四十七条、第八十七条",
            ),
        ),
    ),
)
QUESTIONS = tuple(question for group in GROUPS for question in group.questions)
# Without a contract there is nothing more to ask about it.
FIRST = "signed"


def reviewed(answers: Mapping[str, str]) -> list[Question]:
    """Return the questions whose answer shows something missing or illegal; what wasn't answered says nothing."""
    if answers.get(FIRST) == "no":
        return [question for question in QUESTIONS if question.name == FIRST]
    wrong = {"yes": "no", "no": "yes"}
    return [one for one in QUESTIONS if answers.get(one.name) == wrong[one.right]]


def as_text(found: list[Question]) -> str:
    """Return what was found as lines, for an application for advice."""
    return "劳动合同检查发现：\n" + "\n".join(f"· {one.words}（{one.article}）" for one in found)
