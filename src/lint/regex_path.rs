//! `regex-path`: a path in a regular expression whose backslash belongs to the letter behind it. In: patterns of `match` and
//! `replace` in quotes, of which `\\` is one backslash. Out: one finding a pattern.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::Eval;

static CODE: Code = Code::new(
    "regex-path",
    Severity::Warning,
    "the backslash of a path belongs to the letter behind it",
    "A text in an expression has its own escapes, of which `\\\\` is one backslash, and a regular expression reads that \
     one again (Search Reference, where; Knowledge Manager Manual, \"About Splunk regular expressions\"). So the pattern \
     `\"\\\\Windows\"` is `\\W`, a character that is no letter, and `indows`; a backslash of a path is written \
     `\"\\\\\\\\Windows\"`. Reported where a letter that means something behind a backslash begins the name of a well-known \
     folder, key or program, and for `..\\|`.",
);

/// The check.
pub(super) struct RegexPath;

impl Lint for RegexPath {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        r#"index=endpoint | where match(Image, "(?i)\\Windows\\System32")"#
    }

    fn good(&self) -> &'static str {
        r#"index=endpoint | where match(Image, "(?i)\\\\Windows\\\\System32")"#
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let Some(pattern) = pattern(eval) else { return };
            // Between `\Q` and `\E` a backslash is one.
            let Some(text) = visit::text(pattern).filter(|text| !text.contains("\\Q")) else { return };
            let Some(word) = name(text).or_else(|| is_climbing(text).then_some("|")) else { return };
            let pair = word.get(..1).unwrap_or("");
            let message =
                format!("`\\{pair}` of `\\{word}` in `{}` is no backslash", subject.shown(pattern.span));
            findings.push(
                Diagnostic::new(&CODE, pattern.span, message)
                    .label(format!("reads the backslash and `{pair}` as one"))
                    .help(format!("write four backslashes for one: `\\\\\\\\{word}`")),
            );
        });
    }
}

/// The regular expression that a call takes.
fn pattern(eval: &Eval) -> Option<&Eval> {
    match visit::call(eval)? {
        (name, [_, pattern]) if name == "match" => Some(pattern),
        (name, [_, pattern, _]) if name == "replace" => Some(pattern),
        _ => None,
    }
}

/// Names of folders, keys and programs of Windows whose first letter means something behind a backslash: a class (`\W`), an
/// anchor (`\A`), an end of a line (`\R`), a control character (`\c`).
const NAMES: &[&str] = &[
    "AppData",
    "cmd",
    "config",
    "debug",
    "Default",
    "Desktop",
    "Documents",
    "Downloads",
    "drivers",
    "dllcache",
    "Roaming",
    "Run",
    "RunOnce",
    "security",
    "services",
    "software",
    "spool",
    "Startup",
    "System",
    "System32",
    "SysWOW64",
    "wbem",
    "Windows",
    "WindowsPowerShell",
    "winevt",
    "Winlogon",
    "winsxs",
];

/// The first word right behind a lone backslash that is such a name; `sam`, which may be the end of a word behind a space,
/// only as the key of the registry or the file.
fn name(pattern: &str) -> Option<&str> {
    let mut at = 0;
    while let Some(found) = pattern.get(at..)?.find('\\') {
        let start = at + found + 1;
        let rest = pattern.get(start..)?;
        let word = rest.get(..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len()))?;
        let before = pattern.get(..start - 1)?;
        let ends = |end: &str| {
            let from = before.len().checked_sub(end.len()).and_then(|from| before.get(from..));
            from.is_some_and(|found| found.eq_ignore_ascii_case(end))
        };
        let is_key = ["hklm", "machine", "config"].into_iter().any(ends);
        if NAMES.iter().any(|name| name.eq_ignore_ascii_case(word))
            || is_key && word.eq_ignore_ascii_case("sam")
        {
            return Some(word);
        }
        // The character that the backslash escapes, another backslash among them.
        at = start + rest.chars().next().map_or(0, char::len_utf8);
    }
    None
}

/// `..\|`, written to find `..\` or something else.
fn is_climbing(pattern: &str) -> bool {
    pattern.contains("\\.\\.\\|")
}
