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

const AWAY = 'The venvls server does not run, or is still looking: nothing is known now.';

export function languageModelTools(server: Server, projects: Projects): vscode.Disposable {
  const projectOf = (place: Place): Project | undefined => (place.path === undefined ? projects.current : projects.of(place.path));
  /** The projects that tasks were confirmed for, by what was asked: another file may be in front when it is done. */
  const confirmedFor = new Map<string, Project | undefined>();
  const prepare = (tool: string, input: Place): Project | undefined => {
    const project = projectOf(input);
    confirmedFor.set(keyOf(tool, input), project);
    return project;
  };
  const confirmedProject = (tool: string, input: Place): Project | undefined => {
    const key = keyOf(tool, input);
    const project = confirmedFor.has(key) ? confirmedFor.get(key) : projectOf(input);
    confirmedFor.delete(key);
    return project === undefined ? undefined : projects.now(project);
  };

  const environment: vscode.LanguageModelTool<Place> = {
    async invoke({ input }) {
      await projects.wait();
      const project = projectOf(input);
      const path = input.path ?? project?.root;
      const which = path === undefined ? undefined : await server.ask<Which>(requests.which, { uri: vscode.Uri.file(path).toString() });
      const interpreter = which?.environment?.health === 'ok' ? which.environment.interpreter : null;
      return answer({
        project: project?.root ?? null,
        tool: project?.tool ?? null,
        environment: which?.environment ?? null,
        reason: which?.reason ?? (projects.fresh ? 'There is no project.' : AWAY),
        in_sync: projects.fresh ? (project?.in_sync ?? null) : null,
        run_python: interpreter === null ? null : [interpreter],
      });
    },
  };

  const check: vscode.LanguageModelTool<Place> = {
    async invoke({ input }) {
      await projects.wait();
      if (!projects.fresh) {
        return answer({ in_sync: null, reason: AWAY });
      }
      const project = projectOf(input);
      const wanted = project === undefined ? projects.all : [project];
      const findings = wanted.flatMap((each) => projects.faults(each).map((fault) => ({ project: each.root, message: fault.message })));
      const inSync = wanted.length === 0 ? null : wanted.every((each) => each.in_sync);
      return answer({ in_sync: inSync, projects: wanted.map(({ root }) => root), findings });
    },
  };

  const sync: vscode.LanguageModelTool<Place> = {
    prepareInvocation({ input }) {
      return confirmed(prepare('sync', input), (name) => vscode.l10n.t('Sync the environment of {0}?', name), vscode.l10n.t('Sync the environment'));
    },
    async invoke({ input }) {
      return run(projects, confirmedProject('sync', input), tasks.sync, {});
    },
  };

  const add: vscode.LanguageModelTool<Add> = {
    prepareInvocation({ input }) {
      const list = requirementsOf(input)?.join(', ') ?? '';
      return confirmed(prepare('add', input), (name) => vscode.l10n.t('Add {0} to {1}?', list, name), vscode.l10n.t('Add requirements'));
    },
    async invoke({ input }) {
      const requirements = requirementsOf(input);
      if (requirements === undefined) {
        return answer({ ok: false, message: 'Give names of packages with extras and versions: no option, URL or path.' });
      }
      return run(projects, confirmedProject('add', input), 'venvls.add', { requirements });
    },
  };

  return vscode.Disposable.from(
    vscode.lm.registerTool('venvls_environment', environment),
    vscode.lm.registerTool('venvls_check', check),
    vscode.lm.registerTool('venvls_sync', sync),
    vscode.lm.registerTool('venvls_add', add),
  );
}

function keyOf(tool: string, input: Place): string {
  return JSON.stringify([tool, input]);
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

async function run(
  projects: Projects,
  project: Project | undefined,
  command: string,
  more: Readonly<Record<string, unknown>>,
): Promise<vscode.LanguageModelToolResult> {
  if (project === undefined) {
    return answer({ ok: false, message: 'There is no project here: name a file of it.' });
  }
  if (!vscode.workspace.isTrusted) {
    return answer({ ok: false, message: 'Nothing was run: the workspace is not trusted.' });
  }
  await projects.wait();
  if (!projects.fresh) {
    return answer({ ok: false, message: AWAY });
  }
  const outcome = await vscode.commands.executeCommand(command, { project: project.root, ...more });
  return answer(isOutcome(outcome) ? { ok: outcome.ok, message: outcome.message } : { ok: false, message: 'It could not be run.' });
}

function answer(value: object): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(value))]);
}
