//! `time-format`: minutes and months mixed up in a format of times. In: formats of `strftime`, `strptime` and
//! `convert timeformat`. Out: one finding a format.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::source::Span;

static CODE: Code = Code::new(
    "time-format",
    Severity::Warning,
    "a format of times takes the month for minutes, or minutes for the month",
    "`%m` is the month and `%M` the minute, `%S` the second and `%s` the seconds since 1970 (Search Reference, \
     \"Date and time format variables\"). `%H:%m` prints the month behind the hour, `%Y-%M` the minute behind \
     the year, `%M:%s` a ten-digit number behind the minute; read with such a format, a time is wrong or none.",
);

/// The check.
pub(super) struct TimeFormat;

impl Lint for TimeFormat {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | eval at=strftime(_time, \"%Y-%m-%d %H:%m:%S\") | table at"
    }

    fn good(&self) -> &'static str {
        "index=web | eval at=strftime(_time, \"%Y-%m-%d %H:%M:%S\") | table at"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut formats: Vec<(String, Span)> = Vec::new();
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            if let Some((name, [_, format])) = visit::call(eval)
                && matches!(name.as_str(), "strftime" | "strptime")
            {
                formats.extend(visit::text(format).map(|text| (text.to_owned(), format.span)));
            }
        });
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            let format = visit::setting(stage, "timeformat");
            formats.extend(format.map(|(text, span)| (text.to_owned(), span)));
        });
        for (format, span) in formats {
            if let Some((wrong, right)) = MIXED.iter().find(|(wrong, _)| format.contains(wrong)) {
                let message = format!(
                    "`{wrong}` in `{}` mixes up the month, the minute or the second",
                    subject.shown(span)
                );
                findings.push(
                    Diagnostic::new(&CODE, span, message)
                        .label("not the time of day that it looks like")
                        .help(format!("`{right}` is probably meant")),
                );
            }
        }
    }
}

/// Pairs that no format means, and what is probably meant.
const MIXED: &[(&str, &str)] = &[
    ("%H:%m", "%H:%M"),
    ("%I:%m", "%I:%M"),
    ("%H%m", "%H%M"),
    ("%Y-%M", "%Y-%m"),
    ("%Y/%M", "%Y/%m"),
    ("%M/%d", "%m/%d"),
    ("%M-%d", "%m-%d"),
    ("%d/%M", "%d/%m"),
    ("%d-%M", "%d-%m"),
    ("%M:%s", "%M:%S"),
];
