//! Files that arrive: what may be uploaded, and what is remembered of it.

use alipay_core::DateTime;
use serde_json::Value;

use crate::business::Call;
use crate::catalog::{Field, FieldType, Operation};
use crate::generic;
use crate::multipart::File;
use crate::reply::{Fields, Refusal, Reply};
use crate::state::{Context, REMEMBERED};

const MEGABYTE: usize = 1024 * 1024;

/// A file that was uploaded. The sandbox keeps no contents.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Upload {
    /// The operation.
    pub method: String,
    /// Name of the part, such as `file_content`.
    pub field: String,
    /// What the sender calls the file.
    pub file_name: String,
    /// Length of the contents.
    pub bytes: usize,
    /// SHA-256 of the contents, in 64 hexadecimal digits.
    pub sha256: String,
    /// By the clock of the sandbox.
    pub at: DateTime,
}

/// Extensions and size that an operation takes; all extensions where the list is empty. Only those of marketing
/// pictures are documented.
fn limits(method: &str) -> (&'static [&'static str], usize) {
    match method {
        "alipay.marketing.material.image.upload" => (&["bmp", "jpeg", "jpg", "png"], 2 * MEGABYTE),
        "alipay.offline.material.image.upload" => {
            (&["bmp", "gif", "jpeg", "jpg", "mp4", "png"], 10 * MEGABYTE)
        }
        _ => (&[], 10 * MEGABYTE),
    }
}

/// Checks the files of a call, and puts their names among its fields, so that the rules see them.
pub(crate) fn take(operation: &Operation, files: &[File], fields: &mut Fields) -> Result<(), Refusal> {
    let (extensions, most) = limits(&operation.method);
    for field in operation.request().iter().filter(|field| is_file(field)) {
        // Whatever text has the name of the file is none.
        fields.remove(&field.name);
        let Some(file) = files.iter().find(|file| file.field == field.name) else {
            if is_its_point(operation) {
                let what = format!("{}: must be a file, but there is none", field.name);
                return Err(Refusal::Parameter(what));
            }
            continue;
        };
        let extension = file.name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let fits = extension.as_deref().is_some_and(|extension| {
            !extension.is_empty() && (extensions.is_empty() || extensions.contains(&extension))
        });
        if !fits {
            let wanted =
                if extensions.is_empty() { "有扩展名".to_owned() } else { extensions.join(", ") };
            let message = format!("{}: 文件扩展名无效, 文件名应为 {wanted}", field.name);
            return Err(Refusal::Common { code: "invalid-file-extension", message });
        }
        if file.bytes == 0 || file.bytes > most {
            let message = format!("{}: 文件大小 {} 字节, 应为 1 到 {most} 字节", field.name, file.bytes);
            return Err(Refusal::Common { code: "invalid-file-size", message });
        }
        fields.insert(field.name.clone(), Value::from(file.name.as_str()));
    }
    Ok(())
}

/// Answers with new ids.
pub(crate) fn answer(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    let mut answer = generic::answer(context.catalog, call);
    for field in call.operation.response().iter().filter(|field| field.name.ends_with("_id")) {
        answer.insert(field.name.clone(), Value::from(format!("A*{}", context.nonce())));
    }
    Ok(answer)
}

/// Remembers the files of a call.
pub(crate) fn remember(context: &mut Context<'_>, call: &Call<'_>) {
    let at = context.now;
    context.state.uploads.extend(call.files.iter().map(|file| Upload {
        method: call.operation.method.clone(),
        field: file.field.clone(),
        file_name: file.name.clone(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        at,
    }));
    let forgotten = context.state.uploads.len().saturating_sub(REMEMBERED);
    context.state.uploads.drain(..forgotten);
}

/// Whether an operation takes files.
pub(crate) fn is_upload(operation: &Operation) -> bool {
    operation.request().iter().any(is_file)
}

/// Whether an operation does nothing but take one file. The documents do not say that it has to come.
fn is_its_point(operation: &Operation) -> bool {
    operation.method.ends_with(".upload")
        && operation.request().iter().filter(|field| is_file(field)).count() == 1
}

fn is_file(field: &Field) -> bool {
    field.field_type() == FieldType::File
}
