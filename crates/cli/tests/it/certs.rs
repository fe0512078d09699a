//! `alipay cert`: serial numbers, contents, chains.

use alipay_api::sign::{Certificate, root_serial_number};
use serde_json::{Value, json};

use crate::command::{alipay, run, run_with_stdin};
use crate::gateway::Gateway;

#[test]
fn serial_numbers_are_printed_alone() {
    let gateway = Gateway::with_certificates();
    let files = gateway.sandbox.certificates().unwrap();
    let done = run_with_stdin(alipay(&["cert", "sn", "-"]), &files.alipay);
    assert_eq!(
        (done.code, done.out.trim(), done.err.as_str()),
        (0, files.alipay_serial.as_str(), ""),
        "{done:?}"
    );
    let roots = gateway.path("roots.crt");
    let told = run(alipay(&["cert", "sn", "--root", &roots, "--json"])).answer();
    assert_eq!(told["sn"], root_serial_number(&files.roots).unwrap());
    assert_eq!(told["certificates"], Certificate::parse_bundle(&files.roots).unwrap().len());
    let slip = run(alipay(&["cert", "sn", &roots]));
    assert!(slip.code == 0 && slip.err.contains("--root"), "{slip:?}");
    let done = run(alipay(&["cert", "sn", "--root", &gateway.path("app.crt")]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("self-signed"), "{done:?}");
    let both = gateway.folder.file("both.crt", &format!("{}{}", files.roots, files.app));
    let done = run(alipay(&["cert", "sn", "--root", &both]));
    assert!(done.code == 0 && done.err.contains("1 of the certificates are no roots"), "{done:?}");
    let done = run(alipay(&["cert", "sn", &gateway.path("app_private.pem")]));
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{done:?}");
    assert!(done.err.contains("is a key") && !done.err.contains("BEGIN"), "{done:?}");
}

#[test]
fn a_certificate_is_shown_with_key_and_dates() {
    let gateway = Gateway::with_certificates();
    let ours = gateway.sandbox.app_private_key().unwrap().public_key();
    let told = run(alipay(&["cert", "inspect", &gateway.path("app.crt"), "--json"])).answer();
    let certificate = &told["certificates"][0];
    assert_eq!(certificate["fingerprint"], ours.fingerprint());
    assert!(certificate["subject"].as_str().unwrap().contains(gateway.sandbox.app_id()), "{told}");
    assert_eq!(
        (&certificate["valid"], &certificate["bits"], &told["chain"]),
        (&json!(true), &json!(2048), &Value::Null)
    );
    let roots = run(alipay(&["cert", "inspect", &gateway.path("roots.crt"), "--json"])).answer();
    let keys: Vec<_> =
        roots["certificates"].as_array().unwrap().iter().map(|root| root["key_error"].is_string()).collect();
    assert!(keys.contains(&true) && keys.contains(&false), "one root has an elliptic curve: {roots}");
    let shown = run(alipay(&["cert", "inspect", &gateway.path("app.crt")]));
    for word in ["issuer", "SN", "2048 bits", "was not checked"] {
        assert!(shown.out.contains(word), "{word}: {}", shown.out);
    }
}

#[test]
fn a_chain_holds_below_its_root_and_in_its_time() {
    let gateway = Gateway::with_certificates();
    let (alipay_crt, roots) = (gateway.path("alipay.crt"), gateway.path("roots.crt"));
    let inspect = |root: &str, at: &str| {
        let done = run(alipay(&["cert", "inspect", &alipay_crt, "--root", root, "--at", at, "--json"]));
        (done.code, crate::command::json(&done.out)["chain"].clone())
    };
    let now = gateway.sandbox.control().now().to_string();
    assert_eq!(inspect(&roots, &now), (0, json!({"holds": true, "reason": null})));
    let (code, chain) = inspect(&roots, "2001-01-01 00:00:00");
    assert_eq!((code, &chain["holds"]), (5, &json!(false)), "{chain}");
    assert!(chain["reason"].as_str().unwrap().contains("it is 2001-01-01 00:00:00"), "{chain}");
    let (code, chain) = inspect(&gateway.path("app.crt"), &now);
    assert_eq!(code, 5, "{chain}");
    assert!(chain["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{chain}");
    let done = run(alipay(&["cert", "inspect", &alipay_crt, "--at", "tomorrow"]));
    assert_eq!(done.code, 2, "{done:?}");
}
