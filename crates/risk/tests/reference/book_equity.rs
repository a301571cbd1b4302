//! A book's equity by definition, in the units of [`super::book`].

use super::book::{atom, counted, ppm, worth};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use plimsoll_risk::book::{Exposure, Pledge, QuoteRisk};

/// R-H4: what quote equity counts for.
fn quoted(equity: &BigInt, price_e8: u64, haircut_ppm: u32) -> BigInt {
    if !equity.is_positive() {
        return equity.clone();
    }
    ppm(
        &(equity * price_e8.min(100_000_000) / 100_000_000),
        1_000_000 - haircut_ppm,
    )
}

/// R-A2, R-A5, R-H1, R-H4: equity at each line.
pub fn equity(
    balance_q: i64,
    quote: &QuoteRisk,
    held: &[Exposure],
    pledges: &[Pledge],
) -> [BigInt; 3] {
    let mut sums = [(); 3].map(|()| BigInt::from(balance_q) * atom());
    for exposure in held {
        let position = exposure.position;
        let profit = |price_e8| {
            worth(position.lots, price_e8, exposure.lot_divisor)
                - BigInt::from(position.entry_q) * atom()
        };
        let open = profit(exposure.prices.price_e8);
        let zero = BigInt::zero;
        let slow = open
            .clone()
            .min(profit(exposure.prices.slow_e8))
            .max(zero());
        let unpaid = BigInt::from(exposure.unpaid_q) * atom();
        sums[0] += open
            .clone()
            .min(profit(exposure.prices.guard_e8))
            .min(zero());
        sums[1] += open.clone().min(zero()) + ppm(&(slow + &unpaid), exposure.credit_ppm);
        sums[2] += open + unpaid;
    }
    let initial_ppm = quote.haircut_initial_ppm.max(quote.haircut_call_ppm);
    sums[0] = quoted(&sums[0], quote.price_e8, initial_ppm);
    sums[1] = quoted(&sums[1], quote.price_e8, quote.haircut_call_ppm);
    for pledge in pledges {
        let slow_e8 = pledge.prices.price_e8.min(pledge.prices.slow_e8);
        let dear = |worth: BigInt| worth * 100_000_000 / quote.price_e8.max(100_000_000);
        if counted(pledge, pledge.prices.price_e8).0.is_positive() {
            sums[0] += dear(counted(pledge, slow_e8.min(pledge.prices.guard_e8)).1);
            sums[1] += dear(counted(pledge, slow_e8).1);
            sums[2] += counted(pledge, pledge.prices.price_e8).1;
        }
    }
    sums
}
