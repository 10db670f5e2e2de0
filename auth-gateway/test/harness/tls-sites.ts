/** Web sites over https on one loopback port: the gateway under its name, and blank pages under every other name. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TlsSites {
  readonly port: number;
  close(): Promise<void>;
}

/** For `localhost`; nobody has signed it but itself. */
export function makeCertificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  try {
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    const options = [
      "-x509",
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost",
      "-keyout",
      key,
      "-out",
      cert,
    ];
    execFileSync("openssl", ["req", ...curve, ...options], { stdio: "ignore" });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function startTlsSites(gateways: Readonly<Record<string, string>>): Promise<TlsSites> {
  const server = createServer(makeCertificate(), (incoming, outgoing) => {
    const gateway = gateways[incoming.headers.host ?? ""];
    if (gateway === undefined) {
      outgoing.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>a frontend</title>");
      return;
    }
    const { method, url, headers } = incoming;
    const passed = request(new URL(url ?? "/", gateway), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
