"""The address that text-message providers post receipts to."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from eunion.channels.sms import receipts
from eunion.channels.sms.models import SmsAccount
from eunion.kernel import problems
from eunion.kernel.errors import DomainError

logger = logging.getLogger(__name__)
# What each provider wants to read so as not to tell it again.
THANKS = {
    SmsAccount.Shape.A: {"code": 0, "msg": "成功"},
    SmsAccount.Shape.B: {"result": 0, "errmsg": "OK"},
}


@csrf_exempt
@require_POST
def take(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Take delivery receipts; the token in the address is the provider's proof."""
    try:
        account = receipts.account_for(slug, token)
        receipts.take_receipts(account=account, body=request.body)
    except DomainError as error:
        logger.warning("sms receipt of %s refused: %s", slug, error.message)
        return problems.problem(error)
    return JsonResponse(THANKS[SmsAccount.Shape(account.shape)])
