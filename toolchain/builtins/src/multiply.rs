//! Multiplication.

/// The low half of a 64-bit word.
pub(crate) const LOW_HALF: u64 = u32::MAX as u64;

/// The whole product of two words, as (low, high).
#[inline(always)]
pub fn wide(a: u64, b: u64) -> (u64, u64) {
    let (a0, a1, b0, b1) = (a & LOW_HALF, a >> 32, b & LOW_HALF, b >> 32);
    // Neither sum overflows: (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1.
    let inner = a1.wrapping_mul(b0).wrapping_add(a0.wrapping_mul(b0) >> 32);
    let inner = opaque(inner);
    let outer = a0.wrapping_mul(b1).wrapping_add(inner & LOW_HALF);
    let high = a1
        .wrapping_mul(b1)
        .wrapping_add(inner >> 32)
        .wrapping_add(outer >> 32);
    (a.wrapping_mul(b), high)
}

/// The product modulo 2^128. It is the same for signed operands.
#[inline(always)]
pub fn wrapping(a: u128, b: u128) -> u128 {
    let (a0, a1, b0, b1) = (a as u64, (a >> 64) as u64, b as u64, (b >> 64) as u64);
    let (low, high) = wide(a0, b0);
    let high = high
        .wrapping_add(a1.wrapping_mul(b0))
        .wrapping_add(a0.wrapping_mul(b1));
    ((high as u128) << 64) | low as u128
}

/// The same word, of which the optimiser knows nothing. Without it, it recognises a wide product in the halves above,
/// makes it one multiplication of 128 bits, and compiles that to a call of `__multi3`: of the function it is in.
#[inline(always)]
fn opaque(word: u64) -> u64 {
    #[cfg(target_arch = "bpf")]
    let word = {
        let mut word = word;
        // SAFETY: there is no instruction.
        unsafe { core::arch::asm!("/* {0} */", inout(reg) word, options(pure, nomem, nostack)) };
        word
    };
    word
}
