//! A predicate as indented text, for `splc explain` and the cases.

use std::fmt::Write as _;

use crate::detection::predicate::{Condition, Predicate, Test, ValueTest};
use crate::event::pattern::Case;
use crate::event::raw::Bound;

/// The predicate, one node a line, indented by `depth` steps.
pub fn print(predicate: &Predicate, depth: usize) -> String {
    let mut out = String::new();
    print_into(&mut out, predicate, depth);
    out
}

fn print_into(out: &mut String, predicate: &Predicate, depth: usize) {
    let text = match predicate {
        Predicate::Constant(value) => value.to_string(),
        Predicate::And(_) => "and".to_owned(),
        Predicate::Or(_) => "or".to_owned(),
        Predicate::Not(_) => "not".to_owned(),
        Predicate::Test(test) => describe(test),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{:indent$}{text}", "", indent = 2 * depth);
    for child in predicate.children() {
        print_into(out, child, depth + 1);
    }
}

/// The longest description in a message, in characters.
const LONGEST: usize = 160;

/// One test in words, cut where it is long.
pub fn brief(test: &Test) -> String {
    let text = describe(test);
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text,
    }
}

/// One test in words.
///
/// ```
/// use splc::detection::{tree, Predicate};
/// let parsed = splc::command::parse("user!=root");
/// let predicate = splc::command::lower(&parsed.pipeline).unwrap().predicate();
/// assert_eq!(tree::print(&predicate, 0), "some value of user is not \"root\"\n");
/// ```
pub fn describe(test: &Test) -> String {
    let field = &test.field;
    match &test.condition {
        Condition::Exists => format!("{field} exists"),
        Condition::Some(tests) => format!("{field} is {}", values(tests)),
        Condition::SomeOther(tests) => format!("some value of {field} is not {}", values(tests)),
        Condition::Holds(terms) => {
            let term = |term: &crate::event::raw::Term| {
                let bound = if term.bound == Bound::Major { "TERM " } else { "" };
                format!("{bound}{}", quoted(&term.pattern))
            };
            format!("the raw event holds {}", terms.iter().map(term).collect::<Vec<_>>().join(" or "))
        }
    }
}

fn values(tests: &[ValueTest]) -> String {
    tests.iter().map(value).collect::<Vec<_>>().join(" or ")
}

fn value(test: &ValueTest) -> String {
    match test {
        ValueTest::Matches(pattern) => quoted(pattern),
        ValueTest::In(network) => format!("in network {network}"),
        ValueTest::Compares(order, text) => format!("{} {text}", order.text()),
    }
}

fn quoted(pattern: &crate::event::pattern::Pattern) -> String {
    let case = if pattern.case() == Case::Sensitive { " with case" } else { "" };
    format!("\"{pattern}\"{case}")
}
