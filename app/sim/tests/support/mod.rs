//! A record with made-up margin lines and accounts, for tests of what is made from records.

mod accounts;
mod margin;

use plimsoll_sim::record::{
    Books, ComputeMeter, Conservation, MarketSeries, OrderCounts, Record, Totals, Transactions,
    RECORD_VERSION,
};
use plimsoll_sim::tape::generate::{generate, GeneratorOptions};
use plimsoll_sim::tape::statistics::{correlations, session_statistics};
use plimsoll_sim::tape::Session;

use accounts::Accounts;
use margin::MarginModel;

/// A generated day's record.
pub fn sample() -> Record {
    sample_of(
        &generate(&GeneratorOptions {
            seed: 3,
            ..Default::default()
        })
        .session,
    )
}

pub fn sample_of(session: &Session) -> Record {
    let mut models: Vec<MarginModel> = session.tapes.iter().map(MarginModel::new).collect();
    let mut markets: Vec<MarketSeries> = session
        .tapes
        .iter()
        .map(|tape| MarketSeries {
            asset: tape.asset.clone(),
            points: Vec::new(),
        })
        .collect();
    let mut accounts = Accounts::new(session, 100);
    let mut record = frame(session);
    for tick in session.ticks() {
        for index in &tick.rows {
            let mut point = models[index.tape].point(session.minute(*index));
            accounts.open_interest(index.tape, &mut point);
            markets[index.tape].points.push(point);
        }
        let last: Vec<_> = markets
            .iter()
            .map(|market| market.points.last().copied())
            .collect();
        accounts.step(tick.unix_seconds, &last, &mut record);
        let books = books(tick.unix_seconds, &record);
        record.conservation.note(&books, "settle_order");
        record.books.push(books);
    }
    record.markets = markets;
    record
}

fn frame(session: &Session) -> Record {
    let (first_unix_seconds, last_unix_seconds) = session.span_seconds().unwrap();
    let mut meter = ComputeMeter::default();
    for (name, units) in [
        ("refresh_market", 6_204),
        ("place_order", 9_871),
        ("settle_order", 24_310),
        ("cut_account", 31_007),
    ] {
        for spread in [0, 190, 310, 2_977] {
            meter.note(name, units + spread);
        }
    }
    Record {
        version: RECORD_VERSION,
        session: session.name.clone(),
        seed: 3,
        generated_prices: session.name.starts_with("generated"),
        traders: 100,
        first_unix_seconds,
        last_unix_seconds,
        replay_seconds: 41.7,
        transactions: Transactions {
            landed: 18_204,
            refused: 311,
        },
        refusals: [("InitialRequirement", 300), ("RiskTooOld", 11)]
            .map(|(name, count)| (name.to_owned(), count))
            .into(),
        tape_statistics: session_statistics(session),
        correlations: correlations(session),
        orders: OrderCounts {
            placed: 900,
            filled: 840,
            expired: 41,
            unaffordable: 12,
            rejected: 3,
            pending: 4,
        },
        compute_units: meter.finish(),
        conservation: Conservation::default(),
        totals: Totals::default(),
        ..Record::default()
    }
}

/// Books that move a little with each action and always add up.
fn books(unix_seconds: i64, record: &Record) -> Books {
    let penalties_q: u64 = record.actions.iter().map(|action| action.penalty_q).sum();
    let fees_q: u64 = record.actions.iter().map(|action| action.fee_q).sum();
    let market_cash_q = 250_000_000_000 + record.actions.len() as u64 * 71_000_000;
    let (pool_q, insurance_q) = (2_000_000_000_000, 100_000_000_000 + penalties_q);
    let (vault_q, escrow_q) = (4_000_000_000_000u64, 80_000);
    Books {
        unix_seconds,
        vault_q,
        balances_q: (vault_q - escrow_q - market_cash_q - pool_q - insurance_q - fees_q) as i64,
        escrow_q,
        market_cash_q,
        pool_q,
        insurance_q,
        fees_q,
        unpaid_q: fees_q / 3,
    }
}
