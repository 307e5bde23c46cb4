/** The sentences of the status bar, its tooltip, the language status and the tree: plain text from plain facts. */
import * as path from 'node:path';

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

/** The faults that are about packages and files; those about the environment as a whole are said in words. */
export function counted(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter((fault) => !nothingToCount.has(fault.code));
}

/** `.venv (3.12.4)`. */
export function environmentName(environment: Environment): string {
  const implementation = environment.implementation === 'cpython' ? '' : `${environment.implementation} `;
  return environment.version === null ? environment.name : `${environment.name} (${implementation}${environment.version})`;
}

/** What the status bar says of the project in front. */
export function statusBar(project: Project, faults: readonly Fault[]): Look {
  const { environment } = project;
  if (environment === null) {
    return { text: '$(warning) No environment', tone: 'warning' };
  }
  const name = environmentName(environment);
  switch (environment.health) {
    case 'broken':
      return { text: `$(error) ${name} is broken`, tone: 'error' };
    case 'incomplete':
      return { text: `$(warning) ${name} is half-made`, tone: 'warning' };
    case 'moved':
      return { text: `$(warning) ${name} was moved`, tone: 'warning' };
    case 'ok': {
      const behind = howMany(project, faults);
      return behind === undefined ? { text: `$(pass) ${name}`, tone: 'normal' } : { text: `$(warning) ${name} · ${behind}`, tone: 'normal' };
    }
  }
}

/** One line on how the project stands. */
export function standing(project: Project, faults: readonly Fault[]): string {
  const { environment } = project;
  if (environment === null) {
    return 'No environment';
  }
  if (environment.health !== 'ok') {
    return environment.problem ?? `The environment is ${environment.health}`;
  }
  return howMany(project, faults) ?? 'In step';
}

/** `2 out of step`; without a number where the server has said so and Problems has not been filled yet. */
function howMany(project: Project, faults: readonly Fault[]): string | undefined {
  const behind = counted(faults).length;
  return behind > 0 ? `${behind} out of step` : project.in_sync ? undefined : 'out of step';
}

/** Label and value pairs for a tooltip. */
export function facts(project: Project, folder: string | undefined): [string, string][] {
  const { environment } = project;
  const rows: [string, string][] = [['Project', shown(project.root, folder) === '.' ? path.basename(project.root) : shown(project.root, folder)]];
  if (environment === null) {
    rows.push(['Environment', 'none']);
  } else {
    rows.push(['Environment', `${shown(environment.prefix, folder)} (${environment.kind})`]);
    rows.push(['Interpreter', environment.interpreter ?? 'missing']);
    if (environment.version !== null) {
      rows.push(['Python', `${environment.version}${environment.implementation === 'cpython' ? '' : ` ${environment.implementation}`}`]);
    }
    if (environment.problem !== null) {
      rows.push(['Problem', environment.problem]);
    }
  }
  if (project.reason !== '') {
    rows.push(['Why', project.reason]);
  }
  if (project.tool !== '') {
    rows.push(['Kept by', project.tool]);
  }
  return rows;
}
