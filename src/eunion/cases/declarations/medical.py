"""医疗互助: papers first, read by the OCR into the form, pre-reviewed; a person confirms the amounts; then it is paid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from eunion.cases.declaration import Basis, Field, Finding, Material, Section, Service, Stage, When, register
from eunion.registry.roles import Role

if TYPE_CHECKING:
    from eunion.cases.application import Application
    from eunion.cases.models import Case
    from eunion.registry.models import User

KINDS = (("hospital", "住院医疗"), ("illness", "重大疾病"), ("accident", "意外伤害"))
_PEOPLE = Section(
    "给谁申请",
    (
        Field("name", "姓名", prefill="name", locked=True),
        Field("id_number", "身份证号", "id_number", prefill="id_number", locked=True),
        Field("phone", "手机号", "phone", prefill="phone"),
        Field(
            "by",
            "谁在填",
            "choice",
            choices=(("self", "我自己的申请"), ("other", "家人替会员本人办")),
            counted=True,
        ),
        Field("agent_name", "代办人姓名", when=When("by", ("other",))),
        Field("agent_phone", "代办人手机号", "phone", when=When("by", ("other",))),
    ),
)
_STAY = Section(
    "看病的情况",
    (
        Field("kind", "申请哪一种互助", "choice", choices=KINDS, counted=True),
        Field("injury", "是不是意外受伤引起的", "yes_no", counted=True),
        Field(
            "hospital",
            "医院全称",
            read_from=("settlement.hospital", "invoice.hospital", "discharge.hospital"),
        ),
        Field(
            "admitted", "入院日期", "date", past=True, read_from=("settlement.admitted", "discharge.admitted")
        ),
        Field(
            "discharged",
            "出院日期",
            "date",
            past=True,
            read_from=("settlement.discharged", "discharge.discharged"),
        ),
        Field(
            "settled",
            "结算日期",
            "date",
            past=True,
            help="结算单上的日期；结算单没写的，填出院日期。",
            read_from=("settlement.settled",),
        ),
        Field(
            "illness",
            "确诊的疾病",
            most=60,
            help="照出院诊断写。",
            when=When("kind", ("illness",)),
            read_from=("discharge.diagnosis",),
        ),
    ),
)
_MONEY = Section(
    "花了多少钱",
    (
        Field(
            "invoice_number",
            "票据号码",
            most=20,
            help="医疗收费票据右上角。",
            read_from=("invoice.invoice_number",),
        ),
        Field("invoice_total", "票据合计金额", "money", read_from=("invoice.total",)),
        Field("total", "医疗费总额", "money", help="结算单上的总费用。", read_from=("settlement.total",)),
        Field("fund", "医保基金支付", "money", help="没有就填 0。", read_from=("settlement.fund",)),
        Field(
            "self_paid",
            "个人负担",
            "money",
            help="结算单上个人支付、个人负担的合计，包括个人账户支付的。",
            read_from=("settlement.self_paid",),
        ),
    ),
    note="照着结算单填。总额应等于基金支付加个人负担。",
)
_CARD = Section(
    "打到哪张卡",
    (
        Field("card_number", "银行卡号", "bank_card", read_from=("bank_card.card_number",)),
        Field("bank", "开户行", most=60, read_from=("bank_card.bank",)),
    ),
    note="要本人名下的储蓄卡。",
)


@register
class Medical(Service):
    """A claim of medical mutual aid. A claim is never refused on the OCR's word: a person sees paper and reading together."""

    name, prefix, title, icon = "medical", "YL", "医疗互助", "heart"
    summary = "住院、重病、受伤，拍几张照片就能申请互助金，先帮您预审。"
    audience = "参加了职工医疗互助的会员，出院或结算以后在规定时间里申请。"
    basis = (Basis("中华人民共和国工会法", "第三十一条"), Basis("职工互助保障活动的有关规定"))
    topics = ("医疗互助", "互助金", "住院报销", "大病", "互助保障", "预审")
    certified, several, papers_first = True, True, True
    sections = (_PEOPLE, _STAY, _MONEY, _CARD)
    materials = (
        Material("id_card", "身份证", "有照片的一面。", reads="id_card", most=2),
        Material("invoice", "医疗收费票据", "住院收费票据，电子票据可以传 PDF。", reads="invoice", most=6),
        Material("settlement", "医保结算单", "写着基金支付和个人负担的那张。", reads="settlement", most=4),
        Material("discharge", "出院记录（小结）", "每一页都要拍。", reads="discharge", most=8),
        Material("bank_card", "银行卡", "有卡号的一面，本人名下的储蓄卡。", reads="bank_card", most=2),
        Material(
            "accident_report",
            "意外事故证明",
            "交警、单位或社区出的说明都可以。",
            when=When("injury", ("yes",)),
            most=6,
        ),
        Material(
            "authorisation",
            "委托书和代办人身份证",
            "会员本人签名的委托书，加上代办人的身份证。",
            when=When("by", ("other",)),
            most=4,
        ),
    )
    stages = (
        Stage(
            "review",
            "审核确认",
            (Role.CASE_OFFICER,),
            workdays=10,
            record=(
                Field("total", "核定的医疗费总额（元）", "money"),
                Field("fund", "核定的基金支付（元）", "money"),
                Field("self_paid", "核定的个人负担（元）", "money"),
                Field("invoice_number", "核对过的票据号码", most=20),
                Field("admitted", "核对过的入院日期", "date"),
                Field(
                    "illness",
                    "核定的病种",
                    required=False,
                    most=60,
                    help="按病种定额的计划要填，写法和计划里的病种一致。",
                ),
                Field(
                    "exception",
                    "例外理由",
                    "long",
                    required=False,
                    most=300,
                    help="医院不在名单、过了期限等仍要通过的，写明为什么。",
                ),
            ),
            passing="确认金额，通过",
            told="审核通过，互助金等发放。",
        ),
        Stage("pay", "互助金发放", (Role.CASE_OFFICER,), workdays=15, passing="已发放，办结"),
    )
    mend_reasons = ("结算单看不清，请重拍", "请补票据", "请补出院记录的全部页", "金额和结算单对不上，请核对")
    refuse_reasons = (
        "入院时不在互助期内",
        "还在首次参加的等待期内",
        "没有参加这个互助计划",
        "同一张票据已经申请过",
        "所患疾病不在病种表里",
    )
    consent = "我填写的内容和材料属实，同意工会为办理医疗互助核对这些信息（包括病历和银行卡号）。"
    submitted = "已收到您的互助申请，审核结果会通知您。"
    links = (("看我参加的互助", "/me/medical/"),)

    def guide_facts(self) -> list[tuple[str, str]]:
        """Say what each plan that can be joined pays."""
        from eunion.cases.medical.selectors import plans_in_words

        return plans_in_words()

    def check(self, application: Application) -> Iterable[Finding]:
        """Run the pre-review."""
        from eunion.cases.medical import claims

        return claims.findings(application)

    def computed(self, application: Application) -> list[tuple[str, str]]:
        """Show the benefit to expect, or the one that was granted."""
        from eunion.cases.medical import claims

        return claims.computed(application)

    def holds(self, case: Case, stage: Stage) -> str:
        """Let a case end by hand only if the bank has paid."""
        if stage.name == "pay" and case.claim_facts.state != "paid":
            return "要等发放清单的银行回盘成功，这件申请会自动办结。"
        return ""

    def bound(self, case: Case) -> str:
        """Hold a case whose money is on the way or was paid."""
        from eunion.cases.medical import granting

        return granting.bound(case)

    def record_begins(self, case: Case, stage: Stage) -> dict[str, Any]:
        """Begin the confirmation with what was typed; who confirms compares it with the papers beside."""
        typed = case.answers
        return {one.name: typed.get(one.name, "") for one in stage.record}

    def on_submitted(self, case: Case, application: Application) -> None:
        """Keep the invoice beside the case."""
        from eunion.cases.medical import granting

        granting.write_down(case, application)

    on_supplemented = on_submitted

    def on_passed(self, case: Case, stage: Stage, record: dict[str, Any], user: User | None) -> None:
        """Grant the benefit for the confirmed amounts."""
        from eunion.cases.medical import granting

        if stage.name == "review":
            granting.grant(case, record, user)

    def on_closed(self, case: Case, user: User | None) -> None:
        """Let go of the invoice of a claim that came to nothing."""
        from eunion.cases.medical import granting

        if case.state != "done":
            granting.end(case)
