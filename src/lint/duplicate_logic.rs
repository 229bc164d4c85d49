//! `duplicate-logic`: two searches of one meaning. In: the intermediate forms of all queries of a run, and the stages
//! that make rows of events. Out: one finding at each but the first; its help tells whether one of the two can go.
//! Searches that ask nothing of an event are left alone, and so are copies of one title.

use std::collections::{BTreeMap, BTreeSet};

use crate::detection::{Condition, Predicate, tree};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Known, Lint, Subject, visit};
use crate::spl::ast::{Kind, Stage};

static CODE: Code = Code::new(
    "duplicate-logic",
    Severity::Note,
    "two searches that ask the same of events",
    "Two searches whose normalised forms are the same find the same events, however they are written (Search \
     Manual, \"Boolean expressions\"): parentheses, the order of terms, `IN` and a later `search` make no \
     difference. Each alert comes twice, and a change is made in one place only. Stages that only show rows are \
     not compared; those that cut or group rows, and ranges of time, have to be the same. Of \
     event types, of searches of two apps, which have two owners, and of a search that is disabled or deprecated, both \
     may be meant to stay. A copy with the same title is reported as that.",
);

/// The check.
pub(super) struct DuplicateLogic;

impl Lint for DuplicateLogic {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Metadata
    }

    fn bad(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n# file: other.yml\nname: Superuser login\nid: 0b0f7c8e-6a55-4b35-8c5a-1f3a2b9f7d02\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth (user=root) action=login\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn good(&self) -> &'static str {
        "name: Root login\nid: 5c1a3f0e-0f1b-4b0e-9d57-0d5b8f6f4c11\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth action=login user=root\ntags:\n  mitre_attack_id: [T1078]\n# file: other.yml\nname: Superuser logout\nid: 0b0f7c8e-6a55-4b35-8c5a-1f3a2b9f7d02\nauthor: Jo Doe\ndate: 2025-01-31\ndescription: Somebody logs in as root.\nsearch: index=auth (user=root) action=logout\ntags:\n  mitre_attack_id: [T1078]\n"
    }

    fn file(&self) -> &'static str {
        "detection.yml"
    }

    fn check_all(&self, subjects: &[Subject<'_>], known: Known<'_>, findings: &mut Vec<(usize, Diagnostic)>) {
        let _ = known;
        for group in alike(subjects) {
            let mut same: BTreeMap<String, Vec<&Subject<'_>>> = BTreeMap::new();
            for at in group {
                let Some(subject) = subjects.get(at) else { continue };
                let Some(form) = normalised(subject) else { continue };
                let before = same.entry(form).or_default();
                // What raises the same alert says more than a search of somebody else.
                let other = before.iter().find(|other| is_twice(other, subject)).or_else(|| before.first());
                findings.extend(other.and_then(|other| finding(other, subject)).map(|finding| (at, finding)));
                before.push(subject);
            }
        }
    }
}

fn finding(other: &Subject<'_>, subject: &Subject<'_>) -> Option<Diagnostic> {
    let title = &other.analytic.metadata.title;
    if *title == subject.analytic.metadata.title && other.text() == subject.text() {
        return None;
    }
    let place = other.document.path.display();
    let message = format!("the search asks the same as `{title}`, in {place}");
    let finding = Diagnostic::new(&CODE, subject.start(), message).label("the same events");
    Some(if is_twice(other, subject) {
        finding.help("keep one of the two")
    } else {
        let help = "where both are in use, keep one of the two, or let one name the other";
        finding.help(help)
    })
}

/// Whether one owner has both, and both are in use.
fn is_twice(one: &Subject<'_>, other: &Subject<'_>) -> bool {
    let is_used = |subject: &Subject<'_>| {
        let metadata = &subject.analytic.metadata;
        let status = metadata.status.as_deref().unwrap_or("");
        let is_old = ["deprecated", "removed"].iter().any(|word| status.eq_ignore_ascii_case(word));
        !is_old && !metadata.schedule.disabled && !subject.is_event_type()
    };
    one.app() == other.app() && is_used(one) && is_used(other)
}

/// Queries that name the same fields and have as many steps, as indexes: only those can be the same.
// Inlined into one function with the next, its loops have kept LLVM 22 busy for more than ten minutes.
#[inline(never)]
fn alike(subjects: &[Subject<'_>]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<(BTreeSet<&str>, usize), Vec<usize>> = BTreeMap::new();
    for (at, subject) in subjects.iter().enumerate() {
        let Some(detection) = subject.detection else { continue };
        let mut fields = BTreeSet::new();
        detection.filters.iter().for_each(|filter| {
            filter.for_each_field(&mut |field| {
                fields.insert(field);
            });
        });
        groups.entry((fields, detection.steps.len())).or_default().push(at);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// What a search asks of events and makes of them, as text; nothing if it asks nothing, or only where events come from.
#[inline(never)]
fn normalised(subject: &Subject<'_>) -> Option<String> {
    let (detection, predicate) = subject.detection.zip(subject.optimised)?;
    let mut has_content = !detection.data_models.is_empty();
    predicate.for_each_field(&mut |field| has_content |= !SCOPE.contains(&field));
    let models: Vec<&str> = detection.data_models.iter().map(|(_, name)| name.as_str()).collect();
    let rows = rows(subject, has_hole(predicate));
    let predicate = tree::print(&canonical(predicate.clone()), 0);
    let steps = tree::steps(&detection.steps, 0);
    has_content.then(|| format!("{predicate}{steps}{models:?}{rows:?}"))
}

/// What decides which rows there are in the end, beside the tests of events: the range of time, and the words of the
/// stages that cut, group, add or write rows. Where rows are grouped, or a test is not known, so do those that make fields.
#[inline(never)]
fn rows<'a>(subject: &Subject<'a>, has_hole: bool) -> Vec<&'a str> {
    let (text, stages) = (subject.text(), &subject.parsed.pipeline.stages);
    let schedule = &subject.analytic.metadata.schedule;
    let mut rows: Vec<&str> =
        [&schedule.earliest, &schedule.latest].iter().filter_map(|time| time.as_deref()).collect();
    visit::searches(&subject.parsed.pipeline, &mut |_, search| {
        search.walk(&mut |term| {
            if matches!(term.kind, Kind::TimeModifier(_)) {
                rows.push(term.span.of(text));
            }
        });
    });
    let is_own = |stage: &&Stage| !TESTS.contains(&stage.name.value.as_str()) && !only_shows(stage);
    let makes_field = |stage: &Stage| MAKE_FIELDS.contains(&stage.name.value.as_str());
    let is_each = !has_hole && stages.iter().filter(is_own).all(makes_field);
    let own = stages.iter().filter(|stage| is_own(stage) && !(is_each && makes_field(stage)));
    rows.extend(own.flat_map(|stage| stage.span.of(text).split_whitespace()));
    rows
}

/// Commands whose tests the predicate holds.
const TESTS: &[&str] = &["search", "where", "regex"];

/// Commands that make fields and leave the rows.
const MAKE_FIELDS: &[&str] =
    &["convert", "eval", "fillnull", "iplocation", "lookup", "makemv", "rename", "replace", "rex", "spath"];

/// Whether a stage only orders rows or chooses their columns.
fn only_shows(stage: &Stage) -> bool {
    let is_count = |word: &str| word != "0" && word.bytes().all(|byte| byte.is_ascii_digit());
    match stage.name.value.as_str() {
        "fields" | "table" | "reverse" | "fieldformat" => true,
        "sort" => {
            visit::setting(stage, "limit").is_none()
                && !visit::own_words(stage).any(|(word, ..)| is_count(word))
        }
        _ => false,
    }
}

/// Whether a part is not known, as a macro without a definition: stages that make fields may decide what it stands for.
fn has_hole(predicate: &Predicate) -> bool {
    matches!(predicate, Predicate::Hole(_)) || predicate.children().iter().any(has_hole)
}

/// The same predicate with its parts in one order.
fn canonical(predicate: Predicate) -> Predicate {
    match predicate.map_children(&mut canonical) {
        Predicate::And(mut parts) => {
            parts.sort();
            Predicate::And(parts)
        }
        Predicate::Or(mut parts) => {
            parts.sort();
            Predicate::Or(parts)
        }
        Predicate::Test(mut test) => {
            if let Condition::Some(values) | Condition::SomeOther(values) = &mut test.condition {
                values.sort();
            }
            Predicate::Test(test)
        }
        other => other,
    }
}

/// Fields that say where events come from.
const SCOPE: &[&str] = &["index", "source", "sourcetype", "host", "eventtype", "tag"];
