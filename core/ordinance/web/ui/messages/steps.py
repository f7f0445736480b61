"""Steps: words in Chinese and English."""

WORDS: dict[str, tuple[str, str]] = {
    "on": ("启用", "On"),
    "off": ("停用", "Off"),
    "switched_off": ("已停用", "switched off"),
    "always_on": ("始终启用", "Always on"),
    "sometimes": ("按条件", "Conditional"),
    "waiting_now": ("{n} 单等待中", "{n} waiting"),
    "anyone": ("任何有权限的人", "whoever may"),
    "flow": ("流程图", "Flow"),
    "as_words": ("以文字阅读", "Read it as words"),
    "handbook": ("工作手册", "Handbook"),
    "steps_lead": (
        "单据依次经过这些环节。停用的环节不再等人，但它带来的结果照常发生。",
        "A document passes these steps in order. A step that is off waits for nobody; its consequences still happen.",
    ),
    "lanes": ("旁路", "Side flows"),
    "end": ("结束", "End"),
}
