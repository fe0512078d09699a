//! One call as data: which operation, with which fields, spelled out for its protocol.

mod body;
mod check;

use std::borrow::Cow;

use alipay_sign::{is_blank, percent_encode};
use serde_json::{Map, Value};

use crate::error::{ConfigError, Error};
use crate::meta::{Meta, Operation, Params, Protocol, Verb};
use crate::model::{FileMembers, joined};
use crate::multipart::Files;
use crate::rules::{Invalid, validate};
use crate::upload::UploadFile;

/// An operation without types: any method of the gateway or any v3 path, with fields as text or JSON.
///
/// Typed requests become one of these on their way out; callers use it for operations that this crate has no types
/// for. Its answer is checked like any other.
///
/// ```
/// use alipay_core::RawOperation;
/// use alipay_core::meta::Verb;
/// use serde_json::json;
///
/// let query = RawOperation::gateway("alipay.marketing.voucher.query")
///     .biz_content(json!({"voucher_id": "20170616000730020041006ZYE2V"}));
/// let stop = RawOperation::rest(Verb::Post, "/v3/alipay/marketing/activity/voucher/stop")
///     .body(json!({"activity_id": "2016042700826004508401111111", "out_biz_no": "stop-1"}));
/// assert_eq!(query.method(), "alipay.marketing.voucher.query");
/// assert_eq!(stop.method(), "POST /v3/alipay/marketing/activity/voucher/stop");
/// ```
#[derive(Clone, Debug)]
pub struct RawOperation {
    pub(crate) method: String,
    pub(crate) route: Route,
    pub(crate) files: Files,
    pub(crate) repeatable: bool,
    /// Name of a field that the protocol has no place for.
    misplaced: Option<String>,
}

/// Where the fields of a call travel.
#[derive(Clone)]
pub(crate) enum Route {
    /// Form fields of the v2 gateway, `biz_content` among them.
    Gateway { params: Vec<(String, String)> },
    /// A v3 path with filled placeholders, query pairs in order, and the body where there is one.
    Rest { verb: Verb, path: String, query: Vec<(String, String)>, body: Option<String> },
}

/// Names only: the values may be secrets.
impl std::fmt::Debug for Route {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gateway { params } => {
                formatter.debug_list().entries(params.iter().map(|(name, _)| name)).finish()
            }
            Self::Rest { verb, path, query, body } => formatter
                .debug_struct(verb.as_str())
                .field("path", path)
                .field("query", &query.iter().map(|(name, _)| name).collect::<Vec<_>>())
                .field("body", &body.as_ref().map(String::len))
                .finish(),
        }
    }
}

impl RawOperation {
    /// A method of the v2 gateway.
    #[must_use]
    pub fn gateway(method: impl Into<String>) -> Self {
        Self::new(method.into(), Route::Gateway { params: Vec::new() })
    }

    /// A path of the v3 interface, `/v3/...`, with its placeholders filled (percent-encoded). It may carry a query of its
    /// own, encoded as it is to be sent; there is no [`RawOperation::query`] beside it then.
    ///
    /// A path that does not begin with `/`, that is not percent-encoded or that has a segment `.` or `..` is an error
    /// before anything is sent: it would lead elsewhere.
    #[must_use]
    pub fn rest(verb: Verb, path: impl Into<String>) -> Self {
        let path = path.into();
        let method = format!("{} {path}", verb.as_str());
        Self::new(method, Route::Rest { verb, path, query: Vec::new(), body: None })
    }

    fn new(method: String, route: Route) -> Self {
        Self { method, route, files: Vec::new(), repeatable: false, misplaced: None }
    }

    /// The business fields of a v2 method, as JSON. For v3 it is an error before anything is sent.
    #[must_use]
    pub fn biz_content(self, fields: Value) -> Self {
        self.param("biz_content", fields.to_string())
    }

    /// One more form field of a v2 method. For v3 it is an error before anything is sent.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match &mut self.route {
            Route::Gateway { params } => params.push((name.into(), value.into())),
            Route::Rest { .. } => self.misplaced = Some(name.into()),
        }
        self
    }

    /// One query parameter of a v3 path, not encoded yet. For v2 it is an error before anything is sent.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match &mut self.route {
            Route::Rest { query, .. } => query.push((name.into(), value.into())),
            Route::Gateway { .. } => self.misplaced = Some(name.into()),
        }
        self
    }

    /// The JSON body of a v3 path. For v2 it is an error before anything is sent.
    #[must_use]
    pub fn body(self, fields: Value) -> Self {
        self.body_text(fields.to_string())
    }

    /// The JSON body of a v3 path, as text that is sent and signed as it stands. For v2 it is an error before anything is
    /// sent.
    #[must_use]
    pub fn body_text(mut self, text: impl Into<String>) -> Self {
        match &mut self.route {
            Route::Rest { body, .. } => *body = Some(text.into()),
            Route::Gateway { .. } => self.misplaced = Some("body".to_owned()),
        }
        self
    }

    /// A file of the operation; `field` is what its document calls it. The request becomes `multipart/form-data`; the
    /// texts are signed, files are not.
    ///
    /// A call with files is not repeatable, even if it was before: a file is large, and no idempotency key covers it.
    /// Say [`RawOperation::repeatable`] afterwards if you know better.
    #[must_use]
    pub fn file(mut self, field: impl Into<String>, file: UploadFile) -> Self {
        self.files.push((field.into(), file));
        self.repeatable = false;
        self
    }

    /// Says that sending it twice is the same as sending it once: it only reads, or it carries its idempotency key.
    /// Only then is it ever sent again after it may have reached Alipay.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Dotted method name, or verb and path: what errors call it.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Spells out a typed request. Its rules are checked unless `check_rules` is false.
    ///
    /// # Errors
    /// All broken rules at once, or a path parameter that is missing.
    pub fn from_request<T: Operation>(request: &T, check_rules: bool) -> Result<Self, Error> {
        let meta = T::META;
        let refused = |error: ConfigError| Error::config(meta.method, error);
        let fields = match serde_json::to_value(request) {
            Ok(Value::Object(fields)) => Value::Object(fields),
            Ok(_) => Value::Object(Map::new()),
            Err(error) => {
                let fix = "say it in another way: as it stands it would be read as something else";
                return Err(refused(ConfigError::new("request", error.to_string(), fix)));
            }
        };
        let files = files_of(meta, request);
        if check_rules {
            Invalid::check(validate(T::shape(), &with_names(&fields, &files)))
                .map_err(|invalid| Error::invalid(meta.method, invalid))?;
        }
        let keyed = meta.idempotency_key.and_then(|key| fields.get(key)).is_some_and(is_key);
        let repeatable = files.is_empty() && (meta.read_only || keyed);
        let route = route(meta, fields, request).map_err(refused)?;
        Ok(Self { files, repeatable, ..Self::new(meta.method.to_owned(), route) })
    }
}

/// The files of a typed request. Most operations have none, and then nothing is walked.
fn files_of<T: Operation>(meta: &Meta, request: &T) -> Files {
    let mut members = FileMembers::default();
    if !meta.files.is_empty() {
        request.put(&mut members);
    }
    members.files
}

/// The fields with the name of each file in its place, so that rules see it as present.
fn with_names<'a>(fields: &'a Value, files: &Files) -> Cow<'a, Value> {
    let mut fields = Cow::Borrowed(fields);
    if !files.is_empty()
        && let Value::Object(fields) = fields.to_mut()
    {
        fields.extend(files.iter().map(|(field, file)| (field.clone(), Value::from(file.name()))));
    }
    fields
}

fn route<T: Operation>(meta: &Meta, fields: Value, request: &T) -> Result<Route, ConfigError> {
    let Value::Object(mut fields) = fields else { return Ok(Route::Gateway { params: Vec::new() }) };
    match meta.protocol {
        Protocol::Gateway { params: Params::Form } => Ok(Route::Gateway { params: pairs(request, fields)? }),
        Protocol::Gateway { params: Params::BizContent } => {
            // Written once more from the request, so that the fields stand in the order of the documents.
            let biz_content = serde_json::to_string(request).unwrap_or_default();
            Ok(Route::Gateway { params: vec![("biz_content".to_owned(), biz_content)] })
        }
        Protocol::Rest { verb, path, query, path_params } => {
            let mut filled = path.to_owned();
            for name in path_params {
                let value = fields.remove(*name).map(|value| spelled(request, name, value)).transpose()?;
                let value = value.flatten().filter(|value| !value.is_empty());
                let value = value.ok_or_else(|| {
                    ConfigError::new(*name, "absent", "set it: it is a part of the path of this operation")
                })?;
                filled = filled.replace(&format!("{{{name}}}"), &percent_encode(value.as_bytes()));
            }
            let mut in_query: Vec<_> = query.iter().filter_map(|name| fields.remove_entry(*name)).collect();
            if !verb.has_body() {
                // What the caller added has no other place to go.
                in_query.extend(std::mem::take(&mut fields));
            }
            let whole = query.is_empty() && path_params.is_empty();
            let has_body = verb.has_body()
                && (!fields.is_empty() || body::is_declared(meta, request, [query, path_params]));
            let body = has_body.then(|| match whole {
                true => serde_json::to_string(request).unwrap_or_default(),
                false => Value::Object(fields).to_string(),
            });
            Ok(Route::Rest { verb, path: filled, query: pairs(request, in_query)?, body })
        }
    }
}

/// Members outside JSON, without those that are absent.
fn pairs<T: Operation>(
    request: &T,
    fields: impl IntoIterator<Item = (String, Value)>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let mut pairs = Vec::new();
    for (name, value) in fields {
        pairs.extend(spelled(request, &name, value)?.map(|text| (name, text)));
    }
    Ok(pairs)
}

/// A member outside JSON, absent where it is null: text without quotation marks, all else as JSON. Only a list that the
/// operation declares is joined by commas: of what the caller added nothing is known.
fn spelled<T: Operation>(request: &T, name: &str, value: Value) -> Result<Option<String>, ConfigError> {
    match value {
        Value::Null => Ok(None),
        Value::Array(items) if request.extra().get(name).is_none() && !items.iter().any(is_nested) => {
            let items: Vec<_> = items.into_iter().map(text).collect();
            let joined = joined(&items).ok_or_else(|| {
                let fix = "give each item an element of the list: commas stand between them on the wire";
                ConfigError::new(name, "an item with a comma in it", fix)
            });
            joined.map(Some)
        }
        other => Ok(Some(text(other))),
    }
}

/// Whether a value of the idempotency key makes a repetition the same action: one that says nothing does not.
fn is_key(value: &Value) -> bool {
    match value {
        Value::String(text) => !is_blank(text),
        value => value.is_number(),
    }
}

fn is_nested(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
