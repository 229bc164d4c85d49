//! `where-unquoted-path`: a field with dots in its name, without quotes. In: names joined by dots without spaces,
//! in comparisons, in functions that ask something of a field, and where one is all of a value. Out: one finding each, with
//! a fix. Names that the search has fields of are left alone, for their texts may be put together on purpose.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::{Arguments, Pipeline};
use crate::spl::clause::{Clause, Item, ItemKind};
use crate::spl::eval::{BinaryOperator, Eval, EvalKind};

static CODE: Code = Code::new(
    "where-unquoted-path",
    Severity::Warning,
    "a dot in `where` or `eval` joins two fields",
    "In an expression, a field name that holds anything but letters, digits and underscores stands in single \
     quotes; without them, `user.name` is the texts of the fields `user` and `name` put together (Search \
     Reference, where, \"Usage\"; eval, \"Concatenation\"). Reported where the result is compared with a text or tested; \
     where it is a value or compared with a field, if the search uses neither name for itself, and then only as a note \
     unless the names are written as paths are: `userIdentity.arn`, or one of three parts and more.",
);

/// The check.
pub(super) struct WhereUnquotedPath;

impl Lint for WhereUnquotedPath {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=k8s | where user.username=\"system:anonymous\""
    }

    fn good(&self) -> &'static str {
        "index=k8s | where 'user.username'=\"system:anonymous\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut loose: Vec<(&Eval, &str)> = Vec::new();
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            if let Arguments::Assignments(assignments) = &stage.arguments {
                loose.extend(assignments.iter().map(|it| (&it.value, it.field.value.as_str())));
            }
        });
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            if let Some((left, operator, right)) = visit::compared(eval)
                && visit::is_equality(operator)
                && (is_path(left) || is_path(right))
                && (is_path(left) || visit::field(left).is_some())
                && (is_path(right) || visit::field(right).is_some())
            {
                loose.extend([(left, ""), (right, "")]);
            } else if let Some((name, arguments)) = visit::call(eval)
                && VALUES.contains(&name.as_str())
            {
                loose.extend(arguments.iter().map(|argument| (argument, "")));
            }
            let tested: Vec<&Eval> = if let Some((left, _, right)) = visit::compared(eval) {
                // Beside another field, texts may be put together on purpose.
                let is_literal = |eval: &Eval| matches!(eval.kind, EvalKind::Text(_) | EvalKind::Number(_));
                if is_literal(right) { vec![left] } else { Vec::new() }
            } else if let Some((name, arguments)) = visit::call(eval) {
                arguments.iter().filter(|_| TESTS.contains(&name.as_str())).collect()
            } else if let EvalKind::In(operand, _) = &eval.kind {
                vec![operand]
            } else {
                return;
            };
            findings.extend(tested.iter().filter(|eval| is_path(eval)).map(|eval| finding(subject, eval)));
        });
        loose.retain(|(eval, _)| is_path(eval) && !subject.is_of_macro(eval.span));
        if loose.is_empty() {
            return;
        }
        let used = fields(&subject.parsed.pipeline);
        findings
            .extend(loose.into_iter().filter_map(|(path, target)| of_value(subject, path, target, &used)));
    }
}

/// Functions that ask something of a value.
const TESTS: &[&str] =
    &["isnull", "isnotnull", "like", "match", "in", "cidrmatch", "searchmatch", "isnum", "isstr"];

/// Functions that give one of their arguments, or one of its texts.
const VALUES: &[&str] = &["coalesce", "lower", "mvindex", "split", "tostring", "trim", "upper"];

/// Fields of every event (Knowledge Manager Manual, "Use default fields").
const DEFAULT: &[&str] = &["_raw", "_time", "host", "index", "source", "sourcetype"];

/// The finding about a path that is a value; none where a part of it is a field of the search.
/// Where the last part names the field that is set, as in `eval arn=user.arn`, it is that of the path.
fn of_value(subject: &Subject<'_>, path: &Eval, target: &str, used: &BTreeSet<&str>) -> Option<Diagnostic> {
    let text = path.span.of(subject.text()).replace('\'', "");
    let parts: Vec<&str> = text.split('.').collect();
    let is_named = parts.last().is_some_and(|last| *last == target);
    let own = parts.get(..parts.len() - usize::from(is_named)).unwrap_or_default();
    if own.iter().any(|part| used.contains(part) || DEFAULT.contains(part)) {
        return None;
    }
    // A parser of JSON keeps `userIdentity`; names of flat fields begin with a capital, or have none.
    let is_camel = |part: &&str| {
        part.starts_with(|c: char| c.is_ascii_lowercase()) && part.contains(|c: char| c.is_ascii_uppercase())
    };
    let root = |name: &str| name.split_once('.').is_some_and(|(root, _)| parts.first() == Some(&root));
    let is_root = used.iter().any(|name| root(name));
    let is_sure =
        is_named || parts.len() > 2 || is_root || text.contains("{}") || parts.first().is_some_and(is_camel);
    let mut finding = finding(subject, path);
    if !is_sure {
        finding.severity = Severity::Note;
    }
    Some(finding)
}

/// The names of the fields that a search sets, tests, or uses as a whole.
fn fields(pipeline: &Pipeline) -> BTreeSet<&str> {
    let mut fields = BTreeSet::new();
    visit::comparisons(pipeline, &mut |comparison, _| _ = fields.insert(comparison.field.value.as_str()));
    visit::expressions(pipeline, &mut |_, eval| of_eval(eval, &mut fields));
    visit::stages(pipeline, &mut |stage| match &stage.arguments {
        Arguments::Assignments(assignments) => {
            fields.extend(assignments.iter().map(|assignment| assignment.field.value.as_str()));
        }
        Arguments::Clauses(clauses) => {
            for item in clauses.iter().flat_map(Clause::items) {
                item.walk(&mut |item| of_item(item, &mut fields));
            }
        }
        _ => {}
    });
    fields
}

fn of_item<'a>(item: &'a Item, fields: &mut BTreeSet<&'a str>) {
    let word = match &item.kind {
        ItemKind::Word(word) => Some(word),
        _ => None,
    };
    for word in word.into_iter().chain(&item.alias) {
        fields.insert(&word.text);
        // The groups of a regular expression are fields.
        let groups = word.text.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
        fields.extend(groups.map(|(name, _)| name));
    }
}

/// The fields of an expression that are no part of a path.
fn of_eval<'a>(eval: &'a Eval, fields: &mut BTreeSet<&'a str>) {
    if is_path(eval) {
        return;
    }
    if let Some((field, _)) = visit::field(eval) {
        fields.insert(field);
    }
    eval.for_each_child(&mut |child| of_eval(child, fields));
}

/// Whether it is fields without quotes, joined by dots with nothing between. In `'groups{}'.name` a part has quotes: an
/// array, whose items have the fields that follow it.
fn is_path(eval: &Eval) -> bool {
    let EvalKind::Chain(first, rest) = &eval.kind else { return false };
    let is_name = |eval: &Eval| match &eval.kind {
        EvalKind::Field(field) if field.quoted => field.name.ends_with("{}"),
        EvalKind::Field(_) => visit::field(eval).is_some(),
        _ => false,
    };
    let mut end = first.span.end;
    let are_joined = rest.iter().all(|(operator, operand)| {
        let touches = operator.span.start == end && operand.span.start == operator.span.end;
        end = operand.span.end;
        operator.value == BinaryOperator::Concatenate && touches && is_name(operand)
    });
    let has_name = |eval: &Eval| visit::field(eval).is_some();
    is_name(first) && are_joined && (has_name(first) || rest.iter().any(|(_, operand)| has_name(operand)))
}

fn finding(subject: &Subject<'_>, eval: &Eval) -> Diagnostic {
    let shown = subject.shown(eval.span);
    let written = format!("'{}'", eval.span.of(subject.text()).replace('\'', ""));
    Diagnostic::new(&CODE, eval.span, format!("`{shown}` puts the texts of several fields together"))
        .label("the dots join fields")
        .help(format!("`{written}` is the field of that name"))
        .fix(Fix {
            title: format!("write `{written}`"),
            edits: vec![Edit { span: eval.span, text: written.clone() }],
            safe: false,
        })
}
