//! The fields that something computed cannot do without.
//!
//! In: a formula that has to have a value. Out: the fields that have to have one then. Invariant: where the formula has a
//! value, each of the fields does (Search Reference, "Evaluation functions"); others may be needed too.

use std::collections::BTreeSet;

use crate::backend::codes;
use crate::detection::{Computed, Condition, Formula, Predicate, Test, tree};
use crate::diagnostic::Diagnostic;
use crate::spl::eval::BinaryOperator;

use super::Legaliser;

/// Functions that have no value where their first argument has none.
const STRICT: &[&str] = &[
    "abs",
    "ceil",
    "ceiling",
    "floor",
    "len",
    "lower",
    "ltrim",
    "md5",
    "mvindex",
    "mvjoin",
    "replace",
    "round",
    "rtrim",
    "sha1",
    "sha256",
    "sha512",
    "split",
    "sqrt",
    "strftime",
    "strptime",
    "substr",
    "tonumber",
    "trim",
    "upper",
    "urldecode",
];

impl Legaliser<'_> {
    /// "It has a value" as presence of the fields that it is computed from; nothing if that is not what is asked, or if
    /// no field is known to be needed. When an event is and what it says are always known.
    pub(super) fn required(&mut self, computed: &Computed, positive: bool) -> Option<Predicate> {
        if !positive || computed.condition != Some(Condition::Exists) {
            return None;
        }
        let Needed::Fields(mut fields) = needed(&computed.formula) else { return None };
        if fields.is_empty() {
            return None;
        }
        fields.retain(|field| !matches!(*field, "_time" | "_raw"));
        self.adds = true;
        let what = tree::brief_computed(computed);
        let message = if fields.is_empty() {
            format!("`{what}` is taken to hold for every event, since each has a time and a text")
        } else {
            let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
            format!("of `{what}` only the presence of {} is tested", fields.join(" and "))
        };
        self.notes.push(Diagnostic::new(&codes::REQUIRED_FIELDS, computed.origin.0, message));
        let exists = |field: &str| {
            let (condition, origin) = (Condition::Exists, computed.origin);
            Predicate::Test(Test { field: field.to_owned(), condition, origin })
        };
        let all = Predicate::and(fields.into_iter().map(exists).collect::<Vec<_>>());
        Some(self.predicate(&all, positive))
    }
}

/// What a formula needs to have a value.
enum Needed<'a> {
    /// These fields, if any.
    Fields(BTreeSet<&'a str>),
    /// It never has one.
    Never,
}

impl Needed<'_> {
    fn both(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fields(left), Self::Fields(right)) => {
                Self::Fields(left.into_iter().chain(right).collect())
            }
            _ => Self::Never,
        }
    }

    fn either(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, other) | (other, Self::Never) => other,
            (Self::Fields(left), Self::Fields(right)) => {
                Self::Fields(left.intersection(&right).copied().collect())
            }
        }
    }

    fn nothing() -> Self {
        Self::Fields(BTreeSet::new())
    }
}

/// As deep as the formula, which is bounded.
fn needed(formula: &Formula) -> Needed<'_> {
    match formula {
        Formula::Null => Needed::Never,
        Formula::Field(field) => Needed::Fields(BTreeSet::from([field.as_str()])),
        Formula::Minus(inner) | Formula::Edit(inner, _) => needed(inner),
        Formula::Binary(operator, left, right) if computes(*operator) => needed(left).both(needed(right)),
        Formula::Extract(extract) => needed(&extract.from).either(needed(&extract.otherwise)),
        Formula::Call(name, arguments) => match (name.as_str(), arguments.as_slice()) {
            ("coalesce", arguments) => arguments.iter().map(needed).fold(Needed::Never, Needed::either),
            ("case", arguments) => {
                let values = arguments.iter().skip(1).step_by(2).map(needed);
                values.fold(Needed::Never, Needed::either)
            }
            ("if", [_, yes, no]) => needed(yes).either(needed(no)),
            (name, [first, ..]) if STRICT.contains(&name) => needed(first),
            _ => Needed::nothing(),
        },
        Formula::Boolean(_)
        | Formula::Text(_)
        | Formula::Number(_)
        | Formula::Not(_)
        | Formula::Binary(..)
        | Formula::Each(_)
        | Formula::Holds(_)
        | Formula::Unknown(_) => Needed::nothing(),
    }
}

/// Whether the operator makes a text or a number of two, for which it needs both.
const fn computes(operator: BinaryOperator) -> bool {
    matches!(
        operator,
        BinaryOperator::Concatenate
            | BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::{self, Context, Operand};

    #[test]
    fn strict_functions_have_no_value_without_their_first_argument() {
        let context = Context::at(0.0);
        for name in STRICT {
            assert!(function::evaluates(name), "{name}");
            for rest in [vec![], vec!["1"], vec!["1", "2"]] {
                let rest = rest.into_iter().map(Operand::text);
                let arguments: Vec<Operand> = std::iter::once(Operand::Null).chain(rest).collect();
                assert!(function::call(name, &arguments, &context).is_null(), "{name}");
            }
        }
    }

    #[test]
    fn each_branch_has_to_need_a_field() {
        let both = |left: &str, right: &str| {
            let field = |name: &str| Box::new(Formula::Field(name.to_owned()));
            Formula::Binary(BinaryOperator::Concatenate, field(left), field(right))
        };
        let fields = |formula: &Formula| match needed(formula) {
            Needed::Fields(fields) => Some(fields.into_iter().map(str::to_owned).collect::<Vec<_>>()),
            Needed::Never => None,
        };
        assert_eq!(fields(&both("a", "b")), Some(vec!["a".to_owned(), "b".to_owned()]));
        let either =
            Formula::Call("coalesce".to_owned(), vec![both("a", "b"), both("a", "c"), Formula::Null]);
        assert_eq!(fields(&either), Some(vec!["a".to_owned()]));
        assert_eq!(fields(&Formula::Call("upper".to_owned(), vec![either])), Some(vec!["a".to_owned()]));
        assert_eq!(fields(&Formula::Call("now".to_owned(), Vec::new())), Some(Vec::new()));
        assert_eq!(fields(&Formula::Null), None);
    }
}
