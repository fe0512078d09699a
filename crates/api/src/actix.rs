//! An actix-web extractor for notifications.

use std::future::Future;
use std::pin::Pin;

use actix_web::body::{BodyStream, to_bytes_limited};
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, ResponseError};
use alipay_core::{Config, NOTIFY_REPLY, Notification};

pub use crate::refused::Refused;
use crate::sign::MAX_FORM_BYTES;

/// A notification that was verified from the raw body, of 1 MiB at most. What is not believed is answered with status
/// 400 and `fail`, so that Alipay sends it again.
///
/// The application must hold a [`Config`] as `web::Data`. Taking it once and comparing it with the order is up to the
/// handler ([`Notification::check`]); answer with [`Success`].
///
/// ```
/// use actix_web::web;
/// use alipay_api::actix::{SignedNotification, Success};
///
/// async fn redeemed(notification: SignedNotification) -> Success {
///     println!("{:?}", notification.0.notify_id());
///     Success
/// }
///
/// fn routes(config: alipay_api::Config) -> impl FnOnce(&mut web::ServiceConfig) {
///     move |app| {
///         app.app_data(web::Data::new(config)).route("/notify", web::post().to(redeemed));
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SignedNotification(pub Notification);

impl FromRequest for SignedNotification {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refused>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let config = request.app_data::<Data<Config>>().cloned();
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = BodyStream::new(payload.take());
        Box::pin(async move {
            let config = config.ok_or(Refused::NoConfig)?;
            let body = to_bytes_limited(body, MAX_FORM_BYTES).await.map_err(|_| Refused::TooLarge)?;
            let body = body.map_err(|_| Refused::Broken)?;
            let verified = config.verify_notification(&body, content_type.as_deref());
            verified.map(Self).map_err(Refused::NotBelieved)
        })
    }
}

/// The exact reply that ends the repetitions: `success`, status 200.
#[derive(Clone, Copy, Debug)]
pub struct Success;

impl Responder for Success {
    type Body = &'static str;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<&'static str> {
        HttpResponse::with_body(StatusCode::OK, NOTIFY_REPLY)
    }
}

/// Tells whoever sent it nothing but `fail`.
impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NoConfig => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Broken | Self::NotBelieved(_) | Self::TooLarge => StatusCode::BAD_REQUEST,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).body("fail")
    }
}
