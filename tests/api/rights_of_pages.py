"""What the pages of laboratory work answer, as ``rights_table`` has it.

Knows nothing of how they are called.
"""

from tests.api.rights_row import Row, row

_LOCAL = {"start": "2026-12-02T10:00", "end": "2026-12-02T11:00"}

OF_PAGES: tuple[Row, ...] = (
    row("GET /", "/", "in 303 303 303 303 303 303"),
    row("GET /board", "/board?centre={centre}&week=2026-W49", "in 200 200 200 200 200 200"),
    row("GET /day", "/day?centre={centre}&date=2026-12-03", "in 403 403 200 200 200 200", "in 403 403 403 403 200 200"),
    row(
        "POST /bookings/{booking_id}/check-in",
        "/bookings/{booking}/check-in",
        "in 403 403 409 409 403 403",
        "in 403 403 404 404 403 403",
    ),
    row(
        "POST /bookings/{booking_id}/check-out",
        "/bookings/{booking}/check-out",
        "in 403 403 409 409 403 403",
        "in 403 403 404 404 403 403",
        {"quantity": "3"},
    ),
    row(
        "POST /bookings/{booking_id}/missed",
        "/bookings/{booking}/missed",
        "in 403 403 409 409 403 403",
        "in 403 403 404 404 403 403",
    ),
    row(
        "POST /bookings/{booking_id}/restore",
        "/bookings/{booking}/restore",
        "in 403 403 409 409 403 403",
        "in 403 403 404 404 403 403",
    ),
    row(
        "POST /bookings/{booking_id}/used/{used_id}",
        "/bookings/{booking}/used/1",
        "in 403 403 404 404 403 403",
        "in 403 403 404 404 403 403",
        {**_LOCAL, "reason": "typed wrong"},
    ),
    row("GET /plans", "/plans", "in 200 200 200 200 200 200"),
    row(
        "POST /plans",
        "/plans",
        "in 403 403 403 303 403 403",
        "in 403 403 403 403 403 403",
        {"week": "2026-W49", "centre": "{centre}"},
    ),
    row("GET /plans/{plan_id}", "/plans/{draft}", "in 404 404 404 200 200 200", "in 404 404 404 404 200 200"),
    row("GET /plans/{plan_id}", "/plans/{published}", "in 200 200 200 200 200 200", "in 200 200 404 404 200 200"),
    row(
        "GET /plans/{plan_id}/left-out/{key:path}",
        "/plans/{published}/left-out/{request}",
        "in 409 404 409 409 409 409",
        "in 404 409 404 404 409 409",
    ),
    row(
        "POST /plans/{plan_id}/publish",
        "/plans/{draft}/publish",
        "in 403 403 403 303 403 403",
        "in 403 403 403 404 403 403",
    ),
    row(
        "POST /plans/{plan_id}/again",
        "/plans/{draft}/again",
        "in 403 403 403 303 403 403",
        "in 403 403 403 404 403 403",
    ),
    row(
        "POST /plans/{plan_id}/discard",
        "/plans/{draft}/discard",
        "in 403 403 403 303 403 403",
        "in 403 403 403 404 403 403",
    ),
    row("GET /outages", "/outages?centre={centre}", "in 200 200 200 200 200 200"),
    row("GET /outages/new", "/outages/new?unit={unit}", "in 403 403 200 200 403 403"),
    row("GET /outages/new", "/outages/new?centre={centre}", "in 403 403 200 200 403 403"),
    row(
        "POST /outages/{outage_id}/end",
        "/outages/{outage}/end",
        "in 403 403 303 303 403 403",
        "in 403 403 403 403 403 403",
        {"back": ""},
    ),
    row(
        "POST /outages",
        "/outages",
        "in 403 403 303 303 403 403",
        "in 403 403 403 403 403 403",
        {"unit": "{unit}", **_LOCAL},
    ),
    row("GET /ask", "/ask?centre={centre}", "in 200 200 403 200 403 403"),
    row(
        "POST /ask",
        "/ask",
        "in 303 404 403 303 403 403",
        "in 404 303 403 303 403 403",
        {"centre": "EL", "recipe": "BOARDS", "project": "{project}"},
    ),
    row("GET /requests", "/requests?centre={centre}", "in 200 200 200 200 200 200"),
    row("GET /requests/{key:path}", "/requests/{request}", "in 200 404 200 200 200 200", "in 404 200 404 404 200 200"),
    row(
        "GET /requests/{key:path}/earliest",
        "/requests/{request}/earliest",
        "in 200 404 200 200 200 200",
        "in 404 200 404 404 200 200",
    ),
    row(
        "POST /requests/{key:path}/withdraw",
        "/requests/{request}/withdraw",
        "in 303 404 403 303 403 403",
        "in 404 303 403 404 403 403",
    ),
    row(
        "POST /requests/{key:path}/counts",
        "/requests/{request}/counts",
        "in 303 404 303 303 403 403",
        "in 404 303 404 404 403 403",
        {"operation": "{operation}", "count": "3"},
    ),
    row("GET /maintenance", "/maintenance?centre={centre}", "in 200 200 200 200 200 200"),
    row(
        "POST /maintenance/{key:path}/done",
        "/maintenance/{maintenance}/done",
        "in 403 403 403 303 403 403",
        "in 403 403 403 404 403 403",
    ),
    row("GET /bookings/new", "/bookings/new?unit={unit}", "in 200 200 403 200 403 403"),
    row(
        "POST /bookings",
        "/bookings",
        "in 303 404 403 303 403 403",
        "in 404 303 403 403 403 403",
        {"unit": "{unit}", "project": "{project}", **_LOCAL},
    ),
    row(
        "GET /bookings/{booking_id}", "/bookings/{booking}", "in 200 404 200 200 200 200", "in 404 200 404 404 200 200"
    ),
    row(
        "POST /bookings/{booking_id}/cancel",
        "/bookings/{booking}/cancel",
        "in 303 404 403 303 403 403",
        "in 404 303 403 404 403 403",
    ),
    row(
        "POST /bookings/{booking_id}/pin",
        "/bookings/{booking}/pin",
        "in 403 403 403 409 403 403",
        "in 403 403 403 404 403 403",
        {"pin": "time"},
    ),
    row("GET /policies", "/policies?centre={centre}", "in 200 200 200 200 200 200"),
    row("GET /policies/edit", "/policies/edit?centre={centre}&unit={unit}", "in 403 403 403 200 200 403"),
    row(
        "POST /policies",
        "/policies",
        "in 403 403 403 303 303 403",
        "in 403 403 403 403 303 403",
        {"centre": "{centre}", "unit": "{unit}", "longest_minutes": "240"},
    ),
    row("GET /approvals", "/approvals?centre={centre}", "in 403 403 403 200 403 403"),
    row(
        "POST /bookings/{booking_id}/confirm",
        "/bookings/{asked}/confirm",
        "in 403 403 403 303 403 403",
        "in 403 403 403 404 403 403",
    ),
    row(
        "POST /bookings/{booking_id}/return",
        "/bookings/{asked}/return",
        "in 403 403 403 303 403 403",
        "in 403 403 403 404 403 403",
        {"reason": "serviced that day"},
    ),
)
