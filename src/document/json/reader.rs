//! A reader of JSON that knows the place of every string (RFC 8259).
//!
//! In: text and where to begin. Out: the tree of one value, and where and why reading had to stop. Invariant: time is
//! linear, nothing recurses, and what was read before a mistake is in the tree. Numbers are not looked into.

use crate::document::tree::{Builder, Node, Text, TooDeep, escape};
use crate::source::{Snippet, Span, Writing};

/// A place that is not JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Error {
    /// The byte.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) message: &'static str,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// A value, or the end of an empty list.
    FirstItem,
    /// A key, or the end of an empty object.
    FirstKey,
    Key,
    Colon,
    /// A comma or the end of the list or object.
    Next,
    /// Nothing but blanks.
    End,
}

/// Reads one value that begins at byte `start` and reaches to the end of the text.
pub(super) fn read(text: &str, start: usize) -> (Option<Node>, Option<Error>) {
    let mut reader = Reader { text, at: start, builder: Builder::default(), inside: Vec::new() };
    let error = reader.value().err();
    (reader.builder.take(), error)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    builder: Builder,
    /// The closing brackets that are due.
    inside: Vec<char>,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<(), Error> {
        let mut expect = Expect::Value;
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            let Some(next) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else {
                return if expect == Expect::End { Ok(()) } else { Err(self.error("it ends too early")) };
            };
            expect = match (expect, next) {
                (Expect::Value | Expect::FirstItem, _) if next != ']' => self.begin(next)?,
                (Expect::FirstItem, ']') | (Expect::FirstKey, '}') => self.end(),
                (Expect::Next, ']' | '}') if self.inside.last() == Some(&next) => self.end(),
                (Expect::Next, ',') => {
                    self.at += 1;
                    if self.inside.last() == Some(&'}') { Expect::Key } else { Expect::Value }
                }
                (Expect::FirstKey | Expect::Key, '"') => {
                    self.string()?;
                    Expect::Colon
                }
                (Expect::Colon, ':') => {
                    self.at += 1;
                    Expect::Value
                }
                (Expect::End, _) => return Err(self.error("there is more behind the value")),
                (Expect::FirstKey | Expect::Key, _) => return Err(self.error("a key in quotes belongs here")),
                (Expect::Colon, _) => return Err(self.error("a colon belongs here")),
                (Expect::Next, _) => return Err(self.error("a comma or a closing bracket belongs here")),
                (Expect::Value | Expect::FirstItem, _) => return Err(self.error("a value belongs here")),
            };
        }
    }

    fn begin(&mut self, next: char) -> Result<Expect, Error> {
        match next {
            '[' | '{' => {
                let opened = if next == '[' { self.builder.open_list() } else { self.builder.open_map() };
                opened.map_err(|TooDeep| self.error("lists and objects are nested too deep"))?;
                self.inside.push(if next == '[' { ']' } else { '}' });
                self.at += 1;
                Ok(if next == '[' { Expect::FirstItem } else { Expect::FirstKey })
            }
            '"' => {
                self.string()?;
                Ok(self.after_value())
            }
            _ => {
                self.word()?;
                Ok(self.after_value())
            }
        }
    }

    fn end(&mut self) -> Expect {
        self.at += 1;
        self.inside.pop();
        self.builder.close();
        self.after_value()
    }

    fn after_value(&self) -> Expect {
        if self.inside.is_empty() { Expect::End } else { Expect::Next }
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<(), Error> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let word = rest.get(..rest.find(|c| !is_part(c)).unwrap_or(rest.len())).unwrap_or("");
        let is_number =
            word.starts_with(|c: char| c.is_ascii_digit() || c == '-') && word.parse::<f64>().is_ok();
        if !is_number && !matches!(word, "true" | "false" | "null") {
            return Err(self.error("a value belongs here"));
        }
        let mut snippet = Snippet::default();
        snippet.push(word, self.at);
        self.at += word.len();
        self.builder.text(Text { snippet, is_string: false });
        Ok(())
    }

    fn string(&mut self) -> Result<(), Error> {
        let mut snippet = Snippet::default();
        let opening = self.at;
        let mut at = opening + 1;
        loop {
            let rest = self.text.get(at..).unwrap_or("");
            let run = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            snippet.push(rest.get(..run).unwrap_or(""), at);
            at += run;
            match rest.get(run..).and_then(|rest| rest.chars().next()) {
                Some('"') => break,
                Some('\\') => {
                    let is_known = rest.get(run + 1..).is_some_and(|kind| kind.starts_with(ESCAPES));
                    let escaped = rest.get(run..).filter(|_| is_known).and_then(escape);
                    let Some((character, length)) = escaped else {
                        self.at = at;
                        return Err(self.error("a backslash begins no escape that JSON has"));
                    };
                    snippet.push_for(character.encode_utf8(&mut [0; 4]), Span::new(at, at + length));
                    at += length;
                }
                Some(_) => {
                    self.at = at;
                    return Err(self.error("a string holds a control character as it is"));
                }
                None => {
                    self.at = opening;
                    return Err(self.error("a string is not closed"));
                }
            }
        }
        self.at = at + 1;
        self.builder.text(Text { snippet: snippet.written(Writing::DoubleQuotes), is_string: true });
        Ok(())
    }

    fn error(&self, message: &'static str) -> Error {
        Error { at: self.at, message }
    }
}

/// The escapes of JSON, fewer than those of YAML.
const ESCAPES: &[char] = &['"', '\\', '/', 'b', 'f', 'n', 'r', 't', 'u'];
