"""网上入会: by employer, or through the new-employment branch by a QR code on the street."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eunion.cases.declaration import Basis, Document, Field, Material, Section, Service, Stage, When, register
from eunion.registry.roles import Role

if TYPE_CHECKING:
    from eunion.cases.models import Case
    from eunion.registry.models import User

EMPLOYMENT = (
    ("contract", "签了劳动合同"),
    ("dispatch", "劳务派遣"),
    ("platform", "外卖、快递、网约车等平台"),
    ("flexible", "灵活就业"),
)


@register
class Joining(Service):
    """Joining a union: the grassroots union reviews, the federation files; the union gets in touch within 15 working days."""

    name, prefix, title, icon = "joining", "RH", "网上入会", "person"
    summary = "手机上申请加入工会，不用跑腿。"
    audience = (
        "在本区工作、以工资收入为主要生活来源的劳动者，包括外卖员、快递员、网约车司机等新就业形态劳动者。"
    )
    basis = (Basis("中华人民共和国工会法", "第三条"), Basis("中国工会章程", "第一条"))
    topics = ("入会", "加入工会", "会员", "骑手", "快递员", "网约车")
    certified = False
    submitted = "已收到您的入会申请，工会会在 15 个工作日内联系您。"
    sections = (
        Section(
            "您是谁",
            (
                Field("name", "姓名", prefill="name"),
                Field(
                    "id_number",
                    "身份证号",
                    "id_number",
                    prefill="id_number",
                    help="加密保存，只用于核对会籍。",
                ),
                Field("phone", "手机号", "phone", prefill="phone"),
            ),
        ),
        Section(
            "在哪里工作",
            (
                Field("employment", "用工形式", "choice", choices=EMPLOYMENT, counted=True),
                Field("employer", "工作单位或平台", prefill="employer"),
                Field(
                    "union",
                    "要加入的工会",
                    "union",
                    required=False,
                    help="输入单位或街道的名字来找；找不到可以不填，由街道工会联系您。",
                ),
                Field("worked_since", "从什么时候开始在这里工作", "date", required=False),
            ),
        ),
    )
    materials = (
        Material(
            "employment_proof",
            "工作证明",
            "劳动合同、工资条、平台接单页面截图都可以。",
            required=False,
            when=When("employment", ("platform", "flexible")),
        ),
        Material("signature", "本人签名", "用手指在屏幕上签。", most=1, signature=True),
    )
    stages = (
        Stage(
            "review",
            "基层工会审核",
            (Role.GRASSROOTS_OFFICER, Role.CASE_OFFICER),
            level="own",
            workdays=10,
            record=(
                Field("contacted", "已联系本人", "yes_no"),
                Field("remark", "审核意见", "long", required=False),
            ),
            told="基层工会审核通过，等区总工会备案。",
        ),
        Stage("file", "区总工会备案", (Role.CASE_OFFICER,), workdays=5, passing="备案"),
    )
    documents = (Document("application", "入会申请书", "cases/papers/joining.html"),)
    mend_reasons = ("签名看不清，请重新签", "请补充工作单位全称", "身份证号和姓名对不上，请核对")
    refuse_reasons = ("您已经是会员，不用重复申请", "工作单位不在本区，请向所在区工会申请")

    def holds(self, case: Case, stage: Stage) -> str:
        """Let nobody into the roster under a number that is another's."""
        from eunion.cases.joining import another_person

        return another_person(case)

    def on_closed(self, case: Case, user: User | None) -> None:
        """Make a member of who is filed, or add the membership."""
        from eunion.cases.joining import become_member

        if case.state == "done":
            become_member(case)
