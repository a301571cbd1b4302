//! One exchange with one market, and what its users do.

use anchor_lang::solana_program::program_option::COption;
use anchor_lang::AnchorDeserialize;
use anchor_spl::token::spl_token::state::{
    Account as TokenAccount, AccountState as TokenState, Mint,
};
use plimsoll::instructions::{CreateExchangeArgs, PlaceOrderArgs};
use plimsoll::params::CollateralParams;
use plimsoll::report::MarginReport;
use plimsoll::state::{self, Collateral, Insurance, MarginAccount, Market, Pool};
use plimsoll_bank::{Bank, Step};
use plimsoll_client::addresses::{self, ExchangeAddresses, MarketAddresses};
use plimsoll_client::instructions::{self as build, KeeperKeys, PlaceKeys, WithdrawKeys};
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{key, MarketSpec, PriceUpdate, DEBT_PARAMS, POOL_PARAMS, WITHDRAWAL_PARAMS};
use solana_account::Account;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::TransactionError;

/// Two bitcoins.
pub const POSITION_LOTS: i64 = 2_000_000;

/// Quote atoms of whole quote units.
pub const fn units(quote: u64) -> u64 {
    quote * 1_000_000
}

/// The exchange and everybody who has opened an account.
pub struct Exchange {
    pub bank: Bank,
    pub addresses: ExchangeAddresses,
    market: MarketAddresses,
    spec: MarketSpec,
    price_e8: u64,
    published_seconds: i64,
    accounts: Vec<Pubkey>,
}

impl Exchange {
    /// Creates an exchange, lists the quote currency and bitcoin, and takes its first price.
    pub async fn create() -> Self {
        let mut bank = Bank::start(1_750_000_000).await;
        let governance = purse(&mut bank, "governance").await;
        let mint = key("quote mint", 0).pubkey();
        let (supply, decimals, is_initialized) = (0, 6, true);
        let none = COption::None;
        let state = Mint {
            mint_authority: none,
            supply,
            decimals,
            is_initialized,
            freeze_authority: none,
        };
        bank.put_token(mint, state).await;
        let address = addresses::exchange(&governance.pubkey());
        let spec = MarketSpec::btc();
        let mut exchange = Self {
            addresses: ExchangeAddresses::new(address, mint),
            market: MarketAddresses::new(&address, 0),
            price_e8: spec.price_e8,
            published_seconds: bank.now_seconds() - 1,
            accounts: Vec::new(),
            spec,
            bank,
        };
        let by = governance.pubkey();
        let args = CreateExchangeArgs {
            guardian: by,
            risk_operator: by,
            pool: POOL_PARAMS,
            withdrawal: WITHDRAWAL_PARAMS,
            debt: DEBT_PARAMS,
        };
        exchange
            .send(
                "create_exchange",
                build::create_exchange(by, mint, args),
                &governance,
            )
            .await;
        let params = CollateralParams {
            deposit_cap: units(1_000_000_000),
            haircut_ppm: 0,
            onboarding_seconds: 0,
            start_discount_ppm: 0,
            max_discount_ppm: 0,
        };
        let list = build::create_collateral(by, address, mint, params);
        exchange.send("create_collateral", list, &governance).await;
        let list = build::create_market(by, address, 0, exchange.spec.args);
        exchange.send("create_market", list, &governance).await;
        exchange.move_price(1_000).await;
        exchange
    }

    /// Fills the pool and the insurance fund, and draws the market's cash.
    pub async fn fund(&mut self, pool_q: u64, insurance_q: u64) {
        let provider = purse(&mut self.bank, "provider").await;
        let from = self.give_tokens(&provider, pool_q + insurance_q).await;
        let (owner, exchange, market) = (provider.pubkey(), self.addresses, self.market);
        let deposit = build::deposit_pool(&exchange, owner, from, &[market], pool_q);
        self.send("deposit_pool", deposit, &provider).await;
        let give = build::deposit_insurance(&exchange, owner, from, insurance_q);
        self.send("deposit_insurance", give, &provider).await;
        let sweep = build::sweep_market(exchange.pool, &market);
        self.send("sweep_market", sweep, &provider).await;
    }

    /// Opens a margin account and deposits into it.
    pub async fn open(&mut self, owner: &Keypair, deposit_q: u64) {
        self.bank.put(owner.pubkey(), full_purse()).await;
        let create = build::create_margin_account(self.addresses.exchange, owner.pubkey(), 0);
        self.send("create_margin_account", create, owner).await;
        let account = self.account_of(owner);
        self.accounts.push(account);
        let from = self.give_tokens(owner, deposit_q).await;
        if deposit_q > 0 {
            let by = owner.pubkey();
            let deposit = build::deposit(&self.addresses, by, from, account, deposit_q);
            self.send("deposit", deposit, owner).await;
        }
    }

    pub async fn withdraw(
        &mut self,
        owner: &Keypair,
        amount_q: u64,
    ) -> Result<(), TransactionError> {
        let keys = WithdrawKeys {
            owner: owner.pubkey(),
            margin_account: self.account_of(owner),
            to: token_address(owner),
        };
        let risk = self.risk_accounts(owner, None).await;
        let withdraw = build::withdraw(&self.addresses, &keys, &risk, amount_q);
        self.try_send("withdraw", withdraw, owner).await
    }

    /// Places an order and lets the keeper settle it at the update that it waits for.
    pub async fn trade(&mut self, owner: &Keypair, order: PlaceOrderArgs) {
        let keys = PlaceKeys {
            authority: owner.pubkey(),
            exchange: self.addresses.exchange,
            margin_account: self.account_of(owner),
            market: self.market.market,
        };
        let risk = self.risk_accounts(owner, None).await;
        self.send(
            "place_order",
            build::place_order(&keys, &risk, order),
            owner,
        )
        .await;
        let order_id = self.margin_account(owner).await.last_order_id;
        self.bank
            .advance(i64::from(self.spec.args.trade.order_delay_seconds))
            .await;
        self.move_price(1_000).await;
        let (keys, price) = (self.keeper_keys(owner), price_account());
        let risk = self.risk_accounts(owner, Some(0)).await;
        let settle = build::settle_order(&keys, price, &risk, order_id);
        self.send("settle_order", settle, &key("keeper", 0)).await;
    }

    pub async fn cut(&mut self, owner: &Keypair) {
        let risk = self.risk_accounts(owner, Some(0)).await;
        let cut = build::cut_position(&self.keeper_keys(owner), &risk);
        self.send("cut_position", cut, &key("keeper", 0)).await;
    }

    pub async fn liquidate(&mut self, owner: &Keypair) {
        let risk = self.risk_accounts(owner, Some(0)).await;
        let keys = self.keeper_keys(owner);
        let liquidate = build::liquidate_position(&keys, &risk);
        self.send("liquidate_position", liquidate, &key("keeper", 0))
            .await;
    }

    /// Lets the price fall by steps of a thousandth until the account's report says `state`.
    pub async fn fall_to(&mut self, owner: &Keypair, state: AccountState) {
        for _ in 0..100 {
            if self.report(owner).await.state == state as u8 {
                return;
            }
            self.bank.advance(12).await;
            self.move_price(999).await;
        }
        panic!("the account did not reach {state:?}");
    }

    /// Publishes a price of so many thousandths of the last one and refreshes the market with it.
    pub async fn move_price(&mut self, thousandths: u64) {
        self.price_e8 = self.price_e8 * thousandths / 1_000;
        let now_seconds = self.bank.now_seconds();
        let update = PriceUpdate::new(self.spec.args.feed_id, self.price_e8, now_seconds)
            .previous(self.published_seconds);
        self.published_seconds = now_seconds;
        self.bank.publish(price_account(), &update).await;
        let refresh = build::refresh_market(self.market.market_risk, price_account());
        self.send("refresh_market", refresh, &key("governance", 0))
            .await;
    }

    /// The account's margin by simulation, as any wallet would ask for it.
    pub async fn report(&mut self, owner: &Keypair) -> MarginReport {
        let risk = self.risk_accounts(owner, None).await;
        let instruction =
            build::margin_report(self.addresses.exchange, self.account_of(owner), &risk);
        let step = Step {
            name: "margin_report",
            positions: risk.len(),
            instruction,
        };
        let data = self.bank.simulate(step, owner).await;
        MarginReport::deserialize(&mut &data[..]).expect("a report")
    }

    /// I2: who holds what adds up to what the vault holds.
    pub async fn check_books(&mut self) {
        let mut books_q = 0;
        for account in self.accounts.clone() {
            let account: MarginAccount = self.bank.view(account).await;
            books_q += i128::from(account.balance_q) + i128::from(account.escrow_q());
        }
        let market: Market = self.bank.view(self.market.market).await;
        books_q += i128::from(market.cash_q) + i128::from(market.fees_q);
        books_q += i128::from(market.insurance_q);
        let pool: Pool = self.bank.view(self.addresses.pool).await;
        let insurance: Insurance = self.bank.view(self.addresses.insurance).await;
        books_q += i128::from(pool.cash_q) + i128::from(insurance.balance_q);
        let collateral: Collateral = self.bank.view(self.addresses.collateral).await;
        let vault_q = self.bank.tokens(self.addresses.vault).await;
        assert_eq!(books_q, i128::from(vault_q));
        assert_eq!(collateral.vault_q, vault_q);
    }

    /// Sends what may be refused.
    pub async fn try_send(
        &mut self,
        name: &'static str,
        instruction: Instruction,
        signer: &Keypair,
    ) -> Result<(), TransactionError> {
        self.bank
            .send(
                Step {
                    name,
                    positions: 1,
                    instruction,
                },
                signer,
            )
            .await
    }

    async fn send(&mut self, name: &'static str, instruction: Instruction, signer: &Keypair) {
        assert_eq!(
            self.try_send(name, instruction, signer).await,
            Ok(()),
            "{name}"
        );
    }

    async fn give_tokens(&mut self, owner: &Keypair, amount: u64) -> Pubkey {
        let state = TokenAccount {
            mint: self.addresses.quote_mint,
            owner: owner.pubkey(),
            amount,
            delegate: COption::None,
            state: TokenState::Initialized,
            is_native: COption::None,
            delegated_amount: 0,
            close_authority: COption::None,
        };
        let address = token_address(owner);
        self.bank.put_token(address, state).await;
        address
    }

    async fn margin_account(&mut self, owner: &Keypair) -> MarginAccount {
        let address = self.account_of(owner);
        self.bank.view(address).await
    }

    async fn risk_accounts(&mut self, owner: &Keypair, named: Option<u16>) -> Vec<Pubkey> {
        let account = self.margin_account(owner).await;
        let key = self.addresses.exchange;
        let exchange: state::Exchange = self.bank.view(key).await;
        build::risk_accounts((&key, &exchange), &account, named, |index| {
            addresses::market_risk(&key, index)
        })
    }

    fn account_of(&self, owner: &Keypair) -> Pubkey {
        addresses::margin_account(&self.addresses.exchange, &owner.pubkey(), 0)
    }

    fn keeper_keys(&self, owner: &Keypair) -> KeeperKeys {
        let keeper = key("keeper", 0);
        KeeperKeys {
            keeper: keeper.pubkey(),
            keeper_account: self.account_of(&keeper),
            exchange: self.addresses.exchange,
            margin_account: self.account_of(owner),
            market: self.market,
        }
    }
}

fn price_account() -> Pubkey {
    key("price", 0).pubkey()
}

fn token_address(owner: &Keypair) -> Pubkey {
    Pubkey::find_program_address(&[owner.pubkey().as_ref()], &anchor_spl::token::ID).0
}

fn full_purse() -> Account {
    Account {
        lamports: 1_000_000_000_000,
        ..Account::default()
    }
}

async fn purse(bank: &mut Bank, role: &str) -> Keypair {
    let pair = key(role, 0);
    bank.put(pair.pubkey(), full_purse()).await;
    pair
}
