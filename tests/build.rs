//! With the feature `proof`: lists the types of every operation in `alipay-models`, and generates those of 200 others, as
//! a build script of a user does.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "proof")]
    proof::write()?;
    Ok(())
}

#[cfg(feature = "proof")]
#[expect(clippy::indexing_slicing, reason = "of JSON: what is missing reads as null")]
mod proof {
    use std::collections::BTreeSet;
    use std::error::Error;
    use std::path::Path;
    use std::time::SystemTime;
    use std::{env, fs};

    use alipay_codegen::{Builder, Protocols};
    use serde_json::Value;

    /// Operations beside those of `alipay-models` that are generated.
    const OTHERS: usize = 200;

    pub(super) fn write() -> Result<(), Box<dyn Error>> {
        println!("cargo::rerun-if-env-changed=ALIPAY_SEED");
        let seed = match env::var("ALIPAY_SEED") {
            Ok(seed) => seed.parse().map_err(|_| "ALIPAY_SEED must be a number")?,
            Err(_) => SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs(),
        };
        println!("cargo::rustc-env=PROOF_SEED={seed}");
        let out = env::var("OUT_DIR")?;
        let out = Path::new(&out);
        let archive = alipay_spec::Archive::open(alipay_spec::catalog())?;
        let (mut models, mut others, mut messages) = (Vec::new(), Vec::new(), String::new());
        for key in archive.keys() {
            let mut parts = key.splitn(3, '/');
            let (protocol, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let item: Value = match kind {
                "operation" | "notification" => serde_json::from_str(archive.get(key)?.unwrap_or_default())?,
                _ => continue,
            };
            let group = item["group"].as_str().unwrap_or_default();
            if kind == "notification" {
                let name = item["name"].as_str().unwrap_or_default();
                messages.push_str(&format!("message!({protocol}, {group}, {name}),\n"));
            } else if item["model"] == true {
                models.push((protocol.to_owned(), item));
            } else {
                others.push((protocol.to_owned(), item));
            }
        }
        let others = choose(others, seed);
        fs::write(out.join("models.rs"), list(&models, "alipay_api::models"))?;
        fs::write(out.join("others.rs"), list(&others, "crate::generated"))?;
        fs::write(out.join("messages.rs"), format!("&[\n{messages}]"))?;
        let names = others.iter().filter_map(|(_, item)| item["method"].as_str());
        Builder::new().operations(names).protocols(Protocols::V2).emit()?;
        Ok(())
    }

    /// SplitMix64 over the operations that `alipay-models` does not hold.
    fn choose(mut all: Vec<(String, Value)>, mut seed: u64) -> Vec<(String, Value)> {
        let mut chosen = BTreeSet::new();
        while chosen.len() < OTHERS.min(all.len()) {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            chosen.insert((mixed ^ (mixed >> 27)) as usize % all.len());
        }
        let mut at = 0;
        all.retain(|_| {
            at += 1;
            chosen.contains(&(at - 1))
        });
        all
    }

    /// One line of Rust for each operation: its types, and the setters of its files.
    fn list(operations: &[(String, Value)], module: &str) -> String {
        let line = |(protocol, item): &(String, Value)| {
            let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            let rows = item["request"].as_array().into_iter().flatten();
            let files = rows.filter(|row| row["type"] == "file");
            let files: String = files
                .filter_map(|row| row["rust"].as_str().or(row["name"].as_str()))
                .map(|setter| format!(".{setter}(alipay_tests::proof::file())"))
                .collect();
            let path = format!("{module}::{protocol}::{}::{}", text("group"), text("name"));
            format!("typed!({path}Request, {path}Response, |request| request{files}),\n")
        };
        format!("&[\n{}]", operations.iter().map(line).collect::<String>())
    }
}
