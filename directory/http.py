"""The people on file at a service of the company's, which is asked by HTTPS with a signed request."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from directory.asked import AT_ONCE, NOBODY, USUAL_TIMEOUT, AskedDirectory
from directory.finding import DirectoryError
from directory.people import Named, Person, Trait
from directory.rows import person_of
from directory.signing import is_private, signed

if TYPE_CHECKING:
    import aiohttp

#: Bytes that an answer may have.
LARGEST_ANSWER = 64_000
_WHAT = "the service with the people on file"


class _Strict(BaseModel):
    # What is not expected is refused, and never quoted.
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class _Row(_Strict):
    """Somebody on file, as the service tells it."""

    key: str = Field(min_length=1)
    emails: list[str] = []
    phones: list[str] = []
    accounts: list[str] = []
    telegram: str | int | None = None
    language: str | None = None
    birth_year: int | None = None

    def person(self) -> Person:
        written = {
            Trait.EMAIL: self.emails,
            Trait.PHONE: self.phones,
            Trait.ACCOUNT: self.accounts,
            Trait.TELEGRAM: [] if self.telegram is None else [str(self.telegram)],
        }
        born = "" if self.birth_year is None else str(self.birth_year)
        return person_of(self.key, written, self.language or "", born)[0]


class _Answer(_Strict):
    people: list[_Row]


class HttpDirectory(AskedDirectory):
    """A `flows.ports.Directory` on a service that answers as docs/operations.md says.

    Raises DirectoryError where the question would leave this machine in clear text.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        ca_file: Path | None = None,
        timeout: float = USUAL_TIMEOUT,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(_WHAT, timeout, clock)
        if not is_private(url):
            raise DirectoryError("[directory] url must begin with https://")
        self._url = url
        self._secret = secret
        self._trust = _trusted(ca_file)
        self._now = now
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def try_out(self) -> None:
        if await self._in_time(NOBODY):
            raise DirectoryError(f"{_WHAT} finds somebody for contacts that nobody has")

    async def _ask(self, named: Named) -> Sequence[Person]:
        # The same question, whatever is named: even an empty one is asked.
        question = {trait.value: sorted(named.get(trait, ())) for trait in Trait}
        body = json.dumps(question, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            answer = _Answer.model_validate_json(await self._post(body))
        except ValidationError as error:
            raise DirectoryError(f"{_WHAT} answers in a way that cannot be used: {_first(error)}") from None
        return [row.person() for row in answer.people]

    async def _post(self, body: bytes) -> bytes:
        """The body of a good answer. Raises DirectoryError."""
        import aiohttp

        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            **signed(self._secret, body, int(self._now())),
        }
        try:
            async with self._opened().post(
                self._url, data=body, headers=headers, allow_redirects=False, ssl=self._trust
            ) as response:
                if response.status != 200:
                    raise DirectoryError(f"{_WHAT} answers with HTTP {response.status}")
                return await _read(response.content)
        except (aiohttp.ClientError, OSError) as error:
            # Not chained: the errors of the library may quote what was asked.
            raise DirectoryError(f"{_WHAT} cannot be reached: {_plain(error)}") from None

    def _opened(self) -> aiohttp.ClientSession:
        """The session with its connections; a proxy of the environment is used only where TLS goes through it."""
        if self._session is None:
            import aiohttp

            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=AT_ONCE),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=self._url.startswith("https:"),
            )
        return self._session


async def _read(content: aiohttp.StreamReader) -> bytes:
    answer = bytearray()
    async for piece in content.iter_any():
        answer += piece
        if len(answer) > LARGEST_ANSWER:
            raise DirectoryError(f"{_WHAT} answers with more than {LARGEST_ANSWER} bytes")
    return bytes(answer)


def _first(error: ValidationError) -> str:
    """The place of the first mistake and its kind; a field that is not known is not named, it may be anything."""
    mistake = error.errors(include_url=False, include_input=False)[0]
    steps = mistake["loc"][:-1] if mistake["type"] == "extra_forbidden" else mistake["loc"]
    kind = "there is a field too many" if mistake["type"] == "extra_forbidden" else mistake["type"]
    return f"{'.'.join(map(str, steps)) or 'at the top'}: {kind}"


def _plain(error: Exception) -> str:
    import aiohttp

    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "its certificate is not believed; name the authority with ca_file if it is one of your own"
    return type(error).__name__


def _trusted(ca_file: Path | None) -> ssl.SSLContext | bool:
    """Whom to believe: the authorities of the system, and the one that the settings name. Raises DirectoryError."""
    if ca_file is None:
        return True
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(ca_file)
    except OSError:
        raise DirectoryError(f"{ca_file.name} cannot be read as certificates of an authority") from None
    return context
