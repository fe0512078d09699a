//! What may be sent again, by protocol.

use std::collections::HashMap;

use alipay_sandbox::catalog::{Catalog, Protocol};

#[test]
fn a_method_of_both_protocols_may_be_repeated_in_both_or_in_neither() {
    let catalog = Catalog::built_in().unwrap();
    let of = |protocol| catalog.operations().filter(move |operation| operation.protocol == protocol);
    let gateway: HashMap<_, _> = of(Protocol::V2).map(|operation| (&operation.method, operation)).collect();
    let mut twins = 0;
    for rest in of(Protocol::V3) {
        let Some(twin) = gateway.get(&rest.method) else { continue };
        assert_eq!(twin.read_only, rest.read_only, "{}: `read-only`", rest.method);
        assert_eq!(twin.idempotency_key, rest.idempotency_key, "{}: `idempotency-key`", rest.method);
        twins += 1;
    }
    assert!(twins > 600, "{twins}");
}
