// The reviewer's desk without its looks: items taken ahead, words sent in their order, the last ones taken back.
import { signal } from "@preact/signals";
import { messageOf, post } from "../../api";

export interface Choice { code: string; title: string; probability: number }
export interface Review {
  id: number; country: string; period: string; item: string; model: string; code: string; title: string; probability: number;
  alternatives: Choice[]; units: number; weight_kg: number; cost: number; looks: number; state: string;
  claimed_until: string | null; decided_code: string; decided_by: string; verdict: string; columns?: Record<string, string>;
}
export type Word = { verdict: "code"; code: string } | { verdict: "excluded" | "cannot_say" | "skip" };
interface Done { review: Review; word: Word }

// Taken at once, and how few may be left before more are taken: the next item is there before the last word is sent.
const takenAtOnce = 12;
const tooFew = 5;
const undoable = 20;

export const wordText = (word: Word): string =>
  word.verdict === "code" ? word.code : { excluded: "excluded", cannot_say: "cannot say", skip: "skipped" }[word.verdict];

// What the number keys choose: the model's own code first.
export function choicesOf(review: Review): Choice[] {
  const own = review.code ? [{ code: review.code, title: review.title, probability: review.probability }] : [];
  return [...own, ...review.alternatives].slice(0, 9);
}

export class Desk {
  readonly items = signal<Review[]>([]);
  readonly done = signal<Done[]>([]);
  readonly error = signal<string | null>(null);
  readonly taking = signal(false);
  readonly begun = signal(false);
  readonly count = signal(0);
  private sending: Promise<void> = Promise.resolve();
  private nothingMore = false;

  constructor(private readonly country: string) {}

  async take(): Promise<void> {
    if (this.taking.value) return;
    this.taking.value = true;
    this.begun.value = true;
    try {
      // What was said must have arrived, or it would be given out again.
      await this.sending;
      const reply = await post<{ items: Review[] }>("/v1/reviews/claim", { limit: takenAtOnce, ...(this.country ? { country: this.country } : {}) });
      const had = new Set(this.items.value.map((review) => review.id));
      const fresh = reply.items.filter((review) => !had.has(review.id));
      this.nothingMore = fresh.length === 0;
      this.items.value = [...this.items.value, ...fresh];
      this.error.value = null;
    } catch (error) {
      this.error.value = messageOf(error);
    }
    this.taking.value = false;
  }

  // About the item that the person saw: what is said twice before the next one is drawn is said once.
  say(seen: Review, word: Word): void {
    const [review, ...rest] = this.items.value;
    if (review?.id !== seen.id) return;
    this.items.value = rest;
    this.done.value = [{ review, word }, ...this.done.value].slice(0, undoable);
    if (word.verdict !== "skip") this.count.value += 1;
    this.send(`/v1/reviews/${review.id}/decide`, word, () => {
      this.done.value = this.done.value.filter((each) => each.review !== review);
    });
    if (rest.length < tooFew && !(this.nothingMore && rest.length > 0)) void this.take();
  }

  undo(): void {
    const [last, ...rest] = this.done.value;
    if (!last) return;
    this.done.value = rest;
    this.items.value = [last.review, ...this.items.value.filter((review) => review.id !== last.review.id)];
    if (last.word.verdict === "skip") return;  // nothing was said: it is simply looked at again
    this.count.value -= 1;
    this.send(`/v1/reviews/${last.review.id}/undo`, {}, () => {
      this.items.value = this.items.value.filter((review) => review.id !== last.review.id);
    });
  }

  private send(path: string, body: Word | Record<string, never>, refused: () => void): void {
    this.sending = this.sending.then(async () => {
      try {
        await post(path, body);
        this.error.value = null;
      } catch (error) {
        refused();
        this.error.value = messageOf(error);
      }
    });
  }
}
