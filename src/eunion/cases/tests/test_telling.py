"""The applicant is told by whatever reaches them, once."""

from __future__ import annotations

import pytest

from eunion.cases.factories import submitted
from eunion.cases.models import CaseEvent
from eunion.cases.services import review
from eunion.cases.services.tell import carry_out
from eunion.channels.sms.factories import make_sms_account
from eunion.channels.sms.models import SmsMessage, SmsTemplate
from eunion.channels.wechat.services import messages
from eunion.registry.models import User

pytestmark = pytest.mark.django_db


def with_text_messages() -> None:
    SmsTemplate.objects.create(
        account=make_sms_account(),
        kind="case_progress",
        code="SMS_CASE",
        parameters=["title", "number", "state"],
    )


def event_of(officer: User) -> CaseEvent:
    case = submitted()
    case = review.ask_mend(case=case, user=officer, version=case.version, words="请补工资条")
    found: CaseEvent = case.events.get(kind="mend")
    return found


def test_who_is_reached_by_wechat_gets_no_text_message(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []
    monkeypatch.setattr(messages, "send_to_member", lambda **said: sent.append(said) or True)
    event = event_of(officer)
    assert carry_out(event_id=event.pk)
    assert sent[0]["values"]["note"] == "请补工资条" and sent[0]["key"] == f"cases.event:{event.pk}"
    assert not SmsMessage.objects.exists()


def test_who_is_not_gets_a_text_message_once(officer: User) -> None:
    with_text_messages()
    event = event_of(officer)
    for _ in range(2):
        assert carry_out(event_id=event.pk)
    message = SmsMessage.objects.get()
    assert message.phone == "13800000001" and event.case.number in message.params


def test_a_step_that_needs_nothing_costs_no_text_message(officer: User) -> None:
    with_text_messages()
    case = submitted()
    case = review.pass_stage(case=case, user=officer, version=case.version)
    assert not carry_out(event_id=case.events.get(kind="pass").pk)
    assert not SmsMessage.objects.exists()
