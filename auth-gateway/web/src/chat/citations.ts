/** Turns `[1]` in an answer into a citation, where the answer has such a source. A remark plugin. */

interface Node {
  type: string;
  value?: string;
  identifier?: string;
  label?: string | null;
  children?: Node[];
  data?: { hName: string; hProperties: Record<string, string> };
}

const MARK = /\[(\d{1,3})\]/g;

const citation = (id: string): Node => ({
  type: "citation",
  data: { hName: "cite", hProperties: { dataSource: id } },
  children: [{ type: "text", value: id }],
});

function splitText(value: string, known: ReadonlySet<string>): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const match of value.matchAll(MARK)) {
    const id = match[1] ?? "";
    if (!known.has(id)) continue;
    // The space before a mark would let it stand alone on the next line.
    nodes.push({ type: "text", value: value.slice(end, match.index).trimEnd() }, citation(id));
    end = match.index + match[0].length;
  }
  return [...nodes, { type: "text", value: value.slice(end) }];
}

const NUMBER = /^\d{1,3}$/;

function rewrite(node: Node, known: ReadonlySet<string>): Node[] {
  if (node.type === "text") return splitText(node.value ?? "", known);
  // An answer may define what [1] means to Markdown; a number still leads to our source, or nowhere.
  const label = node.label ?? "";
  if (node.type === "definition" && NUMBER.test(label)) return [];
  if (node.type === "linkReference" && NUMBER.test(label)) {
    return known.has(label) ? [citation(label)] : [{ type: "text", value: `[${label}]` }];
  }
  if (node.children !== undefined) node.children = node.children.flatMap((child) => rewrite(child, known));
  return [node];
}

export function remarkCitations(ids: readonly string[]) {
  const known = new Set(ids);
  return (tree: Node): void => {
    rewrite(tree, known);
  };
}

/** While it is written an answer may end within a mark, which would flash as text. */
export function withoutOpenMark(text: string): string {
  return text.replace(/\s?\[\d{0,3}$/, "");
}
