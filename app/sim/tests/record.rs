//! Each contradiction that a record's check knows, one at a time.

mod support;

use plimsoll_sim::record::{ActionKind, Cause, Driver, Record};

type Fault = (&'static str, fn(&mut Record));

const FAULTS: [Fault; 18] = [
    ("its version is not the one that this program writes", |r| {
        r.version += 1
    }),
    ("account states out of order of time", |r| {
        r.account_states.swap(0, 1)
    }),
    ("books out of order of time", |r| r.books.swap(0, 1)),
    ("actions out of order of time", |r| {
        let last = r.actions.len() - 1;
        r.actions[last].unix_seconds = 0;
    }),
    ("an action has no cause", |r| {
        r.actions[0].cause = Cause {
            driver: Driver::PriceAlone,
            text: String::new(),
        }
    }),
    ("an action in a market that is not here", |r| {
        r.actions[1].market = "DOGE".into()
    }),
    ("an action on an account that is not here", |r| {
        r.actions[1].account = r.traders
    }),
    ("an account was reduced that was not below its line", |r| {
        let action = &mut r.actions[2];
        action.equity_before_q = action.requirement_before_q as i64;
        action.equity_after_q = i64::MAX;
    }),
    ("an action left an account further below its line", |r| {
        let action = &mut r.actions[2];
        let headroom_q = action.equity_before_q - action.requirement_before_q as i64;
        action.equity_after_q = action.requirement_after_q as i64 + headroom_q - 1;
    }),
    ("account states do not add up to the accounts", |r| {
        r.account_states[7].bankrupt += 1
    }),
    ("refusals do not add up to the refused transactions", |r| {
        r.transactions.refused += 1
    }),
    (
        "orders ended and pending do not add up to the orders placed",
        |r| r.orders.pending -= 1,
    ),
    (
        "more accounts fully liquidated than liquidated at all",
        |r| {
            r.totals.accounts_fully_liquidated = r.sums(ActionKind::Liquidation).accounts as u32 + 1
        },
    ),
    (
        "more accounts liquidated by volatility alone than liquidated",
        |r| r.totals.by_volatility_alone = r.totals.accounts_fully_liquidated + 1,
    ),
    (
        "what was paid and what is left do not add up to the deficit",
        |r| r.totals.insurance_paid_q = r.totals.deficit_q + 1,
    ),
    ("ETH: points out of order of time", |r| {
        r.markets[1].points.swap(3, 4)
    }),
    (
        "BTC: initial, call and liquidation cross at 1735689900",
        |r| r.markets[0].points[5].call_ppm = 999_999,
    ),
    ("SOL: initial, call and liquidation cross at ", |r| {
        r.markets[2].points[9].liquidation_ppm = 999_999
    }),
];

#[test]
fn a_sound_record_has_none() {
    assert_eq!(support::sample().contradictions(), Vec::<String>::new());
}

#[test]
fn each_fault_is_found_by_name_and_alone() {
    let sound = support::sample();
    for (sentence, spoil) in FAULTS {
        let mut record = sound.clone();
        spoil(&mut record);
        let found = record.contradictions();
        assert_eq!(found.len(), 1, "{sentence}: {found:?}");
        assert!(found[0].starts_with(sentence), "{found:?}");
    }
}
