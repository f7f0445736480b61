"""A reference names a record with no more than its reader may see of that record. Source: design.md §3 rule 6."""

from __future__ import annotations

import pytest
from rooms.acts_kit import company, ok

from ordinance import acts
from ordinance.acts import Query

pytestmark = [pytest.mark.anyio]

ENTITIES = """
patient:
  label: {zh: 病人, en: Patient}
  key: code
  title: name
  fields:
    code: {type: text, required: true, unique: true, label: {zh: 编码, en: Code}}
    name: {type: text, label: {zh: 姓名, en: Name}}
visit:
  label: {zh: 就诊, en: Visit}
  fields:
    patient: {type: ref, to: patient, label: {zh: 病人, en: Patient}}
    lines:
      type: lines
      label: {zh: 明细, en: Lines}
      fields: {beside: {type: ref, to: patient, label: {zh: 陪同, en: Beside}}}
"""
ROLES = """
roles:
  nurse:   {label: {zh: 护士, en: Nurse}, may: {patient: [read, create], visit: [read, create]}}
  porter:  {label: {zh: 护工, en: Porter}, may: {patient: [read], visit: [read]}, fields: {patient: {name: masked}}}
  counter: {label: {zh: 统计员, en: Counter}, may: {patient: [read], visit: [read]}, fields: {patient: {name: hidden, code: hidden}}}
  guard:   {label: {zh: 门卫, en: Guard}, may: {visit: [read]}}
"""
NAME = "Bertha Mason"


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("nurse", {"key": "P-1", "title": NAME}),
        ("porter", {"key": "P-1", "title": "•••on"}),
        ("counter", {"title": ""}),
        ("guard", {"key": "P-1", "title": NAME}),  # what a document is about is named, unless somebody says otherwise
    ],
)
async def test_a_name_that_is_masked_is_masked_wherever_it_is_referred_to(tmp_path, database_url, who, seen):
    async with company(tmp_path, database_url, entities=ENTITIES, roles=ROLES, people="nurse porter counter guard") as firm:
        patient = ok(await firm.create("nurse", "patient", {"code": "P-1", "name": NAME}))
        values = {"patient": "P-1", "lines": [{"beside": "P-1"}]}
        visit = ok(await firm.create("nurse", "visit", values))
        wanted = {"id": str(patient.id), **seen}
        record = (await firm.read(who, visit)).record
        assert record["patient"] == record["lines"][0]["beside"] == wanted
        page = await acts.listing(firm.house, await firm.call(who), "visit", Query(fields=("patient",)))
        assert page.items[0]["patient"] == wanted
