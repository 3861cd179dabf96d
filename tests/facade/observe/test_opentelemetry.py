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
def provider() -> Iterator[TracerProvider]:
    provider = TracerProvider()
    yield provider
    HTTPXClientInstrumentor().uninstrument()
    provider.shutdown()


@pytest.mark.both
@pytest.mark.parametrize("has_own", [False, True])
def test_each_attempt_is_a_span_of_an_existing_client_or_of_its_own_http_client(
    clients: Clients, sandbox: Sandbox, provider: TracerProvider, has_own: bool
) -> None:
    spans = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    own: Any = httpx.Client() if clients.mode == "blocking" else httpx.AsyncClient()
    with sandbox.serve() as server:
        options = {"base_url": server.url, **({"http_client": own} if has_own else {})}
        client = clients(sandbox.token, sandbox.location_id, **options)
        client.associations.list()  # its connections exist
        if has_own:
            HTTPXClientInstrumentor.instrument_client(own, tracer_provider=provider)
        else:
            HTTPXClientInstrumentor().instrument(tracer_provider=provider)
        sandbox.misbehave(faults.fail(503), times=1)
        sandbox.misbehave(faults.drop(), times=1)
        client.associations.list()
        client.close()
        own.close() if clients.mode == "blocking" else clients._runner.run(own.aclose())
    found: Any = spans.get_finished_spans()
    assert [span.attributes.get("http.status_code") for span in found] == [503, None, 200]
    assert [span.status.status_code.name for span in found] == ["ERROR", "ERROR", "UNSET"]
    assert {span.name for span in found} == {"GET"}
    assert all(sandbox.token not in span.to_json() for span in found)
