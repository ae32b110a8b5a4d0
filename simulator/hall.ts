import type { Log } from '#lib/runtime/log.ts';
import { openScope } from '#lib/runtime/scope.ts';
import { SOURCES, type Command, type SourceName } from './command.ts';
import { FACTORY_FORMAT, type SourceFormat } from './encode.ts';
import type { Fault, FaultKind } from './faults.ts';
import { openCamera } from './pictures/camera.ts';
import { openSlides } from './pictures/slides.ts';
import { CAMERA, SLIDES } from './signal.ts';
import { music, voice } from './sound.ts';
import { startSource, type Source, type SourceSpec } from './source.ts';

/** Settings of a hall. */
export interface HallOptions {
  host: string;
  /** Port of the slides; the camera has the next one. 0: any free ones. */
  port: number;
  log: Log;
  /**
   * Differences from the usual format (1280x720, 15 frames/s, H.264, AAC). `port` replaces the one that follows from
   * the hall's.
   */
  sources?: Partial<Record<SourceName, Partial<SourceFormat> & { port?: number }>>;
  credentials?: { user: string; password: string };
  /** Name of the hall on the slides. */
  name?: string;
  /** Milliseconds for which a slide is shown. */
  slideMs?: number;
  ffmpeg?: string;
}

/** A lecture hall: slides and a camera as real RTSP sources, with faults. */
export interface Hall {
  readonly urls: Readonly<Record<SourceName, string>>;
  /** Begins a fault; resolves when it is in effect. */
  fault(source: SourceName, fault: Fault): Promise<void>;
  /** Ends a fault (without `kind`, all faults); resolves when the source is set up again. */
  clear(source: SourceName, kind?: FaultKind): Promise<void>;
  run(command: Command): Promise<void>;
  status(): Record<SourceName, ReturnType<Source['status']>>;
  close(): Promise<void>;
}

/** Starts both sources; resolves when both can be played. */
export async function startHall(options: HallOptions): Promise<Hall> {
  const scope = openScope();
  try {
    // All pictures are drawn before anything runs, since drawing would take time from the frame clocks.
    const specs = { slides: specOf('slides', options), camera: specOf('camera', options) };
    for (const spec of [specs.slides, specs.camera]) spec.paint = await paintedBefore(spec);
    const slides = await startSource(specs.slides);
    scope.defer(() => slides.close());
    const camera = await startSource(specs.camera);
    scope.defer(() => camera.close());
    return hallOf({ slides, camera }, () => scope.close());
  } catch (error) {
    await scope.close();
    throw error;
  }
}

async function paintedBefore({ paint, format }: SourceSpec): Promise<SourceSpec['paint']> {
  const painter = await paint(format.size);
  const { widthPx, heightPx } = format.size;
  return async (size) => (size.widthPx === widthPx && size.heightPx === heightPx ? painter : paint(size));
}

function specOf(name: SourceName, options: HallOptions): SourceSpec {
  const { port, ...format } = options.sources?.[name] ?? {};
  const following = options.port === 0 ? 0 : options.port + SOURCES.indexOf(name);
  const slides = {
    ...(options.name ? { hall: options.name } : {}),
    ...(options.slideMs ? { everyMs: options.slideMs } : {}),
  };
  return {
    name,
    id: name === 'slides' ? SLIDES : CAMERA,
    host: options.host,
    port: port ?? following,
    format: { ...FACTORY_FORMAT, ...format },
    paint: name === 'slides' ? (size) => openSlides(size, slides) : openCamera,
    background: name === 'slides' ? music() : voice(),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    ffmpeg: options.ffmpeg ?? 'ffmpeg',
    log: options.log.child({ source: name }),
  };
}

function hallOf(sources: Record<SourceName, Source>, close: () => Promise<void>): Hall {
  return {
    urls: { slides: sources.slides.url, camera: sources.camera.url },
    fault: (name, fault) => sources[name].fault(fault),
    clear: (name, kind) => sources[name].clear(kind),
    async run({ sources: names, begin, end }) {
      for (const name of names) {
        if (begin) await sources[name].fault(begin);
        if (end) await sources[name].clear(end === 'all' ? undefined : end);
      }
    },
    status: () => ({ slides: sources.slides.status(), camera: sources.camera.status() }),
    close,
  };
}
