//! `rex`: extracts fields by a regular expression, or edits text like sed.
//!
//! In: a regular expression, and the field it applies to.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::formula::bounded;
use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::formula::Extract;
use crate::detection::regex::{Regex, Sed};
use crate::detection::{Formula, codes};
use crate::diagnostic::Diagnostic;
use crate::event::{Event, Value};
use crate::function::{Context, LONGEST_TEXT};
use crate::source::Span;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Rex;

impl Command for Rex {
    fn name(&self) -> &'static str {
        "rex"
    }

    fn shape(&self) -> Shape {
        Shape::Regex
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rex"
    }

    fn summary(&self) -> &'static str {
        "extracts fields by a regular expression, or edits text like sed"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["field", "max_match", "offset_field", "mode"])?;
        let [word] = arguments.words()?[..] else {
            return Err(unsupported("one regular expression is expected here", stage.span));
        };
        let field = arguments.text("field")?.unwrap_or("_raw");
        let edit: Box<dyn Fn(&mut Event)> = match arguments.text("mode")? {
            Some("sed") => {
                let script = Sed::parse(&word.text).map_err(|error| unsupported(error.message, word.span))?;
                let mut texts = rows.iter().flat_map(|row| row.event.values(field).to_vec());
                if texts.any(|value| longest(&value.text(), &word.text) > LONGEST_TEXT) {
                    return Err(unsupported("the result could be longer than any text", word.span));
                }
                Box::new(move |event| replace(event, field, &script))
            }
            Some(_) => return Err(unsupported("there is no mode but `sed`", stage.span)),
            None => {
                let regex =
                    Regex::parse(&word.text).map_err(|error| unsupported(error.message, word.span))?;
                if regex.group_names().is_empty() {
                    return Err(unsupported("the expression names no group", word.span));
                }
                let most = arguments.count("max_match")?.unwrap_or(1);
                let offsets = arguments.text("offset_field")?;
                Box::new(move |event| extract(event, field, &regex, most, offsets))
            }
        };
        let mut rows = rows;
        for row in &mut rows {
            edit(&mut row.event);
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["field", "max_match", "offset_field", "mode"])?;
        let field = arguments.text("field")?.unwrap_or("_raw");
        let words = arguments.words()?;
        let [pattern] = words.as_slice() else {
            return Err(refused::argument(stage.span, "one pattern is expected here"));
        };
        if arguments.text("mode")?.is_some_and(|mode| mode.eq_ignore_ascii_case("sed")) {
            let sed = sed(&pattern.text, pattern.span)?;
            match lowering.fields.get(field) {
                Ok(formula) => {
                    lowering.fields.set(field, bounded(Formula::Edit(Box::new(formula), sed), stage.span)?);
                }
                Err(reason) => lowering.fields.hide(field, *reason),
            }
            return Ok(());
        }
        let regex = Regex::parse(&pattern.text).map_err(|error| {
            refused::argument(pattern.span, format!("`{}` is no pattern: {error}", pattern.text))
        })?;
        let most = match arguments.count("max_match")? {
            None => Some(1),
            Some(0) => None,
            most => most,
        };
        let groups: Vec<String> = regex.group_names().into_iter().map(str::to_owned).collect();
        let from = lowering.fields.get(field);
        // All groups are taken from what the fields were before.
        let before: Vec<_> = groups.iter().map(|group| lowering.fields.get(group)).collect();
        for (group, before) in groups.into_iter().zip(before) {
            match (&from, before) {
                (Ok(from), Ok(otherwise)) => {
                    let (from, regex) = (from.clone(), regex.clone());
                    let extract = Extract { from, regex, group: group.clone(), most, otherwise };
                    let formula = bounded(Formula::Extract(Box::new(extract)), stage.span)?;
                    lowering.fields.set(group, formula);
                }
                (Err(reason), _) => lowering.fields.hide(&group, (**reason).clone()),
                (_, Err(reason)) => lowering.fields.hide(&group, *reason),
            }
        }
        if let Some(offsets) = arguments.text("offset_field")? {
            let message = format!("the offsets in `{offsets}` are not translated");
            lowering.fields.hide(offsets, Diagnostic::new(&codes::NOT_KNOWN, stage.span, message));
        }
        Ok(())
    }
}

/// Sets a field for each named group that took part in a match, to what it took in each match; where there is no match
/// nothing changes. `most` 0 is no bound (Search Reference, `rex`, `max_match`).
fn extract(event: &mut Event, field: &str, regex: &Regex, most: usize, offsets: Option<&str>) {
    let texts: Vec<String> = event.values(field).iter().map(|it| it.text().into_owned()).collect();
    let mut found: Vec<(String, Vec<Value>)> = Vec::new();
    let mut places = Vec::new();
    let mut left = most;
    for text in &texts {
        if most > 0 && left == 0 {
            break;
        }
        let matches = regex.captures(text, left);
        left = left.saturating_sub(matches.len());
        for (name, value) in matches.into_iter().flatten() {
            places.push(place(text, name, value));
            let value = Value::from(value);
            match found.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value),
                None => found.push((name.to_owned(), vec![value])),
            }
        }
    }
    for (name, values) in found {
        event.set(name, values);
    }
    if let Some(offsets) = offsets.filter(|_| !places.is_empty()) {
        event.set(offsets, vec![Value::Text(places.join("&"))]);
    }
}

/// Where a group matched: `name=first-last`, counted in characters from 0 (Search Reference, `rex`, `offset_field`).
fn place(text: &str, name: &str, value: &str) -> String {
    let at = (value.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let start = text.get(..at).map_or(0, |before| before.chars().count());
    format!("{name}={start}-{}", (start + value.chars().count()).saturating_sub(1))
}

/// Edits each value of a field like `sed` (Search Reference, `rex`, `mode`).
fn replace(event: &mut Event, field: &str, script: &Sed) {
    let values = event.values(field).iter().map(|it| Value::Text(script.edit(&it.text()))).collect();
    event.set(field, values);
}

/// The greatest length of what a script can make of a text: it is written once a character at most, and once more at
/// the end, and all that one of its groups takes is at most the text.
fn longest(text: &str, script: &str) -> usize {
    let groups = script.matches('\\').count() + 1;
    (text.len() + 1).saturating_mul(script.len() + 1).saturating_add(text.len().saturating_mul(groups))
}

fn sed(text: &str, span: Span) -> Result<Sed, Unsupported> {
    Sed::parse(text).map_err(|error| unsupported(error.message, span))
}
