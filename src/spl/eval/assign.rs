//! Reads `field=expression, field=expression`: the arguments of `eval`.
//!
//! In: the arguments of a stage. Out: fields and expressions, in order. Invariant: what is no assignment is told as an
//! error. A field to set is written bare, with dots and dashes if it has them, or in quotes of either kind; a name in
//! braces, `{host}_count`, takes the value of that field (Search Reference, `eval`).

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::{Span, Spanned};
use crate::spl::codes;
use crate::spl::eval::read::Reader;
use crate::spl::eval::{Assignment, Eval, EvalKind};
use crate::spl::input;
use crate::spl::query::Query;
use crate::spl::scan::Scanner;

/// Reads all text under `span`.
pub(crate) fn assignments(query: &mut Query<'_>, span: Span) -> Vec<Assignment> {
    let mut scanner = Scanner::new(query, span);
    let mut read = Vec::new();
    scanner.skip_space();
    if scanner.peek().is_none() {
        let message = "no field is set here";
        scanner.query.findings.push(Diagnostic::new(&codes::MISSING_OPERAND, span, message));
    }
    while scanner.peek().is_some() {
        if let Some(value) = unknown(&mut scanner) {
            // The text of a macro or what a sub-search returns sets fields; which ones is not known.
            let span = value.span;
            let field = Spanned::new(String::new(), Span::new(span.start as usize, span.start as usize));
            read.push(Assignment { field, value, span });
            scanner.skip_space();
            if scanner.take(",").is_some() || scanner.peek().is_none() {
                scanner.skip_space();
                continue;
            }
        }
        let Some(field) = target(&mut scanner) else {
            report_no_assignment(&mut scanner);
            break;
        };
        let mut reader = Reader::new(&mut scanner);
        let value = reader.chain(0);
        let more = reader.at_comma();
        if !more {
            reader.report_rest();
        }
        let at_end = reader.at_end();
        reader.stop();
        read.push(Assignment { span: field.span.join(value.span), field, value });
        if !more && !at_end {
            break;
        }
        scanner.skip_space();
        if more && scanner.peek().is_none() {
            let message = "no assignment follows the last comma";
            scanner.query.findings.push(Diagnostic::new(&codes::STRAY_COMMA, scanner.left(), message));
        }
    }
    read
}

fn unknown(scanner: &mut Scanner<'_, '_>) -> Option<Eval> {
    if let Some((body, span)) = scanner.macro_call() {
        return Some(Eval { kind: EvalKind::Macro(body), span });
    }
    let span = scanner.bracketed()?;
    Some(Eval { kind: EvalKind::Subsearch(scanner.query.subsearch(span)), span })
}

/// Says why no field and `=` stand here.
fn report_no_assignment(scanner: &mut Scanner<'_, '_>) {
    let start = scanner.at;
    let field = name(scanner).map(|field| field.span);
    let text = scanner.query.text;
    let word = |span: Span| span.of(text).to_owned();
    let finding = match (scanner.peek(), field) {
        // `size(MB)=…`
        (Some('(' | ')' | '[' | ']'), Some(_)) => {
            scanner.take_until(|character| input::is_space(character) || character == '=');
            let span = scanner.since(start);
            let message = format!("the field `{}` needs quotes to be set", word(span));
            Diagnostic::new(&codes::UNQUOTED_FIELD, span, message).help("put the name in double quotes")
        }
        (_, Some(span)) => {
            scanner.skip_space();
            let edit = scanner.take("==").map(|span| Edit { span, text: "=".to_owned() });
            let message = format!("`{}` is set to nothing", word(span));
            let finding = Diagnostic::new(&codes::MISSING_VALUE, span, message);
            match edit {
                Some(edit) => {
                    let title = "write `=`".to_owned();
                    let message = format!("`==` compares `{}` and sets nothing", word(span));
                    Diagnostic::new(&codes::MISSING_VALUE, edit.span, message).fix(Fix {
                        title,
                        edits: vec![edit],
                        safe: false,
                    })
                }
                None => finding.help("write `field=expression`"),
            }
        }
        (Some(','), None) => {
            let span = scanner.take_any();
            Diagnostic::new(&codes::MISSING_OPERAND, span, "no assignment stands before this comma")
        }
        _ => {
            let span = scanner.take_any();
            let message = format!("no field stands before `{}`", word(span));
            Diagnostic::new(&codes::MISSING_OPERAND, span, message).help("write `field=expression`")
        }
    };
    scanner.query.findings.push(finding);
}

/// The field and its `=`.
fn target(scanner: &mut Scanner<'_, '_>) -> Option<Spanned<String>> {
    let start = scanner.at;
    let field = name(scanner).map(|field| with_unit(scanner, field));
    scanner.skip_space();
    let found = field.filter(|_| !scanner.starts_with("==") && scanner.take("=").is_some());
    if found.is_none() {
        scanner.at = start;
    }
    found
}

/// `size(MB)=…` sets the field `size(MB)`. The manual asks for quotes; apps, Splunk's own among them, write it without.
fn with_unit(scanner: &mut Scanner<'_, '_>, field: Spanned<String>) -> Spanned<String> {
    let rest = scanner.rest();
    let length =
        rest.find(|next: char| input::is_space(next) || matches!(next, '=' | '"')).unwrap_or(rest.len());
    let unit = rest.get(..length).unwrap_or("");
    let is_bare = field.span.of(scanner.query.text) == field.value;
    let sets = rest.get(length..).is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.starts_with('=') && !rest.starts_with("==")
    });
    if !(is_bare && sets && unit.starts_with('(') && unit.ends_with(')')) {
        return field;
    }
    scanner.at += length;
    let span = scanner.since(field.span.start as usize);
    let name = span.of(scanner.query.text).to_owned();
    let edits = vec![Edit { span, text: format!("\"{name}\"") }];
    let title = "put the name in double quotes".to_owned();
    let message = format!("`{name}` is read as the field to set");
    let mut finding = Diagnostic::new(&codes::UNQUOTED_FIELD, span, message);
    finding.severity = Severity::Note;
    scanner.query.findings.push(finding.fix(Fix { title, edits, safe: true }));
    Spanned::new(name, span)
}

fn name(scanner: &mut Scanner<'_, '_>) -> Option<Spanned<String>> {
    let start = scanner.at;
    if let Some(span) = scanner.string() {
        return Some(Spanned::new(input::unescape(scanner.inside(span)), span));
    }
    if scanner.peek() == Some('\'') {
        let rest = scanner.rest().get(1..)?;
        let end = rest.find('\'')?;
        scanner.at += end + 2;
        return Some(Spanned::new(rest.get(..end)?.to_owned(), scanner.since(start)));
    }
    let span = scanner.take_until(|character| {
        input::is_space(character) || matches!(character, '=' | ',' | '"' | '(' | ')' | '[' | ']' | '|' | '`')
    });
    let span = Span::new(start, span.end as usize);
    (span.start < span.end).then(|| Spanned::new(span.of(scanner.query.text).to_owned(), span))
}
