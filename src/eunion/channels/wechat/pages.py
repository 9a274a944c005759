"""The callback for servers that come by Django, and the JS-SDK's signature for member pages."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.channels.base import SendError
from eunion.channels.wechat import endpoint, pay_client
from eunion.channels.wechat.errors import NoticeRefused
from eunion.channels.wechat.models import Merchant
from eunion.channels.wechat.services import jssdk, pay

logger = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, slug: str) -> HttpResponse:
    """GET or POST /wechat/<slug>/callback: the same answer as the ASGI fast path gives."""
    status, text = async_to_sync(endpoint.answer)(
        slug, request.method or "", request.GET.dict(), request.body
    )
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_POST
def pay_notice(request: HttpRequest, mchid: str) -> HttpResponse:
    """POST /wechat/pay/<mchid>/notice: 204 once it is written down, else WeChat Pay tells it again."""
    merchant = get_object_or_404(Merchant.objects.select_related("account"), mchid=mchid, active=True)
    try:
        pay.take_notice(
            merchant=merchant, opened=pay_client.open_notice(merchant, request.headers, request.body)
        )
    except NoticeRefused as refused:
        logger.warning("a payment notice was refused: %s", refused.message)
        return JsonResponse({"code": "FAIL", "message": refused.message}, status=refused.status)
    return HttpResponse(status=204)


@require_GET
def jssdk_config(request: HttpRequest) -> HttpResponse:
    """GET /wechat/jssdk?url=…: what wx.config wants, for pages of ours alone."""
    url = request.GET.get("url", "").split("#")[0]
    ours = urlsplit(settings.PUBLIC_URL)
    asked = urlsplit(url)
    if (asked.scheme, asked.netloc) not in ((ours.scheme, ours.netloc), (request.scheme, request.get_host())):
        return JsonResponse({"title": "只能为本站页面签名。"}, status=400)
    try:
        found = jssdk.config(url=url)
    except SendError as error:
        logger.warning("no signature for the JS-SDK: %s", error)
        return JsonResponse({"title": "微信没有回应，请稍后再试。"}, status=503)
    return JsonResponse(found, headers={"Cache-Control": "no-store"})
