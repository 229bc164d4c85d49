//! From formulas to predicates: when is a formula true, when is it false, when does its value pass a condition.
//!
//! In: a formula over the rows of the last step. Out: a two-valued predicate, in tests of fields as far as they go.
//! Expressions of `where` have three values (Search Reference, `head`: "evaluate to false or NULL"), so *true* and *false*
//! are asked apart, and what is neither is null. Invariant: the predicate holds for a row exactly if the formula has the
//! value that was asked for; what has no simple test stays a formula.

use std::cell::Cell;

use crate::command::lowering::case::{before_lower, ignores_case, is_caseless, is_its_own};
use crate::command::lowering::outcome;
use crate::detection::formula::Unknown;
use crate::detection::predicate::Computed;
use crate::detection::{Condition, Formula, Hole, Order, Predicate, Regex, Test, ValueTest};
use crate::event::pattern::{Case, Pattern};
use crate::event::{Value, network};
use crate::function::{self, Operand};
use crate::source::Origin;
use crate::spl::eval::BinaryOperator;

/// Asks formulas; knows which fields hold computed numbers.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    /// Whether a field of the row may hold a number that was computed; others hold texts.
    pub(crate) is_computed: &'a dyn Fn(&str) -> bool,
    /// The words of the search.
    pub(crate) origin: Origin,
    /// How many more parts of predicates may be written twice where conditional functions are unfolded.
    pub(crate) room: &'a Cell<usize>,
}

/// The most parts of predicates that are written twice for a search; what would need more stays a formula.
pub(crate) const MOST_UNFOLDED: usize = 10_000;

/// The most branches of a `case` that is unfolded.
const MOST_BRANCHES: usize = 100;

impl Asker<'_> {
    /// When the formula is true, or when it is false.
    pub(crate) fn truth(self, formula: &Formula, wanted: bool) -> Predicate {
        match formula {
            Formula::Boolean(value) => Predicate::Constant(*value == wanted),
            // A field holds values, of which none is true or false.
            Formula::Null | Formula::Text(_) | Formula::Number(_) | Formula::Field(_) => {
                Predicate::Constant(false)
            }
            Formula::Not(inner) => self.truth(inner, !wanted),
            Formula::Binary(operator, left, right) => self.binary(*operator, left, right, wanted, formula),
            Formula::Call(name, arguments) => self.call(name, arguments, wanted, formula),
            Formula::Holds(predicate) if wanted => (**predicate).clone(),
            Formula::Holds(predicate) => (**predicate).clone().negated(),
            Formula::Unknown(_)
            | Formula::Minus(_)
            | Formula::Extract(_)
            | Formula::Edit(..)
            | Formula::Each(_) => self.computed(formula, wanted),
        }
    }

    /// When the formula has a value.
    pub(crate) fn exists(self, formula: &Formula) -> Predicate {
        if is_time(formula) {
            return Predicate::Constant(true);
        }
        match formula {
            Formula::Binary(
                BinaryOperator::Add
                | BinaryOperator::Subtract
                | BinaryOperator::Multiply
                | BinaryOperator::Divide
                | BinaryOperator::Remainder
                | BinaryOperator::Concatenate,
                ..,
            )
            | Formula::Minus(_) => self.condition(formula, &Condition::Exists),
            Formula::Binary(..) | Formula::Not(_) => {
                Predicate::or([self.truth(formula, true), self.truth(formula, false)])
            }
            Formula::Boolean(_) | Formula::Holds(_) => Predicate::Constant(true),
            Formula::Call(name, arguments) if keeps_presence(name) => match arguments.first() {
                Some(first) => self.exists(first),
                None => Predicate::Constant(false),
            },
            _ => self.condition(formula, &Condition::Exists),
        }
    }

    /// When some value of the formula passes the condition.
    pub(crate) fn condition(self, formula: &Formula, condition: &Condition) -> Predicate {
        if *condition == Condition::Exists && is_time(formula) {
            return Predicate::Constant(true);
        }
        if let (Condition::Exists, Formula::Call(name, parts)) = (condition, formula)
            && name == "coalesce"
        {
            return Predicate::or(parts.iter().map(|part| self.exists(part)));
        }
        if let Some(unfolded) = self.unfolded(formula, &|part| self.condition(part, condition)) {
            return unfolded;
        }
        match formula {
            Formula::Field(field) => {
                Test { field: field.clone(), condition: condition.clone(), origin: self.origin }.into()
            }
            Formula::Null => Predicate::Constant(false),
            Formula::Text(_) | Formula::Number(_) => {
                let operand = constant(formula).unwrap_or(Operand::Null);
                Predicate::Constant(condition.holds_for(operand.values()))
            }
            Formula::Call(name, arguments) if ignores_case(name) && is_caseless(condition) => {
                match arguments.first() {
                    Some(inner) if self.is_text(inner) => self.condition(inner, condition),
                    _ => self.computed_condition(formula, condition),
                }
            }
            Formula::Call(name, arguments) if name == "lower" => {
                let inner = arguments.first().filter(|inner| self.is_text(inner));
                match inner.zip(before_lower(condition)) {
                    Some((inner, condition)) => self.condition(inner, &condition),
                    None => self.computed_condition(formula, condition),
                }
            }
            Formula::Call(name, arguments) if name == "tonumber" && asks_number(condition) => {
                match arguments.as_slice() {
                    [inner] if matches!(inner, Formula::Field(_)) || self.is_text(inner) => {
                        self.condition(inner, condition)
                    }
                    _ => self.computed_condition(formula, condition),
                }
            }
            // Every condition asks for some value, and its values are those of its arguments.
            Formula::Call(name, parts) if name == "mvappend" => {
                Predicate::or(parts.iter().map(|part| self.condition(part, condition)))
            }
            _ => self.computed_condition(formula, condition),
        }
    }

    fn computed_condition(self, formula: &Formula, condition: &Condition) -> Predicate {
        let (formula, condition) = (formula.clone(), Some(condition.clone()));
        known(Computed { formula, condition, origin: self.origin })
    }

    /// The formula as it is.
    fn computed(self, formula: &Formula, wanted: bool) -> Predicate {
        let formula = if wanted { formula.clone() } else { Formula::Not(Box::new(formula.clone())) };
        known(Computed { formula, condition: None, origin: self.origin })
    }

    fn binary(
        self,
        operator: BinaryOperator,
        left: &Formula,
        right: &Formula,
        wanted: bool,
        whole: &Formula,
    ) -> Predicate {
        let both = |a: bool, b: bool| Predicate::and([self.truth(left, a), self.truth(right, b)]);
        match operator {
            BinaryOperator::And if wanted => both(true, true),
            BinaryOperator::And => Predicate::or([self.truth(left, false), self.truth(right, false)]),
            BinaryOperator::Or if wanted => Predicate::or([self.truth(left, true), self.truth(right, true)]),
            BinaryOperator::Or => both(false, false),
            BinaryOperator::Xor => Predicate::or([both(true, !wanted), both(false, wanted)]),
            BinaryOperator::Like => self.like(left, right, wanted, whole),
            BinaryOperator::Equal
            | BinaryOperator::NotEqual
            | BinaryOperator::Less
            | BinaryOperator::LessEqual
            | BinaryOperator::Greater
            | BinaryOperator::GreaterEqual => self.comparison(operator, left, right, wanted, whole),
            // A number or a text is neither true nor false.
            _ => Predicate::Constant(false),
        }
    }

    fn comparison(
        self,
        operator: BinaryOperator,
        left: &Formula,
        right: &Formula,
        wanted: bool,
        whole: &Formula,
    ) -> Predicate {
        match (constant(left), constant(right)) {
            (Some(left), Some(right)) => {
                Predicate::Constant(function::apply(operator, &left, &right).truth() == Some(wanted))
            }
            (None, Some(_)) => self.against(operator, left, right, wanted),
            (Some(_), None) => self.against(turned(operator), right, left, wanted),
            (None, None) => self.computed(whole, wanted),
        }
    }

    /// A comparison of a formula with a constant.
    fn against(self, operator: BinaryOperator, formula: &Formula, with: &Formula, wanted: bool) -> Predicate {
        let again = |part: &Formula| {
            let whole = Formula::Binary(operator, Box::new(part.clone()), Box::new(with.clone()));
            self.comparison(operator, part, with, wanted, &whole)
        };
        if let Some(outcomes) = outcome::outcomes(self, formula) {
            return Predicate::or(
                outcomes.into_iter().map(|(when, value)| Predicate::and([when, again(&value)])),
            );
        }
        if let Some(unfolded) = self.unfolded(formula, &again) {
            return unfolded;
        }
        let folded = match formula {
            Formula::Call(name, arguments) if ignores_case(name) => Some((name, arguments)),
            _ => None,
        };
        match (with, folded) {
            (Formula::Text(text), Some((name, arguments))) if is_equality(operator) => {
                match arguments.first().filter(|inner| self.is_text(inner)) {
                    Some(inner) if is_its_own(name, text) => {
                        self.equality(operator, inner, &[pattern(text, Case::Insensitive)], wanted)
                    }
                    Some(inner) => self.equality(operator, inner, &[], wanted),
                    None => self.unsimplified(operator, formula, with, wanted),
                }
            }
            (Formula::Text(text), _) if is_equality(operator) && self.is_text(formula) => {
                self.equality(operator, formula, &[pattern(text, Case::Sensitive)], wanted)
            }
            (Formula::Text(text), _) if self.is_text(formula) => {
                let test = |order: Order| ValueTest::Compares(order, text.clone());
                match orders(operator) {
                    Some((order, opposite)) => {
                        self.asked(formula, vec![test(order)], vec![test(opposite)], wanted)
                    }
                    None => self.unsimplified(operator, formula, with, wanted),
                }
            }
            (Formula::Number(number), _) => {
                let test = |order: Order| ValueTest::Number(order, *number);
                let equal = || vec![ValueTest::Equals(*number)];
                let differs = || vec![test(Order::Less), test(Order::Greater)];
                let (passing, failing) = match (operator, orders(operator)) {
                    (BinaryOperator::Equal, _) => (equal(), differs()),
                    (BinaryOperator::NotEqual, _) => (differs(), equal()),
                    (_, Some((order, opposite))) => (vec![test(order)], vec![test(opposite)]),
                    (_, None) => return self.unsimplified(operator, formula, with, wanted),
                };
                self.asked(formula, passing, failing, wanted)
            }
            _ => self.unsimplified(operator, formula, with, wanted),
        }
    }

    fn unsimplified(
        self,
        operator: BinaryOperator,
        left: &Formula,
        right: &Formula,
        wanted: bool,
    ) -> Predicate {
        let whole = Formula::Binary(operator, Box::new(left.clone()), Box::new(right.clone()));
        self.computed(&whole, wanted)
    }

    /// A comparison over several values is true if it is true for one, false if it is false for one and true for none.
    fn asked(
        self,
        formula: &Formula,
        passing: Vec<ValueTest>,
        failing: Vec<ValueTest>,
        wanted: bool,
    ) -> Predicate {
        let passes = self.condition(formula, &Condition::Some(passing));
        if wanted {
            return passes;
        }
        Predicate::and([self.condition(formula, &Condition::Some(failing)), passes.negated()])
    }

    /// `=` with one of the texts, or `!=` with all: `!=` is true if some value differs.
    fn equality(
        self,
        operator: BinaryOperator,
        formula: &Formula,
        texts: &[ValueTest],
        wanted: bool,
    ) -> Predicate {
        let passes = if texts.is_empty() {
            // No value equals a text that cannot be: every value differs.
            match operator {
                BinaryOperator::Equal => Predicate::Constant(false),
                _ => self.exists(formula),
            }
        } else {
            let condition = match operator {
                BinaryOperator::Equal => Condition::Some(texts.to_vec()),
                _ => Condition::SomeOther(texts.to_vec()),
            };
            self.condition(formula, &condition)
        };
        if wanted { passes } else { Predicate::and([self.exists(formula), passes.negated()]) }
    }

    fn like(self, left: &Formula, right: &Formula, wanted: bool, whole: &Formula) -> Predicate {
        let Formula::Text(text) = right else { return self.computed(whole, wanted) };
        let again = |part: &Formula| self.like(part, right, wanted, whole);
        if let Some(unfolded) = self.unfolded(left, &again) {
            return unfolded;
        }
        match left {
            Formula::Null => Predicate::Constant(false),
            Formula::Text(_) | Formula::Number(_) => {
                let (Some(left), Some(right)) = (constant(left), constant(right)) else {
                    return self.computed(whole, wanted);
                };
                Predicate::Constant(
                    function::apply(BinaryOperator::Like, &left, &right).truth() == Some(wanted),
                )
            }
            Formula::Call(name, arguments) if ignores_case(name) => {
                match arguments.first().filter(|inner| self.is_text(inner)) {
                    Some(inner) if is_its_own(name, text) => {
                        let test = ValueTest::Matches(like_pattern(text, Case::Insensitive));
                        self.equality(BinaryOperator::Equal, inner, &[test], wanted)
                    }
                    Some(inner) => self.equality(BinaryOperator::Equal, inner, &[], wanted),
                    None => self.computed(whole, wanted),
                }
            }
            _ => {
                let test = ValueTest::Matches(like_pattern(text, Case::Sensitive));
                self.equality(BinaryOperator::Equal, left, &[test], wanted)
            }
        }
    }

    fn call(self, name: &str, arguments: &[Formula], wanted: bool, whole: &Formula) -> Predicate {
        match (name, arguments) {
            ("isnull", [of]) => {
                let exists = self.exists(of);
                if wanted { exists.negated() } else { exists }
            }
            ("isnotnull", [of]) => {
                let exists = self.exists(of);
                if wanted { exists } else { exists.negated() }
            }
            ("if" | "case" | "coalesce", _) => self
                .unfolded(whole, &|part| self.truth(part, wanted))
                .unwrap_or_else(|| self.computed(whole, wanted)),
            ("like", [of, pattern]) => self.like(of, pattern, wanted, whole),
            ("in", [of, values @ ..]) => self.is_in(of, values, wanted, whole),
            ("match", [of, Formula::Text(text)]) => match Regex::parse(text) {
                Ok(regex) => self.value_test(of, ValueTest::Regex(regex), wanted, whole),
                Err(_) => self.computed(whole, wanted),
            },
            ("cidrmatch", [Formula::Text(text), of]) => match network::parse(text) {
                Some(network) => self.value_test(of, ValueTest::In(network), wanted, whole),
                None => self.computed(whole, wanted),
            },
            _ => self.computed(whole, wanted),
        }
    }

    /// A function that is null for null, and else says whether some value passes.
    fn value_test(self, of: &Formula, test: ValueTest, wanted: bool, whole: &Formula) -> Predicate {
        if matches!(of, Formula::Boolean(_) | Formula::Holds(_)) {
            return self.computed(whole, wanted);
        }
        self.equality(BinaryOperator::Equal, of, &[test], wanted)
    }

    /// `in(x, a, b)`: true if `x` equals one, else null if one of them is null, else false.
    fn is_in(self, of: &Formula, values: &[Formula], wanted: bool, whole: &Formula) -> Predicate {
        let texts: Option<Vec<&str>> = values
            .iter()
            .map(|value| if let Formula::Text(text) = value { Some(text.as_str()) } else { None })
            .collect();
        let of_text = |name: &str| is_equality(BinaryOperator::Equal) && ignores_case(name);
        match (of, texts) {
            (Formula::Call(name, arguments), Some(texts)) if of_text(name) => {
                match arguments.first().filter(|inner| self.is_text(inner)) {
                    Some(inner) => {
                        let own = texts.iter().filter(|text| is_its_own(name, text));
                        let tests: Vec<ValueTest> =
                            own.map(|text| pattern(text, Case::Insensitive)).collect();
                        self.equality(BinaryOperator::Equal, inner, &tests, wanted)
                    }
                    None => self.computed(whole, wanted),
                }
            }
            (_, Some(texts)) if self.is_text(of) => {
                let tests: Vec<ValueTest> = texts.iter().map(|text| pattern(text, Case::Sensitive)).collect();
                self.equality(BinaryOperator::Equal, of, &tests, wanted)
            }
            _ => {
                let equals = |value: &Formula| {
                    let whole =
                        Formula::Binary(BinaryOperator::Equal, Box::new(of.clone()), Box::new(value.clone()));
                    self.truth(&whole, wanted)
                };
                let parts: Vec<Predicate> = values.iter().map(equals).collect();
                if wanted { Predicate::or(parts) } else { Predicate::and(parts) }
            }
        }
    }

    /// A question to the value of a conditional function, asked of each of its branches; nothing for other formulas.
    fn unfolded(self, formula: &Formula, ask: &dyn Fn(&Formula) -> Predicate) -> Option<Predicate> {
        let Formula::Call(name, arguments) = formula else { return None };
        if !matches!(name.as_str(), "if" | "case" | "coalesce") || arguments.len() > 2 * MOST_BRANCHES {
            return None;
        }
        match (name.as_str(), arguments.as_slice()) {
            ("if", [when, then, otherwise]) => {
                let when = self.charged(self.truth(when, true))?;
                Some(chosen(when, ask(then), ask(otherwise)))
            }
            ("case", pairs) => {
                let mut all = ask(&Formula::Null);
                for pair in pairs.rchunks(2) {
                    let [when, then] = pair else { return None };
                    let when = self.charged(self.truth(when, true))?;
                    all = chosen(when, ask(then), all);
                }
                Some(all)
            }
            ("coalesce", parts) => {
                let (last, before) = parts.split_last()?;
                let mut all = ask(last);
                for part in before.iter().rev() {
                    let when = self.charged(self.exists(part))?;
                    all = chosen(when, ask(part), all);
                }
                Some(all)
            }
            _ => None,
        }
    }

    /// The predicate, if there is room to write it twice.
    fn charged(self, predicate: Predicate) -> Option<Predicate> {
        self.room.set(self.room.get().checked_sub(predicate.size())?);
        Some(predicate)
    }

    /// Whether all values of the formula are texts.
    pub(crate) fn is_text(self, formula: &Formula) -> bool {
        match formula {
            Formula::Field(field) => !(self.is_computed)(field),
            Formula::Text(_) | Formula::Null => true,
            Formula::Extract(extract) => self.is_text(&extract.otherwise),
            Formula::Binary(BinaryOperator::Concatenate, ..) | Formula::Edit(..) => true,
            Formula::Call(name, arguments) => match name.as_str() {
                "lower" | "upper" | "trim" | "ltrim" | "rtrim" | "substr" | "replace" | "split"
                | "urldecode" | "mvjoin" | "strftime" | "md5" | "sha1" | "sha256" | "sha512" => true,
                "mvindex" | "mvdedup" | "mvsort" => {
                    arguments.first().is_some_and(|first| self.is_text(first))
                }
                "mvappend" => arguments.iter().all(|part| self.is_text(part)),
                "case" => arguments.chunks(2).all(|pair| pair.get(1).is_some_and(|then| self.is_text(then))),
                _ => false,
            },
            _ => false,
        }
    }
}

/// The condition, or a hole if something is computed that nobody here knows.
pub(super) fn known(computed: Computed) -> Predicate {
    let computed = Box::new(computed);
    match unknown(&computed.formula).map(|unknown| (unknown.kind, unknown.name.clone())) {
        Some((kind, name)) => {
            let origin = computed.origin;
            Predicate::Hole(Hole { kind, name, asked: Some(computed), origin })
        }
        None => Predicate::Computed(computed),
    }
}

/// Something in the formula that is not known.
fn unknown(formula: &Formula) -> Option<&Unknown> {
    if let Formula::Unknown(unknown) = formula {
        return Some(unknown);
    }
    let mut found = None;
    formula.for_each_child(&mut |child| found = found.or_else(|| unknown(child)));
    found
}

/// Whether it is the time of the event or the stretch in which that lies: every event has a time (Knowledge Manager
/// Manual, "Use default fields").
pub(crate) fn is_time(formula: &Formula) -> bool {
    match formula {
        Formula::Field(field) => field == "_time",
        Formula::Binary(BinaryOperator::Multiply, slot, length) => match (&**slot, &**length) {
            (Formula::Call(name, divided), Formula::Number(_)) => match divided.as_slice() {
                [Formula::Binary(BinaryOperator::Divide, time, by)] => {
                    name == "floor" && is_time(time) && matches!(**by, Formula::Number(_))
                }
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

/// The operand that a constant is.
pub(crate) fn constant(formula: &Formula) -> Option<Operand> {
    match formula {
        Formula::Null => Some(Operand::Null),
        Formula::Boolean(value) => Some(Operand::Boolean(*value)),
        Formula::Text(text) => Some(Operand::text(text.clone())),
        Formula::Number(number) => Some(Operand::number(number.0)),
        _ => None,
    }
}

/// The constant that an operand is, if it has one value or none.
pub(crate) fn of_operand(operand: &Operand) -> Option<Formula> {
    match operand {
        Operand::Null => Some(Formula::Null),
        Operand::Boolean(value) => Some(Formula::Boolean(*value)),
        Operand::Values(values) => match values.as_slice() {
            [Value::Text(text)] => Some(Formula::Text(text.clone())),
            [Value::Number(number)] => Some(super::formula::number_of(*number)),
            _ => None,
        },
    }
}

fn pattern(text: &str, case: Case) -> ValueTest {
    ValueTest::Matches(Pattern::literal(text, case))
}

fn like_pattern(text: &str, case: Case) -> Pattern {
    Pattern::new(function::like_pattern(text).pieces().to_vec(), case)
}

/// Whether a condition asks of some value only what number it is, which is that of a text (Search Reference, `tonumber`).
fn asks_number(condition: &Condition) -> bool {
    let is_number = |test: &ValueTest| matches!(test, ValueTest::Number(..) | ValueTest::Equals(_));
    matches!(condition, Condition::Some(tests) if tests.iter().all(is_number))
}

/// Whether the function gives a value exactly where its first argument has one.
fn keeps_presence(name: &str) -> bool {
    matches!(name, "lower" | "upper")
}

const fn is_equality(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual)
}

/// The order of an operator, and the order of its opposite.
const fn orders(operator: BinaryOperator) -> Option<(Order, Order)> {
    match operator {
        BinaryOperator::Less => Some((Order::Less, Order::GreaterEqual)),
        BinaryOperator::LessEqual => Some((Order::LessEqual, Order::Greater)),
        BinaryOperator::Greater => Some((Order::Greater, Order::LessEqual)),
        BinaryOperator::GreaterEqual => Some((Order::GreaterEqual, Order::Less)),
        _ => None,
    }
}

/// The operator with its sides changed.
const fn turned(operator: BinaryOperator) -> BinaryOperator {
    match operator {
        BinaryOperator::Less => BinaryOperator::Greater,
        BinaryOperator::LessEqual => BinaryOperator::GreaterEqual,
        BinaryOperator::Greater => BinaryOperator::Less,
        BinaryOperator::GreaterEqual => BinaryOperator::LessEqual,
        other => other,
    }
}

/// One of two predicates, as a third one says.
fn chosen(when: Predicate, then: Predicate, otherwise: Predicate) -> Predicate {
    match (&when, &then, &otherwise) {
        (Predicate::Constant(true), ..) => then,
        (Predicate::Constant(false), ..) => otherwise,
        (_, Predicate::Constant(true), Predicate::Constant(true)) => then,
        (_, Predicate::Constant(true), Predicate::Constant(false)) => when,
        (_, Predicate::Constant(false), Predicate::Constant(true)) => when.negated(),
        (_, _, Predicate::Constant(false)) => Predicate::and([when, then]),
        (_, Predicate::Constant(true), _) => Predicate::or([when, otherwise]),
        (_, Predicate::Constant(false), _) => Predicate::and([when.negated(), otherwise]),
        _ => {
            Predicate::or([Predicate::and([when.clone(), then]), Predicate::and([when.negated(), otherwise])])
        }
    }
}
