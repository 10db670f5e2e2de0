/** The entry: reads what this gateway is, then draws. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./styles/tokens.css";
import "./styles/base.css";
import { loadRuntimeConfig } from "./config.ts";
import { ErrorBoundary } from "./errors/boundary.tsx";
import { FullPageError } from "./errors/error-state.tsx";

const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");
const root = createRoot(element);

async function start(): Promise<void> {
  try {
    await loadRuntimeConfig();
  } catch (error) {
    root.render(<FullPageError error={error} onRetry={() => void start()} />);
    return;
  }
  root.render(
    <StrictMode>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </StrictMode>,
  );
}

void start();
