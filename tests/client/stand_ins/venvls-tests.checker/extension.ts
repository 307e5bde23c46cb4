// Marks `import yaml` as a type checker does that does not find it, until it is stopped.
import * as vscode from 'vscode';

export function activate(context: vscode.ExtensionContext): void {
  const marks = vscode.languages.createDiagnosticCollection('checker');
  const mark = (document: vscode.TextDocument): void => {
    const place = document.getText().indexOf('yaml');
    if (document.languageId === 'python' && place >= 0) {
      const range = new vscode.Range(document.positionAt(place), document.positionAt(place + 'yaml'.length));
      const diagnostic = new vscode.Diagnostic(range, 'Import "yaml" could not be resolved', vscode.DiagnosticSeverity.Warning);
      diagnostic.source = 'Pylance';
      diagnostic.code = { value: 'reportMissingImports', target: vscode.Uri.parse('https://example.org') };
      marks.set(document.uri, [diagnostic]);
    }
  };
  vscode.workspace.textDocuments.forEach(mark);
  context.subscriptions.push(
    marks,
    vscode.workspace.onDidOpenTextDocument(mark),
    vscode.commands.registerCommand('checker.stop', () => {
      marks.clear();
    }),
  );
}
