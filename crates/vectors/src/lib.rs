//! The risk crate behind one function of bytes, [`evaluate`], which the native tests, the program in the virtual
//! machine and the WebAssembly module all run. Whatever they answer differently, the compiler did.
//!
//! A call is an operation's number and its arguments: integers of [`NUMBER_BYTES`] each, two's complement,
//! little-endian, in the order that [`KINDS`] gives their names in. The answer is one byte of status, [`DONE`] or a
//! reason, and after [`DONE`] the results, as integers of the same form. Only a book's state, which whoever plays a
//! vector hands on unread, is packed more tightly.
//!
//! To add an operation: a function in `operations`, its arm in `operations::answer`, its entry in [`KINDS`]. The
//! golden vectors of `crates/risk/tests/vectors` then want inputs for it and the reference's own computation; the
//! builds and the test that compares them (`tests/vectors`) follow by themselves.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod codec;
mod kinds;
mod operations;

pub use kinds::{Kind, KINDS};

use codec::{Arguments, Results};
use plimsoll_risk::RiskError;

/// Every argument and result takes as many bytes: any integer of the crate fits, none is ambiguous.
pub const NUMBER_BYTES: usize = 16;
/// No answer is longer: what a program can return on chain.
pub const OUTPUT_BYTES_MAX: usize = 1024;
/// The status of an answer with results. Between it and [`MALFORMED`]: the risk crate's refusals, numbered from
/// one in the order in which [`RiskError`] lists them.
pub const DONE: u8 = 0;
/// The status of a call that the risk crate never saw, or whose results do not fit: an unknown operation, too few or
/// too many arguments, an argument beyond its type.
pub const MALFORMED: u8 = 255;

/// Answers one call into `output`, and returns the length of the answer: zero only where `output` is empty.
pub fn evaluate(operation: u8, input: &[u8], output: &mut [u8]) -> usize {
    let Some((status, results)) = output.split_first_mut() else {
        return 0;
    };
    let mut arguments = Arguments::new(input);
    let mut results = Results::new(results);
    match operations::answer(operation, &mut arguments, &mut results) {
        Ok(()) if arguments.all_read() => {
            *status = DONE;
            1 + results.length()
        }
        Ok(()) => {
            *status = MALFORMED;
            1
        }
        Err(refusal) => {
            *status = refusal.status();
            1
        }
    }
}

/// Why a call has no results.
pub(crate) enum Refusal {
    Malformed,
    Risk(RiskError),
}

impl Refusal {
    fn status(&self) -> u8 {
        match self {
            Self::Malformed => MALFORMED,
            Self::Risk(error) => 1 + *error as u8,
        }
    }
}

impl From<RiskError> for Refusal {
    fn from(error: RiskError) -> Self {
        Self::Risk(error)
    }
}

pub(crate) type Outcome<T = ()> = core::result::Result<T, Refusal>;
