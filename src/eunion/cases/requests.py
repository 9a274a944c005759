"""訴求 that reach the union by other ways than the form: told to 雲博士, or by a grid worker; and public answers."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from eunion.assistant.terms import Setting, Understood
from eunion.cases.declaration import SERVICES
from eunion.cases.models import Case, PublicAnswer
from eunion.cases.services import filing
from eunion.kernel.errors import DomainError

# The first whose words are in what was said.
_WORDS = {
    "injury": "工伤|受伤|职业病",
    "wages": "工资|欠薪|拖欠|加班费|奖金|没发钱|不给钱",
    "insurance": "社保|公积金|医保|养老|失业",
    "women": "怀孕|产假|哺乳|女职工|性骚扰",
    "safety": "安全|危险|防护|高温|有毒",
    "contract": "合同|辞退|开除|离职|试用期|赔偿",
    "hours": "加班|休假|年假|休息|工时",
    "union": "工会|会员|入会|活动",
    "hardship": "困难|看病|没钱|救助",
}
PAGE_SIZE = 20


def category_of(words: str) -> str:
    """Return the category that a request is most likely of; the clerk may think otherwise."""
    return next((name for name, pattern in _WORDS.items() if re.search(pattern, words)), "other")


def take(understood: Understood, question: str, setting: Setting) -> str:
    """Make a case of what a member tells 雲博士 in private; '' where the hand-over to a person has to do."""
    member = setting.member
    if setting.in_group or member is None or member.user is None or not member.phone:
        return ""
    words = understood.text or question
    typed = {
        "category": category_of(words),
        "words": words,
        "name": member.name,
        "phone": member.phone,
        "employer": member.employer,
        "reply": "private",
    }
    try:
        case = filing.take(service=SERVICES["requests"], typed=typed, member=member)
    except DomainError:
        return ""
    return f"已登记为诉求 {case.number}，1 个工作日内受理。随时看进度、补充照片：{settings.PUBLIC_URL}/me/cases/{case.public_id}/"


def by_form(setting: Setting) -> str:
    """Say in private where one may file it with a number and a clock of its own."""
    if setting.in_group:
        return ""
    return f"想要编号、随时看进度、传照片，可以在这里登记：{settings.PUBLIC_URL}/services/requests/apply/"


@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    """GET /services/requests/answers/?category=…: what the union answered in public, without names."""
    rows, category = PublicAnswer.objects.order_by("-id"), request.GET.get("category", "")
    field = SERVICES["requests"].field("category")
    if category in dict(field.choices):
        rows = rows.filter(category=category)
    pager = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"tab": "home", "pager": pager, "category": category, "categories": field.choices}
    return render(request, "cases/answers.html", context)


def publish(case: Case, question: str, answer: str) -> None:
    """Publish a question and its answer in the words a clerk chose; again replaces them."""
    PublicAnswer.objects.update_or_create(
        case=case,
        defaults={"category": case.facts.get("category", "other"), "question": question, "answer": answer},
    )
