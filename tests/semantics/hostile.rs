//! Malformed text: reading it never fails, never loses its place, and never takes more than linear time.
//!
//! In: arbitrary text, pieces of SPL in any order, and very long texts of one piece. Invariant: there always is a
//! tree; its spans lie in the text, inside their parents and in order; a tree without an error holds every word.

use proptest::prelude::*;
use proptest::sample::select;
use splc::detection::tree as predicate_tree;
use splc::diagnostic::Diagnostic;
use splc::source::Span;
use splc::spl::ast::{Expression, Kind, Literal};
use splc::spl::{Arguments, Parsed, Pipeline, Stage, tree};
use splc::{command, optimise};

const PIECES: &[&str] = &[
    "a",
    "user",
    "=",
    "==",
    "!=",
    "<",
    ">=",
    "::",
    "1",
    "*",
    "\"",
    "\"x y\"",
    "\\",
    "\\\"",
    "\\\\",
    "(",
    ")",
    "[",
    "]",
    "`",
    "```",
    "`m(1)`",
    "|",
    " | search ",
    ",",
    " ",
    "  ",
    "\n",
    " AND ",
    " OR ",
    " NOT ",
    "NOT",
    " IN ",
    " IN (",
    " in (",
    " NOT IN (",
    "TERM(",
    "CASE(x)",
    "earliest=-1h",
    "'",
    "\u{201C}",
    "\u{A0}",
    "é",
    "\u{FEFF}",
    "10.0.0.0/8",
    "stats count",
    "[search x=1 | fields y]",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order_are_read(text in soup()) {
        check(&text)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check(&text)?;
    }
}

/// Reads the text, goes on as far as it goes, and checks the tree.
pub(crate) fn check(text: &str) -> Result<(), TestCaseError> {
    let parsed = command::parse(text);
    let printed = tree::print(&parsed.pipeline);
    check_places(&parsed.pipeline, text)?;
    for finding in &parsed.diagnostics {
        check_finding(finding, text)?;
    }
    if let Ok(detection) = command::lower(&parsed.pipeline) {
        let _ = predicate_tree::print(&optimise::predicate(optimise::fold(&detection)), 0);
    }
    if parsed.is_clean() {
        prop_assert!(!printed.lines().any(|line| line.trim() == "unreadable"), "{}", printed);
        check_nothing_is_lost(&parsed, text)?;
    }
    Ok(())
}

fn check_finding(finding: &Diagnostic, text: &str) -> Result<(), TestCaseError> {
    let labels = finding.primary.iter().chain(&finding.secondary).map(|label| label.span);
    let edits: Vec<Span> = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span).collect();
    prop_assert!(finding.primary.is_some(), "{:?}", finding);
    for span in labels.chain(edits.iter().copied()) {
        prop_assert!(text.get(span.range()).is_some(), "{:?}", finding);
    }
    prop_assert!(edits.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", finding);
    Ok(())
}

fn check_places(pipeline: &Pipeline, text: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(pipeline.span, Span::new(0, text.len()));
    let stages: Vec<Span> = pipeline.stages.iter().map(|stage| stage.span).collect();
    check_parts(&stages, pipeline.span, text)?;
    for stage in &pipeline.stages {
        match &stage.arguments {
            Arguments::Search(expression) => {
                check_stage(stage, expression.span, text)?;
                check_expression(expression, text)?;
            }
            Arguments::Opaque(opaque) => check_stage(stage, opaque.span, text)?,
        }
    }
    Ok(())
}

fn check_stage(stage: &Stage, arguments: Span, text: &str) -> Result<(), TestCaseError> {
    check_parts(&[stage.name.span], stage.span, text)?;
    check_parts(&[arguments], stage.span, text)?;
    prop_assert!(stage.implied || stage.name.span.end <= arguments.start, "{:?}", stage);
    Ok(())
}

fn check_expression(expression: &Expression, text: &str) -> Result<(), TestCaseError> {
    let parts: Vec<Span> = match &expression.kind {
        Kind::Comparison(comparison) => std::iter::once(comparison.field.span)
            .chain([comparison.operator.span])
            .chain(comparison.values.iter().map(|value| value.span))
            .collect(),
        Kind::TimeModifier(modifier) => vec![modifier.name.span, modifier.value.span],
        Kind::Term(Literal { span, .. }) => vec![*span],
        _ => expression.children().iter().map(|child| child.span).collect(),
    };
    check_parts(&parts, expression.span, text)?;
    expression.children().iter().try_for_each(|child| check_expression(child, text))
}

/// The parts are pieces of the text, inside of the whole, one after the other.
fn check_parts(parts: &[Span], whole: Span, text: &str) -> Result<(), TestCaseError> {
    for part in parts {
        prop_assert!(text.get(part.range()).is_some(), "{:?} is no piece of the text", part);
        prop_assert!(
            whole.start <= part.start && part.end <= whole.end,
            "{:?} is outside of {:?}",
            part,
            whole
        );
    }
    prop_assert!(parts.windows(2).all(|pair| pair[0].end <= pair[1].start), "out of order: {:?}", parts);
    Ok(())
}

/// What no leaf covers is white space, comments, parentheses, commas and Boolean words.
fn check_nothing_is_lost(parsed: &Parsed, text: &str) -> Result<(), TestCaseError> {
    for (_, expression) in parsed.pipeline.searches() {
        let mut rest = text.as_bytes().get(expression.span.range()).unwrap_or(&[]).to_vec();
        expression.walk(&mut |part| {
            let is_node = matches!(part.kind, Kind::And(_) | Kind::Or(_) | Kind::Not(_) | Kind::Group(_));
            if !is_node && part.kind != Kind::Everything {
                let start = expression.span.start as usize;
                let range = part.span.range();
                rest[range.start - start..range.end - start].fill(b' ');
            }
        });
        let rest = String::from_utf8(rest).expect("spans end between characters");
        let outside_comments: String = rest.split("```").step_by(2).collect();
        let left = outside_comments.replace(['(', ')', ','], " ").replace('\u{FEFF}', " ");
        let lost: Vec<&str> =
            left.split_whitespace().filter(|word| !["AND", "OR", "NOT"].contains(word)).collect();
        prop_assert!(lost.is_empty(), "{:?} is not in the tree", lost);
    }
    Ok(())
}

/// Long texts of one piece, and whether each is well formed. A reader that goes back over what it has read, or that
/// recurses without a bound, does not come to an end here.
#[test]
fn long_texts_are_read() {
    let megabyte = |piece: &str| piece.repeat((1 << 20) / piece.len());
    let eighth = |piece: &str| piece.repeat((1 << 17) / piece.len());
    let texts = [
        ("parentheses", "(".repeat(100_000), false),
        ("closed parentheses", "(".repeat(100_000) + "a" + &")".repeat(100_000), false),
        ("not", "NOT ".repeat(100_000) + "a=1", false),
        ("or", megabyte("a=1 OR ") + "b=2", true),
        ("dangling or", eighth("a=1 OR "), false),
        ("quotes", megabyte("\""), true),
        ("a quote too many", eighth("\"") + "x \"", false),
        ("brackets", megabyte("["), false),
        ("closed brackets", "[".repeat(100_000) + &"]".repeat(100_000), true),
        ("backticks", megabyte("`"), false),
        ("escaped quotes in backticks", eighth("`\\\""), false),
        ("backslashes", megabyte("\\"), true),
        ("searches", eighth("|search a "), true),
        ("macros", eighth("|`m` "), true),
        ("pieces of TERM", eighth("TERM(\"a"), false),
    ];
    for (name, text, is_clean) in texts {
        let parsed = command::parse(&text);
        assert!(!parsed.pipeline.stages.is_empty(), "{name}");
        assert_eq!(parsed.is_clean(), is_clean, "{name}: {:?}", parsed.diagnostics.first());
        check_places(&parsed.pipeline, &text).expect(name);
    }
}
