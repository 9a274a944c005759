"""The callback address that is entered in WeChat's console."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from eunion.channels.wechat import callbacks, services
from eunion.channels.wechat.errors import CallbackRefused
from eunion.channels.wechat.models import Account

logger = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer WeChat's check (GET), or store what it tells (POST) and say so at once."""
    account = get_object_or_404(Account, slug=slug, active=True)
    query = request.GET.dict()
    try:
        if request.method == "GET":
            callbacks.check_query(account, query)
            return HttpResponse(query.get("echostr", ""), content_type="text/plain")
        services.receive(account=account, told=callbacks.read(account, query, request.body))
    except CallbackRefused as refused:
        logger.warning("wechat callback of %s refused: %s", slug, refused.message)
        return HttpResponse("", status=refused.status, content_type="text/plain")
    return HttpResponse("success", content_type="text/plain")
