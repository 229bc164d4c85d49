//! `misspelt-option`: an option of a command, with one letter too many, too few or wrong. In: settings of commands whose
//! options are listed. Out: one finding each, with a fix.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::function::distance;
use crate::lint::{Lint, Subject, visit};
use crate::spl::clause::ItemKind;

static CODE: Code = Code::new(
    "misspelt-option",
    Severity::Warning,
    "an option of a command is misspelt",
    "A command has the options that its page names and no other (Search Reference, \"Optional arguments\" of each page). \
     Splunk refuses one that is misspelt, or takes no notice of it, as of the `time_windows` of `streamstats`, which then \
     looks at all rows. Reported where a single letter is missing, too many or wrong.",
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
