"""Add several people at once, as `liuke user add` adds one.

    python -m tests.journeys.newcomers USERNAME:ROLE:UNIT…

Run inside a workspace that has its tables. Answers with everybody's one-time password, as JSON.
"""

import json
import sys

import django


def main(people: list[str]) -> None:
    django.setup()
    from liuke_desk.bridge import clock
    from liuke_desk.people.models import Role
    from liuke_desk.people.services import add_user

    passwords = {}
    for person in people:
        username, role, unit = person.split(":")
        _, passwords[username] = add_user(username=username, role=Role(role), unit_id=unit, at=clock.now())
    sys.stdout.write(json.dumps(passwords))


if __name__ == "__main__":
    main(sys.argv[1:])
