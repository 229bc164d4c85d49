//! Tables of lookups and their definitions, as Splunk keeps them: CSV files and `transforms.conf`.
//!
//! In: texts. Out: tables, definitions and findings with their places in the file. Invariant: whatever the text, every
//! row of a table has a cell for each of its columns, and what had to be left out is said. Nothing is read from disk here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord};

use crate::diagnostic::Diagnostic;
use crate::document::codes;
use crate::document::conf::{self, Stanza};
use crate::event::table::{Definition, Table, Way};
use crate::source::Span;

/// The table of a CSV file: its first line has the names of the columns. There is none without such a line.
///
/// ```
/// let (table, findings) = splc::document::lookup::table("user,level\r\nroot,high\r\n");
/// assert_eq!(table.unwrap().cell(0, "level"), Some("high"));
/// assert!(findings.is_empty());
/// ```
pub fn table(text: &str) -> (Option<Table>, Vec<Diagnostic>) {
    let start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let mut reader = Reader { text, start, findings: Vec::new(), ragged: Vec::new(), last: Span::default() };
    let table = reader.table();
    (table, reader.findings)
}

struct Reader<'t> {
    text: &'t str,
    /// The length of a byte order mark.
    start: usize,
    findings: Vec<Diagnostic>,
    /// Rows with more or fewer cells than there are columns: where, and how many.
    ragged: Vec<(Span, usize)>,
    /// The row that was read last.
    last: Span,
}

impl Reader<'_> {
    fn table(&mut self) -> Option<Table> {
        let bytes = self.text.get(self.start..)?.as_bytes();
        let mut csv = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let mut record = StringRecord::new();
        let mut table: Option<Table> = None;
        loop {
            let before = csv.position().byte();
            match csv.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                // The text is UTF-8 and rows may have any length: nothing is known that leads here.
                Err(error) => {
                    self.say(
                        self.span(before, csv.position().byte()),
                        format!("the table ends here: {error}"),
                    );
                    break;
                }
            }
            let begins = record.position().map_or(before, csv::Position::byte);
            self.last = self.span(begins, csv.position().byte());
            match &mut table {
                None => table = Some(self.columns(&record)),
                Some(table) => {
                    let row = self.row(&record, table.columns.len());
                    table.rows.push(row);
                }
            }
        }
        if table.is_none() {
            let message = "the table is empty: its first line has the names of its columns";
            self.say(Span::new(self.start, self.start), message);
        }
        self.report_ragged(table.as_ref().map_or(0, |table| table.columns.len()));
        self.report_open_quote();
        table
    }

    fn columns(&mut self, record: &StringRecord) -> Table {
        let columns: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
        let mut seen = BTreeSet::new();
        if let Some(name) = columns.iter().find(|name| !seen.insert(name.as_str())) {
            let message = match name.as_str() {
                "" => "several columns have no name: the first of them counts".to_owned(),
                name => format!("several columns have the name `{name}`: the first of them counts"),
            };
            self.say(self.last, message);
        }
        Table { columns, rows: Vec::new() }
    }

    fn row(&mut self, record: &StringRecord, columns: usize) -> Vec<String> {
        if record.len() != columns {
            self.ragged.push((self.last, record.len()));
        }
        let cells = record.iter().chain(std::iter::repeat("")).take(columns);
        cells.map(str::to_owned).collect()
    }

    fn report_ragged(&mut self, columns: usize) {
        let Some((span, cells)) = self.ragged.first() else { return };
        let others = match self.ragged.len() - 1 {
            0 => String::new(),
            1 => ", and one more row is like that".to_owned(),
            more => format!(", and {more} more rows are like that"),
        };
        let message = format!("the row has {cells} cells and the table {columns} columns{others}");
        let help = "missing cells are taken as empty, surplus ones are left out";
        self.findings.push(Diagnostic::new(&codes::BAD_LOOKUP, *span, message).help(help));
    }

    /// A quote that is not closed takes the rest of the file into one cell.
    fn report_open_quote(&mut self) {
        let row = self.last.of(self.text);
        let is_open = row.matches('"').count() % 2 == 1 && row.trim_end().contains('\n');
        if is_open {
            let at = self.last.start as usize + row.find('"').unwrap_or(0);
            let message = "the quote that opens here is not closed: the rest of the file is one cell";
            self.say(Span::new(at, at + 1), message);
        }
    }

    fn say(&mut self, span: Span, message: impl Into<String>) {
        self.findings.push(Diagnostic::new(&codes::BAD_LOOKUP, span, message));
    }

    /// A row, without the line break behind it.
    fn span(&self, from: u64, to: u64) -> Span {
        let place = |byte: u64| self.start + usize::try_from(byte).unwrap_or(usize::MAX);
        let (from, to) = (place(from), place(to).min(self.text.len()));
        let row = self.text.get(from..to).unwrap_or("");
        let blank = row.len() - row.trim_start_matches(['\r', '\n']).len();
        Span::new(from + blank.min(row.len()), from + row.trim_end_matches(['\r', '\n']).len().max(blank))
    }
}

/// The lookups that files called `transforms.conf` define, later files over earlier ones, key by key.
#[derive(Debug, Default)]
pub struct Definitions {
    stanzas: BTreeMap<String, Defined>,
}

/// A stanza of one or several files, and where it stands last.
#[derive(Debug, Default)]
struct Defined {
    keys: Vec<(String, String)>,
    path: PathBuf,
    span: Span,
}

impl Definitions {
    /// Adds the stanzas of a file.
    pub fn add(&mut self, path: &Path, text: &str) {
        for stanza in conf::stanzas(text) {
            let Stanza { name, keys, span } = stanza;
            let defined = self.stanzas.entry(name).or_default();
            defined.keys.extend(keys.into_iter().map(|(key, value)| (key, value.text().to_owned())));
            (defined.path, defined.span) = (path.to_path_buf(), span);
        }
    }

    /// The lookups by name, with a finding for one that is searched in a way that is not supported.
    ///
    /// ```
    /// use splc::document::lookup::Definitions;
    /// let mut definitions = Definitions::default();
    /// let text = "[bad_urls]\nfilename = urls.csv\nmatch_type = WILDCARD(url)\nmax_matches = 1\n";
    /// definitions.add("transforms.conf".as_ref(), text);
    /// let (name, definition) = definitions.lookups().remove(0);
    /// assert_eq!((name.as_str(), definition.unwrap().most), ("bad_urls", 1));
    /// ```
    pub fn lookups(&self) -> Vec<(String, Result<Definition, Box<Diagnostic>>)> {
        let defaults = self.stanzas.get("default").map_or(&[][..], |defined| defined.keys.as_slice());
        let own = self.stanzas.iter().filter(|(name, _)| *name != "default");
        own.filter_map(|(name, defined)| {
            let value = |key: &str| {
                let found = defaults.iter().chain(&defined.keys).rev().find(|(name, _)| name == key);
                found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
            };
            let is_lookup = ["filename", "collection", "external_cmd"].iter().any(|key| value(key).is_some());
            let unsupported = |reason: String| {
                let message = format!("the lookup `{name}` is left out: {reason}");
                Box::new(Diagnostic::new(&codes::UNSUPPORTED_LOOKUP, defined.span, message).at(&defined.path))
            };
            is_lookup.then(|| (name.clone(), definition(&value).map_err(unsupported)))
        })
        .collect()
    }
}

/// Keys that make a lookup depend on more than the cells of a file (transforms.conf.spec, "Lookup tables").
const UNSUPPORTED: &[&str] = &["collection", "external_cmd", "filter", "time_field"];

fn definition<'s>(value: &dyn Fn(&str) -> Option<&'s str>) -> Result<Definition, String> {
    if let Some(key) = UNSUPPORTED.iter().find(|key| value(key).is_some()) {
        return Err(format!("`{key}` is not supported"));
    }
    let number = |key: &str, otherwise: usize| match value(key) {
        Some(text) => text.parse::<usize>().map_err(|_| format!("`{key}` is no number: `{text}`")),
        None => Ok(otherwise),
    };
    let file = value("filename").ok_or("`filename` is missing")?;
    let plain = Definition::plain(file);
    let is_case_sensitive = match value("case_sensitive_match") {
        Some(text) => {
            boolean(text).ok_or_else(|| format!("`case_sensitive_match` is no boolean: `{text}`"))?
        }
        None => true,
    };
    let most = number("max_matches", plain.most)?;
    let least = number("min_matches", 0)?;
    if most == 0 || least > 1 {
        return Err("`max_matches` below 1 and `min_matches` above 1 are not supported".to_owned());
    }
    let default = value("default_match").filter(|_| least == 1).map(str::to_owned);
    let ways = value("match_type").map_or(Ok(BTreeMap::new()), ways)?;
    Ok(Definition { ways, is_case_sensitive, most, default, ..plain })
}

/// The booleans of `.conf` files.
fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "t" | "true" | "y" | "yes" => Some(true),
        "0" | "f" | "false" | "n" | "no" => Some(false),
        _ => None,
    }
}

/// `WILDCARD(url), CIDR(network) EXACT(name)`.
fn ways(text: &str) -> Result<BTreeMap<String, Way>, String> {
    let mut ways = BTreeMap::new();
    for part in text.split(')').map(|part| part.trim_start_matches([',', ' ', '\t', '\n']).trim_end()) {
        match part.split_once('(').map(|(way, column)| (way.trim().to_ascii_uppercase(), column.trim())) {
            None if part.is_empty() => {}
            Some((way, column)) if way == "WILDCARD" => drop(ways.insert(column.to_owned(), Way::Wildcard)),
            Some((way, column)) if way == "CIDR" => drop(ways.insert(column.to_owned(), Way::Network)),
            Some((way, _)) if way == "EXACT" => {}
            _ => {
                return Err(format!(
                    "`match_type` is none of WILDCARD, CIDR and EXACT with a column: `{text}`"
                ));
            }
        }
    }
    Ok(ways)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn said(text: &str) -> (Table, Vec<(String, usize, String)>) {
        let (table, findings) = table(text);
        let lines = crate::source::LineIndex::new(text);
        let said = findings.iter().map(|finding| {
            let span = finding.span().unwrap();
            let line = lines.position(text, span.start).line;
            (finding.message.clone(), line, span.of(text).to_owned())
        });
        (table.unwrap_or_default(), said.collect())
    }

    #[test]
    fn marks_line_ends_and_quotes_are_read() {
        let (table, findings) = said("\u{FEFF}user,note\r\nroot,\"a, \"\"b\"\"\r\nc\"\r\n\r\nbob,\r\n");
        assert_eq!(table.columns, ["user", "note"]);
        assert_eq!(table.rows, [["root", "a, \"b\"\r\nc"], ["bob", ""]]);
        assert_eq!(findings, []);
    }

    #[test]
    fn rows_of_another_length_are_said_once_with_their_place() {
        let (table, findings) = said("\u{FEFF}a,b\n1\n\n1,2,3\n");
        assert_eq!(table.rows, [["1", ""], ["1", "2"]]);
        let message = "the row has 1 cells and the table 2 columns, and one more row is like that";
        assert_eq!(findings, [(message.to_owned(), 2, "1".to_owned())]);
        assert_eq!(said("a,b\n\n\n1,2,3\n").1[0].1, 4);
    }

    #[test]
    fn an_empty_table_names_twice_and_an_open_quote_are_said() {
        assert!(said("").1[0].0.contains("the table is empty"));
        assert!(said("\u{FEFF}\n").1[0].0.contains("the table is empty"));
        assert!(said("a,b,a\n1,2,3\n").1[0].0.contains("the name `a`"));
        let (_, findings) = said("a,b\n1,\"2\n3,4\n");
        assert!(findings.iter().any(|(message, line, _)| message.contains("not closed") && *line == 2));
    }

    #[test]
    fn definitions_say_how_a_table_is_searched() {
        let mut definitions = Definitions::default();
        let mut add = |text| definitions.add("transforms.conf".as_ref(), text);
        add("[default]\nmax_matches = 7\n[a]\nfilename=a.csv\nmatch_type = WILDCARD(x),CIDR( y ) EXACT(z)\n");
        add("[a]\ncase_sensitive_match = false\nmin_matches = 1\ndefault_match = none\n[extract]\nREGEX=x\n");
        add("[kv]\ncollection=c\nexternal_type = kvstore\n[b]\nfilename = b.csv\nmatch_type=FUZZY(x)\n");
        let lookups = definitions.lookups();
        let names: Vec<&str> = lookups.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b", "kv"]);
        let a = lookups[0].1.as_ref().unwrap();
        assert_eq!((a.most, a.is_case_sensitive, a.default.as_deref()), (7, false, Some("none")));
        let ways: Vec<_> = a.ways.iter().map(|(column, way)| (column.as_str(), *way)).collect();
        assert_eq!(ways, [("x", Way::Wildcard), ("y", Way::Network)]);
        assert!(lookups[1].1.as_ref().unwrap_err().message.contains("FUZZY(x)"));
        let finding = lookups[2].1.as_ref().unwrap_err();
        assert_eq!(finding.message, "the lookup `kv` is left out: `collection` is not supported");
        assert_eq!(finding.span(), Some(Span::new(1, 3)));
    }

    proptest! {
        #[test]
        fn any_text_is_a_table_with_full_rows(text in "[a\",\r\n\u{FEFF}é; ]{0,60}") {
            let (table, findings) = table(&text);
            prop_assert!(table.is_some() || !findings.is_empty());
            let table = table.unwrap_or_default();
            prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
            for finding in findings {
                let span = finding.span().unwrap();
                prop_assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
            }
        }

        #[test]
        fn what_is_written_as_csv_is_read(rows in vec(vec("[a\",\r\n é]{0,4}", 3), 1..5)) {
            let quoted = |row: &Vec<String>| {
                let cells = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
                cells.collect::<Vec<_>>().join(",") + "\r\n"
            };
            let text = "x,y,z\r\n".to_owned() + &rows.iter().map(quoted).collect::<String>();
            let (table, findings) = table(&text);
            prop_assert_eq!(&findings, &[]);
            prop_assert_eq!(table.map(|table| table.rows), Some(rows));
        }
    }
}
