//! Margins from accounts: what is missing is named, what is there agrees with itself.

use bytemuck::Zeroable;
use plimsoll::state::{Exchange, MarginAccount, MarketRisk};
use plimsoll::view::Planned;
use plimsoll_client::margin::{Known, MarginError, PositionMargin};
use plimsoll_risk::account::Margin;
use plimsoll_risk::RiskError;
use std::sync::LazyLock;

/// An exchange with nothing but the quote currency, at par.
static EXCHANGE: LazyLock<Exchange> = LazyLock::new(Exchange::zeroed);

fn risk(index: u16, price_e8: u64) -> MarketRisk {
    MarketRisk {
        index,
        price_e8,
        slow_price_e8: price_e8,
        lot_divisor: 100_000_000,
        initial_ppm: [40_000; 2],
        call_ppm: [20_000; 2],
        liquidation_ppm: 10_000,
        liquidity_q: u64::MAX,
        ..MarketRisk::zeroed()
    }
}

/// A long of one coin bought at 100 in market 4, and a short of two sold at 50 in market 2.
fn account() -> MarginAccount {
    let mut account = MarginAccount {
        balance_q: 1_000,
        ..MarginAccount::zeroed()
    };
    for (slot, (market_index, lots, entry_q)) in [
        (5, (4, 1_000_000, 100_000_000)),
        (1, (2, -2_000_000, -100_000_000)),
    ] {
        account.positions[slot].market_index = market_index;
        account.positions[slot].lots = lots;
        account.positions[slot].entry_q = entry_q;
    }
    account
}

/// The account's margin and its parts, where markets' risk is what `risk_of` says.
fn margins<'a>(
    account: &MarginAccount,
    risk_of: impl Fn(u16) -> Option<&'a MarketRisk>,
) -> (
    Result<Margin, MarginError>,
    Result<Vec<PositionMargin>, MarginError>,
) {
    let known = Known {
        exchange: &EXCHANGE,
        scenarios: None,
        risk_of,
        now_seconds: 0,
    };
    let whole = known.margin(&Planned::unchanged(account));
    (whole, known.parts(account))
}

/// Without stress rows nothing is netted.
#[test]
fn parts_add_up_to_the_margin() {
    let risks = [risk(2, 5_000_000_000), risk(4, 9_000_000_000)];
    let risk_of = |index| risks.iter().find(|risk| risk.index == index);
    let (whole, parts) = margins(&account(), risk_of);
    let (whole, parts) = (whole.unwrap(), parts.unwrap());
    let places: Vec<(usize, u16)> = parts
        .iter()
        .map(|part| (part.slot, part.market_index))
        .collect();
    assert_eq!(places, [(1, 2), (5, 4)]);
    let equity_q: i64 = parts.iter().map(|part| part.part.equity_call_q).sum();
    assert_eq!(
        (equity_q, whole.equity_call_q),
        (-10_000_000, 1_000 - 10_000_000)
    );
    let requirement_q: u64 = parts.iter().map(|part| part.part.requirement_call_q).sum();
    assert_eq!(
        (requirement_q, whole.requirement_call_q),
        (3_800_000, 3_800_000)
    );
    assert_eq!(whole.notional_q, 190_000_000);
}

#[test]
fn a_missing_market_is_named() {
    let known = risk(2, 5_000_000_000);
    let risk_of = |index| (index == 2).then_some(&known);
    let error = MarginError::RiskAccountMissing { index: 4 };
    assert_eq!(margins(&account(), risk_of), (Err(error), Err(error)));
}

#[test]
fn what_does_not_fit_is_refused() {
    let huge = [risk(2, u64::MAX), risk(4, u64::MAX)];
    let risk_of = |index| huge.iter().find(|risk| risk.index == index);
    let mut account = account();
    account.positions[1].lots = i64::MIN + 1;
    let error = MarginError::Risk(RiskError::Overflow);
    assert_eq!(margins(&account, risk_of), (Err(error), Err(error)));
}

#[test]
fn an_account_without_positions_needs_no_market() {
    let account = MarginAccount {
        balance_q: -7,
        ..MarginAccount::zeroed()
    };
    let expected = Margin {
        equity_initial_q: -7,
        equity_call_q: -7,
        equity_liquidation_q: -7,
        ..Margin::default()
    };
    assert_eq!(margins(&account, |_| None), (Ok(expected), Ok(vec![])));
}
