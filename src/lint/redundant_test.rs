//! `redundant-test`: a test that another one beside it makes needless. In: the parts of every AND and OR of the
//! intermediate form. Out: one finding a test. Tests that a macro supplied, and `field=*`, are left alone.

use std::collections::BTreeSet;

use crate::detection::{Condition, Predicate, Test};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject};
use crate::source::Span;

static CODE: Code = Code::new(
    "redundant-test",
    Severity::Note,
    "a test says nothing beside another one",
    "In an OR, a test that implies another adds no event; in an AND, a test that follows from another leaves \
     none out (Search Manual, \"Boolean expressions\"). `cmd=\"*net*\" OR cmd=\"*netsh*\"` is `cmd=\"*net*\"`. \
     Often the wider one was not meant to be so wide. Decided on what the search asks of an event.",
);

/// The check.
pub(super) struct RedundantTest;

impl Lint for RedundantTest {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=endpoint (cmd=\"*net*\" OR cmd=\"*netsh*\")"
    }

    fn good(&self) -> &'static str {
        "index=endpoint (cmd=\"*net *\" OR cmd=\"*netsh*\")"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let Some(detection) = subject.detection else { return };
        let mut pairs: BTreeSet<(Span, Span)> = BTreeSet::new();
        let mut visited = 0;
        gather(&detection.predicate(), &mut pairs, &mut visited);
        for (needless, other) in pairs {
            if needless == other || subject.is_of_macro(needless) || subject.is_of_macro(other) {
                continue;
            }
            let message =
                format!("`{}` says nothing beside `{}`", subject.shown(needless), subject.shown(other));
            findings.push(
                Diagnostic::new(&CODE, needless, message)
                    .label("changes nothing")
                    .also(other, "beside this")
                    .help("leave one out, or narrow the wider one"),
            );
        }
    }
}

/// Pairs of tests that are compared at most.
const PAIRS: usize = 20_000;

/// The pairs of a needless test and the one that makes it so, in every AND and OR.
fn gather(predicate: &Predicate, pairs: &mut BTreeSet<(Span, Span)>, visited: &mut usize) {
    let children = predicate.children();
    let all = matches!(predicate, Predicate::And(_));
    if all || matches!(predicate, Predicate::Or(_)) {
        let tests: Vec<(&Test, bool)> = children.iter().filter_map(literal).collect();
        for (at, one) in tests.iter().enumerate() {
            for other in tests.iter().skip(at + 1) {
                *visited += 1;
                if *visited > PAIRS {
                    return;
                }
                if let Some(pair) = needless(*one, *other, all) {
                    pairs.insert(pair);
                }
            }
        }
    }
    for child in children {
        gather(child, pairs, visited);
    }
}

/// A test, and whether it is asked for or left out.
fn literal(predicate: &Predicate) -> Option<(&Test, bool)> {
    match predicate {
        Predicate::Test(test) => Some((test, true)),
        Predicate::Not(inner) => match &**inner {
            Predicate::Test(test) => Some((test, false)),
            _ => None,
        },
        _ => None,
    }
}

fn needless(one: (&Test, bool), other: (&Test, bool), all: bool) -> Option<(Span, Span)> {
    let ((a, positive), (b, same)) = (one, other);
    if a.field != b.field || positive != same {
        return None;
    }
    // Under NOT, and again in an AND, what follows is turned round.
    let is_narrow_needless = all != positive;
    let (a_in_b, b_in_a) = (implies(&a.condition, &b.condition), implies(&b.condition, &a.condition));
    match (a_in_b, b_in_a) {
        (_, true) if is_narrow_needless => Some((b.origin.0, a.origin.0)),
        (true, _) if is_narrow_needless => Some((a.origin.0, b.origin.0)),
        (true, _) => Some((b.origin.0, a.origin.0)),
        (_, true) => Some((a.origin.0, b.origin.0)),
        _ => None,
    }
}

fn implies(narrow: &Condition, wide: &Condition) -> bool {
    match (narrow, wide) {
        (Condition::Some(narrow), Condition::Some(wide)) => {
            narrow.iter().all(|test| wide.iter().any(|other| test.implies(other)))
        }
        (Condition::SomeOther(_), Condition::SomeOther(_)) => narrow == wide,
        _ => false,
    }
}
