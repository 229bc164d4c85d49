//! The SPL commands: how each is written, what it does to rows, and what it asks of an event.
//!
//! In: a stage of the tree. Out: rows ([`Command::run`], which says what the command means) or predicates
//! ([`Command::lower`], written apart from it). Invariant: the two agree on every event, which property tests
//! check; neither calls the other. Adding a command is one file and one line in [`ALL`].

mod search;

use crate::detection::{Detection, codes};
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
    /// How its arguments are written.
    fn shape(&self) -> Shape;
    /// Its page in the manual.
    fn manual(&self) -> &'static str;
    /// One line.
    fn summary(&self) -> &'static str;
    /// What the command means: rows in, rows out.
    ///
    /// # Errors
    /// The stage holds something whose result is not known, such as an undefined macro.
    fn run(&self, stage: &Stage, rows: Vec<Row>) -> Result<Vec<Row>, Unsupported>;
    /// What the command asks of an event, added to `detection`.
    ///
    /// # Errors
    /// The reason and the words, if it cannot be said as a predicate.
    fn lower(&self, stage: &Stage, detection: &mut Detection) -> Result<(), Diagnostic>;
}

/// All commands that are understood.
pub const ALL: &[&dyn Command] = &[&search::Search];

/// The command of that name.
pub fn find(name: &str) -> Option<&'static dyn Command> {
    ALL.iter().copied().find(|command| command.name() == name)
}

/// Reads a query with the shapes of the commands in [`ALL`].
///
/// ```
/// let parsed = splc::command::parse("index=web status=404");
/// assert!(parsed.is_clean());
/// ```
pub fn parse(text: &str) -> Parsed {
    spl::parse(text, &|name| find(name).map(Command::shape))
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
        return Diagnostic::new(&codes::UNDEFINED_MACRO, stage.name.span, message)
            .help("write the text of the macro in its place");
    }
    let message = match name.as_str() {
        "" => "a stage names no command".to_owned(),
        _ => format!("the command `{name}` is not translated yet"),
    };
    Diagnostic::new(&codes::UNSUPPORTED_COMMAND, stage.span, message)
        .help("only what `search` says is translated; move the condition into a search, or translate this one by hand")
}
