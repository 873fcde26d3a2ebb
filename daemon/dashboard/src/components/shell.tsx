// The frame around every page: navigation, the state of the live connection, theme, signing in and out.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { signIn, signInMessage, signOut } from "../auth";
import { liveState, type LiveState } from "../live";
import { useLiveReload, useLoaded } from "../lists";
import { place } from "../router";
import { nextTheme, theme } from "../theme";
import type { DeadLetter, Page, Status } from "../types";

const sections = [
  { path: "/", label: "Campaign", also: "/campaigns" },
  { path: "/runs", label: "Runs" },
  { path: "/dead-letters", label: "Dead letters" },
  { path: "/models", label: "Models" },
  { path: "/predictions", label: "Predictions" },
  { path: "/schedules", label: "Schedules" },
  { path: "/events", label: "Events" },
];

const liveText: Record<LiveState, string> = { off: "Off", connecting: "Connecting", live: "Live", down: "Reconnecting" };

function isCurrent(section: { path: string; also?: string }, path: string): boolean {
  const under = (root: string) => path === root || path.startsWith(`${root}/`);
  return section.path === "/" ? path === "/" || under(section.also ?? "/campaigns") : under(section.path);
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" /><path d="M10 7v18M11 16.5 21 7M13.5 14.2 22 25" />
    </svg>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  const status = useLoaded<Status>("/v1/status");
  const letters = useLoaded<Page<DeadLetter>>("/v1/dead-letters?state=open&limit=100");
  useLiveReload(() => { status.reload(); letters.reload(); }, () => true, 5000);
  const open = letters.data?.items.length ?? 0;
  const path = place.value.path;
  return (
    <div class="shell">
      <a class="skip-link" href="#content">Skip to the content</a>
      <header class="top">
        <a class="brand" href="/"><Mark />Kontor</a>
        <nav aria-label="Sections" class="sections">
          {sections.map((section) => (
            <a key={section.path} href={section.path} aria-current={isCurrent(section, path) ? "page" : undefined}>
              {section.label}
              {section.path === "/dead-letters" && open > 0 && <span class="bubble">{open >= 100 ? "99+" : open}</span>}
            </a>
          ))}
        </nav>
        <div class="top-right">
          {status.data && <Load status={status.data} />}
          <span class={`live live-${liveState.value}`} role="status" title="The live connection to the daemon">
            <span class="live-dot" aria-hidden="true" />{liveText[liveState.value]}
          </span>
          <button type="button" class="plain" onClick={nextTheme} title="Colours: as the system, dark, light">
            <span class="hidden">Colours: </span>{theme.value === "system" ? "Auto" : theme.value === "dark" ? "Dark" : "Light"}
          </button>
          <button type="button" class="plain" onClick={() => signOut()}>Sign out</button>
        </div>
      </header>
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
  const submit = (event: Event) => {
    event.preventDefault();
    if (value.trim()) signIn(value.trim());
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <h1><Mark />Kontor</h1>
        <p>Give the token that the daemon printed at start. It stays in this tab and is forgotten with it.</p>
        {signInMessage.value && <div class="note note-error" role="alert">{signInMessage.value}</div>}
        <label class="field">Token
          <input type="password" name="token" autocomplete="off" autofocus required value={value}
            onInput={(event) => setValue(event.currentTarget.value)} />
        </label>
        <div class="buttons"><button type="submit" class="primary">Sign in</button></div>
      </form>
    </main>
  );
}
