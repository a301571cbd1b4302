use crate::collateral_support::{
    open, price_sol, wrapped, SOL, SOL_ATOMS, SOL_LOTS, WSOL, WSOL_RISK,
};
use crate::sell_collateral::{buyer, sol_at};
use plimsoll::error::PlimsollError;
use plimsoll::state::{MarginAccount, Market};
use plimsoll_client::Event;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, Sent, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, built, e8, event, holder, jump, patch, refused, state, swapped, units, went, BTC, COIN,
};

const ETH: u16 = 1;

/// Moves quote from a trader's balance to a market's cash, as a loss would.
fn lose_to(world: &mut World, id: TraderId, amount_q: u64) {
    let (account, market) = (
        world.trader(id).unwrap().address,
        world.market_addresses(BTC).unwrap().market,
    );
    patch(world, account, |account: &mut MarginAccount| {
        account.balance_q -= amount_q as i64;
    });
    patch(world, market, |market: &mut Market| {
        market.cash_q += amount_q
    });
}

/// Long bitcoin and short ether of the same exposure, in rows that move them apart by 1.45 of their ratios:
/// in either row only one of them loses. The account is a tenth below its call line.
fn kinked(cut_limit_ppm: u32) -> (World, TraderId) {
    // Three times as volatile as in calm: the call line stands well above the static one.
    let wild = |spec: MarketSpec| {
        spec.with(|args| {
            args.risk.variance_seed_e18 *= 9;
            args.risk.variance_min_e18 *= 9;
            args.risk.cut_limit_ppm = cut_limit_ppm;
        })
    };
    let specs = [wild(MarketSpec::btc()), wild(MarketSpec::eth())];
    let mut world = built(World::builder().markets(specs));
    let id = went!(world.new_trader(units(100_000)));
    world.advance(10);
    went!(world.refresh_all());
    let ratio = |world: &World, market: u16, side: usize| {
        u128::from(world.risk(market).unwrap().call_ppm[side])
    };
    let exposure = 60_000_000_000 * ratio(&world, BTC, 0);
    let notional = exposure / ratio(&world, ETH, 1);
    let lots = i64::try_from(notional * 100_000 / 3_000_000_000).unwrap();
    open(&mut world, id, BTC, COIN);
    open(&mut world, id, ETH, -lots);
    let row = |place: u16, move_e4| {
        let mut row = [0; 16];
        row[usize::from(place)] = move_e4;
        row
    };
    went!(world.create_scenarios(300_000, &[row(BTC, -14_500), row(ETH, 14_500)]));
    world.advance(60);
    went!(world.refresh_all());
    let margin = world.margin(id).unwrap();
    let surplus_q = margin.headroom_call_q() + margin.requirement_call_q as i64 / 10;
    lose_to(&mut world, id, surplus_q.unsigned_abs());
    assert_eq!(
        state(&world, id),
        AccountState::MarginCall,
        "{margin:?} {:?}",
        world.margin(id)
    );
    (world, id)
}

fn cuts(sent: &Sent) -> Vec<(u16, i64, u64)> {
    let cut = |event: &Event| match event {
        Event::PositionCut(cut) => Some((cut.market_index, cut.lots, cut.keeper_fee_q)),
        _ => None,
    };
    sent.events.iter().filter_map(cut).collect()
}

fn liquidated(sent: &Sent) -> Vec<(u16, i64, u64, u64)> {
    let of = |event: &Event| match event {
        Event::PositionLiquidated(of) => Some((
            of.market_index,
            of.lots,
            of.keeper_fee_q,
            of.insurance_fee_q,
        )),
        _ => None,
    };
    sent.events.iter().filter_map(of).collect()
}

/// R-L12, I4: either leg alone relieves one row and not the other; a share of both relieves both.
#[test]
fn a_share_of_all_legs_helps_where_no_leg_does() {
    let (mut world, id) = kinked(500_000);
    for market in [BTC, ETH] {
        let cut = world.cut_instruction(id, market).unwrap();
        refused(&mut world, cut, PlimsollError::DoesNotImprove);
    }
    let (keeper, legs) = (world.keeper_id, world.all_legs(id).unwrap());
    let before = *world.account(id).unwrap();
    let earned_q = world.account(keeper).unwrap().balance_q;
    let sent = went!(world.slice(keeper, id, legs));
    let cuts = cuts(&sent);
    assert_eq!(cuts.len(), 2);
    let shares: Vec<f64> = cuts
        .iter()
        .zip(&before.positions)
        .map(|((_, lots, _), slot)| -*lots as f64 / slot.lots as f64)
        .collect();
    assert!((shares[0] - shares[1]).abs() < 1e-5, "{shares:?}");
    let margin = world.margin(id).unwrap();
    let target_q = margin.requirement_call_q * 11 / 10;
    let equity_q = margin.equity_call_q as u64;
    assert!(
        (target_q..target_q + target_q / 100).contains(&equity_q),
        "{margin:?}"
    );
    // One keeper's fee for both.
    let fee_q: u64 = cuts.iter().map(|(_, _, fee_q)| fee_q).sum();
    assert_eq!(fee_q, 20_000);
    let now_q = world.account(keeper).unwrap().balance_q;
    assert_eq!(now_q - earned_q, fee_q as i64);
    let again = world.slice_instruction(keeper, id, legs).unwrap();
    refused(&mut world, again, PlimsollError::AboveTheLine);
}

/// R-L2: a slice closes no more of each leg than a cut may, and legs cut or sliced just now wait.
#[test]
fn a_slice_is_limited_like_a_cut() {
    let (mut world, id) = kinked(50_000);
    let (keeper, legs) = (world.keeper_id, world.all_legs(id).unwrap());
    let cut = cuts(&went!(world.slice(keeper, id, legs)));
    assert_eq!(cut[0].1, -COIN / 20);
    let again = world.slice_instruction(keeper, id, legs).unwrap();
    refused(&mut world, again.clone(), PlimsollError::CutTooSoon);
    world.advance(59);
    went!(world.refresh_all());
    refused(&mut world, again, PlimsollError::CutTooSoon);
    world.advance(1);
    went!(world.refresh_all());
    assert_eq!(cuts(&went!(world.slice(keeper, id, legs))).len(), 2);
}

#[test]
fn bits_name_legs_that_are_held() {
    let (mut world, id) = kinked(500_000);
    let keeper = world.keeper_id;
    for bits in [0, 0b100, 0b111, 1 << 8, 1 << 12, 1 << 15] {
        let slice = world.slice_instruction(keeper, id, bits);
        let slice = slice.unwrap_or_else(|_| world.slice_instruction(keeper, id, 0).unwrap());
        refused(&mut world, slice, PlimsollError::WrongLegs);
    }
}

#[test]
fn markets_follow_in_the_order_of_the_slots() {
    let (mut world, id) = kinked(500_000);
    let (keeper, legs) = (world.keeper_id, world.all_legs(id).unwrap());
    let slice = world.slice_instruction(keeper, id, legs).unwrap();
    let (btc, eth) = (
        world.market_addresses(BTC).unwrap(),
        world.market_addresses(ETH).unwrap(),
    );
    let mut short = slice.clone();
    short.accounts.pop();
    refused(&mut world, short, PlimsollError::MarketAccountMissing);
    let mut long = slice.clone();
    long.accounts.push(long.accounts.last().unwrap().clone());
    refused(&mut world, long, PlimsollError::RiskAccountUnexpected);
    for (right, wrong) in [(btc.market, eth.market), (eth.market, btc.market)] {
        let twice = swapped(slice.clone(), right, wrong);
        refused(&mut world, twice, PlimsollError::MarketMismatch);
    }
    let foreign = Foreign::new(&mut world);
    let theirs = swapped(slice.clone(), btc.market, foreign.market.market);
    refused(&mut world, theirs, PlimsollError::WrongExchange);
    let mut none = slice.clone();
    let count = none.accounts.len();
    none.accounts.truncate(count - 4);
    refused(&mut world, none, PlimsollError::RiskAccountMissing);
    let own = world.slice_instruction(id, id, legs).unwrap();
    refused(&mut world, own, PlimsollError::KeeperIsTrader);
}

/// A short of 20 solana with as much wrapped solana against it, of an account that owes nearly all that this is
/// worth.
fn hedged(goal: AccountState) -> (World, TraderId, TraderId) {
    let mut world = wrapped();
    let id = went!(world.new_trader(units(1_000)));
    went!(world.pledge(id, WSOL, 20 * SOL_ATOMS));
    open(&mut world, id, SOL, -20 * SOL_LOTS);
    open(&mut world, id, BTC, 400_000);
    let order_id = went!(world.place(id, BTC, Order::reduce(-400_000)));
    world.advance(2);
    // The price at which the debt brings the account just below the line.
    for quote in (45_000..60_000).rev().step_by(5) {
        let mut fork = world.clone();
        went!(fork.set_price(BTC, e8(quote)));
        went!(fork.settle(id, BTC, order_id));
        if state(&fork, id) >= goal {
            world = fork;
            break;
        }
    }
    assert_eq!(state(&world, id), goal);
    world.advance(1);
    went!(world.refresh_all());
    let buyer = buyer(&mut world);
    (world, id, buyer)
}

/// R-L12: perp and spot of one underlying go together; what is left is hedged as it was.
#[test]
fn a_short_and_its_spot_are_liquidated_together() {
    let (mut world, id, buyer) = hedged(AccountState::Liquidatable);
    went!(world.sweep_insurance(SOL));
    let bits = world.leg_bit(id, SOL).unwrap() | world.collateral_bit(id, WSOL).unwrap();
    let before = world.margin(id).unwrap();
    let had_q = world.account(buyer).unwrap().balance_q;
    let sent = went!(world.slice(buyer, id, bits));
    let sold = event!(sent, CollateralSold);
    let closed = liquidated(&sent);
    assert_eq!((closed.len(), sold.discount_ppm), (1, 5_000));
    let (_, lots, keeper_fee_q, insurance_fee_q) = closed[0];
    let share = lots as f64 / (20 * SOL_LOTS) as f64;
    let of_spot = sold.amount as f64 / (20 * SOL_ATOMS) as f64;
    assert!(
        (share - of_spot).abs() < 1e-4 && share < 1.0,
        "{share} {of_spot}"
    );
    // A balance below zero pays no fee: besides the discount there is the bounty.
    assert_eq!((keeper_fee_q, insurance_fee_q), (20_000, 0));
    let paid_q = had_q - world.account(buyer).unwrap().balance_q;
    assert_eq!(paid_q, (sold.proceeds_q - keeper_fee_q) as i64);
    let margin = world.margin(id).unwrap();
    assert!(margin.headroom_liquidation_q() > before.headroom_liquidation_q());
    let target_q = 2 * margin.requirement_liquidation_q;
    let equity_q = margin.equity_liquidation_q as u64;
    assert!(
        (target_q..target_q + 800_000).contains(&equity_q),
        "{margin:?}"
    );
}

/// R-L12: in a margin call collateral goes only with every leg, and only where closing legs does not help.
#[test]
fn in_a_margin_call_legs_go_first() {
    let mut world = wrapped();
    let id = went!(world.new_trader(units(3_000)));
    went!(world.pledge(id, WSOL, 5 * SOL_ATOMS));
    open(&mut world, id, BTC, 400_000);
    let buyer = buyer(&mut world);
    for quote in (50_000..60_000).rev().step_by(50) {
        world.advance(60);
        went!(world.set_price(BTC, e8(quote)));
        if state(&world, id) == AccountState::MarginCall {
            break;
        }
    }
    world.advance(1);
    went!(world.refresh_all());
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let (leg, spot) = (
        world.leg_bit(id, BTC).unwrap(),
        world.collateral_bit(id, WSOL).unwrap(),
    );
    for bits in [spot, leg | spot] {
        let slice = world.slice_instruction(buyer, id, bits).unwrap();
        refused(&mut world, slice, PlimsollError::LegsFirst);
    }
    assert_eq!(cuts(&went!(world.slice(buyer, id, leg))).len(), 1);
}

/// Only collateral and a debt are left: a margin call is answered by a limited sale at the starting discount.
#[test]
fn collateral_is_cut_where_there_are_no_legs() {
    let mut world = wrapped();
    let id = crate::sell_collateral::owing(&mut world, 54_000);
    let buyer = buyer(&mut world);
    for quote in (60..150).rev() {
        sol_at(&mut world, quote);
        if state(&world, id) != AccountState::Healthy {
            break;
        }
    }
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let sale = world.sale_instruction(buyer, id, WSOL, u64::MAX).unwrap();
    refused(&mut world, sale, PlimsollError::AboveTheLine);
    went!(world.accrue(id, BTC));
    world.advance(1);
    let price_e8 = world.risk(WSOL_RISK).unwrap().price_e8;
    price_sol(&mut world, price_e8);
    let spot = world.collateral_bit(id, WSOL).unwrap();
    let slice = world.slice_instruction(buyer, id, spot).unwrap();
    refused(&mut world, slice.clone(), PlimsollError::DebtNotAccrued);
    let accrue = world.accrue_instruction(id, BTC).unwrap();
    let sold = event!(went!(world.send(&[accrue, slice])), CollateralSold);
    assert_eq!(sold.discount_ppm, 5_000);
    assert!(sold.amount <= 10 * SOL_ATOMS);
    assert!(world.margin(id).unwrap().headroom_call_q() >= 0);
}

#[test]
fn a_bankrupt_account_goes_whole_for_a_bounty_each() {
    let (mut world, id, buyer) = hedged(AccountState::Bankrupt);
    went!(world.sweep_insurance(SOL));
    let bits = world.leg_bit(id, SOL).unwrap() | world.collateral_bit(id, WSOL).unwrap();
    let sent = went!(world.slice(buyer, id, bits));
    assert_eq!(event!(sent, CollateralSold).amount, 20 * SOL_ATOMS);
    let closed = liquidated(&sent);
    assert_eq!((closed[0].1, closed[0].3), (20 * SOL_LOTS, 0));
    assert_eq!(closed[0].2, 20_000);
    if world.account(id).unwrap().balance_q < 0 {
        event!(went!(world.absorb(id, BTC)), DeficitAbsorbed);
    }
}

#[test]
fn accounts_above_the_line_old_and_doubted_prices_are_refused() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    let keeper = world.keeper_id;
    let slice = world.slice_instruction(keeper, id, 1).unwrap();
    refused(&mut world, slice.clone(), PlimsollError::AboveTheLine);
    jump(&mut world, 56_500);
    world.advance(11);
    refused(&mut world, slice.clone(), PlimsollError::RiskTooOld);
    jump(&mut world, 56_400);
    let closed = liquidated(&went!(world.send(&[slice])));
    assert_eq!(closed.len(), 1);
}
