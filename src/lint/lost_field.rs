//! `lost-field`: a field that an earlier stage has dropped. In: tests, expressions and keys of every stage, beside
//! what the stages before it leave. Out: one finding a stage. What asks whether a field is there may ask
//! it of one that is not.

use std::collections::BTreeSet;

use crate::command;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::function::Context;
use crate::lint::where_bare_value::bare_value;
use crate::lint::{Lint, Subject, visit};
use crate::source::Span;
use crate::spl::ast::{Arguments, Expression, Kind, Operator, Stage};
use crate::spl::clause::{Item, ItemKind};
use crate::spl::eval::{Assignment, Eval};

static CODE: Code = Code::new(
    "lost-field",
    Severity::Warning,
    "a field is used that an earlier stage has dropped",
    "`stats`, `table`, `fields` and their like leave only the fields they name (Search Reference, stats; \
     fields; table), and `rename` leaves no field of the old name. A test of a field that no row has is never \
     true, `stats by` such a field has no rows, and an expression with it is null. The stages are followed as \
     far as each can be translated.",
);

/// The check.
pub(super) struct LostField;

impl Lint for LostField {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | stats count by user | search action=failure"
    }

    fn good(&self) -> &'static str {
        "index=auth action=failure | stats count by user"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for_each(subject, &mut |stage, lost| {
            let mut lost = lost.into_iter();
            let Some((field, span)) = lost.next() else { return };
            let finding = Diagnostic::new(&CODE, span, format!("no row has `{field}` here"))
                .label(format!("the stages before this `{}` leave no such field", stage.name.value))
                .help("test the field before it is dropped, or keep it");
            findings.push(lost.fold(finding, |finding, (field, span)| {
                finding.also(span, format!("nor is there a `{field}`"))
            }));
        });
    }
}

/// Fields that no row has, with the places where they are used.
type Lost = Vec<(String, Span)>;

/// Calls `visit` with each stage, and the fields that it uses and no row has there, with their places.
pub(super) fn for_each(subject: &Subject<'_>, visit: &mut dyn FnMut(&Stage, Lost)) {
    command::with_fields(&subject.parsed.pipeline, Context::nothing(), &mut |stage, is_missing| {
        let mut seen = BTreeSet::new();
        let mut lost = used(stage, is_missing);
        lost.retain(|(field, span)| {
            is_missing(field) && !subject.is_of_macro(*span) && seen.insert(field.clone())
        });
        visit(stage, lost);
    });
}

/// Fields whose values a stage needs, with their places.
pub(super) fn used(stage: &Stage, is_missing: &dyn Fn(&str) -> bool) -> Vec<(String, Span)> {
    let mut fields = Vec::new();
    if let Arguments::Assignments(assignments) = &stage.arguments {
        of_assignments(assignments, is_missing, &mut fields);
    } else {
        visit::pieces(stage, &mut |piece| match piece {
            visit::Piece::Search(search) => of_search(search, &mut fields),
            visit::Piece::Eval(eval) => of_eval(eval, is_missing, &mut fields),
            visit::Piece::Pipeline(_) => {}
        });
    }
    if matches!(stage.name.value.as_str(), "stats" | "dedup" | "eventstats" | "streamstats") {
        keys(stage, &mut fields);
    }
    fields.retain(|(field, _)| !field.contains(['*', '$', '<', '{', '`']));
    fields
}

/// An assignment sees the fields that those before it in the same `eval` set (Search Reference, eval).
fn of_assignments(
    assignments: &[Assignment],
    is_missing: &dyn Fn(&str) -> bool,
    fields: &mut Vec<(String, Span)>,
) {
    let mut made: BTreeSet<&str> = BTreeSet::new();
    for assignment in assignments {
        let mut used = Vec::new();
        of_eval(&assignment.value, &|field| is_missing(field) && !made.contains(field), &mut used);
        // A name in braces stands for any field.
        fields.extend(
            used.into_iter().filter(|(field, _)| !made.contains(field.as_str()) && !made.contains("{}")),
        );
        made.insert(if assignment.field.value.contains('{') { "{}" } else { &assignment.field.value });
    }
}

/// Tests that a missing field fails; `NOT field=x` and `field!=x` may be there for other rows.
fn of_search(search: &Expression, fields: &mut Vec<(String, Span)>) {
    match &search.kind {
        Kind::And(children) => children.iter().for_each(|child| of_search(child, fields)),
        Kind::Group(inner) => of_search(inner, fields),
        // An alternative may be of other rows.
        Kind::Or(children) => {
            let mut inside = Vec::new();
            for child in children {
                of_search(child, &mut inside);
            }
            let same = inside.first().map(|(field, _)| field.clone());
            if inside.len() == children.len() && inside.iter().all(|(field, _)| Some(field) == same.as_ref())
            {
                fields.extend(inside);
            }
        }
        Kind::Comparison(comparison) if comparison.operator.value != Operator::NotEqual => {
            fields.push((comparison.field.value.clone(), comparison.field.span));
        }
        _ => {}
    }
}

/// Functions that say what becomes of a missing field.
const ASK: &[&str] = &[
    "isnull",
    "isnotnull",
    "coalesce",
    "if",
    "case",
    "nullif",
    "validate",
    "mvappend",
    "null",
    "typeof",
    "searchmatch",
];

fn of_eval(eval: &Eval, is_missing: &dyn Fn(&str) -> bool, fields: &mut Vec<(String, Span)>) {
    if visit::call(eval).is_some_and(|(name, _)| ASK.contains(&name.as_str()))
        || bare_value(eval, is_missing).is_some()
    {
        return;
    }
    if let Some((field, _)) = visit::field(eval) {
        fields.push((field.to_owned(), eval.span));
    }
    eval.for_each_child(&mut |child| of_eval(child, is_missing, fields));
}

/// The fields of `by`, and those that `dedup` names.
fn keys(stage: &Stage, fields: &mut Vec<(String, Span)>) {
    let Arguments::Clauses(clauses) = &stage.arguments else { return };
    let is_key = |keyword: Option<&str>| match stage.name.value.as_str() {
        "dedup" => keyword.is_none(),
        _ => keyword == Some("by"),
    };
    let items = clauses
        .iter()
        .filter(|clause| is_key(clause.keyword.as_ref().map(|word| word.value.as_str())))
        .flat_map(super::super::spl::clause::Clause::items);
    let word = |item: &Item| match &item.kind {
        ItemKind::Word(word) => Some((word.text.clone(), word.span)),
        _ => None,
    };
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    fields.extend(items.filter_map(word).filter(|(text, _)| !is_number(text)));
}
