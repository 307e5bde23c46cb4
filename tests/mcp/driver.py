"""Runs in the Python that has the SDK: calls tools of `venvls mcp` as a client and prints the answers as JSON lines.

Standard input: ``{"argv": […], "cwd": …, "environ": {…}, "roots": [uri…] | null, "trust": true | false | null, "mode": …}`` and ``calls``;
a call is ``["tools"]``, ``["resources"]``, ``["resource", uri]``, ``["tool", name, {…}]``, ``["roots", uri…]``: other roots from now on, or
``["cancel", name, {…}]``: given up after its first line of progress.
"""

import asyncio
import json
import sys

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import ElicitResult, ListRootsResult, Root


async def main() -> None:
    asked = json.load(sys.stdin)
    questions = []

    async def roots(context):
        return ListRootsResult(roots=[Root(uri=uri) for uri in asked["roots"]])

    async def elicit(context, params):
        questions.append(params.message)
        return ElicitResult(action="accept", content={"trust": asked["trust"]})

    parameters = StdioServerParameters(command=asked["argv"][0], args=asked["argv"][1:], env=asked["environ"], cwd=asked["cwd"])
    client = Client(
        parameters,
        mode=asked.get("mode", "auto"),
        list_roots_callback=roots if asked.get("roots") is not None else None,
        elicitation_callback=elicit if asked.get("trust") is not None else None,
    )
    async with client:
        for kind, *what in asked["calls"]:
            lines = []

            async def progress(number, total, message, lines=lines):
                lines.append(message)

            try:
                if kind == "tools":
                    answer = {"tools": [tool.model_dump(mode="json", by_alias=True) for tool in (await client.list_tools()).tools]}
                elif kind == "resources":
                    listed, templates = await client.list_resources(), await client.list_resource_templates()
                    answer = {
                        "resources": [str(one.uri) for one in listed.resources] + [one.uri_template for one in templates.resource_templates]
                    }
                elif kind == "roots":
                    asked["roots"], answer = what, {}
                elif kind == "resource":
                    answer = {"text": (await client.read_resource(what[0])).contents[0].text}
                elif kind == "cancel":
                    call = asyncio.ensure_future(client.call_tool(what[0], what[1], progress_callback=progress))
                    while not lines and not call.done():
                        await asyncio.sleep(0.05)
                    call.cancel()
                    await asyncio.wait([call])
                    answer = {"cancelled": call.cancelled()}
                else:
                    result = await client.call_tool(what[0], what[1], progress_callback=progress)
                    answer = {"error": result.content[0].text} if result.is_error else result.structured_content
            except Exception as problem:
                answer = {"raised": f"{type(problem).__name__}: {problem}"}
            print(json.dumps({"answer": answer, "progress": lines, "questions": list(questions)}), flush=True)


asyncio.run(main())
