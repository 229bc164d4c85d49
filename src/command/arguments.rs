//! What the clauses of a stage say: words, settings, fields of `by`.
//!
//! In: a stage. Out: its arguments by kind, or the reason why they say nothing that can be run: a macro call that was
//! not expanded, a word that was not read, a setting the command is not known to have. Invariant: nothing that is
//! written is passed over in silence. What an argument means is said by its command.

use crate::command::Unsupported;
use crate::event::number;
use crate::source::Span;
use crate::spl::clause::{Body, Clause, Item, ItemKind, Setting, Sign, Value, Word};
use crate::spl::{Pipeline, Stage, ast};

/// The arguments of a stage that is made of clauses.
pub(crate) struct Arguments<'a> {
    clauses: &'a [Clause],
    /// The stage.
    pub(crate) span: Span,
}

/// The reason why a stage cannot be run.
pub(crate) fn unsupported(message: impl Into<String>, span: Span) -> Unsupported {
    Unsupported { message: message.into(), span }
}

impl<'a> Arguments<'a> {
    /// The arguments of a stage that may have these settings.
    pub(crate) fn of(stage: &'a Stage, settings: &[&str]) -> Result<Self, Unsupported> {
        let arguments = Self::with_any(stage)?;
        for setting in arguments.settings() {
            if !settings.iter().any(|known| setting.name.text.eq_ignore_ascii_case(known)) {
                let message = format!("the setting `{}` is not understood here", setting.name.text);
                return Err(unsupported(message, setting.name.span));
            }
        }
        Ok(arguments)
    }

    /// The arguments of a stage whose settings may have any name: `rangemap low=0-10`.
    pub(crate) fn with_any(stage: &'a Stage) -> Result<Self, Unsupported> {
        let ast::Arguments::Clauses(clauses) = &stage.arguments else {
            return Err(unsupported("the arguments were not read", stage.span));
        };
        let arguments = Self { clauses, span: stage.span };
        for clause in clauses {
            if let Some(item) = clause.items().iter().find(|item| is_unknown(item)) {
                return Err(unsupported("a part of this stage is not known", item.span));
            }
        }
        Ok(arguments)
    }

    /// The items that no keyword stands before.
    pub(crate) fn items(&self) -> Vec<&'a Item> {
        self.clauses.iter().filter(|clause| clause.keyword.is_none()).flat_map(Clause::items).collect()
    }

    /// The items behind a keyword.
    pub(crate) fn behind(&self, keyword: &str) -> Option<&'a [Item]> {
        self.clause(keyword).map(Clause::items)
    }

    /// The condition behind a keyword.
    pub(crate) fn condition(&self, keyword: &str) -> Option<&'a ast::Expression> {
        match &self.clause(keyword)?.body {
            Body::Search(expression) => Some(expression),
            Body::Items(_) => None,
        }
    }

    fn clause(&self, keyword: &str) -> Option<&'a Clause> {
        let is_it = |clause: &&Clause| clause.keyword.as_ref().is_some_and(|it| it.value == keyword);
        self.clauses.iter().find(is_it)
    }

    /// The words that no keyword stands before, without settings.
    ///
    /// # Errors
    /// Something else stands among them.
    pub(crate) fn words(&self) -> Result<Vec<&'a Word>, Unsupported> {
        words(self.items())
    }

    /// The same where sub-searches stand among the words.
    ///
    /// # Errors
    /// Something else stands among them.
    pub(crate) fn words_beside_subsearches(&self) -> Result<Vec<&'a Word>, Unsupported> {
        let is_other = |item: &&Item| !matches!(item.kind, ItemKind::Subsearch(_));
        words(self.items().into_iter().filter(is_other))
    }

    /// The sub-searches.
    pub(crate) fn subsearches(&self) -> Vec<&'a Pipeline> {
        let pipeline = |item: &'a Item| match &item.kind {
            ItemKind::Subsearch(pipeline) => Some(pipeline),
            _ => None,
        };
        self.items().into_iter().filter_map(pipeline).collect()
    }

    /// The only sub-search.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub(crate) fn subsearch(&self) -> Result<&'a Pipeline, Unsupported> {
        match self.subsearches()[..] {
            [pipeline] => Ok(pipeline),
            _ => Err(unsupported("one sub-search is expected here", self.span)),
        }
    }

    /// The only word, with the name it is given.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub(crate) fn field(&self) -> Result<(&'a str, Option<&'a str>), Unsupported> {
        let items: Vec<&Item> =
            self.items().into_iter().filter(|item| !matches!(item.kind, ItemKind::Setting(_))).collect();
        match items[..] {
            [Item { kind: ItemKind::Word(word), alias, .. }] => {
                Ok((&word.text, alias.as_ref().map(|alias| alias.text.as_str())))
            }
            _ => Err(unsupported("one field is expected here", self.span)),
        }
    }

    /// The fields behind a keyword; none if it is not there.
    ///
    /// # Errors
    /// Something else stands among them.
    pub(crate) fn fields(&self, keyword: &str) -> Result<Vec<String>, Unsupported> {
        let words = words(self.behind(keyword).unwrap_or(&[]))?;
        Ok(words.into_iter().map(|word| word.text.clone()).collect())
    }

    /// All settings, whatever clause they stand in.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &'a Setting> {
        self.clauses.iter().flat_map(Clause::items).filter_map(|item| match &item.kind {
            ItemKind::Setting(setting) => Some(setting),
            _ => None,
        })
    }

    /// The value of a setting; the last one counts.
    pub(crate) fn setting(&self, name: &str) -> Option<&'a Value> {
        let found = self.settings().filter(|setting| setting.name.text.eq_ignore_ascii_case(name));
        found.last().map(|setting| &setting.value)
    }

    /// The word that a setting is set to.
    ///
    /// # Errors
    /// It is set to something else.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&'a str>, Unsupported> {
        match self.setting(name) {
            None => Ok(None),
            Some(Value::Word(word)) => Ok(Some(&word.text)),
            Some(other) => Err(unsupported(format!("`{name}` is not set to a word"), other.span())),
        }
    }

    /// Whether a setting is on.
    ///
    /// # Errors
    /// It is set to no truth value.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool, Unsupported> {
        match self.text(name)?.map(str::to_ascii_lowercase).as_deref() {
            None => Ok(default),
            Some("t" | "true" | "1") => Ok(true),
            Some("f" | "false" | "0") => Ok(false),
            Some(_) => Err(unsupported(format!("`{name}` is neither true nor false"), self.span)),
        }
    }

    /// The whole number that a setting is set to.
    ///
    /// # Errors
    /// It is set to none.
    pub(crate) fn count(&self, name: &str) -> Result<Option<usize>, Unsupported> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let count =
            text.parse().map_err(|_| unsupported(format!("`{name}` is no whole number"), self.span))?;
        Ok(Some(count))
    }

    /// The number that a setting is set to.
    ///
    /// # Errors
    /// It is set to none.
    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, Unsupported> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let found =
            number::parse(text).ok_or_else(|| unsupported(format!("`{name}` is no number"), self.span));
        found.map(Some)
    }
}

/// The words among items, without settings.
fn words<'a>(items: impl IntoIterator<Item = &'a Item>) -> Result<Vec<&'a Word>, Unsupported> {
    let mut found = Vec::new();
    for item in items {
        match &item.kind {
            ItemKind::Word(word) => found.push(word),
            ItemKind::Setting(_) => {}
            _ => return Err(unsupported("a name is expected here", item.span)),
        }
    }
    Ok(found)
}

/// Whether `-` stands before the item.
pub(crate) fn is_minus(item: &Item) -> bool {
    item.sign.as_ref().is_some_and(|sign| sign.value == Sign::Minus)
}

/// Whether only a macro or a reader of other text could say what the item is.
fn is_unknown(item: &Item) -> bool {
    let mut is_unknown = false;
    item.walk(&mut |item| {
        is_unknown |= match &item.kind {
            ItemKind::Macro(_) | ItemKind::Unreadable => true,
            ItemKind::Setting(setting) => matches!(setting.value, Value::Macro(_) | Value::Missing(_)),
            _ => item.alias.as_ref().is_some_and(|alias| alias.text.starts_with('`')),
        };
    });
    is_unknown
}
