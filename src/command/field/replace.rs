//! `replace`: replaces values of fields.
//!
//! In: words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::group;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::clause::{Quote, Word};
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Replace;

impl Command for Replace {
    fn name(&self) -> &'static str {
        "replace"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/replace"
    }

    fn summary(&self) -> &'static str {
        "replaces values of fields"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let words = arguments.words()?;
        let is_keyword =
            |word: &Word, keyword: &str| word.quote == Quote::None && word.text.eq_ignore_ascii_case(keyword);
        let at = words.iter().position(|word| is_keyword(word, "in"));
        let (pairs, fields) = words.split_at(at.unwrap_or(words.len()));
        let mut changes = Vec::new();
        for pair in pairs.chunks(3) {
            match pair {
                [old, with, new] if is_keyword(with, "with") => changes.push((&old.text, &new.text)),
                _ => return Err(unsupported("`value WITH value` is expected here", stage.span)),
            }
        }
        // The whole value is compared, with case, and stars pair up as in `rename` (that case counts is a choice).
        let changed = |text: &str| changes.iter().find_map(|(old, new)| rows::replaced(old, new, text));
        let is_meant =
            |name: &str| fields.len() < 2 || fields.iter().skip(1).any(|word| rows::names(&word.text, name));
        let mut rows = rows;
        for row in &mut rows {
            let edited: Vec<(String, Vec<Value>)> = row
                .event
                .fields()
                .filter(|(name, _)| is_meant(name))
                .map(|(name, values)| {
                    let one =
                        |value: &Value| changed(&value.text()).map_or_else(|| value.clone(), Value::Text);
                    (name.to_owned(), values.iter().map(one).collect())
                })
                .collect();
            for (name, values) in edited {
                row.event.set(name, values);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &[])?;
        let names = group::by(&arguments, "in")?;
        for (name, _) in &names {
            lowering.hide(name, stage.span, "what `replace` makes of the field is not translated");
        }
        if names.is_empty() {
            lowering.hide("*", stage.span, "what `replace` makes of the field is not translated");
        }
        Ok(())
    }
}
