//! Whether a text is a search of Splunk.
//!
//! In: a text that no mark calls SPL, or a line of one. Out: how sure it is that it is a search. Invariant: prose, and what
//! shells, configuration files, logs, tables and other query languages write, is surely no search; where a text is marked as SPL,
//! only a piece that cannot stand at the start of a search is told apart from one.

use crate::document::foreign;

/// All commands (Search Reference, "Command quick reference", and the internal ones).
const COMMANDS: &str = "abstract accum addcoltotals addinfo addtotals af analyzefields anomalies anomalousvalue \
    anomalydetection append appendcols appendpipe arules associate audit autoregress bin bucket bucketdir chart cluster \
    cofilter collapse collect common concurrency contingency convert correlate counttable crawl createrss ctable \
    datamodel datamodelsimple dbinspect debug dedup delete delta diff discretize dump editinfo entitymerge erex eval \
    eventcount eventstats excerpt extract federate fieldformat fields fieldsummary filldown fillnull findkeywords \
    findtypes folderize foreach format from fromjson gauge gentimes geom geomfilter geostats head highlight hilite \
    history iconify ingestpreview input inputcsv inputintelligence inputlookup iplocation join kmeans kv kvform loadjob \
    localize localop lookup makecontinuous makejson makemv makeresults maketable map mcatalog mcollect metadata \
    metasearch meventcollect mpreview mrollup msearch mstats multikv multisearch mvcombine mvexpand nokv nomv noop \
    oldreturn outlier outlierfilter outputcsv outputlookup outputraw outputtext overlap pivot predict prjob rangemap \
    rare rawstats redistribute regex relevancy reltime rename replace require rest return reverse rex rtorder run \
    runshellscript savedsearch script scrub sdselect search searchtxn selfjoin sendalert sendemail set setfields \
    showargs sichart sirare sistats sitimechart sitop slc sort spath stash stats strcat streamstats summaryindex \
    surrounding table tags tail timechart timewrap tojson top transaction transam transpose trendline tscollect tstats \
    typeahead typelearner typer union uniq untable walklex where x11 xmlkv xmlunescape xpath xyseries";

/// Commands that no shell and no other pipeline language has behind its pipes.
const OWN: &str = "append appendpipe bin bucket chart dedup eval eventstats fields fillnull inputlookup iplocation \
    makemv mvexpand rare regex rename rex search spath stats streamstats table timechart transaction tstats";

/// Commands that make rows and so begin a search (Search Reference, "Command types", generating commands).
const GENERATING: &str = "datamodel dbinspect eventcount from gentimes inputcsv inputlookup loadjob makeresults \
    mcatalog metadata metasearch mstats multisearch pivot rest savedsearch tstats typeahead walklex";

/// Fields that say where events are kept (Search Manual, "Use the search command": index-time fields).
pub(super) const SCOPE: &[&str] = &["index", "sourcetype", "eventtype", "source", "host", "tag"];

/// How sure it is that a text is a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    Surely,
    Likely,
    No,
}

/// Judges a text that is not marked as SPL, or marked as something else.
pub(super) fn judge(text: &str) -> Judgement {
    let is_foreign = is_foreign(text);
    let text = without_notes(text);
    if text.is_empty() || is_foreign || is_table(text) {
        return Judgement::No;
    }
    let heads = heads(text);
    let is_piped = heads.iter().any(|head| is_one_of(OWN, head));
    let all_known = heads.iter().all(|head| head.starts_with('`') || is_one_of(COMMANDS, head));
    let starts_stage = begins_with_generating_command(text) || (begins_with_macro(text) && !heads.is_empty());
    let starts_search = compares_field(text) && (is_piped || (names_scope(text) && !heads.is_empty()));
    if all_known && (starts_stage || starts_search || (heads.is_empty() && is_condition(text, 0))) {
        Judgement::Surely
    } else if (is_piped && (compares_field(text) || text.starts_with(['|', '`'])))
        || (heads.is_empty() && is_condition(text, 1))
    {
        Judgement::Likely
    } else {
        Judgement::No
    }
}

/// Whether a text that is marked as another language is rather a search: surely one, or one that names a log source and has a
/// command that no other language has. The comments of these languages before it are none of SPL.
pub(super) fn is_mismarked(text: &str) -> bool {
    let is_comment = |line: &str| ["--", "//"].iter().any(|mark| line.starts_with(mark));
    let mut text = text.trim_start();
    while is_comment(text) {
        text = text.split_once('\n').map_or("", |(_, rest)| rest.trim_start());
    }
    match judge(text) {
        Judgement::Surely => true,
        Judgement::Likely => names_scope(without_notes(text)) && !heads(text).is_empty(),
        Judgement::No => false,
    }
}

/// Whether code in a line of prose is a whole search, and no mention of a command or of a condition.
pub(super) fn is_whole_search(text: &str) -> bool {
    let stages = text.matches('|').count();
    (stages > 1 || (stages == 1 && compares_field(text))) && judge(text) == Judgement::Surely
}

/// Whether a block without a language mark is a search: a command behind a pipe, a field comparison at its start, or a
/// pipe and any word at its start, for apps have commands of their own.
pub(super) fn reads_like_spl(text: &str) -> bool {
    let is_foreign = is_foreign(text);
    let text = without_notes(text);
    if is_foreign || is_table(text) {
        return false;
    }
    let has_stage = || {
        let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix('|'));
        lines.map(first_word).any(|head| head.starts_with(['`', '[']) || is_one_of(COMMANDS, &head))
    };
    begins_with_macro(text) || has_stage() || compares_field(text) || begins_with_stage(text)
}

/// Whether a text that no mark calls SPL is in another language: with the lines that begin with `#`, tags of `LogScale`,
/// without them, or as the rest of a query that stands elsewhere.
fn is_foreign(text: &str) -> bool {
    let query = without_notes(text);
    let stage = query.strip_prefix('|').and_then(|stages| stages.split('|').next());
    foreign::language(text).is_some()
        || foreign::language(query).is_some()
        || stage.is_some_and(|stage| foreign::language(&format!("any_table | {stage}")).is_some())
}

/// Whether a text begins with a pipe and a word, is no piece of another language behind any table, and has no line of a
/// table or a drawing such as `|---|`.
fn begins_with_stage(text: &str) -> bool {
    let word = text.strip_prefix('|').map(first_word).unwrap_or_default();
    let is_drawn = |line: &str| ["|-", "|:", "|=", "|_", "+-"].iter().any(|mark| line.starts_with(mark));
    word.starts_with(|first: char| first.is_ascii_alphabetic())
        && foreign::language(&format!("any_table {text}")).is_none()
        && !text.lines().any(|line| is_drawn(&line.replace([' ', '\t'], "")))
}

/// The command with which a piece of a pipeline begins that stands without the pipe before it, such as `eval a=b+1`.
///
/// As a search these are words that an event has to hold, which nobody means who writes arguments of the command.
pub(super) fn fragment(text: &str) -> Option<String> {
    let text = without_notes(text);
    let head = first_word(text);
    let rest = text.get(head.len()..)?;
    if !rest.starts_with([' ', '\t', '\n', '\r']) {
        return None;
    }
    let stage = rest.split('|').next().unwrap_or("").trim();
    let lower = format!("{} ", stage.to_ascii_lowercase());
    let word = first_word(&lower);
    let behind = lower.get(word.len()..).unwrap_or("").trim_start();
    let is_function = behind.starts_with('(') || word == "count" || word == "span";
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let is_piece = match head.to_ascii_lowercase().as_str() {
        "eval" => !word.is_empty() && behind.starts_with('=') || lower.starts_with('\''),
        "stats" | "eventstats" | "streamstats" | "chart" | "timechart" | "sistats" => is_function,
        "rex" | "regex" => lower.starts_with('"') || has(&["field=", "mode="]),
        "table" | "fields" | "dedup" => lower.contains(',') && !lower.contains('='),
        "rename" => has(&[" as "]),
        "where" => is_function || has(&["=", "<", ">", "("]),
        "lookup" => has(&[" output ", " outputnew "]),
        "spath" => has(&["input=", "path=", "output="]),
        "bin" | "bucket" => has(&["span="]),
        "transaction" => has(&["maxspan=", "maxpause=", "startswith=", "endswith="]),
        "top" | "rare" => has(&["limit="]),
        _ => false,
    };
    is_piece.then_some(head)
}

/// Whether a line begins by saying where events are kept: `index=`, `search sourcetype=`, `(source=`.
pub(super) fn names_scope(line: &str) -> bool {
    compares_one_of(SCOPE, line)
}

/// Whether a line begins as seldom a later line of a search does: `index=`, `search sourcetype=`.
pub(super) fn names_index(line: &str) -> bool {
    compares_one_of(&["index"], line)
}

/// Whether a line begins with a comparison of one of these fields, or with the command `search` and one of any.
fn compares_one_of(fields: &[&str], line: &str) -> bool {
    let (name, rest) = comparison(line);
    let is_search = first_word(line).eq_ignore_ascii_case("search") && compares_field(line);
    is_search || (fields.iter().any(|field| name.eq_ignore_ascii_case(field)) && is_operator(rest))
}

/// Whether a line begins as a search does: with a comparison of one of these fields, perhaps behind the command `search`. One
/// that says what a field is not is rather a later condition.
pub(super) fn begins_search(fields: &[&str], line: &str) -> bool {
    let (name, rest) = comparison(line);
    let is_negated = rest.starts_with("!=") || rest.starts_with("NOT ") || line.starts_with("NOT ");
    fields.iter().any(|field| name.eq_ignore_ascii_case(field)) && is_operator(rest) && !is_negated
}

/// Whether a line begins with a macro, behind which a term or a pipe stands.
pub(super) fn begins_with_macro_and_more(line: &str) -> bool {
    let parted =
        line.strip_prefix('`').filter(|_| begins_with_macro(line)).and_then(|rest| rest.split_once('`'));
    parted.is_some_and(|(_, behind)| !behind.trim().is_empty())
}

/// The text without the comments of SPL before it, but for more than a few: each of them may be asked what stands behind it.
pub(super) fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    for _ in 0..4 {
        let behind = rest.strip_prefix("```").and_then(|comment| comment.split_once("```"));
        rest = behind.map_or(rest, |(_, behind)| behind.trim_start());
    }
    rest
}

/// Whether a line begins with a pipe and a command that makes rows, and does not add them to those that are there.
pub(super) fn begins_with_generating_command(text: &str) -> bool {
    let Some(stage) = text.trim_start().strip_prefix('|') else { return false };
    let stage = stage.split('|').next().unwrap_or("");
    is_one_of(GENERATING, &first_word(stage)) && !stage.contains("append=")
}

/// Whether a text begins with a comparison of a field.
pub(super) fn compares_field(text: &str) -> bool {
    let (name, rest) = comparison(text);
    !name.is_empty() && is_operator(rest)
}

/// The name with which a text begins, behind what may stand before it, and what stands behind the name.
fn comparison(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let text = text.strip_prefix("search ").unwrap_or(text).trim_start_matches(['(', ' ', '"']);
    let text = text.strip_prefix("NOT ").unwrap_or(text).trim_start_matches(['(', ' ']);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '{' | '}' | ':' | '*');
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (name, rest.trim_start_matches(['"', ' ']))
}

fn is_operator(rest: &str) -> bool {
    let operators = ["=", "!=", "<", ">", "IN (", "IN(", "NOT IN"];
    operators.iter().any(|operator| rest.starts_with(operator)) && !rest.starts_with("=>")
}

/// A call such as `` `web(1)` ``, with its end.
fn begins_with_macro(text: &str) -> bool {
    let text = text.trim_start();
    text.strip_prefix('`').is_some_and(|rest| !rest.starts_with('`') && rest.contains('`'))
        || text.starts_with("```")
}

/// The text without the lines that begin with `#` before it.
fn without_notes(text: &str) -> &str {
    let mut rest = text.trim();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest.trim_start());
    }
    rest
}

fn first_word(text: &str) -> String {
    let text = text.trim_start();
    if text.starts_with(['`', '[']) {
        return text.chars().take(1).collect();
    }
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|name| name.eq_ignore_ascii_case(word))
}

/// The first word behind each pipe, in quotes none.
fn heads(text: &str) -> Vec<String> {
    let unquoted = unquoted(text);
    unquoted.split('|').skip(1).map(first_word).collect()
}

/// The text with nothing between its double quotes.
fn unquoted(text: &str) -> String {
    let text = text.replace("\\\\", "").replace("\\\"", "");
    let inside = |(at, part): (usize, &str)| if at % 2 == 1 { "" } else { part }.to_owned();
    text.split('"').enumerate().map(inside).collect::<Vec<_>>().join("\"")
}

/// Whether every line begins and ends with a bar: a table.
fn is_table(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_row = |line: &str| line.len() > 1 && line.starts_with(['|', '+']) && line.ends_with(['|', '+']);
    lines.all(is_row) && !text.is_empty()
}

/// Whether a text is a condition of a search: a log source, comparisons, and not more words than that. Lines with blanks round the
/// sign are settings of a configuration file, and a log numbers its indexes.
fn is_condition(text: &str, most_words: usize) -> bool {
    let names_source = ["index", "sourcetype", "eventtype"].iter().any(|scope| {
        let (name, rest) = comparison(text);
        let value = rest.trim_start_matches(['=', ' ', '"']);
        name.eq_ignore_ascii_case(scope) && !value.starts_with(|first: char| first.is_ascii_digit())
    });
    let is_setting = |line: &str| line.contains(" = ");
    let is_configuration = text.lines().count() > 1 && text.lines().all(is_setting);
    names_source && names_scope(text) && !is_configuration && free_words(text) <= most_words
}

/// How many words outside of quotes are neither part of a comparison nor Boolean.
fn free_words(text: &str) -> usize {
    let unquoted = unquoted(text).replace(['(', ')'], " ");
    let is_free = |word: &&str| {
        !word.contains(['=', '<', '>', '"', '`', ','])
            && !["AND", "OR", "NOT", "IN"].contains(word)
            && !word.eq_ignore_ascii_case("search")
    };
    let words: Vec<&str> = unquoted.split_whitespace().collect();
    let follows = |at: usize| {
        at.checked_sub(1)
            .and_then(|at| words.get(at))
            .is_some_and(|it| it.ends_with(['=', '<', '>', ',']) || *it == "IN")
    };
    let leads =
        |at: usize| words.get(at + 1).is_some_and(|it| it.starts_with(['=', '<', '>', '!']) || *it == "IN");
    words.iter().enumerate().filter(|(at, word)| is_free(word) && !follows(*at) && !leads(*at)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_known() {
        for text in [
            "index=main sourcetype=WinEventLog:Security EventCode=4625",
            "index = main user IN (\"a\", \"b\") OR x>1",
            "search index=a | stats count by b",
            "# note\nindex=a x=1",
            "| tstats count where index=a by host",
            "`web(1)` status=404 | table url",
            "EventCode=1 Image=\"*|x\" | rex \"a|b\" | `ctime(x)`",
            "sourcetype=a \"a phrase\" (x=1 OR y=2)\n| sort - x",
        ] {
            assert_eq!(judge(text), Judgement::Surely, "{text}");
            assert!(reads_like_spl(text), "{text}");
        }
    }

    #[test]
    fn a_search_with_something_strange_is_likely_one() {
        for text in [
            "index=a | stats count | mycommand x",
            "index=a failure user=x",
            "user=a | where x=1 | table b | grep c",
        ] {
            assert_eq!(judge(text), Judgement::Likely, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_searches() {
        for text in [
            "",
            "index=main is the index that most searches of this page look at.",
            "The search looks at index=main | stats count",
            "$ cat /var/log/auth.log | grep sshd | sort | head -5",
            "USER=root ps aux | sort | head -5",
            "LEVEL=debug\nPORT=8080\nHOST=web",
            "index = main\nsourcetype = syslog\ndisabled = 0",
            "[monitor:///var/log]\nindex = main\nsourcetype = syslog",
            "SELECT * FROM events WHERE index=1",
            "SecurityEvent\n| where EventID == 4688\n| summarize count() by Computer",
            "DeviceEvents | where ActionType == \"x\" | search y",
            "Get-Process | Where-Object { $_.CPU -gt 10 } | Sort-Object CPU",
            "process where process.name == \"cmd.exe\"",
            "2025-01-01T10:00:00 level=info msg=\"started\" user=root",
            "time=10:00 level=info msg=\"a | stats\"",
            "index=3 shard=7 took=5",
            "title: x\nsearch: index=main | stats count\n",
            "| Field | Value |\n|---|---|\n| table | stats |",
            "curl -k https://h:8089/services/search/jobs -d search=\"search index=main | head\"",
            "source=a.c target=b.o",
        ] {
            assert_eq!(judge(text), Judgement::No, "{text}");
        }
    }

    #[test]
    fn a_piece_of_a_pipeline_is_told_from_a_search() {
        for (text, command) in [
            ("eval day=strftime(_time, \"%F\")\neval b=1", "eval"),
            ("stats count by user | sort - count", "stats"),
            ("timechart span=1h count", "timechart"),
            ("rex field=_raw \"(?<a>b)\"", "rex"),
            ("table a, b", "table"),
            ("# note\nwhere x>1", "where"),
        ] {
            assert_eq!(fragment(text).as_deref(), Some(command), "{text}");
        }
        for text in [
            "eval failed user=root",
            "stats=1",
            "table lock",
            "rex",
            "search stats count",
            "| eval a=1",
            "fields user=root, x=1",
            "index=a | stats count",
        ] {
            assert_eq!(fragment(text), None, "{text}");
        }
    }
}
