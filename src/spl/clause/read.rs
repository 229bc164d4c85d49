//! Reads clauses of items.
//!
//! In: the arguments of a stage and their shape. Out: clauses. Invariant: a character that starts nothing is told as
//! an error, and every recursion is counted.

use crate::diagnostic::{Diagnostic, Edit, Fix, Severity};
use crate::source::{Span, Spanned};
use crate::spl::ast::Operator;
use crate::spl::clause::names;
use crate::spl::clause::word::word;
use crate::spl::clause::{Body, Clause, Item, ItemKind, Quote, Setting, Sign, Value, Word};
use crate::spl::query::Query;
use crate::spl::scan::Scanner;
use crate::spl::{Shape, codes, eval, quote, search};

/// What a shape allows.
#[derive(Clone, Copy, Default)]
pub(super) struct Grammar {
    /// Words that begin a clause of items.
    keywords: &'static [&'static str],
    /// A word that begins a condition in the `search` language.
    condition: Option<&'static str>,
    /// Whether `+` and `-` stand before items.
    pub(super) signs: bool,
    /// Whether parentheses hold an eval expression.
    parentheses: Parentheses,
    /// Whether a bare word is a field, so that no comparison may stand in it.
    pub(super) is_fields: bool,
    /// Whether a word goes on to the next space, with quotes round parts of it, as a regular expression is written.
    pub(super) raw: bool,
    /// Whether a function may be parted from its `(` by a space.
    spaced_calls: bool,
    /// Words that give what stands before them a new name.
    pub(super) aliases: &'static [&'static str],
}

/// The language between parentheses that follow no name.
#[derive(Clone, Copy, Default, PartialEq)]
enum Parentheses {
    #[default]
    Items,
    Eval,
    Search,
}

const fn grammar(shape: Shape) -> Grammar {
    let base = Grammar {
        keywords: &[],
        condition: None,
        signs: false,
        parentheses: Parentheses::Items,
        is_fields: false,
        raw: false,
        spaced_calls: false,
        aliases: &["as"],
    };
    match shape {
        Shape::Aggregation => Grammar {
            keywords: &["by"],
            parentheses: Parentheses::Eval,
            is_fields: true,
            spaced_calls: true,
            ..base
        },
        Shape::Chart => Grammar {
            keywords: &["by", "over", "where"],
            parentheses: Parentheses::Eval,
            spaced_calls: true,
            ..base
        },
        Shape::IndexedAggregation => Grammar {
            keywords: &["from", "by", "groupby"],
            condition: Some("where"),
            is_fields: true,
            spaced_calls: true,
            ..base
        },
        Shape::Fields => Grammar {
            keywords: &["by", "sortby"],
            signs: true,
            parentheses: Parentheses::Eval,
            is_fields: true,
            ..base
        },
        Shape::Renames => Grammar { aliases: &["as", "to", "->"], ..base },
        Shape::Regex => Grammar { raw: true, ..base },
        Shape::Lookup => Grammar { keywords: &["output", "outputnew"], ..base },
        Shape::Table => Grammar { condition: Some("where"), ..base },
        Shape::Transaction => {
            Grammar { keywords: &["by"], parentheses: Parentheses::Search, is_fields: true, ..base }
        }
        _ => base,
    }
}

/// Reads all text under `span`.
pub(crate) fn parse(query: &mut Query<'_>, span: Span, shape: Shape) -> Vec<Clause> {
    let mut scanner = Scanner::new(query, span);
    let mut reader =
        Reader { scanner: &mut scanner, grammar: grammar(shape), is_end: is_setting_word, clause: None };
    let clauses = reader.clauses();
    let query = &mut *reader.scanner.query;
    if shape != Shape::Regex {
        names::report(query.text, &clauses, &mut query.findings);
    }
    match shape {
        Shape::Renames => reader.report_unnamed(&clauses),
        Shape::Regex => reader.report_second(&clauses),
        _ => {}
    }
    clauses
}

/// Settings that may follow the condition of `mstats` and `mpreview`.
fn is_setting_word(word: &str) -> bool {
    ["span", "every", "chunk_size", "earliest_time", "target_per_timeseries"].contains(&word)
}

pub(super) struct Reader<'r, 's, 'q> {
    pub(super) scanner: &'r mut Scanner<'s, 'q>,
    pub(super) grammar: Grammar,
    is_end: fn(&str) -> bool,
    /// The keyword of the clause that is read.
    pub(super) clause: Option<String>,
}

impl Reader<'_, '_, '_> {
    fn clauses(&mut self) -> Vec<Clause> {
        let mut clauses: Vec<Clause> = Vec::new();
        loop {
            self.skip_separators();
            let start = self.scanner.at;
            let keyword = self.keyword();
            let is_condition =
                keyword.as_ref().is_some_and(|word| Some(word.value.as_str()) == self.grammar.condition);
            if let Some(word) = &keyword {
                self.report_repeated(word, &clauses);
            }
            self.clause = keyword.as_ref().map(|word| word.value.clone());
            let body = if is_condition { self.condition() } else { Body::Items(self.items()) };
            if let (Some(word), Body::Items(items)) = (&keyword, &body)
                && items.is_empty()
            {
                self.report_empty(word);
            }
            let is_empty = self.scanner.at == start;
            if !is_empty || clauses.is_empty() {
                let end = last_end(&body).max(keyword.as_ref().map_or(start, |word| word.span.end as usize));
                clauses.push(Clause { keyword, body, span: Span::new(start, end) });
            }
            self.skip_separators();
            if self.scanner.peek().is_none() {
                return clauses;
            }
            if self.scanner.at == start {
                // A `)` that closes nothing, at the start of a clause.
                self.scanner.report_unreadable();
                self.scanner.take_any();
            }
        }
    }

    /// A keyword with nothing behind it. Apps write `OUTPUT` so and go on with all columns of the table, as a lookup
    /// without the word gives them (Search Reference, lookup).
    fn report_empty(&mut self, word: &Spanned<String>) {
        let message = format!("nothing follows `{}`", word.span.of(self.scanner.query.text));
        let mut finding = Diagnostic::new(&codes::MISSING_OPERAND, word.span, message);
        if word.value.starts_with("output") {
            finding.severity = Severity::Note;
            finding = finding
                .help("it is read as all columns of the table; leave the word out, or name the columns");
        }
        self.push(finding);
    }

    fn report_repeated(&mut self, word: &Spanned<String>, clauses: &[Clause]) {
        let is_same = |clause: &Clause| clause.keyword.as_ref().is_some_and(|it| it.value == word.value);
        if clauses.iter().any(is_same) {
            let message = format!("a second `{}` stands in one command", word.value);
            self.push(Diagnostic::new(&codes::UNEXPECTED_TEXT, word.span, message));
        }
    }

    /// Items up to a keyword, a `)` or the end.
    fn items(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        loop {
            self.skip_separators();
            match self.scanner.peek() {
                None | Some(')') => return items,
                _ if self.peek_keyword().is_some() => return items,
                _ => items.push(self.item()),
            }
        }
    }

    fn item(&mut self) -> Item {
        let start = self.scanner.at;
        let sign = self.sign();
        if sign.is_some() {
            self.skip_comma_behind_sign();
        }
        let kind = self.kind();
        let mut span = self.scanner.since(start);
        let alias = self.alias();
        if let Some(alias) = &alias {
            span = span.join(alias.span);
        }
        Item { sign, kind, alias, span }
    }

    fn sign(&mut self) -> Option<Spanned<Sign>> {
        if !self.grammar.signs {
            return None;
        }
        let (sign, text) = match self.scanner.peek() {
            Some('+') => (Sign::Plus, "+"),
            Some('-') => (Sign::Minus, "-"),
            _ => return None,
        };
        let span = self.scanner.take(text)?;
        self.scanner.skip_space();
        Some(Spanned::new(sign, span))
    }

    /// `fields + , a`: commas part fields as spaces do.
    fn skip_comma_behind_sign(&mut self) {
        if let Some(span) = self.scanner.take(",") {
            let mut finding = Diagnostic::new(&codes::STRAY_COMMA, span, "no field stands before this comma");
            finding.severity = Severity::Note;
            let edits = vec![Edit { span, text: String::new() }];
            self.push(finding.fix(Fix { title: "leave the comma out".to_owned(), edits, safe: true }));
            self.skip_separators();
        }
    }

    fn kind(&mut self) -> ItemKind {
        let start = self.scanner.at;
        if let Some((body, _)) = self.scanner.macro_call() {
            return ItemKind::Macro(body);
        }
        if let Some(span) = self.scanner.bracketed() {
            return ItemKind::Subsearch(self.scanner.query.subsearch(span));
        }
        if let Some(expression) = self.expression() {
            return ItemKind::Word(expression);
        }
        if let Some(open) = self.scanner.take("(") {
            return self.group(open);
        }
        let Some(name) = word(self.scanner, false) else {
            if self.scanner.peek().is_none() {
                let span = Span::new(start.saturating_sub(1), start);
                self.push(Diagnostic::new(&codes::MISSING_OPERAND, span, "a field is missing here"));
                return ItemKind::Unreadable;
            }
            self.report_operator();
            self.scanner.take_any();
            return ItemKind::Unreadable;
        };
        if name.quote == Quote::None {
            let behind = self.scanner.at;
            if self.grammar.spaced_calls {
                self.scanner.skip_space();
            }
            if let Some(open) = self.scanner.take("(") {
                return self.call(name, open);
            }
            self.scanner.at = behind;
        }
        self.setting(name)
    }

    fn report_operator(&mut self) {
        let Some(span) = self.scanner.take("=") else { return self.scanner.report_unreadable() };
        self.scanner.at = span.start as usize;
        self.push(Diagnostic::new(&codes::MISSING_OPERAND, span, "no name stands before `=`"));
    }

    fn group(&mut self, open: Span) -> ItemKind {
        match self.grammar.parentheses {
            _ if self.clause.as_deref() == Some("where") => self.undocumented_condition(open),
            // `table (), host`: there is no expression to be read.
            Parentheses::Eval if self.grammar.signs && self.scanner.starts_with(")") => {
                self.scanner.at = open.start as usize;
                ItemKind::Word(self.raw_parentheses())
            }
            Parentheses::Eval => ItemKind::Eval(eval::inside(self.scanner, open)),
            _ => self.parenthesised(open).map_or(ItemKind::Unreadable, ItemKind::Group),
        }
    }

    /// `timechart … where (…)`: documented is a function and a comparison (Search Reference, timechart, "Where clause
    /// arguments"). What else Splunk takes there is not known; apps publish conditions, so one is kept as it is written.
    fn undocumented_condition(&mut self, open: Span) -> ItemKind {
        self.scanner.at = open.start as usize;
        let condition = self.raw_parentheses();
        let message = "a condition in parentheses is outside the documented form of this `where`";
        let mut finding = Diagnostic::new(&codes::UNEXPECTED_TEXT, condition.span, message);
        finding.severity = Severity::Note;
        self.push(finding.help("write a function and a comparison, as in `where max > 10`"));
        ItemKind::Word(condition)
    }

    /// Items and the `)` behind them; nothing if they nest too deep.
    pub(super) fn parenthesised(&mut self, open: Span) -> Option<Vec<Item>> {
        if !self.scanner.query.enter(1, open) {
            self.scanner.finish();
            return None;
        }
        let outside = self.grammar;
        self.grammar = Grammar { keywords: &[], condition: None, ..outside };
        let items = self.items();
        self.grammar = outside;
        self.scanner.query.leave(1);
        if self.scanner.take(")").is_none() {
            self.push(Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, open, "this `(` is not closed"));
        }
        Some(items)
    }

    /// `name=value`, or the name alone.
    fn setting(&mut self, name: Word) -> ItemKind {
        let behind = self.scanner.at;
        self.scanner.skip_space();
        let operator = self.scanner.take("!=").map(|span| Spanned::new(Operator::NotEqual, span));
        let operator = operator.or_else(|| Some(Spanned::new(Operator::Equal, self.scanner.take("=")?)));
        let Some(operator) = operator else {
            self.scanner.at = behind;
            if self.begins_condition(&name) {
                return self.stray_condition(&name);
            }
            self.report_comparison(&name);
            return ItemKind::Word(name);
        };
        let value = self.value(&name, operator.span);
        ItemKind::Setting(Setting { name, operator, value })
    }

    /// A name without quotes that is compared, or an operator.
    fn report_comparison(&mut self, name: &Word) {
        let is_bare = self.grammar.is_fields && name.quote == Quote::None;
        let is_comparison = name.text.contains(['<', '>']) && !name.text.contains("<<");
        let is_operator = ["AND", "OR", "NOT"].contains(&name.text.as_str());
        if is_bare && (is_comparison || is_operator) {
            let message = format!("`{}` is no field", name.text);
            let finding = Diagnostic::new(&codes::UNEXPECTED_TEXT, name.span, message);
            self.push(finding.help("put a condition behind a pipe, after `where`, and a name that holds such characters in double quotes"));
        }
    }

    fn value(&mut self, name: &Word, operator: Span) -> Value {
        self.scanner.skip_space();
        let start = self.scanner.at;
        if let Some((body, span)) = self.scanner.macro_call() {
            return Value::Macro(Spanned::new(body, span));
        }
        if let Some(span) = self.scanner.bracketed() {
            return Value::Subsearch(self.scanner.query.subsearch(span));
        }
        if let Some(condition) = self.condition_between_quoted_parentheses() {
            return condition;
        }
        match self.grammar.parentheses {
            _ if !self.scanner.starts_with("(") => {}
            Parentheses::Search => return self.condition_in_parentheses(),
            Parentheses::Eval if !self.grammar.signs => {
                let open = self.scanner.take_any();
                return Value::Eval(eval::inside(self.scanner, open));
            }
            // A regular expression of `makemv`, which needs no quotes there.
            _ => return Value::Word(self.raw_parentheses()),
        }
        if self.scanner.rest().get(..5).is_some_and(|text| text.eq_ignore_ascii_case("eval("))
            && let Some(open) = self.scanner.rest().get(..5).map(|_| Span::new(start + 4, start + 5))
        {
            self.scanner.at = start + 5;
            return Value::Eval(eval::inside(self.scanner, open));
        }
        let is_condition = self.grammar.parentheses == Parentheses::Search
            && name.text.to_ascii_lowercase().ends_with("with");
        match word(self.scanner, true) {
            Some(mut word) if is_condition => {
                // `startswith=field="value"`
                if word.quote == Quote::None && word.text.ends_with('=') && self.scanner.string().is_some() {
                    word.span = self.scanner.since(start);
                }
                self.quoted_condition(word)
            }
            Some(name) if self.grammar.raw => Value::Word(self.rest_of_expression(name)),
            Some(word) => Value::Word(word),
            None => {
                let message = format!("`{}` is set to nothing", name.text);
                self.push(Diagnostic::new(&codes::MISSING_VALUE, operator, message));
                Value::Missing(Span::new(operator.end as usize, operator.end as usize))
            }
        }
    }

    /// `reset_before="("x>1")"`, with quotes round the parentheses alone (Search Reference, streamstats, "Syntax").
    fn condition_between_quoted_parentheses(&mut self) -> Option<Value> {
        let is_eval = self.grammar.parentheses == Parentheses::Eval && !self.grammar.signs;
        let inside = self.scanner.rest().strip_prefix("\"(\"").filter(|_| is_eval)?;
        let start = self.scanner.at + 3;
        let end = start + inside.find("\")\"")?;
        self.scanner.at = end + 3;
        Some(Value::Eval(eval::boolean(self.scanner.query, Span::new(start, end))))
    }

    /// The text of `startswith="…"` is a search, readable in place unless quotes hide a part of it.
    fn quoted_condition(&mut self, word: Word) -> Value {
        let inner = match word.quote {
            Quote::Double => Span::new(word.span.start as usize + 1, word.span.end as usize - 1),
            _ => word.span,
        };
        if inner.of(self.scanner.query.text).contains(['\\', '[', ']', '`', '|']) {
            return Value::Word(word);
        }
        Value::Search(search::parse(self.scanner.query, inner))
    }

    fn condition_in_parentheses(&mut self) -> Value {
        let (inner, _) = self.balanced();
        Value::Search(search::parse(self.scanner.query, trimmed(self.scanner.query.text, inner)))
    }

    pub(super) fn raw_parentheses(&mut self) -> Word {
        let (_, span) = self.balanced();
        Word { text: span.of(self.scanner.query.text).to_owned(), quote: Quote::None, span }
    }

    /// What stands between the `(` that comes next and its `)`, and both with it.
    fn balanced(&mut self) -> (Span, Span) {
        let open = self.scanner.take_any();
        let start = self.scanner.at;
        let end = self.skip_to(|reader| reader.scanner.starts_with(")"));
        if self.scanner.take(")").is_none() {
            self.push(Diagnostic::new(&codes::UNBALANCED_PARENTHESIS, open, "this `(` is not closed"));
        }
        (Span::new(start, end), self.scanner.since(open.start as usize))
    }

    /// A condition in the `search` language, up to a keyword or a setting.
    fn condition(&mut self) -> Body {
        self.scanner.skip_space();
        let start = self.scanner.at;
        let end = self.skip_to(|reader| reader.peek_keyword().is_some() || reader.at_setting());
        let span = trimmed(self.scanner.query.text, Span::new(start, end));
        Body::Search(search::parse(self.scanner.query, span))
    }

    /// Skips pieces to one that ends the text, outside of parentheses.
    pub(super) fn skip_to(&mut self, ends: impl Fn(&mut Self) -> bool) -> usize {
        let mut depth = 0_usize;
        let mut at_word = true;
        while let Some(next) = self.scanner.peek() {
            if depth == 0 && (at_word || next == ')') && ends(self) {
                break;
            }
            let start = self.scanner.at;
            let found = match next {
                '"' => self.scanner.string(),
                '[' => self.scanner.bracketed(),
                '`' if !self.scanner.starts_with("```") => self.scanner.macro_call().map(|(_, span)| span),
                _ => None,
            };
            if found.is_none() {
                self.scanner.skip_space();
            }
            at_word = true;
            if self.scanner.at > start {
                continue;
            }
            match next {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                '\\' => {
                    self.scanner.take_any();
                }
                _ => at_word = matches!(next, ','),
            }
            self.scanner.take_any();
        }
        self.scanner.at
    }

    fn at_setting(&self) -> bool {
        let rest = self.scanner.rest();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(length);
        (self.is_end)(name) && after.trim_start().starts_with('=')
    }

    /// Takes a word in any case if it comes next and ends there.
    pub(super) fn take_word(&mut self, word: &str) -> Option<Span> {
        let rest = self.scanner.rest();
        let found = rest.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word));
        let next = rest.get(word.len()..).and_then(|rest| rest.chars().next());
        let ends = next.is_none_or(|next| {
            next.is_whitespace() || matches!(next, '"' | '\'' | '`' | ',' | '(' | ')' | '[')
        });
        if !found || !ends {
            return None;
        }
        let start = self.scanner.at;
        self.scanner.at += word.len();
        Some(self.scanner.since(start))
    }

    pub(super) fn peek_keyword(&mut self) -> Option<Spanned<String>> {
        let start = self.scanner.at;
        let found = self.keyword();
        self.scanner.at = start;
        found
    }

    fn keyword(&mut self) -> Option<Spanned<String>> {
        let words = self.grammar.keywords.iter().copied().chain(self.grammar.condition);
        for word in words {
            let start = self.scanner.at;
            if let Some(span) = self.take_word(word) {
                // `by=x` is a setting of that name.
                if !self.scanner.rest().trim_start().starts_with('=') {
                    return Some(Spanned::new(word.to_owned(), span));
                }
                self.scanner.at = start;
            }
        }
        None
    }

    fn skip_separators(&mut self) {
        loop {
            self.scanner.skip_space();
            if self.scanner.take(",").is_none() {
                return;
            }
        }
    }

    /// Says which field of a `rename` comes first without a new name.
    fn report_unnamed(&mut self, clauses: &[Clause]) {
        let is_named = |item: &&Item| {
            item.alias.is_some() || matches!(item.kind, ItemKind::Macro(_) | ItemKind::Unreadable)
        };
        // A quoted text that touches another one goes on with it.
        let text = self.scanner.query.text;
        let touches = |item: &&Item| {
            text.get(..item.span.start as usize).is_some_and(|before| before.ends_with(['"', '\'']))
        };
        let mut items = clauses.iter().flat_map(Clause::items);
        let Some(item) = items.find(|item| !is_named(item) && !touches(item)) else { return };
        let shown = item.span.of(self.scanner.query.text);
        // A name that typographic quotes leave in two is told.
        if shown.contains(quote::is_typographic) {
            return;
        }
        let message = format!("`{shown}` gets no new name");
        self.push(Diagnostic::new(&codes::MISSING_OPERAND, item.span, message).help("write `field AS name`"));
    }

    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.scanner.query.findings.push(finding);
    }
}

fn last_end(body: &Body) -> usize {
    match body {
        Body::Items(items) => items.last().map_or(0, |item| item.span.end as usize),
        Body::Search(search) => search.span.end as usize,
    }
}

fn trimmed(text: &str, span: Span) -> Span {
    let body = span.of(text);
    let start = body.len() - body.trim_start().len();
    Span::new(span.start as usize + start, span.start as usize + start.max(body.trim_end().len()))
}
