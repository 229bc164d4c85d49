//! `foreach`: runs a pipeline for each field or value.
//!
//! In: sub-searches among words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, find, not_run, parse, rows, run};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::source::{Span, Spanned};
use crate::spl::eval::{Assignment, Eval, EvalKind, Field};
use crate::spl::{Pipeline, Shape, Stage, ast};

/// The command.
pub(crate) struct Foreach;

impl Command for Foreach {
    fn name(&self) -> &'static str {
        "foreach"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/foreach"
    }

    fn summary(&self) -> &'static str {
        "runs a pipeline for each field or value"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["mode"])?;
        if arguments.text("mode")?.is_some_and(|mode| !mode.eq_ignore_ascii_case("multifield")) {
            return Err(unsupported("only fields are gone through here", stage.span));
        }
        let template = arguments.subsearch()?;
        let mut rows = rows;
        let columns = rows::columns(&rows);
        for word in arguments.words_beside_subsearches()? {
            let pattern = word.text.as_str();
            let fields: Vec<&str> = if pattern.contains('*') {
                columns.iter().map(String::as_str).filter(|field| rows::names(pattern, field)).collect()
            } else {
                vec![pattern]
            };
            for field in fields {
                let filled = filled(template, &Names::new(pattern, field))?;
                // The place inside of what was filled in is no place of the query.
                rows =
                    run(&filled, rows, context).map_err(|error| Unsupported { span: stage.span, ..error })?;
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["mode"])?;
        if arguments.text("mode")?.is_some_and(|mode| !mode.eq_ignore_ascii_case("multifield")) {
            lowering.hide("*", stage.span, "what `foreach` makes of each value is not translated");
            return Ok(());
        }
        let template = arguments.subsearch()?;
        let columns = lowering.fields.names();
        for word in arguments.words_beside_subsearches()? {
            let pattern = word.text.as_str();
            let fields: Vec<&str> = match (&columns, pattern.contains('*')) {
                (_, false) => vec![pattern],
                (Some(columns), true) => {
                    columns.iter().map(String::as_str).filter(|field| rows::names(pattern, field)).collect()
                }
                (None, true) => {
                    let message = format!("which fields `{pattern}` stands for depends on the events");
                    lowering.hide("*", stage.span, message);
                    return Ok(());
                }
            };
            for field in fields {
                for filled in filled(template, &Names::new(pattern, field))?.stages {
                    let command = find(&filled.name.value).ok_or_else(|| not_run(&filled))?;
                    command.lower(&filled, lowering)?;
                }
            }
        }
        Ok(())
    }
}

/// What the names in a template stand for (Search Reference, `foreach`).
struct Names(Vec<(String, String)>);

impl Names {
    fn new(pattern: &str, field: &str) -> Self {
        let parts = rows::parts(pattern, field).unwrap_or_default();
        let mut names =
            vec![("<<FIELD>>".to_owned(), field.to_owned()), ("<<MATCHSTR>>".to_owned(), parts.concat())];
        for (index, part) in parts.iter().enumerate() {
            names.push((format!("<<MATCHSEG{}>>", index + 1), (*part).to_owned()));
        }
        Self(names)
    }

    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }
}

/// The template with names in it. A name that stands unquoted in an expression is a text that is read there: `a.b` then
/// joins two fields.
fn filled(template: &Pipeline, names: &Names) -> Result<Pipeline, Unsupported> {
    let stage = |stage: &Stage| {
        let arguments = match &stage.arguments {
            ast::Arguments::Assignments(assignments) => {
                let one = |it: &Assignment| {
                    let field = Spanned::new(names.fill(&it.field.value), it.field.span);
                    Ok(Assignment { field, value: expression(&it.value, names)?, span: it.span })
                };
                ast::Arguments::Assignments(assignments.iter().map(one).collect::<Result<_, Unsupported>>()?)
            }
            ast::Arguments::Boolean(condition) => ast::Arguments::Boolean(expression(condition, names)?),
            _ => return Err(unsupported("only expressions are filled in here", stage.span)),
        };
        Ok(Stage { arguments, ..stage.clone() })
    };
    let stages = template.stages.iter().map(stage).collect::<Result<_, _>>()?;
    Ok(Pipeline { stages, span: template.span })
}

fn expression(template: &Eval, names: &Names) -> Result<Eval, Unsupported> {
    let of = |part: &Eval| expression(part, names);
    let all = |parts: &[Eval]| parts.iter().map(of).collect::<Result<Vec<_>, _>>();
    let kind = match &template.kind {
        EvalKind::Field(field) if field.quoted => {
            EvalKind::Field(Field { name: names.fill(&field.name), quoted: true })
        }
        EvalKind::Field(field) if field.name.contains("<<") => {
            EvalKind::Group(Box::new(read(&names.fill(&field.name), template.span)?))
        }
        EvalKind::Text(text) => EvalKind::Text(names.fill(text)),
        EvalKind::Group(inner) => EvalKind::Group(Box::new(of(inner)?)),
        EvalKind::Unary(operator, operand) => EvalKind::Unary(operator.clone(), Box::new(of(operand)?)),
        EvalKind::Chain(first, rest) => {
            let rest = rest.iter().map(|(operator, operand)| Ok((operator.clone(), of(operand)?)));
            EvalKind::Chain(Box::new(of(first)?), rest.collect::<Result<_, Unsupported>>()?)
        }
        EvalKind::In(operand, values) => EvalKind::In(Box::new(of(operand)?), all(values)?),
        EvalKind::Call(name, arguments) => EvalKind::Call(name.clone(), all(arguments)?),
        kind => kind.clone(),
    };
    Ok(Eval { kind, span: template.span })
}

/// A text as an expression in the place of a name.
fn read(text: &str, span: Span) -> Result<Eval, Unsupported> {
    let parsed = parse(&format!("| where {text}"));
    match parsed.pipeline.stages.as_slice() {
        [Stage { arguments: ast::Arguments::Boolean(expression), .. }] if parsed.is_clean() => {
            Ok(Eval { kind: expression.kind.clone(), span })
        }
        _ => Err(unsupported(format!("`{text}` cannot stand unquoted in an expression"), span)),
    }
}
