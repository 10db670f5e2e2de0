/** Catches what a component throws: a mistake of the page, or a part of it that did not load. */
import { Component, type ReactNode } from "react";
import { ErrorState, FullPageError } from "./error-state.tsx";

interface Props {
  readonly children: ReactNode;
  /** A part of a page keeps the rest of it. */
  readonly within?: "page" | "part";
}

interface State {
  readonly error: Error | undefined;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const retry = () => this.setState({ error: undefined });
    return this.props.within === "part" ? (
      <ErrorState error={error} onRetry={retry} />
    ) : (
      <FullPageError error={error} onRetry={retry} />
    );
  }
}
