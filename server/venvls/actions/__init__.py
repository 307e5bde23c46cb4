"""Finding → what a person can do about it. One file an action; this list is the order in which they are shown.

A new action: one file with an ``OFFER``, one line in :data:`OFFERS`, one case in ``tests/cases`` or ``tests/actions``. For one finding at
most one action is preferred: each file says for itself when it is the one.
"""

from __future__ import annotations

from venvls.actions import (
    add_build_requirement,
    add_group,
    add_requirement,
    change_specifier,
    correct_name,
    correct_operator,
    create_environment,
    create_included_file,
    forget_group,
    ignore_environment,
    ignore_module,
    install_checkout,
    install_dependency,
    install_imported,
    install_requirement,
    recreate_environment,
    remove_duplicate,
    remove_include,
    remove_requirement,
    repair_distribution,
    select_environment,
    sync_environment,
    sync_exactly,
    sync_group,
    update_lock,
)
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from venvls.model.rule import Offer

OFFERS: tuple[Offer, ...] = (
    create_environment.OFFER,
    recreate_environment.OFFER,
    install_requirement.OFFER,
    install_dependency.OFFER,
    sync_group.OFFER,
    add_requirement.OFFER,
    add_build_requirement.OFFER,
    install_imported.OFFER,
    repair_distribution.OFFER,
    install_checkout.OFFER,
    update_lock.OFFER,
    sync_environment.OFFER,
    sync_exactly.OFFER,
    forget_group.OFFER,
    correct_operator.OFFER,
    correct_name.OFFER,
    add_group.OFFER,
    create_included_file.OFFER,
    remove_include.OFFER,
    remove_requirement.OFFER,
    remove_duplicate.OFFER,
    change_specifier.OFFER,
    ignore_environment.OFFER,
    ignore_module.OFFER,
    select_environment.OFFER,
)
