//! `alipay encrypt` and `alipay decrypt`: contents as encrypted requests and answers carry them.

use std::path::PathBuf;

use alipay_api::sign::{Charset, ContentCipher, ContentKey, encode_signature};
use alipay_api::{Nonce, SystemNonce};
use clap::Args;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::input;
use crate::output::Output;
use crate::settings::ContentFlags;

/// Encrypt a content, and print it in base64
///
/// Every byte of FILE is encrypted, a line break at its end included.
#[derive(Args, Debug)]
pub(crate) struct EncryptArguments {
    /// File with the content; - reads stdin
    file: PathBuf,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    content: ContentFlags,
}

/// Decrypt a content, and print it
///
/// FILE holds base64, or the quoted text of an answer. Decrypting proves nothing: `alipay verify answer` first checks
/// the signature.
#[derive(Args, Debug)]
pub(crate) struct DecryptArguments {
    /// File with the encrypted content; - reads stdin
    file: PathBuf,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    content: ContentFlags,
}

/// Encrypts, and prints.
pub(crate) fn encrypt(arguments: &EncryptArguments, output: &Output) -> Result<Exit, Failure> {
    let (key, cipher) = arguments.content.settle(&|name| std::env::var(name).ok())?;
    let plain = input::read("FILE", &arguments.file)?;
    let content = encrypted(&key, cipher, &plain, &SystemNonce)?;
    output.out(&if arguments.json {
        json!({"content": content, "cipher": cipher.as_str()}).to_string()
    } else {
        content
    })?;
    Ok(Exit::Success)
}

/// Decrypts, and prints.
pub(crate) fn decrypt(arguments: &DecryptArguments, output: &Output) -> Result<Exit, Failure> {
    let (key, cipher) = arguments.content.settle(&|name| std::env::var(name).ok())?;
    let text = input::read_text("FILE", &arguments.file)?;
    let text = text.trim();
    // As it stands in an answer, where slashes may be escaped.
    let unquoted: Option<String> = if text.starts_with('"') { serde_json::from_str(text).ok() } else { None };
    let text = unquoted.as_deref().unwrap_or(text);
    refuse_no_content(text)?;
    let plain = key.decrypt(cipher, text).map_err(|_| {
        let fix = "give the content whole, and compare key and --cipher with the console";
        Failure::Unreadable(Complaint::new("FILE", "it cannot be decrypted", fix))
    })?;
    if !arguments.json {
        output.raw(plain.expose())?;
        return Ok(Exit::Success);
    }
    let text = [Charset::utf_8(), Charset::gbk()].into_iter().find_map(|set| set.decode(plain.expose()).ok());
    // Base64 like a signature.
    output.out(&json!({"text": text, "base64": encode_signature(plain.expose())}).to_string())?;
    Ok(Exit::Success)
}

/// What can be seen without the key.
fn refuse_no_content(text: &str) -> Result<(), Failure> {
    let is_base64 =
        |byte: u8| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=".contains(&byte);
    let (seen, fix) = match text {
        "" => ("it is empty", "give the encrypted content, in base64"),
        text if text.starts_with('{') => {
            ("it is a whole answer", "give the content alone; `alipay verify answer` decrypts whole ones")
        }
        text if !text.bytes().all(is_base64) => ("it is not base64", "give the encrypted content as it came"),
        _ => return Ok(()),
    };
    Err(Failure::Unreadable(Complaint::new("FILE", seen, fix)))
}

fn encrypted(
    key: &ContentKey,
    cipher: ContentCipher,
    plain: &[u8],
    nonce: &dyn Nonce,
) -> Result<String, Failure> {
    let block = || {
        let mut block = [0_u8; 16];
        for (byte, digits) in block.iter_mut().zip(nonce.next().as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(digits).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
        }
        block
    };
    key.encrypt(cipher, plain, block).map_err(|error| Failure::Machine(error.to_string()))
}
