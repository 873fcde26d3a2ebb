import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { caller } from "./auth";
import { AnnounceHost } from "./components/announce";
import { ConfirmHost } from "./components/confirm";
import { IconSprite } from "./components/icons";
import { PaletteHost } from "./components/palette";
import { Empty, ErrorNote } from "./components/parts";
import { Shell, SignIn } from "./components/shell";
import { place } from "./router";
import type { ViewProps } from "./views/props";
import { findView } from "./views/registry";

type Loaded = { pattern: string; view: ComponentType<ViewProps> } | { pattern: string; failed: true } | null;

// Code once fetched is kept: the second visit shows at once.
const known = new Map<string, ComponentType<ViewProps>>();

function CurrentPage() {
  const { path } = place.value;
  const found = findView(path);
  const pattern = found?.entry.pattern ?? "";
  const [loaded, setLoaded] = useState<Loaded>(null);
  useEffect(() => {
    if (!found || known.has(pattern)) return;
    let stale = false;
    found.entry.load()
      .then((view) => { known.set(pattern, view); if (!stale) setLoaded({ pattern, view }); })
      .catch(() => { if (!stale) setLoaded({ pattern, failed: true }); });
    return () => { stale = true; };
  }, [pattern]);
  if (!found) return <Empty>There is no page at {path}. <a href="/">Go to the campaign</a>.</Empty>;
  const View = known.get(pattern);
  if (View) return <View key={path} params={found.params} />;
  if (loaded && loaded.pattern === pattern && "failed" in loaded) {
    return <ErrorNote message="This page's code could not be fetched: the daemon may have been replaced by another version." retry={() => window.location.reload()} />;
  }
  return <div class="page-waiting" aria-busy="true" />;
}

export function App() {
  const found = findView(place.value.path);
  const title = `${found ? found.entry.title(found.params) : "Not found"} · Kontor`;
  useEffect(() => { document.title = title; }, [title]);
  return (
    <>
      <IconSprite />
      {caller.value === undefined ? null : caller.value === null ? <SignIn /> : <Shell><CurrentPage /></Shell>}
      {caller.value && <PaletteHost />}
      <ConfirmHost />
      <AnnounceHost />
    </>
  );
}
