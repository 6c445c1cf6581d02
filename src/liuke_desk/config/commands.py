"""Commands of the workbench: serve it, bring its database up to date, add and list its users."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from socket import socket
from typing import Annotated

import typer

from liuke_desk.bridge.command_line import JsonOption, Speech, WorkspaceOption, add_command
from liuke_desk.config.demo import command as demo_command

HERE = Path()

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
user_app = typer.Typer(
    no_args_is_help=True, help="The people who work at the workbench.", rich_markup_mode=None
)
app.add_typer(user_app, name="user")
app.add_typer(user_app, name="users", hidden=True)
demo_command.register(app)


class RoleName(StrEnum):
    """As people.models.Role, which cannot be read before a workspace is entered."""

    AGENT = "agent"
    REGION_SUPERVISOR = "region_supervisor"
    ANALYST = "analyst"
    HQ_MANAGER = "hq_manager"


HostOption = Annotated[str, typer.Option("--host", help="Where to listen; 0.0.0.0 for other machines too.")]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free one.")]
RoleOption = Annotated[RoleName, typer.Option("--role", help="What the person may do.")]
UnitOption = Annotated[
    str | None,
    typer.Option("--unit", help="Unit number; what is in it and below is seen. Without: see the role."),
]
NameOption = Annotated[str, typer.Option("--name", help="The person's name, as shown.")]
StaffOption = Annotated[str, typer.Option("--staff", help="Staff number, as customers name their manager.")]


@add_command(app)
def serve(workspace: WorkspaceOption = HERE, host: HostOption = "127.0.0.1", port: PortOption = 8000) -> None:
    """Open the workbench in the browser's reach; Ctrl-C closes it."""
    from liuke_desk.config.server import bind, name_hosts

    named = [os.environ.get("LIUKE_HOSTS", ""), *name_hosts(host)]
    os.environ["LIUKE_HOSTS"] = ",".join(name for name in named if name)
    prepare(workspace)
    open_workbench(workspace, bind(host, port))


@add_command(app)
def migrate(workspace: WorkspaceOption = HERE) -> None:
    """Bring the workbench's database to this version; back it up before."""
    from liuke_desk.config import schema
    from liuke_desk.config.entering import enter

    enter(workspace)
    waiting = schema.list_waiting()
    schema.migrate()
    Speech().line(f"The desk database is up to date ({len(waiting)} changes made).")


@add_command(user_app, "add")
def add_user(
    username: Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in with.")],
    role: RoleOption,
    workspace: WorkspaceOption = HERE,
    unit: UnitOption = None,
    name: NameOption = "",
    staff: StaffOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add a person; prints a password that works once and must be changed at first sign-in."""
    prepare(workspace)
    from liuke_desk.bridge import clock
    from liuke_desk.people.models import Role
    from liuke_desk.people.services import add_user

    user, password = add_user(
        username=username, role=Role(role), unit_id=unit, display_name=name, staff_id=staff, at=clock.now()
    )
    say = Speech(as_json=as_json)
    say.answer({"username": user.username, "role": user.role, "unit": unit, "one_time_password": password})
    say.line(f"{user.username} may sign in as {role.value} with the one-time password:")
    say.line(f"  {password}")
    say.line("It is shown here only, and must be changed at first sign-in.")


@add_command(user_app, "list")
def list_users(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """List who may work at the workbench."""
    prepare(workspace)
    from liuke_desk.people.models import User

    columns = ("username", "display_name", "role", "unit_id", "staff_id", "is_active", "last_login")
    rows = list(User.objects.order_by("username").values(*columns))
    say = Speech(as_json=as_json)
    say.answer(rows)
    say.table(
        ("user", "name", "role", "unit", "staff", "may sign in", "last sign-in"),
        [list(row.values()) for row in rows],
    )


def open_workbench(workspace: Path, bound: socket) -> None:
    """Say where the workbench is and serve it until it is stopped."""
    from liuke_desk.config.server import say_address

    say = Speech()
    say.line(f"The workbench of {workspace.resolve()} is open at {say_address(bound)}")
    say.line("Ctrl-C closes it.")
    if not count_users():
        say.line("Nobody can sign in yet: add a person with 'liuke user add NAME --role analyst'.")
    sys.stdout.flush()  # who reads through a pipe wants the address now, not when the server ends
    run_server(bound)


def prepare(workspace: Path) -> None:
    """Enter the workspace with a database that fits, and stop where a system check objects."""
    from liuke_desk.config import schema
    from liuke_desk.config.entering import enter

    enter(workspace)
    refuse_wrong_settings()
    schema.ensure_schema()


def refuse_wrong_settings() -> None:
    from django.core.checks import ERROR, run_checks

    from liuke_desk.bridge.refusals import DeskRefused

    wrong = [str(problem) for problem in run_checks() if problem.level >= ERROR]
    if wrong:
        raise DeskRefused("The workbench does not start with these settings:\n" + "\n".join(wrong))


def count_users() -> int:
    from liuke_desk.people.models import User

    return User.objects.filter(is_active=True).count()


def run_server(bound: socket) -> None:
    from django.db import connection, connections

    from liuke_desk.config.server import WORKERS_ON_A_SERVER, Server
    from liuke_desk.config.wsgi import application

    workers = 1 if connection.vendor == "sqlite" else WORKERS_ON_A_SERVER
    connections.close_all()  # what is open here must not be shared with the workers
    Server(application, bound=bound, workers=workers).run()
