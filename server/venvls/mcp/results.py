"""The types of what the tools give, which a client gets as the schemas of their results."""

from __future__ import annotations

from pydantic import BaseModel, Field


class EnvironmentInfo(BaseModel):
    """An environment, as the command line's JSON has it."""

    prefix: str
    interpreter: str | None
    version: str | None
    implementation: str
    kind: str
    name: str
    health: str
    problem: str | None
    project: str | None


class EnvironmentFor(BaseModel):
    """The environment of a file or folder and how to use it."""

    project: str | None = Field(description="the project's folder")
    tool: str | None = Field(description="the tool that keeps the project: pip, uv, poetry, …")
    environment: EnvironmentInfo | None
    reason: str = Field(description="why it is this environment")
    in_sync: bool | None = Field(description="whether what is installed is what the project requires")
    run_python: list[str] | None = Field(description="argv that starts Python in the environment")
    run_tests: list[str] | None = Field(description="argv that runs the tests, where pytest is installed")
    activate: str | None = Field(description="a line for bash or zsh that activates the environment")
    next: str = Field(description="what to do now")


class Finding(BaseModel):
    """Something that is wrong; ``line`` counts from 1."""

    code: str
    severity: str
    message: str
    path: str
    line: int | None
    package: str | None
    fixes: list[str]


class Check(BaseModel):
    """All findings of the projects that were looked at."""

    in_sync: bool | None = Field(description="null where there is no project")
    projects: list[str]
    findings: list[Finding]
    notes: list[str]


class Chain(BaseModel):
    """A line of a manifest, and the needs from there to the package."""

    line: str
    chain: list[str]


class Why(BaseModel):
    """Why a package is there."""

    package: str
    project: str
    installed: str | None
    required_by: list[Chain]
    needed_by: list[str]
    left_over: bool


class Package(BaseModel):
    """One package: what is installed, required and locked."""

    name: str
    installed: str | None
    required: list[str]
    locked: str | None
    why: str
    state: str
    reason: str | None


class Packages(BaseModel):
    """The packages of a project."""

    project: str
    environment: str | None
    packages: list[Package]


class Step(BaseModel):
    """One command of a plan."""

    does: str
    argv: list[str]
    folder: str


class Planned(BaseModel):
    """What a task would run; ``edits`` is the manifest that it would change itself."""

    task: str
    tool: str
    edits: str | None
    steps: list[Step]
    surprises: list[str]


class Done(BaseModel):
    """How a task ended, and what is true now."""

    ok: bool
    message: str
    environment: EnvironmentInfo | None
    in_sync: bool
    findings: list[Finding]


class Explained(BaseModel):
    """The page of a rule."""

    code: str
    severity: str
    documentation: str
