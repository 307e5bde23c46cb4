/** Imported first by a test that plays on Windows: which platform it is, is read when a module is loaded. */
Object.defineProperty(process, 'platform', { value: 'win32' });
