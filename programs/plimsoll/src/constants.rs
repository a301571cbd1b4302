//! Seeds and limits.

/// Layout version written to every account.
pub const ACCOUNT_VERSION: u8 = 1;

/// Seed of [`crate::state::Exchange`], with its creator.
pub const EXCHANGE_SEED: &[u8] = b"exchange";
/// Seed of [`crate::state::Collateral`], with the exchange and the mint.
pub const COLLATERAL_SEED: &[u8] = b"collateral";
/// Seed of a collateral's token vault, with the exchange and the mint.
pub const VAULT_SEED: &[u8] = b"vault";
/// Seed of [`crate::state::Pool`], with the exchange.
pub const POOL_SEED: &[u8] = b"pool";
/// Seed of [`crate::state::Provider`], with the pool and the provider's owner.
pub const PROVIDER_SEED: &[u8] = b"provider";
/// Seed of [`crate::state::Redemption`], with the provider and the provider's number of it.
pub const REDEMPTION_SEED: &[u8] = b"redemption";
/// Seed of [`crate::state::Insurance`], with the exchange.
pub const INSURANCE_SEED: &[u8] = b"insurance";
/// Seed of [`crate::state::Market`], with the exchange and the market's index.
pub const MARKET_SEED: &[u8] = b"market";
/// Seed of [`crate::state::MarketRisk`], with the exchange and the market's index.
pub const MARKET_RISK_SEED: &[u8] = b"market_risk";
/// Seed of [`crate::state::ScenarioSet`], with the exchange.
pub const SCENARIO_SET_SEED: &[u8] = b"scenarios";
/// Seed of [`crate::state::MarginAccount`], with the exchange, the owner and the sub-account id.
pub const MARGIN_ACCOUNT_SEED: &[u8] = b"margin";

/// Seed of [`crate::state::WithdrawalTicket`], with the margin account and a number of its owner's choice.
pub const WITHDRAWAL_TICKET_SEED: &[u8] = b"withdrawal";
/// Seed of [`crate::state::OwnerLimit`], with the exchange and the owner.
pub const OWNER_LIMIT_SEED: &[u8] = b"owner_limit";

/// Positions an account can hold.
pub const POSITIONS_MAX: usize = 8;
/// Orders an account can have open.
pub const ORDERS_MAX: usize = 8;
/// The longest that a conditional order may wait, seconds: 90 days.
pub const ORDER_LIFE_SECONDS_MAX: i64 = 90 * 86_400;
/// Collaterals an account can hold besides the quote currency.
pub const COLLATERALS_MAX: usize = 4;
/// Markets an exchange can list: a deposit into the pool names two accounts of each, and a transaction
/// locks 64 at the most.
pub const MARKETS_MAX: u16 = 24;
/// Collaterals an exchange can list.
pub const EXCHANGE_COLLATERALS_MAX: u16 = 64;
/// Decimals of the quote mint: quote atoms are 1e-6.
pub const QUOTE_DECIMALS: u8 = 6;
/// R-L9: a market keeps so many bounties at hand, each of its keeper's fee.
pub const BOUNTIES_KEPT: u64 = 64;
/// Set in the index of a collateral's risk account, so that it is never a market's.
pub const COLLATERAL_RISK: u16 = 0x8000;
/// Names no market as a collateral's underlying.
pub const NO_UNDERLYING: u16 = u16::MAX;
/// Bounds of the least share of the gross that a netted book must hold, ppm.
pub const NETTING_FLOOR_PPM_MIN: u32 = 300_000;
pub const NETTING_FLOOR_PPM_MAX: u32 = 1_000_000;
/// The furthest that a stress row moves a market, 1e-4 of its ratio.
pub const ROW_MOVE_E4_MAX: u16 = 20_000;
