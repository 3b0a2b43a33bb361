"""`privacydesk evidence`: what is known of one request, in one ZIP that can be checked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.auditing import as_object, on_store, walk
from app.console import Mendable, ok, warn
from app.evidence_case import Case, find, read_case, write_down
from app.evidence_messages import Told
from app.evidence_page import Page
from app.starting import loaded, plain_words
from core.references import find_references
from core.requests import Request
from policies.load import load_policy
from storage.audit import StoredRow
from storage.evidence import Fate
from storage.sealing import Secrets, load_master_key
from storage.store import SqlStore
from templates.render import Texts

_HOW = (
    "hash = HMAC-SHA256(key, previous + row), where row is the JSON object of seq, at (UTC, microseconds), "
    "request_id, actor, action and detail with sorted keys, without blanks, in UTF-8; previous is the hash of "
    "the row before, 32 zero bytes for the first. The key never leaves the desk: `privacydesk audit verify` "
    "computes all hashes anew, and compares them with an anchor that was kept elsewhere."
)


def export(path: Path, typed: str, output: Path | None, language: str) -> None:
    """Write the evidence of one request. Raises Mendable, and names nothing personal."""
    settings = loaded(path, silent=True)
    now = datetime.now(UTC)
    with plain_words():
        policy = load_policy(settings.policy)
        texts = Texts(policy, settings.templates)
        secrets = Secrets(load_master_key(settings.data.master_key_file))
    reference = next(iter(find_references(typed, policy.prefix)), typed.strip().upper())
    digest = secrets.digest("reference", reference).hex()
    target = output or Path(f"evidence-{_safe(reference)}.zip")
    if target.exists():
        raise Mendable(f"{target} is there already. Name another file with --output.")
    case = on_store(path, lambda store: _read(store, reference, digest, now))
    _write(target, zipped(files_of(case, Page(policy, texts, language).html(case, now)), now))
    _tell(case, target)


async def _read(store: SqlStore, reference: str, digest: str, now: datetime) -> Case:
    request_id = await store.run(lambda uow: find(uow, reference, digest))
    if not request_id:
        raise Mendable(
            "No request has this reference. It stands on every letter and card, as in MC-7K3F-9Q2X; the staff "
            "group lists those that are open with /queue."
        )
    await store.run(lambda uow: write_down(uow, request_id, now))
    report = await walk(store, None)
    return await store.run(lambda uow: read_case(uow, reference, request_id, report))


def _tell(case: Case, target: Path) -> None:
    ok(f"Wrote {target}. It can be read by its owner only, and holds personal data: keep it so.")
    if case.request is None:
        warn("The request has been erased: only its rows in the audit log are left.")
    if case.report.findings or case.unguarded:
        warn("The audit log is not whole: see privacydesk audit verify")


# --- the files --------------------------------------------------------------------------------------


def files_of(case: Case, page: str) -> dict[str, bytes]:
    """The files of the ZIP by name, with the digests of all others in SHA256SUMS."""
    files = {"timeline.html": page.encode(), "audit.json": _json(_audit(case))}
    if case.request is not None:
        files["decisions.json"] = _json(_decisions(case, case.request))
    files |= dict(_messages(case))
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return {**dict(sorted(files.items())), "SHA256SUMS": sums.encode()}


def zipped(files: Mapping[str, bytes], now: datetime) -> bytes:
    """One ZIP, its files readable by their owner only."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name, now.timetuple()[:6])
            entry.external_attr = 0o100600 << 16
            archive.writestr(entry, content, ZIP_DEFLATED)
    return buffer.getvalue()


def _messages(case: Case) -> Iterator[tuple[str, bytes]]:
    for each in case.messages.told:
        yield f"messages/{each.name}.txt", _text(each).encode()
        if each.original is not None:
            yield f"messages/{each.name}.eml", each.original
    for name, raw in case.messages.loose:
        yield f"messages/{name}.eml", raw


def _text(told: Told) -> str:
    note, fate = told.note, told.fate
    head = {
        "From" if note.incoming else "To": f"{note.address.value} ({note.address.channel})",
        "Date": _utc(note.at),
        "Subject": note.subject,
        "Message-ID": note.message_id,
        "Notice": note.notice,
        "Attachments": ", ".join(f"{file.name} ({file.size} bytes)" for file in note.attachments),
        "Original": "left out, it holds a one-time code" if told.left_out else "",
        "Delivery": f"{fate.state} {_utc(fate.settled_at)}".strip() if fate else "",
        "Answer": fate.said if fate else "",
    }
    # A name or a subject with a line break must not look like another line of the head.
    lines = [f"{name}: {' '.join(value.split())}" for name, value in head.items() if value]
    return "\n".join((*lines, "", note.text, ""))


def _audit(case: Case) -> dict[str, object]:
    return {
        "reference": case.reference,
        "request_id": case.request_id,
        "erased": case.request is None,
        "originals_left_out": case.messages.left_out,
        "rows": [_row(row) for row in case.rows],
        "verification": as_object(case.report, None, case.unguarded),
        "how_to_check": _HOW,
    }


def _row(row: StoredRow) -> dict[str, object]:
    entry = row.entry
    return {
        "seq": row.seq,
        "at": row.moment.isoformat(timespec="microseconds") if row.moment else str(row.at),
        "request_id": row.request_id,
        "actor": row.actor,
        "action": row.action,
        "detail": entry.detail if entry else str(row.detail),
        "previous": _hex(row.previous),
        "hash": _hex(row.hash),
    }


def _hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _decisions(case: Case, request: Request) -> dict[str, object]:
    return {
        "reference": request.reference,
        "status": request.status,
        "received": _utc(request.received_at),
        "acknowledge_by": _day(request.acknowledge_by),
        "closed": _utc(request.closed_at),
        "rights": [
            {
                "right": item.right,
                "due_by_law": _day(item.due.statute),
                "due_by_promise": _day(item.due.promise),
                "due": _day(item.due.binding),
                "outcome": item.outcome,
                "reason": item.reason,
            }
            for item in request.items
        ],
        "identity": {
            "proof": request.proof,
            "codes_sent": case.codes[0],
            "wrong_codes": case.codes[1],
        },
        "approvals": list(request.approvals),
        "decisions": [_decision(case, row) for row in case.rows if str(row.actor).startswith("staff:")],
        "letters": [_letter(each.note.notice, each.fate) for each in case.messages.told if each.fate]
        + [_letter("", fate) for fate in case.messages.untold],
    }


def _decision(case: Case, row: StoredRow) -> dict[str, object]:
    shown = _row(row)
    kept = {key: shown[key] for key in ("seq", "at", "actor", "action", "detail")}
    return kept | {"name": case.staff.get(str(row.actor), "")}


def _letter(notice: str, fate: Fate) -> dict[str, object]:
    return {
        "notice": notice,
        "to": fate.to.value,
        "channel": fate.to.channel,
        "written": _utc(fate.created_at),
        "state": fate.state,
        "settled": _utc(fate.settled_at),
        "tries": fate.attempts,
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _utc(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def _day(day: object) -> str:
    return str(day) if day else ""


def _safe(reference: str) -> str:
    return "".join(letter for letter in reference if letter.isascii() and (letter.isalnum() or letter == "-"))


def _write(target: Path, content: bytes) -> None:
    """Write a new file that only its owner can read. Raises Mendable."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except FileExistsError:
        raise Mendable(f"{target} is there already. Name another file with --output.") from None
    except OSError as error:
        with suppress(OSError):
            target.unlink()
        raise Mendable(f"{target} cannot be written: {error.strerror}.") from None
