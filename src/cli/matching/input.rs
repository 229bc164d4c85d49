//! The events that are named: files, folders, globs, standard input, compressed or not.
//!
//! In: what the user names. Out: readers of plain bytes, one after the other. Invariant: what is compressed is known by
//! its first bytes, not by its name, so a stream on standard input is read the same way; nothing is read whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use globset::GlobBuilder;
use ignore::WalkBuilder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// The endings of files with events, looked for in folders; each may be followed by `.gz` or `.zst`.
const ENDINGS: &[&str] = &["json", "ndjson", "jsonl", "csv", "log"];

/// How a GZIP member begins (RFC 1952, 2.3.1), and a frame of Zstandard (RFC 8878, 3.1.1).
const GZIP: &[u8] = &[0x1F, 0x8B];
const ZSTANDARD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// The files that paths stand for, in order; a path that stands for nothing is kept, so that reading it says why.
pub(super) fn files(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for path in paths {
        let text = path.to_string_lossy();
        let found = if path.is_dir() {
            walk(path, &is_named_as_events)
        } else if text.contains(['*', '?', '[', '{']) && !path.exists() {
            glob(&text)
        } else {
            Vec::new()
        };
        if found.is_empty() {
            all.push(path.clone());
        } else {
            all.extend(found);
        }
    }
    all
}

fn walk(folder: &Path, is_wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries =
        WalkBuilder::new(folder).standard_filters(false).sort_by_file_path(std::cmp::Ord::cmp).build();
    let files = entries.flatten().map(ignore::DirEntry::into_path).filter(|path| path.is_file());
    files.filter(|path| is_wanted(path)).collect()
}

/// The files that a pattern matches; `*` and `?` stop at a separator, `**` does not.
fn glob(pattern: &str) -> Vec<PathBuf> {
    let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() else { return Vec::new() };
    let matcher = glob.compile_matcher();
    let is_plain = |part: &&str| !part.contains(['*', '?', '[', '{']);
    let parts: Vec<&str> = pattern.split('/').collect();
    let fixed: Vec<&str> = parts.iter().copied().take_while(is_plain).collect();
    let folder = match fixed.as_slice() {
        [] => PathBuf::from("."),
        [""] => PathBuf::from("/"),
        parts => PathBuf::from(parts.join("/")),
    };
    let is_wanted =
        |path: &Path| matcher.is_match(path.strip_prefix("./").unwrap_or(path)) || matcher.is_match(path);
    let found = walk(&folder, &is_wanted);
    if fixed.is_empty() {
        return found.iter().map(|path| path.strip_prefix(".").unwrap_or(path).to_path_buf()).collect();
    }
    found
}

/// The ending of a file's name without that of its compression.
fn ending(path: &Path) -> String {
    let compressed = path.extension().is_some_and(|it| it == "gz" || it == "zst" || it == "zstd");
    let inner = if compressed { path.file_stem().map(Path::new) } else { Some(path) };
    let ending = inner.and_then(Path::extension).map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.unwrap_or_default()
}

fn is_named_as_events(path: &Path) -> bool {
    ENDINGS.contains(&ending(path).as_str())
}

/// Whether a file is a table by its name.
pub(super) fn is_named_as_table(path: &Path) -> bool {
    ending(path) == "csv"
}

/// Opens a file, or standard input for `-`.
pub(super) fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    const BUFFER: usize = 256 * 1024;
    let source: Box<dyn Read + Send> =
        if path.as_os_str() == "-" { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
    plain(Box::new(BufReader::with_capacity(BUFFER, source)))
}

/// The bytes of a stream, decompressed if it is compressed.
fn plain(mut source: Box<dyn BufRead + Send>) -> io::Result<Box<dyn BufRead + Send>> {
    let first = filled(&mut source)?;
    if first.starts_with(GZIP) {
        return Ok(Box::new(BufReader::new(MultiGzDecoder::new(source))));
    }
    if first.starts_with(ZSTANDARD) {
        return Ok(Box::new(BufReader::new(Zstandard(Some(frame(source)?)))));
    }
    Ok(source)
}

/// What the reader holds, without taking it.
pub(super) fn filled(source: &mut dyn BufRead) -> io::Result<&[u8]> {
    loop {
        match source.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    source.fill_buf()
}

type Frame = StreamingDecoder<Box<dyn BufRead + Send>, FrameDecoder>;

fn frame(source: Box<dyn BufRead + Send>) -> io::Result<Frame> {
    StreamingDecoder::new(source)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
}

/// All frames of a stream, one after the other.
struct Zstandard(Option<Frame>);

impl Read for Zstandard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(own) = &mut self.0 else { return Ok(0) };
            let count = own.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let Some(mut source) = self.0.take().map(StreamingDecoder::into_inner) else { return Ok(0) };
            if !filled(&mut source)?.is_empty() {
                self.0 = Some(frame(source)?);
            }
        }
    }
}
