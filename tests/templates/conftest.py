"""An invented organisation, and the texts as it sends them."""

from __future__ import annotations

import pytest

from core.policy import Authority, Contact, Policy
from templates.render import Texts


@pytest.fixture(scope="session")
def policy() -> Policy:
    return Policy(
        name="Trường Hoa Sen",
        prefix="HS",
        languages=("vi", "en"),
        timezone="Asia/Ho_Chi_Minh",
        statute="vn-pdpl-2026",
        contact=Contact("help@example.com", "+84 28 5550 0100"),
        authority=Authority(
            {"vi": "Cục A05, Bộ Công an", "en": "Department A05"}, "https://authority.example"
        ),
        rights={},
    )


@pytest.fixture(scope="session")
def texts(policy: Policy) -> Texts:
    return Texts(policy)
