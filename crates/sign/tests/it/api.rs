//! Promises of the types: nothing secret is shown, everything crosses threads, every signer has one face.

use std::sync::Arc;

use alipay_sign::h5::{H5Error, H5Link, UseModeLink};
use alipay_sign::{
    CertError, Certificate, ChainError, Charset, ContentCipher, ContentKey, ContentKeyError, DecodeError,
    DecryptError, EncodeError, EncryptError, FormError, KeyAlgorithm, KeyError, PrivateKey, PublicKey,
    Secret, SecretBytes, SignError, SignType, SignatureAlgorithm, Signer, VerifyError,
};

use crate::data::{private, public};

#[test]
fn public_types_cross_threads() {
    const fn crosses<T: Send + Sync + std::fmt::Debug + 'static>() {}
    crosses::<(PrivateKey, PublicKey, Secret, SignType, Charset, Arc<dyn Signer>)>();
    crosses::<(KeyAlgorithm, KeyError, SignError, VerifyError, EncodeError, DecodeError, FormError)>();
    crosses::<(H5Error, H5Link, UseModeLink)>();
    crosses::<(Certificate, SignatureAlgorithm, CertError, ChainError)>();
    crosses::<(ContentKey, ContentCipher, SecretBytes, ContentKeyError, DecryptError, EncryptError)>();
}

#[test]
fn debug_shows_no_byte_of_a_private_key() {
    let key = private("app_rsa2");
    let fingerprint = public("app_rsa2").fingerprint();
    assert_eq!(
        format!("{key:?}"),
        format!(r#"PrivateKey {{ bits: 2048, public_fingerprint: "{fingerprint}", .. }}"#)
    );
    assert_eq!(
        format!("{:?}", key.public_key()),
        format!(r#"PublicKey {{ bits: 2048, fingerprint: "{fingerprint}", .. }}"#)
    );
    let signer: Arc<dyn Signer> = Arc::new(key.clone());
    assert_eq!(format!("{signer:?}"), format!("{key:?}"));
    for secret in [key.to_pkcs8_pem(), key.to_pkcs8_base64(), key.to_pkcs1_base64()] {
        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(***) Secret(***)");
    }
}

#[test]
fn a_private_key_is_a_signer() {
    let signer: Arc<dyn Signer> = Arc::new(private("app_rsa2"));
    let signature = signer.sign(SignType::Rsa2, b"m").unwrap();
    signer.public_key().unwrap().verify(SignType::Rsa2, b"m", &signature).unwrap();
    assert_eq!(signer.public_key(), Some(public("app_rsa2")));
}

#[test]
fn a_foreign_signer_keeps_its_reason() {
    let error = SignError::other("slot 3 is locked");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "slot 3 is locked");
}
