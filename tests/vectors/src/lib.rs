//! A program without state that answers one call of the golden vectors: its instruction data is the operation and its
//! arguments, its return data the answer. The host compiles nothing of it.

#[cfg(target_os = "solana")]
mod program {
    use plimsoll_vectors::{evaluate, OUTPUT_BYTES_MAX};
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
        let Some((&operation, arguments)) = data.split_first() else {
            return 1;
        };
        let mut answer = [0; OUTPUT_BYTES_MAX];
        let length = evaluate(operation, arguments, &mut answer);
        // SAFETY: the range is the array's, and an answer is no longer than its array.
        unsafe { sol_set_return_data(answer.as_ptr(), length as u64) };
        0
    }
}
