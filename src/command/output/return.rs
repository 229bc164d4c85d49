//! `return`: gives values of a sub-search back.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::subsearch::quoted;
use crate::command::{Command, Lowering, Row, Unsupported, not_understood, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::function::Context;
use crate::spl::clause::{ItemKind, Value};
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Return;

impl Command for Return {
    fn name(&self) -> &'static str {
        "return"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/return"
    }

    fn summary(&self) -> &'static str {
        "gives values of a sub-search back"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::with_any(stage)?;
        let mut count = 1;
        let mut terms = Vec::new();
        for item in arguments.items() {
            terms.push(match &item.kind {
                ItemKind::Word(word) => match word.text.parse::<usize>() {
                    Ok(number) if terms.is_empty() => {
                        count = number;
                        continue;
                    }
                    _ => match word.text.strip_prefix('$') {
                        Some(field) => Term { name: None, field },
                        None => Term { name: Some(&word.text), field: &word.text },
                    },
                },
                ItemKind::Setting(setting) => match &setting.value {
                    Value::Word(word) => Term { name: Some(&setting.name.text), field: &word.text },
                    value => return Err(unsupported("a field is expected here", value.span())),
                },
                _ => return Err(unsupported("a field is expected here", item.span)),
            });
        }
        let used: Vec<Row> = rows.into_iter().take(count).collect();
        let texts: Vec<Vec<String>> = used.iter().map(|row| texts(row, &terms)).collect();
        let texts: Vec<Vec<String>> = texts.into_iter().filter(|texts| !texts.is_empty()).collect();
        let text = match texts.as_slice() {
            [] => "NOT( )".to_owned(),
            // A single value has to stand behind an operator: `user=[… | return $user]`.
            [only] if only.len() == 1 => only.concat(),
            all => all.iter().map(|texts| format!("({})", texts.join(" "))).collect::<Vec<_>>().join(" OR "),
        };
        Ok(vec![Row { event: Event::new().with("search", text), origins: rows::origins(&used) }])
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}

/// `field`, `name=field`, or `$field`, which gives the value alone.
struct Term<'a> {
    name: Option<&'a str>,
    field: &'a str,
}

fn texts(row: &Row, terms: &[Term<'_>]) -> Vec<String> {
    let text = |term: &Term<'_>| {
        let value = rows::text(&row.event, term.field)?;
        Some(term.name.map_or_else(|| value.clone(), |name| format!("{name}={}", quoted(&value))))
    };
    terms.iter().filter_map(text).collect()
}
