"""What is left of a limit, in the fields of draft-ietf-httpapi-ratelimit-headers-10."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """`remaining` of `quota` in `window` seconds; all of it is there again in `reset` seconds."""

    name: str
    quota: int
    window: int | None
    remaining: int
    reset: int


def render_allowance(allowance: Allowance) -> dict[str, str]:
    """The same fields with a success as with a refusal."""
    window = f";w={allowance.window}" if allowance.window else ""
    return {
        "ratelimit-policy": f'"{allowance.name}";q={allowance.quota}{window}',
        "ratelimit": f'"{allowance.name}";r={allowance.remaining};t={allowance.reset}',
    }
