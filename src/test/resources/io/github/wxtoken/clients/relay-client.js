// Makes the call that each line of the input names, and prints its result.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const readline = require('readline');
const v8 = require('v8');

/** Runs a client. `calls` has a function for each call, which returns the result. */
exports.run = function (calls) {
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const [call, ...rest] = line.split(' ');
    let result;
    try {
      if (call === 'dump') {
        dump(rest.join(' '));
        result = 'dumped';
      } else {
        result = await calls[call]();
      }
    } catch (e) {
      result = `failed: ${e.code || ''} ${e.message}`.replace(/\s+/g, ' ');
    }
    console.log(`answer: ${result}`);
  });
};

/** Writes a heap snapshot, and below it the strings of which the snapshot only has the parts. */
function dump(file) {
  v8.writeHeapSnapshot(file);
  const { snapshot, nodes, edges, strings } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const { node_fields: nodeFields, node_types: [types], edge_fields: edgeFields } = snapshot.meta;
  const concatenated = types.indexOf('concatenated string');
  const parts = new Map();
  const inner = new Set();
  for (let node = 0, edge = 0; node < nodes.length; node += nodeFields.length) {
    const end = edge + nodes[node + nodeFields.indexOf('edge_count')] * edgeFields.length;
    if (nodes[node + nodeFields.indexOf('type')] === concatenated) {
      const found = {};
      for (let e = edge; e < end; e += edgeFields.length) {
        found[strings[edges[e + 1]]] = edges[e + 2];
      }
      parts.set(node, [found.first, found.second]);
      inner.add(found.first).add(found.second);
    }
    edge = end;
  }
  for (const root of parts.keys()) {
    if (inner.has(root)) {
      continue;
    }
    let text = '';
    for (const open = [root]; open.length > 0;) {
      const node = open.pop();
      if (parts.has(node)) {
        const [first, second] = parts.get(node);
        open.push(second, first);
      } else if (node !== undefined) {
        text += strings[nodes[node + nodeFields.indexOf('name')]];
      }
    }
    fs.appendFileSync(file, `\n${text}`);
  }
}

exports.sha256 = function (bytes) {
  return crypto.createHash('sha256').update(bytes).digest('hex');
};
