//! `splc` compiles Splunk (SPL) detection searches to Sigma, Falco, Elastic EQL and Rust.
//!
//! ```text
//!  file ──document──▶ query ──spl──▶ tree ──command::lower──▶ detection ──optimise──▶ predicate
//!                                     │                                                  │
//!                                  evaluate                      target: log sources, field names
//!                            (what it means, slowly)                                     │
//!                                     │                            backend: legalise, emit ──▶ rules
//!                                     └────────▶ verify ◀── reads the rules back ────────┘
//! ```
//!
//! Data flows one way, in the order of this list; a module imports only modules above it, which a test keeps.
//!
//! | module | in | out |
//! | --- | --- | --- |
//! | [`source`] | byte offsets | places in files, lines and columns |
//! | [`diagnostic`] | what a stage found | a code, a message, places, help, a fix |
//! | [`event`] | JSON | fields with one or more values; patterns, numbers, networks, raw terms |
//! | [`document`] | a file | queries with what is said about them, and example events |
//! | [`spl`] | a query | its tree, macros expanded, and everything wrong with the text |
//! | [`detection`] | | the intermediate form: two-valued predicates, scopes, fidelity |
//! | [`function`] | operands | the functions of `eval` and `stats`: their arity, and what they give |
//! | [`command`] | a stage of the tree | what it does to rows, and what it asks of an event |
//! | [`evaluate`] | tree or predicate, and events | the reference verdict |
//! | [`optimise`] | a predicate | a shorter one that matches the same events |
//! | [`matcher`] | predicates and events | which match, fast |
//! | [`target`] | `targets/*.yaml`, a detection | what is asked of each log source, and its names in a target |
//! | [`backend`] | a predicate and a mapping | rules as text, each with its fidelity, or refusals |
//! | [`verify`] | searches and rules | every event on which they disagree |
//! | [`lint`] | tree and detection | what is probably wrong, and fixes |
//! | [`report`] | findings | text, JSON, SARIF, annotations, `JUnit` |
//! | [`review`] | findings, what users said of them | the findings to tell: configuration, suppressions, baseline |
//! | [`editor`] | messages of the Language Server Protocol | diagnostics, fixes, hovers, completions, layout |
//! | [`cli`] | arguments | files, exit status |
//!
//! From text to a rule:
//!
//! ```
//! use std::path::Path;
//! use splc::backend::{self, Options, compile};
//! use splc::document::{Document, format_of};
//! use splc::target::Targets;
//!
//! let path = Path::new("root.spl");
//! let text = "sourcetype=docker:events action=create user!=root".to_owned();
//! let documents = [Document::read(path, text, format_of(path).unwrap())];
//! let targets = Targets::embedded().unwrap();
//! let sigma = backend::find("sigma").unwrap();
//! for search in &compile::understand(&documents, &compile::Settings::of(&targets)) {
//!     let result = compile::rules(search, sigma, targets.map("sigma").unwrap(), &Options::default());
//!     assert_eq!(result.status().word(), "exact");
//! }
//! ```

pub mod source;
pub mod diagnostic;
pub mod event;
pub mod document;
pub mod spl;
pub mod detection;
pub mod function;
pub mod command;
pub mod evaluate;
pub mod optimise;
pub mod matcher;
pub mod target;
pub mod backend;
pub mod verify;
pub mod lint;
pub mod report;
pub mod review;
pub mod editor;
pub mod cli;
