//! What a function needs beside its expression: regular expressions, the time of the event, the module `runtime`.
//!
//! In: formulas and patterns, as expressions are written. Out: their text, and what has to stand before. Invariant: a
//! formula is written as calls of the functions that the reference calls, in the same order of operands.

use super::expression::{Expression, literal, number_literal};
use super::name;
use super::runtime::Wanted;
use crate::detection::Formula;
use crate::detection::formula::{Each, Extract};
use crate::detection::regex::{Program, Regex, Sed};
use crate::spl::eval::BinaryOperator;

/// What a function, or a whole file, needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// The part with regular expressions of the `regex` crate.
    pub(super) regex: bool,
    /// The part with those of `fancy-regex`.
    pub(super) backtracking: bool,
    /// The part with the time of events.
    pub(super) timed: bool,
    /// The part with formulas, and what they call.
    pub(super) computed: bool,
    /// Functions, patterns and steps of the module `runtime`.
    pub(super) runtime: Wanted,
}

impl Needs {
    /// Adds what another function needs.
    pub(super) fn extend(&mut self, other: Self) {
        self.regex |= other.regex;
        self.backtracking |= other.backtracking;
        self.timed |= other.timed;
        self.computed |= other.computed;
        self.runtime.functions.extend(other.runtime.functions);
        self.runtime.patterns.extend(other.runtime.patterns);
        self.runtime.reads_patterns |= other.runtime.reads_patterns;
        self.runtime.steps |= other.runtime.steps;
    }
}

/// Writes the expressions of one function.
#[derive(Debug, Default)]
pub(super) struct Writer {
    /// What they need.
    pub(super) needs: Needs,
    /// Whether a field that every event has is asked for.
    pub(super) asks_for_time: bool,
    /// Whether the functions are those of rows, which are given what is known beside them.
    pub(super) is_of_rows: bool,
    /// Statics that stand before them: a name, a type and a value.
    statics: Vec<[String; 3]>,
}

/// Whether the name is that of the time of an event, or may stand for it.
pub(super) fn asks_for_time(field: &str) -> bool {
    field == "_time" || (field.starts_with('_') && field.contains('*'))
}

impl Writer {
    /// The statics, a line each.
    pub(super) fn statics(&self) -> Vec<String> {
        let line = |[name, of_type, value]: &[String; 3]| format!("static {name}: {of_type} = {value};");
        self.statics.iter().map(line).collect()
    }

    /// The name of a static with this value, named by a word.
    fn named(&mut self, word: &str, of_type: &str, value: String) -> String {
        if let Some([name, ..]) = self.statics.iter().find(|[_, _, known]| *known == value) {
            return name.clone();
        }
        let is_free = |name: &str| self.statics.iter().all(|[taken, ..]| *taken != name.to_uppercase());
        let name = name::unique(&name::identifier(word), is_free).to_uppercase();
        self.statics.push([name.clone(), of_type.to_owned(), value]);
        name
    }

    /// Whether a regular expression is found in a value; it is named by the field.
    pub(super) fn finds(&mut self, regex: &Regex, field: &str) -> Expression {
        // What no engine runs is refused before.
        let Ok(program) = regex.test_program() else { return Expression::Constant(false) };
        let of_type = if program.backtracks { "Backtracking" } else { "Regex" };
        self.needs.regex |= !program.backtracks;
        self.needs.backtracking |= program.backtracks;
        let name = self.named(field, of_type, format!("{of_type}::new({})", literal(&program.pattern)));
        Expression::call(format!("{name}.finds(value)"))
    }

    /// The formula as an expression that gives an operand.
    pub(super) fn formula(&mut self, formula: &Formula) -> String {
        self.needs.computed = true;
        self.needs.timed = true;
        match formula {
            // What is not known is refused before.
            Formula::Null | Formula::Unknown(_) => "Operand::Null".to_owned(),
            Formula::Boolean(value) => format!("Operand::Boolean({value})"),
            Formula::Text(text) => format!("Operand::text({})", literal(text)),
            Formula::Number(number) => format!("Operand::number({})", number_literal(number.0)),
            Formula::Field(field) => format!("event.field({})", literal(field)),
            Formula::Not(inner) => format!("not(&{})", self.formula(inner)),
            Formula::Minus(inner) => format!("minus(&{})", self.formula(inner)),
            Formula::Binary(operator, left, right) => {
                let (left, right) = (self.formula(left), self.formula(right));
                format!("apply(Operator::{}, &{left}, &{right})", operator_name(*operator))
            }
            Formula::Call(name, arguments) => self.call(name, arguments),
            Formula::Extract(extract) => self.extract(extract),
            Formula::Edit(inner, sed) => {
                sed.patterns().for_each(|regex| self.know(regex));
                let script = self.script(sed);
                format!("edited(&{}, &{script})", self.formula(inner))
            }
            Formula::Each(each) => self.each(each),
            Formula::Holds(predicate) => format!("Operand::Boolean({})", self.predicate(predicate).inline()),
        }
    }

    fn call(&mut self, name: &str, arguments: &[Formula]) -> String {
        match pattern_of(name, arguments) {
            None | Some(Formula::Null) => {}
            Some(pattern) => match constant(pattern).map(|text| Regex::parse(&text)) {
                Some(Ok(regex)) => self.know(&regex),
                Some(Err(_)) => {}
                None => self.needs.runtime.reads_patterns = true,
            },
        }
        let written: Vec<String> = arguments.iter().map(|argument| self.formula(argument)).collect();
        if let ("in", Some((left, values))) = (name, written.split_first()) {
            return format!("is_in(&{left}, &[{}])", values.join(", "));
        }
        self.needs.runtime.functions.insert(name.to_owned());
        let context = if self.is_of_rows { "context" } else { "&event.context()" };
        format!("call({}, &[{}], {context})", literal(name), written.join(", "))
    }

    fn extract(&mut self, extract: &Extract) -> String {
        self.know(&extract.regex);
        let (from, before) = (self.formula(&extract.from), self.formula(&extract.otherwise));
        let (pattern, group) = (literal(extract.regex.text()), literal(&extract.group));
        format!("extracted(&{from}, {pattern}, {group}, {:?}, || {before})", extract.most)
    }

    fn each(&mut self, each: &Each) -> String {
        let function = if each.filters { "kept" } else { "mapped" };
        let (values, body) = (self.formula(&each.values), self.formula(&each.body));
        format!("{function}(event, &{values}, {}, |event| {body})", literal(&each.field))
    }

    fn script(&mut self, sed: &Sed) -> String {
        let read = "runtime::detection::regex::Sed::parse";
        let value = format!("Script::new(|| {read}({}).ok())", literal(sed.script()));
        self.named("script", "Script", value)
    }

    /// Puts a regular expression in the table of those that formulas know.
    fn know(&mut self, regex: &Regex) {
        let Ok(exact) = regex.program() else { return };
        let test = regex.test_program().unwrap_or_else(|_| exact.clone());
        let names = regex.groups().iter().map(|name| match name {
            Some(name) => format!("Some({})", literal(name)),
            None => "None".to_owned(),
        });
        let names = names.collect::<Vec<_>>().join(", ");
        let Program { pattern, backtracks, groups } = exact;
        let exact = format!("({}, {backtracks}, &{groups:?})", literal(&pattern));
        let test = format!("({}, {})", literal(&test.pattern), test.backtracks);
        let entry = format!("    Known::new({}, &[{names}], {exact}, {test}),\n", literal(regex.text()));
        self.needs.runtime.patterns.insert(entry);
    }
}

/// The name of the operator in the module `runtime`.
fn operator_name(operator: BinaryOperator) -> String {
    format!("{operator:?}")
}

/// The argument of a function that is a regular expression.
fn pattern_of<'a>(name: &str, arguments: &'a [Formula]) -> Option<&'a Formula> {
    matches!(name, "match" | "mvfind" | "replace").then(|| arguments.get(1)).flatten()
}

/// The text of a constant.
fn constant(formula: &Formula) -> Option<String> {
    match formula {
        Formula::Text(text) => Some(text.clone()),
        Formula::Number(number) => Some(crate::event::Value::Number(number.0).text().into_owned()),
        _ => None,
    }
}
