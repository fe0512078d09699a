//! How long the HTTP library is told to wait, seen from its resolver: no name resolves slowly on demand.

use std::sync::Mutex;

use alipay_core::http::Verb;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::*;

/// Knows no name, and remembers how much time it was given.
#[derive(Clone, Debug, Default)]
struct Nameless(Arc<Mutex<Option<NextTimeout>>>);

impl Resolver for Nameless {
    fn resolve(&self, _: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        *self.0.lock().unwrap() = Some(timeout);
        Err(ureq::Error::Timeout(timeout.reason))
    }
}

/// The time that a request leaves for its name to resolve, and what came of it.
fn resolving(timeout: Duration, idle_timeout: Option<Duration>) -> (NextTimeout, SendFailure) {
    let names = Nameless::default();
    let agent = Agent::with_parts(UreqTransport::config(None), DefaultConnector::new(), names.clone());
    let mut request = HttpRequest::new(Verb::Get, "http://gateway.invalid/");
    (request.timeout, request.idle_timeout) = (timeout, idle_timeout);
    let failure = UreqTransport { agent }.open(&request).unwrap_err();
    (names.0.lock().unwrap().take().unwrap(), failure)
}

#[test]
fn a_name_has_the_time_of_the_request_to_resolve() {
    let (given, _) = resolving(Duration::from_secs(7), None);
    assert_eq!(given.reason, Timeout::Global);
    assert!(*given.after > Duration::ZERO && *given.after <= Duration::from_secs(7), "{given:?}");
}

#[test]
fn a_name_has_the_time_until_events_begin_to_resolve_and_nothing_was_sent() {
    let (given, failure) = resolving(Duration::from_secs(7), Some(Duration::from_secs(60)));
    assert_eq!(given.reason, Timeout::Resolve);
    assert!(*given.after > Duration::ZERO && *given.after <= Duration::from_secs(7), "{given:?}");
    assert_eq!((failure.sent(), failure.kind()), (Sent::No, SendFailureKind::Connect));
}

#[test]
fn no_time_is_too_long_to_be_told() {
    for idle_timeout in [None, Some(Duration::MAX)] {
        let (given, _) = resolving(Duration::MAX, idle_timeout);
        assert!(*given.after <= LONGEST && *given.after > LONGEST / 2, "{given:?}");
    }
}
