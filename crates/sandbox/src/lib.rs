//! A local Alipay gateway: checks signatures, keeps vouchers, signs answers, sends notifications.
