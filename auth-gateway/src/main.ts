/** The process: reads the environment, starts the gateway, and ends it in order on a signal. */
import { createApp } from "./app.ts";
import { systemClock } from "./clock.ts";
import { type Config, ConfigError, parseConfig } from "./config.ts";
import { BootError } from "./db/boot.ts";
import { openDependencies } from "./dependencies.ts";
import { captureConsole, createLogger, type Logger } from "./logger.ts";
import { startMetricsServer } from "./metrics/server.ts";
import { startServer } from "./server.ts";

/** Longer than most requests take, shorter than the ten seconds after which orchestrators kill. */
const SHUTDOWN_GRACE_MS = 8_000;

function loadConfig(): Config {
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function explain(error: unknown, config: Config): string {
  if (error instanceof BootError) return error.message;
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return `port ${config.port} on ${config.host} is in use: choose another with GATEWAY_PORT`;
  }
  return "the gateway could not start";
}

async function serve(config: Config, logger: Logger): Promise<void> {
  const dependencies = await openDependencies(config, logger, systemClock);
  const server = await startServer(createApp(dependencies), config);
  const metrics = dependencies.metrics && (await startMetricsServer(dependencies.metrics, config.metricsPort ?? 0));
  if (metrics !== undefined) logger.info({ metricsPort: metrics.port }, "serving /metrics on 127.0.0.1");
  logger.info({ host: config.host, port: server.port, gatewayUrl: config.gatewayUrl }, "listening");
  const signal = await new Promise<string>((resolve) => {
    for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, resolve);
  });
  logger.info({ signal }, "shutting down");
  await server.close(SHUTDOWN_GRACE_MS);
  await metrics?.close();
  await dependencies.close();
  logger.info("stopped");
}

const config = loadConfig();
// pino's own destination retries a broken pipe for ever when the process exits: a dead log reader would keep it alive.
const logger = createLogger(config.logLevel, process.stdout);
process.stdout.on("error", () => undefined);
captureConsole(console, logger);

for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (err: unknown) => {
    logger.fatal({ err, event }, "unhandled error");
    process.exit(1);
  });
}

try {
  await serve(config, logger);
  process.exit(0);
} catch (err) {
  logger.fatal({ err }, explain(err, config));
  process.exit(1);
}
