//! Frames of whole files, made byte by byte.
use stack_check::{frames, Frame, LIMIT_BYTES};

const TEXT_ADDRESS: u64 = 1 << 32;
const EXIT: [u8; 8] = [0x95, 0, 0, 0, 0, 0, 0, 0];

/// `stxdw [r10 - below], r1`
fn store(below: i16) -> [u8; 8] {
    let [low, high] = (-below).to_le_bytes();
    [0x7b, 0x1a, low, high, 0, 0, 0, 0]
}

/// `call` of the function that starts `distance` slots after the next one.
fn call(distance: i32) -> [u8; 8] {
    let [a, b, c, d] = distance.to_le_bytes();
    [0x85, 0x10, 0, 0, a, b, c, d]
}

/// `lddw r1, constant`
fn constant(value: u64) -> [[u8; 8]; 2] {
    let [a, b, c, d, e, f, g, h] = value.to_le_bytes();
    [[0x18, 1, 0, 0, a, b, c, d], [0, 0, 0, 0, e, f, g, h]]
}

/// A stripped program as the linker writes it: no sections, one segment of constants and one of code.
fn program(data: &[u64], text: &[[u8; 8]]) -> Vec<u8> {
    const HEADER_BYTES: u64 = 64;
    const SEGMENT_BYTES: u64 = 56;
    let data: Vec<u8> = data.iter().flat_map(|word| word.to_le_bytes()).collect();
    let text = text.as_flattened();
    let data_offset = HEADER_BYTES + 2 * SEGMENT_BYTES;
    let text_offset = data_offset + data.len() as u64;

    let mut file = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    file.extend([3u16, 263].map(u16::to_le_bytes).as_flattened());
    file.extend(1u32.to_le_bytes());
    file.extend(
        [TEXT_ADDRESS, HEADER_BYTES, 0]
            .map(u64::to_le_bytes)
            .as_flattened(),
    );
    file.extend(3u32.to_le_bytes());
    let sizes = [HEADER_BYTES as u16, SEGMENT_BYTES as u16, 2, 0, 0, 0];
    file.extend(sizes.map(u16::to_le_bytes).as_flattened());
    for (flags, offset, address, bytes) in [
        (4u32, data_offset, 0, data.len()),
        (1, text_offset, TEXT_ADDRESS, text.len()),
    ] {
        file.extend([1, flags].map(u32::to_le_bytes).as_flattened());
        let fields = [offset, address, address, bytes as u64, bytes as u64, 8];
        file.extend(fields.map(u64::to_le_bytes).as_flattened());
    }
    file.extend(data);
    file.extend(text);
    file
}

fn frame(slot: u64, bytes: u32) -> Frame {
    Frame {
        function: format!("function at {:#x}", TEXT_ADDRESS + 8 * slot),
        bytes,
    }
}

#[test]
fn tells_functions_apart_by_calls_and_pointers() {
    let [lower, upper] = constant(TEXT_ADDRESS + 8 * 8);
    let text = [
        store(16),   // 0: the entry
        call(3),     // 1: calls 5
        lower,       // 2: takes the address of 8
        upper,       // 3
        EXIT,        // 4
        store(2048), // 5
        call(-7),    // 6: calls 0
        EXIT,        // 7
        store(2056), // 8
        EXIT,        // 9
        store(24),   // 10: only a table of constants points here
        EXIT,        // 11
    ];
    let found = frames(&program(&[7, TEXT_ADDRESS + 8 * 10], &text)).unwrap();
    assert_eq!(
        found,
        [frame(0, 16), frame(5, 2048), frame(8, 2056), frame(10, 24)]
    );
    let over: Vec<u32> = found
        .iter()
        .map(|f| f.bytes)
        .filter(|&b| b > LIMIT_BYTES)
        .collect();
    assert_eq!(over, [2056]);
}

#[test]
fn ignores_constants_that_point_into_no_instruction() {
    let text = [store(16), store(32), EXIT];
    let pointers = [
        TEXT_ADDRESS + 4,
        TEXT_ADDRESS + 24,
        TEXT_ADDRESS - 8,
        u64::MAX,
    ];
    assert_eq!(frames(&program(&pointers, &text)).unwrap(), [frame(0, 32)]);
}

#[test]
fn refuses_what_is_no_program() {
    assert!(frames(b"").is_err());
    assert!(frames(&[0; 200]).is_err());
    let mut no_code = program(&[1], &[EXIT]);
    // The flags of the second segment: readable only.
    no_code[64 + 56 + 4] = 4;
    assert_eq!(frames(&no_code).unwrap_err(), "the file has no code");
}
