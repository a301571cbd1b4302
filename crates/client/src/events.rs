//! What the program says happened, from inner instructions and logs.

use anchor_lang::event::EVENT_IX_TAG_LE;
use anchor_lang::{AnchorDeserialize, Discriminator};
use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use core::fmt;
use plimsoll::events::{
    CollateralCreated, CollateralPledged, CollateralPriced, CollateralReleased, DeficitAbsorbed,
    DeficitRepaid, DelegateChanged, Deposited, DepthPosted, ExchangeCreated, InsuranceDeposited,
    MarginAccountClosed, MarginAccountCreated, MarketCreated, MarketRefreshed, MarketSwept,
    OrderPlaced, OrderSettled, OutlookPosted, PoolDeposited, PositionCut, PositionLiquidated,
    PositionSettled, ProfitCollected, ScenariosCreated, SettlementCancelled, SettlementFinished,
    SettlementStarted, Withdrawn,
};

/// Why bytes are not an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventError {
    /// No event of this program starts with these eight bytes.
    Unknown,
    /// The bytes after the discriminator are not what the event holds.
    Malformed,
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Unknown => write!(f, "no event of this program"),
            Self::Malformed => write!(f, "an event with other contents than its type has"),
        }
    }
}

impl std::error::Error for EventError {}

macro_rules! events {
    ($($event:ident),* $(,)?) => {
        /// Any event of the program.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Event {
            $( $event(Box<$event>), )*
        }

        impl Event {
            /// The event in bytes that start with its discriminator.
            ///
            /// # Errors
            /// Each [`EventError`].
            pub fn decode(data: &[u8]) -> Result<Self, EventError> {
                $( if let Some(mut body) = data.strip_prefix($event::DISCRIMINATOR) {
                    let event = $event::deserialize(&mut body).map_err(|_| EventError::Malformed)?;
                    return if body.is_empty() {
                        Ok(Self::$event(Box::new(event)))
                    } else {
                        Err(EventError::Malformed)
                    };
                } )*
                Err(EventError::Unknown)
            }
        }

        $( impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$event(Box::new(event))
            }
        } )*
    };
}

events! {
    CollateralCreated, CollateralPledged, CollateralPriced, CollateralReleased, DeficitAbsorbed, DepthPosted, OutlookPosted, ScenariosCreated, DeficitRepaid, DelegateChanged, Deposited, ExchangeCreated,
    InsuranceDeposited, MarginAccountClosed, MarginAccountCreated, MarketCreated, MarketRefreshed,
    MarketSwept, OrderPlaced, OrderSettled, PoolDeposited, PositionCut, PositionLiquidated,
    ProfitCollected, PositionSettled, SettlementCancelled, SettlementFinished, SettlementStarted,
    Withdrawn,
}

impl Event {
    /// The event in the data of an instruction that the program sent to itself; nothing where the
    /// instruction is no event call.
    ///
    /// # Errors
    /// Each [`EventError`].
    pub fn of_inner_instruction(data: &[u8]) -> Option<Result<Self, EventError>> {
        data.strip_prefix(EVENT_IX_TAG_LE).map(Self::decode)
    }

    /// The events that the program itself wrote to a transaction's log. What other programs wrote is
    /// skipped, whatever it looks like.
    ///
    /// # Errors
    /// Each [`EventError`].
    pub fn of_log(lines: &[String]) -> impl Iterator<Item = Result<Self, EventError>> + use<'_> {
        let program = plimsoll::ID.to_string();
        let mut running: Vec<&str> = Vec::new();
        lines.iter().filter_map(move |line| {
            let mut words = line.split(' ');
            match (words.next()?, words.next()?, words.next()?) {
                ("Program", "data:", data) if running.last() == Some(&program.as_str()) => {
                    let bytes = STANDARD.decode(data).map_err(|_| EventError::Malformed);
                    return Some(bytes.and_then(|bytes| Self::decode(&bytes)));
                }
                ("Program", id, "invoke") => running.push(id),
                ("Program", _, "success" | "failed:") => {
                    running.pop();
                }
                _ => {}
            }
            None
        })
    }
}
