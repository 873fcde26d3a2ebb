// What the daemon says that a command would do, asked again a moment after the last change of the form.
import { useEffect, useState } from "preact/hooks";
import { messageOf, post } from "./api";
import type { Json } from "./types";

const typingMs = 400;

export interface DryRun<T> { preview: T | null; error: string | null }

// No body: the form is faulty, and what was last shown stays.
export function useDryRun<T>(path: string, body: { [key: string]: Json } | null): DryRun<T> {
  const [answer, setAnswer] = useState<DryRun<T>>({ preview: null, error: null });
  const asked = body === null ? null : JSON.stringify(body);
  useEffect(() => {
    if (body === null) return;
    let stale = false;
    const timer = setTimeout(() => {
      post<T>(path, { ...body, dry_run: true }).then(
        (preview) => { if (!stale) setAnswer({ preview, error: null }); },
        (failure: unknown) => { if (!stale) setAnswer({ preview: null, error: messageOf(failure) }); },
      );
    }, answer.preview || answer.error ? typingMs : 0);
    return () => { stale = true; clearTimeout(timer); };
  }, [path, asked]);
  return answer;
}
