//! Runs the tables of operators and functions, and looks for panics and broken laws.
//!
//! In: the tables beside the functions; random expressions and rows. Out: every line that gives something else.
//! Invariant: each function that can be evaluated stands in a table.

use super::*;
use crate::diagnostic::{Diagnostic, Severity};
use crate::event::Value;
use crate::function::{Function, cases};
use crate::spl::ast::Arguments;
use crate::spl::eval::{BinaryOperator, Field};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample;
use std::fmt::Write as _;

/// The time of `now()` in the tables.
const NOW: f64 = 1_700_000_000.0;

/// The expression of a text, which must be one.
fn expression(text: &str) -> Eval {
    let parsed = command::parse(&format!("* | where {text}"));
    // A value is an expression too, though `where` takes none.
    let is_other = |finding: &Diagnostic| {
        finding.severity == Severity::Error && finding.code.id != command::codes::NO_CONDITION.id
    };
    assert!(!parsed.diagnostics.iter().any(is_other), "{text}: {:?}", parsed.diagnostics);
    match parsed.pipeline.stages.into_iter().nth(1).map(|stage| stage.arguments) {
        Some(Arguments::Boolean(expression)) => expression,
        other => panic!("{text} is read as {other:?}"),
    }
}

/// What an expression gives, as the tables write it.
fn shown(result: Result<Operand, Unsupported>) -> String {
    let one = |value: &Value| match value {
        Value::Text(text) => format!("{text:?}"),
        Value::Number(_) => value.text().into_owned(),
    };
    match result {
        Err(error) => format!("unsupported: {}", error.message),
        Ok(Operand::Null) => "NULL".to_owned(),
        Ok(Operand::Boolean(truth)) => truth.to_string(),
        Ok(Operand::Values(values)) => match values.as_slice() {
            [only] => one(only),
            several => format!("[{}]", several.iter().map(one).collect::<Vec<_>>().join(", ")),
        },
    }
}

#[test]
fn the_tables_hold() {
    let mut wrong = String::new();
    for (family, table) in cases::ALL {
        let mut row = Event::new();
        for (at, line) in table.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            if let Some(fields) = line.strip_prefix("given ") {
                row = Event::from_json_text(fields).expect("fields are a JSON object");
            } else if !line.starts_with('#') {
                let (text, expected) = line.rsplit_once(" => ").expect("a line has a result");
                let found = shown(value(&expression(text.trim()), &row, &Context::at(NOW)));
                if found != expected.trim() {
                    let _ = writeln!(
                        wrong,
                        "{family}.txt:{}: {} => {found}, not {expected}",
                        at + 1,
                        text.trim()
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_function_that_evaluates_stands_in_a_table() {
    let mut called = Vec::new();
    let lines = cases::ALL.iter().flat_map(|(_, table)| table.lines());
    for line in lines.filter(|line| !line.starts_with('#') && !line.starts_with("given ")) {
        if let Some((text, _)) = line.rsplit_once(" => ") {
            expression(text.trim()).walk(&mut |part| {
                if let EvalKind::Call(name, _) = &part.kind {
                    called.push(name.value.to_ascii_lowercase());
                }
            });
        }
    }
    let evaluated = Family::Eval.all().iter().filter(|it| function::evaluates(it.name));
    let missing: Vec<&str> =
        evaluated.map(|it| it.name).filter(|name| !called.iter().any(|it| it == name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Texts that some function reads: numbers, patterns, formats, modifiers, paths, JSON.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "Root",
    "é\u{212A}ß",
    "0",
    "-0",
    "1.50",
    "-7",
    "1e308",
    "9007199254740993",
    "x%_y",
    "(",
    "(?i)^r(o*)t$",
    "\\1\\9",
    "%Y-%m-%d %H:%M:%S.%3N %Z",
    "%",
    "%s%*.*f%'d",
    "%9999999999d",
    "-1d@d",
    "@w7",
    "+99999999mon",
    "a.b{}.c{0}",
    "{",
    "{\"a\": [1, {\"b\": null}]}",
    "[1, \"x\"]",
    "10.0.0.0/8",
    "10.1.2.3",
    "::1",
    "hex",
    "duration",
    "true",
    ",",
];

const FIELDS: &[&str] = &["one", "many", "number", "missing"];

fn leaf() -> BoxedStrategy<EvalKind> {
    let text = sample::select(TEXTS).prop_map(|text| EvalKind::Text(text.to_owned()));
    let number =
        prop_oneof![Just("0"), Just("1"), Just("2.5"), Just("16"), Just("1e300"), Just("100000000000")];
    let field = sample::select(FIELDS).prop_map(|name| Field { name: name.to_owned(), quoted: false });
    prop_oneof![
        10 => text,
        10 => number.prop_map(|text| EvalKind::Number(text.to_owned())),
        20 => field.prop_map(EvalKind::Field),
        1 => Just(EvalKind::Unreadable),
    ]
    .boxed()
}

/// Any expression: every operator, and every function with as many arguments as it takes or one too many.
fn expressions() -> impl Strategy<Value = Eval> {
    let at = |kind: EvalKind| Eval { kind, span: Span::default() };
    let evaluated = |it: &&Function| function::evaluates(it.name);
    let functions: Vec<&Function> = Family::Eval.all().iter().filter(evaluated).collect();
    leaf().prop_map(at).prop_recursive(5, 40, 4, move |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let unary = sample::select(&[UnaryOperator::Not, UnaryOperator::Minus, UnaryOperator::Plus][..]);
        let operand = (sample::select(OPERATORS), inner.clone())
            .prop_map(|(operator, right)| (Spanned::new(operator, Span::default()), right));
        let parts = |most| vec(inner.clone(), 0..most);
        prop_oneof![
            4 => (sample::select(functions.clone()), vec(inner.clone(), 6), 0..25_usize).prop_map(called),
            3 => (boxed.clone(), vec(operand, 1..3)).prop_map(|(first, rest)| EvalKind::Chain(first, rest)),
            1 => (unary, boxed.clone())
                .prop_map(|(operator, inner)| EvalKind::Unary(Spanned::new(operator, Span::default()), inner)),
            1 => (boxed.clone(), parts(3)).prop_map(|(left, values)| EvalKind::In(left, values)),
            1 => boxed.prop_map(EvalKind::Group),
        ]
        .prop_map(at)
    })
}

fn called((function, mut arguments, choice): (&Function, Vec<Eval>, usize)) -> EvalKind {
    let most = function.most.unwrap_or(function.least + 3);
    let count = if choice == 0 { most + 1 } else { function.least + choice % (most - function.least + 1) };
    arguments.truncate(count);
    EvalKind::Call(Spanned::new(function.name.to_owned(), Span::default()), arguments)
}

const OPERATORS: &[BinaryOperator] = {
    use BinaryOperator as Op;
    &[
        Op::Xor,
        Op::Or,
        Op::And,
        Op::Equal,
        Op::NotEqual,
        Op::Less,
        Op::LessEqual,
        Op::Greater,
        Op::GreaterEqual,
        Op::Like,
        Op::Concatenate,
        Op::Add,
        Op::Subtract,
        Op::Multiply,
        Op::Divide,
        Op::Remainder,
    ]
};

fn rows() -> impl Strategy<Value = Event> {
    let values = |count| vec(sample::select(TEXTS).prop_map(Value::from), count);
    (values(1..2), values(2..5), any::<f64>()).prop_map(|(one, many, number)| {
        let mut row = Event::new();
        row.set("one", one);
        row.set("many", many);
        row.set("number", Operand::number(number).values().to_vec());
        row
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_expression_gives_something_for_every_row(expression in expressions(), row in rows()) {
        let context = Context::at(NOW);
        let result = value(&expression, &row, &context);
        prop_assert_eq!(&result, &value(&expression, &row, &context));
        if let Ok(operand) = result {
            let is_finite = |value: &Value| !matches!(value, Value::Number(number) if !number.is_finite());
            prop_assert!(operand.values().iter().all(is_finite));
            prop_assert!(operand.is_null() || operand.truth().is_some() || !operand.values().is_empty());
            prop_assert!(operand.text_length() <= LONGEST_TEXT && operand.values().len() <= MOST_VALUES);
            let kept = holds(&expression, &row, &context).expect("it has a value");
            let negated = Eval { kind: EvalKind::Unary(Spanned::new(UnaryOperator::Not, Span::default()), Box::new(expression)), span: Span::default() };
            // A row is kept by a condition, by its negation, or by neither, never by both.
            prop_assert!(!(kept && holds(&negated, &row, &context).expect("it has a value")));
        }
    }
}

#[test]
fn an_expression_that_doubles_in_each_step_is_bounded() {
    for steps in [1, 19, 20, 100] {
        let parsed = command::parse(&format!("* | eval {}", vec!["a=a.a"; steps].join(", ")));
        let stage = parsed.pipeline.stages.get(1).expect("the second stage");
        let rows = vec![Row { event: Event::new().with("a", "xy"), origins: Vec::new() }];
        let eval = command::find("eval").expect("a command");
        let rows = eval.run(stage, rows, &Context::default()).expect("it runs");
        // 2^20 bytes are the most.
        assert_eq!(rows[0].event.has("a"), steps < 20, "{steps}");
    }
}
