"""Settings in a browser: accounts, roles, fields, the company; each change is a draft with its plan before it holds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.company import PASSWORD, SITE
from browser.conftest import served
from browser.rules import violations
from playwright.sync_api import expect
from sizes import is_full

Enter = Callable[..., Any]
OWN = "Ein Tee im Regen um vier"
SCREENS = (
    "/settings/accounts",
    "/settings/accounts/new",
    "/settings/roles",
    "/settings/roles/shipper?entity=sales_order",
    "/settings/roles/new",
    "/settings/fields/customer",
    "/settings/company",
    "/me",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the default site: what is applied is written back into its files."""
    folder = tmp_path_factory.mktemp("company")
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, folder / name)
    shutil.copytree(SITE / "config", folder / "config")
    return folder


@pytest.fixture(scope="module")
def url(site: Path) -> Iterator[str]:
    with served("company.py", str(site), "6") as address:
        yield address


@pytest.fixture(scope="module")
def sessions() -> dict[str, Any]:
    return {}


@pytest.fixture
def enter(browser: Any, browser_context_args: dict[str, Any], url: str, watch: Any, sessions: Any) -> Iterator[Enter]:
    contexts = []

    def entered(name: str, password: str = PASSWORD, **more: Any) -> Any:
        known = {"base_url": url, "storage_state": sessions.get(name)}
        contexts.append(browser.new_context(**{**browser_context_args, **known, **more}))
        page = contexts[-1].new_page()
        watch.on(page)
        page.goto("/sign-in")
        if page.url.endswith("/sign-in"):
            page.locator("#name").fill(name)
            page.locator("#password").fill(password)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda address: "/sign-in" not in address)
            if password == PASSWORD:
                sessions[name] = contexts[-1].storage_state()
        return page

    yield entered
    for each in contexts:
        each.close()


def apply(page: Any) -> None:
    page.get_by_role("button", name="生效").click()
    page.wait_for_url(re.compile("/settings/revisions/"))


@pytest.mark.requirement("B-21")
def test_an_account_gets_a_password_that_is_shown_once_and_serves_once(enter: Enter) -> None:
    page = enter("system_administrator")
    page.goto("/settings/accounts")
    page.keyboard.press("n")
    page.locator("#f-name").fill("zhao.lei")
    page.locator("#f-display_name").fill("赵磊")
    for role in ("订单审核员", "发货员"):
        page.get_by_label(role, exact=True).check()
    page.get_by_role("button", name="添加账号").click()
    secret = page.locator("#secret").inner_text()
    assert re.fullmatch(r"([a-z0-9]{4}-){4}[a-z0-9]{4}", secret)
    page.get_by_role("link", name="已记下").click()
    expect(page.locator("h1")).to_have_text("赵磊")
    expect(page.locator(".head .key")).to_contain_text("订单审核员、发货员")
    assert secret not in page.content()

    own = enter("zhao.lei", secret)
    assert own.url.endswith("/me")
    assert own.goto("/o/sales_order").url.endswith("/me"), "nothing else opens before it is changed"
    own.locator("#present").fill(secret)
    own.locator("#new").fill(OWN)
    own.locator("#again").fill(OWN + "!")
    own.locator("main .first").click()
    expect(own.locator("#faults")).to_contain_text("两次输入的新密码不一致")
    own.locator("#present").fill(secret)
    own.locator("#new").fill(OWN)
    own.locator("#again").fill(OWN)
    own.locator("main .first").click()
    own.wait_for_url(re.compile(r"/(guide)?$"))
    own.goto("/me")
    expect(own.locator("main")).to_contain_text("发货确认")
    expect(own.locator("main")).to_contain_text("本机")

    page.goto("/settings/accounts?role=shipper")
    expect(page.locator("tbody tr")).to_have_count(2)
    row = page.locator("tr", has_text="zhao.lei")
    expect(row).to_contain_text("今天")
    row.locator("a.key").click()
    page.get_by_role("button", name=re.compile("^退出: ")).first.click()
    page.wait_for_url("**said=saved**")
    assert own.goto("/me").url.endswith("/sign-in?back=%2Fme"), "the administrator ended its session"


def test_an_account_is_bound_to_a_customer_and_found_by_it(enter: Enter) -> None:
    page = enter("system_administrator")
    page.goto("/settings/accounts/new")
    page.locator("#f-name").fill("kh001")
    page.get_by_label("客户", exact=True).check()
    page.get_by_role("button", name="添加账号").click()
    expect(page.locator("#faults")).to_contain_text("客户")
    page.locator("#f-of_customer").fill("hc")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="添加账号").click()
    expect(page.locator("#secret")).to_be_visible()
    page.goto("/settings/accounts")
    page.locator(".sieve [type=search]").fill("恒诚")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("杭州恒诚食品有限公司")
    page.locator("a.key").click()
    page.get_by_role("button", name="停用").click()
    expect(page.locator(".head .chip")).to_have_text("已停用")
    page.get_by_role("button", name=re.compile("^删除“kh001”")).click()
    page.wait_for_url("**/settings/accounts?said=gone")
    expect(page.locator("tr", has_text="kh001")).to_have_count(0)


def test_who_may_only_open_customer_accounts_sees_and_gives_no_others(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto("/settings/accounts")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/settings/accounts/new")
    page.locator("#f-name").fill("another.clerk")
    page.get_by_label("发货员", exact=True).check()
    page.get_by_role("button", name="添加账号").click()
    expect(page.locator("#faults")).to_contain_text("不能授予角色“发货员”")


def test_a_key_for_a_program_is_made_and_revoked(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto("/me")
    page.get_by_placeholder("用途").fill("同步")
    page.get_by_role("button", name="生成密钥").click()
    key = page.locator("#secret").inner_text()
    ask = {"authorization": f"Bearer {key}"}
    assert page.request.get("/api/customer?limit=1", headers=ask).status == 200
    page.goto("/me")
    page.get_by_role("button", name="撤销: 同步").click()
    page.wait_for_url("**said=saved**")
    assert page.request.get("/api/customer?limit=1", headers=ask).status == 401


@pytest.mark.requirement("B-20")
def test_several_boxes_are_one_change_with_its_plan(enter: Enter, site: Path) -> None:
    page = enter("system_administrator")
    before = (site / "roles.yaml").read_text("utf-8")
    page.goto("/settings/roles")
    page.get_by_label("查看订单 · 发货员").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.locator("[data-differs]")).to_contain_text("2 处更改")
    page.get_by_role("button", name="查看影响").first.click()
    expect(page.locator("main")).to_contain_text("角色“发货员”得到:代客下单")
    expect(page.locator("main")).to_contain_text("角色“仓库管理员”得到:代客下单")
    assert (site / "roles.yaml").read_text("utf-8") == before
    page.get_by_role("button", name="撤回").click()
    page.goto("/settings/roles")
    expect(page.get_by_label("代客下单 · 发货员")).not_to_be_checked()


def test_a_role_is_added_sees_less_and_is_removed(enter: Enter, site: Path) -> None:
    page = enter("system_administrator")
    page.goto("/settings/roles")
    page.keyboard.press("n")
    page.locator("#zh").fill("实习客服")
    page.locator("#en").fill("Trainee")
    page.locator("#like").select_option("order_reviewer")
    page.get_by_role("button", name="查看影响").click()
    expect(page.locator("main")).to_contain_text("实习客服")
    apply(page)
    page.goto("/settings/roles/trainee?entity=customer")
    page.get_by_label("信用额度", exact=True).select_option("hidden")
    page.locator("#sees").get_by_role("button", name="查看影响").click()
    apply(page)
    assert "credit_limit: hidden" in (site / "roles.yaml").read_text("utf-8")
    page.goto("/settings/roles/trainee?entity=customer")
    expect(page.get_by_label("信用额度", exact=True)).to_have_value("hidden")
    page.get_by_role("button", name="删除角色").click()
    apply(page)
    assert "trainee" not in (site / "roles.yaml").read_text("utf-8")
    page.goto("/settings/roles/shipper")
    expect(page.get_by_role("button", name="删除角色")).to_be_disabled()


def test_duties_are_said_in_words_and_switched(enter: Enter, site: Path) -> None:
    page = enter("system_administrator")
    page.goto("/settings/roles")
    expect(page.locator(".ons")).to_contain_text("不能由同一人：“提交订单”与“订单审核”")
    page.get_by_label("录单与审核分离").check(force=True)
    page.get_by_role("button", name="查看影响").last.click()
    expect(page.locator("main")).to_contain_text("录单与审核分离")
    assert "enabled: false, label: {zh: 录单与审核分离" in (site / "roles.yaml").read_text("utf-8")


def test_a_field_of_ones_own_comes_is_used_and_goes(enter: Enter) -> None:
    page = enter("system_administrator")
    page.goto("/settings/fields/customer")
    page.locator("#new-zh").fill("来源")
    page.locator("#new-en").fill("Source")
    page.locator("#new-type").select_option("choice")
    page.locator("#add").get_by_role("button", name="查看影响").click()
    expect(page.locator("#faults")).to_contain_text("至少一个选项")
    page.locator("#new-options").fill("展会 / Trade fair\n介绍 / Referral")
    page.locator("#add").get_by_role("button", name="查看影响").click()
    expect(page.locator("main")).to_contain_text("来源")
    expect(page.locator("main")).to_contain_text("source")
    apply(page)
    seller = enter("business_manager")
    seller.goto("/o/customer/new")
    seller.locator("#f-source").select_option(label="展会")

    page.goto("/settings/fields/customer")
    expect(page.locator(".field-row", has_text="来源")).to_contain_text("自建")
    page.get_by_label("必填: 来源").check()
    page.get_by_label("隐藏: 传真").check()
    page.get_by_role("button", name="“客户级别”上移").click()
    expect(page.locator("main")).to_contain_text("来源")
    expect(page.locator("main")).to_contain_text("传真")
    apply(page)
    seller.goto("/o/customer/new")
    expect(seller.locator("[data-field=fax]")).to_be_hidden()
    labels = [each.split("*")[0].strip() for each in seller.locator(".fields").first.locator("label[for]").all_inner_texts()]
    assert labels.index("客户级别") < labels.index("客户名称")

    page.goto("/settings/fields/customer")
    row = page.locator(".field-row", has_text="来源")
    row.locator("summary").click()
    row.get_by_role("button", name="删除字段").click()
    expect(page.locator("main")).to_contain_text("来源")


def test_the_calendar_and_the_departments_are_changed_by_a_plan(enter: Enter, site: Path) -> None:
    page = enter("system_administrator")
    page.goto("/settings/company")
    page.get_by_label("节假日 日期 1", exact=True).fill("")
    page.get_by_label("节假日 日期 7", exact=True).fill("2027-02-30")
    page.locator("form", has=page.locator("#hours")).get_by_role("button", name="查看影响").click()
    expect(page.locator("#faults")).to_contain_text("2027-02-30")
    page.get_by_label("节假日 日期 1", exact=True).fill("")
    page.get_by_label("节假日 日期 7", exact=True).fill("2027-02-08")
    page.get_by_label("节假日 名称 7", exact=True).fill("春节")
    page.get_by_label("周六").check()
    page.locator("#hours").fill("08:30-12:00，13:30-17:30")
    page.locator("form", has=page.locator("#hours")).get_by_role("button", name="查看影响").click()
    apply(page)
    text = (site / "config/company.yaml").read_text("utf-8")
    assert "2027-02-08: 春节" in text
    assert "2026-10-01" not in text
    assert "08:30-12:00" in text
    assert "fri, sat]" in text
    page.goto("/settings/company")
    expect(page.locator("#parts li", has_text="物流")).to_contain_text("暂不能启用")
    page.locator("[name='department.sales']").uncheck(force=True)
    page.locator("#parts").get_by_role("button", name="查看影响").click()
    expect(page.locator("h1")).to_contain_text("部门“销售”停用")
    expect(page.locator("main")).to_contain_text("“订单审核”的检查“价格符合政策”不再进行")
    page.get_by_role("link", name="继续编辑").click()
    expect(page.locator("main")).to_contain_text("正在编辑草稿")
    expect(page.locator("[name='department.sales']")).not_to_be_checked()


def test_without_javascript_an_account_is_added(enter: Enter) -> None:
    page = enter("system_administrator", java_script_enabled=False)
    page.goto("/settings/accounts/new")
    page.locator("#f-name").fill("kh003")
    page.locator("#f-of_customer").fill("KH-003")
    page.get_by_label("客户", exact=True).check()
    page.get_by_role("button", name="添加账号").click()
    expect(page.locator("#secret")).to_be_visible()


EVERY = [(language, width, theme) for language in ("zh", "en") for width in (1440, 390) for theme in ("light", "dark")]


@pytest.mark.parametrize(("language", "width", "theme"), EVERY if is_full() else [EVERY[0], EVERY[-1]])
def test_the_settings_are_accessible_and_fit(enter: Enter, url: str, language: str, width: int, theme: str) -> None:
    page = enter("system_administrator", viewport={"width": width, "height": 844}, has_touch=width < 500)
    page.context.add_cookies([{"name": "ordinance_locale", "value": language, "url": url}])
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    found = []
    for screen in SCREENS:
        page.goto(screen)
        found += [f"{screen}: {each}" for each in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            found.append(f"{screen}: too wide")
    assert found == []
