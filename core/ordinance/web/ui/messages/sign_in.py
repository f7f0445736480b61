"""Signing in and the first minutes: words in Chinese and English."""

WORDS: dict[str, tuple[str, str]] = {
    "sign_in": ("登录", "Sign in"),
    "name": ("账号", "Account"),
    "password": ("密码", "Password"),
    "guide": ("入门指引", "Getting started"),
    "guide_lead": ("第一次登录，用一分钟了解怎么开始。", "Your first time here: a minute on how to begin."),
    "guide_done": ("知道了，开始使用", "Got it, start"),
    "guide_work": ("在“待我处理”开始", "Start from My work"),
    "guide_work_more": (
        "轮到您处理的单据都在这里，最早的在最上面；没有要填的内容时可以直接通过。",
        "Every document that waits for you is here, oldest first; where nothing is to be filled in, pass it at once.",
    ),
    "guide_go": ("按 Ctrl K 去任何地方", "Press Ctrl K to go anywhere"),
    "guide_go_more": (
        "输入单号、客户名称、拼音首字母或页面名称，回车打开。",
        "Type a number, a customer or the name of a page, and press Enter.",
    ),
    "guide_keys": ("整张单据不用鼠标", "A whole document without the mouse"),
    "guide_keys_more": (
        "回车到下一行，Ctrl S 保存，Ctrl Enter 保存并办理；按 ? 查看全部按键。",
        "Enter goes to the next row, Ctrl S saves, Ctrl Enter saves and does the step; press ? for all keys.",
    ),
}
