//! The instructions of one function, and the stack they use.
use crate::{ARGUMENT_BYTES, FIXED_FRAME_BYTES};

const FRAME_POINTER: u8 = 10;
const ADD64_IMMEDIATE: u8 = 0x07;
const SUB64_IMMEDIATE: u8 = 0x17;
const LOAD_IMMEDIATE_64: u8 = 0x18;
const CALL_IMMEDIATE: u8 = 0x85;
const MOVE64_REGISTER: u8 = 0xbf;

/// One eight-byte slot of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    pub opcode: u8,
    pub destination: u8,
    pub source: u8,
    pub offset: i16,
    pub immediate: i32,
}

impl Instruction {
    /// The slot in its little-endian encoding.
    pub fn decode(slot: [u8; 8]) -> Self {
        let [opcode, registers, o0, o1, i0, i1, i2, i3] = slot;
        Self {
            opcode,
            destination: registers & 0xf,
            source: registers >> 4,
            offset: i16::from_le_bytes([o0, o1]),
            immediate: i32::from_le_bytes([i0, i1, i2, i3]),
        }
    }

    /// Whether it is the first of the two slots of a 64-bit constant.
    pub fn is_wide(&self) -> bool {
        self.opcode == LOAD_IMMEDIATE_64
    }

    /// The distance in slots, from the one after this, to the function that it calls; none for a call of the runtime.
    pub fn call_distance(&self) -> Option<i32> {
        (self.opcode == CALL_IMMEDIATE && self.source == 1).then_some(self.immediate)
    }

    fn is_memory_access(&self) -> bool {
        const MEMORY_MODE: u8 = 0x60;
        self.opcode & 0xe0 == MEMORY_MODE && matches!(self.opcode & 7, 1..=3)
    }

    /// The register whose address a load or store uses.
    fn base(&self) -> u8 {
        const LOAD: u8 = 1;
        if self.opcode & 7 == LOAD {
            self.source
        } else {
            self.destination
        }
    }

    /// The register that an instruction changes, for those that do not touch memory or jump.
    fn written_register(&self) -> Option<u8> {
        match self.opcode & 7 {
            0 | 1 | 4 | 7 => Some(self.destination),
            _ => None,
        }
    }
}

/// The bytes of stack frame that a function's instructions use.
pub fn frame_bytes(function: &[Instruction]) -> u32 {
    let mut frame = 0;
    // Which registers hold an unchanged copy of the frame pointer.
    let mut copies = [false; 16];
    let mut slots = function.iter();
    while let Some(instruction) = slots.next() {
        let register = usize::from(instruction.destination);
        if instruction.is_wide() {
            slots.next();
        }
        if instruction.is_memory_access() && instruction.base() == FRAME_POINTER {
            frame = frame.max(local_bytes(instruction.offset));
        }
        let moved_down = match instruction.opcode {
            ADD64_IMMEDIATE => instruction.immediate.checked_neg().unwrap_or(i32::MAX),
            SUB64_IMMEDIATE => instruction.immediate,
            _ => 0,
        };
        // The frame pointer itself moves only in the first instruction of versions 1 and 2.
        if moved_down > 0 && (copies[register] || instruction.destination == FRAME_POINTER) {
            frame = frame.max(moved_down.unsigned_abs());
        }
        if let Some(written) = instruction.written_register() {
            copies[usize::from(written)] = instruction.opcode == MOVE64_REGISTER
                && instruction.source == FRAME_POINTER
                && instruction.offset == 0;
        }
    }
    frame
}

/// How far below the frame pointer a direct access reaches, or 0 for an argument.
fn local_bytes(offset: i16) -> u32 {
    let below = u32::from(offset.unsigned_abs());
    if offset >= 0 || below > FIXED_FRAME_BYTES - ARGUMENT_BYTES {
        0
    } else {
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `op dst, src, off, imm` as the assembler would encode it.
    fn slot(opcode: u8, destination: u8, source: u8, offset: i16, immediate: i32) -> Instruction {
        let mut bytes = [opcode, destination | source << 4, 0, 0, 0, 0, 0, 0];
        bytes[2..4].copy_from_slice(&offset.to_le_bytes());
        bytes[4..].copy_from_slice(&immediate.to_le_bytes());
        Instruction::decode(bytes)
    }

    fn store(offset: i16) -> Instruction {
        slot(0x7b, 10, 1, offset, 0)
    }

    fn load(offset: i16) -> Instruction {
        slot(0x79, 1, 10, offset, 0)
    }

    const EXIT: Instruction = Instruction {
        opcode: 0x95,
        destination: 0,
        source: 0,
        offset: 0,
        immediate: 0,
    };

    #[test]
    fn decodes_every_field() {
        // stxdw [r10-2056], r6
        let bytes = [0x7b, 0x6a, 0xf8, 0xf7, 0, 0, 0, 0];
        assert_eq!(Instruction::decode(bytes), slot(0x7b, 10, 6, -2_056, 0));
        // add64 r3, -2048
        let bytes = [0x07, 0x03, 0, 0, 0x00, 0xf8, 0xff, 0xff];
        assert_eq!(Instruction::decode(bytes), slot(0x07, 3, 0, 0, -2_048));
    }

    #[test]
    fn takes_the_lowest_direct_access() {
        assert_eq!(frame_bytes(&[EXIT]), 0);
        assert_eq!(
            frame_bytes(&[store(-8), load(-2_048), store(-16), EXIT]),
            2_048
        );
        assert_eq!(frame_bytes(&[store(-8), store(-2_056), EXIT]), 2_056);
        for opcode in [0x62, 0x6a, 0x72, 0x7a, 0x63, 0x6b, 0x73] {
            assert_eq!(
                frame_bytes(&[slot(opcode, 10, 2, -24, 7)]),
                24,
                "store {opcode:#x}"
            );
        }
        for opcode in [0x61, 0x69, 0x71] {
            assert_eq!(
                frame_bytes(&[slot(opcode, 2, 10, -24, 0)]),
                24,
                "load {opcode:#x}"
            );
        }
    }

    #[test]
    fn ignores_memory_that_is_not_the_frame() {
        // stxdw [r1-3000], r10 stores the frame pointer elsewhere; ldxdw r10 <- [r2-3000] has another base.
        assert_eq!(
            frame_bytes(&[slot(0x7b, 1, 10, -3_000, 0), slot(0x79, 0, 2, -3_000, 0)]),
            0
        );
        // Outgoing arguments lie above the frame pointer.
        assert_eq!(frame_bytes(&[store(8), store(16)]), 0);
    }

    #[test]
    fn follows_an_address_taken_from_the_frame_pointer() {
        let copy = slot(0xbf, 3, 10, 0, 0);
        let lower = |by| slot(0x07, 3, 0, 0, by);
        assert_eq!(frame_bytes(&[copy, lower(-2_056), EXIT]), 2_056);
        // Other instructions may stand between.
        assert_eq!(
            frame_bytes(&[copy, slot(0xb7, 4, 0, 0, 1), lower(-640)]),
            640
        );
        assert_eq!(frame_bytes(&[copy, slot(0x17, 3, 0, 0, 72)]), 72);
        // An overwritten copy is no frame address any more, nor is a second subtraction from it.
        assert_eq!(
            frame_bytes(&[copy, slot(0x79, 3, 1, 0, 0), lower(-2_056)]),
            0
        );
        assert_eq!(frame_bytes(&[copy, lower(-64), lower(-2_056)]), 64);
        // Upwards, towards the caller, is not a frame.
        assert_eq!(frame_bytes(&[copy, lower(64)]), 0);
    }

    #[test]
    fn counts_an_address_even_among_the_arguments() {
        assert_eq!(frame_bytes(&[load(-4_088), load(-3_848), store(-3_848)]), 0);
        assert_eq!(frame_bytes(&[load(-3_840)]), 3_840);
        assert_eq!(
            frame_bytes(&[slot(0xbf, 3, 10, 0, 0), slot(0x07, 3, 0, 0, -4_000)]),
            4_000
        );
    }

    #[test]
    fn reads_a_frame_that_the_function_makes_itself() {
        assert_eq!(
            frame_bytes(&[slot(0x07, 10, 0, 0, -2_304), store(8), EXIT]),
            2_304
        );
    }

    #[test]
    fn skips_the_second_half_of_a_wide_constant() {
        // A constant whose upper half has the bytes of `stxdw [r10-3000], r1`.
        assert_eq!(
            frame_bytes(&[slot(0x18, 1, 0, 0, 5), store(-3_000), EXIT]),
            0
        );
    }
}
