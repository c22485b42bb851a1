"""Signing in and out, one's own password, other people's accounts: as a browser does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from kiosk.accounts import passwords, rules
from kiosk.accounts.models import Account, AuditEntry
from tests.accounts.conftest import EMAIL, PASSWORD
from tests.staff import give_cookie, hire, signed_in, submit

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from kiosk.accounts.session import Person

    SignIn = Callable[[str], FlaskClient]

SECRET = re.compile(r'class="secret"[^>]*>([^<]+)<')
NEW_PASSWORD = "trên đồng cạn, dưới đồng sâu"
CHANGE = {"current": PASSWORD, "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
CUONG = {"name": "Lê Văn Cường", "email": "cuong@hanam.vn", "role": "clerk"}
RIGHT = {"email": EMAIL, "password": PASSWORD}


def entries(session: Session) -> list[tuple[str, str, str]]:
    session.rollback()
    rows = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.at, AuditEntry.id))
    return [(row.action, row.actor, row.subject) for row in rows]


def account_of(session: Session, email: str) -> Account:
    session.rollback()
    return session.scalars(sa.select(Account).where(Account.email == email)).one()


class TestSigningIn:
    def test_the_right_password_opens_the_first_room(
        self, client: FlaskClient, binh: Person, session: Session
    ) -> None:
        response = submit(client, "/login", RIGHT)
        assert response.status_code == 302
        assert client.get(response.headers["Location"]).status_code == 200
        assert entries(session) == [("sign_in", binh.name, EMAIL)]
        assert account_of(session, EMAIL).signed_in_at is not None

    @pytest.mark.parametrize(
        "data",
        [
            {"email": EMAIL, "password": "wrong"},
            {"email": "nobody@hanam.example", "password": PASSWORD},
            {"email": "no address", "password": PASSWORD},
        ],
    )
    @pytest.mark.usefixtures("binh")
    def test_a_wrong_one_does_not_tell_what_was_wrong(
        self, client: FlaskClient, data: dict[str, str]
    ) -> None:
        response = submit(client, "/login", data)
        assert response.status_code == 401
        assert "Thư điện tử hoặc mật khẩu không đúng." in response.text
        assert f'value="{data["email"]}"' in response.text
        assert data["password"] not in response.text
        assert client.get("/settings/account").status_code == 302

    def test_an_unknown_address_takes_the_same_steps(
        self, client: FlaskClient, binh: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        checked = []
        monkeypatch.setattr(
            passwords, "fits", lambda kept, _: checked.append(kept) is not None
        )
        submit(client, "/login", {"email": "x@hanam.example", "password": "wrong"})
        submit(client, "/login", {"email": binh.email, "password": "wrong"})
        assert len(checked) == 2
        assert checked[0] == passwords.STAND_IN

    @pytest.mark.usefixtures("binh")
    def test_a_failure_is_recorded_without_what_strangers_typed(
        self, client: FlaskClient, session: Session
    ) -> None:
        submit(client, "/login", {"email": EMAIL, "password": "wrong"})
        submit(client, "/login", {"email": "my password!", "password": "wrong"})
        assert entries(session) == [
            ("sign_in.failed", "?", EMAIL),
            ("sign_in.failed", "?", "?"),
        ]

    @pytest.mark.parametrize("missing", ["email", "password"])
    def test_an_empty_box_is_named(self, client: FlaskClient, missing: str) -> None:
        response = submit(client, "/login", {**RIGHT, missing: ""})
        assert response.status_code == 422
        assert f'href="#{missing}"' in response.text

    @pytest.mark.usefixtures("binh")
    def test_too_many_attempts_say_how_long_to_wait(self, client: FlaskClient) -> None:
        for _ in range(rules.FAILURES):
            submit(client, "/login", {"email": EMAIL, "password": "wrong"})
        response = submit(client, "/login", RIGHT)
        assert response.status_code == 429
        assert 0 < int(response.headers["Retry-After"]) <= 900
        assert "Xin chờ 15 phút" in response.text
        assert f'value="{EMAIL}"' in response.text

    def test_a_disabled_account_stays_out(
        self, client: FlaskClient, binh: Person, sign_in: SignIn, session: Session
    ) -> None:
        admin = sign_in("admin")
        submit(admin, f"/settings/accounts/{binh.id}/disable", {})
        assert submit(client, "/login", RIGHT).status_code == 401
        assert entries(session)[-1] == ("sign_in.failed", "?", EMAIL)

    @pytest.mark.usefixtures("binh")
    def test_an_older_hash_is_renewed_on_the_way(
        self, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = account_of(session, EMAIL).password_hash
        monkeypatch.setattr(
            passwords, "HASHER", PasswordHasher(2, memory_cost=16, parallelism=1)
        )
        assert submit(client, "/login", RIGHT).status_code == 302
        assert account_of(session, EMAIL).password_hash != before

    def test_who_is_in_is_not_asked_again(self, sign_in: SignIn) -> None:
        assert sign_in("head").get("/login").status_code == 302

    @pytest.mark.usefixtures("binh")
    def test_the_page_speaks_english(self, client: FlaskClient) -> None:
        assert '<html lang="en">' in client.get("/login?lang=en").text
        assert '<html lang="en">' in client.get("/login").text


class TestOwnPassword:
    @pytest.fixture
    def desk(self, client: FlaskClient, binh: Person) -> FlaskClient:
        give_cookie(client, binh)
        return client

    def test_it_is_changed_and_other_browsers_are_out(
        self, app: Flask, desk: FlaskClient, binh: Person, session: Session
    ) -> None:
        elsewhere = app.test_client()
        give_cookie(elsewhere, binh)
        assert submit(desk, "/settings/account", CHANGE).status_code == 302
        assert desk.get("/settings/account").status_code == 200
        assert elsewhere.get("/settings/account").status_code == 302
        assert ("password.change", binh.name, EMAIL) in entries(session)
        assert passwords.fits(account_of(session, EMAIL).password_hash, NEW_PASSWORD)

    @pytest.mark.parametrize(
        ("change", "field", "words"),
        [
            ({"current": "wrong"}, "current", "Mật khẩu hiện tại không đúng."),
            ({"repeated": "other"}, "repeated", "không giống nhau"),
            ({"password": "ngắn", "repeated": "ngắn"}, "password", "ít nhất 12 ký tự"),
            ({"password": PASSWORD, "repeated": PASSWORD}, "password", "phải khác"),
            (
                {
                    "password": "Nguyễn Thị Bình 1990",
                    "repeated": "Nguyễn Thị Bình 1990",
                },
                "password",
                "gần như chỉ là tên",
            ),
        ],
    )
    def test_a_bad_one_is_explained_at_its_field(
        self, desk: FlaskClient, change: dict[str, str], field: str, words: str
    ) -> None:
        response = submit(desk, "/settings/account", {**CHANGE, **change})
        assert response.status_code == 422
        assert words in response.text
        assert f'href="#{field}"' in response.text
        assert NEW_PASSWORD not in response.text

    def test_a_borrowed_browser_cannot_guess_for_long(self, desk: FlaskClient) -> None:
        wrong = {**CHANGE, "current": "wrong"}
        for _ in range(rules.FAILURES):
            submit(desk, "/settings/account", wrong)
        assert submit(desk, "/settings/account", CHANGE).status_code == 429


class TestOneTimePassword:
    def test_it_opens_nothing_but_its_own_change(self, app: Flask) -> None:
        client = signed_in(app, "admin", must_change=True)
        for page in ("/settings/accounts", "/settings/audit", "/settings/centre"):
            response = client.get(page)
            assert response.status_code == 302
            assert response.headers["Location"] == "/settings/account"
        page = client.get("/settings/account")
        assert "do người khác đặt" in page.text
        assert 'href="/settings/accounts"' not in page.text

    def test_from_creation_to_work(
        self, app: Flask, sign_in: SignIn, session: Session
    ) -> None:
        created = submit(
            sign_in("admin"),
            "/settings/accounts/new",
            {"name": "Lê Văn Cường", "email": "Cuong@hanam.vn", "role": "clerk"},
        )
        assert created.status_code == 201
        password = SECRET.search(created.text)
        assert password
        client = app.test_client()
        given = {"email": "cuong@hanam.vn", "password": password[1]}
        response = submit(client, "/login", given)
        assert response.headers["Location"] == "/settings/account"
        form = {"current": password[1], "password": NEW_PASSWORD}
        submit(client, "/settings/account", {**form, "repeated": NEW_PASSWORD})
        assert "do người khác đặt" not in client.get("/settings/account").text
        assert not account_of(session, "cuong@hanam.vn").must_change


class TestOthersAccounts:
    @pytest.mark.parametrize(
        ("change", "field", "status"),
        [
            ({"email": "cuong"}, "email", 422),
            ({"email": EMAIL}, "email", 409),
            ({"email": EMAIL.upper()}, "email", 409),
            ({"name": " "}, "name", 422),
            ({"role": "boss"}, "role", 422),
            ({"role": ""}, "role", 422),
        ],
    )
    @pytest.mark.usefixtures("binh")
    def test_a_bad_box_is_named_and_the_rest_is_kept(
        self, sign_in: SignIn, change: dict[str, str], field: str, status: int
    ) -> None:
        sent = {**CUONG, **change}
        response = submit(sign_in("admin"), "/settings/accounts/new", sent)
        assert response.status_code == status
        assert f'href="#{field}"' in response.text
        for kept in {"name", "email"} - {field}:
            assert f'value="{sent[kept]}"' in response.text

    def test_every_fault_is_told_at_once_in_the_order_of_the_page(
        self, sign_in: SignIn
    ) -> None:
        sent = {"name": "", "email": "cuong", "role": "boss"}
        page = submit(sign_in("admin"), "/settings/accounts/new", sent).text
        assert re.findall(r'<a href="#(\w+)">', page) == ["name", "email", "role"]

    def test_a_head_makes_clerks_only(self, sign_in: SignIn, session: Session) -> None:
        head = sign_in("head")
        sent = {**CUONG, "role": "admin"}
        assert submit(head, "/settings/accounts/new", sent).status_code == 422
        assert submit(head, "/settings/accounts/new", CUONG).status_code == 201
        assert account_of(session, "cuong@hanam.vn").role == "clerk"

    @pytest.mark.parametrize("deed", ["", "/reset", "/disable"])
    @pytest.mark.parametrize("role", ["leader", "admin", "supervisor", "head"])
    def test_a_head_does_not_reach_other_roles(
        self, app: Flask, sign_in: SignIn, deed: str, role: str
    ) -> None:
        address = f"/settings/accounts/{hire(app, role).id}{deed}"
        head = sign_in("head")
        assert head.get(address).status_code == 403
        sent = submit(head, address, {}, page="/settings/account")
        assert sent.status_code == 403

    def test_a_name_and_a_role_are_changed(
        self, app: Flask, sign_in: SignIn, binh: Person, session: Session
    ) -> None:
        address = f"/settings/accounts/{binh.id}"
        changed = {"name": "Nguyễn Bình", "role": "leader"}
        assert submit(sign_in("admin"), address, changed).status_code == 302
        account = account_of(session, EMAIL)
        assert (account.name, account.role) == ("Nguyễn Bình", "leader")
        assert entries(session)[-1][0] == "account.change"

    def test_a_reset_ends_sessions_and_opens_a_disabled_account(
        self, client: FlaskClient, sign_in: SignIn, binh: Person, session: Session
    ) -> None:
        give_cookie(client, binh)
        admin = sign_in("admin")
        address = f"/settings/accounts/{binh.id}"
        submit(admin, f"{address}/disable", {})
        assert client.get("/settings/account").status_code == 302
        assert "đã khóa lúc" in admin.get(address).text
        password = SECRET.search(submit(admin, f"{address}/reset", {}).text)
        assert password
        given = {"email": EMAIL, "password": password[1]}
        assert submit(client, "/login", given).status_code == 302
        deeds = [action for action, _, _ in entries(session)]
        assert deeds == ["account.disable", "account.enable", "sign_in"]

    def test_nobody_shuts_the_own_door(
        self, app: Flask, client: FlaskClient, session: Session
    ) -> None:
        hire(app, "admin")
        me = hire(app, "admin", email="me@hanam.vn")
        give_cookie(client, me)
        address = f"/settings/accounts/{me.id}"
        assert submit(client, f"{address}/disable", {}).status_code == 302
        sent = {"name": me.name, "role": "clerk"}
        assert "Không tự khóa" in submit(client, address, sent).text
        account = account_of(session, "me@hanam.vn")
        assert (account.role, account.disabled_at) == ("admin", None)

    def test_the_list_tells_who_is_in_use(
        self, app: Flask, sign_in: SignIn, binh: Person
    ) -> None:
        admin = sign_in("admin")
        submit(admin, f"/settings/accounts/{binh.id}/disable", {})
        page = admin.get("/settings/accounts").text
        assert EMAIL in page
        assert page.count("Đã khóa") == 2  # the message and the badge

    def test_an_unknown_account_is_not_found(self, sign_in: SignIn) -> None:
        address = "/settings/accounts/0198c7f2-6a3e-7c41-9b1e-1f0d2f6c5a77"
        assert sign_in("admin").get(address).status_code == 404


class TestAuditPage:
    def test_it_tells_deeds_in_words(self, sign_in: SignIn) -> None:
        admin = sign_in("admin")
        submit(admin, "/settings/accounts/new", CUONG)
        page = admin.get("/settings/audit").text
        assert "Tạo tài khoản" in page
        assert "Lê Văn Cường" in page
        assert "account.create" not in page

    @pytest.mark.parametrize("page", ["0", "2", "-1", "99999999999999999999"])
    def test_a_page_that_is_not_there(self, sign_in: SignIn, page: str) -> None:
        response = sign_in("admin").get(f"/settings/audit?page={page}")
        assert response.status_code == 404
