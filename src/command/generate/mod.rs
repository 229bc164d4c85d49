//! Commands about rows that come from somewhere else than the base search.
//!
//! One file a command; each also has its line in `ALL` of the folder above.

pub(super) mod audit;
pub(super) mod crawl;
pub(super) mod datamodel;
pub(super) mod datamodelsimple;
pub(super) mod dbinspect;
pub(super) mod eventcount;
pub(super) mod from;
pub(super) mod gentimes;
pub(super) mod history;
pub(super) mod input;
pub(super) mod inputcsv;
pub(super) mod inputintelligence;
pub(super) mod inputlookup;
pub(super) mod loadjob;
pub(super) mod makeresults;
pub(super) mod mcatalog;
pub(super) mod metadata;
pub(super) mod metasearch;
pub(super) mod mpreview;
pub(super) mod mstats;
pub(super) mod multisearch;
pub(super) mod pivot;
pub(super) mod rest;
pub(super) mod savedsearch;
pub(super) mod sdselect;
pub(super) mod showargs;
pub(super) mod tstats;
pub(super) mod typeahead;
pub(super) mod walklex;
