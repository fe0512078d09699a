//! Sign type SM2: v2 with SM2 keys and certificates, v3 with the RSA2 ones beside them.

use alipay_core::sign::SignType;
use alipay_sandbox::{BuildError, Sandbox};

use crate::world::keys;

/// Whether it is built with the feature or without, the sandbox says which.
#[test]
fn a_key_of_another_algorithm_than_the_sign_type_is_refused() {
    let refusal = |sign_type: SignType| {
        let given = Sandbox::builder().alipay_private_key(keys().1.to_pkcs8_pem().expose());
        given.sign_type(sign_type).build().err()
    };
    assert!(refusal(SignType::Rsa).is_none() && refusal(SignType::Rsa2).is_none());
    let error = refusal(SignType::Sm2).unwrap();
    let (field, says) = match cfg!(feature = "sm2") {
        true => ("alipay_private_key", "a key for RSA, but the sign type is SM2"),
        false => ("sign_type", "needs the cargo feature `sm2`"),
    };
    assert!(matches!(&error, BuildError::Setting { field: seen, .. } if *seen == field), "{error}");
    assert!(error.to_string().contains(says), "{error}");
}

#[cfg(feature = "sm2")]
mod with_the_feature {
    use std::sync::Arc;

    use alipay_core::RawOperation;
    use alipay_core::sign::h5::{self, UseModeLink};
    use alipay_core::sign::{
        Certificate, KeyAlgorithm, PrivateKey, SignatureAlgorithm, check_alipay_subject,
        root_serial_number_for, verify_chain,
    };
    use alipay_sandbox::{SandboxBuilder, TrustMode};
    use serde_json::{Value, json};

    use super::*;
    use crate::world::{START, Standing, World, client};
    use crate::{activity, cash};

    fn builder(mode: TrustMode) -> SandboxBuilder {
        Sandbox::builder().clock(Arc::new(Standing)).sign_type(SignType::Sm2).trust_mode(mode)
    }

    /// The client of v2, with SM2, and that of v3, with RSA2.
    fn worlds(mode: TrustMode) -> (World, World) {
        let sandbox = builder(mode).build().unwrap();
        let ours = |key: Option<&PrivateKey>| key.unwrap().clone();
        let gateway = client(
            &sandbox,
            &ours(sandbox.app_private_key()),
            &sandbox.alipay_public_key(),
            sandbox.certificates(),
        );
        let rest = client(
            &sandbox,
            &ours(sandbox.rest_app_private_key()),
            &sandbox.rest_alipay_public_key(),
            sandbox.rest_certificates(),
        );
        let gateway = gateway.sign_type(SignType::Sm2).build().unwrap();
        let rest = rest.build().unwrap();
        (World { sandbox: sandbox.clone(), config: gateway }, World { sandbox, config: rest })
    }

    #[test]
    fn both_vouchers_live_their_lives_with_keys_and_with_certificates() {
        for mode in [TrustMode::Keys, TrustMode::Certificates] {
            let (gateway, rest) = worlds(mode);
            assert_eq!(gateway.sandbox.alipay_public_key().algorithm(), KeyAlgorithm::Sm2);
            assert_eq!(rest.sandbox.rest_alipay_public_key().algorithm(), KeyAlgorithm::Rsa);
            cash::live(&gateway);
            let signed = gateway.sandbox.control().outbox()[0].fields.clone();
            assert!(signed.contains(&("sign_type".to_owned(), "SM2".to_owned())), "{signed:?}");
            let body = gateway.sandbox.due_notifications().remove(0).request.body;
            gateway.config.verify_notification(&body, None).unwrap();
            assert!(rest.config.verify_notification(&body, None).is_err());
        }
        for mode in [TrustMode::Keys, TrustMode::Certificates] {
            let (gateway, rest) = worlds(mode);
            rest.sandbox.control().set_message_url(Some("http://127.0.0.1:9/messages"));
            activity::live(&rest);
            for message in rest.sandbox.due_notifications() {
                rest.config.verify_notification(&message.request.body, None).unwrap();
                assert!(gateway.config.verify_notification(&message.request.body, None).is_err());
            }
        }
    }

    #[test]
    fn the_chain_is_one_of_sm2_and_the_roots_are_counted_so() {
        let (gateway, _) = worlds(TrustMode::Either);
        let files = gateway.sandbox.certificates().unwrap();
        let parse = |text: &str| Certificate::parse_bundle(text).unwrap();
        let (alipay, roots, app) = (parse(&files.alipay), parse(&files.roots), parse(&files.app));
        verify_chain(&alipay, &roots, START / 1000).unwrap();
        check_alipay_subject(&alipay[0], Some("支付宝(中国)网络技术有限公司-")).unwrap();
        let issuer = parse(&files.app_issuer.unwrap());
        verify_chain(&[app[0].clone(), issuer[0].clone()], &roots, START / 1000).unwrap();
        for certificate in alipay.iter().chain(&app).chain(&roots[1..]) {
            assert_eq!(*certificate.signature_algorithm(), SignatureAlgorithm::Sm2Sm3);
            assert_eq!(certificate.public_key().unwrap().algorithm(), KeyAlgorithm::Sm2);
        }
        let counted = root_serial_number_for(SignType::Sm2, &files.roots).unwrap();
        assert_eq!(counted, roots[1].serial_number());
        assert_ne!(gateway.sandbox.rest_certificates().unwrap().roots, files.roots);
    }

    #[test]
    fn after_a_rotation_the_new_sm2_certificate_is_downloaded() {
        let (gateway, rest) = worlds(TrustMode::Certificates);
        let before = gateway.sandbox.rest_certificates();
        gateway.sandbox.control().rotate_certificate().unwrap();
        let id = gateway.active_template("T1", json!({}));
        gateway.send(&id, "S1");
        assert_eq!(gateway.config.alipay_public_keys().len(), 2);
        assert_eq!(rest.sandbox.rest_certificates(), before, "v3 keeps its own");
        activity::live(&rest);

        let told = gateway.get("http://127.0.0.1/control/certificates");
        let told: Value = serde_json::from_slice(told.body()).unwrap();
        assert_eq!(told["alipay"], json!(gateway.sandbox.certificates().unwrap().alipay));
        assert_eq!(told["v3"]["alipay"], json!(before.unwrap().alipay));
    }

    #[test]
    fn a_link_is_signed_as_the_template_says() {
        let (gateway, rest) = worlds(TrustMode::Keys);
        for (number, (sign_type, config)) in
            [(SignType::Sm2, &gateway.config), (SignType::Rsa2, &rest.config)].into_iter().enumerate()
        {
            let data = json!({"url": "https://www.example.com/use", "signType": sign_type.as_str()});
            let info = json!({"useMode": "H5", "useModeData": data}).to_string();
            let id = gateway.active_template(&format!("T{number}"), json!({"extension_info": info}));
            let url = gateway.sandbox.control().use_link(&gateway.send(&id, "S1")).unwrap();
            let link = UseModeLink::new().with_sign_type(Some(sign_type));
            assert!(h5::verify(&url, &link, config.alipay_public_key()).unwrap().is_signed());
        }
    }

    #[test]
    fn another_sign_type_than_the_agreed_one_is_refused() {
        let (_, rest) = worlds(TrustMode::Keys);
        let operation =
            RawOperation::gateway("alipay.marketing.voucher.query").biz_content(json!({"voucher_id": "V"}));
        let body = rest.sandbox.handle(&rest.request(operation)).body().to_vec();
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains("isv.invalid-signature-type") && body.contains("SM2"), "{body}");
        assert_eq!(rest.sandbox.control().state()["sign_type"], "SM2");
    }
}
