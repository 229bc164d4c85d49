//! `eval`: sets fields to the values of expressions.
//!
//! Rules (Search Reference, eval): expressions are evaluated from left to right, and a later one sees what an earlier one
//! set; the result "cannot be Boolean"; null leaves the field without a value. A name in braces on the left stands for the
//! value of that field: where it has several the first one counts, where it has none nothing is set, which the page leaves
//! open.

use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported, expression};
use crate::detection::{Formula, codes};
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::function::{Context, Operand};
use crate::spl::eval::Assignment;
use crate::spl::{Arguments, Shape, Stage, ast};

/// The command.
pub(crate) struct Eval;

impl Command for Eval {
    fn name(&self) -> &'static str {
        "eval"
    }

    fn shape(&self) -> Shape {
        Shape::Assignments
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/eval"
    }

    fn summary(&self) -> &'static str {
        "sets fields to the values of expressions"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let Arguments::Assignments(assignments) = &stage.arguments else {
            return Err(Unsupported { message: "the arguments were not read".to_owned(), span: stage.span });
        };
        rows.into_iter()
            .map(|mut row| {
                for assignment in assignments {
                    assign(assignment, &mut row.event, context)?;
                }
                Ok(row)
            })
            .collect()
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let ast::Arguments::Assignments(assignments) = &stage.arguments else {
            return Err(refused::arguments(stage.span));
        };
        for assignment in assignments {
            let field = &assignment.field;
            if field.value.contains('{') && field.value.contains('}') {
                let message = format!("the name `{}` depends on the event", field.value);
                lowering.fields.hide("*", Diagnostic::new(&codes::NOT_KNOWN, field.span, message));
                continue;
            }
            match lowering.formula(&assignment.value) {
                Ok(formula) if is_boolean(&formula) => {
                    let message =
                        format!("`{}` is set to true or false, which no field can hold", field.value);
                    return Err(refused::argument(assignment.span, message));
                }
                Ok(formula) => lowering.fields.set(field.value.clone(), formula),
                // Only a test of the field needs to know what it holds.
                Err(reason) if can_wait(&reason) => lowering.fields.hide(&field.value, reason),
                Err(reason) => return Err(reason),
            }
        }
        Ok(())
    }
}

/// Sets one field of the row.
pub(crate) fn assign(assignment: &Assignment, row: &mut Event, context: &Context) -> Result<(), Unsupported> {
    let values = match expression::value(&assignment.value, row, context)? {
        Operand::Null => Vec::new(),
        Operand::Values(values) => values,
        Operand::Boolean(_) => {
            let message = "a field cannot be set to true or false".to_owned();
            return Err(Unsupported { message, span: assignment.value.span });
        }
    };
    if let Some(name) = name(&assignment.field.value, row) {
        row.set(name, values);
    }
    Ok(())
}

/// The name with each `{field}` replaced by the value of that field; none where one is missing.
fn name(written: &str, row: &Event) -> Option<String> {
    let mut name = String::new();
    let mut rest = written;
    while let Some((before, inside)) = rest.split_once('{') {
        let Some((field, after)) = inside.split_once('}') else { break };
        name += before;
        // `groups{}` is the name of a field of JSON.
        match field {
            "" => name += "{}",
            field => name += &row.values(field).first()?.text(),
        }
        rest = after;
    }
    Some(name + rest)
}

/// Whether the expression gives true or false, which `eval` cannot assign (Search Reference, `eval`).
fn is_boolean(formula: &Formula) -> bool {
    match formula {
        Formula::Boolean(_) | Formula::Not(_) | Formula::Holds(_) => true,
        Formula::Binary(operator, ..) => operator.is_logical(),
        Formula::Call(name, _) => BOOLEAN.contains(&name.as_str()),
        _ => false,
    }
}

/// Functions that give true or false (Search Reference, comparison and conditional functions, informational functions).
const BOOLEAN: &[&str] = &[
    "in",
    "like",
    "match",
    "cidrmatch",
    "searchmatch",
    "isnull",
    "isnotnull",
    "isnum",
    "isint",
    "isstr",
    "isbool",
    "ismv",
    "isarray",
    "isdouble",
    "isobject",
    "json_valid",
];

/// Whether the reason is about one value alone, not about text that was not read.
fn can_wait(reason: &Diagnostic) -> bool {
    reason.code.id != codes::UNDEFINED_MACRO.id && reason.code.id != codes::RECOVERED_PARSE.id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command;

    /// The row after `eval`, as JSON, or why it cannot be run.
    fn run(arguments: &str, fields: &str) -> String {
        let parsed = command::parse(&format!("* | eval {arguments}"));
        assert!(parsed.is_clean(), "{:?}", parsed.diagnostics);
        let event = Event::from_json_text(fields).expect("fields are a JSON object");
        let rows = vec![Row { event, origins: vec![0] }];
        match Eval.run(&parsed.pipeline.stages[1], rows, &Context::default()) {
            Ok(rows) => rows[0].event.to_json().to_string(),
            Err(error) => error.message,
        }
    }

    #[test]
    fn a_later_expression_sees_what_an_earlier_one_set() {
        assert_eq!(run("a=1, b=a+1, a=b*2", "{}"), r#"{"a":"4","b":"2"}"#);
    }

    #[test]
    fn null_leaves_no_field_and_several_values_are_kept() {
        assert_eq!(run("a=null(), b=split(b, \",\")", r#"{"a": "x", "b": "1,2"}"#), r#"{"b":["1","2"]}"#);
    }

    #[test]
    fn a_truth_value_cannot_be_assigned() {
        let message = "a field cannot be set to true or false";
        assert_eq!(run("a=isnull(b)", "{}"), message);
        assert_eq!(run("a=if(isnull(b), \"yes\", \"no\")", "{}"), r#"{"a":"yes"}"#);
    }

    #[test]
    fn braces_stand_for_the_value_of_a_field() {
        assert_eq!(run("{host}_count=1", r#"{"host": "web"}"#), r#"{"host":"web","web_count":"1"}"#);
        assert_eq!(run("{host}_count=1", "{}"), "{}");
        assert_eq!(run("'a{}'=1", "{}"), r#"{"a{}":"1"}"#);
    }
}
