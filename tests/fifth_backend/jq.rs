//! Filters of jq, which let the events of a search through: the target that a test adds to a copy of this package.
//!
//! In: a rule over the fields of an event. Out: one file a rule, for `jq -c -f NAME.jq events.ndjson`. Invariant: a test
//! of a missing field is false, and one of a list asks for some value; both as `any` over the values has it (jq 1.7
//! Manual, "any, any(condition)").

use crate::backend::{
    Backend, Beyond, Capabilities, Emission, Fields, Options, OutputFile, RawTerms, Rule, Sources,
    Written, codes, name,
};
use crate::detection::{Condition, Predicate, Test, ValueTest};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern, Piece};
use crate::target::{TargetError, TargetMap};

/// The target.
pub struct Jq;

static CAPABILITIES: Capabilities = Capabilities {
    folds_all_letters: false,
    some_other: true,
    raw_terms: RawTerms::None,
    same_text: false,
    field_wildcards: false,
    no_names_with: &[],
    text_order: false,
    numbers: false,
    number_order: Fields::None,
    networks: Fields::None,
    numbers_by_value: false,
    longest_constant: None,
    texts: |_, _| Ok(()),
    regex: |_, _| Err("the expressions of jq are not PCRE".to_owned()),
    computes: |_, _| Err("the filter computes nothing".to_owned()),
    computes_each: false,
    one_value: false,
    several: |_, _| {
        let help = "run the search with `splc match`".to_owned();
        Err(Beyond { step: 0, reason: "a filter sees one event at a time".to_owned(), help })
    },
    shapes: None,
    sources: Sources::One,
};

/// The texts of a field, whatever it holds.
const PRELUDE: &str = "def texts($field): [.[$field] | .. | scalars | values | tostring];\n";

impl Backend for Jq {
    fn name(&self) -> &'static str {
        "jq"
    }

    fn summary(&self) -> &'static str {
        "filters of jq over JSON events"
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn check(&self, _map: &TargetMap) -> Result<(), TargetError> {
        Ok(())
    }

    fn emit(&self, rule: &Rule<'_>, _options: &Options) -> Result<Emission, Diagnostic> {
        let condition = expression(&rule.legal.predicate).map_err(|what| {
            Diagnostic::without_place(&codes::TARGET_LIMIT, format!("jq is not given {what}"))
        })?;
        let title: String = rule.title.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = format!("# {title}\n{PRELUDE}select({condition})\n");
        Ok(Emission { texts: vec![("filter", text)], notes: Vec::new() })
    }

    fn files(&self, rules: &[Written<'_>], _options: &Options) -> Vec<OutputFile> {
        let file = |(index, written): (usize, &Written<'_>)| {
            let source = written.rule.source.filter(|_| written.sources > 1);
            let suffix = source.map(|source| format!("_{}", name::slug(&source.name))).unwrap_or_default();
            OutputFile {
                path: format!("jq/{}{suffix}.jq", written.name),
                text: written.emission.text("filter").to_owned(),
                rules: vec![index],
            }
        };
        rules.iter().enumerate().map(file).collect()
    }
}

fn expression(predicate: &Predicate) -> Result<String, &'static str> {
    match predicate {
        Predicate::Constant(value) => Ok(value.to_string()),
        Predicate::And(children) => joined(children, " and "),
        Predicate::Or(children) => joined(children, " or "),
        Predicate::Not(child) => Ok(format!("({} | not)", expression(child)?)),
        Predicate::Test(test) => checked(test),
        // Not declared as capabilities, so legalising has removed them.
        Predicate::Computed(_) | Predicate::OneValue(_) | Predicate::Hole(_) => Err("a formula"),
    }
}

fn joined(children: &[Predicate], word: &str) -> Result<String, &'static str> {
    let parts: Vec<String> = children.iter().map(expression).collect::<Result<_, _>>()?;
    Ok(format!("({})", parts.join(word)))
}

fn checked(test: &Test) -> Result<String, &'static str> {
    let texts = format!("texts({})", quoted(&test.field));
    match &test.condition {
        Condition::Exists => Ok(format!("({texts} != [])")),
        Condition::Some(tests) => Ok(format!("({texts} | any({}))", any(tests)?)),
        Condition::SomeOther(tests) => Ok(format!("({texts} | any(({}) | not))", any(tests)?)),
        Condition::Holds(_) => Err("a term of the raw event"),
    }
}

fn any(tests: &[ValueTest]) -> Result<String, &'static str> {
    let patterns: Vec<String> = tests.iter().map(pattern).collect::<Result<_, _>>()?;
    Ok(patterns.join(" or "))
}

fn pattern(test: &ValueTest) -> Result<String, &'static str> {
    let ValueTest::Matches(pattern) = test else { return Err("a test of a value that is no pattern") };
    let flags = if pattern.case() == Case::Sensitive { "" } else { "; \"i\"" };
    Ok(format!("test({}{flags})", quoted(&whole(pattern))))
}

/// The pattern as a regular expression for the whole text.
fn whole(pattern: &Pattern) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => regex::escape(text),
        Piece::Any => ".*".to_owned(),
        Piece::One => ".".to_owned(),
    };
    let body: String = pattern.pieces().iter().map(piece).collect();
    format!(r"(?s)\A{body}\z")
}

/// A string of jq is one of JSON; `\(` would begin a formula, and JSON has no such escape.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
