//! Commands about fields that are set, renamed, split, joined or removed.
//!
//! One file a command; each also has its line in `ALL` of the folder above.

pub(super) mod accum;
pub(super) mod addcoltotals;
pub(super) mod addinfo;
pub(super) mod addtotals;
pub(super) mod autoregress;
pub(super) mod convert;
pub(super) mod delta;
pub(super) mod eval;
pub(super) mod fieldformat;
pub(super) mod fields;
pub(super) mod filldown;
pub(super) mod fillnull;
pub(super) mod foreach;
pub(super) mod makemv;
pub(super) mod mvcombine;
pub(super) mod mvexpand;
pub(super) mod nomv;
pub(super) mod rangemap;
pub(super) mod reltime;
pub(super) mod rename;
pub(super) mod replace;
pub(super) mod setfields;
pub(super) mod strcat;
pub(super) mod table;
pub(super) mod tags;
pub(super) mod typer;
