"""How a service is declared: one class says what is asked, what is brought, who decides, by when, and what is counted.

The guide, the phone's form, the pre-review, the review's stages, the deadlines and the statistics are all made of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.db.models import Q

from eunion.registry.roles import Role

if TYPE_CHECKING:
    from eunion.cases.application import Application
    from eunion.cases.models import Case
    from eunion.registry.models import User

Kind = Literal[
    "text", "long", "number", "money", "percent", "date", "choice", "many", "yes_no",
    "id_number", "phone", "bank_card", "uscc", "union", "rows",
]  # fmt: skip
Level = Literal["own", "subdistrict", "federation"]


@dataclass(frozen=True)
class When:
    """Asked or needed only if another answer is one of these; yes_no answers are "yes" and "no"."""

    field: str
    values: tuple[str, ...]

    def holds(self, answers: dict[str, Any]) -> bool:
        """Say whether it is asked, from answers as they were typed."""
        answer = answers.get(self.field, "")
        given = answer if isinstance(answer, list) else [answer]
        return any(one in self.values for one in given)


@dataclass(frozen=True)
class Field:
    """One thing that is asked. Money is typed in yuan and read as fen, a percentage is read as ten-thousandths.

    `prefill` names what the profile knows (`application.PROFILE`); a `locked` one is shown and can't be changed.
    `counted` ones (choices alone) are kept beside the encrypted form for the statistics: never a personal thing.
    `read_from` names the readings that may fill it while it is empty, best first: "material.field" of the OCR.
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = True
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    when: When | None = None
    prefill: str = ""
    locked: bool = False
    counted: bool = False
    read_from: tuple[str, ...] = ()
    # Of a stage's record: said to the applicant when nothing else is.
    told: bool = False
    # Of a date: not to come.
    past: bool = False
    least: int | None = None
    most: int | None = None
    # Of kind "rows" alone: what each row asks, e.g. of a family member; `most` rows at most.
    columns: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Section:
    """Fields under one heading."""

    title: str
    fields: tuple[Field, ...]
    note: str = ""


@dataclass(frozen=True)
class Material:
    """A paper that is photographed. `reads` names the kind of paper that the OCR takes it for, or nothing."""

    name: str
    label: str
    help: str = ""
    required: bool = True
    when: When | None = None
    most: int = 3
    reads: str = ""
    signature: bool = False


@dataclass(frozen=True)
class Finding:
    """What a check found, in a worker's words. `refuse` and `mend` hinder the application.

    `warn` is to be read or looked at again: it hinders nothing, and the person who decides sees it as well.
    """

    level: Literal["pass", "warn", "mend", "refuse"]
    words: str
    field: str = ""
    material: str = ""

    @property
    def hinders(self) -> bool:
        """Say whether the application can't be handed in like this."""
        return self.level in ("mend", "refuse")


@dataclass(frozen=True)
class Stage:
    """A step of the review: who decides, at which level of the unions, within how many working days.

    `record` is what the decider writes down (a home visit, an income check). `public_days` makes the stage pass by
    itself after so many working days, unless something holds it (a public notice without objection).
    """

    name: str
    label: str
    roles: tuple[Role, ...] = (Role.CASE_OFFICER,)
    level: Level = "federation"
    workdays: int = 5
    record: tuple[Field, ...] = ()
    materials: tuple[Material, ...] = ()
    passing: str = "通过"
    told: str = ""
    public_days: int = 0


@dataclass(frozen=True)
class Basis:
    """What a rule rests on: a law or a document of the unions, with its article."""

    title: str
    article: str = ""


@dataclass(frozen=True)
class Document:
    """A paper that comes out of a case: a template rendered to PDF (or DOCX by its name's ending)."""

    name: str
    label: str
    template: str
    # At which stages or states it can be had; nothing = from submission on.
    after: tuple[str, ...] = ()
    # Made only of applications with this answer.
    when: When | None = None
    for_member: bool = True


class Service:
    """One service; subclass it, say what it is, and register it with `services_registry.register`."""

    name: ClassVar[str]
    prefix: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str] = "guide"
    summary: ClassVar[str]
    audience: ClassVar[str]
    basis: ClassVar[tuple[Basis, ...]] = ()
    topics: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[tuple[Section, ...]]
    materials: ClassVar[tuple[Material, ...]] = ()
    stages: ClassVar[tuple[Stage, ...]]
    documents: ClassVar[tuple[Document, ...]] = ()
    # One-click words for asking for more and for refusing.
    mend_reasons: ClassVar[tuple[str, ...]] = ("照片看不清，请重新拍", "缺少材料，请补传")
    refuse_reasons: ClassVar[tuple[str, ...]] = ("不符合申请条件",)
    mend_workdays: ClassVar[int] = 10
    # More pages of the service that the guide points to: label and address.
    links: ClassVar[tuple[tuple[str, str], ...]] = ()
    # The papers come before the form, which is then filled in from what the OCR read on them.
    papers_first: ClassVar[bool] = False
    # Templates of what the service adds to the member's page of a case and to the workbench.
    member_part: ClassVar[str] = ""
    desk_part: ClassVar[str] = ""
    certified: ClassVar[bool] = True
    several: ClassVar[bool] = False  # more than one running at a time
    reopen_days: ClassVar[int] = 30  # how long a member may say "not solved"
    consent: ClassVar[str] = "我知道以上信息和材料只用于办理这件事，同意工会核对。"
    submitted: ClassVar[str] = "已收到您的申请。"

    def fields(self) -> Iterable[Field]:
        """Yield every field of the form."""
        for section in self.sections:
            yield from section.fields

    def field(self, name: str) -> Field:
        """Return a field by its name. Raises KeyError."""
        for one in self.fields():
            if one.name == name:
                return one
        raise KeyError(name)

    def material(self, name: str) -> Material:
        """Return a material of the form or of a stage by its name. Raises KeyError."""
        for one in (*self.materials, *(paper for stage in self.stages for paper in stage.materials)):
            if one.name == name:
                return one
        raise KeyError(name)

    def stage(self, name: str) -> Stage:
        """Return a stage by its name. Raises KeyError."""
        for one in self.stages:
            if one.name == name:
                return one
        raise KeyError(name)

    def first_stage(self, case: Case) -> Stage:
        """Return where a submitted case begins."""
        return self.stages[0]

    def next_stage(self, case: Case, stage: Stage) -> Stage | None:
        """Return the stage after one; None when it was the last."""
        following = self.stages[self.stages.index(stage) + 1 :]
        return following[0] if following else None

    def reopens_at(self, stage: Stage) -> Stage:
        """Return where a case goes on that was not solved; `stage` is where it ended."""
        return stage

    def roles(self) -> set[Role]:
        """Return who may see cases of this service."""
        return {role for stage in self.stages for role in stage.roles} | {Role.ADMINISTRATOR}

    def workdays(self, stage: Stage, case: Case | None = None) -> int:
        """Return the working days of a stage; a service whose days are settings reads them here (`case` None: the guide)."""
        return stage.public_days or stage.workdays

    def given_to(self, user: User) -> Q | None:
        """Return the cases that were given to a person who sees no others, e.g. a lawyer; None: nobody is given any."""
        return None

    def guide_facts(self) -> list[tuple[str, str]]:
        """Return more lines for the guide: label and words."""
        return []

    def check(self, application: Application) -> Iterable[Finding]:
        """Yield what the rules say about an application before a person looks."""
        return ()

    def computed(self, application: Application) -> list[tuple[str, str]]:
        """Return what is worked out of the answers, with its steps: label and words (lines)."""
        return []

    def promise(self, case: Case) -> str:
        """Return what the member's screen says besides the stage's deadline."""
        return ""

    def holds(self, case: Case, stage: Stage) -> str:
        """Return why a stage must not pass (yet), or nothing."""
        return ""

    def bound(self, case: Case) -> str:
        """Return why a running case can't be refused, taken back or given back for mending now, or nothing."""
        return ""

    def record_begins(self, case: Case, stage: Stage) -> dict[str, Any]:
        """Return what a stage's record holds before the decider types: field → text as typed."""
        return {}

    def on_submitted(self, case: Case, application: Application) -> None:
        """Write what goes with a submission, in its transaction."""

    def on_supplemented(self, case: Case, application: Application) -> None:
        """Write what goes with an application that was mended, in its transaction."""

    def document_context(self, application: Application) -> dict[str, Any]:
        """Return what the templates of the service's documents need beyond the answers."""
        return {}

    def member_context(self, case: Case) -> dict[str, Any]:
        """Return what `member_part` shows."""
        return {}

    def desk_context(self, case: Case, user: User) -> dict[str, Any]:
        """Return what `desk_part` shows to a person."""
        return {}

    def on_passed(self, case: Case, stage: Stage, record: dict[str, Any], user: User | None) -> None:
        """Write what goes with passing a stage, in its transaction; the case has not moved yet."""

    def on_closed(self, case: Case, user: User | None) -> None:
        """Write what goes with an end (done, refused, withdrawn), in its transaction."""


SERVICES: dict[str, Service] = {}


def register(service: type[Service]) -> type[Service]:
    """Offer a service; used as a decorator on its declaration."""
    SERVICES[service.name] = service()
    return service
