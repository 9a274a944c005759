"""Accounts, their followers, menus and messages, and what WeChat tells us."""

from eunion.channels.wechat.models.account import Account
from eunion.channels.wechat.models.follower import Follower, SceneCode, SceneVisit, TagRule
from eunion.channels.wechat.models.inbound import InboundMessage
from eunion.channels.wechat.models.menu import AutoReply, MenuVersion
from eunion.channels.wechat.models.message import Consent, MessageTemplate
from eunion.channels.wechat.models.pay import Merchant, Payment, Reconciliation, Refund

__all__ = [
    "Account",
    "AutoReply",
    "Consent",
    "Follower",
    "InboundMessage",
    "MenuVersion",
    "Merchant",
    "MessageTemplate",
    "Payment",
    "Reconciliation",
    "Refund",
    "SceneCode",
    "SceneVisit",
    "TagRule",
]
