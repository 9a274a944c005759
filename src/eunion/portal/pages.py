"""The member's own screens: home, me, search, elder mode, what went wrong."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from eunion.booking.services import hours
from eunion.kernel import fields
from eunion.portal import elder, identity, selectors
from eunion.registry.models import CertificationRequest
from eunion.registry.scope import signed_in
from eunion.registry.selectors import member_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """GET /: banner, services, newest notices and news."""
    return render(request, "portal/home.html", selectors.home(request.user, elder=elder.is_on(request)))


@login_required
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """GET /me/: who I am to the union, what it keeps about me, what I can do next."""
    member = member_of(request.user)
    asked = CertificationRequest.objects.filter(user=signed_in(request)).first()
    context: dict[str, Any] = {"tab": "me", "member": member, "asked": asked}
    user = signed_in(request)
    context |= {"nickname": identity.nickname(user), "may_tell_more": identity.may_tell_more(user)}
    if member:
        context |= {
            "id_number": fields.masked_id_number(member.id_number),
            "phone": fields.masked_phone(member.phone),
            "hours": hours.total_of(member.pk),
            "memberships": member.memberships.filter(left_on=None).select_related("union"),
        }
    return render(request, "portal/me.html", context)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """GET /search/?q=…"""
    query = request.GET.get("q", "").strip()[:60]
    page = request.GET.get("page", "1")
    found = selectors.find(query, max(int(page) if page.isdecimal() else 1, 1)) if query else {"results": []}
    return render(request, "portal/search.html", {"tab": "home", "query": query, **found})


@require_POST
def switch_elder(request: HttpRequest) -> HttpResponse:
    """POST /elder/: turn elder mode over and go back."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    elder.switch(request, response)
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and where to go on."""
    return render(
        request,
        "portal/error.html",
        {"title": "没有这个页面", "text": "它可能已被移走，或地址有误。"},
        status=404,
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this page is for others."""
    text = "这个页面只对有权限的人开放。如有需要，请联系您的工会。"
    return render(request, "portal/error.html", {"title": "不能打开", "text": text}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request could not be read, or that there was too much of it."""
    if isinstance(exception, RequestDataTooBig):
        text = "一次发来的内容太多了，还没有提交。请返回上一页删短一些再发，您填写的内容还在。"
        return render(request, "portal/error.html", {"title": "内容太多了", "text": text}, status=413)
    return render(
        request, "portal/error.html", {"title": "没有看懂", "text": "请返回上一页再试一次。"}, status=400
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when the page had been open too long."""
    text = "页面打开太久了。请返回上一页刷新后再提交，您填写的内容还在。"
    return render(request, "portal/error.html", {"title": "没有提交成功", "text": text}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault; touches neither database nor session."""
    text = "系统出了点问题，我们已经收到报告。请稍后再试，急事请拨打 12351。"
    return render(None, "portal/broken.html", {"title": "暂时打不开", "text": text}, status=500)  # type: ignore[arg-type]
