"""Whether anything of a centre is closed once.

Knows nothing of weekly hours, nor of what is booked meanwhile.
"""

from datetime import datetime

from sqlmodel import Session, col, or_, select

from models.tables import Closure, Laboratory, Resource


def is_closed_once(session: Session, *, centre_id: int, after: datetime) -> bool:
    """Whether a closure of the centre, or of a laboratory or unit of it, ends after then."""
    laboratories = select(Laboratory.id).where(Laboratory.centre_id == centre_id)
    units = select(Resource.id).where(Resource.centre_id == centre_id)
    of_it = or_(
        col(Closure.centre_id) == centre_id,
        col(Closure.laboratory_id).in_(laboratories),
        col(Closure.unit_id).in_(units),
    )
    return session.exec(select(Closure.id).where(of_it, col(Closure.end_at) > after)).first() is not None
