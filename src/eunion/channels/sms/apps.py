from django.apps import AppConfig


class SmsConfig(AppConfig):
    """See the channels' README."""

    name = "eunion.channels.sms"
    label = "sms"
    verbose_name = "短信"

    def ready(self) -> None:
        """Offer the channel; accounts and templates are the administrator's business."""
        from eunion.channels import base
        from eunion.channels.sms import policies, services
        from eunion.channels.sms.sender import SmsSender
        from eunion.kernel.permissions import grant
        from eunion.registry.certification.phones import SENDERS
        from eunion.registry.roles import Role

        base.register("sms", "短信", SmsSender)
        SENDERS.append(services.send_code)
        policies.register()
        for model in ("smsaccount", "smstemplate"):
            grant(Role.ADMINISTRATOR, *(f"sms.{verb}_{model}" for verb in ("add", "change", "view")))
        grant(Role.ADMINISTRATOR, "sms.view_smsmessage")
