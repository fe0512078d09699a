//! The keys of the application and of Alipay, for each protocol.

use alipay_sign::{KeyAlgorithm, PrivateKey, PublicKey, SignType};

use crate::error::BuildError;

/// The keys of both sides in one protocol.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) app: PublicKey,
    /// The private half, where the sandbox generated it.
    pub(crate) app_private: Option<PrivateKey>,
    /// Of public-key mode; the first certificate has the same.
    pub(crate) alipay: PrivateKey,
}

impl Keys {
    /// For one sign type, of the keys that were given; the others are generated.
    pub(crate) fn new(
        sign_type: SignType,
        app: Option<PublicKey>,
        alipay: Option<PrivateKey>,
    ) -> Result<Self, BuildError> {
        let algorithm = sign_type.key_algorithm();
        let given = [
            ("app_public_key", app.as_ref().map(PublicKey::algorithm)),
            ("alipay_private_key", alipay.as_ref().map(PrivateKey::algorithm)),
        ];
        for (field, seen) in given.into_iter().filter_map(|(field, seen)| Some((field, seen?))) {
            if seen != algorithm {
                let what = format!(
                    "a key for {seen}, but the sign type is {sign_type}; give the key that belongs to it"
                );
                return Err(BuildError::Setting { field, what });
            }
        }
        let alipay = alipay.map_or_else(|| generate(algorithm), Ok)?;
        if algorithm == KeyAlgorithm::Rsa && alipay.bits() < 2048 {
            let what = format!("it has {} bits; RSA2, which v3 always uses, needs 2048", alipay.bits());
            return Err(BuildError::Setting { field: "alipay_private_key", what });
        }
        let (app, app_private) = match app {
            Some(key) => (key, None),
            None => {
                let key = generate(algorithm)?;
                (key.public_key(), Some(key))
            }
        };
        if app == alipay.public_key() {
            return Err(BuildError::SameKey);
        }
        Ok(Self { app, app_private, alipay })
    }
}

/// A new key.
pub(crate) fn generate(algorithm: KeyAlgorithm) -> Result<PrivateKey, BuildError> {
    let key = match algorithm {
        #[cfg(feature = "sm2")]
        KeyAlgorithm::Sm2 => PrivateKey::generate_sm2(),
        _ => PrivateKey::generate(2048),
    };
    key.map_err(BuildError::Generate)
}
