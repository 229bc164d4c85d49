//! What can be wrong with the text of a query.
//!
//! Errors say that the tree does not hold what was written; warnings say that it holds something that Splunk
//! reads, but probably not what was meant. Sources are pages of Splunk's manuals.

use crate::diagnostic::{Code, Severity::Error, Severity::Note, Severity::Warning};

/// All of them, for `splc explain`.
pub const ALL: &[&Code] = &[
    &UNBALANCED_QUOTE,
    &UNBALANCED_PARENTHESIS,
    &UNBALANCED_BRACKET,
    &UNBALANCED_BACKTICK,
    &UNBALANCED_COMMENT,
    &NESTED_TOO_DEEP,
    &EMPTY_STAGE,
    &MISSING_OPERAND,
    &MISSING_VALUE,
    &EMPTY_LIST,
    &LIST_SEPARATOR,
    &DOUBLE_EQUALS,
    &FOREIGN_OPERATOR,
    &LOWER_CASE_IN,
    &LOWER_CASE_BOOLEAN,
    &NOT_IN_FORM,
    &SMART_QUOTE,
    &GLUED_QUOTE,
    &SINGLE_QUOTED_VALUE,
    &STRAY_COMMA,
    &NO_BREAK_SPACE,
    &TOO_MANY_FINDINGS,
    &MACRO_CYCLE,
    &MACRO_TOO_DEEP,
    &MACRO_TOO_LARGE,
    &MACRO_ARGUMENTS,
    &FILTER_MACRO,
    &BAD_MACRO_FILE,
    &BAD_MACRO,
    &DUPLICATE_MACRO,
    &MISSING_COMMAND,
    &UNEXPECTED_TEXT,
    &UNQUOTED_FIELD,
    &FOREIGN_COMMENT,
    &LIKE_IN_SEARCH,
    &FUNCTION_IN_SEARCH,
    &UNFORMATTED,
    &NOT_FORMATTED,
];

/// A double quote without its partner.
pub static UNBALANCED_QUOTE: Code = Code::new(
    "unbalanced-quote",
    Error,
    "a double quote is not closed",
    "A value in double quotes ends at the next double quote that no backslash stands before (Search Reference, \
     search, \"Quotes and escaping characters\"). A backslash before the last quote escapes it: write \
     `\"C:\\\\Temp\\\\\"`, not `\"C:\\Temp\\\"`. The query cannot be read past this place as its author meant it, \
     so no rule is written.",
);

/// A parenthesis without its partner.
pub static UNBALANCED_PARENTHESIS: Code = Code::new(
    "unbalanced-parenthesis",
    Error,
    "a parenthesis has no partner",
    "Parentheses decide which terms OR joins (Search Manual, \"Boolean expressions\"). Where one is missing \
     the query has several readings, and Splunk reports an error. No rule is written.",
);

/// A bracket without its partner.
pub static UNBALANCED_BRACKET: Code = Code::new(
    "unbalanced-bracket",
    Error,
    "a square bracket has no partner",
    "Square brackets hold a sub-search (Search Manual, \"About subsearches\"). A bracket that is part of a value \
     needs double quotes round the value.",
);

/// A backtick without its partner.
pub static UNBALANCED_BACKTICK: Code = Code::new(
    "unbalanced-backtick",
    Error,
    "a backtick is not closed",
    "A macro is called between two backticks (Knowledge Manager Manual, \"Use search macros\").",
);

/// A comment that does not end.
pub static UNBALANCED_COMMENT: Code = Code::new(
    "unbalanced-comment",
    Error,
    "a comment is not closed",
    "A comment stands between two groups of three backticks (Search Manual, \"Add comments to searches\").",
);

/// Parentheses or NOT deeper than the reader goes.
pub static NESTED_TOO_DEEP: Code = Code::new(
    "nested-too-deep",
    Error,
    "parentheses or NOT are nested too deep",
    "Nesting is read to a depth of 200, far beyond what people write, so that no input can exhaust the machine.",
);

/// Two pipes with nothing between them.
pub static EMPTY_STAGE: Code = Code::new(
    "empty-stage",
    Error,
    "nothing stands between two pipes",
    "Every pipe is followed by a command (Search Manual, \"Anatomy of a search\").",
);

/// AND, OR or NOT without a term.
pub static MISSING_OPERAND: Code = Code::new(
    "missing-operand",
    Error,
    "an operator or a keyword has nothing to work on",
    "AND and OR join two terms, NOT takes the next one (Search Manual, \"Boolean expressions\"); a keyword such as AS or BY \
     is followed by a name. The upper-case Boolean words are operators; to search for such a word, put it in double quotes.",
);

/// A comparison without a value.
pub static MISSING_VALUE: Code = Code::new(
    "missing-value",
    Error,
    "a comparison has no value",
    "A comparison is a field, an operator and a value (searchbnf.conf, comparison-expression). The empty text is \
     written `\"\"`.",
);

/// IN with nothing in its list.
pub static EMPTY_LIST: Code = Code::new(
    "empty-list",
    Error,
    "the list of an IN is empty",
    "IN takes a list of at least one value in parentheses (searchbnf.conf, comparison-expression).",
);

/// A list in which values are not parted by one comma each.
pub static LIST_SEPARATOR: Code = Code::new(
    "list-separator",
    Warning,
    "values of a list are not parted by one comma",
    "In the list of IN, one comma stands between two values (searchbnf.conf, value-list). Searches with a comma \
     too many or too few are published and do run; each value that is written is read, and no other.",
);

/// `==` in a search.
pub static DOUBLE_EQUALS: Code = Code::new(
    "double-equals",
    Error,
    "`==` is not an operator of `search`",
    "The search command compares with = != < <= > >= (searchbnf.conf, comparison-expression). `==` belongs to \
     where and eval; here Splunk compares with a value that begins with `=`.",
);

/// `&&`, `<>` and their like.
pub static FOREIGN_OPERATOR: Code = Code::new(
    "foreign-operator",
    Error,
    "an operator of another language",
    "Conditions are joined by AND and OR, and compared by = != < <= > >= (searchbnf.conf, comparison-expression and \
     eval-expression). In a search `&&` is a word to look for, and `a<>1` compares with the text `>1`; in where and eval \
     Splunk refuses them. `||` is two pipes with nothing between them.",
);

/// `in (…)` in lower case.
pub static LOWER_CASE_IN: Code = Code::new(
    "lower-case-in",
    Error,
    "`in` must be upper case in `search`",
    "In the search command the IN operator is upper case; in lower case it is a word to look for in the raw \
     event. In where and eval both work.",
);

/// `or`, `and`, `not` in lower case.
pub static LOWER_CASE_BOOLEAN: Code = Code::new(
    "lower-case-boolean",
    Warning,
    "a lower-case Boolean word is a search term",
    "In the search command AND, OR and NOT are upper case (Search Manual, \"Boolean expressions\"); in lower case \
     they are words that have to occur in the raw event.",
);

/// `field NOT IN (…)`.
pub static NOT_IN_FORM: Code = Code::new(
    "not-in-form",
    Warning,
    "`field NOT IN (…)` is outside the documented grammar",
    "The documented form is `NOT field IN (…)` (searchbnf.conf, comparison-expression); that is how it is read.",
);

/// Typographic quotes.
pub static SMART_QUOTE: Code = Code::new(
    "smart-quote",
    Warning,
    "a typographic quote is text, not a quote",
    "Only the plain double quote quotes (Search Reference, search). A typographic one, which word processors put \
     in its place, becomes part of the value, and the value then matches nothing; a name in such quotes that holds a \
     blank falls into several words, which is an error. A typographic dash before a field is no minus sign.",
);

/// A quoted text that touches another word.
pub static GLUED_QUOTE: Code = Code::new(
    "glued-quote",
    Warning,
    "a quoted text touches another word",
    "Quotes stand round the whole of a value (Search Reference, search; Search Manual, \"Wildcards\"). Where a quoted text \
     and another word touch, as in `query=*\".ru\"`, no manual says what is made of them: they are read as two terms that \
     AND joins, `query=*` and the phrase `\".ru\"`, which is hardly what was meant. Where a `*` is all that touches the one \
     quoted text of a value, the whole may well be read as one pattern; under NOT only a note is made of that.",
);

/// Single quotes round a value.
pub static SINGLE_QUOTED_VALUE: Code = Code::new(
    "single-quoted-value",
    Warning,
    "single quotes do not quote in `search`",
    "In the search command a single quote is an ordinary character of a value (Search Reference, search). In \
     where and eval it quotes a field name.",
);

/// A comma outside an IN list.
pub static STRAY_COMMA: Code = Code::new(
    "stray-comma",
    Warning,
    "a comma outside a list separates terms like a space",
    "The search command has commas only in the list of IN (searchbnf.conf). Between terms a comma breaks words \
     and means what a space means: AND. It is a note where that changes nothing, and a warning where phrases or values of \
     one field in parentheses are all required that way.",
);

/// A space that does not break.
pub static NO_BREAK_SPACE: Code = Code::new(
    "no-break-space",
    Warning,
    "a no-break space is read as a space",
    "A no-break space (U+00A0) comes from copying out of a web page and looks like a space. Splunk does not \
     document it as white space; it is read as a space here, and the query should have a plain one.",
);

/// The limit of findings.
pub static TOO_MANY_FINDINGS: Code = Code::new(
    "too-many-findings",
    Error,
    "a query has more findings than are told",
    "The first findings of a query are told, and the rest are counted as one, so that no input can exhaust the \
     machine. Mending the first ones usually removes the rest.",
);

/// A macro that calls itself.
pub static MACRO_CYCLE: Code = Code::new(
    "macro-cycle",
    Error,
    "a macro calls itself",
    "The text of a macro takes the place of its call, again and again where it holds calls (Knowledge Manager Manual, \
     \"Define search macros\"). A macro that leads back to itself has no text; Splunk reports an error, and no rule is \
     written.",
);

/// Calls in calls beyond the limit.
pub static MACRO_TOO_DEEP: Code = Code::new(
    "macro-too-deep",
    Error,
    "macros call macros too deep",
    "Splunk follows calls to a depth of 100 (limits.conf, max_macro_depth). No rule is written for a search that goes \
     deeper.",
);

/// Macros that make a search too large.
pub static MACRO_TOO_LARGE: Code = Code::new(
    "macro-too-large",
    Error,
    "macros make a search too large",
    "A few macros that call each other twice can stand for more text than there is memory. What macros may add to a \
     search is bounded, so that no input can exhaust the machine.",
);

/// Named and unnamed arguments in one call.
pub static MACRO_ARGUMENTS: Code = Code::new(
    "macro-arguments",
    Error,
    "the arguments of a macro do not fit its definition",
    "A call gives all arguments by name (`name=value`) or none of them, and each of them once (messages.conf). Splunk \
     reports an error, and no rule is written.",
);

/// A filter that nobody defined.
pub static FILTER_MACRO: Code = Code::new(
    "filter-macro",
    Note,
    "a filter macro that is not defined lets every event pass",
    "Each detection of Splunk's security content ends in a macro of its own whose name ends in `_filter`, a place for \
     local exceptions. As it is published its text is `search *`, which lets every event pass; so it is read where no \
     definition is given. Local exceptions are given with `--macros PATH`.",
);

/// A file of definitions that cannot be read as one.
pub static BAD_MACRO_FILE: Code = Code::new(
    "bad-macro-file",
    Error,
    "a file given with --macros holds no definitions that can be read",
    "Definitions of macros are read from macros.conf, from YAML files with `name`, `definition` and `arguments`, from \
     JSON lines with `title`, `args` and `spl`, and from folders of these, such as a Splunk app.",
);

/// A definition that is not one.
pub static BAD_MACRO: Code = Code::new(
    "bad-macro",
    Warning,
    "the definition of a macro is incomplete or contradicts itself",
    "A macro has a definition, and its name says how many arguments `args` names: `[name(2)]` (macros.conf.spec). A \
     definition for which that is not so is left out, or read as its name says.",
);

/// Two definitions of one macro.
pub static DUPLICATE_MACRO: Code = Code::new(
    "duplicate-macro",
    Warning,
    "an app defines a macro twice",
    "Of two definitions of one name and number of arguments in an app, one in `local` replaces the one in `default`. \
     Anything else is probably a mistake; the later one is used.",
);

/// A sub-search that begins with no command.
pub static MISSING_COMMAND: Code = Code::new(
    "missing-command",
    Error,
    "a sub-search begins with no command",
    "A sub-search begins with a command, and `search` has to be written there (Search Manual, \"About \
     subsearches\"); only at the start of a query may it be left out.",
);

/// Words that the grammar of their command has no place for.
pub static UNEXPECTED_TEXT: Code = Code::new(
    "unexpected-text",
    Error,
    "a word stands where its command allows none",
    "What stands there fits no form of the command's arguments, so that the search cannot be read as it was \
     meant. In an expression, an operator or a comma is usually missing.",
);

/// A field name that needs quotes in an expression.
pub static UNQUOTED_FIELD: Code = Code::new(
    "unquoted-field",
    Error,
    "a field name needs single quotes in an expression",
    "In eval and where, a field name that begins with a digit or holds anything but letters, digits and \
     underscores stands in single quotes (Search Reference, where, \"Usage\").",
);

/// A comment of another language.
pub static FOREIGN_COMMENT: Code = Code::new(
    "foreign-comment",
    Error,
    "`//`, `--`, `#` and `/* */` are no comments of SPL",
    "A comment stands between two groups of three backticks (Search Manual, \"Add comments to searches\"). In the \
     search command the words of such a comment are searched for; in other commands they are an error.",
);

/// LIKE in a search.
pub static LIKE_IN_SEARCH: Code = Code::new(
    "like-in-search",
    Warning,
    "LIKE is no operator of `search`",
    "The search command has no LIKE: its words are looked for in the raw event. There a value with `*` matches a \
     part of a text; LIKE, with `%` and `_`, belongs to where and eval (Search Reference, where).",
);

/// A function of eval in a search.
pub static FUNCTION_IN_SEARCH: Code = Code::new(
    "function-in-search",
    Warning,
    "the search command has no functions",
    "Functions belong to where and eval (Search Reference, \"Evaluation functions\"). In the search command the name and \
     the arguments of one are words that have to occur in the raw event.",
);

/// A query that `splc fmt` would lay out anew.
pub static UNFORMATTED: Code = Code::new(
    "unformatted",
    Warning,
    "a query is not in the canonical layout",
    "`splc fmt` writes one stage a line and breaks a longer one by its structure. It changes white space, and the case \
     of keywords where that says nothing; the query means the same. `splc fmt --check` reports what it would change.",
);

/// A query that `splc fmt` leaves alone.
pub static NOT_FORMATTED: Code = Code::new(
    "not-formatted",
    Note,
    "a query is left as it is written",
    "A query with errors has no structure to lay out. One that its document writes in quotes or folded lines has no \
     lines of its own: in a block (`|` in YAML, a fence in Markdown, a file of its own) it would. And what would not read \
     the same afterwards is never written.",
);
