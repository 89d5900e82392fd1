"""What breaks each rule."""

from __future__ import annotations

from faulty import OTHERS

from schemahub_hostile import faults

FAULTS = {
    **{rule: fault.how for rule, fault in faults.FAULTS.items()},
    **{rule: other.how for rule, other in OTHERS.items()},
}
