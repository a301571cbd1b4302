//! What a replay notices when something is wrong, and does where no tape would lead it.

mod attribution;
mod deficits;

use super::*;
use crate::record::{ActionKind, Totals};
use crate::tape::generate::{generate, GeneratorOptions};
use plimsoll::events::DeficitAbsorbed;
use solana_account::{ReadableAccount, WritableAccount};

const OPTIONS: ReplayOptions = ReplayOptions {
    seed: 1,
    traders: 4,
    generated_prices: true,
};

fn minutes(minutes: u32) -> Session {
    let options = GeneratorOptions {
        minutes,
        with_crash: false,
        ..GeneratorOptions::default()
    };
    generate(&options).session
}

/// Puts an atom into the vault that no book knows of.
fn enrich_vault(replay: &mut Replay) {
    let vault = replay.world.exchange.vault;
    let mut account = replay.world.raw(&vault).unwrap().clone();
    let amount = account.data()[64..72].try_into().unwrap();
    let more = u64::from_le_bytes(amount) + 1;
    account.data_as_mut_slice()[64..72].copy_from_slice(&more.to_le_bytes());
    replay.world.put(vault, account.into()).unwrap();
}

#[test]
fn a_book_that_differs_from_the_vault_is_noted_after_the_transaction_and_ends_the_replay() {
    let session = minutes(3);
    let ticks = session.ticks();
    let mut replay = Replay::new(&session, OPTIONS).unwrap();
    replay.tick(&ticks[0]).unwrap();
    let sound = replay.record.conservation.clone();
    assert!(sound.steps > 0 && sound.failures.is_empty());
    enrich_vault(&mut replay);
    let error = replay.tick(&ticks[1]).unwrap_err();
    assert!(
        format!("{error:#}").contains("an invariant is broken: I2"),
        "{error:#}"
    );
    let failures = &replay.record.conservation.failures;
    assert_eq!(failures[0].after, "refresh_market");
    assert_eq!(failures[0].difference_q, -1);
    let later = replay.record.conservation.steps - sound.steps;
    assert_eq!(failures.len() as u64, later);
}

#[test]
fn what_is_no_rule_of_the_program_ends_the_replay() {
    let session = minutes(3);
    let mut replay = Replay::new(&session, OPTIONS).unwrap();
    let mut refresh = replay.world.refresh_instruction(0).unwrap();
    refresh.data.truncate(4);
    let error = replay.send("refresh_market", refresh).unwrap_err();
    assert!(
        format!("{error:#}").starts_with("sending refresh_market: refused"),
        "{error:#}"
    );
    assert_eq!(replay.record.transactions.refused, 0);
}

#[test]
fn a_refusal_by_a_rule_is_counted_by_its_name() {
    let session = minutes(3);
    let mut replay = Replay::new(&session, OPTIONS).unwrap();
    let ticks = session.ticks();
    replay.tick(&ticks[0]).unwrap();
    // The price that the market has already.
    for _ in 0..2 {
        let refresh = replay.world.refresh_instruction(0).unwrap();
        assert!(replay.send("refresh_market", refresh).unwrap().is_none());
    }
    assert_eq!(replay.record.transactions.refused, 2);
    assert_eq!(replay.record.refusals["PriceNotNewer"], 2);
}

#[test]
fn a_deficit_counts_once_however_often_it_is_tried() {
    let session = minutes(1);
    let mut replay = Replay::new(&session, OPTIONS).unwrap();
    let absorbed = |deficit_q, insurance_q, market_q| Sent {
        compute_units: 0,
        bytes: 0,
        events: vec![Event::DeficitAbsorbed(
            DeficitAbsorbed {
                margin_account: Default::default(),
                market_index: 1,
                deficit_q,
                insurance_q,
                market_q,
            }
            .into(),
        )],
        return_data: Vec::new(),
        logs: Vec::new(),
    };
    assert!(replay.record_absorption(2, &absorbed(100, 30, 50)).unwrap());
    assert!(replay.record_absorption(2, &absorbed(20, 0, 20)).unwrap());
    let record = replay.finish().unwrap();
    let expected = Totals {
        deficit_q: 100,
        insurance_paid_q: 30,
        market_paid_q: 70,
        ..Totals::default()
    };
    assert_eq!(record.totals, expected);
    let last = record.actions.last().unwrap();
    assert_eq!((last.kind, last.side), (ActionKind::Absorption, None));
    assert_eq!((last.equity_before_q, last.equity_after_q), (-20, 0));
    assert_eq!(last.market, "ETH");
}

/// R-C7: without a sweep neither side would ever pay for holding.
#[test]
fn r_c7_holding_costs_and_every_market_is_told_its_skew() {
    let session = minutes(60);
    let options = ReplayOptions {
        traders: 40,
        ..OPTIONS
    };
    let mut replay = Replay::new(&session, options).unwrap();
    for tick in session.ticks() {
        replay.tick(&tick).unwrap();
    }
    for market in replay.world.market_indices() {
        let risk = replay.world.risk(market).unwrap();
        assert_ne!(risk.skew_ppm, 0);
        assert!(risk.carry_index.iter().all(|index| *index != 0));
    }
    assert_eq!(replay.record.conservation.failures, []);
}
