"""A company with orders to be counted: regions, currencies, units, a field that some may not see, a process."""

ENTITIES = """
schema: 1
buyer:
  label: {zh: 买家, en: Buyer}
  key: code
  title: name
  fields:
    code: {type: text, required: true, unique: true, label: {zh: 编码, en: Code}}
    name: {type: text, label: {zh: 名称, en: Name}}
    rank: {type: choice, label: {zh: 级别, en: Rank}, options: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}}
measure:
  label: {zh: 单位, en: Measure}
  key: code
  title: code
  fields:
    code: {type: text, required: true, unique: true, label: {zh: 编码, en: Code}}
deal:
  label: {zh: 单据, en: Deal}
  title: number
  fields:
    buyer:     {type: ref, to: buyer, label: {zh: 买家, en: Buyer}}
    region:    {type: text, label: {zh: 地区, en: Region}}
    kind:      {type: choice, label: {zh: 种类, en: Kind}, options: {x: {zh: 甲类, en: X}, y: {zh: 乙类, en: Y}}}
    placed_on: {type: date, label: {zh: 日期, en: Placed on}}
    placed_at: {type: datetime, label: {zh: 时刻, en: Placed at}}
    urgent:    {type: boolean, label: {zh: 加急, en: Urgent}}
    worth:     {type: money, label: {zh: 金额, en: Worth}}
    margin:    {type: money, label: {zh: 毛利, en: Margin}}
    score:     {type: integer, label: {zh: 评分, en: Score}}
    lines:
      type: lines
      label: {zh: 明细, en: Lines}
      fields:
        unit:     {type: ref, to: measure, label: {zh: 单位, en: Measure}}
        quantity: {type: quantity, label: {zh: 数量, en: Quantity}}
  lists: {all: {label: {zh: 全部, en: All}, columns: [number, buyer, worth]}}
"""

WORKFLOWS = """
schema: 1
deal:
  label: {zh: 单据, en: Deal}
  steps:
    ask:   {label: {zh: 提出, en: Ask}, by: [boss, clerk], enabled: always}
    judge: {label: {zh: 审核, en: Judge}, by: [boss], back_to: ask}
    close: {label: {zh: 办结, en: Close}, by: [boss]}
  ends: {done: {zh: 完成, en: Done}}
sales_order:
  label: {zh: 订货单, en: Order}
  steps: {submit: {by: [boss]}}
"""

ROLES = """
schema: 1
roles:
  boss:     {label: {zh: 负责人, en: Boss}, may: {deal: [read, create, update], buyer: [read], report: [read], measure: [read]}}
  clerk:    {label: {zh: 文员, en: Clerk}, may: {deal: [read, create], buyer: [read], report: [read], measure: [read]}, where: {deal: "region == 'north'"}, fields: {deal: {margin: hidden}}}
  masked:   {label: {zh: 遮盖, en: Masked}, may: {deal: [read], report: [read]}, fields: {deal: {margin: masked, region: hidden}}}
  narrow:   {label: {zh: 部分买家, en: Some buyers}, may: {deal: [read], buyer: [read], report: [read]}, where: {buyer: "rank == 'a'"}}
  named:    {label: {zh: 点名, en: Named}, may: {deal: [read], buyer: [read]}}
  outsider: {label: {zh: 无关, en: Outsider}, may: {buyer: [read], report: [read]}}
"""

REPORTS = """
schema: 1
by_region:
  label: {zh: 按地区, en: By region}
  of: deal
  parameters: {placed_on: {}, kind: {}, buyer: {}}
  group: [region]
  columns:
    deals:  {total: count}
    worth:  {}
    mean:   {value: worth, total: average}
    least:  {value: worth, total: min}
    most:   {value: score, total: max}
    share:  {of: worth, show: share}
    gained: {value: margin}
    rate:   {formula: gained * 100 / worth, unit: "%", scale: 1}
by_month:
  label: {zh: 按月, en: By month}
  of: deal
  parameters: {placed_on: {}}
  group: [placed_on.month, kind]
  columns: {deals: {total: count}, worth: {}, urgent: {value: worth, when: urgent}}
by_day:
  label: {zh: 按日, en: By day}
  of: deal
  parameters: {placed_on: this_week}
  group: [placed_on.day]
  columns: {deals: {total: count}, worth: {}, so_far: {of: worth, show: running}, was: {of: worth, show: before}, change: {of: worth, show: change}}
by_local_day:
  label: {zh: 按本地日, en: By local day}
  of: deal
  parameters: {placed_at: {}}
  group: [placed_at.day]
  columns: {deals: {total: count}}
by_margin:
  label: {zh: 有毛利, en: With a margin}
  of: deal
  when: margin > 0
  group: [kind]
  columns: {deals: {total: count}}
by_rank:
  label: {zh: 按买家级别, en: By rank of the buyer}
  of: deal
  group: [buyer.rank]
  columns: {deals: {total: count}, worth: {}}
by_buyer:
  label: {zh: 按买家, en: By buyer}
  of: deal
  group: [buyer]
  columns: {deals: {total: count}, worth: {}}
  sort: [-worth]
  limit: 2
by_unit:
  label: {zh: 按单位, en: By unit}
  of: deal
  lines: lines
  group: [parent.region]
  columns: {pieces: {value: quantity}}
at_steps:
  label: {zh: 当前环节, en: Step now}
  of: deal
  when: phase == 'running'
  group: [waits_at]
  columns: {deals: {total: count}, worth: {}}
for_named:
  label: {zh: 点名可见, en: For those named}
  of: deal
  group: [kind]
  columns: {deals: {total: count}}
  by: [named]
stays:
  label: {zh: 用时, en: Stays}
  of: deal
  each: step
  group: [step]
  columns:
    passed: {total: count, when: not sent_back}
    back:   {total: count, when: sent_back}
    mean:   {value: waited, total: average}
    all:    {value: waited}
    hours:  {formula: all / passed, unit: h, scale: 2}
dashboards:
  all:  {label: {zh: 全体, en: All}, tiles: {work: {shows: work}, worth: {report: by_region, column: worth}, gained: {report: by_region, column: gained}}}
  boss: {label: {zh: 负责人, en: Boss}, by: [boss], tiles: {months: {report: by_month}}}
"""

PEOPLE = "boss clerk masked narrow named outsider"
