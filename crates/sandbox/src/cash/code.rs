//! Business codes of cash vouchers. The documents list none, so these are the sandbox's own; do not branch on them in
//! programs that meet the real gateway.

/// No template has this id.
pub(super) const TEMPLATE_NOT_EXIST: &str = "TEMPLATE_NOT_EXIST";
/// The template is not in a state that allows it.
pub(super) const TEMPLATE_STATUS_INVALID: &str = "TEMPLATE_STATUS_INVALID";
/// The template is a draft: its budget is not paid.
pub(super) const TEMPLATE_NOT_ACTIVE: &str = "TEMPLATE_NOT_ACTIVE";
/// The template was deleted.
pub(super) const TEMPLATE_DELETED: &str = "TEMPLATE_DELETED";
/// The end of sending is over.
pub(super) const TEMPLATE_EXPIRED: &str = "TEMPLATE_EXPIRED";
/// The start of sending is still to come.
pub(super) const TEMPLATE_NOT_START: &str = "TEMPLATE_NOT_START";
/// Every voucher of the template was sent.
pub(super) const BUDGET_NOT_ENOUGH: &str = "BUDGET_NOT_ENOUGH";
/// `out_biz_no` was used with other parameters.
pub(super) const OUT_BIZ_NO_CONFLICT: &str = "OUT_BIZ_NO_CONFLICT";
/// `amount` is for red packets only.
pub(super) const AMOUNT_NOT_ALLOWED: &str = "AMOUNT_NOT_ALLOWED";
/// No voucher has this id.
pub(super) const VOUCHER_NOT_EXIST: &str = "VOUCHER_NOT_EXIST";
/// The voucher could never be used: its period ends before it would be sent.
pub(super) const VOUCHER_PERIOD_OVER: &str = "VOUCHER_PERIOD_OVER";
