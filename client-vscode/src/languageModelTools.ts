/** Tools for language models in the editor: what the server knows, and two of its tasks. Each run of a task is confirmed by the person. */
import * as vscode from 'vscode';

import { nameOf } from './names';
import type { Projects } from './projects';
import { isOutcome, requests, tasks, type Project, type Which } from './protocol';
import type { Server } from './server';

interface Place {
  /** A file or folder, absolute; the project in front without it. */
  readonly path?: string;
}

interface Add extends Place {
  readonly requirements?: unknown;
}

/** A name with extras and versions: no address, path or option. The server checks the grammar. */
const named = /^[A-Za-z0-9][A-Za-z0-9._-]*\s*(\[[A-Za-z0-9._, -]*\])?\s*([<>=!~][A-Za-z0-9.*+!<>=~, -]*)?$/;
const files = /\.(whl|zip|tgz|gz|bz2|xz|txt|in|toml|lock)$/i;

export function languageModelTools(server: Server, projects: Projects): vscode.Disposable {
  const projectOf = (place: Place): Project | undefined => (place.path === undefined ? projects.current : projects.of(place.path));

  const environment: vscode.LanguageModelTool<Place> = {
    async invoke({ input }) {
      const project = projectOf(input);
      const path = input.path ?? project?.root;
      const which = path === undefined ? undefined : await server.ask<Which>(requests.which, { uri: vscode.Uri.file(path).toString() });
      const interpreter = which?.environment?.health === 'ok' ? which.environment.interpreter : null;
      return answer({
        project: project?.root ?? null,
        tool: project?.tool ?? null,
        environment: which?.environment ?? null,
        reason: which?.reason ?? 'There is no project.',
        in_sync: project?.in_sync ?? null,
        run_python: interpreter === null ? null : [interpreter],
      });
    },
  };

  const check: vscode.LanguageModelTool<Place> = {
    async invoke({ input }) {
      const project = projectOf(input);
      const wanted = project === undefined ? projects.all : [project];
      const findings = wanted.flatMap((each) => projects.faults(each).map((fault) => ({ project: each.root, message: fault.message })));
      return Promise.resolve(answer({ in_sync: wanted.every((each) => each.in_sync), projects: wanted.map(({ root }) => root), findings }));
    },
  };

  const sync: vscode.LanguageModelTool<Place> = {
    prepareInvocation({ input }) {
      return confirmed(projectOf(input), (name) => vscode.l10n.t('Sync the environment of {0}?', name), vscode.l10n.t('Sync the environment'));
    },
    async invoke({ input }) {
      return run(projectOf(input), tasks.sync, {});
    },
  };

  const add: vscode.LanguageModelTool<Add> = {
    prepareInvocation({ input }) {
      const list = requirementsOf(input)?.join(', ') ?? '';
      return confirmed(projectOf(input), (name) => vscode.l10n.t('Add {0} to {1}?', list, name), vscode.l10n.t('Add requirements'));
    },
    async invoke({ input }) {
      const requirements = requirementsOf(input);
      if (requirements === undefined) {
        return answer({ ok: false, message: 'Give names of packages with extras and versions: no option, URL or path.' });
      }
      return run(projectOf(input), 'venvls.add', { requirements });
    },
  };

  return vscode.Disposable.from(
    vscode.lm.registerTool('venvls_environment', environment),
    vscode.lm.registerTool('venvls_check', check),
    vscode.lm.registerTool('venvls_sync', sync),
    vscode.lm.registerTool('venvls_add', add),
  );
}

function requirementsOf({ requirements }: Add): string[] | undefined {
  if (!Array.isArray(requirements) || requirements.length === 0) {
    return undefined;
  }
  const list: unknown[] = requirements;
  return list.every((text): text is string => typeof text === 'string' && named.test(text) && !files.test(text)) ? list : undefined;
}

function confirmed(project: Project | undefined, text: (name: string) => string, title: string): vscode.PreparedToolInvocation {
  return project === undefined ? {} : { confirmationMessages: { title, message: text(nameOf(project)) } };
}

async function run(project: Project | undefined, command: string, more: Readonly<Record<string, unknown>>): Promise<vscode.LanguageModelToolResult> {
  if (project === undefined) {
    return answer({ ok: false, message: 'There is no project here: name a file of it.' });
  }
  if (!vscode.workspace.isTrusted) {
    return answer({ ok: false, message: 'Nothing was run: the workspace is not trusted.' });
  }
  const outcome = await vscode.commands.executeCommand(command, { project: project.root, ...more });
  return answer(isOutcome(outcome) ? { ok: outcome.ok, message: outcome.message } : { ok: false, message: 'It could not be run.' });
}

function answer(value: object): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(value))]);
}
