"""Examples for `.ci/validate --self-test`: GOOD files, and BROKEN, the ways to break one of them.

GOOD maps a path below OUT_DIR to its text. A row of BROKEN is (path, what stands there, what stands there instead,
a part of the message that is due). One change a row, so that each row shows that its own fault is found.
BROKEN_MAPS holds maps for targets/: (file, text, a part of the message that is due, empty for one that is right).
"""

SIGMA = "sigma/container_administration_command.yml"
CORRELATION = "sigma/correlation_many_commands.yml"
FALCO, FALCO_K8S = "falco/shell_in_container.yaml", "falco/exec_into_pod.yaml"
EQL, NDJSON, TOML = "eql/exec_into_pod.eql", "eql/exec_into_pod.ndjson", "eql/exec_into_pod.toml"

QUERY = 'any where kubernetes.audit.verb == "create" and (?user.name == null or not ?user.name : "backup*")'
ID = "3d2f1c52-6c0e-4b0e-9d55-0a8f3e6b7f10"

GOOD = {
    SIGMA: """\
title: Container Administration Command - Docker Daemon
id: 3d2f1c52-6c0e-5b0e-9d55-0a8f3e6b7f10
status: experimental
description: Command run in a container through the Docker client, other than by the backup account.
references:
    - https://example.org/analytics/container-administration-command
author: Jane Doe
date: 2025-11-22
tags:
    - attack.execution
    - attack.t1609
logsource:
    product: docker
    service: daemon
detection:
    selection:
        command:
            - 'docker exec'
            - 'docker attach'
        user|exists: true
    filter_main_user:
        user: 'backup'
    condition: selection and not 1 of filter_main_*
falsepositives:
    - Unknown
level: medium
---
title: Container Administration Command - Kubernetes Audit
id: 3d2f1c52-6c0e-5b0e-9d55-0a8f3e6b7f11
status: experimental
description: Command run in a container through the Kubernetes API server, other than by the backup account.
references:
    - https://example.org/analytics/container-administration-command
author: Jane Doe
date: 2025-11-22
tags:
    - attack.execution
    - attack.t1609
logsource:
    product: kubernetes
    service: audit
detection:
    selection:
        verb: 'create'
        objectRef.subresource: 'exec'
        user.username|exists: true
    filter_main_user:
        user.username: 'backup'
    condition: selection and not 1 of filter_main_*
falsepositives:
    - Unknown
level: medium
""",
    CORRELATION: """\
title: Container Command by a User
id: 3d2f1c52-6c0e-5b0e-9d55-0a8f3e6b7f12
name: container_command_by_a_user
status: experimental
description: One command run in a container, counted by the correlation below.
author: Jane Doe
date: 2025-11-22
logsource:
    product: docker
    service: daemon
detection:
    selection:
        command|contains: 'docker exec'
    condition: selection
falsepositives:
    - Unknown
level: low
---
title: Many Container Commands by a User
id: 3d2f1c52-6c0e-5b0e-9d55-0a8f3e6b7f13
status: experimental
description: More than five commands run in containers by one user within five minutes.
author: Jane Doe
date: 2025-11-22
correlation:
    type: event_count
    rules:
        - container_command_by_a_user
    group-by:
        - user
    timespan: 5m
    condition:
        gt: 5
falsepositives:
    - Unknown
level: medium
""",
    FALCO: r"""
- required_engine_version: 0.57.0
- required_plugin_versions:
    - name: container
      version: 0.4.0
- macro: spawned_process
  condition: evt.type in (execve, execveat)
- rule: Shell in a Container
  desc: A shell was started in a container.
  condition: >-
    spawned_process and not container.id = "host" and (tolower(proc.name) = "bash" or proc.cmdline iglob "*\\[x y\\]* proc.nosuch")
    and not proc.pname = val(proc.name) and evt.arg.flags exists
  output: Shell in a container | command=%proc.cmdline user=%tolower(user.name) arg=%proc.aname[2]
  priority: WARNING
  source: syscall
  tags: [maturity_sandbox, container, mitre_execution, T1609]
""",
    FALCO_K8S: """
- required_engine_version: 0.62.0
- required_plugin_versions:
    - name: k8saudit
      version: 0.7.0
    - name: json
      version: 0.7.0
- rule: Exec Into Pod
  desc: A command was run in a pod through the API server.
  condition: >-
    ka.verb iglob anyof ("create", "get") and ka.user.groups intersects ("system:masters")
    and json.value[/stage] = "ResponseStarted"
  output: Exec into pod | user=%ka.user.name command=%ka.uri.param[command]
  priority: NOTICE
  source: k8s_audit
""",
    EQL: f"// Exec into a pod.\n{QUERY}\n",
    NDJSON: '{"rule_id":"' + ID + '","name":"Exec Into Pod","description":"A command was run in a pod.","type":"eql","language":"eql",'
    '"query":"' + QUERY.replace('"', '\\"') + '","severity":"medium","risk_score":47,"index":["logs-kubernetes.audit_logs-*"],'
    '"from":"now-9m","to":"now","interval":"5m","enabled":false,"tags":["Container"]}\n',
    TOML: f"""
[metadata]
creation_date = "2025/11/22"
updated_date = "2025/11/22"

[rule]
author = ["Jane Doe"]
description = "A command was run in a pod."
language = "eql"
name = "Exec Into Pod"
risk_score = 47
rule_id = "{ID}"
severity = "medium"
type = "eql"
query = '''
{QUERY}
'''

[[rule.threat]]
framework = "MITRE ATT&CK"

[rule.threat.tactic]
id = "TA0006"
name = "Credential Access"
reference = "https://attack.mitre.org/tactics/TA0006/"

[[rule.threat.technique]]
id = "T1552"
name = "Unsecured Credentials"
reference = "https://attack.mitre.org/techniques/T1552/"

[[rule.threat.technique.subtechnique]]
id = "T1552.007"
name = "Container API"
reference = "https://attack.mitre.org/techniques/T1552/007/"
""",
}

BROKEN = [
    (SIGMA, "title: Container Administration", "title: Container administration", "SigmahqTitleCaseIssue"),
    (SIGMA, "    - attack.execution\n", "", "SigmahqTagsTechniquesWithoutTacticsIssue"),
    (SIGMA, "Kubernetes Audit", "Docker Daemon", "DuplicateTitleIssue"),
    (SIGMA, "6b7f11", "6b7f10", "IdentifierCollisionIssue"),
    (SIGMA, "selection and not 1 of filter_main_*", "selection", "DanglingDetectionIssue"),
    (SIGMA, "'docker attach'", "'123'", "NumberAsStringIssue"),
    (SIGMA, "level: medium", "splc: {}\nlevel: medium", "SigmahqUnknownFieldIssue"),
    (SIGMA, "not 1 of filter_main_*", "not", "Condition error"),
    (SIGMA, "exists: true", "exits: true", "Unknown modifier"),
    (SIGMA, "exists: true", "exists: maybe", "SigmaExistsModifier"),
    (SIGMA, "date: 2025-11-22", "date: 2025/11/22", "document 1: date: "),
    (SIGMA, "level: medium", "level: severe", "document 1: level: "),
    (SIGMA, "user|exists: true", "command: 'x'", "is there twice"),
    (SIGMA, "level: medium\n---", "level: medium\n---\n---", "empty document"),
    (SIGMA, "title: Container", "title: [Container", "not YAML"),
    (CORRELATION, "group-by:\n        - user", "group-of: user", "document 2: correlation: "),
    (CORRELATION, "- container_command_by_a_user", "- no_such_rule", "no_such_rule"),
    (FALCO, "- required_engine_version: 0.57.0\n", "", "no required_engine_version"),
    (FALCO, "name: container\n", "name: json\n", "plugin container is not in required_plugin_versions"),
    (FALCO, "tolower(proc.name)", "tolower(ka.verb)", "source syscall has no field ka.verb"),
    (FALCO, "val(proc.name)", "val(proc.nosuch)", "source syscall has no field proc.nosuch"),
    (FALCO, "user=%tolower(user.name)", "user=%proc.nosuch", "source syscall has no field proc.nosuch"),
    (FALCO, "Shell in a container |", "Shell in 50% of containers |", "a % in the output"),
    (FALCO, r"*\\[x", r"*\[x", "bad escape"),
    (FALCO, '"bash"', '"' + "é" * 128 + '"', "constant of 256 bytes"),
    (FALCO, '"bash"', '"bash', "a quote is not closed"),
    (FALCO, '"bash"', '"bash\\\\"', "cannot end in a backslash"),
    (FALCO, "evt.type in", "ka.verb in", "source syscall has no field ka.verb"),
    (FALCO, "required_engine_version", "required_engine_versions", "was unexpected"),
    (FALCO, "spawned_process and", "started_process and", "started_process is no keyword, field or macro"),
    (FALCO, "priority: WARNING", "priority: warning", "is not one of"),
    (FALCO, "  source: syscall", "  sauce: syscall", "'sauce' was unexpected"),
    (FALCO_K8S, "Exec Into Pod", "Shell in a Container", "is also a rule of"),
    (FALCO_K8S, "name: k8saudit", "name: docker", "plugin k8saudit is not in"),
    (FALCO_K8S, "0.62.0", "0.57.0", "anyof want engine 0.62.0"),
    (FALCO_K8S, "[command]", "", "ka.uri.param wants an argument"),
    (FALCO_K8S, "  priority: NOTICE\n", "", "no priority"),
    (FALCO_K8S, "source: k8s_audit", "source: docker", "source docker has no field ka.verb"),
    (EQL, " == ", " = ", "Compare with =="),
    (EQL, "not ?user.name : ", "?user.name not : ", "eql: "),
    (EQL, '"create"', "kubernetes.audit.stage", "Comparisons against fields"),
    (EQL, '"create"', r'"\d"', "eql: "),
    (EQL, "kubernetes.audit.verb ==", "wildcard(kubernetes.audit.verb, 'x') ==", "eql: "),
    (NDJSON, '"risk_score":47', '"risk_score":"47"', "risk_score: "),
    (NDJSON, '"enabled":false', '"investigation_fields":{}', "investigation_fields"),
    (NDJSON, '"severity":"medium",', "", "'severity' is a required property"),
    (NDJSON, '"from":"now-9m"', '"from":"9m"', "from: "),
    (NDJSON, "backup*", "backup", "the query is not that of the other file"),
    (NDJSON, "}\n", "}}\n", "Extra data"),
    (NDJSON, GOOD[NDJSON], GOOD[NDJSON] * 2, "rule_id is also that of"),
    (TOML, ID, "T1609-1", "rule/rule_id: "),
    (TOML, 'creation_date = "2025/11/22"', 'creation_date = "2025-11-22"', "metadata/creation_date: "),
    (TOML, "T1552/007/", "T1552.007/", "threat T1552.007: ATT&CK has"),
    (TOML, '"Container API"', '"Containers API"', "threat T1552.007: ATT&CK has"),
    (TOML, '"T1552"', '"T1609"', "threat T1609: is not a technique of Credential Access"),
    (TOML, '"T1552.007"', '"T1556.001"', "threat T1556.001: is not below T1552"),
    (TOML, "[[rule.threat]]", "[rule.threat]", "rule/threat: "),
    (TOML, "[metadata]", "[metadata", "toml: "),
    (TOML, 'author = ["Jane Doe"]\n', "", "'author' is a required property"),
]

# How a map with one mapping of one field goes on.
FIELD = "version: 1\nviews: {v: {title: V}}\nany_source: {view: v, fields: {a: %s}}\n"

BROKEN_MAPS = [
    ("rust.yaml", FIELD % "b", ""),
    ("rust.yaml", FIELD % "{name: b, type: long}", ""),
    ("rust.yaml", "extends: embedded\nviews: {v: null}\n", ""),
    ("sources.yaml", "version: 1\nsources: {a: {title: A, recognise: [{sourcetype: [a]}]}}\n", ""),
    ("rust.yaml", "views: {}\n", "'version' is a required property"),
    ("rust.yaml", "version: 2\n", "1 was expected"),
    ("rust.yaml", "version: 1\nvews: {}\n", "'vews' was unexpected"),
    ("rust.yaml", "version: 1\nviews: {}\nviews: {}\n", "there twice"),
    ("rust.yaml", "version: 1\nany_source: {fields: {}}\n", "'view' is a required property"),
    ("rust.yaml", "version: 1\nviews: {v: {title: V, constants: {a: 5}}}\n", "is not valid under any of the given schemas"),
    ("rust.yaml", "version: 1\nviews: {v: {constants: {a: x}}}\n", "'title' is a required property"),
    ("rust.yaml", "version: 1\nfield_list: other\n", "'other' is not one of"),
    ("rust.yaml", "version: 1\nany_source: {view: v, keep_other_fields: ja}\n", "'ja' is not of type 'boolean'"),
    ("rust.yaml", "version: 1\nany_source: {view: v, substitute: {source: a}}\n", "'reason' is a required property"),
    ("rust.yaml", FIELD % "5", "5 is not valid under any of the given schemas"),
    ("rust.yaml", FIELD % "{nme: b}", "is not valid under any of the given schemas"),
    ("rust.yaml", FIELD % "{name: b, type: text}", "is not valid under any of the given schemas"),
    ("rust.yaml", FIELD % "{name: b, missing: c}", "is not valid under any of the given schemas"),
    ("rust.yaml", FIELD % "{}", "is not valid under any of the given schemas"),
    ("rust.yaml", FIELD % "null", "None is not of type 'string'"),
    ("sources.yaml", "version: 1\nsources: [a]\n", "is not of type 'object'"),
    ("sources.yaml", "version: 1\nsources: {a: {title: 5}}\n", "is not valid under any of the given schemas"),
    ("sources.yaml", "version: 1\nsources: {a: {title: A, recognise: [{sourcetype: x}]}}\n", "is not valid under any"),
    ("sources.yaml", "version: 1\nsources: {a: {title: A, recognise: [{sourcetyp: [x]}]}}\n", "is not valid under any"),
    ("sources.yaml", "version: 1\nsources: {a: {title: A, recognise: [{}]}}\n", "is not valid under any"),
]
