"""What agents send to a hook before they run a command, and what they understand as an answer. One row an agent.

Reading gives the command and its folder, or ``None`` for every message that is about something else. An answer never says "allow": what
is let through is still asked about as the agent's own settings say.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from venvls.guard.verdict import Verdict


class Asked(NamedTuple):
    """The command that an agent is about to run: a line of a shell or words, and the folder, as the agent says it."""

    command: str | tuple[str, ...]
    folder: str


class Hook(NamedTuple):
    """How one agent's hook is read and answered. ``agent`` is its name for people, ``event`` that of the hook in the agent's settings."""

    name: str
    agent: str
    event: str
    read: Callable[[Mapping[str, Any]], Asked | None]
    answer: Callable[[Verdict], dict[str, object] | None]


def _pre_tool_use(message: Mapping[str, Any]) -> Asked | None:
    """``{"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": …}, "cwd": …}``."""
    if message.get("tool_name") not in ("Bash", "shell", "local_shell"):
        return None
    return _asked(_table(message.get("tool_input")).get("command"), message.get("cwd"))


def _pre_tool_use_answer(verdict: Verdict) -> dict[str, object] | None:
    if verdict.kind == "pass":
        return None
    # Nothing but these keys: Codex takes an answer with a key that it does not know for a hook that failed.
    said = (
        {"permissionDecision": "deny", "permissionDecisionReason": verdict.text}
        if verdict.kind == "stop"
        else {"additionalContext": verdict.text}
    )
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", **said}}


def _cursor(message: Mapping[str, Any]) -> Asked | None:
    """``{"hook_event_name": "beforeShellExecution", "command": …, "cwd": …, "workspace_roots": […]}``."""
    if message.get("hook_event_name") != "beforeShellExecution":
        return None
    roots = message.get("workspace_roots")
    first = roots[0] if isinstance(roots, list) and roots else None
    return _asked(message.get("command"), message.get("cwd") or first)


def _cursor_answer(verdict: Verdict) -> dict[str, object] | None:
    if verdict.kind != "stop":
        return {}
    return {"permission": "deny", "user_message": verdict.text, "agent_message": verdict.text}


def _run_shell_command(message: Mapping[str, Any]) -> Asked | None:
    """``{"tool_name": "run_shell_command", "tool_input": {"command": …}, "cwd": …}``.

    The folder may be in ``tool_input`` as well: ``dir_path`` below ``cwd`` (Gemini CLI), or ``directory``, an absolute path (Qwen Code).
    """
    if message.get("tool_name") != "run_shell_command":
        return None
    given = _table(message.get("tool_input"))
    asked = _asked(given.get("command"), message.get("cwd"))
    inner = given.get("dir_path") or given.get("directory")
    if asked is None or not isinstance(inner, str) or not inner:
        return asked
    absolute = inner.startswith(("/", "\\")) or inner[1:2] == ":"
    return asked._replace(folder=inner if absolute else f"{asked.folder}/{inner}")


def _gemini_answer(verdict: Verdict) -> dict[str, object] | None:
    if verdict.kind == "stop":
        return {"decision": "deny", "reason": verdict.text}
    return {"systemMessage": verdict.text} if verdict.kind == "advise" else {}


def _copilot(message: Mapping[str, Any]) -> Asked | None:
    """``{"toolName": "bash", "toolArgs": "{\\"command\\": …}", "cwd": …}``; the arguments may be an object too."""
    if message.get("toolName") not in ("bash", "shell"):
        return None
    arguments = message.get("toolArgs")
    if isinstance(arguments, str):
        import json

        try:
            arguments = json.loads(arguments)
        except ValueError:
            return None
    return _asked(_table(arguments).get("command"), message.get("cwd"))


def _copilot_answer(verdict: Verdict) -> dict[str, object] | None:
    if verdict.kind == "stop":
        return {"permissionDecision": "deny", "permissionDecisionReason": verdict.text}
    return {"additionalContext": verdict.text} if verdict.kind == "advise" else None


HOOKS: tuple[Hook, ...] = (
    Hook("claude-code", "Claude Code", "PreToolUse", _pre_tool_use, _pre_tool_use_answer),
    Hook("codex", "Codex", "PreToolUse", _pre_tool_use, _pre_tool_use_answer),
    Hook("cursor", "Cursor", "beforeShellExecution", _cursor, _cursor_answer),
    Hook("gemini", "Gemini CLI", "BeforeTool", _run_shell_command, _gemini_answer),
    Hook("copilot", "GitHub Copilot CLI", "preToolUse", _copilot, _copilot_answer),
    Hook("qwen", "Qwen Code", "PreToolUse", _run_shell_command, _pre_tool_use_answer),
)
NAMES = tuple(hook.name for hook in HOOKS)


def hook(name: str) -> Hook | None:
    """The hook of this name, if we know it."""
    return next((row for row in HOOKS if row.name == name), None)


def _asked(command: object, folder: object) -> Asked | None:
    if not isinstance(folder, str):
        return None
    if isinstance(command, str):
        return Asked(command, folder)
    if isinstance(command, list) and command and all(isinstance(word, str) for word in command):
        return Asked(tuple(command), folder)
    return None


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
