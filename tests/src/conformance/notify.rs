//! `notify.json`: which notifications are believed, by which rule, and what of them.

use alipay_api::sign::{Empties, SignType, canonical_bytes};
use alipay_api::{Config, Notification, NotifyError, NotifyOptions, NotifyRule};

use super::case::{Case, Check, Stop, equal, failed, same};
use super::folder::Folder;
use super::setup::Client;

pub(super) fn check(case: &Case<'_>, folder: &Folder) -> Check {
    let client = client_of(case);
    let config = client.config(folder)?;
    let verified = verify(case, &config, &options_of(case))?;
    match (case.text("/suggested")?, &verified) {
        ("accept", Ok(notification)) => {
            believed(case, notification)?;
            rule(case, &config, notification)
        }
        ("either", Ok(notification)) => believed(case, notification),
        ("either", Err(_)) => Ok(()),
        ("reject", Err(_)) => other_sign_type(case, folder, client),
        (suggested, Ok(notification)) => Err(failed(suggested, format!("{notification:?}"))),
        (suggested, Err(error)) => Err(failed(suggested, error)),
    }
}

fn client_of<'a>(case: &Case<'a>) -> Client<'a> {
    Client {
        app_id: case.find("/decoded_params/app_id"),
        sign_type: case.find("/sign_type_of_signature").or(case.find("/sign_type")),
        ..Client::of_answer(case)
    }
}

fn options_of(case: &Case<'_>) -> NotifyOptions {
    match case.find("/decoded_params/app_id") {
        Some(_) => NotifyOptions::new(),
        None => NotifyOptions::new().any_app(),
    }
}

fn verify(
    case: &Case<'_>,
    config: &Config,
    options: &NotifyOptions,
) -> Result<Result<Notification, NotifyError>, Stop> {
    let body = case.text("/body")?;
    Ok(config.verify_notification_with(body.as_bytes(), case.find("/content_type"), options))
}

/// What is believed is what was signed: no field more, none less, each with its value.
fn believed(case: &Case<'_>, notification: &Notification) -> Check {
    let text = canonical_bytes(notification.fields(), Empties::Keep);
    same("what was signed", case.text("/string_that_was_signed")?, &String::from_utf8_lossy(&text))?;
    let sent = case.pairs("/decoded_params");
    for (name, value) in notification.fields() {
        let stated = sent.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        same(name, stated.unwrap_or("(absent)"), value)?;
    }
    Ok(())
}

/// The rule that held is told, and the other one, pinned, does not hold.
fn rule(case: &Case<'_>, config: &Config, notification: &Notification) -> Check {
    let Some(covered) = case.flag("/signature_covers_sign_type") else { return Ok(()) };
    let (rule, other) = match covered {
        true => (NotifyRule::WithSignType, NotifyRule::WithoutSignType),
        false => (NotifyRule::WithoutSignType, NotifyRule::WithSignType),
    };
    equal("rule", &rule, &notification.rule())?;
    if !case.has("/decoded_params/sign_type") {
        return Ok(());
    }
    match verify(case, config, &options_of(case).rule(other))? {
        Err(_) => Ok(()),
        Ok(_) => Err(failed(format!("a refusal under {other:?}"), "accepted")),
    }
}

/// What is refused stays refused when the client has agreed on the other algorithm.
fn other_sign_type(case: &Case<'_>, folder: &Folder, client: Client<'_>) -> Check {
    let other = match client.sign_type()? {
        SignType::Rsa => SignType::Rsa2,
        _ => SignType::Rsa,
    };
    let config = Client { sign_type: Some(other.as_str()), ..client }.config(folder)?;
    match verify(case, &config, &options_of(case))? {
        Err(_) => Ok(()),
        Ok(_) => Err(failed(format!("a refusal also where {other} is agreed"), "accepted")),
    }
}
