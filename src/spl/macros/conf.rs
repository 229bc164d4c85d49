//! The form of Splunk's `.conf` files: stanzas of `key = value` lines.
//!
//! In: text. Out: stanzas with their settings and places. Rules (`Admin Manual`, "About configuration files"): a line
//! that starts with `#` is a comment, a backslash at the end of a line continues the value on the next one, of two
//! equal keys in a stanza the later counts. Invariant: every place is a span of the text. What keys mean is not
//! looked at.

use crate::source::Span;

/// A stanza and its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stanza {
    pub(super) name: String,
    /// The header.
    pub(super) span: Span,
    pub(super) settings: Vec<Setting>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) key: String,
    /// The value, trimmed, with a line break for each continuation.
    pub(super) value: String,
    /// Where the key starts.
    pub(super) at: usize,
}

impl Stanza {
    /// The value that counts for a key.
    pub(super) fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().rev().find(|setting| setting.key == key)
    }
}

/// Reads all stanzas. Settings before the first header belong to none and are left out.
pub(super) fn stanzas(text: &str) -> Vec<Stanza> {
    let mut stanzas: Vec<Stanza> = Vec::new();
    let mut lines = lines(text);
    while let Some((at, line)) = lines.next() {
        let trimmed = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[') {
            let name = name.rsplit_once(']').map_or(name, |(name, _)| name).to_owned();
            stanzas.push(Stanza { name, span: Span::new(at, at + line.len()), settings: Vec::new() });
            continue;
        }
        let mut value = line.to_owned();
        while let Some(before) = value.strip_suffix('\\').map(str::len) {
            value.truncate(before);
            let Some((_, next)) = lines.next() else { break };
            value.push('\n');
            value.push_str(next);
        }
        if let (Some(stanza), Some((key, value))) = (stanzas.last_mut(), value.split_once('=')) {
            let setting = Setting { key: key.trim().to_owned(), value: value.trim().to_owned(), at };
            stanza.settings.push(setting);
        }
    }
    stanzas
}

/// Lines without their ends, with the byte at which each starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line.strip_suffix('\r').unwrap_or(line))
    })
}
