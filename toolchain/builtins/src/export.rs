//! The arithmetic under the names that LLVM calls.
//!
//! # Safety
//! Only compiled code calls these, after it has checked the divisor.
use crate::{divide, multiply};

#[no_mangle]
extern "unadjusted" fn __multi3(a: u128, b: u128) -> u128 {
    multiply::wrapping(a, b)
}

#[no_mangle]
unsafe extern "unadjusted" fn __udivti3(n: u128, d: u128) -> u128 {
    // SAFETY: see above.
    unsafe { divide::unsigned(n, d) }.0
}

#[no_mangle]
unsafe extern "unadjusted" fn __umodti3(n: u128, d: u128) -> u128 {
    // SAFETY: see above.
    unsafe { divide::unsigned(n, d) }.1
}

#[no_mangle]
unsafe extern "unadjusted" fn __divti3(n: i128, d: i128) -> i128 {
    // SAFETY: see above.
    unsafe { divide::signed_quotient(n, d) }
}

#[no_mangle]
unsafe extern "unadjusted" fn __modti3(n: i128, d: i128) -> i128 {
    // SAFETY: see above.
    unsafe { divide::signed_remainder(n, d) }
}
