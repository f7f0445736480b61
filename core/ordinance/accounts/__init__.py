"""People and machines that sign in: passwords, sessions, keys, and the rules their roles keep to."""

from ordinance.accounts.passwords import made_password
from ordinance.accounts.people import Ground
from ordinance.accounts.person import Account, from_row, from_values
from ordinance.accounts.rules import check_account, hold_roles, holders
from ordinance.accounts.store import Accounts, SessionPolicy, SignedIn, end_sessions
from ordinance.accounts.tables import TABLES

__all__ = [
    "TABLES",
    "Account",
    "Accounts",
    "Ground",
    "SessionPolicy",
    "SignedIn",
    "check_account",
    "end_sessions",
    "from_row",
    "from_values",
    "hold_roles",
    "holders",
    "made_password",
]
