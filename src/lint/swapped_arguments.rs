//! `swapped-arguments`: a function with its arguments the wrong way round. In: `cidrmatch`, `like` and `match` with
//! one text and one field. Out: one finding a call, with a fix.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::event::network;
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::Eval;

static CODE: Code = Code::new(
    "swapped-arguments",
    Severity::Warning,
    "the arguments of a function stand the wrong way round",
    "`cidrmatch` takes the network first and the address second; `like` and `match` take the value first and \
     the pattern second (Search Reference, \"Comparison and conditional functions\"). The other way round, the \
     field is taken for the pattern.",
);

/// The check.
pub(super) struct SwappedArguments;

impl Lint for SwappedArguments {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=proxy | where cidrmatch(src, \"10.0.0.0/8\")"
    }

    fn good(&self) -> &'static str {
        "index=proxy | where cidrmatch(\"10.0.0.0/8\", src)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            if let Some((name, [first, second])) = visit::call(eval)
                && is_swapped(&name, first, second)
            {
                findings.push(finding(subject, (eval, &name), first, second));
            }
        });
    }
}

fn is_swapped(name: &str, first: &Eval, second: &Eval) -> bool {
    let is_network = |eval: &Eval| visit::text(eval).is_some_and(|text| network::parse(text).is_some());
    let has_wildcard = |eval: &Eval| visit::text(eval).is_some_and(|text| text.contains('%'));
    match name {
        "cidrmatch" => visit::field(first).is_some() && is_network(second),
        "like" => has_wildcard(first) && visit::field(second).is_some(),
        _ => false,
    }
}

fn finding(subject: &Subject<'_>, (whole, name): (&Eval, &str), first: &Eval, second: &Eval) -> Diagnostic {
    let text = subject.text();
    let written = format!("{name}({}, {})", second.span.of(text), first.span.of(text));
    let message = format!("`{}` has its arguments the wrong way round", subject.shown(whole.span));
    Diagnostic::new(&CODE, whole.span, message)
        .label(if name == "cidrmatch" { "the network comes first" } else { "the pattern comes second" })
        .help(format!("write `{written}`"))
        .fix(Fix {
            title: format!("write `{written}`"),
            edits: vec![Edit { span: whole.span, text: written }],
            safe: false,
        })
}
