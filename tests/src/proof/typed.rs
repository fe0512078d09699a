//! What the proof needs of the types of one operation, without the types: one small function for each step.

use alipay_api::meta::{Meta, Operation};
use alipay_api::model::{Model, unread};
use alipay_api::{RawOperation, Verified};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The typed request and answer of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    /// What the types say of the operation.
    pub meta: &'static Meta,
    /// See [`request`].
    pub request: fn(Value) -> Result<(RawOperation, Value), String>,
    /// See [`reread`], of a request.
    pub reread: fn(Value) -> Result<Reread, String>,
    /// See [`reread`], of an answer.
    pub reread_answer: fn(Value) -> Result<Reread, String>,
    /// Types an answer that the client verified, and writes it again.
    pub answer: fn(Verified) -> Result<Value, String>,
}

/// The type of a notification or message.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// Its name in the specification.
    pub name: &'static str,
    /// See [`reread`].
    pub reread: fn(Value) -> Result<Reread, String>,
}

/// A model that was read from JSON.
#[derive(Clone, Debug)]
pub struct Reread {
    /// As it is written again.
    pub written: Value,
    /// Paths of what the model, or one inside of it, has no field for: it is written again all the same.
    pub unread: Vec<String>,
}

impl Typed {
    /// Of these types; `request` is [`request`] of `Q` with the files of the operation.
    #[must_use]
    pub const fn of<Q, R>(request: fn(Value) -> Result<(RawOperation, Value), String>) -> Self
    where
        Q: Operation + Model + DeserializeOwned,
        R: Model + Serialize + DeserializeOwned,
    {
        Self {
            meta: Q::META,
            request,
            reread: reread::<Q>,
            reread_answer: reread::<R>,
            answer: |verified| write(&verified.into_answer::<R>().value),
        }
    }
}

/// Reads a request from its fields, adds its files, and spells it out as a client does before it sends; also the request
/// as JSON.
///
/// # Errors
/// The fields cannot be read, or break a rule.
pub fn request<Q: Operation + DeserializeOwned>(
    fields: Value,
    with_files: fn(Q) -> Q,
) -> Result<(RawOperation, Value), String> {
    let request = with_files(read::<Q>(fields)?);
    let operation = RawOperation::from_request(&request, true).map_err(|error| error.to_string())?;
    Ok((operation, write(&request)?))
}

/// Reads a model from JSON, and writes it again.
///
/// # Errors
/// It cannot be read.
pub fn reread<T: Model + Serialize + DeserializeOwned>(value: Value) -> Result<Reread, String> {
    let model = read::<T>(value)?;
    Ok(Reread { written: write(&model)?, unread: unread(&model) })
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn write<T: Serialize>(model: &T) -> Result<Value, String> {
    serde_json::to_value(model).map_err(|error| error.to_string())
}

/// The members of a JSON object.
pub(super) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => Map::from_iter([("no object".to_owned(), other)]),
    }
}
