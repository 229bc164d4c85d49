//! Steps over several events as values of Rust.
//!
//! In: a rule with steps. Out: the body of a function. Invariant: the steps are those of the rule, one by one; formulas and
//! predicates in them are functions over a row.

use std::collections::BTreeSet;

use super::expression::{literal, number_literal};
use super::writer::Writer;
use crate::backend::Legal;
use crate::detection::step::{Aggregate, Distinct, Group, Join, Mark, Run, Sort, Transaction};
use crate::detection::{Decimal, Formula, Predicate, Step};

/// The body of the function, indented, with a line break at the end.
pub(super) fn body(legal: &Legal, writer: &mut Writer) -> String {
    writer.is_of_rows = true;
    writer.needs.timed = true;
    writer.needs.computed = true;
    writer.needs.runtime.steps = true;
    let is_filtered = legal.predicate != Predicate::Constant(true);
    let filters: Vec<String> =
        is_filtered.then(|| writer.function_of(&legal.predicate)).into_iter().collect();
    let steps: Vec<String> = legal.steps.iter().map(|step| writer.step(step)).collect();
    let mut fields: BTreeSet<&str> = BTreeSet::from(["_time"]);
    legal.predicate.for_each_field(&mut |field| _ = fields.insert(field));
    // Names that steps make do no harm.
    Step::for_each_field_in(&legal.steps, &mut |field| _ = fields.insert(field));
    let fields: Vec<String> = fields.into_iter().map(literal).collect();
    let mut lines = writer.statics();
    lines.push(format!("let fields = &[{}];", fields.join(", ")));
    lines.push(format!("let filters = {};", list(&filters)));
    lines.push(format!("let steps = {};", list(&steps)));
    lines.push("contributing(events, fields, filters, steps)".to_owned());
    lines.iter().fold(String::new(), |body, line| body + "    " + &indented(line) + "\n")
}

impl Writer {
    fn function_of(&mut self, predicate: &Predicate) -> String {
        format!("Predicate(|event, context| {})", self.predicate(predicate).inline())
    }

    fn formula_of(&mut self, formula: &Formula) -> String {
        format!("Formula(|event, context| {})", self.formula(formula))
    }

    fn formulas_of(&mut self, formulas: &[Formula]) -> String {
        list(&formulas.iter().map(|formula| self.formula_of(formula)).collect::<Vec<_>>())
    }

    fn step(&mut self, step: &Step) -> String {
        let (name, value) = match step {
            Step::Filter(predicate) => ("Filter", self.function_of(predicate)),
            Step::Group(group) => ("Group", self.group(group)),
            Step::Annotate(group) => ("Annotate", self.group(group)),
            Step::Run(run) => ("Run", self.run(run)),
            Step::Expand(expand) => {
                let of = self.formula_of(&expand.of);
                ("Expand", structure("step::Expand", &[("field", owned(&expand.field)), ("of", of)]))
            }
            Step::Distinct(distinct) => ("Distinct", self.distinct(distinct)),
            Step::First(count) => ("First", count.to_string()),
            Step::Last(count) => ("Last", count.to_string()),
            Step::Sort(sort) => ("Sort", self.sort(sort)),
            Step::Reverse => return "step::Step::Reverse".to_owned(),
            Step::Transaction(transaction) => {
                ("Transaction", format!("Box::new({})", self.transaction(transaction)))
            }
            Step::Join(join) => ("Join", format!("Box::new({})", self.join(join))),
            Step::Mark(mark) => ("Mark", format!("Box::new({})", self.mark(mark))),
        };
        format!("step::Step::{name}({value})")
    }

    fn group(&mut self, group: &Group) -> String {
        let by = self.keys(&group.by);
        let aggregates: Vec<String> = group.aggregates.iter().map(|one| self.aggregate(one)).collect();
        let members = [
            ("by", by),
            ("aggregates", list(&aggregates)),
            ("time", self.formula_of(&group.time)),
            ("stretches", decimal(group.stretches)),
            ("origin", ORIGIN.to_owned()),
        ];
        structure("step::Group", &members)
    }

    fn aggregate(&mut self, one: &Aggregate) -> String {
        let argument = one.argument.as_ref().map(|argument| self.formula_of(argument));
        let members =
            [("name", owned(&one.name)), ("function", owned(&one.function)), ("argument", option(argument))];
        structure("step::Aggregate", &members)
    }

    fn keys(&mut self, by: &[(String, Formula)]) -> String {
        let key =
            |(name, formula): &(String, Formula)| format!("({}, {})", owned(name), self.formula_of(formula));
        list(&by.iter().map(key).collect::<Vec<_>>())
    }

    fn run(&mut self, run: &Run) -> String {
        let members = [
            ("group", self.group(&run.group)),
            ("current", run.current.to_string()),
            ("window", option(run.window)),
            ("seconds", decimal(run.seconds)),
            ("global", run.global.to_string()),
        ];
        structure("step::Run", &members)
    }

    fn distinct(&mut self, distinct: &Distinct) -> String {
        let members = [
            ("keep", distinct.keep.to_string()),
            ("by", self.formulas_of(&distinct.by)),
            ("keeps_empty", distinct.keeps_empty.to_string()),
            ("consecutive", distinct.consecutive.to_string()),
            ("origin", ORIGIN.to_owned()),
        ];
        structure("step::Distinct", &members)
    }

    fn sort(&mut self, sort: &Sort) -> String {
        let mut keys = Vec::new();
        for key in &sort.keys {
            let members = [
                ("formula", self.formula_of(&key.formula)),
                ("comparison", format!("step::Comparison::{:?}", key.comparison)),
                ("descending", key.descending.to_string()),
            ];
            keys.push(structure("step::SortKey", &members));
        }
        let members = [
            ("keys", list(&keys)),
            ("reversed", sort.reversed.to_string()),
            ("most", option(sort.most)),
            ("origin", ORIGIN.to_owned()),
        ];
        structure("step::Sort", &members)
    }

    fn transaction(&mut self, rule: &Transaction) -> String {
        let mut condition = |condition: &Option<Predicate>| {
            option(condition.as_ref().map(|predicate| self.function_of(predicate)))
        };
        let (starts, ends) = (condition(&rule.starts), condition(&rule.ends));
        let members = [
            ("by", self.keys(&rule.by)),
            ("longest_span", decimal(rule.longest_span)),
            ("longest_pause", decimal(rule.longest_pause)),
            ("starts", starts),
            ("ends", ends),
            ("most_events", rule.most_events.to_string()),
            ("connected", rule.connected.to_string()),
            ("keeps_open", rule.keeps_open.to_string()),
            ("is_bounded", rule.is_bounded.to_string()),
            ("time", self.formula_of(&rule.time)),
            ("origin", ORIGIN.to_owned()),
        ];
        structure("step::Transaction", &members)
    }
}

impl Writer {
    fn join(&mut self, join: &Join) -> String {
        let limit = join.limit.as_ref().map(|limit| {
            let members = [
                ("is_earlier", limit.is_earlier.to_string()),
                ("time", self.formula_of(&limit.time)),
                ("other", self.formula_of(&limit.other)),
            ];
            structure("step::TimeLimit", &members)
        });
        let members = [
            ("other", self.steps(&join.other)),
            ("on", self.pairs(&join.on)),
            ("fields", self.keys(&join.fields)),
            ("keeps_all", join.keeps_all.to_string()),
            ("most", option(join.most)),
            ("limit", option(limit)),
            ("origin", ORIGIN.to_owned()),
        ];
        structure("step::Join", &members)
    }

    fn mark(&mut self, mark: &Mark) -> String {
        let members = [
            ("name", owned(&mark.name)),
            ("other", self.steps(&mark.other)),
            ("fields", self.pairs(&mark.fields)),
            ("origin", ORIGIN.to_owned()),
        ];
        structure("step::Mark", &members)
    }

    fn steps(&mut self, steps: &[Step]) -> String {
        list(&steps.iter().map(|step| self.step(step)).collect::<Vec<_>>())
    }

    fn pairs(&mut self, pairs: &[(Formula, Formula)]) -> String {
        let pair = |(own, other): &(Formula, Formula)| {
            format!("({}, {})", self.formula_of(own), self.formula_of(other))
        };
        list(&pairs.iter().map(pair).collect::<Vec<_>>())
    }
}

/// The words of the search stand above the function.
const ORIGIN: &str = "Origin";

/// A structure with a line for each member.
fn structure(name: &str, members: &[(&str, String)]) -> String {
    let line = |(member, value): &(&str, String)| format!("    {member}: {},\n", indented(value));
    format!("{name} {{\n{}}}", members.iter().map(line).collect::<String>())
}

/// A list with a line for each element.
fn list(elements: &[String]) -> String {
    if elements.is_empty() {
        return "vec![]".to_owned();
    }
    let line = |element: &String| format!("    {},\n", indented(element));
    format!("vec![\n{}]", elements.iter().map(line).collect::<String>())
}

/// The text with its lines behind the first one further in; literals hold no line breaks.
fn indented(text: &str) -> String {
    text.replace('\n', "\n    ")
}

fn option(value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value})"))
}

/// A text as a `String` of its own.
fn owned(text: &str) -> String {
    format!("{}.to_owned()", literal(text))
}

fn decimal(number: Option<Decimal>) -> String {
    option(number.map(|it| format!("Decimal({})", number_literal(it.0))))
}
