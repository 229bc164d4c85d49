//! `head`: keeps the first rows, or rows up to a condition.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported, expression};
use crate::detection::Step;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::source::Span;
use crate::spl::clause::{ItemKind, Value};
use crate::spl::eval::Eval;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Head;

impl Command for Head {
    fn name(&self) -> &'static str {
        "head"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/head"
    }

    fn summary(&self) -> &'static str {
        "keeps the first rows, or rows up to a condition"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let mut limit = arguments.count("limit")?;
        let mut condition: Option<&Eval> = None;
        for item in arguments.items() {
            match &item.kind {
                ItemKind::Eval(eval) => condition = Some(eval),
                ItemKind::Word(word) => {
                    let count = word.text.parse();
                    limit =
                        Some(count.map_err(|_| unsupported("a number of rows is expected here", item.span))?);
                }
                ItemKind::Setting(_) => {}
                _ => return Err(unsupported("a number of rows is expected here", item.span)),
            }
        }
        let mut rows = rows;
        if let Some(condition) = condition {
            let keeps_null = arguments.flag("null", false)?;
            let keeps_last = arguments.flag("keeplast", false)?;
            let mut count = 0;
            for row in &rows {
                let truth = expression::value(condition, &row.event, context)?;
                if truth.truth() != Some(true) && !(truth.is_null() && keeps_null) {
                    count += usize::from(keeps_last);
                    break;
                }
                count += 1;
            }
            rows.truncate(count);
        }
        // Ten rows where neither a number nor a condition is given (Search Reference, `head`).
        let most = limit.unwrap_or(if condition.is_some() { usize::MAX } else { 10 });
        rows.truncate(most);
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let mut limit = None;
        for item in arguments.items() {
            match &item.kind {
                ItemKind::Word(word) => limit = Some(count(&word.text, item.span)?),
                ItemKind::Setting(setting) if setting.name.text.eq_ignore_ascii_case("limit") => {
                    let Value::Word(word) = &setting.value else {
                        return Err(refused::argument(item.span, "a number is expected here"));
                    };
                    limit = Some(count(&word.text, item.span)?);
                }
                ItemKind::Setting(_) => {}
                _ => {
                    return Err(refused::argument(item.span, "rows up to a condition depend on their order"));
                }
            }
        }
        lowering.thinned(stage.span, "`head` shows only the first results".to_owned());
        lowering.steps.push(Step::First(limit.unwrap_or(10)));
        Ok(())
    }
}

/// What `head` may be set to.
const SETTINGS: &[&str] = &["limit", "null", "keeplast"];

fn count(text: &str, span: Span) -> Result<usize, Diagnostic> {
    text.parse().map_err(|_| refused::argument(span, format!("`{text}` is no number of rows")))
}
