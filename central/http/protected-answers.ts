import type { FastifyInstance } from 'fastify';

/**
 * What a browser may do with an answer that is no page of ours: nothing. What agents and schedulers sent comes back from our own
 * address; without this a script in it would act for whoever opens it.
 */
const POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";
/** Types that a browser would show as a document of ours. */
const SHOWN = /^(text\/html|application\/xhtml|image\/svg|[\w.-]+\/(xml|[\w.-]+\+xml))/i;

/** Headers of every answer. A page sets its own policy, and is shown; everything else can only be saved or read by a program. */
export function protectAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    if (reply.hasHeader('content-security-policy')) return;
    void reply.header('content-security-policy', POLICY);
    const isShown = SHOWN.test(String(reply.getHeader('content-type') ?? ''));
    if (isShown && !reply.hasHeader('content-disposition')) void reply.header('content-disposition', 'attachment');
  });
}
