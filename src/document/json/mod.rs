//! JSON: objects with a `search` or `spl` and a name, in lists, one a line, or as Splunk exports them.
//!
//! In: text. Out: a query for each such object, placed byte for byte through the escapes of its string. Splunk's REST
//! exports wrap objects in `results`, `result` or `entry` and `content`, which are looked through like any other key.
//! Where lines are objects of their own, a line that cannot be read leaves the others alone; elsewhere what stands
//! before the mistake is read. Objects that define macros are no searches.

mod reader;

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::document::records::{self, Records};
use crate::document::tree::{Node, rest_of_line};
use crate::document::{Analytic, Format, codes};

/// The format.
pub(crate) struct Json;

/// Where searches are found: events have fields of any name, so a search has to have a name too.
const RECORDS: Records = Records { keys: &["search", "spl"], need_name: true };

/// Broken lines that are reported one by one.
const ERRORS: usize = 20;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json", "ndjson", "jsonl"]
    }

    fn read(&self, path: &Path, text: &str) -> (Vec<Analytic>, Vec<Diagnostic>) {
        let (mut analytics, mut left_out) = (Vec::new(), Vec::new());
        let mut take = |tree: &Node| {
            let (found, others) = records::searches(tree, &RECORDS);
            analytics.extend(found);
            left_out.extend(others);
        };
        let findings =
            if is_lines(path, text) { read_lines(text, &mut take) } else { read_all(text, &mut take) };
        (analytics, [findings, left_out].concat())
    }
}

/// The tree of a text that is JSON as a whole.
pub(super) fn tree(text: &str) -> Option<Node> {
    let (tree, error) = reader::read(text, 0);
    tree.filter(|_| error.is_none())
}

/// Whether every line is a value of its own: by the name of the file, or because the first line is a whole one.
fn is_lines(path: &Path, text: &str) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    if matches!(extension.as_deref(), Some("ndjson" | "jsonl")) {
        return true;
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or("");
    lines.next().is_some() && reader::read(first, 0).1.is_none()
}

fn read_all(text: &str, take: &mut impl FnMut(&Node)) -> Vec<Diagnostic> {
    let start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let (tree, error) = reader::read(text, start);
    tree.iter().for_each(take);
    error.map(|error| finding(text, &error)).into_iter().collect()
}

fn read_lines(text: &str, take: &mut impl FnMut(&Node)) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut broken = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let start = at + (line.len() - line.trim_start_matches('\u{FEFF}').len());
        at = end;
        if line.trim_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).is_empty() {
            continue;
        }
        let (tree, error) = reader::read(text.get(..end).unwrap_or(text), start);
        tree.iter().for_each(&mut *take);
        if let Some(error) = error {
            broken += 1;
            if broken <= ERRORS {
                findings.push(finding(text, &error));
            }
        }
    }
    if broken > ERRORS {
        let message = format!("{} more lines are not JSON", broken - ERRORS);
        findings.push(Diagnostic::without_place(&codes::BAD_JSON, message));
    }
    findings
}

fn finding(text: &str, error: &reader::Error) -> Diagnostic {
    let message = format!("this is not JSON: {}", error.message);
    Diagnostic::new(&codes::BAD_JSON, rest_of_line(text, error.at), message)
}

#[cfg(test)]
mod tests;
