"""What the routes of the door answer, of the record and of files, as ``rights_table`` has it.

Knows nothing of how they are called.
"""

from tests.api.rights_row import A, Row, row

OF_PEOPLE: tuple[Row, ...] = (
    # -- the record, and files
    row(
        f"GET {A}/units/{{unit}}/trace",
        f"{A}/units/{{unit}}/trace?since=2026-11-01T00:00Z",
        "401 403 403 200 200 200 200",
        "401 403 403 404 404 200 200",
    ),
    row(
        f"GET {A}/units/{{unit}}/trace/file",
        f"{A}/units/{{unit}}/trace/file?since=2026-11-01T00:00Z",
        "401 403 403 200 200 200 200",
        "401 403 403 404 404 200 200",
    ),
    row(
        f"GET {A}/history/{{kind}}/{{object_id:path}}",
        f"{A}/history/booking/{{booking}}",
        "401 200 404 200 200 200 200",
        "401 404 200 404 404 200 200",
    ),
    row(
        f"GET {A}/history/{{kind}}/{{object_id:path}}",
        f"{A}/history/plan/{{draft}}",
        "401 404 404 404 200 200 200",
        "401 404 404 404 404 200 200",
    ),
    row(f"GET {A}/audit", f"{A}/audit?limit=5", "401 403 403 403 200 200 200"),
    row(
        f"GET {A}/audit",
        f"{A}/audit?centre={{centre}}&limit=5",
        "401 403 403 403 200 200 200",
        "401 403 403 403 403 200 200",
    ),
    row(f"GET {A}/audit/verify", f"{A}/audit/verify", "401 403 403 403 200 200 200"),
    row(f"GET {A}/export/{{kind}}", f"{A}/export/bookings?format=csv", "401 200 200 200 200 200 200"),
    row("GET /record", "/record", "in 403 403 403 200 200 200"),
    row("GET /record", "/record?chain=centre:2", "in 403 403 403 403 200 200"),
    row("GET /record/verify", "/record/verify", "in 403 403 403 200 200 200"),
    row(
        "GET /record/trace",
        "/record/trace?unit={unit}&since=2026-11-01T00:00",
        "in 403 403 200 200 200 200",
        "in 403 403 404 404 200 200",
    ),
    row("GET /record/exports", "/record/exports?centre={centre}", "in 200 200 200 200 200 200"),
    row(
        "GET /record/of/{kind}/{object_id:path}",
        "/record/of/booking/{booking}",
        "in 200 404 200 200 200 200",
        "in 404 200 404 404 200 200",
    ),
    row("GET /import", "/import", "in 403 403 403 200 200 403"),
    row("GET /import/template/{kind}.{form}", "/import/template/units.csv", "in 403 403 403 404 200 403"),
    row("POST /import", "/import", "in 403 403 403 400 400 403", body={}),
    # -- coming in
    row("GET /sign-in", "/sign-in", "200 303 303 303 303 303 303"),
    row(
        "POST /sign-in",
        "/sign-in",
        "401 401 401 401 401 401 401",
        body={"email": "nobody@example.org", "password": "not the right one"},
    ),
    row("POST /sign-out", "/sign-out", "in in in in in in in", body={}),
    row("GET /link/{secret}", "/link/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "404 404 404 404 404 404 404"),
    row(
        "POST /link/{secret}",
        "/link/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "404 404 404 404 404 404 404",
        body={"password": "a password that is long enough"},
    ),
    # -- one's own account
    row(f"GET {A}/account", f"{A}/account", "401 200 200 200 200 200 200"),
    row(f"POST {A}/account/name", f"{A}/account/name", "401 200 200 200 200 200 200", body={"name": "Somebody else"}),
    row(
        f"POST {A}/account/password",
        f"{A}/account/password",
        "401 403 403 403 403 403 403",
        body={"password": "not the right one", "new": "a password that is long enough"},
    ),
    row(f"GET {A}/account/sessions", f"{A}/account/sessions", "401 200 200 200 200 200 200"),
    row(
        f"DELETE {A}/account/sessions/{{session_id}}",
        f"{A}/account/sessions/aaaaaaaaaaaaaaaa",
        "401 404 404 404 404 404 404",
    ),
    row(f"GET {A}/account/tokens", f"{A}/account/tokens", "401 200 200 200 200 200 200"),
    row(
        f"POST {A}/account/tokens",
        f"{A}/account/tokens",
        "401 403 403 403 403 403 403",
        body={"name": "a program", "password": "not the right one"},
    ),
    row(f"DELETE {A}/account/tokens/{{token_id}}", f"{A}/account/tokens/9999", "401 404 404 404 404 404 404"),
    row("GET /account", "/account", "in 200 200 200 200 200 200"),
    row("POST /account/name", "/account/name", "in 303 303 303 303 303 303", body={"name": "Somebody else"}),
    row(
        "POST /account/password",
        "/account/password",
        "in 403 403 403 403 403 403",
        body={
            "password": "not the right one",
            "new": "a password that is long enough",
            "again": "a password that is long enough",
        },
    ),
    row(
        "POST /account/sessions/{session_id}/end",
        "/account/sessions/aaaaaaaaaaaaaaaa/end",
        "in 404 404 404 404 404 404",
        body={},
    ),
    row(
        "POST /account/tokens",
        "/account/tokens",
        "in 422 422 422 422 422 422",
        body={"name": "a program", "password": "not the right one"},
    ),
    row("POST /account/tokens/{token_id}/revoke", "/account/tokens/9999/revoke", "in 404 404 404 404 404 404", body={}),
    # -- people and their roles
    row(f"GET {A}/people", f"{A}/people", "401 403 403 403 403 200 200"),
    row(
        f"POST {A}/people",
        f"{A}/people",
        "401 403 403 403 403 201 403",
        body={"email": "new@example.org", "name": "New", "roles": [{"role": "auditor"}]},
    ),
    row(f"GET {A}/people/{{account_id}}", f"{A}/people/999", "401 403 403 403 403 200 200"),
    row(
        f"POST {A}/people/{{account_id}}/roles",
        f"{A}/people/999/roles",
        "401 403 403 403 403 201 403",
        body={"role": "auditor"},
    ),
    row(
        f"DELETE {A}/people/{{account_id}}/roles/{{role_id}}",
        f"{A}/people/999/roles/9999",
        "401 403 403 403 403 404 403",
    ),
    row(
        f"PUT {A}/people/{{account_id}}/person",
        f"{A}/people/999/person",
        "401 403 403 403 403 200 403",
        body={"person": "T5"},
    ),
    row(f"DELETE {A}/people/{{account_id}}/person", f"{A}/people/999/person", "401 403 403 403 403 409 403"),
    row("POST /people/{account_id}/person", "/people/999/person", "in 403 403 403 403 303 403", body={"person": "T5"}),
    row("POST /people/{account_id}/person/part", "/people/999/person/part", "in 403 403 403 403 409 403", body={}),
    row(f"POST {A}/people/{{account_id}}/link", f"{A}/people/999/link", "401 403 403 403 403 201 403"),
    row(f"POST {A}/people/{{account_id}}/close", f"{A}/people/999/close", "401 403 403 403 403 200 403"),
    row(
        f"POST {A}/people/{{account_id}}/erase",
        f"{A}/people/999/erase",
        "401 403 403 403 403 422 403",
        body={"again": "somebody.else@example.org"},
    ),
    row(
        f"POST {A}/staff/{{person:path}}/erase",
        f"{A}/staff/T5/erase",
        "401 403 403 403 403 200 403",
        body={"again": "T5"},
    ),
    row("POST /people/erase", "/people/erase", "in 403 403 403 403 200 403", body={"person": "T5", "again": "T5"}),
    row("GET /people", "/people", "in 403 403 403 403 200 200"),
    row(
        "POST /people",
        "/people",
        "in 403 403 403 403 200 403",
        body={"email": "new@example.org", "name": "New", "role": "auditor"},
    ),
    row("GET /people/{account_id}", "/people/999", "in 403 403 403 403 200 200"),
    row("POST /people/{account_id}/roles", "/people/999/roles", "in 403 403 403 403 303 403", body={"role": "auditor"}),
    row(
        "POST /people/{account_id}/roles/{role_id}/take",
        "/people/999/roles/9999/take",
        "in 403 403 403 403 404 403",
        body={},
    ),
    row("POST /people/{account_id}/link", "/people/999/link", "in 403 403 403 403 200 403", body={}),
    row(
        "POST /people/{account_id}/erase",
        "/people/999/erase",
        "in 403 403 403 403 422 403",
        body={"again": "somebody.else@example.org"},
    ),
    row("POST /people/{account_id}/close", "/people/999/close", "in 403 403 403 403 303 403", body={}),
)
