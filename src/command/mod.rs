//! The SPL commands: how each is written, what it does to rows, and what it asks of an event.
//!
//! In: a stage of the tree. Out: rows ([`Command::run`], which says what the command means) or predicates
//! ([`Command::lower`], written apart from it). Invariant: the two agree on every event, which property tests
//! check; neither calls the other. Adding a command is one file and one line in [`ALL`].

mod anomaly;
mod check;
pub mod codes;
mod combine;
mod extraction;
mod field;
mod filter;
mod generate;
mod order;
mod output;
mod statistics;
mod search;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::detection::{self, Detection};
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::source::Span;
use crate::spl::{self, Parsed, Pipeline, Shape, Stage};

/// A row of a result and the events it was made from, as indexes into the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Fields and values.
    pub event: Event,
    /// Which events contribute.
    pub origins: Vec<usize>,
}

/// A stage that cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unsupported {
    /// What cannot be run.
    pub message: String,
    /// Its place in the query.
    pub span: Span,
}

/// A command of SPL.
pub trait Command: Sync {
    /// Its name, in lower case.
    fn name(&self) -> &'static str;
    /// Other names that mean the same.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }
    /// How its arguments are written.
    fn shape(&self) -> Shape;
    /// Its page in the manual.
    fn manual(&self) -> &'static str;
    /// One line.
    fn summary(&self) -> &'static str;
    /// What the command means: rows in, rows out.
    ///
    /// # Errors
    /// The stage holds something whose result is not known, such as an undefined macro; or the command is only read.
    fn run(&self, stage: &Stage, rows: Vec<Row>) -> Result<Vec<Row>, Unsupported> {
        let _ = rows;
        let message = format!("the command `{}` cannot be run", stage.name.value);
        Err(Unsupported { message, span: stage.span })
    }
    /// What the command asks of an event, added to `detection`.
    ///
    /// # Errors
    /// The reason and the words, if it cannot be said as a predicate; or the command is only read.
    fn lower(&self, stage: &Stage, detection: &mut Detection) -> Result<(), Diagnostic> {
        let _ = detection;
        Err(not_understood(stage))
    }
}

/// All commands that are known: those of the Search Reference, and those of `searchbnf.conf` that it leaves out.
pub const ALL: &[&dyn Command] = &[
    &search::Search,
    &anomaly::analyzefields::Analyzefields,
    &anomaly::anomalies::Anomalies,
    &anomaly::anomalousvalue::Anomalousvalue,
    &anomaly::anomalydetection::Anomalydetection,
    &anomaly::arules::Arules,
    &anomaly::associate::Associate,
    &anomaly::cluster::Cluster,
    &anomaly::cofilter::Cofilter,
    &anomaly::contingency::Contingency,
    &anomaly::correlate::Correlate,
    &anomaly::findtypes::Findtypes,
    &anomaly::kmeans::Kmeans,
    &anomaly::outlier::Outlier,
    &anomaly::predict::Predict,
    &anomaly::relevancy::Relevancy,
    &anomaly::trendline::Trendline,
    &anomaly::typelearner::Typelearner,
    &anomaly::x11::X11,
    &combine::append::Append,
    &combine::appendcols::Appendcols,
    &combine::appendpipe::Appendpipe,
    &combine::diff::Diff,
    &combine::entitymerge::Entitymerge,
    &combine::join::Join,
    &combine::lookup::Lookup,
    &combine::selfjoin::Selfjoin,
    &combine::set::Set,
    &combine::transaction::Transaction,
    &combine::union::Union,
    &extraction::erex::Erex,
    &extraction::extract::Extract,
    &extraction::fromjson::Fromjson,
    &extraction::iplocation::Iplocation,
    &extraction::kvform::Kvform,
    &extraction::makejson::Makejson,
    &extraction::multikv::Multikv,
    &extraction::rex::Rex,
    &extraction::spath::Spath,
    &extraction::tojson::Tojson,
    &extraction::xmlkv::Xmlkv,
    &extraction::xmlunescape::Xmlunescape,
    &extraction::xpath::Xpath,
    &field::accum::Accum,
    &field::addcoltotals::Addcoltotals,
    &field::addinfo::Addinfo,
    &field::addtotals::Addtotals,
    &field::autoregress::Autoregress,
    &field::convert::Convert,
    &field::delta::Delta,
    &field::eval::Eval,
    &field::fieldformat::Fieldformat,
    &field::fields::Fields,
    &field::filldown::Filldown,
    &field::fillnull::Fillnull,
    &field::foreach::Foreach,
    &field::makemv::Makemv,
    &field::mvcombine::Mvcombine,
    &field::mvexpand::Mvexpand,
    &field::nomv::Nomv,
    &field::rangemap::Rangemap,
    &field::reltime::Reltime,
    &field::rename::Rename,
    &field::replace::Replace,
    &field::setfields::Setfields,
    &field::strcat::Strcat,
    &field::table::Table,
    &field::tags::Tags,
    &field::typer::Typer,
    &filter::dedup::Dedup,
    &filter::geomfilter::Geomfilter,
    &filter::head::Head,
    &filter::regex::Regex,
    &filter::searchtxn::Searchtxn,
    &filter::tail::Tail,
    &filter::uniq::Uniq,
    &filter::r#where::Where,
    &generate::audit::Audit,
    &generate::crawl::Crawl,
    &generate::datamodel::Datamodel,
    &generate::datamodelsimple::Datamodelsimple,
    &generate::dbinspect::Dbinspect,
    &generate::eventcount::Eventcount,
    &generate::from::From,
    &generate::gentimes::Gentimes,
    &generate::history::History,
    &generate::input::Input,
    &generate::inputcsv::Inputcsv,
    &generate::inputintelligence::Inputintelligence,
    &generate::inputlookup::Inputlookup,
    &generate::loadjob::Loadjob,
    &generate::makeresults::Makeresults,
    &generate::mcatalog::Mcatalog,
    &generate::metadata::Metadata,
    &generate::metasearch::Metasearch,
    &generate::mpreview::Mpreview,
    &generate::mstats::Mstats,
    &generate::multisearch::Multisearch,
    &generate::pivot::Pivot,
    &generate::rest::Rest,
    &generate::savedsearch::Savedsearch,
    &generate::sdselect::Sdselect,
    &generate::tstats::Tstats,
    &generate::typeahead::Typeahead,
    &generate::walklex::Walklex,
    &order::reverse::Reverse,
    &order::rtorder::Rtorder,
    &order::sort::Sort,
    &output::r#abstract::Abstract,
    &output::bucketdir::Bucketdir,
    &output::collect::Collect,
    &output::createrss::Createrss,
    &output::delete::Delete,
    &output::dump::Dump,
    &output::folderize::Folderize,
    &output::format::Format,
    &output::gauge::Gauge,
    &output::highlight::Highlight,
    &output::iconify::Iconify,
    &output::localize::Localize,
    &output::localop::Localop,
    &output::map::Map,
    &output::mcollect::Mcollect,
    &output::meventcollect::Meventcollect,
    &output::noop::Noop,
    &output::outputcsv::Outputcsv,
    &output::outputlookup::Outputlookup,
    &output::outputraw::Outputraw,
    &output::outputtext::Outputtext,
    &output::overlap::Overlap,
    &output::redistribute::Redistribute,
    &output::require::Require,
    &output::r#return::Return,
    &output::runshellscript::Runshellscript,
    &output::script::Script,
    &output::scrub::Scrub,
    &output::sendalert::Sendalert,
    &output::sendemail::Sendemail,
    &output::surrounding::Surrounding,
    &output::tscollect::Tscollect,
    &statistics::bin::Bin,
    &statistics::chart::Chart,
    &statistics::concurrency::Concurrency,
    &statistics::eventstats::Eventstats,
    &statistics::fieldsummary::Fieldsummary,
    &statistics::geom::Geom,
    &statistics::geostats::Geostats,
    &statistics::makecontinuous::Makecontinuous,
    &statistics::rare::Rare,
    &statistics::sichart::Sichart,
    &statistics::sirare::Sirare,
    &statistics::sistats::Sistats,
    &statistics::sitimechart::Sitimechart,
    &statistics::sitop::Sitop,
    &statistics::stats::Stats,
    &statistics::streamstats::Streamstats,
    &statistics::timechart::Timechart,
    &statistics::timewrap::Timewrap,
    &statistics::top::Top,
    &statistics::transpose::Transpose,
    &statistics::untable::Untable,
    &statistics::xyseries::Xyseries,
];

/// The command of that name or alias.
pub fn find(name: &str) -> Option<&'static dyn Command> {
    static BY_NAME: OnceLock<HashMap<&str, &dyn Command>> = OnceLock::new();
    let by_name = || ALL.iter().flat_map(|command| names(*command).map(|name| (name, *command))).collect();
    BY_NAME.get_or_init(by_name).get(name).copied()
}

/// The names of a command, its own first.
pub(crate) fn names(command: &dyn Command) -> impl Iterator<Item = &'static str> + use<> {
    std::iter::once(command.name()).chain(command.aliases().iter().copied())
}

/// Reads a query with the shapes of the commands in [`ALL`], and looks at the names of commands and functions.
///
/// ```
/// let parsed = splc::command::parse("index=web status=404");
/// assert!(parsed.is_clean());
/// ```
pub fn parse(text: &str) -> Parsed {
    let mut parsed = spl::parse(text, &|name| find(name).map(Command::shape));
    check::names(&parsed.pipeline, &mut parsed.diagnostics);
    spl::bound(&mut parsed.diagnostics);
    crate::diagnostic::sort(&mut parsed.diagnostics);
    parsed
}

/// Turns a pipeline into what it asks of one event.
///
/// ```
/// let parsed = splc::command::parse("index=web | search status=404");
/// let detection = splc::command::lower(&parsed.pipeline).unwrap();
/// assert_eq!(detection.filters.len(), 2);
/// ```
///
/// # Errors
/// The first stage that cannot be said as a predicate, with the words responsible.
pub fn lower(pipeline: &Pipeline) -> Result<Detection, Diagnostic> {
    let mut detection = Detection::everything();
    for stage in &pipeline.stages {
        match find(&stage.name.value) {
            Some(command) => command.lower(stage, &mut detection)?,
            None => return Err(not_understood(stage)),
        }
    }
    Ok(detection)
}

fn not_understood(stage: &Stage) -> Diagnostic {
    let name = &stage.name.value;
    if name.starts_with('`') {
        let message = format!("the macro {name} is not defined");
        return Diagnostic::new(&detection::codes::UNDEFINED_MACRO, stage.name.span, message)
            .help("write the text of the macro in its place");
    }
    let message = match name.as_str() {
        "" => "a stage names no command".to_owned(),
        _ => format!("the command `{name}` is not translated yet"),
    };
    Diagnostic::new(&detection::codes::UNSUPPORTED_COMMAND, stage.span, message)
        .help("only what `search` says is translated; move the condition into a search, or translate this one by hand")
}
