/** What the privacy page reads of rag-api. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { dataOf, ragApi } from "../api/rag-api.ts";

export const retentionQuery = queryOptions({
  queryKey: ["retention"],
  queryFn: () => dataOf(ragApi.GET("/v1/me/retention")),
});

/** What the next clean-up would delete under a choice; the last answer stays until the next is there. */
export const previewQuery = (days: number | null, isAllowed: boolean) =>
  queryOptions({
    queryKey: ["retention", "preview", days],
    queryFn: () => dataOf(ragApi.POST("/v1/me/retention/preview", { body: { days } })),
    enabled: isAllowed,
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
