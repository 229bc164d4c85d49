//! Takes out of "for one value of …" what does not ask anything of that value.
//!
//! Keeps the matched set. A value stands for the field alone, so of it "some value is none of x" is "no value is x",
//! it exists, and several conditions on it are one where each value of a list is known to pass the others or not. That
//! there is a value that is x or y is that some value is x or some value is y; a part that does not mention the field
//! holds or not whatever the value is, as long as there is one. One condition on one value is a condition on some value
//! of the field or formula. What mentions the field in a formula stays. The name is that of the form in logic.

use foldhash::{HashMap, HashMapExt as _};

use crate::detection::{Computed, Condition, Formula, OneValue, Predicate, Test, ValueTest};
use crate::event::pattern::{Case, Pattern};
use crate::optimise::literal::PAIRS;
use crate::optimise::{Pass, bottom_up};
use crate::source::Origin;

pub(crate) static PASS: Pass = Pass {
    name: "miniscope",
    summary: "takes out of `for one value` what asks nothing of that value alone",
    run: |predicate, _| bottom_up(predicate, &mut narrowed),
};

fn narrowed(predicate: Predicate) -> Predicate {
    match predicate {
        // A name with a star stands for several fields.
        Predicate::OneValue(one) if !one.field.contains('*') => {
            let OneValue { of, field, holds } = *one;
            let holds = settled(holds, &field);
            Binding { of, field }.over(holds)
        }
        Predicate::Or(children) => Predicate::or(joined(children)),
        other => other,
    }
}

/// Joins parts that bind the same field to the same values: a value that passes either is one that passes the OR.
fn joined(children: Vec<Predicate>) -> Vec<Predicate> {
    let mut places: HashMap<(Formula, String), usize> = HashMap::new();
    let mut kept: Vec<Predicate> = Vec::new();
    for child in children {
        let Predicate::OneValue(one) = child else {
            kept.push(child);
            continue;
        };
        let place = *places.entry((one.of.clone(), one.field.clone())).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(Predicate::OneValue(first)) => {
                let before = std::mem::replace(&mut first.holds, Predicate::Constant(false));
                first.holds = match before {
                    Predicate::Or(mut parts) => {
                        parts.push(one.holds);
                        Predicate::Or(parts)
                    }
                    other => Predicate::or([other, one.holds]),
                };
            }
            _ => kept.push(Predicate::OneValue(one)),
        }
    }
    kept
}

/// What a predicate asks of a field that has exactly one value.
fn settled(predicate: Predicate, field: &str) -> Predicate {
    let opposite = |condition: Condition| match condition {
        Condition::Some(tests) => Some(Condition::SomeOther(tests)),
        Condition::SomeOther(tests) => Some(Condition::Some(tests)),
        Condition::Exists | Condition::Holds(_) => None,
    };
    match predicate {
        Predicate::Test(test) if test.field == field && test.condition == Condition::Exists => {
            Predicate::Constant(true)
        }
        Predicate::Not(inner) => match settled(*inner, field) {
            Predicate::Test(test) if test.field == field => match opposite(test.condition.clone()) {
                Some(condition) => Predicate::Test(Test { condition, ..test }),
                None => Predicate::Test(test).negated(),
            },
            Predicate::Constant(value) => Predicate::Constant(!value),
            other => other.negated(),
        },
        other => other.map_children(&mut |child| settled(child, field)),
    }
}

/// The values that a field has one of.
#[derive(Clone)]
struct Binding {
    of: Formula,
    field: String,
}

impl Binding {
    /// That there is a value for which the predicate holds.
    fn over(self, holds: Predicate) -> Predicate {
        if !mentions(&holds, &self.field) {
            return match holds {
                Predicate::Constant(true) => self.asks(Condition::Exists, Origin::default()),
                Predicate::Constant(false) => Predicate::Constant(false),
                holds => {
                    let origin = holds.origin();
                    Predicate::and([self.asks(Condition::Exists, origin), holds])
                }
            };
        }
        match holds {
            Predicate::And(parts) => self.over_all(parts),
            Predicate::Or(parts) => self.over_any(parts),
            holds => self.over_one(holds),
        }
    }

    fn over_all(self, parts: Vec<Predicate>) -> Predicate {
        let (inside, mut outside): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|part| mentions(part, &self.field));
        let inside = one_condition(inside, &self.field);
        let inside = match inside {
            Predicate::And(parts) => self.bound(Predicate::And(parts)),
            other => self.over(other),
        };
        outside.insert(0, inside);
        Predicate::and(outside)
    }

    fn over_any(self, parts: Vec<Predicate>) -> Predicate {
        // Each part that is taken out repeats the values, which costs nothing where they are those of a field.
        if !matches!(self.of, Formula::Field(_)) {
            return self.bound(Predicate::Or(parts));
        }
        let mut apart = Vec::new();
        let (mut free, mut bound) = (Vec::new(), Vec::new());
        for part in parts {
            if !mentions(&part, &self.field) {
                free.push(part);
                continue;
            }
            match self.clone().over(part.clone()) {
                alone if has_binding(&alone) => bound.push(part),
                alone => apart.push(alone),
            }
        }
        if bound.is_empty() && !free.is_empty() {
            apart.push(self.over(Predicate::or(free)));
        } else if !bound.is_empty() {
            bound.extend(free);
            apart.push(self.bound(Predicate::or(bound)));
        }
        Predicate::or(apart)
    }

    /// One condition on the field is one on the values; anything else stays as it is.
    fn over_one(self, holds: Predicate) -> Predicate {
        match holds {
            Predicate::Test(test)
                if test.field == self.field && !matches!(test.condition, Condition::Holds(_)) =>
            {
                self.asks(test.condition, test.origin)
            }
            holds => self.bound(holds),
        }
    }

    fn bound(self, holds: Predicate) -> Predicate {
        Predicate::OneValue(Box::new(OneValue { of: self.of, field: self.field, holds }))
    }

    fn asks(self, condition: Condition, origin: Origin) -> Predicate {
        match self.of {
            Formula::Field(field) if !field.contains('*') => {
                Predicate::Test(Test { field, condition, origin })
            }
            formula => {
                Predicate::Computed(Box::new(Computed { formula, condition: Some(condition), origin }))
            }
        }
    }
}

fn has_binding(predicate: &Predicate) -> bool {
    matches!(predicate, Predicate::OneValue(_)) || predicate.children().iter().any(has_binding)
}

/// The parts, where conditions on the one value of the field are one as far as that can be.
fn one_condition(parts: Vec<Predicate>, field: &str) -> Predicate {
    let mut kept: Vec<Predicate> = Vec::new();
    for part in parts {
        let Predicate::Test(test) = part else {
            kept.push(part);
            continue;
        };
        if test.field != field {
            kept.push(Predicate::Test(test));
            continue;
        }
        let joined = kept.iter_mut().any(|before| match before {
            Predicate::Test(first) if first.field == field => match both(&first.condition, &test.condition) {
                Some(condition) => {
                    first.condition = condition;
                    first.origin = Origin(first.origin.0.join(test.origin.0));
                    true
                }
                None => false,
            },
            _ => false,
        });
        if !joined {
            kept.push(Predicate::Test(test));
        }
    }
    Predicate::and(kept)
}

/// Two conditions on one value as one; nothing if that cannot be said.
fn both(one: &Condition, two: &Condition) -> Option<Condition> {
    match (one, two) {
        (Condition::SomeOther(one), Condition::SomeOther(two)) => {
            Some(Condition::SomeOther(one.iter().chain(two).cloned().collect()))
        }
        (Condition::Some(one), Condition::Some(two)) => {
            decided(one, two, true).or_else(|| decided(two, one, true)).map(Condition::Some)
        }
        (Condition::Some(asked), Condition::SomeOther(left_out))
        | (Condition::SomeOther(left_out), Condition::Some(asked)) => {
            decided(asked, left_out, false).map(Condition::Some)
        }
        _ => None,
    }
}

/// The tests whose values pass one of the others, or none of them; nothing if that is open for some test.
fn decided(tests: &[ValueTest], others: &[ValueTest], pass: bool) -> Option<Vec<ValueTest>> {
    if tests.len().saturating_mul(others.len()) > PAIRS {
        return None;
    }
    let verdict = |test: &ValueTest| {
        if others.iter().any(|other| test.implies(other)) {
            Some(true)
        } else {
            others.iter().all(|other| test.excludes(other)).then_some(false)
        }
    };
    let verdicts: Option<Vec<bool>> = tests.iter().map(verdict).collect();
    let kept = tests.iter().zip(verdicts?).filter(|(_, verdict)| *verdict == pass);
    Some(kept.map(|(test, _)| test.clone()).collect())
}

/// Whether the predicate may depend on the field; of a hole nothing is known.
fn mentions(predicate: &Predicate, field: &str) -> bool {
    match predicate {
        Predicate::Test(test) => match test.condition {
            Condition::Holds(_) => field == "_raw",
            _ => names(&test.field, field),
        },
        Predicate::Computed(computed) => is_in(&computed.formula, field),
        Predicate::OneValue(one) => {
            is_in(&one.of, field) || one.field != field && mentions(&one.holds, field)
        }
        Predicate::Hole(_) => true,
        _ => predicate.children().iter().any(|child| mentions(child, field)),
    }
}

fn names(name: &str, field: &str) -> bool {
    name == field || name.contains('*') && Pattern::wildcard(name, Case::Sensitive).matches(field)
}

fn is_in(formula: &Formula, field: &str) -> bool {
    match formula {
        Formula::Field(name) => name == field,
        Formula::Holds(predicate) => mentions(predicate, field),
        Formula::Unknown(_) => true,
        Formula::Each(each) => is_in(&each.values, field) || each.field != field && is_in(&each.body, field),
        _ => {
            let mut found = false;
            formula.for_each_child(&mut |child| found |= is_in(child, field));
            found
        }
    }
}
