//! Trees of values: what YAML, JSON and stanzas have in common once they are read.
//!
//! In: the events of a reader, in order. Out: a [`Node`]. Invariant: every text knows its bytes in the file, depth is
//! at most [`DEPTH`], and what was open when a reader had to stop is closed, so that the readable part stays usable.
//! A key stands once: of two, both are kept and the last one is found. What the keys mean is for `facts` and `records`.

use crate::source::{Snippet, Span};

/// Nesting beyond this is refused: documents of people stay below ten.
pub(super) const DEPTH: usize = 64;

/// A scalar.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    /// The value, with the way back to the file.
    pub(super) snippet: Snippet,
    /// Whether it is written as a string; `12`, `true` and `null` are not.
    pub(super) is_string: bool,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A scalar.
    Text(Text),
    /// A list.
    List(Vec<Node>),
    /// Keys with their values, in order.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The value of a key of a map.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The scalar, without blanks round it; nothing for an empty one.
    pub(super) fn text(&self) -> Option<&str> {
        let Self::Text(text) = self else { return None };
        let is_null = !text.is_string && matches!(text.snippet.text(), "null" | "~" | "Null" | "NULL");
        Some(text.snippet.text().trim()).filter(|text| !text.is_empty() && !is_null)
    }

    /// The scalar, or the scalars of the list.
    pub(super) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(_) => self.text().into_iter().collect(),
            Self::List(items) => items.iter().filter_map(Self::text).collect(),
            Self::Map(_) => Vec::new(),
        }
    }

    /// All scalars below, keys aside.
    pub(super) fn all_texts<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Self::Text(_) => into.extend(self.text()),
            Self::List(items) => items.iter().for_each(|item| item.all_texts(into)),
            Self::Map(pairs) => pairs.iter().for_each(|(_, value)| value.all_texts(into)),
        }
    }
}

/// Something that is not finished yet.
#[derive(Debug)]
enum Open {
    List(Vec<Node>),
    /// The pairs, and a key whose value comes next.
    Map(Vec<(String, Node)>, Option<String>),
}

/// Puts a tree together.
#[derive(Debug, Default)]
pub(super) struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
}

/// More lists and maps inside each other than [`DEPTH`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooDeep;

impl Builder {
    /// Begins a list.
    pub(super) fn open_list(&mut self) -> Result<(), TooDeep> {
        self.open(Open::List(Vec::new()))
    }

    /// Begins a map.
    pub(super) fn open_map(&mut self) -> Result<(), TooDeep> {
        self.open(Open::Map(Vec::new(), None))
    }

    fn open(&mut self, open: Open) -> Result<(), TooDeep> {
        if self.open.len() >= DEPTH {
            return Err(TooDeep);
        }
        self.open.push(open);
        Ok(())
    }

    /// Adds a scalar: an item, a key or a value, by where it stands.
    pub(super) fn text(&mut self, text: Text) {
        match self.open.last_mut() {
            Some(Open::Map(_, key @ None)) => *key = Some(text.snippet.text().to_owned()),
            _ => self.node(Node::Text(text)),
        }
    }

    /// Adds a value that is complete.
    pub(super) fn node(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(items)) => items.push(node),
            // A list or map as a key has no name to be found under.
            Some(Open::Map(_, key @ None)) => *key = Some(String::new()),
            Some(Open::Map(pairs, key)) => pairs.push((key.take().unwrap_or_default(), node)),
        }
    }

    /// Ends the innermost list or map.
    pub(super) fn close(&mut self) {
        match self.open.pop() {
            None => {}
            Some(Open::List(items)) => self.node(Node::List(items)),
            Some(Open::Map(pairs, _)) => self.node(Node::Map(pairs)),
        }
    }

    /// Takes the tree and starts afresh; what is open is closed.
    pub(super) fn take(&mut self) -> Option<Node> {
        while !self.open.is_empty() {
            self.close();
        }
        self.root.take()
    }
}

/// The character of an escape behind a backslash, and the bytes it takes with the backslash.
///
/// The escapes of YAML (1.2.2, section 5.7), of which those of JSON (RFC 8259, section 7) are a part; two `\u` that
/// are halves of one character are read as that character.
pub(super) fn escape(text: &str) -> Option<(char, usize)> {
    let kind = text.strip_prefix('\\')?.chars().next()?;
    let hex = |from: usize, digits: usize| {
        let digits =
            text.get(from..from + digits).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let simple = match kind {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{B}',
        'f' => '\u{C}',
        'r' => '\r',
        'e' => '\u{1B}',
        ' ' | '"' | '/' | '\\' => kind,
        'N' => '\u{85}',
        '_' => '\u{A0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return Some((char::from_u32(hex(2, 2)?)?, 4)),
        'U' => return Some((char::from_u32(hex(2, 8)?)?, 10)),
        'u' => {
            let high = hex(2, 4)?;
            if !(0xD800..0xDC00).contains(&high) {
                return Some((char::from_u32(high)?, 6));
            }
            let low =
                hex(8, 4).filter(|low| text.get(6..8) == Some("\\u") && (0xDC00..0xE000).contains(low))?;
            return Some((char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))?, 12));
        }
        _ => return None,
    };
    Some((simple, 1 + kind.len_utf8()))
}

/// The line that starts at or holds byte `at`, without its newline, from `at` on.
pub(super) fn rest_of_line(text: &str, at: usize) -> Span {
    let at = (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let line = text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or("");
    Span::new(at, at + line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Text {
        Text { snippet: Snippet::whole(value), is_string: true }
    }

    #[test]
    fn escapes_take_the_bytes_they_are_written_in() {
        assert_eq!(escape("\\n."), Some(('\n', 2)));
        assert_eq!(escape("\\x41."), Some(('A', 4)));
        assert_eq!(escape("\\u00e9."), Some(('é', 6)));
        assert_eq!(escape("\\U0001F600"), Some(('😀', 10)));
        assert_eq!(escape("\\uD83D\\uDE00."), Some(('😀', 12)));
        for broken in ["\\", "\\q", "\\u12", "\\uD83D.", "\\uD83D\\u0041", "\\u+123", "\\xé", "x"] {
            assert_eq!(escape(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_is_open_is_closed() {
        let mut builder = Builder::default();
        builder.open_map().unwrap();
        builder.text(text("a"));
        builder.open_list().unwrap();
        builder.text(text("b"));
        let tree = builder.take().unwrap();
        assert_eq!(tree.get("a").map(Node::texts), Some(vec!["b"]));
        assert!(builder.take().is_none());
    }

    #[test]
    fn depth_is_bounded() {
        let mut builder = Builder::default();
        let opened = (0..=DEPTH).filter(|_| builder.open_list().is_ok()).count();
        assert_eq!(opened, DEPTH);
    }

    #[test]
    fn the_last_of_equal_keys_counts_and_null_is_nothing() {
        let pair = |value: &str| ("k".to_owned(), Node::Text(text(value)));
        assert_eq!(Node::Map(vec![pair("1"), pair("2")]).get("k").and_then(Node::text), Some("2"));
        let null = Text { snippet: Snippet::whole("null"), is_string: false };
        assert_eq!(Node::Text(null).text(), None);
        assert_eq!(Node::Text(text(" null ")).text(), Some("null"));
    }
}
