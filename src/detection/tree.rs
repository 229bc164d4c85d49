//! A predicate as indented text, for `splc explain` and the cases.

use std::fmt::Write as _;

use crate::detection::formula::Formula;
use crate::detection::predicate::{Computed, Condition, Predicate, Test, ValueTest};
use crate::detection::step::{Aggregate, Group, Join, SortKey, Step};
use crate::event::pattern::Case;
use crate::event::raw::Bound;

/// The predicate, one node a line, indented by `depth` steps.
pub fn print(predicate: &Predicate, depth: usize) -> String {
    let mut out = String::new();
    print_into(&mut out, predicate, depth);
    out
}

fn print_into(out: &mut String, predicate: &Predicate, depth: usize) {
    let text = match predicate {
        Predicate::Constant(value) => value.to_string(),
        Predicate::And(_) => "and".to_owned(),
        Predicate::Or(_) => "or".to_owned(),
        Predicate::Not(_) => "not".to_owned(),
        Predicate::Test(test) => describe(test),
        Predicate::Computed(computed) => describe_computed(computed),
        Predicate::OneValue(one) => format!("for one value of {} as {}", formula(&one.of), one.field),
        Predicate::Hole(hole) => {
            let asked = hole.asked.as_ref().map(|asked| format!(": {}", describe_computed(asked)));
            format!("{} {} is not known{}", hole.kind.word(), hole.name, asked.unwrap_or_default())
        }
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{:indent$}{text}", "", indent = 2 * depth);
    for child in predicate.children() {
        print_into(out, child, depth + 1);
    }
    if let Predicate::OneValue(one) = predicate {
        print_into(out, &one.holds, depth + 1);
    }
}

/// The predicate on one line, as a search would say it: what `and` and `or` join stands beside them. Cut where it is long.
///
/// ```
/// use splc::detection::tree;
/// let parsed = splc::command::parse("a=1 (b=* OR NOT c=2)");
/// let predicate = splc::command::lower(&parsed.pipeline).unwrap().predicate();
/// assert_eq!(tree::line(&predicate), "a is \"1\" and (b exists or not c is \"2\")");
/// ```
pub fn line(predicate: &Predicate) -> String {
    cut(joined_line(predicate))
}

/// Predicates are as deep as they are written, which the parser bounds.
fn joined_line(predicate: &Predicate) -> String {
    let part = |child: &Predicate| match child {
        Predicate::And(_) | Predicate::Or(_) => format!("({})", joined_line(child)),
        other => joined_line(other),
    };
    let all = |children: &[Predicate], word: &str| children.iter().map(part).collect::<Vec<_>>().join(word);
    match predicate {
        Predicate::And(children) => all(children, " and "),
        Predicate::Or(children) => all(children, " or "),
        Predicate::Not(child) => format!("not {}", part(child)),
        Predicate::OneValue(one) => format!("for one value of {}: {}", formula(&one.of), part(&one.holds)),
        other => print(other, 0).trim().to_owned(),
    }
}

/// The longest description in a message, in characters.
const LONGEST: usize = 160;

/// One test in words, cut where it is long.
pub fn brief(test: &Test) -> String {
    cut(describe(test))
}

/// A condition on something computed in words, cut where it is long.
pub fn brief_computed(computed: &Computed) -> String {
    cut(describe_computed(computed))
}

/// A text for a message, cut where it is long.
pub(crate) fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text,
    }
}

/// One test in words.
///
/// ```
/// use splc::detection::{tree, Predicate};
/// let parsed = splc::command::parse("user!=root");
/// let predicate = splc::command::lower(&parsed.pipeline).unwrap().predicate();
/// assert_eq!(tree::print(&predicate, 0), "some value of user is not \"root\"\n");
/// ```
pub fn describe(test: &Test) -> String {
    describe_condition(&test.field, &test.condition)
}

fn describe_computed(computed: &Computed) -> String {
    let what = formula(&computed.formula);
    match &computed.condition {
        Some(condition) => describe_condition(&what, condition),
        None => format!("{what} is true"),
    }
}

fn describe_condition(field: &str, condition: &Condition) -> String {
    match condition {
        Condition::Exists => format!("{field} exists"),
        Condition::Some(tests) => format!("{field} is {}", values(tests)),
        Condition::SomeOther(tests) => format!("some value of {field} is not {}", values(tests)),
        Condition::Holds(terms) => {
            let term = |term: &crate::event::raw::Term| {
                let bound = if term.bound == Bound::Major { "TERM " } else { "" };
                format!("{bound}{}", quoted(&term.pattern))
            };
            format!("the raw event holds {}", terms.iter().map(term).collect::<Vec<_>>().join(" or "))
        }
    }
}

fn values(tests: &[ValueTest]) -> String {
    tests.iter().map(value).collect::<Vec<_>>().join(" or ")
}

fn value(test: &ValueTest) -> String {
    match test {
        ValueTest::Matches(pattern) => quoted(pattern),
        ValueTest::In(network) => format!("in network {network}"),
        ValueTest::Compares(order, text) => format!("{} {text}", order.text()),
        ValueTest::Equals(number) => format!("the number {}", number.0),
        ValueTest::Number(order, number) => format!("a number {} {}", order.text(), number.0),
        ValueTest::Regex(regex) => format!("matched by /{}/", regex.text()),
    }
}

/// A formula on one line, much as `eval` writes it.
pub fn formula(formula_: &Formula) -> String {
    let all = |parts: &[Formula]| parts.iter().map(formula).collect::<Vec<_>>().join(", ");
    match formula_ {
        Formula::Null => "null()".to_owned(),
        Formula::Boolean(value) => format!("{value}()"),
        Formula::Text(text) => format!("{text:?}"),
        Formula::Number(number) => number.0.to_string(),
        Formula::Field(field) => field.clone(),
        Formula::Not(inner) => format!("(NOT {})", formula(inner)),
        Formula::Minus(inner) => format!("(- {})", formula(inner)),
        Formula::Binary(operator, left, right) => {
            format!("({} {} {})", formula(left), operator.text(), formula(right))
        }
        Formula::Call(name, arguments) => format!("{name}({})", all(arguments)),
        Formula::Extract(extract) => {
            format!("group {} of /{}/ in {}", extract.group, extract.regex.text(), formula(&extract.from))
        }
        Formula::Edit(inner, _) => format!("{} edited", formula(inner)),
        Formula::Each(each) => {
            let name = if each.filters { "mvfilter" } else { "mvmap" };
            format!("{name}({} of {}, {})", each.field, formula(&each.values), formula(&each.body))
        }
        Formula::Holds(predicate) => format!("[{}]", print(predicate, 0).trim().replace('\n', "; ")),
        Formula::Unknown(unknown) if unknown.keys.is_empty() => format!("({})", unknown.column),
        Formula::Unknown(unknown) => {
            let key = |(column, key): &(String, Formula)| format!("{column} {}", formula(key));
            let keys: Vec<String> = unknown.keys.iter().map(key).collect();
            format!("({} of {} where {})", unknown.column, unknown.name, keys.join(" and "))
        }
    }
}

fn quoted(pattern: &crate::event::pattern::Pattern) -> String {
    let case = if pattern.case() == Case::Sensitive { " with case" } else { "" };
    format!("\"{pattern}\"{case}")
}

/// What is done to several events together, one step a line, as `explain` shows it.
///
/// ```
/// use splc::detection::tree;
/// let parsed = splc::command::parse("index=web | stats dc(uri) as pages by src | where pages > 100");
/// let detection = splc::command::lower(&parsed.pipeline).unwrap();
/// let text = tree::steps(&detection.steps, 0);
/// assert_eq!(text, "group by src: pages is dc of uri\nkeep\n  pages is a number > 100\n");
/// ```
pub fn steps(all: &[Step], depth: usize) -> String {
    let mut out = String::new();
    for step in all {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:indent$}{}", "", step_line(step), indent = 2 * depth);
        if let Step::Filter(predicate) = step {
            print_into(&mut out, predicate, depth + 1);
        }
        if let Step::Transaction(transaction) = step {
            for (name, condition) in [("first", &transaction.starts), ("last", &transaction.ends)] {
                if let Some(condition) = condition {
                    let _ = writeln!(out, "{:indent$}its {name} event", "", indent = 2 * (depth + 1));
                    print_into(&mut out, condition, depth + 2);
                }
            }
        }
        out.push_str(&steps(step.other(), depth + 1));
    }
    out
}

fn step_line(step: &Step) -> String {
    match step {
        Step::Filter(_) => "keep".to_owned(),
        Step::Group(group) => format!("group{}", grouped(group)),
        Step::Annotate(group) => format!("add to each row of a group{}", grouped(group)),
        Step::Run(run) => {
            let mut line = format!("add to each row, over the rows so far{}", grouped(&run.group));
            if let Some(window) = run.window {
                line.push_str(&format!(", the last {window}"));
            }
            if let Some(seconds) = run.seconds {
                line.push_str(&format!(", of {} seconds", seconds.0));
            }
            if !run.current {
                line.push_str(", without the row itself");
            }
            line
        }
        Step::Expand(expand) => {
            format!("a row for each value of {} as {}", formula(&expand.of), expand.field)
        }
        Step::Distinct(distinct) => {
            let by: Vec<String> = distinct.by.iter().map(formula).collect();
            format!("keep the first {} of each {}", distinct.keep, by.join(", "))
        }
        Step::First(count) => format!("keep the first {count}"),
        Step::Last(count) => format!("keep the last {count}"),
        Step::Sort(sort) => {
            let key =
                |key: &SortKey| format!("{}{}", if key.descending { "-" } else { "" }, formula(&key.formula));
            format!("sort by {}", sort.keys.iter().map(key).collect::<Vec<_>>().join(", "))
        }
        Step::Reverse => "turn the order round".to_owned(),
        Step::Join(join) => joined(join),
        Step::Mark(mark) => {
            let pairs: Vec<String> = mark.fields.iter().map(pair).collect();
            format!("add {} if some row of a sub-search has {}", mark.name, pairs.join(", "))
        }
        Step::Transaction(transaction) => {
            let by: Vec<String> = transaction.by.iter().map(|(_, of)| formula(of)).collect();
            let mut line = format!("join events that share {}", by.join(", "));
            if let Some(span) = transaction.longest_span {
                line.push_str(&format!(", within {} seconds", span.0));
            }
            if let Some(pause) = transaction.longest_pause {
                line.push_str(&format!(", at most {} seconds apart", pause.0));
            }
            line
        }
    }
}

fn joined(join: &Join) -> String {
    let mut line = format!("join rows by {}", join.on.iter().map(pair).collect::<Vec<_>>().join(", "));
    if let Some(most) = join.most {
        line.push_str(&format!(", at most {most}"));
    }
    if let Some(limit) = &join.limit {
        line.push_str(if limit.is_earlier { ", that are not later" } else { ", that are not earlier" });
    }
    if join.keeps_all {
        line.push_str(", or none");
    }
    let field = |(name, of): &(String, Formula)| format!("{name} is {}", formula(of));
    let fields: Vec<String> = join.fields.iter().map(field).collect();
    if fields.is_empty() { line } else { format!("{line}: {}", fields.join(", ")) }
}

/// What a field is in a row, and in one of a sub-search.
fn pair((own, other): &(Formula, Formula)) -> String {
    if own == other { formula(own) } else { format!("{} as {}", formula(other), formula(own)) }
}

fn grouped(group: &Group) -> String {
    let key = |(name, of): &(String, Formula)| match of {
        Formula::Field(field) if field == name => name.clone(),
        other => format!("{} as {name}", formula(other)),
    };
    let by: Vec<String> = group.by.iter().map(key).collect();
    let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(", ")) };
    let aggregate = |one: &Aggregate| match &one.argument {
        Some(argument) => format!("{} is {} of {}", one.name, one.function, formula(argument)),
        None => format!("{} is {}", one.name, one.function),
    };
    let aggregates: Vec<String> = group.aggregates.iter().map(aggregate).collect();
    if aggregates.is_empty() { by } else { format!("{by}: {}", aggregates.join(", ")) }
}
