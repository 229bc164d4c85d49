//! `bare-alternative`: `host=a OR b`, where the field is meant for both. In: alternatives of an OR of which the first ones
//! test one field and the others are words. Out: one finding an OR, with a fix that writes `IN`.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::{Comparison, Expression, Form, Kind, Literal, Operator};

static CODE: Code = Code::new(
    "bare-alternative",
    Severity::Warning,
    "a value stands behind OR without its field",
    "A word that no field stands before is looked for in all of the event (Search Reference, search): \
     `host=web1 OR web2` holds for whatever event has the word `web2`. `host IN (web1, web2)` asks for either value. \
     Reported where the words look like the value: numbers, addresses, names with a number, files, or stars in the \
     same places.",
);

/// The check.
pub(super) struct BareAlternative;

impl Lint for BareAlternative {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth host=web1 OR web2"
    }

    fn good(&self) -> &'static str {
        "index=auth host IN (web1, web2)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::searches(&subject.parsed.pipeline, &mut |_, search| {
            search.walk(&mut |expression| {
                if !subject.is_of_macro(expression.span) {
                    findings.extend(values(expression).map(|values| finding(subject, expression, &values)));
                }
            });
        });
    }
}

fn finding(subject: &Subject<'_>, or: &Expression, values: &Values<'_>) -> Diagnostic {
    let field = values.field.field.span.of(subject.text());
    let all: Vec<&str> = values.all.iter().map(|value| value.span.of(subject.text())).collect();
    let written = format!("{field} IN ({})", all.join(", "));
    let shown = subject.shown(values.bare.span);
    Diagnostic::new(&CODE, values.bare.span, format!("`{shown}` is looked for in the whole event"))
        .label("no field stands before it")
        .help(format!("`{written}` asks for either value"))
        .fix(Fix {
            title: format!("write `{written}`"),
            edits: vec![Edit { span: or.span, text: written }],
            safe: false,
        })
}

/// The values that an OR names: those of a field, and words that are meant to be some.
pub(super) struct Values<'a> {
    field: &'a Comparison,
    all: Vec<&'a Literal>,
    bare: &'a Literal,
}

/// The alternatives of an OR if they are tests of one field, and behind them words like its values.
pub(super) fn values(or: &Expression) -> Option<Values<'_>> {
    let Kind::Or(children) = &or.kind else { return None };
    let test = |child: &'_ Expression| matches!(&child.kind, Kind::Comparison(_));
    let count = children.iter().take_while(|child| test(child)).count();
    let (tests, words) = children.split_at_checked(count)?;
    let tests: Vec<&Comparison> = tests.iter().filter_map(plain_test).collect();
    let words: Vec<&Literal> = words.iter().filter_map(plain_word).collect();
    let (first, bare) = (*tests.first()?, *words.first()?);
    let is_one_field = tests.iter().all(|test| test.field.value == first.field.value);
    let all: Vec<&Literal> = tests.iter().filter_map(|test| test.values.first()).chain(words).collect();
    let kind = Look::of(all.first()?);
    let are_alike = kind.is_some() && all.iter().all(|value| Look::of(value) == kind);
    let is_whole = all.len() == children.len();
    (is_whole && is_one_field && are_alike).then_some(Values { field: first, all, bare })
}

fn plain_test(child: &Expression) -> Option<&Comparison> {
    match &child.kind {
        Kind::Comparison(test) if test.operator.value == Operator::Equal && test.form == Form::Plain => {
            Some(test)
        }
        _ => None,
    }
}

fn plain_word(child: &Expression) -> Option<&Literal> {
    match &child.kind {
        Kind::Term(word) if word.directive.is_none() => Some(word),
        _ => None,
    }
}

/// What a value looks like; nothing for a word, which logs hold anywhere.
#[derive(PartialEq)]
enum Look<'a> {
    Number,
    Address,
    /// A name that ends in a number, without it: `web1`.
    Numbered(&'a str),
    /// A name with this ending.
    File(&'a str),
    /// Whether a star stands at the start and at the end. In quotes it is a phrase, as events are searched for.
    Starred(bool, bool),
}

impl<'a> Look<'a> {
    fn of(value: &'a Literal) -> Option<Self> {
        let text = value.text.as_str();
        let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
        let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
        if text.is_empty() || value.quoted && text.contains(char::is_whitespace) {
            None
        } else if text.contains('*') {
            let (start, end) = (text.starts_with('*'), text.ends_with('*'));
            (text.len() > 2 && !value.quoted).then_some(Self::Starred(start, end))
        } else if text.chars().all(|c| c.is_ascii_digit()) {
            Some(Self::Number)
        } else if text.parse::<std::net::IpAddr>().is_ok() {
            Some(Self::Address)
        } else if name.len() > 1 && name.len() < text.len() && is_word(text) {
            Some(Self::Numbered(name))
        } else {
            const FILES: &[&str] = &["exe", "dll", "ps1", "bat", "vbs", "js", "msi", "scr"];
            let (_, ending) = text.rsplit_once('.')?;
            FILES.contains(&ending.to_ascii_lowercase().as_str()).then_some(Self::File(ending))
        }
    }
}
