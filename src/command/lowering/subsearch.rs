//! Sub-searches whose rows are known before any event: those that read a table of a lookup.
//!
//! In: the pipeline in the brackets. Out: the condition that its rows come to, as `format` writes it: `(a=1 AND b=2) OR
//! (a=3)` (Search Manual, "Change the format of subsearch results"). Invariant: a table that is not given leaves a hole; a
//! sub-search of events is refused, since a rule does not see stored events.

use crate::command::lowering::{Lowering, refused};
use crate::command::{self, Row};
use crate::detection::{Condition, Hole, HoleKind, Predicate, ValueTest, codes};
use crate::diagnostic::Diagnostic;
use crate::event::network;
use crate::event::pattern::{Case, Pattern};
use crate::source::{Origin, Span};
use crate::spl::clause::{Clause, ItemKind};
use crate::spl::{Arguments, Pipeline, tree};

/// More rows of a table are not written into a rule.
const MOST_ROWS: usize = 5_000;

/// The condition that the rows of a sub-search come to.
pub(crate) fn lowered(
    pipeline: &Pipeline,
    lowering: &Lowering<'_>,
    span: Span,
) -> Result<Predicate, Diagnostic> {
    let origin = Origin(span);
    let Some(name) = table(pipeline) else {
        return Err(Diagnostic::new(&codes::UNSUPPORTED_SUBSEARCH, span, "a sub-search is not translated"));
    };
    if lowering.context.tables.find(&name).is_none() {
        return Ok(Predicate::Hole(Hole { kind: HoleKind::Lookup, name, origin }));
    }
    if !lowering.context.is_stated && asks_for_the_time(pipeline) {
        let message = "which rows the sub-search has depends on the time at which it runs";
        return Err(refused::argument(span, message).help("state the time with `--now TIME`"));
    }
    let rows = command::run(pipeline, Vec::new(), lowering.context)?;
    if rows.len() > MOST_ROWS {
        let message = format!("the sub-search has {} rows, and a rule has room for {MOST_ROWS}", rows.len());
        return Err(refused::argument(span, message));
    }
    let mut any = Vec::new();
    for row in rows {
        any.push(Predicate::and(of_row(&row, lowering, origin)?));
    }
    Ok(Predicate::or(any))
}

/// The fields of a row, all of which have to have their value; fields whose names begin with `_` are left out.
fn of_row(row: &Row, lowering: &Lowering<'_>, origin: Origin) -> Result<Vec<Predicate>, Diagnostic> {
    let mut all = Vec::new();
    for (field, values) in row.event.fields().filter(|(field, _)| !field.starts_with('_')) {
        if ["search", "query"].contains(&field) {
            let message = format!("the rows have a field `{field}`, which stands for the text of a search");
            return Err(refused::argument(origin.0, message));
        }
        let mut tests = Vec::new();
        for value in values {
            let text = value.text();
            tests.push(ValueTest::Matches(Pattern::wildcard(&text, Case::Insensitive)));
            tests.extend(network::parse(&text).map(ValueTest::In));
        }
        all.push(lowering.passes(field, &Condition::Some(tests), origin.0)?);
    }
    Ok(all)
}

/// Commands and functions whose results depend on the time now.
const OF_THE_TIME: &[&str] = &["addinfo", "convert", "makeresults", "now", "reltime", "strptime", "time"];

/// Whether a command or function depends on the time, by the words of the stages.
fn asks_for_the_time(pipeline: &Pipeline) -> bool {
    let printed = tree::print(pipeline);
    let mut words = printed.split(|character: char| !character.is_alphanumeric() && character != '_');
    words.any(|word| OF_THE_TIME.contains(&word.to_ascii_lowercase().as_str()))
}

/// The table that the sub-search begins with.
fn table(pipeline: &Pipeline) -> Option<String> {
    let first = pipeline.stages.first().filter(|stage| stage.name.value == "inputlookup")?;
    let Arguments::Clauses(clauses) = &first.arguments else { return None };
    clauses.iter().flat_map(Clause::items).find_map(|item| match &item.kind {
        ItemKind::Word(word) => Some(word.text.clone()),
        _ => None,
    })
}
