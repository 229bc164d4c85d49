//! What clap reads. Each command turns it into its own options once.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::backend::{self, falco};

/// Compiles Splunk (SPL) detection searches to Sigma, Falco, Elastic EQL and Rust.
#[derive(Debug, Parser)]
#[command(name = "splc", version, propagate_version = true, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Definitions of macros: macros.conf, YAML or JSON lines, a Splunk app, or a folder of these
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) macros: Vec<PathBuf>,
    /// Folder with files that take the place of the embedded ones: sources.yaml, sigma.yaml, …
    #[arg(long = "targets", id = "targets-folder", global = true, value_name = "DIR")]
    pub(crate) targets: Option<PathBuf>,
    /// Settings of the checks, macros and lookups [default: `splc.toml` in the folder of the first path or above it]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Log source of searches that name none that is known, or of the events
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Folder with tables of lookups: CSV files, and transforms.conf for their definitions
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) lookups: Vec<PathBuf>,
    /// What `now()` gives: seconds since 1970, or a time like 2026-01-31T08:00:00Z [default: the time of the latest event]
    #[arg(long, global = true, value_name = "TIME", value_parser = time)]
    pub(crate) now: Option<f64>,
    /// Whether to colour what is printed
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,
    /// Print only errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// Seconds since 1970, from a number of them or a time of RFC 3339.
fn time(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    let instant = || text.parse::<jiff::Timestamp>().ok().map(|time| time.as_duration().as_secs_f64());
    number.or_else(instant).ok_or_else(|| {
        "a time is seconds since 1970, or a date and time with its offset from UTC: `2026-01-31T08:00:00Z`"
            .to_owned()
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write rules for other engines
    Compile(Compile),
    /// Report what is probably wrong with searches
    Lint(Lint),
    /// Run searches over events
    Match(Match),
    /// Run the rules that would be written and compare them with their searches
    Verify(Verify),
    /// Show how a search is read and translated, or what a diagnostic code means
    Explain(Explain),
    /// Write searches in the canonical layout
    Fmt(Fmt),
    /// List the searches that are found
    List(List),
    /// Serve an editor over standard input and output (Language Server Protocol)
    Lsp,
}

/// Files, folders, or `-` for a search on standard input.
#[derive(Debug, Args)]
pub(crate) struct Inputs {
    /// Files and folders with searches; `-` reads a search from standard input
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Targets {
    /// Targets to write; all if none is named
    #[arg(short, long = "target", value_name = "TARGET", value_delimiter = ',', value_parser = target_names())]
    pub(crate) targets: Vec<String>,
}

fn target_names() -> clap::builder::PossibleValuesParser {
    backend::ALL
        .iter()
        .map(|backend| clap::builder::PossibleValue::new(backend.name()).help(backend.summary()))
        .collect::<Vec<_>>()
        .into()
}

#[derive(Debug, Args)]
pub(crate) struct Compile {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) targets: Targets,
    /// Folder to write to; needed unless one target is named
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Also write rules that may miss events
    #[arg(long, value_name = "FIDELITY")]
    pub(crate) allow: Option<Allow>,
    /// Exit with status 1 if a search comes out so, or worse
    #[arg(long, value_name = "STATUS")]
    pub(crate) fail_on: Option<FailOn>,
    /// Write what became of every search to a JSON file
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Compare with what is in the folder, and write nothing
    #[arg(long, requires = "output")]
    pub(crate) check: bool,
    /// Falco engine that rules are written for
    #[arg(long, value_name = "VERSION", default_value = "0.57.0")]
    pub(crate) falco_engine: FalcoEngine,
    /// Write the Rust target as a whole crate
    #[arg(long)]
    pub(crate) rust_crate: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Allow {
    Narrower,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Refused,
    Partial,
    Wider,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FalcoEngine {
    #[value(name = "0.57.0")]
    V0_57,
    #[value(name = "0.62.0")]
    V0_62,
}

impl From<FalcoEngine> for falco::Engine {
    fn from(engine: FalcoEngine) -> Self {
        match engine {
            FalcoEngine::V0_57 => Self::V0_57,
            FalcoEngine::V0_62 => Self::V0_62,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Lint {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// How to print findings [default: github inside of GitHub Actions, else text]
    #[arg(long, value_name = "FORMAT", value_parser = report_names())]
    pub(crate) format: Option<String>,
    /// Run only these checks
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Leave these checks out
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Report what these targets cannot express [default: those of splc.toml]
    #[arg(short, long = "target", value_name = "TARGET", value_delimiter = ',', value_parser = target_names())]
    pub(crate) targets: Vec<String>,
    /// Mend what can be mended without changing which events match
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix, also mend what changes which events match
    #[arg(long = "unsafe", requires = "fix")]
    pub(crate) allow_unsafe: bool,
    /// Report only lines that changed since the current branch left this revision
    #[arg(long, value_name = "REV")]
    pub(crate) changed_since: Option<String>,
    /// Report only findings that are not in this file; it is written with all findings if it does not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
}

fn report_names() -> clap::builder::PossibleValuesParser {
    crate::report::ALL
        .iter()
        .map(|format| clap::builder::PossibleValue::new(format.name()).help(format.summary()))
        .collect::<Vec<_>>()
        .into()
}

#[derive(Debug, Args)]
pub(crate) struct Match {
    /// Files and folders with searches
    #[arg(short, long, value_name = "PATH", required = true)]
    pub(crate) rules: Vec<PathBuf>,
    /// Files, folders and globs of events: JSON lines, JSON arrays, CSV as Splunk exports it, also as .gz and .zst;
    /// standard input if none is named. Searches about several events answer once all were read; on standard input, those
    /// that group by a stretch of time (`bin _time span=5m`) answer 300 seconds of event time after it is over
    #[arg(value_name = "EVENTS")]
    pub(crate) events: Vec<PathBuf>,
    /// Fields of the event to print with each hit
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,
    /// Print how many events each search matches, not the hits
    #[arg(long)]
    pub(crate) count: bool,
    /// How many threads look at events [default: as many as there are processors]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Say at the end how fast it went, and which searches cost most
    #[arg(long)]
    pub(crate) stats: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) targets: Targets,
    /// How to print the outcome
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: VerifyFormat,
    /// Falco engine that rules are written for
    #[arg(long, value_name = "VERSION", default_value = "0.57.0")]
    pub(crate) falco_engine: FalcoEngine,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A file, a folder, `-` for standard input, or a diagnostic code
    #[arg(value_name = "PATH|CODE", default_value = "-")]
    pub(crate) subject: String,
}

#[derive(Debug, Args)]
pub(crate) struct Fmt {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// Report what would change, and write nothing
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DataFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyFormat {
    Text,
    Json,
    Junit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataFormat {
    Text,
    Json,
}
