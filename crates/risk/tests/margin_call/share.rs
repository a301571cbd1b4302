//! What margin alone may cut while the price stands still: how much of a position, and at what cost.

use crate::desk::{floor_ppm, Book, Reduced, Terms, SPECIFIED};
use crate::paths::{marked, UNMARKED};
use crate::reference::{fixtures, Rng};
use crate::storm::{Listing, Storm, Weather};
use plimsoll_risk::account::AccountState;
use plimsoll_risk::book::{Exposure, CALL_OVER_PPM};
use plimsoll_risk::depth::{DepthParams, BASE_DEPTH_MAX_Q};
use plimsoll_risk::margin::{MarginParams, SideParams};
use plimsoll_risk::position::Position;
use plimsoll_risk::units::cost_up;

/// What an account has to keep, whatever its cuts: with equity `E` and notional `N` at the start, `c` the
/// dearest cost of closing, `M` the highest call ratio at a cut and `t` the highest target of one, what is
/// left is worth `(E − c·N) ÷ (t·M − c)` or more. A cut closes no lot that its target does not need, so
/// what is left needs what equity is left; and closing costs `c` at most.
pub struct Kept {
    equity_q: f64,
    notional_q: f64,
    cost: f64,
    needed: f64,
    slack_q: f64,
    cuts: u32,
}

impl Kept {
    pub fn of(book: &Book) -> Self {
        let margin = book.margin();
        Self {
            equity_q: margin.equity_liquidation_q as f64,
            notional_q: margin.notional_q as f64,
            cost: 0.0,
            needed: 0.0,
            slack_q: 0.0,
            cuts: 0,
        }
    }

    /// Takes note of a cut of the leg `index` of the book before it.
    pub fn cut(&mut self, before: &Book, index: usize, terms: &Terms, reduced: &Reduced) {
        let target = f64::from(terms.target_ppm) / 1e6;
        let open = before.legs.iter().filter(|leg| leg.position.lots != 0);
        let needed = target * open.map(call_ratio).fold(0.0, f64::max);
        self.needed = self.needed.max(needed);
        // R-T3, R-L7: a quarter of the floor each.
        let leg = &before.legs[index];
        self.cost = self.cost.max(f64::from(floor_ppm(leg)) / 2e6);
        // The last lot or a 256th of the cut (R-L1), a rest that was dust, and the fee that was reckoned with
        // but not charged.
        let lot_q = leg.prices.price_e8 as f64 / leg.lot_divisor as f64;
        let lot_q = lot_q + reduced.closed_q as f64 / 256.0;
        let uncharged_q = (terms.fee_q - reduced.fee_q) as f64;
        let slack_q = needed * (lot_q + terms.dust_q as f64) + uncharged_q;
        self.slack_q = self.slack_q.max(slack_q);
        self.cuts += 1;
    }

    /// The notional that has to be left.
    fn least_q(&self) -> f64 {
        // Four atoms of rounding a cut.
        let slack_q = self.slack_q + 4.0 * f64::from(self.cuts) + 4.0;
        let kept_q = self.equity_q - self.cost * self.notional_q - slack_q;
        kept_q / (self.needed - self.cost)
    }

    /// Whether that much is left.
    pub fn holds(&self, book: &Book) -> bool {
        let left_q = book.margin().notional_q as f64;
        self.cuts == 0 || left_q * (1.0 + 1e-9) >= self.least_q()
    }

    /// The share that may have been closed at most.
    fn share_most(&self) -> f64 {
        1.0 - self.least_q() / self.notional_q
    }
}

/// What a leg is asked at the call line per notional, with what its size adds, at least a tenth above its floor.
fn call_ratio(leg: &Exposure) -> f64 {
    let price = leg.prices.price_e8 as f64 / leg.lot_divisor as f64;
    let notional_q = leg.position.lots.unsigned_abs() as f64 * price;
    let sized = (1.0 + notional_q / leg.liquidity_q as f64).sqrt();
    let call = f64::from(leg.ratios.of(leg.position.lots > 0).call_ppm) / 1e6;
    let over = 1.0 + f64::from(CALL_OVER_PPM) / 1e6;
    (call * (sized + 1e-6)).max(f64::from(floor_ppm(leg)) / 1e6 * over)
}

/// The figures of a preset, read from where the markets of tests and simulations are listed.
struct Preset {
    name: &'static str,
    own: &'static str,
    common: &'static str,
}

const SPEC: &str = include_str!("../../../testkit/src/spec.rs");

impl Preset {
    fn named(name: &'static str) -> Self {
        let (_, from) = SPEC.split_once(&format!("name: \"{name}\"")).unwrap();
        let (_, common) = SPEC.split_once("fn risk_params").unwrap();
        Self {
            name,
            own: from.split_once("})").unwrap().0,
            common: common.split_once("\n}").unwrap().0,
        }
    }

    /// The number that a field is set to.
    fn number(text: &str, field: &str) -> u64 {
        let (_, from) = text.split_once(&format!(" {field}: ")).expect(field);
        let digits: String = from
            .chars()
            .take_while(|c| *c != ',')
            .filter(|c| *c != '_')
            .collect();
        digits.parse().expect(field)
    }

    fn own(&self, field: &str) -> u32 {
        Self::number(self.own, field).try_into().unwrap()
    }

    fn common(&self, field: &str) -> u32 {
        Self::number(self.common, field).try_into().unwrap()
    }

    /// As listed, even sides, without limit of size or crowd.
    fn listing(&self) -> Listing {
        Listing {
            margin: MarginParams {
                multiplier_e4: self.common("multiplier_e4"),
                horizon_seconds: self.common("horizon_seconds"),
                floor_ppm: self.own("floor_ppm"),
                cap_ppm: self.own("cap_ppm"),
                stress_ppm: self.own("stress_ppm"),
                stress_weight_ppm: self.common("stress_weight_ppm"),
                confidence_weight_ppm: self.common("confidence_weight_ppm"),
                initial_multiple_ppm: self.common("initial_multiple_ppm"),
                initial_min_ppm: self.own("initial_min_ppm"),
                doubling_seconds: self.common("doubling_seconds"),
                halving_seconds: self.common("halving_seconds"),
                ramp_seconds_max: self.common("ramp_seconds_max"),
            },
            side: SideParams::EVEN,
            depth: DepthParams {
                base_depth_q: BASE_DEPTH_MAX_Q,
                age_seconds_max: 3_600,
                halving_seconds: 3_600,
                growth_ppm: 0,
            },
            grace_minutes: self.common("grace_minutes"),
            own_depth_lots: u64::MAX,
            crowd_lots: (u64::MAX - 1, u64::MAX),
        }
    }

    /// The calmest that the estimator ever reads.
    fn calm(&self) -> Weather {
        let percent = Self::number(self.own, "volatility_min_percent");
        let variance_e18 = 31_688_087_814 / 10_000 * percent * percent;
        Weather {
            fast_e18: variance_e18,
            slow_e18: variance_e18,
            open_interest_lots: 0,
        }
    }

    fn terms(&self, confidence_ppm: u32) -> Terms {
        let (_, trade) = SPEC.split_once("fn trade_params").unwrap();
        Terms {
            target_ppm: self.common("cut_target_ppm"),
            limit_ppm: self.common("cut_limit_ppm"),
            fee_q: Self::number(trade, "keeper_fee_q"),
            liquidation_fee_ppm: 0,
            dust_q: Self::number(self.common, "dust_q"),
            confidence_ppm,
            skew_lots: 0,
            skew_scale_lots: 1 << 40,
        }
    }
}

/// The worst that a day of cuts did to an account.
#[derive(Debug, Default)]
struct Day {
    /// Share of the notional closed.
    closed: f64,
    /// Spread and fees, as a share of the notional at the start.
    cost: f64,
    /// The same as a share of the equity.
    cost_of_equity: f64,
    /// What keepers were paid, quote atoms.
    fees_q: u64,
    cuts: u32,
    /// The share that the bound allows.
    closed_most: f64,
}

/// Opens `notional_q` at exactly the initial requirement of the calmest market and lets keepers cut it every
/// minute of a day in which the variance is what `variance_e18` says of each minute.
fn day(
    preset: &Preset,
    notional_q: i64,
    confidence_ppm: u32,
    mut variance_e18: impl FnMut(u32) -> u64,
) -> Day {
    let terms = preset.terms(confidence_ppm);
    let now = 1_700_000_000;
    let storm = Storm::still(preset.listing(), terms, SPECIFIED, preset.calm(), now);
    let mut storms = [storm];
    // Lots of a cent, so that none is large.
    let lots = notional_q / 10_000;
    let entry_q = cost_up(lots, 10_000, 1).unwrap();
    let position = Position { lots, entry_q };
    let mut book = Book::of(vec![fixtures::held(position, 10_000, 1, UNMARKED)]);
    marked(&mut book, &storms);
    book.balance_q = i64::try_from(book.margin().requirement_initial_q).unwrap();
    assert!(book.margin().meets_initial());
    let (start, mut kept) = (book.clone(), Kept::of(&book));
    let mut day = Day::default();
    for minute in 0..24 * 60 {
        let fast_e18 = variance_e18(minute);
        let weather = Weather {
            fast_e18,
            slow_e18: fast_e18,
            open_interest_lots: 0,
        };
        storms[0].pass(60, weather, confidence_ppm);
        marked(&mut book, &storms);
        assert!(book.margin().state() <= AccountState::MarginCall);
        if book.margin().state() == AccountState::MarginCall {
            let reduced = book.cut(0, &terms, SPECIFIED).unwrap().expect("admissible");
            kept.cut(&book, 0, &terms, &reduced);
            day.fees_q += reduced.fee_q;
            day.cuts += 1;
            book = reduced.book;
        }
    }
    assert!(kept.holds(&book), "{}: {day:?}", preset.name);
    let (before, after) = (start.margin(), book.margin());
    let paid_q = (before.equity_liquidation_q - after.equity_liquidation_q) as f64;
    day.closed = 1.0 - after.notional_q as f64 / before.notional_q as f64;
    day.cost = paid_q / before.notional_q as f64;
    day.cost_of_equity = paid_q / before.equity_liquidation_q as f64;
    day.closed_most = kept.share_most();
    day
}

const ALL: [&str; 3] = ["BTC", "ETH", "SOL"];

#[test]
fn i1_the_wildest_day_cuts_nearly_what_the_bound_allows() {
    // Volatility without limit and the widest confidence from the first minute on, after the calmest of
    // times: the ratio doubles an hour up to the cap. Accounts of a thousand and of a million.
    for name in ALL {
        let preset = Preset::named(name);
        let confidence_ppm = preset.common("confidence_ppm_max");
        for notional_q in [1_000_000_000, 1_000_000_000_000] {
            let day = day(&preset, notional_q, confidence_ppm, |_| u64::MAX >> 1);
            println!("{name}, {} dollars: {day:?}", notional_q / 1_000_000);
            assert!(day.closed <= day.closed_most, "{name}: {day:?}");
            assert!(day.closed > day.closed_most - 0.05, "{name}: {day:?}");
            let floor = f64::from(preset.own("floor_ppm")) / 1e6;
            let most = floor / 4.0 * day.closed + day.fees_q as f64 / notional_q as f64;
            assert!(day.cost <= most + 1e-6, "{name}: {day:?}");
        }
    }
}

/// The share that a day may close of what was opened in the calmest of times: the call ratio at the cap,
/// the fee as dear as it may be.
fn closed_most(preset: &Preset) -> f64 {
    let storm = Storm::still(
        preset.listing(),
        preset.terms(0),
        SPECIFIED,
        preset.calm(),
        0,
    );
    let opened = f64::from(storm.ratios(true, 0).initial_ppm);
    let cost = f64::from(preset.own("floor_ppm")) / 2.0;
    let target = f64::from(preset.common("cut_target_ppm")) / 1e6;
    1.0 - (opened - cost) / (target * f64::from(preset.own("cap_ppm")) - cost)
}

#[test]
fn i1_no_day_of_any_volatility_cuts_more_than_the_bound_at_the_cap() {
    let mut rng = Rng(41);
    for name in ALL {
        let preset = Preset::named(name);
        let widest = preset.common("confidence_ppm_max");
        let floor = f64::from(preset.own("floor_ppm")) / 1e6;
        let most = closed_most(&preset);
        let mut worst = Day::default();
        for _ in 0..300 {
            let mut variance_e18 = 0;
            let confidence_ppm = rng.between_u32(0, widest);
            let notional_q = 1_000_000_000 << rng.between(0, 13);
            let day = day(&preset, notional_q, confidence_ppm, |_| {
                if rng.one_in(30) {
                    variance_e18 = rng.magnitude(1 << 44);
                }
                variance_e18
            });
            // What roundings and the dust of a small account add.
            assert!(day.closed <= most + 0.03, "{name}: {day:?}");
            let fees = day.fees_q as f64 / notional_q as f64;
            assert!(
                day.cost <= floor / 4.0 * day.closed + fees + 1e-6,
                "{name}: {day:?}"
            );
            assert!(day.cost <= floor / 2.0 * day.closed, "{name}: {day:?}");
            worst.closed = worst.closed.max(day.closed);
            worst.cost = worst.cost.max(day.cost);
            worst.cost_of_equity = worst.cost_of_equity.max(day.cost_of_equity);
            worst.fees_q = worst.fees_q.max(day.fees_q);
            worst.cuts = worst.cuts.max(day.cuts);
        }
        println!("{name}: at most {most}; {worst:?}");
        assert!(
            worst.closed > most - 0.1,
            "the bound is near: {name}: {worst:?}"
        );
    }
}
