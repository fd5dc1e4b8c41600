#!/usr/bin/env python3
"""Verifies an access token as an application does that trusts the service: by the published keys alone, without asking
about the token. Prints its claims.

    OSTIARY_URL=http://localhost:3000 python3 verify.py TOKEN
"""
import json
import os
import sys
import urllib.request

import jwt

ORIGIN = os.environ.get("OSTIARY_URL", "http://localhost:3000").rstrip("/")
# For whom the tokens are; a deployment that does not say so issues them for itself.
AUDIENCE = os.environ.get("OSTIARY_AUDIENCE")
CLAIMS = ["iss", "aud", "sub", "sid", "jti", "iat", "exp"]


def discover() -> dict:
    with urllib.request.urlopen(f"{ORIGIN}/.well-known/openid-configuration", timeout=10) as answer:
        return json.load(answer)


def verify(token: str) -> dict:
    """The claims of a token that is valid now; raises `jwt.InvalidTokenError` for any other."""
    discovery = discover()
    # RFC 9068, section 4: without this check an ID token would pass for an access token.
    if jwt.get_unverified_header(token).get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    key = jwt.PyJWKClient(discovery["jwks_uri"], timeout=10).get_signing_key_from_jwt(token)
    return jwt.decode(
        token,
        key,
        algorithms=["ES256"],
        issuer=discovery["issuer"],
        audience=AUDIENCE or discovery["issuer"],
        options={"require": CLAIMS},
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(json.dumps(verify(sys.argv[1]), indent=2))
