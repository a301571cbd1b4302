//! What a cut is put down to, in sequences made for each cause: the account is cut by the program, at call
//! ratios that are written into the market's account.

use super::*;
use crate::record::{ActionSums, Cause, Driver};
use crate::replay::keeper::PendingOrder;
use crate::tape::{Tape, QUOTE_ASSET};
use core::mem::offset_of;
use plimsoll::state::MarketRisk;
use plimsoll_testkit::Order;

const SOL: u16 = 2;

/// A session in which the first trader is long of SOL, worth ten times its equity.
struct Scene<'a> {
    replay: Replay<'a>,
    lots: i64,
    call_ppm: u32,
}

impl<'a> Scene<'a> {
    fn new(session: &'a Session) -> Self {
        let mut scene = Self {
            replay: Replay::new(session, OPTIONS).unwrap(),
            lots: 0,
            call_ppm: 0,
        };
        let id = scene.replay.agents[0].id;
        let balance_q = i128::from(scene.replay.world.account(id).unwrap().balance_q);
        let risk = *scene.risk();
        let lots = balance_q * 10 * i128::from(risk.lot_divisor) / i128::from(risk.price_e8);
        scene.lots = lots as i64;
        scene.trade(scene.lots, risk.price_e8, None);
        scene.call_ppm = scene.risk().call_ppm[0];
        assert!(
            scene.call_ppm > 28_000,
            "no room above the liquidation line"
        );
        scene
    }

    fn risk(&self) -> &MarketRisk {
        self.replay.world.risk(SOL).unwrap()
    }

    /// Takes in a price now, with a call ratio other than the program's on demand. The market takes any size,
    /// so that the call line is that ratio and no more.
    fn set_price(&mut self, price_e8: u64, call_ppm: Option<u32>) {
        let world = &mut self.replay.world;
        let previous_publish_seconds = world.risk(SOL).unwrap().publish_seconds;
        world.set_price(SOL, price_e8).unwrap();
        let reading = PriceReading {
            price_e8,
            confidence_e8: 0,
            confidence_ppm: 0,
            slow_price_e8: price_e8,
            publish_seconds: world.now_seconds(),
            previous_publish_seconds,
        };
        self.replay.published.insert(SOL, reading);
        self.write(offset_of!(MarketRisk, liquidity_q), &[u8::MAX; 8]);
        if let Some(call_ppm) = call_ppm {
            self.write_call(call_ppm);
        }
    }

    /// Sets the call ratio of longs.
    fn write_call(&mut self, call_ppm: u32) {
        self.write(offset_of!(MarketRisk, call_ppm), &call_ppm.to_le_bytes());
    }

    /// Writes a field of the market's risk, past the eight bytes that name the account's type.
    fn write(&mut self, offset: usize, bytes: &[u8]) {
        let world = &mut self.replay.world;
        let address = world.market_addresses(SOL).unwrap().market_risk;
        let mut account = world.raw(&address).unwrap().clone();
        account.data_as_mut_slice()[8 + offset..][..bytes.len()].copy_from_slice(bytes);
        world.put(address, account.into()).unwrap();
    }

    /// An order of the first trader that the keeper settles, at a price that the print before it confirms.
    fn trade(&mut self, lots: i64, price_e8: u64, call_ppm: Option<u32>) {
        let world = &mut self.replay.world;
        let id = self.replay.agents[0].id;
        let order = match lots > 0 {
            true => Order::market(lots),
            false => Order::reduce(lots),
        };
        world.advance(60);
        world.refresh_all().unwrap();
        let order_id = world.place(id, SOL, order).unwrap();
        let delay = world.market(SOL).unwrap().params.order_delay_seconds;
        let target_seconds = world.now_seconds() + i64::from(delay);
        world.advance(i64::from(delay) - 1);
        world.set_price(SOL, price_e8).unwrap();
        world.advance(1);
        self.set_price(price_e8, call_ppm);
        self.replay.pending.push(PendingOrder {
            place: 0,
            market: SOL,
            order_id,
            target_seconds,
        });
        let filled = self.replay.record.orders.filled;
        self.replay.settle_orders().unwrap();
        assert_eq!(self.replay.record.orders.filled, filled + 1);
    }

    /// A minute later, at a price, confirmed by a second print, that leaves the first trader `equity_ppm` of
    /// its position's worth.
    fn minute(&mut self, equity_ppm: Option<u32>, call_ppm: u32) {
        let price_e8 = self.risk().price_e8;
        let price_e8 = equity_ppm.map_or(price_e8, |wanted_ppm| {
            let margin = self.replay.world.margin(self.replay.agents[0].id).unwrap();
            let equity = margin.equity_call_q as f64 / margin.notional_q as f64;
            let share = (1.0 - equity) / (1.0 - f64::from(wanted_ppm) / 1e6);
            (price_e8 as f64 * share) as u64
        });
        self.replay.world.advance(60);
        self.replay.world.set_price(SOL, price_e8).unwrap();
        self.replay.world.advance(1);
        self.set_price(price_e8, Some(call_ppm));
        let now_seconds = self.replay.world.now_seconds();
        self.replay.guard_accounts(now_seconds).unwrap();
    }

    /// The only action so far: a cut.
    fn cut(&self) -> &Cause {
        let [action] = &self.replay.record.actions[..] else {
            panic!("not one action: {:?}", self.replay.record.actions);
        };
        assert_eq!(action.kind, ActionKind::Cut);
        assert_eq!(
            self.replay.record.cuts_by(action.cause.driver),
            self.replay.record.sums(ActionKind::Cut)
        );
        &action.cause
    }
}

/// The position is opened at a ratio of a little over 3 % and an equity of 10 %. The price then brings the
/// equity to some share, or stays, and the call ratio rises or stays.
#[test]
fn each_cause_has_its_sequence() {
    let session = minutes(1);
    let call_ppm = Scene::new(&session).call_ppm;
    let below_ppm = (25_000 + call_ppm) / 2;
    for (equity_ppm, call_ppm, driver) in [
        (None, 120_000, Driver::MarginRiseAlone),
        (Some(98_000), 120_000, Driver::MarginRiseAlone),
        (Some(60_000), 80_000, Driver::BothTogether),
        (Some(below_ppm), call_ppm, Driver::PriceAlone),
        (Some(below_ppm), 80_000, Driver::PriceAlone),
        (Some(below_ppm), 120_000, Driver::EitherAlone),
    ] {
        let mut scene = Scene::new(&session);
        scene.minute(equity_ppm, call_ppm);
        let cause = scene.cut();
        assert_eq!(cause.driver, driver, "{equity_ppm:?}: {}", cause.text);
        let others = Driver::ALL.iter().filter(|other| **other != driver);
        for other in others {
            let sums = scene.replay.record.cuts_by(*other);
            assert_eq!(sums, ActionSums::default());
        }
    }
}

/// The quote currency falls to a quarter of a dollar, which two prints agree on; nothing else moves. With a
/// rise of the call ratio that neither would do by itself, both are needed.
#[test]
fn r_h4_a_fall_of_the_quote_currency_is_a_cause() {
    let mut session = minutes(1);
    let mut rows = session.tapes[0].rows.clone();
    rows.iter_mut().for_each(|row| row.price_e8 = 100_000_000);
    let asset = QUOTE_ASSET.to_owned();
    session.tapes.push(Tape { asset, rows });
    let at_first_ppm = Scene::new(&session).call_ppm;
    for (price_e8, call_ppm, driver) in [
        (25_000_000, at_first_ppm, Driver::QuoteAlone),
        (70_000_000, 85_000, Driver::QuoteAndMarginRise),
    ] {
        let mut scene = Scene::new(&session);
        let world = &mut scene.replay.world;
        world.jump(QUOTE_RISK, price_e8).unwrap();
        scene.minute(None, call_ppm);
        let cause = scene.cut();
        assert_eq!(cause.driver, driver, "{}", cause.text);
        assert_eq!(scene.replay.ledger.count_called_by_quote(), 1);
    }
}

/// Whoever watches one minute at a time would put this down to the price alone: the ratio of the minute
/// before the cut was that of the cut.
#[test]
fn a_rise_in_many_safe_minutes_is_a_rise() {
    let session = minutes(1);
    let mut scene = Scene::new(&session);
    for call_ppm in [50_000, 70_000, 90_000, 97_000] {
        scene.minute(None, call_ppm);
    }
    assert_eq!(scene.replay.record.actions, []);
    scene.minute(Some(96_000), 97_000);
    assert_eq!(scene.cut().driver, Driver::BothTogether);
}

/// A fall of the slow price takes credit from a profit: that is the price's doing as well.
#[test]
fn the_slow_price_is_part_of_the_price() {
    let session = minutes(1);
    let mut scene = Scene::new(&session);
    let (first_e8, lots) = (scene.risk().price_e8, scene.lots);
    let (price_e8, call_ppm) = (first_e8 / 5 * 6, 150_000);
    scene.trade(lots / 20, price_e8, None);
    // No order may add at such a ratio, so it comes right after.
    scene.write_call(call_ppm);
    scene.replay.remember_moment(0).unwrap();
    scene.replay.world.advance(60);
    scene.set_price(price_e8, Some(call_ppm));
    let slow_price = offset_of!(MarketRisk, slow_price_e8);
    scene.write(slow_price, &first_e8.to_le_bytes());
    scene.replay.guard_accounts(0).unwrap();
    assert_eq!(scene.cut().driver, Driver::PriceAlone);
}

/// Longs are charged a share of the price for holding, out of an equity of 10 % and for a ratio that was a
/// little over 3 %.
#[test]
fn r_c5_carry_is_part_of_the_price() {
    let session = minutes(1);
    for (charged_percent, driver) in [(6, Driver::BothTogether), (7, Driver::PriceAlone)] {
        let mut scene = Scene::new(&session);
        scene.minute(None, 50_000);
        assert_eq!(scene.replay.record.actions, []);
        let risk = *scene.risk();
        let charged = (risk.price_e8 / 100 * charged_percent) << risk.carry_shift;
        let index = risk.carry_index[0] + charged as i64;
        scene.write(offset_of!(MarketRisk, carry_index), &index.to_le_bytes());
        scene.replay.guard_accounts(0).unwrap();
        let cause = scene.cut();
        assert_eq!(cause.driver, driver, "{}", cause.text);
    }
}

#[test]
fn the_moment_is_the_last_order_that_added_and_left_the_account_above() {
    let session = minutes(1);
    let mut scene = Scene::new(&session);
    let (price_e8, lots, at_first_ppm) = (scene.risk().price_e8, scene.lots, scene.call_ppm);
    let assert_ratio = |scene: &mut Scene, ppm: u32| {
        scene.minute(None, 300_000);
        let text = scene.cut().text.clone();
        let ratio = crate::text::percent_of_ppm(u64::from(ppm));
        assert!(
            text.contains(&format!("({ratio}), at the prices")),
            "{text}"
        );
        scene.replay.record.actions.clear();
    };
    scene.trade(-lots / 4, price_e8, Some(45_000));
    assert_ratio(&mut scene, at_first_ppm);
    scene.trade(lots / 20, price_e8, Some(46_000));
    assert_ratio(&mut scene, 46_000);
}

#[test]
fn a_deposit_is_a_moment_unless_it_leaves_the_account_below() {
    let session = minutes(1);
    let mut scene = Scene::new(&session);
    scene.minute(None, 70_000);
    scene.replay.refill(0).unwrap();
    scene.minute(None, 250_000);
    assert!(scene.cut().text.contains("(7.00 %), at the prices"));

    let mut scene = Scene::new(&session);
    let at_first = crate::text::percent_of_ppm(u64::from(scene.call_ppm));
    let price_e8 = scene.risk().price_e8;
    scene.replay.world.advance(60);
    scene.set_price(price_e8, Some(300_000));
    scene.replay.refill(0).unwrap();
    scene.minute(None, 300_000);
    let text = &scene.cut().text;
    assert!(
        text.contains(&format!("({at_first}), at the prices")),
        "{text}"
    );
}
