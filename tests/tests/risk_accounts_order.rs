//! The whole list of risk accounts, where every kind exists: the quote currency's first, positions and
//! collaterals in the order of their slots, the stress rows last. Each instruction that takes them refuses a
//! list in which any one is missing, foreign, fake, of another type, out of order or too many.

use crate::collateral_support::{
    everything, open, pledger, PARAMS, QUOTE_RISK, SOL, SOL_ATOMS, SOL_LOTS, WSOL, WSOL_RISK,
};
use anchor_lang::error::ErrorCode;
use plimsoll::constants::COLLATERAL_RISK;
use plimsoll::error::PlimsollError;
use plimsoll::state::{MarketRisk, ScenarioSet};
use plimsoll_client::addresses;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Cause, MarketSpec, Order, TraderId, World};
use plimsoll_tests::{counterfeit, patch, refused_for, sent, state, went, BTC, COIN};
use solana_account::Account;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;
use std::sync::LazyLock;

/// A second collateral.
const OTHER: u16 = 2;
const OTHER_RISK: u16 = OTHER | COLLATERAL_RISK;

/// Positions in solana and bitcoin, in this order; the second collateral before wrapped solana.
fn holder(deposit: u64, sol: u64) -> (World, TraderId) {
    let mut world = everything();
    assert_eq!(world.list_collateral(8, PARAMS), Ok(OTHER));
    went!(world.price_collateral(OTHER, MarketSpec::eth(), None));
    let id = pledger(&mut world, deposit, 0);
    went!(world.pledge(id, OTHER, 10_000_000));
    went!(world.pledge(id, WSOL, sol * SOL_ATOMS));
    open(&mut world, id, SOL, 300 * SOL_LOTS);
    open(&mut world, id, BTC, COIN);
    world.advance(1);
    went!(world.refresh_all());
    (world, id)
}

/// A case: a world, an instruction that goes through in it, and how many risk accounts end its list.
struct Case {
    name: &'static str,
    world: World,
    instruction: Instruction,
    named: bool,
}

impl Case {
    fn own(&self) -> usize {
        // Quote, solana, bitcoin unless named, the other collateral, wrapped solana, rows.
        self.instruction.accounts.len() - if self.named { 5 } else { 6 }
    }

    fn list(&self) -> Vec<Pubkey> {
        let listed = self.instruction.accounts[self.own()..].iter();
        listed.map(|meta| meta.pubkey).collect()
    }

    fn with(&self, list: Vec<Pubkey>) -> Instruction {
        let mut instruction = self.instruction.clone();
        instruction.accounts.truncate(self.own());
        let metas = list
            .into_iter()
            .map(|key| AccountMeta::new_readonly(key, false));
        instruction.accounts.extend(metas);
        instruction
    }
}

fn cases() -> Vec<Case> {
    static HEALTHY: LazyLock<(World, TraderId)> = LazyLock::new(|| holder(30_000, 10));
    let (world, id) = HEALTHY.clone();
    let place = |order| world.place_instruction(id, BTC, order).unwrap();
    let mut cases: Vec<Case> = [
        ("withdraw", world.withdraw_instruction(id, 1).unwrap()),
        ("release", world.release_instruction(id, WSOL, 1).unwrap()),
        ("place", place(Order::market(100))),
        ("place to reduce", place(Order::reduce(-100))),
        ("report", world.report_instruction(id).unwrap()),
    ]
    .into_iter()
    .map(|(name, instruction)| Case {
        name,
        world: world.clone(),
        instruction,
        named: false,
    })
    .collect();
    let mut settling = world;
    let order_id = settling.place(id, BTC, Order::market(100)).unwrap();
    settling.advance(2);
    let price_e8 = settling.risk(BTC).unwrap().price_e8;
    settling.set_price(BTC, price_e8).unwrap();
    cases.push(Case {
        name: "settle",
        instruction: settling.settle_instruction(id, BTC, order_id).unwrap(),
        world: settling,
        named: true,
    });
    cases.extend([AccountState::MarginCall, AccountState::Liquidatable].map(in_state));
    cases
}

/// An account whose bitcoin has fallen until it is in a state.
fn in_state(wanted: AccountState) -> Case {
    static POOR: LazyLock<(World, TraderId)> = LazyLock::new(|| holder(6_000, 10));
    let (mut world, id) = POOR.clone();
    let step_e8 = world.risk(BTC).unwrap().price_e8 / 1_000;
    while state(&world, id) < wanted {
        world.advance(60);
        let price_e8 = world.risk(BTC).unwrap().price_e8 - step_e8;
        world.refresh_all().unwrap();
        world.advance(1);
        world.set_price(BTC, price_e8).unwrap();
    }
    assert_eq!(state(&world, id), wanted);
    let (name, instruction) = if wanted == AccountState::MarginCall {
        ("cut", world.cut_instruction(id, BTC).unwrap())
    } else {
        ("liquidate", world.liquidate_instruction(id, BTC).unwrap())
    };
    Case {
        name,
        world,
        instruction,
        named: true,
    }
}

/// Refuses what `change` makes of each place of each case's list. Nothing where it makes nothing.
fn each_refused(change: impl Fn(&mut World, &mut Vec<Pubkey>, usize) -> Option<Cause>) {
    let mut tried = 0;
    for case in cases() {
        for place in 0..case.list().len() {
            let mut world = case.world.clone();
            let mut list = case.list();
            if let Some(cause) = change(&mut world, &mut list, place) {
                println!("{} at {place}", case.name);
                refused_for(&mut world, case.with(list), &cause);
                tried += 1;
            }
        }
    }
    assert!(tried >= 37);
}

fn program(error: PlimsollError) -> Option<Cause> {
    Some(Cause::Program(error))
}

fn anchor(error: ErrorCode) -> Option<Cause> {
    Some(Cause::Custom(error.into()))
}

/// A copy of an account of the program, changed.
fn altered<T: plimsoll_client::views::AccountLayout>(
    world: &mut World,
    original: Pubkey,
    change: impl FnOnce(&mut T),
) -> Pubkey {
    let account: Account = world.raw(&original).unwrap().clone().into();
    let address = plimsoll_testkit::address("altered", 0);
    world.put(address, account).unwrap();
    patch(world, address, change);
    address
}

#[test]
fn the_list_is_quote_positions_collaterals_rows() {
    for mut case in cases() {
        let exchange = case.world.exchange.exchange;
        let risk = |index| addresses::market_risk(&exchange, index);
        let mut expected = vec![risk(QUOTE_RISK), risk(SOL), risk(BTC)];
        if case.named {
            expected.pop();
        }
        expected.extend([risk(OTHER_RISK), risk(WSOL_RISK)]);
        expected.push(addresses::scenario_set(&exchange));
        assert_eq!(case.list(), expected, "{}", case.name);
        sent(&mut case.world, case.instruction);
    }
}

#[test]
fn each_one_missing() {
    each_refused(|_, list, place| {
        let last = list.len() - 1;
        list.remove(place);
        match place {
            // The rows come where another is looked for.
            _ if place + 1 == last => anchor(ErrorCode::AccountDiscriminatorMismatch),
            _ if place == last => program(PlimsollError::ScenariosMissing),
            _ => program(PlimsollError::RiskAccountMissing),
        }
    });
}

#[test]
fn each_one_after_its_neighbour() {
    each_refused(|_, list, place| {
        let last = list.len() - 1;
        if place == last {
            return None;
        }
        list.swap(place, place + 1);
        if place + 1 == last {
            anchor(ErrorCode::AccountDiscriminatorMismatch)
        } else {
            program(PlimsollError::RiskAccountMissing)
        }
    });
}

#[test]
fn each_one_twice() {
    each_refused(|_, list, place| {
        let last = list.len() - 1;
        list.insert(place, list[place]);
        match place {
            _ if place == last => program(PlimsollError::RiskAccountUnexpected),
            // The second comes where the rows are looked for.
            _ if place + 1 == last => program(PlimsollError::ScenariosMissing),
            _ => program(PlimsollError::RiskAccountMissing),
        }
    });
}

#[test]
fn each_one_of_another_exchange() {
    let other = Pubkey::new_from_array([9; 32]);
    each_refused(|world, list, place| {
        list[place] = if place + 1 == list.len() {
            altered(world, list[place], |set: &mut ScenarioSet| {
                set.exchange = other
            })
        } else {
            altered(world, list[place], |risk: &mut MarketRisk| {
                risk.exchange = other
            })
        };
        program(PlimsollError::WrongExchange)
    });
}

#[test]
fn each_one_with_a_wrong_owner() {
    each_refused(|world, list, place| {
        list[place] = counterfeit(world, list[place]);
        if place + 1 == list.len() {
            program(PlimsollError::ScenariosMissing)
        } else {
            anchor(ErrorCode::AccountOwnedByWrongProgram)
        }
    });
}

#[test]
fn each_one_of_another_type() {
    each_refused(|world, list, place| {
        list[place] = world.exchange.pool;
        if place + 1 == list.len() {
            program(PlimsollError::ScenariosMissing)
        } else {
            anchor(ErrorCode::AccountDiscriminatorMismatch)
        }
    });
}

/// Of a market or collateral that the account does not hold.
#[test]
fn each_one_of_another_index() {
    each_refused(|world, list, place| {
        if place + 1 == list.len() {
            return None;
        }
        list[place] = world.market_addresses(1).unwrap().market_risk;
        program(PlimsollError::RiskAccountMissing)
    });
}

/// A collateral is not a market: the highest bit tells them apart.
#[test]
fn a_collateral_does_not_stand_for_the_market_of_its_number() {
    let (mut world, id) = holder(30_000, 10);
    let exchange = world.exchange.exchange;
    let report = world.report_instruction(id).unwrap();
    let collateral = addresses::market_risk(&exchange, OTHER_RISK);
    let market = addresses::market_risk(&exchange, SOL);
    assert_eq!(OTHER_RISK & !COLLATERAL_RISK, SOL);
    for (from, to) in [(collateral, market), (market, collateral)] {
        let wrong = plimsoll_tests::swapped(report.clone(), from, to);
        let missing = Cause::Program(PlimsollError::RiskAccountMissing);
        refused_for(&mut world, wrong, &missing);
    }
}

/// R-P9, for each of them: also the quote currency and a collateral.
#[test]
fn r_p9_each_stale_one_is_refused_where_prices_decide() {
    for case in cases() {
        for place in 0..case.list().len() - 1 {
            let mut world = case.world.clone();
            let address = case.list()[place];
            let stale = |risk: &mut MarketRisk| {
                risk.publish_seconds -= i64::from(risk.params.risk_age_seconds_max) + 61;
            };
            patch(&mut world, address, stale);
            let instruction = case.instruction.clone();
            if ["place to reduce", "report", "cut", "liquidate"].contains(&case.name) {
                sent(&mut world, instruction);
            } else {
                let stale = Cause::Program(PlimsollError::RiskTooOld);
                refused_for(&mut world, instruction, &stale);
            }
        }
    }
}

/// R-G2, for each of them: nobody is forced to reduce while any price is doubted.
#[test]
fn r_g2_each_doubted_one_stops_forced_reductions() {
    for wanted in [AccountState::MarginCall, AccountState::Liquidatable] {
        let case = in_state(wanted);
        for place in 0..case.list().len() - 1 {
            let mut world = case.world.clone();
            let now_seconds = world.now_seconds();
            let doubted = |risk: &mut MarketRisk| {
                risk.guard_price_e8 = risk.price_e8;
                risk.guarded_seconds = now_seconds;
            };
            patch(&mut world, case.list()[place], doubted);
            let guarded = Cause::Program(PlimsollError::MarketGuarded);
            refused_for(&mut world, case.instruction.clone(), &guarded);
            world.advance(60);
            let named = world.risk(BTC).unwrap().price_e8;
            world.set_price(BTC, named).unwrap();
            assert_eq!(state(&world, TraderId(world.traders().len() - 1)), wanted);
            sent(&mut world, case.instruction.clone());
        }
    }
}
