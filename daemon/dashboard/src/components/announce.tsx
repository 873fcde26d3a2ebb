// One sentence at the foot of the page about what has just been done; read out by screen readers, gone by itself.
import { signal } from "@preact/signals";

const shownForMs = 6000;
const sentence = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
  sentence.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => { sentence.value = ""; }, shownForMs);
}

export function AnnounceHost() {
  return <div class={sentence.value ? "toast shown" : "toast"} role="status" aria-live="polite">{sentence.value}</div>;
}
