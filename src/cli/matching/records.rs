//! Tables as Splunk exports them: a line of names, and a record for each event.
//!
//! In: the first line, and chunks of records. Out: events. Invariant: an empty cell is a field that the event does not have.
//! A field with several values has them one a line in its cell, and apart in the column `__mv_` of its name, each between
//! dollar signs and parted by semicolons, where a dollar sign of a value stands twice (Search Reference, `outputcsv`;
//! written so by the export of results): that column is what counts where it is filled.

use csv::{ByteRecord, ReaderBuilder};

use crate::event::{Event, Value, time};

/// What the name of a column with several values begins with.
const SEVERAL: &str = "__mv_";

/// The names of the columns.
#[derive(Debug)]
pub(super) struct Header {
    names: Vec<String>,
    /// The column with the values apart, for each column.
    several: Vec<Option<usize>>,
}

impl Header {
    /// Reads the first line.
    pub(super) fn read(line: &[u8]) -> Self {
        let mut record = ByteRecord::new();
        // What is no record has no names; its records then have too many cells, which is said of each.
        let _ = ReaderBuilder::new().has_headers(false).from_reader(line).read_byte_record(&mut record);
        let names: Vec<String> =
            record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let several =
            |name: &String| names.iter().position(|other| other.strip_prefix(SEVERAL) == Some(name.as_str()));
        let several = names.iter().map(several).collect();
        Self { names, several }
    }

    /// Whether there is a column of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|other| other == name)
    }

    /// Calls `found` for each record of a chunk with how many lines are before it, and its event or what is wrong.
    pub(super) fn events(&self, chunk: &[u8], mut found: impl FnMut(usize, Result<Event, String>)) {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(chunk);
        let mut record = ByteRecord::new();
        let mut start = 0;
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(false) => return,
                Ok(true) => {}
                Err(error) => return found(0, Err(error.to_string())),
            }
            let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(chunk.len());
            let line = record.position().map_or(0, |position| position.line().saturating_sub(1));
            let written = chunk.get(start..end).unwrap_or(&[]).trim_ascii();
            start = end;
            found(usize::try_from(line).unwrap_or(usize::MAX), self.event(&record, written));
        }
    }

    fn event(&self, record: &ByteRecord, written: &[u8]) -> Result<Event, String> {
        if record.len() != self.names.len() {
            let (cells, names) = (record.len(), self.names.len());
            return Err(format!("the record has {cells} cells, and the first line has {names} names"));
        }
        let text = |cell: &[u8]| {
            std::str::from_utf8(cell).map(str::to_owned).map_err(|_| "the record is not UTF-8".to_owned())
        };
        let mut event = Event::new().with_raw(text(written)?);
        for ((name, cell), several) in self.names.iter().zip(record).zip(&self.several) {
            if name.starts_with(SEVERAL) {
                continue;
            }
            let apart = several.and_then(|column| record.get(column)).filter(|cell| !cell.is_empty());
            let values = match apart {
                Some(apart) => apart_values(&text(apart)?),
                None if cell.is_empty() => continue,
                None => vec![text(cell)?],
            };
            let mut values: Vec<Value> = values.into_iter().map(Value::Text).collect();
            if name == time::FIELD {
                time::read(&mut values);
            }
            event.set(name.clone(), values);
        }
        Ok(event)
    }
}

/// The values of `$a$;$b$`.
fn apart_values(cell: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut value: Option<String> = None;
    let mut rest = cell.chars().peekable();
    while let Some(character) = rest.next() {
        match (&mut value, character) {
            (None, '$') => value = Some(String::new()),
            // Between values.
            (None, _) => {}
            (Some(own), '$') if rest.peek() == Some(&'$') => {
                rest.next();
                own.push('$');
            }
            (Some(own), '$') => {
                values.push(std::mem::take(own));
                value = None;
            }
            (Some(own), other) => own.push(other),
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_are_told_apart() {
        let header = Header::read(b"\"_raw\",user,\"__mv_user\",note\n");
        let mut events = Vec::new();
        header.events(b"\"a\nb\",\"x\ny$;\",\"$x$;$y$$;$\",\n,root,,\"\"\nshort\n", |line, event| {
            events.push((line, event));
        });
        let texts = |at: usize, name: &str| -> Vec<String> {
            let event: &Event = events[at].1.as_ref().unwrap();
            event.values(name).iter().map(|value| value.text().into_owned()).collect()
        };
        assert_eq!(
            (texts(0, "user"), texts(0, "_raw")),
            (vec!["x".to_owned(), "y$;".to_owned()], vec!["a\nb".to_owned()])
        );
        assert_eq!(texts(1, "user"), ["root"]);
        assert!(texts(1, "note").is_empty());
        assert_eq!(events.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [0, 3, 4]);
        assert!(events[2].1.is_err());
    }
}
