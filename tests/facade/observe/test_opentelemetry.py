"""OpenTelemetry's instrumentation of httpx traces each attempt of a client."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from facade.testing import Sandbox, Server, faults
from tests.facade.driving import Clients

Spans = Callable[[], list[Any]]


@pytest.fixture
def provider() -> Iterator[TracerProvider]:
    provider = TracerProvider()
    yield provider
    provider.shutdown()


@pytest.fixture
def spans(provider: TracerProvider) -> Spans:
    """Return a function that takes the spans that ended since it was last called."""
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    def take() -> list[Any]:
        ended = list(exporter.get_finished_spans())
        exporter.clear()
        return ended

    return take


@pytest.fixture
def instrument(provider: TracerProvider) -> Iterator[Callable[[], None]]:
    instrumentor = HTTPXClientInstrumentor()
    yield lambda: instrumentor.instrument(tracer_provider=provider)
    if instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.uninstrument()


@pytest.fixture
def server(sandbox: Sandbox) -> Iterator[Server]:
    with sandbox.serve() as server:
        yield server


def statuses(spans: list[Any]) -> list[int | None]:
    assert [span.name for span in spans] == ["GET"] * len(spans)
    return [span.attributes.get("http.status_code") for span in spans]


@pytest.mark.parametrize("made", ["before", "after"])
def test_each_attempt_is_a_span_whenever_the_client_was_made(
    clients: Clients,
    sandbox: Sandbox,
    server: Server,
    instrument: Callable[[], None],
    spans: Spans,
    made: str,
) -> None:
    if made == "after":
        instrument()
    client = clients(sandbox.token, sandbox.location_id, base_url=server.url)
    if made == "before":
        client.associations.list()  # its connections exist
        instrument()
    sandbox.misbehave(faults.fail(503), times=1)
    sandbox.misbehave(faults.drop(), times=1)
    client.associations.list()
    assert statuses(found := spans()) == [503, None, 200]
    assert [span.status.status_code.name for span in found] == ["ERROR", "ERROR", "UNSET"]
    assert all(sandbox.token not in span.to_json() for span in found)


@pytest.mark.both
def test_an_http_client_that_is_traced_is_traced(
    clients: Clients, sandbox: Sandbox, server: Server, provider: TracerProvider, spans: Spans
) -> None:
    http: Any = httpx.Client() if clients.mode == "blocking" else httpx.AsyncClient()
    HTTPXClientInstrumentor.instrument_client(http, tracer_provider=provider)
    client = clients(sandbox.token, sandbox.location_id, base_url=server.url, http_client=http)
    client.associations.list()
    assert statuses(spans()) == [200]
    client.close()
    if clients.mode == "blocking":
        http.close()
    else:
        clients._runner.run(http.aclose())
