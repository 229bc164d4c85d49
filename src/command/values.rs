//! Looks at what is written in a query where only some words make sense: patterns, numbers, operators, names.
//!
//! In: the text of a query and its pipeline. Out: findings about words that Splunk refuses, or that it reads as something
//! else than they look like. Invariant: every stage is looked at, those of sub-searches too; what a macro, a template or a
//! token like `$user$` stands for is not known, and then nothing is said.

use crate::command::codes;
use crate::detection::Regex;
use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::Span;
use crate::spl::MOST_FINDINGS;
use crate::spl::ast::{Arguments, Comparison, Expression, Form, Kind, Literal, Operator, Pipeline, Stage};
use crate::spl::clause::{Clause, Item, ItemKind, Quote, Value, Word};
use crate::spl::codes::FOREIGN_OPERATOR;
use crate::spl::eval::{Eval, EvalKind};

/// Looks at all stages of a query.
pub(crate) fn check(text: &str, pipeline: &Pipeline, findings: &mut Vec<Diagnostic>) {
    Check { text, findings }.pipeline(pipeline);
}

struct Check<'a> {
    text: &'a str,
    findings: &'a mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn pipeline(&mut self, pipeline: &Pipeline) {
        for stage in &pipeline.stages {
            if self.findings.len() > MOST_FINDINGS {
                return;
            }
            match &stage.arguments {
                Arguments::Search(expression) => self.search(expression),
                Arguments::Boolean(expression) => self.eval(expression),
                Arguments::Assignments(assignments) => {
                    for assignment in assignments {
                        self.eval(&assignment.value);
                    }
                }
                Arguments::Clauses(clauses) => self.clauses(stage, clauses),
                Arguments::Opaque(_) => {}
            }
        }
    }

    fn clauses(&mut self, stage: &Stage, clauses: &[Clause]) {
        for clause in clauses {
            if let crate::spl::clause::Body::Search(expression) = &clause.body {
                self.search(expression);
            }
            for item in clause.items() {
                item.walk(&mut |item| self.item(item));
            }
        }
        match stage.name.value.as_str() {
            "chart" => self.split_fields(stage, clauses, 2),
            "timechart" => self.split_fields(stage, clauses, 1),
            "head" | "tail" => self.count(stage, clauses),
            "lookup" => self.outputs(clauses),
            "regex" => self.regex(clauses),
            "rex" => self.rex(clauses),
            _ => {}
        }
    }

    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Eval(expression) => self.eval(expression),
            ItemKind::Subsearch(pipeline) => self.pipeline(pipeline),
            ItemKind::Setting(setting) => match &setting.value {
                Value::Eval(expression) => self.eval(expression),
                Value::Search(expression) => self.search(expression),
                Value::Subsearch(pipeline) => self.pipeline(pipeline),
                Value::Word(_) | Value::Macro(_) | Value::Missing(_) => {}
            },
            _ => {}
        }
    }

    fn search(&mut self, expression: &Expression) {
        expression.walk(&mut |part| match &part.kind {
            Kind::Subsearch(pipeline) => self.pipeline(pipeline),
            Kind::Comparison(comparison) => self.comparison(comparison),
            Kind::Term(term) if !term.quoted && term.text == "&&" => {
                self.foreign(term.span, "`&&` is a word to look for, not an operator", "AND");
            }
            _ => {}
        });
    }

    /// `a<>1` and `a=<1`: what stands behind the operator that Splunk knows is the value.
    fn comparison(&mut self, comparison: &Comparison) {
        let [value] = comparison.values.as_slice() else { return };
        self.tilde(comparison, value);
        if comparison.form != Form::Plain || value.quoted {
            return;
        }
        if let Some((before, after)) = value.text.split_once("&&").filter(|(_, after)| after.contains('=')) {
            // Without quotes and escapes, places in the text are places in the query.
            if value.span.range().len() == value.text.len() {
                let at = value.span.start as usize + before.len();
                let message = format!("`&&` is no operator: it and `{after}` are part of the value");
                self.foreign(Span::new(at, at + 2), &message, " AND ");
            }
            return;
        }
        let Some((first, rest)) = value.text.chars().next().map(|first| (first, value.text.get(1..))) else {
            return;
        };
        let is_number = rest.is_some_and(|rest| rest.parse::<f64>().is_ok());
        let meant = match (comparison.operator.value, first) {
            (Operator::Less, '>') => Operator::NotEqual,
            (Operator::Equal, '<') if is_number => Operator::LessEqual,
            (Operator::Equal, '>') if is_number => Operator::GreaterEqual,
            _ => return,
        };
        let at = value.span.start as usize;
        let both = comparison.operator.span.join(Span::new(at, at + 1));
        let message = format!(
            "`{}{first}` is no operator: `{}` is the value",
            comparison.operator.value.text(),
            value.text
        );
        self.foreign(both, &message, meant.text());
    }

    /// `field~="x"` and `field=~"x"`, which test a pattern elsewhere.
    fn tilde(&mut self, comparison: &Comparison, value: &Literal) {
        let (field, operator) = (&comparison.field, &comparison.operator);
        let message = if let Some(name) = field.value.strip_suffix('~') {
            format!("`~{}` is no operator: `{name}~` is the field", operator.value.text())
        } else if value.text == "~"
            && self.text.get(value.span.end as usize..).is_some_and(|rest| rest.starts_with('"'))
        {
            format!("`{}~` is no operator: `~` is the value", operator.value.text())
        } else {
            return;
        };
        let name = field.value.trim_end_matches('~');
        self.findings.push(
            Diagnostic::new(&FOREIGN_OPERATOR, field.span.join(value.span), message)
                .help(format!("`| regex {name}=\"…\"` tests a pattern")),
        );
    }

    fn foreign(&mut self, span: Span, message: &str, meant: &str) {
        let edits = vec![Edit { span, text: meant.to_owned() }];
        let fix = Fix { title: format!("write `{}`", meant.trim()), edits, safe: false };
        self.findings.push(Diagnostic::new(&FOREIGN_OPERATOR, span, message).fix(fix));
    }

    /// Functions whose second argument is a pattern (Search Reference, "Comparison and Conditional functions", "Text
    /// functions" and "Multivalue eval functions").
    fn eval(&mut self, expression: &Eval) {
        expression.walk(&mut |part| match &part.kind {
            EvalKind::Call(name, arguments) => {
                let name = name.value.to_ascii_lowercase();
                if let (true, Some(Eval { kind: EvalKind::Text(text), span })) =
                    (["match", "replace", "mvfind"].contains(&name.as_str()), arguments.get(1))
                {
                    self.pattern(text, *span);
                }
            }
            EvalKind::Subsearch(pipeline) => self.pipeline(pipeline),
            _ => {}
        });
    }

    /// The pattern as it is understood, and where it is written.
    fn pattern(&mut self, text: &str, span: Span) -> Option<Regex> {
        let is_inside = |place: Span| span.start <= place.start && place.end <= span.end;
        let is_told = |finding: &Diagnostic| {
            finding.severity == Severity::Error && finding.span().is_some_and(is_inside)
        };
        // Texts that touch, one of them from a macro, may be one pattern.
        if is_open(text) || are_several(span.of(self.text)) || self.findings.iter().any(is_told) {
            return None;
        }
        match Regex::parse(text) {
            Ok(regex) => Some(regex),
            Err(error) if error.is_unsupported() => None,
            Err(error) => {
                // Where the pattern stands as it is understood, the place in it is known.
                let at = span.of(self.text).find(text).map(|offset| span.start as usize + offset + error.at);
                let letter = |at: usize| self.text.get(at..)?.chars().next().map(char::len_utf8);
                let place = at.and_then(|at| Some(Span::new(at, at + letter(at)?)));
                let place = place.filter(|place| place.end < span.end).unwrap_or(span);
                let message = format!("the pattern cannot be read: {}", error.message);
                self.findings.push(Diagnostic::new(&codes::BAD_PATTERN, place, message));
                None
            }
        }
    }

    fn regex(&mut self, clauses: &[Clause]) {
        for item in clauses.iter().flat_map(Clause::items) {
            match &item.kind {
                ItemKind::Word(word) => drop(self.pattern(&word.text, word.span)),
                ItemKind::Setting(setting) => {
                    if let Value::Word(word) = &setting.value {
                        self.pattern(&word.text, word.span);
                    }
                }
                _ => {}
            }
        }
    }

    fn rex(&mut self, clauses: &[Clause]) {
        let items: Vec<&Item> = clauses.iter().flat_map(Clause::items).collect();
        let is_sed = items.iter().any(
            |item| matches!(&item.kind, ItemKind::Setting(it) if it.name.text.eq_ignore_ascii_case("mode")),
        );
        // A macro beside the pattern may be a part of it.
        let others: Vec<&Item> =
            items.into_iter().filter(|item| !matches!(item.kind, ItemKind::Setting(_))).collect();
        let [Item { kind: ItemKind::Word(word), .. }] = others.as_slice() else { return };
        if is_sed {
            return;
        }
        let regex = self.pattern(&word.text, word.span);
        if regex.is_some_and(|regex| regex.group_names().is_empty()) {
            let message = "the pattern of `rex` names no group, so that it sets no field";
            let finding = Diagnostic::new(&codes::BAD_PATTERN, word.span, message);
            self.findings
                .push(finding.help("a group is named by `(?<field>…)`; `regex` filters by a pattern"));
        }
    }

    /// The fields behind BY, and for `chart` behind OVER.
    fn split_fields(&mut self, stage: &Stage, clauses: &[Clause], most: usize) {
        let is_split = |clause: &&Clause| {
            clause.keyword.as_ref().is_some_and(|it| it.value == "by" || it.value == "over")
        };
        let items: Vec<&Item> = clauses.iter().filter(is_split).flat_map(Clause::items).collect();
        if items.iter().any(|item| !matches!(item.kind, ItemKind::Word(_) | ItemKind::Setting(_))) {
            return;
        }
        let fields = items.iter().filter(|item| matches!(item.kind, ItemKind::Word(_)));
        let Some(surplus) = fields.clone().nth(most) else { return };
        let (name, number) = (&stage.name.value, if most == 1 { "one field" } else { "two fields" });
        let message = format!("`{name}` splits by {number} at most, and here are {}", fields.count());
        let finding = Diagnostic::new(&codes::SURPLUS_ARGUMENT, surplus.span, message);
        self.findings.push(finding.help("`stats` groups by any number of fields"));
    }

    fn count(&mut self, stage: &Stage, clauses: &[Clause]) {
        for item in clauses.iter().flat_map(Clause::items) {
            let word = match &item.kind {
                ItemKind::Word(word) => word,
                ItemKind::Setting(setting) if setting.name.text.eq_ignore_ascii_case("limit") => {
                    let Value::Word(word) = &setting.value else { continue };
                    word
                }
                _ => continue,
            };
            if word.text.parse::<u64>().is_err() && !is_open(&word.text) {
                let message = format!("`{}` takes a number, and `{}` is none", stage.name.value, word.text);
                self.findings.push(Diagnostic::new(&codes::NO_NUMBER, word.span, message));
            }
        }
    }

    /// `lookup users uid AS OUTPUT name`: the keyword is taken for the name.
    fn outputs(&mut self, clauses: &[Clause]) {
        let is_keyword = |word: &&Word| {
            word.quote == Quote::None
                && ["output", "outputnew"].contains(&word.text.to_ascii_lowercase().as_str())
        };
        for item in clauses.iter().flat_map(Clause::items) {
            if let Some(alias) = item.alias.as_ref().filter(is_keyword) {
                let message = format!("`AS` needs the name of a field before `{}`", alias.text);
                self.findings.push(Diagnostic::new(&codes::MISSING_ARGUMENT, alias.span, message));
            }
        }
    }
}

/// Whether words as they are written are one quoted text behind another.
fn are_several(words: &str) -> bool {
    let Some(inner) = words.strip_prefix('"') else { return false };
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => _ = characters.next(),
            '"' => return at + 1 < inner.len(),
            _ => {}
        }
    }
    false
}

/// Whether something else is put in before the search runs: `$user$`, `<<FIELD>>`, a macro.
fn is_open(text: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty() && part.chars().all(|it| it.is_alphanumeric() || ['_', '.', '-', ':'].contains(&it))
    };
    let parts: Vec<&str> = text.split('$').collect();
    let inner = parts.get(1..parts.len().saturating_sub(1)).unwrap_or(&[]);
    text.contains("<<") || text.contains('`') || inner.iter().any(|part| is_name(part))
}
