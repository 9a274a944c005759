"""實名認證: agreed at once where all agrees, by a person where not, one person one member; codes, photos, the card."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from eunion.kernel.errors import Conflict, Invalid, NotAllowed, TooMany
from eunion.registry import card
from eunion.registry.certification import phones, reading, services, tickets
from eunion.registry.errors import (
    AlreadyAsked,
    CodeNotSent,
    CodeTooSoon,
    CodeWrong,
    NotCertified,
    PhoneNotVerified,
    PhotoUnreadable,
    ReasonNeeded,
)
from eunion.registry.factories import MemberFactory, UserFactory, id_number, make_union
from eunion.registry.models import CertificationRequest, IdReading, Member, PhoneCode, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
PHONE = "19900000001"
NONE = Member.Certification.NONE
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Codes on their way to phones: (phone, code)."""
    outbox: list[tuple[str, str]] = []
    monkeypatch.setattr(phones, "SENDERS", [lambda phone, code, key: outbox.append((phone, code))])
    return outbox


@pytest.fixture
def worker() -> User:
    return UserFactory(phone=PHONE)


def listed(**fields: Any) -> Member:
    return MemberFactory(**{"name": "王小明", "phone": PHONE, "certification": NONE, **fields})


def test_who_agrees_with_the_roster_is_certified_at_once(worker: User) -> None:
    member = listed()
    asked = services.ask(user=worker, name=" 王小明 ", id_number=member.id_number)
    member.refresh_from_db()
    assert asked.state == CertificationRequest.State.ACCEPTED
    assert (member.certification, member.user, member.certified_method) == ("certified", worker, "roster")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"name": "王晓明"}, services.OTHER_NAME), ({"phone": "19900000002"}, services.OTHER_PHONE)],
)
def test_a_difference_goes_to_a_person_with_its_reason(worker: User, fields: Any, reason: str) -> None:
    member = listed(**fields)
    asked = services.ask(user=worker, name="王小明", id_number=member.id_number)
    member.refresh_from_db()
    assert asked.reasons == [reason] and asked.state == CertificationRequest.State.PENDING
    assert member.certification == Member.Certification.PENDING and member.user is None


def test_who_is_not_on_the_roster_waits_until_they_are(worker: User) -> None:
    number = id_number(77_777)
    asked = services.ask(user=worker, name="王小明", id_number=number)
    assert asked.reasons == [services.UNKNOWN]
    officer = UserFactory(role=Role.DATA_OFFICER, scope=make_union())
    with pytest.raises(Invalid):
        services.accept(asked=asked, note="", user=officer)
    member = listed(id_number=number, union=officer.scopes.get().union)  # type: ignore[attr-defined]
    assert services.compare_again(asked=asked, user=officer).state == CertificationRequest.State.ACCEPTED
    member.refresh_from_db()
    assert member.user == worker


def test_a_second_login_of_one_member_is_merged_after_review(worker: User) -> None:
    first = UserFactory(phone=PHONE)
    union = make_union()
    member = listed(user=first, certification="certified", union=union)
    asked = services.ask(user=worker, name="王小明", id_number=member.id_number)
    assert asked.kind == CertificationRequest.Kind.MERGE
    services.accept(asked=asked, note="电话核实", user=UserFactory(role=Role.DATA_OFFICER, scope=union))
    member.refresh_from_db()
    worker.refresh_from_db()
    assert member.user == first and not worker.is_active


def test_a_member_never_has_two_requests_waiting(worker: User) -> None:
    member = listed(name="李四")
    services.ask(user=worker, name="王小明", id_number=member.id_number)
    with pytest.raises(AlreadyAsked):
        services.ask(user=worker, name="李四", id_number=member.id_number)


def test_trying_numbers_one_after_the_other_is_stopped(worker: User) -> None:
    for number in range(services.A_DAY_MAX):
        services.ask(user=worker, name="王小明", id_number=id_number(80_000 + number))
        CertificationRequest.objects.update(state=CertificationRequest.State.REFUSED)
    with pytest.raises(TooMany):
        services.ask(user=worker, name="王小明", id_number=id_number(90_000))


def test_without_a_verified_phone_nobody_is_certified() -> None:
    member = listed()
    with pytest.raises(PhoneNotVerified):
        services.ask(user=UserFactory(), name="王小明", id_number=member.id_number)


def test_a_mistyped_number_is_said_before_anything_is_kept(worker: User) -> None:
    with pytest.raises(Invalid, match="校验位"):
        services.ask(
            user=worker,
            name="王小明",
            id_number=id_number(5)[:17] + ("0" if id_number(5)[17] != "0" else "1"),
        )
    assert not CertificationRequest.objects.exists()


def test_a_decision_needs_right_scope_reason_and_is_made_once(worker: User) -> None:
    union = make_union()
    member = listed(name="李四", union=union)
    asked = services.ask(user=worker, name="王小明", id_number=member.id_number)
    elsewhere = UserFactory(role=Role.GRASSROOTS_OFFICER, scope=make_union("别的工会"))
    with pytest.raises(NotAllowed):
        services.accept(asked=asked, note="", user=elsewhere)
    officer = UserFactory(role=Role.GRASSROOTS_OFFICER, scope=union)
    with pytest.raises(ReasonNeeded):
        services.refuse(asked=asked, note="", user=officer)
    services.refuse(asked=asked, note="姓名写错了，请核对", user=officer)
    with pytest.raises(Conflict):
        services.accept(asked=asked, note="", user=officer)
    member.refresh_from_db()
    assert member.certification == NONE


def test_those_who_bind_accounts_and_tell_people_hear_of_it(
    worker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(services, "MEMBER_BOUND", [lambda member, user: heard.append(user)])
    monkeypatch.setattr(services, "DECIDED", [lambda asked: heard.append(asked.state)])
    services.ask(user=worker, name="王小明", id_number=listed().id_number)
    assert heard == [worker, CertificationRequest.State.ACCEPTED]


def test_a_code_proves_the_phone_once(sent: list[tuple[str, str]]) -> None:
    user = UserFactory()
    phones.send_code(user=user, phone="199 0000 0001")
    (phone, code) = sent[0]
    phones.check_code(user=user, phone=phone, code=code)
    user.refresh_from_db()
    assert user.phone == PHONE
    with pytest.raises(CodeWrong):
        phones.check_code(user=user, phone=phone, code=code)
    assert code not in PhoneCode.objects.get().digest


def test_five_wrong_tries_end_a_code(sent: list[tuple[str, str]]) -> None:
    user = UserFactory()
    phones.send_code(user=user, phone=PHONE)
    wrong = f"{(int(sent[0][1]) + 1) % 1_000_000:06d}"
    for _ in range(phones.TRIES):
        with pytest.raises(CodeWrong):
            phones.check_code(user=user, phone=PHONE, code=wrong)
    with pytest.raises(CodeWrong):
        phones.check_code(user=user, phone=PHONE, code=sent[0][1])


def test_a_code_ends_after_five_minutes_and_a_phone_rings_once_a_minute(sent: list[tuple[str, str]]) -> None:
    user, other = UserFactory(), UserFactory()
    phones.send_code(user=user, phone=PHONE)
    with pytest.raises(CodeTooSoon):
        phones.send_code(user=other, phone=PHONE)
    with pytest.raises(CodeTooSoon):
        phones.send_code(user=user, phone="19900000009")
    with (
        time_machine.travel(timezone.now() + datetime.timedelta(minutes=6), tick=True),
        pytest.raises(CodeWrong),
    ):
        phones.check_code(user=user, phone=PHONE, code=sent[0][1])


def test_without_a_way_to_send_codes_people_are_told_where_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "SENDERS", [])
    with pytest.raises(CodeNotSent):
        phones.send_code(user=UserFactory(), phone=PHONE)


def id_card(name: str, number: str) -> bytes:
    """Return a picture with what stands on an ID card's face."""
    picture = Image.new("RGB", (856, 540), (232, 238, 244))
    draw = ImageDraw.Draw(picture)
    for place, line in enumerate(
        (f"姓名  {name}", "性别 男  民族 汉", "出生 1990 年 1 月 1 日", "住址 测试市测试路1号")
    ):
        draw.text((60, 60 + place * 80), line, fill=(20, 20, 20), font=ImageFont.truetype(FONT, 34))
    draw.text((60, 440), f"公民身份号码  {number}", fill=(20, 20, 20), font=ImageFont.truetype(FONT, 38))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def font() -> Iterator[None]:
    try:
        ImageFont.truetype(FONT, 20)
    except OSError:
        pytest.skip("fonts-noto-cjk is not installed")
    yield


def test_a_photo_is_read_and_then_erased(font: None) -> None:
    number = id_number(4321)
    made = reading.upload(user=UserFactory(), content=id_card("欧阳小明", number))
    assert made.photo
    reading.read(reading_id=made.pk)
    made.refresh_from_db()
    assert (made.name, made.id_number, made.photo) == ("欧阳小明", number, "")


def test_lines_are_understood_however_the_camera_cut_them() -> None:
    number = id_number(12)
    assert reading.parse(["姓名", "王小明", f"公民身份号码{number}"]) == ("王小明", number)
    assert reading.parse(["姓名：王小明", number[:17] + "?"]) == ("王小明", "")
    assert reading.parse([]) == ("", "")


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"0" * 50])
def test_what_is_no_picture_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(PhotoUnreadable):
        reading.upload(user=UserFactory(), content=content)
    assert not IdReading.objects.exists()


def test_a_card_is_good_for_a_minute_and_only_unforged() -> None:
    member = MemberFactory()
    now = 1_800_000_000.0
    token = card.token(member, at=now)
    assert card.holder(token, at=now + card.STEP_S) == member
    assert card.holder(token, at=now + card.STEP_S * 4) is None
    assert card.holder(token[:-1] + ("0" if token[-1] != "0" else "1"), at=now) is None
    for wrong in ("", "a-b", "a-zz-b", "a-" + "f" * 40 + "-b", "王-1-2"):
        assert card.holder(wrong, at=now) is None


def test_who_is_not_certified_has_no_card() -> None:
    member = listed()
    with pytest.raises(NotCertified):
        card.token(member)


def test_a_ticket_opens_the_web_pages_once() -> None:
    user = UserFactory()
    ticket = tickets.issue(user=user, path="/me/")
    assert tickets.redeem(ticket=ticket) == (user, "/me/")
    assert tickets.redeem(ticket=ticket) is None
    late = tickets.issue(user=user, path="/me/")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2), tick=True):
        assert tickets.redeem(ticket=late) is None
