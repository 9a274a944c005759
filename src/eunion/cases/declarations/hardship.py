"""困难帮扶: a household in hardship applies; visited, checked, shown to the public, then helped by its file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from eunion.cases.declaration import (
    Basis,
    Document,
    Field,
    Finding,
    Material,
    Section,
    Service,
    Stage,
    When,
    register,
)
from eunion.cases.hardship.asked import (
    ACCIDENT,
    APPLICANT,
    BANK,
    CAUSES,
    EMPLOYMENT_PROVED,
    EXCLUSIONS,
    FAMILY,
    FIGURES,
)
from eunion.registry.roles import Role

if TYPE_CHECKING:
    from eunion.cases.application import Application
    from eunion.cases.models import Case
    from eunion.registry.models import User

_GRASSROOTS = (Role.GRASSROOTS_OFFICER, Role.CASE_OFFICER)
_FEDERATION = (Role.CASE_OFFICER,)
AUTHORISATION = (
    "我授权工会为办理困难帮扶，请民政等部门核对我和共同生活家人的收入、财产情况。"
    "核对结果只用于这次申请和以后每年的复核，我可以随时撤回。"
)


@register
class Hardship(Service):
    """Hardship assistance, from the application to the opened file."""

    name, prefix, title, icon = "hardship", "KN", "困难帮扶", "guide"
    summary = "家里有困难，向工会申请帮扶救助。"
    audience = "本区在职职工、在本区实际就业满一年的农民工；失业和灵活就业人员向街道工会申请。"
    basis = (Basis("中华人民共和国工会法", "第三十一条"),)
    topics = ("困难职工", "低保", "救助", "大病", "助学", "送温暖", "生活困难", "帮扶")
    submitted = "已收到您的困难帮扶申请，基层工会会先初审，再上门看望。"
    consent = (
        "我填写的内容和材料都是真实的，同意工会核对、入户了解，并公示我的姓（名字遮住）、所属工会和困难类型。"
    )
    sections = (
        Section("您的情况", APPLICANT),
        Section(
            "共同生活的家人",
            (FAMILY,),
            "只填和您一起生活、花钱在一起的人；您自己不用填。一个人生活就不填。",
        ),
        Section("一年的收入和必须花的钱", FIGURES, "按最近十二个月、全家合计，用元填写。"),
        Section("意外和大病", ACCIDENT),
        Section("困难原因", CAUSES),
        Section("需要说明的情况", EXCLUSIONS, "有下面的情况不一定不能帮扶，选“是”的请写明原因，工会会核实。"),
        Section("发放账户", BANK),
    )
    materials = (
        Material("id_card", "本人身份证", "正反面各一张。", most=2),
        Material("household", "户口本或居住证明", "有家人的每一页都拍。", most=9),
        Material("income_proof", "收入证明", "工资条、银行流水、低保证都可以。", most=9),
        Material("spending_proof", "支出证明", "医院结算单、学费收据、租房合同，有就拍。", required=False, most=9),
        Material(
            "accident_proof", "意外或大病的证明", "诊断证明、事故认定书、火灾证明等。",
            when=When("accident", ("yes",)), most=9,
        ),
        Material(
            "work_proof", "就业满一年的证明", "劳动合同、工资流水、平台接单记录都可以。",
            when=When("employment", EMPLOYMENT_PROVED), most=9,
        ),
        Material("signature", "申请人签名", "我申请困难帮扶，所填内容属实。用手指在屏幕上签。", most=1, signature=True),
        Material("authorisation", "收入核对授权签名", AUTHORISATION, most=1, signature=True),
    )  # fmt: skip
    stages = (
        Stage(
            "first", "基层工会初审", _GRASSROOTS, level="own", workdays=5,
            record=(
                Field("is_worker", "确是本单位（本辖区）职工", "yes_no"),
                Field("opinion", "初审意见", "long"),
            ),
            told="初审通过，工会会上门看望，请保持电话畅通。",
        ),
        Stage(
            "visit", "入户走访", _GRASSROOTS, level="own", workdays=10,
            record=(
                Field("visited_on", "走访日期", "date"),
                Field("person", "见到的人"),
                Field("relation", "和申请人的关系", required=False),
                Field("agrees", "家里情况和申请是否一致", "yes_no"),
                Field("seen", "走访情况", "long"),
                Field("position", "走访位置", required=False, help="手机走访页会自动填写经度、纬度和误差。"),
            ),
            materials=(
                Material("visit_photo", "走访照片", most=6),
                Material("visit_signature", "被走访人签名", most=1, signature=True),
            ),
            passing="走访完成",
            told="已经上门走访，等区总工会审核。",
        ),
        Stage(
            "federation", "区总工会审核", _FEDERATION, workdays=5,
            record=(
                Field("exclusions", "需要说明的情况是否成立", "choice", choices=(
                    ("none", "没有这些情况"), ("explained", "有，但说明合理，不影响帮扶"),
                )),
                Field("opinion", "审核意见", "long"),
            ),
            told="区总工会审核通过，正在请民政部门核对收入。",
        ),
        Stage(
            "income", "民政收入核对", _FEDERATION, workdays=15,
            record=(
                Field("answered_on", "核对结果日期", "date"),
                Field("answered_by", "核对单位和经办人"),
                Field("reference", "核对文号", required=False),
                Field("result", "核对结果", "choice", choices=(
                    ("same", "和申报一致"), ("minor", "有出入，但不影响类型"), ("differs", "不一致，影响类型"),
                )),
                Field("remark", "说明", "long", required=False),
            ),
            materials=(Material("income_answer", "核对结果原件", required=False, most=3),),
            passing="核对通过，开始公示",
            told="收入核对通过，开始公示。公示只显示您的姓、所属工会和困难类型。",
        ),
        Stage("notice", "公示", _FEDERATION, public_days=5, told="公示期满没有异议，正在建立帮扶档案。"),
        Stage("filing", "建档", _FEDERATION, workdays=3, passing="建档", told="已建立帮扶档案。"),
    )  # fmt: skip
    documents = (
        Document("application", "困难职工帮扶申请书", "cases/papers/hardship.html"),
        Document("authorisation", "收入核对授权书", "cases/papers/hardship_authorisation.html"),
    )
    mend_reasons = (
        "收入证明看不清，请重新拍",
        "家人信息没有填全",
        "收入和证明对不上，请核对",
        "签名看不清，请重新签",
    )
    refuse_reasons = (
        "家庭人均收入超过帮扶标准",
        "收入核对结果与申报不一致",
        "不在本区就业或就业不满一年",
        "公示期间有异议并查实",
    )
    links = (
        ("先自测一下", "/services/hardship/selftest/"),
        ("看公示", "/services/hardship/notices/"),
        ("我的帮扶", "/me/hardship/"),
    )

    def workdays(self, stage: Stage, case: Case | None = None) -> int:
        """Let the standard in force say how long a notice stands."""
        from eunion.cases.hardship.selectors import standard_on

        standard = standard_on() if stage.public_days else None
        return standard.notice_workdays if standard else super().workdays(stage, case)

    def guide_facts(self) -> list[tuple[str, str]]:
        """Tell the three kinds with today's figures."""
        from eunion.cases.hardship.explained import facts

        return facts()

    def check(self, application: Application) -> Iterable[Finding]:
        """Say what the rules say: who may apply where, who counts twice, what needs a word, which kind fits."""
        from eunion.cases.hardship.explained import findings

        return findings(application)

    def computed(self, application: Application) -> list[tuple[str, str]]:
        """Show the kind with every step."""
        from eunion.cases.hardship.explained import computed

        return computed(application)

    def holds(self, case: Case, stage: Stage) -> str:
        """Hold what has no kind, a notice that still stands or is objected to, and a second file."""
        from eunion.cases.hardship.holding import holding

        return holding(case, stage)

    def on_passed(self, case: Case, stage: Stage, record: dict[str, Any], user: User | None) -> None:
        """Begin the public notice after an income check that agrees. Raises Invalid for one that doesn't."""
        from eunion.cases.hardship.services import notices

        if stage.name == "income":
            notices.begin(case=case, record=record)

    def on_closed(self, case: Case, user: User | None) -> None:
        """Open the household's file."""
        from eunion.cases.hardship.services import files

        if case.state == "done":
            files.open_file(case=case)
