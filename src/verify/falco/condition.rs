//! The conditions of Falco rules: text to tree, and the tree run over an event.
//!
//! In: the text of a condition, the source of its rule and the table of fields. Out: [`Condition`]. Invariant:
//! a condition that is read is one that Falco 0.42 (engine 0.57.0), or Falco 0.44 (engine 0.62.0) where that is asked for,
//! loads without lists or macros. The tree is at most as deep as the text may nest. Warnings of Falco are not given.

use super::error::ReadError;
use super::lexer::{Cursor, is_blank};
use super::test::{Operand, Part, Test, Transformer};
use crate::event::Event;
use crate::target::falco_fields::{FieldTable, Kind, Values};

/// The version of an engine.
pub(super) type Version = [u64; 3];

/// The engine that is modelled: Falco 0.42, the oldest that the official rules support.
pub(super) const ENGINE: Version = [0, 57, 0];

/// The engine that brings `join` and `concat`, which is modelled with them.
pub(super) const JOINING_ENGINE: Version = [0, 62, 0];

/// Falco's parser has depth 1000 and a parenthesis costs 5 of it: 198 pass and 199 fail.
const MAX_DEPTH: u32 = 198;

/// A condition that has been read.
///
/// ```
/// use splc::{event::Event, target::falco_fields::FieldTable, verify::falco::Condition};
/// let fields = FieldTable::embedded();
/// let condition = Condition::parse("not proc.name = \"sh\"", "syscall", &fields).unwrap();
/// assert!(!condition.matches(&Event::new().with("proc.name", "sh")));
/// assert!(condition.matches(&Event::new()));
/// ```
#[derive(Clone, Debug)]
pub struct Condition {
    root: Node,
}

#[derive(Clone, Debug)]
enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Test(Box<Test>),
}

impl Condition {
    /// Reads a condition of a rule of this source (grammar: `libsinsp/filter/parser.h:30-90`).
    ///
    /// # Errors
    /// The text is not a condition that the engine loads, or one that this reader does not model.
    pub fn parse(text: &str, source: &str, fields: &FieldTable) -> Result<Self, ReadError> {
        Self::parse_for(ENGINE, text, source, fields)
    }

    /// Reads a condition as this engine does.
    pub(super) fn parse_for(
        engine: Version,
        text: &str,
        source: &str,
        fields: &FieldTable,
    ) -> Result<Self, ReadError> {
        if text.contains('\0') {
            return Err(ReadError::Nul);
        }
        let mut parser = Parser { cursor: Cursor::new(text), engine, source, fields, depth: 0 };
        let root = parser.expression()?;
        parser.cursor.blanks();
        if parser.cursor.is_at_end() {
            Ok(Self { root })
        } else {
            Err(parser.cursor.error("`and`, `or` or the end"))
        }
    }

    /// Whether the condition is true of an event whose fields are named as in the condition, without quotes
    /// round arguments: `jevt.value["/a"]` is `jevt.value[/a]`.
    ///
    /// Two-valued: a comparison of a missing field is false, and `not` makes it true.
    pub fn matches(&self, event: &Event) -> bool {
        self.root.matches(event)
    }
}

impl Node {
    /// No deeper than the text was nested.
    fn matches(&self, event: &Event) -> bool {
        match self {
            Self::And(nodes) => nodes.iter().all(|node| node.matches(event)),
            Self::Or(nodes) => nodes.iter().any(|node| node.matches(event)),
            Self::Not(node) => !node.matches(event),
            Self::Test(test) => test.matches(event),
        }
    }

    fn of(mut nodes: Vec<Self>, make: fn(Vec<Self>) -> Self) -> Self {
        match nodes.pop() {
            Some(only) if nodes.is_empty() => only,
            last => {
                nodes.extend(last);
                make(nodes)
            }
        }
    }
}

/// Reads one condition; the right sides of comparisons are read in `comparison`.
pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor<'a>,
    engine: Version,
    source: &'a str,
    fields: &'a FieldTable,
    depth: u32,
}

impl Parser<'_> {
    /// `Expr ::= And ('or' (blank And | '(' Expr ')'))*`
    fn expression(&mut self) -> Result<Node, ReadError> {
        let mut terms = vec![self.conjunction()?];
        while self.connective("or") {
            // After `or(` the group is the whole term: no `and` can follow it.
            let is_group = self.cursor.rest().starts_with('(');
            terms.push(if is_group { self.group()? } else { self.conjunction()? });
        }
        Ok(Node::of(terms, Node::Or))
    }

    /// `And ::= Not ('and' (blank Not | '(' Expr ')'))*`
    fn conjunction(&mut self) -> Result<Node, ReadError> {
        let mut terms = vec![self.negation()?];
        while self.connective("and") {
            terms.push(self.negation()?);
        }
        Ok(Node::of(terms, Node::And))
    }

    /// Passes over blanks and this word if a blank or a parenthesis follows it.
    fn connective(&mut self, word: &str) -> bool {
        self.cursor.blanks();
        let mut after = self.cursor.clone();
        let found = after.eat(word) && after.rest().starts_with(|c| is_blank(c) || c == '(');
        if found {
            self.cursor = after;
        }
        found
    }

    /// `Not ::= ('not' blank)* ( 'not(' Expr ')' | Check )`
    fn negation(&mut self) -> Result<Node, ReadError> {
        let mut negated = false;
        let node = loop {
            if !self.connective("not") {
                break self.check()?;
            }
            negated = !negated;
            if !self.cursor.is_at_blank() {
                break self.group()?;
            }
        };
        Ok(if negated { Node::Not(Box::new(node)) } else { node })
    }

    fn check(&mut self) -> Result<Node, ReadError> {
        self.cursor.blanks();
        if self.cursor.rest().starts_with('(') {
            return self.group();
        }
        let left = self.operand()?;
        let check = self.comparison(&left)?;
        Ok(Node::Test(Box::new(Test { left, check })))
    }

    fn group(&mut self) -> Result<Node, ReadError> {
        self.open("`(`")?;
        let node = self.expression()?;
        self.close()?;
        Ok(node)
    }

    fn open(&mut self, expected: &'static str) -> Result<(), ReadError> {
        self.cursor.expect("(", expected)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(ReadError::TooDeep) } else { Ok(()) }
    }

    fn close(&mut self) -> Result<(), ReadError> {
        self.cursor.blanks();
        self.cursor.expect(")", "`)`")?;
        self.depth -= 1;
        Ok(())
    }

    /// A field, or a transformer round one.
    pub(super) fn operand(&mut self) -> Result<Operand, ReadError> {
        let start = self.cursor.clone();
        let name = self.cursor.name().ok_or_else(|| start.error("a field"))?;
        if name.contains('.') {
            return self.field(name);
        }
        if !self.cursor.rest().starts_with('(') {
            return Err(ReadError::UndefinedMacro(name.to_owned()));
        }
        let transformer = match name {
            "tolower" => Transformer::Lower,
            "toupper" => Transformer::Upper,
            "basename" => Transformer::Basename,
            "len" => Transformer::Length,
            "b64" => return Err(ReadError::Unmodelled("b64")),
            "join" if self.engine >= JOINING_ENGINE => return self.joined(),
            "concat" if self.engine >= JOINING_ENGINE => return self.concatenated(),
            "getopt" if self.engine >= JOINING_ENGINE => return Err(ReadError::Unmodelled("getopt")),
            "join" => return Err(ReadError::Later("join")),
            "concat" => return Err(ReadError::Later("concat")),
            "getopt" => return Err(ReadError::Later("getopt")),
            _ => return Err(start.error("a field")),
        };
        self.open("`(`")?;
        self.cursor.blanks();
        let inner = self.operand()?;
        self.close()?;
        transformed(inner, transformer)
    }

    /// `join '(' separator ',' list ')'`, behind its name.
    fn joined(&mut self) -> Result<Operand, ReadError> {
        self.open("`(`")?;
        self.cursor.blanks();
        let separator = self.cursor.string()?;
        self.comma()?;
        let mut list = self.operand()?;
        self.close()?;
        if !list.transformers.is_empty() {
            return Err(ReadError::Unmodelled("a transformed list, whose values end in a zero byte"));
        }
        if !list.is_list() || list.kind() != Kind::Text {
            return Err(ReadError::Transformer(list.name));
        }
        list.transformers.push(Transformer::Join(separator));
        Ok(list)
    }

    /// `concat '(' text (',' text)* ')'`, behind its name.
    fn concatenated(&mut self) -> Result<Operand, ReadError> {
        self.open("`(`")?;
        let mut parts = Vec::new();
        loop {
            self.cursor.blanks();
            parts.push(if self.cursor.rest().starts_with(['"', '\'']) {
                Part::Constant(self.cursor.string()?)
            } else {
                Part::Of(self.operand()?)
            });
            self.cursor.blanks();
            if !self.cursor.rest().starts_with(',') {
                break;
            }
            self.comma()?;
        }
        self.close()?;
        let mut operands = parts.iter().filter_map(|part| match part {
            Part::Of(operand) => Some(operand.clone()),
            Part::Constant(_) => None,
        });
        let first = operands.next().ok_or(ReadError::Unmodelled("a concatenation of constants alone"))?;
        let is_text = |operand: &Operand| operand.kind() == Kind::Text && !operand.is_list();
        if let Some(wrong) = std::iter::once(first.clone()).chain(operands).find(|operand| !is_text(operand))
        {
            return Err(ReadError::Transformer(wrong.name));
        }
        Ok(Operand { transformers: vec![Transformer::Concat(parts)], ..first })
    }

    fn comma(&mut self) -> Result<(), ReadError> {
        self.cursor.blanks();
        self.cursor.expect(",", "`,`")?;
        self.cursor.blanks();
        Ok(())
    }

    fn field(&mut self, name: &str) -> Result<Operand, ReadError> {
        let argument = self.cursor.argument()?;
        let name = argument.map_or_else(|| name.to_owned(), |argument| format!("{name}[{argument}]"));
        match self.fields.lookup(self.source, &name) {
            Some(field) => Ok(Operand { name, field, transformers: Vec::new() }),
            None => Err(ReadError::UnknownField { field: name, source_name: self.source.to_owned() }),
        }
    }

    /// `val(Field)` or a transformer, if one of them comes next.
    pub(super) fn right_operand(&mut self) -> Result<Option<Operand>, ReadError> {
        let mut after = self.cursor.clone();
        let name = after.identifier();
        if name.is_none() || !after.rest().starts_with('(') {
            return Ok(None);
        }
        if name != Some("val") {
            return self.operand().map(Some);
        }
        self.cursor = after;
        self.open("`(`")?;
        self.cursor.blanks();
        let operand = self.operand()?;
        self.close()?;
        match (operand.transformers.is_empty(), operand.field.values) {
            (false, _) => Err(ReadError::Transformer(operand.name)),
            (_, Values::Any) => Err(ReadError::Unmodelled("such a field on the right")),
            _ => Ok(Some(operand)),
        }
    }
}

fn transformed(mut inner: Operand, transformer: Transformer) -> Result<Operand, ReadError> {
    let is_length = matches!(transformer, Transformer::Length);
    let is_texts = inner.kind() == Kind::Text;
    // Falco exits on `tolower(evt.type)`: it looks for the types of events while compiling.
    let by_type = matches!(inner.name.as_str(), "evt.type" | "syscall.type");
    if !inner.field.transformable || by_type || !(is_texts || is_length && inner.is_list()) {
        return Err(ReadError::Transformer(inner.name));
    }
    if is_length && !inner.transformers.is_empty() {
        return Err(ReadError::Unmodelled("the length of a transformed value, which counts a zero byte"));
    }
    inner.transformers.push(transformer);
    Ok(inner)
}
