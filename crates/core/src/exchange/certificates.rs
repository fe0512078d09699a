//! How a call comes by the key that its answer is signed with.

use std::time::Duration;

use super::{Exchange, Step};
use crate::answer;
use crate::error::{AnswerError, Error};
use crate::gateway::GatewayParams;
use crate::http::{HttpRequest, HttpResponse};
use crate::operation::Route;
use crate::options::CallOptions;
use crate::trust::{Flight, Lookup, Trust};

pub(crate) const DOWNLOAD: &str = "alipay.open.app.alipaycert.download";

/// The pauses of a call that waits for another which downloads the certificate it needs.
pub(super) const PAUSE: Duration = Duration::from_millis(50);
/// How much longer it waits than the download itself may take.
const MARGIN: Duration = Duration::from_secs(1);

/// An answer whose certificate is being downloaded.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) flight: Flight,
    pub(super) answer: HttpResponse,
}

impl Exchange {
    /// The key that signed an answer, or how to come by it.
    pub(super) fn key_of(&self, response: &HttpResponse) -> Lookup {
        let mode = match &self.config.settings().trust {
            Trust::Key(key) => return Lookup::Key(key.clone()),
            Trust::Certificates(mode) => mode,
        };
        match &self.operation.route {
            Route::Gateway { .. } => match answer::gateway_serial(response) {
                Some(serial) => mode.lookup(&serial, self.now()),
                None => Lookup::Nameless,
            },
            Route::Rest { .. } => match response.header("alipay-sn").filter(|serial| !serial.is_empty()) {
                Some(serial) => mode.lookup(serial, self.now()),
                None => Lookup::Key(self.config.alipay_public_key().clone()),
            },
        }
    }

    /// Asks for the certificate. A request that cannot be made says nothing of the certificate, which the next call may
    /// ask for at once.
    pub(super) fn fetch(&mut self, fetch: Box<Fetch>) -> Step {
        match self.download_request(fetch.flight.serial()) {
            Ok(request) => {
                self.fetching = Some(fetch);
                Step::Send(request)
            }
            Err(error) => {
                self.give_up(*fetch, error.to_string());
                self.step()
            }
        }
    }

    /// The request for a certificate of Alipay (protocol-v2 §6.5).
    fn download_request(&self, serial: &str) -> Result<HttpRequest, Error> {
        let settings = self.config.settings();
        let biz_content = serde_json::json!({ "alipay_cert_sn": serial }).to_string();
        let params = [("biz_content".to_owned(), biz_content)];
        let params = GatewayParams::new(settings, DOWNLOAD, &params, &CallOptions::new().encrypt(false))?;
        let request = params.request(settings, &params.sign(settings, DOWNLOAD)?);
        request.map(|request| self.dressed(request)).map_err(|error| Error::encode(DOWNLOAD, error))
    }

    /// The download was answered.
    pub(super) fn on_download(&mut self, fetch: Fetch, response: &HttpResponse) {
        let now = self.now();
        let Fetch { flight, answer } = fetch;
        let serial = flight.serial().to_owned();
        let landed = match answer::downloaded_certificate(response) {
            Ok(pem) => flight.land(&pem, now),
            Err(why) => {
                flight.fail(now);
                Err(why)
            }
        };
        match landed {
            Ok(()) => self.on_response(answer),
            Err(why) => self.without_certificate(serial, why, answer),
        }
    }

    /// Decides on an answer whose certificate will not be asked for.
    pub(super) fn give_up(&mut self, fetch: Fetch, why: String) {
        let Fetch { flight, answer } = fetch;
        self.without_certificate(flight.serial().to_owned(), why, answer);
    }

    /// Decides on an answer whose certificate is not to be had.
    pub(super) fn without_certificate(&mut self, serial: String, why: String, answer: HttpResponse) {
        let trouble = AnswerError::UnknownCertificate { serial, why };
        let result = self.read(None, answer).map_err(|error| error.without_certificate(trouble));
        self.decide(result);
    }

    /// Whether another call may still be downloading the certificate: as long as this call would have for it.
    pub(super) fn may_wait(&mut self) -> bool {
        let download = self.options.timeout.unwrap_or(self.config.settings().timeout);
        let may = self.waited < download.saturating_add(MARGIN);
        self.waited = self.waited.saturating_add(PAUSE);
        may
    }
}
