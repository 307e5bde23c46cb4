"""What is loaded together, by occasion: a command, or a module that is about to be loaded. Each is after those that it needs itself.

`python tests/load_order.py` puts them in order. Names are places below the package's folder.
"""

TOGETHER = {
    "venvls check": """
model/__init__ model/hints model/pieces cli/plain cli/failure cli/volume model/visible cli/streams model/record cli/terminal
cli/__init__ model/patterns/__init__ model/text cli/render/__init__ cli/render/place model/environment model/requirement
model/requirement_list model/manifest model/finding model/ports lookalikes model/limits model/reach manifests/__init__ discovery
settings model/names model/facts graph environments/layout environments/kind environments/conda environments/direnv
environments/activation environments/cfg environments/venv environments/hatch environments/nox environments/pdm environments/pointer
environments/pipenv environments/pixi environments/poetry environments/system environments/pyenv environments/tox environments/uv
environments/virtualenvwrapper environments/__init__ standards/__init__ standards/versions projects surroundings inputs noted_files
target manifests/locks basis manifests/syntax/__init__ manifests/syntax/decode reading known grounds checking expectations folders
project_locks settlement searches workspace cli/opening cli/check host/patience host/forking host/files host/recorded host/site_folders
host/installed host/walk host/machine host/state host/remembered services manifests/pep508/__init__ manifests/pep508/reference
standards/conditions standards/markers manifests/pep508/requirement host/git_ignore model/rule rules/asked rules/dependencies
model/redact rules/wording rules/locking rules/satisfaction rules/broken_distribution rules/broken_environment
rules/conflicting_requirements rules/duplicate_requirement rules/extraneous_package rules/foreign_checkout rules/include_cycle
rules/incomplete_environment rules/invalid_manifest rules/invalid_requirement rules/all_met rules/missing_dependency rules/missing_extra
rules/missing_requirement rules/moved_environment rules/no_environment rules/outdated_install rules/python_mismatch
rules/selected_environment rules/source_mismatch rules/stale_lock rules/unignored_environment rules/unknown_dependencies
rules/unknown_group rules/unreadable_include rules/version_mismatch rules/__init__ engine cli/render/text
manifests/requirements/__init__ manifests/pyproject/__init__ manifests/uv/__init__ manifests/compiled/__init__
""",
    "manifests/requirements/file": """
manifests/requirements/line
""",
    "manifests/pyproject/manifest": """
manifests/syntax/toml_statements model/toml manifests/syntax/toml_mending manifests/syntax/toml manifests/syntax/toml_edits
manifests/draft manifests/pyproject/groups model/families manifests/pyproject/reading parts
""",
    "manifests/uv/lock": """
model/toml_lines manifests/uv/table model/lock manifests/compiled/seeds standards/file_urls manifests/syntax/lock_places
manifests/uv/defaults manifests/syntax/lock_text manifests/uv/reading manifests/uv/equal manifests/uv/noted manifests/uv/difference
model/member_globs manifests/uv/members manifests/uv/path_sources manifests/uv/options manifests/uv/settings manifests/uv/conflicts
manifests/uv/stale manifests/uv/walk
""",
}
