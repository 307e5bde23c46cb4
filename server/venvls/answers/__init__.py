"""What is known about a project's packages, from facts alone: the language server and the command line give the same answers.

One file a question: ``about`` (one package, everything known), ``why`` (every chain that leads to it), ``tree`` (who needs what, either way
round), ``listing`` (all packages in a table), ``places`` (where a package is stated, locked, installed). They stand on ``stated`` (which
lines of the manifests name a package), ``graph`` (what packages need of each other, by the lock or by what is installed), ``standing``
(in sync or not, and why) and ``remembered`` (what was worked out before). ``words`` are the sentences.

Pure: it knows no face, opens no file but through the facts, and starts nothing.
"""
