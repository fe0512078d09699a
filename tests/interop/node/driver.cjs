// npm alipay-sdk: does what each line on stdin says.
const { createInterface } = require('node:readline');
const { AlipaySdk } = require('alipay-sdk');

let sdk;
let settings;

const orders = {
  configure(order) {
    settings = order;
    sdk = new AlipaySdk({
      appId: order.app_id,
      privateKey: order.app_private_key,
      keyType: 'PKCS8',
      alipayPublicKey: order.alipay_public_key,
      signType: order.sign_type,
      gateway: order.gateway,
      endpoint: order.endpoint,
      camelcase: false,
      encryptKey: order.content_key,
      ...(order.certificates && {
        appCertContent: order.certificates.app,
        alipayPublicCertContent: order.certificates.alipay,
        alipayRootCertContent: order.certificates.roots,
      }),
    });
    return { ok: true };
  },

  // Verification of v2 answers is off unless it is asked for.
  async v2({ method, fields }) {
    const params = { bizContent: fields, needEncrypt: Boolean(settings.content_key) };
    return { answer: await sdk.exec(method, params, { validateSign: true }) };
  },

  // Verifies by itself, but for refusals: those it throws, unverified, with the code of the gateway.
  async v3({ verb, path, fields }) {
    try {
      // It encrypts bodies only.
      const options =
        verb === 'GET' ? { query: fields } : { body: fields, needEncrypt: Boolean(settings.content_key) };
      const { data } = await sdk.curl(verb, path, options);
      return { answer: data };
    } catch (error) {
      if (error.responseHttpStatus >= 400) return { answer: { code: error.code, message: error.message } };
      throw error;
    }
  },

  notification({ body }) {
    return { believed: sdk.checkNotifySignV2(Object.fromEntries(new URLSearchParams(body))) };
  },
};

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: order, ...rest } = JSON.parse(line);
    let reply;
    try {
      reply = await orders[order](rest);
    } catch (error) {
      reply = { unbelieved: error.message };
    }
    console.log(JSON.stringify(reply));
  }
})();
