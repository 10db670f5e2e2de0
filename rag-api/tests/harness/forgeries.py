"""A table of hostile tokens: what each is called, and how it is made from a good key."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization

from harness.database import Person
from harness.issuer import ABSENT, SigningKey, encode, encode_json, user_claims

Forge = Callable[[SigningKey, Person], str]
DAY = 86_400
CLAIMS = ("iss", "sub", "aud", "exp", "iat", "nbf", "jti", "sid", "scope", "client_id")
# Both decode to the same bytes for a lenient reader; the last character carries two unused bits.
SECOND_SPELLING = dict(zip("AQgw", "BRhx", strict=True))


def _with_claims(**claims: object) -> Forge:
    return lambda key, person: key.token(person, **claims)


def _with_header(**members: object) -> Forge:
    return lambda key, person: key.token(person, header=members)


def _with_times(offset: float, **changes: int) -> Forge:
    def forge(key: SigningKey, person: Person) -> str:
        claims = user_claims(person, now=time.time() + offset)
        return key.token(
            person, **{name: claims[name] + changes.get(name, 0) for name in ("iat", "nbf", "exp")}
        )

    return forge


def _with_raw(header: bytes | None = None, claims: bytes | None = None) -> Forge:
    return lambda key, person: key.sign_parts(header or key.header(), claims or user_claims(person))


def _replace_signature(change: Callable[[str], str]) -> Forge:
    def forge(key: SigningKey, person: Person) -> str:
        head, _, signature = key.token(person).rpartition(".")
        return f"{head}.{change(signature)}"

    return forge


def _sign_by_hmac(make_secret: Callable[[SigningKey], bytes]) -> Forge:
    def forge(key: SigningKey, person: Person) -> str:
        signed = f"{encode_json(key.header(alg='HS256'))}.{encode_json(user_claims(person))}"
        return f"{signed}.{encode(hmac.digest(make_secret(key), signed.encode(), hashlib.sha256))}"

    return forge


def _public_pem(key: SigningKey) -> bytes:
    return key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _unsigned(signature: str) -> Forge:
    return lambda key, person: (
        f"{encode_json(key.header(alg='none'))}.{encode_json(user_claims(person))}.{signature}"
    )


def _signed_by_stranger(**header: Any) -> Forge:
    def forge(key: SigningKey, person: Person) -> str:
        stranger = SigningKey(key.kid)
        brought = {name: stranger.jwk if value is ... else value for name, value in header.items()}
        return stranger.token(person, header=brought)

    return forge


def _duplicate_member(key: SigningKey, person: Person) -> str:
    header = json.dumps(key.header())
    return key.sign_parts(header.replace("{", '{"alg":"none",', 1).encode(), user_claims(person))


def _duplicate_claim(key: SigningKey, person: Person) -> str:
    claims = json.dumps(user_claims(person))
    return key.sign_parts(key.header(), claims.replace("{", '{"sub":"x",', 1).encode())


def _second_spelling(key: SigningKey, person: Person) -> str:
    token = key.token(person)
    while token[-1] not in SECOND_SPELLING:
        token = key.token(person)
    return token[:-1] + SECOND_SPELLING[token[-1]]


def _change_claims(key: SigningKey, person: Person) -> str:
    header, _, signature = key.token(person).split(".")
    return f"{header}.{encode_json(user_claims(person, scope='admin'))}.{signature}"


HOSTILE: dict[str, Forge] = {
    "expired": _with_times(-301),
    "expires now": _with_times(-300),
    "another audience": _with_claims(aud="other"),
    "audience list": _with_claims(aud=["rag-api", "other"]),
    "audience list of ours": _with_claims(aud=["rag-api"]),
    "another issuer": _with_claims(iss="http://evil.test"),
    "signed by another key": _signed_by_stranger(),
    "signed by another key that it brings": _signed_by_stranger(jwk=...),
    "alg none, no signature": _unsigned(""),
    "alg none, some signature": _unsigned("A" * 86),
    "HS256 with the public key as secret": _sign_by_hmac(_public_pem),
    "HS256 with the JWK as secret": _sign_by_hmac(lambda key: json.dumps(key.jwk).encode()),
    **{f"no {name}": _with_claims(**{name: ABSENT}) for name in CLAIMS},
    "typ JWT": _with_header(typ="JWT"),
    "no typ": _with_header(typ=ABSENT),
    "typ a list": _with_header(typ=["at+jwt"]),
    "alg ES384": _with_header(alg="ES384"),
    "alg in lower case": _with_header(alg="es256"),
    "alg a list": _with_header(alg=["ES256"]),
    "alg none but signed": _with_header(alg="none"),
    "no kid": _with_header(kid=ABSENT),
    "unknown kid": _with_header(kid="stranger"),
    "kid a number": _with_header(kid=7),
    "kid an object": _with_header(kid={"a": 1}),
    "kid a path": _with_header(kid="../../etc/passwd"),
    "kid an injection": _with_header(kid="' or '1'='1"),
    "kid too long": _with_header(kid="k" * 65),
    "unknown crit": _with_header(crit=["exp"], exp=1),
    "crit b64": _with_header(crit=["b64"], b64=False),
    "jku": _with_header(jku="http://evil.test/jwks.json"),
    "x5u": _with_header(x5u="http://evil.test/cert.pem"),
    "x5c": _with_header(x5c=["AAAA"]),
    "unknown member": _with_header(zip="DEF"),
    "two alg members": _duplicate_member,
    "two sub claims": _duplicate_claim,
    "header nested deeply": _with_raw(header=b"[" * 900 + b"]" * 900),
    "header object nested deeply": _with_raw(header=b'{"a":' * 400 + b"1" + b"}" * 400),
    "claims nested deeply": _with_raw(claims=b"[" * 1200),
    "header a list": _with_raw(header=b"[]"),
    "header not JSON": _with_raw(header=b"{"),
    "header not UTF-8": _with_raw(header=b'{"a":"\xff"}'),
    "header with NaN": _with_raw(header=b'{"typ":NaN}'),
    "claims a list": _with_raw(claims=b"[]"),
    "claims a string": _with_raw(claims=b'"sub"'),
    "exp null": _with_claims(exp=None),
    "exp a list": _with_claims(exp=[]),
    "exp a text": _with_claims(exp=str(int(time.time()) + 300)),
    "exp a fraction": _with_claims(exp=time.time() + 300.5),
    "exp Infinity": _with_claims(exp=float("inf")),
    "exp NaN": _with_claims(exp=float("nan")),
    "exp enormous": _with_claims(exp=10**400),
    "exp beyond the calendar": _with_claims(exp=10**15),
    "exp true": _with_claims(exp=True),
    "exp negative": _with_claims(exp=-1),
    "lives a day": _with_times(0, exp=DAY),
    "lives before it is issued": _with_times(0, iat=30, exp=-290),
    "issued tomorrow": _with_times(DAY),
    "iat tomorrow": _with_times(0, iat=DAY),
    "nbf tomorrow": _with_times(0, nbf=DAY),
    "nbf a text": _with_claims(nbf="now"),
    "iat true": _with_claims(iat=True),
    "sub empty": _with_claims(sub=""),
    "sub a number": _with_claims(sub=1),
    "sub not a UUID": _with_claims(sub="alice"),
    "sub in braces": lambda key, person: key.token(person, sub="{" + str(person.user_id) + "}"),
    "sub with a newline": lambda key, person: key.token(person, sub=f"{person.user_id}\n"),
    "sid not a UUID": _with_claims(sid="session"),
    "sid a list": _with_claims(sid=[]),
    "jti empty": _with_claims(jti=""),
    "jti a number": _with_claims(jti=1),
    "scope a list": _with_claims(scope=["rag"]),
    "scope empty": _with_claims(scope=""),
    "another client": _with_claims(client_id="someone"),
    "a machine's token": _with_claims(client_id="client_1", sub="client_1", sid=ABSENT),
    "a machine's token with a user's sub": _with_claims(client_id="client_1", sid=ABSENT),
    "claims changed after signing": _change_claims,
    "signature cut": _replace_signature(lambda signature: signature[:-1]),
    "signature longer": _replace_signature(lambda signature: signature + "A"),
    "signature zero": _replace_signature(lambda _: "A" * 86),
    "signature padded": _replace_signature(lambda signature: signature + "=="),
    "signature with a standard base64 letter": _replace_signature(lambda signature: "+" + signature[1:]),
    "signature spelled otherwise": _second_spelling,
    "signature missing": lambda key, person: key.token(person).rpartition(".")[0],
    "dot at the end": lambda key, person: key.token(person) + ".",
    "four parts": lambda key, person: key.token(person) + ".AAAA",
    "padded header": lambda key, person: key.token(person).replace(".", "=.", 1),
    "space inside": lambda key, person: key.token(person).replace(".", ". ", 1),
    "longer than four kilobytes": _with_claims(note="x" * 4096),
    "only dots": lambda key, person: "..",
    "not a token": lambda key, person: "hello",
    "an e-mail": lambda key, person: base64.b64encode(b"someone@example.com:password").decode(),
}
