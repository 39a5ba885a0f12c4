#!/usr/bin/env python3
"""An example gateway between Switchboard and a mail or chat system. Python's standard library only.

  gateway.py deliver [--every SECONDS] [--from-start]   hand over what agents wrote, and report what became of it
  gateway.py receive                                    post messages given as JSON lines on standard input
  gateway.py maildir DIR [--every SECONDS]              post the mails in DIR/new, then move them to DIR/cur

  SWITCHBOARD_URL     the GraphQL endpoint (default http://127.0.0.1:8080/graphql)
  SWITCHBOARD_TOKEN   an integration's token with CONVERSATIONS_READ and MESSAGES_SEND to deliver, MESSAGES_RECEIVE to receive
  GATEWAY_CHANNEL     the id of the channel this gateway serves
  GATEWAY_STATE       its SQLite file (default gateway.db): the cursor, and every message it took over
  SMTP_HOST           deliver by this mail server (SMTP_PORT, SMTP_USER, SMTP_PASSWORD with STARTTLS, SMTP_FROM);
                      without it each message is printed as one line of JSON, which counts as sent

A line for `receive`: {"externalId": "…", "from": "mira@example.org", "name": "Mira", "subject": "…", "text": "…",
"inReplyTo": ["…"], "automatic": false}; only `from` and `text` are required, but without externalId a line that is
posted twice is received twice. What it promises, and why: docs/gateway.md.
"""
import argparse
import email
import email.policy
import email.utils
import fcntl
import hashlib
import html.parser
import json
import os
import smtplib
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from email.message import EmailMessage
from pathlib import Path

URL = os.environ.get("SWITCHBOARD_URL", "http://127.0.0.1:8080/graphql")
TOKEN = os.environ.get("SWITCHBOARD_TOKEN", "")
CHANNEL = os.environ.get("GATEWAY_CHANNEL", "")
PAGE = 100
TRIES = 8
IN_REPLY_TO_LIMIT = 50
# Safe to send again: receiving is idempotent by externalId, and reporting the same status twice changes nothing.
TRY_AGAIN = {"RATE_LIMITED", "OVERLOADED", "UNKNOWN_OUTCOME", "INTERNAL", "SHUTTING_DOWN"}
START_AGAIN = {"EPOCH_CHANGED", "CURSOR_AHEAD", "CURSOR_EXPIRED"}

CHANGES = """
query Outbound($channels: [ID!], $after: EventCursor, $first: Int) {
  conversationChanges(filter: {channelIds: $channels}, kinds: [MESSAGE], after: $after, first: $first) {
    endCursor
    hasMore
    nodes {
      conversation { id number subject }
      entry {
        ... on Message { id direction text recipient externalId delivery { status } }
      }
    }
  }
}
"""
REPORT = """
mutation Report($input: ReportDeliveryInput!) {
  reportDelivery(input: $input) { changed userErrors { code message field } }
}
"""
RECEIVE = """
mutation Receive($input: ReceiveMessageInput!) {
  receiveMessage(input: $input) {
    routing { decision reason }
    conversation { number }
    userErrors { code message field }
  }
}
"""


class Stopped(Exception):
    """The token, the cursor or the query is wrong: nothing will work until a person has looked."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class Refused(Stopped):
    """This one message was refused for the reason given; others may pass."""


# ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def call(query, variables):
    """The answer's data. Waits and tries again when the server or the network can't just now."""
    for attempt in range(TRIES):
        try:
            answer = post({"query": query, "variables": variables})
            kind, code, message = first_error(answer)
        except (OSError, ValueError) as error:
            kind, code, message = Stopped, "OVERLOADED", str(error)
        if code is None:
            return answer["data"]
        if code not in TRY_AGAIN:
            raise kind(code, message)
        wait = min(2**attempt, 30)
        print(f"{code}: {message}; again in {wait} s", file=sys.stderr)
        time.sleep(wait)
    raise SystemExit(f"gave up after {TRIES} tries; nothing is lost, start again later")


def post(body):
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/graphql-response+json",
        "Authorization": f"Bearer {TOKEN}",
    }
    request = urllib.request.Request(URL, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        # A refused request has a body that says why; anything else (a proxy's page) is no JSON and is tried again.
        return json.load(error)


def first_error(answer):
    """What to raise for the first top-level error or user error, with its code and message."""
    for error in answer.get("errors") or []:
        return Stopped, error.get("extensions", {}).get("code", "INTERNAL"), error["message"]
    for payload in answer["data"].values():
        if payload is None:
            return Stopped, "INTERNAL", "the answer is null"
        for error in payload.get("userErrors") or []:
            # What the token may not do, it may not do for any message.
            return Stopped if error["code"] == "FORBIDDEN" else Refused, error["code"], error["message"]
    return None, None, None


# ── out: from the log to the customer ────────────────────────────────────────────────────────────────────────────────


def open_state():
    path = os.environ.get("GATEWAY_STATE", "gateway.db")
    lock = open(path + ".lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit(f"another gateway uses {path}: two would deliver everything twice") from None
    state = sqlite3.connect(path)
    state.execute("PRAGMA synchronous = FULL")
    state.executescript(
        """
        CREATE TABLE IF NOT EXISTS position (one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT);
        CREATE TABLE IF NOT EXISTS thread (conversation_id TEXT PRIMARY KEY, last_inbound TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS outbox (
            message_id TEXT PRIMARY KEY, recipient TEXT, subject TEXT NOT NULL, text TEXT NOT NULL, in_reply_to TEXT,
            status TEXT NOT NULL DEFAULT 'QUEUED', external_id TEXT, error TEXT, tries INTEGER NOT NULL DEFAULT 0,
            reported INTEGER NOT NULL DEFAULT 0, refusal TEXT);
        INSERT OR IGNORE INTO position VALUES (1, NULL);
        """
    )
    return state, lock


def take_over(state):
    """Reads the log to its head. Each page's messages and the cursor behind them are stored in one transaction:
    after a crash the page is either taken over or read again, so every message is taken over exactly once."""
    while True:
        (after,) = state.execute("SELECT cursor FROM position").fetchone()
        variables = {"channels": [CHANNEL], "after": after, "first": PAGE}
        page = call(CHANGES, variables)["conversationChanges"]
        with state:
            for change in page["nodes"]:
                take(state, change["conversation"], change["entry"])
            state.execute("UPDATE position SET cursor = ?", (page["endCursor"],))
        if not page["hasMore"]:
            return


def take(state, conversation, message):
    if message["direction"] == "INBOUND":
        if message["externalId"]:
            row = (conversation["id"], message["externalId"])
            state.execute("INSERT OR REPLACE INTO thread VALUES (?, ?)", row)
        return
    # A message that somebody has reported on already isn't ours to send: so a lost state file sends nothing twice.
    if message["delivery"]["status"] != "QUEUED":
        return
    query = "SELECT last_inbound FROM thread WHERE conversation_id = ?"
    (answers,) = state.execute(query, (conversation["id"],)).fetchone() or (None,)
    subject = f"{conversation['subject'] or 'Your message'} [#{conversation['number']}]"
    state.execute(
        "INSERT OR IGNORE INTO outbox (message_id, recipient, subject, text, in_reply_to) VALUES (?, ?, ?, ?, ?)",
        (message["id"], message["recipient"], subject, message["text"], answers),
    )


def hand_over(state):
    """Sends what is queued. A crash between sending and noting it sends once more, under the same Message-ID."""
    rows = state.execute(
        "SELECT message_id, recipient, subject, text, in_reply_to, tries FROM outbox WHERE status = 'QUEUED' ORDER BY rowid"
    ).fetchall()
    for message_id, recipient, subject, text, in_reply_to, tries in rows:
        external_id = f"<{message_id}@{sender().rpartition('@')[2]}>"
        status, error = "SENT", None
        if not recipient:
            status, error = "FAILED", "the customer has no address on this channel"
        else:
            try:
                send(external_id, recipient, subject, text, in_reply_to)
            except (OSError, smtplib.SMTPException) as problem:
                error = str(problem)
                status = "FAILED" if is_final(problem) or tries + 1 >= TRIES else "QUEUED"
                print(f"{message_id}: {error}", file=sys.stderr)
        with state:
            state.execute(
                "UPDATE outbox SET status = ?, error = ?, external_id = ?, tries = tries + 1 WHERE message_id = ?",
                (status, error, external_id if status == "SENT" else None, message_id),
            )


def send(external_id, recipient, subject, text, in_reply_to):
    host = os.environ.get("SMTP_HOST")
    if not host:
        line = {"externalId": external_id, "to": recipient, "subject": subject, "text": text, "inReplyTo": in_reply_to}
        print(json.dumps(line, ensure_ascii=False), flush=True)
        return
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = sender(), recipient, external_id
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = email.utils.localtime()
    if in_reply_to:
        mail["In-Reply-To"] = mail["References"] = " ".join(in_reply_to.split())
    mail.set_content(text)
    with smtplib.SMTP(host, int(os.environ.get("SMTP_PORT", "25")), timeout=30) as server:
        if user := os.environ.get("SMTP_USER"):
            server.starttls()
            server.login(user, os.environ.get("SMTP_PASSWORD", ""))
        server.send_message(mail)


def sender():
    return os.environ.get("SMTP_FROM", "support@gateway.example.org")


def is_final(problem):
    """Whether the mail server said never (5xx), not later (4xx) or nothing."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in problem.recipients.values())
    return isinstance(problem, smtplib.SMTPResponseException) and problem.smtp_code >= 500


def report(state):
    """Tells Switchboard what became of each message; repeated until it was heard. A refused report is put aside for a
    person: printed, and its row keeps the code as `refusal`."""
    rows = state.execute(
        "SELECT message_id, status, external_id, error FROM outbox WHERE reported = 0 AND status != 'QUEUED' ORDER BY rowid"
    ).fetchall()
    for message_id, status, external_id, error in rows:
        # With the external id Switchboard knows which conversation an answer to this mail belongs to.
        fields = {"messageId": message_id, "status": status, "externalId": external_id, "error": error}
        given = {name: value for name, value in fields.items() if value is not None}
        code = None
        try:
            call(REPORT, {"input": given})
        except Refused as refusal:
            code = refusal.code
            print(f"{message_id}: {refusal}", file=sys.stderr)
        with state:
            state.execute("UPDATE outbox SET reported = 1, refusal = ? WHERE message_id = ?", (code, message_id))


def deliver(arguments):
    state, lock = open_state()
    if arguments.from_start:
        with state:
            state.execute("UPDATE position SET cursor = NULL")

    def once():
        take_over(state)
        hand_over(state)
        report(state)

    with lock:
        repeat(once, arguments.every)


# ── in: from the customer to Switchboard ─────────────────────────────────────────────────────────────────────────────


def receive_line(line):
    given = json.loads(line)
    message = {
        "channelId": CHANNEL,
        "customer": {"email": given["from"], "fullName": given.get("name")},
        "subject": given.get("subject"),
        "text": given["text"],
        "externalId": given.get("externalId"),
        "inReplyTo": given.get("inReplyTo"),
        "automatic": given.get("automatic", False),
    }
    return receive_message(message)


def receive_message(message):
    message = {name: value for name, value in message.items() if value is not None}
    message["customer"] = {name: value for name, value in message["customer"].items() if value}
    answer = call(RECEIVE, {"input": message})["receiveMessage"]
    routing = answer["routing"]
    return f"#{answer['conversation']['number']} {routing['decision']}: {routing['reason']}"


def receive(_arguments):
    refused = 0
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            print(receive_line(line), flush=True)
        except (Refused, KeyError, ValueError) as problem:
            refused += 1
            print(f"line {number}: {type(problem).__name__}: {problem}", file=sys.stderr)
    if refused:
        raise SystemExit(1)


def maildir(arguments):
    folder = Path(arguments.folder)

    def once():
        for path in sorted((folder / "new").iterdir()):
            flag = "S"
            try:
                print(receive_message(message_of(path.read_bytes())), flush=True)
            except Refused as refusal:
                # Kept for a person to look at, flagged; a mail is never thrown away.
                flag = "F"
                print(f"{path.name}: {refusal}", file=sys.stderr)
            # A crash before this posts the mail again, and its Message-ID makes that a DUPLICATE.
            path.rename(folder / "cur" / f"{path.name}:2,{flag}")

    repeat(once, arguments.every)


def message_of(raw):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    name, address = email.utils.parseaddr(str(mail.get("From", "")))
    answered = f"{mail.get('In-Reply-To', '')} {mail.get('References', '')}".split()
    text, markup = bodies(mail)
    return {
        "channelId": CHANNEL,
        "customer": {"email": address, "fullName": name},
        "subject": str(mail.get("Subject", "")) or None,
        "text": text,
        "html": markup,
        "externalId": str(mail.get("Message-ID", "")).strip() or "sha256:" + hashlib.sha256(raw).hexdigest(),
        "inReplyTo": list(dict.fromkeys(answered))[:IN_REPLY_TO_LIMIT] or None,
        "automatic": is_automatic(mail),
    }


def bodies(mail):
    plain = mail.get_body(("plain",))
    rich = mail.get_body(("html",))
    markup = rich.get_content() if rich else None
    if plain:
        return plain.get_content(), markup
    return text_of(markup or ""), markup


def text_of(markup):
    pieces = []
    reader = html.parser.HTMLParser()
    reader.handle_data = pieces.append
    reader.feed(markup)
    return " ".join(" ".join(pieces).split()) or "(no text)"


def is_automatic(mail):
    """RFC 3834's mark, the older ones, and bounces, so that no two robots write to each other."""
    submitted = str(mail.get("Auto-Submitted", "no")).lower()
    precedence = str(mail.get("Precedence", "")).lower()
    bounce = str(mail.get("Return-Path", "")).strip() == "<>" or mail.get_content_type() == "multipart/report"
    return not submitted.startswith("no") or precedence in {"bulk", "junk", "auto_reply"} or bounce


# ── the command line ─────────────────────────────────────────────────────────────────────────────────────────────────


def repeat(once, every):
    while True:
        once()
        if every is None:
            return
        time.sleep(every)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("deliver")
    command.add_argument("--every", type=float, metavar="SECONDS")
    command.add_argument("--from-start", action="store_true")
    command.set_defaults(run=deliver)
    commands.add_parser("receive").set_defaults(run=receive)
    command = commands.add_parser("maildir")
    command.add_argument("folder")
    command.add_argument("--every", type=float, metavar="SECONDS")
    command.set_defaults(run=maildir)
    arguments = parser.parse_args()
    missing = [name for name in ("SWITCHBOARD_TOKEN", "GATEWAY_CHANNEL") if not os.environ.get(name)]
    if missing:
        raise SystemExit(f"please set {' and '.join(missing)}")
    try:
        arguments.run(arguments)
    except Stopped as stop:
        advice = ""
        if stop.code in START_AGAIN:
            advice = "\nThe server was restored or replaced. Once you are sure, run again with --from-start: what was reported is skipped."
        raise SystemExit(f"{stop}{advice}") from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
