"""The address that the community platform calls."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from eunion.channels.community import services
from eunion.kernel import problems
from eunion.kernel.errors import DomainError


@csrf_exempt
@require_POST
def callback(request: HttpRequest) -> HttpResponse:
    """Take an event; 202 also for one that was told before."""
    try:
        gateway = services.check_call(
            method="POST", path=request.get_full_path(), headers=dict(request.headers), body=request.body
        )
        services.receive(gateway=gateway, body=request.body)
    except DomainError as error:
        return problems.problem(error)
    return JsonResponse({"accepted": True}, status=202)
