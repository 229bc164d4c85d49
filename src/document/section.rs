//! What the lines of a Markdown document say about the searches between them.
//!
//! In: the lines outside of blocks, in order. Out: for a search, the metadata that its place gives it. Invariant: what a section
//! says holds for the searches in it and in the sections below it, the innermost first; a section that only says things about
//! the others, such as "Metadata" or "MITRE ATT&CK", speaks for the section that it is part of, and so does any section without
//! a search where that one holds a single search.

use crate::document::heading::{
    self, NAMES_DESCRIPTION, NAMES_FACTS, NAMES_QUERY, names_only, names_query, names_spl,
};
use crate::document::label::{self, Key};
use crate::document::{Analytic, Metadata, facts, foreign, prose};

/// The longest description that is taken from prose, in bytes: it is carried by every query below it.
const LONGEST_PROSE: usize = 4_000;

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
    /// The searches that have their techniques from it though it is not about them alone, as indexes.
    shared_with: Vec<usize>,
}

/// The sections that a place of a document stands in.
pub(super) struct Sections {
    /// The outermost first, which is the document.
    open: Vec<Section>,
    /// The title of the analytic that comes next.
    analytic_title: Option<String>,
    /// A line of bold text or with a number right above, which may be a title.
    bold: Option<String>,
    /// Whether the line right above is one of a list with numbers.
    in_list: bool,
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
            in_list: false,
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
        if let Some((level, heading)) = heading::read(line) {
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
        let only_names = labels.is_empty() && names_query(text);
        let numbered = label::numbered(text).filter(|_| labels.is_empty() && !self.in_list);
        self.in_list = label::numbered(text).is_some();
        if !only_names {
            let title = label::bold(text).or(numbered);
            self.bold = title.filter(|_| labels.is_empty()).map(str::to_owned);
        }
        self.announced = label::announcement(text).or(only_names.then_some(text)).map(str::to_owned);
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
            if !label::is_no_prose(text) && label::numbered(text).is_none() {
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
        self.pass_block();
    }

    /// Ends the innermost section.
    fn close(&mut self, found: &mut [Analytic]) {
        let Some(section) = self.open.pop() else { return };
        withhold(&section.shared_with, &section.techniques(), section.queries, found);
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
        self.in_list = false;
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
        let of_title = self.analytic_title.as_ref().or(self.bold.as_ref());
        let of_title = of_title.map(|title| prose::techniques(title)).unwrap_or_default();
        if of_title.is_empty() {
            self.share(index);
        } else {
            metadata.techniques = of_title;
        }
        metadata.title = self.title(document, note).unwrap_or_default();
        let above = self.title_above(note).filter(|_| metadata.title == document.title);
        self.analytic_title = None;
        self.pass_block();
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

    /// Keeps in mind that a search has its techniques from a section, or from the document, that may speak of others too.
    fn share(&mut self, index: usize) {
        let has_title = self.analytic_title.is_some() || self.bold_title().is_some();
        let own = self.open.iter().rposition(|section| section.level > 1 && !names_query(&section.heading));
        let from = self.open.iter().rposition(|section| !section.techniques().is_empty()).unwrap_or(0);
        if has_title || own.is_none_or(|own| from < own) {
            self.open.get_mut(from).into_iter().for_each(|section| section.shared_with.push(index));
        }
    }

    /// Everything but the title.
    fn placed(&self, document: &Metadata) -> Metadata {
        let mut said = Metadata::default();
        for section in self.open.iter().rev() {
            let own = Metadata { techniques: section.techniques(), ..section.facts.clone() };
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
        self.bold.as_deref().and_then(heading::title)
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
    pub(super) fn finish(mut self, document: &Metadata, found: &mut [Analytic]) {
        if let Some(Section { shared_with, .. }) = self.open.first() {
            withhold(shared_with, &document.techniques, self.queries, found);
        }
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
        own.or_else(|| heading::title(&self.heading))
    }

    /// The techniques that its heading names and then those that stand under it.
    fn techniques(&self) -> Vec<String> {
        let mut techniques = prose::techniques(&self.heading);
        let others = self.facts.techniques.iter().filter(|id| !techniques.contains(id)).cloned();
        techniques.extend(others.collect::<Vec<_>>());
        techniques
    }
}

/// Takes a list of techniques from the searches that share it: of several techniques nobody can tell which is whose, and a
/// technique too many is worse than none. A search with a list of its own keeps it.
fn withhold(shared_with: &[usize], techniques: &[String], queries: usize, found: &mut [Analytic]) {
    for index in shared_with.iter().filter(|_| queries > 1) {
        let Some(Analytic { metadata, .. }) = found.get_mut(*index) else { continue };
        // More may have been said of techniques behind the search.
        if metadata.techniques.len() > 1 && techniques.starts_with(&metadata.techniques) {
            metadata.techniques.clear();
        }
    }
}

/// What a section says of a search beside it: its title, text and date may be its own.
fn of_others(facts: Metadata) -> Metadata {
    Metadata { title: String::new(), description: None, date: None, ..facts }
}
