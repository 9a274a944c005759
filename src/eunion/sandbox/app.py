"""The program: every address of the box in one list. Run with `granian --interface asgi eunion.sandbox.app:app`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from eunion.sandbox import community, control, mini_program, pay, pay_desk, phone, sms, wecom
from eunion.sandbox.box import Box, Refused, on_refused
from eunion.sandbox.recording import Recorder
from eunion.sandbox.wechat import (
    api,
    jssdk,
    mass,
    material,
    media,
    menu,
    mini,
    oauth,
    publish,
    tags,
    template,
)


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open the box, keep writing, and write the rest at the end."""
    box = app.state.box = Box()
    await box.callbacks.start()
    flushing = asyncio.create_task(box.store.keep_flushing())
    yield
    await box.callbacks.stop()
    box.store.ending.set()
    await flushing


async def unknown(request: Request, error: Exception) -> Response:
    """Say in JSON that there is no such address."""
    return JSONResponse({"errcode": 404, "errmsg": f"the sandbox has no {request.url.path}"}, 404)


GET, POST = ["GET"], ["POST"]
routes = [
    Route("/cgi-bin/message/template/send", template.send, methods=POST),
    Route("/cgi-bin/message/custom/send", api.custom_send, methods=POST),
    Route("/cgi-bin/message/custom/typing", api.typing, methods=POST),
    Route("/cgi-bin/template/get_all_private_template", template.list_all, methods=GET),
    Route("/cgi-bin/template/get_industry", template.industry, methods=GET),
    Route("/cgi-bin/template/api_set_industry", template.set_industry, methods=POST),
    Route("/cgi-bin/template/api_add_template", template.add, methods=POST),
    Route("/cgi-bin/template/del_private_template", template.delete, methods=POST),
    Route("/cgi-bin/token", api.token, methods=GET),
    Route("/cgi-bin/stable_token", api.stable_token, methods=POST),
    Route("/cgi-bin/get_api_domain_ip", api.domain_ip, methods=GET),
    Route("/cgi-bin/getcallbackip", api.callback_ip, methods=GET),
    Route("/cgi-bin/clear_quota", api.clear_quota, methods=POST),
    Route("/cgi-bin/openapi/quota/get", api.quota_get, methods=POST),
    Route("/cgi-bin/user/get", api.user_get, methods=GET),
    Route("/cgi-bin/user/info", api.user_info, methods=GET),
    Route("/cgi-bin/user/info/batchget", api.user_batchget, methods=POST),
    Route("/cgi-bin/menu/create", menu.create, methods=POST),
    Route("/cgi-bin/menu/get", menu.get, methods=GET),
    Route("/cgi-bin/menu/delete", menu.delete, methods=GET),
    Route("/cgi-bin/get_current_selfmenu_info", menu.selfmenu, methods=GET),
    Route("/cgi-bin/menu/addconditional", menu.addconditional, methods=POST),
    Route("/cgi-bin/menu/delconditional", menu.delconditional, methods=POST),
    Route("/cgi-bin/menu/trymatch", menu.trymatch, methods=POST),
    Route("/cgi-bin/tags/create", tags.create, methods=POST),
    Route("/cgi-bin/tags/get", tags.get, methods=GET),
    Route("/cgi-bin/tags/update", tags.update, methods=POST),
    Route("/cgi-bin/tags/delete", tags.delete, methods=POST),
    Route("/cgi-bin/tags/getidlist", tags.getidlist, methods=POST),
    Route("/cgi-bin/tags/members/batchtagging", tags.members, methods=POST),
    Route("/cgi-bin/tags/members/batchuntagging", tags.members, methods=POST),
    Route("/cgi-bin/user/tag/get", tags.people, methods=["GET", "POST"]),
    Route("/cgi-bin/user/info/updateremark", tags.remark, methods=POST),
    Route("/cgi-bin/qrcode/create", tags.qrcode, methods=POST),
    Route("/cgi-bin/showqrcode", tags.show_qrcode, methods=GET),
    Route("/cgi-bin/material/get_material", material.get, methods=POST),
    Route("/cgi-bin/material/batchget_material", material.batchget, methods=POST),
    Route("/cgi-bin/material/get_materialcount", material.count, methods=GET),
    Route("/cgi-bin/material/add_material", material.add, methods=POST),
    Route("/cgi-bin/material/del_material", material.delete, methods=POST),
    Route("/cgi-bin/draft/add", publish.draft_add, methods=POST),
    Route("/cgi-bin/draft/get", publish.draft_get, methods=POST),
    Route("/cgi-bin/draft/update", publish.draft_update, methods=POST),
    Route("/cgi-bin/draft/delete", publish.draft_delete, methods=POST),
    Route("/cgi-bin/draft/count", publish.draft_count, methods=GET),
    Route("/cgi-bin/draft/batchget", publish.draft_batchget, methods=POST),
    Route("/cgi-bin/freepublish/submit", publish.submit, methods=POST),
    Route("/cgi-bin/freepublish/get", publish.publish_get, methods=POST),
    Route("/cgi-bin/freepublish/getarticle", publish.publish_article, methods=POST),
    Route("/cgi-bin/freepublish/delete", publish.publish_delete, methods=POST),
    Route("/cgi-bin/freepublish/batchget", publish.publish_batchget, methods=POST),
    Route("/cgi-bin/message/mass/sendall", mass.mass, methods=POST),
    Route("/cgi-bin/message/mass/send", mass.mass, methods=POST),
    Route("/cgi-bin/message/mass/delete", mass.delete, methods=POST),
    Route("/cgi-bin/message/mass/get", mass.get, methods=POST),
    Route("/cgi-bin/message/mass/speed/get", mass.speed, methods=POST),
    Route("/cgi-bin/message/mass/speed/set", mass.speed, methods=POST),
    Route("/cgi-bin/message/mass/preview", mass.preview, methods=POST),
    Route("/cgi-bin/message/subscribe/send", mini.subscribe_send, methods=POST),
    Route("/cgi-bin/message/subscribe/bizsend", mini.subscribe_send, methods=POST),
    Route("/sns/jscode2session", mini.session, methods=GET),
    Route("/wxa/business/getuserphonenumber", mini.phone_number, methods=POST),
    Route("/wxa/getwxacodeunlimit", mini.wxacode, methods=POST),
    Route("/wxa/msg_sec_check", mini.msg_sec_check, methods=POST),
    Route("/s/{article_id}", publish.article, methods=GET),
    Route("/cgi-bin/ticket/getticket", jssdk.ticket, methods=GET),
    Route("/jweixin.js", jssdk.script, methods=GET),
    Route("/cgi-bin/media/upload", media.upload, methods=POST),
    Route("/cgi-bin/media/get", media.get, methods=GET),
    Route("/cgi-bin/media/uploadimg", media.uploadimg, methods=POST),
    Route("/mmbiz/{name}", media.mmbiz, methods=GET),
    Route("/connect/oauth2/authorize", oauth.authorize, methods=GET),
    Route("/sns/oauth2/access_token", oauth.access_token, methods=GET),
    Route("/sns/oauth2/refresh_token", oauth.refresh, methods=GET),
    Route("/sns/auth", oauth.check, methods=GET),
    Route("/sns/userinfo", oauth.userinfo, methods=GET),
    Route("/community/v1/groups", community.list_groups, methods=GET),
    Route("/community/v1/groups/{group_id}/messages", community.post_message, methods=POST),
    Route("/_sandbox/reset", control.reset, methods=POST),
    Route("/_sandbox/seed", control.seed, methods=POST),
    Route("/_sandbox/faults", control.faults, methods=["GET", "PUT"]),
    Route("/_sandbox/stats", control.stats, methods=GET),
    Route("/_sandbox/messages", control.messages, methods=GET),
    Route("/_sandbox/say", control.say, methods=POST),
    Route("/_sandbox/act", control.act, methods=POST),
    Route("/_sandbox/scan", control.scan, methods=POST),
    Route("/_sandbox/wx-code", mini.code, methods=GET),
    Route("/_sandbox/consent", mini.consent, methods=POST),
    Route("/_sandbox/jssdk", jssdk.check, methods=GET),
    Route("/_sandbox/share", jssdk.share, methods=POST),
    Route("/_sandbox/recording.jsonl", control.recording, methods=GET),
    Route("/_sandbox/totp", control.codes, methods=GET),
    Route("/_sandbox/mini", mini_program.screen, methods=GET),
    Route("/_sandbox/people", phone.people, methods=GET),
    Route("/_sandbox/phone", phone.desk, methods=GET),
    Route("/_sandbox/chat", phone.chat, methods=GET),
    Route("/", phone.index, methods=GET),
    Route("/phone", phone.phone, methods=GET),
    Route("/faults", phone.faults, methods=GET),
    Route("/authenticator", phone.authenticator, methods=GET),
    Route("/wecom", phone.wecom, methods=GET),
    Mount("/pages", StaticFiles(directory=phone.PAGES)),
    # WeChat Pay.
    Route("/v3/pay/transactions/jsapi", pay.prepay, methods=POST),
    Route("/v3/pay/transactions/out-trade-no/{number}", pay.query, methods=GET),
    Route("/v3/pay/transactions/out-trade-no/{number}/close", pay.close, methods=POST),
    Route("/v3/refund/domestic/refunds", pay.refund, methods=POST),
    Route("/v3/refund/domestic/refunds/{number}", pay.query_refund, methods=GET),
    Route("/v3/bill/tradebill", pay_desk.trade_bill, methods=GET),
    Route("/v3/billdownload/file", pay_desk.download_bill, methods=GET),
    Route("/_sandbox/pay", pay_desk.act, methods=POST),
    Route("/_sandbox/pay/sheet", pay_desk.sheet, methods=POST),
    Route("/_sandbox/pay/notice", pay_desk.notice, methods=GET),
    Route("/_sandbox/pay/seed", pay_desk.seed, methods=POST),
    # Text messages and WeCom.
    Route("/sms/a", sms.send_form, methods=POST),
    Route("/sms/b", sms.send_json, methods=POST),
    Route("/cgi-bin/gettoken", wecom.get_token, methods=GET),
    Route("/cgi-bin/agent/get", wecom.agent_get, methods=GET),
    Route("/cgi-bin/message/send", wecom.message_send, methods=POST),
    Route("/cgi-bin/webhook/send", wecom.webhook_send, methods=POST),
    Route("/cgi-bin/externalcontact/groupchat/list", wecom.group_list, methods=POST),
    Route("/cgi-bin/externalcontact/groupchat/get", wecom.group_get, methods=POST),
    Route("/cgi-bin/externalcontact/add_msg_template", wecom.add_template, methods=POST),
    Route("/cgi-bin/externalcontact/get_groupmsg_send_result", wecom.task_result, methods=POST),
    Route("/cgi-bin/aibot/response", wecom.aibot_response, methods=POST),
    Route("/_sandbox/sms", sms.desk, methods=["GET", "POST"]),
    Route("/_sandbox/wecom", wecom.desk, methods=GET),
    Route("/_sandbox/wecom/seed", wecom.seed, methods=POST),
    Route("/_sandbox/wecom/confirm", wecom.confirm, methods=POST),
    Route("/_sandbox/wecom/mention", wecom.mention, methods=["GET", "POST"]),
]
app: Any = Starlette(
    routes=routes,
    lifespan=lifespan,
    exception_handlers={Refused: on_refused, pay.PayRefused: pay.on_refused, 404: unknown},
)
app = Recorder(app, app.state)
