"""Find the departments and packs of a site, put them in order, and load the code of those that are enabled."""

from ordinance.departments.code import Code, load_code
from ordinance.departments.department import Department, builtin_plugins, qualified
from ordinance.departments.find import Found, find_departments
from ordinance.departments.mount import mount_name, unmount
from ordinance.departments.order import Chosen, choose, in_order

__all__ = [
    "Chosen",
    "Code",
    "Department",
    "Found",
    "builtin_plugins",
    "choose",
    "find_departments",
    "in_order",
    "load_code",
    "mount_name",
    "qualified",
    "unmount",
]
