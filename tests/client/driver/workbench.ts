/** A window of VS Code as a person sees it: what is on the screen, and what can be pressed. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type * as Playwright from 'playwright-core';

import { config } from './config.ts';
import { AGAIN_MS, PATIENCE_MS } from './patience.ts';

const { chromium } = createRequire(path.join(config.client, 'package.json'))('playwright-core') as typeof Playwright;

/** Everything the editor keeps in the browser, as text. */
const KEPT = `(async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const kept = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      kept.push(...(await done(database.transaction(store).objectStore(store).getAll())).filter((value) => typeof value === 'string'));
    }
    database.close();
  }
  return kept.join(' ');
})()`;

export const SIZE = { width: 1100, height: 700 };

let browser: Promise<Playwright.Browser> | undefined;

function theBrowser(): Promise<Playwright.Browser> {
  browser ??= chromium.launch({
    executablePath: config.chromium,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--force-color-profile=srgb',
    ],
  });
  return browser;
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}

export class Workbench {
  readonly page: Playwright.Page;
  readonly #context: Playwright.BrowserContext;
  readonly #scenario: string;

  constructor(page: Playwright.Page, context: Playwright.BrowserContext, scenario: string) {
    this.page = page;
    this.#context = context;
    this.#scenario = scenario;
  }

  /** Opens a folder (or a .code-workspace file) and waits until the window can be used. */
  static async open(
    port: number,
    place: string,
    scenario: string,
    payload: readonly (readonly [string, string])[] = [],
    before: (page: Playwright.Page) => Promise<void> = () => Promise.resolve(),
  ): Promise<Workbench> {
    const context = await (await theBrowser()).newContext({ viewport: SIZE, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await before(page);
    const query = new URLSearchParams({ [place.endsWith('.code-workspace') ? 'workspace' : 'folder']: place });
    if (payload.length > 0) {
      query.set('payload', JSON.stringify(payload));
    }
    await page.goto(`http://127.0.0.1:${port}/?${query.toString()}`);
    await page.locator('.part.statusbar .statusbar-item').first().waitFor();
    return new Workbench(page, context, scenario);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator('.part.statusbar .statusbar-item').first().waitFor();
  }

  /** Waits until the browser has kept what extensions remember: a reload from outside does not wait for that. */
  async keeps(text: RegExp): Promise<void> {
    let kept = '';
    await until(
      async () => {
        kept = await this.page.evaluate<string>(KEPT);
        return text.test(kept);
      },
      () => `${String(text)} is not kept in ${kept}`,
    );
  }

  /** Saves what is on the screen. `shown` is its name among the extension's pictures, which are renewed when that is asked for. */
  async picture(name: string, shown?: string): Promise<string> {
    mkdirSync(config.pictures, { recursive: true });
    const file = path.join(config.pictures, `${this.#scenario}-${name}.png`);
    await this.page.screenshot({ path: file });
    if (shown !== undefined && process.env['VENVLS_TEST_RENEW_PICTURES'] === '1') {
      copyFileSync(file, path.join(config.client, 'images', `${shown}.png`));
    }
    return file;
  }

  // The status bar

  get status(): Playwright.Locator {
    return this.page.locator('.part.statusbar .statusbar-item[id="venvls.venvls.environment"]');
  }

  /** Waits until the status bar item says something like `text`, and gives it. */
  async statusSays(text: RegExp): Promise<string> {
    return says(this.status, text, 'the status bar');
  }

  /** Opens the menu of the status bar item: an item that is renewed at the moment of the click opens nothing, and is clicked again. */
  async clickStatus(): Promise<void> {
    await until(async () => {
      await this.status.locator('a').first().click();
      return isShown(this.picks.first(), AGAIN_MS);
    }, 'the status bar item opens no menu');
  }

  async hoverStatus(): Promise<string> {
    const hover = this.page.locator('.monaco-hover:visible').first();
    let said = '';
    // An item that is renewed while it is pointed at shows nothing before the mouse moves again, or takes away what it just showed.
    await until(async () => {
      await this.page.mouse.move(SIZE.width / 2, SIZE.height / 2);
      await this.status.locator('a').first().hover();
      said = (await hover.textContent({ timeout: 5000 }).catch(() => '')) ?? '';
      return said !== '';
    }, 'the status bar item has no tooltip');
    return said;
  }

  // Editors

  /** Opens a file by its path in the folder, as Ctrl+P does. */
  async openFile(name: string): Promise<void> {
    // Files of the same name are told apart by their folder, which is shown after the name.
    const rows = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: path.basename(name) });
    const row = rows.filter({ hasText: path.basename(path.dirname(name)).replace(/^\.$/, '') }).first();
    // While the window is still busy the list may be closed again: then it is opened once more.
    await until(async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+P');
      try {
        await this.page.locator('.quick-input-widget:visible .quick-input-box input').fill(name, { timeout: 5000 });
        await row.click({ timeout: 10_000 });
        return true;
      } catch {
        return false;
      }
    }, `${name} cannot be opened`);
    await this.page.locator(`.tab.active[data-resource-name="${path.basename(name)}"]`).first().waitFor();
  }

  async focusEditor(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Control+1');
  }

  squiggles(severity: 'error' | 'warning' | 'info' | 'hint'): Playwright.Locator {
    return this.page.locator(`.monaco-editor .squiggly-${severity}`);
  }

  /** Opens the light bulb's menu at a line (from 1) and gives its entries. */
  quickFixes(line: number): Promise<string[]> {
    return this.fixesWhere(async () => {
      await this.focusEditor();
      await this.goTo(line);
    });
  }

  /**
   * Opens the light bulb's menu where `reach` puts the cursor and gives its entries. Marks that are renewed while the menu is being made end it without
   * a word: then it is opened once more, as a person would.
   */
  async fixesWhere(reach: () => Promise<void>): Promise<string[]> {
    const rows = this.page.locator('.action-widget .monaco-list-row.action:visible');
    await until(async () => {
      await reach();
      await this.page.keyboard.press('Control+.');
      return isShown(rows.first(), AGAIN_MS);
    }, 'no quick fixes are shown');
    return rows.allTextContents();
  }

  async #chooseFix(title: RegExp): Promise<void> {
    const rows = this.page.locator('.action-widget .monaco-list-row.action:visible');
    const titles = await rows.allTextContents();
    const index = titles.findIndex((text) => title.test(text));
    if (index < 0) {
      throw new Error(`no quick fix like ${String(title)} in ${JSON.stringify(titles)}`);
    }
    // By keys, as the menu is used after Ctrl+. : a click on a menu that is just being laid out may only close it.
    // Nor is a key taken by a menu that is not yet in front: what is marked there is what Enter does.
    const marked = this.page.locator('.action-widget .monaco-list-row.action.focused:visible');
    await marked.waitFor();
    for (let down = 0; down < index; down += 1) {
      await this.page.keyboard.press('ArrowDown');
    }
    await marked.filter({ hasText: title }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /**
   * Chooses a quick fix whose first sign is `begun`. What is laid out once more (a cell, a line with new marks) closes its menu without a word:
   * where there is no sign after a while, the menu is opened again, as a person would.
   */
  async fixUntil(open: () => Promise<unknown>, title: RegExp, begun: () => boolean | Promise<boolean>): Promise<void> {
    let why = 'the menu closed without a sign';
    await until(
      async () => {
        if (!(await begun())) {
          try {
            await open();
            await this.#chooseFix(title);
            await until(begun, why, AGAIN_MS);
          } catch (error) {
            why = String(error);
          }
        }
        return begun();
      },
      () => `nothing came of the quick fix ${String(title)}: ${why}`,
    );
  }

  async goTo(line: number): Promise<void> {
    await this.#typeInto('Control+G', `:${line}:2`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Opens the box that a key opens and fills it: a window that is still busy may close it again, then it is opened once more. */
  async #typeInto(key: string, text: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget:visible .quick-input-box input');
    await until(async () => {
      await this.page.keyboard.press(key);
      return box.fill(text, { timeout: 5000 }).then(() => true, () => false);
    }, `${key} opens nothing to type ${text} into`);
  }

  // Panels, palette, pick lists

  async command(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    // While the window is still busy the list may be closed again: then it is opened once more.
    await until(async () => {
      await this.page.keyboard.press('Escape');
      await this.#typeInto('F1', `>${title}`);
      return row.click({ timeout: AGAIN_MS }).then(() => true, () => false);
    }, `there is no command ${title}`);
  }

  get picks(): Playwright.Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  }

  /** Clicks a row, and sees that its list goes: one that is filled at the moment of the click is laid out again and takes no notice. */
  async pick(text: RegExp, patience = PATIENCE_MS): Promise<void> {
    const row = this.picks.filter({ hasText: text }).first();
    await row.waitFor({ timeout: patience });
    await until(async () => {
      await row.click({ timeout: AGAIN_MS }).catch(() => undefined);
      return isHidden(row, AGAIN_MS);
    }, `${String(text)} cannot be picked`);
  }

  /** Picks a row of the list that a command shows. */
  pickOf(title: string, text: RegExp): Promise<void> {
    return this.#pickFrom(() => this.command(title), text, title);
  }

  /** Picks a row of the status bar item's menu, which may be open. */
  pickOfStatus(text: RegExp): Promise<void> {
    return this.#pickFrom(() => this.clickStatus(), text, 'the status bar item');
  }

  /** Picks a row of a list that `open` shows: a window that is still busy may close the list again, then it is shown once more. */
  async #pickFrom(open: () => Promise<void>, text: RegExp, what: string): Promise<void> {
    let why = '';
    await until(
      async () => {
        if (!(await this.picks.filter({ hasText: text }).first().isVisible())) {
          await open();
        }
        return this.pick(text, AGAIN_MS).then(
          () => true,
          (error: unknown) => {
            why = String(error);
            return false;
          },
        );
      },
      () => `${what} does not offer ${String(text)}: ${why}`,
    );
  }

  async problems(): Promise<Playwright.Locator> {
    if (!(await this.page.locator('.markers-panel-container').isVisible())) {
      await this.page.keyboard.press('Control+Shift+M');
    }
    await this.page.locator('.markers-panel-container').waitFor();
    return this.page.locator('.markers-panel-container .monaco-list-row');
  }

  // Toasts and dialogs

  toast(text: RegExp): Playwright.Locator {
    return this.page.locator('.notifications-toasts .notification-toast').filter({ hasText: text });
  }

  /** Waits until somebody was told something: a toast goes by itself after some seconds, and is behind the bell then. */
  async told(text: RegExp): Promise<void> {
    await until(async () => {
      if (await isShown(this.toast(text).first(), AGAIN_MS)) {
        return true;
      }
      return this.#behindTheBell((center) => isShown(center.locator('.notification-list-item').filter({ hasText: text }).first(), 5000));
    }, `nobody is told ${String(text)}`);
  }

  async press(toast: Playwright.Locator, button: string): Promise<void> {
    const named = { name: button, exact: true };
    try {
      await toast.getByRole('button', named).click({ timeout: AGAIN_MS });
    } catch {
      // A toast goes by itself after some seconds, which a busy machine may need to press anything.
      await this.#behindTheBell((center) => center.getByRole('button', named).first().click());
    }
  }

  /** Does something in the list of notifications. While it is open there are no toasts: it is closed again. */
  async #behindTheBell<T>(act: (center: Playwright.Locator) => Promise<T>): Promise<T> {
    const center = this.page.locator('.notifications-center');
    await this.command('Notifications: Show Notifications');
    const done = await act(center);
    await until(async () => {
      await this.page.keyboard.press('Escape');
      if (await isHidden(center, 2000)) {
        return true;
      }
      await center.getByRole('button', { name: 'Hide Notifications' }).click({ timeout: 5000 }).catch(() => undefined);
      return isHidden(center, 5000);
    }, 'the list of notifications stays open');
    return done;
  }

  get dialog(): Playwright.Locator {
    return this.page.locator('.monaco-dialog-box:visible');
  }

  /** Says yes to a plan, where one is shown. */
  async confirm(): Promise<void> {
    const yes = this.dialog.getByRole('button').filter({ hasNotText: 'Cancel' }).filter({ hasText: /\w/ });
    if (await yes.first().isVisible()) {
      // Where it has just been answered it is gone.
      await yes.first().click({ timeout: AGAIN_MS }).catch(() => undefined);
    }
  }

  // Terminals

  async openTerminal(): Promise<void> {
    // A terminal that is open already has a prompt too: what is typed is for the new one.
    await this.page.evaluate("document.querySelectorAll('.terminal-wrapper').forEach((each) => each.setAttribute('data-before', ''))");
    await this.command('Terminal: Create New Terminal');
    await this.page.locator('.terminal-wrapper.active:not([data-before]) .xterm.focus').waitFor();
    await this.terminalSays(/[$#>]/);
    // What is typed while the shell still sets up its line editor is shown twice.
    await sleep(1500);
  }

  async type(line: string): Promise<void> {
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  async terminalSays(text: RegExp): Promise<string> {
    return says(this.page.locator('.terminal-wrapper.active .xterm-rows'), text, 'the terminal');
  }
}

/** Whether an element is there within some time. */
export function isShown(element: Playwright.Locator, patience: number): Promise<boolean> {
  return element.waitFor({ timeout: patience }).then(() => true, () => false);
}

function isHidden(element: Playwright.Locator, patience: number): Promise<boolean> {
  return element.waitFor({ state: 'hidden', timeout: patience }).then(() => true, () => false);
}

/** Waits until an element's text is like `text`. */
export async function says(element: Playwright.Locator, text: RegExp, what: string): Promise<string> {
  let last = '';
  await until(
    async () => {
      last = ((await element.first().textContent({ timeout: 500 }).catch(() => '')) ?? '').replaceAll('\u00a0', ' ');
      return text.test(last);
    },
    () => `${what} says ${JSON.stringify(last)}, not ${String(text)}`,
  );
  return last;
}

/** Waits until something holds, looking four times a second. */
export async function until(holds: () => boolean | Promise<boolean>, complaint: string | (() => string), patience = PATIENCE_MS): Promise<void> {
  const began = Date.now();
  while (!(await holds())) {
    if (Date.now() > began + patience) {
      throw new Error(typeof complaint === 'string' ? complaint : complaint());
    }
    await sleep(250);
  }
}
