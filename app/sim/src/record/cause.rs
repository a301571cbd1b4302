//! Why an account was below a line.
//!
//! A cut answers a call line that two things move towards an account: its markets' call ratios rise, and
//! their prices go against it. Which of them it was is found by undoing each alone, back to the *moment*
//! when the owner last took on the account's risk: the last order that added to a position, the last
//! deposit or the last withdrawal that left the account above its call line. The account as it is just
//! before the cut is held against that line
//!
//! - at the call ratios of the moment and the prices of now: is it above without the rise of margin?
//! - at the prices of the moment and the call ratios of now: is it above without what the price did? The
//!   slow price goes with the price, and so does carry (R-C): what holding has cost since counts as the
//!   price's doing.
//!
//! | above at earlier ratios | above at earlier prices | cause |
//! |---|---|---|
//! | yes | no | [`Driver::MarginRiseAlone`] |
//! | no | yes | [`Driver::PriceAlone`] |
//! | yes | yes | [`Driver::BothTogether`] |
//! | no | no | [`Driver::EitherAlone`] |
//!
//! Where the quote currency has a price (R-H4), its fall is a third thing that moves an account towards its
//! call line, and is undone like the others:
//!
//! - at the quote currency's price and haircut of the moment and all else of now: is it above without the
//!   quote currency's fall?
//!
//! If so the cause is one of four more: [`Driver::QuoteAlone`] if neither earlier ratios nor earlier prices
//! would do, [`Driver::QuoteAndMarginRise`], [`Driver::QuoteAndPrice`] or [`Driver::AllTogether`] if they
//! would.
//!
//! Each cut has one cause. [`Driver::needs_margin_rise`], [`Driver::needs_price`] and [`Driver::needs_quote`]
//! say what it would not have been without.
//!
//! The liquidation line is static, and knows no quote currency. A liquidation is the price's doing unless the
//! account would still be above the line had it never been cut; then it is that of the quote currency if one
//! of the cuts needed its fall, and else of the rise of margin which caused the cuts.

use serde::{Deserialize, Serialize};

use crate::text::{date_and_time, dollars, percent_of_ppm};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Driver {
    /// The rise of ratios was needed and was enough.
    MarginRiseAlone,
    /// Rise of ratios and move of price were both needed.
    BothTogether,
    /// The move of the price was needed and was enough.
    PriceAlone,
    /// Each was enough without the other.
    EitherAlone,
    /// The fall of the quote currency was needed and was enough.
    QuoteAlone,
    /// Fall of the quote currency and rise of ratios were both needed, a move of price was not.
    QuoteAndMarginRise,
    /// Fall of the quote currency and move of price were both needed, a rise of ratios was not.
    QuoteAndPrice,
    /// All three were needed.
    AllTogether,
}

impl Driver {
    pub const ALL: [Self; 8] = [
        Self::MarginRiseAlone,
        Self::BothTogether,
        Self::PriceAlone,
        Self::EitherAlone,
        Self::QuoteAlone,
        Self::QuoteAndMarginRise,
        Self::QuoteAndPrice,
        Self::AllTogether,
    ];

    /// From whether the account would be above the line at the ratios of then, at the prices of then, and at
    /// the quote currency of then.
    pub fn of(at_earlier_ratios: bool, at_earlier_prices: bool, at_earlier_quote: bool) -> Self {
        match (at_earlier_ratios, at_earlier_prices, at_earlier_quote) {
            (true, false, false) => Self::MarginRiseAlone,
            (true, true, false) => Self::BothTogether,
            (false, true, false) => Self::PriceAlone,
            (false, false, false) => Self::EitherAlone,
            (false, false, true) => Self::QuoteAlone,
            (true, false, true) => Self::QuoteAndMarginRise,
            (false, true, true) => Self::QuoteAndPrice,
            (true, true, true) => Self::AllTogether,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::MarginRiseAlone => "margin rise alone",
            Self::BothTogether => "both together",
            Self::PriceAlone => "price alone",
            Self::EitherAlone => "either alone",
            Self::QuoteAlone => "quote alone",
            Self::QuoteAndMarginRise => "quote and margin rise",
            Self::QuoteAndPrice => "quote and price",
            Self::AllTogether => "all together",
        }
    }

    /// Whether nothing would have been done to the account had the price not moved.
    pub fn needs_price(self) -> bool {
        matches!(
            self,
            Self::PriceAlone | Self::BothTogether | Self::QuoteAndPrice | Self::AllTogether
        )
    }

    /// Whether nothing would have been done to the account had its ratios not risen.
    pub fn needs_margin_rise(self) -> bool {
        matches!(
            self,
            Self::MarginRiseAlone
                | Self::BothTogether
                | Self::QuoteAndMarginRise
                | Self::AllTogether
        )
    }

    /// Whether nothing would have been done to the account had the quote currency not fallen.
    pub fn needs_quote(self) -> bool {
        matches!(
            self,
            Self::QuoteAlone | Self::QuoteAndMarginRise | Self::QuoteAndPrice | Self::AllTogether
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub driver: Driver,
    /// One sentence with the numbers that decide it.
    pub text: String,
}

/// An account against one of its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub equity_q: i64,
    /// At this line.
    pub requirement_q: u64,
    /// Of all positions.
    pub notional_q: u64,
}

impl Standing {
    /// Whether the account is at the line or above it.
    pub fn is_above(&self) -> bool {
        i128::from(self.equity_q) >= i128::from(self.requirement_q)
    }

    /// Requirement over notional; zero without a notional.
    fn ratio_ppm(&self) -> u64 {
        let scaled = u128::from(self.requirement_q) * 1_000_000;
        scaled.checked_div(u128::from(self.notional_q)).unwrap_or(0) as u64
    }
}

/// An account just before a cut, against its call line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutCase {
    /// When the owner last took on its risk.
    pub moment_unix_seconds: i64,
    /// At the ratios and prices of now.
    pub now: Standing,
    /// At the ratios of the moment and the prices of now.
    pub at_earlier_ratios: Standing,
    /// At the prices of the moment and the ratios of now.
    pub at_earlier_prices: Standing,
    /// At the quote currency of the moment and all else of now; nothing where it has no price.
    pub at_earlier_quote: Option<Standing>,
}

impl Cause {
    pub fn of_cut(case: &CutCase) -> Self {
        let (now, ratios, prices) = (case.now, case.at_earlier_ratios, case.at_earlier_prices);
        let quote = case.at_earlier_quote;
        let mut text = format!(
            "equity {} is below {} ({} of notional); at the ratios of {} it would need {} ({}), at the \
             prices of then it would be {} and need {}",
            dollars(now.equity_q),
            dollars(saturated(now.requirement_q)),
            percent_of_ppm(now.ratio_ppm()),
            date_and_time(case.moment_unix_seconds),
            dollars(saturated(ratios.requirement_q)),
            percent_of_ppm(ratios.ratio_ppm()),
            dollars(prices.equity_q),
            dollars(saturated(prices.requirement_q)),
        );
        if let Some(quote) = quote {
            text += &format!(
                ", with the quote currency of then it would be {}",
                dollars(quote.equity_q)
            );
        }
        let above_at_quote = quote.is_some_and(|quote| quote.is_above());
        Self {
            driver: Driver::of(ratios.is_above(), prices.is_above(), above_at_quote),
            text,
        }
    }

    /// By losses since `moment`, when the owner last took on the account's risk.
    pub fn of_losses(moment_unix_seconds: i64, moment: &Standing, now: &Standing) -> Self {
        let text = format!(
            "equity went from {} at {} to {}, below {} ({} of notional, which is static)",
            dollars(moment.equity_q),
            date_and_time(moment_unix_seconds),
            dollars(now.equity_q),
            dollars(saturated(now.requirement_q)),
            percent_of_ppm(now.ratio_ppm()),
        );
        Self {
            driver: Driver::PriceAlone,
            text,
        }
    }
}

fn saturated(amount_q: u64) -> i64 {
    i64::try_from(amount_q).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a notional of $10,000.
    fn standing(equity_dollars: i64, requirement_dollars: u64) -> Standing {
        Standing {
            equity_q: equity_dollars * 1_000_000,
            requirement_q: requirement_dollars * 1_000_000,
            notional_q: 10_000_000_000,
        }
    }

    const NOON: i64 = 1_652_270_400;

    #[test]
    fn a_cause_says_the_numbers_that_decide_it() {
        let cause = Cause::of_cut(&CutCase {
            moment_unix_seconds: NOON,
            now: standing(1_000, 1_200),
            at_earlier_ratios: standing(1_000, 500),
            at_earlier_prices: standing(1_010, 1_190),
            at_earlier_quote: Some(standing(1_180, 1_200)),
        });
        assert_eq!(cause.driver, Driver::MarginRiseAlone);
        assert_eq!(
            cause.text,
            "equity $1,000.00 is below $1,200.00 (12.00 % of notional); at the ratios of 2022-05-11 12:00 \
             it would need $500.00 (5.00 %), at the prices of then it would be $1,010.00 and need $1,190.00, \
             with the quote currency of then it would be $1,180.00"
        );
    }

    #[test]
    fn what_is_undone_decides_and_the_line_itself_is_above() {
        for (needed_at_ratios, needed_at_prices, held_at_quote, driver) in [
            (1_000, 1_101, None, Driver::MarginRiseAlone),
            (1_001, 1_100, None, Driver::PriceAlone),
            (1_000, 1_100, None, Driver::BothTogether),
            (1_001, 1_101, None, Driver::EitherAlone),
            (1_001, 1_101, Some(1_199), Driver::EitherAlone),
            (1_001, 1_101, Some(1_200), Driver::QuoteAlone),
            (1_000, 1_101, Some(1_200), Driver::QuoteAndMarginRise),
            (1_001, 1_100, Some(1_200), Driver::QuoteAndPrice),
            (1_000, 1_100, Some(1_200), Driver::AllTogether),
        ] {
            let case = CutCase {
                moment_unix_seconds: NOON,
                now: standing(1_000, 1_200),
                at_earlier_ratios: standing(1_000, needed_at_ratios),
                at_earlier_prices: standing(1_100, needed_at_prices),
                at_earlier_quote: held_at_quote.map(|held| standing(held, 1_200)),
            };
            assert_eq!(Cause::of_cut(&case).driver, driver);
        }
        assert!(!standing(-1, 0).is_above());
    }

    #[test]
    fn each_driver_has_its_name_and_needs_what_it_says() {
        let names = Driver::ALL.map(Driver::name);
        for (driver, name) in Driver::ALL.iter().zip(names) {
            let json = serde_json::to_string(driver).unwrap();
            assert_eq!(json.trim_matches('"').replace('_', " "), name);
        }
        for bits in 0..8 {
            let [rise, price, quote] = [1, 2, 4].map(|bit| bits & bit != 0);
            let driver = Driver::of(rise, price, quote);
            assert_eq!(driver.needs_margin_rise(), rise);
            assert_eq!(driver.needs_price(), price);
            assert_eq!(driver.needs_quote(), quote);
        }
    }

    #[test]
    fn losses_are_the_price_s_doing() {
        let cause = Cause::of_losses(NOON, &standing(1_000, 250), &standing(-40, 250));
        assert_eq!(cause.driver, Driver::PriceAlone);
        assert_eq!(
            cause.text,
            "equity went from $1,000.00 at 2022-05-11 12:00 to −$40.00, below $250.00 (2.50 % of notional, \
             which is static)"
        );
    }

    #[test]
    fn no_notional_is_no_division_by_zero() {
        let nothing = Standing {
            equity_q: 0,
            requirement_q: 0,
            notional_q: 0,
        };
        assert_eq!(nothing.ratio_ppm(), 0);
    }
}
