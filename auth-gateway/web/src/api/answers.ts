/** From an openapi-fetch answer to its data. */
import { problemOf } from "./problem.ts";

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The body of a success: `await dataOf(ragApi.GET("/v1/me"))`.
 * @throws {ApiError} for everything else.
 */
export async function dataOf<T>(answer: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemOf(response.status, error, response.headers);
  return data as T;
}
