/// <reference types="vitest/config" />
import { defineConfig } from "vite";

// The page is served under `default-src 'self'`: no inline script or style, no data: URLs.
export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: { setupFiles: ["test/setup.mjs"] },
});
