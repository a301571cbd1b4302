//! Replays sessions and shows what they did.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};
use clap::Args;

use plimsoll_sim::progress::Progress;
use plimsoll_sim::record::Record;
use plimsoll_sim::replay::{replay, ReplayOptions};
use plimsoll_sim::table::{self, Overview, Style};
use plimsoll_sim::tape::Session;

use super::{save_page, Tapes};

#[derive(Args)]
#[command(after_help = "\
Signed transactions of seeded traders and a keeper go through the compiled program minute by minute, in a
Solana virtual machine within this process. Without --tape the prices are generated: a day with a crash in it.

Examples:
  demo                                    a generated day
  demo --seed 7 --traders 300             another one, with more traders
  demo --tape tapes                       every session in a folder
  demo --tape tapes --day 2022-05         … whose name begins with 2022-05
  demo --json > record.json               the whole record; `report record.json` shows it again

Ends with an error if books and vault ever differed, another invariant broke, an account was liquidated by
volatility or by the quote currency alone, or a session could not be replayed.")]
pub struct Demo {
    #[command(flatten)]
    tapes: Tapes,
    /// Count the quote currency as one dollar, even where there is a tape of it
    #[arg(long)]
    quote_at_par: bool,
    /// How many seeded traders take part
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    traders: u32,
    /// Folder to write <session>.html to, made if need be
    #[arg(long, value_name = "DIR", default_value = "report")]
    out: PathBuf,
    /// Print nothing but records to standard output: one line of JSON for each session
    #[arg(long)]
    json: bool,
}

/// Goes on after a session that failed, and ends with an error that names all that did.
pub fn demo(options: &Demo) -> Result<()> {
    let mut sessions = options.tapes.sessions()?;
    if options.quote_at_par {
        sessions = sessions
            .into_iter()
            .map(Session::with_quote_at_par)
            .collect();
    }
    let (mut pages, mut failures) = (Vec::new(), Vec::new());
    let mut overview = Overview::default();
    for (place, session) in sessions.iter().enumerate() {
        let progress = Progress::new(&numbered(&session.name, place, sessions.len()));
        let result = run(session, options, &progress);
        progress.finish();
        let record = match result {
            Ok(record) => record,
            Err(error) if place == 0 && is_program_missing(&error) => return Err(error),
            Err(error) => {
                eprintln!("{}: failed", session.name);
                failures.push(format!("{}: {error:#}", session.name));
                continue;
            }
        };
        show(&record, options, place > 0)?;
        overview.row(&record);
        pages.push(save_page(&record, &options.out)?);
        failures.extend(failures_of(&record));
    }
    if !options.json {
        if sessions.len() > 1 {
            let style = Style::of_standard_output();
            println!(
                "\n{}\n{}",
                style.bold("All sessions"),
                overview.render(style)
            );
        }
        pages.iter().for_each(|page| println!("{}", page.display()));
    }
    if failures.is_empty() {
        return Ok(());
    }
    bail!("{}", failures.join("\n"))
}

fn run(session: &Session, options: &Demo, progress: &Progress) -> Result<Record> {
    let replay_options = ReplayOptions {
        seed: options.tapes.seed,
        traders: options.traders,
        generated_prices: options.tapes.paths.is_empty(),
    };
    replay(session, replay_options, |done, all| {
        progress.show(done, all)
    })
}

fn show(record: &Record, options: &Demo, is_later: bool) -> Result<()> {
    if options.json {
        let json = serde_json::to_string(record).context("the record is no JSON")?;
        println!("{json}");
        return Ok(());
    }
    if is_later {
        println!();
    }
    print!("{}", table::render(record, Style::of_standard_output()));
    Ok(())
}

/// `2 of 5, name`; just the name where there is one.
fn numbered(name: &str, place: usize, count: usize) -> String {
    match count {
        1 => name.to_owned(),
        _ => format!("{} of {count}, {name}", place + 1),
    }
}

fn is_program_missing(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref();
    matches!(cause, Some(plimsoll_testkit::WorldError::ProgramMissing(_)))
}

/// What must not be: a book that differs from the vault, a liquidation by volatility or by the quote
/// currency alone, a record that contradicts itself.
fn failures_of(record: &Record) -> Vec<String> {
    let mut failures = record.contradictions();
    let conservation = &record.conservation;
    if let Some(first) = conservation.failures.first() {
        failures.push(format!(
            "invariant broken: books and vault differed after {} of {} transactions, first by {} atoms after {}",
            conservation.failures.len(),
            conservation.steps,
            first.difference_q,
            first.after,
        ));
    }
    let cruel = record.totals.by_volatility_alone;
    if cruel > 0 {
        failures.push(format!(
            "invariant broken: {cruel} accounts were liquidated by volatility alone"
        ));
    }
    let by_quote = record.totals.by_quote_alone;
    if by_quote > 0 {
        failures.push(format!(
            "invariant broken: {by_quote} accounts were liquidated by the quote currency alone"
        ));
    }
    failures
        .iter()
        .map(|failure| format!("{}: {failure}", record.session))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use plimsoll_sim::record::{Books, RECORD_VERSION};

    #[test]
    fn a_broken_invariant_is_a_sentence_and_a_sound_record_none() {
        let mut record = Record {
            version: RECORD_VERSION,
            session: "day".into(),
            ..Record::default()
        };
        record.conservation.note(&Books::default(), "deposit");
        assert_eq!(failures_of(&record), Vec::<String>::new());
        let off = Books {
            vault_q: 3,
            ..Books::default()
        };
        record.conservation.note(&off, "withdraw");
        record.totals.by_volatility_alone = 2;
        record.totals.accounts_fully_liquidated = 2;
        assert_eq!(
            failures_of(&record),
            [
                "day: more accounts fully liquidated than liquidated at all",
                "day: invariant broken: books and vault differed after 1 of 2 transactions, first by -3 atoms \
                 after withdraw",
                "day: invariant broken: 2 accounts were liquidated by volatility alone",
            ]
        );
    }

    #[test]
    fn several_sessions_are_numbered() {
        assert_eq!(numbered("day", 0, 1), "day");
        assert_eq!(numbered("day", 1, 5), "2 of 5, day");
    }
}
