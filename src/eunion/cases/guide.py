"""办事指南: made of the declaration, so that it can't drift from what the software does; search and 雲博士 read it too."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from eunion.assistant.skills import guides
from eunion.cases.declaration import SERVICES, Material, Service, Stage
from eunion.content import search

_WHERE = "手机上就能办，不用跑窗口"


@dataclass(frozen=True)
class Guide:
    """A service in a reader's words."""

    who: str
    materials: list[Material]
    stages: list[tuple[Stage, int]]
    workdays: int
    basis: list[str]
    facts: list[tuple[str, str]]


def guide_of(service: Service) -> Guide:
    """Return the guide of a service."""
    stages = [(stage, service.workdays(stage)) for stage in service.stages]
    return Guide(
        who=service.audience,
        materials=[one for one in service.materials if not one.signature],
        stages=stages,
        workdays=sum(days for _, days in stages),
        basis=[f"《{one.title}》{one.article}" for one in service.basis],
        facts=service.guide_facts(),
    )


def _needed(material: Material) -> str:
    return material.label + ("" if material.required and material.when is None else "（需要时）")


def for_assistant() -> list[guides.Guide]:
    """Return every service's guide as 雲博士 tells it."""
    return [
        guides.Guide(
            title=service.title,
            url=f"{settings.PUBLIC_URL}/services/{service.name}/",
            who=service.audience,
            materials="\n".join(_needed(one) for one in guide_of(service).materials),
            steps="\n".join(["手机上填表、拍照上传", *(stage.label for stage in service.stages)]),
            time_limit=f"{guide_of(service).workdays} 个工作日内",
            place=_WHERE,
        )
        for service in SERVICES.values()
    ]


def index() -> None:
    """Put every guide into the search; the same again changes nothing."""
    for service in SERVICES.values():
        guide = guide_of(service)
        body = [
            service.audience,
            *(one.label for one in guide.materials),
            *(stage.label for stage, _ in guide.stages),
        ]
        search.put(
            kind="service",
            key=service.name,
            title=service.title,
            summary=service.summary,
            body=" ".join([*body, *guide.basis, *service.topics]),
            url=f"/services/{service.name}/",
        )
