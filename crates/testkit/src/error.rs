use core::fmt;
use plimsoll::error::PlimsollError;
use plimsoll_client::events::EventError;
use plimsoll_client::margin::MarginError;
use plimsoll_client::views::ViewError;
use solana_pubkey::Pubkey;
use std::path::PathBuf;

/// Why a transaction was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// By a rule of the program.
    Program(PlimsollError),
    /// By a number that is not one of the program's: Anchor's own below 6000, or another program's.
    Custom(u32),
    /// By the runtime, in its words.
    Runtime(String),
}

/// A transaction that changed nothing but the fee payer's lamports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Place of the instruction that failed, where one did.
    pub instruction: Option<u8>,
    pub cause: Cause,
    /// Compute units used until then.
    pub compute_units: u64,
    pub logs: Vec<String>,
}

/// Why the world could not do what it was asked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorldError {
    /// The compiled program is not where it should be.
    ProgramMissing(PathBuf),
    /// The virtual machine refused something that is no transaction.
    Machine(String),
    /// A signature is needed of a key that this world did not make.
    UnknownSigner(Pubkey),
    /// No account at this address.
    AccountMissing(Pubkey),
    /// No market of this index.
    MarketMissing(u16),
    /// No collateral of this index.
    CollateralMissing(u16),
    /// No trader of this number.
    TraderMissing(usize),
    /// An account that is not what it should be.
    View(Pubkey, ViewError),
    /// The program emitted something that is not one of its events.
    Event(EventError),
    /// The return data is not what the instruction returns.
    ReturnData,
    /// A margin could not be computed.
    Margin(MarginError),
    /// A transaction was refused.
    Refused(Box<Refusal>),
    /// An invariant of the specification does not hold.
    InvariantBroken(String),
    /// A number that the world was given or made does not fit its type.
    Overflow,
}

impl WorldError {
    /// The program's error, where that is what refused a transaction.
    #[must_use]
    pub fn program_error(&self) -> Option<PlimsollError> {
        match self {
            Self::Refused(refusal) => match refusal.cause {
                Cause::Program(error) => Some(error),
                _ => None,
            },
            _ => None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Program(error) => write!(f, "{} ({error})", error.name()),
            Self::Custom(number) => write!(f, "error {number}"),
            Self::Runtime(words) => write!(f, "{words}"),
        }
    }
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::ProgramMissing(path) => {
                write!(f, "no program at {}: run ./dev build first", path.display())
            }
            Self::Machine(words) => write!(f, "the virtual machine refused: {words}"),
            Self::UnknownSigner(key) => write!(f, "no secret key for the signer {key}"),
            Self::AccountMissing(key) => write!(f, "no account at {key}"),
            Self::MarketMissing(index) => write!(f, "no market {index}"),
            Self::CollateralMissing(index) => write!(f, "no collateral {index}"),
            Self::TraderMissing(number) => write!(f, "no trader {number}"),
            Self::View(key, error) => write!(f, "the account {key} holds {error}"),
            Self::Event(error) => write!(f, "an event cannot be read: {error}"),
            Self::ReturnData => write!(f, "the return data cannot be read"),
            Self::Margin(error) => write!(f, "{error}"),
            Self::Refused(refusal) => {
                write!(f, "refused: {}\n{}", refusal.cause, refusal.logs.join("\n"))
            }
            Self::InvariantBroken(what) => write!(f, "an invariant is broken: {what}"),
            Self::Overflow => write!(f, "a number does not fit its type"),
        }
    }
}

impl std::error::Error for WorldError {}
