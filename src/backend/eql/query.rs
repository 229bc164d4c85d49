//! EQL queries.
//!
//! In: a predicate over typed fields. Out: the text of an event query, or the limit it is over. Tests of text are written
//! by [`super::text`].

use std::collections::BTreeSet;

use crate::backend::eql::text::{quoted, text_tests};
use crate::backend::eql::{DEEPEST, computed};
use crate::backend::{Legal, Rule, substitute_line};
use crate::detection::{Computed, Condition, Predicate, Test, ValueTest};
use crate::event::pattern::Pattern;
use crate::target::FieldKind;

/// The query of a rule.
///
/// # Errors
/// What limit of Elasticsearch it is over.
pub(crate) fn text(legal: &Legal, category: &str, guard: Option<&str>) -> Result<String, String> {
    let parts = conjuncts(legal, &legal.predicate, guard)?;
    Ok(format!("{category} where {}", parts.join(" and\n  ")))
}

/// The parts of a predicate that all have to hold, with the guard in front.
///
/// # Errors
/// What limit of Elasticsearch it is over.
pub(crate) fn conjuncts(
    legal: &Legal,
    predicate: &Predicate,
    guard: Option<&str>,
) -> Result<Vec<String>, String> {
    let writer = Writer { legal };
    let mut parts: Vec<String> = guard.map(str::to_owned).into_iter().collect();
    let present = present(predicate);
    match predicate {
        Predicate::And(children) => {
            for child in children {
                parts.push(writer.expression(child, Binds::And, &present, false, 1)?);
            }
        }
        other => {
            let place = if parts.is_empty() { Binds::Or } else { Binds::And };
            parts.push(writer.expression(other, place, &present, false, 1)?);
        }
    }
    Ok(parts)
}

/// The query with what splc has to say above it.
pub(crate) fn commented(rule: &Rule<'_>, query: &str) -> String {
    let mut lines = vec![
        rule.title.clone(),
        format!("Compiled by splc from a Splunk search; fidelity: {}; id: {}", rule.fidelity, rule.id),
    ];
    lines.extend(substitute_line(rule));
    lines.extend(rule.notes.iter().map(|note| format!("{}: {}", note.code.id, note.message)));
    lines.extend(rule.spl.trim().lines().map(|line| format!("  {}", line.trim_end())));
    // A line break of any kind would end the comment.
    let clean = |line: &String| {
        format!(
            "// {}\n",
            line.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ")
        )
    };
    format!("{}{query}\n", lines.iter().map(clean).collect::<String>())
}

/// The weakest operator that may stand bare at a place.
#[derive(Clone, Copy, PartialEq)]
enum Binds {
    Or,
    And,
    Not,
}

struct Writer<'a> {
    legal: &'a Legal,
}

/// Fields that have a value wherever the whole predicate holds.
pub(crate) fn present(predicate: &Predicate) -> BTreeSet<&str> {
    match predicate {
        Predicate::And(children) => children.iter().flat_map(present).collect(),
        Predicate::Test(test) => BTreeSet::from([test.field.as_str()]),
        // What EQL computes has no value without one of its fields.
        Predicate::Computed(computed) => fields_of(computed),
        _ => BTreeSet::new(),
    }
}

fn fields_of(computed: &Computed) -> BTreeSet<&str> {
    let mut fields = BTreeSet::new();
    computed.formula.for_each_field(&mut |field| _ = fields.insert(field));
    fields
}

impl Writer<'_> {
    fn expression(
        &self,
        predicate: &Predicate,
        place: Binds,
        present: &BTreeSet<&str>,
        negated: bool,
        depth: usize,
    ) -> Result<String, String> {
        if depth > DEEPEST {
            return Err(format!("the query nests over {DEEPEST} levels, which Elasticsearch refuses"));
        }
        let all = |children: &[Predicate], place, word: &str| {
            let parts: Result<Vec<String>, String> = children
                .iter()
                .map(|child| self.expression(child, place, present, negated, depth + 1))
                .collect();
            parts.map(|parts| parts.join(word))
        };
        match predicate {
            Predicate::And(children) => {
                let text = all(children, Binds::And, " and ")?;
                Ok(if place == Binds::Not { format!("({text})") } else { text })
            }
            Predicate::Or(children) => {
                let text = all(children, Binds::Or, " or ")?;
                Ok(if place == Binds::Or { text } else { format!("({text})") })
            }
            Predicate::Not(child) => self.negation(child, present, negated, depth),
            Predicate::Test(test) => {
                let guarded =
                    negated && !present.contains(test.field.as_str()) && test.condition != Condition::Exists;
                let text = self.test(test, if guarded { Binds::And } else { place })?;
                // An unmapped field makes a test null, and null would swallow the whole `not`.
                Ok(if guarded { format!("({} != null and {text})", name(&test.field)) } else { text })
            }
            Predicate::Constant(value) => Ok(value.to_string()),
            // Not declared as capabilities, so legalising has removed them.
            Predicate::OneValue(_) | Predicate::Hole(_) => Ok(String::new()),
            Predicate::Computed(computed) => self.computed(computed, place, present, negated),
        }
    }

    /// What is asked of something computed; under `not` no field may be one that nothing maps.
    fn computed(
        &self,
        computed: &Computed,
        place: Binds,
        present: &BTreeSet<&str>,
        negated: bool,
    ) -> Result<String, String> {
        let alternatives = computed::alternatives(computed, &self.legal.fields)?;
        let text = alternatives.join(" or ");
        let unsure = fields_of(computed).into_iter().filter(|field| negated && !present.contains(field));
        let guards: Vec<String> = unsure.map(|field| format!("{} != null and ", name(field))).collect();
        Ok(match (guards.as_slice(), alternatives.len()) {
            ([], 1) => text,
            ([], _) if place == Binds::Or => text,
            ([], _) => format!("({text})"),
            (_, 1) => format!("({}{text})", guards.concat()),
            _ => format!("({}({text}))", guards.concat()),
        })
    }

    fn negation(
        &self,
        child: &Predicate,
        present: &BTreeSet<&str>,
        negated: bool,
        depth: usize,
    ) -> Result<String, String> {
        match child {
            Predicate::Test(test) if test.condition == Condition::Exists => {
                Ok(format!("{} == null", name(&test.field)))
            }
            Predicate::Test(test) if !present.contains(test.field.as_str()) && !negated => {
                let inner = self.test(test, Binds::Not)?;
                Ok(format!("({} == null or not {inner})", name(&test.field)))
            }
            _ => {
                let inner = self.expression(child, Binds::Not, present, true, depth + 1)?;
                Ok(format!("not {inner}"))
            }
        }
    }

    fn test(&self, test: &Test, place: Binds) -> Result<String, String> {
        let alternatives = self.alternatives(test)?;
        let text = alternatives.join(" or ");
        Ok(if alternatives.len() > 1 && place != Binds::Or { format!("({text})") } else { text })
    }

    /// The predicates of a test, of which one has to hold.
    fn alternatives(&self, test: &Test) -> Result<Vec<String>, String> {
        let field = name(&test.field);
        let kind = self.legal.fields.get(&test.field).map_or(FieldKind::Keyword, |field| field.kind);
        match &test.condition {
            Condition::Exists => Ok(vec![format!("{field} != null")]),
            Condition::Some(tests) => match kind {
                FieldKind::Keyword | FieldKind::Wildcard => text_tests(&field, tests),
                FieldKind::Long | FieldKind::Boolean | FieldKind::Ip => Ok(typed_tests(&field, kind, tests)),
            },
            // Not declared as capabilities, so legalising has removed them.
            Condition::SomeOther(_) | Condition::Holds(_) => Ok(Vec::new()),
        }
    }
}

/// Tests of a field that is not text: plain equality, order and networks.
fn typed_tests(field: &str, kind: FieldKind, tests: &[ValueTest]) -> Vec<String> {
    let constant = |pattern: &Pattern| match kind {
        FieldKind::Ip => quoted(&pattern.to_string()),
        _ => pattern.to_string(),
    };
    let equal: Vec<String> = tests
        .iter()
        .filter_map(
            |test| if let ValueTest::Matches(pattern) = test { Some(constant(pattern)) } else { None },
        )
        .collect();
    let mut alternatives: Vec<String> = match equal.as_slice() {
        [] => Vec::new(),
        [only] => vec![format!("{field} == {only}")],
        many => vec![format!("{field} in ({})", many.join(", "))],
    };
    alternatives.extend(tests.iter().filter_map(|test| match test {
        ValueTest::In(network) => Some(format!("cidrMatch({field}, \"{network}\")")),
        ValueTest::Compares(order, text) => Some(format!("{field} {} {text}", order.text())),
        ValueTest::Matches(_) => None,
        // Not declared as capabilities, so legalising has removed them.
        ValueTest::Equals(_) | ValueTest::Number(..) | ValueTest::Regex(_) => None,
    }));
    alternatives
}

/// Words that are no field name without backticks (`EqlBase.g4`).
const KEYWORDS: &[&str] = &[
    "and", "any", "by", "false", "in", "join", "like", "maxspan", "not", "null", "of", "or", "regex",
    "sample", "sequence", "true", "until", "where", "with",
];

/// A field as an optional one.
pub(crate) fn name(field: &str) -> String {
    format!("?{}", identifier(field))
}

/// The name of a field, in backticks where it needs them.
pub(crate) fn identifier(field: &str) -> String {
    let is_plain = |part: &str| {
        let mut characters = part.chars();
        characters.next().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '@'))
            && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !KEYWORDS.contains(&part)
    };
    if field.split('.').all(is_plain) { field.to_owned() } else { format!("`{}`", field.replace('`', "``")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_identifiers_get_backticks() {
        assert_eq!(name("kubernetes.audit.verb"), "?kubernetes.audit.verb");
        assert_eq!(name("a.b-c/d"), "?`a.b-c/d`");
        assert_eq!(name("event.sequence"), "?`event.sequence`");
    }
}
