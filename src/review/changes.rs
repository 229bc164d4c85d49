//! The lines that a change touches, as `git diff` tells them.
//!
//! In: a unified diff without lines of context. Out: for each file the lines that are new. Invariant: only the new side
//! counts, and a file that is renamed is known by its new name. What cannot be read is an error, since a line that is
//! overlooked would be a finding that nobody hears of. Format: git's manual, `diff-format`, "Generating patch text with -p".

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// New lines by path below the top of the repository, with `/` between its parts.
///
/// ```
/// use splc::review::Changes;
/// let diff = "--- a/a.spl\n+++ b/a.spl\n@@ -1 +2,3 @@ index=web\n-x\n+a\n+b\n+c\n";
/// let changes = Changes::read(diff).unwrap();
/// assert!(changes.touch("a.spl", 4, 9) && !changes.touch("a.spl", 5, 9) && !changes.touch("b.spl", 2, 2));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    files: BTreeMap<String, Lines>,
}

/// The new lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lines {
    /// The file is new.
    All,
    /// These.
    Some(Vec<RangeInclusive<usize>>),
}

/// A line that belongs into no diff.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no line of a diff")]
pub struct NotADiff(String);

impl Changes {
    /// Reads a diff that was made with `--unified=0`, `--src-prefix=a/` and `--dst-prefix=b/`.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn read(diff: &str) -> Result<Self, NotADiff> {
        let mut changes = Self::default();
        let mut file: Option<String> = None;
        let mut lines = diff.lines();
        while let Some(line) = lines.next() {
            let failed = || NotADiff(line.chars().take(80).collect());
            if let Some(name) = line.strip_prefix("+++ ") {
                file = path(name).ok_or_else(failed)?;
                if let Some(file) = &file {
                    changes.files.entry(file.clone()).or_insert_with(|| Lines::Some(Vec::new()));
                }
            } else if let Some(hunk) = line.strip_prefix("@@ ") {
                let (old, new) = hunk_lines(hunk).ok_or_else(failed)?;
                if let Some(Lines::Some(ranges)) = file.as_ref().and_then(|file| changes.files.get_mut(file))
                {
                    let (start, count) = new;
                    ranges.extend((count > 0).then(|| start..=start + count - 1));
                }
                // What a changed line says is no part of the diff's own structure.
                let said =
                    (&mut lines).take(old + new.1).filter(|line| !line.starts_with(['-', '+'])).count();
                if said > 0 {
                    return Err(failed());
                }
            }
        }
        Ok(changes)
    }

    /// Adds a file that is new as a whole.
    pub fn add(&mut self, path: &str) {
        self.files.insert(path.to_owned(), Lines::All);
    }

    /// Whether a file is touched at all.
    pub fn touch_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether one of the lines from `first` to `last`, counted from 1, is new.
    pub fn touch(&self, path: &str, first: usize, last: usize) -> bool {
        match self.files.get(path) {
            None => false,
            Some(Lines::All) => true,
            Some(Lines::Some(ranges)) => {
                ranges.iter().any(|range| *range.start() <= last && first <= *range.end())
            }
        }
    }
}

/// The lines of a hunk on both sides: how many old ones, and the first and the number of the new ones.
fn hunk_lines(hunk: &str) -> Option<(usize, (usize, usize))> {
    let (places, _) = hunk.split_once(" @@")?;
    let (old, new) = places.split_once(' ')?;
    let side = |text: &str| -> Option<(usize, usize)> {
        match text.split_once(',') {
            Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    Some((side(old.strip_prefix('-')?)?.1, side(new.strip_prefix('+')?)?))
}

/// The path behind `+++`; none for a file that is gone.
#[allow(clippy::option_option, reason = "a file that is gone is no error")]
fn path(name: &str) -> Option<Option<String>> {
    let name = name.strip_suffix('\t').unwrap_or(name);
    if name == "/dev/null" {
        return Some(None);
    }
    let unquoted = match name.strip_prefix('"') {
        Some(quoted) => unquoted(quoted.strip_suffix('"')?)?,
        None => name.to_owned(),
    };
    unquoted.strip_prefix("b/").map(|path| Some(path.to_owned()))
}

/// A path that git wrote with the escapes of C (git's manual, `core.quotePath`).
fn unquoted(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            other @ (b'"' | b'\\') => other,
            first @ b'0'..=b'3' => {
                let mut digit =
                    || rest.next().filter(|byte| (b'0'..=b'7').contains(byte)).map(|byte| byte - b'0');
                (first - b'0') * 64 + digit()? * 8 + digit()?
            }
            _ => return None,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_a_header_is_text() {
        let diff = "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -2 +2 @@\n--- x\n+++ b/c\n@@ -9,0 +10,2 @@\n+@@ -1 +1 @@\n+b\n";
        let changes = Changes::read(diff).unwrap();
        assert!(changes.touch("a", 2, 2) && changes.touch("a", 11, 11));
        assert!(!changes.touch("a", 1, 1) && !changes.touch_file("c"));
    }

    #[test]
    fn names_are_read_with_their_escapes() {
        let diff = "--- /dev/null\n+++ \"b/\\303\\251 \\\"x\\\".spl\"\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n\
                    --- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
        let changes = Changes::read(diff).unwrap();
        assert!(changes.touch("é \"x\".spl", 1, 1) && changes.files.len() == 1);
    }

    #[test]
    fn lines_that_only_go_touch_none() {
        let changes = Changes::read("--- a/a\n+++ b/a\n@@ -3,2 +2,0 @@\n-x\n-y\n").unwrap();
        assert!(changes.touch_file("a") && !changes.touch("a", 1, 9));
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        assert!(Changes::read("+++ c/a\n").is_err());
        assert!(Changes::read("+++ b/a\n@@ -1 +x @@\n").is_err());
        assert!(Changes::read("+++ b/a\n@@ -1 +1,3 @@\n-a\n+b\n c\n").is_err());
    }
}
