"""What every page's router has in common.

Knows no page.
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse


def new_page_router() -> APIRouter:
    return APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
