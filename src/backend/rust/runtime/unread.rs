//! Expressions that only an event tells, in a program without such searches.
//!
//! In: the text of an expression. Out: nothing. Invariant: there is none, so nothing here runs.

use super::RegexError;

/// None.
#[derive(Clone)]
pub enum Regex {}

impl Regex {
    /// Reads none.
    ///
    /// # Errors
    /// Always.
    pub fn parse(_text: &str) -> Result<Self, RegexError> {
        Err(RegexError { message: "not known".to_owned(), at: 0 })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        match *self {}
    }

    /// Whether it is found somewhere in the text.
    pub fn is_match(&self, _text: &str) -> bool {
        match *self {}
    }

    /// What its named groups take.
    pub fn captures<'t>(&self, _text: &'t str, _most: usize) -> Vec<Vec<(&str, &'t str)>> {
        match *self {}
    }

    /// The text with matches replaced.
    pub fn replace(&self, _text: &str, _replacement: &str, _only: Option<usize>) -> String {
        match *self {}
    }
}
