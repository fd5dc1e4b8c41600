"""What users do, over the deployed API: each story goes through API Gateway's routing, the functions' release binaries, their roles,
KMS and SES, and the table's stream."""
import base64
import json
import unittest
import uuid

import jwt

from api import Answer
from stack import PUBLIC_URL, deployed

PASSWORD = "a keeper of the door"


def somebody() -> str:
    return f"{uuid.uuid4().hex}@example.test"


def verified(token: str, keys: dict, issuer: str = PUBLIC_URL) -> dict:
    """The claims of an access token, checked as an application does that knows nothing but the published keys."""
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["ES256"], issuer=issuer, audience=issuer)


def with_another_subject(token: str) -> str:
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    claims["sub"] = str(uuid.uuid4())
    return f"{header}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b'=').decode()}.{signature}"


class DeployedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = deployed()
        cls.api = cls.stack.api

    def tearDown(self) -> None:
        self.assertEqual(self.stack.denials(), [])

    def sign_up(self, email: str) -> str:
        """A new user's session token."""
        user = {"name": "Ada Lovelace", "email": email, "password": PASSWORD}
        return self.api.post("/api/auth/sign-up/email", user).expect(200).json["token"]

    def sign_in_to_teams(self, email: str) -> Answer:
        credentials = {"email": email, "password": PASSWORD}
        return self.api.post("/auth/sign-in", {"credentials": credentials, "captchaToken": "none"})

    def session(self, **credentials: str) -> dict | None:
        return self.api.get("/api/auth/get-session", **credentials).expect(200).json


class BetterAuth(DeployedTest):
    def test_a_user_signs_up_verifies_the_address_and_signs_in(self) -> None:
        email = somebody()
        self.assertFalse(self.session(bearer=self.sign_up(email))["user"]["emailVerified"])
        token = self.api.mail(email, "verify-email")
        self.api.get(f"/api/auth/verify-email?token={token}").expect(200)

        answer = self.api.post("/api/auth/sign-in/email", {"email": email, "password": PASSWORD}).expect(200)
        cookie, *attributes = answer.headers["Set-Cookie"].split("; ")
        self.assertTrue(cookie.startswith("__Secure-"), cookie)
        self.assertLessEqual({"HttpOnly", "Secure"}, set(attributes))
        for credentials in ({"cookie": cookie}, {"bearer": answer.json["token"]}):
            user = self.session(**credentials)["user"]
            self.assertEqual((user["email"], user["emailVerified"]), (email, True))

        self.api.post("/api/auth/sign-out", {}, bearer=answer.json["token"]).expect(200)
        self.assertIsNone(self.session(bearer=answer.json["token"]))

    def test_a_forgotten_password_is_replaced_by_mail(self) -> None:
        email = somebody()
        session = self.sign_up(email)
        self.api.post("/api/auth/forget-password", {"email": email}).expect(200)
        token = self.api.mail(email, "reset-password")
        reset = {"newPassword": "another keeper", "token": token}
        self.api.post("/api/auth/reset-password", reset).expect(200)
        self.api.post("/api/auth/reset-password", reset).expect(400)
        self.assertIsNone(self.session(bearer=session))
        self.api.post("/api/auth/sign-in/email", {"email": email, "password": "another keeper"}).expect(200)

    def test_a_guest_is_invited_and_finishes_it_in_another_contract(self) -> None:
        email, slug = somebody(), uuid.uuid4().hex
        owner = self.sign_up(somebody())
        organization = {"name": "Analytical Engines", "slug": slug}
        made = self.api.post("/api/auth/organization/create", organization, bearer=owner).expect(200).json
        invitation = {"email": email, "role": "member", "organizationId": made["id"]}
        self.api.post("/api/auth/organization/invite-member", invitation, bearer=owner).expect(200)
        token = self.api.mail(email, "invitation")
        finish = {"token": token, "newPassword": PASSWORD, "firstName": "Charles", "lastName": "Babbage"}
        self.api.post("/auth/finish-invitation", finish).expect(200)
        tokens = self.sign_in_to_teams(email).expect(200).json
        me = self.api.get("/auth/me", bearer=tokens["accessToken"]).expect(200).json
        self.assertEqual((me["email"], me["firstName"]), (email, "Charles"))


class Tokens(DeployedTest):
    def test_an_access_token_verifies_with_the_published_keys(self) -> None:
        email = somebody()
        account = {"email": email, "first_name": "Ada", "last_name": "Lovelace", "password": PASSWORD}
        user = self.api.post("/api/auth/signup", account).expect(201).json
        login = {"email": email, "password": PASSWORD}
        token = self.api.post("/api/auth/login", login).expect(200).json["access_token"]

        discovery = self.api.get("/.well-known/openid-configuration").expect(200).json
        self.assertEqual(discovery["issuer"], PUBLIC_URL)
        keys = self.api.get(discovery["jwks_uri"].removeprefix(PUBLIC_URL)).expect(200).json
        claims = verified(token, keys)
        self.assertEqual((claims["sub"], claims["email"]), (user["id"], email))
        self.api.get("/auth/me", bearer=token).expect(200)

        forged = with_another_subject(token)
        with self.assertRaises(jwt.InvalidSignatureError):
            verified(forged, keys)
        self.api.get("/auth/me", bearer=forged).expect(401)

    def test_a_refresh_token_is_replaced_and_its_reuse_is_noticed(self) -> None:
        self.sign_up(email := somebody())
        first = self.sign_in_to_teams(email).expect(200).json
        second = self.refresh(first).expect(200).json
        third = self.refresh(second).expect(200).json
        self.assertEqual(len({tokens["refreshToken"] for tokens in (first, second, third)}), 3)
        self.api.get("/auth/me", bearer=third["accessToken"]).expect(200)

        self.refresh(first).expect(401)
        self.refresh(third).expect(401)
        self.api.get("/auth/me", bearer=third["accessToken"]).expect(401)

    def refresh(self, tokens: dict) -> Answer:
        return self.api.post("/auth/refresh-token", {"refreshToken": tokens["refreshToken"]})


class Mail(DeployedTest):
    def test_an_address_that_bounced_gets_no_more_mail_until_an_operator_lifts_it(self) -> None:
        bounced, other = somebody(), somebody()
        session, others = self.sign_up(bounced), self.sign_up(other)
        self.api.mail(bounced, "verify-email")
        before = len(self.stack.aws.mails_to(bounced))
        self.report_bounce(bounced)

        for email, bearer in ((bounced, session), (other, others)):
            self.api.post("/api/auth/forget-password", {"email": email}, bearer=bearer).expect(200)
        # The stream keeps the order: with the second mail sent, the first one's turn has been.
        self.api.mail(other, "reset-password")
        self.assertEqual(len(self.stack.aws.mails_to(bounced)), before)

        lift = {"command": ["suppression", "lift", bounced]}
        self.assertNotIn("errorType", self.stack.invoke("OperatorFunction", lift))
        self.api.post("/api/auth/forget-password", {"email": bounced}, bearer=session).expect(200)
        self.api.mail(bounced, "reset-password")

    def report_bounce(self, address: str) -> None:
        """The emulator's SES stores where events are to be published and publishes none, so this is told to the topic as SES would. On
        its way from there to the function, through subscription and permission, nothing is made up."""
        message = {
            "eventType": "Bounce",
            "mail": {"messageId": uuid.uuid4().hex, "destination": [address], "timestamp": "2026-01-31T12:00:00.000Z"},
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{"emailAddress": address}],
                "timestamp": "2026-01-31T12:00:01.000Z",
            },
        }
        topic = self.stack.resources["MailEvents"]
        self.stack.aws.client("sns").publish(TopicArn=topic, Message=json.dumps(message))
        self.assertTrue(self.stack.has_item(f"SUPPRESSION#{address}"))


if __name__ == "__main__":
    unittest.main()
