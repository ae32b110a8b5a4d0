/**
 * Compiles kernels.as.ts to kernels.wasm: `node agent/media/kernels/build.ts`. With `--check` it only tells whether
 * that is fresh.
 */
import { readFile, writeFile } from 'node:fs/promises';

/** The used part of the compiler's interface; its own types redefine `console`. */
interface Compiler {
  main(
    argv: string[],
    files: {
      readFile(name: string): Promise<string> | null;
      writeFile(name: string, contents: Uint8Array): void;
      listFiles(): string[];
    },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}
const compiler: string = 'assemblyscript/asc';
const { default: asc } = (await import(compiler)) as { default: Compiler };

const source = new URL('kernels.as.ts', import.meta.url);
const target = new URL('kernels.wasm', import.meta.url);

const outputs = new Map<string, Uint8Array>();
const { error, stderr } = await asc.main(
  [
    'kernels.as.ts',
    '--outFile',
    'kernels.wasm',
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--importMemory',
    '--noExportMemory',
  ],
  {
    readFile: (name) => (name === 'kernels.as.ts' ? readFile(source, 'utf8') : null),
    writeFile: (name, contents) => void outputs.set(name, contents),
    listFiles: () => [],
  },
);
const wasm = outputs.get('kernels.wasm');
if (error || !wasm) {
  console.error(stderr.toString() || error);
  process.exit(1);
}
if (process.argv.includes('--check')) {
  const fresh = Buffer.from(wasm).equals(await readFile(target));
  if (!fresh) console.error('kernels.wasm is stale: run npm run kernels');
  process.exit(fresh ? 0 : 1);
}
await writeFile(target, wasm);
console.log(`kernels.wasm: ${wasm.length} bytes`);
