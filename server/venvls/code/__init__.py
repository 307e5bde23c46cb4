"""Code and requirements: what a project's code imports, against what its environment has and its manifests declare.

``imports`` is the one question that the workspace asks. It looks through ``files`` (where code is), ``texts`` (what a file imports),
``modules`` (what an environment can import) and ``own`` (what a project is and declares; ``declared`` and ``roles`` say which lists count
for which file). What is to be reported is found by ``comparison``, for what builds the project by ``build``; ``unused`` and ``unrecorded``
look from the requirements' side. On doubt nothing is reported: without a healthy environment, with a manifest that cannot be read whole,
for code that some tool runs elsewhere.
"""
