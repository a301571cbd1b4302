//! Finds the code and the functions of a compiled program or of an object file.
use crate::code::{frame_bytes, Instruction};
use object::elf::{PF_X, SHF_EXECINSTR};
use object::read::elf::ElfFile64;
use object::{
    Object, ObjectKind, ObjectSection, ObjectSegment, ObjectSymbol, SectionFlags, SectionIndex,
    SegmentFlags, SymbolKind,
};
use std::collections::BTreeMap;

const SLOT_BYTES: usize = 8;

/// A function and the stack it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its name where the file has one, else `function at` its address.
    pub function: String,
    /// How much of the stack frame it uses.
    pub bytes: u32,
}

/// A stretch of code. Addresses in an object file are relative to their section.
struct Text {
    section: Option<SectionIndex>,
    address: u64,
    slots: Vec<Instruction>,
}

impl Text {
    fn new(section: Option<SectionIndex>, address: u64, bytes: &[u8]) -> Self {
        let slots = bytes
            .as_chunks()
            .0
            .iter()
            .map(|slot| Instruction::decode(*slot))
            .collect();
        Self {
            section,
            address,
            slots,
        }
    }

    /// The slot at an address, if that is one of this code.
    fn slot_at(&self, address: u64) -> Option<usize> {
        let offset = usize::try_from(address.checked_sub(self.address)?).ok()?;
        let slot = offset / SLOT_BYTES;
        (offset % SLOT_BYTES == 0 && slot < self.slots.len()).then_some(slot)
    }

    fn nameless(&self, slot: usize) -> String {
        format!(
            "function at {:#x}",
            self.address + (slot * SLOT_BYTES) as u64
        )
    }
}

/// The frames of every function in an ELF file for sBPF, in the order of their addresses.
///
/// Errors: the file is no such file, or has no code.
pub fn frames(file: &[u8]) -> Result<Vec<Frame>, String> {
    let image: ElfFile64 =
        ElfFile64::parse(file).map_err(|error| format!("not a 64-bit ELF file: {error}"))?;
    let texts = texts(&image)?;
    if texts.is_empty() {
        return Err("the file has no code".into());
    }
    let pointers = if image.kind() == ObjectKind::Relocatable {
        Vec::new()
    } else {
        pointers(&image, &texts)?
    };
    let mut frames = Vec::new();
    for text in &texts {
        let mut functions = named_functions(&image, text);
        for &pointer in &pointers {
            if let Some(slot) = text.slot_at(pointer) {
                functions.entry(slot).or_insert_with(|| text.nameless(slot));
            }
        }
        functions.entry(0).or_insert_with(|| text.nameless(0));
        let ends = functions.keys().skip(1).copied().chain([text.slots.len()]);
        for ((start, function), end) in functions.iter().zip(ends) {
            let bytes = frame_bytes(&text.slots[*start..end]);
            frames.push(Frame {
                function: function.clone(),
                bytes,
            });
        }
    }
    Ok(frames)
}

/// The executable sections, or for a file without a section table the executable segments.
fn texts(image: &ElfFile64) -> Result<Vec<Text>, String> {
    let unreadable = |error| format!("the code cannot be read: {error}");
    let mut texts = Vec::new();
    for section in image.sections() {
        let SectionFlags::Elf { sh_flags } = section.flags() else {
            continue;
        };
        if sh_flags & u64::from(SHF_EXECINSTR) != 0 && section.size() > 0 {
            let bytes = section.data().map_err(unreadable)?;
            texts.push(Text::new(Some(section.index()), section.address(), bytes));
        }
    }
    if texts.is_empty() {
        for segment in image.segments() {
            let SegmentFlags::Elf { p_flags } = segment.flags() else {
                continue;
            };
            if p_flags & PF_X != 0 {
                let bytes = segment.data().map_err(unreadable)?;
                texts.push(Text::new(None, segment.address(), bytes));
            }
        }
    }
    Ok(texts)
}

fn named_functions(image: &ElfFile64, text: &Text) -> BTreeMap<usize, String> {
    let mut functions = BTreeMap::new();
    for symbol in image.symbols() {
        if symbol.kind() == SymbolKind::Text && symbol.section_index() == text.section {
            if let (Some(slot), Ok(name)) = (text.slot_at(symbol.address()), symbol.name()) {
                functions.insert(slot, format!("{:#}", rustc_demangle::demangle(name)));
            }
        }
    }
    functions
}

/// Every address at which a function of a finished program may start, some of them perhaps not code at all: the entry,
/// the targets of calls, and the constants in code and data that could be function pointers.
fn pointers(image: &ElfFile64, texts: &[Text]) -> Result<Vec<u64>, String> {
    let mut pointers = vec![image.entry()];
    for text in texts {
        let mut slots = text.slots.iter().enumerate();
        while let Some((slot, instruction)) = slots.next() {
            if instruction.is_wide() {
                if let Some((_, upper)) = slots.next() {
                    let (low, high) = (instruction.immediate as u32, upper.immediate as u32);
                    pointers.push(u64::from(high) << 32 | u64::from(low));
                }
            } else if let Some(distance) = instruction.call_distance() {
                let target = slot as i64 + 1 + i64::from(distance);
                let offset = target.wrapping_mul(SLOT_BYTES as i64) as u64;
                pointers.push(text.address.wrapping_add(offset));
            }
        }
    }
    for segment in image.segments() {
        let data = segment
            .data()
            .map_err(|error| format!("data cannot be read: {error}"))?;
        pointers.extend(
            data.as_chunks()
                .0
                .iter()
                .map(|word| u64::from_le_bytes(*word)),
        );
    }
    Ok(pointers)
}
