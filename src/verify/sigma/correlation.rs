//! Correlation rules: what several events that pass rules come to.
//!
//! In: YAML documents, rules among them, and events with times. Out: alerts, each with the event that raised it and those
//! that were counted. Invariant: a window slides: with each event that passes one of the rules, those are counted that
//! share its values of `group-by` and lie at most `timespan` before it (Sigma Correlation Rules Specification 2.1). An
//! event that lacks such a field is in no group. Not read: `value_percentile`, conditions of `temporal`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_yaml::{Mapping, Value as Yaml};

use super::{MAX_BYTES, ReadError, Rule, check, invalid, kind_of, map, rule, text, texts};
use crate::event::{Event, number};

/// The most combinations of values by which one event is counted.
const MOST_KEYS: usize = 1_000;

/// The rules of a file.
#[derive(Clone, Debug)]
pub struct Collection {
    rules: Vec<Rule>,
    correlations: Vec<Correlation>,
}

/// A correlation rule.
#[derive(Clone, Debug)]
pub struct Correlation {
    /// The title.
    pub title: String,
    kind: Kind,
    /// The rules that it counts, as indexes.
    rules: Vec<usize>,
    /// The fields that tie events together, for each of the rules.
    group_by: Vec<Vec<String>>,
    seconds: f64,
}

#[derive(Clone, Debug)]
enum Kind {
    Number { number: Number, field: Option<String>, conditions: Vec<(Relation, f64)> },
    Temporal { ordered: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Events,
    Values,
    Sum,
    Average,
}

#[derive(Clone, Copy, Debug)]
enum Relation {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

/// An alert about several events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The title of the correlation.
    pub title: String,
    /// The event with which it was raised, by index.
    pub at: usize,
    /// The events that were counted, by index.
    pub events: Vec<usize>,
}

/// Reads rules and the correlations over them.
///
/// ```
/// use splc::{event::Event, verify::sigma::read_collection};
/// let collection = read_collection(r"
/// title: Failure
/// name: failure
/// logsource: {category: test}
/// detection: {selection: {action: failure}, condition: selection}
/// ---
/// title: Many Failures
/// correlation: {type: event_count, rules: [failure], group-by: [user], timespan: 1m, condition: {gte: 2}}
/// ").unwrap();
/// let event = |time: &str| Event::new().with("_time", time).with("action", "failure").with("user", "eve");
/// assert_eq!(collection.matches_all(&[event("10"), event("40"), event("200")]).unwrap(), [0, 1]);
/// ```
///
/// # Errors
/// The text is not YAML, or a document is no rule that every engine reads alike.
pub fn read_collection(yaml: &str) -> Result<Collection, ReadError> {
    if yaml.len() > MAX_BYTES {
        return Err(ReadError::TooLong);
    }
    let mut rules = Vec::new();
    let mut later = Vec::new();
    for document in serde_yaml::Deserializer::from_str(yaml) {
        match Yaml::deserialize(document)? {
            Yaml::Null => {}
            Yaml::Mapping(document) if document.contains_key("correlation") => later.push(document),
            Yaml::Mapping(document) => rules.push(rule(&document)?),
            other => return Err(ReadError::NotAMap(kind_of(&other))),
        }
    }
    let correlations =
        later.iter().map(|document| correlation(document, &rules)).collect::<Result<_, _>>()?;
    Ok(Collection { rules, correlations })
}

fn correlation(document: &Mapping, rules: &[Rule]) -> Result<Correlation, ReadError> {
    let title = text(document, "title")?.ok_or(ReadError::Missing("title"))?;
    let own = map(document, "correlation")?;
    let known = ["type", "rules", "aliases", "group-by", "timespan", "condition"];
    for key in own.keys() {
        let name = key.as_str().unwrap_or_default();
        check("correlation", name, known.contains(&name), &known.join(", "))?;
    }
    let kind = text(own, "type")?.ok_or(ReadError::Missing("type"))?;
    let kind = match kind.as_str() {
        "event_count" => of_number(own, Number::Events)?,
        "value_count" => of_number(own, Number::Values)?,
        "value_sum" => of_number(own, Number::Sum)?,
        "value_avg" => of_number(own, Number::Average)?,
        "temporal" => Kind::Temporal { ordered: false },
        "temporal_ordered" => Kind::Temporal { ordered: true },
        other => return Err(invalid("type", other, "a type of correlation that is read")),
    };
    check("condition", "", matches!(kind, Kind::Number { .. }) || !own.contains_key("condition"), "none")?;
    let references = texts(own, "rules")?;
    check("rules", "", !references.is_empty(), "at least one rule")?;
    let place = |reference: &String| {
        let is_it = |rule: &Rule| {
            rule.name.as_ref() == Some(reference) || rule.id.is_some_and(|id| id.to_string() == *reference)
        };
        rules.iter().position(is_it).ok_or_else(|| invalid("rules", reference, "a rule of the file"))
    };
    let span = text(own, "timespan")?.ok_or(ReadError::Missing("timespan"))?;
    Ok(Correlation {
        title,
        kind,
        rules: references.iter().map(place).collect::<Result<_, _>>()?,
        group_by: references.iter().map(|rule| group_by(own, rule)).collect::<Result<_, _>>()?,
        seconds: seconds(&span).ok_or_else(|| invalid("timespan", &span, "a span such as 5m"))?,
    })
}

/// The fields of events of one rule that tie them to others, with those in the place of aliases that it has for them
/// (Sigma Correlation Rules Specification, "Field Name Aliases").
fn group_by(own: &Mapping, rule: &str) -> Result<Vec<String>, ReadError> {
    let names = texts(own, "group-by")?;
    if !own.contains_key("aliases") {
        return Ok(names);
    }
    let aliases = map(own, "aliases")?;
    let field = |name: String| match aliases.get(name.as_str()) {
        None => Ok(name),
        Some(fields) => {
            let field = fields.get(rule).and_then(Yaml::as_str).map(str::to_owned);
            field.ok_or_else(|| invalid("aliases", &name, "a field for every rule"))
        }
    };
    names.into_iter().map(field).collect()
}

fn of_number(own: &Mapping, number: Number) -> Result<Kind, ReadError> {
    let condition = map(own, "condition")?;
    let field = text(condition, "field")?;
    check("condition", "field", field.is_some() == (number != Number::Events), "a field where values count")?;
    let mut conditions = Vec::new();
    for (key, value) in condition {
        let relation = match key.as_str().unwrap_or_default() {
            "field" => continue,
            "lt" => Relation::Less,
            "lte" => Relation::LessEqual,
            "gt" => Relation::Greater,
            "gte" => Relation::GreaterEqual,
            "eq" => Relation::Equal,
            "neq" => Relation::NotEqual,
            other => return Err(invalid("condition", other, "lt, lte, gt, gte, eq or neq")),
        };
        let whole = value.as_i64().and_then(|whole| i32::try_from(whole).ok());
        conditions.push((
            relation,
            whole.map(f64::from).ok_or_else(|| invalid("condition", kind_of(value), "a whole number"))?,
        ));
    }
    check("condition", "", !conditions.is_empty(), "a comparison")?;
    Ok(Kind::Number { number, field, conditions })
}

fn seconds(span: &str) -> Option<f64> {
    let (at, unit) = span.char_indices().next_back()?;
    let digits = span.get(..at)?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let count: u32 = digits.parse().ok().filter(|count| is_number && *count > 0)?;
    let length: u32 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    Some(f64::from(count) * f64::from(length))
}

impl Collection {
    /// Whether an event alone raises an alert: it passes a rule that no correlation counts.
    pub fn matches(&self, event: &Event) -> bool {
        let is_base = |at: usize| self.correlations.iter().any(|correlation| correlation.rules.contains(&at));
        self.rules.iter().enumerate().any(|(at, rule)| !is_base(at) && rule.matches(event))
    }

    /// The events that contribute to an alert, by index, in order. `_time` is in seconds.
    ///
    /// # Errors
    /// An event has no time and a rule asks for it.
    pub fn matches_all(&self, events: &[Event]) -> Result<Vec<usize>, String> {
        let alone = events.iter().enumerate().filter(|(_, event)| self.matches(event)).map(|(at, _)| at);
        let mut all: BTreeSet<usize> = alone.collect();
        for alert in self.alerts(events)? {
            all.extend(alert.events);
        }
        Ok(all.into_iter().collect())
    }

    /// The alerts of the correlations, in the order in which they are raised.
    ///
    /// # Errors
    /// An event has no time.
    pub fn alerts(&self, events: &[Event]) -> Result<Vec<Alert>, String> {
        if self.correlations.is_empty() {
            return Ok(Vec::new());
        }
        let mut timed = Vec::new();
        for (at, event) in events.iter().enumerate() {
            let time = event.values("_time").first().and_then(|time| number::parse(&time.text()));
            timed.push((time.ok_or_else(|| format!("the event {at} has no time"))?, at));
        }
        timed.sort_by(|left, right| left.0.total_cmp(&right.0));
        Ok(self.correlations.iter().flat_map(|one| one.alerts(&self.rules, events, &timed)).collect())
    }
}

/// An event that passed rules of a correlation.
struct Hit {
    time: f64,
    at: usize,
    /// The rules, by their place in the correlation.
    rules: Vec<usize>,
}

impl Correlation {
    fn alerts(&self, rules: &[Rule], events: &[Event], timed: &[(f64, usize)]) -> Vec<Alert> {
        let mut groups: BTreeMap<Vec<String>, Vec<Hit>> = BTreeMap::new();
        let mut alerts = Vec::new();
        for (time, at) in timed {
            let Some(event) = events.get(*at) else { continue };
            let passed = |index: &usize| rules.get(*index).is_some_and(|rule| rule.matches(event));
            let own: Vec<usize> =
                (0..self.rules.len()).filter(|place| self.rules.get(*place).is_some_and(passed)).collect();
            for (key, own) in self.keys(event, own) {
                let hits = groups.entry(key).or_default();
                hits.retain(|hit| hit.time >= time - self.seconds);
                hits.push(Hit { time: *time, at: *at, rules: own });
                if self.holds(hits, events) {
                    alerts.push(Alert {
                        title: self.title.clone(),
                        at: *at,
                        events: hits.iter().map(|hit| hit.at).collect(),
                    });
                }
            }
        }
        alerts
    }

    /// The groups of an event that passes these of the rules, each with the rules by which it is in it.
    fn keys(&self, event: &Event, passed: Vec<usize>) -> BTreeMap<Vec<String>, Vec<usize>> {
        let mut groups: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for place in passed {
            for key in self.group_by.get(place).into_iter().flat_map(|by| keys(event, by)) {
                groups.entry(key).or_default().push(place);
            }
        }
        groups
    }

    fn holds(&self, hits: &[Hit], events: &[Event]) -> bool {
        match &self.kind {
            Kind::Number { number, field, conditions } => {
                let values =
                    hits.iter().filter_map(|hit| Some(events.get(hit.at)?.values(field.as_deref()?)));
                let texts = values.flatten().map(|value| value.text().into_owned());
                let found = match number {
                    Number::Events => number::of_count(hits.len()),
                    Number::Values => number::of_count(texts.collect::<BTreeSet<_>>().len()),
                    Number::Sum | Number::Average => {
                        let numbers: Vec<f64> = texts.filter_map(|text| number::parse(&text)).collect();
                        let sum: f64 = numbers.iter().sum();
                        if *number == Number::Sum {
                            sum
                        } else {
                            sum / number::of_count(numbers.len().max(1))
                        }
                    }
                };
                conditions.iter().all(|(relation, bound)| relation.admits(found, *bound))
            }
            Kind::Temporal { ordered } => {
                let mut from = f64::NEG_INFINITY;
                (0..self.rules.len()).all(|place| {
                    let first = hits.iter().find(|hit| hit.time >= from && hit.rules.contains(&place));
                    if let (Some(hit), true) = (first, *ordered) {
                        from = hit.time;
                    }
                    first.is_some()
                })
            }
        }
    }
}

impl Relation {
    fn admits(self, found: f64, bound: f64) -> bool {
        match self {
            Self::Less => found < bound,
            Self::LessEqual => found <= bound,
            Self::Greater => found > bound,
            Self::GreaterEqual => found >= bound,
            Self::Equal => found.total_cmp(&bound).is_eq(),
            Self::NotEqual => found.total_cmp(&bound).is_ne(),
        }
    }
}

/// Each combination of values of the fields; none where one is missing.
fn keys(event: &Event, fields: &[String]) -> Vec<Vec<String>> {
    let mut keys: Vec<Vec<String>> = vec![Vec::new()];
    for field in fields {
        let values: BTreeSet<String> =
            event.values(field).iter().map(|value| value.text().into_owned()).collect();
        let longer = keys.iter().flat_map(|key| {
            values.iter().map(move |value| key.iter().cloned().chain([value.clone()]).collect())
        });
        keys = longer.take(MOST_KEYS).collect();
    }
    keys
}
