"""A company with contracts: its own people, a partner who sees its own, and files and notes beside the records."""

from __future__ import annotations

from collections.abc import AsyncIterator

ENTITIES = """
client:
  label: {zh: 客户, en: Client}
  key: code
  title: name
  fields:
    code: {type: text, required: true, unique: true, search: true, label: {zh: 编码, en: Code}}
    name: {type: text, search: true, label: {zh: 名称, en: Name}}
deal:
  label: {zh: 合同, en: Deal}
  title: subject
  fields:
    client:   {type: ref, to: client, back: deals, label: {zh: 客户, en: Client}}
    subject:  {type: text, label: {zh: 主题, en: Subject}}
    part_of:  {type: ref, to: deal, label: {zh: 源合同, en: Part of}}
    paper:    {type: file, label: {zh: 合同文本, en: Paper}}
    secret:   {type: file, label: {zh: 底价表, en: Price floor}}
    photo:    {type: image, label: {zh: 照片, en: Photo}}
    proof:    {type: evidence, accepts: [signed, file], label: {zh: 凭证, en: Proof}}
    lines:
      type: lines
      label: {zh: 明细, en: Lines}
      fields:
        item:     {type: ref, to: client, required: true, label: {zh: 对象, en: Item}}
        quantity: {type: quantity, required: true, label: {zh: 数量, en: Quantity}}
        picture:  {type: image, label: {zh: 图, en: Picture}}
"""

WORKFLOWS = """
deal:
  label: {zh: 合同, en: Deal}
  number: {at: write, pattern: "HT-{n:03}"}
  opens: {via: [office, portal, api]}
  steps:
    write: {label: {zh: 填写, en: Write}, asks: [subject], offers: [client, paper, photo, proof, lines.item, lines.quantity]}
    check: {label: {zh: 审核, en: Check}, back_to: write}
"""

ROLES = """
roles:
  clerk:  {label: {zh: 文员, en: Clerk}, may: {deal: [read, create, update, write], client: [read, create]}}
  boss:   {label: {zh: 主管, en: Boss}, may: {deal: [read, check], client: [read]}}
  reader: {label: {zh: 旁观, en: Reader}, may: {deal: [read]}}
  asker:  {label: {zh: 提问, en: Asker}, may: {deal: [read, comment]}}
  other:  {label: {zh: 无关, en: Other}, may: {client: [read]}}
  buyer:
    label: {zh: 买方, en: Buyer}
    of: client
    may: {deal: [read, create, write], client: [read]}
    fields: {deal: {secret: hidden}}
"""

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
PDF = b"%PDF-1.7\n" + b"x" * 64


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for each in parts:
        yield each
