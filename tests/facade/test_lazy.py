"""Packages load names on first use, and otherwise behave as if loaded."""

import asyncio
import subprocess
import sys
from importlib import import_module
from unittest.mock import create_autospec, patch

import pytest

import facade
from facade import AssociationsClient, AsyncAssociationsClient, Page, Relation
from facade.testing import Sandbox
from tests.facade.driving import run_program

# What an app that imported these packages may have relied on, written by hand.
MODULES = {
    "facade": "errors models observe pace".split(),
    "facade.bulk": "journal outcomes plan".split(),
    "facade.testing": "faults messages sandbox server transport variants".split(),
}
LIGHT = {"facade", "facade._core", "facade._core.lazy", "facade.version"}
LATE = "asyncio attr attrs concurrent facade._core.events facade.models generated_client".split()


def modules_after(code: str) -> set[str]:
    """Run code in a new process; return the modules of httpx, attrs and ours that it loads."""
    loaded = run_program(f"{code}; import sys; print(*sys.modules)")[0].split()
    ours = ("facade", "generated_client", "httpx", "attr", "attrs", "asyncio", "concurrent")
    return {name for name in loaded if name.partition(".")[0] in ours}


@pytest.mark.parametrize(
    "code",
    [
        "import facade; dir(facade), facade.__all__",
        "import facade; assert not hasattr(facade, 'RedisPace')",  # of another module
        "import facade.testing",
    ],
)
def test_importing_a_package_loads_nothing_of_what_it_hands_out(code: str) -> None:
    assert modules_after(code) - {"facade.testing"} == LIGHT


BLOCKING_APP = """
import sys, httpx
from facade import AssociationsClient, AssociationsError
transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"associations": []}))
with AssociationsClient("pit-t", "loc", transport=transport) as client:
    client.associations.list()
print("facade._core.events" in sys.modules)
with AssociationsClient("pit-t", "loc", base_url="http://127.0.0.1:9", retries=0) as client:
    try:
        client.relations.list("r")
    except AssociationsError as error:
        print(type(error).__name__)
print([name for name in sys.modules if name == "asyncio" or name.startswith("facade._async")])
"""


def test_a_blocking_client_loads_what_it_needs_for_its_first_call_only() -> None:
    loaded = modules_after("from facade import AssociationsClient")
    assert "facade._sync.client" in loaded
    assert [name for name in LATE if name in loaded] == []
    assert run_program(BLOCKING_APP) == ["False", "ConnectFailedError", "[]"]


@pytest.mark.parametrize("package", MODULES)
def test_a_package_has_its_names_as_if_it_had_imported_them(package: str) -> None:
    module = import_module(package)
    assert {*module.__all__} <= {*filter(str.isidentifier, dir(module))} == {*dir(module)}
    shown = ", ".join(f"{name!r} in names, {package}.{name}.__name__" for name in MODULES[package])
    expected = " ".join(f"True {package}.{name}" for name in MODULES[package])
    assert run_program(f"import {package}; names = dir({package}); print({shown})") == [expected]


def test_a_name_is_the_same_wherever_it_comes_from_and_may_be_replaced() -> None:
    assert facade.Relation is facade.models.Relation is Relation
    assert vars(facade)["Relation"] is Relation  # it is looked for once
    with patch("facade.AssociationsClient") as fake:
        assert facade.AssociationsClient is fake
    assert facade.AssociationsClient is AssociationsClient
    assert create_autospec(facade).AssociationsClient.from_env
    assert create_autospec(Sandbox).relations


@pytest.mark.parametrize(
    ("package", "name", "statement"),
    [
        ("facade", "ensure_many", "from facade.bulk import ensure_many"),
        ("facade", "sandbox", "from facade.testing import Sandbox"),
        ("facade.testing", "Delivery", "from facade.testing.webhooks import Delivery"),
        ("facade", "bulc", ""),
    ],
)
def test_the_error_for_a_name_says_who_has_it(package: str, name: str, statement: str) -> None:
    hint = f": write `{statement}`$" if statement else r"( \(.*\))?$"
    with pytest.raises(ImportError, match=f"import name '{name}' from '{package}'{hint}"):
        exec(f"from {package} import {name}")  # noqa: S102 - type checkers know that there is none
    with pytest.raises(AttributeError, match=f"no attribute '{name}'{hint}"):
        getattr(import_module(package), name)


CIPHER = "from facade.redis.shared_stores import cipher_of; cipher_of(b'k')"
MISSING = 'ImportError: a package is missing: pip install "highlevel-associations[{}]"'


@pytest.mark.parametrize(
    ("missing", "code", "says"),
    [
        ("", "facade.bulk", "no attribute 'bulk': write `import facade.bulk`"),
        ("redis", "import facade.redis", MISSING.format("redis")),
        ("cryptography", "import facade.webhooks", MISSING.format("webhooks")),
        ("cryptography.fernet", CIPHER, MISSING.format("redis")),
        ("cryptography", "facade.testing.Sandbox().webhooks(print)", MISSING.format("webhooks")),
    ],
)
def test_the_error_for_what_is_missing_says_what_to_do(missing: str, code: str, says: str) -> None:
    code = f"import sys, facade.testing; sys.modules[{missing!r}] = None; {code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].endswith(says)


def test_an_autospec_of_a_client_knows_its_resources_and_their_methods() -> None:
    with AssociationsClient("token", "loc") as client:
        made_by_the_class = create_autospec(AssociationsClient)("token", "loc")
        specs = [create_autospec(AssociationsClient, instance=True), create_autospec(client)]
    for autospec in (*specs, made_by_the_class):
        autospec.relations.list.return_value = Page(())
        assert autospec.relations.list("contact-1", limit=5) == Page(())
        with pytest.raises(TypeError, match="missing a required argument"):
            autospec.associations.get()
        with pytest.raises(AttributeError, match="lost"):
            autospec.associations.lost("a1")
    awaited = create_autospec(AsyncAssociationsClient, instance=True)
    awaited.associations.get.return_value = "found"
    assert asyncio.run(awaited.associations.get("a1")) == "found"
