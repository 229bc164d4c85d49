//! Detection rules that hold an EQL query: one line for Kibana's import, and a file for `elastic/detection-rules`.
//!
//! In: a rule and its query. Out: NDJSON and TOML with the same content. The keys are those of Kibana's import
//! (`rule_schemas.schema.yaml`) and of the rule files; the risk score follows the severity, 21, 47, 73 or 99.

use serde_json::{Map, Value, json};

use crate::backend::eql::Settings;
use crate::backend::sigma::DEFAULT_DATE;
use crate::backend::{Rule, codes, substitute_line};
use crate::detection::Fidelity;
use crate::diagnostic::Diagnostic;
use crate::document::Level;
use crate::target::attack;

/// The keys of a rule, in the order they are written.
pub(crate) struct Fields {
    keys: Map<String, Value>,
    threat: Vec<Value>,
    date: Option<String>,
}

impl Fields {
    /// The keys of a rule.
    pub(crate) fn new(rule: &Rule<'_>, settings: &Settings, query: &str) -> Self {
        let metadata = rule.metadata;
        let (severity, risk_score) = severity(metadata.level.unwrap_or(Level::Medium));
        let mut keys = Map::new();
        let mut set = |key: &str, value: Value| {
            keys.insert(key.to_owned(), value);
        };
        set("author", json!([metadata.author.as_deref().unwrap_or("Unknown")]));
        set("description", json!(description(rule)));
        if !metadata.false_positives.is_empty() {
            set("false_positives", json!(metadata.false_positives));
        }
        set("from", json!("now-9m"));
        set("index", json!(settings.index));
        set("interval", json!("5m"));
        set("language", json!("eql"));
        set("name", json!(rule.title));
        set("note", json!(note(rule)));
        if !metadata.references.is_empty() {
            set("references", json!(metadata.references));
        }
        set("risk_score", json!(risk_score));
        set("rule_id", json!(rule.id));
        set("severity", json!(severity));
        set("tags", json!(tags(rule, settings)));
        set("timestamp_override", json!("event.ingested"));
        set("type", json!("eql"));
        set("query", json!(query));
        Self { keys, threat: threat(rule), date: metadata.date.clone() }
    }

    /// What was assumed.
    pub(crate) fn notes(&self) -> Vec<Diagnostic> {
        let message = format!("the document has no date, so the rule is dated {DEFAULT_DATE}");
        let missing = self.date.is_none().then(|| Diagnostic::without_place(&codes::DEFAULT_DATE, message));
        missing.into_iter().collect()
    }

    /// One object on one line; rules are imported switched off.
    pub(crate) fn ndjson(&self) -> String {
        let mut keys = self.keys.clone();
        keys.insert("enabled".to_owned(), json!(false));
        keys.insert("to".to_owned(), json!("now"));
        keys.insert("threat".to_owned(), json!(self.threat));
        format!("{}\n", Value::Object(keys))
    }

    /// A rule file.
    pub(crate) fn toml(&self, integrations: &[String]) -> String {
        let date = self.date.as_deref().unwrap_or(DEFAULT_DATE).replace('-', "/");
        let mut text = format!("[metadata]\ncreation_date = {}\n", toml_string(&date));
        if !integrations.is_empty() {
            text.push_str(&format!("integration = {}\n", toml_value(&json!(integrations))));
        }
        text.push_str(&format!(
            "maturity = \"development\"\nupdated_date = {}\n\n[rule]\n",
            toml_string(&date)
        ));
        for (key, value) in &self.keys {
            let value = match (key.as_str(), value) {
                ("query" | "note", Value::String(long)) => toml_long(long),
                (_, value) => toml_value(value),
            };
            text.push_str(&format!("{key} = {value}\n"));
        }
        for threat in &self.threat {
            toml_threat(&mut text, threat);
        }
        text
    }
}

const fn severity(level: Level) -> (&'static str, u8) {
    match level {
        Level::Informational | Level::Low => ("low", 21),
        Level::Medium => ("medium", 47),
        Level::High => ("high", 73),
        Level::Critical => ("critical", 99),
    }
}

fn description(rule: &Rule<'_>) -> String {
    let own = rule.metadata.description.clone();
    let own = own.unwrap_or_else(|| format!("Events that match the Splunk search \"{}\".", rule.title));
    match rule.fidelity {
        Fidelity::Exact => own,
        Fidelity::Wider => {
            format!("{own} The rule is wider than its Splunk search and may match more events.")
        }
        Fidelity::Narrower => {
            format!("{own} The rule is narrower than its Splunk search and may miss events.")
        }
    }
}

/// The investigation note: where the rule comes from and what was approximated.
fn note(rule: &Rule<'_>) -> String {
    let mut lines = vec![format!("Compiled by splc from a Splunk search; fidelity: {}.", rule.fidelity)];
    lines.extend(substitute_line(rule).map(|line| format!("\n{line}.")));
    for note in &rule.notes {
        lines.push(format!("\n- {}: {}", note.code.id, note.message));
    }
    lines.push("\n\n```spl\n".to_owned());
    lines.push(rule.spl.trim().to_owned());
    lines.push("\n```\n".to_owned());
    lines.concat()
}

fn tags(rule: &Rule<'_>, settings: &Settings) -> Vec<String> {
    let tactics = attack::tactics(&rule.metadata.tactics, &rule.metadata.techniques);
    let tactics = tactics.iter().map(|tactic| format!("Tactic: {}", tactic.name));
    settings.tags.iter().cloned().chain(tactics).collect()
}

/// One entry for each tactic with its techniques; a technique stands under its tactics only.
fn threat(rule: &Rule<'_>) -> Vec<Value> {
    let metadata = rule.metadata;
    let tactics = attack::tactics(&metadata.tactics, &metadata.techniques);
    let entry = |tactic: &&attack::Tactic| {
        let of_tactic: Vec<&attack::Technique> = metadata
            .techniques
            .iter()
            .filter_map(|id| attack::technique(id))
            .filter(|technique| technique.tactics.contains(&tactic.short_name))
            .collect();
        let mut entry =
            json!({"framework": "MITRE ATT&CK", "tactic": reference("tactics", tactic.id, tactic.name)});
        let techniques = techniques(&of_tactic);
        if let (Some(object), false) = (entry.as_object_mut(), techniques.is_empty()) {
            object.insert("technique".to_owned(), Value::Array(techniques));
        }
        entry
    };
    tactics.iter().map(entry).collect()
}

/// Techniques, each with its sub-techniques below it.
fn techniques(found: &[&attack::Technique]) -> Vec<Value> {
    let mut parents: Vec<(&str, Vec<Value>)> = Vec::new();
    for technique in found {
        let parent = technique.id.split('.').next().unwrap_or(technique.id);
        let below =
            if parents.iter().any(|(id, _)| *id == parent) { None } else { Some((parent, Vec::new())) };
        parents.extend(below);
        if technique.id != parent
            && let Some((_, below)) = parents.iter_mut().find(|(id, _)| *id == parent)
        {
            below.push(reference("techniques", technique.id, technique.name));
        }
    }
    let finished = |(id, below): (&str, Vec<Value>)| {
        let mut value = reference("techniques", id, attack::technique(id)?.name);
        if let (Some(object), false) = (value.as_object_mut(), below.is_empty()) {
            object.insert("subtechnique".to_owned(), Value::Array(below));
        }
        Some(value)
    };
    parents.into_iter().filter_map(finished).collect()
}

fn reference(kind: &str, id: &str, name: &str) -> Value {
    let link = format!("https://attack.mitre.org/{kind}/{}/", id.replace('.', "/"));
    json!({"id": id, "name": name, "reference": link})
}

fn toml_threat(text: &mut String, threat: &Value) {
    text.push_str("\n[[rule.threat]]\n");
    toml_key(text, threat, "framework");
    text.push_str("[rule.threat.tactic]\n");
    toml_reference(text, threat.get("tactic"));
    for technique in items(threat, "technique") {
        text.push_str("[[rule.threat.technique]]\n");
        toml_reference(text, Some(technique));
        for subtechnique in items(technique, "subtechnique") {
            text.push_str("[[rule.threat.technique.subtechnique]]\n");
            toml_reference(text, Some(subtechnique));
        }
    }
}

fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn toml_reference(text: &mut String, value: Option<&Value>) {
    for key in ["id", "name", "reference"] {
        if let Some(value) = value {
            toml_key(text, value, key);
        }
    }
}

fn toml_key(text: &mut String, value: &Value, key: &str) {
    if let Some(value) = value.get(key) {
        text.push_str(&format!("{key} = {}\n", toml_value(value)));
    }
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::String(string) => toml_string(string),
        Value::Array(items) => format!("[{}]", items.iter().map(toml_value).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// A basic string of TOML, whose escapes are those of JSON, and U+007F, which JSON leaves bare.
fn toml_string(text: &str) -> String {
    Value::String(text.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}

/// A long text on lines of its own, where nothing in it could end it or be changed by it.
fn toml_long(text: &str) -> String {
    let is_plain =
        !text.contains("'''") && !text.ends_with('\'') && !text.chars().any(|c| c.is_control() && c != '\n');
    if is_plain { format!("'''\n{text}'''") } else { toml_string(text) }
}
