//! Tests of Markdown: which blocks are searches, and what is said about them.
//!
//! In: documents as text. Out: verdicts. Invariant: each test shows the document that it is about.

use super::*;

fn queries(text: &str) -> Vec<String> {
    let (analytics, _) = Markdown.read(Path::new("x.md"), text);
    analytics.iter().map(|analytic| analytic.snippet.text().trim().to_owned()).collect()
}

#[test]
fn a_fence_may_begin_and_end_on_lines_of_code() {
    assert_eq!(queries("```index=a b=1\n| search c=2```\n\ntext\n"), ["index=a b=1\n| search c=2"]);
    assert_eq!(
        queries("``` index=a ```a note``` b=1\n| search c=2```\n"),
        ["index=a ```a note``` b=1\n| search c=2"]
    );
}

#[test]
fn code_in_a_line_of_prose_is_no_query() {
    assert!(queries("Use ```docker exec``` or\n```docker ps``` to see.\n").is_empty());
    assert!(queries("```bash\ndocker ps | grep x=1\n```\n").is_empty());
}

#[test]
fn fences_stand_in_lists_and_quotations() {
    assert_eq!(queries("- item\n\n  ```spl\n  a=1\n  ```\n"), ["a=1"]);
    assert_eq!(queries("> ```spl\n> a=1 OR\n> b=2\n> ```\ntext\n"), ["a=1 OR\nb=2"]);
    assert_eq!(queries("~~~spl\na=1\n~~~\n"), ["a=1"]);
}

#[test]
fn a_block_ends_at_a_fence_that_is_as_long_or_longer() {
    assert_eq!(queries("```spl\na=1\n````\n\n```spl\nb=1\n```\n"), ["a=1", "b=1"]);
    assert_eq!(
        queries("```a=1 | head\n| table x\n````\n\n```b=1 | head```\n"),
        ["a=1 | head\n| table x", "b=1 | head"]
    );
    assert_eq!(queries("````spl\na=1 ```x```\n```\nnote``` b=1\n`````\n"), ["a=1 ```x```\n```\nnote``` b=1"]);
    assert_eq!(queries("~~~~\na=1\n~~~\n~~~~~\n\n~~~spl\nb=1\n~~~~\n"), ["a=1\n~~~", "b=1"]);
    assert!(queries("````markdown\n```spl\na=1\n```\n````\n").is_empty());
    assert_eq!(queries("````web(1)` a=1 | head```\n"), ["`web(1)` a=1 | head"]);
}

#[test]
fn a_bad_key_of_the_front_matter_leaves_the_others() {
    let text = "---\ntitle: T\nlevel: nonsense\ntags: [attack.t1609, 1]\n---\n```spl\na=1\n```\n";
    let (analytics, findings) = Markdown.read(Path::new("x.md"), text);
    assert_eq!(analytics[0].metadata.title, "T");
    assert_eq!(analytics[0].metadata.techniques, ["T1609"]);
    assert_eq!(findings[0].span().map(|span| span.of(text)), Some("level: nonsense"));
}

/// The queries of a document with what it says of them.
fn described(text: &str) -> Vec<Metadata> {
    let (analytics, _) = Markdown.read(Path::new("x.md"), text);
    analytics.into_iter().map(|analytic| analytic.metadata).collect()
}

fn titles(text: &str) -> Vec<String> {
    described(text).into_iter().map(|metadata| metadata.title).collect()
}

#[test]
fn labels_above_a_query_describe_it() {
    let text = "# Cleared log\n\n**Author:** ann\n**Date:** 2025/04/05\n**MITRE ATT&CK:** T1070.002\n\n\
        Finds [logs](https://a.example) that `rm` emptied.\n\n## Overview\n\n| Severity | High |\n|---|---|\n\n\
        ## Query\n\n```spl\na=1\n```\n\n- **False positives:** Rotation of logs\n\n## References\n\n- https://b.example\n";
    let [found] = described(text).try_into().unwrap();
    assert_eq!(found.title, "Cleared log");
    assert_eq!(found.author.as_deref(), Some("ann"));
    assert_eq!(found.date.as_deref(), Some("2025-04-05"));
    assert_eq!(found.techniques, ["T1070.002"]);
    assert_eq!(found.level, Some(crate::document::Level::High));
    assert_eq!(found.description.as_deref(), Some("Finds logs that rm emptied."));
    assert_eq!(found.false_positives, ["Rotation of logs"]);
    assert_eq!(found.references, ["https://b.example"]);
}

#[test]
fn a_section_speaks_for_its_own_queries() {
    let text = "# Hunts\n\n## First\n- **Severity:** Low\n```spl\na=1\n```\n\n## Second\n```spl\na=2\n```\n";
    let levels: Vec<_> = described(text).iter().map(|metadata| metadata.level).collect();
    assert_eq!(levels, [Some(crate::document::Level::Low), None]);
}

#[test]
fn headings_tell_the_queries_of_a_document_with_a_title_apart() {
    let block = "```spl\na=1\n```\n";
    let text = |headings: [&str; 3]| {
        headings
            .iter()
            .fold("---\ntitle: D\n---\n# E\n".to_owned(), |text, heading| text + heading + "\n" + block)
    };
    assert_eq!(
        titles(&text(["## Query 1: RC4 {#rc4}", "## Query 2", "**Odd**"])),
        ["Query 1: RC4", "E", "Odd"]
    );
    assert_eq!(titles(&text(["## Query 1", "## Query 2", "## Query 3"])), ["D", "D", "D"]);
    assert_eq!(titles(&format!("---\ntitle: D\n---\n## A\n{block}")), ["D"]);
    assert_eq!(titles(&format!("## A {{x}} {{: .c}} ##\n{block}")), ["A {x}"]);
}

#[test]
fn a_date_of_the_front_matter_is_a_day() {
    for (date, day) in [
        ("2026-06-04T00:00:00Z", "2026-06-04"),
        ("2026/06/04 10:00", "2026-06-04"),
        ("2026-06-04", "2026-06-04"),
        ("2026-31-04T00:00:00Z", "2026-31-04"),
        ("2026-06-045", "2026-06-045"),
        ("June 2026", "June 2026"),
    ] {
        let text = format!("---\ndate: {date}\n---\n```spl\na=1\n```\n");
        assert_eq!(described(&text)[0].date.as_deref(), Some(day));
    }
}

#[test]
fn sections_beside_the_only_query_of_a_section_speak_of_it() {
    let levels_and_techniques = |text: &str| -> Vec<_> {
        described(text).into_iter().map(|metadata| (metadata.level, metadata.techniques.join(","))).collect()
    };
    let block = "### Search\n```spl\na=1\n```\n";
    let facts = "### Kind\n**Mapping:** x\nMITRE ATT&CK: T1078\n\n#### Priority\nHigh\n";
    let high = Some(crate::document::Level::High);
    let said = (high, "T1078".to_owned());
    assert_eq!(
        levels_and_techniques(&format!("# T\n## A\n{facts}{block}## B\n{block}")),
        [said.clone(), (None, String::new())]
    );
    assert_eq!(
        levels_and_techniques(&format!("# T\n## B\n{block}## A\n{block}{facts}")),
        [(None, String::new()), said]
    );
    let silent = (None, String::new());
    assert_eq!(levels_and_techniques(&format!("# T\n## A\n{facts}{block}{block}")), [silent.clone(), silent]);
}

#[test]
fn a_list_of_techniques_is_not_that_of_each_of_several_queries() {
    let techniques = |text: &str| -> Vec<String> {
        described(text).into_iter().map(|metadata| metadata.techniques.join(",")).collect()
    };
    let block = "```spl\na=1\n```\n";
    let list = "## MITRE ATT&CK Techniques\n- **T1566.002** Link\n- **T1621** Prompts\n";
    let hunts = format!("## Hunts\n### A\n{block}### B (T1530)\n{block}");
    assert_eq!(techniques(&format!("# News\n{list}{hunts}")), ["", "T1530"]);
    assert_eq!(techniques(&format!("---\ntags: [attack.t1621, attack.t1078]\n---\n{hunts}")), ["", "T1530"]);
    // One query, or one technique, leaves no doubt.
    assert_eq!(techniques(&format!("# News\n{list}## Hunts\n{block}")), ["T1566.002,T1621"]);
    assert_eq!(techniques(&format!("# News\nTechnique: T1621\n{hunts}")), ["T1621", "T1530"]);
    // What stands in the section of the queries themselves is about them.
    let own =
        format!("## A\nTechniques: T1621, T1078\n### Query 1\n{block}### Query 2\n{block}## B\n{block}");
    assert_eq!(techniques(&format!("# News\n{own}")), ["T1621,T1078", "T1621,T1078", ""]);
    // A title right above a query is about it alone.
    let titled = format!("**One (T1078)**\n{block}1. Two (T1110)\n{block}**Three**\n{block}");
    assert_eq!(techniques(&titled), ["T1078", "T1110", ""]);
    assert_eq!(techniques(&format!("## A\nTechniques: T1621, T1530\n{titled}")), ["T1078", "T1110", ""]);
}

#[test]
fn a_second_heading_of_the_document_may_only_name_its_parts() {
    let block = "```spl\na=1\n```\n";
    let table = "| Field | Value |\n|---|---|\n| Severity | Critical |\n| MITRE ATT&CK | T1059 - Shell |\n";
    let text = format!("# Reverse Shell\n## Detection Metadata\n{table}\n# SPL Detection\n{block}");
    let [found] = described(&text).try_into().unwrap();
    assert_eq!(
        (found.title.as_str(), found.level),
        ("Reverse Shell", Some(crate::document::Level::Critical))
    );
    assert_eq!(found.techniques, ["T1059"]);
    assert_eq!(titles(&format!("# One\n# Query\n{block}# Two\n# Query\n{block}")), ["One", "Two"]);
    assert_eq!(titles(&format!("# Query\n{block}")), [""]);
}

#[test]
fn a_title_says_more_than_that_a_query_follows() {
    let block = "```spl\na=1\n```\n";
    for (above, title) in [
        ("# T\n## Detection SPL Query\n", "T"),
        ("# T\n## Query 2 (tstats)\n", "T"),
        ("# T\n## <a name=\"q\"></a>Query\n", "T"),
        ("# T\n## Odd **logon** of `root`:\n", "Odd logon of root"),
        ("# T\n## Queries\n**Outbound volume**\n\n", "Outbound volume"),
        ("# T\n## U\n**Splunk SPL (CIM):**\n", "U"),
        ("# T\n## U\n**Conceptual SPL:**\n", "U"),
        ("# T\n## U\n**Query 8 — odd apps**\n\nSplunk\n\n", "Query 8 — odd apps"),
        ("# T\n## U\n**Odd apps**\n**SPL:**\n", "Odd apps"),
        ("# T\n## U\n1. Odd apps (T1078)\n", "Odd apps (T1078)"),
        ("# T\n## U\n2) **Odd apps**\n\n", "Odd apps"),
        ("# T\n## U\n1. Open the search\n2. Look for apps\n", "U"),
        ("# T\n## U\n1. Run this search:\n", "U"),
        ("# T\n## U\n1. A sentence that says how.\n", "U"),
        ("## Example Query (Splunk SPL - Leaked keys in use at Amazon)\n", "Leaked keys in use at Amazon"),
        ("# T\n## Query (using the data models of Splunk)\n", "T"),
        ("# T\n## U\n**Access check**:\nSome words.\n", "U"),
        ("## Query\n", ""),
    ] {
        assert_eq!(titles(&format!("{above}{block}")), [title], "{above}");
    }
    assert_eq!(titles("# T\n**KQL of x**\n```kql\nT | take 1\n```\n```spl\na=1\n```\n"), ["T"]);
}

#[test]
fn notes_in_a_block_are_left_out_and_give_titles() {
    let text = "# T\n## Examples\n```spl\n# One\nindex=a x=1\n| head\n\n# Two\nindex=b\n```\n";
    assert_eq!(queries(text), ["index=a x=1\n| head", "index=b"]);
    assert_eq!(titles(text), ["One", "Two"]);
    assert_eq!(titles("# T\n```spl\n# One\nindex=a\n```\n"), ["T"]);
    assert_eq!(titles("# T\n```spl\n# Title: One\nindex=a\n```\n"), ["One"]);
    let text = "```spl\n# One\nstats count by x\n\n# Two\nindex=a x=1 | head\n```\n";
    assert_eq!(queries(text), ["index=a x=1 | head"]);
    assert_eq!(found(text), (1, vec!["comment-line", "search-fragment"]));
}

#[test]
fn the_summary_of_details_is_a_heading() {
    let block = "\n```spl\na=1\n```\n\n";
    let text = format!(
        "# T\n\n<details><summary>Domain <b>Controllers</b></summary>\n\nLooks at <i>them</i>.\n{block}</details>\n\n\
        <details>\n<summary>\nServers\n</summary>\n<br>\n{block}</details>\n<details open><summary>Show query</summary>{block}</details>\n"
    );
    assert_eq!(titles(&text), ["Domain Controllers", "Servers", "T"]);
    let said: Vec<_> = described(&text).into_iter().map(|metadata| metadata.description).collect();
    assert_eq!(said, [Some("Looks at them.".to_owned()), None, None]);
    let unclosed = "<details><summary>A</summary>\n```spl\na=1\n```\n".repeat(5_000);
    assert_eq!(titles(&unclosed).len(), 5_000);
    assert_eq!(titles(&format!("# T\n<summary>\n\nText\n{block}")), ["T"]);
}

/// Queries and the codes of findings.
fn found(text: &str) -> (usize, Vec<&'static str>) {
    let (analytics, findings) = Markdown.read(Path::new("x.md"), text);
    (analytics.len(), findings.iter().map(|finding| finding.code.id).collect())
}

#[test]
fn blocks_that_are_surely_searches_need_no_mark() {
    for text in [
        "a\n\n    index=a x=1\n    | stats count\n\nb\n",
        "a\n\n\tindex=a x=1\n",
        "```text\nindex=a x=1 | stats count\n```\n",
        "<pre>index=a x=&quot;1&quot;</pre>\n",
        "<pre><code>\nindex=a x=1\n</code></pre>\n",
        "```\n| mycustom foo=bar | stats count by user | where count > 3\n```\n",
        "```\n| mycustom foo=bar\n```\n",
    ] {
        assert_eq!(found(text), (1, vec![]), "{text}");
    }
    assert_eq!(found("```sql\nindex=a x=1 | stats count\n```\n"), (0, vec!["untagged-search"]));
    assert_eq!(found("a\n\n    index=a x=1 | mycommand | table x\n"), (0, vec!["untagged-search"]));
    assert_eq!(found("```spl\neval a=b+1\neval c=1\n```\n"), (0, vec!["search-fragment"]));
}

#[test]
fn searches_that_are_left_out_are_told() {
    for text in [
        "```sql\n-- LSASS\nindex=a x=1\n| stats count\n```\n",
        "```kql\nindex=a failure x=1 | mycommand | stats count by x\n```\n",
        "```bash\n`web` x=1 | stats count\n```\n",
        "Splunk: `index=a b.c=exec | stats count by d.e`\n",
        "| Logons | ``index=a `web` | table x`` |\n",
    ] {
        assert_eq!(found(text), (0, vec!["untagged-search"]), "{text}");
    }
    for text in [
        "```bash\ncat x=1 | regex y | sort\n```\n",
        "```sql\nSELECT a FROM b WHERE index=1\n```\n",
        "With `index=main`, `| tstats`, `| stats count` and `| table x | head`.\n",
        "`a=1` | `b | head`\n",
    ] {
        assert_eq!(found(text), (0, vec![]), "{text}");
    }
    let text = "é: `index=a | head`\n";
    let (_, findings) = Markdown.read(Path::new("x.md"), text);
    assert_eq!(findings[0].span().map(|span| span.of(text)), Some("index=a | head"));
    assert!(queries(&"`".repeat(100_000)).is_empty());
}

#[test]
fn a_label_may_say_that_a_block_is_of_another_language() {
    let block = "```\nA\n| where x=1\n| table b\n```\n";
    for above in ["## KQL\n", "**Elastic (ES|QL)**\n\n", "# T\n\n- Sentinel:\n\n", "## LogScale\n### Query\n"]
    {
        assert_eq!(found(&format!("{above}{block}")), (0, vec!["foreign-query"]), "{above}");
        assert_eq!(found(&format!("{above}```spl\na=1\n```\n")), (1, vec![]), "{above}");
    }
    assert_eq!(found("## KQL\n\n    index=a x=1\n"), (0, vec!["foreign-query"]));
    for above in [
        "## Splunk and KQL\n",
        "## KQL\n**Splunk**\n",
        "## KQL\n### SPL Query\n",
        "## KQL\n## Elastic Beanstalk\n",
        "KQL:\nText.\n",
    ] {
        assert_eq!(found(&format!("{above}{block}")), (1, vec![]), "{above}");
    }
    assert_eq!(found("**KQL:**\n```\nT | take 1\n```\n```\na=1 | table x\n```\n"), (1, vec![]));
}

#[test]
fn other_blocks_are_no_searches() {
    for text in [
        "- a\n\n    with index=a and | stats count in a sentence\n",
        "```text\n10:00 index=a user=root failed to log on\n```\n",
        "```\n| Field | Value |\n|---|---|\n| table | x |\n```\n",
        "```\n| project a\n| take 5\n```\n",
        "```\n| Field | Value\n| --- | ---\n| x | y\n```\n",
        "```\nSecurityEvent\n| where EventID == 1\n| summarize count() by Computer\n```\n",
        "```yaml\nsearch: index=a | stats count\n```\n",
        "```\nFROM logs-*\n| WHERE a.b == \"x\"\n| SORT c DESC\n```\n",
        "```\n| STATS c = COUNT(*) BY x\n```\n",
        "```\nin(field=\"verb\", values=[\"a\"]) | a=1 | groupBy([b])\n```\n",
        "```\n#event_simpleName=ProcessRollup2\n| a=1\n| table([b])\n```\n",
        "```\nSecurityEvent\n| where EventID == 4625\n```\n",
        "```\n_sourceCategory=a\n| where x=1\n```\n",
        "```\n| summarize count() by a\n| sort b\n```\n",
        "    $ ps aux | sort | head\n",
        "<pre>SELECT a FROM b WHERE index=1</pre>\n",
        "<pre>index=a x=1\n",
    ] {
        assert_eq!(found(text), (0, vec![]), "{text}");
    }
}

#[test]
fn many_blocks_that_are_judged_stay_cheap() {
    assert!(queries(&"    a\n\n".repeat(10_000)).is_empty());
    assert!(queries(&("<pre>a\n\n".repeat(10_000) + "</pre>")).is_empty());
    assert!(queries(&("    \n".repeat(50_000) + "a")).is_empty());
    assert!(queries(&("\n".repeat(50_000) + "a\n</pre>")).is_empty());
    assert!(queries(&("<pre\n".repeat(50_000) + "</pre>")).is_empty());
}

#[test]
fn what_many_queries_share_is_not_repeated_without_end() {
    let reference = |at| format!("Reference: https://a.example/{at}/{}\n", "x".repeat(950));
    let text = (0..32).map(reference).collect::<String>() + &"```spl\na=1\n```\n".repeat(3_000);
    let said = described(&text);
    assert_eq!(said[0].references.len(), 32);
    assert!(said.iter().map(facts::size).sum::<usize>() <= facts::MOST_REPEATED);
}

#[test]
fn many_fences_without_a_line_of_their_own_stay_cheap() {
    assert_eq!(queries(&"```spl\na=1```\n".repeat(20_000)).len(), 20_000);
}
