//! Macros that Splunk and its own apps supply, which published searches call without defining them.
//!
//! In: a name. Out: a definition, or the app that has one. Sources: the `macros.conf` of Splunk itself for `comment`,
//! the one of the Common Information Model add-on (`Splunk_SA_CIM`), and those of Splunk's published detections
//! (`DA-ESS-ContentUpdate`) that format what is shown or set up `tstats`. Invariant: a text stands here only as it is
//! published; a macro whose text is not public is named with its app, and never guessed.

use std::sync::OnceLock;

use super::{Definition, Origin};

/// Name, arguments, text, whether it is an eval expression, app.
type Row = (&'static str, &'static [&'static str], &'static str, bool, &'static str);

const ROWS: &[Row] = &[
    ("comment", &["text"], "\"\"", true, "Splunk"),
    ("drop_dm_object_name", &["object"], "rename \"$object$.*\" as *", false, CIM),
    ("cim_corporate_web_domains", &[], "inputlookup append=T cim_corporate_web_domain_lookup", false, CIM),
    (
        "cim_corporate_web_domain_search",
        &["field"],
        "[| `cim_corporate_web_domains` | rename domain as $field$ | format | fields search]",
        false,
        CIM,
    ),
    (
        "security_content_ctime",
        &["field"],
        "convert timeformat=\"%Y-%m-%dT%H:%M:%S\" ctime($field$)",
        false,
        CONTENT,
    ),
    (
        "security_content_summariesonly",
        &[],
        "summariesonly=`summariesonly_config` allow_old_summaries=`oldsummaries_config` \
         fillnull_value=`fillnull_config`",
        false,
        CONTENT,
    ),
    // As it is printed in Splunk's .conf talks on accelerated data models. It decides how, not what is found.
    ("summariesonly", &[], "summariesonly=t", false, CIM),
    ("summariesonly_config", &[], "false", false, CONTENT),
    ("oldsummaries_config", &[], "true", false, CONTENT),
    ("fillnull_config", &[], "null", false, CONTENT),
];

const CONTENT: &str = "DA-ESS-ContentUpdate";
const CIM: &str = "Splunk_SA_CIM";

/// Macros of apps whose text is not public, and the app.
const EXTERNAL: &[(&str, &str)] = &[
    ("get_asset", "SA-IdentityManagement, a part of Splunk Enterprise Security"),
    ("get_risk_severity", "SA-ThreatIntelligence, a part of Splunk Enterprise Security"),
    ("globedistance", "Splunk Enterprise Security"),
];

fn all() -> &'static [Definition] {
    static ALL: OnceLock<Vec<Definition>> = OnceLock::new();
    let definition = |(name, arguments, text, is_eval, app): &Row| Definition {
        name: (*name).to_owned(),
        arity: arguments.len(),
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        text: (*text).to_owned(),
        is_eval: *is_eval,
        app: Some((*app).to_owned()),
        origin: Origin::BuiltIn(app),
    };
    ALL.get_or_init(|| ROWS.iter().map(definition).collect())
}

/// The built-in definition.
pub(super) fn find(name: &str, arity: usize) -> Option<&'static Definition> {
    all().iter().find(|one| one.name == name && one.arity == arity)
}

/// The numbers of arguments for which a name is built in.
pub(super) fn arities(name: &str) -> impl Iterator<Item = usize> {
    all().iter().filter(move |one| one.name == name).map(|one| one.arity)
}

/// The app that defines a macro whose text is not known here.
pub(super) fn external(name: &str) -> Option<&'static str> {
    EXTERNAL.iter().find(|(other, _)| *other == name).map(|(_, app)| *app)
}
