// A panel at the right (below, on a phone) for one thing of the page behind it. Escape closes it; focus returns to where it was.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface DrawerProps { title: ComponentChildren; label: string; onClose: () => void; children: ComponentChildren }

export function Drawer({ title, label, onClose, children }: DrawerProps) {
  const panel = useRef<HTMLDivElement>(null);
  const newest = useRef(onClose);
  newest.current = onClose;
  // Before it is seen: an Escape right behind its opening is heard.
  useLayoutEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) newest.current();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div class="drawer" role="dialog" aria-label={label} tabIndex={-1} ref={panel}>
      <header class="drawer-head">
        <div class="drawer-title">{title}</div>
        <button type="button" class="plain" aria-label="Close" title="Close (Esc)" onClick={onClose}>
          <svg class="glyph" aria-hidden="true"><use href="#glyph-cross" /></svg>
        </button>
      </header>
      <div class="drawer-body">{children}</div>
    </div>
  );
}
