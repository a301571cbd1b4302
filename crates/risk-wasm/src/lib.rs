//! The risk crate as a WebAssembly module. It imports nothing, allocates nothing and keeps nothing between calls;
//! it exports `memory` and `evaluate`. A caller grows the memory by a page, which nothing else will use, writes a
//! call's arguments there and reads the answer from there; `plimsoll-vectors` describes both. A panic is a trap.
#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
mod module {
    use core::{arch::wasm32, panic::PanicInfo, slice};

    /// Answers the call whose arguments are the `input_bytes` at `input` into the `output_bytes` at `output`, and
    /// returns the length of the answer.
    ///
    /// # Safety
    /// The two ranges lie in memory that the caller has grown, and do not overlap.
    #[no_mangle]
    pub unsafe extern "C" fn evaluate(
        operation: u8,
        input: *const u8,
        input_bytes: usize,
        output: *mut u8,
        output_bytes: usize,
    ) -> usize {
        // SAFETY: see above.
        let (input, output) = unsafe {
            (
                slice::from_raw_parts(input, input_bytes),
                slice::from_raw_parts_mut(output, output_bytes),
            )
        };
        plimsoll_vectors::evaluate(operation, input, output)
    }

    #[panic_handler]
    fn panic(_: &PanicInfo) -> ! {
        wasm32::unreachable()
    }
}
