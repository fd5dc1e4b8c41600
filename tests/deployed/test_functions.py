"""A call or two to each function that the other stories leave out: it starts, and its role allows what it does."""
import base64
import hmac
import struct
import time
from urllib.parse import parse_qs, urlsplit

from stack import PUBLIC_URL, SOCIAL
from test_api import PASSWORD, DeployedTest, somebody


def code_of(uri: str) -> str:
    """What an authenticator app shows (RFC 6238)."""
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


class SecondFactor(DeployedTest):
    def test_who_has_enrolled_an_app_signs_in_with_more_than_a_password(self) -> None:
        bearer = self.sign_up(email := somebody())
        enrolled = self.api.post("/api/auth/two-factor/enable", {"password": PASSWORD}, bearer=bearer).expect(200).json
        shown = {"code": code_of(enrolled["totpURI"])}
        self.api.post("/api/auth/two-factor/verify-totp", shown, bearer=bearer).expect(200)

        asked = self.api.post("/api/auth/sign-in/email", {"email": email, "password": PASSWORD}).expect(200)
        self.assertTrue(asked.json["twoFactorRedirect"])
        backup = {"code": enrolled["backupCodes"][0]}
        signed_in = self.api.post("/api/auth/two-factor/verify-backup-code", backup, cookie=asked.cookies).expect(200)
        self.assertTrue(self.session(cookie=signed_in.cookies)["user"]["twoFactorEnabled"])

    def test_a_code_comes_by_mail(self) -> None:
        bearer = self.sign_up(email := somebody())
        self.api.get(f"/api/auth/verify-email?token={self.api.mail(email, 'verify-email')}").expect(200)
        enable = {"password": PASSWORD, "method": "otp"}
        self.api.post("/api/auth/two-factor/enable", enable, bearer=bearer).expect(200)
        asked = self.api.post("/api/auth/sign-in/email", {"email": email, "password": PASSWORD}).expect(200)
        before = len(self.stack.aws.mails_to(email))
        self.api.post("/api/auth/two-factor/send-otp", {}, cookie=asked.cookies).expect(200)
        deadline = time.monotonic() + 30
        while len(self.stack.aws.mails_to(email)) == before and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertGreater(len(self.stack.aws.mails_to(email)), before)


class Passkeys(DeployedTest):
    def test_a_browser_is_told_what_to_ask_of_the_authenticator(self) -> None:
        bearer = self.sign_up(email := somebody())
        options = self.api.get("/api/auth/passkey/generate-register-options", bearer=bearer).expect(200).json
        host = urlsplit(PUBLIC_URL).hostname
        self.assertEqual((options["rp"]["id"], options["user"]["name"]), (host, email))
        options = self.api.post("/api/auth/passkey/generate-authenticate-options", {}).expect(200).json
        self.assertEqual(options["rpId"], host)
        self.assertEqual(self.api.get("/api/auth/passkey/list-user-passkeys", bearer=bearer).expect(200).json, [])


class Administration(DeployedTest):
    def test_an_administrator_that_an_operator_has_made_lists_and_bans_users(self) -> None:
        admin, email = somebody(), somebody()
        create = {"command": ["admin", "create", admin], "password": PASSWORD}
        self.assertEqual(self.stack.invoke("OperatorFunction", create)["outcome"], "created")
        bearer = self.sign_up(email)
        session = self.api.post("/api/auth/sign-in/email", {"email": admin, "password": PASSWORD}).expect(200).json
        search = f"/api/auth/admin/list-users?searchField=email&searchValue={email}"
        self.api.get(search, bearer=bearer).expect(403)
        [found] = self.api.get(search, bearer=session["token"]).expect(200).json["users"]
        self.assertEqual(found["email"], email)

        self.api.post("/api/auth/admin/ban-user", {"userId": found["id"]}, bearer=session["token"]).expect(200)
        self.assertIsNone(self.session(bearer=bearer))


class ApiKeys(DeployedTest):
    def test_a_key_is_good_until_it_is_deleted(self) -> None:
        bearer = self.sign_up(somebody())
        made = self.api.post("/api/auth/api-key/create", {"name": "build server"}, bearer=bearer).expect(200).json
        verify = {"key": made["key"]}
        self.assertTrue(self.api.post("/api/auth/api-key/verify", verify).expect(200).json["valid"])
        self.api.post("/api/auth/api-key/delete", {"keyId": made["id"]}, bearer=bearer).expect(200)
        self.assertFalse(self.api.post("/api/auth/api-key/verify", verify).expect(200).json["valid"])


class Organizations(DeployedTest):
    def test_an_organization_has_its_maker_for_an_owner(self) -> None:
        bearer = self.sign_up(email := somebody())
        organization = {"name": "Analytical Engines", "slug": email.partition("@")[0]}
        made = self.api.post("/api/auth/organization/create", organization, bearer=bearer).expect(200).json
        path = f"/api/auth/organization/get-full-organization?organizationId={made['id']}"
        [member] = self.api.get(path, bearer=bearer).expect(200).json["members"]
        self.assertEqual((member["role"], member["user"]["email"]), ("owner", email))


class Social(DeployedTest):
    def test_a_sign_in_leads_to_the_provider(self) -> None:
        request = {"provider": "github", "callbackURL": "/"}
        url = urlsplit(self.api.post("/api/auth/sign-in/social", request).expect(200).json["url"])
        query = parse_qs(url.query)
        self.assertEqual((url.scheme, url.netloc, url.path), ("https", "github.com", "/login/oauth/authorize"))
        self.assertEqual(query["client_id"], [SOCIAL["github"]["clientId"]])
        self.assertEqual(query["redirect_uri"], [f"{PUBLIC_URL}/api/auth/callback/github"])
        self.assertEqual(query["code_challenge_method"], ["S256"])
