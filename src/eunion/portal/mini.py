"""What the mini-program asks for: `/api/mini/…`, JSON, with a bearer token of two hours."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from ninja import NinjaAPI, Schema
from ninja.security import HttpBearer

from eunion.broadcast import selectors as broadcasts
from eunion.channels.base import SendError
from eunion.channels.wechat import api as wechat
from eunion.channels.wechat import kinds
from eunion.channels.wechat.errors import FarSideRefused
from eunion.channels.wechat.models import Account, Follower, MessageTemplate
from eunion.channels.wechat.services import messages
from eunion.content import selectors as content
from eunion.kernel import fields, problems
from eunion.kernel.errors import DomainError, Invalid, NotFound
from eunion.portal import identity
from eunion.portal.certify import card_url
from eunion.portal.selectors import TILES
from eunion.registry import card
from eunion.registry.certification import phones, tickets
from eunion.registry.models import Member, User
from eunion.registry.selectors import member_of

LIFE_S = 7200
SALT = "eunion.mini"
PAGE = 20
# A code of wx.login or getPhoneNumber that is unknown, used or of someone whom WeChat stops.
OLD_CODES = {"40029", "40163", "40226"}


class Bearer(HttpBearer):
    """A token that /session gave."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Return the person of a token, or None (401)."""
        try:
            number = signing.loads(token, salt=SALT, max_age=LIFE_S)
        except signing.BadSignature:
            return None
        return User.objects.filter(pk=number, is_active=True).first()


api = NinjaAPI(title="E工会小程序", version="1", urls_namespace="mini", auth=Bearer(), docs_url=None)


@api.exception_handler(DomainError)
def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problems.problem(error)


class Code(Schema):
    """A one-time code of WeChat's."""

    code: str


class Path(Schema):
    """An address within this site."""

    path: str


class Results(Schema):
    """Template id → accept, reject or ban."""

    results: dict[str, str]


def _account() -> Account:
    found = Account.objects.filter(active=True, kind=Account.Kind.MINIPROGRAM).order_by("id").first()
    if found is None:
        raise NotFound("小程序还没有配置好，请先到公众号里办理。")
    return found


def _far_side(call: Any, *args: Any, **named: Any) -> dict[str, Any]:
    """Call WeChat; what it refuses is said in words. Raises Invalid for a code of the person's, FarSideRefused."""
    try:
        answer: dict[str, Any] = call(*args, **named)
    except SendError as error:
        if error.code in OLD_CODES:
            raise Invalid("登录已过期，请重新打开小程序。") from error
        raise FarSideRefused("微信没有回应，请稍后再试。") from error
    return answer


def _shown(member: Member | None) -> dict[str, Any] | None:
    if member is None:
        return None
    membership = member.memberships.filter(left_on=None).select_related("union").first()
    return {
        "name": fields.masked_name(member.name),
        "union": membership.union.name if membership else "",
        "certification": member.certification,
        "certification_label": member.get_certification_display(),
    }


@api.post("/session", auth=None)
def session(request: HttpRequest, body: Code) -> dict[str, Any]:
    """Sign in by wx.login's code."""
    account = _account()
    query = {"appid": account.appid, "secret": account.secret, "js_code": body.code[:200]}
    found = _far_side(wechat.without_token, "/sns/jscode2session", grant_type="authorization_code", **query)
    user = identity.sign_in_by_code(account=account, openid=found["openid"], unionid=found.get("unionid", ""))
    token = signing.dumps(user.pk, salt=SALT)
    return {"token": token, "expires_s": LIFE_S, "member": _shown(member_of(user))}


@api.post("/phone")
def phone(request: HttpRequest, body: Code) -> dict[str, Any]:
    """Keep the phone that WeChat vouches for (getPhoneNumber)."""
    found = _far_side(
        wechat.post, _account().pk, "/wxa/business/getuserphonenumber", {"code": body.code[:200]}
    )
    info = found["phone_info"]
    if str(info.get("countryCode")) != "86":
        raise Invalid("请使用中国大陆手机号。")
    phones.keep_phone(user=_user(request), phone=info["purePhoneNumber"])
    return {"phone": fields.masked_phone(info["purePhoneNumber"])}


def _user(request: HttpRequest) -> User:
    user: User = request.auth  # type: ignore[attr-defined]
    return user


@api.get("/home")
def home(request: HttpRequest) -> dict[str, Any]:
    """Greeting, tiles, newest notices."""
    member = member_of(_user(request))
    notices = content.newest("notice", 4)
    unread = broadcasts.unread_among(member, notices)
    rows = [
        {
            "title": notice.title,
            "date": f"{notice.shown_date:%Y-%m-%d}" if notice.shown_date else "",
            "path": notice.get_url(request) or "/",
            "unread": notice.pk in unread,
        }
        for notice in notices
    ]
    return {
        "greeting": f"{fields.masked_name(member.name)}，您好" if member else "您好",
        "tiles": [{"icon": one.icon, "label": one.label, "path": one.url} for one in TILES],
        "notices": rows,
        "member": _shown(member),
        "unread": broadcasts.unread_count(_user(request)),
    }


@api.get("/messages")
def inbox(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """What the union sent me, a page at a time."""
    member = member_of(_user(request))
    if member is None:
        return {"items": [], "next": None}
    pager = Paginator(broadcasts.inbox(member), PAGE).get_page(page)
    items = [
        {
            "id": one.pk,
            "title": one.broadcast.title,
            "summary": one.broadcast.summary,
            "date": f"{timezone.localtime(one.broadcast.created_at):%Y-%m-%d}",
            "path": one.broadcast.notice.get_url(request) or "/messages/",
            "unread": one.read_at is None,
        }
        for one in pager
    ]
    return {"items": items, "next": pager.next_page_number() if pager.has_next() else None}


@api.get("/card")
def member_card(request: HttpRequest) -> dict[str, Any]:
    """The member card: the QR code's modules, row by row."""
    member = member_of(_user(request)) or Member()
    code = segno.make(card_url(member), error="m")
    shown = _shown(member) or {}
    return {
        "name": shown["name"],
        "union": shown["union"],
        "number": f"{member.pk:08d}",
        "matrix": ["".join(str(int(dot)) for dot in row) for row in code.matrix],
        "valid_s": card.seconds_left(),
    }


@api.post("/ticket")
def ticket(request: HttpRequest, body: Path) -> dict[str, Any]:
    """An address that lets the web-view in as this person, once."""
    if not body.path.startswith("/") or body.path.startswith(("//", "/\\", "/admin")):
        raise Invalid("只能打开本站的页面。")
    made = tickets.issue(user=_user(request), path=body.path)
    return {"url": f"{settings.PUBLIC_URL}{reverse('mini_enter')}?{urlencode({'ticket': made})}"}


@api.get("/subscriptions")
def subscriptions(request: HttpRequest) -> dict[str, Any]:
    """Which messages the person may agree to."""
    rows = MessageTemplate.objects.filter(way=MessageTemplate.Way.MINI, active=True, account=_account())
    chosen = list(rows.order_by("id")[:3])  # WeChat asks about three at a time
    return {
        "template_ids": [one.template_id for one in chosen],
        "labels": [kinds.KINDS[one.kind].label for one in chosen if one.kind in kinds.KINDS],
    }


@api.post("/subscriptions")
def consent(request: HttpRequest, body: Results) -> dict[str, Any]:
    """Keep what the person answered."""
    mine = identity.openids_of(_user(request))
    follower = Follower.objects.filter(account=_account(), openid__in=mine).first()
    if follower is None:
        raise NotFound
    return {"kept": messages.keep_consents(follower=follower, results=body.results)}


@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    """GET /mini/enter?ticket=…: into the web pages, signed in, by a ticket that works once."""
    found = tickets.redeem(ticket=request.GET.get("ticket", "")[:100])
    if found is None:
        return redirect("home")
    user, path = found
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(path)
