"""The database itself keeps campaigns honest, whatever code writes to it.

task_needs_treated_assignment: no task without an assignment of the treated arm, of the same
    customer, campaign and unit; above all none for a customer who is held out.
assignment_is_final: an arm, once drawn, stays with its customer and campaign.
assignment_before_tasks: nobody is added to a campaign that has left DRAFT.

SQLite drops triggers with a table that a later migration rebuilds; that migration must create them
again, and tests/web/test_campaigns_guards.py notices when it does not.
"""

from django.db import migrations

TREATED = """
    EXISTS (
        SELECT 1 FROM campaigns_assignment a
        WHERE a.id = NEW.assignment_id AND a.arm = 'treat' AND a.customer_id = NEW.customer_id
          AND a.campaign_id = NEW.campaign_id AND a.unit_id = NEW.unit_id
    )
"""
CHANGED = """
    OLD.arm <> NEW.arm OR OLD.customer_id <> NEW.customer_id OR OLD.campaign_id <> NEW.campaign_id
"""
DRAFT = "EXISTS (SELECT 1 FROM campaigns_campaign c WHERE c.id = NEW.campaign_id AND c.state = 'DRAFT')"

# name -> (event, table, condition under which the row is refused)
GUARDS = {
    "task_needs_treated_assignment": ("INSERT OR UPDATE", "campaigns_task", f"NOT {TREATED}"),
    "assignment_is_final": ("UPDATE", "campaigns_assignment", CHANGED),
    "assignment_before_tasks": ("INSERT", "campaigns_assignment", f"NOT {DRAFT}"),
}


def create_guards(apps, schema_editor):
    create = {"sqlite": _create_on_sqlite, "postgresql": _create_on_postgresql}[
        schema_editor.connection.vendor
    ]
    for name, (events, table, refused) in GUARDS.items():
        for statement in create(name, events, table, refused):
            schema_editor.execute(statement)


def drop_guards(apps, schema_editor):
    for name, (events, table, _) in GUARDS.items():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")
            continue
        for event in events.split(" OR "):
            schema_editor.execute(f"DROP TRIGGER {name}_{event.lower()}")


def _create_on_sqlite(name, events, table, refused):
    """One trigger for each event; SQLite knows no INSERT OR UPDATE."""
    for event in events.split(" OR "):
        yield (
            f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def _create_on_postgresql(name, events, table, refused):
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        f"RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [migrations.RunPython(create_guards, drop_guards)]
