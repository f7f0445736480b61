"""Roles and accounts: words in Chinese and English."""

WORDS: dict[str, tuple[str, str]] = {
    "roles_lead": (
        "表中的内容来自配置。有勾表示该角色拥有这项权限。",
        "This table is made from the configuration. A tick means the role has the permission.",
    ),
    "permission": ("权限", "Permission"),
    "has_it": ("有", "has it"),
    "accounts_lead": (
        "公司账号由系统管理员添加、停用和重置密码。",
        "The system administrator adds and suspends accounts and resets passwords.",
    ),
    "person_name": ("姓名", "Name"),
    "roles": ("角色", "Roles"),
    "belongs_to": ("所属", "Belongs to"),
    "active": ("正常", "Active"),
    "suspended": ("已停用", "Suspended"),
    "add_account": ("添加账号", "Add an account"),
    "suspend": ("停用", "Suspend"),
    "restore": ("恢复", "Restore"),
    "reset_password": ("重置密码", "Reset password"),
    "new_password": ("新密码", "New password"),
    "initial_password": ("初始密码", "First password"),
}
