//! What a formula gives for an event.
//!
//! In: a formula and an event. Out: an operand. Invariant: a field that the event does not have is null, and operators
//! and functions mean what they mean in the tree, since both take them from `function`.

use crate::detection::Formula;
use crate::detection::formula::{Each, Extract};
use crate::event::{Event, Value};
use crate::function::{self, Context, Operand};

/// What a formula gives for an event.
///
/// ```
/// use splc::detection::Formula;
/// use splc::evaluate;
/// use splc::event::Event;
/// use splc::function::{Context, Operand};
/// let event = Event::new().with("user", "root");
/// let formula = Formula::Field("user".to_owned());
/// assert_eq!(evaluate::formula(&formula, &event, &Context::default()), Operand::text("root"));
/// ```
pub fn formula(formula_: &Formula, event: &Event, context: &Context) -> Operand {
    let of = |part: &Formula| formula(part, event, context);
    match formula_ {
        Formula::Null | Formula::Unknown(_) => Operand::Null,
        Formula::Boolean(value) => Operand::Boolean(*value),
        Formula::Text(text) => Operand::text(text.clone()),
        Formula::Number(number) => Operand::number(number.0),
        Formula::Field(field) => Operand::of(event.values(field)),
        Formula::Not(inner) => function::not(&of(inner)),
        Formula::Minus(inner) => function::minus(&of(inner)),
        Formula::Binary(operator, left, right) => function::apply(*operator, &of(left), &of(right)),
        Formula::Call(name, arguments) => call(name, arguments, event, context),
        Formula::Extract(extract) => extracted(extract, event, context),
        Formula::Edit(inner, sed) => {
            let edited = |value: &Value| Value::Text(sed.edit(&value.text()));
            Operand::of(&of(inner).values().iter().map(edited).collect::<Vec<_>>())
        }
        Formula::Each(each) => for_each(each, event, context),
        Formula::Holds(predicate) => {
            Operand::Boolean(super::predicate::predicate_in(predicate, event, context))
        }
    }
}

fn call(name: &str, arguments: &[Formula], event: &Event, context: &Context) -> Operand {
    let operands: Vec<Operand> = arguments.iter().map(|argument| formula(argument, event, context)).collect();
    match (name, operands.split_first()) {
        ("in", Some((left, values))) => function::is_in(left, values),
        _ => function::call(name, &operands, context),
    }
}

/// The values of the group in the matches of each value, or what the field was before.
fn extracted(extract: &Extract, event: &Event, context: &Context) -> Operand {
    let from = formula(&extract.from, event, context);
    let texts: Vec<_> = from.values().iter().map(Value::text).collect();
    // The bound is on the matches of all values together (Search Reference, `rex`, `max_match`).
    let mut matches = Vec::new();
    for text in &texts {
        let left = extract.most.map(|most| most.saturating_sub(matches.len()));
        if left == Some(0) {
            break;
        }
        matches.extend(extract.regex.captures(text, left.unwrap_or(0)));
    }
    let groups = matches.into_iter().flatten().filter(|(group, _)| *group == extract.group);
    let found: Vec<Value> = groups.map(|(_, text)| Value::from(text)).collect();
    if found.is_empty() { formula(&extract.otherwise, event, context) } else { Operand::Values(found) }
}

fn for_each(each: &Each, event: &Event, context: &Context) -> Operand {
    let values = formula(&each.values, event, context);
    let mut found = Vec::new();
    for value in values.values() {
        let mut one = event.clone();
        one.set(each.field.clone(), vec![value.clone()]);
        let body = formula(&each.body, &one, context);
        if !each.filters {
            found.extend(body.values().iter().cloned());
        } else if body.truth() == Some(true) {
            found.push(value.clone());
        }
    }
    Operand::of(&found)
}
