//! Lists of templates and vouchers.

use serde_json::{Value, json};

use super::send::recipient;
use super::template::{Status, Template};
use crate::business::Call;
use crate::fields::Read as _;
use crate::paging::Page;
use crate::reply::{Fields, Reply};
use crate::state::Context;

pub(crate) fn template_list(context: &Context<'_>, call: &Call<'_>) -> Reply {
    let now = context.now;
    let (from, until) = (call.fields.time("create_start_time"), call.fields.time("create_end_time"));
    let wanted: Vec<&Template> = context
        .state
        .cash
        .templates
        .values()
        .filter(|template| template.status(now) != Status::Deleted)
        .filter(|template| from.is_none_or(|from| template.created >= from))
        .filter(|template| until.is_none_or(|until| template.created <= until))
        .collect();
    let page = Page::of(&call.fields, wanted.len());
    let items: Vec<Value> = page
        .items(&wanted)
        .map(|template| {
            json!({
                "template_id": template.id,
                "voucher_name": template.name,
                "publish_start_time": template.publish_start.to_string(),
                "publish_end_time": template.publish_end.to_string(),
                "status": template.status(now).as_str(),
                "create_time": template.created.to_string(),
                "activate_time": template.activated.map(|time| time.to_string()).unwrap_or_default(),
            })
        })
        .collect();
    Ok(Fields::from_iter([
        ("total_pages".to_owned(), page.pages().into()),
        ("current_page".to_owned(), page.number.into()),
        ("items_per_page".to_owned(), page.size.into()),
        ("total_items".to_owned(), wanted.len().into()),
        ("voucher_templates".to_owned(), items.into()),
    ]))
}

pub(crate) fn voucher_list(context: &Context<'_>, call: &Call<'_>) -> Reply {
    let (cash, now) = (&context.state.cash, context.now);
    let template = cash.template(&call.fields.text("template_id").unwrap_or_default())?;
    let (user_id, _) = recipient(&call.fields)?;
    let vouchers: Vec<Value> = cash
        .sent_from(&template.id)
        .filter(|voucher| voucher.user_id == user_id)
        .map(|voucher| {
            let status = if voucher.status(now) == "ENABLED" { "ENABLED" } else { "DISABLED" };
            json!({
                "template_id": voucher.template_id,
                "voucher_id": voucher.id,
                "status": status,
                "send_time": voucher.sent.to_string(),
            })
        })
        .collect();
    Ok(Fields::from_iter([("vouchers".to_owned(), vouchers.into())]))
}
