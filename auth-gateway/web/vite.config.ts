/** Builds the web client; its development server (npm run dev -w auth-gateway) forwards the rest to a running gateway. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const folder = import.meta.dirname;
const gateway = process.env["GATEWAY_URL"] ?? "http://localhost:3000";
const OF_THE_GATEWAY = ["/api", "/config.json", "/account/", "/.well-known", "/reference", "/openapi.json"];

/** The gateway sends these as they are: compressing on each request would cost more than the build. */
function precompress(): Plugin {
  let dist = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      dist = resolve(config.root, config.build.outDir);
    },
    writeBundle() {
      for (const path of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
        if (!/\.(html|js|css|svg)$/.test(path)) continue;
        const body = readFileSync(join(dist, path));
        writeFileSync(join(dist, `${path}.br`), brotliCompressSync(body));
        writeFileSync(join(dist, `${path}.gz`), gzipSync(body, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: folder,
  plugins: [react(), precompress()],
  build: {
    target: ["chrome123", "edge123", "firefox125", "safari17.5"],
    // The policy has no place for inlined files but images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(OF_THE_GATEWAY.map((path) => [path, gateway])),
  },
});
