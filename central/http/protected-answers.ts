import type { FastifyInstance } from 'fastify';

/**
 * Policy for answers that are not our pages: browsers may run nothing in them. Files of agents and schedulers come from
 * our own address, so that a script in one could otherwise act for the person who opens it.
 */
const POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";
/** Types that a browser would show as a document of this server. */
const SHOWN = /^(text\/html|application\/xhtml|image\/svg|[\w.-]+\/(xml|[\w.-]+\+xml))/i;

/**
 * Sets headers on every answer. A page sets its own policy, and is shown; everything else can only be saved, or read by
 * a program.
 */
export function protectAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    if (reply.hasHeader('content-security-policy')) return;
    void reply.header('content-security-policy', POLICY);
    const isShown = SHOWN.test(String(reply.getHeader('content-type') ?? ''));
    if (isShown && !reply.hasHeader('content-disposition')) void reply.header('content-disposition', 'attachment');
  });
}
