//! From target and fields to the call that is sent, or a complaint; nothing is sent here.

use alipay_api::{RawOperation, UploadFile};
use serde_json::{Map, Value};

use super::fields::Given;
use super::target::{Route, Target};
use crate::catalog::{Catalog, FieldType, Operation};
use crate::failure::{Complaint, Failure};

/// A call that is ready to be sent.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) operation: RawOperation,
}

impl Plan {
    pub(super) fn new(
        target: &Target<'_>,
        given: Given,
        check_rules: bool,
        catalog: &Catalog,
    ) -> Result<Self, Failure> {
        refuse_misplaced(target, &given)?;
        let fields = all_fields(target, &given);
        if let Some(known) = target.known.filter(|_| check_rules) {
            let mut broken = catalog.violations(known, &fields, None);
            broken.extend(misplaced_files(known, &given.files));
            if !broken.is_empty() {
                return Err(Failure::Rules { method: known.method.clone(), broken });
            }
        }
        let repeatable =
            given.files.is_empty() && target.known.is_some_and(|known| is_repeatable(known, &fields));
        let operation = spell_out(&target.route, given);
        Ok(Self { operation: if repeatable { operation.repeatable() } else { operation } })
    }
}

/// Fields in a place where this operation does not have them.
fn refuse_misplaced(target: &Target<'_>, given: &Given) -> Result<(), Complaint> {
    let absent_in_v2 = [("--query", !given.query.is_empty()), ("--body", given.body.is_some())];
    let absent_in_v3 = [("--param", !given.params.is_empty()), ("--biz", given.biz.is_some())];
    let (misplaced, place, fix) = match &target.route {
        Route::Gateway(_) => {
            (absent_in_v2, "a method of v2", "give fields with --biz JSON or --param NAME=VALUE")
        }
        Route::Rest(..) => {
            (absent_in_v3, "a path of v3", "give fields with --query NAME=VALUE or --body JSON")
        }
    };
    if let Some((flag, _)) = misplaced.iter().find(|(_, given)| *given) {
        return Err(Complaint::new(*flag, format!("given with {place}"), fix));
    }
    if let (Route::Rest(verb, _), Some(_)) = (&target.route, &given.body)
        && !verb.has_body()
    {
        return Err(Complaint::new(
            "--body",
            format!("given with {}", verb.as_str()),
            "use --query NAME=VALUE",
        ));
    }
    let Some(known) = target.known.filter(|_| target.is_v2()) else { return Ok(()) };
    if known.form && given.biz.is_some() {
        let fix = "this operation has its fields side by side: give each with --param NAME=VALUE";
        return Err(Complaint::new("--biz", format!("given with {}", known.method), fix));
    }
    let in_biz = |name: &str| !known.form && known.request().iter().any(|field| field.name == name);
    match given.params.iter().find(|(name, _)| in_biz(name)) {
        Some((name, _)) => {
            let fix = format!("it is a business field: put it into --biz, as {{\"{name}\":...}}");
            Err(Complaint::new("--param", name.as_str(), fix))
        }
        None => Ok(()),
    }
}

/// The fields as one object, as the rules of the catalog see them.
fn all_fields(target: &Target<'_>, given: &Given) -> Map<String, Value> {
    let objects = [&given.biz, &given.body].into_iter().flatten().flat_map(|object| object.fields.clone());
    let pairs = given.params.iter().chain(&given.query);
    let pairs = pairs.map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    let files = given.files.iter().map(|(name, file)| (name.clone(), Value::from(file.name())));
    let in_path =
        target.in_path.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
    objects.chain(pairs).chain(files).chain(in_path).collect()
}

/// Files under names that the operation does not have; and the one file that it is for, where that is not given.
fn misplaced_files(known: &Operation, files: &[(String, UploadFile)]) -> Vec<String> {
    let wanted = known.request().iter().filter(|field| field.field_type() == FieldType::File);
    let wanted: Vec<&str> = wanted.map(|field| field.name.as_str()).collect();
    let unknown = files.iter().filter(|(name, _)| !wanted.contains(&name.as_str()));
    let mut found: Vec<_> = unknown
        .map(|(name, _)| match wanted.as_slice() {
            [] => format!("{name}: this operation takes no file"),
            names => format!("{name}: the files of this operation are called {}", names.join(", ")),
        })
        .collect();
    // The documents do not say that it has to come, but without it nothing is left to do.
    if let [only] = wanted.as_slice()
        && known.method.ends_with(".upload")
        && files.iter().all(|(name, _)| name != only)
    {
        found.push(format!("{only}: must be a file; give --file {only}=PATH"));
    }
    found
}

fn is_repeatable(known: &Operation, fields: &Map<String, Value>) -> bool {
    let has_key = |key: &String| fields.get(key).is_some_and(|value| !value.is_null() && value != "");
    known.read_only || known.idempotency_key.as_ref().is_some_and(has_key)
}

fn spell_out(route: &Route, given: Given) -> RawOperation {
    let files = given.files.clone();
    let operation = without_files(route, given);
    files.into_iter().fold(operation, |operation, (name, file)| operation.file(name, file))
}

fn without_files(route: &Route, given: Given) -> RawOperation {
    match route {
        Route::Gateway(method) => {
            let operation = RawOperation::gateway(method.as_str());
            // The text as it was given, so that numbers keep their digits.
            let operation = match given.biz {
                Some(biz) => operation.param("biz_content", biz.text),
                None => operation,
            };
            given.params.into_iter().fold(operation, |operation, (name, value)| operation.param(name, value))
        }
        Route::Rest(verb, path) => {
            let operation = RawOperation::rest(*verb, path.as_str());
            let operation = match given.body {
                Some(body) => operation.body(Value::Object(body.fields)),
                None => operation,
            };
            given.query.into_iter().fold(operation, |operation, (name, value)| operation.query(name, value))
        }
    }
}
