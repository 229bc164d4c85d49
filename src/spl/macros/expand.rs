//! Puts the text of macros in place of their calls.
//!
//! In: a query and definitions. Out: [`Expanded`]. Calls are found as the reader of queries finds them: not inside
//! double quotes or comments, nor after a backslash. Expansion is text and recursive, to a depth of 100 as in Splunk
//! (`limits.conf`, `max_macro_depth`). Invariant: it ends, whatever the definitions say: what macros add to a query
//! is bounded in size, and a call that cannot be replaced stays as it is written.

use super::call::{self, Call, Unfit};
use super::provenance::{Expanded, Frame, Unresolved};
use super::{Definition, Definitions, Lookup, eval};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::Span;
use crate::spl::input::{self, Input, comment, is_space, macro_call, quoted};
use crate::spl::{Findings, codes};

/// How deep calls may nest (`limits.conf`, `max_macro_depth`).
pub(super) const DEPTH: usize = 100;

/// How many bytes macros may add to a query, and what each call counts beside its text.
const SIZE: usize = 1024 * 1024;
const CALL: usize = 16;

/// How many calls that stay are told apart; the first one is enough to refuse a search.
const UNRESOLVED: usize = 1000;

/// Replaces the macros of a query by their text, as the app sees them that the search belongs to.
///
/// ```
/// use splc::spl::macros::{Definitions, expand};
/// let expanded = expand("`no_such` a=1 | `x_filter`", Definitions::builtin(), None);
/// assert_eq!(expanded.text(), "`no_such` a=1 | search *");
/// assert_eq!(expanded.unresolved[0].message, "the macro `no_such` is not defined");
/// ```
pub fn expand(text: &str, definitions: &Definitions, app: Option<&str>) -> Expanded {
    if !text.contains('`') {
        return Expanded::identity(text);
    }
    let mut expander = Expander {
        definitions,
        app,
        out: Expanded::default(),
        findings: Findings::default(),
        open: Vec::new(),
        left: SIZE,
        is_full: false,
        at_stage: true,
    };
    expander.scan(text, None);
    expander.out.diagnostics = expander.findings.0;
    expander.out
}

struct Expander<'d> {
    definitions: &'d Definitions,
    app: Option<&'d str>,
    out: Expanded,
    findings: Findings,
    /// The definitions whose text is being read, outermost first.
    open: Vec<&'d Definition>,
    /// Bytes that macros may still add.
    left: usize,
    /// Whether the bound on size was met: no call is replaced after that.
    is_full: bool,
    /// Whether only white space and comments stand between here and the pipe or bracket before.
    at_stage: bool,
}

/// A piece of text that a macro call may not stand in, or a character.
enum Piece {
    Blank,
    Opener,
    Call,
    Other,
}

impl<'d> Expander<'d> {
    /// Copies text and replaces its calls; `frame` is the macro that the text belongs to.
    fn scan(&mut self, text: &str, frame: Option<usize>) {
        let mut rest = input::input(text, Span::new(0, text.len()));
        let mut copied = 0;
        let mut unclosed = Vec::new();
        while let Some((piece, after)) = piece(rest, &mut unclosed) {
            let (at, end) = (input::offset(rest), input::offset(after));
            match piece {
                Piece::Blank => {}
                Piece::Opener => self.at_stage = true,
                Piece::Other => self.at_stage = false,
                Piece::Call => {
                    self.copy(text, copied, at, frame);
                    self.call(text.get(at..end).unwrap_or(""), at, frame);
                    copied = end;
                }
            }
            rest = after;
        }
        self.copy(text, copied, text.len(), frame);
    }

    fn copy(&mut self, text: &str, start: usize, end: usize, frame: Option<usize>) {
        let text = text.get(start..end).unwrap_or("");
        match frame {
            Some(frame) => self.out.push_macro(text, frame),
            None => self.out.push_query(text, start),
        }
    }

    /// Replaces a call that starts at `at` of the text of `frame`, or copies it.
    fn call(&mut self, written: &str, at: usize, frame: Option<usize>) {
        let call = call::parse(written.trim_matches('`'));
        let place = match frame.and_then(|frame| self.out.frame(frame)) {
            Some(frame) => frame.call,
            None => Span::new(at, at + written.len()),
        };
        match self.resolved(&call) {
            Ok((definition, text)) => {
                self.left = self.left.saturating_sub(text.len() + CALL);
                let described = format!("the macro `{definition}` ({})", definition.origin);
                let index = self.out.open(self.frame(call.name, Some(described), place, frame));
                self.open.push(definition);
                self.scan(&text, Some(index));
                self.open.pop();
                self.out.close(index);
            }
            Err(Missing::Filter) => self.pass(call.name, place, frame),
            Err(Missing::Because { code, severity, message, help }) => {
                let start = self.out.len();
                self.copy_call(written, at, frame);
                let span = Span::new(start, self.out.len());
                if let Some(code) = code {
                    self.findings.push(Diagnostic::new(code, span, message.clone()).help(help.clone()));
                }
                if self.out.unresolved.len() < UNRESOLVED {
                    let name = call.name.to_owned();
                    self.out.unresolved.push(Unresolved { span, name, message, help, severity });
                }
                self.at_stage = false;
            }
        }
    }

    fn copy_call(&mut self, written: &str, at: usize, frame: Option<usize>) {
        match frame {
            Some(frame) => self.out.push_macro(written, frame),
            None => self.out.push_query(written, at),
        }
    }

    fn frame(&self, name: &str, definition: Option<String>, call: Span, caller: Option<usize>) -> Frame {
        let start = self.out.len();
        Frame { name: name.to_owned(), definition, call, caller, became: Span::new(start, start) }
    }

    /// A filter macro that nobody defined lets everything pass: a stage of its own, or a term.
    fn pass(&mut self, name: &str, place: Span, caller: Option<usize>) {
        let text = if self.at_stage { "search *" } else { "*" };
        self.left = self.left.saturating_sub(CALL);
        let index = self.out.open(self.frame(name, None, place, caller));
        self.out.push_macro(text, index);
        self.out.close(index);
        let span = Span::new(self.out.len() - text.len(), self.out.len());
        let message = format!("the macro `{name}` is not defined and taken to let every event pass");
        self.findings.push(Diagnostic::new(&codes::FILTER_MACRO, span, message));
        self.at_stage = false;
    }

    /// The definition that a call means, and what takes the place of the call.
    fn resolved(&mut self, call: &Call<'_>) -> Result<(&'d Definition, String), Missing> {
        let definition = match self.definition(call) {
            Err(Missing::Filter) if self.left < CALL => return Err(self.too_large(call.name)),
            found => found?,
        };
        if self.open.iter().any(|open| std::ptr::eq(*open, definition)) {
            return Err(self.cycle(definition));
        }
        if self.open.len() == DEPTH {
            let message = format!("the macro `{definition}` is called deeper than {DEPTH} levels");
            return Err(Missing::error(&codes::MACRO_TOO_DEEP, message, "write the text in its place"));
        }
        let values = call::values(call, definition).map_err(|unfit| unfitting(definition, unfit))?;
        let limit = if self.is_full { 0 } else { self.left.saturating_sub(CALL) };
        let Some(text) = call::substituted(definition, &values, limit).filter(|_| !self.is_full) else {
            return Err(self.too_large(&definition.to_string()));
        };
        if !definition.is_eval {
            return Ok((definition, text));
        }
        let argument = |name: &str| {
            let at = definition.arguments.iter().position(|argument| argument == name)?;
            values.get(at).cloned()
        };
        match eval::joined(&text, &argument) {
            Some(text) => Ok((definition, text)),
            None => Err(Missing::because(
                format!("the macro `{definition}` is an eval expression that does more than join texts"),
                format!("write the text that it gives in its place; it is defined in {}", definition.origin),
            )),
        }
    }

    fn definition(&self, call: &Call<'_>) -> Result<&'d Definition, Missing> {
        let (name, arity) = (call.name, call.arguments.len());
        let mut found = self.definitions.lookup(name, arity, self.app);
        // `name()` also calls a macro of one argument, with the empty text.
        if arity == 0 && found == Lookup::OtherArity(vec![1]) && call.has_parentheses {
            found = self.definitions.lookup(name, 1, self.app);
        }
        let name_of = |arity| if arity == 0 { name.to_owned() } else { format!("{name}({arity})") };
        Err(match found {
            Lookup::Found(definition) => return Ok(definition),
            Lookup::Undefined if arity == 0 && name.ends_with("_filter") => Missing::Filter,
            Lookup::Undefined => Missing::because(
                format!("the macro `{}` is not defined", name_of(arity)),
                "give its definition with `--macros PATH`, or write its text in its place".to_owned(),
            )
            .lost(self.definitions.iter().any(|one| self.is_own(one) && are_sisters(&one.name, name))),
            Lookup::External(app) => Missing::because(
                format!("the macro `{name}` belongs to {app}, and its text is not known"),
                "give the definitions of that app with `--macros PATH`".to_owned(),
            ),
            Lookup::OtherArity(arities) => {
                let takes: Vec<String> = arities.iter().map(usize::to_string).collect();
                let noun = if arities == [1] { "argument" } else { "arguments" };
                Missing::because(
                    format!("the macro `{name}` takes {} {noun}; the call has {arity}", takes.join(" or ")),
                    "put double quotes round an argument that holds a comma".to_owned(),
                )
                .lost(true)
            }
            Lookup::Ambiguous(apps) => Missing::because(
                format!("the apps {} define the macro `{}` differently", listed(&apps), name_of(arity)),
                "give the definitions of the search's own app alone with `--macros PATH`".to_owned(),
            ),
        })
    }

    /// Whether a definition belongs to the search's own app, or to none.
    fn is_own(&self, definition: &Definition) -> bool {
        definition.app.is_none() || definition.app.as_deref() == self.app
    }

    fn cycle(&self, definition: &Definition) -> Missing {
        let from = self.open.iter().position(|open| std::ptr::eq(*open, definition)).unwrap_or(0);
        let mut names: Vec<String> = self.open.iter().skip(from).map(|open| format!("`{open}`")).collect();
        names.push(format!("`{definition}`"));
        // The whole way round may be long; its ends say enough.
        if names.len() > 6 {
            names.splice(3..names.len() - 2, ["…".to_owned()]);
        }
        let message = format!("the macro `{definition}` calls itself: {}", names.join(" → "));
        Missing::error(&codes::MACRO_CYCLE, message, "write what is meant in its place")
    }

    /// Said once: the calls after the first one that does not fit are only left as they are.
    fn too_large(&mut self, name: &str) -> Missing {
        let message = format!("the macro `{name}` makes the search too large to read");
        let help = format!("macros may add {} MiB to a search", SIZE / (1024 * 1024));
        if std::mem::replace(&mut self.is_full, true) {
            return Missing::because(message, help);
        }
        Missing::error(&codes::MACRO_TOO_LARGE, message, &help)
    }
}

/// Why a call is not replaced.
enum Missing {
    /// Nobody defined the filter, so it filters nothing.
    Filter,
    /// The call stays; with a code it is an error.
    Because { code: Option<&'static Code>, severity: Severity, message: String, help: String },
}

impl Missing {
    fn because(message: String, help: String) -> Self {
        Self::Because { code: None, severity: Severity::Note, message, help }
    }

    /// The same, where the given definitions say that the call is at fault.
    fn lost(self, is_lost: bool) -> Self {
        match self {
            Self::Because { code, message, help, .. } if is_lost => {
                Self::Because { code, severity: Severity::Warning, message, help }
            }
            other => other,
        }
    }

    fn error(code: &'static Code, message: String, help: &str) -> Self {
        Self::Because { code: Some(code), severity: Severity::Warning, message, help: help.to_owned() }
    }
}

fn unfitting(definition: &Definition, unfit: Unfit) -> Missing {
    let message = format!("the arguments of the macro `{definition}` do not fit");
    let help = match unfit {
        Unfit::Names => format!("name each of `{}` once, or none", definition.arguments.join("`, `")),
        Unfit::Parenthesis => {
            "end an argument that starts with `(` in `)`, or put double quotes round it".to_owned()
        }
    };
    Missing::error(&codes::MACRO_ARGUMENTS, message, &help)
}

/// Whether two names differ in one of three or more words, or in case: a call by such a name was probably meant for the app
/// that defines the other.
fn are_sisters(one: &str, other: &str) -> bool {
    let (left, right): (Vec<&str>, Vec<&str>) = (one.split('_').collect(), other.split('_').collect());
    let different = left.iter().zip(&right).filter(|(left, right)| left != right).count();
    one.eq_ignore_ascii_case(other) || left.len() >= 3 && left.len() == right.len() && different == 1
}

/// Apps in a message: the first few.
fn listed(apps: &[&str]) -> String {
    let named: Vec<String> = apps.iter().take(3).map(|app| format!("`{app}`")).collect();
    let more = if apps.len() > named.len() { " and others" } else { "" };
    format!("{}{more}", named.join(", "))
}

/// The next piece of a text, as `split` reads it, and what follows.
fn piece<'t>(rest: Input<'t>, unclosed: &mut Vec<char>) -> Option<(Piece, Input<'t>)> {
    use nom::Input as _;
    let character = rest.fragment().chars().next()?;
    let mut closed = |kind: char, parser: fn(Input<'t>) -> input::Read<'t>| {
        if unclosed.contains(&kind) {
            return None;
        }
        let read = parser(rest).ok();
        if read.is_none() {
            unclosed.push(kind);
        }
        read.map(|(after, _)| after)
    };
    let taken = |bytes: usize| rest.take_from(bytes.min(rest.fragment().len()));
    let found = match character {
        '`' if rest.fragment().starts_with("```") => {
            closed('#', comment).map_or((Piece::Other, taken(3)), |after| (Piece::Blank, after))
        }
        '`' => closed('`', macro_call).map_or((Piece::Other, taken(1)), |after| (Piece::Call, after)),
        '"' => (Piece::Other, closed('"', quoted).unwrap_or_else(|| taken(1))),
        '\\' => {
            let next = rest.fragment().chars().nth(1).map_or(0, char::len_utf8);
            (Piece::Other, taken(1 + next))
        }
        '|' | '[' => (Piece::Opener, taken(1)),
        _ if is_space(character) => (Piece::Blank, taken(character.len_utf8())),
        _ => (Piece::Other, taken(character.len_utf8())),
    };
    Some(found)
}
