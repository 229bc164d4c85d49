//! What can be wrong with the files of targets/.
//!
//! Invariant: a message names the file, the line where there is one, and the thing in backticks; where a known name is
//! near the one that is wrong, it says so.

use std::fmt;

use crate::function::distance;

/// A file under `targets/` that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Not YAML.
    #[error("`{file}.yaml`: {error}")]
    Yaml {
        /// The file, without its extension.
        file: String,
        /// What the YAML reader says, with line and column.
        error: serde_yaml::Error,
    },
    /// A version that is not read.
    #[error("`{file}.yaml`: version {found} is not read, only version {read}")]
    Version {
        /// The file, without its extension.
        file: String,
        /// The version it states.
        found: u32,
        /// The version that is read.
        read: u32,
    },
    /// A value that is wrong.
    #[error("{place}: {message}")]
    Wrong {
        /// Where.
        place: Place,
        /// What, and what would be right.
        message: String,
    },
    /// A target without a file.
    #[error("no file `{0}.yaml` describes the target `{0}`")]
    Missing(String),
}

/// Where something stands in the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, without its extension.
    pub file: String,
    /// The line, from 1; none if a file that is extended has it.
    pub line: Option<usize>,
    /// The keys that lead there.
    pub path: String,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}.yaml`", self.file)?;
        if let Some(line) = self.line {
            write!(out, " line {line}")?;
        }
        if self.path.is_empty() { Ok(()) } else { write!(out, ", at `{}`", self.path) }
    }
}

/// The name that is nearest to a word, if one is near.
pub(super) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let bound = (word.len() / 3).clamp(1, 4);
    let near = names.filter(|name| name.len().abs_diff(word.len()) <= bound && *name != word);
    let folded = word.to_lowercase();
    let best = near.map(|name| (distance(&folded, &name.to_lowercase()), name)).min()?;
    (best.0 <= bound).then_some(best.1)
}

/// `; NAME is near` for messages.
pub(super) fn hint<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> String {
    nearest(word, names).map(|near| format!("; `{near}` is near")).unwrap_or_default()
}

/// The words of serde for people who write YAML, not Rust.
const WORDS: &[(&str, &str)] = &[
    ("unknown field ", "unknown key "),
    ("missing field ", "missing key "),
    ("unknown variant ", "unknown value "),
    ("invalid type: unit value", "invalid type: nothing"),
    ("invalid type: sequence", "invalid type: a list"),
    ("invalid type: map", "invalid type: a map"),
    ("invalid type: string ", "invalid type: the text "),
    ("invalid type: integer ", "invalid type: the number "),
    ("invalid type: floating point ", "invalid type: the number "),
    ("expected a sequence", "expected a list"),
    ("expected a string", "expected a text; a number or a word like `true` is one in quotes"),
    ("expected a boolean", "expected `true` or `false`"),
    ("expected u32", "expected a whole number"),
];

/// What serde says of a value, in the words of YAML, with the key that is near an unknown one, if one is.
pub(super) fn in_words(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let near = match (message.starts_with("unknown "), quoted.next()) {
        (true, Some(word)) => hint(word, quoted),
        _ => String::new(),
    };
    // The value that is wrong is the file's and stands as it is: what is expected is named last.
    let (found, expected) = match message.rsplit_once(", expected ") {
        Some((found, expected)) => (found, format!(", expected {expected}")),
        None => (message, String::new()),
    };
    let expected = match expected.split_once("expected struct ") {
        Some((before, _)) => format!("{before}expected a map"),
        None => expected,
    };
    let plain = |text: &str, at: &dyn Fn(&str, &str) -> Option<usize>| {
        let known = WORDS.iter().find_map(|(word, plain)| Some((at(text, word)?, word, plain)));
        known.map_or_else(
            || text.to_owned(),
            |(at, word, plain)| format!("{}{plain}{}", &text[..at], &text[at + word.len()..]),
        )
    };
    let found = plain(found, &|text, word| text.starts_with(word).then_some(0));
    format!("{found}{}{near}", plain(&expected, &|text, word| text.find(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let names = ["process.command_line", "process.name", "user.name"];
        assert_eq!(nearest("process.commandline", names.into_iter()), Some("process.command_line"));
        assert_eq!(nearest("User.Nmae", names.into_iter()), Some("user.name"));
        assert_eq!(nearest("zeek.uid", names.into_iter()), None);
        let message = "unknown field `vews`, expected one of `views`, `version`";
        let expected = "unknown key `vews`, expected one of `views`, `version`; `views` is near";
        assert_eq!(in_words(message), expected);
    }

    #[test]
    fn serde_is_put_into_the_words_of_yaml() {
        for (message, expected) in [
            ("missing field `title`", "missing key `title`"),
            ("invalid type: sequence, expected a map", "invalid type: a list, expected a map"),
            (
                "invalid type: string \"ja\", expected a boolean",
                "invalid type: the text \"ja\", expected `true` or `false`",
            ),
            (
                "invalid type: integer `5`, expected struct View",
                "invalid type: the number `5`, expected a map",
            ),
            (
                "invalid type: string \"a, expected a boolean\", expected a sequence",
                "invalid type: the text \"a, expected a boolean\", expected a list",
            ),
        ] {
            assert_eq!(in_words(message), expected);
        }
    }
}
