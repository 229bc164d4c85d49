//! Commands about fields out of text.
//!
//! One file a command; each also has its line in `ALL` of the folder above.

pub(super) mod erex;
pub(super) mod extract;
pub(super) mod fromjson;
pub(super) mod iplocation;
pub(super) mod kvform;
pub(super) mod makejson;
pub(super) mod multikv;
pub(super) mod nokv;
pub(super) mod rex;
pub(super) mod spath;
pub(super) mod tojson;
pub(super) mod xmlkv;
pub(super) mod xmlunescape;
pub(super) mod xpath;
