/// <reference types="vitest/config" />
import { defineConfig } from "vite";

const environment = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};

// The page is served under `default-src 'self'`: no inline script or style, no data: URLs.
export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // `npm run dev`: the page from here, the API from a daemon that runs.
  server: {
    fs: { allow: [".", "../../proto"] },
    proxy: Object.fromEntries(["/v1", "/metrics"].map((path) => [path, environment["KONTOR_URL"] ?? "http://127.0.0.1:8080"])),
  },
  test: { setupFiles: ["test/setup.mjs"], css: true },
});
