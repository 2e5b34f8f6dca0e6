"""The first tables, and the guards: no hold in force overlaps another, and the audit is only ever added to.

Knows nothing of the classes, which move on.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.columns import flag, json, moment, number, text
from models.migrations.guards import POSTGRESQL_GUARDS, SQLITE_GUARDS
from models.migrations.places import PLACES

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in (*PLACES, *TABLES):
        table()
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        op.execute(statement)


def downgrade() -> None:
    stored = sa.MetaData()
    stored.reflect(op.get_bind())
    for table in reversed(stored.sorted_tables):
        if table.name != "alembic_version":
            op.drop_table(table.name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_event_refuse()")


def _cluster() -> None:
    op.create_table("cluster", number("id", primary_key=True), text("key", unique=True), text("name"))


def _entitlement() -> None:
    op.create_table(
        "entitlement",
        number("cluster_id", refers="cluster.id", primary_key=True),
        number("centre_id", refers="centre.id", primary_key=True),
        number("share"),
        sa.CheckConstraint("share BETWEEN 0 AND 1000", name="entitlement_share"),
    )


def _organisation() -> None:
    op.create_table(
        "organisation",
        number("id", primary_key=True),
        number("cluster_id", refers="cluster.id"),
        text("key", unique=True),
        text("name"),
    )
    op.create_index("ix_organisation_cluster_id", "organisation", ["cluster_id"])


def _project() -> None:
    op.create_table(
        "project",
        number("id", primary_key=True),
        number("organisation_id", refers="organisation.id"),
        number("cluster_id", refers="cluster.id"),
        text("key", unique=True),
        text("name"),
        text("stage"),
        sa.CheckConstraint("stage IN ('idea', 'prototype', 'pilot lot', 'production')", name="project_stage"),
    )
    op.create_index("ix_project_cluster_id", "project", ["cluster_id"])
    op.create_index("ix_project_organisation_id", "project", ["organisation_id"])


def _person() -> None:
    op.create_table("person", number("id", refers="resource.id", primary_key=True), text("key", unique=True))


def _person_detail() -> None:
    op.create_table(
        "person_detail", number("person_id", refers="person.id", primary_key=True), text("name", optional=True)
    )


def _person_skill() -> None:
    op.create_table(
        "person_skill", number("person_id", refers="person.id", primary_key=True), text("skill", primary_key=True)
    )


def _shift() -> None:
    op.create_table(
        "shift",
        number("id", primary_key=True),
        number("person_id", refers="person.id"),
        number("weekday"),
        number("starts"),
        number("ends"),
        sa.CheckConstraint("0 <= starts AND starts < ends AND ends <= 1440", name="shift_minutes"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="shift_weekday"),
    )
    op.create_index("ix_shift_person_id", "shift", ["person_id"])


def _recipe() -> None:
    op.create_table(
        "recipe",
        number("id", primary_key=True),
        number("laboratory_id", refers="laboratory.id"),
        text("key"),
        number("version"),
        text("name"),
        json("routing"),
        sa.CheckConstraint("version >= 1", name="recipe_version"),
        sa.UniqueConstraint("key", "version", name="recipe_version_once"),
    )
    op.create_index("ix_recipe_key", "recipe", ["key"])
    op.create_index("ix_recipe_laboratory_id", "recipe", ["laboratory_id"])


def _request() -> None:
    op.create_table(
        "request",
        number("id", primary_key=True),
        text("key", unique=True),
        number("centre_id", refers="centre.id"),
        number("project_id", refers="project.id"),
        number("recipe_id", refers="recipe.id", optional=True),
        json("routing", optional=True),
        number("quantity"),
        json("parameters"),
        text("priority"),
        moment("submitted_at"),
        moment("release_at"),
        moment("due_at", optional=True),
        moment("deadline_at", optional=True),
        moment("withdrawn_at", optional=True),
        moment("displaced_at", optional=True),
        sa.CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="request_priority"),
        sa.CheckConstraint("quantity >= 1", name="request_quantity"),
        sa.CheckConstraint("(recipe_id IS NULL) <> (routing IS NULL)", name="request_routing_once"),
        sa.CheckConstraint("deadline_at IS NULL OR release_at < deadline_at", name="request_window"),
    )
    op.create_index("ix_request_centre_id", "request", ["centre_id"])
    op.create_index("ix_request_project_id", "request", ["project_id"])


def _outage() -> None:
    op.create_table(
        "outage",
        number("id", primary_key=True),
        number("unit_id", refers="unit.id"),
        moment("start_at"),
        moment("end_at"),
        text("reason"),
        text("reported_by"),
        moment("reported_at"),
        moment("withdrawn_at", optional=True),
        sa.CheckConstraint("start_at < end_at", name="outage_order"),
    )
    op.create_index("ix_outage_unit_id", "outage", ["unit_id"])


def _plan() -> None:
    op.create_table(
        "plan",
        number("id", primary_key=True),
        text("kind"),
        text("week"),
        text("state"),
        number("outage_id", refers="outage.id", optional=True),
        json("settings"),
        json("progress", optional=True),
        text("document", optional=True),
        text("error", optional=True),
        text("asked_by"),
        moment("asked_at"),
        moment("found_at", optional=True),
        text("published_by", optional=True),
        moment("published_at", optional=True),
        sa.CheckConstraint("state NOT IN ('draft', 'published') OR document IS NOT NULL", name="plan_document_given"),
        sa.CheckConstraint("kind IN ('week', 'nightly', 'repair')", name="plan_kind"),
        sa.CheckConstraint(
            "state IN ('queued', 'solving', 'draft', 'published', 'discarded', 'failed')", name="plan_state"
        ),
    )
    op.create_index("ix_plan_state", "plan", ["state"])


def _plan_centre() -> None:
    op.create_table(
        "plan_centre",
        number("plan_id", refers="plan.id", primary_key=True),
        number("centre_id", refers="centre.id", primary_key=True),
        number("revision"),
    )


def _run() -> None:
    op.create_table(
        "run",
        number("id", primary_key=True),
        number("centre_id", refers="centre.id"),
        text("kind"),
        number("request_id", refers="request.id", optional=True),
        number("operation", optional=True),
        number("number", optional=True),
        moment("start_at"),
        moment("end_at"),
        sa.CheckConstraint("kind IN ('work', 'maintenance')", name="run_kind"),
        sa.CheckConstraint(
            "(request_id IS NULL) = (operation IS NULL) AND (request_id IS NULL) = (number IS NULL)",
            name="run_of_operation",
        ),
        sa.CheckConstraint("start_at < end_at", name="run_order"),
    )
    op.create_index("run_in_time", "run", ["centre_id", "start_at"])
    op.create_index("run_of_request", "run", ["request_id", "operation", "number"])


def _hold() -> None:
    op.create_table(
        "hold",
        number("id", primary_key=True),
        number("run_id", refers="run.id"),
        number("resource_id", refers="resource.id"),
        number("lane"),
        moment("start_at"),
        moment("end_at"),
        flag("in_force"),
        sa.CheckConstraint("lane >= 0", name="hold_lane"),
        sa.CheckConstraint("start_at < end_at", name="hold_order"),
    )
    op.create_index(
        "hold_of_lane",
        "hold",
        ["resource_id", "lane", "start_at"],
        unique=False,
        sqlite_where=sa.text("in_force = 1"),
        postgresql_where=sa.text("in_force"),
    )
    op.create_index("hold_of_resource", "hold", ["resource_id", "start_at"])
    op.create_index("ix_hold_run_id", "hold", ["run_id"])


def _booking() -> None:
    op.create_table(
        "booking",
        number("id", primary_key=True),
        number("run_id", refers="run.id"),
        number("project_id", refers="project.id"),
        number("organisation_id", refers="organisation.id"),
        number("cluster_id", refers="cluster.id"),
        text("stage"),
        text("purpose"),
        number("quantity"),
        text("state"),
        text("pin"),
        moment("booked_start"),
        moment("booked_end"),
        number("plan_id", refers="plan.id", optional=True),
        moment("made_at"),
        text("made_by"),
        sa.CheckConstraint("booked_start < booked_end", name="booking_order"),
        sa.CheckConstraint("pin IN ('none', 'time', 'unit', 'both')", name="booking_pin"),
        sa.CheckConstraint("quantity >= 1", name="booking_quantity"),
        sa.CheckConstraint("stage IN ('idea', 'prototype', 'pilot lot', 'production')", name="booking_stage"),
        sa.CheckConstraint(
            "state IN ('asked', 'returned', 'offered', 'lapsed', 'confirmed', 'running', 'done', 'cancelled', "
            "'no_show', 'displaced')",
            name="booking_state",
        ),
    )
    op.create_index("ix_booking_cluster_id", "booking", ["cluster_id"])
    op.create_index("ix_booking_organisation_id", "booking", ["organisation_id"])
    op.create_index("ix_booking_project_id", "booking", ["project_id"])
    op.create_index("ix_booking_run_id", "booking", ["run_id"])
    op.create_index("ix_booking_state", "booking", ["state"])


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        number("id", primary_key=True),
        text("chain"),
        number("number"),
        moment("at"),
        text("actor"),
        text("verb"),
        text("object_kind"),
        text("object_id"),
        text("reason"),
        json("before", optional=True),
        json("after", optional=True),
        text("previous_hash"),
        text("hash"),
        sa.UniqueConstraint("chain", "number", name="audit_event_once"),
    )
    op.create_index("audit_event_of_object", "audit_event", ["object_kind", "object_id"])


def _notice() -> None:
    op.create_table(
        "notice",
        number("id", primary_key=True),
        number("centre_id", refers="centre.id"),
        number("organisation_id", refers="organisation.id"),
        number("request_id", refers="request.id", optional=True),
        number("booking_id", refers="booking.id", optional=True),
        number("plan_id", refers="plan.id", optional=True),
        text("kind"),
        json("facts"),
        moment("made_at"),
        moment("read_at", optional=True),
    )
    op.create_index("ix_notice_centre_id", "notice", ["centre_id"])
    op.create_index("ix_notice_organisation_id", "notice", ["organisation_id"])


def _due_work() -> None:
    op.create_table(
        "due_work",
        number("id", primary_key=True),
        text("kind"),
        text("subject"),
        json("payload"),
        moment("due_at"),
        text("leased_by", optional=True),
        moment("leased_until", optional=True),
        number("attempts"),
        moment("done_at", optional=True),
        text("error", optional=True),
        sa.CheckConstraint("attempts >= 0", name="due_work_attempts"),
        sa.CheckConstraint("(leased_by IS NULL) = (leased_until IS NULL)", name="due_work_lease"),
    )
    op.create_index("due_work_open", "due_work", ["done_at", "due_at"])
    op.create_index(
        "due_work_open_once",
        "due_work",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


TABLES = (
    _cluster,
    _entitlement,
    _organisation,
    _project,
    _person,
    _person_detail,
    _person_skill,
    _shift,
    _recipe,
    _request,
    _outage,
    _plan,
    _plan_centre,
    _run,
    _hold,
    _booking,
    _audit_event,
    _notice,
    _due_work,
)
"""Each after those that it refers to."""
