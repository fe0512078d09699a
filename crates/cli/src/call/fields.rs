//! The fields that were given: literally, from files or from stdin. Secrets only from the latter two.

use std::io::Read;
use std::path::Path;

use alipay_api::{UploadFile, upload_file};
use serde_json::{Map, Value};

use super::CallArguments;
use super::target::Target;
use crate::catalog::{Catalog, Operation};
use crate::failure::Complaint;

/// Parameters of the protocol that are secrets whatever the operation.
const SECRET_PARAMS: [(&str, &str); 2] =
    [("app_auth_token", "--app-auth-token-file FILE"), ("auth_token", "--auth-token-file FILE")];

/// The fields of a call as they were given.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) biz: Option<Object>,
    pub(super) body: Option<Object>,
    pub(super) params: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) files: Vec<(String, UploadFile)>,
}

/// A JSON object and its text, which is sent as it stands.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) text: String,
    pub(super) fields: Map<String, Value>,
}

/// One value: where it stood, and what it is.
struct Text {
    value: String,
    literal: bool,
}

impl Given {
    /// Reads everything that `arguments` name.
    pub(super) fn read(
        arguments: &CallArguments,
        target: &Target<'_>,
        catalog: &Catalog,
    ) -> Result<Self, Complaint> {
        let object = |flag: &str, argument: &Option<String>| {
            argument.as_ref().map(|argument| Object::read(flag, argument, target, catalog)).transpose()
        };
        let pairs = |flag: &str, arguments: &[String]| {
            arguments.iter().map(|argument| pair(flag, argument, target)).collect::<Result<Vec<_>, _>>()
        };
        if [&arguments.biz, &arguments.body].iter().all(|argument| argument.as_deref() == Some("-")) {
            return Err(Complaint::new(
                "--body",
                "both --biz and --body read stdin",
                "give one of them as a file",
            ));
        }
        Ok(Self {
            biz: object("--biz", &arguments.biz)?,
            body: object("--body", &arguments.body)?,
            params: pairs("--param", &arguments.param)?,
            query: pairs("--query", &arguments.query)?,
            files: arguments.file.iter().map(|argument| file(argument)).collect::<Result<_, _>>()?,
        })
    }
}

impl Object {
    fn read(flag: &str, argument: &str, target: &Target<'_>, catalog: &Catalog) -> Result<Self, Complaint> {
        let text = if argument == "-" { stdin(flag)? } else { text(flag, argument)? };
        let place = match argument {
            "-" => "stdin: ".to_owned(),
            argument => argument.strip_prefix('@').map(|path| format!("{path}: ")).unwrap_or_default(),
        };
        let fields = match serde_json::from_str(&text.value) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => {
                let seen = format!("{place}JSON, but no object");
                return Err(Complaint::new(flag, seen, "write {\"name\":\"value\", ...}"));
            }
            Err(error) => {
                let seen = format!("{place}no JSON (line {}, column {})", error.line(), error.column());
                return Err(Complaint::new(
                    flag,
                    seen,
                    "write {\"name\":\"value\", ...}, @FILE to read a file, or - to read stdin",
                ));
            }
        };
        let secret =
            target.known.filter(|_| text.literal).and_then(|known| catalog.secret_in(known, &fields));
        if let Some(path) = secret {
            let fix = format!("write {flag} @FILE or {flag} -, because every process can read command lines");
            return Err(Complaint::new(flag, format!("{path} is a secret"), fix));
        }
        Ok(Self { text: text.value, fields })
    }
}

fn pair(flag: &str, argument: &str, target: &Target<'_>) -> Result<(String, String), Complaint> {
    // What stands there instead may be a secret; it is not shown.
    let (name, value) = argument
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| Complaint::new(flag, "a value without `=`", "write NAME=VALUE or NAME=@FILE"))?;
    let of_protocol = SECRET_PARAMS.iter().find(|(secret, _)| *secret == name);
    if let Some((_, instead)) = of_protocol.filter(|_| !is_field(target, name)) {
        return Err(Complaint::new(flag, format!("{name} is a secret"), format!("use {instead}")));
    }
    let text = text(flag, value)?;
    if text.literal && is_secret(target, name) {
        let fix = format!("write {flag} {name}=@FILE, because every process can read command lines");
        return Err(Complaint::new(flag, format!("{name} is a secret"), fix));
    }
    Ok((name.to_owned(), text.value))
}

fn file(argument: &str) -> Result<(String, UploadFile), Complaint> {
    let (name, path) = argument
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| Complaint::new("--file", format!("{argument:?}"), "write NAME=PATH"))?;
    let file = upload_file(path).map_err(|error| {
        Complaint::new(
            "--file",
            format!("{path}: {error}"),
            "give a file that can be read, with an extension",
        )
    })?;
    Ok((name.to_owned(), file))
}

/// Some operations have a token as a field like any other. Of v3 all may: there is no other place for a user's token.
fn is_field(target: &Target<'_>, name: &str) -> bool {
    let rows = target.known.map_or(&[][..], Operation::request);
    let is_unknown = target.known.is_none() && !target.is_v2() && name == "auth_token";
    is_unknown || rows.iter().any(|field| field.name == name)
}

fn is_secret(target: &Target<'_>, name: &str) -> bool {
    let rows = target.known.map_or(&[][..], Operation::request);
    let of_protocol = SECRET_PARAMS.iter().any(|(secret, _)| *secret == name);
    of_protocol || rows.iter().any(|field| field.name == name && field.is_secret())
}

fn text(flag: &str, argument: &str) -> Result<Text, Complaint> {
    let Some(path) = argument.strip_prefix('@') else {
        return Ok(Text { value: argument.to_owned(), literal: true });
    };
    let bytes = crate::secret_file::read(flag, Path::new(path))?;
    utf8(flag, bytes)
}

fn stdin(flag: &str) -> Result<Text, Complaint> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| {
        Complaint::new(flag, format!("stdin cannot be read ({})", error.kind()), "give a file with @FILE")
    })?;
    utf8(flag, bytes)
}

fn utf8(flag: &str, bytes: Vec<u8>) -> Result<Text, Complaint> {
    let value = String::from_utf8(bytes).map_err(|_| {
        Complaint::new(flag, "bytes that are no UTF-8", "write it in UTF-8; --charset says what is sent")
    })?;
    let value = value.strip_prefix('\u{feff}').unwrap_or(&value).trim().to_owned();
    Ok(Text { value, literal: false })
}
