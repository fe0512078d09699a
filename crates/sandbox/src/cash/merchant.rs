//! The merchant behind the application: partner ids and stores.

use serde_json::{Value, json};

use crate::builder::{COGNATE_PID, PID};
use crate::business::Call;
use crate::fields::Read as _;
use crate::paging::Page;
use crate::reply::{Fields, Refusal, Reply};

/// Stores of the two partner ids: enough for more than one page.
const STORES: [(&str, u32); 2] = [(PID, 32), (COGNATE_PID, 13)];

pub(crate) fn pids(call: &Call<'_>) -> Reply {
    let pid = call.fields.text("pid").unwrap_or_default();
    if pid != PID {
        return Err(Refusal::Permission(format!("pid 必须与当前AppID所属的合作伙伴ID一致 ({PID})")));
    }
    let pids = format!("{PID},{COGNATE_PID}");
    Ok(Fields::from_iter([("pids".to_owned(), Value::from(pids))]))
}

pub(crate) fn stores(call: &Call<'_>) -> Reply {
    let all = call.fields.text("is_include_cognate").as_deref() == Some("true");
    let pid = call.fields.text("pid");
    if let Some(pid) = pid.as_deref().filter(|pid| !STORES.iter().any(|(ours, _)| ours == pid)) {
        return Err(Refusal::Permission(format!(
            "pid {} 不属于当前商户",
            pid.chars().take(32).collect::<String>()
        )));
    }
    let wanted = |owner: &str| match &pid {
        Some(pid) => pid == owner,
        None => all || owner == PID,
    };
    let stores: Vec<Value> = STORES
        .iter()
        .filter(|(owner, _)| wanted(owner))
        .flat_map(|(owner, count)| (1..=*count).map(|number| store(owner, number)))
        .collect();
    let page = Page::of(&call.fields, stores.len());
    let items: Vec<Value> = page.items(&stores).cloned().collect();
    Ok(Fields::from_iter([
        ("total_pages".to_owned(), page.pages().into()),
        ("page_num".to_owned(), page.number.into()),
        ("page_size".to_owned(), page.size.into()),
        ("total_size".to_owned(), stores.len().into()),
        ("merchant_stores".to_owned(), items.into()),
    ]))
}

fn store(pid: &str, number: u32) -> Value {
    let series = pid.get(14..).unwrap_or_default();
    json!({
        "pid": pid,
        "shop_id": format!("20150427000770000000{series}{number:06}"),
        "store_id": format!("{series}{number:04}"),
        "name": format!("沙箱门店{number}号店"),
        "address": format!("四川省成都市锦江区春熙路{number}号"),
        "shop_type": "COMMON",
        "longitude": format!("104.08{number:04}"),
        "latitude": "30.657689",
    })
}
