/** A gateway on a database of its own, for all tests of a file. */
import { afterAll, beforeAll } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../tools/testing/database.ts";
import { type GatewayOptions, startGateway, type TestGateway } from "./gateway.ts";

export interface GatewaySuite {
  readonly database: TestDatabase;
  readonly gateway: TestGateway;
  readonly url: string;
}

export function useGateway(options: GatewayOptions = {}): GatewaySuite {
  let database: TestDatabase | undefined;
  let gateway: TestGateway | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
    gateway = await startGateway(database.authGatewayUrl, options);
  });
  afterAll(async () => {
    await gateway?.close();
    await database?.drop();
  });
  return {
    get database() {
      return started(database);
    },
    get gateway() {
      return started(gateway);
    },
    get url() {
      return started(gateway).url;
    },
  };
}

function started<T>(resource: T | undefined): T {
  if (resource === undefined) throw new Error("only a running test may use it");
  return resource;
}
