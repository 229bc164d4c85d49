"""Takes one Falco rule apart and says what the engine would refuse, as far as its text and a table of fields tell.

In: a rule as a map, the file's macros (name to condition), the fields of each source (targets/data/falco_fields.tsv). Out: faults as
texts. Pure functions without other people's packages; `.ci/validate` calls `rule_faults` for every rule of a file.
A small tokenizer, not a parser: whether `and`, `or` and brackets stand where they should is not asked.
The grammar is that of falcosecurity/libs, userspace/libsinsp/filter/parser.h; escapes are in filter/escaping.cpp.
"""
import re

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'", re.DOTALL)
ESCAPES = {'"': re.compile(r'\\[^bfnrt\\/" ]'), "'": re.compile(r"\\[^bfnrt\\/' ]")}
FIELD = r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+(?:\[[^\]\s]*\])?"
BARE = r"[^()\"'\s=,]+"
LIST = re.compile(r"\b(?:in|intersects|pmatch|oneof|anyof|allof)\s*\(([^()]*)\)")
# A bare word after a comparison is a constant, unless it opens a call: `= val(proc.name)`.
VALUE = re.compile(rf"(?:[=<>]\s*|\b(?:[bi]?contains|b?startswith|endswith|i?glob|regex)\s+)({BARE})(?![^\s)]*\()")
OUTPUT = re.compile(rf"%(?:(?:tolower|toupper|b64|basename|len)\()?({FIELD})")
WORDS = set("and or not exists in intersects pmatch oneof anyof allof contains icontains bcontains startswith bstartswith"
            " endswith glob iglob regex val tolower toupper b64 basename len join concat getopt".split())
SINCE_0_62 = {"oneof", "anyof", "allof", "join", "concat", "getopt"}
PLUGIN_OF_FIELD = {"container": "container", "k8s": "container", "json": "json", "jevt": "json"}
PLUGIN_OF_SOURCE = {"k8s_audit": "k8saudit", "docker": "docker"}
LONGEST_CONSTANT = 255


def condition_parts(condition):
    """Takes a condition apart: constants, fields, other words; and what is wrong with its text."""
    quoted = QUOTED.findall(condition)
    wrong = [f"bad escape in {text}" for text in quoted if ESCAPES[text[0]].search(text.replace("\\\\", ""))]
    rest = QUOTED.sub('""', condition)
    wrong += [f"a quoted text cannot end in a backslash: {text}" for text in quoted if text[-2] == "\\"]
    wrong += ["a quote is not closed"] if "'" in rest or rest.count('"') % 2 else []
    bare = [item.strip() for items in LIST.findall(rest) for item in items.split(",")]
    words = set(re.findall(r"\b[a-z0-9]+\b", LIST.sub(lambda found: found[0].split("(")[0], rest)))
    rest = LIST.sub(" ", rest)
    bare += VALUE.findall(rest)
    rest = VALUE.sub(" ", rest)
    names = set(re.findall(r"[A-Za-z_]\w*", re.sub(FIELD, " ", rest))) - WORDS
    constants = [re.sub(r"\\(.)", r"\1", text[1:-1]) for text in quoted] + bare
    wrong += [f"constant of {len(text.encode())} bytes, at most {LONGEST_CONSTANT}: {text[:40]}…"
              for text in constants if len(text.encode()) > LONGEST_CONSTANT]
    return re.findall(FIELD, rest), names, words & SINCE_0_62, wrong


def field_fault(field, source, fields):
    name, _, argument = field.partition("[")
    known = fields.get((source, name))
    if known is None and name.startswith(("evt.arg.", "evt.rawarg.")):  # `evt.arg.flags` is `evt.arg[flags]`
        name, argument = name.rsplit(".", 1)
        known = fields.get((source, name))
    if known is None:
        return [f"source {source} has no field {name}"]
    return [f"{name} wants an argument"] if known["argument"] == "required" and not argument else []


def rule_faults(rule, macros, fields):
    """The faults of a rule, the plugins that it needs, and the words in it that want engine 0.62."""
    source = rule.get("source", "syscall")
    wrong = [f"no {key}" for key in ("condition", "output", "desc", "priority") if not rule.get(key)]
    condition, output = rule.get("condition", ""), rule.get("output", "")
    used_macros = [text for name, text in macros.items() if re.search(rf"\b{name}\b", condition)]
    condition = " and ".join([condition, *used_macros])
    used, names, new_words, more = condition_parts(condition)
    wrong += more + [f"{name} is no keyword, field or macro, and not quoted" for name in sorted(names - {*macros})]
    printed = OUTPUT.findall(output)
    if output.count("%") != len(printed):
        wrong.append("a % in the output does not begin a field")
    for field in used + printed:
        wrong += field_fault(field, source, fields)
    if not used:
        wrong.append("the condition tests no field")
    plugins = {PLUGIN_OF_SOURCE.get(source), *(PLUGIN_OF_FIELD.get(field.split(".")[0]) for field in used + printed)}
    return wrong, plugins - {None}, new_words
