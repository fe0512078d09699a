//! What a request says about certificates, and whether that fits.

use super::TrustMode;
use crate::catalog::Protocol;
use crate::state::Context;

/// The certificates that a request names.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    /// `app_cert_sn`
    pub(crate) app: Option<&'a str>,
    /// `alipay_root_cert_sn`
    pub(crate) roots: Option<&'a str>,
}

/// Why a request cannot be answered: a code without the prefix that v2 puts in front, and a message. Nobody knows
/// whose certificate to answer with, so the answer is not signed.
pub(crate) struct Unfit {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// Passes a request that names what the trust mode of the sandbox asks for. v3 clients need not name the roots:
/// several official ones do not (protocol-v3 §6.1).
pub(crate) fn check(context: &Context<'_>, protocol: Protocol, named: Named<'_>) -> Result<(), Unfit> {
    let unfit = |code, message: &str| Err(Unfit { code, message: message.to_owned() });
    let Some(certificates) = context.state.certificates(protocol) else {
        return match named.app {
            Some(_) => unfit("app-cert-not-exist", "应用没有上传应用公钥证书, 沙箱处于公钥模式"),
            None => Ok(()),
        };
    };
    match named.app {
        None if context.settings.trust_mode == TrustMode::Either => return Ok(()),
        None => return unfit("missing-app-cert-sn", "缺少应用公钥证书序列号 app_cert_sn"),
        Some(serial) if serial != certificates.app_serial() => {
            let known = certificates.app_serial();
            let message = format!("应用公钥证书不存在: {}, 应用的证书序列号是 {known}", short(serial));
            return Err(Unfit { code: "app-cert-not-exist", message });
        }
        Some(_) => {}
    }
    match named.roots {
        None if protocol == Protocol::V2 => {
            unfit("missing-alipay-root-cert-sn", "缺少支付宝根证书序列号 alipay_root_cert_sn")
        }
        Some(serial) if serial != certificates.root_serial() => {
            let known = certificates.root_serial();
            let message = format!("支付宝根证书序列号不正确: {}, 应为 {known}", short(serial));
            Err(Unfit { code: "invalid-alipay-root-cert-sn", message })
        }
        _ => Ok(()),
    }
}

fn short(serial: &str) -> String {
    serial.chars().take(64).collect()
}
