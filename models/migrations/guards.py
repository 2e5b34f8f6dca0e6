"""The guards of revision 0001: no hold in force overlaps another, and the audit is only ever added to.

Each is written twice, since each database has its own way to say it. Never edit: a change is a new revision.
"""

# Holds in force of one lane never overlap: of those that start before the new end only the last can reach into it, so
# that one seek in the index hold_of_lane decides. The stored text of a moment sorts as the moment does.
_TAKEN = """
    SELECT RAISE(ABORT, 'hold_guard')
    WHERE NEW.start_at < (
        SELECT end_at FROM hold
        WHERE resource_id = NEW.resource_id AND lane = NEW.lane AND in_force = 1 AND start_at < NEW.end_at {but}
        ORDER BY start_at DESC LIMIT 1
    );
"""
_TWO_DIGITS = "[0-9][0-9]"
_MOMENT = f"{_TWO_DIGITS * 2}-{_TWO_DIGITS}-{_TWO_DIGITS} {_TWO_DIGITS}:{_TWO_DIGITS}:{_TWO_DIGITS}.{_TWO_DIGITS * 3}"
_BAD_VALUES = f"""
    SELECT RAISE(ABORT, 'hold_values')
    WHERE NEW.in_force NOT IN (0, 1) OR NEW.start_at NOT GLOB '{_MOMENT}' OR NEW.end_at NOT GLOB '{_MOMENT}'
        OR typeof(NEW.resource_id) <> 'integer' OR typeof(NEW.lane) <> 'integer';
"""

SQLITE_GUARDS = (
    f"CREATE TRIGGER hold_values_insert BEFORE INSERT ON hold BEGIN {_BAD_VALUES} END",
    f"CREATE TRIGGER hold_values_update BEFORE UPDATE ON hold BEGIN {_BAD_VALUES} END",
    f"CREATE TRIGGER hold_guard_insert BEFORE INSERT ON hold WHEN NEW.in_force = 1 BEGIN {_TAKEN.format(but='')} END",
    f"CREATE TRIGGER hold_guard_update BEFORE UPDATE ON hold WHEN NEW.in_force = 1 "
    f"BEGIN {_TAKEN.format(but='AND id <> OLD.id')} END",
    "CREATE TRIGGER audit_event_unchanged BEFORE UPDATE ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'audit_event_kept'); END",
    "CREATE TRIGGER audit_event_kept BEFORE DELETE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit_event_kept'); END",
)

# Ranges of one id stand in for equality, which GiST lacks for integers without an extension.
POSTGRESQL_GUARDS = (
    "ALTER TABLE hold ADD CONSTRAINT hold_values CHECK (isfinite(start_at) AND isfinite(end_at))",
    "ALTER TABLE hold ADD CONSTRAINT hold_guard EXCLUDE USING gist ("
    "int8range(resource_id, resource_id, '[]') WITH &&, int4range(lane, lane, '[]') WITH &&, "
    "tstzrange(start_at, end_at) WITH &&) WHERE (in_force)",
    "CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit_event_kept' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()",
)
