//! Messages about activities (protocol-v3 §8.2). What they hold beside `id`, `activity_id` and `event_time` is not
//! documented for most topics.

use serde_json::Value;

use crate::catalog::Protocol;
use crate::outbox::activity_message;
use crate::reply::Fields;
use crate::state::Context;

impl Context<'_> {
    /// Posts a message about an activity.
    pub(super) fn tell(&mut self, topic: &str, activity_id: &str, news: Vec<(&str, String)>) {
        let id = format!("ACTIVITYMSG_{}", self.id("0008260015"));
        let common = [
            ("id", id),
            ("activity_id", activity_id.to_owned()),
            ("event_time", self.now_millis.to_string()),
        ];
        let content: Fields = common
            .into_iter()
            .chain(news)
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect();
        let notify_id = self.nonce();
        let topic = format!("alipay.marketing.activity.message.{topic}");
        let activity = self.state.activities.activities.get(activity_id);
        let by_certificate = activity.is_some_and(|activity| activity.by_certificate);
        let seal = self.state.seal(self.settings, Protocol::V3, by_certificate);
        let draft = activity_message(self.settings, &seal, notify_id, self.now_millis, &topic, content);
        let url = self.state.message_url.clone();
        self.state.outbox.post(draft, url.as_deref(), self.now, self.now_millis);
    }

    /// Lets happen what time alone brings about: vouchers expire, and their merchants are told.
    pub(crate) fn settle(&mut self) {
        let now = self.now;
        let activities = &mut self.state.activities;
        let mut expired = Vec::new();
        for voucher in activities.vouchers.values_mut().filter(|voucher| !voucher.expiry_told) {
            let activity = activities.activities.get(&voucher.activity_id);
            let expiry = activity.and_then(|activity| activity.config.expiry(voucher.received));
            if voucher.trade_no.is_none() && expiry.is_some_and(|expiry| now > expiry) {
                voucher.expiry_told = true;
                expired.push((
                    voucher.activity_id.clone(),
                    voucher.id.clone(),
                    match &voucher.open_id {
                        Some(open_id) => ("open_id", open_id.clone()),
                        None => ("user_id", voucher.user_id.clone()),
                    },
                ));
            }
        }
        for (activity_id, voucher_id, holder) in expired {
            self.tell("expired", &activity_id, vec![("voucher_id", voucher_id), holder]);
        }
    }
}
