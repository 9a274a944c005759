"""Staff roles: one Django group each, named by its code; what a role may do is granted by each room."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """Roles of the federation's people."""

    ADMINISTRATOR = "administrator", "总工会管理员"
    EDITOR = "editor", "编辑"
    REVIEWER_1 = "reviewer_1", "初审"
    REVIEWER_2 = "reviewer_2", "复审"
    REVIEWER_3 = "reviewer_3", "终审"
    CASE_OFFICER = "case_officer", "办件员"
    LAWYER = "lawyer", "法律援助律师"
    ORGANISER = "organiser", "活动组织员"
    GRASSROOTS_OFFICER = "grassroots_officer", "基层工会干部"
    GRID_WORKER = "grid_worker", "网格员"
    DATA_OFFICER = "data_officer", "数据专员"
    AUDITOR = "auditor", "审计员"
