// The frame around every page: navigation, the state of the live connection, theme, signing in and out.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useRaisedAlarms } from "../alarms";
import { signIn, signInMessage, signOut } from "../auth";
import { liveState, type LiveState } from "../live";
import { useLiveReload, useLoaded } from "../lists";
import { place } from "../router";
import { nextTheme, theme } from "../theme";
import type { Approval, Cause, Page, Status } from "../types";
import { sections, type Section } from "../views/registry";
import { openPalette } from "./palette";
import { TroubleNote } from "./parts";

const liveText: Record<LiveState, string> = { off: "Off", connecting: "Connecting", live: "Live", down: "Reconnecting" };

// The navigation counts what waits for a decision up to here.
const askedMax = 100;

const isCurrent = (section: Section, path: string): boolean =>
  path === section.path || section.under.some((root) => path === root || path.startsWith(`${root}/`));

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" /><path d="M10 7v18M11 16.5 21 7M13.5 14.2 22 25" />
    </svg>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  const status = useLoaded<Status>("/v1/status");
  const causes = useLoaded<Page<Cause>>("/v1/dead-letter-causes?state=open");
  const asked = useLoaded<Page<Approval>>(`/v1/approvals?state=open&limit=${askedMax}`);
  useLiveReload(() => { status.reload(); causes.reload(); asked.reload(); }, () => true, 5000);
  // No change is told while the database takes no commit: this one fact is asked for.
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) status.reload(); }, 10_000);
    return () => clearInterval(timer);
  }, []);
  const open = causes.data?.items.reduce((sum, cause) => sum + cause.letters, 0) ?? 0;
  const waiting = asked.data?.items.length ?? 0;
  const raised = useRaisedAlarms();
  const path = place.value.path;
  return (
    <div class="shell">
      <a class="skip-link" href="#content">Skip to the content</a>
      <header class="top">
        <a class="brand" href="/"><Mark />Kontor</a>
        <nav aria-label="Sections" class="sections">
          {sections.map((section) => (
            <a key={section.path} href={section.path} class={section.begins ? "begins" : undefined} aria-current={isCurrent(section, path) ? "page" : undefined}>
              {section.label}
              {section.path === "/dead-letters" && open > 0 && <span class="bubble">{open > 999 ? "999+" : open}</span>}
              {section.path === "/alarms" && raised > 0 && <span class="bubble">{raised > 999 ? "999+" : raised}</span>}
              {section.path === "/approvals" && waiting > 0 && <span class="bubble">{waiting >= askedMax ? `${askedMax - 1}+` : waiting}</span>}
            </a>
          ))}
        </nav>
        <div class="top-right">
          <button type="button" class="plain palette-button" onClick={() => openPalette()} title="Go to a page, a country, a run (Ctrl K)" aria-label="Go to, Ctrl K">
            <svg class="glyph" aria-hidden="true"><use href="#glyph-search" /></svg><kbd>Ctrl K</kbd>
          </button>
          {status.data && <Load status={status.data} />}
          <span class={`live live-${liveState.value}`} role="status" title="The live connection to the daemon">
            <span class="live-dot" aria-hidden="true" /><span class="live-word">{liveText[liveState.value]}</span>
          </span>
          <button type="button" class="plain" onClick={nextTheme} title="Colours: as the system, dark, light">
            <span class="hidden">Colours: </span>{theme.value === "system" ? "Auto" : theme.value === "dark" ? "Dark" : "Light"}
          </button>
          <button type="button" class="plain" onClick={() => { void signOut(); }}>Sign out</button>
        </div>
      </header>
      {status.data?.trouble && <TroubleNote trouble={status.data.trouble} />}
      <main id="content" tabIndex={-1}>{children}</main>
    </div>
  );
}

function Load({ status }: { status: Status }) {
  const { compute } = status.pools;
  return (
    <span class="load" title={`Kontor ${status.version}, ${status.database} database; ${status.queue.ready} tasks ready`}>
      {compute.used}/{compute.cores} cores
    </span>
  );
}

export function SignIn() {
  const [value, setValue] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const message = refusal ?? signInMessage.value;
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!value.trim() || busy) return;
    setBusy(true);
    setRefusal(await signIn(value.trim()));
    setBusy(false);
  }
  return (
    <main class="sign-in">
      <form class="card" onSubmit={(event) => { void submit(event); }}>
        <h1><Mark />Kontor</h1>
        <p>Give the token that the daemon printed at its first start; it also stands in the file <code>token</code> of its data folder.
          The browser keeps it in a cookie that no script can read.</p>
        {message && <div class="note note-error" role="alert">{message}</div>}
        <label class="field">Token
          <input type="password" name="token" autocomplete="current-password" autofocus required maxLength={512} value={value}
            onInput={(event) => setValue(event.currentTarget.value)} />
        </label>
        <div class="buttons"><button type="submit" class="primary" disabled={busy}>Sign in</button></div>
      </form>
    </main>
  );
}
