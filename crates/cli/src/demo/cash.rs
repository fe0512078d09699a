//! The life of a cash voucher (v2): drafted, paid, sent, used, refunded; and what is around it.

mod after;
mod before;
mod holder;

use super::stage::Life;
use super::step::Stopped;

/// The user who gets the voucher.
const USER: &str = "2088302001456115";
/// Page that the use button opens.
const USE_PAGE: &str = "https://www.example.com/use-voucher";
/// Fen that a voucher takes off.
const FACE: alipay_api::Money = alipay_api::Money::from_fen(880);
/// Vouchers of the template.
const QUANTITY: i64 = 2;

/// From the draft to the refund.
pub(super) async fn live(life: &mut Life<'_>) -> Result<(), Stopped> {
    let template = before::draft(life).await?;
    before::pay(life, &template).await?;
    let voucher_id = holder::send(life, &template.template_id).await?;
    holder::use_up(life, &template.template_id, &voucher_id).await?;
    holder::refund(life, &voucher_id).await?;
    after::spend_budget(life, &template.template_id).await?;
    after::change(life, &template).await?;
    after::look_around(life, &template.template_id).await
}
