"""The callback address that is entered for the smart robot in WeCom's console."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from eunion.channels.wecom import callbacks, services
from eunion.channels.wecom.errors import CallbackRefused
from eunion.channels.wecom.models import Corp

logger = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def robot(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer WeCom's check (GET), or store what someone told the robot (POST); the answer goes to its response_url."""
    corp = get_object_or_404(Corp, slug=slug, active=True)
    query = request.GET.dict()
    try:
        if request.method == "GET":
            echo = callbacks.echo(corp, query)
            services.note_verified(corp=corp)
            return HttpResponse(echo, content_type="text/plain")
        services.receive(corp=corp, told=callbacks.read(corp, query, request.body))
    except CallbackRefused as refused:
        logger.warning("wecom callback of %s refused: %s", slug, refused.message)
        return HttpResponse("", status=refused.status, content_type="text/plain")
    return HttpResponse("", content_type="text/plain")
