"""Packages load names on first use, and otherwise behave as if loaded."""

import pickle
import subprocess
import sys
from importlib import import_module
from typing import Any
from unittest.mock import create_autospec, patch

import pytest

import facade
from facade import AssociationsClient, Relation
from facade.testing import Sandbox

# What an app that imported these packages may have relied on, written by hand.
MODULES = {
    "facade": "errors models observe pace".split(),
    "facade.bulk": "journal outcomes plan".split(),
    "facade.testing": "faults messages sandbox server transport variants".split(),
}


def modules_after(code: str) -> set[str]:
    """Run code in a new process; return the modules of httpx, attrs and ours that it loads."""
    code += "; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = ("facade", "generated_client", "httpx", "attr", "attrs", "asyncio", "concurrent")
    return {name for name in done.stdout.split() if name.partition(".")[0] in ours}


LIGHT = {"facade", "facade._core", "facade._core.lazy", "facade.version"}


def test_importing_a_package_loads_nothing_of_what_it_hands_out() -> None:
    assert modules_after("import facade") == LIGHT
    assert modules_after("import facade.testing") == LIGHT | {"facade.testing"}
    assert modules_after("import facade; dir(facade), facade.__all__") == LIGHT


LATE = """asyncio attr attrs concurrent facade._core.events facade.models
generated_client""".split()


def test_a_blocking_client_loads_what_it_needs_for_its_first_call_only() -> None:
    loaded = modules_after("from facade import AssociationsClient")
    assert "facade._sync.client" in loaded
    assert [name for name in LATE if name in loaded] == []


@pytest.mark.parametrize("package", MODULES)
def test_dir_and_a_star_import_have_every_public_name(package: str) -> None:
    module = import_module(package)
    assert set(module.__all__) <= set(dir(module))
    names: dict[str, Any] = {}
    exec(f"from {package} import *", names)  # noqa: S102 - as an app may write it
    assert {name: names[name] for name in module.__all__} == {
        name: getattr(module, name) for name in module.__all__
    }


@pytest.mark.parametrize("package", MODULES)
def test_public_modules_are_attributes_as_if_they_had_been_imported(package: str) -> None:
    for name in MODULES[package]:
        code = f"import {package}; {name!r} in dir({package}) and print({package}.{name}.__name__)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert done.stdout.decode().strip() == f"{package}.{name}"


def test_a_name_is_the_same_wherever_it_comes_from_and_may_be_replaced() -> None:
    assert facade.Relation is facade.models.Relation is Relation
    assert vars(facade)["Relation"] is Relation  # it is looked for once
    with patch("facade.AssociationsClient") as fake:
        assert facade.AssociationsClient is fake
    assert facade.AssociationsClient is AssociationsClient
    relation = Relation(id="r", association_id="a", first_record_id="1", second_record_id="2")
    assert pickle.loads(pickle.dumps(relation)) == relation
    assert create_autospec(facade).AssociationsClient.from_env
    assert create_autospec(Sandbox).relations


def test_the_error_for_a_module_that_was_not_imported_says_how_to_import_it() -> None:
    code = "import facade; facade.bulk"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"no attribute 'bulk': write `import facade.bulk`" in done.stderr
    with pytest.raises(AttributeError, match=r"no attribute 'bulc'$"):
        getattr(facade, "bulc")  # noqa: B009 - type checkers know that there is none


@pytest.mark.parametrize(
    ("package", "name", "statement"),
    [
        ("facade", "ensure_many", "from facade.bulk import ensure_many"),
        ("facade", "RedisPace", "from facade.redis import RedisPace"),
        ("facade", "sandbox", "from facade.testing import Sandbox"),
        ("facade.testing", "Delivery", "from facade.testing.webhooks import Delivery"),
    ],
)
def test_the_error_for_a_name_of_another_module_says_how_to_import_it(
    package: str, name: str, statement: str
) -> None:
    with pytest.raises(ImportError, match=f"import name '{name}' from .*: write `{statement}`$"):
        exec(f"from {package} import {name}")  # noqa: S102 - type checkers know that there is none
    with pytest.raises(AttributeError, match=f"no attribute '{name}': write `{statement}`$"):
        getattr(import_module(package), name)


def test_to_look_for_the_module_of_a_name_loads_none_of_ours() -> None:
    assert modules_after("import facade; assert not hasattr(facade, 'RedisPace')") == LIGHT


def test_an_import_of_what_nobody_has_is_python_s_own_error() -> None:
    with pytest.raises(ImportError, match=r"cannot import name 'bulc' from 'facade' \(.*\)$"):
        exec("from facade import bulc")  # noqa: S102 - type checkers know that there is none


@pytest.mark.parametrize(
    ("missing", "code", "extra"),
    [
        ("redis", "import facade.redis", "redis"),
        ("cryptography", "import facade.webhooks", "webhooks"),
        ("cryptography.fernet", "from facade.redis.grants import Cipher; Cipher(b'k')", "redis"),
        (
            "cryptography",
            "from facade.testing import Sandbox; Sandbox().webhooks(print)",
            "webhooks",
        ),
    ],
)
def test_without_the_extra_the_error_says_what_to_install(
    missing: str, code: str, extra: str
) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; {code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    said = f'a package is missing: pip install "highlevel-associations[{extra}]"'
    assert done.stderr.splitlines()[-1] == f"ImportError: {said}"
