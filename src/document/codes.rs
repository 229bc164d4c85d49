//! What can be wrong with a file.

use crate::diagnostic::{Code, Severity::Error, Severity::Note, Severity::Warning};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] = &[
    &NO_ANALYTIC,
    &NO_DOCUMENT,
    &UNREADABLE_FILE,
    &UNKNOWN_FORMAT,
    &FILE_TOO_LARGE,
    &BINARY_FILE,
    &BROKEN_UTF8,
    &BAD_FRONT_MATTER,
    &UNCLOSED_FENCE,
    &BAD_EXAMPLE,
    &BAD_YAML,
    &BAD_JSON,
    &BAD_CONF,
    &BAD_LOOKUP,
    &DUPLICATE_LOOKUP,
    &UNSUPPORTED_LOOKUP,
    &FOREIGN_QUERY,
    &COMMENT_LINE,
    &SEARCH_FRAGMENT,
    &UNTAGGED_SEARCH,
];

/// A document without a query.
pub static NO_ANALYTIC: Code = Code::new(
    "no-analytic",
    Note,
    "a file holds no query",
    "Technique notes often describe a technique without a search. Such a file is read and left alone; those of a \
     folder are told together. In \
     Markdown a query is a block that is marked `spl` or reads like SPL; in YAML the text under \
     `search`, `query` or `spl`, or a Splunk implementation of a CAR analytic; in JSON the text under `search` or `spl` \
     of an object with a title, a name or an id; in `.conf` files the key `search` of a stanza. Rules of Sigma, macros \
     and queries of another language (`foreign-query`) are none.",
);

/// A folder without a document.
pub static NO_DOCUMENT: Code = Code::new(
    "no-document",
    Warning,
    "a folder holds no file that could be read",
    "Files are chosen by their extension, and ignore files are respected. A folder without such a file is probably \
     not the one that was meant.",
);

/// A path that cannot be read.
pub static UNREADABLE_FILE: Code = Code::new(
    "unreadable-file",
    Error,
    "a path cannot be read",
    "The path is missing or its permissions forbid reading. The other paths are still processed, and the exit \
     status is 2.",
);

/// An extension that no format has.
pub static UNKNOWN_FORMAT: Code = Code::new(
    "unknown-format",
    Error,
    "a file is in no known format",
    "The format of a file is chosen by its extension.",
);

/// A file over the limit.
pub static FILE_TOO_LARGE: Code = Code::new(
    "file-too-large",
    Error,
    "a document is larger than 16 MiB",
    "Documents with queries are small. The limit keeps a stray log file from being read as one; events go to \
     `splc match`, which has no limit on a file.",
);

/// A file with NUL bytes.
pub static BINARY_FILE: Code = Code::new(
    "binary-file",
    Error,
    "a file is not text",
    "The file has a NUL byte, which no text document has.",
);

/// Bytes that are not UTF-8.
pub static BROKEN_UTF8: Code = Code::new(
    "broken-utf8",
    Warning,
    "a file is not valid UTF-8",
    "Each run of bytes that is not UTF-8 is read as the replacement character (U+FFFD). A query that holds one \
     looks for that character, which is hardly what was meant.",
);

/// Front matter that is not YAML.
pub static BAD_FRONT_MATTER: Code = Code::new(
    "bad-front-matter",
    Warning,
    "the front matter of a document cannot be read",
    "The lines between `---` at the start of a Markdown document are YAML: title, id, author, date, level, tags, \
     references, falsepositives, alias. Where they cannot be read, the rest of the document still is.",
);

/// A fence without end.
pub static UNCLOSED_FENCE: Code = Code::new(
    "unclosed-fence",
    Warning,
    "a fenced block is not closed",
    "A block that starts with three backticks ends at the next line that ends with three. Without one it reaches \
     to the end of the document, which CommonMark allows, and which may take prose into the query.",
);

/// An event that is not one.
pub static BAD_EXAMPLE: Code = Code::new(
    "bad-example",
    Error,
    "an example event cannot be read",
    "Under a heading \"Events that match\" or \"Events that do not match\", each line of a `json` block is one \
     event: a JSON object.",
);

/// A YAML document that cannot be read.
pub static BAD_YAML: Code = Code::new(
    "bad-yaml",
    Error,
    "a YAML document cannot be read to its end",
    "The parser had to stop at this place. What stands before it is read, and reading goes on at the next line that \
     starts with `---`; queries in between are not seen. Files over 4 MiB and values that are nested deeper than 64 \
     levels are not read at all.",
);

/// JSON that cannot be read.
pub static BAD_JSON: Code = Code::new(
    "bad-json",
    Error,
    "a JSON document cannot be read to its end",
    "The text is not JSON at this place (RFC 8259). What stands before it is read. Where every line is an object of \
     its own, the other lines are read too.",
);

/// A line of a `.conf` file without meaning.
pub static BAD_CONF: Code = Code::new(
    "bad-conf",
    Warning,
    "a line of a `.conf` file makes no sense",
    "A line is empty, a comment that starts with `#`, a stanza in brackets, or `key = value`. A value goes on in the \
     next line where its line ends with a backslash and nothing behind it; a blank there ends the value, and the rest \
     of a search is lost.",
);

/// A table of a lookup that is not well formed.
pub static BAD_LOOKUP: Code = Code::new(
    "bad-lookup",
    Warning,
    "a table of a lookup is not well formed",
    "A table of `--lookups` is a CSV file (RFC 4180): a line with the names of the columns, and as many cells in each row \
     as there are columns. Missing cells are taken as empty, which is no value; surplus ones are left out.",
);

/// Two tables of one name.
pub static DUPLICATE_LOOKUP: Code = Code::new(
    "duplicate-lookup",
    Warning,
    "two tables of lookups have the same name",
    "Searches call a table by the name of its file. In a Splunk installation the app of the search decides which of two \
     files is meant (Admin Manual, \"Configuration file precedence\"); here the last one counts, in the order of paths.",
);

/// A lookup that is searched in a way that is not supported.
pub static UNSUPPORTED_LOOKUP: Code = Code::new(
    "unsupported-lookup",
    Warning,
    "a lookup is defined in a way that is not supported",
    "A stanza of transforms.conf says how a table is searched. `match_type`, `case_sensitive_match`, `max_matches`, and \
     `min_matches` of 1 with `default_match` are supported. Lookups in collections and scripts, and those that depend on \
     the time or on a filter, are not given to searches: a search that uses one has a hole (`unknown-lookup`).",
);

/// A query that is not SPL.
pub static FOREIGN_QUERY: Code = Code::new(
    "foreign-query",
    Note,
    "a query of another language is left out",
    "A document says that its query is in another language, by a key such as `language` or a label above its block, or the \
     text is surely one: it \
     begins like SQL or EQL, or has an operator of KQL or ES|QL that Splunk does not have. Where nothing tells, a text under \
     `query` is read as SPL.",
);

/// Lines that begin with `#` round a search.
pub static COMMENT_LINE: Code = Code::new(
    "comment-line",
    Warning,
    "a line that begins with `#` stands in the text of a search",
    "SPL has no such comment (Search Manual, \"Add comments to searches\"): in Splunk the words of the line are searched \
     for, or are an error. In Markdown and `.spl` files such lines before and behind a search are left out of it. Before \
     a search they may give its title, author, date, severity and techniques, and one behind a search begins a new one \
     where a log source, a macro or a command that makes rows follows. What such a line inside of a search does is told \
     as `foreign-comment`.",
);

/// A piece of a pipeline.
pub static SEARCH_FRAGMENT: Code = Code::new(
    "search-fragment",
    Note,
    "a block holds a piece of a pipeline, and is left out",
    "The block begins with the name and the arguments of a command that works on the events of a search, without the pipe \
     before it. As a search of its own it would look for events that hold the name as a word (Search Reference, search).",
);

/// A block that looks like a search.
pub static UNTAGGED_SEARCH: Code = Code::new(
    "untagged-search",
    Note,
    "a block that is not marked as SPL looks like a search, and is left out",
    "In Markdown a block marked `spl` is a search, and one without a mark, marked `text`, indented or in `<pre>` is where it \
     surely is SPL. This one has some of the signs of a search, is marked as another language, or is code in a line of text.",
);
