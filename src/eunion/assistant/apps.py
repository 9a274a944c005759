from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """See the room's README."""

    name = "eunion.assistant"
    verbose_name = "云博士"

    def ready(self) -> None:
        """Answer the texts that channels receive; name actions and rights."""
        from eunion.assistant import policies, retrieval, skills
        from eunion.assistant.services import answering
        from eunion.channels import base
        from eunion.kernel import audit, health
        from eunion.kernel.permissions import grant
        from eunion.registry.roles import Role

        health.PARTS["assistant"] = retrieval.embedder_state
        base.TEXT_HANDLERS.append(answering.answer)
        audit.declare("assistant.reply", "人工回复")
        audit.declare("assistant.assign", "转交提问")
        audit.declare("assistant.escalate", "逾期升级")
        audit.declare("assistant.gap_written", "写好缺口")
        audit.declare("assistant.gap_ignored", "不写缺口")
        audit.declare("assistant.gap_open", "重开缺口")
        audit.declare("assistant.alert_seen", "处理话题预警")
        audit.declare("assistant.return", "退回知识")
        audit.declare("assistant.approve", "审核通过知识")
        audit.declare("assistant.withdraw", "停用知识")
        audit.declare("assistant.import", "导入知识")
        audit.declare("assistant.import_document", "导入法规")
        audit.declare("assistant.withdraw_document", "停用法规")
        audit.declare("assistant.restore_document", "恢复法规")
        policies.register()
        skills.register_skills()
        entries = [f"assistant.{verb}_knowledgeentry" for verb in ("add", "change", "delete", "view")]
        for role in (Role.ADMINISTRATOR, Role.EDITOR, Role.CASE_OFFICER):
            grant(role, *entries, "assistant.view_turn", "assistant.change_turn")
            grant(role, "assistant.change_gap", "assistant.change_trendalert")
        documents = [f"assistant.{verb}_document" for verb in ("add", "change", "view")]
        for role in (Role.ADMINISTRATOR, Role.EDITOR):
            grant(role, *documents)
        for role in (
            Role.ADMINISTRATOR,
            Role.REVIEWER_1,
            Role.REVIEWER_2,
            Role.REVIEWER_3,
            Role.CASE_OFFICER,
        ):
            grant(role, "assistant.approve_knowledgeentry", "assistant.view_knowledgeentry")
        # A union's own officers reply to their own people.
        grant(Role.GRASSROOTS_OFFICER, "assistant.view_turn", "assistant.change_turn")
        seen = ("gap", "trendalert", "evaluation")
        for role in (
            Role.ADMINISTRATOR,
            Role.EDITOR,
            Role.CASE_OFFICER,
            Role.REVIEWER_1,
            Role.REVIEWER_2,
            Role.REVIEWER_3,
        ):
            grant(role, *(f"assistant.view_{model}" for model in seen))
