//! Who may depend on whom. The risk crate stands alone, so that every client can compile it; the program
//! takes in nothing that is not audited with it.

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

fn metadata() -> Value {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .args(["--manifest-path", manifest])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The packages of the workspace.
fn packages() -> Vec<Value> {
    metadata()["packages"].as_array().unwrap().clone()
}

fn package(name: &str) -> Value {
    let found = packages()
        .into_iter()
        .find(|package| package["name"] == name);
    found.unwrap_or_else(|| panic!("no package {name}"))
}

/// Names of a package's dependencies of a kind, on every platform or on one.
fn dependencies(package: &Value, kind: Option<&str>, target: Option<&str>) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().unwrap().iter();
    all.filter(|one| one["kind"].as_str() == kind && one["target"].as_str() == target)
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_risk_crate_stands_alone() {
    let risk = package("plimsoll-risk");
    let normal = dependencies(&risk, None, None);
    assert!(normal.is_subset(&set(&["fixed"])), "{normal:?}");
    let platforms = risk["dependencies"].as_array().unwrap().iter();
    assert!(platforms.clone().all(|one| one["target"].is_null()));
    assert!(platforms.into_iter().all(|one| one["kind"] != "build"));
}

#[test]
fn the_web_module_takes_in_the_risk_crate_alone() {
    for (name, needs) in [
        ("plimsoll-risk-wasm", "plimsoll-vectors"),
        ("plimsoll-vectors", "plimsoll-risk"),
    ] {
        let package = package(name);
        assert_eq!(dependencies(&package, None, None), set(&[needs]));
        let count = package["dependencies"].as_array().unwrap().len();
        assert_eq!(count, 1, "{name}: no other kind or platform");
    }
}

#[test]
fn the_program_takes_in_little() {
    let program = package("plimsoll");
    let allowed = [
        "anchor-lang",
        "anchor-spl",
        "bytemuck",
        "plimsoll-risk",
        "pyth-solana-receiver-sdk",
    ];
    assert_eq!(dependencies(&program, None, None), set(&allowed));
    let stock = "cfg(target_arch = \"bpf\")";
    assert_eq!(
        dependencies(&program, None, Some(stock)),
        set(&["sbf-builtins"])
    );
    let count = program["dependencies"].as_array().unwrap().len();
    assert_eq!(count, allowed.len() + 1, "no other kind or platform");
}

#[test]
fn whoever_reads_the_program_leaves_its_entrypoint_out() {
    let mut readers = 0;
    for package in packages() {
        for one in package["dependencies"].as_array().unwrap() {
            if one["name"] == "plimsoll" {
                let features = one["features"].as_array().unwrap();
                assert!(
                    features.iter().any(|name| name == "no-entrypoint"),
                    "{}",
                    package["name"]
                );
                readers += 1;
            }
        }
    }
    assert!(readers > 1);
}

#[test]
fn the_client_needs_no_virtual_machine() {
    let client = package("plimsoll-client");
    let normal = dependencies(&client, None, None);
    for machine in [
        "litesvm",
        "mollusk-svm",
        "solana-program-test",
        "plimsoll-testkit",
    ] {
        assert!(!normal.contains(machine), "{machine}");
    }
}
