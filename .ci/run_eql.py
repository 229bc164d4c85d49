"""Runs EQL queries over events with the engine of Elastic's `eql` package.

In: on standard input, one JSON object a line: a query, and events, oldest first, each with a time in seconds, a category
and fields. Out: one line a query, the list of the indexes of the events that are in a result; or the error as a text.

The engine is not Elasticsearch: every comparison ignores case, a test of a missing field is null and so is its negation,
`?` is no wildcard, `regex~` is Python's and not anchored at the end, and spans are whole seconds. So the queries that
are asked here keep to what both mean alike: see tests/eql_engine.rs. This file must not be called `eql_…`: the package
takes modules of such names for plugins of its own and runs them.
"""
import contextlib
import json
import sys

import eql

import eql_rule


def found(query, events):
    """The events of all results, by index."""
    with contextlib.ExitStack() as stack:
        for setting in eql_rule.DIALECT:
            stack.enter_context(setting)
        parsed = eql.parse_query(query)
    engine = eql.PythonEngine({"time_unit": 1})
    indexes = set()
    engine.add_output_hook(lambda output: indexes.update(event.data["index"] for event in output.events))
    engine.add_query(parsed)
    for index, event in enumerate(events):
        engine.stream_event(eql.Event(event["category"], event["time"], event["fields"] | {"index": index}))
    engine.finalize()
    return sorted(indexes)


for line in sys.stdin:
    asked = json.loads(line)
    try:
        print(json.dumps(found(asked["query"], asked["events"])))
    except eql.EqlError as error:
        print(json.dumps(" ".join(str(error).split())))
