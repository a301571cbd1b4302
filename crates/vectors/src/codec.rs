//! Arguments from bytes, results to bytes.

use crate::{Outcome, Refusal, NUMBER_BYTES};

/// Where numbers are read from.
pub trait Source {
    /// The next number, as the type that the risk crate wants.
    fn next<T: TryFrom<i128>>(&mut self) -> Outcome<T>;
}

/// The arguments that have not been read yet.
pub struct Arguments<'a> {
    rest: &'a [u8],
}

impl<'a> Arguments<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn all_read(&self) -> bool {
        self.rest.is_empty()
    }
}

impl Source for Arguments<'_> {
    fn next<T: TryFrom<i128>>(&mut self) -> Outcome<T> {
        let (number, rest) = self
            .rest
            .split_first_chunk::<NUMBER_BYTES>()
            .ok_or(Refusal::Malformed)?;
        self.rest = rest;
        T::try_from(i128::from_le_bytes(*number)).map_err(|_| Refusal::Malformed)
    }
}

/// Arguments that an operation packed itself, as the state of its next call: each in the bytes of its type.
pub struct Packed<'a, 'b>(pub &'b mut Arguments<'a>);

impl Source for Packed<'_, '_> {
    fn next<T: TryFrom<i128>>(&mut self) -> Outcome<T> {
        let bytes = self.0.rest.split_at_checked(size_of::<T>());
        let (bytes, rest) = bytes.ok_or(Refusal::Malformed)?;
        self.0.rest = rest;
        let signed = T::try_from(-1).is_ok();
        let negative = signed && bytes.last().is_some_and(|last| last >> 7 == 1);
        let mut number = [if negative { u8::MAX } else { 0 }; NUMBER_BYTES];
        let low = number.get_mut(..bytes.len()).ok_or(Refusal::Malformed)?;
        low.copy_from_slice(bytes);
        T::try_from(i128::from_le_bytes(number)).map_err(|_| Refusal::Malformed)
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
        self.write(&number.into().to_le_bytes())
    }

    /// A number of a state, for [`Packed`].
    pub fn pack<T: Into<i128>>(&mut self, number: T) -> Outcome {
        let number = number.into().to_le_bytes();
        self.write(number.get(..size_of::<T>()).ok_or(Refusal::Malformed)?)
    }

    /// Bytes of a state as they came.
    pub fn write(&mut self, bytes: &[u8]) -> Outcome {
        let end = self.length + bytes.len();
        let place = self.bytes.get_mut(self.length..end);
        place.ok_or(Refusal::Malformed)?.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }

    pub fn length(&self) -> usize {
        self.length
    }
}
