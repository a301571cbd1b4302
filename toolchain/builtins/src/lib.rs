//! The routines that LLVM calls for where sBPF has no instruction: 128-bit multiplication and division, and copying,
//! filling and comparing memory.
//!
//! Only programs built by the stock compiler route link this crate; a program asks for it with
//! `#[cfg(target_arch = "bpf")] use sbf_builtins as _;`. Solana's own compiler brings its own. The compiler's usual
//! source of these routines cannot be used: rustc 1.95 believes that BPF returns a 128-bit integer through memory,
//! whereas LLVM 23, which generates the calls, expects it in registers (`extern "unadjusted"` says so in `export`).
//!
//! Every instruction is charged to the transaction, so the code counts instructions: plain divisions cost one, and
//! so do a taken and an untaken branch. Nothing here may use checked arithmetic on 64-bit products, because on this
//! target the check is itself a call of `__multi3`.
#![cfg_attr(
    target_arch = "bpf",
    no_std,
    feature(abi_unadjusted, asm_experimental_arch)
)]
#![cfg_attr(target_arch = "bpf", allow(internal_features))]

pub mod divide;
#[cfg(target_arch = "bpf")]
mod export;
#[cfg(target_arch = "bpf")]
mod memory;
pub mod multiply;
