"""法律援助: advice, papers written for one, or a lawyer who acts; what it keeps is in `cases/legal/`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q

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
from eunion.cases.models.legal import Lawyer, LegalAid

if TYPE_CHECKING:
    from eunion.cases.application import Application
    from eunion.cases.models import Case
    from eunion.registry.models import User

WHAT = (
    ("advice", "法律咨询：请律师看看怎么办"),
    ("drafting", "代写文书：写仲裁申请书"),
    ("representation", "律师代理：协商、调解、仲裁、打官司"),
)
WHO = (
    ("migrant", "进城务工人员（农民工）"),
    ("hardship", "困难职工"),
    ("model", "劳动模范"),
    ("union_staff", "因做工会工作受到侵害的工会干部"),
    ("union_org", "基层工会组织"),
    ("other", "其他职工"),
)
TRIED = (
    ("employer", "找单位谈过"),
    ("union", "找工会调解过"),
    ("inspection", "向劳动监察投诉过"),
    ("arbitration", "已申请劳动仲裁"),
    ("court", "已到法院起诉"),
    ("none", "还没有"),
)
_FULL = When("what", ("drafting", "representation"))
_UNION = When("who", ("union_staff", "union_org"))


@register
class Legal(Service):
    """Legal aid: reviewed within 7 working days, a lawyer within 3, work, a closing report, a visit back."""

    name, prefix, title, icon = "legal", "FY", "法律援助", "guide"
    summary = "欠薪、工伤、辞退……请律师免费帮您。"
    audience = (
        "困难职工、劳动权益受侵害的进城务工人员、劳动模范、因做工会工作受到侵害的工会干部、基层工会组织。"
        "其他职工可以咨询、约律师面谈。进城务工人员讨要工资、主张工伤待遇，不用交困难证明。"
    )
    basis = (
        Basis("中华人民共和国法律援助法", "第三十一条、第四十二条"),
        Basis("中华人民共和国工会法", "第三十条"),
        Basis("中华人民共和国劳动争议调解仲裁法", "第二十七条、第二十八条"),
    )
    topics = (
        "律师",
        "打官司",
        "劳动仲裁",
        "仲裁申请书",
        "欠薪",
        "讨薪",
        "辞退",
        "工伤赔偿",
        "合同审查",
        "12348",
    )
    links = (
        ("约律师面谈", "/services/legal/hours/"),
        ("检查我的劳动合同", "/services/legal/contract/"),
        ("我的律师预约", "/me/legal/appointments/"),
    )
    certified, several = False, True
    submitted = "已收到您的申请，7 个工作日内告诉您是否受理。"
    member_part, desk_part = "cases/legal/member_part.html", "cases/legal/admin/desk_part.html"
    sections = (
        Section(
            "要什么帮助",
            (
                Field("what", "想要哪种帮助", "choice", choices=WHAT, counted=True),
                Field("who", "您属于哪一类", "choice", choices=WHO, counted=True),
                Field("claims", "哪方面的事", "many", choices=tuple(Lawyer.Speciality.choices), counted=True),
            ),
        ),
        Section(
            "您是谁",
            (
                Field("name", "姓名", prefill="name"),
                Field("phone", "联系电话", "phone", prefill="phone"),
                Field("id_number", "身份证号", "id_number", prefill="id_number", when=_FULL),
                Field("address", "现在的住址", when=_FULL, help="写进仲裁申请书，也用来寄文书。"),
                Field("union", "哪个工会", "union", when=_UNION),
            ),
        ),
        Section(
            "对方是谁",
            (
                Field("employer", "单位全称", prefill="employer", help="和营业执照、工资条上一样。"),
                Field(
                    "employer_uscc",
                    "统一社会信用代码",
                    "uscc",
                    required=False,
                    prefill="employer_uscc",
                    help="营业执照上 18 位，不知道可以不填。",
                ),
                Field("employer_address", "单位地址", required=False, when=_FULL),
                Field("employer_head", "法定代表人", required=False, when=_FULL),
                Field("employer_phone", "单位电话", required=False, most=20, when=_FULL),
            ),
        ),
        Section(
            "事情经过",
            (
                Field("worked_since", "什么时候开始在这里上班", "date", required=False, past=True),
                Field("employed", "现在还在这家单位上班吗", "yes_no"),
                Field("left_on", "什么时候离开的", "date", when=When("employed", ("no",))),
                Field(
                    "known_on",
                    "什么时候知道权益受到侵害",
                    "date",
                    help="例如收到辞退通知、发工资日没发的那天。申请仲裁一般要在一年以内，系统会帮您算。",
                ),
                Field("amount", "涉及多少钱", "money", required=False),
                Field(
                    "story",
                    "请把事情说清楚",
                    "long",
                    help="什么时间、什么事、单位怎么说。用手机键盘上的话筒可以说话输入。",
                ),
                Field("tried", "试过哪些办法", "many", choices=TRIED, counted=True),
                Field(
                    "asked_on",
                    "最近一次要求单位解决或投诉是哪天",
                    "date",
                    required=False,
                    help="有聊天记录、投诉回执等证据的才填：时效从这天重新算。",
                ),
            ),
        ),
        Section(
            "仲裁请求和证据",
            (
                Field(
                    "requests",
                    "请求事项",
                    "rows",
                    when=_FULL,
                    most=8,
                    help="一项一行，例如“支付 2026 年 8 月至 10 月工资”。",
                    columns=(Field("words", "请求什么"), Field("amount", "多少钱", "money", required=False)),
                ),
                Field(
                    "evidence_list",
                    "证据清单",
                    "rows",
                    required=False,
                    when=_FULL,
                    most=12,
                    columns=(
                        Field("name", "证据名称"),
                        Field("proves", "证明什么", required=False),
                        Field("pages", "几页", "number", required=False, most=999),
                    ),
                ),
            ),
            note="代写文书和律师代理才要填，系统用它做成仲裁申请书，律师会再改。",
        ),
    )
    materials = (
        Material("id_card", "身份证", "正反两面。", when=_FULL, most=2, reads="id_card"),
        Material(
            "evidence", "证据", "劳动合同、工资条、考勤、聊天记录、辞退通知等，有什么传什么。", False, most=30
        ),
        Material(
            "hardship_proof",
            "困难证明",
            "困难职工证、低保证，或居委会、单位开的证明。农民工讨薪、工伤不用交。",
            required=False,
        ),
        Material("model_proof", "劳模证书", when=When("who", ("model",))),
        Material("post_proof", "工会职务证明", "任职文件或工会证明。", when=_UNION),
    )
    stages = (
        Stage("review", "审查受理", workdays=7, passing="受理", told="已受理，马上为您指派律师。"),
        Stage("assign", "指派律师", workdays=3, passing="进入办理"),
        Stage("work", "律师办理", workdays=60, passing="结案", told="律师已办完，工会会回访您。"),
        Stage(
            "visit",
            "回访",
            workdays=10,
            record=(
                Field(
                    "way",
                    "怎么回访的",
                    "choice",
                    choices=(("phone", "电话"), ("face", "见面"), ("failed", "三次没联系上")),
                ),
                Field("stars", "申请人评几星", "number", required=False, least=1, most=5),
                Field("words", "申请人怎么说", "long", required=False),
            ),
            passing="回访完成",
        ),
    )
    documents = (
        Document("arbitration", "仲裁申请书（PDF）", "cases/legal/papers/arbitration.html", when=_FULL),
        Document(
            "arbitration-docx",
            "仲裁申请书（Word，可修改）",
            "cases/legal/papers/arbitration.html",
            when=_FULL,
        ),
        Document("evidence", "证据清单（PDF）", "cases/legal/papers/evidence.html", when=_FULL),
        Document("evidence-docx", "证据清单（Word，可修改）", "cases/legal/papers/evidence.html", when=_FULL),
    )
    mend_reasons = (
        "请补充单位全称",
        "请上传工资条、考勤或聊天记录",
        "请上传困难证明",
        "请说明欠薪的月份和金额",
    )
    refuse_reasons = (
        "不属于劳动争议，请咨询 12348",
        "不符合工会法律援助的对象范围，可以咨询或约律师面谈",
        "同一件事已由其他机构提供法律援助",
        "超过仲裁时效且没有中断、中止的情形",
    )
    consent = "我说的是实际情况，同意工会把这些情况和材料交给为我办事的律师。"

    def workdays(self, stage: Stage, case: Case | None = None) -> int:
        """Read the days of the federation's rules; how long the work takes depends on what is asked for."""
        from eunion.cases.legal.rules import rules

        days = rules()
        what = case.answers.get("what", "") if case else "representation"
        work = {"advice": days.advice_days, "drafting": days.drafting_days}.get(
            what, days.representation_days
        )
        return {
            "review": days.review_days,
            "assign": days.assign_days,
            "work": work,
            "visit": days.visit_days,
        }[stage.name]

    def reopens_at(self, stage: Stage) -> Stage:
        """What was not solved goes back to the lawyer's work."""
        return self.stage("work") if stage.name == "visit" else stage

    def given_to(self, user: User) -> Q | None:
        """A lawyer sees the cases they act in, and no others."""
        from eunion.cases.legal import policies

        return policies.given_to(user)

    def guide_facts(self) -> list[tuple[str, str]]:
        """Tell of the law's own clock."""
        return [
            ("仲裁时效", "从知道权益受侵害起一年。还在职的，讨要工资不受限；离职后一年内要申请。"),
            ("费用", "不收费。"),
        ]

    def check(self, application: Application) -> Iterable[Finding]:
        """Say who may ask for what, which proof is missing, and how near the limit is."""
        from eunion.cases.legal import intake

        return intake.findings(application)

    def computed(self, application: Application) -> list[tuple[str, str]]:
        """Show how the limit was worked out."""
        from eunion.cases.legal import intake

        limit = intake.limit_of(application)
        return [("申请仲裁的期限", "\n".join(limit.steps))] if limit.steps else []

    def holds(self, case: Case, stage: Stage) -> str:
        """No stage without its fruit: a lawyer, a closing report."""
        if stage.name == "assign" and not case.assignments.filter(ended_at=None).exists():  # type: ignore[attr-defined]
            return "还没有指派律师。请点“选律师”。"
        if (
            stage.name == "work"
            and not LegalAid.objects.filter(case=case, reported_at__isnull=False).exists()
        ):
            return "还没有结案报告。请先写结案报告（律师也可以自己写）。"
        return ""

    def on_submitted(self, case: Case, application: Application) -> None:
        """Keep both sides and the limit for the conflict check and the clock."""
        from eunion.cases.legal import intake

        intake.keep(case, application)

    on_supplemented = on_submitted

    def on_passed(self, case: Case, stage: Stage, record: dict[str, Any], user: User | None) -> None:
        """Note when it was accepted, and what the worker said when visited."""
        from eunion.cases.legal import intake

        if stage.name == "review":
            intake.accepted(case)
        if stage.name == "visit" and record.get("stars"):
            case.stars, case.words = record["stars"], record.get("words", "")[:200]

    def document_context(self, application: Application) -> dict[str, Any]:
        """Return what the arbitration application needs beyond the answers."""
        from eunion.cases.legal import intake

        return intake.for_papers(application)

    def member_context(self, case: Case) -> dict[str, Any]:
        """Show the lawyer and the limit."""
        from eunion.cases.legal import shown

        return shown.for_member(case)

    def desk_context(self, case: Case, user: User) -> dict[str, Any]:
        """Show the limit, the lawyer, the work notes and the closing report."""
        from eunion.cases.legal import shown

        return shown.for_desk(case, user)
