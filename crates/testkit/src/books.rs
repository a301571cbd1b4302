use crate::error::WorldError;
use crate::world::World;
use core::fmt::Display;
use plimsoll::state::{
    ClaimIndex, CollateralSlot, MarginAccount, Market, MarketRisk, PositionSlot,
};
use plimsoll_risk::carry::CarrySums;
use plimsoll_risk::claims::worth_down;
use plimsoll_risk::position::OpenInterest;
use solana_pubkey::Pubkey;

/// Who holds what of the quote currency (I2), quote atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Balances of all margin accounts, negative ones included.
    pub balances_q: i128,
    /// Fees escrowed by open orders.
    pub escrow_q: i128,
    /// Cash of all markets.
    pub market_cash_q: i128,
    /// Taker fees that the markets collected.
    pub market_fees_q: i128,
    pub pool_cash_q: i128,
    pub insurance_q: i128,
    /// Redeemed for providers and not collected.
    pub redeemed_q: i128,
    /// Taken out of balances by tickets and not paid.
    pub tickets_q: i128,
    /// What the markets hold of liquidation fees for the insurance fund.
    pub market_insurance_q: i128,
    /// What the collateral's record says the vault holds.
    pub vault_book_q: i128,
    /// What the vault holds.
    pub vault_q: i128,
}

/// A market's positions added up account by account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Positions {
    open_interest: OpenInterest,
    carry: CarrySums,
    nominal_q: u64,
    worth_q: u64,
    uncovered_q: u64,
    outstanding: u32,
}

/// Who holds what of another collateral (I2), atoms of its mint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pledged {
    /// What all margin accounts hold.
    pub accounts: u128,
    /// What the collateral's record says the vault holds.
    pub vault_book: u128,
    /// What the vault holds.
    pub vault: u128,
}

impl Books {
    /// What all holders together hold.
    #[must_use]
    pub fn total_q(&self) -> i128 {
        [
            self.balances_q,
            self.escrow_q,
            self.market_cash_q,
            self.market_fees_q,
            self.pool_cash_q,
            self.insurance_q,
            self.redeemed_q,
            self.tickets_q,
            self.market_insurance_q,
        ]
        .iter()
        .sum()
    }
}

impl World {
    /// The books of the quote currency.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn books(&self) -> Result<Books, WorldError> {
        let vault = self.exchange.vault;
        let held = self
            .token_amount(&vault)
            .ok_or(WorldError::AccountMissing(vault))?;
        let mut books = Books {
            pool_cash_q: i128::from(self.pool()?.cash_q),
            insurance_q: i128::from(self.insurance()?.balance_q),
            vault_book_q: i128::from(self.collateral()?.vault_q),
            vault_q: i128::from(held),
            ..Books::default()
        };
        for trader in self.traders() {
            // A closed account holds nothing.
            if self.raw(&trader.address).is_none() {
                continue;
            }
            let account: &MarginAccount = self.view(&trader.address)?;
            books.balances_q += i128::from(account.balance_q);
            books.escrow_q += i128::from(account.escrow_q());
        }
        for provider in self.existing(&self.providers) {
            books.redeemed_q += i128::from(self.provider(provider)?.redeemed_q);
        }
        for ticket in self.existing(&self.withdrawals) {
            books.tickets_q += i128::from(self.withdrawal(ticket)?.amount_q);
        }
        for index in self.market_indices() {
            let market = self.market(index)?;
            books.market_cash_q += i128::from(market.cash_q);
            books.market_fees_q += i128::from(market.fees_q);
            books.market_insurance_q += i128::from(market.insurance_q);
        }
        Ok(books)
    }

    /// The books of a collateral other than the quote currency.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn pledged_books(&self, collateral: u16) -> Result<Pledged, WorldError> {
        let vault = self.taken(collateral)?.vault;
        let held = self
            .token_amount(&vault)
            .ok_or(WorldError::AccountMissing(vault))?;
        let mut books = Pledged {
            vault_book: u128::from(self.collateral_record(collateral)?.vault_q),
            vault: u128::from(held),
            ..Pledged::default()
        };
        for trader in self.traders() {
            if self.raw(&trader.address).is_some() {
                let account: &MarginAccount = self.view(&trader.address)?;
                let slots = account.collaterals.iter();
                let same = slots.filter(|slot| slot.collateral_index == collateral);
                books.accounts += same.map(|slot| u128::from(slot.amount)).sum::<u128>();
            }
        }
        Ok(books)
    }

    /// Checks what must hold after every transaction: I2 to the atom for every mint, I2b, each market's sums against the
    /// positions they are sums of, the pool's shares, the order and rails of the ratios (I6), the caps
    /// of what a market may draw and be insured for.
    ///
    /// # Errors
    /// [`WorldError::InvariantBroken`] with the first that does not hold; as [`World::view`].
    pub fn check_invariants(&self) -> Result<(), WorldError> {
        let books = self.books()?;
        same(
            "I2: books and vault record",
            books.total_q(),
            books.vault_book_q,
        )?;
        same(
            "I2: vault record and vault",
            books.vault_book_q,
            books.vault_q,
        )?;
        let owed_q = i128::from(self.collateral()?.owed_q);
        same("R-E2: tickets and what is owed", books.tickets_q, owed_q)?;
        self.check_claims(&books)?;
        self.check_collaterals()?;
        self.check_markets()?;
        self.check_shares()
    }

    /// All shares are with providers or in tickets.
    fn check_shares(&self) -> Result<(), WorldError> {
        let pool = self.pool()?;
        let (mut held, mut leaving) = (0_u128, 0_u128);
        for provider in self.existing(&self.providers) {
            held += u128::from(self.provider(provider)?.shares);
        }
        for ticket in self.existing(&self.redemptions) {
            leaving += u128::from(self.redemption(ticket)?.shares);
        }
        let in_tickets = u128::from(pool.leaving_shares);
        same("shares in tickets and pool", leaving, in_tickets)?;
        let all = u128::from(pool.shares);
        same("shares of providers and pool", held + leaving, all)
    }

    /// Those of the addresses at which there is an account.
    fn existing<'a>(&'a self, addresses: &'a [Pubkey]) -> impl Iterator<Item = &'a Pubkey> {
        addresses
            .iter()
            .filter(|address| self.raw(address).is_some())
    }

    /// I2b: what could be withdrawn, were every position gone, is in the vault.
    fn check_claims(&self, books: &Books) -> Result<(), WorldError> {
        let mut claims_q = books.redeemed_q + books.tickets_q;
        for trader in self.traders() {
            if self.raw(&trader.address).is_some() {
                let account: &MarginAccount = self.view(&trader.address)?;
                claims_q += i128::from(account.balance_q.max(0));
                let slots = account.positions.iter();
                let uncovered_q = slots.map(|slot| i128::from(slot.uncovered_q)).sum::<i128>();
                let lacking_q = -i128::from(account.balance_q.min(0));
                holds("R-L8: what is owed is uncovered", lacking_q <= uncovered_q)?;
            }
        }
        holds("I2b: claims within the vault", claims_q <= books.vault_q)
    }

    fn check_collaterals(&self) -> Result<(), WorldError> {
        for index in self.collateral_indices() {
            let books = self.pledged_books(index)?;
            let name = |what: &str| format!("collateral {index}: {what}");
            same(
                &name("I2: pledged and vault record"),
                books.accounts,
                books.vault_book,
            )?;
            same(
                &name("I2: vault record and vault"),
                books.vault_book,
                books.vault,
            )?;
        }
        for index in self.risk_indices() {
            check_ratios(self.risk(index)?)?;
        }
        Ok(())
    }

    fn check_markets(&self) -> Result<(), WorldError> {
        let mut sums = vec![Positions::default(); self.listed.len()];
        for trader in self.traders() {
            if self.raw(&trader.address).is_some() {
                let claims = |index| Ok(self.market(index)?.claims);
                add_positions(&mut sums, self.view(&trader.address)?, claims)?;
            }
        }
        for (index, sum) in self.market_indices().zip(sums) {
            let market = self.market(index)?;
            let name = |what: &str| format!("market {index}: {what}");
            same(
                &name("open interest"),
                Debugged(sum.open_interest),
                Debugged(market.open_interest()),
            )?;
            same(
                &name("R-C6: carry"),
                Debugged(sum.carry),
                Debugged(market.carry_sums()),
            )?;
            check_claims_on(market, self.risk(index)?, sum)
                .map_err(|error| WorldError::InvariantBroken(name(&error)))?;
            same(
                &name("R-L8: uncovered cash"),
                sum.uncovered_q,
                market.uncovered_q,
            )?;
            holds(
                &name("R-L8: uncovered within the cash"),
                market.uncovered_q <= market.cash_q,
            )?;
            let drawn_max_q = i128::from(market.params.loss_cap_q);
            holds(
                &name("drawn within the loss cap"),
                i128::from(market.drawn_q) <= drawn_max_q,
            )?;
            let insured = market.insured_q <= market.params.insurance_cap_q;
            holds(&name("insured within the cap"), insured)?;
        }
        Ok(())
    }
}

fn check_ratios(risk: &MarketRisk) -> Result<(), WorldError> {
    let name = |what: &str| format!("risk account {}: {what}", risk.index);
    let (params, ratios) = (&risk.params, risk.ratios());
    let ordered = [ratios.long, ratios.short].iter().all(|side| {
        side.initial_ppm >= side.call_ppm
            && side.call_ppm >= side.liquidation_ppm
            && side.liquidation_ppm == params.floor_ppm
    });
    holds(
        &name("I6: initial at least call at least liquidation"),
        ordered,
    )?;
    let rails = params.floor_ppm..=params.cap_ppm;
    let railed = rails.contains(&risk.live_ppm) && rails.contains(&risk.target_ppm);
    holds(&name("I6: ratios within the rails"), railed)
}

/// R-W4: a market's claims are those of its traders, and worth no less than they are together.
fn check_claims_on(market: &Market, risk: &MarketRisk, sum: Positions) -> Result<(), String> {
    let worth_q = worth_down(market.nominal_q, market.claims.index);
    let checks = [
        ("nominal unpaid profit", sum.nominal_q == market.nominal_q),
        ("unpaid profit", worth_q == Ok(market.unpaid_q)),
        ("unpaid profit of all", sum.worth_q <= market.unpaid_q),
        (
            "claims as the risk account knows them",
            risk.claims == market.claims,
        ),
        (
            "R-W7: positions to deleverage",
            sum.outstanding == market.deleveraging.outstanding,
        ),
    ];
    match checks.iter().find(|(_, holds)| !holds) {
        Some((what, _)) => Err(format!("{what}: {sum:?} and {market:?}")),
        None => Ok(()),
    }
}

fn add_positions(
    sums: &mut [Positions],
    account: &MarginAccount,
    claims: impl Fn(u16) -> Result<ClaimIndex, WorldError>,
) -> Result<(), WorldError> {
    let used = account
        .positions
        .iter()
        .enumerate()
        .filter(|(_, slot)| !slot.is_free());
    for (place, slot) in used {
        let first = account.position_in(slot.market_index) == Some(place);
        holds("one position per account and market", first)?;
        holds("no entry without lots", slot.lots != 0 || slot.entry_q == 0)?;
        let index = slot.market_index;
        let sum = sums
            .get_mut(usize::from(index))
            .ok_or(WorldError::MarketMissing(index))?;
        sum.open_interest = sum
            .open_interest
            .replace(Default::default(), slot.position())
            .map_err(|_| WorldError::Overflow)?;
        let flat = slot.lots == 0 && slot.carry_index != 0;
        holds("no carry index without lots", !flat)?;
        sum.carry = sum
            .carry
            .replace(&Default::default(), &slot.carried())
            .map_err(|_| WorldError::Overflow)?;
        let claims = claims(index)?;
        sum.nominal_q = sum
            .nominal_q
            .checked_add(claims.nominal_q(slot))
            .ok_or(WorldError::Overflow)?;
        let worth_q = claims.worth_down(slot).map_err(|_| WorldError::Overflow)?;
        sum.worth_q = sum.worth_q.saturating_add(worth_q);
        sum.outstanding += u32::from(slot.deleverage_epoch != 0);
        sum.uncovered_q = sum
            .uncovered_q
            .checked_add(slot.uncovered_q)
            .ok_or(WorldError::Overflow)?;
    }
    let idle = account.positions.iter().filter(|slot| slot.is_free());
    for slot in idle {
        holds("a free slot is empty", *slot == PositionSlot::default())?;
    }
    for (place, slot) in account.collaterals.iter().enumerate() {
        let empty = CollateralSlot::default();
        let kept = slot.amount != 0 || *slot == empty;
        holds("a free collateral slot is empty", kept)?;
        let first = account.collateral_in(slot.collateral_index) == Some(place);
        let once = slot.amount == 0 || (first && slot.collateral_index != 0);
        holds("one slot per account and collateral, none for quote", once)?;
    }
    Ok(())
}

fn holds(what: &str, condition: bool) -> Result<(), WorldError> {
    if condition {
        return Ok(());
    }
    Err(WorldError::InvariantBroken(what.to_owned()))
}

fn same<T: PartialEq + Display>(what: &str, left: T, right: T) -> Result<(), WorldError> {
    if left == right {
        return Ok(());
    }
    Err(WorldError::InvariantBroken(format!(
        "{what}: {left} and {right}"
    )))
}

#[derive(PartialEq)]
struct Debugged<T>(T);

impl<T: core::fmt::Debug> Display for Debugged<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
