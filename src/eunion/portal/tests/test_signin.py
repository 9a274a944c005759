"""Signing in by the service account: silent first, more after the person's own tap; one person stays one user."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from eunion.channels.wechat.models import Account, Follower
from eunion.portal.tests.conftest import at_wechat, come_back, sign_in, wx_code
from eunion.registry.certification import services
from eunion.registry.factories import MemberFactory, id_number
from eunion.registry.models import CertificationRequest, Member, User
from eunion.sandbox.tests.box import Box

MORE = "/signin/more/?next=/me/"


def user_of(openid: str) -> User:
    found: User = SocialAccount.objects.get(uid=openid).user
    return found


def by_mini(box: Box, person: str) -> User:
    answer = Client().post(
        "/api/mini/session", {"code": wx_code(box, person)}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    return user_of(f"m{person[1:]}")


def ask_for_more(client: Client, person: str) -> requests.Response:
    login = client.get(MORE)["location"]
    return at_wechat(client.get(login)["location"], person)


def allow(box: Box, page: requests.Response, person: str, answer: str = "1") -> requests.Response:
    here = page.text.split('class="go" href="')[1].split('"')[0].replace("&amp;", "&")
    assert here.endswith("allowed=1")
    return at_wechat(box.url + here[:-1] + answer, person)


def test_the_first_sign_in_is_silent_and_leaves_the_openid_alone(client: Client, service: Account) -> None:
    answer = sign_in(client, "p1", "/accounts/weixin/login/?process=login&next=/me/")
    assert answer["location"] == "/me/"
    kept = SocialAccount.objects.get(uid="o1").extra_data
    assert (kept["openid"], kept["unionid"], kept.get("nickname")) == ("o1", "", None)
    assert "用微信确认" in client.get("/me/").content.decode()


def test_a_tap_of_theirs_brings_unionid_and_nickname_and_the_offer_goes(
    client: Client, service: Account, box: Box
) -> None:
    sign_in(client, "p1")
    page = ask_for_more(client, "p1")
    assert page.status_code == 200 and "申请获取" in page.text
    assert come_back(client, allow(box, page, "p1"))["location"] == "/me/"
    assert Follower.objects.get(openid="o1").unionid == "u1"
    me = client.get("/me/").content.decode()
    assert "小王1🌻，您好" in me and "用微信确认" not in me
    sign_in(client, "p1")
    assert "小王1🌻，您好" in client.get("/me/").content.decode()


def test_who_says_no_to_telling_more_stays_signed_in(client: Client, service: Account, box: Box) -> None:
    sign_in(client, "p1")
    answer = come_back(client, allow(box, ask_for_more(client, "p1"), "p1", "0"))
    assert answer["location"] == "/me/"
    assert client.get("/me/").status_code == 200


def test_the_unionid_makes_two_sign_ins_of_one_person_one_user(
    client: Client, service: Account, mini: Account, box: Box
) -> None:
    first = by_mini(box, "p1")
    first.phone = "19900000001"
    first.save(update_fields=["phone"])
    sign_in(client, "p1")
    assert user_of("o1") != first
    come_back(client, allow(box, ask_for_more(client, "p1"), "p1"))
    assert user_of("o1") == user_of("m1") == first
    assert client.session["_auth_user_id"] == str(first.pk)
    assert list(User.objects.filter(is_active=True, username__startswith="wx_")) == [first]


def test_whoever_is_the_member_is_the_one_who_stays(
    client: Client, service: Account, mini: Account, box: Box
) -> None:
    by_mini(box, "p1")
    sign_in(client, "p1")
    member = MemberFactory(user=user_of("o1"))
    come_back(client, allow(box, ask_for_more(client, "p1"), "p1"))
    member.refresh_from_db()
    assert user_of("m1") == user_of("o1") == member.user
    assert set(Follower.objects.filter(member=member).values_list("openid", flat=True)) == {"o1", "m1"}


def test_two_members_are_never_made_one_without_a_person(
    client: Client, service: Account, mini: Account, box: Box
) -> None:
    other = MemberFactory(user=by_mini(box, "p1"))
    sign_in(client, "p1")
    mine = MemberFactory(user=user_of("o1"))
    come_back(client, allow(box, ask_for_more(client, "p1"), "p1"))
    assert user_of("o1") == mine.user and user_of("m1") == other.user
    assert client.session["_auth_user_id"] == str(mine.user_id)


def test_staff_who_come_by_wechat_keep_the_user_they_work_with(
    client: Client, service: Account, mini: Account, box: Box
) -> None:
    by_mini(box, "p1")
    sign_in(client, "p1")
    staff = user_of("o1")
    staff.set_password("a-long-password")
    staff.save()
    client.logout()
    sign_in(client, "p1")
    come_back(client, allow(box, ask_for_more(client, "p1"), "p1"))
    staff.refresh_from_db()
    assert staff.is_active and user_of("m1") == staff


def test_what_waits_to_be_decided_goes_along(
    client: Client, service: Account, mini: Account, box: Box
) -> None:
    gone, kept = by_mini(box, "p1"), by_mini(box, "p2")
    for user, number in ((gone, 61), (kept, 62)):
        user.phone = "19900000001"
        user.save()
        services.ask(user=user, name="王小明", id_number=id_number(number))
    services.join_users(kept=kept, gone=gone)
    states = CertificationRequest.objects.filter(user=kept).order_by("id").values_list("state", flat=True)
    assert list(states) == ["refused", "pending"]


def test_a_follower_needs_no_tap_since_wechat_tells_their_unionid(
    client: Client, service: Account, mini: Account, box: Box
) -> None:
    first = by_mini(box, "p1")
    requests.post(
        f"{box.url}/_sandbox/act", json={"person": "p1", "appid": "wxtest", "event": "subscribe"}, timeout=5
    )
    sign_in(client, "p1")
    assert user_of("o1") == first and "用微信确认" not in client.get("/me/").content.decode()


def test_whoever_only_peeks_is_told_how_to_come_in(client: Client, service: Account, box: Box) -> None:
    box.faults(snapshot=True)
    answer = sign_in(client, "p1")
    assert "使用完整服务" in answer.content.decode() and not SocialAccount.objects.exists()


def test_a_code_that_was_used_or_is_old_ends_on_a_page_that_says_what_to_do(
    client: Client, service: Account, box: Box
) -> None:
    answer = at_wechat(client.get("/accounts/weixin/login/?process=login")["location"], "p1")
    box.ask("/sns/oauth2/access_token", appid="wxtest", secret="s3cret", code=_code(answer), grant_type="x")
    page = come_back(client, answer)
    assert "没有登录成功" in page.content.decode() and "再试一次" in page.content.decode()


def _code(answer: requests.Response) -> str:
    return answer.headers["location"].split("code=")[1].split("&")[0]


@pytest.mark.django_db
def test_without_an_account_people_are_told_so_and_nothing_breaks(client: Client) -> None:
    answer = client.get("/signin/", headers={"User-Agent": "Mozilla MicroMessenger/8.0"}, follow=True)
    assert answer.status_code == 200 and "还没有开通" in answer.content.decode()


def test_wechat_away_ends_on_a_page_too(client: Client, service: Account, settings: Any, box: Box) -> None:
    answer = at_wechat(client.get("/accounts/weixin/login/?process=login")["location"], "p1")
    settings.WECHAT_API_URL = "http://127.0.0.1:9"
    assert "没有登录成功" in come_back(client, answer).content.decode()
    assert not Member.objects.exists()
