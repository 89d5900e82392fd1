"""A Dockerfile as the instructions that it gives."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction, its words in upper case, its continued lines joined."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """Return the arguments: of the exec form its list, else what blanks divide."""
        return json.loads(self.text) if self.text.startswith("[") else self.text.split()

    @property
    def is_exec_form(self) -> bool:
        return self.text.startswith("[")


def stages(text: str) -> list[list[Instruction]]:
    """Return the instructions of each stage, `FROM` first."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    found: list[list[Instruction]] = []
    for line in joined:
        name, _, rest = line.strip().partition(" ")
        instruction = Instruction(name=name.upper(), text=rest.strip())
        if instruction.name == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found
