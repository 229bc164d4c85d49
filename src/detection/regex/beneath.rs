//! Patterns of what lies beneath: of a text before its letters are made small, and of a text whose group is to hold
//! something.
//!
//! In: a pattern, and what is asked of a text that was made of the one to be tested. Out: a pattern of that text itself.
//! Invariant: a pattern is given only where its tree is known to be the one that is meant.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use super::Regex;
use super::caseless::with_sets;
use super::set::Set;
use super::simplify::simplify;
use super::tree::{Node, Special};
use crate::event::pattern::{Case, Pattern, Piece, fold};

impl Regex {
    /// The pattern that a text passes where the same text in small letters passes this one (Search Reference, `lower`);
    /// nothing where no pattern is known that says the same.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// let before = |pattern| Regex::parse(pattern).unwrap().before_lower();
    /// assert!(before(r"reg\s+save").unwrap().is_match("REG  Save"));
    /// assert!(before("Reg").is_none(), "a small letter is no `R`");
    /// ```
    #[must_use]
    pub fn before_lower(&self) -> Option<Self> {
        let meant = simplify(with_sets(&self.0.tree, &mut |set| Some(before_folding(set)))?);
        let same = Self::parse(&format!("(?i){}", self.text())).ok()?;
        // No group has the number 0.
        (hollow(&same.0.tree, 0)? == hollow(&meant, 0)?).then_some(same)
    }

    /// A pattern that is found in every text in which this one has a match whose group holds a text of one of these forms:
    /// with the forms in place of what stands in the group. Nothing if the group may be filled more than once in a match.
    ///
    /// ```
    /// use splc::detection::regex::Regex;
    /// use splc::event::pattern::{Case, Pattern};
    /// let regex = Regex::parse(r"\\(?<exe>[^\\]+)$").unwrap();
    /// let cmd = regex.with_group("exe", &[Pattern::wildcard("cmd.exe", Case::Insensitive)]).unwrap();
    /// assert!(cmd.is_match(r"C:\CMD.exe") && !cmd.is_match(r"C:\net.exe"));
    /// ```
    #[must_use]
    pub fn with_group(&self, group: &str, forms: &[Pattern]) -> Option<Self> {
        let index = self.0.groups.iter().position(|name| name.as_deref() == Some(group))? + 1;
        if !is_filled_once(&self.0.tree, index) {
            return None;
        }
        let (start, end) = inside_of(self.text(), group)?;
        let forms: Vec<String> = forms.iter().map(form).collect();
        let (before, behind) = (self.text().get(..start)?, self.text().get(end..)?);
        let regex = Self::parse(&format!("{before}{}{behind}", forms.join("|"))).ok()?;
        let is_meant =
            regex.0.groups == self.0.groups && hollow(&regex.0.tree, index)? == hollow(&self.0.tree, index)?;
        is_meant.then_some(regex)
    }
}

/// The characters whose small letter is in the set.
fn before_folding(set: &Set) -> Set {
    static LARGE: OnceLock<BTreeMap<char, char>> = OnceLock::new();
    let large = LARGE.get_or_init(|| {
        ('\0'..=char::MAX)
            .map(|letter| (letter, fold(letter)))
            .filter(|(letter, small)| letter != small)
            .collect()
    });
    let ranges = |wanted: &dyn Fn(char) -> bool| {
        let letters = large.iter().filter(|(_, small)| wanted(**small)).map(|(letter, _)| (*letter, *letter));
        Set::of(&letters.collect::<Vec<_>>())
    };
    set.clone().without(&ranges(&|_| true)).or(&ranges(&|small| set.contains(small)))
}

/// Whether a match fills the group once at most, and nothing else of the match hangs on what it holds.
fn is_filled_once(tree: &Node, index: usize) -> bool {
    let holds = |node: &Node| node.groups().contains(&index);
    !tree.any(&mut |node| match node {
        Node::Repetition(repetition) => repetition.most != Some(1) && holds(&repetition.node),
        Node::Special(Special::Look { node, .. }, _) => holds(node),
        Node::Special(Special::Reference { group, .. } | Special::Conditional { group, .. }, _) => {
            *group == index
        }
        _ => false,
    })
}

/// The tree without what stands in the group, and without places in the text.
fn hollow(node: &Node, index: usize) -> Option<Node> {
    let all = |parts: &[Node]| parts.iter().map(|part| hollow(part, index)).collect::<Option<Vec<_>>>();
    Some(match node {
        Node::Capture(own, _) if *own == index => Node::Capture(index, Box::new(Node::Empty)),
        Node::Capture(own, inner) => Node::Capture(*own, Box::new(hollow(inner, index)?)),
        Node::Concatenation(parts) => Node::Concatenation(all(parts)?),
        Node::Alternation(parts) => Node::Alternation(all(parts)?),
        Node::Repetition(repetition) => {
            let mut repetition = repetition.clone();
            repetition.node = hollow(&repetition.node, index)?;
            repetition.at = 0;
            Node::Repetition(repetition)
        }
        Node::Assertion(assertion, _) => Node::Assertion(*assertion, 0),
        Node::Empty | Node::Set(_) => node.clone(),
        Node::Special(..) => return None,
    })
}

/// A form as a group that flags around it do not change.
fn form(pattern: &Pattern) -> String {
    let mut text = String::from(if pattern.case() == Case::Insensitive { "(?is-x:" } else { "(?s-ix:" });
    for piece in pattern.pieces() {
        match piece {
            Piece::Literal(literal) => literal.chars().for_each(|character| {
                _ = if character.is_ascii_punctuation() {
                    write!(text, "\\{character}")
                } else if character.is_control() {
                    write!(text, "\\x{{{:x}}}", u32::from(character))
                } else {
                    write!(text, "{character}")
                };
            }),
            Piece::Any => text.push_str(".*"),
            Piece::One => text.push('.'),
        }
    }
    text.push(')');
    text
}

/// Where in the text stands what is inside of the named group.
fn inside_of(text: &str, group: &str) -> Option<(usize, usize)> {
    let heads = [format!("(?<{group}>"), format!("(?P<{group}>"), format!("(?'{group}'")];
    let (mut depth, mut start, mut class) = (0_usize, None, None);
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (character, class) {
            ('\\', _) => _ = characters.next(),
            // A bracket that comes first in a class belongs to it.
            (']', Some(opened)) if at > opened && text.get(opened..at) != Some("^") => class = None,
            (_, Some(_)) => {}
            ('[', None) => class = Some(at + 1),
            ('(', None) => {
                let head =
                    heads.iter().find(|head| text.get(at..).is_some_and(|rest| rest.starts_with(*head)));
                match head {
                    Some(head) => (start, depth) = (Some(at + head.len()), 1),
                    None => depth += 1,
                }
            }
            (')', None) => {
                depth = depth.saturating_sub(1);
                if let (0, Some(start)) = (depth, start) {
                    return Some((start, at));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::pattern::fold_text;

    #[test]
    fn a_pattern_before_lower_passes_the_same_texts() {
        let texts = [
            "REG Save",
            "reg save",
            "Reg_Save",
            "C:\\Temp\\X.EXE",
            "ÉCOLE",
            "école",
            "K\u{212a}",
            "a\nB",
            "",
        ];
        let mut passing = 0;
        for pattern in [
            "reg save",
            r"^c:\\temp",
            r"[^a-z ]",
            r"\bsave$",
            r"(?i)REG",
            r"\W",
            "é",
            "[a-f]+x",
            r"\.exe$",
            ".",
            r"\x{212a}",
        ] {
            let regex = Regex::parse(pattern).unwrap();
            let before = regex.before_lower().unwrap_or_else(|| panic!("{pattern}"));
            for text in texts {
                let matches = regex.is_match(&fold_text(text));
                assert_eq!(before.is_match(text), matches, "{pattern} on {text:?}");
                passing += usize::from(matches);
            }
        }
        assert!(passing > 20, "{passing}");
        for pattern in ["Reg", "[A-F]", "[^A-F]", r"(?=a)b", r"(a)\1"] {
            assert!(Regex::parse(pattern).unwrap().before_lower().is_none(), "{pattern}");
        }
    }

    #[test]
    fn groups_that_may_be_filled_twice_are_left_alone() {
        let cmd = [Pattern::wildcard("cmd", Case::Insensitive)];
        let with = |pattern| Regex::parse(pattern).unwrap().with_group("g", &cmd);
        for pattern in ["(?<g>a)+", "(?:x(?<g>a))*", r"(?<g>a)\1", "(?=(?<g>a))a", "(?<h>a)"] {
            assert!(with(pattern).is_none(), "{pattern}");
        }
        for (pattern, text) in
            [("(?x) ( (?<g> [)(]+ ) )", "CMD"), (r"[](](?<g>\w+)\)", "]cmd)"), ("a|(?P<g>.)b", "cmdb")]
        {
            let regex = with(pattern).unwrap_or_else(|| panic!("{pattern}"));
            assert!(regex.is_match(text), "{pattern} became {regex}");
        }
    }

    proptest! {
        #[test]
        fn a_match_whose_group_has_the_form_is_found(
            text in "[abc\\\\.]{0,12}",
            pattern in prop::sample::select(vec![
                r"\\(?<g>[^\\]+)$", r"(?<g>a|b.)c", r"^(?<g>\w*?)\.", r"(?:x|(?<g>b+))c?", r"a(?:(?<g>c)|b)+?\.",
            ]),
            wanted in prop::sample::select(vec!["a", "ab", "b*", "*c", "a?", "B"]),
        ) {
            let regex = Regex::parse(pattern).unwrap();
            let form = Pattern::wildcard(wanted, Case::Insensitive);
            let Some(with) = regex.with_group("g", std::slice::from_ref(&form)) else { return Ok(()) };
            for found in regex.captures(&text, 0) {
                let has_form = found.iter().any(|(name, value)| *name == "g" && form.matches(value));
                prop_assert!(!has_form || with.is_match(&text), "{} on {:?}", with, text);
            }
        }
    }
}
