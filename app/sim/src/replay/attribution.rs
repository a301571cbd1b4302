//! Keeps what is needed to say why an account was cut, and says it: [`crate::record::cause`] defines it.

use std::rc::Rc;

use anyhow::Result;
use plimsoll::state::{MarginAccount, MarketRisk};
use plimsoll::view::Planned;
use plimsoll_risk::account::AccountState;

use crate::record::cause::{CutCase, Standing};

use super::ledger::Moment;
use super::Replay;

impl Replay<'_> {
    /// To be called when an account's owner has added to a position, deposited or withdrawn. If that did
    /// not bring the account above its call line, nothing that happens to it later began here.
    pub(super) fn remember_moment(&mut self, place: usize) -> Result<()> {
        let margin = self.world.margin(self.agents[place].id)?;
        if margin.state() != AccountState::Healthy {
            return Ok(());
        }
        let moment = Moment {
            unix_seconds: self.world.now_seconds(),
            liquidation: Standing {
                equity_q: margin.equity_liquidation_q,
                requirement_q: margin.requirement_liquidation_q,
                notional_q: margin.notional_q,
            },
            risks: self.risks()?.into(),
        };
        self.ledger.remember_moment(place, Rc::new(moment));
        Ok(())
    }

    fn risks(&self) -> Result<Vec<MarketRisk>> {
        let indices = self.world.market_indices();
        indices.map(|index| Ok(*self.world.risk(index)?)).collect()
    }

    /// The account as it is just before a cut. A cut leaves the markets' risk as it is, so this may be
    /// asked after it.
    pub(super) fn cut_case(&self, place: usize, before: &MarginAccount) -> Result<CutCase> {
        let moment = self.ledger.of(place).moment()?;
        let now = self.risks()?;
        let mixed = |mix: fn(&MarketRisk, &MarketRisk) -> MarketRisk| -> Vec<MarketRisk> {
            let pairs = now.iter().zip(moment.risks.iter());
            pairs.map(|(now, then)| mix(now, then)).collect()
        };
        let earlier_ratios = mixed(|now, then| MarketRisk {
            call_ppm: then.call_ppm,
            ..*now
        });
        let earlier_prices = mixed(|now, then| MarketRisk {
            price_e8: then.price_e8,
            slow_price_e8: then.slow_price_e8,
            ..*now
        });
        Ok(CutCase {
            moment_unix_seconds: moment.unix_seconds,
            now: self.at_call(before, &now)?,
            at_earlier_ratios: self.at_call(before, &earlier_ratios)?,
            at_earlier_prices: self.at_call(before, &earlier_prices)?,
        })
    }

    /// An account against its call line, with each market's risk in the place of its index.
    fn at_call(&self, account: &MarginAccount, risks: &[MarketRisk]) -> Result<Standing> {
        let risk_of = |index: u16| risks.get(usize::from(index));
        let planned = Planned::unchanged(account);
        let margin = self.world.margin_given(&planned, &risk_of)?;
        Ok(Standing {
            equity_q: margin.equity_call_q,
            requirement_q: margin.requirement_call_q,
            notional_q: margin.notional_q,
        })
    }
}

/// Whether a fill of signed `lots` left a position that is larger than before, or on the other side.
pub fn adds_risk(lots: i64, position_lots: i64) -> bool {
    let after = i128::from(position_lots);
    let before = after - i128::from(lots);
    after.abs() > before.abs() || before.signum() * after.signum() < 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_or_turned_is_more_risk_and_smaller_or_untouched_is_not() {
        for (before, lots, adds) in [
            (0, 5, true),
            (0, -5, true),
            (3, 2, true),
            (-3, -2, true),
            (3, -2, false),
            (3, -3, false),
            (3, -4, true),
            (-3, 5, true),
            (3, 0, false),
            (0, 0, false),
        ] {
            assert_eq!(adds_risk(lots, before + lots), adds, "{before} and {lots}");
        }
    }
}
