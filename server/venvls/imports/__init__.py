"""What code imports, and what provides it: text → imports; an environment's files → modules and their distributions.

``scanner`` finds the imports of a text, ``blocks`` what they are in, ``reach`` whether they run here; ``search`` says what an environment
can import, ``owners`` which distribution a module is of, ``standard_library`` and ``well_known`` are tables made by scripts,
``first_party`` is what the project's own code can import. Pure: it opens nothing but through a ``FileView``, and knows no manifest, no rule
and no face.
"""
