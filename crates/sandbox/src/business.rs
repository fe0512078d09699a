//! From a checked call to the business that answers it.

use alipay_sign::Charset;

use crate::catalog::{Operation, Protocol};
use crate::multipart::File;
use crate::reply::{Fields, Reply};
use crate::state::Context;
use crate::{activity, cash, generic, upload};

/// A call whose signature and parameters hold.
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) fields: Fields,
    pub(crate) charset: Charset,
    /// Whether it came in certificate mode.
    pub(crate) by_certificate: bool,
    pub(crate) files: Vec<File>,
}

/// Answers one call. What has no business of its own here is answered from the examples of the specification.
pub(crate) fn run(context: &mut Context<'_>, call: &Call<'_>) -> Reply {
    let method = call.operation.method.as_str();
    upload::remember(context, call);
    if let Some(prepared) = context.state.script.next(method) {
        return prepared;
    }
    if upload::is_upload(call.operation) {
        return upload::answer(context, call);
    }
    match call.operation.protocol {
        Protocol::V2 => match method {
            "alipay.marketing.cashvoucher.template.create" => cash::create(context, call),
            "alipay.marketing.cashvoucher.template.modify" => cash::modify(context, call),
            "alipay.marketing.voucher.template.delete" => cash::delete(context, call),
            "alipay.marketing.voucher.templatedetail.query" => cash::template_detail(context, call),
            "alipay.marketing.voucher.templatelist.query" => cash::template_list(context, call),
            "alipay.marketing.voucher.send" => cash::send(context, call),
            "alipay.marketing.voucher.list.query" => cash::voucher_list(context, call),
            "alipay.marketing.voucher.query" => cash::voucher(context, call),
            "alipay.marketing.userule.pid.query" => cash::pids(call),
            "ant.merchant.expand.merchant.storelist.query" => cash::stores(call),
            _ => Ok(generic::answer(context.catalog, call)),
        },
        Protocol::V3 => match method.strip_prefix("alipay.marketing.activity.voucher.") {
            Some("create") => activity::create(context, call),
            Some("publish") => activity::publish(context, call),
            Some("send") => activity::send(context, call),
            Some("query") => activity::query(context, call),
            Some("append") => activity::append(context, call),
            Some("modify") => activity::modify(context, call),
            Some("stop") => activity::stop(context, call),
            _ => Ok(generic::answer(context.catalog, call)),
        },
    }
}
