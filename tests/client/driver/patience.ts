/** How long anything is waited for before a story is given up: many times what it takes on a busy machine. No verdict rests on it. */
export const PATIENCE_MS = 120_000;

/** After this long without a sign, what was pressed is pressed again. */
export const AGAIN_MS = 20_000;
