//! Two accounts of one person take opposite sides. The price gaps; one account owes far more than
//! it deposited, and the other asks to be paid in full.

use crate::attacks_support::{assert_backed, balance_q, open, refused_together};
use plimsoll::error::PlimsollError;
use plimsoll::events::{DeficitRepaid, OrderOutcome};
use plimsoll_client::Event;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{built, e8, event, refused, unbacked, units, went};

const SOL: u16 = 0;
const ETH: u16 = 1;
const DEPOSIT: u64 = 250_000;
const LOSS_CAP: u64 = 50_000;
const INSURANCE: u64 = 10_000;
/// Solana a quarter lower.
const GAP: u64 = 15_000_000_000 / 4 * 3;

/// A call that must go through and leave every claim backed.
macro_rules! step {
    ($world:ident . $($call:tt)*) => {{
        let value = went!($world.$($call)*);
        assert_backed(&$world);
        value
    }};
}

struct Gapped {
    world: World,
    innocent: TraderId,
    loser: TraderId,
    winner: TraderId,
}

/// The winner has left after the gap; nobody has liquidated the loser, who keeps a leg of nine
/// quote units in ether.
fn gapped() -> Gapped {
    let specs = [MarketSpec::sol(), MarketSpec::eth()].map(|spec| {
        spec.with(|args| {
            args.trade.cash_target_q = units(10_000);
            args.trade.loss_cap_q = units(LOSS_CAP);
            args.trade.insurance_cap_q = units(INSURANCE);
        })
    });
    let builder = World::builder()
        .markets(specs)
        .pool(units(100_000))
        .insurance(units(INSURANCE));
    let mut world = unbacked(built(builder));
    let innocent = step!(world.new_trader(units(500_000)));
    let loser = step!(world.new_trader(units(DEPOSIT)));
    let winner = step!(world.new_trader(units(DEPOSIT)));
    open(&mut world, loser, ETH, 300, e8(3_000));
    open(&mut world, loser, SOL, 20_000_000, e8(150));
    open(&mut world, winner, SOL, -20_000_000, e8(150));
    let order_id = step!(world.place(winner, SOL, Order::reduce(20_000_000)));
    world.advance(2);
    step!(world.set_price(SOL, GAP));
    step!(world.set_price(ETH, e8(3_000)));
    let settled = event!(step!(world.settle(winner, SOL, order_id)), OrderSettled);
    assert_eq!(settled.outcome, OrderOutcome::Filled);
    assert!(settled.unpaid_q > units(700_000), "{settled:?}");
    // A second print, so that nobody doubts the gap.
    world.advance(1);
    step!(world.set_price(SOL, GAP));
    Gapped {
        world,
        innocent,
        loser,
        winner,
    }
}

/// Whatever moves cash towards the winner, until nothing moves any more.
fn squeezed(world: &mut World, loser: TraderId, winner: TraderId) {
    for _ in 0..8 {
        let mut moved = false;
        for market in [ETH, SOL] {
            for instruction in [
                world.sweep_instruction(market),
                world.absorb_instruction(loser, market),
                world.collect_instruction(winner, market),
            ] {
                if world.send(&[instruction.unwrap()]).is_ok() {
                    world.check_invariants().unwrap();
                    assert_backed(world);
                    moved = true;
                }
            }
        }
        if !moved {
            return;
        }
    }
    panic!("something moves without end");
}

#[test]
fn a_loss_beyond_a_balance_is_nobodys_money() {
    let Gapped {
        mut world,
        innocent,
        loser,
        winner,
    } = gapped();
    let other = *world.market(ETH).unwrap();
    let liquidated = event!(step!(world.liquidate(loser, SOL)), PositionLiquidated);
    assert!(
        liquidated.balance_q < -(units(400_000) as i64),
        "{liquidated:?}"
    );
    let held_back_q = world.market(SOL).unwrap().uncovered_q;
    assert_eq!(held_back_q, liquidated.balance_q.unsigned_abs());
    step!(world.liquidate(loser, ETH));
    squeezed(&mut world, loser, winner);
    // All that there is does not cover what was won, so that nobody is paid before all have borne the rest.
    world.advance(1_800);
    let collect = world.collect_instruction(winner, SOL).unwrap();
    refused(&mut world, collect, PlimsollError::MarketShort);
    let (unpaid_q, had_q) = (
        world.market(SOL).unwrap().unpaid_q,
        balance_q(&world, winner),
    );
    step!(world.set_price(SOL, GAP));
    let opened = event!(step!(world.open_deleveraging(SOL)), DeleveragingOpened);
    assert!(opened.deficit_q > units(400_000), "{opened:?}");
    world.advance(600);
    step!(world.close_deleveraging(SOL));
    squeezed(&mut world, loser, winner);

    let (sol, eth) = (*world.market(SOL).unwrap(), *world.market(ETH).unwrap());
    // The winner has what the loser had, what the pool may lose here, and the insurance fund.
    let won_q = balance_q(&world, winner) - units(DEPOSIT) as i64;
    assert!(
        won_q <= units(DEPOSIT + LOSS_CAP + INSURANCE) as i64,
        "{won_q}"
    );
    assert!(won_q > units(DEPOSIT) as i64, "{won_q}");
    assert_eq!(sol.drawn_q, units(LOSS_CAP) as i64);
    let collected_q = (balance_q(&world, winner) - had_q).unsigned_abs();
    let borne_q = unpaid_q - collected_q;
    assert!(
        borne_q.abs_diff(opened.deficit_q) <= 2,
        "{borne_q} {opened:?}"
    );
    assert!(sol.payable_q() <= 2 && sol.unpaid_q == 0, "{sol:?}");
    assert_eq!((sol.uncovered_q, eth.uncovered_q), (0, 0));
    // Ether has paid nothing; what the loser lost there is covered and swept back.
    assert!(eth.drawn_q <= other.drawn_q);
    assert_eq!((eth.payable_q(), eth.unpaid_q), (other.payable_q(), 0));
    assert_eq!(balance_q(&world, loser), 0);
    step!(world.refresh_all());
    let all_q = balance_q(&world, winner).unsigned_abs();
    step!(world.withdraw(winner, all_q));
    step!(world.withdraw(innocent, units(500_000)));
}

#[test]
fn one_transaction_does_not_pay_out_what_the_loser_never_had() {
    let Gapped {
        mut world,
        innocent,
        loser,
        winner,
    } = gapped();
    let all_q = balance_q(&world, winner).unsigned_abs() + world.market(SOL).unwrap().unpaid_q;
    let attempt = [
        world.liquidate_instruction(loser, SOL).unwrap(),
        world.collect_instruction(winner, SOL).unwrap(),
        world.withdraw_instruction(winner, all_q).unwrap(),
    ];
    refused_together(&mut world, &attempt, PlimsollError::ProfitNotVested);
    // Vested it is no more than a claim beside others', and there is not enough for all.
    world.advance(1_800);
    step!(world.refresh_all());
    refused_together(&mut world, &attempt, PlimsollError::MarketShort);
    went!(world.send(&attempt[..1]));
    assert_backed(&world);
    step!(world.withdraw(innocent, units(500_000)));
}

#[test]
fn a_sweep_does_not_carry_off_what_no_balance_stands_for() {
    let Gapped {
        mut world,
        innocent,
        loser,
        ..
    } = gapped();
    step!(world.liquidate(loser, SOL));
    let pool_q = world.pool().unwrap().cash_q;
    // One sweep moves all that may be moved.
    if world.sweep(SOL).is_ok() {
        world.check_invariants().unwrap();
        assert_backed(&world);
    }
    let sweep = world.sweep_instruction(SOL).unwrap();
    refused(&mut world, sweep, PlimsollError::NothingToMove);
    assert!(world.pool().unwrap().cash_q <= pool_q);
    assert!(world.market(SOL).unwrap().uncovered_q > units(400_000));
    step!(world.withdraw(innocent, units(500_000)));
}

#[test]
fn a_deposit_releases_what_it_pays_back() {
    let Gapped {
        mut world,
        loser,
        winner,
        ..
    } = gapped();
    step!(world.liquidate(loser, SOL));
    world.advance(1_800);
    let (collect, absorb) = (
        world.collect_instruction(winner, SOL).unwrap(),
        world.absorb_instruction(loser, SOL).unwrap(),
    );
    refused(&mut world, collect.clone(), PlimsollError::MarketShort);
    // The loser still has a leg, so nobody covers anything for them yet.
    refused(&mut world, absorb.clone(), PlimsollError::NothingToMove);

    let market = *world.market(SOL).unwrap();
    let held_back_q = market.uncovered_q;
    step!(world.deposit(loser, units(1_000)));
    assert_eq!(world.market(SOL).unwrap().payable_q(), market.payable_q());
    let repaid = went!(world.send(std::slice::from_ref(&absorb)));
    assert_backed(&world);
    assert!(matches!(repaid.events[..], [Event::DeficitRepaid(_)]));
    let expected = DeficitRepaid {
        margin_account: world.trader(loser).unwrap().address,
        market_index: SOL,
        repaid_q: units(1_000),
    };
    assert_eq!(event!(repaid, DeficitRepaid), expected);
    assert_eq!(
        world.market(SOL).unwrap().uncovered_q,
        held_back_q - units(1_000)
    );
    refused(&mut world, absorb, PlimsollError::NothingToMove);
    let payable_q = world.market(SOL).unwrap().payable_q();
    assert_eq!(payable_q, market.payable_q() + units(1_000));
    refused(&mut world, collect, PlimsollError::MarketShort);
}

#[test]
fn a_debt_paid_back_in_full_frees_everything() {
    let Gapped {
        mut world,
        loser,
        winner,
        ..
    } = gapped();
    step!(world.liquidate(loser, SOL));
    let owed_q = world.market(SOL).unwrap().uncovered_q;
    step!(world.deposit(loser, owed_q + units(100)));
    let repaid = event!(step!(world.absorb(loser, SOL)), DeficitRepaid);
    assert_eq!(repaid.repaid_q, owed_q);
    assert_eq!(world.account(loser).unwrap().position_in(SOL), None);
    world.advance(1_800);
    step!(world.collect(winner, SOL));
    assert_eq!(world.insurance().unwrap().paid_q, 0);
    let absorb = world.absorb_instruction(loser, SOL).unwrap();
    refused(&mut world, absorb, PlimsollError::NothingToMove);
}
