/** A part of a page that is read from a service: on its way, failed with what to do, or there. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { describeError } from "../errors/describe.ts";
import { app } from "../strings/app.ts";
import { Banner } from "./banner.tsx";
import { Button } from "./button.tsx";
import styles from "./loaded.module.css";

export interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}

export function Loaded<T>({ query, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) {
    return (
      <div className={styles.waiting} role="status">
        <span className="visually-hidden">{app.loading}</span>
      </div>
    );
  }
  const { title, text } = describeError(query.error);
  return (
    <Banner tone="danger">
      <p>
        <strong>{title}.</strong> {text}
      </p>
      <Button busy={query.isFetching} onClick={() => void query.refetch()}>
        {app.retry}
      </Button>
    </Banner>
  );
}
