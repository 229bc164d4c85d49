//! Detection rules made from a seed, shaped like those that people write: an image, words of a command line, a parent,
//! digests, what is allowed; a fifth of them about Kubernetes audit events.
//!
//! Out: each rule as SPL and as Sigma, so that two engines run the same. Invariant: the same seed gives the same rules,
//! and a larger set begins with the smaller one.

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

    /// A word of letters that is no other word.
    pub(crate) fn word(&mut self) -> String {
        const SYLLABLES: &[&str] = &[
            "ad", "bit", "ca", "dump", "ex", "fil", "get", "hive", "inv", "ker", "lsa", "mini", "net", "ob",
            "priv", "qu", "reg", "sam", "tok", "un", "vol", "wm", "xor", "zip", "pro", "ter", "con", "ma",
            "ri", "to", "se", "lo",
        ];
        (0..2 + self.below(3)).map(|_| self.of(SYLLABLES)).collect()
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

fn program(choices: &mut Choices) -> String {
    if choices.below(3) > 0 {
        format!("\\{}", PROGRAMS[choices.skewed(PROGRAMS.len())])
    } else {
        format!("\\{}.exe", choices.word())
    }
}

fn programs(choices: &mut Choices, most: usize) -> Vec<String> {
    (0..=choices.below(most)).map(|_| program(choices)).collect()
}

fn fragment(choices: &mut Choices) -> String {
    let word = choices.word();
    match choices.below(8) {
        0 => choices.of(FLAGS).to_owned(),
        1 => format!(" -{word}"),
        2 => format!(" /{word} "),
        3 => format!("\\{word}.dll"),
        4 => format!("{word}://"),
        5 => format!("{word} {}", choices.word()),
        _ => word,
    }
}

fn fragments(choices: &mut Choices, most: usize) -> Vec<String> {
    (0..=choices.below(most)).map(|_| fragment(choices)).collect()
}

fn process(choices: &mut Choices) -> Rule {
    let mut tests = match choices.below(20) {
        0..=9 => vec![
            item("Image", Way::Ends, programs(choices, 3)),
            item("CommandLine", Way::Contains, fragments(choices, 6)),
        ],
        10..=12 => {
            let values = vec![fragment(choices), choices.word(), fragment(choices)];
            vec![Item { all: true, ..item("CommandLine", Way::Contains, values) }]
        }
        13..=14 => vec![
            item("ParentImage", Way::Ends, programs(choices, 4)),
            item("Image", Way::Ends, vec![program(choices), format!("\\{}.exe", choices.word())]),
            item("CommandLine", Way::Contains, fragments(choices, 3)),
        ],
        15 => {
            let digests = (0..=choices.below(20)).map(|_| format!("SHA256={}", choices.digest(64)));
            vec![item("Hashes", Way::Contains, digests.collect())]
        }
        16 => vec![
            item("OriginalFileName", Way::Is, vec![format!("{}.exe", choices.word())]),
            item("CommandLine", Way::Contains, fragments(choices, 4)),
        ],
        17 => vec![item("Image", Way::Starts, vec![format!("C:\\Users\\Public\\{}", choices.word())])],
        18 => vec![
            item("IntegrityLevel", Way::Is, vec!["System".to_owned()]),
            item("CommandLine", Way::Contains, vec![fragment(choices) + &choices.word()]),
        ],
        _ => vec![item("Image", Way::Ends, vec![format!("\\{}.exe", choices.word())])],
    };
    if choices.below(4) == 0 {
        let values = vec![fragment(choices), choices.word()];
        tests.push(item("CommandLine", Way::Contains, values));
    }
    let unless = match choices.below(3) {
        0 => vec![item("ParentImage", Way::Ends, vec![program(choices)])],
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
    match choices.below(4) {
        0 => tests.push(item("requestURI", Way::Contains, vec![format!("/{}/", choices.word())])),
        1 => tests.push(item(
            "user.username",
            Way::Starts,
            vec![format!("system:serviceaccount:{}", choices.word())],
        )),
        2 => tests.push(item("objectRef.name", Way::Is, vec![choices.word(), choices.word()])),
        _ => tests.push(item("userAgent", Way::Contains, vec![choices.word()])),
    }
    Rule { tests, unless: Vec::new(), is_audit: true }
}

impl Rule {
    /// The rule as a search.
    pub(crate) fn spl(&self) -> String {
        let tests: Vec<String> = self.tests.iter().map(Item::spl).collect();
        let unless: Vec<String> = self.unless.iter().map(Item::spl).collect();
        let not = if unless.is_empty() { String::new() } else { format!(" NOT ({})", unless.join(" ")) };
        tests.join(" ") + &not
    }

    /// The rule as Sigma.
    pub(crate) fn sigma(&self, id: usize) -> String {
        let category = if self.is_audit { "application" } else { "process_creation" };
        let mut text = format!("title: Rule {id}\nlogsource:\n    category: {category}\ndetection:\n");
        for (at, item) in self.tests.iter().enumerate() {
            let _ = writeln!(text, "    selection{at}:\n{}", item.sigma());
        }
        for item in &self.unless {
            let _ = writeln!(text, "    filter:\n{}", item.sigma());
        }
        let not = if self.unless.is_empty() { "" } else { " and not filter" };
        text + &format!("    condition: all of selection*{not}\nlevel: medium\n")
    }
}

impl Item {
    fn spl(&self) -> String {
        let value = |value: &String| {
            let (before, behind) = match self.way {
                Way::Is => ("", ""),
                Way::Starts => ("", "*"),
                Way::Ends => ("*", ""),
                Way::Contains => ("*", "*"),
            };
            format!("\"{before}{}{behind}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
        };
        let values: Vec<String> = self.values.iter().map(value).collect();
        if self.all {
            let each: Vec<String> = values.iter().map(|value| format!("{}={value}", self.field)).collect();
            return each.join(" ");
        }
        format!("{} IN ({})", self.field, values.join(", "))
    }

    fn sigma(&self) -> String {
        let way = match self.way {
            Way::Is => "",
            Way::Starts => "|startswith",
            Way::Ends => "|endswith",
            Way::Contains => "|contains",
        };
        let all = if self.all { "|all" } else { "" };
        let mut text = format!("        {}{way}{all}:", self.field);
        for value in &self.values {
            // A backslash stands for itself where no wildcard and no other backslash follows.
            let _ = write!(text, "\n            - '{}'", value.replace('\'', "''"));
        }
        text
    }
}
