//! Reads a PCRE pattern.
//!
//! In: the text. Out: its [`Node`] and the names of its groups, or what is wrong and where. Invariant: what is
//! accepted means in PCRE 8 and PCRE2 what the tree says, in UTF mode and without UCP; where the two differ, PCRE 8
//! is followed, whose words Splunk uses (limits.conf, `match_limit`): a letter without a meaning after a backslash is
//! itself, `{,3}` is a text, a look-behind has a fixed length. Not read: recursion, `\X`, `\C`, callouts,
//! branch reset, verbs other than `(*FAIL)`.

mod class;
mod escape;
mod group;

use super::RegexError;
use super::set::Set;
use super::tree::{Assertion, Greed, Node, Repetition, Special};

/// How deep groups may nest; PCRE has a limit too (`--with-parens-nest-limit`).
const MAX_DEPTH: usize = 50;
/// The longest pattern in bytes.
const MAX_LENGTH: usize = 32 * 1024;
/// The largest [`Node::size`], so that no engine needs more than some megabytes.
const MAX_SIZE: usize = 20_000;
/// The highest count of a repetition (pcrepattern, "Repetition").
const MAX_COUNT: u32 = 65_535;

type Result<T> = std::result::Result<T, RegexError>;

/// A pattern that was read.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) tree: Node,
    /// The name of each capturing group, in order; the first is group 1.
    pub(super) groups: Vec<Option<String>>,
}

/// Reads a pattern.
pub(super) fn parse(pattern: &str) -> Result<Parsed> {
    if pattern.len() > MAX_LENGTH {
        return Err(error("the pattern is too long", 0));
    }
    // A name may be used before its group: the groups are gathered first.
    let mut first = Parser::new(pattern, None);
    first.whole()?;
    let mut parser = Parser::new(pattern, Some(first.groups));
    let tree = parser.whole()?;
    if tree.size() > MAX_SIZE {
        return Err(error("the pattern is too large when its repetitions are written out", 0));
    }
    Ok(Parsed { tree, groups: parser.groups })
}

fn error(message: impl Into<String>, at: usize) -> RegexError {
    RegexError { message: message.into(), at }
}

/// The settings that `(?…)` changes.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    /// `i`
    is_caseless: bool,
    /// `m`
    is_multiline: bool,
    /// `s`
    is_dotall: bool,
    /// `x`
    is_extended: bool,
    /// `U`
    is_ungreedy: bool,
    /// `J`
    may_repeat_names: bool,
}

struct Parser<'p> {
    pattern: &'p str,
    at: usize,
    depth: usize,
    flags: Flags,
    /// Whether the text stands between `\Q` and `\E`.
    is_quoted: bool,
    groups: Vec<Option<String>>,
    /// All groups of the pattern, once they are known.
    known: Option<Vec<Option<String>>>,
}

impl<'p> Parser<'p> {
    fn new(pattern: &'p str, known: Option<Vec<Option<String>>>) -> Self {
        Self {
            pattern,
            at: 0,
            depth: 0,
            flags: Flags::default(),
            is_quoted: false,
            groups: Vec::new(),
            known,
        }
    }

    fn rest(&self) -> &'p str {
        self.pattern.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// The text up to `end`, which is eaten as well.
    fn until(&mut self, end: char) -> Option<&'p str> {
        let (text, _) = self.rest().split_once(end)?;
        self.at += text.len() + end.len_utf8();
        Some(text)
    }

    fn whole(&mut self) -> Result<Node> {
        self.leading_verbs()?;
        let tree = self.alternation()?;
        match self.peek() {
            None => Ok(tree),
            Some(_) => Err(error("a `)` closes no group", self.at)),
        }
    }

    /// `(*UTF)` and `(*UTF8)` ask for what is so anyway; other settings of the whole pattern are not known here.
    fn leading_verbs(&mut self) -> Result<()> {
        while self.rest().starts_with("(*") && !self.rest().starts_with("(*F") {
            if !(self.eat("(*UTF8)") || self.eat("(*UTF)")) {
                return Err(error("verbs other than `(*FAIL)` are not supported", self.at));
            }
        }
        Ok(())
    }

    /// Alternatives up to a `)` or the end. Settings inside end with them.
    fn alternation(&mut self) -> Result<Node> {
        self.enter()?;
        let flags = self.flags;
        let mut alternatives = vec![self.concatenation()?];
        while !self.is_quoted && self.eat("|") {
            alternatives.push(self.concatenation()?);
        }
        self.flags = flags;
        self.depth -= 1;
        Ok(Node::alternation(alternatives))
    }

    fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(error("groups nest too deep", self.at));
        }
        Ok(())
    }

    fn concatenation(&mut self) -> Result<Node> {
        let mut parts = Vec::new();
        loop {
            self.skip_ignored();
            if self.peek().is_none() || !self.is_quoted && self.rest().starts_with(['|', ')']) {
                return Ok(Node::concatenation(parts));
            }
            let start = self.at;
            if let Some(node) = self.item()? {
                parts.push(self.quantified(node, start)?);
            }
        }
    }

    /// Skips the marks of quotations and comments, and under `(?x)` blanks and comments to the end of the line.
    fn skip_ignored(&mut self) {
        loop {
            let before = self.at;
            if self.eat("\\E") {
                self.is_quoted = false;
            } else if !self.is_quoted && self.eat("\\Q") {
                self.is_quoted = true;
            } else if !self.is_quoted && self.rest().starts_with("(?#") && self.rest().contains(')') {
                self.until(')');
            } else if !self.is_quoted && self.flags.is_extended {
                let blanks = |c: char| matches!(c, '\t'..='\r' | ' ');
                self.at = self.pattern.len() - self.rest().trim_start_matches(blanks).len();
                if self.eat("#") {
                    self.at += self.rest().find('\n').map_or(self.rest().len(), |end| end + 1);
                }
            }
            if self.at == before {
                return;
            }
        }
    }

    /// One item, without its quantifier; nothing for a setting.
    fn item(&mut self) -> Result<Option<Node>> {
        let start = self.at;
        let Some(first) = self.next() else { return Ok(None) };
        if self.is_quoted {
            return Ok(Some(self.literal(first)));
        }
        Ok(Some(match first {
            '(' => return self.group(start),
            '[' => Node::Set(self.class(start)?),
            '\\' => self.escape(start)?,
            '.' if self.flags.is_dotall => Node::Set(Set::full()),
            '.' => Node::Set(Set::not_newline()),
            '^' if self.flags.is_multiline => Node::Assertion(Assertion::LineStart, start),
            '^' => Node::Assertion(Assertion::Start, start),
            '$' if self.flags.is_multiline => Node::Assertion(Assertion::LineEnd, start),
            '$' => Node::Assertion(Assertion::EndOrFinalNewline, start),
            '*' | '+' | '?' => return Err(nothing_to_repeat(start)),
            '{' if self.counts(start)?.is_some() => return Err(nothing_to_repeat(start)),
            literal => self.literal(literal),
        }))
    }

    fn literal(&self, character: char) -> Node {
        let set = Set::one(character);
        Node::Set(if self.flags.is_caseless { set.caseless() } else { set })
    }

    /// The node, repeated as a quantifier after it says.
    fn quantified(&mut self, node: Node, start: usize) -> Result<Node> {
        self.skip_ignored();
        let at = self.at;
        if self.is_quoted {
            return Ok(node);
        }
        let counts = match self.peek() {
            Some('*') => Some((0, None)),
            Some('+') => Some((1, None)),
            Some('?') => Some((0, Some(1))),
            Some('{') => {
                self.at += 1;
                let counts = self.counts(at)?;
                if counts.is_none() {
                    self.at = at;
                }
                counts
            }
            _ => None,
        };
        let Some((least, most)) = counts else { return Ok(node) };
        let is_bare =
            !self.pattern.get(start..).is_some_and(|text| text.starts_with("(?") || text.starts_with("(("));
        if is_bare && matches!(node, Node::Assertion(..) | Node::Special(Special::KeepOut | Special::Fail, _))
        {
            return Err(nothing_to_repeat(at));
        }
        if matches!(self.peek(), Some('*' | '+' | '?')) && self.at == at {
            self.at += 1;
        }
        self.skip_ignored();
        let greed = if self.is_quoted {
            if self.flags.is_ungreedy { Greed::Lazy } else { Greed::Greedy }
        } else if self.eat("+") {
            Greed::Possessive
        } else if self.eat("?") != self.flags.is_ungreedy {
            Greed::Lazy
        } else {
            Greed::Greedy
        };
        let repeated = Node::repetition(Repetition { node, least, most, greed, at: start });
        self.skip_ignored();
        if !self.is_quoted && matches!(self.peek(), Some('*' | '+' | '?')) {
            return Err(nothing_to_repeat(self.at));
        }
        Ok(repeated)
    }

    /// What stands after `{`, if it is a quantifier: `n}`, `n,}` or `n,m}`.
    fn counts(&mut self, start: usize) -> Result<Option<(u32, Option<u32>)>> {
        let Some((counts, _)) = self.rest().split_once('}') else { return Ok(None) };
        let is_count = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (low, high) = counts.split_once(',').unwrap_or((counts, counts));
        if !is_count(low) || !(high.is_empty() || is_count(high)) {
            return Ok(None);
        }
        let number = |text: &str| {
            let number = text.parse().ok().filter(|number| *number <= MAX_COUNT);
            number.ok_or_else(|| error("a repetition counts further than 65535", start))
        };
        let least = number(low)?;
        let most = if high.is_empty() { None } else { Some(number(high)?) };
        if most.is_some_and(|most| most < least) {
            return Err(error("a repetition has a lower bound above its upper bound", start));
        }
        self.at += counts.len() + 1;
        Ok(Some((least, most)))
    }
}

fn nothing_to_repeat(at: usize) -> RegexError {
    error("a quantifier has nothing to repeat", at)
}
