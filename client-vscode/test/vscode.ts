/** What the units use of the editor's interface. */
export const l10n = {
  t: (message: string, ...values: (string | number)[]): string => message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};
