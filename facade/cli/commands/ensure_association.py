"""Create an association between two kinds of object, unless its key exists."""

import argparse
import json

from facade._core.reasons import visible
from facade.cli.console import assignment
from facade.cli.pairs_run import pair_names
from facade.cli.settings import add_settings, read_settings

EPILOG = """
output:
  A line that says whether it was created. With --json one JSON object: created
  (true or false), and item with the keys of the command list.
  HighLevel may store the key in lower case, and swap the two sides.

examples:
  {command} owner_pet \\
    --first contact=Owner --second custom_objects.pet=Pet
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    side = assignment("OBJECT=LABEL, such as contact=Owner")
    add("key", metavar="KEY", help="the key of the association, such as owner_pet")
    for name in ("first", "second"):
        said = f"the {name} object, and its label"
        add(f"--{name}", type=side, required=True, metavar="OBJECT=LABEL", help=said)
    add("--json", action="store_true", help="print one JSON object")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    (first, first_label), (second, second_label) = options.first, options.second
    with read_settings(options).client() as client:
        ensured = client.associations.ensure(
            key=options.key,
            first_object_key=first,
            first_object_label=first_label,
            second_object_key=second,
            second_object_label=second_label,
        )
    if options.json:
        print(json.dumps(ensured.to_dict()))
    else:
        item = ensured.item
        did = "created" if ensured.created else "exists already"
        print(visible(f"{item.key} {did}: {' to '.join(pair_names(item))} ({item.id})"))
    return 0
