"""網上入會: by employer, or through the new-employment branch by a QR code on the street."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eunion.cases import declaration as d
from eunion.cases.application import Application, application_of
from eunion.kernel.workdays import add_workdays
from eunion.registry import memberships
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
# The union gets in touch within so many working days of the application [豫工惠].
CONTACT_WORKDAYS = 15
REVIEWERS = (Role.GRASSROOTS_OFFICER, Role.CASE_OFFICER)
WHO = (
    d.Field("name", "姓名", prefill="name"),
    d.Field(
        "id_number",
        "身份证号",
        "id_number",
        prefill="id_number",
        help="加密保存，只用于核对会籍。",
    ),
    d.Field("phone", "手机号", "phone", prefill="phone"),
)
SIGNATURE = d.Material("signature", "本人签名", "用手指在屏幕上签。", most=1, signature=True)


@d.register
class Joining(d.Service):
    """Joining a union: the grassroots union reviews and gets in touch, the federation files."""

    name, prefix, title, icon = "joining", "RH", "网上入会", "person"
    summary = "手机上申请加入工会，不用跑腿。"
    audience = (
        "在本区工作、以工资收入为主要生活来源的劳动者，包括外卖员、快递员、网约车司机等新就业形态劳动者。"
    )
    basis = (d.Basis("中华人民共和国工会法", "第三条"), d.Basis("中国工会章程", "第一条"))
    topics = ("入会", "加入工会", "会员", "骑手", "快递员", "网约车")
    certified = False
    submitted = f"已收到您的入会申请，工会会在 {CONTACT_WORKDAYS} 个工作日内联系您。"
    sections = (
        d.Section("您是谁", WHO),
        d.Section(
            "在哪里工作",
            (
                d.Field("employment", "用工形式", "choice", choices=EMPLOYMENT, counted=True),
                d.Field("employer", "工作单位或平台", prefill="employer"),
                d.Field(
                    "union",
                    "要加入的工会",
                    "union",
                    required=False,
                    help="输入单位或街道的名字来找；找不到可以不填，由区总工会联系您。",
                ),
                d.Field("worked_since", "从什么时候开始在这里工作", "date", required=False, past=True),
            ),
        ),
    )
    materials = (
        d.Material(
            "employment_proof",
            "工作证明",
            "劳动合同、工资条、平台接单页面截图都可以。",
            required=False,
            when=d.When("employment", ("platform", "flexible")),
        ),
        SIGNATURE,
    )
    stages = (
        d.Stage(
            "review",
            "工会审核并联系您",
            REVIEWERS,
            level="own",
            workdays=10,
            record=(
                d.Field("contacted", "已经联系到本人", "yes_no"),
                d.Field("remark", "审核意见", "long", required=False),
            ),
            told="工会审核通过，等区总工会备案。",
        ),
        d.Stage("file", "区总工会备案", (Role.CASE_OFFICER,), workdays=5, passing="备案"),
    )
    documents = (d.Document("application", "入会申请书", "cases/papers/joining.html"),)
    mend_reasons = ("签名看不清，请重新签", "请补充工作单位全称", "身份证号和姓名对不上，请核对")
    refuse_reasons = ("您已经是会员，不用重复申请", "工作单位不在本区，请向所在区工会申请")

    def check(self, application: Application) -> list[d.Finding]:
        """Who belongs to a union already moves instead."""
        member = application.member
        if member and member.memberships.filter(left_on=None).exists():
            return [d.Finding("refuse", "您已经是工会会员。换了单位，请办“会籍转移”。")]
        return []

    def promise(self, case: Case) -> str:
        """Say until when the union gets in touch."""
        if case.submitted_at is None or case.stage_name != "review":
            return ""
        return f"工会最晚 {add_workdays(case.submitted_at, CONTACT_WORKDAYS):%-m月%-d日}联系您。"

    def holds(self, case: Case, stage: d.Stage) -> str:
        """Let nobody into the register under a number that is another's."""
        values = application_of(case).values
        if memberships.known_as_another(name=values["name"], id_number=values["id_number"]):
            return "名册里这个身份证号登记的是另一个姓名，请先核对，或退回申请人改正。"
        return ""

    def on_closed(self, case: Case, user: User | None) -> None:
        """Make a member of who is filed."""
        if case.state != case.State.DONE or case.union is None:
            return
        values = application_of(case).values
        made = memberships.join(
            union=case.union,
            name=values["name"],
            id_number=values["id_number"],
            phone=values["phone"],
            employer=values["employer"],
            user=case.user,
        )
        case.member = case.member or made
        case.save(update_fields=["member"])


@d.register
class Transfer(d.Service):
    """轉會: in one step, when the employer changes; the union that takes the member in agrees."""

    name, prefix, title, icon = "transfer", "ZH", "会籍转移", "union"
    summary = "换了单位，把会籍转到新单位的工会，一步办好。"
    audience = "本区工会会员，工作单位变了的。"
    basis = (d.Basis("工会会员会籍管理办法", "第九条"),)
    topics = ("转会", "换工作", "换单位")
    sections = (
        d.Section(
            "转到哪里",
            (
                d.Field("to", "转入的工会", "union", help="输入新单位或街道的名字来找。"),
                d.Field("employer", "新的工作单位"),
                d.Field("reason", "说明", "long", required=False),
            ),
        ),
    )
    stages = (d.Stage("accept", "转入工会接收", REVIEWERS, level="own", workdays=5, passing="接收"),)
    refuse_reasons = ("您填写的单位没有这名职工，请核对",)

    def check(self, application: Application) -> list[d.Finding]:
        """Refuse a move to where one is already."""
        to = application.values.get("to")
        if (
            to
            and application.member
            and application.member.memberships.filter(union=to, left_on=None).exists()
        ):
            return [d.Finding("mend", "您已经在这个工会了，请选要转入的工会。", field="to")]
        return []

    def on_closed(self, case: Case, user: User | None) -> None:
        """Move the membership."""
        if case.state == case.State.DONE and case.member and case.union:
            employer = application_of(case).values["employer"]
            memberships.transfer(member=case.member, to=case.union, employer=employer)


@d.register
class Leaving(d.Service):
    """退會: on one's own signed word."""

    name, prefix, title, icon = "leaving", "TH", "退会", "person"
    summary = "不再参加工会，可以申请退会。"
    audience = "本区工会会员。退会后不再享受会员待遇，医疗互助等已参加的保障按各自的规定。"
    basis = (d.Basis("中国工会章程", "第六条"),)
    topics = ("退会", "退出工会")
    sections = (
        d.Section(
            "退会",
            (
                d.Field(
                    "why",
                    "原因",
                    "choice",
                    choices=(
                        ("retired", "退休"),
                        ("away", "离开本区"),
                        ("unwilling", "不想再参加"),
                        ("other", "其他"),
                    ),
                    counted=True,
                ),
                d.Field("words", "想说的话", "long", required=False),
            ),
        ),
    )
    materials = (SIGNATURE,)
    stages = (d.Stage("confirm", "工会确认", REVIEWERS, level="own", workdays=10, passing="确认退会"),)
    refuse_reasons = ("联系本人后，本人不退了",)

    def on_closed(self, case: Case, user: User | None) -> None:
        """End the memberships."""
        if case.state == case.State.DONE and case.member:
            memberships.leave(member=case.member)
