//! Why a rules file, a rule or a condition is not read.
//!
//! In: nothing. Out: [`ReadError`]. Invariant: each variant is one rule that Falco 0.42 enforces with a load
//! error or a warning that makes a rule useless, except [`ReadError::Unmodelled`], which is valid Falco
//! that this reader does not claim to understand. Nothing is rendered here but one line of text.

/// Why something cannot be read (the load errors of `rule_loader_reader.cpp` and `filter/parser.cpp`).
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file is not YAML, or a key stands twice in a map.
    #[error("not YAML: {0}")]
    Yaml(#[from] serde_yaml::Error),
    /// What is wrong with one rule.
    #[error("rule `{rule}`: {error}")]
    InRule {
        /// Its name.
        rule: String,
        /// What is wrong.
        error: Box<ReadError>,
    },
    /// A document of a rules file is a sequence.
    #[error("a rules file is a sequence of items")]
    NotASequence,
    /// An item of a rules file is a map.
    #[error("an item of a rules file is a map")]
    NotAMap,
    /// An item is none of the known kinds.
    #[error("an item of no known kind")]
    UnknownItem,
    /// Falco warns and ignores such a key.
    #[error("unknown key `{0}`")]
    UnknownKey(String),
    /// A key that must be there is not.
    #[error("`{0}` is missing")]
    MissingKey(&'static str),
    /// A value of the wrong type.
    #[error("`{key}` is not {wanted}")]
    WrongType {
        /// The key.
        key: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// An empty value.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// Not a priority.
    #[error("`{0}` is not a priority")]
    Priority(String),
    /// Not a version of three numbers.
    #[error("`{0}` is not a version")]
    Version(String),
    /// The file needs a later engine than the one that is modelled here.
    #[error("needs engine {0}")]
    EngineTooOld(String),
    /// The later of two rules of one name silently replaces the first.
    #[error("a second rule of this name")]
    DuplicateRule,
    /// Rules of an unknown source are silently skipped.
    #[error("unknown source `{0}`")]
    UnknownSource(String),
    /// A literal per cent sign cannot be written in an output.
    #[error("`%` in an output does not start a field")]
    LiteralPercent,
    /// The source does not have the field, or not with this argument.
    #[error("nonexistent field `{field}` for source `{source_name}`")]
    UnknownField {
        /// The field as it is written.
        field: String,
        /// The source of the rule.
        source_name: String,
    },
    /// The text of a condition breaks the grammar.
    #[error("at byte {at}: expected {expected}")]
    Syntax {
        /// Where, in bytes from the start of the condition.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// More than 198 parentheses inside one another.
    #[error("nested too deep")]
    TooDeep,
    /// A quoted string without an end; `\"` never ends one.
    #[error("a quoted string has no end")]
    Unclosed,
    /// An escape that quoted strings do not have.
    #[error("invalid escape `\\{0}`")]
    Escape(char),
    /// The argument of a field has blanks, brackets or no end.
    #[error("unbalanced argument brackets")]
    Argument,
    /// A condition holds no zero bytes.
    #[error("a zero byte")]
    Nul,
    /// Constants have at most 255 bytes.
    #[error("filter parameter too long: {0} bytes")]
    TooLong(usize),
    /// A word where a comparison should be is the name of a macro.
    #[error("undefined macro `{0}`")]
    UndefinedMacro(String),
    /// A word where a list should be is the name of a list.
    #[error("undefined list `{0}`")]
    UndefinedList(String),
    /// Syntax of a later engine.
    #[error("`{0}` needs engine 0.62.0")]
    Later(&'static str),
    /// The operator does not go with the type of the field.
    #[error("`{operator}` does not apply to `{field}`")]
    Operator {
        /// The operator.
        operator: &'static str,
        /// The field.
        field: String,
    },
    /// The field cannot be transformed.
    #[error("`{0}` cannot be transformed")]
    Transformer(String),
    /// The value is not one of the field's type.
    #[error("`{value}` is not a value of `{field}`")]
    Constant {
        /// The value.
        value: String,
        /// The field.
        field: String,
    },
    /// The two sides of a comparison differ in type.
    #[error("`{0}` differs in type from the other side")]
    OtherSide(String),
    /// Not a regular expression of RE2 in POSIX mode.
    #[error("regular expression: {0}")]
    Regex(String),
    /// Valid, or perhaps valid, but outside what this reader models.
    #[error("not modelled: {0}")]
    Unmodelled(&'static str),
}
