//! The results of a formula that has only a few: scores that `case` and `if` give, and their sums.
//!
//! In: a formula. Out: for each result the predicate under which it comes out. Invariant: exactly one of the predicates
//! holds for every row, and there are at most [`MOST`].

use crate::command::lowering::truth::{Asker, constant, of_operand};
use crate::detection::{Formula, Predicate};
use crate::function;
use crate::spl::eval::BinaryOperator;

/// The most results of a formula.
const MOST: usize = 64;

/// The most parts of all predicates under which they come out.
const MOST_PARTS: usize = 600;

/// When the formula has which result; nothing if there are too many, or one is no constant. Formulas that are no sum or
/// product of such results are left to the caller.
pub(crate) fn outcomes(asker: Asker<'_>, formula: &Formula) -> Option<Vec<(Predicate, Formula)>> {
    match formula {
        Formula::Binary(operator, ..) if is_arithmetic(*operator) => results(asker, formula),
        _ => None,
    }
}

fn is_arithmetic(operator: BinaryOperator) -> bool {
    matches!(
        operator,
        BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Remainder
    )
}

fn results(asker: Asker<'_>, formula: &Formula) -> Option<Vec<(Predicate, Formula)>> {
    match formula {
        Formula::Null | Formula::Text(_) | Formula::Number(_) => {
            Some(vec![(Predicate::Constant(true), formula.clone())])
        }
        Formula::Call(name, arguments) => conditional(asker, name, arguments),
        Formula::Binary(operator, left, right) if is_arithmetic(*operator) => {
            let (left, right) = (results(asker, left)?, results(asker, right)?);
            if left.len() * right.len() > MOST * MOST {
                return None;
            }
            let mut all = Vec::new();
            for (when_left, left) in &left {
                for (when_right, right) in &right {
                    let result = function::apply(*operator, &constant(left)?, &constant(right)?);
                    let when = Predicate::and(
                        [when_left, when_right]
                            .into_iter()
                            .filter(|part| **part != Predicate::Constant(true))
                            .cloned(),
                    );
                    add(&mut all, when, of_operand(&result)?)?;
                }
                is_small(&all).then_some(())?;
            }
            Some(all)
        }
        _ => None,
    }
}

fn conditional(asker: Asker<'_>, name: &str, arguments: &[Formula]) -> Option<Vec<(Predicate, Formula)>> {
    let branches: Vec<(Predicate, &Formula)> = match (name, arguments) {
        ("if", [when, then, otherwise]) => {
            vec![(asker.truth(when, true), then), (Predicate::Constant(true), otherwise)]
        }
        ("case", pairs) if pairs.len() % 2 == 0 => {
            let branch = |pair: &'_ [Formula]| match pair {
                [when, then] => Some((asker.truth(when, true), then.clone())),
                _ => None,
            };
            let given: Option<Vec<(Predicate, Formula)>> = pairs.chunks(2).map(branch).collect();
            let given = given?;
            return chosen(
                asker,
                given
                    .iter()
                    .map(|(when, then)| (when.clone(), then))
                    .chain([(Predicate::Constant(true), &Formula::Null)]),
            );
        }
        ("coalesce", parts) => parts.iter().map(|part| (asker.exists(part), part)).collect(),
        _ => return None,
    };
    chosen(asker, branches.into_iter())
}

/// The results of the first branch that holds.
fn chosen<'f>(
    asker: Asker<'_>,
    branches: impl Iterator<Item = (Predicate, &'f Formula)>,
) -> Option<Vec<(Predicate, Formula)>> {
    let mut all = Vec::new();
    let mut none_before: Vec<Predicate> = Vec::new();
    for (when, then) in branches {
        if when == Predicate::Constant(false) {
            continue;
        }
        for (inner, result) in results(asker, then)? {
            let parts = none_before.iter().cloned().chain([when.clone(), inner]);
            add(&mut all, Predicate::and(parts.filter(|part| *part != Predicate::Constant(true))), result)?;
        }
        is_small(&all).then_some(())?;
        if when == Predicate::Constant(true) {
            return Some(all);
        }
        none_before.push(when.negated());
    }
    add(&mut all, Predicate::and(none_before), Formula::Null)?;
    Some(all)
}

/// Whether the predicates are within their bound.
fn is_small(all: &[(Predicate, Formula)]) -> bool {
    all.iter().map(|(when, _)| when.size()).sum::<usize>() <= MOST_PARTS
}

/// Adds a result; one that is there already comes out under both predicates.
fn add(all: &mut Vec<(Predicate, Formula)>, when: Predicate, result: Formula) -> Option<()> {
    match all.iter_mut().find(|(_, other)| *other == result) {
        Some((before, _)) => {
            *before = Predicate::or([std::mem::replace(before, Predicate::Constant(false)), when]);
        }
        None => all.push((when, result)),
    }
    (all.len() <= MOST).then_some(())
}
