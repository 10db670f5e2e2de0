"""Two verifiers of the soak: for each token, a line, it says how rag-api's own and PyJWT's client took it."""

import asyncio
import json
import sys

import httpx
import jwt

from rag_api.auth.claims import Expectations
from rag_api.auth.jwks import open_jwks
from rag_api.auth.verifier import TokenVerifier
from rag_api.clock import Clock
from rag_api.errors import DomainError


def verify_with_pyjwt(client: jwt.PyJWKClient, token: str, issuer: str, audience: str) -> str:
    """With the client's defaults; gives what is wrong, or nothing."""
    try:
        key = client.get_signing_key_from_jwt(token)
        jwt.decode(token, key, algorithms=["ES256"], issuer=issuer, audience=audience)
    except jwt.PyJWTError as error:
        return f"{type(error).__name__}: {error}"
    return ""


async def main(jwks_url: str, issuer: str, audience: str) -> None:
    """Until the input ends."""
    client = jwt.PyJWKClient(jwks_url)
    clock = Clock()
    async with httpx.AsyncClient() as http, open_jwks(jwks_url, http, clock) as jwks:
        verifier = TokenVerifier(jwks, Expectations(issuer, audience), clock)
        while line := await asyncio.to_thread(sys.stdin.readline):
            token = line.strip()
            refusals = {
                "PyJWKClient": await asyncio.to_thread(verify_with_pyjwt, client, token, issuer, audience)
            }
            try:
                await verifier.verify(token)
                refusals["rag-api"] = ""
            except DomainError as error:
                refusals["rag-api"] = f"{error.code}: {error.reason}"
            print(json.dumps(refusals), flush=True)


asyncio.run(main(*sys.argv[1:]))
