//! Checks on searches that Splunk reads and that probably do not find what was meant.
//!
//! In: a query with its tree and, where it has one, its detection. Out: findings of the file, in reading order, with
//! fixes where one exists. Invariant: a fix is called safe only if the query before and after it lowers to the same
//! predicate. A query with errors gets the reader's findings alone: checks on half a tree would guess. Most checks look
//! at one query ([`Lint::check`]); those that compare queries, such as two of one id, see all of a run
//! ([`Lint::check_all`]). Adding a check is one file and one line in [`ALL`]; nothing is switched on or off here.

pub mod fix;
mod asked;
mod attack;
mod later;
mod visit;
mod walk;
mod all_time;
mod bad_date;
mod bare_alternative;
mod boolean_assignment;
mod case_mismatch;
mod case_never_matches;
mod contradiction;
mod defanged_literal;
mod duplicate_id;
mod duplicate_logic;
mod duplicate_title;
mod empty_range;
mod empty_search;
mod escaped_star;
mod exact_command_line;
mod existence_only;
mod field_as_value;
mod formatted_time;
mod impossible_condition;
mod index_star;
mod infix_wildcard;
mod inverted_time_range;
mod join_subsearch;
mod late_filter;
mod leading_wildcard;
mod like_as_value;
mod like_with_star;
mod like_without_wildcard;
mod limit_before_filter;
mod lookup_column;
mod lost_bin;
mod lost_field;
mod malformed_id;
mod malformed_time;
mod missing_author;
mod missing_date;
mod missing_description;
mod missing_id;
mod missing_technique;
mod misspelt_option;
mod mixed_and_or;
mod neq_missing_field;
mod neq_or_chain;
mod neq_star;
mod no_index;
mod not_scope;
mod null_comparison;
mod number_as_text;
mod only_negative;
mod operator_in_value;
mod placeholder_value;
mod redundant_test;
mod redundant_value;
mod regex_as_value;
mod regex_matches_all;
mod regex_path;
mod risky_command;
mod search_everything;
mod single_backslash;
mod sort_before_stats;
mod sort_limit;
mod split_column;
mod swapped_arguments;
mod table_mid_pipe;
mod tactic_mismatch;
mod target_narrower;
mod target_partial;
mod target_refused;
mod target_substitute;
mod target_wider;
mod tautology;
mod threshold_without_by;
mod throttle_field;
mod time_format;
mod transaction_unbounded;
mod unknown_technique;
mod unresolved_lookup;
mod unresolved_macro;
mod unused_lookup;
mod unused_macro;
mod where_bare_value;
mod where_cidr;
mod where_in_wildcard;
mod where_quoted_field;
mod where_unquoted_path;
mod where_wildcard;

use std::path::PathBuf;

use crate::backend::compile::{TargetResult, Understood};
use crate::command;
use crate::detection::{Detection, Predicate};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::document::{Analytic, Document, conf};
use crate::event::table::Tables;
use crate::function::Context;
use crate::optimise;
use crate::source::{LineIndex, Snippet, Span};
use crate::spl::macros::{self, Definitions, Expanded};
use crate::spl::{self, Parsed};

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The file.
    pub document: &'a Document,
    /// The query with what the file says of it.
    pub analytic: &'a Analytic,
    /// The query with its macros replaced; findings of the reader and the checks have their places in it.
    pub expanded: &'a Expanded,
    /// Its tree and the reader's findings.
    pub parsed: &'a Parsed,
    /// What it asks of an event; none where that cannot be said.
    pub detection: Option<&'a Detection>,
    /// What the passes of the optimiser make of its filters, where there is a detection.
    pub optimised: Option<&'a Predicate>,
    /// What is known beside the files.
    pub known: Known<'a>,
    /// What became of the query for the targets that are asked for.
    pub targets: &'a [TargetResult<'a>],
}

/// What is known beside the files: definitions of macros and tables of lookups.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The macros that are given, beside those that are built in.
    pub macros: &'a Definitions,
    /// The tables that are given.
    pub tables: &'a Tables,
}

impl Known<'_> {
    /// No definitions and no tables.
    pub fn nothing() -> Self {
        Self { macros: Definitions::builtin(), tables: &Context::nothing().tables }
    }
}

impl<'a> Subject<'a> {
    /// A query that was understood, for no target.
    pub fn of(understood: &'a Understood<'a>, known: Known<'a>) -> Self {
        Self {
            document: understood.document,
            analytic: understood.analytic,
            expanded: &understood.expanded,
            parsed: &understood.parsed,
            detection: understood.detection.as_ref().ok(),
            optimised: understood.optimised.as_ref(),
            known,
            targets: &[],
        }
    }

    /// The query.
    fn text(&self) -> &'a str {
        self.expanded.text()
    }

    /// The words under a span, for a message.
    fn shown(&self, span: Span) -> String {
        shortened(span.of(self.text()))
    }

    /// Whether a macro supplied the words under a span: what its author wrote is no matter of this query.
    fn is_of_macro(&self, span: Span) -> bool {
        !self.expanded.macros_of(span).is_empty()
    }

    /// Whether the file is in a format in which people describe a search: YAML or Markdown.
    fn is_described(&self) -> bool {
        self.is_of(&["md", "yml", "yaml"])
    }

    /// Whether the file has one of these extensions.
    fn is_of(&self, extensions: &[&str]) -> bool {
        let extension = self.document.path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|it| extensions.iter().any(|known| it.eq_ignore_ascii_case(known)))
    }

    /// The Splunk app that the query belongs to, if that is known.
    fn app(&self) -> Option<String> {
        self.analytic.metadata.app.clone().or_else(|| conf::app_of(&self.document.path))
    }

    /// Whether the query is the definition of an event type (Knowledge Manager Manual, "About event types"): it sorts
    /// events and raises no alert, and whoever wrote it for others does not know their indexes.
    fn is_event_type(&self) -> bool {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        let is = |text: &str| letters(text).to_ascii_lowercase().ends_with("eventtype");
        let file = self.document.path.file_stem().map(|stem| stem.to_string_lossy());
        self.analytic.metadata.kind.as_deref().is_some_and(is)
            || file.is_some_and(|stem| is(stem.trim_end_matches(['s', 'S'])))
    }

    /// Whether somebody is to be told of what the query finds: it is described or scheduled, has a technique or a level,
    /// or is no saved search. A saved search of which none of that is said is opened by who wants to look.
    fn is_detection(&self) -> bool {
        let metadata = &self.analytic.metadata;
        let is_saved = self.app().is_some() || self.is_of(&["conf", "json", "jsonl", "ndjson"]);
        self.is_described()
            || metadata.schedule.cron.is_some()
            || metadata.level.is_some()
            || !metadata.techniques.is_empty()
            || !is_saved
    }

    /// The first word of the query, where a finding about all of it stands.
    fn start(&self) -> Span {
        let text = self.text();
        let start = text.len() - text.trim_start().len();
        let end = text.get(start..).and_then(|rest| rest.find(char::is_whitespace)).unwrap_or(0);
        Span::new(start, (start + end).max(start))
    }

    /// A finding about something that the document says of the query: at those words where they are found in the file,
    /// else at the start of the query.
    fn about(&self, code: &'static Code, words: &str, message: String) -> Diagnostic {
        let place = self.analytic.snippet.to_file(Span::new(0, 0)).start as usize;
        let before = self.document.text.get(..place).and_then(|text| text.rfind(words));
        let found = before.or_else(|| self.document.text.find(words)).filter(|_| !words.is_empty());
        match found {
            Some(at) => {
                Diagnostic::new(code, Span::new(at, at + words.len()), message).at(&self.document.path)
            }
            None => Diagnostic::new(code, self.start(), message),
        }
    }
}

/// What kind of fault a check looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The search finds something else than it seems to.
    Meaning,
    /// The search reads more than it needs, loses results at a limit, or changes something.
    Cost,
    /// A target that is asked for cannot say it.
    Portability,
    /// What the document says about the search is missing or wrong.
    Metadata,
    /// Macros and lookups that are missing, misused or without use.
    Knowledge,
    /// The text of the search is malformed; the reader finds it.
    Syntax,
}

impl Group {
    /// The word that reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Meaning => "meaning",
            Self::Cost => "cost",
            Self::Portability => "portability",
            Self::Metadata => "metadata",
            Self::Knowledge => "knowledge",
            Self::Syntax => "syntax",
        }
    }
}

/// A check.
pub trait Lint: Sync {
    /// Its id, severity, summary, and explanation with the source of the rule.
    fn code(&self) -> &'static Code;
    /// What kind of fault it looks for.
    fn group(&self) -> Group {
        Group::Meaning
    }
    /// A document that it finds fault with: a query, unless [`Lint::file`] says otherwise.
    fn bad(&self) -> &'static str;
    /// The same written well.
    fn good(&self) -> &'static str;
    /// The name of the file that the examples are of. They are read where the macro `from_host(1)` and the table
    /// `users.csv` with the columns `user` and `level` are given, and portability is asked for all targets.
    fn file(&self) -> &'static str {
        "query.spl"
    }
    /// Adds what it finds in one query, with spans in the query; or in the file, if the finding names the file.
    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let _ = (subject, findings);
    }
    /// Adds what it finds in all queries of a run together, each with the index of the query that it is about.
    fn check_all(&self, subjects: &[Subject<'_>], known: Known<'_>, findings: &mut Vec<(usize, Diagnostic)>) {
        let _ = (subjects, known, findings);
    }
}

/// All checks, by id.
pub const ALL: &[&dyn Lint] = &[
    &all_time::AllTime,
    &bad_date::BadDate,
    &bare_alternative::BareAlternative,
    &boolean_assignment::BooleanAssignment,
    &case_mismatch::CaseMismatch,
    &case_never_matches::CaseNeverMatches,
    &contradiction::Contradiction,
    &defanged_literal::DefangedLiteral,
    &duplicate_id::DuplicateId,
    &duplicate_logic::DuplicateLogic,
    &duplicate_title::DuplicateTitle,
    &empty_range::EmptyRange,
    &empty_search::EmptySearch,
    &escaped_star::EscapedStar,
    &exact_command_line::ExactCommandLine,
    &existence_only::ExistenceOnly,
    &field_as_value::FieldAsValue,
    &formatted_time::FormattedTime,
    &impossible_condition::ImpossibleCondition,
    &index_star::IndexStar,
    &infix_wildcard::InfixWildcard,
    &inverted_time_range::InvertedTimeRange,
    &join_subsearch::JoinSubsearch,
    &late_filter::LateFilter,
    &leading_wildcard::LeadingWildcard,
    &like_as_value::LikeAsValue,
    &like_with_star::LikeWithStar,
    &like_without_wildcard::LikeWithoutWildcard,
    &limit_before_filter::LimitBeforeFilter,
    &lookup_column::LookupColumn,
    &lost_bin::LostBin,
    &lost_field::LostField,
    &malformed_id::MalformedId,
    &malformed_time::MalformedTime,
    &missing_author::MissingAuthor,
    &missing_date::MissingDate,
    &missing_description::MissingDescription,
    &missing_id::MissingId,
    &missing_technique::MissingTechnique,
    &misspelt_option::MisspeltOption,
    &mixed_and_or::MixedAndOr,
    &neq_missing_field::NeqMissingField,
    &neq_or_chain::NeqOrChain,
    &neq_star::NeqStar,
    &no_index::NoIndex,
    &not_scope::NotScope,
    &null_comparison::NullComparison,
    &number_as_text::NumberAsText,
    &only_negative::OnlyNegative,
    &operator_in_value::OperatorInValue,
    &placeholder_value::PlaceholderValue,
    &redundant_test::RedundantTest,
    &redundant_value::RedundantValue,
    &regex_as_value::RegexAsValue,
    &regex_matches_all::RegexMatchesAll,
    &regex_path::RegexPath,
    &risky_command::RiskyCommand,
    &search_everything::SearchEverything,
    &single_backslash::SingleBackslash,
    &sort_before_stats::SortBeforeStats,
    &sort_limit::SortLimit,
    &split_column::SplitColumn,
    &swapped_arguments::SwappedArguments,
    &table_mid_pipe::TableMidPipe,
    &tactic_mismatch::TacticMismatch,
    &target_narrower::TargetNarrower,
    &target_partial::TargetPartial,
    &target_refused::TargetRefused,
    &target_substitute::TargetSubstitute,
    &target_wider::TargetWider,
    &tautology::Tautology,
    &threshold_without_by::ThresholdWithoutBy,
    &throttle_field::ThrottleField,
    &time_format::TimeFormat,
    &transaction_unbounded::TransactionUnbounded,
    &unknown_technique::UnknownTechnique,
    &unresolved_lookup::UnresolvedLookup,
    &unresolved_macro::UnresolvedMacro,
    &unused_lookup::UnusedLookup,
    &unused_macro::UnusedMacro,
    &where_bare_value::WhereBareValue,
    &where_cidr::WhereCidr,
    &where_in_wildcard::WhereInWildcard,
    &where_quoted_field::WhereQuotedField,
    &where_unquoted_path::WhereUnquotedPath,
    &where_wildcard::WhereWildcard,
];

/// The check of that id.
pub fn find(id: &str) -> Option<&'static dyn Lint> {
    ALL.iter().copied().find(|lint| lint.code().id == id)
}

/// The group that a kind of finding belongs to: that of its check; what is said of the text of a search is syntax.
///
/// ```
/// use splc::lint::{Group, group_of};
/// assert_eq!(group_of("no-index"), Some(Group::Cost));
/// assert_eq!(group_of("unbalanced-quote"), Some(Group::Syntax));
/// assert_eq!(group_of("time-range"), None);
/// ```
pub fn group_of(id: &str) -> Option<Group> {
    let of_reader = || spl::codes::ALL.iter().chain(command::codes::ALL).any(|code| code.id == id);
    find(id).map(Lint::group).or_else(|| of_reader().then_some(Group::Syntax))
}

/// Whether a kind of finding is told unless a user says otherwise: all but the pedantic ones.
///
/// ```
/// assert!(splc::lint::is_default("no-index") && !splc::lint::is_default("leading-wildcard"));
/// ```
pub fn is_default(id: &str) -> bool {
    find(id).is_none_or(|lint| !lint.code().pedantic)
}

/// What a check looks for and why, with its examples, as Markdown: the help of reports and of `splc explain`.
///
/// ```
/// let text = splc::lint::documentation("neq-star").unwrap();
/// assert!(text.contains("index=auth action=login user!=*"));
/// ```
pub fn documentation(id: &str) -> Option<String> {
    let lint = find(id)?;
    let code = lint.code();
    let kind = lint.file().rsplit('.').next().unwrap_or("spl");
    let block = |text: &str| format!("~~~{kind}\n{}\n~~~\n", text.trim_end());
    Some(format!("{}\n\nBad:\n\n{}\nGood:\n\n{}", code.explanation, block(lint.bad()), block(lint.good())))
}

/// The checks whose id is chosen.
///
/// ```
/// assert_eq!(splc::lint::chosen(&|id| id == "neq-star").len(), 1);
/// ```
pub fn chosen(is_chosen: &dyn Fn(&str) -> bool) -> Vec<&'static dyn Lint> {
    ALL.iter().copied().filter(|lint| is_chosen(lint.code().id)).collect()
}

/// The reader's findings about a query and those of the checks, as findings of the file, in order.
pub fn check(subject: &Subject<'_>, checks: &[&dyn Lint]) -> Vec<Diagnostic> {
    let mut findings = subject.parsed.diagnostics.clone();
    if subject.parsed.is_clean() {
        for lint in checks {
            lint.check(subject, &mut findings);
        }
    }
    let mut findings: Vec<Diagnostic> =
        findings.into_iter().map(|finding| in_file(subject, finding)).collect();
    diagnostic::sort(&mut findings);
    findings
}

/// What the checks find in all queries of a run together, such as two of one id; in order.
pub fn check_all(subjects: &[Subject<'_>], known: Known<'_>, checks: &[&dyn Lint]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for lint in checks {
        lint.check_all(subjects, known, &mut found);
    }
    let placed = found.into_iter().map(|(at, finding)| match subjects.get(at) {
        Some(subject) => in_file(subject, finding),
        None => finding,
    });
    let mut findings: Vec<Diagnostic> = placed.collect();
    diagnostic::sort(&mut findings);
    findings
}

/// A finding of the file; one that names a file has its place there already.
fn in_file(subject: &Subject<'_>, finding: Diagnostic) -> Diagnostic {
    if finding.path.is_some() {
        return finding;
    }
    subject.expanded.placed(finding).in_file(&subject.analytic.snippet).at(&subject.document.path)
}

/// All findings about a query that is a file of its own, as in examples and tests; pedantic ones are left out.
///
/// ```
/// let findings = splc::lint::check_text("index=web user!=root");
/// assert_eq!(findings[0].code.id, "neq-missing-field");
/// assert!(splc::lint::check_text("index=web NOT user=root").is_empty());
/// ```
pub fn check_text(spl: &str) -> Vec<Diagnostic> {
    let document = Document {
        path: PathBuf::from("query.spl"),
        text: spl.to_owned(),
        lines: LineIndex::new(spl),
        analytics: Vec::new(),
        diagnostics: Vec::new(),
    };
    let analytic = Analytic { snippet: Snippet::whole(spl), ..Analytic::default() };
    let expanded = macros::expand(spl, Definitions::builtin(), None);
    let parsed = command::parse_expanded(&expanded);
    let mut detection = command::lower(&parsed.pipeline).ok().filter(|_| parsed.is_clean());
    let optimised = detection.as_mut().map(|detection| {
        let (optimised, verdicts) = optimise::judged(optimise::fold(detection));
        detection.notes.extend(verdicts);
        optimised
    });
    let subject = Subject {
        document: &document,
        analytic: &analytic,
        expanded: &expanded,
        parsed: &parsed,
        detection: detection.as_ref(),
        optimised: optimised.as_ref(),
        known: Known::nothing(),
        targets: &[],
    };
    check(&subject, &chosen(&is_default))
}

/// Characters of a query that a message quotes at most.
const SHOWN: usize = 60;

/// A text on one line, cut where it gets long.
fn shortened(text: &str) -> String {
    // Words beyond the cut are not looked at, so a query of one endless term costs nothing here.
    let mut line = String::new();
    for word in text.split_whitespace().take(SHOWN) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(SHOWN + 1));
    }
    match line.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or("")),
        None => line,
    }
}

#[cfg(test)]
mod tests;
