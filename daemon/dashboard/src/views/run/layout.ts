// Where the steps of a workflow stand: dagre's layout, fetched with the first graph that is opened.
import { Graph, layout } from "@dagrejs/dagre";

export interface Box { name: string; width: number; height: number; after: readonly string[] }
export interface Placed { name: string; x: number; y: number; width: number; height: number }
export interface Edge { from: string; to: string; path: string }
export interface Layout { nodes: Placed[]; edges: Edge[]; width: number; height: number }

const margin = 12;

export function layoutOf(boxes: readonly Box[]): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 46, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(boxes.map((box) => box.name));
  for (const { name, width, height } of boxes) graph.setNode(name, { width, height });
  for (const box of boxes) for (const parent of box.after) if (known.has(parent)) graph.setEdge(parent, box.name);
  layout(graph);
  const nodes = boxes.map(({ name, width, height }) => {
    const node = graph.node(name) as { x: number; y: number };
    return { name, x: node.x - width / 2, y: node.y - height / 2, width, height };
  });
  const edges = graph.edges().map(({ v, w }) => {
    const { points = [] } = graph.edge({ v, w }) as { points?: { x: number; y: number }[] };
    return { from: v, to: w, path: curve(points) };
  });
  return {
    nodes, edges, width: Math.max(0, ...nodes.map((node) => node.x + node.width)) + margin,
    height: Math.max(0, ...nodes.map((node) => node.y + node.height)) + margin,
  };
}

// Smooth through the middles between points; dagre's points are corners.
function curve(points: { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const at = ({ x, y }: { x: number; y: number }): string => `${x.toFixed(1)},${y.toFixed(1)}`;
  let path = `M${at(first)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    path += next ? `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}` : `L${at(point)}`;
  });
  return path;
}
