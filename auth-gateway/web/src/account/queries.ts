/** What the account's sections read. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { dataOf } from "../api/answers.ts";
import { gateway, withSession } from "../api/gateway.ts";
import { authClient, authData } from "../auth/client.ts";

export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: () => dataOf(gateway.GET("/api/account")),
});

export const sessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: () => withSession(() => authData(authClient.listSessions())),
});

export const useAccount = () => useQuery(accountQuery);
