//! Writers of rules for other engines.
//!
//! In: analytics, and what is known of targets. Out: rules as text, each with its fidelity and notes, or refusals.
//! Invariant: the same input gives the same text, byte for byte, and a backend is asked only what its
//! [`Capabilities`] declare. Nothing is written to files here. Adding a backend is one folder, one line in [`ALL`]
//! and one file under `targets/`.

pub mod codes;
pub mod compile;
pub mod eql;
pub mod falco;
mod group;
mod joint;
pub mod legalise;
pub mod name;
pub mod period;
pub mod rust;
pub mod shape;
pub mod sigma;
pub(crate) mod unresolved;
pub mod yaml;

use crate::detection::Fidelity;
use crate::diagnostic::Diagnostic;
use crate::document::Metadata;
use crate::target::{Mapping, Source, TargetError, TargetMap, View};

pub use legalise::{Approximation, Beyond, Capabilities, Fields, Legal, Loss, Passing, RawTerms, Sources};

/// What a user may choose about the output.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether rules that may miss events are written too.
    pub allow_narrower: bool,
    /// The Falco engine that rules are written for.
    pub falco_engine: falco::Engine,
    /// Whether the Rust target writes a whole crate.
    pub rust_crate: bool,
}

/// A rule that a target can say.
#[derive(Clone, Debug)]
pub struct Rule<'a> {
    /// A UUID.
    pub id: String,
    /// The title; ends in the source where a search has several.
    pub title: String,
    /// What the document says of the query.
    pub metadata: &'a Metadata,
    /// The query as it is written.
    pub spl: &'a str,
    /// The log source, if it is known.
    pub source: Option<&'a Source>,
    /// How the source reaches the target.
    pub mapping: &'a Mapping,
    /// The kind of event that the rule looks at.
    pub view: &'a View,
    /// The fields that the search shows in the end, under their names in the search.
    pub shown: Vec<String>,
    /// What the rule asks, over the target's fields, with notes in the query.
    pub legal: Legal,
    /// How far apart events may lie by the time range or the schedule of the search, in seconds, if they say so.
    pub period: Option<u64>,
    /// Everything that was left out, recorded or assumed on the way, with spans in the query.
    pub notes: Vec<Diagnostic>,
    /// How the rule relates to the search.
    pub fidelity: Fidelity,
    /// The rules of the log sources whose events count together, which differ in names only; empty where it is one.
    pub members: Vec<Self>,
}

impl Rule<'_> {
    /// The seconds within which events of the rule lie, where it stands for a time range of the search.
    pub fn looks_back(&self) -> Option<u64> {
        let shape = self.legal.shape.as_ref()?;
        (shape.window == shape::Window::Search).then(|| self.period.unwrap_or(period::DEFAULT))
    }
}

/// The text of a rule.
#[derive(Clone, Debug, Default)]
pub struct Emission {
    /// Texts by what they are; the backend names them.
    pub texts: Vec<(&'static str, String)>,
    /// What the backend itself assumed.
    pub notes: Vec<Diagnostic>,
}

impl Emission {
    /// The text of that name, empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.texts.iter().find(|(other, _)| *other == name).map_or("", |(_, text)| text)
    }
}

/// A rule with its text and its place in the output.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    /// The slug of the analytic.
    pub name: &'a str,
    /// Which analytic it belongs to.
    pub analytic: usize,
    /// How many sources the analytic has.
    pub sources: usize,
    /// The rule.
    pub rule: &'a Rule<'a>,
    /// Its text.
    pub emission: &'a Emission,
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Path below the output folder, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The rules in it, as indexes into the list that [`Backend::files`] was given.
    pub rules: Vec<usize>,
}

/// A target of the compiler.
pub trait Backend: Sync {
    /// Its name, as `-t` takes it, and that of its file under `targets/`.
    fn name(&self) -> &'static str;
    /// One line.
    fn summary(&self) -> &'static str;
    /// What it can say.
    fn capabilities(&self) -> &Capabilities;
    /// Whether the target's map makes sense to this backend.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    fn check(&self, map: &TargetMap) -> Result<(), TargetError>;
    /// Writes one rule.
    ///
    /// # Errors
    /// A limit of the target that the rule is over.
    fn emit(&self, rule: &Rule<'_>, options: &Options) -> Result<Emission, Diagnostic>;
    /// Puts the rules of a run into files.
    fn files(&self, rules: &[Written<'_>], options: &Options) -> Vec<OutputFile>;
}

/// All targets, in the order in which they are reported.
pub const ALL: &[&dyn Backend] = &[&sigma::Sigma, &falco::Falco, &eql::Eql, &rust::Rust];

/// The target of that name.
pub fn find(name: &str) -> Option<&'static dyn Backend> {
    ALL.iter().copied().find(|backend| backend.name() == name)
}

/// The settings of a view, as the backend reads them.
fn settings<T: serde::de::DeserializeOwned>(view: &View) -> Result<T, String> {
    serde_yaml::from_value(view.settings.clone()).map_err(|error| error.to_string())
}

/// Why the rule looks at another kind of event, and what that means, for the text of a rule.
fn substitute_line(rule: &Rule<'_>) -> Option<String> {
    let substitute = rule.mapping.substitute.as_ref()?;
    Some(format!("substitute: {} ({})", substitute.source, substitute.reason))
}
