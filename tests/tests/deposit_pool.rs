use crate::by_hand::band_e8;
use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::PoolDeposited;
use plimsoll::state::{Collateral, Market, MarketRisk, Pool};
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{Cause, Order, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, e8, event, holder, patch, refused, refused_by_anchor, refused_for,
    refused_with, sent, swapped, three_markets, units, unsigned, went, BTC, COIN,
    TOKEN_INSUFFICIENT_FUNDS, TOKEN_PROGRAM,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// A second provider, with a million quote units.
fn provider(world: &mut World, amount_q: u64) -> (Pubkey, Pubkey, Instruction) {
    let owner = world.new_key("second provider", 0).unwrap();
    world.expect_provider(&owner);
    let from = world.mint_quote(&owner, units(1_000_000)).unwrap();
    let markets = world.all_market_addresses();
    (
        owner,
        from,
        build::deposit_pool(&world.exchange, owner, from, &markets, amount_q),
    )
}

#[test]
fn the_first_provider_gets_a_share_an_atom() {
    let world = btc();
    let pool = world.pool().unwrap();
    assert_eq!(pool.shares, 10_000_000_000_000);
    let owner = plimsoll_testkit::address("provider", 0);
    let address = addresses::provider(&world.exchange.pool, &owner);
    let provider = world.provider(&address).unwrap();
    assert_eq!(
        (provider.pool, provider.owner),
        (world.exchange.pool, owner)
    );
    assert_eq!(
        (provider.shares, provider.deposited_q),
        (pool.shares, pool.shares)
    );
}

/// R-Q1, R-Q2, R-Q4: who enters pays the worth at the price within the band that owes traders least.
#[test]
fn a_share_costs_the_dearer_worth() {
    for (quote, slow_price, age_seconds) in [
        (59_000, 5_950_000_000_000, 0),
        (59_500, 5_900_000_000_000, 0),
        (61_000, 6_050_000_000_000, 0),
        (61_000, 6_050_000_000_000, 100),
    ] {
        let mut world = btc();
        holder(&mut world, 20_000, COIN);
        world.advance(60);
        let update = world.update(BTC, e8(quote)).unwrap().slow_price(slow_price);
        world.publish(BTC, update).unwrap();
        went!(world.refresh(BTC));
        world.advance(age_seconds);
        let (low_e8, high_e8) = band_e8(&world, BTC);
        let slow_e8 = u64::try_from(slow_price).unwrap();
        let known = e8(quote).min(slow_e8);
        assert!(low_e8 < known && high_e8 > e8(quote).max(slow_e8));
        // One coin for 60,000.06, so that the lowest price owes least.
        let traders_q = i64::try_from(low_e8 / 100).unwrap() - 60_000_060_000;
        let (owner, _, instruction) = provider(&mut world, units(1_000_000));
        let event = event!(sent(&mut world, instruction), PoolDeposited);
        let worth_q = 10_000_000_000_000_i64 - traders_q;
        let shares = 1_000_000_000_000_u128 * 10_000_001_000_000
            / u128::try_from(worth_q + 1_000_000).unwrap();
        let shares = u64::try_from(shares).unwrap();
        let provider = addresses::provider(&world.exchange.pool, &owner);
        assert_eq!(
            event,
            PoolDeposited {
                provider,
                owner,
                amount_q: units(1_000_000),
                shares,
                pool_worth_q: worth_q,
                pool_shares: 10_000_000_000_000 + shares,
                share_price_e9: u64::try_from(
                    u128::try_from(worth_q + 1_000_000).unwrap() * 1_000_000_000
                        / 10_000_001_000_000
                )
                .unwrap(),
            },
            "at {quote} and {slow_price}"
        );
        assert_eq!(world.provider(&provider).unwrap().shares, shares);
        assert_eq!(world.pool().unwrap().shares, event.pool_shares);
        assert_eq!(world.pool().unwrap().cash_q, units(10_000_000));
    }
}

#[test]
fn shares_add_up_over_deposits() {
    let mut world = btc();
    let first = went!(world.deposit_pool("second provider", 0, units(5)));
    let second = went!(world.deposit_pool("second provider", 0, units(7)));
    assert_eq!(first, second);
    let provider = world.provider(&first).unwrap();
    assert_eq!(
        (provider.deposited_q, provider.shares),
        (units(12), units(12))
    );
}

#[test]
fn amounts_are_positive_owned_and_buy_something() {
    let mut world = btc();
    let (_, _, nothing) = provider(&mut world, 0);
    refused(&mut world, nothing, PlimsollError::ZeroAmount);
    let (_, _, too_much) = provider(&mut world, u64::MAX);
    refused_with(&mut world, too_much, TOKEN_INSUFFICIENT_FUNDS);
    let (_, _, dust) = provider(&mut world, units(1) - 1);
    refused(&mut world, dust, PlimsollError::BelowProvisionMinimum);
    let (_, _, one) = provider(&mut world, units(1));
    let pool = world.exchange.pool;
    let mut dear = world.clone();
    patch(&mut dear, pool, |pool: &mut Pool| {
        pool.shares = 8_000_000;
    });
    refused(&mut dear, one.clone(), PlimsollError::AmountTooSmall);
    let collateral = world.exchange.collateral;
    let mut capped = world.clone();
    let cap = |record: &mut Collateral| record.params.deposit_cap = record.vault_q;
    patch(&mut capped, collateral, cap);
    refused(&mut capped, one, PlimsollError::DepositCap);
    went!(world.deposit_pool("second provider", 0, units(1)));
}

#[test]
fn a_pool_that_is_worth_nothing_sells_nothing() {
    let mut world = btc();
    let (_, _, instruction) = provider(&mut world, units(1));
    let (pool, market) = (
        world.exchange.pool,
        world.market_addresses(BTC).unwrap().market,
    );
    patch(&mut world, pool, |pool: &mut Pool| pool.cash_q = 0);
    for unpaid_q in [units(1_000_000), units(1_000_001)] {
        patch(&mut world, market, |market: &mut Market| {
            market.unpaid_q = unpaid_q
        });
        refused(
            &mut world,
            instruction.clone(),
            PlimsollError::PoolExhausted,
        );
    }
}

#[test]
fn every_market_follows_in_the_order_of_indices() {
    let start = three_markets();
    let changes: [fn(&mut Vec<Pubkey>); 8] = [
        Vec::clear,
        |keys| keys.truncate(4),
        |keys| keys.truncate(5),
        |keys| keys.extend_from_within(4..),
        |keys| keys.swap(0, 2),
        |keys| keys.swap(1, 3),
        |keys| {
            keys.swap(0, 2);
            keys.swap(1, 3);
        },
        |keys| keys.copy_within(0..2, 4),
    ];
    for change in changes {
        let mut world = start.clone();
        let (_, _, mut instruction) = provider(&mut world, units(1));
        let own = instruction.accounts.len() - 6;
        let metas: Vec<_> = instruction.accounts.drain(own..).collect();
        let mut keys: Vec<Pubkey> = metas.iter().map(|meta| meta.pubkey).collect();
        change(&mut keys);
        let as_meta = |key| solana_instruction::AccountMeta::new_readonly(key, false);
        instruction.accounts.extend(keys.into_iter().map(as_meta));
        refused(&mut world, instruction, PlimsollError::MarketAccountMissing);
    }
}

#[test]
fn markets_are_the_exchanges_own_and_true() {
    let mut world = btc();
    let foreign = Foreign::new(&mut world);
    let (_, _, instruction) = provider(&mut world, units(1));
    let own = world.market_addresses(BTC).unwrap();
    let pairs = [
        (own.market, foreign.market.market),
        (own.market_risk, foreign.market.market_risk),
    ];
    for (right, wrong) in pairs {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
    }
    for original in [own.market, own.market_risk] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(instruction.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
    }
    let reversed = [(own.market, own.market_risk), (own.market_risk, own.market)];
    for (right, wrong) in reversed {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused_by_anchor(&mut world, mixed, ErrorCode::AccountDiscriminatorMismatch);
    }
}

/// A price matters where somebody has a position at it.
#[test]
fn every_price_that_matters_is_fresh_and_not_doubted() {
    let mut world = three_markets();
    let id = went!(world.new_trader(units(100_000)));
    for market in 0..2 {
        let price_e8 = world.risk(market).unwrap().price_e8;
        went!(world.trade(id, market, Order::market(1_000), price_e8));
    }
    world.advance(1);
    went!(world.refresh_all());
    let (_, _, instruction) = provider(&mut world, units(1));
    for market in 0..3 {
        let mut world = world.clone();
        let risk = world.market_addresses(market).unwrap().market_risk;
        let limit = i64::from(world.risk(market).unwrap().params.risk_age_seconds_max);
        let age = |risk: &mut MarketRisk, age: i64| risk.publish_seconds -= age;
        patch(&mut world, risk, |risk: &mut MarketRisk| {
            age(risk, limit + 1)
        });
        if market == 2 {
            sent(&mut world, instruction.clone());
            continue;
        }
        refused(&mut world, instruction.clone(), PlimsollError::RiskTooOld);
        patch(&mut world, risk, |risk: &mut MarketRisk| age(risk, -1));
        sent(&mut world.clone(), instruction.clone());
        let doubted = world.risk(market).unwrap().price_e8 / 2;
        world.advance(1);
        went!(world.set_price(market, doubted));
        refused(
            &mut world,
            instruction.clone(),
            PlimsollError::MarketGuarded,
        );
    }
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let foreign = Foreign::new(&mut world);
    let (owner, from, instruction) = provider(&mut world, units(1));
    let own = world.exchange;
    for original in [own.exchange, own.pool, own.collateral, own.vault, from] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(instruction.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
    }
    let theirs = foreign.exchange;
    // The provider's account hangs on the pool, so a wrong pool needs its own.
    let their_provider = addresses::provider(&theirs.pool, &owner);
    let own_provider = addresses::provider(&own.pool, &owner);
    let their_pool = swapped(instruction.clone(), own.pool, theirs.pool);
    refused_by_anchor(&mut world, their_pool.clone(), ErrorCode::ConstraintSeeds);
    let their_pool = swapped(their_pool, own_provider, their_provider);
    refused(&mut world, their_pool, PlimsollError::WrongExchange);
    for (right, wrong, error) in [
        (
            own.collateral,
            theirs.collateral,
            PlimsollError::WrongExchange,
        ),
        (own.exchange, theirs.exchange, PlimsollError::WrongExchange),
        (own.vault, theirs.vault, PlimsollError::VaultMismatch),
    ] {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused(&mut world, mixed, error);
    }
    let other = addresses::provider(&own.pool, &world.governance);
    let payer = world.payer;
    for (right, wrong, error) in [
        (own_provider, other, ErrorCode::ConstraintSeeds),
        (TOKEN_PROGRAM, plimsoll::ID, ErrorCode::InvalidProgramId),
        (
            addresses::EVENT_AUTHORITY,
            payer,
            ErrorCode::ConstraintAddress,
        ),
    ] {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused_for(&mut world, mixed, &Cause::Custom(error.into()));
    }
    refused_by_anchor(
        &mut world,
        unsigned(instruction.clone(), owner),
        ErrorCode::AccountNotSigner,
    );
    patch(&mut world, own.collateral, |record: &mut Collateral| {
        record.index = 1
    });
    refused(&mut world, instruction, PlimsollError::NotQuoteCollateral);
}
