//! Cash vouchers (v2): templates, the vouchers sent from them, and what users do with those.

mod code;
mod detail;
mod list;
mod merchant;
mod period;
mod phone;
mod send;
mod template;
mod use_mode;
mod voucher;
mod write;

use std::collections::{BTreeMap, HashMap};

use alipay_core::DateTime;

pub(crate) use self::detail::{template_detail, voucher};
pub(crate) use self::list::{template_list, voucher_list};
pub(crate) use self::merchant::{pids, stores};
pub(crate) use self::phone::{pay, redeem, refund, use_link};
pub(crate) use self::send::{recipient, send};
use self::template::Template;
pub use self::voucher::Bill;
use self::voucher::Voucher;
pub(crate) use self::write::{create, delete, modify};
use crate::reply::Refusal;

/// Templates and vouchers by id. Ids grow, so the order is that of creation.
#[derive(Debug, Default)]
pub(crate) struct CashVouchers {
    pub(crate) templates: BTreeMap<String, Template>,
    pub(crate) vouchers: BTreeMap<String, Voucher>,
    /// Template by the `out_biz_no` of its creation.
    creations: HashMap<String, String>,
}

impl CashVouchers {
    fn template(&self, id: &str) -> Result<&Template, Refusal> {
        self.templates.get(id).ok_or_else(|| unknown_template(id))
    }

    fn template_mut(&mut self, id: &str) -> Result<&mut Template, Refusal> {
        self.templates.get_mut(id).ok_or_else(|| unknown_template(id))
    }

    fn sent_from<'a>(&'a self, template_id: &'a str) -> impl Iterator<Item = &'a Voucher> {
        self.vouchers.values().filter(move |voucher| voucher.template_id == template_id)
    }

    /// Templates and vouchers in short, for people.
    pub(crate) fn overview(&self, now: DateTime) -> (Vec<serde_json::Value>, Vec<serde_json::Value>) {
        let templates = self.templates.values().map(|template| template.overview(now)).collect();
        let vouchers = self.vouchers.values().map(|voucher| voucher.overview(now)).collect();
        (templates, vouchers)
    }
}

fn unknown_template(id: &str) -> Refusal {
    Refusal::business(
        code::TEMPLATE_NOT_EXIST,
        format!("券模板不存在: {}", id.chars().take(64).collect::<String>()),
    )
}
