"""認證申訴: whom the comparison with the register failed is looked at by a person, with the papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eunion.cases import declaration as d
from eunion.cases.application import Application, application_of
from eunion.cases.declarations.joining import WHO
from eunion.registry.certification import services as certification
from eunion.registry.roles import Role

if TYPE_CHECKING:
    from eunion.cases.models import Case
    from eunion.registry.models import User


@d.register
class CertificationAppeal(d.Service):
    """Certification failed, and the person says that it should not have."""

    name, prefix, title, icon = "certification-appeal", "RZ", "认证申诉", "person"
    summary = "实名认证没通过，让工作人员看证件核对。"
    audience = "实名认证没有通过，或名册里姓名、手机号不对的职工。"
    basis = (d.Basis("工会会员会籍管理办法", "第六条"),)
    topics = ("认证失败", "认证不通过", "名字不对", "换手机号")
    certified = False
    sections = (
        d.Section("您是谁", (*WHO, d.Field("employer", "工作单位", prefill="employer"))),
        d.Section(
            "哪里不对",
            (
                d.Field(
                    "why",
                    "原因",
                    "choice",
                    choices=(
                        ("name", "名册里姓名写错了，或改过名"),
                        ("phone", "手机号换了"),
                        ("login", "以前用别的微信登录过"),
                        ("other", "不清楚，就是通不过"),
                    ),
                    counted=True,
                ),
                d.Field("words", "说明", "long", required=False),
            ),
        ),
    )
    materials = (
        d.Material("id_card", "身份证人像面", "放平，四个角都拍进去。", most=1, reads="id_card"),
        d.Material("proof", "其他证明", "曾用名证明、工作证明等，没有可以不传。", required=False),
    )
    stages = (
        d.Stage(
            "look",
            "人工核对证件",
            (Role.GRASSROOTS_OFFICER, Role.ADMINISTRATOR),
            workdays=3,
            record=(d.Field("seen", "照片与本人资料一致", "yes_no"),),
            passing="核对通过",
        ),
    )
    mend_reasons = ("身份证照片看不清，请重新拍", "证件上的姓名与填写的不一样，请核对")
    refuse_reasons = ("证件与填写的资料不是同一个人",)

    def check(self, application: Application) -> list[d.Finding]:
        """Say where the photo and the typed words differ; a person decides."""
        read = application.read("id_card")
        found = []
        for name, label in (("name", "姓名"), ("id_number", "身份证号")):
            seen, typed = read.get(name), application.values.get(name)
            if seen and typed and seen["value"] != typed:
                found.append(
                    d.Finding("pass", f"照片上的{label}读出来与填写的不同，请再核对一遍。", field=name)
                )
        return found

    def on_passed(self, case: Case, stage: d.Stage, record: dict[str, Any], user: User | None) -> None:
        """Certify the person."""
        if case.user is not None and user is not None:
            values = application_of(case).values
            certification.accept_appeal(
                user=case.user, name=values["name"], id_number=values["id_number"], by=user
            )
