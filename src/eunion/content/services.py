"""Every change to pages: reviewing, publishing, indexing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState
from wagtail.rich_text import get_text_for_indexing

from eunion.content import search
from eunion.content.errors import InAccounts, ReviewIncomplete
from eunion.content.models import Publication, ReviewedPage, ReviewTask
from eunion.registry.models import User

STAGES = 3


def check_reviewed(revision: Revision) -> None:
    """Raise ReviewIncomplete unless three people other than the author approved this very revision, a stage each."""
    approvals = TaskState.objects.filter(
        revision=revision,
        status=TaskState.STATUS_APPROVED,
        task__in=ReviewTask.objects.all(),
        finished_by__isnull=False,
    ).exclude(finished_by=revision.user_id)
    people: dict[int, set[tuple[int, int]]] = {}
    for state_id, task_id, person_id in approvals.values_list(
        "workflow_state_id", "task_id", "finished_by_id"
    ):
        people.setdefault(state_id, set()).add((task_id, person_id))
    for pairs in people.values():
        if len({task for task, _ in pairs}) >= STAGES and len({person for _, person in pairs}) >= STAGES:
            return
    raise ReviewIncomplete


def submit(*, page: ReviewedPage, author: User) -> Revision:
    """Save the page as a draft of the author's and hand it to the first reviewer."""
    with transaction.atomic():
        revision = page.save_revision(user=author, log_action=True)
        workflow = page.get_workflow()
        workflow.start(page, author)
        return revision


def approve(*, page: ReviewedPage, reviewer: User, comment: str = "") -> None:
    """Approve the stage that the page is at; the third approval publishes. Raises SameReviewer."""
    state = page.current_workflow_task_state
    if state is None:
        raise ReviewIncomplete("这个页面没有在审核中。")
    with transaction.atomic():
        state.task.specific.on_action(state, reviewer, "approve", comment=comment)


def reviewed_publish(*, page: ReviewedPage, author: User, reviewers: list[User]) -> None:
    """Take a page through all three reviews, each by the given person; what the console does click by click."""
    with transaction.atomic():
        submit(page=page, author=author)
        for reviewer in reviewers:
            approve(page=Page.objects.get(pk=page.pk).specific, reviewer=reviewer)


def body_text(page: ReviewedPage) -> str:
    """Return a page's body as plain text."""
    return " ".join(
        get_text_for_indexing(str(value))
        for value in page.body.stream_block.get_searchable_content(page.body)
    )


def index_page(page: ReviewedPage) -> None:
    """Put a live page into the search index."""
    extra = " ".join(
        str(getattr(page, name, "") or "") for name in ("who", "materials", "steps", "document_number")
    )
    search.put(
        kind="page",
        key=str(page.pk),
        title=page.title,
        summary=page.summary,
        body=f"{body_text(page)} {extra}",
        url=page.get_url() or "",
        shown_on=page.shown_date or timezone.localdate(),
    )


def leave(page: ReviewedPage) -> None:
    """Do what a withdrawal brings with it, by whichever door the page went: search, accounts, broadcasts."""
    from eunion.content import publishing

    with transaction.atomic():
        unindex_page(page)
        publishing.withdraw_all(page_id=page.pk)
        page.after_withdrawal(user=None)


def check_gone_from_accounts(page: Page) -> None:
    """Raise InAccounts while an article of a page, or of one below it, stands in an account or is on its way there."""
    over = [Publication.State.FAILED, Publication.State.WITHDRAWN]
    here = Publication.objects.filter(page__path__startswith=page.path)
    if here.exclude(state__in=over).exists():
        raise InAccounts


def unindex_page(page: Any) -> None:
    """Take a page out of the search index."""
    search.remove(kind="page", key=str(page.pk))
