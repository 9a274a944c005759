"""訴求: a worker calls, the union responds within 1 / 3 / 15 working days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eunion.cases.declaration import Basis, Field, Material, Section, Service, Stage, register
from eunion.kernel.errors import Invalid
from eunion.registry.roles import Role

if TYPE_CHECKING:
    from eunion.cases.models import Case
    from eunion.registry.models import User

CATEGORIES = (
    ("wages", "工资报酬"),
    ("contract", "劳动合同"),
    ("insurance", "社会保险"),
    ("safety", "劳动安全卫生"),
    ("injury", "工伤待遇"),
    ("women", "女职工权益"),
    ("hours", "工时休假"),
    ("union", "工会组织和会员服务"),
    ("hardship", "生活困难"),
    ("other", "其他"),
)
_HANDLERS = (Role.CASE_OFFICER, Role.GRASSROOTS_OFFICER)


@register
class Requests(Service):
    """A request: accepted within 1 working day, first answered within 3, done within 15."""

    name, prefix, title, icon = "requests", "SQ", "职工诉求", "phone"
    summary = "有烦心事、要反映问题，跟工会说。"
    audience = "本区职工和工会会员，不认证也可以说。"
    basis = (Basis("中华人民共和国工会法", "第六条"),)
    topics = ("投诉", "反映问题", "讨薪", "维权", "意见建议", "12351")
    links = (("看看公开答复", "/services/requests/answers/"),)
    certified, several = False, True
    consent = "我说的是实际情况，同意工会为办理这件事联系我。"
    submitted = "已收到您的诉求，1 个工作日内受理。"
    sections = (
        Section(
            "什么事",
            (
                Field("category", "哪方面的事", "choice", choices=CATEGORIES, counted=True),
                Field(
                    "words",
                    "请把事情说清楚",
                    "long",
                    help="什么时候、在哪里、和谁、发生了什么，您希望怎么解决。",
                ),
                Field("employer", "涉及的单位", required=False, prefill="employer"),
                Field("people", "涉及多少人", "number", required=False, least=1, most=100000),
                Field(
                    "union", "您所在的工会", "union", required=False, prefill="union", help="不知道可以不填。"
                ),
            ),
        ),
        Section(
            "怎么回复您",
            (
                Field("name", "怎么称呼您", prefill="name"),
                Field("phone", "联系电话", "phone", prefill="phone"),
                Field(
                    "reply",
                    "答复方式",
                    "choice",
                    choices=(("private", "只告诉我"), ("public", "可以公开答复（不显示姓名）")),
                    counted=True,
                ),
            ),
        ),
    )
    materials = (
        Material(
            "evidence", "照片或截图", "工资条、聊天记录、现场照片，没有可以不传。", required=False, most=9
        ),
    )
    stages = (
        Stage(
            "accept",
            "受理",
            _HANDLERS,
            level="own",
            workdays=1,
            told="已受理，3 个工作日内给您初步答复。",
            passing="受理",
        ),
        Stage(
            "answer",
            "初步答复",
            _HANDLERS,
            level="own",
            workdays=2,
            record=(Field("answer", "初步答复", "long", told=True, help="申请人会看到。"),),
            passing="答复",
        ),
        Stage(
            "resolve",
            "办理",
            _HANDLERS,
            level="own",
            workdays=12,
            record=(
                Field("result", "办理结果", "long", told=True, help="申请人会看到。"),
                Field(
                    "solved",
                    "是否解决",
                    "choice",
                    choices=(("yes", "已解决"), ("partly", "部分解决"), ("no", "没有解决")),
                ),
                Field(
                    "public_question",
                    "公开的问题",
                    required=False,
                    most=300,
                    help="申请人同意公开才填；去掉姓名、单位和电话。",
                ),
                Field("public_answer", "公开的答复", "long", required=False, most=1000),
            ),
            passing="办结",
        ),
    )
    refuse_reasons = (
        "不属于工会受理范围，请拨打 12345",
        "同一件事正在办理，已合并",
        "没有具体内容，联系不上您",
    )
    mend_reasons = ("请说明单位名称和地址", "请补充欠薪的时间和金额", "请上传相关照片或截图")

    def on_passed(self, case: Case, stage: Stage, record: dict[str, Any], user: User | None) -> None:
        """Publish what may be published. Raises Invalid where the applicant did not agree."""
        question, answer = record.get("public_question"), record.get("public_answer")
        if not (question and answer):
            return
        if case.facts.get("reply") != "public":
            raise Invalid("申请人没有同意公开答复，请清空“公开的问题”和“公开的答复”。")
        from eunion.cases.requests import publish

        publish(case, question, answer)
