// Browsers have `crypto`; Node 18, which Debian 12 ships, gives it to scripts only by import.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
