//! An axum extractor for notifications.

use alipay_core::{Config, NOTIFY_REPLY, Notification};
use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::{StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

pub use crate::refused::Refused;
use crate::sign::MAX_FORM_BYTES;

/// A notification that was verified from the raw body, of 1 MiB at most. What is not believed is answered with status
/// 400 and `fail`, so that Alipay sends it again.
///
/// The state of the router must give a [`Config`]. Taking it once and comparing it with the order is up to the handler
/// ([`Notification::check`]); answer with [`Success`].
///
/// ```
/// use alipay_api::axum::{SignedNotification, Success};
/// use axum::Router;
/// use axum::routing::post;
///
/// async fn redeemed(SignedNotification(notification): SignedNotification) -> Success {
///     println!("{:?}", notification.notify_id());
///     Success
/// }
///
/// fn routes(config: alipay_api::Config) -> Router {
///     Router::new().route("/notify", post(redeemed)).with_state(config)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SignedNotification(pub Notification);

impl<S: Send + Sync> FromRequest<S> for SignedNotification
where
    Config: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let (head, body) = request.into_parts();
        let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let body = Limited::new(body, MAX_FORM_BYTES).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() { Refused::TooLarge } else { Refused::Broken }
        })?;
        let config = Config::from_ref(state);
        let verified = config.verify_notification(&body.to_bytes(), content_type);
        verified.map(Self).map_err(Refused::NotBelieved)
    }
}

/// The exact reply that ends the repetitions: `success`, status 200.
#[derive(Clone, Copy, Debug)]
pub struct Success;

impl IntoResponse for Success {
    fn into_response(self) -> Response {
        Response::new(Body::from(NOTIFY_REPLY))
    }
}

/// Tells whoever sent it nothing but `fail`.
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from("fail"));
        *response.status_mut() = StatusCode::BAD_REQUEST;
        response
    }
}
