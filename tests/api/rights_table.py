"""What each route answers to each of seven actors, about something of their own and about something of others.

Own is Alfa's, and at Electronics, where the technician and the lab manager work; foreign is Beta's, and at Mechanics.
The statuses stand in the order of ``ACTORS``: nobody, an engineer of Alfa, one of Beta, technician, lab manager,
administrator, auditor. ``in``: sent to where one signs in. ``{booking}`` and the like are filled in with what is own or
foreign; where there is nothing to fill in, one line counts for both.
"""

from tests.api.rights_of_pages import OF_PAGES
from tests.api.rights_of_people import OF_PEOPLE
from tests.api.rights_row import A, Row, row

_WINDOW = "start=2026-11-30T00:00Z&end=2026-12-07T00:00Z"
_WHEN = {"start": "2026-12-02T10:00:00+03:00", "end": "2026-12-02T11:00:00+03:00"}
_JOB = {
    "operations": [{"name": "use", "fixed_minutes": 60, "units": [{"capability": "imaging"}]}],
}


TABLE: tuple[Row, ...] = (
    row(f"GET/HEAD {A}/openapi.json", f"{A}/openapi.json", "200 200 200 200 200 200 200"),
    row("GET /health", "/health", "200 200 200 200 200 200 200"),
    row("GET /docs", "/docs", "200 200 200 200 200 200 200"),
    row("any /static", "/static/pilotline.css", "200 200 200 200 200 200 200"),
    # -- what there is
    row(f"GET {A}/centres", f"{A}/centres", "401 200 200 200 200 200 200"),
    row(
        f"PUT {A}/centres/{{centre}}/formalities",
        f"{A}/centres/{{centre}}/formalities",
        "401 403 403 403 403 200 403",
        body={"reasons": True},
    ),
    row("GET /settings", "/settings?centre={centre}", "in 403 403 403 403 200 200"),
    row(
        "POST /settings/{centre}/formalities",
        "/settings/{centre}/formalities",
        "in 403 403 403 403 303 403",
        body={"reasons": "yes"},
    ),
    row(f"GET {A}/laboratories", f"{A}/laboratories?centre={{centre}}", "401 200 200 200 200 200 200"),
    row(f"GET {A}/units", f"{A}/units?centre={{centre}}", "401 200 200 200 200 200 200"),
    row(f"GET {A}/units/{{unit}}", f"{A}/units/{{unit}}", "401 200 200 200 200 200 200"),
    row(f"GET {A}/recipes", f"{A}/recipes?centre={{centre}}", "401 200 200 200 200 200 200"),
    row(f"GET {A}/clusters", f"{A}/clusters", "401 200 200 200 200 200 200"),
    row(f"GET {A}/organisations", f"{A}/organisations", "401 200 200 200 200 200 200"),
    row(
        f"GET {A}/projects",
        f"{A}/projects?organisation={{organisation}}",
        "401 200 404 200 200 200 200",
        "401 404 200 404 200 200 200",
    ),
    # -- requests
    row(
        f"GET {A}/requests",
        f"{A}/requests?organisation={{organisation}}",
        "401 200 404 200 200 200 200",
        "401 404 200 404 200 200 200",
    ),
    row(
        f"GET {A}/requests/{{request:path}}",
        f"{A}/requests/{{request}}",
        "401 200 404 200 200 200 200",
        "401 404 200 404 404 200 200",
    ),
    row(
        f"GET {A}/requests/{{request:path}}/earliest",
        f"{A}/requests/{{request}}/earliest?n=1",
        "401 200 404 200 200 200 200",
        "401 404 200 404 404 200 200",
    ),
    row(
        f"POST {A}/requests",
        f"{A}/requests",
        "401 201 404 403 201 403 403",
        "401 404 201 403 201 403 403",
        {"centre": "EL", "project": "{project}", "routing": _JOB},
    ),
    row(
        f"DELETE {A}/requests/{{request:path}}",
        f"{A}/requests/{{request}}",
        "401 200 404 403 200 403 403",
        "401 404 200 403 404 403 403",
    ),
    row(
        f"POST {A}/requests/{{request:path}}/withdraw",
        f"{A}/requests/{{request}}/withdraw",
        "401 200 404 403 200 403 403",
        "401 404 200 403 404 403 403",
    ),
    row(
        f"POST {A}/requests/{{request:path}}/counts",
        f"{A}/requests/{{request}}/counts",
        "401 200 404 200 200 403 403",
        "401 404 200 404 404 403 403",
        {"operation": "{operation}", "count": 3},
    ),
    # -- bookings
    row(
        f"GET {A}/bookings",
        f"{A}/bookings?{_WINDOW}&organisation={{organisation}}",
        "401 200 404 200 200 200 200",
        "401 404 200 404 200 200 200",
    ),
    row(f"GET {A}/busy", f"{A}/busy?{_WINDOW}&unit={{unit}}", "401 200 200 200 200 200 200"),
    row(
        f"GET {A}/bookings/{{booking_id}}",
        f"{A}/bookings/{{booking}}",
        "401 200 404 200 200 200 200",
        "401 404 200 404 404 200 200",
    ),
    row(
        f"POST {A}/bookings",
        f"{A}/bookings",
        "401 201 404 403 201 403 403",
        "401 404 201 403 403 403 403",
        {"units": ["{unit}"], "project": "{project}", **_WHEN},
    ),
    row(
        f"DELETE {A}/bookings/{{booking_id}}",
        f"{A}/bookings/{{booking}}",
        "401 200 404 403 200 403 403",
        "401 404 200 403 404 403 403",
    ),
    row(
        f"POST {A}/bookings/{{booking_id}}/cancel",
        f"{A}/bookings/{{booking}}/cancel",
        "401 200 404 403 200 403 403",
        "401 404 200 403 404 403 403",
    ),
    row(
        f"PUT {A}/bookings/{{booking_id}}/pin",
        f"{A}/bookings/{{booking}}/pin",
        "401 403 403 403 409 403 403",
        "401 403 403 403 404 403 403",
        {"pin": "time"},
    ),
    # -- what may be asked, and the answer
    row(f"GET {A}/policies", f"{A}/policies?centre={{centre}}", "401 200 200 200 200 200 200"),
    row(f"GET {A}/units/{{unit}}/policy", f"{A}/units/{{unit}}/policy", "401 200 200 200 200 200 200"),
    row(
        f"PUT {A}/units/{{unit}}/policy",
        f"{A}/units/{{unit}}/policy",
        "401 403 403 403 200 200 403",
        "401 403 403 403 403 200 403",
        {"longest_minutes": 240},
    ),
    row(
        f"PUT {A}/centres/{{centre}}/policy",
        f"{A}/centres/{{centre}}/policy",
        "401 403 403 403 200 200 403",
        "401 403 403 403 403 200 403",
        {"horizon_days": 28},
    ),
    row(f"GET {A}/approvals", f"{A}/approvals?centre={{centre}}", "401 403 403 403 200 403 403"),
    row(
        f"POST {A}/bookings/{{booking_id}}/confirm",
        f"{A}/bookings/{{asked}}/confirm",
        "401 403 403 403 200 403 403",
        "401 403 403 403 404 403 403",
    ),
    row(
        f"POST {A}/bookings/{{booking_id}}/return",
        f"{A}/bookings/{{asked}}/return",
        "401 403 403 403 200 403 403",
        "401 403 403 403 404 403 403",
        {"reason": "serviced that day"},
    ),
    row(
        f"GET {A}/bookings/{{booking_id}}",
        f"{A}/bookings/{{asked}}",
        "401 200 404 200 200 200 200",
        "401 404 200 404 404 200 200",
    ),
    row(
        f"DELETE {A}/bookings/{{booking_id}}",
        f"{A}/bookings/{{asked}}",
        "401 200 404 403 200 403 403",
        "401 404 200 403 404 403 403",
    ),
    # -- what was done in fact
    row(
        f"GET {A}/day",
        f"{A}/day?centre={{centre}}&date=2026-12-03",
        "401 403 403 200 200 200 200",
        "401 403 403 403 403 200 200",
    ),
    row(
        f"POST {A}/bookings/{{booking_id}}/check-in",
        f"{A}/bookings/{{booking}}/check-in",
        "401 403 403 409 409 403 403",
        "401 403 403 404 404 403 403",
        {},
    ),
    row(
        f"POST {A}/bookings/{{booking_id}}/check-out",
        f"{A}/bookings/{{booking}}/check-out",
        "401 403 403 409 409 403 403",
        "401 403 403 404 404 403 403",
        {},
    ),
    row(
        f"POST {A}/bookings/{{booking_id}}/missed",
        f"{A}/bookings/{{booking}}/missed",
        "401 403 403 409 409 403 403",
        "401 403 403 404 404 403 403",
    ),
    row(
        f"POST {A}/bookings/{{booking_id}}/restore",
        f"{A}/bookings/{{booking}}/restore",
        "401 403 403 409 409 403 403",
        "401 403 403 404 404 403 403",
    ),
    row(
        f"PUT {A}/bookings/{{booking_id}}/used/{{used_id}}",
        f"{A}/bookings/{{booking}}/used/1",
        "401 403 403 404 404 403 403",
        "401 403 403 404 404 403 403",
        {**_WHEN, "reason": "typed wrong"},
    ),
    # -- outages and maintenance
    row(f"GET {A}/outages", f"{A}/outages?centre={{centre}}", "401 200 200 200 200 200 200"),
    row(
        f"POST {A}/outages",
        f"{A}/outages",
        "401 403 403 201 201 403 403",
        "401 403 403 403 403 403 403",
        {"unit": "{unit}", **_WHEN},
    ),
    row(
        f"POST {A}/outages/{{outage_id}}/end",
        f"{A}/outages/{{outage}}/end",
        "401 403 403 200 200 403 403",
        "401 403 403 403 403 403 403",
    ),
    row(f"GET {A}/maintenance", f"{A}/maintenance?centre={{centre}}", "401 200 200 200 200 200 200"),
    row(
        f"POST {A}/maintenance/{{maintenance:path}}/done",
        f"{A}/maintenance/{{maintenance}}/done",
        "401 403 403 403 200 403 403",
        "401 403 403 403 404 403 403",
        {},
    ),
    # -- plans and notices
    row(f"GET {A}/plans", f"{A}/plans?centre={{centre}}", "401 200 200 200 200 200 200"),
    row(
        f"POST {A}/plans",
        f"{A}/plans",
        "401 403 403 403 202 403 403",
        "401 403 403 403 403 403 403",
        {"week": "2026-W49", "centres": ["{centre}"], "work": 1},
    ),
    row(
        f"GET {A}/plans/{{plan_id}}",
        f"{A}/plans/{{draft}}",
        "401 404 404 404 200 200 200",
        "401 404 404 404 404 200 200",
    ),
    row(
        f"GET {A}/plans/{{plan_id}}",
        f"{A}/plans/{{published}}",
        "401 200 200 200 200 200 200",
        "401 200 200 404 404 200 200",
    ),
    row(
        f"GET {A}/plans/{{plan_id}}/document",
        f"{A}/plans/{{published}}/document",
        "401 403 403 403 200 200 200",
        "401 403 403 403 404 200 200",
    ),
    row(
        f"GET {A}/plans/{{plan_id}}/left-out/{{request:path}}",
        f"{A}/plans/{{published}}/left-out/{{request}}",
        "401 409 404 409 409 409 409",
        "401 404 409 404 404 409 409",
    ),
    row(
        f"POST {A}/plans/{{plan_id}}/publish",
        f"{A}/plans/{{draft}}/publish",
        "401 403 403 403 200 403 403",
        "401 403 403 403 404 403 403",
    ),
    row(
        f"POST {A}/plans/{{plan_id}}/publish",
        f"{A}/plans/{{published}}/publish",
        "401 403 403 403 409 403 403",
        "401 403 403 403 404 403 403",
    ),
    row(
        f"POST {A}/plans/{{plan_id}}/again",
        f"{A}/plans/{{draft}}/again",
        "401 403 403 403 202 403 403",
        "401 403 403 403 404 403 403",
    ),
    row(
        f"POST {A}/plans/{{plan_id}}/discard",
        f"{A}/plans/{{draft}}/discard",
        "401 403 403 403 200 403 403",
        "401 403 403 403 404 403 403",
    ),
    row(
        f"GET {A}/notices",
        f"{A}/notices?organisation={{organisation}}",
        "401 200 404 200 200 200 200",
        "401 404 200 404 200 200 200",
    ),
    *OF_PAGES,
    *OF_PEOPLE,
)
