//! Arguments from bytes, results to bytes.

use crate::{Outcome, Refusal, NUMBER_BYTES};

/// The arguments that have not been read yet.
pub struct Arguments<'a> {
    rest: &'a [u8],
}

impl<'a> Arguments<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next argument, as the type that the risk crate wants.
    pub fn next<T: TryFrom<i128>>(&mut self) -> Outcome<T> {
        let (number, rest) = self
            .rest
            .split_first_chunk::<NUMBER_BYTES>()
            .ok_or(Refusal::Malformed)?;
        self.rest = rest;
        T::try_from(i128::from_le_bytes(*number)).map_err(|_| Refusal::Malformed)
    }

    pub fn all_read(&self) -> bool {
        self.rest.is_empty()
    }
}

/// The results written so far.
pub struct Results<'a> {
    bytes: &'a mut [u8],
    length: usize,
}

impl<'a> Results<'a> {
    pub fn new(bytes: &'a mut [u8]) -> Self {
        Self { bytes, length: 0 }
    }

    pub fn push(&mut self, number: impl Into<i128>) -> Outcome {
        let place = self
            .bytes
            .get_mut(self.length..)
            .and_then(|free| free.first_chunk_mut::<NUMBER_BYTES>())
            .ok_or(Refusal::Malformed)?;
        *place = number.into().to_le_bytes();
        self.length += NUMBER_BYTES;
        Ok(())
    }

    pub fn length(&self) -> usize {
        self.length
    }
}
