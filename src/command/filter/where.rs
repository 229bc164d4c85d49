//! `where`: keeps rows for which an expression is true.
//!
//! A row is kept if the expression "evaluates to TRUE" (Search Reference, where): not if it is false, null or a value.

use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported, expression};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Arguments, Shape, Stage, ast};

/// The command.
pub(crate) struct Where;

impl Command for Where {
    fn name(&self) -> &'static str {
        "where"
    }

    fn shape(&self) -> Shape {
        Shape::Boolean
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/where"
    }

    fn summary(&self) -> &'static str {
        "keeps rows for which an expression is true"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let Arguments::Boolean(condition) = &stage.arguments else {
            return Err(Unsupported { message: "the arguments were not read".to_owned(), span: stage.span });
        };
        let mut kept = Vec::new();
        for row in rows {
            if expression::holds(condition, &row.event, context)? {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let ast::Arguments::Boolean(expression) = &stage.arguments else {
            return Err(refused::arguments(stage.span));
        };
        let formula = lowering.formula(expression)?;
        let predicate = lowering.is_true(&formula, expression.span);
        lowering.note_null_negation(&formula, expression.span);
        lowering.filter(predicate);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command;
    use crate::event::Event;

    /// Which of these rows `where` keeps: those with the field, with another value, and without it.
    fn kept(condition: &str) -> Vec<usize> {
        let parsed = command::parse(&format!("* | where {condition}"));
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let events = [Event::new().with("f", "x"), Event::new().with("f", "y"), Event::new()];
        let rows =
            events.into_iter().enumerate().map(|(at, event)| Row { event, origins: vec![at] }).collect();
        let rows = Where.run(&parsed.pipeline.stages[1], rows, &Context::default()).expect("it runs");
        rows.into_iter().flat_map(|row| row.origins).collect()
    }

    #[test]
    fn only_true_keeps_a_row() {
        assert_eq!(kept("f=\"x\""), [0]);
        assert_eq!(kept("f!=\"x\""), [1]);
        assert_eq!(kept("NOT f=\"x\""), [1]);
        assert_eq!(kept("isnull(f) OR f!=\"x\""), [1, 2]);
        assert_eq!(kept("NOT match(f, \"x\")"), [1]);
        assert_eq!(kept("f"), [] as [usize; 0]);
    }
}
