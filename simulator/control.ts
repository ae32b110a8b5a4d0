import { fastify } from 'fastify';
import { z } from 'zod';
import { SOURCES, parseCommand } from './command.ts';
import { FAULT_KINDS, Fault, type FaultKind } from './faults.ts';
import type { Hall } from './hall.ts';

const Source = z.object({ source: z.enum(SOURCES) });
const CommandLine = z.strictObject({ command: z.string() });
const Kind = Source.extend({ kind: z.enum(FAULT_KINDS as [FaultKind, ...FaultKind[]]) });

/**
 * Starts a small HTTP port for commands to a hall. JSON; a wrong request is a 400 with the reason. `GET /status`; `POST
 * /command {"command": "camera kill"}`; `POST /sources/camera/faults {"fault": "delay", "ms": 300}`; `DELETE
 * /sources/camera/faults` (all) or `/sources/camera/faults/delay`. It has no protection, so it is for loopback alone.
 */
export async function startControl(
  hall: Hall,
  at: { host: string; port: number },
): Promise<{ url: string; close(): Promise<void> }> {
  const app = fastify({ bodyLimit: 16 << 10, forceCloseConnections: true });
  app.setErrorHandler((error, _, reply) => {
    const wrong = error instanceof z.ZodError || error instanceof CommandError;
    const status = wrong ? 400 : ((error as { statusCode?: number }).statusCode ?? 500);
    const words = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    return reply.code(status).send({ error: words });
  });
  const after = async (change: Promise<void>): Promise<unknown> => {
    await change;
    return hall.status();
  };
  app.get('/status', () => hall.status());
  app.post('/command', ({ body }) => after(hall.run(commandOf(CommandLine.parse(body).command))));
  app.post('/sources/:source/faults', ({ params, body }) =>
    after(hall.fault(Source.parse(params).source, Fault.parse(body))),
  );
  app.delete('/sources/:source/faults', ({ params }) => after(hall.clear(Source.parse(params).source)));
  app.delete('/sources/:source/faults/:kind', ({ params }) => {
    const { source, kind } = Kind.parse(params);
    return after(hall.clear(source, kind));
  });
  const url = await app.listen(at);
  return { url, close: () => app.close() };
}

class CommandError extends Error {}

function commandOf(line: string): ReturnType<typeof parseCommand> {
  try {
    return parseCommand(line);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}
