//! Tests that a target can only make less finely: keywords for the raw event, fields that are equal but for case, the
//! texts that every match of a regular expression holds, and values that Splunk shows where a field is absent.
//!
//! In: a test that the target cannot make as it is. Out: one that it can, where that is wider and may be; or nothing.
//! Invariant: every event that passes the test passes what takes its place, so it stands under an even number of NOT.

use crate::backend::codes;
use crate::detection::{Computed, Condition, Formula, Predicate, Regex, Test, ValueTest, tree};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::event::pattern::{Case, Pattern, Piece};
use crate::spl::eval::BinaryOperator;
use crate::target::TargetField;

use super::{Legaliser, Value as Said, is_single_valued};

impl Legaliser<'_> {
    /// Adds that the field is absent where Splunk shows one of the values that pass in its place.
    pub(super) fn or_absent(
        &mut self,
        test: &Test,
        field: &TargetField,
        found: Predicate,
        positive: bool,
    ) -> Predicate {
        let shown = self.mapping.defaults_of(&test.field);
        if !positive && test.condition == Condition::Exists && !shown.is_empty() {
            // Who asks for absence reads events that no add-on has touched.
            self.adds = true;
            let message = format!(
                "`{}` is absent in the log where an add-on shows `{}`; the rule asks the log",
                test.field,
                shown.join("` or `")
            );
            self.notes.push(Diagnostic::new(&codes::SHOWN_WHERE_ABSENT, test.origin.0, message));
            return found;
        }
        let passes = |value: &&String| test.condition.holds_for(&[Value::from(value.as_str())]);
        let passing = shown.iter().filter(passes).count();
        if passing == 0 {
            return found;
        }
        let is_any = passing == shown.len();
        let so = match test.condition {
            _ if !is_any => "and a rule cannot tell which",
            Condition::Exists => "so every event has one and the test says nothing",
            _ => "so events without one pass",
        };
        let message =
            format!("`{}` is `{}` where the log has no value, {so}", test.field, shown.join("` or `"));
        self.notes.push(Diagnostic::new(&codes::SHOWN_WHERE_ABSENT, test.origin.0, message));
        if !is_any {
            self.adds = true;
            if !positive {
                return found;
            }
        }
        let there = Test { field: field.name.clone(), condition: Condition::Exists, origin: test.origin };
        Predicate::or([Predicate::Test(there).negated(), found])
    }

    /// A test of the raw event where the target looks for texts anywhere in an event. `search` finds whole terms, between
    /// breakers (Search Manual, "Event segmentation and searching"), so keywords find more.
    pub(super) fn keywords(&mut self, test: &Test, positive: bool) -> Predicate {
        if !positive {
            return self.dropped(
                test,
                positive,
                "a keyword is found in more events than the search leaves out",
            );
        }
        if test.condition == Condition::Exists {
            self.adds = true;
            let message = "every event is taken to have a text";
            self.notes.push(Diagnostic::new(&codes::REQUIRED_FIELDS, test.origin.0, message));
            return Predicate::Constant(true);
        }
        let Some(patterns) = anywhere(&test.condition) else {
            return self.dropped(test, positive, "no keyword says it");
        };
        self.adds = true;
        let message =
            format!("`{}` becomes a keyword, which is found anywhere in an event", tree::brief(test));
        self.notes.push(Diagnostic::new(&codes::KEYWORD, test.origin.0, message));
        if let Condition::Some(tests) = &test.condition {
            for value in tests {
                if let ValueTest::Regex(regex) = value {
                    self.only_texts(regex, test, "a keyword is no expression");
                }
            }
        }
        let condition = Condition::Some(patterns.into_iter().map(ValueTest::Matches).collect());
        Predicate::Test(Test { field: "_raw".to_owned(), condition, origin: test.origin })
    }

    /// Patterns of the texts that a match of the expression holds, of which the target can make all, where that may be
    /// wider: with their order, or if the target cannot say that, the one that each match has to hold.
    pub(super) fn required_texts(
        &mut self,
        regex: &Regex,
        test: &Test,
        field: &TargetField,
        reason: &str,
    ) -> Option<Vec<ValueTest>> {
        let literals = regex.required_literals().unwrap_or_default();
        let literals = literals.into_iter().map(|text| contains(&[Piece::Literal(text)])).collect();
        for patterns in [regex.wider_patterns(), literals] {
            if patterns.is_empty() || !patterns.iter().all(says_something) {
                continue;
            }
            let said = patterns.into_iter().map(|pattern| {
                match self.value(&ValueTest::Matches(pattern), test, field) {
                    Said::Test(text) => Some(text),
                    Said::Never | Said::Inexpressible(_) => None,
                }
            });
            if let Some(said) = said.collect() {
                self.only_texts(regex, test, reason);
                return Some(said);
            }
        }
        None
    }

    fn only_texts(&mut self, regex: &Regex, test: &Test, reason: &str) {
        self.adds = true;
        let message = format!("only the texts are tested that `{}` asks for: {reason}", regex.text());
        self.notes.push(Diagnostic::new(&codes::REQUIRED_TEXTS, test.origin.0, message));
    }

    /// Two fields that hold the same text, as the target compares them: without case. `where` heeds it (Search Reference,
    /// `where`), unless both sides are folded. Nothing if the condition is no such comparison or would become narrower.
    pub(super) fn same_text(&mut self, computed: &Computed, positive: bool) -> Option<Predicate> {
        let (Formula::Binary(operator, left, right), None) = (&computed.formula, &computed.condition) else {
            return None;
        };
        let ((left, left_folded), (right, right_folded)) = (field(left)?, field(right)?);
        let folded = left_folded && right_folded;
        let is_equal = match operator {
            BinaryOperator::Equal => true,
            BinaryOperator::NotEqual => false,
            _ => return None,
        };
        let is_single = [left, right].iter().all(|name| is_single_valued(self.source, name));
        let is_exact = folded && is_single;
        // One side folded and the other not is equal to less than both folded are.
        if !is_exact && positive != is_equal {
            return None;
        }
        let (left, right) = (self.name(left).ok()?, self.name(right).ok()?);
        if !is_exact {
            self.adds = true;
            let message = format!("`{left}` and `{right}` are compared without case, each value with each");
            self.notes.push(Diagnostic::new(&codes::EQUAL_BUT_CASE, computed.origin.0, message));
        }
        let same =
            Predicate::Computed(Box::new(Computed { formula: same(&left, &right), ..computed.clone() }));
        if is_equal {
            return Some(same);
        }
        let exists = |name: String| {
            Predicate::Test(Test { field: name, condition: Condition::Exists, origin: computed.origin })
        };
        Some(Predicate::and([exists(left), exists(right), same.negated()]))
    }
}

impl Legaliser<'_> {
    /// A condition on what `rex` extracts, as a test of the expression on the field that it is extracted from: that says
    /// the same where the group takes part in every match and the condition is that it is there, and else is wider.
    /// Nothing if it cannot be.
    pub(super) fn extracted(&mut self, computed: &Computed, positive: bool) -> Option<Predicate> {
        let (Formula::Extract(extract), Some(condition)) = (&computed.formula, &computed.condition) else {
            return None;
        };
        let Formula::Field(field) = &extract.from else { return None };
        let is_exact = *condition == Condition::Exists && extract.regex.always_takes(&extract.group);
        if !is_exact && !positive {
            return None;
        }
        let wanted =
            wanted_in_group(condition).and_then(|forms| extract.regex.with_group(&extract.group, &forms));
        if !is_exact {
            self.adds = true;
            let tested = if wanted.is_some() {
                "the expression with that in its group is found somewhere"
            } else {
                "only the expression is tested"
            };
            let message = format!("of `{}` {tested}", tree::brief_computed(computed));
            self.notes.push(Diagnostic::new(&codes::REQUIRED_TEXTS, computed.origin.0, message));
        }
        let test = |field: &String, condition: Condition| {
            Predicate::Test(Test { field: field.clone(), condition, origin: computed.origin })
        };
        let regex = wanted.unwrap_or_else(|| extract.regex.clone());
        let plain = regex.as_patterns().map(|all| all.into_iter().map(ValueTest::Matches).collect());
        let matched = test(field, Condition::Some(plain.unwrap_or_else(|| vec![ValueTest::Regex(regex)])));
        let before = match &extract.otherwise {
            Formula::Null => Predicate::Constant(false),
            Formula::Field(before) => test(before, condition.clone()),
            other => Predicate::Computed(Box::new(Computed { formula: other.clone(), ..computed.clone() })),
        };
        let either = Predicate::or([matched, before]);
        Some(self.predicate(&either, positive))
    }
}

/// The forms of which a group has to have one, if a condition names them all.
fn wanted_in_group(condition: &Condition) -> Option<Vec<Pattern>> {
    let Condition::Some(tests) = condition else { return None };
    let form = |test: &ValueTest| match test {
        ValueTest::Matches(pattern) => Some(pattern.clone()),
        _ => None,
    };
    tests.iter().map(form).collect()
}

/// `lower(left) = lower(right)`.
fn same(left: &str, right: &str) -> Formula {
    let lower =
        |name: &str| Box::new(Formula::Call("lower".to_owned(), vec![Formula::Field(name.to_owned())]));
    Formula::Binary(BinaryOperator::Equal, lower(left), lower(right))
}

/// The fields of `lower(left) = lower(right)`, if the condition is that.
pub(crate) fn same_text_of(computed: &Computed) -> Option<(&str, &str)> {
    let (Formula::Binary(BinaryOperator::Equal, left, right), None) =
        (&computed.formula, &computed.condition)
    else {
        return None;
    };
    match (field(left)?, field(right)?) {
        ((left, true), (right, true)) => Some((left, right)),
        _ => None,
    }
}

/// A field, and whether its case is folded.
fn field(formula: &Formula) -> Option<(&str, bool)> {
    match formula {
        Formula::Field(name) => Some((name, false)),
        Formula::Call(function, arguments) => match (function.as_str(), arguments.as_slice()) {
            ("lower", [Formula::Field(name)]) => Some((name, true)),
            _ => None,
        },
        _ => None,
    }
}

/// Texts of which the raw event holds one anywhere if it passes the test; nothing if no such text is known.
fn anywhere(condition: &Condition) -> Option<Vec<Pattern>> {
    let patterns = match condition {
        Condition::Holds(terms) => terms.iter().map(|term| contains(term.pattern.pieces())).collect(),
        Condition::Some(tests) => {
            let mut patterns = Vec::new();
            for test in tests {
                match test {
                    ValueTest::Matches(pattern) => patterns.push(contains(pattern.pieces())),
                    ValueTest::Regex(regex) => patterns.extend(regex.wider_patterns()),
                    _ => return None,
                }
            }
            patterns
        }
        Condition::Exists | Condition::SomeOther(_) => return None,
    };
    patterns.iter().all(says_something).then_some(patterns)
}

/// Whether a pattern asks for some text.
fn says_something(pattern: &Pattern) -> bool {
    pattern.literals().any(|text| !text.trim().is_empty())
}

/// What holds these pieces anywhere, without case.
fn contains(pieces: &[Piece]) -> Pattern {
    let ends = || std::iter::once(Piece::Any);
    Pattern::new(ends().chain(pieces.iter().cloned()).chain(ends()), Case::Insensitive)
}
