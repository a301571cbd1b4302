//! The risk accounts that follow an instruction: missing, swapped, extra, foreign, fake, twice. Each for
//! every instruction that takes them.

use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll_client::instructions as build;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Cause, Order, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{counterfeit, e8, refused_for, sent, state, three_markets, units};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;
use std::sync::LazyLock;

/// Positions in solana, bitcoin and ether, in this order of slots.
const SLOTS: [u16; 3] = [2, 0, 1];

fn three_positions(deposit: u64) -> (World, TraderId) {
    let mut world = three_markets();
    let id = world.new_trader(units(deposit)).unwrap();
    for (market, lots) in SLOTS.into_iter().zip([400_000, 1_000_000, 1_000_000]) {
        let price_e8 = world.risk(market).unwrap().price_e8;
        world
            .trade(id, market, Order::market(lots), price_e8)
            .unwrap();
    }
    (world, id)
}

/// Falls by a percentage in hundredths, everywhere.
fn fallen(world: &mut World, percent_e2: u64) {
    world.advance(60);
    for market in world.market_indices() {
        let price_e8 = world.risk(market).unwrap().price_e8;
        world
            .jump(market, price_e8 / 10_000 * (10_000 - percent_e2))
            .unwrap();
    }
}

/// A case: a world, an instruction that goes through in it, and the market that it names itself.
struct Case {
    name: &'static str,
    world: World,
    instruction: Instruction,
    named: Option<u16>,
}

fn cases() -> Vec<Case> {
    static HEALTHY: LazyLock<(World, TraderId)> = LazyLock::new(|| three_positions(100_000));
    let (world, id) = HEALTHY.clone();
    let mut cases = vec![
        Case {
            name: "withdraw",
            instruction: world.withdraw_instruction(id, 1).unwrap(),
            world: world.clone(),
            named: None,
        },
        Case {
            name: "place",
            instruction: world.place_instruction(id, 0, Order::market(100)).unwrap(),
            world: world.clone(),
            named: None,
        },
        Case {
            name: "place to reduce",
            instruction: world.place_instruction(id, 0, Order::reduce(-100)).unwrap(),
            world: world.clone(),
            named: None,
        },
        Case {
            name: "report",
            instruction: world.report_instruction(id).unwrap(),
            world: world.clone(),
            named: None,
        },
    ];
    let mut settling = world;
    let order_id = settling.place(id, 0, Order::market(100)).unwrap();
    settling.advance(2);
    settling.set_price(0, e8(60_000)).unwrap();
    cases.push(Case {
        name: "settle",
        instruction: settling.settle_instruction(id, 0, order_id).unwrap(),
        world: settling,
        named: Some(0),
    });
    for (percent_e2, expected) in [
        (380, AccountState::MarginCall),
        (450, AccountState::Liquidatable),
    ] {
        // 150,000 of notional: a call line of about 2 %, a floor of about 1.7 %.
        let (mut world, id) = three_positions(9_000);
        fallen(&mut world, percent_e2);
        assert_eq!(state(&world, id), expected, "{:?}", world.margin(id));
        let (name, instruction) = if expected == AccountState::MarginCall {
            ("cut", world.cut_instruction(id, 0).unwrap())
        } else {
            ("liquidate", world.liquidate_instruction(id, 0).unwrap())
        };
        cases.push(Case {
            name,
            world,
            instruction,
            named: Some(0),
        });
    }
    cases
}

/// Replaces the risk accounts of each case as `change` says and expects the refusal.
#[track_caller]
fn refused_after(change: impl Fn(&mut World, &mut Vec<Pubkey>, Option<u16>), cause: &Cause) {
    for mut case in cases() {
        let count = SLOTS.len() - usize::from(case.named.is_some());
        let own = case.instruction.accounts.len() - count;
        let mut risk: Vec<Pubkey> = case
            .instruction
            .accounts
            .drain(own..)
            .map(|meta| meta.pubkey)
            .collect();
        change(&mut case.world, &mut risk, case.named);
        let metas = risk
            .iter()
            .map(|key| AccountMeta::new_readonly(*key, false));
        case.instruction.accounts.extend(metas);
        println!("{}", case.name);
        refused_for(&mut case.world, case.instruction, cause);
    }
}

fn missing() -> Cause {
    Cause::Program(PlimsollError::RiskAccountMissing)
}

#[test]
fn the_right_ones_go_through() {
    for mut case in cases() {
        sent(&mut case.world, case.instruction);
    }
}

#[test]
fn none() {
    refused_after(|_, risk, _| risk.clear(), &missing());
}

#[test]
fn one_too_few() {
    refused_after(|_, risk, _| risk.truncate(risk.len() - 1), &missing());
    refused_after(|_, risk, _| *risk = risk.split_off(1), &missing());
}

#[test]
fn in_another_order() {
    refused_after(|_, risk, _| risk.reverse(), &missing());
}

#[test]
fn one_twice() {
    refused_after(|_, risk, _| risk[1] = risk[0], &missing());
}

#[test]
fn one_too_many() {
    let unexpected = Cause::Program(PlimsollError::RiskAccountUnexpected);
    refused_after(|_, risk, _| risk.push(risk[0]), &unexpected);
    // Also where it is the market that the instruction names itself.
    let named = |world: &mut World, risk: &mut Vec<Pubkey>, named: Option<u16>| {
        let market = named.unwrap_or(0);
        risk.push(world.market_addresses(market).unwrap().market_risk);
    };
    refused_after(named, &unexpected);
}

#[test]
fn of_another_exchange() {
    let foreign = |world: &mut World, risk: &mut Vec<Pubkey>, named: Option<u16>| {
        // The foreign exchange has but one market, whose index must be the position's own.
        let foreign = Foreign::new(world);
        let own = world.market_addresses(0).unwrap().market_risk;
        match risk.iter().position(|key| *key == own) {
            Some(at) => risk[at] = foreign.market.market_risk,
            None => {
                assert_eq!(named, Some(0));
                let solana = world.market_addresses(2).unwrap().market_risk;
                let copy = foreign.market_risk_like(world, solana);
                risk[0] = copy;
            }
        }
    };
    refused_after(foreign, &Cause::Program(PlimsollError::WrongExchange));
}

#[test]
fn with_the_right_bytes_and_a_wrong_owner() {
    let wrong = Cause::Custom(ErrorCode::AccountOwnedByWrongProgram.into());
    refused_after(
        |world, risk, _| risk[1] = counterfeit(world, risk[1]),
        &wrong,
    );
}

#[test]
fn of_another_type() {
    let wrong = Cause::Custom(ErrorCode::AccountDiscriminatorMismatch.into());
    refused_after(|world, risk, _| risk[0] = world.exchange.pool, &wrong);
    let market = |world: &mut World, risk: &mut Vec<Pubkey>, _: Option<u16>| {
        risk[0] = world.market_addresses(2).unwrap().market;
    };
    refused_after(market, &wrong);
}

#[test]
fn a_stale_one_is_refused_where_prices_decide() {
    for mut case in cases() {
        let address = case.world.market_addresses(1).unwrap().market_risk;
        let stale = |risk: &mut plimsoll::state::MarketRisk| risk.publish_seconds -= 151;
        plimsoll_tests::patch(&mut case.world, address, stale);
        // Cuts and liquidations need only the price of the leg they close to be fresh.
        if ["place to reduce", "report", "cut", "liquidate"].contains(&case.name) {
            sent(&mut case.world, case.instruction);
        } else {
            let stale = Cause::Program(PlimsollError::RiskTooOld);
            refused_for(&mut case.world, case.instruction, &stale);
        }
    }
}

#[test]
fn builders_list_what_the_program_asks_for() {
    let (world, id) = three_positions(100_000);
    let account = world.account(id).unwrap();
    let exchange = world.exchange_account().unwrap();
    let markets = |named| build::risk_indices(exchange, account, named);
    assert_eq!(markets(None), SLOTS);
    assert_eq!(markets(Some(0)), [2, 1]);
    assert_eq!(markets(Some(7)), SLOTS);
}
