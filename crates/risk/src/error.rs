//! Why a computation was refused.

/// A broken rule of the risk mathematics. The program maps each to an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RiskError {
    /// A result does not fit its type.
    Overflow,
    /// A divisor is zero.
    DivisionByZero,
    /// A parameter is outside the range that its documentation states.
    ParameterOutOfRange,
    /// R-P1: a price, slow price or confidence is not a positive, representable number.
    PriceInvalid,
    /// R-P2: a feed's exponent is outside [`crate::oracle::EXPONENT_MIN`]`..=0`.
    ExponentOutOfRange,
    /// R-P3: the publish time lies after the clock.
    PriceFromFuture,
    /// R-P4: the publish time is older than the limit.
    PriceTooOld,
    /// R-P5: the publish time is not later than the last one used.
    PriceNotNewer,
    /// R-P6: confidence is too wide a share of the price.
    ConfidenceTooWide,
    /// R-O1: the update is not the one that the order's time names.
    NotTheSettlingUpdate,
    /// A size is zero or larger than what it is taken from.
    SizeInvalid,
    /// The account is not below the line that the action needs.
    AboveTheLine,
    /// A pool whose worth is not positive cannot price a share.
    PoolExhausted,
}

/// The result of a computation.
pub type Result<T> = core::result::Result<T, RiskError>;
