// Draws images/icon.png: two flights of three steps, one blue and one yellow, at the same height: in sync.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';

const SIZE = 256;
const SAMPLES = 4;
const ground = { x: 0, y: 0, w: 256, h: 256, r: 52, colour: [24, 38, 54] };
const steps = [0, 1, 2].flatMap((step) => {
  const [y, h] = [154 - step * 54, 44];
  return [
    { x: 38 + step * 30, y, w: 58, h, r: 12, colour: [82, 156, 214] },
    { x: 104 + step * 30, y, w: 58, h, r: 12, colour: [255, 208, 64] },
  ];
});

function covers({ x, y, w, h, r }, px, py) {
  const dx = Math.max(x + r - px, 0, px - (x + w - r));
  const dy = Math.max(y + r - py, 0, py - (y + h - r));
  return dx * dx + dy * dy <= r * r;
}

const rows = [];
for (let y = 0; y < SIZE; y += 1) {
  const row = Buffer.alloc(1 + SIZE * 4);
  for (let x = 0; x < SIZE; x += 1) {
    const sum = [0, 0, 0, 0];
    for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
      const [px, py] = [x + ((sample % SAMPLES) + 0.5) / SAMPLES, y + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES];
      const top = [ground, ...steps].findLast((shape) => covers(shape, px, py));
      if (top !== undefined) {
        top.colour.forEach((value, channel) => (sum[channel] += value));
        sum[3] += 1;
      }
    }
    for (let channel = 0; channel < 3; channel += 1) {
      row[1 + x * 4 + channel] = sum[3] === 0 ? 0 : Math.round(sum[channel] / sum[3]);
    }
    row[1 + x * 4 + 3] = Math.round((sum[3] * 255) / (SAMPLES * SAMPLES));
  }
  rows.push(row);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'ascii'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

const header = Buffer.alloc(13);
header.writeUInt32BE(SIZE, 0);
header.writeUInt32BE(SIZE, 4);
header.set([8, 6, 0, 0, 0], 8);
writeFileSync(
  path.join(import.meta.dirname, '..', 'images', 'icon.png'),
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]),
);
