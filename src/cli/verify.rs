//! `splc verify`: runs the rules that would be written on generated events, and those of the documents, and compares
//! them with the search.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::backend::Options;
use crate::backend::compile::{self, Understood};
use crate::cli::args::{Global, Verify, VerifyFormat};
use crate::cli::report_file;
use crate::cli::session::{Session, backends};
use crate::cli::{Status, Stop, output};
use crate::event::Event;
use crate::report::junit::{Case, suite};
use crate::source::Span;
use crate::verify::{self, Difference, Outcome};

/// How many differences of a rule are shown.
const SHOWN: usize = 3;

/// Runs the command.
pub(crate) fn run(global: &Global, arguments: &Verify) -> Result<Status, Stop> {
    let session = Session::open(global, &arguments.inputs)?;
    let understood = session.understood();
    session.print_findings(global, &understood);
    let falco_engine = arguments.falco_engine.into();
    let options = Options { allow_narrower: true, falco_engine, ..Options::default() };
    let mut text = String::new();
    let mut objects = Vec::new();
    let mut cases = Vec::new();
    let mut totals = Totals::default();
    for one in &understood {
        let outcomes = outcomes(&session, arguments, one, &options)?;
        for outcome in &outcomes {
            totals.add(outcome);
        }
        match arguments.format {
            VerifyFormat::Text => describe(&mut text, global, one, &outcomes),
            VerifyFormat::Json => objects.push(object(one, &outcomes)),
            VerifyFormat::Junit => {
                cases.extend(not_lowered(one));
                cases.extend(outcomes.iter().map(|outcome| case(one, outcome)));
            }
        }
    }
    match arguments.format {
        VerifyFormat::Text => totals.describe(&mut text, understood.len()),
        VerifyFormat::Junit => text = suite("splc verify", &cases),
        VerifyFormat::Json => {
            let report = json!({"version": 1, "analytics": objects, "summary": totals.object()});
            text = format!("{report:#}\n");
        }
    }
    output::print(&text)?;
    Ok(session.status(if totals.differing > 0 { Status::Failed } else { Status::Done }))
}

fn outcomes<'a>(
    session: &'a Session,
    arguments: &Verify,
    one: &Understood<'a>,
    options: &Options,
) -> Result<Vec<Outcome>, Stop> {
    let Some((reference, events)) = verify::reference(one) else { return Ok(Vec::new()) };
    let mut outcomes = vec![reference];
    for backend in backends(&arguments.targets.targets) {
        let map = session.targets.map(backend.name()).map_err(|error| Stop(error.to_string()))?;
        let result = compile::rules(one, backend, map, options);
        outcomes
            .extend(result.rules.iter().filter_map(|rule| verify::rule(one, backend.name(), rule, &events)));
    }
    Ok(outcomes)
}

#[derive(Default)]
struct Totals {
    rules: usize,
    runs: usize,
    differing: usize,
    differences: usize,
    unread: usize,
    not_run: usize,
}

impl Totals {
    fn add(&mut self, outcome: &Outcome) {
        self.rules += usize::from(outcome.target != "reference");
        self.runs += outcome.events;
        self.differing += usize::from(!outcome.holds());
        self.differences += outcome.differences.len();
        self.unread += usize::from(outcome.unread.is_some());
        let is_rule = outcome.target != "reference";
        self.not_run += usize::from(is_rule && outcome.not_run.is_some() && outcome.differences.is_empty());
    }

    fn describe(&self, text: &mut String, searches: usize) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{searches} searches, {} rules, {} runs of events, {} differences",
            self.rules, self.runs, self.differences
        );
        if self.unread > 0 {
            let _ = writeln!(text, "{} rules could not be read back", self.unread);
        }
        if self.not_run > 0 {
            let _ = writeln!(text, "{} rules were not run", self.not_run);
        }
    }

    fn object(&self) -> Value {
        json!({"rules": self.rules, "runs": self.runs, "not_run": self.not_run, "differing": self.differing, "differences": self.differences})
    }
}

fn describe(text: &mut String, global: &Global, one: &Understood<'_>, outcomes: &[Outcome]) {
    if global.quiet && outcomes.iter().all(Outcome::holds) {
        return;
    }
    let _ = writeln!(text, "{}: {}", place(one), one.title);
    if let Err(reason) = &one.detection {
        let _ = writeln!(text, "  not run: {}: {}", reason.code.id, reason.message);
    }
    for outcome in outcomes {
        let source = outcome.source.as_deref().unwrap_or(if outcome.target == "reference" {
            ""
        } else {
            "(no known source)"
        });
        let what = if outcome.target == "reference" { "search" } else { outcome.status.word() };
        let outside = match outcome.outside {
            0 => String::new(),
            count => format!(" ({count} events are none of the rule's)"),
        };
        let verdict = match (&outcome.unread, &outcome.not_run, outcome.differences.len()) {
            (Some(reason), ..) => format!("CANNOT BE READ BACK: {reason}"),
            (None, Some(reason), 0) => format!("not run: {reason}"),
            (None, _, 0) => "agree".to_owned(),
            (None, _, count) => format!("{count} DIFFER"),
        };
        let decided = match outcome.tests {
            0 => String::new(),
            tests => format!("; {} of {tests} tests decide", outcome.decided),
        };
        let _ = writeln!(
            text,
            "  {:<9} {what:<8} {source:<20} {:>5} events, {:>4} match: {verdict}{outside}{decided}",
            outcome.target, outcome.events, outcome.matching
        );
        for heading in &outcome.unplaced {
            let _ = writeln!(
                text,
                "    events under `{heading}` were run on no rule: the search names no such log source"
            );
        }
        for difference in outcome.differences.iter().take(SHOWN) {
            let _ = writeln!(text, "    {}", sentence(one, difference));
            for line in asked(one, difference) {
                let _ = writeln!(text, "      {line}");
            }
        }
    }
    text.push('\n');
}

fn sentence(one: &Understood<'_>, difference: &Difference) -> String {
    let says = |matches: bool| if matches { "match" } else { "no match" };
    let place = difference.example.map(|span| {
        let at = one.document.lines.position(&one.document.text, span.start);
        format!("{}:{}:{}: ", one.document.path.display(), at.line, at.column)
    });
    let (expected, found) = (says(difference.expected), says(difference.found));
    let expecting = if difference.by == "search" { "the document" } else { "the search" };
    format!(
        "{}{expecting} says {expected}, {} says {found}: {}",
        place.unwrap_or_default(),
        difference.by,
        difference.event.to_json()
    )
}

/// The file and line of a search.
fn place(one: &Understood<'_>) -> String {
    let start = one.analytic.snippet.to_file(Span::new(0, 0)).start;
    let line = one.document.lines.position(&one.document.text, start).line;
    format!("{}:{line}", one.document.path.display())
}

/// A search that nothing can be held to.
fn not_lowered(one: &Understood<'_>) -> Option<Case> {
    let reason = one.detection.as_ref().err()?;
    let skipped = Some(format!("{}: {}", reason.code.id, reason.message));
    Some(Case { class: place(one), name: format!("{}: reference", one.title), failure: None, skipped })
}

fn case(one: &Understood<'_>, outcome: &Outcome) -> Case {
    let source = outcome.source.as_deref().map(|source| format!(" of {source}")).unwrap_or_default();
    let differences = outcome
        .differences
        .iter()
        .take(SHOWN)
        .flat_map(|difference| std::iter::once(sentence(one, difference)).chain(asked(one, difference)));
    let reasons: Vec<String> = outcome.unread.clone().into_iter().chain(differences).collect();
    Case {
        class: place(one),
        name: format!("{}: {}{source}", one.title, outcome.target),
        failure: (!outcome.holds()).then(|| reasons.join("\n")),
        skipped: outcome.not_run.clone(),
    }
}

/// The words of the search and the line of the rule that ask for the event, and the events that it was run with.
fn asked(one: &Understood<'_>, difference: &Difference) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(span) = difference.spl {
        let at = one.document.lines.position(&one.document.text, span.start);
        let words = span.of(&one.document.text).split_whitespace().collect::<Vec<_>>().join(" ");
        lines.push(format!("{}:{}:{}: {words}", one.document.path.display(), at.line, at.column));
    }
    if let Some((line, text)) = &difference.output {
        lines.push(format!("line {line} of the rule: {text}"));
    }
    lines.extend(difference.others.iter().map(|event| format!("with {}", event.to_json())));
    lines
}

fn object(one: &Understood<'_>, outcomes: &[Outcome]) -> Value {
    let difference = |difference: &Difference| {
        json!({
            "by": difference.by,
            "expected": difference.expected,
            "found": difference.found,
            "event": difference.event.to_json(),
            "others": difference.others.iter().map(Event::to_json).collect::<Vec<_>>(),
            "spl_line": difference.spl.map(|span| one.document.lines.position(&one.document.text, span.start).line),
            "rule_line": difference.output.as_ref().map(|(line, _)| line),
            "line": difference.example.map(|span| one.document.lines.position(&one.document.text, span.start).line),
        })
    };
    let outcome = |outcome: &Outcome| {
        json!({
            "target": outcome.target,
            "source": outcome.source,
            "status": outcome.status.word(),
            "events": outcome.events,
            "matching": outcome.matching,
            "outside": outcome.outside,
            "tests": outcome.tests,
            "decided": outcome.decided,
            "unread": outcome.unread,
            "not_run": outcome.not_run,
            "differences": outcome.differences.iter().map(difference).collect::<Vec<_>>(),
        })
    };
    json!({
        "id": one.id,
        "title": one.title,
        "path": report_file::path(&one.document.path),
        "not_run": one.detection.as_ref().err().map(|reason| reason.message.clone()),
        "outcomes": outcomes.iter().map(outcome).collect::<Vec<_>>(),
    })
}
