//! What the lines of a Markdown document say about the searches between them.
//!
//! In: the lines outside of blocks, in order. Out: for a search, the metadata that its place gives it. Invariant: what a section
//! says holds for the searches in it and in the sections below it, the innermost first; a section that only says things about
//! the others, such as "Metadata" or "MITRE ATT&CK", speaks for the section that it is part of, and so does any section without
//! a search where that one holds a single search.

use crate::document::label::{self, Key};
use crate::document::{Analytic, Metadata, facts, foreign, prose};

/// The longest description that is taken from prose, in bytes: it is carried by every query below it.
const LONGEST_PROSE: usize = 4_000;

/// Words of headings that only name what follows: a heading of nothing but these is the title of nothing.
const NAMES_QUERY: &[&str] = &[
    "a",
    "alert",
    "an",
    "analytic",
    "analytics",
    "and",
    "base",
    "basic",
    "cim",
    "click",
    "code",
    "content",
    "correlation",
    "detailed",
    "detection",
    "detections",
    "enterprise",
    "example",
    "examples",
    "expand",
    "for",
    "full",
    "here",
    "hunt",
    "hunting",
    "implementation",
    "in",
    "logic",
    "primary",
    "queries",
    "query",
    "raw",
    "rule",
    "rules",
    "sample",
    "saved",
    "search",
    "searches",
    "show",
    "spl",
    "splunk",
    "step",
    "steps",
    "the",
    "threat",
    "to",
    "variant",
    "version",
    "view",
];

/// Words of headings over facts about the sections round them.
const NAMES_FACTS: &[&str] = &[
    "about",
    "and",
    "att",
    "attack",
    "author",
    "background",
    "categorization",
    "category",
    "ck",
    "classification",
    "context",
    "coverage",
    "criticality",
    "date",
    "description",
    "details",
    "false",
    "info",
    "information",
    "introduction",
    "mapping",
    "mappings",
    "meta",
    "metadata",
    "mitre",
    "objective",
    "overview",
    "positives",
    "priority",
    "purpose",
    "references",
    "severity",
    "summary",
    "tactic",
    "tactics",
    "technique",
    "techniques",
];

/// Headings over a text that says why the search exists.
const NAMES_DESCRIPTION: &[&str] = &["description", "objective", "overview", "purpose", "summary"];

/// The level of the part of a document that `<details>` of HTML holds: below all headings.
const DETAILS: usize = 7;

/// The level below which no `<details>` is told from the one round it.
const DEEPEST: usize = 16;

/// A heading and what stands under it.
#[derive(Default)]
struct Section {
    level: usize,
    heading: String,
    facts: Metadata,
    /// The first paragraph.
    paragraph: Vec<String>,
    paragraph_ended: bool,
    /// The searches that stand under it and under headings below it.
    queries: usize,
    /// The only search that stands right under it, as an index.
    only: Option<usize>,
    /// The first search that stands under it or under headings below it, as an index.
    first: Option<usize>,
    /// What sections below it say that hold no search.
    beside: Metadata,
}

/// The sections that a place of a document stands in.
pub(super) struct Sections {
    /// The outermost first, which is the document.
    open: Vec<Section>,
    /// The title of the analytic that comes next.
    analytic_title: Option<String>,
    /// A line of bold text right above.
    bold: Option<String>,
    /// A line right above that announces what follows it.
    announced: Option<String>,
    /// Whether a `<summary>` has begun and not ended.
    in_summary: bool,
    /// What was said behind the first query.
    later: Metadata,
    queries: usize,
    /// Queries that have the title of the document, as indexes, and what stands above each.
    above: Vec<(usize, String)>,
    /// The bytes that may still be said of queries.
    left: usize,
}

impl Sections {
    pub(super) fn new() -> Self {
        let open = vec![Section::default()];
        let (later, left) = (Metadata::default(), facts::MOST_REPEATED);
        Self {
            open,
            analytic_title: None,
            bold: None,
            announced: None,
            in_summary: false,
            later,
            queries: 0,
            above: Vec::new(),
            left,
        }
    }

    /// The headings above, the innermost first.
    pub(super) fn headings(&self) -> impl Iterator<Item = &str> {
        self.open.iter().rev().map(|section| section.heading.as_str())
    }

    /// A line that is no part of a block. What it says about the whole document goes into `document`, and what it says about
    /// a search above it goes there.
    pub(super) fn take_line(&mut self, line: &str, document: &mut Metadata, found: &mut [Analytic]) {
        if let Some((level, heading)) = heading(line) {
            self.take_heading(level, heading, document, found);
            return;
        }
        if line.contains('<') || self.in_summary {
            let rest = self.take_details(line, document, found);
            let rest = prose::without_tags(&rest, true);
            if !rest.trim().is_empty() {
                self.take_text(&rest, document, found);
            }
            return;
        }
        self.take_text(line, document, found);
    }

    /// Takes the `<details>` of HTML, whose `<summary>` is a heading. Gives what else stands in the line.
    fn take_details(&mut self, line: &str, document: &mut Metadata, found: &mut [Analytic]) -> String {
        let opened = line.find("<summary").and_then(|at| Some(at + line.get(at..)?.find('>')? + 1));
        let mut rest = line.to_owned();
        if opened.is_some() || self.in_summary {
            let behind = line.get(opened.unwrap_or(0)..).unwrap_or("");
            let (summary, behind) = behind.split_once("</summary>").unwrap_or((behind, ""));
            let summary = prose::plain(summary);
            self.in_summary = summary.is_empty() && !line.trim().is_empty() && !line.contains("</summary>");
            if !summary.is_empty() {
                let inner = self.open.last().map_or(0, |section| section.level + 1);
                self.take_heading(inner.clamp(DETAILS, DEEPEST), &summary, document, found);
            }
            behind.clone_into(&mut rest);
        }
        if line.contains("</details>") && self.open.last().is_some_and(|section| section.level >= DETAILS) {
            self.close(found);
            self.bold = None;
        }
        rest
    }

    /// Takes a line of labels or prose, without tags.
    fn take_text(&mut self, line: &str, document: &mut Metadata, found: &mut [Analytic]) {
        if let Some(title) = prose::analytic_title(line) {
            self.analytic_title = Some(title);
            return;
        }
        let text = line.trim();
        if text.is_empty() {
            if let Some(section) = self.open.last_mut() {
                section.paragraph_ended |= !section.paragraph.is_empty();
            }
            return;
        }
        let labels = label::labels(text);
        self.bold = label::bold(text).filter(|_| labels.is_empty()).map(str::to_owned);
        self.announced = label::announcement(text).map(str::to_owned);
        let Some(section) = self.open.last() else { return };
        if section.heading.to_lowercase().starts_with("tactic") {
            let new = prose::tactics(line).into_iter().filter(|id| !document.tactics.contains(id));
            let new: Vec<String> = new.collect();
            document.tactics.extend(new);
            return;
        }
        self.take_facts(text, labels, found);
    }

    /// Labels, values under a heading that is a key, or prose.
    fn take_facts(&mut self, text: &str, mut labels: Vec<(Key, String)>, found: &mut [Analytic]) {
        let Some(section) = self.open.last_mut() else { return };
        let under = label::key(&section.heading).filter(|key| !matches!(key, Key::Title | Key::Description));
        if let Some(key) = under.filter(|_| labels.is_empty()) {
            labels.push((key, text.to_owned()));
        }
        if labels.is_empty() {
            if !label::is_no_prose(text) {
                section.add_prose(text);
            }
            return;
        }
        for (key, value) in labels {
            label::add(&mut section.facts, key, &value);
            if self.queries > 0 && !matches!(key, Key::Title | Key::Description | Key::Date) {
                label::add(&mut self.later, key, &value);
            }
            // `- **References:**` in a list goes on behind the block of the query.
            if let Some(Analytic { metadata, .. }) = section.only.and_then(|only| found.get_mut(only)) {
                *metadata = facts::inherited(std::mem::take(metadata), &section.facts);
            }
        }
    }

    fn take_heading(&mut self, level: usize, heading: &str, document: &mut Metadata, found: &mut [Analytic]) {
        let is_title = |section: &Section| section.level == 1 && section.title().is_some();
        // A second heading of the first level that only says what stands under it belongs to the first one.
        let is_part =
            level == 1 && names_only(heading, &[NAMES_FACTS, NAMES_QUERY]) && self.open.iter().any(is_title);
        let level = if is_part { 2 } else { level };
        while self.open.last().is_some_and(|section| section.level >= level) {
            self.close(found);
        }
        let heading = prose::without_tags(heading, false).trim().to_owned();
        let techniques = prose::techniques(&heading);
        if level <= 2 && !techniques.is_empty() && document.techniques.is_empty() {
            document.techniques = techniques;
        }
        self.open.push(Section { level, heading, ..Section::default() });
        self.analytic_title = None;
        self.bold = None;
        self.announced = None;
    }

    /// Ends the innermost section.
    fn close(&mut self, found: &mut [Analytic]) {
        let Some(section) = self.open.pop() else { return };
        let only = section.first.filter(|_| section.queries == 1);
        if let Some(Analytic { metadata, .. }) = only.and_then(|only| found.get_mut(only)) {
            let said = facts::inherited(of_others(section.facts.clone()), &section.beside);
            *metadata = facts::inherited(std::mem::take(metadata), &said);
        }
        let Some(outer) = self.open.last_mut() else { return };
        outer.queries += section.queries;
        outer.first = outer.first.or(section.first);
        if section.queries > 0 {
            return;
        }
        let beside = facts::inherited(of_others(section.facts.clone()), &section.beside);
        outer.beside = facts::inherited(std::mem::take(&mut outer.beside), &beside);
        if !names_only(&section.heading, &[NAMES_FACTS, NAMES_QUERY]) {
            return;
        }
        outer.facts = facts::inherited(std::mem::take(&mut outer.facts), &section.facts);
        if outer.paragraph.is_empty() && names_only(&section.heading, &[NAMES_DESCRIPTION]) {
            outer.paragraph = section.paragraph;
            outer.paragraph_ended = true;
        }
    }

    /// A block that is no query: a title right above was its own.
    pub(super) fn pass_block(&mut self) {
        self.bold = None;
        self.announced = None;
    }

    /// The language, other than SPL, that the line or the heading right above a block says it is in.
    pub(super) fn other_language(&self) -> Option<&'static str> {
        let line = self.announced.as_deref().or(self.bold.as_deref()).unwrap_or("");
        let heading = || self.headings().find(|heading| !names_query(heading)).unwrap_or("");
        let names_spl = names_spl(line) || self.headings().next().is_some_and(names_spl);
        foreign::labelled(line).or_else(|| foreign::labelled(heading()).filter(|_| !names_spl))
    }

    /// What the place of a query says about it, where the document is silent. The query is the next one, with that index,
    /// and `note` is the title that its own notes give. Of queries beyond the bound of what is repeated nothing is said.
    pub(super) fn describe(&mut self, document: &Metadata, index: usize, note: Note<'_>) -> Metadata {
        let mut metadata = self.placed(document);
        metadata.title = self.title(document, note).unwrap_or_default();
        let above = self.title_above(note).filter(|_| metadata.title == document.title);
        self.analytic_title = None;
        self.bold = None;
        self.announced = None;
        self.queries += 1;
        if let Some(section) = self.open.last_mut() {
            section.queries += 1;
            section.only = (section.queries == 1).then_some(index);
            section.first = section.first.or(Some(index));
        }
        let size = facts::size(&metadata) + above.as_ref().map_or(0, String::len);
        let Some(left) = self.left.checked_sub(size) else { return Metadata::default() };
        self.left = left;
        self.above.extend(above.map(|title| (index, title)));
        metadata
    }

    /// Everything but the title.
    fn placed(&self, document: &Metadata) -> Metadata {
        let mut said = Metadata::default();
        for section in self.open.iter().rev() {
            let mut own = section.facts.clone();
            let mut techniques = prose::techniques(&section.heading);
            techniques.extend(
                own.techniques.iter().filter(|id| !techniques.contains(id)).cloned().collect::<Vec<_>>(),
            );
            own.techniques = techniques;
            said = facts::inherited(said, &own);
        }
        let data_source = self.headings().find(|heading| prose::names_data_source(heading));
        let (techniques, description) = (said.techniques.clone(), said.description.take());
        let mut metadata = facts::inherited(document.clone(), &said);
        if !techniques.is_empty() {
            metadata.techniques = techniques;
        }
        metadata.data_source =
            data_source.map(|heading| prose::plain(heading).trim_end_matches([':', ' ']).to_owned());
        metadata.description = metadata.description.or(description).or_else(|| self.prose());
        metadata
    }

    /// The paragraph of the section, or of the one round it where the heading only names the query.
    fn prose(&self) -> Option<String> {
        for section in self.open.iter().rev() {
            if !section.paragraph.is_empty() {
                return Some(prose::plain(&section.paragraph.join(" "))).filter(|text| !text.is_empty());
            }
            if !names_query(&section.heading) {
                return None;
            }
        }
        None
    }

    fn title(&self, document: &Metadata, note: Note<'_>) -> Option<String> {
        let of_document = Some(&document.title).filter(|title| !title.is_empty()).cloned();
        let own = match note {
            Note::OneOfSeveral(note) => note.map(str::to_owned),
            Note::Only(_) => None,
        };
        self.analytic_title.clone().or(own).or(of_document).or_else(|| self.title_above(note))
    }

    fn bold_title(&self) -> Option<String> {
        self.bold.as_deref().filter(|bold| !names_query(bold)).map(prose::title)
    }

    /// The title by what stands above, without that of the document, which tells several queries apart.
    fn title_above(&self, note: Note<'_>) -> Option<String> {
        let (Note::Only(note) | Note::OneOfSeveral(note)) = note;
        self.bold_title()
            .or_else(|| self.innermost_title())
            .or_else(|| note.map(str::to_owned))
            .or_else(|| self.outer_title())
    }

    /// The heading right above, if it says more than that a query follows.
    fn innermost_title(&self) -> Option<String> {
        self.open.last().and_then(Section::title)
    }

    /// The next heading above that is the title of something.
    fn outer_title(&self) -> Option<String> {
        self.open.iter().rev().find_map(Section::title)
    }

    /// What was said behind the only query of a section or of the document is said of it.
    pub(super) fn finish(mut self, found: &mut [Analytic]) {
        while !self.open.is_empty() {
            self.close(found);
        }
        // Where all have the same above them, the title of the document is as good.
        let tells_apart = self.above.windows(2).any(|pair| matches!(pair, [(_, a), (_, b)] if a != b));
        for (index, title) in self.above.drain(..).filter(|_| tells_apart) {
            if let Some(Analytic { metadata, .. }) = found.get_mut(index) {
                metadata.title = title;
            }
        }
        if let [Analytic { metadata, .. }] = found {
            *metadata = facts::inherited(std::mem::take(metadata), &self.later);
        }
    }
}

/// The title that notes in the block of a query give.
#[derive(Clone, Copy)]
pub(super) enum Note<'a> {
    /// The block holds one query.
    Only(Option<&'a str>),
    /// The block holds several queries.
    OneOfSeveral(Option<&'a str>),
}

impl Section {
    /// Adds a line to the paragraph, while it is of the length of a description.
    fn add_prose(&mut self, line: &str) {
        let so_far: usize = self.paragraph.iter().map(String::len).sum();
        if !self.paragraph_ended && so_far < LONGEST_PROSE {
            self.paragraph.push(line.chars().take(LONGEST_PROSE).collect());
        }
    }

    fn title(&self) -> Option<String> {
        let own = Some(&self.facts.title).filter(|title| !title.is_empty()).cloned();
        own.or_else(|| {
            let is_title = !self.heading.is_empty() && !names_query(&self.heading);
            is_title.then(|| prose::title(&self.heading)).filter(|title| !title.is_empty())
        })
    }
}

/// What a section says of a search beside it: its title, text and date may be its own.
fn of_others(facts: Metadata) -> Metadata {
    Metadata { title: String::new(), description: None, date: None, ..facts }
}

/// Whether a text names the language of Splunk.
fn names_spl(text: &str) -> bool {
    let text = text.to_lowercase();
    text.split(|character: char| !character.is_alphanumeric()).any(|word| ["spl", "splunk"].contains(&word))
}

/// Whether a title says no more than that a query follows.
pub(super) fn names_query(title: &str) -> bool {
    names_only(title, &[NAMES_QUERY])
}

/// Whether a text without what stands in parentheses is nothing but such words and numbers, and more than the letter A.
fn names_only(text: &str, lists: &[&[&str]]) -> bool {
    let mut depth = 0_usize;
    let outside = text.chars().filter(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    let text = outside.collect::<String>().to_lowercase();
    let words: Vec<&str> =
        text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_known = |word: &&str| {
        word.bytes().all(|byte| byte.is_ascii_digit()) || lists.iter().any(|list| list.contains(word))
    };
    words.iter().any(|word| *word != "a") && words.iter().all(is_known)
}

/// Level and text of an ATX heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line.get(level..)?;
    let is_heading = (1..=6).contains(&level) && (text.is_empty() || text.starts_with([' ', '\t']));
    is_heading.then(|| (level, without_attributes(text.trim().trim_end_matches('#').trim_end())))
}

/// A heading without attributes behind it such as `{#anchor}` or `{: .class}` (kramdown, "Attribute List Definitions"; Pandoc,
/// "Extension: `header_attributes`").
fn without_attributes(heading: &str) -> &str {
    let parted = heading.strip_suffix('}').and_then(|text| text.rsplit_once('{'));
    let is_list = |list: &str| list.starts_with(['#', '.', ':']) && !list.contains(['`', '}']);
    parted.filter(|(_, list)| is_list(list)).map_or(heading, |(text, _)| text.trim_end())
}
