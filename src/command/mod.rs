//! The SPL commands: how each is written, what it does to rows, and what it asks of an event.
//!
//! In: a stage of the tree. Out: rows ([`Command::run`], which says what the command means) or predicates
//! ([`Command::lower`], written apart from it). Invariant: the two agree on every event, which property tests
//! check; neither calls the other. Adding a command is one file and one line in [`ALL`].

mod anomaly;
mod arguments;
mod check;
pub mod codes;
mod combine;
mod condition;
mod data_set;
pub(crate) mod expression;
mod extraction;
mod field;
mod filter;
mod generate;
mod lowering;
mod order;
mod output;
mod rows;
mod statistics;
mod search;
mod subsearch;
mod values;

use crate::detection::{self, Detection};
use crate::diagnostic::{Diagnostic, Severity};
use crate::event::Event;
use crate::function::Context;
use crate::source::Span;
use crate::spl::macros::Expanded;
use crate::spl::{self, Parsed, Pipeline, Shape, Stage};
use std::collections::HashMap;
use std::sync::OnceLock;

pub use lowering::Lowering;
pub(crate) use lowering::holds;
pub(crate) use statistics::samples::{Sample, computed, counts};

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
    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let _ = (rows, context);
        Err(not_run(stage))
    }
    /// What the command asks of events and what it does to fields, added to `lowering`.
    ///
    /// # Errors
    /// The reason and the words, if it cannot be said as a predicate; or the command is only read.
    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
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
    &anomaly::findkeywords::Findkeywords,
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
    &combine::federate::Federate,
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
    &extraction::nokv::Nokv,
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
    &generate::showargs::Showargs,
    &generate::tstats::Tstats,
    &generate::typeahead::Typeahead,
    &generate::walklex::Walklex,
    &order::reverse::Reverse,
    &order::rtorder::Rtorder,
    &order::sort::Sort,
    &output::r#abstract::Abstract,
    &output::bucketdir::Bucketdir,
    &output::collapse::Collapse,
    &output::collect::Collect,
    &output::createrss::Createrss,
    &output::debug::Debug,
    &output::delete::Delete,
    &output::dump::Dump,
    &output::editinfo::Editinfo,
    &output::folderize::Folderize,
    &output::format::Format,
    &output::gauge::Gauge,
    &output::highlight::Highlight,
    &output::iconify::Iconify,
    &output::ingestpreview::Ingestpreview,
    &output::localize::Localize,
    &output::localop::Localop,
    &output::map::Map,
    &output::mcollect::Mcollect,
    &output::meventcollect::Meventcollect,
    &output::mrollup::Mrollup,
    &output::noop::Noop,
    &output::oldreturn::Oldreturn,
    &output::outputcsv::Outputcsv,
    &output::outputlookup::Outputlookup,
    &output::outputraw::Outputraw,
    &output::outputtext::Outputtext,
    &output::overlap::Overlap,
    &output::prjob::Prjob,
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
    &statistics::rawstats::Rawstats,
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
    values::check(text, &parsed.pipeline, &mut parsed.diagnostics);
    spl::bound(&mut parsed.diagnostics);
    crate::diagnostic::sort(&mut parsed.diagnostics);
    parsed
}

/// Reads a query whose macros are replaced, with what was found while they were. A list that a macro leaves empty is there
/// to be filled in: `NOT user IN ()` leaves nobody out until it is, and only a note is made of it.
///
/// ```
/// use splc::spl::macros::{Definitions, expand};
/// let parsed = splc::command::parse_expanded(&expand("index=web status=404", Definitions::builtin(), None));
/// assert!(parsed.is_clean());
/// ```
pub fn parse_expanded(expanded: &Expanded) -> Parsed {
    let mut parsed = parse(expanded.text());
    let is_blank = |finding: &Diagnostic| {
        finding.code.id == spl::codes::EMPTY_LIST.id
            && finding.span().is_some_and(|span| !expanded.macros_of(span).is_empty())
    };
    for finding in parsed.diagnostics.iter_mut().filter(|finding| is_blank(finding)) {
        finding.severity = Severity::Note;
    }
    parsed.diagnostics.extend(expanded.diagnostics.iter().cloned());
    crate::diagnostic::sort(&mut parsed.diagnostics);
    parsed
}

/// A query in the canonical layout, without white space at its ends. What is given back reads as the query does.
///
/// ```
/// let formatted = splc::command::format("index=web|stats count  by user").unwrap();
/// assert_eq!(formatted, "index=web\n| stats count BY user");
/// ```
///
/// # Errors
/// Why the query is left as it is: it has errors, or would not read the same.
pub fn format(text: &str) -> Result<String, Diagnostic> {
    let shapes = |name: &str| find(name).map(Command::shape);
    let parsed = parse(text);
    if let Some(error) = parsed.diagnostics.iter().find(|finding| finding.severity == Severity::Error) {
        let message = format!("the query has an error, and is left as it is: {}", error.message);
        return Err(Diagnostic::new(&spl::codes::NOT_FORMATTED, error.span().unwrap_or_default(), message)
            .help(format!("`splc explain {}` tells what is wrong", error.code.id)));
    }
    let is_same = |formatted: &String| {
        let again = spl::parse(formatted, &shapes);
        again.is_clean() && spl::format::same((text, &parsed.pipeline), (formatted, &again.pipeline))
    };
    spl::format::layout(text, &parsed.pipeline, &shapes).filter(is_same).ok_or_else(|| {
        let message = "the query would not read the same in another layout, and is left as it is";
        Diagnostic::new(&spl::codes::NOT_FORMATTED, parsed.pipeline.span, message)
    })
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
    lower_in(pipeline, &Context::default())
}

/// The same with the tables of lookups.
///
/// # Errors
/// The first stage that cannot be said, with the words responsible.
pub fn lower_in(pipeline: &Pipeline, context: &Context) -> Result<Detection, Diagnostic> {
    lower_stages(pipeline, context)?.finish()
}

/// What the stages come to, one after the other.
fn lower_stages<'c>(pipeline: &Pipeline, context: &'c Context) -> Result<Lowering<'c>, Diagnostic> {
    let mut lowering = Lowering::new(context);
    for stage in &pipeline.stages {
        if let Some((body, span)) = lowering::unexpanded(stage) {
            return Err(lowering::refused::undefined_macro(body, span));
        }
        match find(&stage.name.value) {
            Some(command) => command.lower(stage, &mut lowering)?,
            None => return Err(not_understood(stage)),
        }
    }
    Ok(lowering)
}

/// Calls `visit` with each stage, up to the first one whose fields cannot be followed, and a question: whether no row that the stage
/// gets has a field of that name, as far as can be said.
///
/// ```
/// use splc::command::{parse, with_fields};
/// use splc::function::Context;
/// let mut lost = Vec::new();
/// with_fields(&parse("index=web | stats count by user | search host=a").pipeline, Context::nothing(), &mut |stage, is_missing| {
///     lost.push((stage.name.value.clone(), is_missing("host"), is_missing("user")));
/// });
/// assert_eq!(lost.last(), Some(&("search".to_owned(), true, false)));
/// ```
pub fn with_fields<'p, V>(pipeline: &'p Pipeline, context: &Context, visit: &mut V)
where
    V: FnMut(&'p Stage, &dyn Fn(&str) -> bool) + ?Sized,
{
    let mut lowering = Lowering::new(context);
    for stage in &pipeline.stages {
        visit(stage, &|name| matches!(lowering.fields.get(name), Ok(detection::Formula::Null)));
        if !follows(stage, &mut lowering) {
            return;
        }
    }
}

/// Whether it is known after the stage which fields the rows have; rows of other searches bring fields of their own.
fn follows(stage: &Stage, lowering: &mut Lowering<'_>) -> bool {
    const ADD_ROWS: &[&str] =
        &["append", "appendcols", "appendpipe", "inputlookup", "join", "multisearch", "set", "union"];
    let command = find(&stage.name.value).filter(|command| !ADD_ROWS.contains(&command.name()));
    lowering::unexpanded(stage).is_none() && command.is_some_and(|it| it.lower(stage, lowering).is_ok())
}

/// The fields of these names that no row of a pipeline has in the end; none if some stage cannot be followed.
///
/// ```
/// use splc::command::{lost_fields, parse};
/// use splc::function::Context;
/// let names = ["user".to_owned(), "src".to_owned()];
/// let pipeline = parse("index=web | stats count by user").pipeline;
/// assert_eq!(lost_fields(&pipeline, Context::nothing(), &names), ["src"]);
/// ```
pub fn lost_fields<'n>(pipeline: &Pipeline, context: &Context, names: &'n [String]) -> Vec<&'n str> {
    let mut lowering = Lowering::new(context);
    if !pipeline.stages.iter().all(|stage| follows(stage, &mut lowering)) {
        return Vec::new();
    }
    let is_lost = |name: &&str| matches!(lowering.fields.get(name), Ok(detection::Formula::Null));
    names.iter().map(String::as_str).filter(is_lost).collect()
}

/// Commands that add to the rows before them, and begin a search from none.
const MAKE_ROWS: &[&str] = &["append", "inputlookup", "makeresults", "multisearch", "set", "union"];

/// The rows that a pipeline makes of other rows.
///
/// ```
/// use splc::command::{Row, parse, run};
/// use splc::event::Event;
/// use splc::function::Context;
/// let rows = vec![Row { event: Event::new().with("user", "root"), origins: vec![0] }];
/// let rows = run(&parse("| stats count").pipeline, rows, &Context::default()).unwrap();
/// assert_eq!(rows[0].event.values("count")[0].text(), "1");
/// ```
///
/// # Errors
/// The first stage that cannot be run.
pub fn run(pipeline: &Pipeline, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
    let mut rows = match pipeline.stages.first() {
        Some(stage) if MAKE_ROWS.contains(&stage.name.value.as_str()) => Vec::new(),
        _ => rows,
    };
    for stage in &pipeline.stages {
        let command = find(&stage.name.value).ok_or_else(|| not_run(stage))?;
        rows = command.run(stage, rows, context)?;
        rows::held(&rows, stage.span)?;
    }
    Ok(rows)
}

/// The rows of a sub-search, which sees the same events as the search it stands in. Its limits of rows and time are
/// not applied (Search Manual, "About subsearches").
fn run_subsearch(pipeline: &Pipeline, context: &Context) -> Result<Vec<Row>, Unsupported> {
    run(pipeline, all_events(context), context)
}

/// One row an event, in the order in which the search finds them.
///
/// ```
/// use std::sync::Arc;
/// use splc::event::Event;
/// use splc::function::Context;
/// let context = Context { events: Arc::new(vec![Event::new()]), ..Context::default() };
/// assert_eq!(splc::command::all_events(&context)[0].origins, [0]);
/// ```
pub fn all_events(context: &Context) -> Vec<Row> {
    let row = |(index, event): (usize, &Event)| Row { event: event.clone(), origins: vec![index] };
    context.events.iter().enumerate().map(row).collect()
}

fn not_run(stage: &Stage) -> Unsupported {
    Unsupported { message: format!("the command `{}` cannot be run", stage.name.value), span: stage.span }
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
        name if find(name).is_none() && !check::TOOLKIT.contains(&name) => {
            format!("`{name}` is no documented command")
        }
        _ => format!("the command `{name}` is not translated yet"),
    };
    Diagnostic::new(&detection::codes::UNSUPPORTED_COMMAND, stage.span, message)
        .help("leave the stage out if it only shows results; what it changes cannot be left out")
}
