//! A generated session with a crash in the middle.

use std::sync::LazyLock;

use plimsoll_sim::record::{Action, ActionKind, Driver, Record};
use plimsoll_sim::tape::generate::{generate, GeneratorOptions};
use plimsoll_sim::tape::Session;
use plimsoll_sim::text::dollars;

use crate::tapes::{assert_sound, at, run, session, tape};

fn generated(minutes: u32) -> Session {
    let options = GeneratorOptions {
        seed: 2,
        minutes,
        ..GeneratorOptions::default()
    };
    generate(&options).session
}

static CRASH: LazyLock<Record> = LazyLock::new(|| run(&generated(300), 5, 60));

fn of_kind(kind: ActionKind) -> impl Iterator<Item = &'static Action> {
    CRASH
        .actions
        .iter()
        .filter(move |action| action.kind == kind)
}

/// The amounts in a sentence, in cents.
fn cents(text: &str) -> Vec<i64> {
    let mut found = Vec::new();
    let mut before = "";
    for part in text.split('$') {
        let number: String = part
            .chars()
            .take_while(|letter| letter.is_ascii_digit() || ",.".contains(*letter))
            .filter(char::is_ascii_digit)
            .collect();
        if let Ok(cents) = number.parse::<i64>() {
            found.push(if before.ends_with('−') {
                -cents
            } else {
                cents
            });
        }
        before = part;
    }
    found
}

#[test]
fn amounts_are_found_in_sentences() {
    assert_eq!(
        cents("equity went from $1,000.00 to −$40.05, below $0.50"),
        [100_000, -4_005, 50]
    );
}

#[test]
fn books_equal_the_vault_after_every_transaction() {
    assert_sound(&CRASH);
    assert!(of_kind(ActionKind::Cut).count() > 20);
    assert!(of_kind(ActionKind::Liquidation).count() > 2);
}

#[test]
fn every_cut_says_why_in_numbers_that_decide_it() {
    let mut drivers = std::collections::HashSet::new();
    for cut in of_kind(ActionKind::Cut) {
        let (text, amounts) = (&cut.cause.text, cents(&cut.cause.text));
        let [equity, needed, needed_at_ratios, equity_at_prices, needed_at_prices] = amounts[..]
        else {
            panic!("five amounts are needed: {text}");
        };
        assert!(text.contains(&dollars(cut.equity_before_q)), "{text}");
        assert!(
            text.contains(&dollars(cut.requirement_before_q as i64)),
            "{text}"
        );
        assert_eq!(
            equity,
            (cut.equity_before_q + 5_000).div_euclid(10_000),
            "{text}"
        );
        assert!(equity <= needed, "{text}");
        let driver = cut.cause.driver;
        match driver.needs_margin_rise() {
            true => assert!(equity >= needed_at_ratios, "{text}"),
            false => assert!(equity <= needed_at_ratios, "{text}"),
        }
        match driver.needs_price() {
            true => assert!(equity_at_prices >= needed_at_prices, "{text}"),
            false => assert!(equity_at_prices <= needed_at_prices, "{text}"),
        }
        assert_eq!(cut.penalty_q, 0);
        drivers.insert(cut.cause.driver);
    }
    let needing = drivers.iter().filter(|driver| driver.needs_margin_rise());
    let needing = needing.count();
    assert!(needing > 0 && needing < drivers.len(), "{drivers:?}");
}

#[test]
fn every_liquidation_is_the_price_s_doing() {
    for liquidation in of_kind(ActionKind::Liquidation) {
        let (text, amounts) = (&liquidation.cause.text, cents(&liquidation.cause.text));
        assert_eq!(liquidation.cause.driver, Driver::PriceAlone, "{text}");
        let [earlier, equity, needed] = amounts[..] else {
            panic!("three amounts are needed: {text}");
        };
        assert!(
            text.contains(&dollars(liquidation.equity_before_q)),
            "{text}"
        );
        assert!(equity <= needed && equity < earlier, "{text}");
    }
}

#[test]
fn every_reduction_is_valued_at_its_market_s_price_and_costs_no_more_than_the_rules_allow() {
    let reductions = of_kind(ActionKind::Cut).chain(of_kind(ActionKind::Liquidation));
    for action in reductions {
        let market = CRASH
            .markets
            .iter()
            .find(|market| market.asset == action.market);
        let points = &market.unwrap().points;
        let minute = action.unix_seconds - action.unix_seconds % 60;
        let point = points.iter().find(|point| point.unix_seconds == minute);
        let point = point.expect("an action in a minute without a price");
        assert_eq!(action.price_e8, point.price_e8, "{action:?}");
        // R-L4: the fee of a cut is at most another quarter, a penalty at most half.
        let all_ppm = u128::from(point.liquidation_ppm);
        let most_q = u128::from(action.notional_q) * all_ppm * 3 / 4 / 1_000_000 + 10_000;
        assert!(u128::from(action.cost_q) <= most_q, "{action:?}");
        assert!(action.cost_q >= action.penalty_q && action.lots > 0);
    }
}

#[test]
fn every_order_comes_to_an_end_or_is_open_at_the_end() {
    let orders = &CRASH.orders;
    assert!(
        orders.placed > 100 && orders.filled > orders.placed / 2,
        "{orders:?}"
    );
    assert_eq!(orders.placed, orders.ended() + orders.pending);
}

/// A price that jumps over the liquidation line leaves accounts with less than nothing.
#[test]
fn a_jump_bankrupts_accounts_and_insurance_pays() {
    let price = |minute: u32| Some(if minute < 40 { 100.0 } else { 88.0 });
    let record = run(&session("jump", vec![tape("SOL", 45, price)]), 5, 60);
    assert_sound(&record);
    let totals = &record.totals;
    assert!(
        totals.deficit_q > 0 && totals.accounts_fully_liquidated > 3,
        "{totals:?}"
    );
    assert_eq!(totals.insurance_paid_q, totals.deficit_q);
    let of = |kind| {
        record
            .actions
            .iter()
            .filter(move |action| action.kind == kind)
    };
    let absorbed_q = of(ActionKind::Absorption).map(|action| -action.equity_before_q);
    assert_eq!(absorbed_q.sum::<i64>(), totals.deficit_q as i64);
    let bankrupt = || of(ActionKind::Liquidation).filter(|action| action.equity_before_q <= 0);
    assert!(bankrupt().count() > 0 && bankrupt().all(|action| action.penalty_q == 0));
    let at_jump = record
        .account_states
        .iter()
        .find(|counts| counts.bankrupt > 0);
    assert_eq!(at_jump.unwrap().unix_seconds, at(40));
}

#[test]
fn the_same_seed_gives_the_same_record_and_another_seed_another() {
    let session = generated(45);
    let [one, again, other] = [7, 7, 8].map(|seed| {
        let record = run(&session, seed, 20);
        assert!(record.replay_seconds > 0.0);
        Record {
            replay_seconds: 0.0,
            ..record
        }
    });
    assert!(one == again, "two replays of one seed differ");
    let renamed = Record {
        seed: one.seed,
        ..other
    };
    assert!(one != renamed, "the seed changes nothing");
}
