//! Streams of events cut into chunks that are worked on apart.
//!
//! In: readers. Out: chunks of whole events, each with the number of its first line. Invariant: memory is bounded by the
//! size of a chunk and the longest line; a stream that comes slowly is cut where it pauses, so that nothing waits for
//! events that are not there yet.

use std::io::{self, BufRead};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::input::{filled, is_named_as_table};
use super::records::Header;

/// The longest event that is read, in bytes; what is longer is reported and skipped, so memory stays bounded.
const LONGEST: usize = 16 * 1024 * 1024;

/// About how large a chunk is.
const CHUNK: usize = 512 * 1024;

/// A part of a stream.
pub(super) struct Chunk {
    pub(super) path: Arc<Path>,
    /// The number of its first line, from 1.
    pub(super) line: usize,
    pub(super) bytes: Vec<u8>,
    pub(super) form: Form,
}

/// How the events of a chunk are told apart.
pub(super) enum Form {
    /// One on each line.
    Lines,
    /// Elements of an array: where each is, and on which line it begins.
    Elements(Vec<(Range<usize>, usize)>),
    /// Records of a table.
    Records(Arc<Header>),
    /// There is no event, and this is why.
    Bad(String),
    /// The stream ends here, since it cannot be read.
    Unreadable(String),
}

/// Whoever takes chunks; false if there is nobody any more.
pub(super) type Taker<'a> = &'a mut dyn FnMut(Chunk) -> bool;

/// The stream is not to be read further.
struct Stop;

/// Cuts a stream; what it is like is seen by its name and first bytes.
pub(super) fn cut(path: &Arc<Path>, source: &mut dyn BufRead, send: Taker<'_>) -> bool {
    let mut cutter = Cutter { path: Arc::clone(path), line: 1, bytes: Vec::new(), send };
    let result = match begin(path, source) {
        Ok(Kind::Lines) => cutter.lines(source),
        Ok(Kind::Array) => cutter.array(source),
        Ok(Kind::Table) => cutter.table(source),
        Err(error) => cutter.unreadable(&error),
    };
    result.is_ok()
}

enum Kind {
    Lines,
    Array,
    Table,
}

/// Looks at the beginning. A table is known by the name of its file, or by a first line that names `_raw` or `_time` and
/// is no JSON.
fn begin(path: &Path, source: &mut dyn BufRead) -> io::Result<Kind> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    if filled(source)?.starts_with(MARK) {
        source.consume(MARK.len());
    }
    if is_named_as_table(path) {
        return Ok(Kind::Table);
    }
    let first = filled(source)?.trim_ascii_start();
    let line = first.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let mut names = line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    let is_default = |name: &[u8]| [&b"_raw"[..], b"_time", b"\"_raw\"", b"\"_time\""].contains(&name);
    Ok(match first.first() {
        Some(b'[') => Kind::Array,
        Some(b'{') => Kind::Lines,
        _ if names.any(is_default) => Kind::Table,
        _ => Kind::Lines,
    })
}

struct Cutter<'a> {
    path: Arc<Path>,
    line: usize,
    bytes: Vec<u8>,
    send: Taker<'a>,
}

impl Cutter<'_> {
    /// Hands over the first bytes that were read, and counts their lines.
    fn hand(&mut self, end: usize, form: Form) -> Result<(), Stop> {
        let rest = self.bytes.split_off(end.min(self.bytes.len()));
        let bytes = std::mem::replace(&mut self.bytes, rest);
        let line = self.line;
        self.line += memchr::memchr_iter(b'\n', &bytes).count();
        let chunk = Chunk { path: Arc::clone(&self.path), line, bytes, form };
        if (self.send)(chunk) { Ok(()) } else { Err(Stop) }
    }

    fn unreadable(&mut self, error: &io::Error) -> Result<(), Stop> {
        self.hand(0, Form::Unreadable(crate::document::load::reason(error)))
    }

    /// Reads more; gives how much, nothing at the end or where it cannot be read. `more` bytes are enough.
    fn read(&mut self, source: &mut dyn BufRead, more: usize) -> Result<usize, Stop> {
        match filled(source) {
            Ok(buffer) => {
                let count = buffer.len().min(more.max(1));
                self.bytes.extend_from_slice(buffer.get(..count).unwrap_or(&[]));
                source.consume(count);
                Ok(count)
            }
            Err(error) => self.unreadable(&error).map(|()| 0),
        }
    }

    /// Cuts behind the last end of a line.
    fn lines(&mut self, source: &mut dyn BufRead) -> Result<(), Stop> {
        loop {
            let before = self.bytes.len();
            let count = self.read(source, CHUNK)?;
            if count == 0 {
                return if self.bytes.is_empty() { Ok(()) } else { self.hand(usize::MAX, Form::Lines) };
            }
            let end =
                memchr::memrchr(b'\n', self.bytes.get(before..).unwrap_or(&[])).map(|at| before + at + 1);
            match end {
                Some(end) => self.hand(end, Form::Lines)?,
                None if self.bytes.len() > LONGEST => self.skip_line(source)?,
                None => {}
            }
        }
    }

    /// Leaves out the rest of a line that is too long.
    fn skip_line(&mut self, source: &mut dyn BufRead) -> Result<(), Stop> {
        self.bytes.clear();
        self.hand(0, Form::Bad(too_long()))?;
        loop {
            let count = self.read(source, CHUNK)?;
            if let Some(end) = memchr::memchr(b'\n', &self.bytes) {
                self.bytes.drain(..=end);
                self.line += 1;
                return self.cut_rest();
            }
            self.bytes.clear();
            if count == 0 {
                return Ok(());
            }
        }
    }

    /// Hands over whole lines that were read already.
    fn cut_rest(&mut self) -> Result<(), Stop> {
        match memchr::memrchr(b'\n', &self.bytes) {
            Some(end) => self.hand(end + 1, Form::Lines),
            None => Ok(()),
        }
    }

    /// Cuts between elements of an array, or of several arrays one after the other.
    fn array(&mut self, source: &mut dyn BufRead) -> Result<(), Stop> {
        let mut elements = Elements::default();
        loop {
            let count = self.read(source, CHUNK)?;
            elements.walk(&self.bytes, self.line);
            if !elements.found.is_empty() {
                let end = elements.from();
                let found = elements.take(end);
                self.hand(end, Form::Elements(found))?;
            }
            if count == 0 {
                if elements.depth > 0 || elements.start.is_some() {
                    self.hand(usize::MAX, Form::Bad("the array does not end".to_owned()))?;
                }
                return Ok(());
            }
            if self.bytes.len() > LONGEST {
                self.hand(usize::MAX, Form::Bad(too_long() + "; the rest of the array is left out"))?;
                return Ok(());
            }
        }
    }

    /// Cuts between records, which may hold ends of lines within quotes (RFC 4180, 2.6).
    fn table(&mut self, source: &mut dyn BufRead) -> Result<(), Stop> {
        let mut header: Option<Arc<Header>> = None;
        let (mut looked, mut is_quoted, mut end) = (0, false, 0);
        loop {
            let count = self.read(source, CHUNK)?;
            let rest = self.bytes.get(looked..).unwrap_or(&[]);
            for at in memchr::memchr2_iter(b'"', b'\n', rest) {
                if rest.get(at) == Some(&b'"') {
                    is_quoted = !is_quoted;
                } else if !is_quoted {
                    end = looked + at + 1;
                    if header.is_none() {
                        break;
                    }
                }
            }
            looked = self.bytes.len();
            if count == 0 {
                end = looked;
            } else if looked > LONGEST {
                self.hand(usize::MAX, Form::Bad(too_long() + "; the rest of the table is left out"))?;
                return Ok(());
            }
            if end > 0 {
                header = Some(match header {
                    None => {
                        let names = Header::read(self.bytes.get(..end).unwrap_or(&[]));
                        self.line += memchr::memchr_iter(b'\n', self.bytes.get(..end).unwrap_or(&[])).count();
                        self.bytes.drain(..end);
                        (looked, is_quoted) = (0, false);
                        Arc::new(names)
                    }
                    Some(header) => {
                        self.hand(end, Form::Records(Arc::clone(&header)))?;
                        looked -= end;
                        header
                    }
                });
                end = 0;
            }
            if count == 0 && self.bytes.is_empty() {
                return Ok(());
            }
        }
    }
}

fn too_long() -> String {
    format!("the line is longer than {} MiB", LONGEST / (1024 * 1024))
}

/// The elements of arrays, found by brackets and quotes.
#[derive(Default)]
struct Elements {
    /// How far the bytes were looked at.
    at: usize,
    /// Line ends before that place, in these bytes.
    lines: usize,
    depth: usize,
    is_text: bool,
    is_escaped: bool,
    /// Where the element at hand begins, and the line ends before it.
    start: Option<(usize, usize)>,
    found: Vec<(Range<usize>, usize)>,
}

impl Elements {
    /// Looks at the bytes that were not looked at before; the first of them stands on a line.
    fn walk(&mut self, bytes: &[u8], line: usize) {
        while let Some(byte) = bytes.get(self.at) {
            let at = self.at;
            self.at += 1;
            self.lines += usize::from(*byte == b'\n');
            if self.is_text {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => self.is_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b',' if self.depth <= 1 => self.end(at, line),
                b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.end(at, line);
                    }
                }
                b'[' if self.depth == 0 => self.depth = 1,
                byte if byte.is_ascii_whitespace() => {}
                byte => {
                    self.start = self.start.or(Some((at, self.lines)));
                    self.is_text = *byte == b'"';
                    self.depth += usize::from(matches!(byte, b'[' | b'{'));
                }
            }
        }
    }

    fn end(&mut self, at: usize, line: usize) {
        if let Some((start, lines)) = self.start.take() {
            self.found.push((start..at, line + lines));
        }
    }

    /// Where the bytes begin that are still needed.
    fn from(&self) -> usize {
        self.start.map_or(self.at, |(start, _)| start)
    }

    /// The elements before a place, from which on places and lines are counted anew.
    fn take(&mut self, from: usize) -> Vec<(Range<usize>, usize)> {
        self.at -= from;
        self.lines -= self.start.map_or(self.lines, |(_, lines)| lines);
        self.start = self.start.map(|_| (0, 0));
        std::mem::take(&mut self.found)
    }
}
