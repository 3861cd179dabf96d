"""The pytest plugin: each test runs a test file of an app."""

import sys
from importlib import import_module
from os import pathsep
from pkgutil import walk_packages

import pytest

import facade
from tests.facade.test_lazy import LIGHT

# Without a conftest: only the plugin, which an installed wheel names to pytest.
PLUGIN = "-p facade.testing.plugin -p no:cacheprovider -p no:schemathesis -W error -n0".split()


@pytest.fixture(autouse=True, scope="module")
def everything_loaded() -> None:
    """Load what an app's test may load.

    A run of pytest in this process forgets the modules that it was the first to load: the tests
    after it would load them again, and find two classes of one name.
    """
    for name in ("httpcore", "anyio._backends._asyncio"):
        import_module(name)
    for module in walk_packages(facade.__path__, "facade."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(code)
    return pytester.runpytest_inprocess(*PLUGIN, *arguments)


def test_an_app_is_tested_without_a_conftest(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://no.invalid")
    monkeypatch.setenv("no_proxy", "other.invalid")
    code = """
        import asyncio, os
        import pytest
        from facade import AssociationsClient

        def test_both_clients_see_one_sandbox(
            highlevel_client, async_highlevel_client, highlevel_sandbox
        ):
            made = highlevel_client.associations.create(
                key="k", first_object_key="contact", first_object_label="A",
                second_object_key="contact", second_object_label="B")
            assert asyncio.run(async_highlevel_client.associations.get(made.id)) == made
            assert highlevel_sandbox.associations()[-1]["key"] == "k"

        def test_another_test_has_another_sandbox(highlevel_sandbox):
            assert len(highlevel_sandbox.associations()) == 4

        @pytest.mark.highlevel_sandbox(versions=("v3",))
        def test_a_client_sends_a_version_that_its_sandbox_accepts(highlevel_client):
            assert len(highlevel_client.associations.list().items) == 4

        def test_the_environment_is_that_of_the_sandbox(highlevel_env, highlevel_sandbox):
            with AssociationsClient.from_env() as client:
                assert len(client.associations.list().items) == 4
            assert len(highlevel_sandbox.requests) == 1

        def test_then_no_more():
            assert not [name for name in os.environ if name.startswith("HIGHLEVEL_")]

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.mark.anyio
        async def test_the_async_client_needs_no_event_loop_of_its_own(async_highlevel_client):
            async with async_highlevel_client as client:  # closed by the app
                assert len((await client.associations.list()).items) == 4

        def test_nor_any(async_highlevel_client):
            pass
    """
    run(pytester, code).assert_outcomes(passed=7)


def test_nothing_is_loaded_until_a_fixture_is_used(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other plugins here load httpx; PYTHONPATH stands for an installed wheel.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", pathsep.join(sys.path))
    pytester.makepyfile(f"""
        import sys

        def loaded():
            tops = ("facade", "generated_client", "httpx", "attr", "redis", "cryptography")
            return {{name for name in sys.modules if name.partition(".")[0] in tops}}

        def test_before():
            assert loaded() == {LIGHT | {"facade.testing", "facade.testing.plugin"}!r}

        def test_the_sandbox(highlevel_sandbox):
            assert "facade.testing.sandbox" in loaded()
            assert "facade._sync.client" not in loaded()

        def test_a_client(highlevel_client):
            assert "facade._sync.client" in loaded()
            assert "facade._async.client" not in loaded()
    """)
    result = pytester.runpytest_subprocess("-p", "facade.testing.plugin", "-W", "error")
    result.assert_outcomes(passed=3)


# A relation of records that strict records do not know, and the Versions that were sent.
HELPERS = """
import pytest
from facade import AssociationsClient, InvalidRecordError, RateLimitError, ServerError
from facade.testing import faults

def relate(client):
    client.relations.create(
        "BUSINESSES_CONTACTS_ASSOCIATION", first_record_id="b", second_record_id="c")

def versions(sandbox):
    return {one.version for one in sandbox.requests}
"""


def test_markers_choose_options_and_faults_and_the_nearest_wins(pytester: pytest.Pytester) -> None:
    code = """
pytestmark = pytest.mark.highlevel_client(version="v3", retries=0)

def test_the_module_s_version(highlevel_client, highlevel_sandbox):
    relate(highlevel_client)
    assert versions(highlevel_sandbox) == {"v3"}

@pytest.mark.highlevel_client(version="2023-02-21")
def test_the_test_s_version_and_the_module_s_retries(highlevel_client, highlevel_sandbox):
    with highlevel_sandbox.misbehave(faults.fail(502)), pytest.raises(ServerError):
        highlevel_client.associations.list()
    assert versions(highlevel_sandbox) == {"2023-02-21"}
    assert len(highlevel_sandbox.requests) == 1

@pytest.mark.highlevel_fault(faults.fail(502), on="list_associations", times=1)
@pytest.mark.highlevel_fault(faults.rate_limit(), times=1)
def test_faults_in_their_order(highlevel_client):
    for error in (RateLimitError, ServerError):
        with pytest.raises(error):
            highlevel_client.associations.list()
    assert highlevel_client.associations.list().items

@pytest.mark.highlevel_sandbox(strict_records=True)
class TestStrict:
    def test_it(self, highlevel_client):
        with pytest.raises(InvalidRecordError):
            relate(highlevel_client)

    @pytest.mark.highlevel_sandbox(strict_records=False)
    def test_not(self, highlevel_client):
        relate(highlevel_client)
"""
    run(pytester, HELPERS + code, "--strict-markers").assert_outcomes(passed=5)


def test_settings_hold_for_all_tests_and_markers_win(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nhighlevel_strict_records = true\nhighlevel_version = v3")
    code = """
def test_strict(highlevel_client, highlevel_sandbox):
    with pytest.raises(InvalidRecordError):
        relate(highlevel_client)
    assert versions(highlevel_sandbox) == {"v3"}

def test_an_app(highlevel_env, highlevel_sandbox):
    with AssociationsClient.from_env() as client:
        client.associations.list()
    assert versions(highlevel_sandbox) == {"v3"}

@pytest.mark.highlevel_sandbox(strict_records=False)
@pytest.mark.highlevel_client(version="2023-02-21")
def test_not(highlevel_client, highlevel_sandbox):
    relate(highlevel_client)
    assert versions(highlevel_sandbox) == {"2023-02-21"}
"""
    run(pytester, HELPERS + code).assert_outcomes(passed=3)


def test_a_wrong_marker_is_an_error_of_its_test(pytester: pytest.Pytester) -> None:
    code = """
        import pytest

        @pytest.mark.highlevel_sandbox(True)
        def test_a_positional_argument(highlevel_client): pass
    """
    result = run(pytester, code)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*highlevel_sandbox: pass keyword arguments only"])
