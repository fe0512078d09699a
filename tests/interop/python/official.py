"""PyPI alipay-sdk-python: does what each line on stdin says."""

import http.client
import importlib
import json
from urllib.parse import parse_qsl, urlsplit

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.util import SignatureUtils, WebUtils

from orders import obey


def connect_with_port(url, query_string, timeout):
    """In place of the SDK's own, which cannot use a URL with a port."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    return f"{parts.path}?{query_string}", connection


WebUtils.get_http_connection = connect_with_port


class Orders:
    def configure(self, **settings):
        self.config = config = AlipayClientConfig()
        config.server_url = settings["gateway"]
        config.app_id = settings["app_id"]
        config.app_private_key = settings["app_private_key_pkcs1"]
        config.alipay_public_key = settings["alipay_public_key"]
        config.sign_type = settings["sign_type"]
        config.charset = settings["charset"]
        self.client = DefaultAlipayClient(config)
        return {"ok": True}

    def v2(self, method, fields):
        name = "".join(part.capitalize() for part in method.split(".")) + "Request"
        request = getattr(importlib.import_module(f"alipay.aop.api.request.{name}"), name)()
        request.biz_content = fields
        return {"answer": json.loads(self.client.execute(request))}

    def notification(self, body):
        fields = dict(parse_qsl(body, keep_blank_values=True, encoding=self.config.charset))
        sign = fields.pop("sign")
        del fields["sign_type"]
        text = SignatureUtils.get_sign_content(fields).encode(self.config.charset)
        try:
            return {"believed": SignatureUtils.verify_with_rsa(self.config.alipay_public_key, text, sign)}
        except SignatureUtils.rsa.VerificationError:
            return {"believed": False}


obey(Orders())
