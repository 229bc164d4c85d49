//! `set`: the union, difference or intersection of sub-searches.
//!
//! In: sub-searches among words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, not_understood, rows, run_subsearch};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Set;

impl Command for Set {
    fn name(&self) -> &'static str {
        "set"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/set"
    }

    fn summary(&self) -> &'static str {
        "the union, difference or intersection of sub-searches"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["maxresults"])?;
        let [word] = arguments.words_beside_subsearches()?[..] else {
            return Err(unsupported("one of `union`, `diff` and `intersect` is expected here", stage.span));
        };
        let [left, right] = arguments.subsearches()[..] else {
            return Err(unsupported("two sub-searches are expected here", stage.span));
        };
        let (left, right) = (run_subsearch(left, context)?, run_subsearch(right, context)?);
        let has = |rows: &[Row], row: &Row| rows.iter().any(|other| other.event == row.event);
        let (in_left, in_right) = (|row: &Row| has(&left, row), |row: &Row| has(&right, row));
        let is_result = |row: &Row| match word.text.to_ascii_lowercase().as_str() {
            "union" => Some(true),
            "diff" => Some(in_left(row) != in_right(row)),
            "intersect" => Some(in_left(row) && in_right(row)),
            _ => None,
        };
        // Rows are equal if all their fields are (Search Reference, `set`).
        let mut results: Vec<Row> = rows;
        for row in left.iter().chain(&right) {
            let is_result =
                is_result(row).ok_or_else(|| unsupported("this operation is not known", word.span))?;
            match results.iter_mut().find(|known| known.event == row.event) {
                Some(known) if is_result => known.origins = rows::origins([&*known, row]),
                None if is_result => results.push(row.clone()),
                _ => {}
            }
        }
        Ok(results)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
