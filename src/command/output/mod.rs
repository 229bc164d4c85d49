//! Commands about where rows go, how they are shown, and what the search sets off.
//!
//! One file a command; each also has its line in `ALL` of the folder above.

pub(super) mod r#abstract;
pub(super) mod bucketdir;
pub(super) mod collapse;
pub(super) mod collect;
pub(super) mod createrss;
pub(super) mod debug;
pub(super) mod delete;
pub(super) mod dump;
pub(super) mod editinfo;
pub(super) mod folderize;
pub(super) mod format;
pub(super) mod gauge;
pub(super) mod highlight;
pub(super) mod iconify;
pub(super) mod ingestpreview;
pub(super) mod localize;
pub(super) mod localop;
pub(super) mod map;
pub(super) mod mcollect;
pub(super) mod meventcollect;
pub(super) mod mrollup;
pub(super) mod noop;
pub(super) mod oldreturn;
pub(super) mod outputcsv;
pub(super) mod outputlookup;
pub(super) mod outputraw;
pub(super) mod outputtext;
pub(super) mod overlap;
pub(super) mod prjob;
pub(super) mod redistribute;
pub(super) mod require;
pub(super) mod r#return;
pub(super) mod runshellscript;
pub(super) mod script;
pub(super) mod scrub;
pub(super) mod sendalert;
pub(super) mod sendemail;
pub(super) mod surrounding;
pub(super) mod tscollect;
