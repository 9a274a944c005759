"""What 雲博士 does not know gets an owner and a clock, goes up when late, and the reply goes back where it was asked."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from eunion.assistant.errors import NothingAsked, NotWaiting
from eunion.assistant.factories import asked_turn
from eunion.assistant.models import HandOver, KnowledgeEntry, Turn
from eunion.assistant.services import hand_overs, sending
from eunion.channels.base import SendError
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import GridFactory, UserFactory, make_union
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
# A Friday; the next working day is the Monday after.
FRIDAY = datetime.datetime(2026, 3, 6, 16, 0, tzinfo=timezone.get_default_timezone())
MONDAY_EVENING = datetime.datetime(2026, 3, 9, 18, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def root() -> Union:
    return make_union("总工会")


@pytest.fixture
def street(root: Union) -> Union:
    return make_union("甲街道工会", root, kind=Union.Kind.SUBDISTRICT)


@pytest.fixture
def factory_union(street: Union) -> Union:
    return make_union("甲厂工会", street)


def officer(union: Union, role: Role = Role.GRASSROOTS_OFFICER) -> User:
    user: User = UserFactory(role=role, scope=union)
    return user


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Catch what would leave by a channel."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(sending.wechat, "reply_text", lambda **message: found.append(message))
    monkeypatch.setattr(sending.community, "post_to_group", lambda **message: found.append(message))
    return found


def test_the_nearest_officer_in_the_tree_owns_a_question(
    root: Union, street: Union, factory_union: Union
) -> None:
    officer(root, Role.CASE_OFFICER)
    middle = officer(street)
    turn = asked_turn(union=factory_union)
    assert hand_overs.open_hand_over(turn, at=FRIDAY).owner == middle
    near = officer(factory_union)
    assert hand_overs.open_hand_over(asked_turn(union=factory_union), at=FRIDAY).owner == near


def test_a_grid_belongs_to_its_subdistrict_and_what_has_no_place_to_the_federation(
    root: Union, street: Union
) -> None:
    head, middle = officer(root, Role.CASE_OFFICER), officer(street)
    grid = GridFactory(subdistrict=street)
    assert hand_overs.open_hand_over(asked_turn(grid=grid), at=FRIDAY).owner == middle
    assert hand_overs.open_hand_over(asked_turn(), at=FRIDAY).owner == head


def test_among_equals_the_one_with_the_fewest_open_questions_gets_the_next(root: Union) -> None:
    users = {officer(root, Role.CASE_OFFICER) for _ in range(3)}
    owners = [hand_overs.open_hand_over(asked_turn(), at=FRIDAY).owner for _ in range(6)]
    assert set(owners) == users
    assert all(owners.count(user) == 2 for user in users)


def test_only_who_may_reply_here_is_chosen(root: Union, street: Union) -> None:
    officer(root, Role.AUDITOR)
    officer(make_union("乙街道工会", root))
    off = officer(street)
    User.objects.filter(pk=off.pk).update(is_active=False)
    assert hand_overs.open_hand_over(asked_turn(union=street), at=FRIDAY).owner is None


def test_it_is_due_on_the_next_working_day_and_in_an_hour_when_urgent(root: Union) -> None:
    assert hand_overs.open_hand_over(asked_turn(), at=FRIDAY).due_at == MONDAY_EVENING
    urgent = hand_overs.open_hand_over(asked_turn(urgent=True), at=FRIDAY)
    assert urgent.due_at == FRIDAY + datetime.timedelta(hours=1)


def test_a_question_is_handed_over_once(root: Union) -> None:
    turn = asked_turn()
    first = hand_overs.open_hand_over(turn, at=FRIDAY)
    assert hand_overs.open_hand_over(turn, at=timezone.now()) == first
    assert HandOver.objects.get().due_at == first.due_at


def test_what_waits_without_an_owner_is_opened_later(root: Union) -> None:
    head = officer(root, Role.CASE_OFFICER)
    asked_turn(asked_at=FRIDAY)
    assert (hand_overs.open_missing(), hand_overs.open_missing()) == (1, 0)
    assert HandOver.objects.get().owner == head


def test_what_is_overdue_goes_up_one_level_a_day_and_running_again_changes_nothing(
    root: Union, street: Union, factory_union: Union
) -> None:
    head, middle, near = officer(root, Role.CASE_OFFICER), officer(street), officer(factory_union)
    hand_over = hand_overs.open_hand_over(asked_turn(union=factory_union), at=FRIDAY)
    assert hand_over.owner == near
    assert hand_overs.escalate_overdue(now=MONDAY_EVENING) == 0
    late = MONDAY_EVENING + datetime.timedelta(minutes=1)
    assert hand_overs.escalate_overdue(now=late) == 1
    assert hand_overs.escalate_overdue(now=late + datetime.timedelta(minutes=10)) == 0
    hand_over.refresh_from_db()
    assert (hand_over.owner, hand_over.escalated_at) == (middle, late)
    a_day_on = late + datetime.timedelta(days=2)
    assert hand_overs.escalate_overdue(now=a_day_on) == 1
    hand_over.refresh_from_db()
    assert hand_over.owner == head
    # At the top it stays, marked.
    assert hand_overs.escalate_overdue(now=a_day_on + datetime.timedelta(days=9)) == 0
    assert ModelLogEntry.objects.filter(action="assistant.escalate").count() == 2


def test_at_the_top_what_is_overdue_is_marked_and_keeps_its_owner(root: Union) -> None:
    head = officer(root, Role.CASE_OFFICER)
    hand_overs.open_hand_over(asked_turn(), at=FRIDAY)
    late = MONDAY_EVENING + datetime.timedelta(hours=1)
    assert [hand_overs.escalate_overdue(now=late) for _ in range(2)] == [1, 0]
    hand_over = HandOver.objects.get()
    assert (hand_over.owner, hand_over.escalated_at) == (head, late)


def test_what_was_answered_does_not_go_up(root: Union, sent: list[Any]) -> None:
    head = officer(root, Role.CASE_OFFICER)
    turn = asked_turn()
    hand_overs.open_hand_over(turn, at=FRIDAY)
    hand_overs.reply_by_person(turn=turn, text="晚上十点。", user=head, keep=False)
    assert hand_overs.escalate_overdue(now=MONDAY_EVENING + datetime.timedelta(days=1)) == 0


def test_a_question_is_given_to_a_colleague_who_may_reply(root: Union, street: Union) -> None:
    head, middle = officer(root, Role.CASE_OFFICER), officer(street)
    hand_over = hand_overs.open_hand_over(asked_turn(union=street), at=FRIDAY)
    hand_overs.assign(hand_over=hand_over, to=head, user=middle)
    hand_over.refresh_from_db()
    assert hand_over.owner == head
    for other in (officer(make_union("乙街道工会", root)), officer(street, Role.AUDITOR)):
        with pytest.raises(Invalid):
            hand_overs.assign(hand_over=hand_over, to=other, user=head)
        with pytest.raises(NotAllowed):
            hand_overs.assign(hand_over=hand_over, to=head, user=other)


def test_a_reply_goes_back_to_the_group_and_closes_the_question(
    root: Union, sent: list[dict[str, Any]]
) -> None:
    head = officer(root, Role.CASE_OFFICER)
    turn = asked_turn(channel="community", group="g1", event_id="community:e9")
    hand_overs.open_hand_over(turn, at=FRIDAY)
    hand_overs.reply_by_person(turn=turn, text="晚上十点。", user=head, keep=False)
    turn.refresh_from_db()
    assert (turn.state, turn.replied_by, turn.reply) == (Turn.State.CLOSED, head, "晚上十点。")
    assert turn.hand_over.answered_at == turn.replied_at
    assert (sent[0]["group"], sent[0]["reply_to"]) == ("g1", "e9")
    assert "晚上十点" in sent[0]["text"] and "工作人员" in sent[0]["text"]


def test_a_person_replies_once_and_may_keep_the_answer(root: Union, sent: list[dict[str, Any]]) -> None:
    head, second = officer(root, Role.CASE_OFFICER), officer(root, Role.CASE_OFFICER)
    turn = asked_turn(channel="wechat")
    hand_overs.reply_by_person(turn=turn, text="晚上十点。", user=head, keep=True)
    assert not KnowledgeEntry.objects.get().live
    with pytest.raises(NotWaiting):
        hand_overs.reply_by_person(turn=turn, text="再说一次", user=second, keep=False)
    assert len(sent) == 1


def test_who_lacks_the_right_or_the_scope_cannot_reply(root: Union, street: Union, sent: list[Any]) -> None:
    turn = asked_turn(union=street)
    others = (
        UserFactory(),
        UserFactory(role=Role.CASE_OFFICER),
        officer(make_union("乙街道工会", root)),
        officer(street, Role.AUDITOR),
    )
    for user in others:
        with pytest.raises(NotAllowed):
            hand_overs.reply_by_person(turn=turn, text="…", user=user, keep=False)
        with pytest.raises(NotAllowed):
            hand_overs.entry_from(turn, user=user)
    assert sent == []


@pytest.mark.parametrize(("text", "error"), [(" ", NothingAsked), ("长" * 1201, Invalid)])
def test_an_empty_or_endless_reply_is_refused(root: Union, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        hand_overs.reply_by_person(
            turn=asked_turn(), text=text, user=officer(root, Role.CASE_OFFICER), keep=False
        )


def test_a_reply_that_does_not_leave_keeps_the_question_waiting(
    root: Union, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> None:
        raise SendError("-1", "busy", permanent=False)

    monkeypatch.setattr(sending.wechat, "reply_text", fails)
    turn = asked_turn(channel="wechat")
    hand_overs.open_hand_over(turn, at=FRIDAY)
    with pytest.raises(SendError):
        hand_overs.reply_by_person(
            turn=turn, text="晚上十点。", user=officer(root, Role.CASE_OFFICER), keep=True
        )
    turn.refresh_from_db()
    assert turn.state == Turn.State.PASSED_ON
    assert not KnowledgeEntry.objects.exists()
    assert HandOver.objects.get().answered_at is None


def test_an_entry_made_of_a_reply_tells_nothing_of_the_asker(root: Union, sent: list[Any]) -> None:
    head = officer(root, Role.CASE_OFFICER)
    turn = asked_turn("请问我叫王小明，手机 138 0000 1111，停车场几点关门", topic="设施")
    hand_overs.reply_by_person(turn=turn, text="晚上十点。", user=head, keep=False)
    turn.refresh_from_db()
    said = hand_overs.entry_from(turn, user=head)
    assert said["answer"] == "晚上十点。" and said["topic"] == "设施"
    assert "停车场几点关门" in said["question"]
    assert not any(word in str(said) for word in ("王小明", "138", "1111"))
