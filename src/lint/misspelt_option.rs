//! `misspelt-option`: an option of a command, with one letter too many, too few or wrong, or one that other commands have.
//! In: settings of commands whose options are listed. Out: one finding each, with a fix where it is misspelt.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::function::distance;
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::Stage;
use crate::spl::clause::ItemKind;

static CODE: Code = Code::new(
    "misspelt-option",
    Severity::Warning,
    "an option of a command is misspelt, or another command's",
    "A command has the options that its page names and no other (Search Reference, \"Optional arguments\" of each page). \
     Splunk refuses one that is misspelt, or takes no notice of it, as of the `time_windows` of `streamstats`, which then \
     looks at all rows. Reported where a single letter is missing, too many or wrong, and of the `span` of `stats` and \
     its like, which `bin`, `timechart` and `tstats` have.",
);

/// The check.
pub(super) struct MisspeltOption;

impl Lint for MisspeltOption {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | streamstats time_windows=5m count by user | where count > 10"
    }

    fn good(&self) -> &'static str {
        "index=auth | streamstats time_window=5m count by user | where count > 10"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            findings.extend(of_span(subject, stage));
            let Some((_, options)) = OPTIONS.iter().find(|(name, _)| *name == stage.name.value) else {
                return;
            };
            for item in visit::own_items(stage) {
                let ItemKind::Setting(setting) = &item.kind else { continue };
                let name = setting.name.text.to_ascii_lowercase();
                let is_near = |option: &&&str| name.len() > 3 && distance(&name, option) == 1;
                let Some(near) = options.iter().find(is_near).filter(|_| !options.contains(&name.as_str()))
                else {
                    continue;
                };
                let message = format!("`{}` has no option `{}`", stage.name.value, setting.name.text);
                let fix = Fix {
                    title: format!("write `{near}`"),
                    edits: vec![Edit { span: setting.name.span, text: (*near).to_owned() }],
                    safe: false,
                };
                findings.push(
                    Diagnostic::new(&CODE, setting.name.span, message)
                        .label("one letter from an option")
                        .help(format!("`{near}` is an option"))
                        .fix(fix),
                );
            }
        });
    }
}

/// `stats count by _time span=1h`.
fn of_span(subject: &Subject<'_>, stage: &Stage) -> Option<Diagnostic> {
    let name = stage.name.value.as_str();
    let is_of_rows = ["stats", "eventstats", "streamstats"].contains(&name);
    let (text, span) = visit::setting(stage, "span").filter(|_| is_of_rows)?;
    let before =
        if text.is_empty() { "bin _time span=…".to_owned() } else { format!("bin _time span={text}") };
    (!subject.is_of_macro(span)).then(|| {
        Diagnostic::new(&CODE, span, format!("`{name}` has no option `span`"))
            .label("an option of `bin`, `timechart` and `tstats`")
            .help(format!("`{before}` before the `{name}` puts times into stretches"))
    })
}

/// Commands and their options (Search Reference; searchbnf.conf).
const OPTIONS: &[(&str, &[&str])] = &[
    ("bin", &["aligntime", "bins", "end", "minspan", "span", "start"]),
    ("iplocation", &["allfields", "lang", "prefix"]),
    ("join", &["earlier", "max", "overwrite", "type", "usetime"]),
    ("makemv", &["allowempty", "delim", "setsv", "tokenizer"]),
    ("rare", &["countfield", "limit", "otherstr", "percentfield", "showcount", "showperc", "useother"]),
    (
        "streamstats",
        &[
            "allnum",
            "current",
            "global",
            "reset_after",
            "reset_before",
            "reset_on_change",
            "time_window",
            "window",
        ],
    ),
    ("top", &["countfield", "limit", "otherstr", "percentfield", "showcount", "showperc", "useother"]),
    (
        "transaction",
        &[
            "connected",
            "delim",
            "endswith",
            "keepevicted",
            "keeporphans",
            "maxevents",
            "maxopenevents",
            "maxopentxn",
            "maxpause",
            "maxspan",
            "mvlist",
            "mvraw",
            "name",
            "nullstr",
            "startswith",
            "unifyends",
        ],
    ),
];
