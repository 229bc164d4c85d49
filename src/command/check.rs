//! Looks at the names of commands and functions in a query.
//!
//! In: a pipeline. Out: findings about names that are not known and calls with too many or too few arguments.
//! Invariant: every stage is looked at, those of sub-searches too; a macro call or a template may stand for a name,
//! and then nothing is said.

use crate::command::{self, codes, condition};
use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::function::foreign::{self, Known};
use crate::function::{Family, Function, distance, nearest};
use crate::source::{Span, Spanned};
use crate::spl::ast::{Arguments, Directive, Expression, Kind, Pipeline, Stage};
use crate::spl::clause::{Body, Clause, Item, ItemKind, Value};
use crate::spl::eval::{Eval, EvalKind};
use crate::spl::{MOST_FINDINGS, Shape, quote};

/// Commands that nobody begins a search for words with.
const GENERATING: &[&str] = &[
    "tstats",
    "mstats",
    "inputlookup",
    "makeresults",
    "datamodel",
    "dbinspect",
    "loadjob",
    "mcatalog",
    "inputcsv",
];

/// Commands, what each may not go without, and how many of these (searchbnf.conf, the syntax of each).
const NEEDED: &[(&str, Needed, usize)] = &[
    ("append", Needed::Subsearch, 1),
    ("appendcols", Needed::Subsearch, 1),
    ("appendpipe", Needed::Subsearch, 1),
    ("chart", Needed::Function, 1),
    ("dedup", Needed::Field, 1),
    ("fields", Needed::Field, 1),
    ("foreach", Needed::Subsearch, 1),
    ("inputlookup", Needed::Word, 1),
    ("lookup", Needed::Word, 2),
    ("makemv", Needed::Field, 1),
    ("mstats", Needed::Function, 1),
    ("mvcombine", Needed::Field, 1),
    ("mvexpand", Needed::Field, 1),
    ("nomv", Needed::Field, 1),
    ("outputlookup", Needed::Word, 1),
    ("rare", Needed::Field, 1),
    ("regex", Needed::Expression, 1),
    ("rename", Needed::Field, 1),
    ("rex", Needed::Expression, 1),
    ("strcat", Needed::Field, 3),
    ("table", Needed::Field, 1),
    ("timechart", Needed::Function, 1),
    ("top", Needed::Field, 1),
    ("tstats", Needed::Function, 1),
    ("untable", Needed::Field, 3),
    ("xyseries", Needed::Field, 3),
];

/// Commands of an app that Splunk documents (AI Toolkit User Guide, "Search commands for machine learning").
pub(super) const TOOLKIT: &[&str] =
    &["ai", "apply", "deletemodel", "fit", "listmodels", "sample", "score", "summary"];

/// Words that begin a step in the languages of other products, KQL and SQL.
const FOREIGN: &[&str] = &["extend", "groupby", "order", "project", "select", "summarize"];

/// What a command works on.
#[derive(Clone, Copy, PartialEq)]
enum Needed {
    Field,
    Function,
    Subsearch,
    Expression,
    Word,
}

impl Needed {
    const fn text(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Function => "function",
            Self::Subsearch => "sub-search",
            Self::Expression => "regular expression",
            Self::Word => "name",
        }
    }

    /// Whether an item may be that. What a sub-search returns may be anything.
    fn is_met_by(self, item: &Item) -> bool {
        match &item.kind {
            ItemKind::Subsearch(_) => true,
            // `rex mode=sed s/a="b"//`: an expression without quotes that holds a `=`.
            ItemKind::Setting(setting) => {
                let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
                self == Self::Expression && !setting.name.text.chars().all(is_letter)
            }
            _ => self != Self::Subsearch,
        }
    }
}

/// Says that a command misses what it works on.
fn missing_argument(stage: &Stage, command: &str, clauses: &[Clause], findings: &mut Vec<Diagnostic>) {
    let Some((_, needed, least)) = NEEDED.iter().find(|(name, ..)| *name == command) else { return };
    let own: Vec<&Item> =
        clauses.iter().filter(|clause| clause.keyword.is_none()).flat_map(Clause::items).collect();
    let is_open = own.iter().any(|item| {
        matches!(item.kind, ItemKind::Macro(_) | ItemKind::Unreadable)
            || matches!(&item.kind, ItemKind::Word(word) if word.text.starts_with('$'))
    });
    let found = own.iter().filter(|item| needed.is_met_by(item)).count();
    // `regex field="…"` has its expression as the value of a setting.
    let is_named = command == "regex" && own.iter().any(|item| matches!(item.kind, ItemKind::Setting(_)));
    let is_inside = |span: Span| stage.span.start <= span.start && span.end <= stage.span.end;
    let is_told =
        |finding: &Diagnostic| finding.severity == Severity::Error && finding.span().is_some_and(is_inside);
    if found >= *least || is_open || is_named || findings.iter().any(is_told) {
        return;
    }
    let what = needed.text();
    let message = match (*least, found) {
        (1, _) => format!("`{command}` needs a {what}, and none is here"),
        (least, found) => format!("`{command}` needs {least} {what}s, not {found}"),
    };
    findings.push(Diagnostic::new(&codes::MISSING_ARGUMENT, stage.name.span, message));
}

/// Looks at all names.
pub(crate) fn names(pipeline: &Pipeline, findings: &mut Vec<Diagnostic>) {
    if let Some(stage) = pipeline.stages.first().filter(|stage| stage.implied) {
        missing_pipe(stage, findings);
    }
    for stage in &pipeline.stages {
        if findings.len() > MOST_FINDINGS {
            return;
        }
        let command = command::find(&stage.name.value);
        if command.is_none() {
            unknown_command(stage, findings);
        }
        match &stage.arguments {
            Arguments::Search(expression) => search(expression, findings),
            Arguments::Boolean(expression) => {
                condition::whole(expression, findings);
                eval(expression, findings);
            }
            Arguments::Assignments(assignments) => {
                for assignment in assignments {
                    eval(&assignment.value, findings);
                }
            }
            Arguments::Clauses(clauses) => {
                for clause in clauses {
                    names_of_clause(stage, clause, findings);
                }
                missing_argument(stage, command.map_or("", command::Command::name), clauses, findings);
            }
            Arguments::Opaque(_) => {}
        }
    }
}

fn missing_pipe(stage: &Stage, findings: &mut Vec<Diagnostic>) {
    let Arguments::Search(expression) = &stage.arguments else { return };
    let first = match &expression.kind {
        Kind::And(parts) => parts.first(),
        _ => Some(expression),
    };
    let Some(Kind::Term(term)) = first.map(|first| &first.kind) else { return };
    let is_bare = !term.quoted && term.directive != Some(Directive::Term);
    if is_bare && GENERATING.contains(&term.text.to_ascii_lowercase().as_str()) {
        let at = Span::new(term.span.start as usize, term.span.start as usize);
        let fix = Fix {
            title: "write a pipe before it".to_owned(),
            edits: vec![Edit { span: at, text: "| ".to_owned() }],
            safe: false,
        };
        let message = format!("`{}` is searched for as a word of the event", term.text);
        findings.push(Diagnostic::new(&codes::MISSING_PIPE, term.span, message).fix(fix));
    }
}

fn unknown_command(stage: &Stage, findings: &mut Vec<Diagnostic>) {
    let name = &stage.name.value;
    let is_word = name.starts_with(|character: char| character.is_ascii_alphabetic());
    if !is_word {
        return;
    }
    let message = if TOOLKIT.contains(&name.as_str()) {
        format!("`{name}` is a command of the AI Toolkit; its arguments are not read")
    } else {
        format!("`{name}` is no documented command; its arguments are not read")
    };
    let mut finding = Diagnostic::new(&codes::UNKNOWN_COMMAND, stage.name.span, message);
    if TOOLKIT.contains(&name.as_str()) {
        return findings.push(finding);
    }
    // A word of another language, or a function, is no command that was misspelt.
    let is_other = FOREIGN.contains(&name.as_str()) || is_call(stage);
    if is_other {
        finding.severity = Severity::Warning;
    }
    if name == "comment" {
        let help = "a comment stands between two groups of three backticks";
        return findings.push(finding.help(help));
    }
    let all = command::ALL.iter().flat_map(|command| command::names(*command));
    if let Some(near) = nearest(name, all).filter(|_| !is_other) {
        // Apps name their commands freely, but not one letter away from one of Splunk's.
        if distance(name, near) == 1 && near.len() > 3 {
            finding.severity = Severity::Error;
        }
        finding = finding.help(format!("`{near}` is a command")).fix(replacement(stage.name.span, near));
    }
    findings.push(finding);
}

/// `| match(user, "a.*")`: a function where a command belongs.
fn is_call(stage: &Stage) -> bool {
    let is_function =
        [Family::Eval, Family::Statistics].iter().any(|it| it.find(&stage.name.value).is_some());
    let arguments = match &stage.arguments {
        Arguments::Opaque(text) => text.value.trim_start(),
        _ => "",
    };
    is_function && arguments.starts_with('(')
}

fn replacement(span: Span, name: &str) -> Fix {
    let edits = vec![Edit { span, text: name.to_owned() }];
    Fix { title: format!("write `{name}`"), edits, safe: false }
}

fn search(expression: &Expression, findings: &mut Vec<Diagnostic>) {
    expression.walk(&mut |part| {
        if let Kind::Subsearch(pipeline) = &part.kind {
            names(pipeline, findings);
        }
    });
}

fn eval(expression: &Eval, findings: &mut Vec<Diagnostic>) {
    condition::check(expression, findings);
    expression.walk(&mut |part| match &part.kind {
        EvalKind::Call(name, arguments) => match column(part, name, arguments) {
            Some(finding) => findings.push(finding),
            None => call(name, count_of(arguments), Family::Eval, findings),
        },
        EvalKind::Subsearch(pipeline) => names(pipeline, findings),
        _ => {}
    });
}

/// `where dc(user)>5`: a column that `stats` made is a field, whose name stands in single quotes (Search Reference, where,
/// "Usage"). Says so of a call that is one.
fn column(part: &Eval, name: &Spanned<String>, arguments: &[Eval]) -> Option<Diagnostic> {
    let field = match arguments {
        [] => Some(""),
        [argument] => match &argument.kind {
            EvalKind::Field(field) => Some(field.name.as_str()),
            _ => None,
        },
        _ => None,
    };
    let is_of_statistics =
        Family::Eval.find(&name.value).is_none() && Family::Statistics.find(&name.value).is_some();
    let field = field.filter(|_| is_of_statistics)?;
    let written = if field.is_empty() { name.value.clone() } else { format!("'{}({field})'", name.value) };
    let message = format!("there is no function `{}` in expressions", name.value);
    let finding = Diagnostic::new(&codes::UNKNOWN_FUNCTION, part.span, message)
        .help(format!("`{written}` is the column that `stats` makes with it, unless `AS` names another"));
    let title = format!("write `{written}`");
    let edits = vec![Edit { span: part.span, text: written }];
    Some(finding.fix(Fix { title, edits, safe: false }))
}

/// How many arguments there are; nothing where one stands for a text that may hold any number: what a macro, a
/// sub-search or the `$token$` of a dashboard gives.
fn count_of(arguments: &[Eval]) -> Option<usize> {
    let is_text = |it: &Eval| match &it.kind {
        EvalKind::Macro(_) | EvalKind::Spliced(_) | EvalKind::Subsearch(_) => true,
        EvalKind::Field(field) => field.name.contains(['$', '<']),
        _ => false,
    };
    (!arguments.iter().any(is_text)).then_some(arguments.len())
}

/// A call with that many arguments, if their number is known.
fn call(name: &Spanned<String>, arguments: Option<usize>, family: Family, findings: &mut Vec<Diagnostic>) {
    // `$function$` and `<<FUNCTION>>` are replaced before the search runs.
    if name.value.contains(['$', '<', '*']) {
        return;
    }
    // The reader tells of those: a comparison, and typographic quotes.
    if name.value.contains('>') || name.value.contains(quote::is_typographic) {
        return;
    }
    if family == Family::Eval && name.value.eq_ignore_ascii_case("length") {
        let message = format!("`{}` is not documented, and read as `len`", name.value);
        let mut finding = Diagnostic::new(&codes::UNKNOWN_FUNCTION, name.span, message);
        finding.severity = Severity::Note;
        findings.push(finding.fix(Fix { safe: true, ..replacement(name.span, "len") }));
    }
    let Some(function) = family.find(&name.value) else {
        let message = format!("there is no function `{}`", name.value);
        let mut finding = Diagnostic::new(&codes::UNKNOWN_FUNCTION, name.span, message);
        let near = || nearest(&name.value, family.all().iter().map(|function| function.name));
        match foreign::find(&name.value, family).or_else(|| near().map(Known::Function)) {
            Some(Known::Function(known)) => {
                finding = finding.help(format!("`{known}` is a function")).fix(replacement(name.span, known));
            }
            Some(Known::Otherwise(sentence)) => finding = finding.help(sentence),
            None => {}
        }
        return findings.push(finding);
    };
    if let Some(arguments) = arguments.filter(|arguments| !function.takes(*arguments)) {
        let message = format!("`{}` takes {}, not {arguments}", name.value, arity(function));
        let mut finding = Diagnostic::new(&codes::WRONG_ARITY, name.span, message);
        if function.in_pairs && arguments > 1 {
            finding = finding.help("a value for all other cases stands behind the condition `true()`");
        }
        findings.push(finding);
    }
}

fn arity(function: &Function) -> String {
    let counted = |count: usize| format!("{count} argument{}", if count == 1 { "" } else { "s" });
    match function.most {
        None if function.in_pairs => "pairs of a condition and a value".to_owned(),
        None => format!("at least {}", counted(function.least)),
        Some(most) if most == function.least => counted(most),
        Some(most) => format!("{} to {}", function.least, counted(most)),
    }
}

fn names_of_clause(stage: &Stage, clause: &Clause, findings: &mut Vec<Diagnostic>) {
    let shape = command::find(&stage.name.value).map_or(Shape::Words, command::Command::shape);
    if let Body::Search(expression) = &clause.body {
        search(expression, findings);
    }
    let has_functions = matches!(shape, Shape::Aggregation | Shape::Chart | Shape::IndexedAggregation);
    for item in clause.items() {
        item.walk(&mut |item| names_of_item(item, findings));
        if has_functions && clause.keyword.is_none() {
            functions(item, findings);
        }
        if stage.name.value == "tstats" && clause.keyword.is_none() {
            of_indexed_fields(item, findings);
        }
    }
}

fn names_of_item(item: &Item, findings: &mut Vec<Diagnostic>) {
    match &item.kind {
        ItemKind::Eval(expression) => eval_of_aggregates(expression, findings),
        ItemKind::Subsearch(pipeline) => names(pipeline, findings),
        ItemKind::Setting(setting) => match &setting.value {
            Value::Eval(expression) => eval(expression, findings),
            Value::Search(expression) => search(expression, findings),
            Value::Subsearch(pipeline) => names(pipeline, findings),
            Value::Word(_) | Value::Macro(_) | Value::Missing(_) => {}
        },
        _ => {}
    }
}

/// An expression in `chart` and `timechart` may call the functions of `stats`: `eval(avg(size)/max(delay))`.
fn eval_of_aggregates(expression: &Eval, findings: &mut Vec<Diagnostic>) {
    condition::check(expression, findings);
    expression.walk(&mut |part| match &part.kind {
        EvalKind::Call(name, _) if Family::Statistics.find(&name.value).is_some() => {}
        EvalKind::Call(name, arguments) => call(name, count_of(arguments), Family::Eval, findings),
        EvalKind::Subsearch(pipeline) => names(pipeline, findings),
        _ => {}
    });
}

/// The functions that an aggregation computes; a bare word among them is a function without arguments.
fn functions(item: &Item, findings: &mut Vec<Diagnostic>) {
    match &item.kind {
        ItemKind::Call(name, arguments) => {
            let is_known =
                !arguments.iter().any(|it| matches!(it.kind, ItemKind::Macro(_) | ItemKind::Subsearch(_)));
            call(name, is_known.then_some(arguments.len()), Family::Statistics, findings);
            for argument in arguments {
                comparison(argument, name, findings);
            }
            // `sparkline(count(x), 1h)`
            let nested =
                arguments.iter().filter(|it| matches!(it.kind, ItemKind::Call(..)) && !is_prefix(it));
            nested.for_each(|item| functions(item, findings));
        }
        ItemKind::Word(word) => {
            call(&Spanned::new(word.text.clone(), word.span), None, Family::Statistics, findings);
        }
        _ => {}
    }
}

/// `count(eval(action="failure"))` of `tstats`, which reads the index and not events (Search Reference, tstats, "Usage").
fn of_indexed_fields(item: &Item, findings: &mut Vec<Diagnostic>) {
    let ItemKind::Call(name, arguments) = &item.kind else { return };
    let Some(inside) = arguments.iter().find(|argument| is_expression(argument)) else { return };
    let message = format!("`tstats` computes `{}` over a field, and here it is an expression", name.value);
    findings.push(
        Diagnostic::new(&codes::INDEXED_EXPRESSION, inside.span, message)
            .label("`tstats` evaluates no expressions")
            .help("filter in its `where`, or group by the field and count the rows with `stats` behind it"),
    );
}

/// Whether an argument of a function is an expression, `eval(…)`.
fn is_expression(argument: &Item) -> bool {
    match &argument.kind {
        ItemKind::Eval(_) => true,
        ItemKind::Call(name, _) => name.value.eq_ignore_ascii_case("eval"),
        _ => false,
    }
}

/// `count(status=404)`: only an expression compares (Search Reference, stats, "eval expressions").
fn comparison(item: &Item, function: &Spanned<String>, findings: &mut Vec<Diagnostic>) {
    let ItemKind::Setting(setting) = &item.kind else { return };
    let (start, end) = (item.span.start as usize, item.span.end as usize);
    let edits = vec![
        Edit { span: Span::new(start, start), text: "eval(".to_owned() },
        Edit { span: Span::new(end, end), text: ")".to_owned() },
    ];
    let fix = Fix { title: "write `eval(` and `)` round it".to_owned(), edits, safe: false };
    let message = format!("`{}` takes a field, and here `{}` is compared", function.value, setting.name.text);
    let finding = Diagnostic::new(&crate::spl::codes::UNEXPECTED_TEXT, item.span, message);
    findings.push(finding.help("an expression stands in `eval(…)`").fix(fix));
}

/// `avg(PREFIX(kbps=))` of `tstats`: a directive, which says what the function is of (Search Reference, tstats).
fn is_prefix(item: &Item) -> bool {
    matches!(&item.kind, ItemKind::Call(name, _) if name.value.eq_ignore_ascii_case("prefix"))
}
