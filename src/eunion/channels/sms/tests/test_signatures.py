"""Our signatures are those of the providers' own published examples."""

from __future__ import annotations

from eunion.channels.sms import signatures
from eunion.sandbox import sms as far_side

FORM = {
    "AccessKeyId": "testId",
    "Action": "SendSms",
    "Format": "XML",
    "OutId": "123",
    "PhoneNumbers": "15300000001",
    "RegionId": "cn-hangzhou",
    "SignName": "阿里云短信测试专用",
    "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
    "SignatureVersion": "1.0",
    "TemplateCode": "SMS_71390007",
    "TemplateParam": '{"customer":"test"}',
    "Timestamp": "2017-07-12T02:42:19Z",
    "Version": "2017-05-25",
}


def test_a_form_is_signed_as_in_the_providers_example() -> None:
    assert signatures.form_signature("testSecret", "GET", FORM) == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_json_is_signed_as_in_the_providers_example() -> None:
    body = r'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    authorization = signatures.tc3_authorization(
        key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        secret="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        service="cvm",
        host="cvm.tencentcloudapi.com",
        content_type="application/json; charset=utf-8",
        body=body.encode(),
        at=1551113065,
    )
    assert authorization.endswith(
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_both_sides_sign_a_form_alike() -> None:
    form = {**FORM, "SignName": "a b*~/+&=工会"}
    assert signatures.form_signature("s", "POST", form) == far_side.form_signature("s", form)
