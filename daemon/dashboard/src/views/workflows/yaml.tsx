// A definition with its keys, texts, comments and expressions told apart. A reader's aid, not a parser: what it does not know stays plain.
export interface YamlPiece { kind: "key" | "text" | "comment" | "number" | "expression" | "plain"; text: string }

const pattern = /(\$\{\{.*?\}\})|((?:^|\s)#.*$)|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|((?<=^|[\s{,-])[A-Za-z_][\w.-]*(?=:(?:\s|$)))|((?<=[\s[,:]|^)-?\d+(?:\.\d+)?(?=[\s,\]}]|$)|\b(?:true|false|null)\b)/g;

export function yamlPieces(line: string): YamlPiece[] {
  const pieces: YamlPiece[] = [];
  let at = 0;
  for (const found of line.matchAll(pattern)) {
    if (found.index > at) pieces.push({ kind: "plain", text: line.slice(at, found.index) });
    const kind = found[1] ? "expression" : found[2] ? "comment" : found[3] ? "text" : found[4] ? "key" : "number";
    pieces.push({ kind, text: found[0] });
    at = found.index + found[0].length;
  }
  if (at < line.length) pieces.push({ kind: "plain", text: line.slice(at) });
  return pieces;
}

export function Yaml({ source, label }: { source: string; label: string }) {
  return (
    <pre class="yaml card" tabIndex={0} aria-label={label}>
      {source.split("\n").map((line, index) => (
        <span key={index} class="yaml-line"><span class="yaml-number" aria-hidden="true">{index + 1}</span>
          {yamlPieces(line).map((piece, part) => (piece.kind === "plain" ? piece.text : <span key={part} class={`y-${piece.kind}`}>{piece.text}</span>))}{"\n"}</span>
      ))}
    </pre>
  );
}
