"""What is wrong with the query and with the ATT&CK entries of one Elastic rule of type eql.

In: the text of a query, parsed by Elastic's `eql` package in its Elasticsearch mode; the `threat` of a rule, compared
with targets/data/attack_*.tsv. Out: faults as texts. The package's engine is not used here: it reads a missing field,
case and `?` in another way than Elasticsearch, and only its parser says what Elasticsearch would accept; `run_eql.py`
runs it.
"""
import contextlib

import eql
import eql.utils

# Elasticsearch's functions; the package knows older ones (`wildcard`, `match`, `arrayContains`) that are gone.
FUNCTIONS = ("add between cidrMatch concat divide endsWith indexOf length modulo multiply number startsWith string"
             " stringContains substring subtract").split()
DIALECT = [eql.parser.elasticsearch_syntax, eql.parser.allow_sample, eql.parser.allow_runs, eql.parser.allow_negation,
           eql.parser.skip_optimizations, eql.utils.ParserConfig(allowed_functions=FUNCTIONS)]


def query_faults(query):
    with contextlib.ExitStack() as stack:
        for setting in DIALECT:
            stack.enter_context(setting)
        try:
            eql.parse_query(query)
        except (eql.EqlError, RecursionError) as error:
            return [f"eql: {' '.join(str(error).split())[:200]}"]
    return []


def threat_faults(rule, tactics, techniques):
    """ATT&CK: each technique belongs to the tactic it stands under; ids, names and links agree."""
    wrong = []
    for entry in rule.get("threat", []):
        tactic = entry["tactic"]
        known = tactics.get(tactic["id"], {"name": None, "shortname": None})
        below = entry.get("technique", [])
        below = [("", one) for one in below] + [(one["id"] + ".", sub) for one in below for sub in one.get("subtechnique", [])]
        for kind, named, row in [("tactics", tactic, known)] + [
                ("techniques", one, techniques.get(one["id"], {"name": None})) for _, one in below]:
            link = f"https://attack.mitre.org/{kind}/{named['id'].replace('.', '/')}/"
            if named["name"] != row["name"] or named["reference"] != link or row.get("status", "current") != "current":
                wrong.append(f"threat {named['id']}: ATT&CK has {row.get('status', '')} {row['name']!r}, {link}")
        for parent, one in below:
            if known["shortname"] not in techniques.get(one["id"], {"tactics": ""})["tactics"].split(","):
                wrong.append(f"threat {one['id']}: is not a technique of {tactic['name']}")
            if not one["id"].startswith(parent):
                wrong.append(f"threat {one['id']}: is not below {parent[:-1]}")
    return wrong
