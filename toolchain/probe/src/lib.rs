//! A program without state. Its instruction data names an operation, its return data is the result:
//!
//! | first byte | then | returned |
//! |---|---|---|
//! | [`ARITHMETIC`] | two 128-bit numbers a, b | a·b, a÷b, a mod b, and the signed a÷b and a mod b |
//! | [`MOVE`], [`COPY`], [`FILL`] | to, from, count (a byte each), then [`BUFFER_BYTES`] bytes | the bytes afterwards |
//! | [`COMPARE`] | the same | the order of the two ranges, as -1, 0, 1, and whether they are equal |
//!
//! `tests/compiled.rs` runs it. What the host compiles of this crate is these constants only.

/// Five results of two 128-bit operands; the divisor must not be zero.
pub const ARITHMETIC: u8 = 0;
/// Copies between ranges that may overlap.
pub const MOVE: u8 = 1;
/// Copies between ranges that do not overlap.
pub const COPY: u8 = 2;
/// Fills a range with the byte named by `from`.
pub const FILL: u8 = 3;
/// Compares two ranges.
pub const COMPARE: u8 = 4;
/// The size of the memory that the operations work on.
pub const BUFFER_BYTES: usize = 200;

#[cfg(target_os = "solana")]
mod program {
    use super::{ARITHMETIC, BUFFER_BYTES, COMPARE, COPY, FILL, MOVE};
    use solana_define_syscall::definitions::sol_set_return_data;
    use std::slice;

    #[cfg(target_arch = "bpf")]
    use sbf_builtins as _;

    /// The machine's entry. The input of an instruction without accounts is their number, zero, then the length of
    /// the instruction data in eight bytes, then the data.
    ///
    /// # Safety
    /// Only the runtime calls it.
    #[no_mangle]
    pub unsafe extern "C" fn entrypoint(input: *const u8) -> u64 {
        // SAFETY: the layout above.
        let data = unsafe {
            let length = input.add(8).cast::<u64>().read_unaligned();
            slice::from_raw_parts(input.add(16), length as usize)
        };
        match data {
            [ARITHMETIC, operands @ ..] => arithmetic(operands),
            [operation, to, from, count, bytes @ ..] => memory(
                *operation,
                usize::from(*to),
                usize::from(*from),
                usize::from(*count),
                bytes,
            ),
            _ => 1,
        }
    }

    fn reply(bytes: &[u8]) -> u64 {
        // SAFETY: the range is the slice's.
        unsafe { sol_set_return_data(bytes.as_ptr(), bytes.len() as u64) };
        0
    }

    fn arithmetic(operands: &[u8]) -> u64 {
        let ([a, b], []) = operands.as_chunks::<16>() else {
            return 2;
        };
        let (a, b) = (u128::from_le_bytes(*a), u128::from_le_bytes(*b));
        if b == 0 {
            return 3;
        }
        let (signed_a, signed_b) = (a as i128, b as i128);
        let results = [
            a.wrapping_mul(b),
            a / b,
            a % b,
            signed_a.wrapping_div(signed_b) as u128,
            signed_a.wrapping_rem(signed_b) as u128,
        ];
        reply(results.map(u128::to_le_bytes).as_flattened())
    }

    fn memory(operation: u8, to: usize, from: usize, count: usize, bytes: &[u8]) -> u64 {
        let Ok(mut buffer) = <[u8; BUFFER_BYTES]>::try_from(bytes) else {
            return 4;
        };
        if to + count > BUFFER_BYTES || (operation != FILL && from + count > BUFFER_BYTES) {
            return 5;
        }
        match operation {
            MOVE => buffer.copy_within(from..from + count, to),
            COPY => {
                let (low, high) = buffer.split_at_mut(to.max(from));
                if to < from {
                    low[to..to + count].copy_from_slice(&high[..count]);
                } else {
                    high[..count].copy_from_slice(&low[from..from + count]);
                }
            }
            FILL => buffer[to..to + count].fill(from as u8),
            COMPARE => {
                let (a, b) = (&buffer[to..to + count], &buffer[from..from + count]);
                return reply(&[a.cmp(b) as i8 as u8, u8::from(a == b)]);
            }
            _ => return 6,
        }
        reply(&buffer)
    }
}
