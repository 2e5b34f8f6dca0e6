"""Whether the application answers and its store is as it must be.

Knows nothing else.
"""

from api.calls import OpenCalling
from api.permission import OPEN
from api.routes.shape import new_router
from api.schemas import Health

router = new_router("health", is_open=True)


@router.get("/health", summary="Whether all is well", dependencies=[OPEN])
def health(call: OpenCalling) -> Health:
    call.database.check()
    return Health(status="ok")
