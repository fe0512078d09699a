//! Notifications on their way out, without a socket: what is due, what came of it, and when to try again.

mod address;
mod message;

use std::time::Duration;

use alipay_core::http::{HttpRequest, HttpResponse, SendFailure};
use alipay_core::{DateTime, NOTIFY_REPLY};

pub(crate) use self::address::is_address;
pub(crate) use self::message::{activity_message, cash_notification};
use crate::state::REMEMBERED;

/// Pauses between deliveries, as Alipay documents them: 8 deliveries in about 25 hours.
const PAUSES: [Duration; 7] = {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    [
        Duration::from_secs(4 * MINUTE),
        Duration::from_secs(10 * MINUTE),
        Duration::from_secs(10 * MINUTE),
        Duration::from_secs(HOUR),
        Duration::from_secs(2 * HOUR),
        Duration::from_secs(6 * HOUR),
        Duration::from_secs(15 * HOUR),
    ]
};

/// A notification to deliver now.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PendingNotification {
    /// Its number in the outbox, for [`Sandbox::notification_result`](crate::Sandbox::notification_result).
    pub id: u64,
    /// Whether its address is a loopback address. The server delivers no others.
    pub to_this_machine: bool,
    /// What to post. The same bytes each time.
    pub request: HttpRequest,
}

/// A notification or message of the sandbox, with all that became of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OutboxEntry {
    /// Its number.
    pub id: u64,
    /// The `notify_id` that each delivery carries.
    pub notify_id: String,
    /// The topic of a message (`alipay.marketing.activity.message.created`), or `notify_type` of a notification.
    pub topic: String,
    /// Where it goes; `None` where no address was configured.
    pub url: Option<String>,
    /// When it came to be.
    pub created: DateTime,
    /// The parameters of the form, `sign` among them.
    pub fields: Vec<(String, String)>,
    /// How things stand.
    pub delivery: Delivery,
    /// Every delivery so far.
    pub attempts: Vec<Attempt>,
}

/// How things stand with an [`OutboxEntry`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Delivery {
    /// It will be sent at this time.
    Waiting {
        /// By the clock of the sandbox.
        due: DateTime,
    },
    /// It was handed out, and nobody has said what came of it.
    UnderWay,
    /// The receiver replied `success`.
    Taken,
    /// The receiver never replied `success`; it is not sent again.
    GivenUp,
    /// It is not sent: there is no address, or the address is not on this machine.
    Held,
}

/// One delivery of a notification.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Attempt {
    /// By the clock of the sandbox.
    pub at: DateTime,
    /// HTTP status and the beginning of the reply, or why there was none.
    pub reply: String,
}

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    items: Vec<Item>,
    /// The number of the newest.
    last: u64,
}

#[derive(Debug)]
struct Item {
    entry: OutboxEntry,
    request: Option<HttpRequest>,
    due_millis: i64,
}

/// A signed form that has not been sent yet.
pub(crate) struct Draft {
    pub(crate) notify_id: String,
    pub(crate) topic: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Outbox {
    /// Takes a notification in. Without an address it stays here.
    pub(crate) fn post(&mut self, draft: Draft, url: Option<&str>, now: DateTime, now_millis: i64) -> u64 {
        if self.items.len() >= REMEMBERED {
            let is_finished =
                |item: &Item| !matches!(item.entry.delivery, Delivery::Waiting { .. } | Delivery::UnderWay);
            self.items.iter().position(is_finished).map(|oldest| self.items.remove(oldest));
        }
        self.last += 1;
        let id = self.last;
        let request = url.map(|url| {
            let mut request = HttpRequest::new(alipay_core::http::Verb::Post, url);
            request.headers = vec![("content-type".into(), draft.content_type)];
            request.body = draft.body;
            request.max_body = 64 * 1024;
            request
        });
        let delivery = if request.is_some() { Delivery::Waiting { due: now } } else { Delivery::Held };
        let entry = OutboxEntry {
            id,
            notify_id: draft.notify_id,
            topic: draft.topic,
            url: url.map(str::to_owned),
            created: now,
            fields: draft.fields,
            delivery,
            attempts: Vec::new(),
        };
        self.items.push(Item { entry, request, due_millis: now_millis });
        id
    }

    pub(crate) fn due(&mut self, now_millis: i64) -> Vec<PendingNotification> {
        let due = self.items.iter_mut().filter(|item| {
            matches!(item.entry.delivery, Delivery::Waiting { .. }) && item.due_millis <= now_millis
        });
        due.filter_map(|item| {
            let request = item.request.clone()?;
            item.entry.delivery = Delivery::UnderWay;
            let to_this_machine = address::is_loopback(&request.url);
            Some(PendingNotification { id: item.entry.id, to_this_machine, request })
        })
        .collect()
    }

    pub(crate) fn result(
        &mut self,
        id: u64,
        now: DateTime,
        now_millis: i64,
        result: &Result<HttpResponse, SendFailure>,
    ) {
        let Some(item) = self.under_way(id) else { return };
        let (taken, reply) = match result {
            Ok(response) => {
                let taken = response.status() == 200 && response.body() == NOTIFY_REPLY.as_bytes();
                let start = response.body().get(..80).unwrap_or(response.body());
                (taken, format!("{} {}", response.status(), String::from_utf8_lossy(start)))
            }
            Err(failure) => (false, failure.to_string()),
        };
        item.entry.attempts.push(Attempt { at: now, reply });
        let pause = PAUSES.get(item.entry.attempts.len().saturating_sub(1)).filter(|_| !taken);
        item.entry.delivery = match pause {
            Some(pause) => {
                let seconds = i64::try_from(pause.as_secs()).unwrap_or(i64::MAX);
                item.due_millis = now_millis.saturating_add(seconds.saturating_mul(1000));
                Delivery::Waiting { due: now.plus_seconds(seconds).unwrap_or(now) }
            }
            None if taken => Delivery::Taken,
            None => Delivery::GivenUp,
        };
    }

    pub(crate) fn hold(&mut self, id: u64) {
        if let Some(item) = self.under_way(id) {
            item.entry.delivery = Delivery::Held;
        }
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &OutboxEntry> {
        self.items.iter().map(|item| &item.entry)
    }

    fn under_way(&mut self, id: u64) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.entry.id == id && item.entry.delivery == Delivery::UnderWay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_the_oldest_that_is_finished_is_forgotten() {
        let now: DateTime = "2026-01-05 08:00:00".parse().unwrap();
        let draft = || Draft {
            notify_id: String::new(),
            topic: String::new(),
            fields: Vec::new(),
            content_type: String::new(),
            body: Vec::new(),
        };
        let mut outbox = Outbox::default();
        outbox.post(draft(), Some("http://127.0.0.1:9/"), now, 0);
        for _ in 0..REMEMBERED {
            outbox.post(draft(), None, now, 0);
        }
        assert_eq!(outbox.entries().count(), REMEMBERED);
        let ids: Vec<u64> = outbox.entries().take(2).map(|entry| entry.id).collect();
        assert_eq!(ids, [1, 3], "the first still waits, the second is held for ever");
        assert_eq!(outbox.post(draft(), None, now, 0), REMEMBERED as u64 + 2, "no number is given out twice");
    }
}
