import type { ReadNode } from "../abi/read-tree.ts";
import { invalid } from "../border/border-error.ts";
import { borderIntrinsics, getProperty } from "../border/own-value.ts";
import { encodeDocument, encodeNode } from "../instance/encode-document.ts";
import type { EntrypointEncoder } from "../instance/entrypoint-encoder.ts";
import type { ValueWriter } from "../instance/value-writer.ts";
import type { EncoderHost, EncoderModule } from "./encoder-module.ts";
import { ShapeSampler } from "./shape-sampler.ts";

/**
 * The encoder of one entrypoint of one instance: the policy's own where the application brought one, else the road that takes any read
 * set. Both answer the same.
 */
export function bindEncoder(
  writer: ValueWriter,
  {
    name,
    tree,
    encoder,
  }: { readonly name: string; readonly tree: ReadNode; readonly encoder: EncoderModule | undefined },
): EntrypointEncoder {
  const make = encoder !== undefined && Object.hasOwn(encoder.encoders, name) ? encoder.encoders[name] : undefined;
  if (make !== undefined) return make(hostFor(writer, tree));
  const encode = (input: unknown): void => encodeDocument(writer, tree, input);
  return { refuse: encode, read: encode };
}

function hostFor(writer: ValueWriter, tree: ReadNode): EncoderHost {
  const nodes = nodesOf(tree);
  const at = (id: number): ReadNode => {
    const node = nodes[id] as ReadNode;
    writer.node = node;
    return node;
  };
  return {
    ...borderIntrinsics,
    memory: writer.memory,
    trail: writer.trail,
    made: writer.made,
    shapes: new ShapeSampler(),
    own: getProperty,
    fill: (id, part, base) => encodeNode(writer, { node: at(id), base }, part),
    value(address, part, id) {
      at(id);
      writer.writeValue(address, part);
    },
    constant(address, part, id) {
      const { slot } = at(id);
      writer.writeConstant(address, part, slot?.through);
    },
    text(text, id) {
      at(id);
      return writer.text(text);
    },
    textThrough(text, name, id) {
      at(id);
      return writer.textThrough(text, name);
    },
    other(text, id) {
      at(id);
      return writer.otherText(text);
    },
    openRows(count, stride, id) {
      at(id);
      return writer.openRows(count, stride);
    },
    closeRows: (address, rows) => writer.closeRows(address, rows),
    accessor(id) {
      const { step, path } = at(id);
      const rows = path.filter((each) => each === null).length;
      const what = path.at(-1) === null ? `element ${String(writer.trail[rows - 1])}` : `"${step}"`;
      return invalid(`${what} is an accessor property`);
    },
    hole(id) {
      at(id);
      return invalid("an array has a hole");
    },
  };
}

/** By number. */
function nodesOf(tree: ReadNode): readonly ReadNode[] {
  const nodes: ReadNode[] = [];
  const visit = (node: ReadNode): void => {
    nodes[node.id] = node;
    if (node.rows !== undefined) visit(node.rows.element);
    for (const child of node.children) visit(child);
  };
  visit(tree);
  return nodes;
}
