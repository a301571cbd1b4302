//! Keeps what is needed to say why an account was cut, and says it: [`crate::record::cause`] defines it.

use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::Result;
use plimsoll::state::{MarginAccount, MarketRisk};
use plimsoll::view::Planned;
use plimsoll_risk::account::{AccountState, Margin};

use crate::record::cause::{CutCase, Standing};

use super::ledger::Moment;
use super::{Replay, QUOTE_RISK};

/// Risk accounts by their index.
type Risks = BTreeMap<u16, MarketRisk>;

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
            risks: self.risks()?,
        };
        self.ledger.remember_moment(place, Rc::new(moment));
        Ok(())
    }

    fn risks(&self) -> Result<Risks> {
        let indices = self.world.risk_indices().into_iter();
        indices
            .map(|index| Ok((index, *self.world.risk(index)?)))
            .collect()
    }

    /// The account as it is just before a cut. A cut leaves the markets' risk as it is, so this may be
    /// asked after it.
    pub(super) fn cut_case(&self, place: usize, before: &MarginAccount) -> Result<CutCase> {
        let moment = self.ledger.of(place).moment()?;
        let now = self.risks()?;
        let mixed = |mix: fn(&MarketRisk, &MarketRisk) -> MarketRisk| -> Risks {
            let pairs = now.iter().zip(moment.risks.values());
            let mixed = pairs.map(|((index, now), then)| match *index {
                QUOTE_RISK => (*index, *now),
                _ => (*index, mix(now, then)),
            });
            mixed.collect()
        };
        let earlier_ratios = mixed(|now, then| MarketRisk {
            call_ppm: then.call_ppm,
            ..*now
        });
        let earlier_prices = mixed(|now, then| MarketRisk {
            price_e8: then.price_e8,
            slow_price_e8: then.slow_price_e8,
            carry_index: then.carry_index,
            ..*now
        });
        Ok(CutCase {
            moment_unix_seconds: moment.unix_seconds,
            now: self.at_call(before, &now)?,
            at_earlier_ratios: self.at_call(before, &earlier_ratios)?,
            at_earlier_prices: self.at_call(before, &earlier_prices)?,
            at_earlier_quote: self.at_earlier_quote(before, moment, now)?,
        })
    }

    /// Whether an account is in a margin call that it would not be in had the quote currency not fallen since
    /// its owner took on the risk.
    pub(super) fn is_called_by_quote(&self, place: usize, margin: &Margin) -> Result<bool> {
        if margin.state() != AccountState::MarginCall || margin.notional_q == 0 {
            return Ok(false);
        }
        let account = self.world.account(self.agents[place].id)?;
        let moment = self.ledger.of(place).moment()?;
        let standing = self.at_earlier_quote(account, moment, self.risks()?)?;
        Ok(standing.is_some_and(|standing| standing.is_above()))
    }

    /// An account against its call line at the quote currency of a moment and all else of now; nothing where
    /// it has no price.
    fn at_earlier_quote(
        &self,
        account: &MarginAccount,
        moment: &Moment,
        mut now: Risks,
    ) -> Result<Option<Standing>> {
        let Some(then) = moment.risks.get(&QUOTE_RISK) else {
            return Ok(None);
        };
        now.insert(QUOTE_RISK, *then);
        self.at_call(account, &now).map(Some)
    }

    /// An account against its call line, with risk accounts as given.
    fn at_call(&self, account: &MarginAccount, risks: &Risks) -> Result<Standing> {
        let risk_of = |index: u16| risks.get(&index);
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
