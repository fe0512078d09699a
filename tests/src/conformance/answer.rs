//! Answers to a call, from a list instead of a network.

use alipay_api::http::{HttpResponse, SendFailure, SendFailureKind, Sent};
use alipay_api::sign::Charset;
use alipay_api::{Error, Exchange, Step, Verified};

use super::case::{Case, Check, Stop, failed, same};

/// More steps than any call takes.
const MOST_STEPS: usize = 1000;

/// Drives a call to its end. Who asks for more answers than there are gets no connection.
pub(super) fn drive(
    mut exchange: Exchange,
    answers: impl IntoIterator<Item = HttpResponse>,
) -> Result<Result<Verified, Error>, Stop> {
    let mut answers = answers.into_iter();
    for _ in 0..MOST_STEPS {
        match exchange.step() {
            Step::Send(_) => match answers.next() {
                Some(answer) => exchange.on_response(answer),
                None => {
                    let why = "the case has no further answer";
                    exchange.on_failure(SendFailure::new(Sent::No, SendFailureKind::Connect, why));
                }
            },
            Step::Sleep(_) => {}
            Step::Done(result) => return Ok(*result),
        }
    }
    Err(failed("a call that ends", "one that goes on"))
}

/// The text of a body, where a case gives it beside the bytes, is the text of these bytes.
pub(super) fn check_body_text(case: &Case<'_>, charset: &Charset) -> Check {
    match (case.find("/body_text"), charset.decode(&case.bytes("/body_base64")?)) {
        (Some(text), Ok(body)) => same("body_text", text, &body),
        _ => Ok(()),
    }
}

/// What came of a call, in a few words.
pub(super) fn describe(result: &Result<Verified, Error>) -> String {
    match result {
        Ok(verified) => format!("accepted: {:?}", verified.fields()),
        Err(error) => format!("{:?}, authenticated {}: {error}", error.kind(), error.is_authenticated()),
    }
}

/// Whether nothing of the answer is believed: no success, and no error that is said to be Alipay's.
pub(super) fn is_rejected(result: &Result<Verified, Error>) -> bool {
    matches!(result, Err(error) if !error.is_authenticated())
}
