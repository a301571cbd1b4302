//! Accounts of the program, read from their bytes without copying.

use anchor_lang::{Discriminator, Owner};
use bytemuck::{Pod, PodCastError};
use core::fmt;
use plimsoll::constants::ACCOUNT_VERSION;
use plimsoll::state::{
    Collateral, Exchange, Insurance, MarginAccount, Market, MarketRisk, OwnerLimit, Pool, Provider,
    Redemption, ScenarioSet, WithdrawalTicket,
};

/// Why bytes are not the account they were taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewError {
    /// The size is another than the layout's.
    Size { expected: usize, found: usize },
    /// The first eight bytes name another type.
    Discriminator,
    /// The layout version is another than this crate knows.
    Version(u8),
    /// The bytes do not start at a multiple of eight; [`read`] copies them instead.
    Unaligned,
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Size { expected, found } => write!(f, "{found} bytes instead of {expected}"),
            Self::Discriminator => write!(f, "an account of another type"),
            Self::Version(found) => {
                write!(f, "layout version {found} instead of {ACCOUNT_VERSION}")
            }
            Self::Unaligned => write!(f, "bytes that are not aligned to eight"),
        }
    }
}

impl std::error::Error for ViewError {}

/// An account of the program: bytes of a fixed layout behind a discriminator.
pub trait AccountLayout: Pod + Discriminator + Owner {
    /// Bytes of such an account, discriminator included.
    const SIZE: usize = 8 + core::mem::size_of::<Self>();

    /// The layout version it was written with.
    fn version(&self) -> u8;
}

macro_rules! layouts {
    ($($account:ty),* $(,)?) => {
        $( impl AccountLayout for $account {
            fn version(&self) -> u8 {
                self.version
            }
        } )*
    };
}

layouts! { Collateral, Exchange, Insurance, MarginAccount, Market, MarketRisk, Pool, Provider,
Redemption, ScenarioSet, OwnerLimit, WithdrawalTicket }

/// The account in `data`, in place. Whether the program owns it is the caller's to check.
///
/// # Errors
/// Each [`ViewError`].
pub fn view<T: AccountLayout>(data: &[u8]) -> Result<&T, ViewError> {
    let account = bytemuck::try_from_bytes::<T>(body::<T>(data)?).map_err(|error| match error {
        PodCastError::TargetAlignmentGreaterAndInputNotAligned => ViewError::Unaligned,
        _ => size_error::<T>(data),
    })?;
    check_version(account)?;
    Ok(account)
}

/// The account in `data`, copied. Whether the program owns it is the caller's to check.
///
/// # Errors
/// Each [`ViewError`] but [`ViewError::Unaligned`].
pub fn read<T: AccountLayout>(data: &[u8]) -> Result<T, ViewError> {
    let account = bytemuck::try_pod_read_unaligned::<T>(body::<T>(data)?)
        .map_err(|_| size_error::<T>(data))?;
    check_version(&account)?;
    Ok(account)
}

fn body<T: AccountLayout>(data: &[u8]) -> Result<&[u8], ViewError> {
    if data.len() != T::SIZE {
        return Err(size_error::<T>(data));
    }
    data.strip_prefix(T::DISCRIMINATOR)
        .ok_or(ViewError::Discriminator)
}

fn size_error<T: AccountLayout>(data: &[u8]) -> ViewError {
    ViewError::Size {
        expected: T::SIZE,
        found: data.len(),
    }
}

fn check_version(account: &impl AccountLayout) -> Result<(), ViewError> {
    match account.version() {
        ACCOUNT_VERSION => Ok(()),
        other => Err(ViewError::Version(other)),
    }
}
