#!/usr/bin/env python3
"""An example integration: keeps Switchboard's tickets and an issue tracker's issues the same. Python's standard library only.

  ticket_sync.py find [KEY]                the ticket that issue KEY stands for, or all that stand for one, with their conversations
  ticket_sync.py sync [--every SECONDS] [--open-issues]
                                           keep both sides the same until stopped; --open-issues: new tickets get an issue
  ticket_sync.py issue KEY [--title TEXT] [--status todo|doing|done] [--ticket ID | --unlink] [--delete]
                                           do by hand what somebody would do in the tracker

  SWITCHBOARD_URL     the GraphQL endpoint (default http://127.0.0.1:8080/graphql)
  SWITCHBOARD_TOKEN   an integration's token with TICKETS_READ, TICKETS_WRITE and CONVERSATIONS_READ (`find` needs no WRITE)
  SYNC_SYSTEM         what the tracker is called in external references (default tracker)
  SYNC_STATE          its SQLite file (default ticket-sync.db): the cursor, what is still to be done, what both sides agreed on
  TRACKER_FILE        the pretend tracker: a JSON file (default tracker.json). Put your own tracker's API in class Tracker
  TRACKER_URL         where people see an issue, with {key} in it, for example https://tracker.example.org/browse/{key}

What it promises, and why: docs/tickets.md.
"""
import argparse
import contextlib
import fcntl
import http.client
import json
import os
import queue
import random
import sqlite3
import sys
import threading
import time
import urllib.error
import urllib.request

URL = os.environ.get("SWITCHBOARD_URL", "http://127.0.0.1:8080/graphql")
TOKEN = os.environ.get("SWITCHBOARD_TOKEN", "")
SYSTEM = os.environ.get("SYNC_SYSTEM", "tracker")
STATE = os.environ.get("SYNC_STATE", "ticket-sync.db")
ISSUE_URL = os.environ.get("TRACKER_URL")
READS = {"TICKETS_READ", "CONVERSATIONS_READ"}
WRITES = {"TICKETS_WRITE"}
# Longer than the server is ever silent (12 s): nothing for so long is a connection that was lost.
SILENCE = 40
TRIES = 5
TRY_AGAIN = {"RATE_LIMITED", "OVERLOADED", "UNKNOWN_OUTCOME", "INTERNAL", "SHUTTING_DOWN", "SLOW_CONSUMER"}
START_AGAIN = {"EPOCH_CHANGED", "CURSOR_AHEAD", "CURSOR_EXPIRED"}
# Trackers have more statuses than tickets: many of theirs may mean one of ours, and each of ours is set as one of theirs.
MEANS = {"todo": "OPEN", "doing": "IN_PROGRESS", "done": "RESOLVED"}
SET_AS = {"OPEN": "todo", "IN_PROGRESS": "doing", "RESOLVED": "done"}

WHO = "{ viewer { ... on Integration { id } ... on Agent { id } } viewerScopes }"
TICKET_FIELDS = "id number title status version externalRefs { system key }"
CONVERSATIONS = """conversations(first: 100, after: $after) {
  nodes { number subject state customer { displayName } } pageInfo { hasNextPage endCursor }
}"""
FIND = "query Find($ref: ExternalRefKeyInput!) { ticket(externalRef: $ref) { %s } }" % TICKET_FIELDS
LINKED = "query Linked($id: ID!, $after: String) { ticket(id: $id) { %s } }" % CONVERSATIONS
LIST = """query List($filter: TicketFilter, $after: String) {
  eventCursor
  tickets(filter: $filter, first: 100, after: $after) { nodes { %s } pageInfo { hasNextPage endCursor } }
}""" % TICKET_FIELDS
# Asking for a change behind the cursor asks whether it still is one: a server that was restored meanwhile answers EPOCH_CHANGED.
READ = """query Read($id: ID!, $after: EventCursor) {
  ticketChanges(after: $after, first: 1) { endCursor }
  ticket(id: $id) { %s }
}""" % TICKET_FIELDS
UPDATE = """mutation Update($input: UpdateTicketInput!) {
  updateTicket(input: $input) { ticket { version } userErrors { code message field } }
}"""
FOLLOW = """subscription Follow($after: EventCursor) {
  ticketChanged(after: $after) {
    cursor kind fromStatus toStatus
    actor { displayName ... on Integration { id } ... on Agent { id } }
    ticket { id }
    conversation { number subject customer { displayName } }
  }
}"""


class Stopped(Exception):
    """An operation was refused, or a stream ended, for the reason that `code` names."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class Refused(Stopped):
    """This one change was refused; others may pass."""


class Moved(Exception):
    """Somebody else was faster: look again."""


# ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def request(query, variables, accept):
    headers = {"Content-Type": "application/json", "Accept": accept, "Authorization": f"Bearer {TOKEN}"}
    return urllib.request.Request(URL, json.dumps({"query": query, "variables": variables}).encode(), headers)


def call(query, variables=None):
    """The answer's data. Waits and tries again a few times when the server or the network can't just now."""
    for attempt in range(TRIES):
        try:
            answer = post(query, variables)
            refusal = first_error(answer)
        except Stopped as stop:
            refusal = stop
        except (OSError, ValueError, http.client.HTTPException) as error:
            refusal = Stopped("OVERLOADED", f"{URL}: {error}")
        if refusal is None:
            return answer["data"]
        if refusal.code not in TRY_AGAIN or attempt + 1 == TRIES:
            raise refusal
        time.sleep(random.uniform(0.5, 1) * 2**attempt / 2)


def post(query, variables):
    try:
        with urllib.request.urlopen(request(query, variables, "application/graphql-response+json"), timeout=30) as response:
            return answer_in(response)
    except urllib.error.HTTPError as error:
        # A refused request has a body that says why.
        return answer_in(error)


def answer_in(response):
    """What GraphQL answers is JSON whatever its status is. Anything else is a proxy's page, which passes, or another address."""
    try:
        answer = json.load(response)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and ("data" in answer or "errors" in answer):
        return answer
    said = f"{URL} answered {response.status} {response.reason}, and no GraphQL"
    if response.status >= 500 or response.status == 429:
        raise Stopped("OVERLOADED", said)
    raise Stopped("WRONG_ADDRESS", f"{said}; please set SWITCHBOARD_URL to the endpoint, which ends with /graphql")


def first_error(answer):
    for error in answer.get("errors") or []:
        return Stopped(error.get("extensions", {}).get("code", "INTERNAL"), error["message"])
    if not isinstance(answer.get("data"), dict):
        return Stopped("INTERNAL", "an answer without data")
    for payload in answer["data"].values():
        for error in isinstance(payload, dict) and payload.get("userErrors") or []:
            return Refused(error["code"], error["message"])
    return None


def pages(query, name, variables):
    """Every page of a list: the answer's data, and the list in it."""
    after = None
    while True:
        data = call(query, {**variables, "after": after})
        page = data[name] if name in data else (data["ticket"] or {}).get(name)
        if page is None:
            return
        yield data, page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def keys_of(ticket):
    return {ref["key"] for ref in ticket["externalRefs"] if ref["system"] == SYSTEM}


class Stream(threading.Thread):
    """One subscription over server-sent events: `results` gets each TicketChange, and at last the Stopped that ended it."""

    def __init__(self, after):
        super().__init__(daemon=True)
        # Bounded: who reads too slowly makes the server wait, and it says so in the end.
        self.results = queue.Queue(100)
        self.after = after
        self.start()

    def run(self):
        try:
            with urllib.request.urlopen(request(FOLLOW, {"after": self.after}, "text/event-stream"), timeout=SILENCE) as response:
                for result in events(response):
                    if result.get("data") is None:
                        raise first_error(result)
                    self.results.put(result["data"]["ticketChanged"])
            ended = Stopped("SHUTTING_DOWN", "the connection was lost")
        except Stopped as stop:
            ended = stop
        except urllib.error.HTTPError as error:
            try:
                ended = first_error(answer_in(error)) or Stopped("OVERLOADED", str(error))
            except Stopped as stop:
                ended = stop
            except (OSError, http.client.HTTPException):
                ended = Stopped("OVERLOADED", str(error))
        except (OSError, ValueError, http.client.HTTPException) as error:
            ended = Stopped("OVERLOADED", str(error))
        self.results.put(ended)


def events(response):
    """The results in an event stream. Comments are its signs of life; an event that was cut off isn't one."""
    name, data = None, []
    for raw in response:
        line = raw.decode().rstrip("\r\n")
        if line:
            field, _, value = line.partition(":")
            if field == "event":
                name = value.strip()
            if field == "data":
                data.append(value.removeprefix(" "))
            continue
        if name == "next":
            yield json.loads("\n".join(data))
        if name == "complete":
            return
        name, data = None, []


# ── the tracker ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Tracker:
    """A pretend issue tracker in a JSON file: {"SHOP-1": {"title", "status", "ticket", "comments": [{"id", "text"}]}}.
    `ticket` is the ticket's id: in a real tracker a custom field, or a label. For yours, write these methods anew."""

    def __init__(self):
        self.path = os.environ.get("TRACKER_FILE", "tracker.json")
        self.seen = None

    def issues(self):
        try:
            with open(self.path, encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    @contextlib.contextmanager
    def edited(self):
        with open(f"{self.path}.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            issues = self.issues()
            yield issues
            replace(self.path, json.dumps(issues, indent=1, ensure_ascii=False))

    def moved(self):
        """The ids of tickets whose issues have changed since the last call; the first time all. A real tracker is asked for what was
        updated since a time, or calls you by a webhook."""
        before, self.seen = self.seen or {}, self.issues()
        changed = [key for key in before.keys() | self.seen.keys() if before.get(key) != self.seen.get(key)]
        issues = [of[key] for key in changed for of in (before, self.seen) if key in of]
        # Those that lost an issue first: what one gives away another may get.
        return list(dict.fromkeys(issue["ticket"] for issue in issues if issue["ticket"]))

    def of(self, ticket):
        """The issues that name this ticket, by key."""
        return {key: issue for key, issue in self.issues().items() if issue["ticket"] == ticket}

    def get(self, key):
        return self.issues().get(key)

    def open(self, ticket):
        """A new issue for a ticket. Who asks for it again after a crash has asked `of` first."""
        with self.edited() as issues:
            number = 1 + max((int(key.rpartition("-")[2]) for key in issues if key.rpartition("-")[2].isdigit()), default=0)
            issue = {"title": ticket["title"], "status": SET_AS[ticket["status"]], "ticket": ticket["id"], "comments": []}
            issues[f"SHOP-{number}"] = issue
        print(f"#{ticket['number']}: opened SHOP-{number}", flush=True)

    def update(self, key, seen, **fields):
        """Changes an issue, unless somebody has changed it since it was `seen`."""
        with self.edited() as issues:
            issue = issues.get(key)
            if issue is None or any(issue[name] != seen[name] for name in fields):
                raise Moved
            issue.update(fields)

    def comment(self, key, comment_id, text):
        """Adds a comment once, however often it is asked to. A tracker without ids of your choice: put the id in the text, look for it."""
        with self.edited() as issues:
            comments = issues[key]["comments"] if key in issues else []
            if all(comment["id"] != comment_id for comment in comments):
                comments.append({"id": comment_id, "text": text})


def replace(path, text):
    """The file as a whole or not at all, also when the machine goes down."""
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.new", path)


# ── both sides the same ──────────────────────────────────────────────────────────────────────────────────────────────


class Sync:
    """What is to be done comes from both sides as ids of tickets; `settle` compares the two sides of one and makes them the same.
    Only it decides, by three things: the ticket, its issues, and what both agreed on last. Done twice it does nothing more, so a
    crash anywhere is mended by doing it again."""

    def __init__(self, open_issues):
        self.open_issues = open_issues
        self.tracker = Tracker()
        self.lock = open(f"{STATE}.lock", "w", encoding="utf-8")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"another one works with {STATE}") from None
        self.state = sqlite3.connect(STATE)
        self.state.execute("PRAGMA synchronous = FULL")
        self.state.executescript(
            """
            CREATE TABLE IF NOT EXISTS position (one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT);
            CREATE TABLE IF NOT EXISTS agreed (ticket TEXT, key TEXT, status TEXT, PRIMARY KEY (ticket, key));
            CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY, ticket TEXT NOT NULL, created INTEGER, cursor TEXT, text TEXT);
            INSERT OR IGNORE INTO position VALUES (1, NULL);
            """
        )

    def run(self, every):
        self.me = check(READS | WRITES)
        stream, failures, began, pause = None, 0, 0.0, 0.0
        self.note(ticket for (ticket,) in self.state.execute("SELECT DISTINCT ticket FROM agreed").fetchall())
        while True:
            try:
                if self.cursor() is None:
                    self.begin()
                if stream is None and time.monotonic() >= pause:
                    stream, began = Stream(self.cursor()), time.monotonic()
                    print("following", flush=True)
                ended = self.take(stream, every)
                if ended:
                    stream = None
                    raise ended
                self.note(self.tracker.moved())
                self.work()
            except Stopped as stop:
                if stop.code in START_AGAIN:
                    self.start_over(restored=True)
                    stream = None
                elif stop.code == "INTERNAL":
                    # Perhaps a change that can't be told; what it led to can be queried.
                    self.start_over(restored=False)
                    stream = None
                elif stop.code not in TRY_AGAIN:
                    raise
                print(f"{stop}; going on", file=sys.stderr, flush=True)
                failures = 0 if time.monotonic() - began > 60 else failures + 1
                # Not all clients at once after a restart.
                pause = time.monotonic() + random.uniform(0.1, 0.5) * min(2**failures, 30)

    def cursor(self):
        return self.state.execute("SELECT cursor FROM position").fetchone()[0]

    def take(self, stream, seconds):
        """Waits for what the stream tells, and stores the changes in one transaction with the cursor behind them: after a crash they
        are either all noted or told again. Answers why the stream ended, if it did."""
        if stream is None:
            time.sleep(min(seconds, 0.2))
            return None
        results = []
        with contextlib.suppress(queue.Empty):
            results.append(stream.results.get(timeout=seconds))
            while True:
                results.append(stream.results.get_nowait())
        ended = results.pop() if results and isinstance(results[-1], Stopped) else None
        with self.state:
            for change in results:
                row = (change["ticket"]["id"], change["kind"] == "CREATED", change["cursor"], self.told(change))
                self.state.execute("INSERT INTO todo (ticket, created, cursor, text) VALUES (?, ?, ?, ?)", row)
                self.state.execute("UPDATE position SET cursor = ?", (change["cursor"],))
        return ended

    def told(self, change):
        """What the tracker's people are told of a change; nothing of our own."""
        actor, conversation = change["actor"], change["conversation"]
        if actor.get("id") == self.me:
            return None
        if change["toStatus"]:
            return f"{actor['displayName']}: {change['fromStatus']} → {change['toStatus']}"
        if conversation:
            about = f"#{conversation['number']} {conversation['subject'] or ''} ({conversation['customer']['displayName']})"
            return f"{actor['displayName']}: {change['kind'].lower()} conversation {about}"
        return None

    def note(self, tickets):
        with self.state:
            self.state.executemany("INSERT INTO todo (ticket) VALUES (?)", [(ticket,) for ticket in tickets])

    def begin(self):
        """Where there is no cursor to go on from: all tickets with a reference, and the cursor of the first page. What changes while
        the others are read is told again."""
        cursor, tickets = None, []
        for data, nodes in pages(LIST, "tickets", {"filter": {"externalSystem": SYSTEM}}):
            cursor = cursor or data["eventCursor"]
            tickets += [(ticket["id"],) for ticket in nodes]
        with self.state:
            self.state.executemany("INSERT INTO todo (ticket) VALUES (?)", tickets)
            self.state.execute("UPDATE position SET cursor = ?", (cursor,))
        print(f"queried {len(tickets)} tickets", flush=True)

    def start_over(self, restored):
        """Gives the cursor up. Of a server that was restored from a backup, what was agreed on doesn't hold any more either. The tracker
        lost nothing, so each link is as if it were new, which the tracker decides."""
        self.note(ticket for (ticket,) in self.state.execute("SELECT DISTINCT ticket FROM agreed").fetchall())
        self.tracker.seen = None
        with self.state:
            if restored:
                self.state.execute("DELETE FROM agreed")
            self.state.execute("UPDATE position SET cursor = NULL")

    def work(self):
        for (ticket,) in self.state.execute("SELECT ticket FROM todo GROUP BY ticket ORDER BY min(id)").fetchall():
            rows = self.state.execute("SELECT created, cursor, text FROM todo WHERE ticket = ? ORDER BY id", (ticket,)).fetchall()
            try:
                keys = self.settle(ticket, is_new=any(created for created, _, _ in rows))
                for _, cursor, text in rows:
                    for key in keys if text else ():
                        self.tracker.comment(key, cursor, text)
            except Moved:
                continue
            except Refused as refusal:
                # Another try would be refused too; the next change of either side is one.
                print(f"{ticket}: {refusal}", file=sys.stderr, flush=True)
            with self.state:
                self.state.execute("DELETE FROM todo WHERE ticket = ?", (ticket,))

    def settle(self, ticket_id, is_new):
        """Makes a ticket and its issues the same; answers the keys of the issues. A link is there when one side has made it, and no
        longer when one side has taken it away. Where the tracker has moved it is followed, else the ticket is."""
        ticket = call(READ, {"id": ticket_id, "after": self.cursor()})["ticket"]
        if ticket is None:
            print(f"{ticket_id}, named by {', '.join(self.tracker.of(ticket_id)) or 'nobody'}, isn't there", file=sys.stderr, flush=True)
            return []
        agreed = dict(self.state.execute("SELECT key, status FROM agreed WHERE ticket = ?", (ticket_id,)).fetchall())
        here = keys_of(ticket)
        if is_new and self.open_issues and not here and not self.tracker.of(ticket_id):
            self.tracker.open(ticket)
        there = self.tracker.of(ticket_id)
        unlinked = {key for key in agreed if not (key in here and key in there)}
        linked, status = {}, None
        for key in sorted((here | there.keys()) - unlinked):
            issue = self.tracker.get(key)
            if issue is None or issue["ticket"] not in (None, ticket_id) or issue["status"] not in MEANS:
                print(f"#{ticket['number']}: nothing can be done with {key}: {issue}", file=sys.stderr, flush=True)
                continue
            linked[key] = issue
            if status is None and MEANS[issue["status"]] != agreed.get(key):
                status = MEANS[issue["status"]]
        status = status or ticket["status"]
        self.update_ticket(ticket, status, linked.keys() - here, unlinked & here)
        for key, issue in linked.items():
            fields = {} if MEANS[issue["status"]] == status else {"status": SET_AS[status]}
            if issue["ticket"] is None:
                fields["ticket"] = ticket_id
            self.update_issue(ticket, key, issue, fields)
        for key in unlinked & there.keys():
            self.update_issue(ticket, key, there[key], {"ticket": None})
        with self.state:
            self.state.executemany("DELETE FROM agreed WHERE ticket = ? AND key = ?", [(ticket_id, key) for key in unlinked])
            self.state.executemany("INSERT OR REPLACE INTO agreed VALUES (?, ?, ?)", [(ticket_id, key, status) for key in linked])
        return list(linked)

    def update_ticket(self, ticket, status, added, removed):
        changes = {}
        if status != ticket["status"]:
            changes["status"] = status
        if added:
            changes["addExternalRefs"] = [
                {"system": SYSTEM, "key": key, "url": ISSUE_URL and ISSUE_URL.replace("{key}", key)} for key in sorted(added)
            ]
        if removed:
            changes["removeExternalRefs"] = [{"system": SYSTEM, "key": key} for key in sorted(removed)]
        if not changes:
            return
        try:
            # With the version that was compared: an agent who was faster isn't overwritten.
            call(UPDATE, {"input": {"ticketId": ticket["id"], "expectedVersion": ticket["version"], **changes}})
        except Refused as refusal:
            if refusal.code == "CONFLICT":
                raise Moved from None
            raise
        print(f"#{ticket['number']}: {json.dumps(changes)}", flush=True)

    def update_issue(self, ticket, key, seen, changes):
        if changes:
            self.tracker.update(key, seen, **changes)
            print(f"{key}: {json.dumps(changes)}, as #{ticket['number']}", flush=True)


# ── the command line ─────────────────────────────────────────────────────────────────────────────────────────────────


def check(needed):
    """Stops at once when a scope is missing, rather than half-way; answers whom the token acts for."""
    who = call(WHO)
    missing = needed - set(who["viewerScopes"])
    if missing:
        raise Stopped("FORBIDDEN", f"the token lacks {' and '.join(sorted(missing))}; it needs {', '.join(sorted(needed))}")
    return who["viewer"]["id"]


def find(arguments):
    check(READS)
    if arguments.key:
        ticket = call(FIND, {"ref": {"system": SYSTEM, "key": arguments.key}})["ticket"]
        tickets = [ticket] if ticket else []
    else:
        tickets = [ticket for _, nodes in pages(LIST, "tickets", {"filter": {"externalSystem": SYSTEM}}) for ticket in nodes]
    for ticket in tickets:
        print(f"{', '.join(sorted(keys_of(ticket)))} is #{ticket['number']} {ticket['status']} {ticket['title']} ({ticket['id']})")
        for _, nodes in pages(LINKED, "conversations", {"id": ticket["id"]}):
            for conversation in nodes:
                who = conversation["customer"]["displayName"]
                print(f"  conversation #{conversation['number']} {conversation['state']} {conversation['subject'] or ''} ({who})")
    if not tickets:
        raise SystemExit(f"no ticket is called {arguments.key} in {SYSTEM}" if arguments.key else f"no ticket is in {SYSTEM}")


def issue(arguments):
    with Tracker().edited() as issues:
        blank = {"title": arguments.key, "status": "todo", "ticket": None, "comments": []}
        given = {"title": arguments.title, "status": arguments.status, "ticket": arguments.ticket}
        changed = {**issues.get(arguments.key, blank), **{name: value for name, value in given.items() if value}}
        issues[arguments.key] = {**changed, "ticket": None} if arguments.unlink else changed
        if arguments.delete:
            del issues[arguments.key]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("find")
    command.add_argument("key", nargs="?")
    command.set_defaults(run=find)
    command = commands.add_parser("sync")
    command.add_argument("--every", type=float, default=2, metavar="SECONDS", help="how often to look at the tracker (default 2)")
    command.add_argument("--open-issues", action="store_true")
    command.set_defaults(run=lambda arguments: Sync(arguments.open_issues).run(arguments.every))
    command = commands.add_parser("issue")
    command.add_argument("key")
    command.add_argument("--title")
    command.add_argument("--status", choices=sorted(MEANS))
    command.add_argument("--ticket", metavar="ID")
    command.add_argument("--unlink", action="store_true")
    command.add_argument("--delete", action="store_true")
    command.set_defaults(run=issue)
    arguments = parser.parse_args()
    if arguments.run is not issue and not TOKEN:
        raise SystemExit("please set SWITCHBOARD_TOKEN")
    if arguments.run is not issue and not URL.startswith(("http://", "https://")):
        raise SystemExit(f"SWITCHBOARD_URL must begin with http:// or https://, and is {URL}")
    try:
        arguments.run(arguments)
    except Stopped as stop:
        raise SystemExit(str(stop)) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
