// Server-Sent Events as text: fetch shows status and silence, which EventSource hides, so the page reads the frames itself.

export interface SseMessage { event: string; data: string; id: string | null }

// Takes pieces of the stream as they come and gives whole messages. Comments and unknown fields are ignored.
export class SseParser {
  private rest = "";
  private event = "";
  private id: string | null = null;
  private data: string[] = [];

  push(piece: string): SseMessage[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    const messages: SseMessage[] = [];
    for (const line of lines) {
      if (line === "") {
        const message = this.flush();
        if (message) messages.push(message);
      } else {
        this.field(line);
      }
    }
    return messages;
  }

  private field(line: string): void {
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.event = value;
    else if (name === "data") this.data.push(value);
    else if (name === "id" && !value.includes("\0")) this.id = value;
  }

  private flush(): SseMessage | null {
    const named = this.event !== "";
    const message = { event: this.event || "message", data: this.data.join("\n"), id: this.id };
    const empty = !named && this.data.length === 0;
    this.event = "";
    this.data = [];
    this.id = null;
    return empty ? null : message;
  }
}

// How long to wait before the nth try to connect again (n from 1): doubling, capped, with jitter so that tabs spread out.
export function reconnectDelayMs(failures: number, random: number): number {
  const ceiling = Math.min(10_000, 500 * 2 ** Math.min(failures - 1, 10));
  return ceiling / 2 + (ceiling / 2) * random;
}
