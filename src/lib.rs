//! `splc` compiles Splunk (SPL) detection searches to Sigma, Falco, Elastic EQL and Rust.
//!
//! Data flows one way, in the order of this list; a module imports only modules above it.

pub mod source;
pub mod diagnostic;
pub mod event;
pub mod document;
pub mod spl;
pub mod detection;
pub mod command;
pub mod evaluate;
pub mod optimise;
pub mod matcher;
pub mod target;
pub mod backend;
pub mod verify;
pub mod lint;
pub mod report;
pub mod cli;
