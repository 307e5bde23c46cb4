"""The words of venvls as plain data: text, requirement, manifest, environment, finding, action, task, plan; and the ports.

Nothing here reads a file, starts a program or knows a face. Everything else imports from here; this imports nothing of ours.
"""
