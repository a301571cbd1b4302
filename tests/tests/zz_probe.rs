
use crate::collateral_support::*;
use plimsoll_tests::*;
use plimsoll_testkit::*;
use plimsoll::view::Planned;

#[test]
fn probe_withdraw_beyond_balance() {
    let mut world = wrapped();
    let id = pledger(&mut world, 100, 1000);
    let w = world.withdraw(id, units(50_000));
    println!("withdraw 50k of 100 balance: {:?} balance {}", w.as_ref().map(|_| ()).map_err(|e| e.program_error()), world.account(id).unwrap().balance_q);
    println!("inv {:?}", world.check_invariants());
    let id = pledger(&mut world, 0, 1000);
    let p = world.place(id, BTC, Order::market(1000));
    println!("place with 0 balance: {:?} balance {}", p.as_ref().map_err(|e| e.program_error()), world.account(id).unwrap().balance_q);
    println!("inv {:?}", world.check_invariants());
}

#[test]
fn probe_hedged_liquidation_price() {
    for rows in [false, true] {
    for (pledged, coins, deposit) in [(100_u64, -95_i64, 100_u64), (100, -105, 100), (100, -120, 500), (100, -200, 3000), (100, -50, 100), (100, 95, 1000), (100, -300, 5000)] {
        let mut world = wrapped();
        if rows { went!(world.create_scenarios(400_000, &[decoupled()])); }
        let id = pledger(&mut world, deposit, pledged);
        world.advance(10);
        went!(world.refresh_all());
        let price = world.risk(SOL).unwrap().price_e8;
        if world.trade(id, SOL, Order::market(coins * SOL_LOTS), price).is_err() { println!("no {pledged} {coins} {deposit}"); continue; }
        let report = world.report(id).unwrap();
        let line = report.positions[0].liquidation_price_e8;
        let account = *world.account(id).unwrap();
        let at = |p: u64| {
            let mut a = *world.risk(SOL).unwrap(); a.price_e8 = p; a.slow_price_e8 = p;
            let mut b = *world.risk(WSOL_RISK).unwrap(); b.price_e8 = p; b.slow_price_e8 = p;
            let risk_of = |i: u16| Some(if i == SOL { &a } else { &b });
            let known = plimsoll_client::margin::Known { exchange: world.exchange_account().unwrap(), scenarios: world.scenarios().ok(), risk_of, now_seconds: world.now_seconds() };
            known.margin(&Planned::unchanged(&account)).unwrap().headroom_liquidation_q()
        };
        let short_net = coins < 0 && (-coins as u64) * 100 > pledged * 95;
        // true crossing by scan
        let mut cross = None;
        for k in 1..40000u64 {
            let p = if short_net { price + price / 1000 * k } else { price.saturating_sub(price / 40000 * k) };
            if p == 0 { break; }
            if at(p) < 0 { cross = Some(p); break; }
        }
        println!("rows {rows} spot {pledged} perp {coins}: line {:?} true {:?} headroom now {} at line {}", line as f64/1e8, cross.map(|c| c as f64/1e8), at(price), if line > 0 && line < 1<<60 { at(line) } else { 0 });
    }}
}
