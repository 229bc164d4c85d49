//! `malformed-time`: a point or a stretch of time that is none. In: `earliest`, `latest` and their kind, and `span` of the
//! commands that group by time. Out: one finding each, which is a note for a date in a form that the manual does not name. What
//! holds a token or a format of its own is left alone.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::function::is_time_modifier;
use crate::lint::{Lint, Subject, visit};
use crate::source::Span;
use crate::spl::ast::{Comparison, Expression, Kind, Operator, Stage, TimeModifier};

static CODE: Code = Code::new(
    "malformed-time",
    Severity::Warning,
    "a time is written in no form that is read",
    "A time modifier is `now`, a number of seconds, a date, or steps such as `-1d@d`: a sign, a count, a unit, and `@` with \
     a unit to snap to (Search Reference, \"Time modifiers\"). The sign belongs to the value: `earliest=-15m`. A `span` is \
     a number, a count with a unit, or of the form `2log10` (Search Reference, bin). Splunk refuses others, or looks at \
     another time. The form of a date is `month/day/year:hour:minute:second` unless `timeformat` gives another; of others \
     only a note is made, for an installation may read more of them.",
);

/// The check.
pub(super) struct MalformedTime;

impl Lint for MalformedTime {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web earliest=-1hh status=500"
    }

    fn good(&self) -> &'static str {
        "index=web earliest=-1h@h status=500"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::searches(&subject.parsed.pipeline, &mut |_, search| {
            if !has_format(search) {
                search.walk(&mut |expression| findings.extend(of_search(subject, expression)));
            }
        });
        visit::stages(&subject.parsed.pipeline, &mut |stage| findings.extend(of_span(subject, stage)));
    }
}

/// `timeformat="…"` says how the times of its search are written.
fn has_format(search: &Expression) -> bool {
    let mut found = false;
    search.walk(&mut |expression| {
        found |= matches!(&expression.kind, Kind::TimeModifier(it) if it.name.value.eq_ignore_ascii_case("timeformat"));
    });
    found
}

/// Modifiers whose value is a point of time.
const POINTS: &[&str] = &["earliest", "latest", "_index_earliest", "_index_latest"];

fn of_search(subject: &Subject<'_>, expression: &Expression) -> Option<Diagnostic> {
    match &expression.kind {
        Kind::TimeModifier(modifier) => of_modifier(subject, modifier),
        Kind::Comparison(test) => of_sign(subject, test),
        _ => None,
    }
}

fn of_modifier(subject: &Subject<'_>, modifier: &TimeModifier) -> Option<Diagnostic> {
    let is_point = POINTS.iter().any(|name| modifier.name.value.eq_ignore_ascii_case(name));
    let span = modifier.value.span;
    if is_point && is_foreign_date(&modifier.value.text) {
        let message = format!("`{}` is a date in a form that the manual does not name", subject.shown(span));
        let finding = Diagnostic::new(&CODE, span, message)
            .label(format!("the value of `{}`", modifier.name.value))
            .help("without a `timeformat`, a date is written as in `01/31/2026:08:00:00`");
        return Some(Diagnostic { severity: Severity::Note, ..finding });
    }
    if !is_point || is_point_of_time(&modifier.value.text) {
        return None;
    }
    let message = format!("`{}` is no time", subject.shown(span));
    Some(
        Diagnostic::new(&CODE, span, message)
            .label(format!("the value of `{}`", modifier.name.value))
            .help("write a sign, a count and a unit, as in `-24h@h`"),
    )
}

/// What stands for a value that is not known, or for a calculation.
const OPEN: &[char] = &['$', '<', '{', '`', '*', '('];

/// Whether a value is a date.
fn is_date(text: &str) -> bool {
    text.contains(['/', ':']) || text.matches('-').count() > 1 && !text.contains('@')
}

/// Whether a value is a date whose form is another than that of the manual. A date without a time is not looked at.
fn is_foreign_date(text: &str) -> bool {
    let is_digits = |least: usize, most: usize| {
        move |part: &str| (least..=most).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit())
    };
    let (day, time) =
        text.trim().split_once(':').map_or((text.trim(), None), |(day, time)| (day, Some(time)));
    let is_day = || {
        let parts: Vec<&str> = day.split('/').collect();
        matches!(parts.as_slice(), [month, day, year]
            if is_digits(1, 2)(month) && is_digits(1, 2)(day) && is_digits(2, 4)(year))
    };
    let is_time =
        || time.is_none_or(|time| time.split(':').all(is_digits(1, 2)) && time.matches(':').count() == 2);
    is_date(text) && !text.contains(OPEN) && !(is_day() && is_time())
}

/// Whether a value may be a point of time.
fn is_point_of_time(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let steps = text.strip_prefix("rt").unwrap_or(&text);
    let is_token = text.contains(OPEN);
    let is_date = is_date(&text);
    let is_known = ["", "now", "-", "+"].contains(&steps.to_ascii_lowercase().as_str());
    // A count without a unit is not documented; it may be one of seconds.
    let count = steps.split('@').next().unwrap_or("");
    is_token || is_date || is_known || count.parse::<f64>().is_ok() || is_time_modifier(steps)
}

/// `-earliest=15m`.
fn of_sign(subject: &Subject<'_>, test: &Comparison) -> Option<Diagnostic> {
    let name = test.field.value.strip_prefix('-')?;
    let (value, is_modifier) = (test.values.first()?, POINTS.contains(&name));
    if !is_modifier || test.operator.value != Operator::Equal {
        return None;
    }
    let written = format!("{name}=-{}", value.text.trim_start_matches('-'));
    let span = test.field.span;
    let message = format!("`{}` is a field here, and no time modifier", subject.shown(span));
    let whole = span.join(value.span);
    Some(
        Diagnostic::new(&CODE, span, message)
            .label("the sign stands before the name")
            .help(format!("`{written}` is that long ago"))
            .fix(Fix {
                title: format!("write `{written}`"),
                edits: vec![Edit { span: whole, text: written }],
                safe: false,
            }),
    )
}

/// Commands whose `span` is a stretch of time or of numbers.
const SPANNED: &[&str] = &["bin", "bucket", "chart", "discretize", "timechart", "tstats"];

fn of_span(subject: &Subject<'_>, stage: &Stage) -> Option<Diagnostic> {
    if !SPANNED.contains(&stage.name.value.as_str()) {
        return None;
    }
    let (text, span): (&str, Span) = visit::setting(stage, "span")?;
    if is_span(text) {
        return None;
    }
    let message = format!("`{}` is no stretch of time or of numbers", subject.shown(span));
    Some(
        Diagnostic::new(&CODE, span, message)
            .label("the value of `span`")
            .help("write a count and a unit, as in `span=5m`"),
    )
}

/// Whether a value may be a span; one that is a macro, a sub-search or empty is told elsewhere or not known.
fn is_span(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let steps = lower.split('@').next().unwrap_or("");
    let is_token = text.contains(['$', '<', '{', '`', '(']);
    let is_open = lower.is_empty() || lower == "auto" || lower.contains("log");
    is_token
        || is_open
        || lower.parse::<f64>().is_ok()
        || steps.parse::<f64>().is_ok()
        || is_time_modifier(steps)
}
