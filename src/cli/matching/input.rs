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
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The endings of files with events, looked for in folders; each may be followed by `.gz` or `.zst`.
const ENDINGS: &[&str] = &["json", "ndjson", "jsonl", "csv", "log"];

/// How a GZIP member begins (RFC 1952, 2.3.1), and a frame of Zstandard (RFC 8878, 3.1.1).
const GZIP: &[u8] = &[0x1F, 0x8B];
const ZSTANDARD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// How a frame of Zstandard that is to be skipped goes on after its first byte, which is 0x50 to 0x5F (RFC 8878, 3.1.2).
/// Tools that compress in parallel begin their output with one.
const SKIPPABLE: &[u8] = &[0x2A, 0x4D, 0x18];

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
    if first.starts_with(ZSTANDARD) || is_skippable(first) {
        let frames = Zstandard { source, decoder: FrameDecoder::new(), is_within: false };
        return Ok(Box::new(BufReader::new(frames)));
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

fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes.split_first(), Some((0x50..=0x5F, rest)) if rest.starts_with(SKIPPABLE))
}

/// All frames of a stream, one after the other.
struct Zstandard {
    source: Box<dyn BufRead + Send>,
    decoder: FrameDecoder,
    /// Whether the decoder is in a frame.
    is_within: bool,
}

impl Zstandard {
    /// Begins the next frame that holds something; false at the end of the stream.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !filled(&mut self.source)?.is_empty() {
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    if io::copy(&mut (&mut self.source).take(length), &mut io::sink())? < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(invalid(&error)),
            }
        }
        Ok(false)
    }
}

impl Read for Zstandard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.is_within && !self.next_frame()? {
                return Ok(0);
            }
            self.is_within = true;
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, one).map_err(|error| invalid(&error))?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            self.is_within = false;
        }
    }
}

fn invalid(error: &FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_one_after_the_other_and_some_are_skipped() {
        let skipped = [&[0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0], &b"abc"[..]].concat();
        // A frame of one raw block: descriptor with one byte of size, that size, a last block of that many bytes.
        let frame = |text: &[u8]| {
            let size = u8::try_from(text.len()).unwrap();
            [ZSTANDARD, &[0x20, size, size << 3 | 1, 0, 0], text].concat()
        };
        let read = |bytes: Vec<u8>| {
            let mut text = String::new();
            plain(Box::new(BufReader::with_capacity(5, io::Cursor::new(bytes))))?
                .read_to_string(&mut text)?;
            io::Result::Ok(text)
        };
        let all =
            [skipped.clone(), frame(b"one\n"), skipped.clone(), frame(b"two\n"), skipped.clone()].concat();
        assert_eq!(read(all).unwrap(), "one\ntwo\n");
        assert_eq!(read(skipped.clone()).unwrap(), "");
        assert!(read(skipped[..10].to_vec()).is_err());
        assert!(read(frame(b"one\n")[..10].to_vec()).is_err());
    }
}
