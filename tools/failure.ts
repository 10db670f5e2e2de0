/** Expected failures of the tools: their message is for the person at the terminal, without a stack. */
export class ToolFailure extends Error {
  override name = "ToolFailure";
}

/** The text to show for anything that was thrown; unexpected errors keep their stack. */
export function describeFailure(error: unknown): string {
  if (error instanceof ToolFailure) return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

/** The `code` of a system or PostgreSQL error, if there is one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Runs a command's main function and turns its result or failure into the exit code. */
export async function runMain(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`\n${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
}
