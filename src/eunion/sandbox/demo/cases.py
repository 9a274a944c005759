"""The demo district's cases: through the same doors as people, each left at another step."""

from __future__ import annotations

import io
import uuid

from PIL import Image, ImageDraw

from eunion.cases.declaration import SERVICES
from eunion.cases.models import Case
from eunion.cases.services import drafts, papers, review, submit
from eunion.registry.models import Member, User

# The first certified members have the virtual phones: nothing of theirs is taken.
PHONES = 120
REQUESTS = (
    ("wages", "厂里两个月没发工资，问了几次都说下个月。车间二十多人都一样。", "private"),
    ("hours", "每天干十二个小时，没有加班费，也不让请假。", "private"),
    ("union", "想知道单位工会什么时候组织体检。", "public"),
    ("injury", "送货路上摔伤了腿，站点说不算工伤，不给报。", "private"),
    ("contract", "干了半年没签合同，现在说不用来了。", "private"),
)


def load() -> None:
    """Hand in some requests and applications, and let an officer take some of them further."""
    members = list(
        Member.objects.filter(certification=Member.Certification.CERTIFIED)
        .filter(user=None)
        .order_by("pk")[PHONES : PHONES + 10]
    )
    for member in members:
        member.user = User.objects.create(username=f"demo-{member.public_id}", display_name=member.name)
        member.save(update_fields=["user"])
    officer = User.objects.get(username="caseofficer")
    made = [_request(member, *said) for member, said in zip(members, REQUESTS, strict=False)]
    first, second, third = made[:3]
    review.pass_stage(case=first, user=officer, version=first.version)
    review.ask_mend(
        case=second, user=officer, version=second.version, words="请补充近三个月的考勤或工资条照片"
    )
    for typed in ({}, {"answer": "正在和单位工会核实"}, {"result": "单位工会定在下月体检", "solved": "yes"}):
        third = review.pass_stage(case=third, user=officer, version=third.version, typed=typed)
    _transfer(members[6])


def _request(member: Member, category: str, words: str, reply: str) -> Case:
    assert member.user is not None
    draft = drafts.open_draft(service=SERVICES["requests"], user=member.user)
    draft = drafts.save(case=draft, changes={"category": category, "words": words, "reply": reply})
    papers.keep(
        case=draft,
        material="evidence",
        client_id=str(uuid.uuid4()),
        content=_picture(words),
        user=member.user,
    )
    return submit.submit(case=draft, user=member.user)


def _picture(words: str) -> bytes:
    """Return a picture that stands for a photo."""
    picture = Image.new("RGB", (900, 1200), "#f4f1ea")
    pen = ImageDraw.Draw(picture)
    for line in range(14):
        pen.rectangle(
            (90, 120 + line * 70, 300 + (line * 137 + len(words) * 31) % 480, 150 + line * 70), fill="#b9b4ab"
        )
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


def _transfer(member: Member) -> None:
    from eunion.registry.models import Union

    assert member.user is not None
    to = Union.objects.filter(kind=Union.Kind.GRASSROOTS).exclude(memberships__member=member).first()
    if to is not None:
        draft = drafts.open_draft(service=SERVICES["transfer"], user=member.user)
        draft = drafts.save(
            case=draft, changes={"to": to.public_id, "employer": to.name.removesuffix("工会")}
        )
        submit.submit(case=draft, user=member.user)
