use crate::collaterals::Taken;
use crate::error::WorldError;
use crate::keys::{address, key};
use crate::machine::{self, program_path};
use crate::price::PriceUpdate;
use crate::spec::{MarketSpec, DEBT_PARAMS, POOL_PARAMS, QUOTE_PARAMS, WITHDRAWAL_PARAMS};
use crate::token;
use litesvm::LiteSVM;
use plimsoll::instructions::CreateExchangeArgs;
use plimsoll::params::{CollateralParams, DebtParams, PoolParams, WithdrawalParams};
use plimsoll_client::addresses::{self, ExchangeAddresses, MarketAddresses};
use plimsoll_client::instructions as build;
use solana_account::Account;
use solana_clock::Clock;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use std::collections::HashMap;
use std::sync::Arc;

/// What every key of a world starts with, lamports.
const PURSE_LAMPORTS: u64 = 1_000_000_000_000_000;

/// Number of a trader in its world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraderId(pub usize);

/// A margin account and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trader {
    pub owner: Pubkey,
    pub sub_id: u16,
    /// The margin account.
    pub address: Pubkey,
    /// The owner's own quote tokens.
    pub tokens: Pubkey,
}

/// A market as a world knows it.
#[derive(Clone)]
pub(crate) struct Listed {
    pub spec: MarketSpec,
    pub addresses: MarketAddresses,
    /// Where updates of its feed are put.
    pub price_account: Pubkey,
    /// The last update put there.
    pub last: Option<PriceUpdate>,
}

/// An exchange in memory. A clone goes its own way; contents are shared until they change.
#[derive(Clone)]
pub struct World {
    pub(crate) svm: LiteSVM,
    pub(crate) ring: HashMap<Pubkey, Arc<Keypair>>,
    pub(crate) clock: Clock,
    pub(crate) verify_signatures: bool,
    pub(crate) listed: Vec<Listed>,
    /// In the order of their indices; the first is the quote currency.
    pub(crate) collaterals: Vec<Taken>,
    pub(crate) traders: Vec<Trader>,
    pub(crate) providers: Vec<Pubkey>,
    /// Tickets of providers, those that are redeemed included.
    pub(crate) redemptions: Vec<Pubkey>,
    /// Tickets of withdrawals, those that are paid included.
    pub(crate) withdrawals: Vec<Pubkey>,
    /// Pays every transaction's fee and signs each.
    pub payer: Pubkey,
    pub governance: Pubkey,
    /// Owns the margin account that earns keepers' fees.
    pub keeper: Pubkey,
    /// That account.
    pub keeper_id: TraderId,
    pub exchange: ExchangeAddresses,
}

/// What a world starts with.
#[derive(Clone, Debug)]
pub struct Builder {
    markets: Vec<MarketSpec>,
    pool_q: u64,
    insurance_q: u64,
    start_seconds: i64,
    verify_signatures: bool,
    quote: CollateralParams,
    provision: PoolParams,
    withdrawal: WithdrawalParams,
    governance: u64,
    debt: DebtParams,
}

impl Builder {
    /// Lists one more market.
    #[must_use]
    pub fn market(mut self, spec: MarketSpec) -> Self {
        self.markets.push(spec);
        self
    }

    /// Lists more markets.
    #[must_use]
    pub fn markets(mut self, specs: impl IntoIterator<Item = MarketSpec>) -> Self {
        self.markets.extend(specs);
        self
    }

    /// What the pool is given, quote atoms; ten million quote units unless said otherwise.
    #[must_use]
    pub fn pool(mut self, amount_q: u64) -> Self {
        self.pool_q = amount_q;
        self
    }

    /// What the insurance fund is given, quote atoms; one million quote units unless said otherwise.
    #[must_use]
    pub fn insurance(mut self, amount_q: u64) -> Self {
        self.insurance_q = amount_q;
        self
    }

    /// The first instant, Unix seconds.
    #[must_use]
    pub fn start(mut self, seconds: i64) -> Self {
        self.start_seconds = seconds;
        self
    }

    /// Whether signatures are made and verified, as they are unless said otherwise. Long replays can
    /// do without: who must sign is still checked by the program.
    #[must_use]
    pub fn verify_signatures(mut self, verify: bool) -> Self {
        self.verify_signatures = verify;
        self
    }

    /// What the quote currency is listed with.
    #[must_use]
    pub fn quote(mut self, params: CollateralParams) -> Self {
        self.quote = params;
        self
    }

    /// How providers enter and leave.
    #[must_use]
    pub fn provision(mut self, params: PoolParams) -> Self {
        self.provision = params;
        self
    }

    /// How fast the quote vault may be emptied.
    #[must_use]
    pub fn withdrawal(mut self, params: WithdrawalParams) -> Self {
        self.withdrawal = params;
        self
    }

    /// Which key governs; 0 unless said otherwise. Exchanges of two keys have the same traders and feeds, and
    /// no account of their own in common.
    #[must_use]
    pub fn governance(mut self, number: u64) -> Self {
        self.governance = number;
        self
    }

    /// What accounts may owe, and how it is repaid.
    #[must_use]
    pub fn debt(mut self, params: DebtParams) -> Self {
        self.debt = params;
        self
    }

    /// The exchange: listed markets with a first price, a pool, an insurance fund, cash in the markets
    /// as far as they ask for it, and a keeper.
    ///
    /// # Errors
    /// [`WorldError::ProgramMissing`], or what the program refuses of the markets' parameters.
    pub fn build(self) -> Result<World, WorldError> {
        let mut world = self.empty()?;
        let guardian = world.new_key("guardian", 0)?;
        let risk_operator = world.new_key("risk operator", 0)?;
        let args = CreateExchangeArgs {
            guardian,
            risk_operator,
            pool: self.provision,
            withdrawal: self.withdrawal,
            debt: self.debt,
        };
        let (governance, mint) = (world.governance, world.exchange.quote_mint);
        let exchange = world.exchange.exchange;
        world.send(&[
            build::create_exchange(governance, mint, args),
            build::create_collateral(governance, exchange, mint, self.quote),
        ])?;
        for spec in self.markets {
            world.list(spec)?;
        }
        if self.pool_q > 0 {
            world.deposit_pool("provider", 0, self.pool_q)?;
        }
        if self.insurance_q > 0 {
            world.deposit_insurance(self.insurance_q)?;
        }
        world.keeper_id = world.open_account("keeper", 0, 0)?;
        for index in world.market_indices() {
            // Cash, or at least what stands behind the market.
            if self.pool_q > 0 && world.market(index)?.params.loss_cap_q > 0 {
                world.sweep(index)?;
            }
        }
        Ok(world)
    }

    /// A machine with the program, the keys and the quote mint.
    fn empty(&self) -> Result<World, WorldError> {
        let svm = machine::loaded(&program_path())?.with_sigverify(self.verify_signatures);
        let governance = address("governance", self.governance);
        let quote_mint = address("quote mint", 0);
        let exchange = addresses::exchange(&governance);
        let mut world = World {
            clock: Clock {
                unix_timestamp: self.start_seconds,
                ..svm.get_sysvar::<Clock>()
            },
            svm,
            ring: HashMap::new(),
            verify_signatures: self.verify_signatures,
            listed: Vec::new(),
            collaterals: vec![Taken::new(&exchange, quote_mint)],
            traders: Vec::new(),
            providers: Vec::new(),
            redemptions: Vec::new(),
            withdrawals: Vec::new(),
            payer: Pubkey::default(),
            governance,
            keeper: address("keeper", 0),
            keeper_id: TraderId(0),
            exchange: ExchangeAddresses::new(exchange, quote_mint),
        };
        world.set_time(self.start_seconds);
        world.payer = world.new_key("payer", 0)?;
        world.new_key("governance", self.governance)?;
        world.new_mint("quote mint", 0, plimsoll::constants::QUOTE_DECIMALS)?;
        Ok(world)
    }
}

impl World {
    /// A world with no market yet, a pool of ten million and an insurance fund of one million quote
    /// units, in June 2025.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            markets: Vec::new(),
            pool_q: 10_000_000_000_000,
            insurance_q: 1_000_000_000_000,
            start_seconds: 1_750_000_000,
            verify_signatures: true,
            quote: QUOTE_PARAMS,
            provision: POOL_PARAMS,
            withdrawal: WITHDRAWAL_PARAMS,
            governance: 0,
            debt: DEBT_PARAMS,
        }
    }

    /// The time that the program sees, Unix seconds.
    #[must_use]
    pub fn now_seconds(&self) -> i64 {
        self.clock.unix_timestamp
    }

    /// Sets the time, Unix seconds.
    pub fn set_time(&mut self, seconds: i64) {
        self.clock.unix_timestamp = seconds;
        self.svm.set_sysvar(&self.clock);
    }

    /// Moves the time.
    pub fn advance(&mut self, seconds: i64) {
        self.set_time(self.clock.unix_timestamp.saturating_add(seconds));
    }

    /// The key that plays a role, with lamports, known to this world as a signer.
    ///
    /// # Errors
    /// [`WorldError::Machine`].
    pub fn new_key(&mut self, role: &str, number: u64) -> Result<Pubkey, WorldError> {
        let pair = key(role, number);
        let address = pair.pubkey();
        if self.ring.insert(address, Arc::new(pair)).is_none() {
            let purse = Account {
                lamports: PURSE_LAMPORTS,
                rent_epoch: u64::MAX,
                ..Account::default()
            };
            self.put(address, purse)?;
        }
        Ok(address)
    }

    /// Puts an account in place, whatever was there.
    ///
    /// # Errors
    /// [`WorldError::Machine`].
    pub fn put(&mut self, address: Pubkey, account: Account) -> Result<(), WorldError> {
        self.svm
            .set_account(address, account)
            .map_err(|error| machine::refused(&error))
    }

    /// Lamports that make an account of `size` bytes rent-exempt.
    #[must_use]
    pub fn rent(&self, size: usize) -> u64 {
        self.svm.minimum_balance_for_rent_exemption(size)
    }

    /// A new mint with nothing supplied.
    ///
    /// # Errors
    /// [`WorldError::Machine`].
    pub fn new_mint(
        &mut self,
        role: &str,
        number: u64,
        decimals: u8,
    ) -> Result<Pubkey, WorldError> {
        let address = key(role, number).pubkey();
        let lamports = self.rent(token::MINT_SIZE);
        self.put(address, token::mint(decimals, lamports)?)?;
        Ok(address)
    }

    /// Quote tokens of `owner`, made out of nothing; returns where they are.
    ///
    /// # Errors
    /// [`WorldError::Overflow`].
    pub fn mint_quote(&mut self, owner: &Pubkey, amount_q: u64) -> Result<Pubkey, WorldError> {
        let mint = self.exchange.quote_mint;
        self.mint_tokens(&mint, owner, amount_q)
    }

    /// Tokens of a mint, made out of nothing for `owner`; returns where they are.
    ///
    /// # Errors
    /// [`WorldError::Overflow`].
    pub fn mint_tokens(
        &mut self,
        mint: &Pubkey,
        owner: &Pubkey,
        amount: u64,
    ) -> Result<Pubkey, WorldError> {
        let address = token::address(owner, mint);
        let held = self.token_amount(&address).unwrap_or(0);
        let amount = held.checked_add(amount).ok_or(WorldError::Overflow)?;
        let lamports = self.rent(token::ACCOUNT_SIZE);
        self.put(address, token::account(*mint, *owner, amount, lamports)?)?;
        Ok(address)
    }
}
