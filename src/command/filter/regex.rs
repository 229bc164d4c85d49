//! `regex`: keeps events that a regular expression matches.
//!
//! In: a regular expression, and the field it applies to.

use crate::command::arguments::unsupported;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::{Condition, ValueTest, regex};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::ast::{Arguments, Operator};
use crate::spl::clause::{Clause, ItemKind, Value, Word};
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Regex;

impl Command for Regex {
    fn name(&self) -> &'static str {
        "regex"
    }

    fn shape(&self) -> Shape {
        Shape::Regex
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/regex"
    }

    fn summary(&self) -> &'static str {
        "keeps events that a regular expression matches"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let test = read(stage)?;
        let is_match =
            |row: &Row| row.event.values(test.field).iter().any(|it| test.regex.is_match(&it.text()));
        Ok(rows.into_iter().filter(|row| is_match(row) != test.is_negated).collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let test = read(stage)?;
        if test.field.contains('*') {
            return Err(unsupported("a field whose name holds a star is not translated", stage.span).into());
        }
        let condition = Condition::Some(vec![ValueTest::Regex(test.regex)]);
        let matches = lowering.passes(test.field, &condition, stage.span)?;
        lowering.filter(if test.is_negated { matches.negated() } else { matches });
        Ok(())
    }
}

/// What `regex field="expression"` asks: whether some value of the field matches, or with `!=`, whether none does. A
/// field that is missing has no value that matches, so `!=` keeps the event (Search Reference, `regex`: "or for which
/// the field is null").
struct Test<'a> {
    field: &'a str,
    is_negated: bool,
    regex: regex::Regex,
}

fn read(stage: &Stage) -> Result<Test<'_>, Unsupported> {
    let Arguments::Clauses(clauses) = &stage.arguments else {
        return Err(unsupported("the arguments were not read", stage.span));
    };
    let items: Vec<_> = clauses.iter().flat_map(Clause::items).collect();
    match items.as_slice() {
        [item] => match &item.kind {
            ItemKind::Word(word) => test("_raw", false, word),
            ItemKind::Setting(setting) => match &setting.value {
                Value::Word(word) => {
                    test(&setting.name.text, setting.operator.value == Operator::NotEqual, word)
                }
                value => Err(unsupported("the expression is not known", value.span())),
            },
            _ => Err(unsupported("the expression is not known", item.span)),
        },
        _ => Err(unsupported("one regular expression is expected here", stage.span)),
    }
}

fn test<'a>(field: &'a str, is_negated: bool, word: &Word) -> Result<Test<'a>, Unsupported> {
    let regex = regex::Regex::parse(&word.text).map_err(|error| unsupported(error.message, word.span))?;
    Ok(Test { field, is_negated, regex })
}
