"""Where is my case: in private, to the person signed in alone."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from eunion.assistant.models import Turn
from eunion.assistant.skills import Skill, progress
from eunion.assistant.terms import Reply, Setting, Understood
from eunion.cases.models import Case

SHOWN = 3


def claim(understood: Understood, question: str) -> float:
    """Asking how far one's own application is: surer than the answer that it can't be looked up."""
    return 0.95 if progress.claim(understood, question) else 0.0


def run(understood: Understood, question: str, setting: Setting) -> Reply:
    """Say how far the newest running cases are."""
    rows = (
        Case.objects.filter(Q(member=setting.member) | Q(user__member=setting.member))
        .exclude(state=Case.State.DRAFT)
        .order_by("closed_at", "-id")
        if setting.member
        else Case.objects.none()
    )
    running = list(rows.running()[:SHOWN]) or list(rows.order_by("-id")[:1])
    link = f"{settings.PUBLIC_URL}/me/cases/"
    if running:
        said = "\n".join(_line(case) for case in running) + f"\n全部进度在这里：{link}"
    else:
        said = f"您在这里还没有提交过申请。能办的事都在这里：{settings.PUBLIC_URL}/services/"
    return Reply(
        said,
        Turn.State.ANSWERED,
        found="skill:progress",
        confidence=0.95,
        topic="办理进度",
        skill="progress",
    )


def _line(case: Case) -> str:
    where = case.stage.label if case.stage and case.state == Case.State.OPEN else case.get_state_display()
    if case.state == Case.State.MENDING:
        where = "等您补材料"
    due = f"，{timezone.localtime(case.due_at):%-m月%-d日}前" if case.due_at and not case.closed_at else ""
    return f"· {case.service.title}（{case.number}）：{where}{due}"


PROGRESS = Skill("progress", "查办理进度", "我的申请办到哪了", claim, run, private=True, certified=True)
