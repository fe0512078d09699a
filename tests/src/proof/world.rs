//! One gateway and one client, and the proof of single operations.

use std::collections::BTreeSet;

use alipay_api::http::{HttpRequest, Verb};
use alipay_api::meta::Protocol as Route;
use alipay_api::{CallOptions, RawOperation, Verified, blocking};
use alipay_sandbox::catalog::{Catalog, Dispatch, Field, FieldType, Operation, Protocol};
use serde_json::{Map, Value};

use super::compare::{Form, difference};
use super::disturb::disturb;
use super::typed::members;
use super::values::{Maker, places};
use super::{Message, Reread, Typed, send};
use crate::{Setup, Stage};

/// A refusal that no document lists.
const NEW_CODE: &str = "PROOF_NEW_CODE";

/// Its answer bears no signature, so that clients never believe it as it is (protocol-v2 §6.5).
const UNSIGNED: &str = "alipay.open.app.alipaycert.download";

/// The most requests that one operation needs until each of its fields was in one.
const MOST_VARIANTS: usize = 16;

/// The seed of all values: `ALIPAY_SEED` when this was compiled, or the time.
#[must_use]
pub fn seed() -> u64 {
    option_env!("PROOF_SEED").and_then(|seed| seed.parse().ok()).unwrap_or_default()
}

/// A gateway, a client of it, and what the specification says.
#[derive(Debug)]
pub struct World {
    stage: Stage<blocking::Client>,
    catalog: Catalog,
    seed: u64,
}

/// What is shown of a failure: the operation, and what is wrong.
type Proven = Result<(), String>;

impl World {
    /// A new gateway in this process.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let stage = Stage::blocking_in_process(Setup::default());
        Self { stage, catalog: Catalog::built_in().expect("the catalog of this version"), seed }
    }

    /// What the specification says.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Proves an operation without its types: what is sent arrives, and what is answered comes back.
    ///
    /// # Errors
    /// The first thing that differs.
    pub fn prove_raw(&self, operation: &Operation) -> Proven {
        self.each_request(operation, |fields, answer| {
            self.exchange(operation, send::spell_out(operation, fields), fields, answer).map(|_| ())
        })
    }

    /// Proves an operation with its types: requests and answers are also read and written by the models, which have a
    /// field for each member; what the models do not know survives, and so does a code that nobody listed.
    ///
    /// # Errors
    /// The first thing that differs.
    pub fn prove_typed(&self, typed: &Typed) -> Proven {
        let protocol =
            if matches!(typed.meta.protocol, Route::Rest { .. }) { Protocol::V3 } else { Protocol::V2 };
        let operation = self.catalog.operation(protocol, typed.meta.method).ok_or("not in the catalog")?;
        check_meta(operation, typed)?;
        let form = Form { catalog: &self.catalog, protocol };
        let same = |what: &str, rows: &[Field], sent: &Map<String, Value>, came: Value| {
            let (sent, came) = (form.of(rows, sent, |_| false), form.of(rows, &members(came), |_| false));
            difference(what, &sent, &came).map_or(Ok(()), Err)
        };
        self.each_request(operation, |fields, answer| {
            let (sent, written) = (typed.request)(Value::Object(fields.clone()))?;
            same("request", operation.request(), fields, written)?;
            match self.exchange(operation, sent, fields, answer)? {
                Some(verified) => same("answer", operation.response(), answer, (typed.answer)(verified)?),
                None => same(
                    "answer",
                    operation.response(),
                    answer,
                    (typed.reread_answer)(Value::Object(answer.clone()))?.written,
                ),
            }
        })?;
        for (what, rows, reread) in [
            ("request", operation.request(), typed.reread),
            ("answer", operation.response(), typed.reread_answer),
        ] {
            self.survives(what, protocol, rows, reread, self.seed_of(operation))?;
        }
        self.keeps_new_code(operation, typed)
    }

    /// Proves that a notification or message is read and written again, with whatever it holds.
    ///
    /// # Errors
    /// The first thing that differs.
    pub fn prove_message(&self, message: &Message) -> Proven {
        let mut notices = self.catalog.notices();
        let notice = notices.find(|notice| notice.name == message.name).ok_or("not in the catalog")?;
        self.survives("message", notice.protocol, &notice.fields, message.reread, self.seed)
    }

    /// Makes requests until every field was in one, each with an answer.
    fn each_request(
        &self,
        operation: &Operation,
        prove: impl Fn(&Map<String, Value>, &Map<String, Value>) -> Proven,
    ) -> Proven {
        let mut missing = places(&self.catalog, operation.protocol, operation.request());
        for variant in 0..MOST_VARIANTS {
            let mut maker = self.maker(operation.protocol, self.seed_of(operation), Some(variant));
            let fields = maker.object(operation.request());
            let covered: BTreeSet<_> = maker.covered();
            let before = missing.len();
            missing.retain(|place| !covered.contains(place));
            // A variant that shows nothing new is not worth a call, unless it is the only one.
            if variant == 0 || missing.len() < before {
                let answer = self.answer(operation, variant);
                prove(&fields, &answer).map_err(|what| format!("variant {variant}: {what}"))?;
            }
            if missing.is_empty() {
                return Ok(());
            }
        }
        Err(format!("no request had {missing:?}"))
    }

    fn maker(&self, protocol: Protocol, seed: u64, rules: Option<usize>) -> Maker<'_> {
        Maker::new(&self.catalog, protocol, self.stage.sandbox.control().now(), seed, rules)
    }

    /// Another for each operation.
    fn seed_of(&self, operation: &Operation) -> u64 {
        let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        operation.method.bytes().fold(self.seed ^ 0xcbf2_9ce4_8422_2325, add)
    }

    /// An answer with every field. What v2 calls `code` says that the call succeeded.
    fn answer(&self, operation: &Operation, variant: usize) -> Map<String, Value> {
        let seed = self.seed_of(operation).wrapping_add(variant as u64);
        let mut answer = self.maker(operation.protocol, seed, None).object(operation.response());
        if operation.protocol == Protocol::V2 {
            answer.remove("sub_code");
            if let Some(code) = answer.get_mut("code") {
                *code = if code.is_number() { 10000.into() } else { "10000".into() };
            }
        }
        answer
    }

    /// Sends a request, and compares what arrived and what was answered; the answer, unless it is for a browser.
    fn exchange(
        &self,
        operation: &Operation,
        sent: RawOperation,
        fields: &Map<String, Value>,
        answer: &Map<String, Value>,
    ) -> Result<Option<Verified>, String> {
        let control = self.stage.sandbox.control();
        let verified = match operation.dispatch {
            Dispatch::Call if operation.method == UNSIGNED => {
                let called = self.stage.client.execute_raw(sent, CallOptions::new());
                if called.is_ok() {
                    return Err("an answer without a signature was believed".to_owned());
                }
                None
            }
            Dispatch::Call => {
                control.answer_next(&operation.method, answer.clone());
                let called = self.stage.client.execute_raw(sent, CallOptions::new());
                Some(called.map_err(|error| error.to_string())?)
            }
            Dispatch::Page | Dispatch::App => {
                self.browse(operation.dispatch, &sent)?;
                None
            }
        };
        let form = Form { catalog: &self.catalog, protocol: operation.protocol };
        let received = control.last_call().ok_or("nothing arrived")?;
        if (received.protocol, &received.method) != (operation.protocol, &operation.method) {
            return Err(format!("{} arrived", received.method));
        }
        let flat = |row: &Field| operation.form || row.place.is_some();
        let mut sent = fields.clone();
        let files = operation.request().iter().filter(|row| row.field_type() == FieldType::File);
        sent.extend(files.map(|row| (row.name.clone(), send::FILE_NAME.into())));
        let (sent, came) =
            (form.of(operation.request(), &sent, flat), form.of(operation.request(), &received.fields, flat));
        difference("received", &sent, &came).map_or(Ok(()), Err)?;
        let Some(verified) = verified else { return Ok(None) };
        let mut came = verified.fields().clone();
        if operation.protocol == Protocol::V2 {
            came.retain(|name, _| answer.contains_key(name) || !["code", "msg"].contains(&name.as_str()));
        }
        difference("answered", &Value::Object(answer.clone()), &Value::Object(came)).map_or(Ok(()), Err)?;
        Ok(Some(verified))
    }

    /// What a browser, or the app, does with a page.
    fn browse(&self, dispatch: Dispatch, sent: &RawOperation) -> Proven {
        let (client, options) = (&self.stage.client, CallOptions::new());
        let url = match dispatch {
            Dispatch::App => client
                .order_string_raw(sent, &options)
                .map(|order| format!("{}?{order}", self.stage.sandbox.gateway_url())),
            _ => client.page_url_raw(sent, &options),
        };
        let request = HttpRequest::new(Verb::Get, url.map_err(|error| error.to_string())?);
        let page = self.stage.sandbox.handle(&request);
        let is_page =
            page.header("content-type").is_some_and(|kind| kind.starts_with("text/html;charset=utf-8"));
        if is_page { Ok(()) } else { Err(String::from_utf8_lossy(page.body()).into_owned()) }
    }

    /// Each field is read by a field of the model; what later versions may say survives reading and writing, and is
    /// read again the same.
    fn survives(
        &self,
        what: &str,
        protocol: Protocol,
        rows: &[Field],
        reread: fn(Value) -> Result<Reread, String>,
        seed: u64,
    ) -> Proven {
        let form = Form { catalog: &self.catalog, protocol };
        let mut object = self.maker(protocol, seed, None).object(rows);
        for is_disturbed in [false, true] {
            if is_disturbed {
                disturb(&self.catalog, protocol, rows, &mut object);
            }
            let Reread { written, unread } = reread(Value::Object(object.clone()))?;
            if !is_disturbed && !unread.is_empty() {
                return Err(format!("{what}: the model has no field for {}", unread.join(", ")));
            }
            let (sent, came) =
                (form.of(rows, &object, |_| false), form.of(rows, &members(written.clone()), |_| false));
            let what =
                format!("{what}, {}", if is_disturbed { "with what is new" } else { "read and written" });
            difference(&what, &sent, &came).map_or(Ok(()), Err)?;
            let again = reread(written.clone())?.written;
            difference(&format!("{what}, once more"), &written, &again).map_or(Ok(()), Err)?;
        }
        Ok(())
    }

    /// A code that no document lists comes to the caller as it is.
    fn keeps_new_code(&self, operation: &Operation, typed: &Typed) -> Proven {
        if operation.dispatch != Dispatch::Call || operation.method == UNSIGNED {
            return Ok(());
        }
        let fields =
            self.maker(operation.protocol, self.seed_of(operation), Some(0)).object(operation.request());
        let (sent, _) = (typed.request)(Value::Object(fields))?;
        self.stage.sandbox.control().refuse_next(&operation.method, NEW_CODE, "new");
        let error = match self.stage.client.execute_raw(sent, CallOptions::new()) {
            Err(error) => error,
            Ok(_) => return Err("a refusal came as success".to_owned()),
        };
        let code = if operation.protocol == Protocol::V2 { error.sub_code() } else { error.code() };
        let is_kept = code == NEW_CODE && error.is_authenticated();
        if is_kept { Ok(()) } else { Err(format!("{NEW_CODE} became {code}: {error}")) }
    }
}

/// What the types say of the operation is what the specification says.
fn check_meta(operation: &Operation, typed: &Typed) -> Proven {
    let meta = typed.meta;
    let files = operation.request().iter().filter(|row| row.field_type() == FieldType::File);
    let codes = operation.codes.iter().map(|listed| listed.value.as_str());
    let in_place = |place: &str| -> Vec<&str> {
        let rows = operation.request().iter().filter(|row| row.place.as_deref() == Some(place));
        rows.map(|row| row.name.as_str()).collect()
    };
    let travels = match (meta.protocol, &operation.route) {
        (Route::Rest { verb, path, query, path_params }, Some((known, template))) => {
            (verb, path, query.to_vec(), path_params.to_vec())
                == (*known, template.as_str(), in_place("query"), in_place("path"))
        }
        (Route::Gateway { params }, None) => (params == alipay_api::meta::Params::Form) == operation.form,
        _ => false,
    };
    let is_same = meta.group == operation.group
        && meta.title == operation.title
        && meta.read_only == operation.read_only
        && meta.idempotency_key == operation.idempotency_key.as_deref()
        && meta.event == operation.event.as_deref()
        && meta.files.iter().copied().eq(files.map(|row| row.name.as_str()))
        && meta.codes.iter().copied().eq(codes)
        && travels;
    if is_same { Ok(()) } else { Err(format!("the types say {meta:?}")) }
}
