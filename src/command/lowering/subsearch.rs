//! Sub-searches as conditions: those that read a table of a lookup, whose rows are known before any event, and those of
//! stored events.
//!
//! In: the pipeline in the brackets. Out: the condition that its rows come to, as `format` writes it: `(a=1 AND b=2) OR
//! (a=3)` (Search Manual, "Change the format of subsearch results"); of stored events, the mark of the rows that pass it.
//! Invariant: a table that is not given leaves a hole; a sub-search whose fields are not known is refused.

use crate::command::arguments::Arguments;
use crate::command::lowering::formula::number_of;
use crate::command::lowering::other::Marked;
use crate::command::lowering::{Lowering, refused, truth};
use crate::command::{self, Row};
use crate::detection::formula::Unknown;
use crate::detection::step::{Mark, Step};
use crate::detection::{Computed, Condition, Formula, HoleKind, Predicate, Test, ValueTest, codes};
use crate::diagnostic::Diagnostic;
use crate::event::network;
use crate::event::pattern::{Case, Pattern};
use crate::source::{Origin, Span};
use crate::spl::ast::Kind;
use crate::spl::clause::{Clause, ItemKind, Setting, Value};
use crate::spl::{Pipeline, Stage, ast, tree};

/// More rows of a table are not written into a rule.
const MOST_ROWS: usize = 5_000;

/// The condition that the rows of a sub-search come to.
pub(crate) fn lowered(
    pipeline: &Pipeline,
    lowering: &Lowering<'_>,
    span: Span,
) -> Result<Predicate, Diagnostic> {
    let origin = Origin(span);
    let Some(name) = table(pipeline) else {
        return stored(pipeline, lowering, span);
    };
    if lowering.context.tables.find(&name).is_none() {
        let rows = Unknown {
            kind: HoleKind::Lookup,
            name,
            column: on_one_line(&tree::print(pipeline)),
            keys: Vec::new(),
        };
        let formula = Formula::Unknown(Box::new(rows));
        return Ok(truth::known(Computed { formula, condition: None, origin }));
    }
    if !lowering.context.is_stated && asks_for_the_time(pipeline) {
        let message = "which rows the sub-search has depends on the time at which it runs";
        return Err(refused::argument(span, message).help("state the time with `--now TIME`"));
    }
    let rows = command::run(pipeline, Vec::new(), lowering.context)?;
    if rows.len() > MOST_ROWS {
        let message = format!("the sub-search has {} rows, and a rule has room for {MOST_ROWS}", rows.len());
        return Err(refused::argument(span, message));
    }
    let mut any = Vec::new();
    for row in rows {
        any.push(Predicate::and(of_row(&row, lowering, origin)?));
    }
    Ok(Predicate::or(any))
}

/// The tree of a search with a comma between stages.
fn on_one_line(tree: &str) -> String {
    let words = tree.split('\n').map(|line| (line.starts_with(' '), line.trim()));
    let joined = words.map(|(is_inner, words)| format!("{}{words}", if is_inner { " " } else { ", " }));
    joined.collect::<String>().trim_matches([',', ' ']).to_owned()
}

/// The mark of the rows that are like one of a sub-search of events.
fn stored(pipeline: &Pipeline, lowering: &Lowering<'_>, span: Span) -> Result<Predicate, Diagnostic> {
    let (last, before) = match pipeline.stages.split_last() {
        Some((last, before)) if ["format", "return"].contains(&last.name.value.as_str()) => {
            (Some(last), Pipeline { stages: before.to_vec(), ..pipeline.clone() })
        }
        _ => (None, pipeline.clone()),
    };
    let mut other = lowering.other(&before, span)?;
    let pairs = match last {
        Some(last) if last.name.value == "return" => returned(last, &mut other)?,
        Some(last) => {
            format_as_always(last, &mut other)?;
            all_fields(&other, span)?
        }
        None => all_fields(&other, span)?,
    };
    other.knows_its_rows(span)?;
    let mut fields = Vec::new();
    for (name, formula) in pairs {
        if !is_compared(&name) {
            let message = format!("a field `{name}` of a sub-search stands for more than its value");
            return Err(Diagnostic::new(&codes::UNSUPPORTED_SUBSEARCH, span, message));
        }
        fields.push((lowering.field(&name, span)?, formula));
    }
    let (name, origin) = (lowering.made_up("a result of the sub-search"), Origin(span));
    let mark = Mark { name: name.clone(), other: std::mem::take(&mut other.steps), fields, origin };
    let pending = std::mem::take(&mut other.pending);
    lowering.marks.borrow_mut().push(Marked { mark, pending, notes: other.notes_of_other() });
    Ok(Test { field: name, condition: Condition::Exists, origin }.into())
}

/// The fields of the rows, without internal ones (Search Manual, "Change the format of subsearch results").
fn all_fields(other: &Lowering<'_>, span: Span) -> Result<Vec<(String, Formula)>, Diagnostic> {
    let Some(names) = other.fields.all_names() else {
        let message = "which fields this sub-search gives depends on the events";
        return Err(Diagnostic::new(&codes::UNSUPPORTED_SUBSEARCH, span, message)
            .help("end it with `| fields …`, which names them"));
    };
    let names = names.into_iter().filter(|name| !name.starts_with('_'));
    names.map(|name| other.field(&name, span).map(|formula| (name, formula))).collect()
}

/// `return 3 user host=dest`: so many of the first rows, and the first value of each field (Search Reference, `return`).
fn returned(stage: &Stage, other: &mut Lowering<'_>) -> Result<Vec<(String, Formula)>, Diagnostic> {
    let (mut count, mut pairs) = (1, Vec::new());
    for item in Arguments::with_any(stage)?.items() {
        let (name, field) = match &item.kind {
            ItemKind::Word(word) => match word.text.parse::<usize>() {
                Ok(number) if pairs.is_empty() => {
                    count = number;
                    continue;
                }
                _ => (&word.text, &word.text),
            },
            ItemKind::Setting(Setting { name, value: Value::Word(word), .. }) => (&name.text, &word.text),
            _ => return Err(refused::argument(item.span, "a field is expected here")),
        };
        if name.starts_with('$') {
            let message = "a value that is pasted into the search is not translated";
            return Err(Diagnostic::new(&codes::UNSUPPORTED_SUBSEARCH, item.span, message)
                .help("name the field that is compared: `return field`"));
        }
        let first = Formula::Call("mvindex".to_owned(), vec![other.field(field, item.span)?, number_of(0.0)]);
        pairs.push((name.clone(), first));
    }
    other.steps.push(Step::First(count));
    Ok(pairs)
}

/// `format` does what is done anyway, unless other words or fewer rows are asked for (Search Reference, `format`).
fn format_as_always(stage: &Stage, other: &mut Lowering<'_>) -> Result<(), Diagnostic> {
    let arguments = Arguments::of(stage, &["maxresults"])?;
    let words: Vec<&str> = arguments.words()?.iter().map(|word| word.text.as_str()).collect();
    if !words.is_empty() && words != ["(", "(", "AND", ")", "OR", ")"] {
        return Err(refused::argument(stage.span, "these words of `format` are not translated"));
    }
    if let Some(most) = arguments.count("maxresults")?.filter(|most| *most > 0) {
        other.steps.push(Step::First(most));
    }
    Ok(())
}

/// Whether a field of that name is compared where it stands in a search: names such as `earliest` and `search` are not.
fn is_compared(name: &str) -> bool {
    if name.contains(['*', '"', '\\', '`']) || ["search", "query", "savedsearch"].contains(&name) {
        return false;
    }
    let parsed = command::parse(&format!("search \"{name}\"=\"x\""));
    let [Stage { arguments: ast::Arguments::Search(expression), .. }] = parsed.pipeline.stages.as_slice()
    else {
        return false;
    };
    matches!(&expression.kind, Kind::Comparison(comparison) if comparison.field.value == name)
}

/// The fields of a row, all of which have to have their value; fields whose names begin with `_` are left out.
fn of_row(row: &Row, lowering: &Lowering<'_>, origin: Origin) -> Result<Vec<Predicate>, Diagnostic> {
    let mut all = Vec::new();
    for (field, values) in row.event.fields().filter(|(field, _)| !field.starts_with('_')) {
        if ["search", "query"].contains(&field) {
            let message = format!("the rows have a field `{field}`, which stands for the text of a search");
            return Err(refused::argument(origin.0, message));
        }
        let mut tests = Vec::new();
        for value in values {
            let text = value.text();
            tests.push(ValueTest::Matches(Pattern::wildcard(&text, Case::Insensitive)));
            tests.extend(network::parse(&text).map(ValueTest::In));
        }
        all.push(lowering.passes(field, &Condition::Some(tests), origin.0)?);
    }
    Ok(all)
}

/// Commands and functions whose results depend on the time now.
const OF_THE_TIME: &[&str] = &["addinfo", "convert", "makeresults", "now", "reltime", "strptime", "time"];

/// Whether a command or function depends on the time, by the words of the stages.
fn asks_for_the_time(pipeline: &Pipeline) -> bool {
    let printed = tree::print(pipeline);
    let mut words = printed.split(|character: char| !character.is_alphanumeric() && character != '_');
    words.any(|word| OF_THE_TIME.contains(&word.to_ascii_lowercase().as_str()))
}

/// The table that the sub-search begins with.
fn table(pipeline: &Pipeline) -> Option<String> {
    let first = pipeline.stages.first().filter(|stage| stage.name.value == "inputlookup")?;
    let ast::Arguments::Clauses(clauses) = &first.arguments else { return None };
    clauses.iter().flat_map(Clause::items).find_map(|item| match &item.kind {
        ItemKind::Word(word) => Some(word.text.clone()),
        _ => None,
    })
}
