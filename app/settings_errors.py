"""Says in plain words what is wrong with the settings, all of it at once."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from core.schema import Problem, closest


class SettingsErrors(Exception):
    """Everything that is wrong with the settings."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def problems_of(error: ValidationError, model: type[BaseModel]) -> tuple[Problem, ...]:
    """The mistakes that pydantic found, with paths as the file has them. Values are never quoted."""
    details = error.errors(include_url=False, include_input=False)
    return tuple(_problem(detail["type"], detail["loc"], detail, model) for detail in details)


def _problem(kind: str, place: tuple[int | str, ...], detail: Any, model: type[BaseModel]) -> Problem:
    path = ".".join(str(step + 1) if isinstance(step, int) else step for step in place)
    if kind == "extra_forbidden":
        return Problem(path, "is not known here", closest(str(place[-1]), _known_keys(model, place[:-1])))
    if kind == "missing":
        return Problem(path, "is missing", "It must be given.")
    message = detail["msg"].removeprefix("Input ")
    return Problem(path, message, detail.get("ctx", {}).get("help", ""))


def _known_keys(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The keys of the section that a place lies in; `folder` is not the operator's to set."""
    for step in place:
        if isinstance(step, str):
            model = _model_in(model.model_fields[step].annotation) or model
    return [key for key in model.model_fields if key != "folder"]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The section behind an annotation such as `MailSettings | None` or `tuple[StaffSettings, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
