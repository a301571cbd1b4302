//! What governance sets, each field with both of its bounds.

use crate::error::PlimsollError;
use anchor_lang::prelude::*;

mod carry;
mod collateral;
mod debt;
mod liquidity;
mod pool;
mod risk;
mod trade;
mod withdrawal;

pub use carry::CarryParams;
pub use collateral::CollateralParams;
pub use debt::DebtParams;
pub use liquidity::LiquidityParams;
pub use pool::PoolParams;
pub use risk::RiskParams;
pub use trade::TradeParams;
pub use withdrawal::WithdrawalParams;

/// The bounds of one field, for clients and tests.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub name: &'static str,
    pub lower: u64,
    pub upper: u64,
    /// Offset of the field in the struct's bytes.
    pub offset: usize,
    /// Size of the field in bytes: 4 or 8, little endian.
    pub size: usize,
}

macro_rules! bounded {
    (
        $(#[$doc:meta])*
        $name:ident {
            $( $(#[$field_doc:meta])* $field:ident : $ty:ident = $lower:literal, $upper:literal; )*
        }
    ) => {
        $(#[$doc])*
        #[repr(C)]
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, AnchorSerialize, AnchorDeserialize,
        )]
        pub struct $name {
            $( $(#[$field_doc])* pub $field: $ty, )*
        }

        impl $name {
            /// Lower and upper bound of every field, both inclusive.
            pub const BOUNDS: &'static [Bounds] = &[ $( Bounds {
                name: stringify!($field),
                lower: $lower,
                upper: $upper,
                offset: core::mem::offset_of!($name, $field),
                size: core::mem::size_of::<$ty>(),
            }, )* ];

            /// Checks every field against both of its bounds.
            ///
            /// # Errors
            /// [`PlimsollError::ParameterOutOfBounds`], with the field's name in the log.
            fn check_bounds(&self) -> Result<()> {
                $crate::params::check_all(bytemuck::bytes_of(self), Self::BOUNDS)
            }
        }
    };
}

use bounded;

/// One loop for all structs: unrolled, the checks would be a twentieth of the program.
pub(crate) fn check_all(params: &[u8], all: &[Bounds]) -> Result<()> {
    for bounds in all {
        let field = params
            .get(bounds.offset..)
            .and_then(|rest| rest.get(..bounds.size));
        let mut value = [0; 8];
        value[..bounds.size].copy_from_slice(field.ok_or(PlimsollError::ParameterOutOfBounds)?);
        if !(bounds.lower..=bounds.upper).contains(&u64::from_le_bytes(value)) {
            msg!(bounds.name);
            return err!(PlimsollError::ParameterOutOfBounds);
        }
    }
    Ok(())
}
