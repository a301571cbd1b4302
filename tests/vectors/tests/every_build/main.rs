//! The golden vectors, by every build of the risk crate: native, compiled to sBPF and run in Solana's virtual
//! machine, compiled to WebAssembly and run in an interpreter. All answer every call with the same bytes, and those
//! bytes are the file's numbers. (`crates/risk/tests/vectors` has the slow reference compute the same numbers.)

#[allow(dead_code, reason = "the file is only read here")]
#[path = "../../../../crates/risk/tests/vectors/format.rs"]
mod format;
#[path = "../../../../crates/risk/tests/vectors/play.rs"]
mod play;

mod builds;

use builds::{native, Sbpf, Wasm};
use format::Document;
use plimsoll_vectors::{MALFORMED, NUMBER_BYTES};

/// One call of every build at a time.
struct Builds {
    sbpf: Sbpf,
    wasm: Wasm,
    calls: usize,
}

impl Builds {
    fn new() -> Self {
        Self {
            sbpf: Sbpf::new(),
            wasm: Wasm::new(),
            calls: 0,
        }
    }

    fn answer(&mut self, operation: u8, arguments: &[u8]) -> Vec<u8> {
        let answer = native(operation, arguments);
        let call = || format!("operation {operation} of {:?}", numbers(arguments));
        let sbpf = self.sbpf.answer(operation, arguments, answer.len());
        assert_eq!(sbpf, answer, "sBPF: {}", call());
        let wasm = self.wasm.answer(operation, arguments);
        assert_eq!(wasm, answer, "WebAssembly: {}", call());
        self.calls += 1;
        answer
    }
}

fn numbers(arguments: &[u8]) -> Vec<i128> {
    let (numbers, _) = arguments.as_chunks::<NUMBER_BYTES>();
    numbers.iter().copied().map(i128::from_le_bytes).collect()
}

fn document() -> Document {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../crates/risk/tests/vectors/risk.json"
    );
    let text = std::fs::read_to_string(path).expect("risk.json is committed");
    serde_json::from_str(&text).expect("the format of format.rs")
}

#[test]
fn every_build_recomputes_every_golden_vector() {
    let mut builds = Builds::new();
    for (kind, section) in &document().0 {
        let before = builds.calls;
        for vector in &section.vectors {
            let mut answer = |operation, arguments: &[u8]| builds.answer(operation, arguments);
            let recomputed = play::recomputed(&section.calls, vector, &mut answer);
            assert_eq!(recomputed.as_ref(), Ok(vector), "{kind}: {}", vector.name);
        }
        let steps: usize = section.vectors.iter().map(|one| one.steps.len()).sum();
        assert!(steps > 0 && builds.calls - before >= steps, "{kind}");
    }
}

/// Kinds that answer whatever their types can hold.
const REFUSE_NOTHING: [&str; 4] = ["credits", "floors", "quotes", "scores"];

#[test]
fn every_build_refuses_what_the_file_says_is_refused() {
    let mut builds = Builds::new();
    for (kind, section) in &document().0 {
        let refuses = !REFUSE_NOTHING.contains(&kind.as_str());
        assert_eq!(!section.refused.is_empty(), refuses, "{kind}");
        for refused in &section.refused {
            let mut answer = |operation, arguments: &[u8]| builds.answer(operation, arguments);
            let status = play::status(&section.calls, refused, &mut answer);
            assert_eq!(status, refused.status, "{kind}: {refused:?}");
        }
    }
}

#[test]
fn every_build_calls_the_same_calls_malformed() {
    let mut builds = Builds::new();
    for operation in 0..=u8::MAX {
        // An argument that no type of the crate holds, and one byte too many.
        let numbers = [i128::MAX.to_le_bytes().as_slice(), &[0]].concat();
        let answer = builds.answer(operation, &numbers);
        assert_eq!(answer, [MALFORMED], "{operation}");
    }
}
