//! Reads the size of every stack frame out of compiled sBPF code.
//!
//! A program of sBPF v3 (and v0) has frames of a fixed 4,096 bytes: the virtual machine moves the frame pointer r10 by
//! that much at each call, and a function addresses its locals below r10. How much of the frame a function uses is
//! nowhere recorded, so it is measured as the lowest address below r10 that its instructions name. Versions 1 and 2
//! move r10 themselves, in the function's first instruction.
//!
//! The last [`ARGUMENT_BYTES`] of the fixed frame need care. Arguments beyond the fifth go there: the stock route
//! reads them at `r10 - 4096 + 8·n`, in the bottom of the callee's frame, and Solana's own compiler may write them at
//! such addresses in the caller's. A direct access there is an argument; a local that low would have had its address
//! taken or neighbours above it, and either is counted.
mod code;
mod image;

pub use code::{frame_bytes, Instruction};
pub use image::{frames, Frame};

/// The frame that the virtual machine gives to every call, bytes.
pub const FIXED_FRAME_BYTES: u32 = 4_096;

/// The part of it, at its bottom, that arguments on the stack may take, bytes.
pub const ARGUMENT_BYTES: u32 = 256;

/// The largest frame the project allows, bytes: half of what the machine has.
pub const LIMIT_BYTES: u32 = 2_048;
