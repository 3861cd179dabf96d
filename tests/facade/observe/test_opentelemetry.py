"""OpenTelemetry's instrumentation of httpx traces each attempt of a client."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from facade.testing import Sandbox, Server, faults
from tests.facade.driving import Clients


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(spans: InMemorySpanExporter) -> Iterator[TracerProvider]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    yield provider
    HTTPXClientInstrumentor().uninstrument()
    provider.shutdown()


@pytest.fixture
def server(sandbox: Sandbox) -> Iterator[Server]:
    with sandbox.serve() as server:
        yield server


@pytest.mark.parametrize("made", ["before", "after"])
def test_each_attempt_is_a_span_whenever_the_client_was_made(
    clients: Clients,
    sandbox: Sandbox,
    server: Server,
    provider: TracerProvider,
    spans: InMemorySpanExporter,
    made: str,
) -> None:
    if made == "after":
        HTTPXClientInstrumentor().instrument(tracer_provider=provider)
    client = clients(sandbox.token, sandbox.location_id, base_url=server.url)
    if made == "before":
        client.associations.list()  # its connections exist
        HTTPXClientInstrumentor().instrument(tracer_provider=provider)
    sandbox.misbehave(faults.fail(503), times=1)
    sandbox.misbehave(faults.drop(), times=1)
    client.associations.list()
    found: Any = spans.get_finished_spans()
    assert [(span.name, span.attributes.get("http.status_code")) for span in found] == [
        ("GET", 503),
        ("GET", None),
        ("GET", 200),
    ]
    assert [span.status.status_code.name for span in found] == ["ERROR", "ERROR", "UNSET"]
    assert all(sandbox.token not in span.to_json() for span in found)


@pytest.mark.both
def test_an_http_client_that_is_traced_is_traced(
    clients: Clients,
    sandbox: Sandbox,
    server: Server,
    provider: TracerProvider,
    spans: InMemorySpanExporter,
) -> None:
    http: Any = httpx.Client() if clients.mode == "blocking" else httpx.AsyncClient()
    HTTPXClientInstrumentor.instrument_client(http, tracer_provider=provider)
    client = clients(sandbox.token, sandbox.location_id, base_url=server.url, http_client=http)
    client.associations.list()
    assert len(spans.get_finished_spans()) == 1
    client.close()
    http.close() if clients.mode == "blocking" else clients._runner.run(http.aclose())
