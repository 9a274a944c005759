"""Test data of cases: drafts filled as people fill them, and cases at a stage."""

from __future__ import annotations

import io
import uuid
from typing import Any

from PIL import Image

from eunion.cases.declaration import SERVICES
from eunion.cases.models import Case
from eunion.cases.services import drafts, papers, submit
from eunion.registry.factories import MemberFactory, UserFactory, make_union
from eunion.registry.models import Member, StaffScope, Union, User
from eunion.registry.roles import Role

REQUEST = {
    "category": "wages",
    "words": "厂里两个月没发工资，一共欠 8000 元。",
    "name": "王测试",
    "phone": "13800000001",
    "reply": "private",
}


def root() -> Union:
    """Return the federation, made if there is none."""
    return Union.objects.filter(depth=1).first() or make_union("区总工会")


def staff(role: str = Role.CASE_OFFICER, union: Union | None = None) -> User:
    """Return an officer of a union's subtree."""
    user: User = UserFactory(role=role)
    StaffScope.objects.create(user=user, union=union or root())
    return user


def applicant(union: Union | None = None) -> Member:
    """Return a certified member who can sign in."""
    member: Member = MemberFactory(user=UserFactory(), union=union or root())
    return member


def picture(text: str = "") -> bytes:
    """Return a small photo; another text is another photo."""
    image = Image.new("RGB", (80, 60), "white")
    image.putpixel((0, 0), (sum(text.encode()) % 256, 0, 0))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def draft(service: str, user: User, answers: dict[str, Any]) -> Case:
    """Return a draft with these answers."""
    made = drafts.open_draft(service=SERVICES[service], user=user)
    return drafts.save(case=made, changes=answers)


def bring(case: Case, material: str, user: User, content: bytes | None = None) -> None:
    """Bring a paper."""
    sent = content or picture(material)
    papers.keep(case=case, material=material, client_id=str(uuid.uuid4()), content=sent, user=user)


def submitted(service: str = "requests", member: Member | None = None, **answers: Any) -> Case:
    """Return a submitted case of a member of their own, with the papers that are needed."""
    member = member or applicant()
    user = member.user
    assert user is not None
    made = draft(service, user, REQUEST | answers if service == "requests" else answers)
    for material in SERVICES[service].materials:
        needed = material.required and (material.when is None or material.when.holds(made.answers))
        if needed:
            bring(made, material.name, user)
    return submit.submit(case=made, user=user)
