"""OpenTelemetry's instrumentation of httpx traces each attempt of a client."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from facade.testing import Sandbox, faults
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


@pytest.mark.both
@pytest.mark.parametrize("made", ["before", "after", "with its own HTTP client"])
def test_each_attempt_is_a_span_whenever_the_client_was_made(
    clients: Clients,
    sandbox: Sandbox,
    provider: TracerProvider,
    spans: InMemorySpanExporter,
    made: str,
) -> None:
    own: Any = httpx.Client() if clients.mode == "blocking" else httpx.AsyncClient()
    options = {} if made in ("before", "after") else {"http_client": own}
    if made == "after":
        HTTPXClientInstrumentor().instrument(tracer_provider=provider)
    with sandbox.serve() as server:
        client = clients(sandbox.token, sandbox.location_id, base_url=server.url, **options)
        if made == "before":
            client.associations.list()  # its connections exist
            HTTPXClientInstrumentor().instrument(tracer_provider=provider)
        elif options:
            HTTPXClientInstrumentor.instrument_client(own, tracer_provider=provider)
        sandbox.misbehave(faults.fail(503), times=1)
        sandbox.misbehave(faults.drop(), times=1)
        client.associations.list()
        client.close()
        own.close() if clients.mode == "blocking" else clients._runner.run(own.aclose())
    found: Any = spans.get_finished_spans()
    assert [(span.name, span.attributes.get("http.status_code")) for span in found] == [
        ("GET", 503),
        ("GET", None),
        ("GET", 200),
    ]
    assert [span.status.status_code.name for span in found] == ["ERROR", "ERROR", "UNSET"]
    assert all(sandbox.token not in span.to_json() for span in found)
