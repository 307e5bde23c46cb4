/** The sentences of the status bar, its tooltip, the language status and the tree: plain text from plain facts. */
import * as path from 'node:path';
import { l10n } from 'vscode';

import { shown } from './paths';
import type { Environment, Project } from './protocol';

/** Something wrong that a person sees in Problems, about a project. */
export interface Fault {
  readonly message: string;
  readonly code: string;
  readonly path: string;
  readonly line: number;
}

export interface Look {
  readonly text: string;
  readonly tone: 'normal' | 'warning' | 'error';
}

const nothingToCount = new Set(['selected-environment', 'no-environment', 'broken-environment']);

/** The faults that are about packages and files; those about the environment as a whole have sentences of their own. */
export function counted(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter((fault) => !nothingToCount.has(fault.code));
}

/** `.venv (3.12.4)`. */
export function environmentName(environment: Environment): string {
  const implementation = environment.implementation === 'cpython' ? '' : `${environment.implementation} `;
  return environment.version === null ? environment.name : `${environment.name} (${implementation}${environment.version})`;
}

/** What the status bar says of the project in front; without the environment's name where another item beside it shows that (`brief`). */
export function statusBar(project: Project, faults: readonly Fault[], brief = false): Look {
  const { environment } = project;
  if (environment === null) {
    return { text: `$(warning) ${l10n.t('No environment')}`, tone: 'warning' };
  }
  const name = environmentName(environment);
  switch (environment.health) {
    case 'broken':
      return { text: `$(error) ${l10n.t('{0} is broken', name)}`, tone: 'error' };
    case 'incomplete':
      return { text: `$(warning) ${l10n.t('{0} is incomplete', name)}`, tone: 'warning' };
    case 'moved':
      return { text: `$(warning) ${l10n.t('{0} was moved', name)}`, tone: 'warning' };
    case 'ok': {
      const outOfSync = howMany(project, faults);
      if (outOfSync === undefined) {
        return { text: brief ? '$(pass)' : `$(pass) ${name}`, tone: 'normal' };
      }
      return { text: `$(warning) ${brief ? outOfSync : `${name} · ${outOfSync}`}`, tone: 'normal' };
    }
  }
}

/** One line on how the project stands. */
export function standing(project: Project, faults: readonly Fault[]): string {
  const { environment } = project;
  if (environment === null) {
    return l10n.t('No environment');
  }
  if (environment.health !== 'ok') {
    return environment.problem ?? healths[environment.health]();
  }
  return howMany(project, faults) ?? l10n.t('In sync');
}

const healths = {
  broken: () => l10n.t('The environment is broken'),
  incomplete: () => l10n.t('The environment is incomplete'),
  moved: () => l10n.t('The environment was moved'),
} as const;

/** `2 out of sync`; without a number where the server knows it and Problems has not been filled yet. */
function howMany(project: Project, faults: readonly Fault[]): string | undefined {
  const count = counted(faults).length;
  return count > 0 ? l10n.t('{0} out of sync', count) : project.in_sync ? undefined : l10n.t('out of sync');
}

/** Label and value pairs for a tooltip. */
export function facts(project: Project, folder: string | undefined): [string, string][] {
  const { environment } = project;
  const rows: [string, string][] = [
    [l10n.t('Project'), shown(project.root, folder) === '.' ? path.basename(project.root) : shown(project.root, folder)],
  ];
  if (environment === null) {
    rows.push([l10n.t('Environment'), l10n.t('none')]);
  } else {
    rows.push([l10n.t('Environment'), `${shown(environment.prefix, folder)} (${environment.kind})`]);
    rows.push([l10n.t('Interpreter'), environment.interpreter ?? l10n.t('missing')]);
    if (environment.version !== null) {
      rows.push(['Python', `${environment.version}${environment.implementation === 'cpython' ? '' : ` ${environment.implementation}`}`]);
    }
    if (environment.problem !== null) {
      rows.push([l10n.t('Problem'), environment.problem]);
    }
  }
  if (project.reason !== '') {
    rows.push([l10n.t('Why'), project.reason]);
  }
  if (project.tool !== '') {
    rows.push([l10n.t('Tool'), project.tool]);
  }
  return rows;
}
