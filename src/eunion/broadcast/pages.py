"""Member screens of the reach: messages, and the grid worker's last mile."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from eunion.broadcast import selectors, services
from eunion.broadcast.models import Broadcast, Delivery
from eunion.kernel.errors import NotAllowed
from eunion.kernel.fields import masked_phone
from eunion.registry.models import Member, User
from eunion.registry.scope import signed_in
from eunion.registry.selectors import member_of

PAGE_SIZE = 20


@login_required
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """GET /messages/: what the union sent me."""
    member = member_of(request.user)
    rows = selectors.inbox(member) if member else Delivery.objects.none()
    pager = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "broadcast/messages.html", {"tab": "messages", "pager": pager, "member": member})


def _grid_worker(request: HttpRequest) -> User:
    """Return the signed-in grid worker; raises NotAllowed for anyone without a grid."""
    user = signed_in(request)
    if not user.grid_assignments.exists():
        raise NotAllowed("这个页面给网格员使用。您名下没有网格，如有疑问请联系区总工会。")
    return user


@login_required
@require_GET
def last_mile_index(request: HttpRequest) -> HttpResponse:
    """GET /lastmile/: notices with someone in my grids to tell."""
    user = _grid_worker(request)
    return render(
        request, "broadcast/lastmile_index.html", {"tab": "", "broadcasts": selectors.broadcasts_for(user)}
    )


@login_required
@require_GET
def last_mile(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """GET /lastmile/<id>/: whom the notice has not reached, and whom I have told."""
    user, broadcast = _grid_worker(request), get_object_or_404(Broadcast, pk=broadcast_id)
    waiting = [
        {"member": member, "phone": masked_phone(member.phone)}
        for member in selectors.last_mile(broadcast, user)
    ]
    context = {"broadcast": broadcast, "waiting": waiting, "told": selectors.told_in_person(broadcast, user)}
    return render(request, "broadcast/lastmile.html", context)


@login_required
@require_POST
def tell(request: HttpRequest, broadcast_id: int, public_id: str) -> HttpResponse:
    """POST /lastmile/<id>/<member>/: tick off, or with undo=1 take the tick back."""
    user, broadcast = _grid_worker(request), get_object_or_404(Broadcast, pk=broadcast_id)
    member = get_object_or_404(Member, public_id=public_id)
    change = services.undo_tell if request.POST.get("undo") else services.tell_in_person
    change(broadcast=broadcast, member=member, user=user)
    return redirect("lastmile", broadcast_id=broadcast.pk)
