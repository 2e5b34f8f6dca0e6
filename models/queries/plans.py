"""Plans and the centres that they cover.

Knows nothing of what is in their documents.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement
from sqlalchemy.orm import defer
from sqlmodel import Session, and_, col, or_, select, true

from models.queries.portions import portions
from models.queries.sight import Sight
from models.tables import Centre, Plan, PlanCentre

OPEN_STATES = ("queued", "solving", "draft")
"""Of a plan that is not published and might still be."""


def plan_in_sight(*, whole: Sight, published: Sight) -> ColumnElement[bool]:
    """Whether a plan may be seen: it covers a centre of ``whole``, or is published and covers one of ``published``."""
    return or_(_covering(whole), and_(col(Plan.state) == "published", _covering(published)))


def _covering(sight: Sight) -> ColumnElement[bool]:
    if sight.everything:
        return true()
    covering = select(PlanCentre.plan_id).where(col(PlanCentre.centre_id).in_(sorted(sight.centre_ids)))
    return col(Plan.id).in_(covering)


def plan_with_id(session: Session, plan_id: int, *where: ColumnElement[bool]) -> Plan | None:
    """The plan, if it is also as the conditions say."""
    return session.exec(select(Plan).where(Plan.id == plan_id, *where)).first()


def plan_for_update(session: Session, plan_id: int) -> Plan | None:
    """The plan, locked until the transaction ends and read afresh; to be called after its centres were locked."""
    wanted = select(Plan).where(Plan.id == plan_id).with_for_update()
    return session.exec(wanted, execution_options={"populate_existing": True}).first()


def centres_of_plan(session: Session, plan_id: int) -> list[Centre]:
    """The centres that the plan covers, by id."""
    covered = select(PlanCentre.centre_id).where(PlanCentre.plan_id == plan_id)
    return list(session.exec(select(Centre).where(col(Centre.id).in_(covered)).order_by(col(Centre.id))))


def centres_of_plans(session: Session, plan_ids: Collection[int]) -> dict[int, list[Centre]]:
    """As ``centres_of_plan`` for several, by the plan's id."""
    found: dict[int, list[Centre]] = {plan_id: [] for plan_id in plan_ids}
    covered = select(PlanCentre.plan_id, Centre).join(Centre, col(Centre.id) == col(PlanCentre.centre_id))
    for some in portions(plan_ids):
        rows = session.exec(covered.where(col(PlanCentre.plan_id).in_(some)).order_by(col(Centre.id)))
        for plan_id, centre in rows:
            found[plan_id].append(centre)
    return found


def revisions_of_plan(session: Session, plan_id: int) -> dict[int, int]:
    """Each covered centre's revision when the plan's problem was read, by the centre's id."""
    rows = session.exec(select(PlanCentre).where(PlanCentre.plan_id == plan_id))
    return {row.centre_id: row.revision for row in rows}


def open_plans(session: Session, *, centre_id: int, kind: str) -> list[Plan]:
    """Plans of that kind, covering the centre, that somebody might still publish: queued, being solved, or drafts; the
    newest first."""
    covering = select(PlanCentre.plan_id).where(PlanCentre.centre_id == centre_id)
    wanted = select(Plan).where(Plan.kind == kind, col(Plan.state).in_(OPEN_STATES), col(Plan.id).in_(covering))
    return list(session.exec(wanted.order_by(col(Plan.id).desc())))


def latest_published(session: Session, *, centre_id: int, week: str | None = None) -> Plan | None:
    """The plan that was published last for the centre, of that ISO week or of any; repairs, which plan nothing new, are
    passed over."""
    covering = select(PlanCentre.plan_id).where(PlanCentre.centre_id == centre_id)
    wanted = select(Plan).where(col(Plan.id).in_(covering), Plan.state == "published", Plan.kind != "repair")
    if week is not None:
        wanted = wanted.where(Plan.week == week)
    return session.exec(wanted.order_by(col(Plan.published_at).desc(), col(Plan.id).desc()).limit(1)).first()


def list_plans_of(
    session: Session,
    *where: ColumnElement[bool],
    centre_key: str | None = None,
    week: str | None = None,
    kind: str | None = None,
    state: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[Plan]:
    """Plans that are as the conditions say and pass every filter given, the newest first, with an id below
    ``before_id``, without their documents."""
    without = defer(Plan.document, raiseload=True)  # type: ignore[arg-type]
    wanted = select(Plan).where(*where).order_by(col(Plan.id).desc()).limit(limit).options(without)
    if centre_key is not None:
        covering = select(PlanCentre.plan_id).join(Centre, col(Centre.id) == col(PlanCentre.centre_id))
        wanted = wanted.where(col(Plan.id).in_(covering.where(Centre.key == centre_key)))
    if week is not None:
        wanted = wanted.where(Plan.week == week)
    if kind is not None:
        wanted = wanted.where(Plan.kind == kind)
    if state is not None:
        wanted = wanted.where(Plan.state == state)
    if before_id is not None:
        wanted = wanted.where(col(Plan.id) < before_id)
    return list(session.exec(wanted))
