//! Writes the typed requests and answers that `src/main.rs` uses.

fn main() -> Result<(), alipay_codegen::BuildError> {
    alipay_codegen::Builder::new()
        // Ten operations: `.ci/budgets` measures what they cost.
        .operations([
            "alipay.commerce.transport.charger.pay.*",
            "alipay.commerce.transport.charger.pnc.*",
            "zhima.credit.score.get",
        ])
        // Rows of one's own win over those that are embedded.
        .specification("spec")
        .protocols(alipay_codegen::Protocols::V2)
        .emit()?;
    Ok(())
}
