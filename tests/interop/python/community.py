"""PyPI python-alipay-sdk: does what each line on stdin says."""

from urllib.parse import parse_qsl

from alipay import AliPay, DCAliPay

from orders import obey


def pem(kind, body):
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----"


class Orders:
    def configure(self, **settings):
        common = {
            "appid": settings["app_id"],
            "app_private_key_string": pem("PRIVATE KEY", settings["app_private_key"]),
            "sign_type": settings["sign_type"],
        }
        if certificates := settings.get("certificates"):
            self.client = DCAliPay(
                app_public_key_cert_string=certificates["app"],
                alipay_public_key_cert_string=certificates["alipay"],
                alipay_root_cert_string=certificates["roots"],
                **common,
            )
        else:
            public_key = pem("PUBLIC KEY", settings["alipay_public_key"])
            self.client = AliPay(alipay_public_key_string=public_key, **common)
        self.client._gateway = settings["gateway"]
        return {"ok": True}

    def v2(self, method, fields):
        return {"answer": self.client.server_api(method, fields)}

    def notification(self, body):
        fields = dict(parse_qsl(body, keep_blank_values=True))
        return {"believed": self.client.verify(fields, fields.pop("sign"))}


obey(Orders())
