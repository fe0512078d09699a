//! A sandbox with a client of its own, a clock that stands still and numbers that count.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use alipay_core::http::{BlockingTransport, HttpRequest, HttpResponse, Verb};
use alipay_core::sign::{PrivateKey, PublicKey, SignType};
use alipay_core::{
    CallOptions, Clock, Config, ConfigBuilder, Error, Exchange, Money, Nonce, RawOperation, Retry, Step,
    Verified,
};
use alipay_sandbox::{CertificateFiles, Sandbox, SandboxBuilder, TrustMode};
use serde_json::{Map, Value, json};

/// 2026-01-05 08:00:00 in Beijing.
pub(crate) const START: i64 = 1_767_571_200_000;

pub(crate) const USER: &str = "2088302001456115";

#[derive(Debug)]
pub(crate) struct Standing;

impl Clock for Standing {
    fn now_unix_millis(&self) -> i64 {
        START
    }
}

#[derive(Debug)]
struct Counting;

impl Nonce for Counting {
    fn next(&self) -> String {
        static COUNTER: AtomicU64 = AtomicU64::new(1);
        format!("{:032x}", COUNTER.fetch_add(1, Ordering::Relaxed))
    }
}

/// Generating keys takes time: one pair for all tests.
pub(crate) fn keys() -> &'static (PrivateKey, PrivateKey) {
    static KEYS: OnceLock<(PrivateKey, PrivateKey)> = OnceLock::new();
    KEYS.get_or_init(|| (PrivateKey::generate(2048).unwrap(), PrivateKey::generate(2048).unwrap()))
}

pub(crate) fn builder() -> SandboxBuilder {
    let (application, alipay) = keys();
    Sandbox::builder()
        .clock(Arc::new(Standing))
        .app_public_key(application.public_key().to_spki_pem())
        .alipay_private_key(alipay.to_pkcs8_pem().expose())
}

/// A client of a sandbox, with the key of Alipay or with all certificates.
pub(crate) fn config(
    sandbox: &Sandbox,
    by_certificate: bool,
    change: impl FnOnce(ConfigBuilder) -> ConfigBuilder,
) -> Config {
    let files = sandbox.certificates().filter(|_| by_certificate);
    change(client(sandbox, &keys().0, &sandbox.alipay_public_key(), files)).build().unwrap()
}

/// A client with keys of its own.
pub(crate) fn client(
    sandbox: &Sandbox,
    ours: &PrivateKey,
    alipays: &PublicKey,
    files: Option<CertificateFiles>,
) -> ConfigBuilder {
    let config = ConfigBuilder::new(sandbox.app_id(), Arc::new(sandbox.clock()), Arc::new(Counting))
        .private_key(ours.to_pkcs8_pem().expose())
        .gateway(sandbox.gateway_url())
        .endpoint(sandbox.endpoint_url())
        .retry(Retry::NONE);
    match files {
        Some(files) => config
            .app_certificate(files.app)
            .alipay_certificate(files.alipay)
            .alipay_root_certificate(files.roots),
        None => config.alipay_public_key(alipays.to_spki_pem()),
    }
}

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) config: Config,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(builder(), |config| config)
    }

    pub(crate) fn with(builder: SandboxBuilder, change: impl FnOnce(ConfigBuilder) -> ConfigBuilder) -> Self {
        let sandbox = builder.build().unwrap();
        let by_certificate = sandbox.trust_mode() == TrustMode::Certificates;
        Self { config: config(&sandbox, by_certificate, change), sandbox }
    }

    /// A sandbox in certificate mode, and a client with its certificates.
    pub(crate) fn by_certificate() -> Self {
        Self::with(builder().trust_mode(TrustMode::Certificates), |config| config)
    }

    pub(crate) fn rsa(charset: &str) -> Self {
        Self::with(builder().sign_type(SignType::Rsa), |config| {
            config.sign_type(SignType::Rsa).charset(charset)
        })
    }

    pub(crate) fn call_with(&self, operation: RawOperation, options: CallOptions) -> Result<Verified, Error> {
        let transport = self.sandbox.transport();
        let mut exchange = Exchange::new(&self.config, operation, options);
        loop {
            match exchange.step() {
                Step::Send(request) => match BlockingTransport::send(&transport, &request) {
                    Ok(response) => exchange.on_response(response),
                    Err(failure) => exchange.on_failure(failure),
                },
                Step::Sleep(time) => BlockingTransport::sleep(&transport, time),
                Step::Done(result) => return *result,
            }
        }
    }

    pub(crate) fn call(&self, operation: RawOperation) -> Result<Verified, Error> {
        self.call_with(operation, CallOptions::new())
    }

    /// A v2 call that succeeds.
    pub(crate) fn gateway(&self, method: &str, biz: Value) -> Map<String, Value> {
        self.call(RawOperation::gateway(method).biz_content(biz)).unwrap().fields().clone()
    }

    /// The code of a v2 call that is refused, in a signed answer.
    pub(crate) fn refused(&self, method: &str, biz: Value) -> String {
        let error = self.call(RawOperation::gateway(method).biz_content(biz)).unwrap_err();
        assert!(error.is_authenticated(), "{error}");
        format!("{} {}", error.code(), error.sub_code())
    }

    /// A v3 POST that succeeds, below the activity vouchers.
    pub(crate) fn activity(&self, operation: &str, body: Value) -> Map<String, Value> {
        self.call(activity(operation, body)).unwrap().fields().clone()
    }

    /// The code of a v3 POST that is refused, in a signed answer.
    pub(crate) fn activity_refused(&self, operation: &str, body: Value) -> String {
        let error = self.call(activity(operation, body)).unwrap_err();
        assert!(error.is_authenticated(), "{error}");
        assert_eq!(error.http_status(), Some(400));
        error.code().to_owned()
    }

    /// What a signed request looks like on the wire.
    pub(crate) fn request(&self, operation: RawOperation) -> HttpRequest {
        match Exchange::new(&self.config, operation, CallOptions::new()).step() {
            Step::Send(request) => request,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn get(&self, url: &str) -> HttpResponse {
        self.sandbox.handle(&HttpRequest::new(Verb::Get, url))
    }

    pub(crate) fn template(&self, out_biz_no: &str, changes: Value) -> String {
        let created =
            self.gateway("alipay.marketing.cashvoucher.template.create", template(out_biz_no, changes));
        created["template_id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn active_template(&self, out_biz_no: &str, changes: Value) -> String {
        let id = self.template(out_biz_no, changes);
        self.sandbox.control().pay_template(&id).unwrap();
        id
    }

    pub(crate) fn send(&self, template_id: &str, out_biz_no: &str) -> String {
        let sent = self.gateway(
            "alipay.marketing.voucher.send",
            json!({"template_id": template_id, "user_id": USER, "out_biz_no": out_biz_no}),
        );
        sent["voucher_id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn voucher(&self, voucher_id: &str) -> Map<String, Value> {
        self.gateway("alipay.marketing.voucher.query", json!({"voucher_id": voucher_id}))
    }
}

pub(crate) fn activity(operation: &str, body: Value) -> RawOperation {
    RawOperation::rest(Verb::Post, format!("/v3/alipay/marketing/activity/voucher/{operation}")).body(body)
}

/// A template that can be created, with other members on top.
pub(crate) fn template(out_biz_no: &str, changes: Value) -> Value {
    let mut biz = json!({
        "voucher_type": "FIX_VOUCHER",
        "voucher_use_scene": "ALIPAY_RECHARGE",
        "fund_account": "13040045386",
        "brand_name": "四川移动",
        "publish_start_time": "2026-01-05 00:00:00",
        "publish_end_time": "2026-02-05 23:59:59",
        "voucher_valid_period": "{\"type\":\"RELATIVE\",\"duration\":10,\"unit\":\"DAY\"}",
        "floor_amount": "50.00",
        "out_biz_no": out_biz_no,
        "amount": 8.8,
        "voucher_quantity": 3,
        "notify_uri": "http://127.0.0.1:9/flux",
    });
    merge(&mut biz, changes);
    biz
}

/// Puts the members of `changes` on top; `null` takes one away.
pub(crate) fn merge(biz: &mut Value, changes: Value) {
    let biz = biz.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => biz.remove(name),
            value => biz.insert(name.clone(), value.clone()),
        };
    }
}

pub(crate) fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}
