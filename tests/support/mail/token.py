#!/usr/bin/env python3
"""token.py SECRET-FILE USER [SECONDS]: an HS256 token as start.sh's Dovecot takes it (MAIL_OAUTH=1)."""
import base64
import hashlib
import hmac
import json
import sys
import time


def octets(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def main():
    now, seconds = int(time.time()), int(sys.argv[3]) if len(sys.argv) > 3 else 600
    claims = {"email": sys.argv[2], "sub": sys.argv[2], "iat": now - 5, "exp": now + seconds}
    parts = [octets(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"}, claims)]
    with open(sys.argv[1], "rb") as secret:
        parts.append(octets(hmac.new(secret.read(), b".".join(parts), hashlib.sha256).digest()))
    print(b".".join(parts).decode())


main()
