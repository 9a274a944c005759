"""The editor's form: an offering, its sessions and the places set aside, in a clerk's words and units (yuan, local time)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict

from eunion.booking.backoffice.chooser import ChooserWidget, ChosenField
from eunion.booking.backoffice.shares import SharesField
from eunion.booking.eligibility import ENTRY_CONDITIONS
from eunion.booking.models import Claim, Offering, Season, Session
from eunion.booking.services.save import Draft, SessionDraft, standing
from eunion.registry.models import Grid, Union, User
from eunion.registry.scope import Scope, scope_of

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
TEXTS = ("title", "summary", "description")
NUMBERS = (
    "per_day",
    "per_event",
    "per_season",
    "payment_minutes",
    "redemption_days",
    "uses",
    "waiting_size",
    "cancel_until_hours",
    "no_show_days",
    "certificate_percent",
)
SESSIONS_MOST = 100
WRONG_VALUE = {
    forms.IntegerField: "请写一个整数。",
    forms.DecimalField: "请写一个数，例如 9.90。",
    forms.FloatField: "请写一个数，例如 114.46。",
    forms.DateTimeField: "请把日期和时间填完整。",
    forms.DateField: "请把日期填完整。",
    forms.URLField: "请写完整的网址，例如 https://meeting.example.cn/1。",
}


def _in_plain_words(form: forms.BaseForm) -> None:
    """Say what is wrong with a single field as a colleague would."""
    for field in form.fields.values():
        chosen = isinstance(field, forms.ChoiceField)
        field.error_messages |= {
            "required": f"请{'选择' if chosen else '填写'}“{field.label}”。",
            "min_value": "不能小于 %(limit_value)s。",
            "max_value": "不能大于 %(limit_value)s。",
            "max_length": "最多 %(limit_value)s 个字，现在有 %(show_value)s 个。",
            "max_decimal_places": "小数最多 %(max)s 位。",
        }
        if type(field) in WRONG_VALUE:
            field.error_messages["invalid"] = WRONG_VALUE[type(field)]


class PromisedChoice(forms.RadioSelect):
    """Radios; once somebody relies on the choice, `only` it can be taken."""

    only = ""

    def create_option(
        self, name: str, value: Any, label: Any, selected: Any, index: int, *more: Any, **named: Any
    ) -> dict[str, Any]:
        """Add that an option can't be taken."""
        option = super().create_option(name, value, label, selected, index, *more, **named)
        if self.only and value != self.only:
            option["attrs"]["disabled"] = True
        return option


class OfferingForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rules."""

    owner = ChosenField(label="主办工会", widget=ChooserWidget("unions", single=True))
    price = forms.DecimalField(label="价格（元）", min_value=0, max_value=100_000, decimal_places=2)
    unions = ChosenField(label="限定工会", required=False, widget=ChooserWidget("unions"))
    grids = ChosenField(label="限定网格", required=False, widget=ChooserWidget("grids"))
    tags = forms.CharField(label="限定标签", required=False, max_length=400)
    entry_condition = forms.ChoiceField(label="报名前须完成", required=False)

    class Meta:
        model = Offering
        fields = [
            "kind",
            "mode",
            *TEXTS,
            "season",
            "certified_only",
            "tags",
            "joined_before",
            "entry_condition",
            "opens_at",
            "closes_at",
            *NUMBERS,
        ]
        labels = {
            "opens_at": "开始报名",
            "closes_at": "截止报名",
            "per_event": "每人在这个活动最多几次",
            "per_day": "每人每天最多几次",
            "per_season": "每人每季最多几次",
            "waiting_size": "候补最多几位",
            "cancel_until_hours": "开始前几小时可以自己退",
            "no_show_days": "没来的，几天内不能再抢",
            "payment_minutes": "几分钟内付款",
            "redemption_days": "结束后几天内票还能用",
            "joined_before": "哪天以前入会的才能报",
        }
        field_classes = {"opens_at": forms.DateTimeField, "closes_at": forms.DateTimeField}
        widgets = {
            "kind": PromisedChoice,
            "mode": PromisedChoice,
            "description": forms.Textarea(attrs={"rows": 6}),
            "opens_at": MOMENT,
            "closes_at": MOMENT,
            "joined_before": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        scope, known = scope_of(user), self.instance.pk is not None
        self.initial.update(
            {
                "owner": [self.instance.owner_id] if known else nearest(scope),
                "price": (Decimal(self.instance.price_fen) / 100).quantize(Decimal("0.01")),
                "tags": "、".join(self.instance.tags),
            }
        )
        if known:
            self.initial["unions"] = list(self.instance.unions.values_list("pk", flat=True))
            self.initial["grids"] = list(self.instance.grids.values_list("pk", flat=True))
        self._choices(scope, known)
        for name in ("kind", "mode"):
            field: Any = self.fields[name]
            field.choices = getattr(Offering, name.title()).choices
        if not known:
            self.initial["kind"] = Offering.Kind.COURSE
        _in_plain_words(self)

    def keep_promises(self) -> None:
        """Let nobody change what those who claimed have relied on."""
        for name in ("kind", "mode"):
            self.fields[name].widget.only = getattr(self.instance, name)
        self.fields["price"].widget.attrs["readonly"] = True

    def _choices(self, scope: Scope, known: bool) -> None:
        """Offer what is in scope, and what somebody with a wider one has chosen already."""
        fields: Any = self.fields
        visible, grids = Union.objects.visible_to(scope), Grid.objects.visible_to(scope)
        seasons = Season.objects.visible_to(scope)
        if known:
            visible = Union.objects.filter(pk__in=_with(visible, self.initial["unions"]))
            grids = Grid.objects.filter(pk__in=_with(grids, self.initial["grids"]))
            seasons = Season.objects.filter(pk__in=_with(seasons, [self.instance.season_id]))
            fields["owner"].disabled = True
            fields["owner"].required = False
        fields["owner"].set_queryset(Union.objects.filter(pk=self.instance.owner_id) if known else visible)
        fields["unions"].set_queryset(visible)
        fields["grids"].set_queryset(grids)
        fields["season"].queryset = seasons
        fields["season"].empty_label = "不属于任何一季"
        names = sorted({*ENTRY_CONDITIONS, self.instance.entry_condition} - {""})
        fields["entry_condition"].choices = [("", "没有"), *((name, name) for name in names)]

    def clean_tags(self) -> list[str]:
        """Return the tags, split at commas of either kind."""
        tags = [tag for tag in re.split(r"[、，,\s]+", self.cleaned_data["tags"]) if tag]
        if any(len(tag) > 20 for tag in tags):
            raise forms.ValidationError("一个标签最多 20 个字，多个标签用顿号隔开。")
        return tags

    def clean(self) -> dict[str, Any]:
        """Check what concerns two fields, and say it at the one to mend."""
        told = super().clean() or self.cleaned_data
        opens, closes = told.get("opens_at"), told.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", "截止报名要晚于开始报名。")
        for name in ("per_day", "per_event", "per_season"):
            if told.get(name) == 0:
                self.add_error(name, "至少 1 次；不限次数就留空。")
        if told.get("kind") == Offering.Kind.CHARITY and told.get("price"):
            self.add_error("price", "公益活动不收费，请填 0。")
        if told.get("certificate_percent") is not None and not 1 <= told["certificate_percent"] <= 100:
            self.add_error("certificate_percent", "请写 1 到 100；不发证书就留空。")
        if told.get("per_season") and not told.get("season"):
            self.add_error("season", "写了每季限额，请选属于哪一季。")
        return told

    def rules(self) -> dict[str, Any]:
        """Return the cleaned values under the service's names."""
        told = {name: self.cleaned_data[name] for name in self.Meta.fields}
        told["price_fen"] = int(self.cleaned_data["price"] * 100)
        return told


def _with(visible: Any, more: list[Any]) -> list[Any]:
    return [*visible.order_by().values_list("pk", flat=True), *(one for one in more if one)]


def nearest(scope: Scope) -> list[int]:
    """Return the topmost union of a person's own, who is most often the host."""
    return list(Union.objects.visible_to(scope).order_by("depth", "path").values_list("pk", flat=True)[:1])


SELDOM = ("shares", "online_url", "opens_at", "closes_at", "lon", "lat")


class SessionForm(forms.Form):
    """One session."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="场次名称", required=False, max_length=60)
    starts_at = forms.DateTimeField(label="开始", widget=MOMENT)
    ends_at = forms.DateTimeField(label="结束", widget=MOMENT)
    place = forms.CharField(label="地点", required=False, max_length=120)
    online_url = forms.URLField(label="线上地址", required=False, assume_scheme="https")
    teacher = forms.CharField(label="教师或负责人", required=False, max_length=60)
    service_hours = forms.DecimalField(
        label="志愿服务时长（小时）", required=False, min_value=0, max_digits=4, decimal_places=1
    )
    quota = forms.IntegerField(label="名额", min_value=0, max_value=1_000_000)
    opens_at = forms.DateTimeField(label="本场开始报名", required=False, widget=MOMENT)
    closes_at = forms.DateTimeField(label="本场截止报名", required=False, widget=MOMENT)
    lon = forms.FloatField(label="经度", required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label="纬度", required=False, min_value=-90, max_value=90)
    shares = SharesField(label="划给各工会的名额")
    gone = forms.BooleanField(label="删除这一场", required=False)

    def __init__(self, *args: Any, unions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        shares: Any = self.fields["shares"]
        shares.set_queryset(unions)
        _in_plain_words(self)

    def full_clean(self) -> None:
        """A session to be removed need not be complete."""
        super().full_clean()
        if self.is_bound and self.cleaned_data.get("gone"):
            self._errors = forms.utils.ErrorDict()

    def clean(self) -> dict[str, Any]:
        """Check what concerns two fields, and say it at the one to mend."""
        told = self.cleaned_data
        for first, last, words in (
            ("starts_at", "ends_at", "结束时间要晚于开始时间。"),
            ("opens_at", "closes_at", "截止报名要晚于开始报名。"),
        ):
            if told.get(first) and told.get(last) and told[first] >= told[last]:
                self.add_error(last, words)
        reserved = sum((told.get("shares") or {}).values())
        if told.get("quota") is not None and reserved > told["quota"]:
            self.add_error("shares", f"划给各工会的共 {reserved} 个，超过了总名额 {told['quota']} 个。")
        return told

    @property
    def more_wrong(self) -> bool:
        """Say whether something is wrong among the seldom used fields, which the page folds away."""
        return any(name in self.errors for name in SELDOM)

    def draft(self) -> SessionDraft:
        """Return what was typed for the service."""
        told = dict(self.cleaned_data)
        pk, gone, shares = told.pop("pk", None), told.pop("gone", False), told.pop("shares", {})
        return SessionDraft(pk, told, shares or {}, gone)


class SessionFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """All sessions of an offering."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Let only empty extra forms go unfilled where the offering has others."""
        return {**super().get_form_kwargs(index), "use_required_attribute": False}


Sessions = forms.formset_factory(
    SessionForm,
    formset=SessionFormSet,
    extra=0,
    max_num=SESSIONS_MOST,
    validate_max=True,
    absolute_max=SESSIONS_MOST,
)


class Wrong(NamedTuple):
    """An error: the id of the element to mend, what it is called, and what to do."""

    element: str
    where: str
    text: str


class Page:
    """Everything on the editor's page, as one thing that is valid or not."""

    def __init__(self, *, user: User, offering: Offering | None, data: QueryDict | None) -> None:
        self.user, self.offering = user, offering
        self.sessions_before = standing(offering) if offering else []
        self.form = OfferingForm(data, user=user, instance=offering or Offering())
        self.claimed = bool(offering) and Claim.objects.filter(session__offering=offering).living().exists()
        if self.claimed:
            self.form.keep_promises()
        initial = [_initial(session) for session in sorted(self.sessions_before, key=_by_time)]
        choosing: Any = self.form.fields["unions"]
        unions = choosing.queryset
        shared = [share.union_id for session in self.sessions_before for share in session.shares.all()]
        if shared:
            unions = Union.objects.filter(pk__in=_with(unions, shared))
        self.sessions = Sessions(data, prefix="sessions", initial=initial, form_kwargs={"unions": unions})
        # A page that shows no session yet offers an empty one.
        self.sessions.extra = 0 if initial else 1

    def is_valid(self) -> bool:
        """Say whether everything can be saved; every form is asked, so that every error shows."""
        forms_valid = [self.form.is_valid(), self.sessions.is_valid()]
        return all(forms_valid)

    def wrong(self) -> list[Wrong]:
        """Return what is wrong with a page that was sent, from top to bottom."""
        found = _wrong(self.form, "", "editor")
        for number, one in enumerate(self.sessions.forms, 1):
            found += _wrong(one, f"第 {number} 场 ", f"session-{number}")
        return [*found, *(Wrong("sessions", "场次", str(text)) for text in self.sessions.non_form_errors())]

    def draft(self) -> Draft:
        """Return what was typed for the service."""
        told = self.form.cleaned_data
        sessions = [
            one.draft()
            for one in self.sessions.forms
            if one.cleaned_data.get("starts_at") or one.cleaned_data.get("gone")
        ]
        return Draft(self.form.rules(), told["unions"], told["grids"], sessions)


def _wrong(form: forms.BaseForm, before: str, whole: str) -> list[Wrong]:
    found = [Wrong(whole, before.strip(), str(text)) for text in form.non_field_errors()]
    for name in form.fields:
        shown = form[name]
        found += [Wrong(shown.auto_id, f"{before}{shown.label}", str(text)) for text in shown.errors]
    return found


def _by_time(session: Session) -> tuple[Any, int]:
    return session.starts_at, session.pk


def _initial(session: Session) -> dict[str, Any]:
    names = [name for name in SessionForm.base_fields if name not in ("pk", "shares", "gone")]
    shares = {share.union: share.quota for share in session.shares.all()}
    return {"pk": session.pk, "shares": shares, **{name: getattr(session, name) for name in names}}
