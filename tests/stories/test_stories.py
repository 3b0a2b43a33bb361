"""Every story of the demo comes true on a real desk."""

from __future__ import annotations

import pytest

from sandbox.stories import STORIES, Silent, Story
from sandbox.world import World


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.letter}: {story.title}")
async def test_the_story_comes_true(world: World, story: Story) -> None:
    await story.play(world, Silent())
