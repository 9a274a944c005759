"""What the member's screens show of a case: fields with their values, slots for papers, the last look, the course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from eunion.cases import forms, selectors, states
from eunion.cases.application import application_of, prefilled
from eunion.cases.declaration import Document, Field, Material, Stage
from eunion.cases.models import Case, Page
from eunion.cases.services.member import may_reopen
from eunion.kernel import fields as masks
from eunion.registry.models import Union

ROWS_AT_FIRST = 1


@dataclass
class Shown:
    """A field on a page: Django's bound field or rows of them, whether it is asked now, and what is wrong with it."""

    declared: Field
    name: str
    bound: Any = None
    rows: list[list[Shown]] = field(default_factory=list)
    asked: bool = True
    locked: str = ""
    error: str = ""
    union_name: str = ""
    from_photo: bool = False


def sections(case: Case, errors: dict[str, str], more: str = "") -> list[dict[str, Any]]:
    """Return the sections of a case's form; what isn't asked (yet) is there but hidden, for the page to bring up."""
    typed = {name: value for name, value in case.answers.items() if value}
    locked = prefilled([one for one in case.service.fields() if one.locked], case.member, case.user)
    offers = application_of(case).offers() if case.pk else {}
    known = offers | typed | locked
    made: list[dict[str, Any]] = [
        {
            "title": section.title,
            "note": section.note,
            "fields": [_field(one, known, locked, errors, more) for one in section.fields],
        }
        for section in case.service.sections
    ]
    for section in made:
        for one in section["fields"]:
            one.from_photo = bool(offers.get(one.name)) and known.get(one.name) == offers[one.name]
    return made


def _field(
    one: Field, typed: dict[str, Any], locked: dict[str, str], errors: dict[str, str], more: str
) -> Shown:
    asked = one.when is None or one.when.holds(typed)
    made = Shown(one, one.name, asked=asked, error=errors.get(one.name, ""))
    if one.name in locked:
        made.locked = masked(one, locked[one.name])
    elif one.kind == "rows":
        made.rows = _rows(one, typed.get(one.name) or [], errors, more)
    else:
        made.bound = _bound(one, typed.get(one.name, ""), one.name)
        if one.kind == "union" and typed.get(one.name):
            found = Union.objects.filter(public_id=typed[one.name]).first()
            made.union_name = found.name if found else ""
    return made


def _bound(one: Field, value: Any, name: str) -> Any:
    from django import forms as django_forms

    form = django_forms.Form(initial={name: value})
    form.fields[name] = forms.form_field(one)
    # The page says itself what is missing, in our words; the browser's own would stand in the way of "save".
    form.use_required_attribute = False
    return form[name]


def _rows(one: Field, rows: list[dict[str, str]], errors: dict[str, str], more: str) -> list[list[Shown]]:
    most = one.most or forms.ROWS_MAX
    count = min(max(len(rows), ROWS_AT_FIRST) + (more == one.name), most)
    filled = rows + [{}] * (count - len(rows))
    return [
        [
            Shown(
                column,
                f"{one.name}-{place}-{column.name}",
                bound=_bound(column, row.get(column.name, ""), f"{one.name}-{place}-{column.name}"),
                error=errors.get(f"{one.name}-{place}-{column.name}", ""),
            )
            for column in one.columns
        ]
        for place, row in enumerate(filled)
    ]


def masked(one: Field, value: str) -> str:
    """Return a value as a screen may show it."""
    if one.kind == "id_number":
        return masks.masked_id_number(value)
    if one.kind == "phone":
        return masks.masked_phone(value)
    if one.kind == "bank_card":
        return "*" * max(len(value) - 4, 0) + value[-4:]
    return value


@dataclass(frozen=True)
class Slot:
    """A material with the pages it has."""

    material: Material
    pages: list[Page]
    left: int


def slots(case: Case) -> list[Slot]:
    """Return the materials that a case may bring, with what is there."""
    application = application_of(case)
    found = []
    for material in application.needed():
        pages = application.pages_of(material.name)
        found.append(Slot(material, pages, max(material.most - len(pages), 0)))
    return found


def lines(
    fields: list[Field], typed: dict[str, Any], *, mask: bool = True
) -> list[tuple[Field, str, list[list[str]]]]:
    """Return answers to read: (field, text, rows of texts); what isn't asked or answered is left out."""
    found: list[tuple[Field, str, list[list[str]]]] = []
    for one in forms.asked(fields, typed):
        value = typed.get(one.name)
        if not value:
            continue
        if one.kind == "rows":
            rows = [
                [_text(column, row.get(column.name, ""), mask) for column in one.columns] for row in value
            ]
            found.append((one, "", rows))
        else:
            found.append((one, _text(one, value, mask), []))
    return found


def _text(one: Field, value: Any, mask: bool) -> str:
    if one.kind == "union":
        found = Union.objects.filter(public_id=value).first()
        return found.name if found else ""
    if one.choices or one.kind == "yes_no":
        labels = dict(one.choices or (("yes", "是"), ("no", "否")))
        return "、".join(labels.get(each) or each for each in (value if isinstance(value, list) else [value]))
    text = masked(one, str(value)) if mask else str(value)
    return f"{text} 元" if one.kind == "money" and text else text


def last_look(case: Case) -> dict[str, Any]:
    """Return what is looked at before handing in: the answers, the papers, what the rules found."""
    application = application_of(case)
    typed = case.answers | prefilled(
        [one for one in case.service.fields() if one.locked], case.member, case.user
    )
    findings = application.findings()
    return {
        "lines": lines(list(case.service.fields()), typed),
        "slots": slots(case),
        "findings": findings,
        "blocked": any(one.hinders for one in findings),
        "reading": [page for page in application.pages if page.reading == Page.Reading.WAITING],
        "computed": case.service.computed(application),
    }


def walk(case: Case, here: str) -> dict[str, Any]:
    """Return the steps of applying in the service's order: their labels, where one is, the way back and on."""
    draft = case.state == states.DRAFT
    form = (
        f"{reverse('service_apply', args=[case.service_name])}?step=form"
        if draft
        else reverse("case_form", args=[case.public_id])
    )
    steps = [("form", "填表", form), ("check", "检查提交", reverse("case_check", args=[case.public_id]))]
    if case.service.materials:
        papers = ("papers", "材料", reverse("case_papers", args=[case.public_id]))
        steps.insert(0 if case.service.papers_first else 1, papers)
    at = [name for name, _, _ in steps].index(here)
    return {
        "labels": [label for _, label, _ in steps],
        "at": at + 1,
        "back": steps[at - 1][2] if at else "",
        "on": steps[at + 1][2] if at + 1 < len(steps) else "",
        "first": steps[0][2],
        "form": form,
    }


def progress(case: Case) -> dict[str, Any]:
    """Return what the member's screen of a case shows."""
    return {
        "steps": selectors.steps(case),
        "events": selectors.events_told(case),
        "asked": case.events.filter(kind="mend").order_by("-number").first()
        if case.state == states.MENDING
        else None,
        "promise": case.service.promise(case),
        "may_withdraw": case.state in states.RUNNING and not case.service.bound(case),
        "begin": walk(case, "form")["first"],
        "may_reopen": may_reopen(case),
        "may_rate": case.state == states.DONE,
        "documents": [one for one in case.service.documents if one.for_member and available(case, one)],
        "stars": range(1, 6),
        "lines": lines(list(case.service.fields()), case.answers),
        **case.service.member_context(case),
    }


def available(case: Case, document: Document) -> bool:
    """Say whether a document can be had of a case now."""
    if case.state == states.DRAFT or (document.when and not document.when.holds(case.answers)):
        return False
    return not document.after or case.state in document.after or case.stage_name in document.after


def record_fields(stage: Stage, typed: dict[str, Any], errors: dict[str, str]) -> list[Shown]:
    """Return the fields that a decider fills in at a stage."""
    return fields_of(stage.record, typed, errors)


def fields_of(
    fields: Iterable[Field], typed: dict[str, Any], errors: dict[str, str], more: str = ""
) -> list[Shown]:
    """Return declared fields for a staff form, with what was typed and what is wrong."""
    return [_field(one, typed, {}, errors, more) for one in fields]
