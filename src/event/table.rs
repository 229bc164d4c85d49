//! Tables of lookups: rows of texts under names of columns.
//!
//! In: names, rows, and how they are searched. Out: a table by its name. Invariant: every row has as many cells as there
//! are columns; an empty cell is the absence of a value. Nothing is read from disk here.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// A table: one text a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, in the order of the file.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The cell of a row under a column.
    ///
    /// ```
    /// use splc::event::table::Table;
    /// let table = Table { columns: vec!["user".to_owned()], rows: vec![vec!["root".to_owned()]] };
    /// assert_eq!(table.cell(0, "user"), Some("root"));
    /// ```
    pub fn cell(&self, row: usize, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|name| name == column)?;
        self.rows.get(row)?.get(at).map(String::as_str)
    }
}

/// How the cells of a column are compared with a value (transforms.conf, `match_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The cell is a text in which stars stand for any run of characters.
    Wildcard,
    /// The cell is a network, in which the value lies.
    Network,
}

/// A lookup by its own name, which says how a table is searched (transforms.conf, a stanza with `filename`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The name of the file with the table.
    pub file: String,
    /// How columns are compared; those that are not named here, as they are written.
    pub ways: BTreeMap<String, Way>,
    /// `case_sensitive_match`.
    pub is_case_sensitive: bool,
    /// `max_matches`: the most entries that an event gets.
    pub most: usize,
    /// `default_match`: what an event gets that has no entry, where `min_matches` asks for one.
    pub default: Option<String>,
}

impl Definition {
    /// What holds for a table that is called by the name of its file (transforms.conf, the defaults of
    /// `case_sensitive_match`, `match_type`, `max_matches` and `min_matches`).
    ///
    /// ```
    /// let plain = splc::event::table::Definition::plain("users.csv");
    /// assert!(plain.is_case_sensitive && plain.most == 100);
    /// ```
    pub fn plain(file: impl Into<String>) -> Self {
        Self { file: file.into(), ways: BTreeMap::new(), is_case_sensitive: true, most: 100, default: None }
    }
}

/// Tables by the name that searches call them by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    tables: BTreeMap<String, Table>,
    /// Nothing where a name is defined in a way that is not supported.
    definitions: BTreeMap<String, Option<Definition>>,
}

impl Tables {
    /// Adds a table; one of the same name is replaced, and given back.
    pub fn insert(&mut self, name: impl Into<String>, table: Table) -> Option<Table> {
        self.tables.insert(name.into(), table)
    }

    /// Whether there is no table.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The names of the files with tables.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// Defines a lookup; nothing says that its table is searched in a way that nobody here knows.
    pub fn define(&mut self, name: impl Into<String>, definition: Option<Definition>) {
        self.definitions.insert(name.into(), definition);
    }

    /// The table of that name: a lookup that is defined, the file, or else `users` finds `users.csv`.
    ///
    /// ```
    /// use splc::event::table::{Definition, Table, Tables};
    /// let mut tables = Tables::default();
    /// tables.insert("users.csv", Table::default());
    /// tables.define("people", Some(Definition::plain("users.csv")));
    /// assert!(tables.find("users").is_some() && tables.find("people").is_some());
    /// ```
    pub fn find(&self, name: &str) -> Option<&Table> {
        self.lookup(name).map(|(table, _)| table)
    }

    /// The same with the way in which it is searched.
    pub fn lookup(&self, name: &str) -> Option<(&Table, Cow<'_, Definition>)> {
        if let Some(definition) = self.definitions.get(name) {
            let definition = definition.as_ref()?;
            return Some((self.tables.get(&definition.file)?, Cow::Borrowed(definition)));
        }
        let file = [name.to_owned(), format!("{name}.csv")];
        let (file, table) = file.iter().find_map(|file| Some((file, self.tables.get(file)?)))?;
        Some((table, Cow::Owned(Definition::plain(file))))
    }
}
