//! `v3-sign.json`: requests of the v3 interface, as the official SDKs sign and send them and as these crates do.

use alipay_api::http::HttpRequest;
use alipay_api::meta::Verb;
use alipay_api::sign::{SignType, parse_form};
use alipay_api::{CallOptions, Exchange, RawOperation};
use serde_json::Value;

use super::case::{Case, Check, Stop, equal, failed, refused, same, same_bytes, skipped, with_detail};
use super::folder::{Folder, KEYS};
use super::form::{query_of, verify_text};
use super::request::{first_request, plaintext, sdk_content_key};
use super::setup::Client;
use super::{input, wire};

/// Headers that follow from the configuration, and that the SDKs send alike.
const SHARED: [&str; 3] = ["alipay-app-auth-token", "alipay-root-cert-sn", "alipay-encrypt-type"];

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    match case.find("/expected/outcome") {
        Some("throws") => return thrown(case, folder),
        Some("sent") | None => {}
        Some(other) => return Err(failed("outcome sent or throws", other)),
    }
    let sent = Official::read(case)?;
    sent.follows_the_rule(case)?;
    same_target(case, folder, &sent)?;
    own_query(case, folder, &sent)?;
    let key = folder.public_key(case.text("/config/app_key")?)?;
    verify_text(sent.text.as_bytes(), sent.sign, &key, SignType::Rsa2)
}

/// The SDK refuses a request that we can build.
fn thrown(case: &Case<'_>, folder: &Folder) -> Check {
    let told = ["sign_content", "sign_content_base64", "sign", "authorization", "wire"];
    if let Some(member) = told.iter().find(|member| case.get(&format!("/expected/{member}")).is_some()) {
        return Err(failed("a case that throws and tells of no request", format!("its {member}")));
    }
    let operation = RawOperation::rest(verb_of(case.text("/input/http_method")?)?, case.text("/input/path")?);
    let config = Client { sign_type: None, ..Client::of_request(case) }.config(folder)?;
    first_request(Exchange::new(&config, operation, CallOptions::new()))?;
    let quirk = "the SDK throws on a request that is right, and that we build";
    Err(skipped(with_detail(quirk, case.find("/expected/error"))))
}

/// What the SDK signed and sent.
struct Official<'a> {
    text: &'a str,
    authorization: &'a str,
    auth: &'a str,
    sign: &'a str,
    target: &'a str,
    verb: Verb,
    /// What is signed of the body: all of it, or the `data` part of an upload.
    body: String,
    token: Option<&'a str>,
}

impl<'a> Official<'a> {
    fn read(case: &Case<'a>) -> Result<Self, Stop> {
        let authorization = case.text("/expected/authorization")?;
        let (auth, sign) = authorization
            .split_once(' ')
            .and_then(|(_, rest)| rest.rsplit_once(",sign="))
            .ok_or_else(|| failed("SCHEME auth,sign=..", authorization))?;
        let target = wire::origin_form(case.text("/expected/wire/request_target")?);
        let body = match case.get("/expected/wire/multipart") {
            Some(Value::Array(parts)) => {
                let is_data = |part: &&Value| part.get("name").and_then(Value::as_str) == Some("data");
                let data = parts.iter().find(is_data).and_then(|part| part.get("text")?.as_str());
                data.unwrap_or_default().to_owned()
            }
            _ => String::from_utf8(case.bytes("/expected/wire/body_base64")?)
                .map_err(refused("a body in UTF-8"))?,
        };
        Ok(Self {
            text: case.text("/expected/sign_content")?,
            authorization,
            auth,
            sign,
            target,
            verb: verb_of(case.text("/expected/wire/method")?)?,
            body,
            token: case.find("/input/app_auth_token"),
        })
    }

    /// The signed text follows from what was sent, and that from what was given.
    fn follows_the_rule(&self, case: &Case<'_>) -> Check {
        let token = self.token.map(|token| format!("{token}\n")).unwrap_or_default();
        let text = format!("{}\n{}\n{}\n{}\n{token}", self.auth, self.verb.as_str(), self.target, self.body);
        same("text to sign", self.text, &text)?;
        if case.has("/expected/sign_content_base64") {
            same_bytes(
                "sign_content_base64",
                self.text.as_bytes(),
                &case.bytes("/expected/sign_content_base64")?,
            )?;
        }
        for (name, value) in case.pairs("/expected/wire/headers") {
            if name.eq_ignore_ascii_case("authorization") {
                same("authorization on the wire", self.authorization, &value)?;
            }
        }
        wire::check_rest(case)?;
        input::check_rest(case, self.verb.as_str(), self.target)?;
        case.find("/expected/sign").map_or(Ok(()), |sign| same("signature", sign, self.sign))
    }
}

/// Built by us for the same target and body, the request has the same text to sign, and where the body is written
/// alike the same signature.
fn same_target(case: &Case<'_>, folder: &Folder, sent: &Official<'_>) -> Check {
    let built = Built::new(case, folder, sent, RawOperation::rest(sent.verb, sent.target))?;
    let ours = built.text.replacen(&format!("\n{}\n", built.body), &format!("\n{}\n", sent.body), 1);
    same("our text to sign", sent.text, &ours)?;
    if built.text == sent.text && folder.file(KEYS).is_some() {
        same(
            "authorization",
            sent.authorization,
            built.request.header("authorization").unwrap_or("(absent)"),
        )?;
    }
    equal("path and query", &true, &built.request.url.ends_with(sent.target))?;
    for (name, value) in case.pairs("/expected/wire/headers") {
        let name = name.to_ascii_lowercase();
        if SHARED.contains(&name.as_str()) {
            same(&name, &value, built.request.header(&name).unwrap_or("(absent)"))?;
        }
    }
    Ok(())
}

/// Built by us from query pairs, what is signed is what is sent, and it reads back as what was given.
fn own_query(case: &Case<'_>, folder: &Folder, sent: &Official<'_>) -> Check {
    let given = case.pairs("/input/query");
    let path = sent.target.split('?').next().unwrap_or_default();
    let operation = given
        .iter()
        .fold(RawOperation::rest(sent.verb, path), |operation, (name, value)| operation.query(name, value));
    let built = Built::new(case, folder, sent, operation)?;
    let target = built.text.split('\n').nth(2).unwrap_or_default();
    equal("what is signed is sent", &true, &built.request.url.ends_with(target))?;
    let read = parse_form(query_of(&built.request.url).as_bytes()).map_err(refused("reading our query"))?;
    let given: Vec<_> =
        given.into_iter().map(|(name, value)| (name.into_bytes(), value.into_bytes())).collect();
    equal("query", &given, &read)
}

/// A request of ours whose signature holds.
struct Built {
    request: HttpRequest,
    text: String,
    body: String,
}

impl Built {
    fn new(
        case: &Case<'_>,
        folder: &Folder,
        sent: &Official<'_>,
        operation: RawOperation,
    ) -> Result<Self, Stop> {
        let client = Client { sign_type: None, ..Client::of_request(case) };
        let config = client.config(folder)?;
        let encrypt = case.flag("/input/need_encrypt").unwrap_or_default();
        let mut options = CallOptions::new().encrypt(encrypt);
        options = sent.token.into_iter().fold(options, CallOptions::app_auth_token);
        let content = match encrypt && !sent.body.is_empty() {
            true => plaintext(case, &sdk_content_key(case, folder)?, &sent.body)?,
            false => sent.body.clone(),
        };
        if let Some(given) = case.get("/input/body_object") {
            input::check_json("body_object", given, &content, false)?;
        }
        let operation = match content.as_str() {
            "" => operation,
            content => operation.body(json(content)?),
        };
        let (request, text) = first_request(Exchange::new(&config, operation, options))?;
        let body = String::from_utf8(request.body.clone()).map_err(refused("a body in UTF-8"))?;
        if encrypt && !body.is_empty() {
            let key = folder.content_key(case.text("/config/aes_key")?)?;
            equal("content", &json(&content)?, &json(&plaintext(case, &key, &body)?)?)?;
        }
        let authorization = request.header("authorization").unwrap_or_default();
        let signature = authorization.rsplit_once(",sign=").map_or("", |(_, signature)| signature);
        verify_text(&text, signature, &client.public_key(folder)?, SignType::Rsa2)?;
        let text = String::from_utf8(text).map_err(refused("a text to sign in UTF-8"))?;
        Ok(Self { request, text, body })
    }
}

fn json(text: &str) -> Result<Value, Stop> {
    serde_json::from_str(text).map_err(refused("a body in JSON"))
}

fn verb_of(name: &str) -> Result<Verb, Stop> {
    let verbs = [Verb::Delete, Verb::Get, Verb::Patch, Verb::Post, Verb::Put];
    let found = verbs.into_iter().find(|verb| verb.as_str().eq_ignore_ascii_case(name));
    found.ok_or_else(|| failed("an HTTP verb", name))
}
