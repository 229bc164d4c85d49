//! `regex-matches-all`: an expression that every text passes. In: `regex`, and `match` in expressions. Out: one
//! finding an expression.

use crate::detection::Regex;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::event::pattern::Shape;
use crate::lint::{Lint, Subject, visit};
use crate::source::Span;
use crate::spl::clause::{ItemKind, Value};

static CODE: Code = Code::new(
    "regex-matches-all",
    Severity::Note,
    "a regular expression matches every text",
    "An expression matches a value if some part of it fits (Search Reference, regex: \"unanchored\"). `.*` fits \
     everywhere, so that `regex field=\".*\"` asks no more than that there is a value, and `regex \
     field!=\".*\"` no less than that there is none.",
);

/// The check.
pub(super) struct RegexMatchesAll;

impl Lint for RegexMatchesAll {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | regex uri=\".*\""
    }

    fn good(&self) -> &'static str {
        "index=web | regex uri=\"^/admin\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut patterns: Vec<(String, Span)> = Vec::new();
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            if stage.name.value == "regex" {
                for item in visit::own_items(stage) {
                    match &item.kind {
                        ItemKind::Word(word) => patterns.push((word.text.clone(), word.span)),
                        ItemKind::Setting(setting) => {
                            if let Value::Word(word) = &setting.value {
                                patterns.push((word.text.clone(), word.span));
                            }
                        }
                        _ => {}
                    }
                }
            }
        });
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            if let Some((name, [_, pattern])) = visit::call(eval)
                && name == "match"
            {
                patterns.extend(visit::text(pattern).map(|text| (text.to_owned(), pattern.span)));
            }
        });
        for (_, span) in patterns.iter().filter(|(pattern, _)| matches_all(pattern)) {
            findings.push(
                Diagnostic::new(&CODE, *span, format!("`{}` matches every text", subject.shown(*span)))
                    .label("tests only that there is a value")
                    .help("write what the value has to hold, or `field=*`"),
            );
        }
    }
}

fn matches_all(pattern: &str) -> bool {
    let patterns = Regex::parse(pattern).ok().and_then(|regex| regex.as_patterns());
    patterns.is_some_and(|patterns| patterns.iter().any(|it| it.shape() == Shape::Everything))
}
