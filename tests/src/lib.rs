//! What the tests of the compiled program share. Everything here panics: it is for tests alone.

pub mod compute_units;

use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::params::LiquidityParams;
use plimsoll::state::MarketRisk;
use plimsoll_client::views::AccountLayout;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Cause, MarketSpec, Sent, TraderId, World, WorldError};
use solana_account::{Account, AccountSharedData};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub mod foreign;

/// The token program.
pub const TOKEN_PROGRAM: Pubkey = anchor_spl::token::ID;
/// The token program's word for a transfer of more than there is.
pub const TOKEN_INSUFFICIENT_FUNDS: u32 = 1;
/// The token program's word for a transfer between two mints.
pub const TOKEN_MINT_MISMATCH: u32 = 3;
/// The token program's word for a transfer that its owner did not sign.
pub const TOKEN_OWNER_MISMATCH: u32 = 4;

/// The only market of [`btc`].
pub const BTC: u16 = 0;
/// One bitcoin in lots.
pub const COIN: i64 = 1_000_000;

/// Quote atoms of whole quote units.
#[must_use]
pub const fn units(quote: u64) -> u64 {
    quote * 1_000_000
}

/// A price in 1e-8 of whole quote units.
#[must_use]
pub const fn e8(quote: u64) -> u64 {
    quote * 100_000_000
}

/// Bitcoin with a round premium: 0.06 quote units on an order for one coin where there is no skew.
#[must_use]
pub fn btc_spec() -> MarketSpec {
    MarketSpec::btc().with(|args| args.trade.skew_scale_lots = 500_000_000_000)
}

/// A market like this one that takes any size: neither size nor crowding raises what a position needs, and
/// no price is too cheap to move for its open interest. What is left is what trades cost.
#[must_use]
pub fn deep(spec: MarketSpec) -> MarketSpec {
    let most = |name| {
        let mut all = LiquidityParams::BOUNDS.iter();
        all.find(|bounds| bounds.name == name)
            .map_or(0, |bounds| bounds.upper)
    };
    spec.with(|args| {
        args.liquidity.own_depth_lots = most("own_depth_lots");
        args.liquidity.base_depth_q = most("base_depth_q");
        args.liquidity.crowded_low_lots = most("crowded_low_lots");
        args.liquidity.crowded_high_lots = most("crowded_high_lots");
    })
}

/// An exchange with one market, bitcoin at 60,000. Built once, then cloned.
#[must_use]
pub fn btc() -> World {
    static WORLD: LazyLock<World> = LazyLock::new(|| built(World::builder().market(btc_spec())));
    WORLD.clone()
}

/// An exchange with bitcoin, ether and solana, in this order. Built once, then cloned.
#[must_use]
pub fn three_markets() -> World {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let specs = [MarketSpec::btc(), MarketSpec::eth(), MarketSpec::sol()];
        built(World::builder().markets(specs))
    });
    WORLD.clone()
}

/// Builds a world; a missing program is said plainly.
#[must_use]
pub fn built(builder: plimsoll_testkit::Builder) -> World {
    match builder.build() {
        Ok(world) => world,
        Err(error) => panic!("{error}"),
    }
}

/// A call of a world that must go through: `went!(world.cut(id, BTC))`. The invariants are checked after it.
#[macro_export]
macro_rules! went {
    ($world:ident . $($call:tt)*) => {{
        let result = $world.$($call)*;
        $crate::checked(&$world, result)
    }};
}

/// What [`went`] expands to.
#[track_caller]
pub fn checked<T>(world: &World, result: Result<T, WorldError>) -> T {
    let value = match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    };
    if let Err(error) = world.check_invariants() {
        panic!("{error}");
    }
    value
}

/// Sends one instruction that must go through; checks the invariants.
#[track_caller]
pub fn sent(world: &mut World, instruction: Instruction) -> Sent {
    went!(world.send(&[instruction]))
}

/// Sends one instruction that the program must refuse with `error`, and without changing anything.
#[track_caller]
pub fn refused(world: &mut World, instruction: Instruction, error: PlimsollError) {
    refused_for(world, instruction, &Cause::Program(error));
}

/// Sends one instruction that the framework must refuse with `error`, and without changing anything.
#[track_caller]
pub fn refused_by_anchor(world: &mut World, instruction: Instruction, error: ErrorCode) {
    refused_for(world, instruction, &Cause::Custom(error.into()));
}

/// Sends one instruction that another program must refuse with `number`, and without changing
/// anything.
#[track_caller]
pub fn refused_with(world: &mut World, instruction: Instruction, number: u32) {
    refused_for(world, instruction, &Cause::Custom(number));
}

/// Sends one instruction that must be refused for `cause`, and without changing anything.
#[track_caller]
pub fn refused_for(world: &mut World, instruction: Instruction, cause: &Cause) {
    let before = world.snapshot();
    match world.send(&[instruction]) {
        Ok(sent) => panic!("went through instead of {cause}: {:?}", sent.events),
        Err(WorldError::Refused(refusal)) => {
            assert_eq!(refusal.cause, *cause, "{}", refusal.logs.join("\n"));
        }
        Err(error) => panic!("{error}"),
    }
    assert_unchanged(&before, &world.snapshot());
}

/// Compares all accounts.
#[track_caller]
pub fn assert_unchanged(
    before: &BTreeMap<Pubkey, AccountSharedData>,
    after: &BTreeMap<Pubkey, AccountSharedData>,
) {
    let keys = |accounts: &BTreeMap<Pubkey, AccountSharedData>| {
        accounts.keys().copied().collect::<Vec<_>>()
    };
    assert_eq!(keys(before), keys(after), "accounts came or went");
    for (address, account) in before {
        assert!(after.get(address) == Some(account), "{address} changed");
    }
}

/// `instruction` with the key `from` replaced by `to` wherever it occurs.
#[must_use]
pub fn swapped(mut instruction: Instruction, from: Pubkey, to: Pubkey) -> Instruction {
    let mut found = false;
    for meta in instruction
        .accounts
        .iter_mut()
        .filter(|meta| meta.pubkey == from)
    {
        meta.pubkey = to;
        found = true;
    }
    assert!(found, "{from} is not among the accounts");
    instruction
}

/// `instruction` without the signature of `key`.
#[must_use]
pub fn unsigned(mut instruction: Instruction, key: Pubkey) -> Instruction {
    for meta in instruction
        .accounts
        .iter_mut()
        .filter(|meta| meta.pubkey == key)
    {
        meta.is_signer = false;
    }
    instruction
}

/// Changes an account of the program from outside, to make a state that no instruction leads to.
pub fn patch<T: AccountLayout>(world: &mut World, address: Pubkey, change: impl FnOnce(&mut T)) {
    let mut account: Account = world.raw(&address).expect("an account").clone().into();
    let mut state = plimsoll_client::views::read::<T>(&account.data).expect("a layout");
    change(&mut state);
    account.data[8..].copy_from_slice(bytemuck::bytes_of(&state));
    world.put(address, account).expect("a place");
}

/// A world whose markets, until they are swept, take positions that nothing backs (R-Q7): for what becomes of claims
/// that cannot be paid.
#[must_use]
pub fn unbacked(mut world: World) -> World {
    for market in world.all_market_addresses() {
        patch(&mut world, market.market_risk, |risk: &mut MarketRisk| {
            risk.capacity_q = u64::MAX;
        });
    }
    world
}

/// The same bytes under another owner, at a new address.
pub fn counterfeit(world: &mut World, original: Pubkey) -> Pubkey {
    let mut account: Account = world.raw(&original).expect("an account").clone().into();
    account.owner = Pubkey::new_from_array([7; 32]);
    copied(world, account)
}

fn copied(world: &mut World, account: Account) -> Pubkey {
    let free = |number: &u64| {
        world
            .raw(&plimsoll_testkit::address("copy", *number))
            .is_none()
    };
    let number = (0..).find(free).expect("a free number");
    let address = plimsoll_testkit::address("copy", number);
    world.put(address, account).expect("a place");
    address
}

/// The one event of a type among those of a transaction.
#[macro_export]
macro_rules! event {
    ($sent:expr, $event:ident) => {{
        let sent = &$sent;
        let found: Vec<_> = sent
            .events
            .iter()
            .filter_map(|event| match event {
                plimsoll_client::Event::$event(event) => Some((**event).clone()),
                _ => None,
            })
            .collect();
        assert_eq!(
            found.len(),
            1,
            "one {} among {:?}",
            stringify!($event),
            sent.events
        );
        found.into_iter().next().expect("one event")
    }};
}

/// A trader with `deposit` quote units who holds `lots` of the first market, bought at its price.
#[track_caller]
pub fn holder(world: &mut World, deposit: u64, lots: i64) -> TraderId {
    let id = went!(world.new_trader(units(deposit)));
    let price_e8 = world.risk(BTC).expect("a market").price_e8;
    went!(world.trade(id, BTC, plimsoll_testkit::Order::market(lots), price_e8));
    assert_eq!(world.lots(id, BTC), Ok(lots));
    id
}

/// Lets a minute pass and gives the first market a price of whole quote units.
#[track_caller]
pub fn price(world: &mut World, quote: u64) {
    price_in(world, BTC, e8(quote));
}

/// Lets a minute pass and gives a market a price, 1e-8.
#[track_caller]
pub fn price_in(world: &mut World, market: u16, price_e8: u64) {
    world.advance(60);
    went!(world.set_price(market, price_e8));
}

/// Lets a minute pass and gives the first market a price of whole quote units, however far from the last,
/// that nobody doubts.
#[track_caller]
pub fn jump(world: &mut World, quote: u64) {
    jump_in(world, BTC, e8(quote));
}

/// Lets a minute pass and gives a market a price, 1e-8, however far from the last, that nobody doubts.
#[track_caller]
pub fn jump_in(world: &mut World, market: u16, price_e8: u64) {
    world.advance(60);
    went!(world.jump(market, price_e8));
}

/// Where a trader's account stands.
#[track_caller]
pub fn state(world: &World, id: TraderId) -> AccountState {
    world.margin(id).expect("a margin").state()
}

/// What the world's keeper has earned so far, quote atoms.
#[track_caller]
pub fn earned_q(world: &World) -> i64 {
    world.account(world.keeper_id).expect("a keeper").balance_q
}
