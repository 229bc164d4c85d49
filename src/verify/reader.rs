//! Rules read back from their text, ready to run on events as the target sees them.
//!
//! In: the text that a backend wrote. Out: a verdict for an event. Adding a target is one line in [`read`].

use crate::backend::{Emission, Rule};
use crate::event::Event;
use crate::target::FieldKind;
use crate::verify::{eql, falco, sigma};

/// A rule that was read back.
pub(crate) enum Readable {
    Sigma(Box<sigma::Collection>),
    Falco(Box<falco::Rule>),
    Eql { query: Box<eql::Query>, category: Option<String> },
}

/// Reads the text of a rule back; `None` for a target whose text only a compiler can run.
///
/// # Errors
/// The text is not what its target reads.
pub(crate) fn read(target: &str, rule: &Rule<'_>, emission: &Emission) -> Option<Result<Readable, String>> {
    match target {
        "sigma" => Some(read_sigma(emission.text("rule"))),
        "falco" => Some(read_falco(emission.text("file"))),
        "eql" => Some(read_eql(rule, emission.text("eql"))),
        _ => None,
    }
}

fn read_sigma(text: &str) -> Result<Readable, String> {
    let collection = sigma::read_collection(text).map_err(|error| error.to_string())?;
    Ok(Readable::Sigma(Box::new(collection)))
}

fn read_falco(text: &str) -> Result<Readable, String> {
    let mut rules = falco::read_rules(text).map_err(|error| error.to_string())?;
    rules.pop().map(|rule| Readable::Falco(Box::new(rule))).ok_or_else(|| "the file holds no rule".to_owned())
}

fn read_eql(rule: &Rule<'_>, text: &str) -> Result<Readable, String> {
    let types = |name: &str| {
        let kind = rule.legal.fields.get(name).map(|field| match field.kind {
            FieldKind::Keyword => eql::FieldType::Keyword,
            FieldKind::Wildcard => eql::FieldType::Wildcard,
            FieldKind::Long => eql::FieldType::Long,
            FieldKind::Boolean => eql::FieldType::Boolean,
            FieldKind::Ip => eql::FieldType::Ip,
        });
        kind.or_else(|| rule.view.constants.contains_key(name).then_some(eql::FieldType::Keyword))
    };
    let query = eql::Query::parse(text, &types).map_err(|error| error.to_string())?;
    Ok(Readable::Eql { query: Box::new(query), category: rule.view.constants.get("event.category").cloned() })
}

impl Readable {
    /// Whether the rule matches; several verdicts where the target's answer depends on what it has stored before.
    pub(crate) fn verdicts(&self, event: &Event) -> Vec<bool> {
        match self {
            Self::Sigma(rule) => vec![rule.matches(event)],
            Self::Falco(rule) => vec![rule.condition.matches(event)],
            // An index in which a field never occurred has no mapping for it.
            Self::Eql { query, category } => {
                let category = category.as_deref();
                vec![
                    query.matches(category, event, &|_| true),
                    query.matches(category, event, &|field| event.has(field)),
                ]
            }
        }
    }

    /// The events that contribute to an alert of a rule about several of them, by index.
    ///
    /// # Errors
    /// Why the rule cannot be run on several events.
    pub(crate) fn alerts(&self, events: &[Event]) -> Result<Vec<usize>, String> {
        match self {
            Self::Sigma(collection) => collection.matches_all(events),
            Self::Eql { query, category } => Ok(query.matches_all(category.as_deref(), events, &|_| true)),
            Self::Falco(_) => Err(format!("Falco looks at one event, not at {}", events.len())),
        }
    }
}
