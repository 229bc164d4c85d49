//! Writes YAML documents that every reader reads alike.
//!
//! In: a [`Node`] and a [`Style`]. Out: text in block style. Invariant: a text is read back as that same text
//! by readers of YAML 1.1 (`PyYAML`, `libyaml`) and of YAML 1.2, so whatever either of them would take for
//! another type is quoted. Deliberately without anchors, tags and positions, and without a limit of depth: the
//! depth is that of the data, which a backend fixes.

use std::fmt::Write as _;

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A text: bare where that is safe.
    Text(String),
    /// A text that is quoted in any case, as values of a Sigma detection are.
    Quoted(String),
    /// A text wrapped at the width of the style (`>`); quoted where wrapping would change it.
    Folded(String),
    /// A text with its line breaks (`|`); quoted where a block would change it.
    Literal(String),
    /// A number.
    Number(i64),
    /// A decimal fraction, as its digits; the caller sees to it that it is one.
    Decimal(String),
    /// A Boolean.
    Bool(bool),
    /// The absence of a value.
    Null,
    /// One item a line.
    List(Vec<Node>),
    /// All items on one line, in brackets.
    FlowList(Vec<Node>),
    /// Keys in the order given. The caller sees to it that no key is given twice.
    Map(Vec<(String, Node)>),
    /// A node with comment lines above it, or above the key or dash that introduces it. Flow lists have no
    /// room for comments.
    Commented(Vec<String>, Box<Node>),
}

impl Node {
    /// A [`Node::Text`].
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The same node with these lines of comment above it.
    #[must_use]
    pub fn commented(self, lines: Vec<String>) -> Self {
        Self::Commented(lines, Box::new(self))
    }
}

/// Which quotes a text gets that cannot be bare. A text with control characters gets double quotes anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// `'it''s'`, where backslashes stand for themselves.
    Single,
    /// `"it's"`, where backslashes escape.
    Double,
}

/// The layout of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns a level of maps is indented by; at least one is used.
    pub indent: usize,
    /// The quotes to use.
    pub quote: Quote,
    /// Whether the dashes of a list are indented below the key they belong to.
    pub list_offset: bool,
    /// The column at which folded text wraps.
    pub width: usize,
}

impl Style {
    /// As the rules of `SigmaHQ/sigma` are written.
    pub const SIGMA: Self = Self { indent: 4, quote: Quote::Single, list_offset: true, width: 100 };
    /// As the rules of `falcosecurity/rules` are written.
    pub const FALCO: Self = Self { indent: 2, quote: Quote::Double, list_offset: true, width: 100 };
}

/// One document.
///
/// ```
/// use splc::backend::yaml::{Node, Style, document};
/// let rule = Node::Map(vec![
///     ("title".into(), Node::text("Shell in a Container")),
///     ("level".into(), Node::text("off")),
///     ("tags".into(), Node::List(vec![Node::text("attack.execution")])),
/// ]);
/// let text = "# Made from a search.\ntitle: Shell in a Container\nlevel: 'off'\ntags:\n    - attack.execution\n";
/// assert_eq!(document(&rule.commented(vec!["Made from a search.".into()]), &Style::SIGMA), text);
/// ```
pub fn document(node: &Node, style: &Style) -> String {
    let mut writer = Writer { out: String::new(), style: Style { indent: style.indent.max(1), ..*style } };
    writer.comments(node, 0);
    writer.block(node, 0);
    writer.out
}

/// Several documents in one stream, with `---` between them.
pub fn documents(nodes: &[Node], style: &Style) -> String {
    let texts: Vec<_> = nodes.iter().map(|node| document(node, style)).collect();
    texts.join("---\n")
}

/// A key longer than this is introduced by `?`: readers look for the colon within 1024 characters only
/// (YAML 1.1, section 9.3.1; 1.2.2, section 7.4.2).
const LONGEST_SIMPLE_KEY: usize = 1000;

struct Writer {
    out: String,
    style: Style,
}

impl Writer {
    /// Writes a node whose first line starts where the output ends and whose other lines start at `column`.
    fn block(&mut self, node: &Node, column: usize) {
        match node {
            Node::Commented(_, node) => self.block(node, column),
            Node::List(items) if !items.is_empty() => self.list(items, column),
            Node::Map(entries) if !entries.is_empty() => self.map(entries, column),
            _ => self.leaf(node, if column == 0 { self.style.indent } else { column }),
        }
    }

    fn list(&mut self, items: &[Node], column: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.spaces(column);
            }
            self.comments(item, column);
            self.out.push_str("- ");
            self.block(item, column + 2);
        }
    }

    fn map(&mut self, entries: &[(String, Node)], column: usize) {
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.spaces(column);
            }
            self.comments(value, column);
            let key = scalar(key, self.style.quote, Place::Block);
            if key.len() > LONGEST_SIMPLE_KEY {
                let _ = writeln!(self.out, "? {key}");
                self.spaces(column);
            } else {
                self.out.push_str(&key);
            }
            self.out.push(':');
            self.value(value, column);
        }
    }

    /// Writes what follows the colon of a key at `column`.
    fn value(&mut self, node: &Node, column: usize) {
        let inner = column + self.style.indent;
        let start = match node {
            Node::Commented(_, node) => return self.value(node, column),
            Node::List(items) if !items.is_empty() && !self.style.list_offset => column,
            Node::List(items) if !items.is_empty() => inner,
            Node::Map(entries) if !entries.is_empty() => inner,
            _ => {
                self.out.push(' ');
                return self.leaf(node, inner);
            }
        };
        self.out.push('\n');
        self.spaces(start);
        self.block(node, start);
    }

    /// Writes a node that starts on the line of its key or dash; the lines of a block scalar go to `column`.
    fn leaf(&mut self, node: &Node, column: usize) {
        let lines = match node {
            Node::Folded(text) => {
                folded(text, self.style.width.saturating_sub(column)).map(|lines| ('>', lines))
            }
            Node::Literal(text) => literal(text).map(|lines| ('|', lines)),
            _ => None,
        };
        let (Node::Folded(text) | Node::Literal(text), Some((sign, lines))) = (node, lines) else {
            self.out.push_str(&inline(node, self.style.quote, Place::Block));
            return self.out.push('\n');
        };
        self.out.push(sign);
        self.out.push_str(if text.ends_with('\n') { "\n" } else { "-\n" });
        for line in lines {
            self.spaces(if line.is_empty() { 0 } else { column });
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }

    /// Writes the comment lines of a node, each followed by the indentation of the next line.
    fn comments(&mut self, node: &Node, column: usize) {
        let Node::Commented(lines, inner) = node else { return };
        for line in lines.iter().flat_map(|line| line.split('\n')) {
            let line: String = line.chars().map(|c| if is_plain(c) { c } else { '\u{FFFD}' }).collect();
            self.out.push_str(format!("# {line}").trim_end());
            self.out.push('\n');
            self.spaces(column);
        }
        self.comments(inner, column);
    }

    fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }
}

/// Where a scalar stands: commas, brackets and colons end a bare one in a flow list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Block,
    Flow,
}

/// A node on one line.
fn inline(node: &Node, quote: Quote, place: Place) -> String {
    let item = |node: &Node| inline(node, quote, Place::Flow);
    match node {
        Node::Text(text) | Node::Folded(text) | Node::Literal(text) => scalar(text, quote, place),
        Node::Quoted(text) => quoted(text, quote),
        Node::Number(number) => number.to_string(),
        Node::Decimal(digits) => digits.clone(),
        Node::Bool(value) => value.to_string(),
        Node::Null => "null".to_owned(),
        Node::List(items) | Node::FlowList(items) => {
            format!("[{}]", items.iter().map(item).collect::<Vec<_>>().join(", "))
        }
        Node::Map(entries) => {
            let entry = |(key, value): &(String, Node)| {
                format!("{}: {}", scalar(key, quote, Place::Flow), item(value))
            };
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Node::Commented(_, node) => inline(node, quote, place),
    }
}

fn scalar(text: &str, quote: Quote, place: Place) -> String {
    if may_be_bare(text, place) { text.to_owned() } else { quoted(text, quote) }
}

fn quoted(text: &str, quote: Quote) -> String {
    if quote == Quote::Single && text.chars().all(is_plain) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from('"');
    for c in text.chars() {
        let code = u32::from(c);
        // Writing to a `String` does not fail.
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            _ if is_plain(c) => write!(out, "{c}"),
            _ if code <= 0xFF => write!(out, "\\x{code:02X}"),
            _ if code <= 0xFFFF => write!(out, "\\u{code:04X}"),
            _ => write!(out, "\\U{code:08X}"),
        };
    }
    out.push('"');
    out
}

/// Whether a character stands for itself outside double quotes: printable, no line break of YAML 1.1 or 1.2,
/// and nothing that is invisible or turns the direction of writing (Unicode Technical Report 36).
fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
        && !matches!(c, '\u{AD}' | '\u{61C}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Whether a text without quotes is read as itself (YAML 1.2.2, section 7.3.3, and the types of YAML 1.1).
fn may_be_bare(text: &str, place: Place) -> bool {
    let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else { return false };
    let ends = first.is_whitespace() || last.is_whitespace() || last == ':';
    let broken = text.contains(": ") || text.contains(" #") || !text.chars().all(is_plain);
    let in_flow = place == Place::Flow && text.contains(['[', ']', '{', '}', ',', ':', '?']);
    !(ends || broken || in_flow || starts_otherwise(text, first) || is_word(text))
}

/// Whether the start of a bare text makes it something else: an indicator, or a number, date or time.
fn starts_otherwise(text: &str, first: char) -> bool {
    if first.is_ascii_digit() {
        // All that a number, date or time of YAML 1.1 is made of, the exponent and time zone included.
        return text.chars().all(|c| c.is_ascii_hexdigit() || "xXoO_+-.,:tTzZ ".contains(c));
    }
    first.is_ascii() && !first.is_ascii_alphabetic() && !matches!(first, '_' | '/' | '\\' | '(' | '$')
}

/// Whether a reader takes this word for a Boolean, null or number (<https://yaml.org/type/bool.html>).
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 12] =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// The lines of a folded block, or none if folding would change the text.
///
/// A line break in the text is written as an empty line more (YAML 1.2.2, section 8.1.3). Lines that start
/// with a blank are not folded at all, so a text with one is left to the quotes.
fn folded(text: &str, width: usize) -> Option<Vec<String>> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let blank_edge = |line: &str| line.starts_with([' ', '\t']) || line.ends_with([' ', '\t']);
    if body.starts_with('\n') || body.ends_with('\n') || !is_block(body) || body.split('\n').any(blank_edge) {
        return None;
    }
    let mut lines = Vec::new();
    for (index, paragraph) in body.split('\n').enumerate() {
        if index > 0 && !paragraph.is_empty() {
            lines.push(String::new());
        }
        wrap(paragraph, width.max(40), &mut lines);
    }
    Some(lines)
}

/// Breaks a line at single spaces so that the pieces fit, as far as they can.
fn wrap(line: &str, width: usize, into: &mut Vec<String>) {
    let (mut piece, mut length, mut after_solid) = (String::new(), 0, false);
    for (index, word) in line.split(' ').enumerate() {
        // A piece that starts or ends with a blank would not be joined again by one space.
        let solid = !word.is_empty() && !word.starts_with('\t') && !word.ends_with('\t');
        let added = word.chars().count() + 1;
        if solid && after_solid && length + added > width {
            into.push(std::mem::take(&mut piece));
            length = 0;
        } else if index > 0 {
            piece.push(' ');
        }
        piece.push_str(word);
        length += added;
        after_solid = solid;
    }
    into.push(piece);
}

/// The lines of a literal block, or none if a block would change the text.
fn literal(text: &str) -> Option<Vec<String>> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let last = body.rsplit('\n').next().unwrap_or_default();
    // The first line sets the indentation; a last line of blanks would count as the end of the block.
    if body.starts_with([' ', '\t', '\n']) || last.trim().is_empty() || !is_block(body) {
        return None;
    }
    Some(body.split('\n').map(str::to_owned).collect())
}

/// Whether a text can be a block scalar: not empty, and without characters that need an escape.
fn is_block(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '\n' || c == '\t' || is_plain(c))
}

#[cfg(test)]
mod tests;
