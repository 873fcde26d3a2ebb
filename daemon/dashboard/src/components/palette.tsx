// The command palette (Ctrl K or /): every page, country, workflow and recent run by name, and the keys that lead there.
import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { get } from "../api";
import { signOut } from "../auth";
import { countryName } from "../format";
import { navigate } from "../router";
import { nextTheme } from "../theme";
import type { Campaign, Page, Run, Winner, Workflow } from "../types";
import { corners, sections } from "../views/registry";

interface Command { name: string; hint: string; run: () => void }
type What = "commands" | "keys";

// Every opening is another one: a dialog's `close` event comes after Escape has taken effect, perhaps behind a key that opens
// the next one, which it must then leave alone.
interface Opening { what: What; turn: number }
const opened = signal<Opening | null>(null);
let turns = 0;
export const openPalette = (what: What = "commands"): void => {
  if (document.querySelector("dialog.palette[open]") === null || what === "keys") opened.value = { what, turn: ++turns };
};

const go = (path: string) => () => navigate(path);
const fixed = (): Command[] => [
  ...sections.map((section) => ({ name: section.label, hint: `${section.hint} · G ${section.key.toUpperCase()}`, run: go(section.path) })),
  ...corners.map((corner) => ({ name: corner.label, hint: corner.hint, run: go(corner.path) })),
  { name: "Switch colours", hint: "as the system, dark, light", run: nextTheme },
  { name: "Keys", hint: "what the keyboard can do · ?", run: () => openPalette("keys") },
  { name: "Sign out", hint: "", run: () => { void signOut(); } },
];

// What the daemon knows by name; a list that cannot be read is left out, the pages themselves say why.
async function named(): Promise<Command[]> {
  const list = async <T,>(path: string): Promise<T[]> => {
    try { return (await get<Page<T>>(path)).items; } catch { return []; }
  };
  const [campaigns, runs, winners, workflows] = await Promise.all([
    list<Campaign>("/v1/campaigns?limit=20"), list<Run>("/v1/runs?limit=50"), list<Winner>("/v1/winners"), list<Workflow>("/v1/workflows"),
  ]);
  return [
    ...workflows.map((workflow) => ({ name: `Start ${workflow.name}`, hint: workflow.title, run: go(`/workflows/${workflow.name}?tab=start`) })),
    ...workflows.map((workflow) => ({ name: `Workflow ${workflow.name}`, hint: workflow.title, run: go(`/workflows/${workflow.name}`) })),
    ...winners.map((winner) => ({ name: `${winner.country} ${countryName(winner.country)}`, hint: "models", run: go(`/models/${winner.country}`) })),
    ...campaigns.map((campaign) => ({ name: `Campaign ${campaign.correlation}`, hint: `${campaign.workflow}, ${campaign.state}`, run: go(`/campaigns/${encodeURIComponent(campaign.correlation)}`) })),
    ...runs.map((run) => ({ name: `Run ${run.id}`, hint: `${run.workflow}, ${run.state}`, run: go(`/runs/${run.id}`) })),
  ];
}

// Every word must occur; names that begin with the text come first.
export function found(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = commands.filter((command) => words.every((word) => `${command.name} ${command.hint}`.toLowerCase().includes(word)));
  const first = words[0] ?? "";
  const rank = (command: Command): number => (command.name.toLowerCase().startsWith(first) ? 0 : command.name.toLowerCase().includes(first) ? 1 : 2);
  return fits.map((command, index) => ({ command, index })).sort((a, b) => rank(a.command) - rank(b.command) || a.index - b.index)
    .map(({ command }) => command).slice(0, 12);
}

export function PaletteHost() {
  if (opened.value === null) return null;
  const { what, turn } = opened.value;
  return what === "keys" ? <Keys key={turn} turn={turn} /> : <Commands key={turn} turn={turn} />;
}

function useModal(turn: number) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key can come: what is typed at once must not be lost.
  useLayoutEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector("input")?.focus();
  }, []);
  const close = () => { if (opened.peek()?.turn === turn) opened.value = null; };
  return { dialog, close };
}

function Commands({ turn }: { turn: number }) {
  const { dialog, close } = useModal(turn);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [more, setMore] = useState<Command[]>([]);
  useEffect(() => {
    let stale = false;
    void named().then((commands) => { if (!stale) setMore(commands); });
    return () => { stale = true; };
  }, []);
  const shown = useMemo(() => found([...fixed(), ...more], text), [more, text]);
  const chosen = Math.min(at, Math.max(0, shown.length - 1));
  const run = (command: Command | undefined) => {
    if (!command) return;
    close();
    command.run();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(shown.length - 1, chosen + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, chosen - 1));
    else if (event.key === "Enter") run(shown[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} class="palette" aria-label="Go to" onClose={close} onClick={(event) => { if (event.target === dialog.current) close(); }}>
      <input role="combobox" aria-expanded="true" aria-controls="palette-list" aria-label="Page, country, run, command"
        aria-activedescendant={shown.length > 0 ? `palette-${chosen}` : undefined} placeholder="Page, country, run, command" value={text} maxLength={80}
        onInput={(event) => { setText(event.currentTarget.value); setAt(0); }} onKeyDown={onKey} />
      <ul id="palette-list" role="listbox" aria-label="What fits">
        {shown.map((command, index) => (
          <li key={`${command.name}/${command.hint}`} id={`palette-${index}`} role="option" aria-selected={index === chosen}
            onClick={() => run(command)} onMouseMove={() => { if (index !== chosen) setAt(index); }}>
            <span class="palette-name">{command.name}</span><span class="palette-hint">{command.hint}</span>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p class="empty">Nothing has this name.</p>}
    </dialog>
  );
}

const keyHelp: [string, string][] = [
  ["Ctrl K or /", "go to a page, a country, a run"], ["G and a letter", sections.map((section) => `${section.key.toUpperCase()} ${section.label}`).join(", ")],
  ["Arrow keys", "move in the grid and in tables"], ["Enter", "open what has the focus"], ["Esc", "close a panel"],
  ["P", "in the grid: pin the country"], ["J, K, A, R", "in the approvals: next, previous, approve, reject"], ["+ and −", "in a timeline: zoom"], ["?", "this list"],
];

function Keys({ turn }: { turn: number }) {
  const { dialog, close } = useModal(turn);
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="keys-title" onClose={close}>
      <form method="dialog">
        <h2 id="keys-title">Keys</h2>
        <dl class="facts">{keyHelp.map(([key, text]) => [<dt key={key}><kbd>{key}</kbd></dt>, <dd key={`${key}?`}>{text}</dd>])}</dl>
        <div class="buttons"><button type="submit" class="primary">Close</button></div>
      </form>
    </dialog>
  );
}

// A field of a dialog that has just been closed keeps the focus for some milliseconds: nobody types there any more.
const typing = (target: EventTarget | null): boolean => {
  const field = (target as Element | null)?.closest?.("input, textarea, select, [contenteditable]") ?? null;
  return field !== null && field.closest("dialog:not([open])") === null;
};

export function startKeys(): void {
  let afterG = Number.NEGATIVE_INFINITY;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.timeStamp - afterG < 1200) {
      afterG = Number.NEGATIVE_INFINITY;
      const section = sections.find((entry) => entry.key === event.key.toLowerCase());
      if (section) { event.preventDefault(); navigate(section.path); }
      return;
    }
    if (event.key === "g") afterG = event.timeStamp;
    else if (event.key === "/") { event.preventDefault(); openPalette(); }
    else if (event.key === "?") { event.preventDefault(); openPalette("keys"); }
  });
}
