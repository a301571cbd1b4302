//! Exact conversion between decimal text and integers in units of 1e-8.

use std::fmt;

/// One whole in units of 1e-8.
pub const ONE_E8: u64 = 100_000_000;
const FRACTION_DIGITS: i64 = 8;
/// Beyond this many digits either way every number is zero or too large, whatever its mantissa.
const EXPONENT_LIMIT: i64 = 400;

/// Why a text is not an amount in units of 1e-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    NotANumber,
    Negative,
    /// Above `u64::MAX` units of 1e-8, which is about 184 billion.
    TooLarge,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "is not a number",
            Self::Negative => "is negative",
            Self::TooLarge => "is too large (the limit is about 184 billion)",
        })
    }
}

/// Reads `12.345`, `.5`, `7.` or `1.5e-3` as units of 1e-8, rounding half up at the eighth decimal.
///
/// # Errors
/// Anything but digits with at most one point and one exponent, a negative number other than zero,
/// or a number above `u64::MAX` units.
pub fn parse_e8(text: &str) -> Result<u64, DecimalError> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = split_exponent(unsigned)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
        return Err(DecimalError::NotANumber);
    }
    if digits().all(|digit| digit == b'0') {
        return Ok(0);
    }
    if negative {
        return Err(DecimalError::Negative);
    }
    // How many of the digits stand before the last place that is kept.
    let kept = whole.len() as i64 + exponent + FRACTION_DIGITS;
    round_digits(digits(), kept)
}

fn split_exponent(text: &str) -> Result<(&str, i64), DecimalError> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return Ok((text, 0));
    };
    let exponent: i64 = exponent.parse().map_err(|_| DecimalError::NotANumber)?;
    Ok((mantissa, exponent.clamp(-EXPONENT_LIMIT, EXPONENT_LIMIT)))
}

fn round_digits(digits: impl Iterator<Item = u8>, kept: i64) -> Result<u64, DecimalError> {
    let mut value = 0u64;
    let mut place = 0i64;
    for digit in digits.map(|byte| u64::from(byte - b'0')) {
        if place == kept {
            let round_up = u64::from(digit >= 5);
            return value.checked_add(round_up).ok_or(DecimalError::TooLarge);
        }
        if place > kept {
            return Ok(value);
        }
        value = append_digit(value, digit)?;
        place += 1;
    }
    while place < kept {
        value = append_digit(value, 0)?;
        place += 1;
    }
    Ok(value)
}

fn append_digit(value: u64, digit: u64) -> Result<u64, DecimalError> {
    let shifted = value
        .checked_mul(10)
        .and_then(|tens| tens.checked_add(digit));
    shifted.ok_or(DecimalError::TooLarge)
}

/// Writes units of 1e-8 as the shortest decimal text that [`parse_e8`] reads back as the same value.
pub fn format_e8(value_e8: u64) -> String {
    let (whole, fraction) = (value_e8 / ONE_E8, value_e8 % ONE_E8);
    if fraction == 0 {
        return whole.to_string();
    }
    let padded = format!("{fraction:08}");
    format!("{whole}.{}", padded.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_exact_text() {
        for (text, value_e8) in [
            ("66.63096438", 6_663_096_438),
            ("1", ONE_E8),
            (".5", ONE_E8 / 2),
            ("7.", 7 * ONE_E8),
            ("+0.00000001", 1),
            ("0", 0),
            ("-0.0", 0),
            ("1.5e-3", 150_000),
            ("2E+2", 200 * ONE_E8),
            ("1e-99999", 0),
            ("184467440737.09551615", u64::MAX),
        ] {
            assert_eq!(parse_e8(text), Ok(value_e8), "{text}");
        }
    }

    #[test]
    fn rounds_half_up_at_the_eighth_decimal() {
        for (text, value_e8) in [
            ("66.22285000000001", 6_622_285_000),
            ("2.98999999900000003", 299_000_000),
            ("0.000000004999999", 0),
            ("0.000000005", 1),
            ("0.000000014999999999999999999999", 1),
            ("5e-9", 1),
            ("49e-10", 0),
            ("9.999999995", 10 * ONE_E8),
        ] {
            assert_eq!(parse_e8(text), Ok(value_e8), "{text}");
        }
    }

    #[test]
    fn names_what_is_wrong() {
        for text in [
            "", "-", ".", "1.2.3", "abc", "1,5", "0x10", " 1", "1e", "e5", "NaN", "--1", "٣",
        ] {
            assert_eq!(parse_e8(text), Err(DecimalError::NotANumber), "{text}");
        }
        assert_eq!(parse_e8("-0.5"), Err(DecimalError::Negative));
        for text in [
            "184467440737.09551616",
            "184467440737.095516155",
            "1e20",
            "1e9999",
        ] {
            assert_eq!(parse_e8(text), Err(DecimalError::TooLarge), "{text}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for text in [
            "66.63096438",
            "1",
            "0.5",
            "0.00000001",
            "184467440737.09551615",
        ] {
            assert_eq!(format_e8(parse_e8(text).unwrap()), text);
        }
    }
}
