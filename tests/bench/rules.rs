//! Detection rules made from a seed, shaped like those that people write: an image, words of a command line, a parent,
//! digests, a regular expression, what is allowed; a fifth of them about Kubernetes audit events, with networks and numbers.
//!
//! Out: each rule as SPL and as Sigma, so that two engines run the same. Invariant: the same seed gives the same rules,
//! and a larger set begins with the smaller one.
//!
//! Published rules are quiet: a set of any size finds something in about one event of a thousand, or nobody could answer
//! its alerts. So each rule here asks for something that ordinary events do not have: a text with a syllable of its own
//! ([`RARE`]), two long words in a row, a digest. What is common (`\powershell.exe`, ` /c `) is asked for beside it, as in
//! published rules, so that engines do meet parts of rules in almost every event.

use std::fmt::Write as _;

/// A stream of choices (splitmix64).
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).unwrap_or(0)
    }

    pub(crate) fn of<'t, T: ?Sized>(&mut self, items: &[&'t T]) -> &'t T {
        items[self.below(items.len())]
    }

    /// Small numbers more often than large ones, as names of programs are.
    pub(crate) fn skewed(&mut self, bound: usize) -> usize {
        let most = self.below(bound) + 1;
        self.below(most)
    }

    /// A word as events have it.
    pub(crate) fn word(&mut self) -> String {
        let syllables = 2 + self.below(3);
        self.syllables(syllables)
    }

    fn syllables(&mut self, count: usize) -> String {
        (0..count).map(|_| self.of(SYLLABLES)).collect()
    }

    /// A word that no ordinary event has.
    fn rare_word(&mut self) -> String {
        let (before, behind) = (self.below(3), self.below(2));
        self.syllables(before) + self.of(RARE) + &self.syllables(1 + behind)
    }

    pub(crate) fn digest(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            let _ = write!(text, "{:016X}", self.next());
        }
        text.truncate(digits);
        text
    }
}

/// What words of rules and of events are made of.
const SYLLABLES: &[&str] = &[
    "ad", "bit", "ca", "dump", "ex", "fil", "get", "hive", "inv", "ker", "lsa", "mini", "net", "ob", "priv",
    "qu", "reg", "sam", "tok", "un", "vol", "wm", "xor", "zip", "pro", "ter", "con", "ma", "ri", "to", "se",
    "lo",
];

/// What only words of rules have.
const RARE: &[&str] =
    &["katz", "pwn", "jex", "vyr", "zok", "fyke", "mimi", "hok", "bao", "dri", "gho", "wyx"];

/// Programs that are everywhere.
pub(crate) const PROGRAMS: &[&str] = &[
    "powershell.exe",
    "cmd.exe",
    "rundll32.exe",
    "regsvr32.exe",
    "mshta.exe",
    "wscript.exe",
    "cscript.exe",
    "svchost.exe",
    "explorer.exe",
    "schtasks.exe",
    "reg.exe",
    "net.exe",
    "net1.exe",
    "wmic.exe",
    "certutil.exe",
    "bitsadmin.exe",
    "msiexec.exe",
    "sc.exe",
    "tasklist.exe",
    "whoami.exe",
    "chrome.exe",
    "msedge.exe",
    "winword.exe",
    "excel.exe",
    "outlook.exe",
    "services.exe",
    "conhost.exe",
    "taskhostw.exe",
    "pwsh.exe",
    "python.exe",
    "java.exe",
    "curl.exe",
];

/// Words that command lines have whoever writes them.
pub(crate) const FLAGS: &[&str] = &[
    " -enc ",
    " -nop ",
    " /c ",
    " /create ",
    " -exec bypass",
    "http://",
    "https://",
    ".ps1",
    ".vbs",
    " -w hidden",
    "\\AppData\\Local\\Temp\\",
    "\\Users\\Public\\",
    " add ",
    " delete ",
    " /s ",
    "-e ",
    "downloadstring",
    "frombase64string",
];

/// How a value is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Is,
    Starts,
    Ends,
    Contains,
    /// A regular expression about the value.
    Regex,
    /// A network, whatever the field.
    Network,
    /// A number that is not below the value.
    AtLeast,
}

/// A test of a field: one of the values, or all of them.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) field: &'static str,
    pub(crate) way: Way,
    pub(crate) values: Vec<String>,
    pub(crate) all: bool,
}

/// A rule: all of its tests, and none of its exceptions.
pub(crate) struct Rule {
    pub(crate) tests: Vec<Item>,
    pub(crate) unless: Vec<Item>,
    pub(crate) is_audit: bool,
}

/// So many rules.
pub(crate) fn rules(count: usize) -> Vec<Rule> {
    let mut choices = Choices::new(0x5EED);
    (0..count).map(|at| if at % 5 == 4 { audit(&mut choices) } else { process(&mut choices) }).collect()
}

fn item(field: &'static str, way: Way, values: Vec<String>) -> Item {
    Item { field, way, values, all: false }
}

/// Programs, of which most are common.
fn programs(choices: &mut Choices, most: usize) -> Vec<String> {
    let program = |choices: &mut Choices| {
        if choices.below(3) > 0 {
            format!("\\{}", PROGRAMS[choices.skewed(PROGRAMS.len())])
        } else {
            rare_program(choices)
        }
    };
    (0..=choices.below(most)).map(|_| program(choices)).collect()
}

fn rare_program(choices: &mut Choices) -> String {
    format!("\\{}.exe", choices.rare_word())
}

/// A text that ordinary command lines do not hold; one of four has no syllable that they do not have.
fn fragment(choices: &mut Choices) -> String {
    let word = choices.rare_word();
    match choices.below(8) {
        0 => format!(" -{word}"),
        1 => format!(" /{word} "),
        2 => format!("\\{word}.dll"),
        3 => format!("{word}://"),
        4 => format!("{} {}", choices.syllables(3), choices.syllables(4)),
        5 => format!("{}.{}", choices.syllables(4), choices.syllables(3)),
        _ => word,
    }
}

fn fragments(choices: &mut Choices, most: usize) -> Vec<String> {
    (0..=choices.below(most)).map(|_| fragment(choices)).collect()
}

fn flags(choices: &mut Choices) -> Item {
    let flags = (0..=choices.below(3)).map(|_| choices.of(FLAGS).to_owned());
    item("CommandLine", Way::Contains, flags.collect())
}

fn process(choices: &mut Choices) -> Rule {
    let mut tests = match choices.below(40) {
        0..=17 => vec![
            item("Image", Way::Ends, programs(choices, 3)),
            item("CommandLine", Way::Contains, fragments(choices, 6)),
        ],
        18..=23 => {
            let values = vec![choices.of(FLAGS).to_owned(), fragment(choices), fragment(choices)];
            vec![Item { all: true, ..item("CommandLine", Way::Contains, values) }]
        }
        24..=27 => vec![
            item("ParentImage", Way::Ends, programs(choices, 4)),
            item("Image", Way::Ends, programs(choices, 2)),
            item("CommandLine", Way::Contains, fragments(choices, 3)),
        ],
        28..=29 => {
            let digests = (0..=choices.below(20)).map(|_| format!("SHA256={}", choices.digest(64)));
            vec![item("Hashes", Way::Contains, digests.collect())]
        }
        30..=31 => vec![
            item("OriginalFileName", Way::Is, vec![format!("{}.exe", choices.rare_word())]),
            item("CommandLine", Way::Contains, fragments(choices, 4)),
        ],
        32..=33 => {
            vec![item("Image", Way::Starts, vec![format!("C:\\Users\\Public\\{}", choices.rare_word())])]
        }
        34..=35 => vec![
            item("IntegrityLevel", Way::Is, vec!["System".to_owned()]),
            item("CommandLine", Way::Contains, vec![fragment(choices)]),
        ],
        36 => vec![
            item("Image", Way::Ends, programs(choices, 2)),
            item("CommandLine", Way::Regex, vec![choices.rare_word()]),
        ],
        _ => vec![item("Image", Way::Ends, vec![rare_program(choices), rare_program(choices)])],
    };
    if choices.below(4) == 0 {
        tests.push(flags(choices));
    }
    let unless = match choices.below(3) {
        0 => vec![item("ParentImage", Way::Ends, programs(choices, 3))],
        _ => Vec::new(),
    };
    Rule { tests, unless, is_audit: false }
}

fn audit(choices: &mut Choices) -> Rule {
    let resource = choices.of(&["pods", "secrets", "configmaps", "roles", "nodes", "cronjobs", "events"]);
    let mut tests = vec![
        item("verb", Way::Is, vec![choices.of(&["create", "get", "list", "delete", "patch"]).to_owned()]),
        item("objectRef.resource", Way::Is, vec![resource.to_owned()]),
    ];
    let word = choices.rare_word();
    match choices.below(5) {
        0 => tests.push(item("requestURI", Way::Contains, vec![format!("/{word}/")])),
        1 => tests.push(item("user.username", Way::Starts, vec![format!("system:serviceaccount:{word}")])),
        2 => tests.push(item("objectRef.name", Way::Is, vec![word, choices.rare_word()])),
        3 => tests.push(item(
            "sourceIPs",
            Way::Network,
            vec![format!("172.{}.{}.0/24", choices.below(256), choices.below(256))],
        )),
        _ => tests.push(item("userAgent", Way::Contains, vec![word])),
    }
    if choices.below(4) == 0 {
        tests.push(item("responseStatus.code", Way::AtLeast, vec![(400 + choices.below(4)).to_string()]));
    }
    Rule { tests, unless: Vec::new(), is_audit: true }
}

/// What a regular expression of rules is, about a word; and a text that it finds.
pub(crate) fn regex(word: &str) -> (String, String) {
    (format!("(?i){word}[0-9]{{2,4}}[.](tmp|dat)"), format!("{word}123.tmp"))
}

impl Rule {
    /// The rule as a search.
    pub(crate) fn spl(&self) -> String {
        let is_regex = |item: &&Item| item.way == Way::Regex;
        let tests: Vec<String> = self.tests.iter().filter(|item| !is_regex(item)).map(Item::spl).collect();
        let unless: Vec<String> = self.unless.iter().map(Item::spl).collect();
        let not = if unless.is_empty() { String::new() } else { format!(" NOT ({})", unless.join(" ")) };
        let regexes = self.tests.iter().filter(is_regex);
        let regexes = regexes.map(|item| format!(" | regex {}=\"{}\"", item.field, regex(&item.values[0]).0));
        tests.join(" ") + &not + &regexes.collect::<String>()
    }

    /// The rule as Sigma.
    pub(crate) fn sigma(&self, id: usize) -> String {
        let category = if self.is_audit { "application" } else { "process_creation" };
        let mut text = format!("title: Rule {id}\nlogsource:\n    category: {category}\ndetection:\n");
        let mut names = Vec::new();
        for (at, item) in self.tests.iter().enumerate() {
            let _ = writeln!(text, "    selection{at}:\n{}", item.sigma());
            names.push(format!("selection{at}"));
        }
        for item in &self.unless {
            let _ = writeln!(text, "    filter:\n{}", item.sigma());
            names.push("not filter".to_owned());
        }
        text + &format!("    condition: {}\nlevel: medium\n", names.join(" and "))
    }
}

impl Item {
    fn spl(&self) -> String {
        let value = |value: &String| {
            let (before, behind) = match self.way {
                Way::Is | Way::Regex | Way::Network | Way::AtLeast => ("", ""),
                Way::Starts => ("", "*"),
                Way::Ends => ("*", ""),
                Way::Contains => ("*", "*"),
            };
            format!("\"{before}{}{behind}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
        };
        let values: Vec<String> = self.values.iter().map(value).collect();
        let is = |value: &String| match self.way {
            Way::AtLeast => format!("{}>={}", self.field, value.trim_matches('"')),
            Way::Network => format!("{}{{}}={value}", self.field),
            _ => format!("{}={value}", self.field),
        };
        match self.way {
            Way::AtLeast | Way::Network => values.iter().map(is).collect(),
            _ if self.all => values.iter().map(is).collect::<Vec<_>>().join(" "),
            _ => format!("{} IN ({})", self.field, values.join(", ")),
        }
    }

    fn sigma(&self) -> String {
        let way = match self.way {
            Way::Is => "",
            Way::Starts => "|startswith",
            Way::Ends => "|endswith",
            Way::Contains => "|contains",
            Way::Regex => "|re",
            Way::Network => "|cidr",
            Way::AtLeast => "|gte",
        };
        let all = if self.all { "|all" } else { "" };
        let mut text = format!("        {}{way}{all}:", self.field);
        for value in &self.values {
            // A backslash stands for itself where no wildcard and no other backslash follows.
            let _ = match self.way {
                Way::AtLeast => write!(text, " {value}"),
                Way::Regex => write!(text, "\n            - '{}'", regex(value).0),
                _ => write!(text, "\n            - '{}'", value.replace('\'', "''")),
            };
        }
        text
    }
}
