"""What machines of random steps share."""

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


class Machine(RuleBasedStateMachine):
    """Each history is undone at its end; `begin` is its first step."""

    savepoint = None
    steps = 0

    def begin(self):
        self.savepoint = transaction.savepoint()

    def teardown(self):
        if self.savepoint:
            transaction.savepoint_rollback(self.savepoint)


def run(machine: type[Machine], *, examples: int, length: int) -> int:
    """Run that many histories; returns the number of steps that the machine has counted."""
    machine.steps = 0
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=length,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return machine.steps
