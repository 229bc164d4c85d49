//! What keys say about a search, whatever format they stand in.
//!
//! In: a map, such as a detection of Splunk's security content, an analytic of CAR, an object of Splunk's REST API or a
//! stanza of savedsearches.conf. Out: metadata. Keys that are not known are left alone, values that make no sense too.
//! Sources: contentctl's model of a detection, CAR's schema of analytics, and savedsearches.conf.spec.

use crate::document::tree::Node;
use crate::document::{Level, Metadata, Schedule, Throttle, frontmatter, prose};

/// Keys whose maps say more about the same search.
const PARTS: &[&str] = &[
    "tags",
    "metadata",
    "scheduling",
    "dispatch",
    "deployment",
    "rba",
    "annotations",
    "acl",
    "action.correlationsearch.metadata",
];

/// Keys that name techniques, in plain words or below lists and maps.
const TECHNIQUES: &[&str] = &[
    "mitre_attack_id",
    "mitre_attack",
    "mitre_attack_technique",
    "attack",
    "technique",
    "techniques",
    "technique_id",
    "subtechniques",
    "mitre",
    "coverage",
    "action.correlationsearch.annotations",
    "action.escu.mappings",
];

/// Keys that name known false positives.
const FALSE_POSITIVES: &[&str] =
    &["known_false_positives", "false_positives", "falsepositives", "action.escu.known_false_positives"];

/// What a map says, and what another one says by default.
pub(super) fn metadata(map: &Node, defaults: Option<&Node>) -> Metadata {
    let facts = Facts { parts: std::iter::once(map).chain(defaults).flat_map(parts).collect() };
    let own =
        |keys: &[&str]| keys.iter().find_map(|key| map.get(key)).and_then(Node::text).map(str::to_owned);
    let title = own(&["title", "name"]).unwrap_or_default();
    let mut techniques = facts.techniques();
    if techniques.is_empty() {
        techniques = prose::techniques(&title);
        // The place for a technique in a title, left open.
        techniques.retain(|technique| technique != "T0000");
    }
    Metadata {
        id: own(&["id", "uuid"]).or_else(|| facts.text(&["detection_id"])),
        author: joined(&facts.texts(&["author", "authors", "contributors"])),
        date: facts
            .text(&["date", "creation_date", "submission_date", "action.escu.creation_date"])
            .as_deref()
            .and_then(date),
        version: own(&["version"]),
        status: own(&["status"]),
        kind: own(&["type", "dtype", "kind"]),
        level: facts.level(),
        description: facts.text(&["description"]),
        techniques,
        tactics: facts.tactics(),
        references: facts.texts(&["references", "reference"]),
        false_positives: facts.texts(FALSE_POSITIVES),
        data_source: joined(&facts.texts(&["data_source", "data_sources"])),
        app: facts.text(&["app", "eai:acl.app"]),
        schedule: facts.schedule(),
        title,
    }
}

/// What a map says, and what the maps round it say where it is silent.
pub(super) fn inherited(own: Metadata, outer: &Metadata) -> Metadata {
    let list = |own: Vec<String>, outer: &Vec<String>| if own.is_empty() { outer.clone() } else { own };
    let one = |own: Option<String>, outer: &Option<String>| own.or_else(|| outer.clone());
    Metadata {
        title: if own.title.is_empty() { outer.title.clone() } else { own.title },
        id: one(own.id, &outer.id),
        author: one(own.author, &outer.author),
        date: one(own.date, &outer.date),
        version: one(own.version, &outer.version),
        status: one(own.status, &outer.status),
        kind: one(own.kind, &outer.kind),
        level: own.level.or(outer.level),
        description: one(own.description, &outer.description),
        techniques: list(own.techniques, &outer.techniques),
        tactics: list(own.tactics, &outer.tactics),
        references: list(own.references, &outer.references),
        false_positives: list(own.false_positives, &outer.false_positives),
        data_source: one(own.data_source, &outer.data_source),
        app: one(own.app, &outer.app),
        schedule: Schedule {
            cron: one(own.schedule.cron, &outer.schedule.cron),
            earliest: one(own.schedule.earliest, &outer.schedule.earliest),
            latest: one(own.schedule.latest, &outer.schedule.latest),
            throttle: own.schedule.throttle.or_else(|| outer.schedule.throttle.clone()),
            disabled: own.schedule.disabled || outer.schedule.disabled,
        },
    }
}

/// The bytes of metadata that searches of one document may repeat: of a hostile file, more would fill the memory.
pub(super) const MOST_REPEATED: usize = 64 * 1024 * 1024;

/// The bytes of text in metadata, about: what a copy of it costs.
pub(super) fn size(metadata: &Metadata) -> usize {
    let Metadata { id, author, date, version, status, kind, description, data_source, app, schedule, .. } =
        metadata;
    let Schedule { cron, earliest, latest, throttle, .. } = schedule;
    let texts =
        [id, author, date, version, status, kind, description, data_source, app, cron, earliest, latest];
    let throttled = throttle.as_ref().map_or(&[][..], |throttle| &throttle.fields);
    let lists = [
        &metadata.techniques[..],
        &metadata.tactics,
        &metadata.references,
        &metadata.false_positives,
        throttled,
    ];
    let of_texts: usize = texts.into_iter().flatten().map(String::len).sum();
    let of_lists: usize = lists.into_iter().flatten().map(|text| text.len() + size_of::<String>()).sum();
    metadata.title.len() + of_texts + of_lists
}

/// A map and the maps in it that belong to it, each of which is asked in turn.
struct Facts<'a> {
    parts: Vec<&'a Node>,
}

fn parts(map: &Node) -> Vec<&Node> {
    let mut parts = vec![map];
    let mut next = 0;
    while let Some(part) = parts.get(next).copied() {
        parts.extend(
            PARTS.iter().filter_map(|key| part.get(key)).filter(|value| matches!(value, Node::Map(_))),
        );
        next += 1;
    }
    parts
}

impl<'a> Facts<'a> {
    fn find(&self, keys: &[&str]) -> impl Iterator<Item = &'a Node> {
        self.parts.iter().flat_map(move |part| keys.iter().filter_map(|key| part.get(key)))
    }

    fn text(&self, keys: &[&str]) -> Option<String> {
        self.find(keys).find_map(Node::text).map(str::to_owned)
    }

    /// The texts under the first of these keys that has any.
    fn texts(&self, keys: &[&str]) -> Vec<String> {
        let texts = self.find(keys).map(Node::texts).find(|texts| !texts.is_empty());
        texts.unwrap_or_default().into_iter().map(str::to_owned).collect()
    }

    /// Techniques by key, and `attack.t1234` among tags.
    fn techniques(&self) -> Vec<String> {
        let mut texts = Vec::new();
        self.find(TECHNIQUES).for_each(|node| node.all_texts(&mut texts));
        let mut found: Vec<String> = texts.iter().flat_map(|text| prose::techniques(text)).collect();
        found.extend(self.texts(&["tags"]).iter().filter_map(|tag| frontmatter::technique_tag(tag)));
        unique(found)
    }

    /// Tactics by id or by name, and `attack.execution` among tags.
    fn tactics(&self) -> Vec<String> {
        let mut texts = Vec::new();
        self.find(&["coverage"]).for_each(|node| node.all_texts(&mut texts));
        let mut found: Vec<String> = texts.iter().flat_map(|text| prose::tactics(text)).collect();
        found.extend(
            self.texts(&["tactic", "tactics", "mitre_attack_tactics"]).iter().map(|name| tactic(name)),
        );
        found.extend(self.texts(&["tags"]).iter().filter_map(|tag| frontmatter::tactic_tag(tag)));
        unique(found)
    }

    fn level(&self) -> Option<Level> {
        let mut words =
            self.find(&["level", "severity", "action.notable.param.severity"]).filter_map(Node::text);
        let number =
            |keys: &[&str]| self.find(keys).filter_map(Node::text).find_map(|text| text.parse::<f64>().ok());
        let mut of_objects = Vec::new();
        for object in self.find(&["risk_objects"]) {
            let Node::List(items) = object else { continue };
            of_objects.extend(items.iter().filter_map(|item| item.get("score")?.text()?.parse::<f64>().ok()));
        }
        let highest = of_objects.into_iter().reduce(f64::max);
        words.find_map(level_word).or_else(|| number(&["alert.severity"]).and_then(alert_severity)).or_else(
            || number(&["risk_score", "action.risk.param._risk_score"]).or(highest).and_then(risk_score),
        )
    }

    fn schedule(&self) -> Schedule {
        let suppressed = self.text(&["alert.suppress"]).is_none_or(|value| is_true(&value));
        let throttling = Self { parts: self.find(&["throttling"]).collect() };
        let throttle = Throttle {
            period: self.text(&["alert.suppress.period"]).or_else(|| throttling.text(&["period"])),
            fields: [self.names(&["alert.suppress.fields"]), throttling.names(&["fields"])].concat(),
        };
        Schedule {
            cron: self.text(&["cron_schedule", "cron"]),
            earliest: self.text(&["dispatch.earliest_time", "earliest_time"]),
            latest: self.text(&["dispatch.latest_time", "latest_time"]),
            throttle: (suppressed && throttle.period.is_some()).then_some(throttle),
            disabled: self.text(&["disabled"]).is_some_and(|value| is_true(&value)),
        }
    }

    /// Names in a list, or in a text with commas.
    fn names(&self, keys: &[&str]) -> Vec<String> {
        let texts = self.texts(keys);
        let names = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
        names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }
}

/// Each once, in the order of their first place.
fn unique(mut list: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    list.retain(|item| seen.insert(item.clone()));
    list
}

fn joined(texts: &[String]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// `TA0006`, or `Credential Access` as `credential-access`.
fn tactic(name: &str) -> String {
    let id = prose::tactics(name).into_iter().next();
    id.unwrap_or_else(|| name.to_lowercase().replace([' ', '_'], "-"))
}

/// The day of `2024-10-17`, `2019/04/29` or `2024-10-17T08:00:00Z`.
pub(super) fn date(text: &str) -> Option<String> {
    let day = text.get(..10)?.replace('/', "-");
    let is_date = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let is_whole = text.get(10..).is_none_or(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()));
    (is_date && is_whole).then_some(day)
}

/// As `splunk.util.normalizeBoolean` reads it.
fn is_true(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "t" | "yes" | "y" | "on" | "enabled")
}

pub(super) fn level_word(word: &str) -> Option<Level> {
    match word.to_ascii_lowercase().as_str() {
        "informational" | "info" => Some(Level::Informational),
        "low" => Some(Level::Low),
        "medium" | "moderate" => Some(Level::Medium),
        "high" => Some(Level::High),
        "critical" => Some(Level::Critical),
        _ => None,
    }
}

/// `alert.severity` of savedsearches.conf: 1 debug, 2 info, 3 warn, 4 error, 5 severe, 6 fatal, which Splunk Web calls
/// info, low, medium, high and critical.
fn alert_severity(number: f64) -> Option<Level> {
    band(
        number,
        &[
            (1.0, Level::Informational),
            (2.0, Level::Low),
            (3.0, Level::Medium),
            (4.0, Level::High),
            (6.0, Level::Critical),
        ],
    )
}

/// The bands of contentctl (`severity` of a detection, from a score of 0 to 100).
fn risk_score(score: f64) -> Option<Level> {
    band(
        score,
        &[
            (20.0, Level::Informational),
            (40.0, Level::Low),
            (60.0, Level::Medium),
            (80.0, Level::High),
            (100.0, Level::Critical),
        ],
    )
}

/// The level of the first bound that is not exceeded.
fn band(number: f64, bounds: &[(f64, Level)]) -> Option<Level> {
    let level = bounds.iter().find(|(bound, _)| number <= *bound).map(|(_, level)| *level);
    level.filter(|_| number >= 0.0)
}
