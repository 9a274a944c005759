"""待回复: questions that wait for a person, by deadline; replied to, given to a colleague, made into an entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from eunion.assistant import masking, selectors, wiring
from eunion.assistant.backoffice.listing import LOOKED_AT, paged
from eunion.assistant.errors import NotWaiting
from eunion.assistant.models import HandOver, Turn
from eunion.assistant.services import hand_overs, owners
from eunion.assistant.services.explaining import Hit
from eunion.channels.base import SendError
from eunion.kernel.errors import DomainError, Invalid
from eunion.registry.models import User
from eunion.registry.scope import scope_of, signed_in

CHANNELS = {"wechat": "公众号", "community": "居民群", "wecom": "企业微信", "portal": "职工门户"}
# Begin of a reply that officers type over and over.
PHRASES = (
    ("请补充", "您好，为了准确答复，请补充一下：您所在的单位、事情发生的时间。"),
    ("请来窗口", "您好，这件事需要看材料，请带身份证到职工服务中心窗口办理（工作日 9:00–17:00）。"),
    ("已转办", "您好，您反映的情况已转给负责的同事，会在 3 个工作日内与您联系。"),
    ("打 12351", "您好，这件事可以直接拨打职工服务热线 12351，有专人受理。"),
    ("法律援助", "您好，您可以申请工会法律援助，不收费。请在“办事指南”里查看需要的材料。"),
)
EARLIER = 6
may_view = permission_required("assistant.view_turn", raise_exception=True)


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/questions/?view=mine|all|late&q=…&channel=…: urgent first, then by deadline."""
    user, now = signed_in(request), timezone.now()
    everything = selectors.hand_overs_for(user)
    counts = {
        "mine": everything.filter(owner=user).count(),
        "all": everything.count(),
        "late": everything.filter(due_at__lt=now).count(),
    }
    view = request.GET.get("view") or ("mine" if counts["mine"] else "all")
    rows = {"mine": everything.filter(owner=user), "late": everything.filter(due_at__lt=now)}.get(
        view, everything
    )
    if request.GET.get("channel") in CHANNELS:
        rows = rows.filter(turn__channel=request.GET["channel"])
    found = _searched(
        rows.select_related("owner", "turn__grid", "turn__union").order_by("-turn__urgent", "due_at", "id"),
        request.GET.get("q", "").strip(),
    )
    context = paged(request, found)
    context["rows"] = [_row(one) for one in context["pager"]]
    context |= {"view": view, "counts": counts, "now": now, "channels": CHANNELS.items()}
    return render(request, "assistant/admin/waiting.html", context)


def _searched(rows: QuerySet[HandOver], query: str) -> Any:
    """Keep what holds the words; questions are encrypted, so they are looked through here."""
    if not query:
        return rows
    return [one for one in rows[:LOOKED_AT] if query in masking.masked(one.turn.question)]


def _row(hand_over: HandOver) -> dict[str, Any]:
    turn = hand_over.turn
    return {
        "hand_over": hand_over,
        "turn": turn,
        "question": masking.masked(turn.question),
        "channel": CHANNELS.get(turn.channel, turn.channel),
        "place": turn.grid or turn.union or "",
    }


@require_http_methods(["GET", "POST"])
@may_view
def detail(request: HttpRequest, turn_id: int) -> HttpResponse:
    """GET or POST /admin/questions/<id>/: the question with what was said before; POST replies or assigns."""
    visible = Turn.objects.visible_to(scope_of(signed_in(request)))
    turn = get_object_or_404(
        visible.select_related("union", "grid__subdistrict", "entry", "replied_by"), pk=turn_id
    )
    error = ""
    if request.method == "POST":
        try:
            return _assign(request, turn) if request.POST.get("do") == "assign" else _reply(request, turn)
        except NotWaiting as problem:
            turn.refresh_from_db()
            error = f"{problem.message}{_who_replied(turn)}"
        except DomainError as problem:
            error = problem.message
        except SendError as problem:
            error = f"没有发出去：对方渠道暂时不收（{problem.code}）。内容还在下面，请稍后再发。"
    context = {**_context(request, turn), "error": error, "typed": request.POST.get("text", "")}
    return render(request, "assistant/admin/question.html", context, status=409 if error else 200)


def _who_replied(turn: Turn) -> str:
    if not turn.replied_by or not turn.replied_at:
        return ""
    return f"{turn.replied_by} 在 {timezone.localtime(turn.replied_at):%H:%M} 已回复，您写的还没有发出。"


def _context(request: HttpRequest, turn: Turn) -> dict[str, Any]:
    earlier = Turn.objects.filter(
        channel=turn.channel, sender=turn.sender, group=turn.group, pk__lt=turn.pk
    ).order_by("-id")[:EARLIER]
    hand_over = HandOver.objects.filter(turn=turn).select_related("owner").first()
    waits = turn.state == Turn.State.PASSED_ON
    may_reply = waits and request.user.has_perm("assistant.change_turn")
    return {
        "turn": turn,
        "question": masking.masked(turn.question),
        "earlier": [(one, masking.masked(one.question), masking.masked_reply(one)) for one in earlier][::-1],
        "hand_over": hand_over,
        "waits": waits,
        "may_reply": may_reply,
        "late": bool(hand_over and waits and hand_over.due_at < timezone.now()),
        "channel": CHANNELS.get(turn.channel, turn.channel),
        "phrases": PHRASES,
        "colleagues": owners.colleagues(turn) if may_reply else [],
        "may_take": may_reply and (hand_over is None or hand_over.owner_id != request.user.pk),
        "said": _said_first(turn, waits) if turn.found and turn.sources else "",
        "near": _near(turn) if may_reply else [],
        "most": hand_overs.REPLY_MAX,
    }


def _said_first(turn: Turn, waits: bool) -> str:
    """Return what 雲博士 said before a person did."""
    return masking.masked_reply(turn) if waits else masking.masked(turn.said_before)


def _near(turn: Turn) -> list[Hit]:
    """Return entries that may help with the reply."""
    try:
        return list(wiring.explain(turn.question).hits[:3])
    except DomainError:
        return []


def _reply(request: HttpRequest, turn: Turn) -> HttpResponse:
    keep = bool(request.POST.get("keep")) and request.user.has_perm("assistant.add_knowledgeentry")
    hand_overs.reply_by_person(
        turn=turn, text=request.POST.get("text", ""), user=signed_in(request), keep=keep
    )
    flash.success(request, "已回复，答复已发到提问的地方。" + ("知识草稿已存，待审核。" if keep else ""))
    return redirect("assistant_question", turn.pk)


def _assign(request: HttpRequest, turn: Turn) -> HttpResponse:
    to = request.POST.get("to", "")
    colleague = User.objects.filter(pk=int(to)).first() if to.isdecimal() else None
    if colleague is None:
        raise Invalid("请选一位同事。")
    was_open = HandOver.objects.filter(turn=turn).exists()
    hand_over = hand_overs.open_hand_over(turn, at=timezone.now())
    if was_open and "owner" in request.POST:
        # Who had it on the page that the person saw: meanwhile it may be another's.
        seen = request.POST["owner"]
        hand_over.owner_id = int(seen) if seen.isdecimal() and len(seen) < 12 else None
    hand_overs.assign(hand_over=hand_over, to=colleague, user=signed_in(request))
    if colleague == request.user:
        flash.success(request, "这个问题由您来回复。")
        return redirect("assistant_question", turn.pk)
    flash.success(request, f"已转给{colleague}。")
    return redirect("assistant_questions")
