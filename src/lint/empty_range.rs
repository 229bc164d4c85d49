//! `empty-range`: bounds of one field that no number meets. In: orders of a field and a number, or a time counted from now,
//! that are joined by AND in `where`, over stages that leave fields as they are. Out: one finding a pair.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::{Arguments, Stage};
use crate::spl::eval::{BinaryOperator, Eval, EvalKind, UnaryOperator};

static CODE: Code = Code::new(
    "empty-range",
    Severity::Warning,
    "two bounds of a field leave no number between them",
    "`where hour>22 AND hour<6` asks for a number above 22 and below 6 at once (Search Reference, where), and so do two \
     `where` in a row. A stretch over midnight is `hour>22 OR hour<6`. Times counted from `now()` are compared with each \
     other: `_time>now()-3600 AND _time<now()-7200` begins an hour ago and ends two hours ago.",
);

/// The check.
pub(super) struct EmptyRange;

impl Lint for EmptyRange {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | where date_hour>22 AND date_hour<6"
    }

    fn good(&self) -> &'static str {
        "index=auth | where date_hour>22 OR date_hour<6"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
            let mut ranges: BTreeMap<(&str, bool), Range<'_>> = BTreeMap::new();
            for stage in &pipeline.stages {
                match &stage.arguments {
                    Arguments::Boolean(eval) if stage.name.value == "where" => {
                        for bound in bounds(eval) {
                            let range = ranges.entry((bound.field, bound.is_from_now)).or_default();
                            findings.extend(range.take(bound).map(|other| finding(subject, &bound, &other)));
                        }
                    }
                    _ if keeps_fields(stage) => {}
                    _ => ranges.clear(),
                }
            }
        });
    }
}

/// Whether the stage leaves the fields of the rows that pass as they are.
fn keeps_fields(stage: &Stage) -> bool {
    const KEEP: &[&str] = &["dedup", "fields", "head", "regex", "reverse", "search", "sort", "table", "tail"];
    KEEP.contains(&stage.name.value.as_str())
}

fn finding(subject: &Subject<'_>, bound: &Bound<'_>, other: &Bound<'_>) -> Diagnostic {
    let shown = |bound: &Bound<'_>| subject.shown(bound.test.span);
    let message = format!("no number passes both `{}` and `{}`", shown(other), shown(bound));
    Diagnostic::new(&CODE, bound.test.span, message)
        .label("leaves nothing of the numbers that pass the other test")
        .also(other.test.span, "joined to it by AND")
        .help("write OR for a stretch that goes on from the start, or mend the bound")
}

/// One bound of a field.
#[derive(Clone, Copy)]
struct Bound<'a> {
    field: &'a str,
    /// Whether the number is counted from the time now.
    is_from_now: bool,
    number: f64,
    operator: BinaryOperator,
    test: &'a Eval,
}

/// The bounds of a field so far.
#[derive(Default)]
struct Range<'a> {
    least: Option<Bound<'a>>,
    most: Option<Bound<'a>>,
}

impl<'a> Range<'a> {
    /// Adds a bound, and gives the one that it leaves nothing beside.
    fn take(&mut self, bound: Bound<'a>) -> Option<Bound<'a>> {
        use BinaryOperator::{Greater, GreaterEqual, Less};
        let is_least = matches!(bound.operator, Greater | GreaterEqual);
        let (own, other) = if is_least { (&mut self.least, self.most) } else { (&mut self.most, self.least) };
        let is_tighter = own
            .is_none_or(|own| if is_least { bound.number > own.number } else { bound.number < own.number });
        if is_tighter {
            *own = Some(bound);
        }
        other.filter(|other| {
            let (least, most) = if is_least { (&bound, other) } else { (other, &bound) };
            let is_open = least.operator == Greater || most.operator == Less;
            least.number > most.number || is_open && least.number >= most.number
        })
    }
}

/// The bounds that a condition asks for, all at once.
fn bounds(eval: &Eval) -> Vec<Bound<'_>> {
    let mut found = Vec::new();
    let mut left = vec![eval];
    while let Some(eval) = left.pop() {
        let eval = visit::bare(eval);
        if let EvalKind::Chain(first, rest) = &eval.kind
            && rest.iter().all(|(operator, _)| operator.value == BinaryOperator::And)
        {
            left.extend(rest.iter().rev().map(|(_, operand)| operand));
            left.push(first);
            continue;
        }
        found.extend(bound(eval));
    }
    found
}

fn bound(test: &Eval) -> Option<Bound<'_>> {
    let (left, operator, right) = visit::compared(test).filter(|(_, it, _)| visit::is_order(*it))?;
    let of = |field: &'_ Eval, value: &Eval, operator| {
        let (is_from_now, number) = number(value)?;
        Some((is_from_now, number, operator)).filter(|_| visit::field(field).is_some())
    };
    let (field, (is_from_now, number, operator)) = match of(left, right, operator) {
        Some(found) => (left, found),
        None => (right, of(right, left, turned(operator))?),
    };
    let (field, _) = visit::field(field)?;
    Some(Bound { field, is_from_now, number, operator, test })
}

/// The operator with its sides changed.
const fn turned(operator: BinaryOperator) -> BinaryOperator {
    use BinaryOperator::{Greater, GreaterEqual, Less, LessEqual};
    match operator {
        Less => Greater,
        LessEqual => GreaterEqual,
        Greater => Less,
        GreaterEqual => LessEqual,
        other => other,
    }
}

/// A number, and whether it is counted from `now()`.
fn number(eval: &Eval) -> Option<(bool, f64)> {
    let eval = visit::bare(eval);
    match &eval.kind {
        EvalKind::Number(text) => Some((false, text.parse().ok()?)),
        EvalKind::Unary(sign, inner) if sign.value == UnaryOperator::Minus => {
            number(inner).filter(|(is_from_now, _)| !is_from_now).map(|(_, number)| (false, -number))
        }
        EvalKind::Call(name, arguments) if arguments.is_empty() => {
            ["now", "time"].iter().any(|it| name.value.eq_ignore_ascii_case(it)).then_some((true, 0.0))
        }
        EvalKind::Chain(first, rest) => {
            let (is_from_now, start) = number(first)?;
            let sum = rest.iter().try_fold(start, |sum, (operator, operand)| {
                let (_, number) = number(operand).filter(|(is_from_now, _)| !is_from_now)?;
                match operator.value {
                    BinaryOperator::Add => Some(sum + number),
                    BinaryOperator::Subtract => Some(sum - number),
                    // Of products of numbers alone the value is known; those of times mean nothing.
                    BinaryOperator::Multiply if !is_from_now => Some(sum * number),
                    _ => None,
                }
            })?;
            Some((is_from_now, sum))
        }
        _ => None,
    }
}
