//! Where a value stands in a YAML file, to point people at it.
//!
//! In: the text of a file, and the way to a value by keys and indexes. Out: its line. Invariant: nothing is read that is
//! nested deeper than [`DEPTH`]; a value that is not found has no line. Files are read so only once something is wrong.

use std::collections::BTreeSet;

use saphyr_parser::{Event, Parser};

/// Nesting beyond this is left out.
const DEPTH: usize = 64;

/// One part of the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list.
    Item(usize),
    /// The item of a list whose key has this value.
    With(&'static str, String),
}

#[derive(Debug)]
struct Node {
    line: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

/// The line of the value at the end of the way, or of the last part of the way that the file has; with how many parts
/// that are.
pub(super) fn line(text: &str, way: &[Step]) -> Option<(usize, usize)> {
    let root = read(text)?;
    let (mut node, mut line, mut parts) = (&root, None, 0);
    for step in way {
        let next = match (step, &node.kind) {
            (Step::Key(key), Kind::Map(pairs)) => {
                pairs.iter().find(|(name, _)| name.is(key)).map(|(name, value)| {
                    line = Some(name.line);
                    value
                })
            }
            (Step::Item(at), Kind::List(items)) => items.get(*at),
            (Step::With(key, value), Kind::List(items)) => items.iter().find(|item| item.has(key, value)),
            _ => None,
        };
        let Some(next) = next else { break };
        if !matches!(step, Step::Key(_)) {
            line = Some(next.line);
        }
        node = next;
        parts += 1;
    }
    line.map(|line| (line, parts))
}

/// The first key that a map has twice, and the line where it stands again.
pub(super) fn twice(text: &str) -> Option<(String, usize)> {
    let mut nodes = vec![read(text)?];
    let mut found: Option<(String, usize)> = None;
    while let Some(node) = nodes.pop() {
        match node.kind {
            Kind::Scalar(_) => {}
            Kind::List(items) => nodes.extend(items),
            Kind::Map(pairs) => {
                let mut seen = BTreeSet::new();
                for (key, value) in pairs {
                    if let Kind::Scalar(name) = key.kind
                        && !seen.insert(name.clone())
                        && found.as_ref().is_none_or(|(_, line)| key.line < *line)
                    {
                        found = Some((name, key.line));
                    }
                    nodes.push(value);
                }
            }
        }
    }
    found
}

impl Node {
    fn is(&self, text: &str) -> bool {
        matches!(&self.kind, Kind::Scalar(own) if own == text)
    }

    fn has(&self, key: &str, text: &str) -> bool {
        matches!(&self.kind, Kind::Map(pairs) if pairs.iter().any(|(name, value)| name.is(key) && value.is(text)))
    }
}

/// A list or a map that is not finished: for a map, keys and values in turn.
struct Open {
    line: usize,
    is_map: bool,
    parts: Vec<Node>,
}

impl Open {
    fn close(self) -> Node {
        if !self.is_map {
            return Node { line: self.line, kind: Kind::List(self.parts) };
        }
        let mut pairs = Vec::new();
        let mut parts = self.parts.into_iter();
        while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
            pairs.push((key, value));
        }
        Node { line: self.line, kind: Kind::Map(pairs) }
    }
}

/// The first document of the text.
fn read(text: &str) -> Option<Node> {
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, marks) = event.ok()?;
        let line = marks.start.line();
        let done = match event {
            Event::Scalar(text, ..) => Node { line, kind: Kind::Scalar(text.into_owned()) },
            Event::Alias(_) => Node { line, kind: Kind::Scalar(String::new()) },
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= DEPTH => return None,
            Event::SequenceStart(..) => {
                open.push(Open { line, is_map: false, parts: Vec::new() });
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open { line, is_map: true, parts: Vec::new() });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop()?.close(),
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.parts.push(done),
            None => return Some(done),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Step {
        Step::Key(name.to_owned())
    }

    #[test]
    fn lines_are_found() {
        let text = "a:\n  - view: x\n  - view: y\n    b: {c: 1}\n\nd: 2\n";
        for (way, expected) in [
            (vec![key("d")], Some((6, 1))),
            (vec![key("a"), Step::Item(1)], Some((3, 2))),
            (vec![key("a"), Step::Item(1), key("b"), key("c")], Some((4, 4))),
            (vec![key("a"), Step::With("view", "y".to_owned()), key("b")], Some((4, 3))),
            (vec![key("d"), key("e")], Some((6, 1))),
            (vec![key("e")], None),
        ] {
            assert_eq!(line(text, &way), expected, "{way:?}");
        }
        assert_eq!(line(&"[".repeat(1000), &[Step::Item(0)]), None);
        assert_eq!(twice(text), None);
        assert_eq!(twice("a: {b: 1}\nc:\n  - b: 2\n    d: 3\n    b: 4\n"), Some(("b".to_owned(), 5)));
    }
}
