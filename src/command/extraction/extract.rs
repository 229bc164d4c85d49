//! `extract`: extracts pairs of field and value from the text.
//!
//! In: words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Extract;

impl Command for Extract {
    fn name(&self) -> &'static str {
        "extract"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["kv"]
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/extract"
    }

    fn summary(&self) -> &'static str {
        "extracts pairs of field and value from the text"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        if let Some(word) = arguments.words()?.first() {
            return Err(unsupported("an extraction of the configuration is not known", word.span));
        }
        let delimiters = match (arguments.text("pairdelim")?, arguments.text("kvdelim")?) {
            (None, None) => None,
            (Some(pair), Some(value)) => Some((pair, value)),
            _ => return Err(unsupported("both delimiters or none are expected here", stage.span)),
        };
        let limit = arguments.count("limit")?.unwrap_or(50);
        let most = arguments.count("maxchars")?.unwrap_or(10_240);
        let adds = arguments.flag("mv_add", false)?;
        let cleans = arguments.flag("clean_keys", true)?;
        let mut rows = rows;
        for row in &mut rows {
            let Some(text) = rows::text(&row.event, "_raw") else { continue };
            let text: String = text.chars().take(most).collect();
            let pairs = match delimiters {
                None => pairs(&text),
                Some((pair, value)) => delimited(&text, pair, value),
            };
            for (name, value) in pairs.into_iter().take(limit) {
                let name = if cleans { cleaned(&name) } else { name };
                let mut values = if adds { row.event.values(&name).to_vec() } else { Vec::new() };
                values.push(Value::Text(value));
                row.event.set(name, values);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.assume_extracted(
            "*",
            stage.span,
            "the fields that `extract` makes of the raw event are taken to be there",
        );
        Ok(())
    }
}

const SETTINGS: &[&str] =
    &["auto", "reload", "segment", "limit", "maxchars", "mv_add", "clean_keys", "pairdelim", "kvdelim"];

/// Names before `=` and what stands behind it, up to a space or a comma unless it is quoted.
fn pairs(text: &str) -> Vec<(String, String)> {
    let is_name = |character: char| character.is_ascii_alphanumeric() || "_.-:{}".contains(character);
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.rsplit(|character| !is_name(character)).next().unwrap_or_default();
        let quoted = after.strip_prefix('"').and_then(|after| after.split_once('"'));
        let bare = || {
            let end = after.find(|c: char| c.is_whitespace() || ",;&|".contains(c));
            after.split_at(end.unwrap_or(after.len()))
        };
        let (value, left) = quoted.unwrap_or_else(bare);
        if name.starts_with(|character: char| character.is_ascii_alphabetic() || character == '_')
            && !value.is_empty()
        {
            found.push((name.to_owned(), value.to_owned()));
        }
        rest = left;
    }
    found
}

/// Pairs between any of the characters of `pair`, parted by any of those of `value` (Search Reference, `extract`).
fn delimited(text: &str, pair: &str, value: &str) -> Vec<(String, String)> {
    let parts = text.split(|character| pair.contains(character));
    let both = |part: &str| {
        let at = part.find(|character| value.contains(character))?;
        let (name, rest) = part.split_at(at);
        let text = rest.trim_start_matches(|character| value.contains(character)).trim().trim_matches('"');
        let name = name.trim();
        (!name.is_empty() && !text.is_empty()).then(|| (name.to_owned(), text.to_owned()))
    };
    parts.filter_map(both).collect()
}

/// Other characters than letters and digits become underscores (Search Reference, `extract`, `clean_keys`).
fn cleaned(name: &str) -> String {
    name.chars().map(|character| if character.is_alphanumeric() { character } else { '_' }).collect()
}
