//! Editing like sed: `rex mode=sed`.
//!
//! In: `s/pattern/replacement/flags` and `y/abc/xyz/`, one or more with blanks between them. Out: a [`Sed`], which edits
//! texts. Invariant: the commands run in order, each on what the one before left. The character after the letter
//! delimits the parts; behind a backslash it is itself.

use super::{Regex, RegexError};

/// A script of `rex mode=sed` (Search Reference, "rex", "sed-expression").
///
/// ```
/// use splc::detection::regex::Sed;
/// let sed = Sed::parse(r"s/(\d{4}-){3}/XXXX-XXXX-XXXX-/g").unwrap();
/// assert_eq!(sed.edit("card 1234-5678-9012-3456"), "card XXXX-XXXX-XXXX-3456");
/// assert_eq!(Sed::parse("y/abc/xyz/").unwrap().edit("cab"), "zxy");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sed {
    script: String,
    commands: Vec<Command>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Command {
    /// Without a count every match, else the match of that number from 1.
    Substitute { regex: Regex, replacement: String, only: Option<usize> },
    /// Each first character becomes the second.
    Map(Vec<(char, char)>),
}

impl Sed {
    /// Reads a script.
    ///
    /// ```
    /// assert!(splc::detection::regex::Sed::parse("s/a/b").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// A command that is neither `s` nor `y`, a part that is missing, a pattern that PCRE does not accept.
    pub fn parse(script: &str) -> Result<Self, RegexError> {
        let mut at = 0;
        let mut commands = Vec::new();
        loop {
            let rest = script.get(at..).unwrap_or("");
            at = script.len() - rest.trim_start().len();
            if at == script.len() {
                break;
            }
            let mut reader = Reader { script, at };
            commands.push(reader.command()?);
            at = reader.at;
        }
        if commands.is_empty() {
            return Err(RegexError { message: "a sed expression is empty".to_owned(), at: 0 });
        }
        Ok(Self { script: script.to_owned(), commands })
    }

    /// The script as it was written.
    ///
    /// ```
    /// assert_eq!(splc::detection::regex::Sed::parse("s/a/b/g").unwrap().script(), "s/a/b/g");
    /// ```
    pub fn script(&self) -> &str {
        &self.script
    }

    /// The patterns in it.
    ///
    /// ```
    /// let sed = splc::detection::regex::Sed::parse("s/a/b/g y/c/d/").unwrap();
    /// assert_eq!(sed.patterns().map(|regex| regex.text()).collect::<Vec<_>>(), ["a"]);
    /// ```
    pub fn patterns(&self) -> impl Iterator<Item = &Regex> {
        self.commands.iter().filter_map(|command| match command {
            Command::Substitute { regex, .. } => Some(regex),
            Command::Map(_) => None,
        })
    }

    /// The text as the commands leave it.
    pub fn edit(&self, text: &str) -> String {
        self.commands.iter().fold(text.to_owned(), |text, command| command.edit(&text))
    }
}

impl Command {
    fn edit(&self, text: &str) -> String {
        match self {
            Self::Substitute { regex, replacement, only } => regex.replace(text, replacement, *only),
            Self::Map(pairs) => {
                let map =
                    |from: char| pairs.iter().find(|(old, _)| *old == from).map_or(from, |(_, new)| *new);
                text.chars().map(map).collect()
            }
        }
    }
}

struct Reader<'s> {
    script: &'s str,
    at: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.script.get(self.at..)?.chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn command(&mut self) -> Result<Command, RegexError> {
        let start = self.at;
        let error = |message: &str| RegexError { message: message.to_owned(), at: start };
        let letter = self.next();
        let delimiter =
            self.next().filter(|mark| !mark.is_alphanumeric() && !mark.is_whitespace() && *mark != '\\');
        let delimiter =
            delimiter.ok_or_else(|| error("a sed expression is neither `s/…/…/` nor `y/…/…/`"))?;
        let first_at = self.at;
        let missing = || error("a part of a sed expression is not closed");
        let first = self.part(delimiter).ok_or_else(missing)?;
        let second = self.part(delimiter).ok_or_else(missing)?;
        let flags_at = self.at;
        while self.next().is_some_and(|next| !next.is_whitespace()) {}
        let flags = self.script.get(flags_at..self.at).unwrap_or("").trim_end();
        match letter {
            Some('s') => {
                let regex =
                    Regex::parse(&first).map_err(|error| RegexError { at: first_at + error.at, ..error })?;
                let only = match flags {
                    "g" => None,
                    "" => Some(1),
                    count => {
                        let count = count.parse().ok().filter(|count| *count > 0);
                        Some(
                            count
                                .ok_or_else(|| error("the flags of a sed expression are `g` or a number"))?,
                        )
                    }
                };
                Ok(Command::Substitute { regex, replacement: without_escape(&second, delimiter), only })
            }
            Some('y') if flags.is_empty() => {
                let (old, new) = (characters(&first), characters(&second));
                if old.len() != new.len() {
                    return Err(error("`y` maps each character to one other"));
                }
                Ok(Command::Map(old.into_iter().zip(new).collect()))
            }
            _ => Err(error("a sed expression is neither `s/…/…/` nor `y/…/…/`")),
        }
    }

    /// The text up to the delimiter, backslashes as they are.
    fn part(&mut self, delimiter: char) -> Option<String> {
        let mut part = String::new();
        loop {
            let next = self.next()?;
            if next == delimiter {
                return Some(part);
            }
            part.push(next);
            if next == '\\' {
                part.push(self.next()?);
            }
        }
    }
}

/// A replacement whose delimiter needs no backslash any more.
fn without_escape(text: &str, delimiter: char) -> String {
    text.replace(&format!("\\{delimiter}"), &delimiter.to_string())
}

/// The characters of a part of `y`: a backslash makes the next one plain, or a control character.
fn characters(text: &str) -> Vec<char> {
    let mut characters = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        let plain = match character {
            '\\' => match rest.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(escaped) => escaped,
                None => '\\',
            },
            plain => plain,
        };
        characters.push(plain);
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(script: &str, text: &str) -> String {
        Sed::parse(script).unwrap_or_else(|error| panic!("{script}: {error}")).edit(text)
    }

    #[test]
    fn the_flags_say_which_match_is_replaced() {
        assert_eq!(edited("s/a/b/", "aaa"), "baa");
        assert_eq!(edited("s/a/b/2", "aaa"), "aba");
        assert_eq!(edited("s/a/b/g", "aaa"), "bbb");
        assert_eq!(edited("s/a/b/4", "aaa"), "aaa");
    }

    #[test]
    fn groups_and_delimiters_stand_in_the_replacement() {
        assert_eq!(edited(r"s/.+\\(\S+\.\S{3})$/\1/", r"C:\Windows\cmd.exe"), "cmd.exe");
        assert_eq!(edited(r"s/a\/b/c\/d/", "a/b"), "c/d");
        assert_eq!(edited("s:/:-:g s:-$::", "/a/b/"), "-a-b");
        assert_eq!(edited(r"s/(a)(b)?/[\2\1\0]/", "a"), "[aa]");
    }

    #[test]
    fn characters_are_mapped_one_by_one() {
        assert_eq!(edited(r"y/\n\//_-/", "a\nb/"), "a_b-");
        assert_eq!(edited("y/ab/ba/", "abc"), "bac");
    }

    #[test]
    fn what_is_no_sed_expression_is_refused() {
        for script in
            ["", "s", "s/a", "s/a/b", "s/a/b/x", "s/a/b/0", "y/ab/c/", "y/a/b/g", "d/a/b/", "sxaxbx", "/a/b/"]
        {
            assert!(Sed::parse(script).is_err(), "{script}");
        }
        assert_eq!(Sed::parse("s/a/b/ s/(/b/").unwrap_err().at, 9);
    }
}
