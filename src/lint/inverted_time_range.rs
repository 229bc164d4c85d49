//! `inverted-time-range`: a range of time that ends before it begins. In: `earliest` and `latest` among the terms
//! of one AND, and in the schedule of the document. Out: one finding a pair of offsets without snapping.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit, walk};
use crate::spl::ast::{Kind, TimeModifier};

static CODE: Code = Code::new(
    "inverted-time-range",
    Severity::Warning,
    "a range of time ends before it begins",
    "A search looks at events from `earliest` up to `latest` (Search Reference, \"Time modifiers\"). Where \
     `latest` is not the later one, there is no such event, and Splunk refuses the search.",
);

/// The check.
pub(super) struct InvertedTimeRange;

impl Lint for InvertedTimeRange {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web earliest=-1h latest=-1d"
    }

    fn good(&self) -> &'static str {
        "index=web earliest=-1d latest=-1h"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::searches(&subject.parsed.pipeline, &mut |_, search| {
            walk::conjunctions(&[search], &mut |conjunction, _| {
                let modifier = |name: &str| {
                    conjunction.terms.iter().find_map(|term| match &term.kind {
                        Kind::TimeModifier(it) if it.name.value.eq_ignore_ascii_case(name) => Some(it),
                        _ => None,
                    })
                };
                let (Some(from), Some(to)) = (modifier("earliest"), modifier("latest")) else { return };
                if let (Some(start), Some(end)) = (seconds(from), seconds(to))
                    && start >= end
                {
                    let message =
                        format!("the range from `{}` to `{}` is empty", from.value.text, to.value.text);
                    findings.push(
                        Diagnostic::new(&CODE, to.value.span, message)
                            .label("not later than the start")
                            .also(from.value.span, "the start")
                            .help("`earliest` is the start, further back than `latest`"),
                    );
                }
            });
        });
    }
}

/// The offset from now in seconds, for `now` and offsets such as `-15m`.
fn seconds(modifier: &TimeModifier) -> Option<i64> {
    offset(&modifier.value.text)
}

/// The same of a text.
pub(super) fn offset(text: &str) -> Option<i64> {
    let text = text.trim();
    if matches!(text, "now" | "now()") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let count: i64 = if digits == 0 { 1 } else { rest.get(..digits)?.parse().ok()? };
    let unit = match rest.get(digits..)? {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        _ => return None,
    };
    count.checked_mul(unit).map(|amount| sign * amount)
}
