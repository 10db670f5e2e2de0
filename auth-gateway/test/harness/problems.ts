/** Reads answers, and asserts the one error shape. */
import registry from "@auth-gateway/shared-schema/errors.json" with { type: "json" };
import { expect } from "vitest";
import type { ErrorCode } from "../../src/errors.ts";

/** The body as the test expects it; what it says is asserted by the test. */
export async function json<T>(response: Response): Promise<T> {
  return JSON.parse(await response.text());
}

export async function expectProblem(response: Response, code: ErrorCode): Promise<Record<string, unknown>> {
  const body: Record<string, unknown> = JSON.parse(await response.text());
  expect(body).toMatchObject({
    type: `urn:auth-gateway:problem:${code}`,
    code,
    ...registry[code],
    requestId: response.headers.get("x-request-id"),
  });
  expect(body["detail"]).toEqual(expect.any(String));
  expect(response.status).toBe(registry[code].status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  return body;
}
