"""Signing in: words in Chinese and English."""

WORDS: dict[str, tuple[str, str]] = {
    "sign_in": ("登录", "Sign in"),
    "name": ("账号", "Account"),
    "password": ("密码", "Password"),
}
