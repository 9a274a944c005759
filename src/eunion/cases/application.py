"""What was typed, read by its declaration: the values, what is wrong with them, and what the profile knows already."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from eunion.cases.declaration import Field, Finding, Material, Service
from eunion.cases.forms import CaseForm, asked
from eunion.cases.models import Case, Page
from eunion.registry.models import Member, Membership, User

# What nobody types twice.
PROFILE: dict[str, Callable[[Member], str]] = {
    "name": lambda member: member.name,
    "id_number": lambda member: member.id_number,
    "phone": lambda member: member.phone,
    "employer": lambda member: member.employer,
    "employer_uscc": lambda member: member.employer_uscc,
    "union": lambda member: _union_of(member),
}


def _union_of(member: Member) -> str:
    found = Membership.objects.filter(member=member, left_on=None).select_related("union").first()
    return str(found.union.public_id) if found else ""


def prefilled(fields: Iterable[Field], member: Member | None, user: User | None = None) -> dict[str, str]:
    """Return what the profile answers, field → text."""
    known: dict[str, str] = {}
    for one in fields:
        if one.prefill and member:
            known[one.name] = PROFILE[one.prefill](member)
        elif one.prefill == "phone" and user:
            known[one.name] = user.phone
    return {name: text for name, text in known.items() if text}


@dataclass
class Answers:
    """Typed answers to declared fields, read: `values` by name (fen, dates, unions …), `errors` by HTML name."""

    fields: list[Field]
    typed: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        form = CaseForm(self.fields, self.typed)
        form.full_clean()
        self.values |= form.cleaned_data
        self.errors |= {name: str(words[0]) for name, words in form.errors.items()}
        for one in asked([one for one in self.fields if one.kind == "rows"], self.typed):
            self._read_rows(one)

    def _read_rows(self, rows: Field) -> None:
        read = []
        for place, row in enumerate(self.typed.get(rows.name) or []):
            form = CaseForm(rows.columns, row, prefix=f"{rows.name}-{place}")
            form.full_clean()
            read.append(form.cleaned_data)
            self.errors |= {
                f"{rows.name}-{place}-{name}": str(words[0]) for name, words in form.errors.items()
            }
        if rows.required and not read:
            self.errors[rows.name] = f"请至少填一行“{rows.label}”。"
        self.values[rows.name] = read


@dataclass
class Application:
    """A case's form and papers, as checks look at it."""

    service: Service
    typed: dict[str, Any]
    pages: list[Page]
    member: Member | None = None
    case: Case | None = None

    @cached_property
    def answers(self) -> Answers:
        """Return the answers, read."""
        return Answers(list(self.service.fields()), self.typed)

    @property
    def values(self) -> dict[str, Any]:
        """Return the values that are right, by field."""
        return self.answers.values

    def needed(self) -> list[Material]:
        """Return the materials that this application may bring."""
        return [one for one in self.service.materials if one.when is None or one.when.holds(self.typed)]

    def pages_of(self, material: str) -> list[Page]:
        """Return a material's pages."""
        return [page for page in self.pages if page.material == material]

    def read(self, material: str) -> dict[str, Any]:
        """Return what the OCR found on a material: field → {"value", "text", "score", "page"}; the surest wins."""
        best: dict[str, Any] = {}
        for page in self.pages_of(material):
            for name, found in page.read.get("fields", {}).items():
                if name not in best or found["score"] > best[name]["score"]:
                    best[name] = found | {"page": page.public_id}
        return best

    def findings(self) -> list[Finding]:
        """Return everything that the form, the papers and the service's own rules say, gravest first."""
        found = [Finding("mend", words, field=name) for name, words in self.answers.errors.items()]
        for material in self.needed():
            if material.required and not self.pages_of(material.name):
                words = f"还缺“{material.label}”" + (
                    "，请到“材料”一步签名。" if material.signature else "，请拍照上传。"
                )
                found.append(Finding("mend", words, material=material.name))
            elif any(page.reading == Page.Reading.NOTHING for page in self.pages_of(material.name)):
                words = f"“{material.label}”有照片没认出字，如果不清楚请重拍；清楚的话不用管，工作人员会看。"
                found.append(Finding("pass", words, material=material.name))
        found += self.service.check(self)
        return sorted(found, key=lambda one: ("refuse", "mend", "warn", "pass").index(one.level))

    def offers(self) -> dict[str, str]:
        """Return what the papers say for the fields that may be filled from them: field → text as it would be typed."""
        readings = {material.name: self.read(material.name) for material in self.needed() if material.reads}
        found: dict[str, str] = {}
        for one in self.service.fields():
            for source in one.read_from:
                material, _, name = source.partition(".")
                value = readings.get(material, {}).get(name, {}).get("value")
                if value not in (None, "") and one.name not in found:
                    found[one.name] = (
                        f"{value // 100}.{value % 100:02d}" if one.kind == "money" else str(value)
                    )
        return found


def application_of(case: Case) -> Application:
    """Return a case's application, with its pages."""
    pages = list(case.pages.filter(removed_at=None).order_by("material", "id"))
    return Application(case.service, case.answers, pages, case.member, case)
