"""What the demo district has set up for its accounts: replies, message templates, text messages, the menu."""

from __future__ import annotations

from django.utils import timezone

from eunion.channels.sms.models import SmsAccount, SmsTemplate
from eunion.channels.wechat import menu_rules, tasks
from eunion.channels.wechat.models import Account, AutoReply, MenuVersion, MessageTemplate, TagRule
from eunion.channels.wecom.models import Corp, Robot
from eunion.registry.models import User
from eunion.sandbox.demo import far_side

WELCOME = (
    "您好，欢迎关注河湾工会！\n"
    "· 点菜单“我的 → 实名认证”，一分钟领会员卡\n"
    "· 直接打字提问，云博士 24 小时回答\n"
    "· 急事请拨打职工服务热线 12351"
)
CONTACT = "区总工会：0311-85500001（工作日 9:00–17:30）\n职工服务热线：12351（24 小时）"


def load(accounts: list[Account]) -> None:
    """Set the accounts up: service, subscription, mini-program."""
    service, subscription, mini = accounts
    AutoReply.objects.bulk_create(
        [
            AutoReply(account=service, trigger="follow", text=WELCOME),
            AutoReply(account=service, trigger="click", word="CONTACT", text=CONTACT),
            AutoReply(
                account=subscription, trigger="follow", text="欢迎关注河湾工会早知道，每天一条工会新鲜事。"
            ),
        ]
    )
    for kind, template, fields in far_side.MAPPINGS:
        chosen = {"kind": kind, "template_id": template["template_id"], "fields": fields}
        MessageTemplate.objects.create(account=service, way=MessageTemplate.Way.TEMPLATE, **chosen)
        MessageTemplate.objects.create(account=mini, way=MessageTemplate.Way.MINI, **chosen)
    TagRule.objects.create(account=service, name="已认证会员", attribute=TagRule.Attribute.CERTIFIED)
    sms = SmsAccount.objects.create(
        slug="demo",
        name="演示短信",
        shape=SmsAccount.Shape.A,
        key_id=far_side.SMS_KEY,
        secret=far_side.demo_secret(far_side.SMS_KEY),
        sign_name=far_side.SMS_SIGN,
        receipt_token=far_side.demo_secret("receipts"),
    )
    SmsTemplate.objects.create(account=sms, kind="code", code="SMS_CODE", parameters=["code"])
    SmsTemplate.objects.create(account=sms, kind="urgent", code="SMS_URGENT", parameters=["due"])
    progress = ["title", "number", "state"]
    SmsTemplate.objects.create(account=sms, kind="case_progress", code="SMS_CASE", parameters=progress)
    # The service account's followers are loaded with their members; the other's are read from the far side.
    Account.objects.filter(pk=service.pk).update(synced_at=timezone.now())
    tasks.sync_followers.defer(account_id=subscription.pk)
    _load_corp()


def _load_corp() -> None:
    """Set WeCom up: an app, and a robot in an internal group."""
    corp = Corp.objects.create(
        slug="demo",
        name="河湾区总工会",
        corpid=far_side.CORP_ID,
        agentid=far_side.CORP_AGENT,
        secret=far_side.demo_secret(far_side.CORP_ID),
        token=far_side.demo_secret(f"{far_side.CORP_ID} token"),
        aes_key=far_side.aes_key(far_side.CORP_ID),
    )
    Robot.objects.create(corp=corp, name="网格员工作群机器人", key=far_side.demo_secret("robot key"))


def load_menu(editor: User) -> None:
    """Keep the menu that the far side shows as the first version."""
    MenuVersion.objects.create(
        account=Account.objects.get(kind=Account.Kind.SERVICE),
        number=1,
        buttons=menu_rules.cleaned(far_side.menu()["button"]),
        state=MenuVersion.State.LIVE,
        created_by=editor,
        published_at=timezone.now(),
        published_by=editor,
    )
