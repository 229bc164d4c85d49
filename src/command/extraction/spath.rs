//! `spath`: extracts fields from JSON or XML.
//!
//! In: words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::formula::first_of;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::detection::codes;
use crate::detection::formula::Formula;
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::{Shape, Stage};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The command.
pub(crate) struct Spath;

impl Command for Spath {
    fn name(&self) -> &'static str {
        "spath"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/spath"
    }

    fn summary(&self) -> &'static str {
        "extracts fields from JSON or XML"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["input", "output", "path"])?;
        let input = arguments.text("input")?.unwrap_or("_raw");
        let output = arguments.text("output")?;
        let path = match arguments.words()?[..] {
            [] => arguments.text("path")?,
            [word] => Some(word.text.as_str()),
            _ => return Err(unsupported("one path is expected here", stage.span)),
        };
        let steps = match path.map(steps) {
            Some(None) => return Err(unsupported("this path is not understood", stage.span)),
            steps => steps.flatten(),
        };
        let mut rows = rows;
        for row in &mut rows {
            let Some(text) = rows::text(&row.event, input) else {
                // An event that is given by its fields alone is the object of these.
                if let (Some(path), "_raw") = (path, input) {
                    let values = row.event.values(path).to_vec();
                    if !values.is_empty() {
                        row.event.set(output.unwrap_or(path), values);
                    }
                }
                continue;
            };
            if text.trim_start().starts_with('<') {
                return Err(unsupported("XML is not read here", stage.span));
            }
            // A text that is no JSON gives nothing.
            let Ok(json) = serde_json::from_str::<Json>(&text) else { continue };
            let fields = if let (Some(steps), Some(path)) = (&steps, path) {
                let values: Vec<Value> = found(&json, steps).into_iter().filter_map(value).collect();
                BTreeMap::from([(output.unwrap_or(path).to_owned(), values)])
            } else {
                let mut fields = BTreeMap::new();
                flatten(&json, String::new(), &mut fields, stage)?;
                fields
            };
            for (name, values) in fields.into_iter().filter(|(_, values)| !values.is_empty()) {
                row.event.set(name, values);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["input", "output", "path"])?;
        let words = arguments.words()?;
        let path = arguments.text("path")?.or_else(|| words.first().map(|word| word.text.as_str()));
        let input = arguments.text("input")?;
        let Some(path) = path else {
            lowering.assume_extracted("*", stage.span, "the fields that `spath` makes are taken to be there");
            return Ok(());
        };
        let output = arguments.text("output")?.unwrap_or(path);
        // One element of an array has no field of its own.
        let is_element = path.split('{').skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        let is_own = !is_element && lowering.fields.get(path) == Ok(Formula::Field(path.to_owned()));
        match (input, lowering.fields.get(output)) {
            // The fields of a JSON event bear the names of their paths.
            (None, Ok(otherwise)) if is_own => {
                let message = format!("`{path}` is taken to be there");
                lowering.notes.push(Diagnostic::new(&codes::ASSUMED_EXTRACTED, stage.span, message));
                if output != path {
                    // Where there is nothing at the path, nothing is set.
                    lowering.fields.set(output, first_of(Formula::Field(path.to_owned()), otherwise));
                }
            }
            _ => {
                let message = format!("what `spath` finds at `{path}` is not translated");
                lowering.hide(output, stage.span, message);
            }
        }
        Ok(())
    }
}

/// A step of a path: `name`, `{}` for all elements, `{2}` for one of them, counted from 0.
enum Step {
    Name(String),
    All,
    Element(usize),
}

/// The steps of `a.b{}.c{2}` (Search Reference, `spath`, "Location paths"); attributes, `{@name}`, are of XML.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, mut rest) = part.find('{').map_or((part, ""), |at| part.split_at(at));
        if !name.is_empty() {
            steps.push(Step::Name(name.to_owned()));
        }
        while let Some(inside) = rest.strip_prefix('{') {
            let (index, after) = inside.split_once('}')?;
            steps.push(if index.is_empty() { Step::All } else { Step::Element(index.parse().ok()?) });
            rest = after;
        }
        if !rest.is_empty() {
            return None;
        }
    }
    Some(steps)
}

fn found<'j>(json: &'j Json, steps: &[Step]) -> Vec<&'j Json> {
    let mut found = vec![json];
    for step in steps {
        found = found
            .into_iter()
            .flat_map(|json| match step {
                Step::Name(name) => json.get(name).into_iter().collect(),
                Step::All => json.as_array().map(|array| array.iter().collect()).unwrap_or_default(),
                Step::Element(index) => json.get(index).into_iter().collect::<Vec<_>>(),
            })
            .collect();
    }
    found
}

/// A value as text; `null` is the absence of one.
fn value(json: &Json) -> Option<Value> {
    match json {
        Json::Null => None,
        Json::String(text) => Some(Value::from(text.as_str())),
        json => Some(Value::Text(json.to_string())),
    }
}

/// Every value of the text under its path, which is what `spath` extracts where no path is given.
fn flatten(
    json: &Json,
    path: String,
    into: &mut BTreeMap<String, Vec<Value>>,
    stage: &Stage,
) -> Result<(), Unsupported> {
    rows::bounded(path.len(), stage.span)?;
    match json {
        Json::Array(elements) => {
            for element in elements {
                flatten(element, format!("{path}{{}}"), into, stage)?;
            }
        }
        Json::Object(object) => {
            for (key, member) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(member, path, into, stage)?;
            }
        }
        json => into.entry(path).or_default().extend(value(json)),
    }
    Ok(())
}
