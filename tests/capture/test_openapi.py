"""The API is what its description says: fuzzed from the description itself."""

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings

EXAMPLES = 40


def test_every_answer_is_as_described(app: Flask, key: str) -> None:
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    seen = []
    for found in described.get_all_operations():
        operation = found.ok()
        seen.append(operation.label)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            # The in-process transport does not undo compression.
            plain = {"Accept-Encoding": "identity"}
            case.call_and_validate(headers={"Authorization": f"Bearer {key}"} | plain)

        check()
    assert "POST /api/v1/responses" in seen


def test_the_description_is_openapi_3_1_and_knows_the_intake(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/responses", "/api/v1/ping"} <= set(document["paths"])
    described = document["components"]["schemas"]["SheetIn"]["properties"]
    assert described["revision"]["minimum"] == 1
    assert described["id"]["format"] == "uuid"
