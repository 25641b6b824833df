#!/usr/bin/env python3
"""gateway.py WHAT: a mail on stdin, and what gateways make of it on stdout (start.sh, MAIL_FILTER).

footer: a disclaimer, as a text part of its own or below the text; rewrap: base64 in other lines;
wrap: the whole mail as an attachment of another; new_id: another Message-ID.
"""
import re
import sys


def footer(mail):
    head, _, body = mail.partition(b"\n\n")
    text = b"This mail is confidential.\nPlease consider the environment.\n"
    found = re.search(rb'(?i)boundary="?([^";\s]+)', head)
    if not found:
        return mail + b"\n-- \n" + text
    end = b"--" + found[1] + b"--"
    part = b"--" + found[1] + b"\nContent-Type: text/plain\n\n" + text
    return head + b"\n\n" + body.replace(end, part + end)


def rewrap(mail):
    def joined(match):
        digits = match[0].replace(b"\n", b"")
        return b"\n".join(digits[at:at + 64] for at in range(0, len(digits), 64)) + b"\n"
    return re.sub(rb"(?m)(?:^[A-Za-z0-9+/]{76}\n)+[A-Za-z0-9+/=]*\n", joined, mail)


def wrap(mail):
    return (b"From: gateway@mail.test\nTo: somebody@b.test\nSubject: [checked] message\nMIME-Version: 1.0\n"
            b'Content-Type: multipart/mixed; boundary="gate-1"\n\n--gate-1\nContent-Type: text/plain\n\n'
            b"See the attached message.\n--gate-1\nContent-Type: message/rfc822\n\n" + mail + b"\n--gate-1--\n")


def new_id(mail):
    return re.sub(rb"(?im)^message-id:.*$", b"Message-ID: <gateway.1@mail.test>", mail, count=1)


def main():
    mail = sys.stdin.buffer.read().replace(b"\r\n", b"\n")
    what = {"footer": footer, "rewrap": rewrap, "wrap": wrap, "new_id": new_id}[sys.argv[1]]
    sys.stdout.buffer.write(what(mail))


main()
