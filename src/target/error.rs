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

/// What serde says of a key that is not known, with the key that is near, if one is.
pub(super) fn with_hint(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let near = match (message.starts_with("unknown "), quoted.next()) {
        (true, Some(word)) => hint(word, quoted),
        _ => String::new(),
    };
    format!("{message}{near}")
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
        assert_eq!(with_hint(message), format!("{message}; `views` is near"));
    }
}
