//! The risk crate alone over tapes, and what it measures there.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use plimsoll_sim::study::{self, table};
use plimsoll_sim::table::Style;

use super::Tapes;

/// Nothing is said about a study that is over sooner.
const QUIET: Duration = Duration::from_secs(2);

#[derive(Args)]
pub struct Study {
    #[command(flatten)]
    tapes: Tapes,
    /// JSON in place of tables
    #[arg(long)]
    json: bool,
}

impl Study {
    pub fn run(&self) -> Result<()> {
        let sessions = self.tapes.sessions()?;
        let start = Instant::now();
        let progress = |what: &str| {
            if start.elapsed() >= QUIET {
                eprintln!("studying {what}");
            }
        };
        let study = study::study(&sessions, progress)
            .map_err(|error| anyhow::anyhow!("a tape was refused: {error:?}"))?;
        if self.json {
            let text = serde_json::to_string_pretty(&study)
                .context("the study has a number that JSON cannot hold")?;
            println!("{text}");
        } else {
            print!("{}", table::render(&study, Style::of_standard_output()));
        }
        Ok(())
    }
}
