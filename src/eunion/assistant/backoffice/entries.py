"""知识库: the entries with drafts, history and comparison; what is saved here waits for two approvals."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.contrib import messages as flash
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn
from wagtail.admin.widgets import AdminAutoHeightTextInput, Button, HeaderButton
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, InspectView, SnippetViewSet

from eunion.assistant import differences, entry_files, selectors
from eunion.assistant.models import Gap, KnowledgeEntry, Turn
from eunion.assistant.services import gaps, hand_overs, knowledge
from eunion.registry.models import Union, User
from eunion.registry.scope import scope_of, signed_in

STAGES = (("live", "启用"), ("waiting", "待审"), ("returned", "已退回"), ("withdrawn", "停用"))


def stage_words(entry: Any) -> str:
    """Return an entry's state in words: 启用, 待审 1/2, 启用，新版待审 0/2 …"""
    waiting = f"待审 {entry.approval_count}/{knowledge.APPROVALS}"
    words = {"live": "启用", "waiting": waiting, "returned": "已退回", "withdrawn": "停用"}[entry.stage]
    return f"启用，新版{words}" if entry.live and entry.stage != "live" else words


class LinesField(forms.CharField):
    """A list, one item a line; `read` turns the text into the list and says what is wrong with it."""

    widget = AdminAutoHeightTextInput

    def __init__(
        self, *, read: Callable[[Any], list[Any]], show: Callable[[Any], str], **kwargs: Any
    ) -> None:
        self.read, self.show = read, show
        super().__init__(**{"required": False, "strip": False, **kwargs})

    def prepare_value(self, value: Any) -> str:
        """Show a list as lines."""
        return value if isinstance(value, str) else "\n".join(map(self.show, value or []))

    def clean(self, value: Any) -> Any:
        """Return the list."""
        try:
            return self.read(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as lines."""
        return self.prepare_value(initial).split() != str(data or "").split()


class EntryForm(WagtailAdminModelForm):
    """An entry; lists are typed one item a line, and a union can be chosen within one's own scope."""

    alternatives = LinesField(
        label="其他问法",
        help_text="每行一句，照职工平时的说法写",
        read=lambda text: entry_files.lines(text, 120),
        show=str,
    )
    links = LinesField(
        label="相关链接",
        help_text="每行一个：名称 地址，例如：办事指南 /guides/",
        read=entry_files.links,
        show=lambda one: f"{one['label']} {one['url']}",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].widget.attrs["rows"] = 8
        if "union" in self.fields and self.for_user is not None:
            self.fields["union"].queryset = Union.objects.visible_to(scope_of(self.for_user)).order_by("path")
        if "owner" in self.fields:
            self.fields["owner"].queryset = User.objects.with_perm(
                "assistant.add_knowledgeentry",
                include_superusers=False,
                backend="django.contrib.auth.backends.ModelBackend",
            ).order_by("display_name")

    def defer_required_fields(self) -> None:
        """Ask for what an entry needs at once: two people are going to read it."""


class EntryFilterSet(WagtailFilterSet):
    """By topic, state and owner."""

    topic = django_filters.ChoiceFilter(label="主题", choices=lambda: topic_choices())
    stage = django_filters.ChoiceFilter(label="状态", choices=STAGES, method="by_stage")

    class Meta:
        model = KnowledgeEntry
        fields = ["topic", "stage", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = KnowledgeEntry.objects.order_by().values("owner")
        self.filters["owner"].queryset = User.objects.filter(pk__in=owners)

    def by_stage(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep one state; what speaks counts as 启用 even while a newer version waits."""
        return queryset.filter(live=True) if value == "live" else queryset.filter(stage=value)


def topic_choices() -> list[tuple[str, str]]:
    """Return the topics in use."""
    topics = KnowledgeEntry.objects.exclude(topic="").order_by("topic").values_list("topic", flat=True)
    return [(topic, topic) for topic in topics.distinct()]


class EntryIndexView(IndexView):
    """The list, with the ways in and out of it."""

    @cached_property
    def columns(self) -> list[Any]:
        """Leave out the tick boxes: entries are approved in their own screen, and not deleted by the dozen."""
        return list(super().columns[1:])

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Offer import and export."""
        buttons = list(super().header_more_buttons)
        if self.request.user.has_perm("assistant.add_knowledgeentry"):
            buttons.append(Button("导入", url=reverse("assistant_import"), icon_name="upload", priority=60))
        for place, (kind, label) in enumerate((("xlsx", "导出表格"), ("json", "导出 JSON"))):
            url = reverse("assistant_export", args=[kind])
            buttons.append(Button(label, url=url, icon_name="download", priority=70 + place))
        return buttons

    @cached_property
    def header_buttons(self) -> list[Any]:
        """Lead to what waits for approval."""
        buttons = list(super().header_buttons)
        if self.request.user.has_perm("assistant.approve_knowledgeentry"):
            buttons.append(HeaderButton("审核", url=reverse("assistant_reviews"), icon_name="check"))
        return buttons


class _WithoutDraftTricks:
    """Every save is a version of its own, complete: two people approve exactly what was saved.

    Wagtail would overwrite the newest version while someone types, even one that was approved already.
    """

    request: HttpRequest
    overwrite_revision = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        self.autosave_enabled = False
        self.saving_as_draft = False


class EntryCreateView(_WithoutDraftTricks, CreateView):
    """A new entry; `?turn=` and `?gap=` fill the form from a reply or a gap."""

    def get_add_url(self) -> str:
        """Keep what the entry is made from."""
        query = self.request.GET.urlencode()
        return f"{super().get_add_url()}{'?' + query if query else ''}"

    def get_initial_form_instance(self) -> KnowledgeEntry:
        """Return an entry with what is known already."""
        said = _said_before(self.request) if self.request.method == "GET" else {}
        return KnowledgeEntry(live=False, owner=signed_in(self.request), **said)

    def save_instance(self) -> KnowledgeEntry:
        """Save, and close the gap that the entry was written for."""
        entry: KnowledgeEntry = super().save_instance()
        user = signed_in(self.request)
        gap = selectors.gaps_for(user).filter(pk=_number(self.request, "gap"), state=Gap.State.OPEN).first()
        if gap and user.has_perm("assistant.change_gap"):
            gaps.close_gap(gap=gap, user=user, entry=entry)
        return entry


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _said_before(request: HttpRequest) -> dict[str, Any]:
    user = signed_in(request)
    if _number(request, "turn"):
        return hand_overs.entry_from(get_object_or_404(Turn, pk=_number(request, "turn")), user=user)
    gap = selectors.gaps_for(user).filter(pk=_number(request, "gap")).first()
    if gap is None or not user.has_perm("assistant.view_gap"):
        return {}
    asked = gaps.phrasings(gap, user=user)
    return {"question": gap.sample[:120], "alternatives": asked, "topic": gap.topic}


class EntryEditView(_WithoutDraftTricks, EditView):
    """One entry; its state, approvals and what was noted when it was sent back stand above the form."""

    template_name = "assistant/admin/entry_edit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the entry's state."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        entry = selectors.with_hits(selectors.with_states(KnowledgeEntry.objects.all())).get(
            pk=self.object.pk
        )
        note = selectors.returns().filter(object_id=str(entry.pk)).first() if entry.is_sent_back else None
        approvals = entry.approvals.filter(revision=entry.latest_revision_id).select_related("user")
        context |= {
            "entry": entry,
            "stage": stage_words(entry),
            "note": note,
            "approved_by": [one.user for one in approvals],
        }
        return context


class EntryInspectView(InspectView):
    """What an entry says today, for those who may read and not write."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Show a dash for what was left empty."""
        return super().get_field_display_value(field_name, field) or "—"

    def get_alternatives_display_value(self) -> str:
        """Return the phrasings, one a line."""
        return str(linebreaksbr(differences.shown(self.object, "alternatives")))

    def get_links_display_value(self) -> str:
        """Return the links, one a line."""
        return str(linebreaksbr(differences.shown(self.object, "links")))


class KnowledgeViewSet(SnippetViewSet):
    """知识库."""

    model = KnowledgeEntry
    icon = "help"
    menu_label = "知识库"
    menu_item_is_registered = True
    admin_url_namespace = "knowledge"
    base_url_path = "knowledge"
    index_view_class = EntryIndexView
    add_view_class = EntryCreateView
    edit_view_class = EntryEditView
    index_template_name = "assistant/admin/entries.html"
    edit_template_name = "assistant/admin/entry_edit.html"
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = EntryInspectView
    inspect_view_fields = (*knowledge.SAID, "owner", "updated_at")
    list_per_page = 30
    ordering = ["-updated_at"]
    filterset_class = EntryFilterSet
    search_fields = ["question", "answer", "key", "legal_basis"]
    search_backend_name = None
    list_display = [
        "question",
        Column("topic", label="主题", sort_key="topic", classname="ya-wide ya-short"),
        Column("stage", label="状态", accessor=stage_words, classname="ya-short"),
        Column("source", label="来源", classname="ya-wide"),
        Column("owner", label="负责人", classname="ya-wide"),
        NumberColumn("hit_count", label="30 天命中", sort_key="hit_count"),
        DateColumn("updated_at", label="更新", sort_key="updated_at", classname="ya-wide ya-short"),
    ]
    panels = [
        FieldPanel("question"),
        FieldPanel("alternatives"),
        FieldPanel("answer"),
        FieldPanel("topic"),
        MultiFieldPanel(
            [
                FieldPanel("legal_basis"),
                FieldRowPanel([FieldPanel("source"), FieldPanel("source_date")]),
                FieldPanel("links"),
            ],
            heading="依据和来源",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
                FieldPanel("union"),
                FieldPanel("owner"),
            ],
            heading="何时、对谁说",
        ),
    ]

    def register_chooser_viewset(self) -> None:
        """Offer no chooser: nothing here chooses an entry, and Wagtail's would show those of every union."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[KnowledgeEntry]:
        """Return the entries in scope with their states and hits."""
        entries = selectors.with_hits(
            selectors.with_states(selectors.entries_for(scope_of(signed_in(request))))
        )
        return entries.select_related("owner")

    def get_edit_handler(self) -> Any:
        """Bind the panels to our form."""
        return ObjectList(self.panels, base_form_class=EntryForm).bind_to_model(self.model)

    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponse]:
        """Guard every address with an entry's number: outside of the person's scope it is not there."""
        view = super().construct_view(view_class, **kwargs)

        def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if "pk" in named:
                visible = selectors.entries_for(scope_of(signed_in(request)))
                if not visible.filter(pk=unquote(str(named["pk"]))).exists():
                    raise Http404
            answer: HttpResponse = view(request, *args, **named)
            return answer

        return guarded


@require_POST
def withdraw(request: HttpRequest, entry_id: int) -> HttpResponse:
    """POST /admin/knowledge-withdraw/<id>/; the service asks for the permission."""
    visible = selectors.entries_for(scope_of(signed_in(request)))
    entry = get_object_or_404(visible, pk=entry_id)
    knowledge.withdraw(entry=entry, user=signed_in(request))
    flash.success(request, format_html("“{}”已停用，云博士不再这样回答。", entry.question))
    return redirect("knowledge:edit", entry_id)
