//! The command line.

mod demo;
mod study;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};

use plimsoll_sim::record::Record;
use plimsoll_sim::report;
use plimsoll_sim::table::{self, Style};
use plimsoll_sim::tape::generate::{generate, GeneratorOptions, DAY_MINUTES};
use plimsoll_sim::tape::load::load;
use plimsoll_sim::tape::statistics::{correlations, session_statistics};
use plimsoll_sim::tape::write::write_session;
use plimsoll_sim::tape::Session;

use demo::Demo;
use study::Study;

/// Price tapes, replays and what they show.
#[derive(Parser)]
#[command(name = "plimsoll-sim", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Replay prices through the compiled program, print a table, write a page
    Demo(Demo),
    /// Measure tapes: falls, volatility, gaps, correlation
    Statistics(Tapes),
    /// Run the risk mathematics alone over tapes: estimators, guard, sides, procyclicality
    Study(Study),
    /// Write a generated day of BTC, ETH and SOL as CSV files
    Generate(Generate),
    /// Sum up a saved record of a replay and write its page
    Report(Report),
}

/// Where prices come from.
#[derive(Args)]
struct Tapes {
    /// Folders or files of tapes, named <session>.<ASSET>.csv or .csv.gz; generated prices without any
    #[arg(long = "tape", value_name = "PATH", num_args = 1..)]
    paths: Vec<PathBuf>,
    /// Only sessions whose name begins with this
    #[arg(long, value_name = "PREFIX", requires = "paths")]
    day: Option<String>,
    /// The same seed gives the same traders, and the same prices where they are generated
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Args)]
struct Generate {
    /// The same seed gives the same prices
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Length of the session
    #[arg(long, default_value_t = DAY_MINUTES, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
    /// Leave the crash out
    #[arg(long)]
    calm: bool,
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Args)]
struct Report {
    /// A record as JSON
    record: PathBuf,
    /// Folder to write <session>.html to
    #[arg(long, value_name = "DIR", default_value = "report")]
    out: PathBuf,
}

impl Cli {
    pub fn run(self) -> Result<()> {
        match self.command {
            Command::Demo(options) => demo::demo(&options),
            Command::Statistics(tapes) => statistics(&tapes),
            Command::Study(options) => options.run(),
            Command::Generate(options) => write_generated(&options),
            Command::Report(options) => write_report(&options),
        }
    }
}

impl Tapes {
    /// Recorded sessions with notices on standard error, or one generated session.
    fn sessions(&self) -> Result<Vec<Session>> {
        if self.paths.is_empty() {
            let options = GeneratorOptions {
                seed: self.seed,
                ..Default::default()
            };
            return Ok(vec![generate(&options).session]);
        }
        let loaded = load(&self.paths, self.day.as_deref().unwrap_or_default())?;
        for notice in &loaded.notices {
            eprintln!("{notice}");
        }
        Ok(loaded.sessions)
    }
}

fn statistics(tapes: &Tapes) -> Result<()> {
    let style = Style::of_standard_output();
    for (number, session) in tapes.sessions()?.iter().enumerate() {
        if number > 0 {
            println!();
        }
        println!("{}", style.bold(&session.name));
        let (statistics, pairs) = (session_statistics(session), correlations(session));
        print!("{}", table::render_statistics(&statistics, &pairs, style));
    }
    Ok(())
}

fn write_generated(options: &Generate) -> Result<()> {
    let generated = generate(&GeneratorOptions {
        seed: options.seed,
        minutes: options.minutes,
        with_crash: !options.calm,
        ..Default::default()
    });
    let paths = write_session(&generated.session, &options.out)
        .with_context(|| format!("cannot write to {}", options.out.display()))?;
    for path in paths {
        println!("{}", path.display());
    }
    Ok(())
}

fn write_report(options: &Report) -> Result<()> {
    let path = options.record.display();
    let text =
        fs::read_to_string(&options.record).with_context(|| format!("cannot read {path}"))?;
    let record: Record =
        serde_json::from_str(&text).with_context(|| format!("{path} is not a record"))?;
    print!("{}", table::render(&record, Style::of_standard_output()));
    let page = save_page(&record, &options.out)?;
    println!("{}", page.display());
    Ok(())
}

/// Writes the record's page into `folder`, which is created if need be, and returns its whole path.
fn save_page(record: &Record, folder: &Path) -> Result<PathBuf> {
    let page = folder.join(report::file_name(&record.session));
    let html = report::render(record).context("the record has a number that JSON cannot hold")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&page, html))
        .and_then(|()| std::path::absolute(&page))
        .with_context(|| format!("cannot write {}", page.display()))
}
