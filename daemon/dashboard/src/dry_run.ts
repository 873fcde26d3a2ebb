// What the daemon says that a command would do, asked again a moment after the last change of the form.
import { useEffect, useState } from "preact/hooks";
import { ApiError, messageOf, post, putJson, type Fault } from "./api";
import type { Json } from "./types";

const typingMs = 400;

// `of` is the body that was asked about: what has been changed since is not seen yet.
export interface DryRun<T> { preview: T | null; error: string | null; faults: readonly Fault[]; of: string | null }


// No body: the form is faulty, and what was last shown stays. Only a preview with `seen` is one of the form as it is now.
export function useDryRun<T>(path: string, body: { [key: string]: Json } | null, method: "POST" | "PUT" = "POST"): DryRun<T> & { seen: boolean } {
  const [answer, setAnswer] = useState<DryRun<T>>({ preview: null, error: null, faults: [], of: null });
  const asked = body === null ? null : `${path} ${JSON.stringify(body)}`;
  useEffect(() => {
    if (body === null) return;
    let stale = false;
    const timer = setTimeout(() => {
      (method === "PUT" ? putJson<T> : post<T>)(path, { ...body, dry_run: true }).then(
        (preview) => { if (!stale) setAnswer({ preview, error: null, faults: [], of: asked }); },
        (failure: unknown) => { if (!stale) setAnswer({ preview: null, error: messageOf(failure), faults: failure instanceof ApiError ? failure.faults : [], of: asked }); },
      );
    }, answer.preview || answer.error ? typingMs : 0);
    return () => { stale = true; clearTimeout(timer); };
  }, [path, asked]);
  return { ...answer, seen: asked !== null && answer.of === asked && answer.preview !== null };
}
